"""Functions of ranges as Excel has them: searches, counts, sums of products."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from xlcalc.tables.cell_values import NOT_AVAILABLE, VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.cash_flows import CASH_FLOWS
from xlcalc.workbooks.formulas.cell_conversion import (
    DIV0,
    NUM,
    UnsureError,
    WrongError,
    as_number,
    as_whole,
    kind_order,
    text_order,
)
from xlcalc.workbooks.formulas.cell_function import (
    CellFunction,
    cells_of,
    is_number,
    numbers_in,
    of_ranges,
    rows_in,
)
from xlcalc.workbooks.formulas.conditions import CONDITIONAL

# Searches.


def _key(value: Any) -> Any:
    return text_order(value) if isinstance(value, str) else value


def _last_not_above(sought: Any, cells: Sequence[Any]) -> int:
    """Place of the last value in sorted cells that is not above another; blanks do not count.

    Excel halves the cells until it is there, which for cells in no order ends somewhere.
    """
    alike = [
        (n, _key(cell))
        for n, cell in enumerate(cells)
        if cell is not None
        and not isinstance(cell, CellError)
        and kind_order(cell) == kind_order(sought)
    ]
    wanted = _key(0.0 if sought is None else sought)
    below = [n for n, cell in alike if cell <= wanted]
    if not below:
        raise WrongError(NOT_AVAILABLE)
    keys = [cell for _, cell in alike]
    if len(below) < len(alike) and any(a > b for a, b in pairwise(keys)):
        raise UnsureError
    return below[-1]


def _lookup(sought: Any, values: Any, results: Any = None) -> Any:
    if isinstance(sought, CellError):
        return sought
    rows = rows_in(values)
    across = len(rows[0]) > len(rows)
    cells = rows[0] if across else [row[0] for row in rows]
    at = _last_not_above(sought, cells)
    if results is None:
        return rows[-1][at] if across else rows[at][-1]
    given = rows_in(results)
    line = given[0] if len(given) == 1 else [row[0] for row in given]
    if at >= len(line):
        raise UnsureError
    return line[at]


def match_down(sought: Any, values: Any) -> float:
    """MATCH among values from high to low: the last that is not below another."""
    if isinstance(sought, CellError):
        raise WrongError(sought)
    rows = rows_in(values)
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows]
    wanted = _key(0.0 if sought is None else sought)
    found = None
    before = None
    for n, cell in enumerate(cells):
        if cell is None or isinstance(cell, CellError) or kind_order(cell) != kind_order(sought):
            continue
        key = _key(cell)
        if before is not None and key > before:
            raise UnsureError
        before = key
        if key >= wanted:
            found = n
    if found is None:
        raise WrongError(NOT_AVAILABLE)
    return found + 1.0


def _x_match(sought: Any, values: Any, mode: Any = 0.0, way: Any = 1.0) -> float:
    if isinstance(sought, CellError):
        raise WrongError(sought)
    rows = rows_in(values)
    if len(rows) > 1 and len(rows[0]) > 1:
        raise WrongError(VALUE_ERROR)
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows]
    kind, direction = as_whole(mode), as_whole(way)
    if kind not in (0, -1, 1) or direction not in (1, -1):
        raise UnsureError
    order = range(len(cells)) if direction == 1 else range(len(cells) - 1, -1, -1)
    alike = [
        n
        for n in order
        if not isinstance(cells[n], CellError)
        and (
            cells[n] is None
            if sought is None
            else cells[n] is not None and kind_order(cells[n]) == kind_order(sought)
        )
    ]
    wanted = _key(sought)
    exact = next((n for n in alike if _key(cells[n]) == wanted), None)
    if exact is not None:
        return exact + 1.0
    if not kind:
        raise WrongError(NOT_AVAILABLE)
    if sought is None:
        raise UnsureError
    beside = [n for n in alike if (_key(cells[n]) < wanted) == (kind == -1)]
    if not beside:
        raise WrongError(NOT_AVAILABLE)
    best = (max if kind == -1 else min)(_key(cells[n]) for n in beside)
    return next(n for n in beside if _key(cells[n]) == best) + 1.0


def _nth(largest: bool) -> Callable[[Any, Any], float]:
    def computed(values: Any, number: Any) -> float:
        found = sorted(numbers_in(values), reverse=largest)
        at = math.ceil(as_number(number))
        if not 1 <= at <= len(found):
            raise WrongError(NUM)
        return found[at - 1]

    return computed


# Numbers.


def _mode(*values: Any) -> float:
    counts = Counter(numbers_in(*values))
    if not counts or max(counts.values()) < 2:
        raise WrongError(NOT_AVAILABLE)
    most = max(counts.values())
    return next(number for number, count in counts.items() if count == most)


def _whole_numbers(values: Sequence[Any]) -> list[int]:
    found = []
    for value in values:
        for cell in cells_of(value):
            if isinstance(cell, CellError):
                raise WrongError(cell)
            if isinstance(cell, bool):
                raise WrongError(VALUE_ERROR)
            if cell is None:
                continue
            if as_number(cell) < 0:
                raise WrongError(NUM)
            number = as_whole(cell)
            if number < 0 or number >= 2**53:
                raise WrongError(NUM)
            found.append(number)
    return found


def _lcm(*values: Any) -> float:
    found = math.lcm(*_whole_numbers(values))
    if found >= 2**53:
        raise WrongError(NUM)
    return float(found)


def _pairs(one: Any, two: Any) -> list[tuple[float, float]]:
    first, second = list(cells_of(one)), list(cells_of(two))
    if len(first) != len(second):
        raise WrongError(NOT_AVAILABLE)
    for cell in (*first, *second):
        if isinstance(cell, CellError):
            raise WrongError(cell)
    pairs = [
        (float(x), float(y))
        for x, y in zip(first, second, strict=True)
        if is_number(x) and is_number(y)
    ]
    if not pairs:
        raise WrongError(DIV0)
    return pairs


def _over_pairs(each: Callable[[float, float], float]) -> CellFunction:
    def computed(one: Any, two: Any) -> float:
        return math.fsum(each(x, y) for x, y in _pairs(one, two))

    return CellFunction(computed, 2, 2, takes_errors=True, ranges=range(2))


#: Cells of an array that is made from numbers alone.
_MOST_CELLS = 2_000_000


def _sequence(rows: Any, columns: Any = 1.0, start: Any = 1.0, step: Any = 1.0) -> Any:
    height = 1 if rows is None else as_whole(rows)
    width = 1 if columns is None else as_whole(columns)
    first = 1.0 if start is None else as_number(start)
    by = 1.0 if step is None else as_number(step)
    if height < 1 or width < 1:
        raise WrongError(VALUE_ERROR)
    if height * width > _MOST_CELLS:
        raise UnsureError
    return [[first + by * (row * width + n) for n in range(width)] for row in range(height)]


def _sum_product(*values: Any) -> float:
    ranges = [rows_in(value) for value in values]
    sizes = {(len(rows), len(rows[0])) for rows in ranges}
    if len(sizes) > 1:
        if (1, 1) in sizes:
            raise WrongError(VALUE_ERROR)
        # A whole column comes as far as it is filled.
        raise UnsureError
    products = []
    for cells in zip(*map(cells_of, ranges), strict=True):
        product = 1.0
        for cell in cells:
            if isinstance(cell, CellError):
                raise WrongError(cell)
            product *= float(cell) if is_number(cell) else 0.0
        products.append(product)
    return math.fsum(products)


_ALL = range(255)
#: MATCH among values from high to low.
MATCH_DOWN_CELLS = of_ranges(match_down, 2, 2, (1,))

#: By name; all stand in for the engine's.
RANGE_FUNCTIONS: dict[str, CellFunction] = {
    **CONDITIONAL,
    **CASH_FLOWS,
    "LOOKUP": of_ranges(_lookup, 2, 3, (1, 2)),
    "XMATCH": of_ranges(_x_match, 2, 4, (1,)),
    "LARGE": of_ranges(_nth(largest=True), 2, 2, (0,)),
    "SMALL": of_ranges(_nth(largest=False), 2, 2, (0,)),
    "MODE": of_ranges(_mode, 1, 255, _ALL),
    "MODE.SNGL": of_ranges(_mode, 1, 255, _ALL),
    "GCD": of_ranges(lambda *values: float(math.gcd(*_whole_numbers(values))), 1, 255, _ALL),
    "LCM": of_ranges(_lcm, 1, 255, _ALL),
    "SUMXMY2": _over_pairs(lambda x, y: (x - y) ** 2),
    "SUMX2MY2": _over_pairs(lambda x, y: x * x - y * y),
    "SUMX2PY2": _over_pairs(lambda x, y: x * x + y * y),
    "SEQUENCE": CellFunction(_sequence, 1, 4),
    "SUMPRODUCT": of_ranges(_sum_product, 1, 255, _ALL),
}
