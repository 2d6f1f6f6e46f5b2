"""Pages of a workbook: styled cells, tables and sheets of words, ready to print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

from .. import __version__
from ..materials import Material
from ..quantities import MATERIAL
from ..quantity import Quantity
from .style import (
    BAND,
    ERROR,
    HEADER_INPUT,
    HEADER_RESULT,
    LONG_TEXT,
    PROSE,
    TEXT,
    TITLE,
    add_styles,
)
from .style import number_style as style_of

#: Told how many more rows are written.
Progress = Callable[[int], None]

#: Characters that fit across a landscape page at a size one can read.
_PAGE_WIDTH = 190

_WIDEST = 70

#: Rows whose texts decide how wide a column is.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    header : str
        Its header.
    values : sequence
        Its cells.
    style : str
        Named style of its cells.
    header_style : str
        Named style of its header.
    group : str
        Word above the header where a group of columns begins.
    """

    header: str
    values: Sequence[Any]
    style: str = TEXT
    header_style: str = HEADER_RESULT
    group: str = ""

    @property
    def width(self) -> float:
        """Width that shows the header's longest word and the first texts."""
        longest = max(map(len, self.header.split()), default=0)
        return float(min(_WIDEST, max(8, longest, self._longest_text)) + 3)

    @property
    def cell_style(self) -> str:
        """Style of its cells; texts that the widest column would cut go over several lines."""
        return LONG_TEXT if self._longest_text > _WIDEST else self.style

    @property
    def _longest_text(self) -> int:
        if self.style != TEXT:
            return 0
        return max((len(str(v)) for v in self.values[:_LOOKED_AT] if v is not None), default=0)


def quantity_column(
    quantity: Quantity, values: Sequence[Any], *, given: bool = False, group: str = ""
) -> Column:
    """A column of a quantity; `given` for what a user puts in."""
    return Column(
        header=quantity.header,
        values=values,
        style=style_of(quantity) if quantity.kind == "number" else TEXT,
        header_style=HEADER_INPUT if given else HEADER_RESULT,
        group=group,
    )


def materials_columns(materials: Sequence[Material], *, given: bool = False) -> list[Column]:
    """Columns of a Materials sheet: values, and the sources of all of them."""
    special = {
        "material": [material.name for material in materials],
        "source": [
            ", ".join(filter(None, (material.all_sources, material.source)))
            for material in materials
        ],
        "remark": [m.remark or "; ".join(m.notes.values()) for m in materials],
    }
    return [
        quantity_column(
            quantity,
            special.get(name) or [getattr(material, name) for material in materials],
            given=given,
        )
        for name, quantity in MATERIAL.items()
    ]


def new_book() -> Workbook:
    """An empty workbook with the named styles, for rows to be appended to."""
    book = Workbook(write_only=True)
    add_styles(book)
    book.properties.creator = f"xlcalc {__version__}"
    return book


#: What a cell can hold; of anything else it shows the text.
_HELD = (str, int, float, Decimal, date, time, timedelta, type(None))


def styled(page: Any, value: Any, name: str) -> Any:
    """A cell with a named style, in which a text is a text whatever it begins with."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        value = None
    elif not isinstance(value, _HELD) or getattr(value, "tzinfo", None) is not None:
        value = str(value)
    cell = WriteOnlyCell(page)
    # Looking a style up by name takes longer than writing a cell.
    cell._style = _style_array(page.parent, name)
    if isinstance(value, str):
        cell.value = printable(value)
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


@lru_cache(maxsize=16)
def _style_array(book: Workbook, name: str) -> Any:
    cell = WriteOnlyCell(book.worksheets[0])
    cell.style = name
    return cell._style


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str, most: int = 32_767) -> str:
    """A text as a workbook can hold it: no control characters, and no longer than a cell takes."""
    clean = _UNPRINTABLE.sub("", text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def add_words(book: Workbook, title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Add a sheet of two columns: what, and words about it."""
    page = book.create_sheet(title)
    page.column_dimensions["A"].width = 20
    page.column_dimensions["B"].width = 110
    page.sheet_view.showGridLines = False
    print_setup(page)
    page.append([styled(page, title, TITLE)])
    for name, text in lines:
        page.append([styled(page, name, BAND), styled(page, text, PROSE)])


