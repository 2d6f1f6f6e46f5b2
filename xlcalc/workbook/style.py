"""The look of a workbook: named styles, so that a user changes one and all cells follow."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from ..quantity import Quantity

FONT = "Calibri"
TITLE = "xlcalc title"
TEXT = "xlcalc text"
LONG_TEXT = "xlcalc long text"
PROSE = "xlcalc prose"
HEADER_INPUT = "xlcalc input header"
HEADER_RESULT = "xlcalc result header"
BAND = "xlcalc band"
ERROR = "xlcalc error"

_INK, _INPUT, _RESULT = "FF262626", "FF0B4F6C", "FF4A4A4A"
_LEFT = Alignment(horizontal="left", indent=1, vertical="top")
_WRAPPED = Alignment(horizontal="left", indent=1, vertical="top", wrap_text=True)
_LINE = Border(bottom=Side(style="thin", color="FFBFBFBF"))


def number_style(quantity: Quantity) -> str:
    """Name of the style for a quantity's numbers."""
    return decimals(quantity.digits)


def decimals(digits: int) -> str:
    """Name of the style for numbers with so many decimals."""
    return f"xlcalc number {digits}"


def add_styles(book: Workbook) -> None:
    """Give a workbook the named styles."""
    plain = Font(name=FONT, size=10, color=_INK)
    for style in (
        NamedStyle(TITLE, font=Font(name=FONT, size=14, bold=True, color=_INK)),
        NamedStyle(TEXT, font=plain, border=_LINE, alignment=_LEFT),
        NamedStyle(
            LONG_TEXT,
            font=plain,
            border=_LINE,
            alignment=_WRAPPED,
        ),
        NamedStyle(PROSE, font=plain, alignment=Alignment(vertical="top", wrap_text=True)),
        NamedStyle(
            ERROR,
            font=Font(name=FONT, size=10, bold=True, color="FF9C0006"),
            border=_LINE,
            alignment=_WRAPPED,
        ),
        NamedStyle(
            BAND,
            font=Font(name=FONT, size=10, bold=True, color=_INK),
            alignment=Alignment(vertical="top"),
        ),
        *(
            NamedStyle(
                name,
                font=Font(name=FONT, size=10, bold=True, color="FFFFFFFF"),
                fill=PatternFill("solid", fgColor=colour),
                alignment=Alignment(wrap_text=True, vertical="center"),
            )
            for name, colour in ((HEADER_INPUT, _INPUT), (HEADER_RESULT, _RESULT))
        ),
        *(
            NamedStyle(
                decimals(digits),
                font=plain,
                border=_LINE,
                alignment=Alignment(vertical="top"),
                number_format="0." + "0" * digits if digits else "0",
            )
            for digits in range(5)
        ),
    ):
        book.add_named_style(style)
