"""Workbooks in: the table of designs and the workbook's own materials."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

import openpyxl
from openpyxl.utils import column_index_from_string

from ..errors import EmptyTableError, InputError, XlcalcError
from ..files import name_of
from ..grid import (
    SEARCHED,
    OwnMaterials,
    headers_found,
    own_materials,
    table_from_rows,
)
from ..numbers import is_blank
from ..progress import Progress, Silent
from ..quantities import MATERIAL
from ..shapes import Row
from ..table import Merged, Table, Uncalculated
from ..words import key
from .columns import CalcTable
from .materials_table import MATERIALS_TABLE
from .scan import Limits, check_package
from .sheets import MATERIALS, STACKS
from .stacks_table import STACKS_TABLE, SWEPT

#: Share of a template's calculated columns by which its table is known.
_MARK = 0.8

#: Rows between two words to whoever watches.
_STEP = 1000


class WorkbookFile:
    """An .xlsx or .xlsm file, open for reading its values.

    Parameters
    ----------
    path : Path
        The file.
    progress : Progress, optional
        Told how many rows are read.
    limits : Limits, optional
        What it may have before it is refused unread.

    Raises
    ------
    InputError
        If it is no workbook that can be read.
    """

    def __init__(
        self, path: Path, progress: Progress | None = None, limits: Limits | None = None
    ) -> None:
        self.path = path
        self._progress = progress
        check_package(path, limits)
        with self._parsing():
            self._values = openpyxl.load_workbook(path, read_only=True, data_only=True)
            self.titles: list[str] = [sheet.title for sheet in self._values.worksheets]

    @contextmanager
    def _parsing(self) -> Iterator[None]:
        """Turn whatever a damaged file makes the parser raise into one sentence."""
        with warnings.catch_warnings():
            # What openpyxl cannot keep when it saves does not matter to who only reads.
            warnings.simplefilter("ignore")
            try:
                yield
            except XlcalcError:
                raise
            except Exception as problem:
                reason = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
                raise InputError(
                    f"{name_of(self.path)}: is no workbook that can be read ({reason}); expected "
                    "an .xlsx file"
                ) from None

    def close(self) -> None:
        """Close the file."""
        self._values.close()

    def __enter__(self) -> WorkbookFile:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def find(self, title: str) -> str | None:
        """Title of a sheet as the workbook spells it, or None; case does not matter."""
        same = (known for known in self.titles if known.casefold() == title.casefold())
        return title if title in self.titles else next(same, None)

    def source(self, title: str) -> str:
        """What to call a sheet in a sentence."""
        return f"{name_of(self.path)}, sheet {title}"

    def rows(self, title: str) -> Iterator[Row]:
        """Cells of every row from the first.

        A formula nobody calculated is an `Uncalculated`, a cell that a merged range covers a
        `Merged`; neither may pass for a blank.
        """
        with self._parsing():
            values: Any = self._values[title]
            # The size a file claims for a sheet may be wrong; rows are read to the last.
            values.reset_dimensions()
            with zipfile.ZipFile(self.path) as package:
                text = package.read(values._worksheet_path)
            special = _special_cells(text)
            rows = values.iter_rows(values_only=True)
        progress = self._progress or Silent()
        progress.start(f"reading {title}", len(_ROW.findall(text)))
        del text
        for number in count(1):
            # Row by row, for whoever takes the rows must not run under our filter of warnings.
            with self._parsing():
                row = next(rows, None)
            if row is None:
                return
            if number % _STEP == 0:
                progress.step(_STEP)
            if number in special:
                cells = [*row, *(None,) * (max(special[number]) + 1 - len(row))]
                for column, cell in special[number].items():
                    if cells[column] is None:
                        cells[column] = cell
                row = cells
            yield row


_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<head>[^>]*)(?<!/)>(?P<body>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?f\b.*?)</(?:\w+:)?c>",
    re.DOTALL,
)
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>(.*?)</(?:\w+:)?f>", re.DOTALL)
# A formula that gives an empty text has an empty value of type "str"; one nobody calculated, none.
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_TEXT = re.compile(rb'\bt="str"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="(([A-Z]+)(\d+):([A-Z]+)(\d+))"')

#: Cells of merged ranges looked at; a range larger than that is decoration, not data.
_MOST_MERGED = 100_000


def _special_cells(text: bytes) -> dict[int, dict[int, Uncalculated | Merged]]:
    """Cells whose blank is none, by row number and position.

    openpyxl gives None alike for a blank, for a formula that was never calculated and for a cell
    covered by a merged range, so the sheet's own text must tell them apart.
    """
    special: dict[int, dict[int, Uncalculated | Merged]] = {}
    if re.search(rb"<(?:\w+:)?f[ >/]", text):
        for cell in _CELL.finditer(text):
            place = _REFERENCE.search(cell["head"])
            if place is None or _VALUE.search(cell["body"]) or _TEXT.search(cell["head"]):
                continue
            formula = _FORMULA.search(cell["body"])
            words = unescape(formula[1].decode("utf-8", "replace")) if formula else ""
            column = column_index_from_string(place[1].decode()) - 1
            special.setdefault(int(place[2]), {})[column] = Uncalculated("=" + words)
    for merged in _MERGED.finditer(text):
        left, right = (column_index_from_string(merged[n].decode()) for n in (2, 4))
        top, bottom = int(merged[3]), int(merged[5])
        if (right - left + 1) * (bottom - top + 1) > _MOST_MERGED:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    covered = Merged(merged[1].decode())
                    special.setdefault(row, {})[column - 1] = covered
    return special


def read_designs_table(book: WorkbookFile, sheet: str | None = None) -> Table:
    """The table of designs of a workbook.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.
    sheet : str, optional
        The sheet to read: "Stacks", or else the first with a column for each required field.

    Returns
    -------
    Table
        Its raw cells.

    Raises
    ------
    InputError
        If there is no such sheet or no designs in it.
    """
    if sheet is not None:
        title = book.find(sheet)
        if title is None:
            raise InputError(
                f"{name_of(book.path)}: has no sheet {sheet!r}; it has {', '.join(book.titles)}"
            )
    else:
        title = book.find(STACKS.title) or _first_with_designs(book)
    table = table_from_rows(book.rows(title), book.source(title))
    return _without_formulas(table, STACKS_TABLE, [column.header for column in SWEPT])


def _without_formulas(table: Table, template: CalcTable, further: Iterable[str] = ()) -> Table:
    """What a template's table holds besides that which it calculates itself.

    A sheet with few of a template's columns is the user's own, and stays as it is. `further` are
    headers that only some templates calculate, and then all of them.
    """
    calculated = {*template.calculated}
    if len(calculated & {*table.headers}) < _MARK * len(calculated):
        return table
    if {*further} <= {*table.headers}:
        calculated.update(further)
    kept = [n for n, header in enumerate(table.headers) if header not in calculated]
    filled = [
        row for row in range(len(table)) if any(not is_blank(table.columns[n][row]) for n in kept)
    ]
    if not filled:
        raise EmptyTableError(
            f"{table.source}, row {table.header_row}: nothing stands below the header"
        )
    places = range(len(table.headers)) if table.places is None else table.places
    return replace(
        table,
        headers=[table.headers[n] for n in kept],
        columns=[[table.columns[n][row] for row in filled] for n in kept],
        places=[places[n] for n in kept],
        row_numbers=[table.row_numbers[row] for row in filled],
    )


def _first_with_designs(book: WorkbookFile) -> str:
    candidates = [title for title in book.titles if key(title) != key(MATERIALS.title)]
    if not candidates:
        raise InputError(
            f"{name_of(book.path)}: has no sheet of designs; expected {STACKS.title!r}"
        )
    # Else the one that comes nearest, whose error then says what is missing.
    return max(candidates, key=lambda title: headers_found(islice(book.rows(title), SEARCHED)))


def read_materials(book: WorkbookFile) -> OwnMaterials:
    """A workbook's own materials; one without a Materials sheet has none.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.

    Returns
    -------
    OwnMaterials
        Rows that can be used, and sentences on the others.
    """
    title = book.find(MATERIALS.title)
    if title is None:
        return OwnMaterials()
    try:
        table = table_from_rows(book.rows(title), book.source(title), MATERIAL)
        table = _without_formulas(table, MATERIALS_TABLE)
        return own_materials(table)
    except EmptyTableError:
        return OwnMaterials()