def print_setup(page: Any, *, header_rows: int = 0, width: float = 0) -> None:
    """Make a page print in landscape on A4, as many pages wide as it must be to be read."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth = max(1, round(width / _PAGE_WIDTH))
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A, page &P of &N"
    if header_rows:
        page.print_title_rows = f"1:{header_rows}"
        page.print_title_cols = "A:A"


def add_table(
    book: Workbook,
    title: str,
    columns: Sequence[Column],
    *,
    marked: Callable[[int], int | None] = lambda row: None,
    progress: Progress = lambda rows: None,
) -> None:
    """Add a sheet that is one Excel table, below a band of words if its columns have groups.

    Parameters
    ----------
    book : Workbook
        Where to.
    title : str
        Name on the tab, and of the table.
    columns : sequence of Column
        All of one length.
    marked : callable
        Position of the column to mark as an error in a row, or None.
    progress : callable
        Told how many more rows are written.
    """
    page = book.create_sheet(title)
    band = any(column.group for column in columns)
    top = 2 if band else 1
    page.freeze_panes = f"B{top + 1}"
    print_setup(page, header_rows=top, width=sum(column.width for column in columns))
    for position, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(position)].width = column.width
    page.row_dimensions[top].height = 48
    if band:
        page.append(_band(page, columns))
    headers = unique([column.header for column in columns])
    page.append([styled(page, h, c.header_style) for h, c in zip(headers, columns, strict=True)])
    styles = [column.cell_style for column in columns]
    rows = 0
    for rows, values in enumerate(zip(*(c.values for c in columns), strict=True), start=1):
        cells = [styled(page, value, name) for value, name in zip(values, styles, strict=True)]
        wrong = marked(rows - 1)
        if wrong is not None:
            cells[wrong]._style = _style_array(book, ERROR)
        page.append(cells)
        if rows % 1000 == 0:
            progress(1000)
    progress(rows % 1000)
    if rows:
        corner = f"{get_column_letter(len(headers))}{top + rows}"
        name = title.title().replace(" ", "")
        add_excel_table(page, name, f"A{top}:{corner}", headers)


def add_excel_table(
    page: Any,
    name: str,
    reference: str,
    headers: Sequence[str],
    formulas: Mapping[str, str] | None = None,
) -> None:
    """Make cells of a page an Excel table; `formulas` are those of its calculated columns."""
    table = Table(displayName=name, ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    table._initialise_columns()
    for column, header in zip(table.tableColumns, headers, strict=True):
        column.name = header
        if formulas and header in formulas:
            text = formulas[header].removeprefix("=")
            column.calculatedColumnFormula = TableFormula(attr_text=text)
    # add_table warns that columns must be added by hand, which is done.
    page.tables.add(table)


def _band(page: Any, columns: Sequence[Column]) -> list[Any]:
    """Words above the header where a new group of columns begins."""
    words = [
        column.group if not n or columns[n - 1].group != column.group else ""
        for n, column in enumerate(columns)
    ]
    return [styled(page, word or None, BAND) for word in words]


def unique(headers: Sequence[str]) -> list[str]:
    """Headers of which no two are the same, as an Excel table needs them.

    Examples
    --------
    >>> unique(["Lot", "lot", ""])
    ['Lot', 'lot (2)', 'column']
    """
    taken: set[str] = set()
    result = []
    for header in headers:
        # A header of an Excel table has at most 255 characters and no line break of its own.
        text = free = printable(header, 250).strip() or "column"
        count = 1
        while free.casefold() in taken:
            count += 1
            free = f"{text[:240]} ({count})"
        taken.add(free.casefold())
        result.append(free)
    return result
