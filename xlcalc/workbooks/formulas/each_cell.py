"""Functions of single cells as Excel has them, for ranges that the engine takes one cell of."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from xlcalc.tables.addresses import letters
from xlcalc.tables.cell_values import NOT_AVAILABLE, VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.cell_conversion import (
    DIV0,
    NUM,
    UnsureError,
    WrongError,
    as_number,
    as_truth,
    as_whole,
    cell_text,
)
from xlcalc.workbooks.formulas.cell_function import CellFunction, is_number
from xlcalc.workbooks.formulas.dates import DATES


def _of_number(compute: Callable[[float], float]) -> CellFunction:
    def computed(value: Any) -> float:
        try:
            return compute(as_number(value))
        except ValueError:
            raise WrongError(NUM) from None

    return CellFunction(computed)


def _decimal(value: float) -> Decimal:
    """A number as Excel sees it, with 15 digits."""
    return Decimal(f"{value:.15g}")


def _rounded(how: str) -> CellFunction:
    def computed(value: Any, digits: Any = 0.0) -> float:
        number, places = as_number(value), as_whole(digits)
        if abs(places) > 300 or not number:
            return number if places > 0 else 0.0
        unit = Decimal(1).scaleb(-places)
        # A unit more exact than a number's digits leaves it as it is.
        exact = _decimal(number)
        if exact.as_tuple().exponent >= -places:  # type: ignore[operator]
            return float(exact)
        return float((exact / unit).to_integral_value(how) * unit)

    return CellFunction(computed, 1 if how == ROUND_DOWN else 2, 2)


def _modulo(value: Any, divisor: Any) -> float:
    number, by = as_number(value), as_number(divisor)
    if not by:
        raise WrongError(DIV0)
    if abs(number / by) >= 1125900000000:
        raise WrongError(NUM)
    return number % by


def _quotient(value: Any, divisor: Any) -> float:
    number, by = as_number(value), as_number(divisor)
    if not by:
        raise WrongError(DIV0)
    return float(int(number / by))


def _power(value: Any, exponent: Any) -> float:
    base, power = as_number(value), as_number(exponent)
    if not base and power <= 0:
        raise WrongError(DIV0 if power else NUM)
    try:
        found = base**power
    except ZeroDivisionError:
        raise WrongError(DIV0) from None
    if isinstance(found, complex):
        raise WrongError(NUM)
    return float(found)


def _logarithm(value: Any, base: Any = 10.0) -> float:
    number, of = as_number(value), as_number(base)
    if number <= 0 or of <= 0:
        raise WrongError(NUM)
    if of == 1:
        raise WrongError(DIV0)
    return math.log10(number) if of == 10 else math.log(number) / math.log(of)


def _multiple_of(value: Any, step: Any) -> float:
    if isinstance(value, bool) or isinstance(step, bool):
        raise WrongError(VALUE_ERROR)
    number, size = as_number(value), as_number(step)
    if not number or not size:
        return 0.0
    if (number > 0) != (size > 0):
        raise WrongError(NUM)
    count = (_decimal(number) / _decimal(size)).to_integral_value(ROUND_HALF_UP)
    return float(count * _decimal(size))


def _parity(odd: bool) -> CellFunction:
    def computed(value: Any) -> bool:
        if isinstance(value, bool):
            raise WrongError(VALUE_ERROR)
        return bool(int(as_number(value)) % 2) == odd

    return CellFunction(computed)


def _whole_signs(text: Any) -> str:
    """A text of which Excel counts each sign as one; others it counts as two halves."""
    word = cell_text(text)
    if any(sign > "\uffff" for sign in word):
        raise UnsureError
    return word


def _left(text: Any, count: Any = 1.0) -> str:
    size = as_whole(count)
    if size < 0:
        raise WrongError(VALUE_ERROR)
    return _whole_signs(text)[:size]


def _right(text: Any, count: Any = 1.0) -> str:
    size = as_whole(count)
    if size < 0:
        raise WrongError(VALUE_ERROR)
    return _whole_signs(text)[-size:] if size else ""


def _middle(text: Any, start: Any, count: Any) -> str:
    first, size = as_whole(start), as_whole(count)
    if first < 1 or size < 0:
        raise WrongError(VALUE_ERROR)
    return _whole_signs(text)[first - 1 : first - 1 + size]


def _find(sought: Any, text: Any, start: Any = 1.0) -> float:
    first, within = as_whole(start), cell_text(text)
    if first < 1 or first > len(within) + 1:
        raise WrongError(VALUE_ERROR)
    found = within.find(cell_text(sought), first - 1)
    if found < 0:
        raise WrongError(VALUE_ERROR)
    return found + 1.0


def _substitute(text: Any, old: Any, new: Any, instance: Any = None) -> str:
    within, sought, other = cell_text(text), cell_text(old), cell_text(new)
    if not sought:
        return within
    if instance is None:
        return within.replace(sought, other)
    number = as_whole(instance)
    if number < 1:
        raise WrongError(VALUE_ERROR)
    at = -len(sought)
    for _ in range(number):
        at = within.find(sought, at + len(sought))
        if at < 0:
            return within
    return within[:at] + other + within[at + len(sought) :]


def _value(text: Any) -> float:
    if isinstance(text, bool):
        raise WrongError(VALUE_ERROR)
    return as_number(text)


def _fixed(value: Any, places: Any = 2.0, plain: Any = False) -> str:
    digits = as_whole(places)
    number = Decimal(str(_rounded(ROUND_HALF_UP).compute(value, digits)))
    return f"{number:{'' if as_truth(plain) else ','}.{max(digits, 0)}f}"


def _address(row: Any, column: Any, kind: Any = 1.0, a1: Any = True, sheet: Any = None) -> str:
    at, number, way = as_whole(row), as_whole(column), as_whole(kind)
    if not (1 <= at <= 1048576 and 1 <= number <= 16384 and 1 <= way <= 4):
        raise WrongError(VALUE_ERROR)
    fixed_row, fixed_column = way in (1, 2), way in (1, 3)
    if as_truth(a1):
        text = f"{'$' * fixed_column}{letters(number)}{'$' * fixed_row}{at}"
    else:
        text = (f"R{at}" if fixed_row else f"R[{at}]") + (
            f"C{number}" if fixed_column else f"C[{number}]"
        )
    if sheet is None:
        return text
    title = cell_text(sheet)
    plain = re.fullmatch(r"(?:\[[^][]*\])?[^\W\d]\w*", title) is not None
    quoted = "'" + title.replace("'", "''") + "'"
    return f"{title if plain or not title else quoted}!{text}"


def _char(value: Any) -> str:
    number = as_whole(value)
    if not 1 <= number <= 255:
        raise WrongError(VALUE_ERROR)
    try:
        return bytes([number]).decode("cp1252")
    except UnicodeDecodeError:
        raise UnsureError from None


def _code(text: Any) -> float:
    word = cell_text(text)
    if not word:
        raise WrongError(VALUE_ERROR)
    try:
        return float(word[0].encode("cp1252")[0])
    except UnicodeEncodeError:
        return 63.0


def _repeated(text: Any, count: Any) -> str:
    number, word = as_whole(count), cell_text(text)
    if number < 0 or number * len(word) > 32767:
        raise WrongError(VALUE_ERROR)
    return word * number


def _number_in(value: Any) -> float:
    return float(value) if isinstance(value, (bool, int, float)) else 0.0


def _is_error(value: Any) -> bool:
    return isinstance(value, CellError)


def _is(test: Callable[[Any], bool]) -> CellFunction:
    return CellFunction(test, takes_errors=True)


def _up_to(odd: bool) -> CellFunction:
    def computed(value: Any) -> float:
        number = as_number(value)
        size = math.ceil(float(_decimal(abs(number))))
        size += (size % 2 == 0) if odd else (size % 2 == 1)
        return math.copysign(float(size), number) if size else 0.0

    return CellFunction(computed)


def _factorial(value: Any) -> float:
    number = as_whole(value)
    if number < 0 or number > 170:
        raise WrongError(NUM)
    return float(math.factorial(number))


#: By name; all are also right of single cells.
EACH_CELL: dict[str, CellFunction] = {
    **DATES,
    "ABS": _of_number(abs),
    "SIGN": _of_number(lambda number: float((number > 0) - (number < 0))),
    "SQRT": _of_number(math.sqrt),
    "EXP": _of_number(math.exp),
    "LN": _of_number(math.log),
    "LOG10": _of_number(math.log10),
    "LOG": CellFunction(_logarithm, 1, 2),
    "POWER": CellFunction(_power, 2, 2),
    "INT": _of_number(lambda number: float(math.floor(_decimal(number)))),
    "TRUNC": _rounded(ROUND_DOWN),
    "ROUND": _rounded(ROUND_HALF_UP),
    "ROUNDUP": _rounded(ROUND_UP),
    "ROUNDDOWN": _rounded(ROUND_DOWN)._replace(least=2),
    "EVEN": _up_to(odd=False),
    "ODD": _up_to(odd=True),
    "MROUND": CellFunction(_multiple_of, 2, 2),
    "MOD": CellFunction(_modulo, 2, 2),
    "QUOTIENT": CellFunction(_quotient, 2, 2),
    "DEGREES": _of_number(math.degrees),
    "RADIANS": _of_number(math.radians),
    "ASIN": _of_number(math.asin),
    "ACOS": _of_number(math.acos),
    "ATAN": _of_number(math.atan),
    "SINH": _of_number(math.sinh),
    "COSH": _of_number(math.cosh),
    "TANH": _of_number(math.tanh),
    "FACT": CellFunction(_factorial),
    "ISODD": _parity(odd=True),
    "ISEVEN": _parity(odd=False),
    "NOT": CellFunction(lambda value: not as_truth(value)),
    "N": CellFunction(_number_in),
    "ISNUMBER": _is(is_number),
    "ISTEXT": _is(lambda value: isinstance(value, str) and not _is_error(value)),
    "ISNONTEXT": _is(lambda value: not isinstance(value, str) or _is_error(value)),
    "ISLOGICAL": _is(lambda value: isinstance(value, bool)),
    "ISBLANK": _is(lambda value: value is None),
    "ISERROR": _is(_is_error),
    "ISERR": _is(lambda value: _is_error(value) and value != NOT_AVAILABLE),
    "ISNA": _is(lambda value: _is_error(value) and value == NOT_AVAILABLE),
    "LEN": CellFunction(lambda text: float(len(cell_text(text).encode("utf-16-le")) // 2)),
    "LEFT": CellFunction(_left, 1, 2),
    "RIGHT": CellFunction(_right, 1, 2),
    "MID": CellFunction(_middle, 3, 3),
    "FIND": CellFunction(_find, 2, 3),
    "SUBSTITUTE": CellFunction(_substitute, 3, 4),
    "EXACT": CellFunction(lambda one, two: cell_text(one) == cell_text(two), 2, 2),
    "REPT": CellFunction(_repeated, 2, 2),
    "CHAR": CellFunction(_char),
    "CODE": CellFunction(_code),
    "VALUE": CellFunction(_value),
    "FIXED": CellFunction(_fixed, 1, 3),
    "ADDRESS": CellFunction(_address, 2, 5),
}
