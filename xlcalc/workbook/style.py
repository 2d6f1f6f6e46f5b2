"""The look of a workbook: named styles, so that a user changes one and all cells follow.

What is put in, what is worked out and what comes out differ in fill, in ink and in the shape of the
letters, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import (
    Alignment,
    Border,
    Font,
    NamedStyle,
    PatternFill,
    Protection,
    Side,
)

from ..figure import COLOURS
from ..quantity import Quantity

FONT = "Calibri"
TITLE = "xlcalc title"
TEXT = "xlcalc text"
LONG_TEXT = "xlcalc long text"
PROSE = "xlcalc prose"
HEADER_INPUT = "xlcalc input header"
HEADER_RESULT = "xlcalc result header"
HEADER_WORKING = "xlcalc working header"
BAND = "xlcalc band"
ERROR = "xlcalc error"
INPUT = "xlcalc input"
INPUT_TEXT = f"{INPUT} text"
INPUT_LONG = f"{INPUT} long"
INPUT_SMALL = f"{INPUT} small"
WORKING = "xlcalc working"
CHECK = "xlcalc check"
HINT = "xlcalc hint"
PLAIN = "xlcalc number"
AXIS = "xlcalc axis"

_INK, _INPUT, _RESULT, _WORKING = "FF262626", "FF0B4F6C", "FF4A4A4A", "FF6B6B6B"
_INPUT_INK, _PAPER, _WORKING_INK = "FF0B3D91", "FFFFF8E1", "FF595959"
_LEFT = Alignment(horizontal="left", indent=1, vertical="top")
_WRAPPED = Alignment(horizontal="left", indent=1, vertical="top", wrap_text=True)
_TOP = Alignment(vertical="top")
_LINE = Border(bottom=Side(style="thin", color="FFBFBFBF"))
_BOX = Border(*(Side(style="thin", color="FFBFBFBF") for _ in range(4)))

#: Decimals that numbers are shown with.
_DIGITS = range(5)


def number_style(quantity: Quantity) -> str:
    """Name of the style for a quantity's numbers."""
    return decimals(quantity.digits)


def decimals(digits: int) -> str:
    """Name of the style for numbers with so many decimals."""
    return f"xlcalc number {digits}"


def input_style(quantity: Quantity | None) -> str:
    """Name of the style for cells that a quantity, or any word, is typed into."""
    return INPUT if quantity is not None and quantity.kind == "number" else INPUT_TEXT


def colour(number: int) -> str:
    """Name of the style for a cell filled with a colour of the charts, from 1."""
    return f"xlcalc colour {number}"


def add_styles(book: Workbook) -> None:
    """Give a workbook the named styles."""
    for style in (*_words(), *_numbers()):
        book.add_named_style(style)


def _font(color: str = _INK, size: int = 10, **looks: bool) -> Font:
    return Font(name=FONT, size=size, color=color, **looks)


def _words() -> Iterator[NamedStyle]:
    yield NamedStyle(TITLE, font=_font(size=14, bold=True))
    yield NamedStyle(TEXT, font=_font(), border=_LINE, alignment=_LEFT)
    yield NamedStyle(LONG_TEXT, font=_font(), border=_LINE, alignment=_WRAPPED)
    yield NamedStyle(
        PROSE, font=_font(), alignment=Alignment(horizontal="left", vertical="top", wrap_text=True)
    )
    yield NamedStyle(ERROR, font=_font("FF9C0006", bold=True), border=_LINE, alignment=_WRAPPED)
    yield NamedStyle(BAND, font=_font(bold=True), alignment=_TOP)
    yield NamedStyle(HINT, font=_font(_WORKING_INK), alignment=_TOP)
    yield NamedStyle(AXIS, font=_font(bold=True), border=_LINE, number_format="0.###")
    yield NamedStyle(PLAIN, font=_font(), border=_LINE, alignment=_TOP)
    yield NamedStyle(CHECK, font=_font(bold=True), border=_LINE, alignment=_LEFT)
    for number, shown in enumerate(COLOURS, start=1):
        ground = PatternFill("solid", fgColor="FF" + shown[1:])
        ink = "FFFFFFFF" if number in (1, 3, 5) else _INK
        yield NamedStyle(colour(number), font=_font(ink, bold=True), fill=ground, border=_LINE)
    for name, filled, italic in (
        (HEADER_INPUT, _INPUT, False),
        (HEADER_RESULT, _RESULT, False),
        (HEADER_WORKING, _WORKING, True),
    ):
        yield NamedStyle(
            name,
            font=_font("FFFFFFFF", bold=True, italic=italic),
            fill=PatternFill("solid", fgColor=filled),
            alignment=Alignment(wrap_text=True, vertical="center"),
        )


def _numbers() -> Iterator[NamedStyle]:
    for digits in _DIGITS:
        shown = "0." + "0" * digits if digits else "0"
        yield NamedStyle(
            decimals(digits), font=_font(), border=_LINE, alignment=_TOP, number_format=shown
        )
    # What is typed is shown as typed; what is worked out, with its digits.
    typed = {
        "font": _font(_INPUT_INK),
        "fill": PatternFill("solid", fgColor=_PAPER),
        "border": _BOX,
        "protection": Protection(locked=False),
    }
    yield NamedStyle(INPUT, alignment=_TOP, **typed)
    yield NamedStyle(INPUT_SMALL, alignment=_TOP, number_format="0E+00", **typed)
    yield NamedStyle(INPUT_TEXT, alignment=_LEFT, **typed)
    yield NamedStyle(INPUT_LONG, alignment=_WRAPPED, **typed)
    yield NamedStyle(
        WORKING,
        font=_font(_WORKING_INK, italic=True),
        border=_LINE,
        alignment=_TOP,
        number_format="General",
    )
