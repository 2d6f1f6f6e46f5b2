"""The look of a workbook: names of the styles, so that a user changes one and all cells follow.

What is put in, what is worked out and what comes out differ in fill, in ink and in the shape of the
letters, never by colour alone.
"""

from __future__ import annotations

from xlcalc.physics.quantities.quantity import Quantity

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
DATE = "xlcalc date"
DATE_AND_TIME = f"{DATE} and time"
TIME = "xlcalc time"
DURATION = "xlcalc duration"

#: Decimals that numbers are shown with.
DIGITS = range(5)


def number_style(quantity: Quantity) -> str:
    """Name of the style for a quantity's numbers."""
    return PLAIN if is_small(quantity) else decimals(quantity.digits)


def is_small(quantity: Quantity) -> bool:
    """Whether decimals would show a quantity's numbers as 0."""
    return quantity.plausible is not None and quantity.plausible[1] < 1e-3


def decimals(digits: int) -> str:
    """Name of the style for numbers with so many decimals."""
    return f"xlcalc number {digits}"


def input_style(quantity: Quantity | None) -> str:
    """Name of the style for cells that a quantity, or any word, is typed into."""
    return INPUT if quantity is not None and quantity.kind == "number" else INPUT_TEXT


def colour(number: int) -> str:
    """Name of the style for a cell filled with a colour of the charts, from 1."""
    return f"xlcalc colour {number}"


#: Characters that fit across a landscape page at a size one can read.
PAGE_WIDTH = 190
