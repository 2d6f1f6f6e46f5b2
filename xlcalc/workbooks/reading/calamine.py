"""Large sheets of nothing but numbers and texts: calamine reads them several times faster than we.

It tells no error values, formulas without a value, hidden rows or percentages, so it reads no sheet
that may have any; and it holds a sheet as one block, so none whose cells lie far apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlcalc.workbooks.package.limits import SheetExtent
from xlcalc.workbooks.reading.xlsx_values import text_of

#: Rows beyond which it is worth its import.
MANY = 2_000

#: Cells from the first to the last for each that there is.
_SPAN_PER_CELL = 15

#: Beyond it not every whole number is a float.
_LARGEST = 2.0**53


def plain_rows(
    path: Path, title: str, extent: SheetExtent
) -> Iterator[tuple[int, list[Any]]] | None:
    """Numbered rows of a sheet, or None for one that is not for calamine.

    Parameters
    ----------
    path : Path
        The file.
    title : str
        Title of the sheet.
    extent : SheetExtent
        What was found in it before.
    """
    if extent.special or extent.span > _SPAN_PER_CELL * extent.cells:
        return None
    from python_calamine import CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(title)
        start, rows = sheet.start, sheet.iter_rows()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        # What it calls a panic is no Exception; the parser that follows says what is wrong.
        return None
    # It leaves out what is blank before the first cell of a column.
    left = [None] * (start[1] if start else 0)
    return ((number, left + [_plain(v) for v in row]) for number, row in enumerate(rows, start=1))


def _plain(value: Any) -> Any:
    """A cell as a person entered it: 5 and not 5.0, a blank as None."""
    kind = type(value)
    if kind is float:
        return int(value) if value.is_integer() and abs(value) < _LARGEST else value
    if kind is str:
        return text_of(value)
    return datetime(value.year, value.month, value.day) if kind is date else value
