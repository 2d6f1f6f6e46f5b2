"""Functions and operators that the engine works out otherwise than Excel, as Excel has them.

formualizer 0.13 knows capitals of ASCII alone, compares all digits of numbers where Excel compares
15, and has its own rules for some arguments of a few functions. A formula calls these instead.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from xlcalc.tables.cell_values import NOT_AVAILABLE, VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.excel_number_text import number_as_text

#: Stands for an argument left out, which the engine hands over as 0.
LEFT_OUT = "\ue000"

#: Gives a result the size of the cells it has.
FIT = "XLCALC_FIT"

#: Makes texts of numbers as spreadsheet programs do, with 15 digits.
AS_TEXT = "XLCALC_TEXT"

#: Compares two values: the sign, the left one, the right one.
IS = "XLCALC_IS"

#: A sum or a difference that ends a formula.
PLUS, MINUS = "XLCALC_PLUS", "XLCALC_MINUS"

#: Place of the last of some values that is not greater than another, in whatever order they are.
SORTED_MATCH = "XLCALC_PLACE"

#: Number of a text that the engine takes for none.
NUMERAL = "XLCALC_NUMERAL"

_NUM = CellError("#NUM!")


class _WrongError(Exception):
    """The result is an error value."""


def _number(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise _WrongError(VALUE_ERROR) from None
    return float(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else number_as_text(float(value))


def upper(text: Any) -> str:
    """Capitals of all languages; letters that have none alone stay."""
    return "".join(up if len(up := sign.upper()) == 1 else sign for sign in _text(text))


def lower(text: Any) -> str:
    """Small letters of all languages."""
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in _text(text))


def proper(text: Any) -> str:
    """A capital after all that is no letter."""
    out, inside = "", False
    for sign in _text(text):
        out += lower(sign) if inside else upper(sign)
        inside = sign.isalpha()
    return out


def trim(text: Any) -> str:
    """Without spaces, and no others, at the ends; one between words."""
    return re.sub(" +", " ", _text(text)).strip(" ")


def replace(text: Any, start: Any, count: Any, new: Any) -> str:
    """Another text in a place; behind the end, it follows."""
    at, size = math.floor(_number(start)), math.floor(_number(count))
    if at < 1 or size < 0:
        raise _WrongError(VALUE_ERROR)
    old = _text(text)
    return old[: at - 1] + _text(new) + old[at - 1 + size :]


def search(sought: Any, text: Any, start: Any = 1.0) -> float:
    """Place of a text with * and ? in another."""
    at, within = math.floor(_number(start)), lower(text)
    if at < 1 or at > len(within) + 1:
        raise _WrongError(VALUE_ERROR)
    pattern = ""
    for tilde, sign in re.findall(r"(~)?(.)", lower(sought), re.DOTALL):
        wild = {"*": ".*?", "?": "."}.get(sign)
        pattern += wild if wild and not tilde else re.escape(tilde * (sign not in "*?~") + sign)
    found = re.compile(pattern, re.DOTALL).search(within, at - 1)
    if found is None:
        raise _WrongError(VALUE_ERROR)
    return found.start() + 1.0


def plain_text(value: Any) -> str:
    """A text; nothing of what is none."""
    return value if isinstance(value, str) else ""


_GROUPED = re.compile(
    r"\s*(?P<open>\()?\s*(?P<sign>[-+]?)\s*\$?\s*(?P<digits>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?P<rest>\.\d*)?\s*(?P<close>\))?\s*"
)


def numeral(value: Any) -> Any:
    """A text with thousands, dollars or the parentheses of accounts as a number."""
    if isinstance(value, bool):
        raise _WrongError(VALUE_ERROR)
    found = _GROUPED.fullmatch(value) if isinstance(value, str) else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return 0.0 if value is None else value
    number = float(found["digits"].replace(",", "") + (found["rest"] or ""))
    return -number if found["open"] or found["sign"] == "-" else number


def ceiling(number: Any, step: Any) -> float:
    """Away from zero to a multiple, or towards it if the signs differ."""
    return _multiple(_number(number), _number(step), math.ceil)


def floor(number: Any, step: Any) -> float:
    """Towards zero to a multiple, or away from it if the signs differ."""
    if not _number(step) and _number(number):
        raise _WrongError(CellError("#DIV/0!"))
    return _multiple(_number(number), _number(step), math.floor)


def ceiling_math(number: Any, step: Any = 1.0, mode: Any = 0.0) -> float:
    """Up to a multiple; away from zero in a `mode` other than 0."""
    value, size = _number(number), abs(_number(step))
    return _multiple(value, -size if value < 0 and _number(mode) else size, math.ceil)


def floor_math(number: Any, step: Any = 1.0, mode: Any = 0.0) -> float:
    """Down to a multiple; towards zero in a `mode` other than 0."""
    value, size = _number(number), abs(_number(step))
    return _multiple(value, -size if value < 0 and _number(mode) else size, math.floor)


def _multiple(number: float, step: float, whole: Callable[[float], int]) -> float:
    if not number or not step:
        return 0.0
    if number > 0 > step:
        raise _WrongError(_NUM)
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
    return _near_zero(_number(one), -_number(two))


def minus(one: Any, two: Any) -> float:
    """A difference, exactly 0 where all that is left is rounding."""
    return _near_zero(_number(one), _number(two))


def _near_zero(one: float, two: float) -> float:
    return 0.0 if same_digits(one, two) else one - two


_BLANK = {str: "", bool: False}


def _rank(value: Any) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _order(text: str) -> tuple[str, str]:
    """What texts are sorted by: letters, then their accents; capitals are no others."""
    small = lower(text)
    parts = unicodedata.normalize("NFKD", small)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)), small


def compare_values(sign: str, one: Any, two: Any) -> bool:
    """Compare as Excel does: numbers by 15 digits, below texts, below truth values.

    Examples
    --------
    >>> compare_values("=", 0.1 + 0.2, 0.3), compare_values("=", "Ä", "ä")
    (True, True)
    >>> compare_values("<", 9e9, "a")
    True
    """
    if one is None:
        one = _BLANK.get(type(two), 0.0)
    if two is None:
        two = _BLANK.get(type(one), 0.0)
    if _rank(one) != _rank(two):
        less, equal = _rank(one) < _rank(two), False
    elif isinstance(one, str):
        equal = lower(one) == lower(two)
        less = not equal and _order(one) < _order(two)
    else:
        equal = one == two if isinstance(one, bool) else same_digits(one, two)
        less = not equal and one < two
    return {
        "=": equal,
        "<>": not equal,
        "<": less,
        ">": not (less or equal),
        "<=": less or equal,
        ">=": not less,
    }[sign]


def sorted_match(sought: Any, values: Any) -> Any:
    """Where a search for the last value not greater ends, which is sure in two cases alone."""
    if isinstance(sought, CellError):
        return sought
    rows = values if isinstance(values, list) else [[values]]
    cells = [row[0] for row in rows] if len(rows) > 1 else rows[0]
    alike = [
        (cell, at)
        for at, cell in enumerate(cells, start=1)
        if cell is not None and not isinstance(cell, CellError) and _rank(cell) == _rank(sought)
    ]
    if not alike or all(compare_values(">", cell, sought) for cell, _ in alike):
        return NOT_AVAILABLE
    if all(compare_values("<=", cell, sought) for cell, _ in alike):
        return float(alike[-1][1])
    return None


#: By function: what it is for each cell, and how many arguments it takes.
STAND_INS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "UPPER": (upper, 1, 1),
    "LOWER": (lower, 1, 1),
    "PROPER": (proper, 1, 1),
    "TRIM": (trim, 1, 1),
    "REPLACE": (replace, 4, 4),
    "SEARCH": (search, 2, 3),
    "CEILING": (ceiling, 2, 2),
    "FLOOR": (floor, 2, 2),
    "CEILING.MATH": (ceiling_math, 1, 3),
    "FLOOR.MATH": (floor_math, 1, 3),
    "T": (plain_text, 1, 1),
}


def stand_in(function: str) -> str:
    """What a function is called that stands in for another, or nothing."""
    return f"XLCALC_{function.replace('.', '_')}" if function in STAND_INS else ""


def over_cells(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """A function worked out for each cell of ranges side by side; errors go through it."""
    if not any(isinstance(argument, list) for argument in arguments):
        return _one(function, arguments)
    ranges = [argument for argument in arguments if isinstance(argument, list)]
    height, width = max(map(len, ranges)), max(len(each[0]) for each in ranges)
    return [
        [_one(function, [_at(each, row, column) for each in arguments]) for column in range(width)]
        for row in range(height)
    ]


def _one(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    for argument in arguments:
        if isinstance(argument, CellError):
            return argument
    try:
        return function(*arguments)
    except _WrongError as wrong:
        return wrong.args[0]
    except OverflowError:
        return _NUM


def _at(argument: Any, row: int, column: int) -> Any:
    if not isinstance(argument, list):
        return argument
    row, column = row if len(argument) > 1 else 0, column if len(argument[0]) > 1 else 0
    if row >= len(argument) or column >= len(argument[0]):
        return NOT_AVAILABLE
    return argument[row][column]
