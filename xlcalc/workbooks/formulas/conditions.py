"""COUNTIF, SUMIFS and their like: which cells meet a criterion, and what comes of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from operator import ge, gt, le, lt
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.cell_conversion import (
    DIV0,
    UnsureError,
    WrongError,
    number_of_text,
    text_order,
    wildcard_pattern,
)
from xlcalc.workbooks.formulas.cell_function import (
    CellFunction,
    is_number,
    numbers_in,
    of_ranges,
    rows_in,
)

_SIGNED = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)


def criterion_test(criterion: Any) -> Callable[[Any], bool]:
    """Whether cells meet a criterion such as ``">=5"``, ``"Si*"`` or 5.

    Examples
    --------
    >>> [criterion_test(">=5")(cell) for cell in (5.0, 4.0, "7", None)]
    [True, False, False, False]
    >>> [criterion_test("<>a")(cell) for cell in ("A", "b", None)]
    [False, True, True]
    """
    if criterion is None:
        criterion = 0.0
    if isinstance(criterion, CellError):
        return lambda cell: isinstance(cell, CellError) and cell == criterion
    if isinstance(criterion, bool):
        return lambda cell: cell is criterion
    if not isinstance(criterion, str):
        return _equal_number(float(criterion))
    sign, text = _SIGNED.fullmatch(criterion).groups()  # type: ignore[union-attr]
    wanted: Any = text
    if text.upper() in ("TRUE", "FALSE"):
        wanted = text.upper() == "TRUE"
    elif text.startswith("#") and text.upper() in _ERRORS:
        wanted = CellError(text.upper())
    else:
        try:
            wanted = number_of_text(text) if text.strip() else text
        except WrongError:
            pass
        except UnsureError:
            if text[:1].isdigit():
                raise
    if sign in (None, "="):
        return _equal(wanted, signed=sign is not None)
    if sign == "<>":
        if wanted == "" and not isinstance(wanted, bool):
            return lambda cell: cell is not None
        if is_number(wanted):
            return lambda cell: not (is_number(cell) and float(cell) == wanted)
        equal = _equal(wanted, signed=True)
        return lambda cell: not equal(cell)
    return _ordered(sign, wanted)


_ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!")


def _equal_number(wanted: float) -> Callable[[Any], bool]:
    def meets(cell: Any) -> bool:
        if isinstance(cell, str) and not isinstance(cell, CellError):
            try:
                return number_of_text(cell) == wanted
            except (WrongError, UnsureError):
                return False
        return is_number(cell) and float(cell) == wanted

    return meets


def _equal(wanted: Any, *, signed: bool) -> Callable[[Any], bool]:
    if isinstance(wanted, CellError):
        return lambda cell: isinstance(cell, CellError) and cell == wanted
    if isinstance(wanted, bool):
        return lambda cell: cell is wanted
    if is_number(wanted):
        return _equal_number(wanted)
    if wanted == "":
        # "=" asks for blank cells, "" for texts without a letter, too.
        return (lambda cell: cell is None) if signed else (lambda cell: cell is None or cell == "")
    pattern = re.compile(wildcard_pattern(wanted), re.DOTALL | re.IGNORECASE)
    return lambda cell: (
        isinstance(cell, str)
        and not isinstance(cell, CellError)
        and pattern.fullmatch(cell) is not None
    )


def _ordered(sign: str, wanted: Any) -> Callable[[Any], bool]:
    compare = {"<": lt, ">": gt, "<=": le, ">=": ge}[sign]
    if isinstance(wanted, CellError):
        return lambda cell: False
    if isinstance(wanted, bool):
        return lambda cell: isinstance(cell, bool) and compare(cell, wanted)
    if is_number(wanted):
        return lambda cell: is_number(cell) and compare(float(cell), wanted)
    if wanted == "":
        return lambda cell: False
    if re.search(r"[*?~]", wanted):
        raise UnsureError
    return lambda cell: (
        isinstance(cell, str)
        and not isinstance(cell, CellError)
        and compare(text_order(cell), text_order(wanted))
    )


def _meeting(pairs: Sequence[Any]) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Places of the cells that meet all conditions, and the size of their ranges."""
    if len(pairs) % 2:
        raise WrongError(VALUE_ERROR)
    ranges = [rows_in(each) for each in pairs[::2]]
    sizes = {(len(rows), len(rows[0])) for rows in ranges}
    if len(sizes) > 1:
        raise WrongError(VALUE_ERROR)
    [(height, width)] = sizes
    places: Iterable[tuple[int, int]] = ((row, n) for row in range(height) for n in range(width))
    for rows, criterion in zip(ranges, pairs[1::2], strict=True):
        meets = criterion_test(criterion)
        places = [(row, n) for row, n in places if meets(rows[row][n])]
    return list(places), (height, width)


def _met(values: Any, pairs: Sequence[Any]) -> list[float]:
    """The numbers of a range whose places meet all conditions."""
    places, size = _meeting(pairs)
    rows = rows_in(values)
    if (len(rows), len(rows[0])) != size:
        raise UnsureError
    return numbers_in([[rows[row][n] for row, n in places]]) if places else []


def _count_whole(*pairs: Any) -> float:
    """COUNTIFS over whole rows or columns, of which only the used cells are known."""
    if all(criterion_test(criterion)(None) for criterion in pairs[1::2]):
        raise UnsureError
    return float(len(_meeting(pairs)[0]))


def _average(numbers: Sequence[float]) -> float:
    if not numbers:
        raise WrongError(DIV0)
    return math.fsum(numbers) / len(numbers)


def _sum_if(values: Any, criterion: Any, summed: Any = None) -> float:
    return math.fsum(_met(values if summed is None else summed, (values, criterion)))


def _average_if(values: Any, criterion: Any, averaged: Any = None) -> float:
    return _average(_met(values if averaged is None else averaged, (values, criterion)))


#: Of SUMIFS and its like: the values, and the ranges of its conditions.
_CONDITIONS = (0, *range(1, 255, 2))


def _with_conditions(compute: Callable[[list[float]], float]) -> CellFunction:
    return of_ranges(lambda values, *pairs: compute(_met(values, pairs)), 3, 255, _CONDITIONS)


#: COUNTIFS over whole rows or columns.
COUNT_WHOLE_CELLS = of_ranges(_count_whole, 2, 254, range(0, 254, 2))

#: By name.
CONDITIONAL: dict[str, CellFunction] = {
    "COUNTIF": of_ranges(lambda *pairs: float(len(_meeting(pairs)[0])), 2, 2, (0,)),
    "COUNTIFS": of_ranges(lambda *pairs: float(len(_meeting(pairs)[0])), 2, 254, range(0, 254, 2)),
    "SUMIF": of_ranges(_sum_if, 2, 3, (0, 2)),
    "SUMIFS": _with_conditions(math.fsum),
    "AVERAGEIF": of_ranges(_average_if, 2, 3, (0, 2)),
    "AVERAGEIFS": _with_conditions(_average),
    "MAXIFS": _with_conditions(lambda numbers: max(numbers, default=0.0)),
    "MINIFS": _with_conditions(lambda numbers: min(numbers, default=0.0)),
}
