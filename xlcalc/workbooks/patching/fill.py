"""Results in the columns that a workbook has for them; every other byte of it is the user's."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

from xlcalc.errors import InputError
from xlcalc.files.atomic import whole_file
from xlcalc.physics.quantities import BREAKDOWN, ENERGIES, REMARKS, RESULTS
from xlcalc.physics.quantities.units import converted
from xlcalc.tables.addresses import boundaries, column_letters, column_of
from xlcalc.tables.cell_values import Merged
from xlcalc.tables.evaluate import Evaluation
from xlcalc.tables.header_matching import RESULT_HEADERS, HeaderMatch
from xlcalc.tables.table import Column, DesignTable
from xlcalc.workbooks.package.cell_grammar import (
    AREA,
    CELL_START,
    CELL_WITH_FORMULA,
    CELL_WITH_REFERENCE,
    REFERENCE,
)
from xlcalc.workbooks.package.opc import DamagedError, Package, copy_package
from xlcalc.workbooks.package.xml_text import printable
from xlcalc.workbooks.patching.cells import Typed, with_cells, with_values

_MAIN = re.compile(rb"<((?:\w+:)?)sheetData\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What filling a workbook gave.

    Parameters
    ----------
    columns : list of str
        Headers of the columns filled.
    formulas : int
        Formulas of the workbook, which show what they did before.
    """

    columns: list[str]
    formulas: int


def result_columns(table: DesignTable) -> list[tuple[Column, HeaderMatch]]:
    """The columns of a table that are there for results.

    Parameters
    ----------
    table : DesignTable
        A table of designs.

    Returns
    -------
    list of tuple of Column and HeaderMatch
        With what each is for and in which unit; Status and the like only beside a number.

    Raises
    ------
    InputError
        If a result has a unit that is none of it or stands twice, or there is none.
    """
    found: list[tuple[Column, HeaderMatch]] = []
    for column in table.columns:
        header, place = column.header, table.cell(None, column)
        match = RESULT_HEADERS.match_header(header)
        if column.match is not None or match is None:
            continue
        quantity = match.quantity
        if match.wrong_unit:
            raise InputError(
                f"{place}: {header!r} gives {quantity.label} in {match.unit!r}; expected "
                f"{quantity.header!r}"
            )
        if any(quantity is other.quantity for _, other in found):
            raise InputError(
                f"{place}: {header!r} stands a second time; expected one column for {quantity.name}"
            )
        found.append((column, match))
    if all(match.quantity.name in REMARKS for _, match in found):
        headers = ", ".join(repr(RESULTS[name].header) for name in ENERGIES)
        raise InputError(
            f"{table.cell(None, None)}: no column is there for results; expected headers such as "
            f"{headers} and {REMARKS['status'].header!r} beside the others; a template calculates "
            "by itself, and xlcalc recalc works it out"
        )
    return found


def fill_workbook(path: Path, output: Path, evaluation: Evaluation) -> Filled:
    """Write results into a copy of the workbook that their designs came from.

    Parameters
    ----------
    path : Path
        The workbook.
    output : Path
        The copy; it appears whole or not at all.
    evaluation : Evaluation
        Its designs evaluated. A row in error gets its sentence and no numbers.

    Returns
    -------
    Filled
        Which columns were filled.

    Raises
    ------
    InputError
        If no column is there for results, or a cell of one cannot be filled.
    OutputError
        If the copy cannot be written.
    """
    table = evaluation.table
    columns = result_columns(table)
    values = dict(_values(evaluation, columns))
    with Package(path) as package:
        try:
            names = package.sheet_parts()
            part = names[table.source.sheet]
            sheets = {name: package.read(name) for name in names.values() if "sheets/" in name}
            sheet = sheets[part]
        except (KeyError, DamagedError):
            raise InputError(
                f"{table.source}: cannot be filled, for the package is laid out in an unusual way; "
                "expected a workbook as Excel or LibreOffice saves it"
            ) from None
    _expect_free_cells(table, [column for column, _ in columns], sheet, values)
    formulas = sum(map(_count_formulas, sheets.values()))
    del sheets
    new = with_values(with_cells(sheet, values), values)
    with whole_file(output) as file:
        copy_package(path, {part: new}, file)
    return Filled(columns=[column.header for column, _ in columns], formulas=formulas)


def _values(
    evaluation: Evaluation, columns: Iterable[tuple[Column, HeaderMatch]]
) -> Iterator[tuple[str, float | Typed | None]]:
    """What each cell is to hold, by its reference."""
    table = evaluation.table
    known: dict[str, Any] = dict(evaluation.columns)
    if any(match.quantity.name in BREAKDOWN for _, match in columns):
        known.update(evaluation.breakdown())
    for column, match in columns:
        letter = column_letters(column.position)
        values = known[match.quantity.name].tolist()
        for row, value in zip(table.row_numbers, values, strict=True):
            yield f"{letter}{row}", _content(value, match.factor)


def _content(value: Any, factor: Decimal | None) -> float | Typed | None:
    """What a cell is to hold: a text, or a number in the unit of its column."""
    if isinstance(value, str):
        return Typed(printable(value)) if value else None
    if value is None or isnan(value):
        return None
    return float(value) if factor is None else converted(value, 1 / factor)


def _expect_free_cells(
    table: DesignTable, columns: Iterable[Column], sheet: bytes, values: Mapping[str, Any]
) -> None:
    """Refuse cells that show what is not theirs: formulas, parts of arrays and of merged cells."""

    def refuse(reference: str, why: str) -> InputError:
        return InputError(
            f"{table.source}, cell {reference}: {why}; expected a cell that can be filled"
        )

    for column in columns:
        for number, cell in zip(table.row_numbers, column.cells, strict=True):
            if isinstance(cell, Merged):
                raise refuse(
                    f"{column_letters(column.position)}{number}",
                    f"is part of the merged {cell.reference}",
                )
    if len(CELL_START.findall(sheet)) > len(CELL_WITH_REFERENCE.findall(sheet)):
        raise InputError(
            f"{table.source}: has cells that do not say where they are; expected a workbook as "
            "Excel or LibreOffice saves it"
        )
    for head in CELL_WITH_FORMULA.findall(sheet):
        found = REFERENCE.search(head)
        if found and found[1].decode() in values:
            raise refuse(found[1].decode(), "holds a formula")
    for area in AREA.findall(sheet):
        left, top, right, bottom = boundaries(area.decode())
        at = bisect_left(table.row_numbers, top)
        inside = at < len(table) and table.row_numbers[at] <= bottom
        for letter in (column_letters(c.position) for c in columns) if inside else ():
            if left <= column_of(letter) <= right:
                raise refuse(
                    f"{letter}{table.row_numbers[at]}",
                    f"shows what the formula of {area.decode()} gives",
                )


def _count_formulas(sheet: bytes) -> int:
    # Sparklines and formats hold formulas, too, but have another prefix.
    main = _MAIN.search(sheet)
    return len(re.findall(rb"<%bf[\s>/]" % main[1], sheet)) if main else 0
