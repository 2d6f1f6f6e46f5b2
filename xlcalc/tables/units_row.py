"""Rows that give units: the one beside the header, and others among designs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from xlcalc.errors import InputError
from xlcalc.physics.materials import Materials
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities.units import is_unit
from xlcalc.problems import Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.header_aliases import NO_UNIT, unit_of
from xlcalc.tables.header_matching import RESULT_HEADERS, HeaderMatch, Vocabulary
from xlcalc.tables.number_parsing import is_void
from xlcalc.tables.table import Column, Row, Table

#: Words in a row of units, where a column has none.
_UNIT_WORDS = ("unit", "units", "einheit")


def units_row(
    table: Table, head: Sequence[Row], at: int, vocabulary: Vocabulary
) -> tuple[int, list[Column]] | None:
    """The row beside the header that gives units, and the columns with them; None without any.

    It is the first below the header that is neither blank nor a remark, or the one above it.

    Parameters
    ----------
    table : Table
        The columns as found.
    head : sequence of sequence
        The first rows, of which one is the header.
    at : int
        Index of the header.
    vocabulary : Vocabulary
        What headers may name.

    Returns
    -------
    tuple of int and list of Column, or None
        Number of the row, as people count.

    Raises
    ------
    InputError
        If a unit cannot be converted, or is another than the header's own.
    """
    below = (n for n in range(at + 1, len(head)) if not _is_remark(head[n], table.columns))
    for n in (*islice(below, 1), *range(max(at - 1, 0), at)):
        row = head[n]
        pairs = [(c, row[c.position] if c.position < len(row) else None) for c in table.columns]
        if _holds_units(pairs):
            return n + 1, [_with_unit(table, *pair, n + 1, vocabulary) for pair in pairs]
    return None


def _is_remark(cells: Row, columns: Iterable[Column]) -> bool:
    """Whether a row is blank or holds but a text, which is no unit and stands below no number."""
    held = [n for n, cell in enumerate(cells) if not is_void(cell)]
    if len(held) != 1:
        return not held
    match = next((_named(column) for column in columns if column.position == held[0]), None)
    of_number = match is not None and match.quantity.kind == "number"
    return isinstance(cells[held[0]], str) and not (names_unit(cells[held[0]]) or of_number)


def _named(column: Column) -> HeaderMatch | None:
    """What a header names: a field, or a result that the column is there for."""
    return column.match or RESULT_HEADERS.match_header(column.header)


def _holds_units(pairs: Iterable[tuple[Column, Any]]) -> bool:
    """Whether cells are units, of which one belongs to a column of numbers or to none of ours.

    Beside a unit of a number other words, such as "material", may stand in columns of words; a row
    that names a material of the library is a design.
    """
    known = of_number = words = False
    for column, cell in pairs:
        if is_void(cell):
            continue
        unit = bare_unit(cell) if isinstance(cell, str) else "0"
        if unit not in NO_UNIT and unit[0].isdigit():
            return False
        match = _named(column)
        if match is None:
            known = known or is_unit(unit)
        elif match.quantity.kind != "number":
            if match.quantity.kind == "material" and unit in Materials.library():
                return False
            words = words or (unit not in NO_UNIT and normalized(unit) not in _UNIT_WORDS)
        elif unit not in NO_UNIT and (column.match is None or _is_unit_of(match, unit)):
            known = True
            of_number = of_number or column.match is not None
    return of_number if words else known


def _is_unit_of(match: HeaderMatch, unit: str) -> bool:
    return is_unit(unit) or unit_of(match.quantity, unit) is not None


def units_test(table: Table) -> Callable[[Row], bool]:
    """A test whether a row among designs holds units of columns of numbers, and no number."""
    numbers = [
        n
        for n, column in enumerate(table.columns)
        if column.match and column.match.quantity.kind == "number"
    ]
    if table.decimal_marks is None:
        numbers = []

    def is_units(cells: Row) -> bool:
        for n in numbers:
            # The first number of a row tells; few rows are looked at more closely.
            cell = cells[n]
            if cell is not None and (type(cell) is not str or cell[:1].isdigit()):
                return False
        units = 0
        for n in numbers:
            cell = cells[n]
            if is_void(cell):
                continue
            match, unit = table.columns[n].match, bare_unit(cell)
            if match is None or unit[:1].isdigit():
                return False
            units += unit not in NO_UNIT and _is_unit_of(match, unit)
        # One alone beside materials is a slip in a design.
        return units > 1 or (units > 0 and _holds_units(zip(table.columns, cells, strict=True)))

    return is_units


def same_units(pairs: Iterable[tuple[Column, Any]]) -> bool:
    """Whether the units of a row are those that the columns have."""
    for column, cell in pairs:
        match, unit = column.match, "" if is_void(cell) else bare_unit(str(cell))
        if match is None or match.quantity.kind != "number" or unit in NO_UNIT:
            continue
        own = unit_of(match.quantity, match.unit or match.quantity.unit)
        if unit_of(match.quantity, unit) != own:
            return False
    return True


def _with_unit(
    table: Table, column: Column, cell: Any, number: int, vocabulary: Vocabulary
) -> Column:
    """A column of numbers with the unit that a cell of the row of units gives."""
    header, match = column.header, _named(column)
    unit = "" if is_void(cell) else bare_unit(cell)
    if match is None or match.quantity.kind != "number" or unit in NO_UNIT:
        return column
    quantity = match.quantity
    share = unit_of(quantity, unit)
    where = table.source.at(f"{column_letters(column.position)}{number}")
    if share is None:
        side = "below" if number > table.header_row else "above"
        text = f"{cell!r} {side} {header!r} is no unit of {quantity.label}"
        raise InputError(Problem(text, expected=", ".join(quantity.units) or "none", where=where))
    own = unit_of(quantity, match.unit or quantity.unit)
    whole = f"{header} [{unit}]"
    again = (vocabulary if column.match else RESULT_HEADERS).match_header(whole)
    # The name of a field tells its unit.
    named = quantity.unit and normalized(header) == normalized(quantity.name)
    if again is not None and again.quantity is quantity and not named:
        return replace(column, header=whole, match=column.match and again)
    if own == share:
        return column
    text = f"{cell!r} is another unit than that of the header {header!r}"
    raise InputError(Problem(text, expected="one of them", where=where))


def names_unit(cell: Any) -> bool:
    """Whether a cell is a unit, in brackets or not.

    Examples
    --------
    >>> names_unit("(nm)"), names_unit("in mm"), names_unit("20"), names_unit(None)
    (True, True, False, False)
    """
    return isinstance(cell, str) and is_unit(bare_unit(cell))


def bare_unit(text: str) -> str:
    """A unit without the brackets around it or the word before it.

    Examples
    --------
    >>> bare_unit("(nm)"), bare_unit("in mm")
    ('nm', 'mm')
    """
    return text.strip().strip("[]()").strip().removeprefix("in ").strip()
