"""An .xls file of Excel 97 to 2003, or older."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from xlcalc.errors import InputError
from xlcalc.files.names import expect_room, location_of
from xlcalc.problems import Problem
from xlcalc.tables.addresses import Area
from xlcalc.tables.cell_values import CellError, Uncalculated
from xlcalc.workbooks.reading.number_formats import Format
from xlcalc.workbooks.reading.protocol import NOT_CALCULATED, SheetRows
from xlcalc.workbooks.reading.raised import SUBSCRIPT, SUPERSCRIPT, in_runs
from xlcalc.workbooks.reading.xlsb import ERRORS, FORMULA, whole_number

_BEGIN, _FORMULA, _NOT_CALCULATED = 0x0809, 0x0006, 0x005E
_BIFF8 = 80
_LOCKED = "encrypted"
_POSITIONS = {1: SUPERSCRIPT, 2: SUBSCRIPT}

#: Row and column of a cell, from 0.
_Place = tuple[int, int]


class XlsBook:
    """An .xls file, open for reading.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        If it is protected by a password.
    """

    def __init__(self, path: Path) -> None:
        expect_room(path)
        data = path.read_bytes()
        with open(os.devnull, "w") as nowhere:
            try:
                self._book = xlrd.open_workbook(
                    file_contents=data, logfile=nowhere, formatting_info=True, ragged_rows=True
                )
            except xlrd.XLRDError as problem:
                if _LOCKED in str(problem):
                    text, expected = "is protected by a password", "a file without one"
                    raise InputError(
                        Problem(text, expected=expected, where=location_of(path))
                    ) from None
                raise
        self.titles: list[str] = self._book.sheet_names()
        self.hidden_sheets = {sheet.name for sheet in self._book.sheets() if sheet.visibility}
        codes = {key: found.format_str for key, found in self._book.format_map.items()}
        self._formats = [
            Format(style.format_key, codes.get(style.format_key, ""), self._book.datemode == 1)
            for style in self._book.xf_list
        ]
        self._positions = {
            number: _POSITIONS[font.escapement]
            for number, font in enumerate(self._book.font_list)
            if font.escapement in _POSITIONS
        }
        self._uncalculated, self._old = _formulas(data, self._book)

    def close(self) -> None:
        """Do nothing, for the file is not open any more."""

    def sheet(self, title: str, *, head: bool = False) -> SheetRows:
        """Begin to read a sheet; all of the file is in memory anyway."""
        found = self._book.sheet_by_name(title)
        number = self.titles.index(title)
        uncalculated = self._uncalculated.get(number, set())
        hidden = {row + 1 for row, about in found.rowinfo_map.items() if about.hidden}
        return SheetRows(
            rows=self._rows(found, uncalculated),
            merged=sorted(
                Area(top + 1, left, bottom, right - 1)
                for top, bottom, left, right in found.merged_cells
            ),
            hidden=sorted(hidden),
            count=found.nrows,
            old=NOT_CALCULATED if number in self._old else "",
        )

    def _rows(self, sheet: Any, uncalculated: set[_Place]) -> Iterator[tuple[int, list[Any]]]:
        raised = self._raised(sheet)
        for row in range(sheet.nrows):
            cells = [self._value(cell) for cell in sheet.row(row)]
            for column in raised.get(row, ()):
                runs = sheet.rich_text_runlist_map[row, column]
                positions = [(start, self._positions.get(font, "")) for start, font in runs]
                cells[column] = in_runs(cells[column], positions)
            for column in range(len(cells)) if uncalculated else ():
                if (row, column) in uncalculated:
                    cells[column] = Uncalculated(FORMULA)
            yield row + 1, cells

    def _raised(self, sheet: Any) -> dict[int, list[int]]:
        """Columns of the texts with a raised or lowered part, by row."""
        found: dict[int, list[int]] = {}
        for (row, column), runs in sheet.rich_text_runlist_map.items():
            if any(font in self._positions for _, font in runs):
                found.setdefault(row, []).append(column)
        return found

    def _value(self, cell: Any) -> Any:
        if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return self._formats[cell.xf_index].show(whole_number(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return CellError(ERRORS.get(cell.value, "#VALUE!"))
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        return cell.value or None


def _formulas(data: bytes, book: Any) -> tuple[dict[int, set[_Place]], set[int]]:
    """Formulas that no program has calculated, and sheets whose other formulas may show old values.

    The library gives their zeros like any other number, so the records themselves must tell. Those
    of a sheet marked as not calculated are places held for a value, and all those of a sheet in
    which every formula is 0, as programs leave them that cannot calculate.
    """
    if book.biff_version != _BIFF8:
        return {}, set()
    with open(os.devnull, "w") as nowhere:
        stream, at, size = CompDoc(data, nowhere).locate_named_stream("Workbook")
    sheets = {start: number for number, start in enumerate(book._sh_abs_posn)}
    zeros: dict[int, set[_Place]] = {}
    calculated: set[int] = set()
    marked: set[int] = set()
    current, end = -1, min(at + size, len(stream)) - 4
    while at <= end:
        kind, length = unpack_from("<HH", stream, at)
        if kind == _BEGIN:
            current = sheets.get(at, current)
        elif kind == _NOT_CALCULATED:
            marked.add(current)
        elif kind == _FORMULA and at + 18 <= end:
            row, column, _, result = unpack_from("<HHH8s", stream, at + 4)
            if any(result):
                calculated.add(current)
            else:
                zeros.setdefault(current, set()).add((row, column))
        at += 4 + length
    uncalculated = {n: places for n, places in zeros.items() if n in marked or n not in calculated}
    return uncalculated, marked & calculated
