"""The styles that openpyxl gives a workbook: named styles, styled cells, tables, ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isnan
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import (
    Alignment,
    Border,
    Font,
    NamedStyle,
    PatternFill,
    Protection,
    Side,
)
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

from xlcalc._version import __version__
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.layout import COLOURS
from xlcalc.workbooks.package.xml_text import printable
from xlcalc.workbooks.styles import PAGE_WIDTH

_INK, _INPUT, _RESULT, _WORKING = "FF262626", "FF0B4F6C", "FF4A4A4A", "FF6B6B6B"
_INPUT_INK, _PAPER, _WORKING_INK = "FF0B3D91", "FFFFF8E1", "FF595959"
_LEFT = Alignment(horizontal="left", indent=1, vertical="top")
_WRAPPED = Alignment(horizontal="left", indent=1, vertical="top", wrap_text=True)
_TOP = Alignment(vertical="top")
_LINE = Border(bottom=Side(style="thin", color="FFBFBFBF"))
_BOX = Border(*(Side(style="thin", color="FFBFBFBF") for _ in range(4)))


def new_book() -> Workbook:
    """An empty workbook with the named styles, for rows to be appended to."""
    book = Workbook(write_only=True)
    add_styles(book)
    book.properties.creator = f"xlcalc {__version__}"
    return book


def styled(page: Any, value: Any, name: str) -> Any:
    """A cell with a named style, in which a text is a text whatever it begins with."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and isnan(value):
        value = None
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


def print_setup(page: Any, *, header_rows: int = 0, width: float = 0) -> None:
    """Make a page print in landscape on A4, as many pages wide as it must be to be read."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth = max(1, round(width / PAGE_WIDTH))
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A, page &P of &N"
    if header_rows:
        page.print_title_rows = f"1:{header_rows}"
        page.print_title_cols = "A:A"


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


def add_styles(book: Workbook) -> None:
    """Give a workbook the named styles."""
    for named in (*_words(), *_numbers()):
        book.add_named_style(named)


def add_time_styles(book: Workbook) -> None:
    """Give a workbook the named styles of days and times."""
    for name, shown in (
        (style.DATE, "yyyy-mm-dd"),
        (style.DATE_AND_TIME, "yyyy-mm-dd h:mm:ss"),
        (style.TIME, "h:mm:ss"),
        (style.DURATION, "[hh]:mm:ss"),
    ):
        book.add_named_style(
            NamedStyle(name, font=_font(), border=_LINE, alignment=_LEFT, number_format=shown)
        )


def _font(color: str = _INK, size: int = 10, **options: bool) -> Font:
    return Font(name=style.FONT, size=size, color=color, **options)


def _words() -> Iterator[NamedStyle]:
    yield NamedStyle(style.TITLE, font=_font(size=14, bold=True))
    yield NamedStyle(style.TEXT, font=_font(), border=_LINE, alignment=_LEFT)
    yield NamedStyle(style.LONG_TEXT, font=_font(), border=_LINE, alignment=_WRAPPED)
    yield NamedStyle(
        style.PROSE,
        font=_font(),
        alignment=Alignment(horizontal="left", vertical="top", wrap_text=True),
    )
    yield NamedStyle(
        style.ERROR, font=_font("FF9C0006", bold=True), border=_LINE, alignment=_WRAPPED
    )
    yield NamedStyle(style.BAND, font=_font(bold=True), alignment=_TOP)
    yield NamedStyle(style.HINT, font=_font(_WORKING_INK), alignment=_TOP)
    yield NamedStyle(style.AXIS, font=_font(bold=True), border=_LINE, number_format="0.###")
    yield NamedStyle(style.PLAIN, font=_font(), border=_LINE, alignment=_TOP)
    yield NamedStyle(style.CHECK, font=_font(bold=True), border=_LINE, alignment=_LEFT)
    for number, shown in enumerate(COLOURS, start=1):
        ground = PatternFill("solid", fgColor="FF" + shown[1:])
        ink = "FFFFFFFF" if number in (1, 3, 5) else _INK
        yield NamedStyle(
            style.colour(number), font=_font(ink, bold=True), fill=ground, border=_LINE
        )
    for name, filled, italic in (
        (style.HEADER_INPUT, _INPUT, False),
        (style.HEADER_RESULT, _RESULT, False),
        (style.HEADER_WORKING, _WORKING, True),
    ):
        yield NamedStyle(
            name,
            font=_font("FFFFFFFF", bold=True, italic=italic),
            fill=PatternFill("solid", fgColor=filled),
            alignment=Alignment(wrap_text=True, vertical="center"),
        )


def _numbers() -> Iterator[NamedStyle]:
    for digits in style.DIGITS:
        shown = "0." + "0" * digits if digits else "0"
        yield NamedStyle(
            style.decimals(digits), font=_font(), border=_LINE, alignment=_TOP, number_format=shown
        )
    # What is typed is shown as typed; what is worked out, with its digits.
    typed = {
        "font": _font(_INPUT_INK),
        "fill": PatternFill("solid", fgColor=_PAPER),
        "border": _BOX,
        "protection": Protection(locked=False),
    }
    yield NamedStyle(style.INPUT, alignment=_TOP, **typed)
    yield NamedStyle(style.INPUT_SMALL, alignment=_TOP, number_format="0E+00", **typed)
    yield NamedStyle(style.INPUT_TEXT, alignment=_LEFT, **typed)
    yield NamedStyle(style.INPUT_LONG, alignment=_WRAPPED, **typed)
    yield NamedStyle(
        style.WORKING,
        font=_font(_WORKING_INK, italic=True),
        border=_LINE,
        alignment=_TOP,
        number_format="General",
    )
