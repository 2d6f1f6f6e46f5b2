"""Functions of cash flows, regular and dated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.cell_conversion import DIV0, NUM, UnsureError, WrongError, as_number
from xlcalc.workbooks.formulas.cell_function import (
    CellFunction,
    cells_of,
    is_number,
    numbers_in,
    of_ranges,
)


def _present(rate: float, flows: Sequence[float]) -> float:
    return math.fsum(flow / (1.0 + rate) ** n for n, flow in enumerate(flows) if flow)


def _irr(values: Any, guess: Any = 0.1) -> float:
    flows = numbers_in(values)
    if not (any(flow > 0 for flow in flows) and any(flow < 0 for flow in flows)):
        raise WrongError(NUM)
    rate = as_number(guess)
    if rate <= -1:
        raise WrongError(VALUE_ERROR)
    for _ in range(100):
        value = _present(rate, flows)
        slope = math.fsum(-n * flow / (1.0 + rate) ** (n + 1) for n, flow in enumerate(flows))
        if not slope:
            break
        new = rate - value / slope
        if new <= -1:
            new = (rate - 1.0) / 2
        if abs(new - rate) < 1e-13 * max(1.0, abs(new)):
            return new
        rate = new
    raise UnsureError


def _dated(values: Any, dates: Any) -> list[tuple[float, float]]:
    flows, days = list(cells_of(values)), list(cells_of(dates))
    for cell in (*flows, *days):
        if isinstance(cell, CellError):
            raise WrongError(cell)
    if len(flows) != len(days):
        raise WrongError(NUM)
    if not all(map(is_number, (*flows, *days))):
        raise UnsureError
    first = math.floor(days[0])
    if first < 0 or any(math.floor(day) < first for day in days):
        raise WrongError(NUM)
    return [
        (float(flow), (math.floor(day) - first) / 365.0)
        for flow, day in zip(flows, days, strict=True)
    ]


def _xnpv(rate: Any, values: Any, dates: Any) -> float:
    by = as_number(rate)
    if by <= 0:
        raise WrongError(NUM)
    return math.fsum(flow / (1.0 + by) ** years for flow, years in _dated(values, dates))


def _xirr(values: Any, dates: Any, guess: Any = 0.1) -> float:
    flows = _dated(values, dates)
    if not (any(flow > 0 for flow, _ in flows) and any(flow < 0 for flow, _ in flows)):
        raise WrongError(NUM)
    rate = as_number(guess)
    for _ in range(100):
        if rate <= -1:
            break
        value = math.fsum(flow / (1.0 + rate) ** years for flow, years in flows)
        slope = math.fsum(-years * flow / (1.0 + rate) ** (years + 1) for flow, years in flows)
        if not slope:
            break
        new = rate - value / slope
        if abs(new - rate) < 1e-12 * max(1.0, abs(new)):
            return new
        rate = new
    raise UnsureError


def _mirr(values: Any, finance: Any, reinvest: Any) -> float:
    flows, paid, earned = numbers_in(values), as_number(finance), as_number(reinvest)
    gains = _present(earned, [max(flow, 0.0) for flow in flows])
    losses = _present(paid, [min(flow, 0.0) for flow in flows])
    if not losses:
        raise WrongError(DIV0)
    count = len(flows) - 1
    end = gains * (1.0 + earned) ** count
    return float((-end / losses) ** (1.0 / count) - 1.0)


#: By name.
CASH_FLOWS: dict[str, CellFunction] = {
    "IRR": of_ranges(_irr, 1, 2, (0,)),
    "MIRR": of_ranges(_mirr, 3, 3, (0,)),
    "XNPV": of_ranges(_xnpv, 3, 3, (1, 2)),
    "XIRR": of_ranges(_xirr, 2, 3, (0, 1)),
}
