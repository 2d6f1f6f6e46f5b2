"""Functions and operators that the engine works out otherwise than Excel, as Excel has them.

formualizer 0.13 knows capitals of ASCII alone, compares all digits of numbers where Excel compares
15, and has its own rules for some arguments of a few functions. A formula calls these instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from xlcalc.tables.cell_values import NOT_AVAILABLE, VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.cell_conversion import (
    NUM,
    NoValue,
    UnsureError,
    WrongError,
    as_number,
    cell_text,
    kind_order,
    text_order,
    wildcard_pattern,
)
from xlcalc.workbooks.formulas.cell_function import CellFunction
from xlcalc.workbooks.formulas.each_cell import EACH_CELL
from xlcalc.workbooks.formulas.range_functions import RANGE_FUNCTIONS

#: Stands for an argument left out, which the engine hands over as 0.
LEFT_OUT = "\ue000"

#: Gives a result the size of the cells it has.
FIT = "XLCALC_FIT"

#: Makes texts of numbers as spreadsheet programs do, with 15 digits.
AS_TEXT = "XLCALC_TEXT"

#: A value that TEXT shows: truth values are words.
SHOWN = "XLCALC_SHOWN"

#: The address of what a text refers to: a name, a table, rows and columns by number.
REFERENCE_TEXT = "XLCALC_REFERENCE"

#: A number that is no truth value.
NO_TRUTH = "XLCALC_NO_TRUTH"

#: A number of a text that the engine takes for none.
NUMBER = "XLCALC_NUMBER"

#: Place of the last of some values from high to low that is not below another.
MATCH_DOWN = "XLCALC_MATCH_DOWN"

#: COUNTIFS of whole rows or columns.
COUNT_WHOLE = "XLCALC_COUNT_WHOLE"

#: Compares two values: the sign, the left one, the right one.
IS = "XLCALC_IS"

#: A sum or a difference that ends a formula.
PLUS, MINUS = "XLCALC_PLUS", "XLCALC_MINUS"

#: Place of the last of some values that is not greater than another, in whatever order they are.
SORTED_MATCH = "XLCALC_PLACE"


def upper(text: Any) -> str:
    """Capitals of all languages; letters that have none alone stay."""
    return "".join(up if len(up := sign.upper()) == 1 else sign for sign in cell_text(text))


def lower(text: Any) -> str:
    """Small letters of all languages."""
    word = cell_text(text)
    if word.isascii():
        return word.lower()
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in word)


def proper(text: Any) -> str:
    """A capital after all that is no letter."""
    out, inside = "", False
    for sign in cell_text(text):
        out += lower(sign) if inside else upper(sign)
        inside = sign.isalpha()
    return out


def trim(text: Any) -> str:
    """Without spaces, and no others, at the ends; one between words."""
    return re.sub(" +", " ", cell_text(text)).strip(" ")


def replace(text: Any, start: Any, count: Any, new: Any) -> str:
    """Another text in a place; behind the end, it follows."""
    at, size = math.floor(as_number(start)), math.floor(as_number(count))
    if at < 1 or size < 0:
        raise WrongError(VALUE_ERROR)
    old = cell_text(text)
    return old[: at - 1] + cell_text(new) + old[at - 1 + size :]


def search(sought: Any, text: Any, start: Any = 1.0) -> float:
    """Place of a text with * and ? in another."""
    at, within = math.floor(as_number(start)), lower(text)
    if at < 1 or at > len(within) + 1:
        raise WrongError(VALUE_ERROR)
    # A tilde before nothing is left out.
    wanted = re.sub(r"(?<!~)((?:~~)*)~$", r"\1", lower(sought))
    pattern = wildcard_pattern(wanted)
    found = re.compile(pattern, re.DOTALL).search(within, at - 1)
    if found is None:
        raise WrongError(VALUE_ERROR)
    return found.start() + 1.0


def plain_text(value: Any) -> str:
    """A text; nothing of what is none."""
    return value if isinstance(value, str) else ""


def shown_value(value: Any) -> Any:
    """A value as TEXT takes it."""
    return cell_text(value) if isinstance(value, bool) else 0.0 if value is None else value


def no_truth(value: Any) -> float:
    """A number for the functions that take no truth value for one."""
    if isinstance(value, bool):
        raise WrongError(VALUE_ERROR)
    return as_number(value)


def ceiling(number: Any, step: Any) -> float:
    """Away from zero to a multiple, or towards it if the signs differ."""
    return _multiple(as_number(number), as_number(step), math.ceil)


def floor(number: Any, step: Any) -> float:
    """Towards zero to a multiple, or away from it if the signs differ."""
    if not as_number(step) and as_number(number):
        raise WrongError(CellError("#DIV/0!"))
    return _multiple(as_number(number), as_number(step), math.floor)


def ceiling_math(number: Any, step: Any = 1.0, mode: Any = 0.0) -> float:
    """Up to a multiple; away from zero in a `mode` other than 0."""
    value, size, away = as_number(number), abs(as_number(step)), as_number(mode)
    return _multiple(value, -size if value < 0 and away else size, math.ceil)


def floor_math(number: Any, step: Any = 1.0, mode: Any = 0.0) -> float:
    """Down to a multiple; towards zero in a `mode` other than 0."""
    value, size, away = as_number(number), abs(as_number(step)), as_number(mode)
    return _multiple(value, -size if value < 0 and away else size, math.floor)


def _multiple(number: float, step: float, whole: Callable[[float], int]) -> float:
    if not number or not step:
        return 0.0
    if number > 0 > step:
        raise WrongError(NUM)
    count = number / step
    near = round(count)
    # What is whole but for the last digit is whole.
    return step * (near if math.isclose(count, near, rel_tol=1e-14) else whole(count))


def same_digits(one: float, two: float) -> bool:
    """Whether 15 digits of two numbers are the same; Excel sees no more of them.

    Examples
    --------
    >>> same_digits(0.1 + 0.2, 0.3), same_digits(1, 1.0000001)
    (True, False)
    """
    return one == two or (math.isclose(one, two, rel_tol=1e-14) and f"{one:.14e}" == f"{two:.14e}")


def plus(one: Any, two: Any) -> float:
    """A sum, exactly 0 where all that is left is rounding."""
    return _near_zero(as_number(one), -as_number(two))


def minus(one: Any, two: Any) -> float:
    """A difference, exactly 0 where all that is left is rounding."""
    return _near_zero(as_number(one), as_number(two))


def _near_zero(one: float, two: float) -> float:
    return 0.0 if same_digits(one, two) else one - two


_BLANK = {str: "", bool: False}


def compare_values(sign: str, one: Any, two: Any) -> bool:
    """Compare as Excel does: numbers by 15 digits, below texts, below truth values.

    Examples
    --------
    >>> compare_values("=", 0.1 + 0.2, 0.3), compare_values("=", "Ä", "ä")
    (True, True)
    >>> compare_values("<", 9e9, "a")
    True
    """
    if type(one) is float and type(two) is float:
        equal = same_digits(one, two)
        return _told(sign, equal, not equal and one < two)
    if one is None:
        one = _BLANK.get(type(two), 0.0)
    if two is None:
        two = _BLANK.get(type(one), 0.0)
    if kind_order(one) != kind_order(two):
        return _told(sign, False, kind_order(one) < kind_order(two))
    if isinstance(one, str):
        equal = lower(one) == lower(two)
        less = sign not in ("=", "<>") and not equal and text_order(one) < text_order(two)
        return _told(sign, equal, less)
    equal = one == two if isinstance(one, bool) else same_digits(one, two)
    return _told(sign, equal, not equal and one < two)


def _told(sign: str, equal: bool, less: bool) -> bool:
    """What a sign says of two values, given whether they are equal, and the first is less."""
    if sign == "=":
        return equal
    if sign == "<>":
        return not equal
    if sign == "<":
        return less
    if sign == ">":
        return not (less or equal)
    return less or equal if sign == "<=" else not less


def switch(value: Any, *cases: Any) -> Any:
    """The result of the first case that is equal; an error value before it is the result."""
    if isinstance(value, CellError):
        return value
    for at in range(0, len(cases) - 1, 2):
        if isinstance(cases[at], CellError):
            return cases[at]
        # A blank is no 0, no empty text and not FALSE here.
        if (value is None) == (cases[at] is None) and compare_values("=", value, cases[at]):
            return cases[at + 1]
    return cases[-1] if len(cases) % 2 else NOT_AVAILABLE


def sorted_match(sought: Any, values: Any) -> Any:
    """Where a search for the last value not greater ends, which is sure in two cases alone."""
    if isinstance(sought, CellError):
        return sought
    rows = values if isinstance(values, list) else [[values]]
    cells = [row[0] for row in rows] if len(rows) > 1 else rows[0]
    alike = [
        (cell, at)
        for at, cell in enumerate(cells, start=1)
        if cell is not None
        and not isinstance(cell, CellError)
        and kind_order(cell) == kind_order(sought)
    ]
    if not alike or all(compare_values(">", cell, sought) for cell, _ in alike):
        return NOT_AVAILABLE
    if all(compare_values("<=", cell, sought) for cell, _ in alike):
        return float(alike[-1][1])
    return None


#: Functions that stand in for the engine's wherever they are called.
STAND_INS: dict[str, CellFunction] = {
    "UPPER": CellFunction(upper),
    "LOWER": CellFunction(lower),
    "PROPER": CellFunction(proper),
    "TRIM": CellFunction(trim),
    "REPLACE": CellFunction(replace, 4, 4),
    "SEARCH": CellFunction(search, 2, 3),
    "CEILING": CellFunction(ceiling, 2, 2),
    "FLOOR": CellFunction(floor, 2, 2),
    "CEILING.MATH": CellFunction(ceiling_math, 1, 3),
    "FLOOR.MATH": CellFunction(floor_math, 1, 3),
    "T": CellFunction(plain_text),
    **{
        name: EACH_CELL[name]
        for name in (
            *("ADDRESS", "CHAR", "CODE", "DATE", "DAY", "EDATE", "EOMONTH", "EVEN", "FIXED"),
            *("HOUR", "ISEVEN", "ISODD", "LEFT", "LEN", "LOG", "MID", "MINUTE", "MOD", "MONTH"),
            *("MROUND", "ODD", "POWER", "RIGHT", "SECOND", "TIME", "TIMEVALUE", "VALUE"),
            *("WEEKDAY", "YEAR"),
        )
    },
    **RANGE_FUNCTIONS,
    "SWITCH": CellFunction(switch, 3, 255, takes_errors=True),
}


def stand_in(function: str) -> str:
    """What a function is called that stands in for another."""
    return f"XLCALC_{function.replace('.', '_')}"


def over_cells(function: CellFunction, arguments: Sequence[Any]) -> Any:
    """A function worked out for each cell of ranges side by side; errors go through it."""
    spread = [
        argument
        for position, argument in enumerate(arguments)
        if isinstance(argument, list) and position not in function.ranges
    ]
    if not spread:
        return _one(function, arguments)
    height, width = max(map(len, spread)), max(len(each[0]) for each in spread)
    return [
        [
            _one(
                function,
                [
                    each if position in function.ranges else _at(each, row, column)
                    for position, each in enumerate(arguments)
                ],
            )
            for column in range(width)
        ]
        for row in range(height)
    ]


def _one(function: CellFunction, arguments: Sequence[Any]) -> Any:
    for argument in arguments:
        if isinstance(argument, NoValue):
            return argument
        if isinstance(argument, CellError) and not function.takes_errors:
            return argument
    try:
        return function.compute(*arguments)
    except WrongError as wrong:
        return wrong.args[0]
    except UnsureError:
        return NoValue("hangs on how Excel takes a text, or cells in no order")
    except (OverflowError, ZeroDivisionError):
        return NUM
    except (LookupError, TypeError, ValueError):
        # The engine would make #VALUE! of it, which would be taken for a result.
        return NoValue("has arguments that are not known here")


def _at(argument: Any, row: int, column: int) -> Any:
    if not isinstance(argument, list):
        return argument
    row, column = row if len(argument) > 1 else 0, column if len(argument[0]) > 1 else 0
    if row >= len(argument) or column >= len(argument[0]):
        return NOT_AVAILABLE
    return argument[row][column]
