"""What a kind of presentation is, and what several of them need."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tests.support.fuzz_book import (
    Book,
    May,
)
from tests.support.fuzz_files import FORMATS, WORKBOOKS
from xlcalc.physics.quantities.quantity import Quantity

#: Formats with rows of any cells, not only columns.
ROWS = ("csv", *WORKBOOKS)
#: Formats whose formulas may have values.
CALCULATED = ("raw.xlsx", "xlsb", "xls", "ods")


class Kind(NamedTuple):
    """A kind of presentation, and the formats that can show it."""

    formats: Sequence[str]
    change: Callable[[Book], May | None]


DECLARED: dict[str, Kind] = {}


def kind(*formats: str) -> Callable[[Callable[[Book], May | None]], Callable[[Book], May | None]]:
    """Declare a kind by the formats that can show it; all without any."""

    def add(change: Callable[[Book], May | None]) -> Callable[[Book], May | None]:
        DECLARED[change.__name__.strip("_").replace("_", " ")] = Kind(formats or FORMATS, change)
        return change

    return add


def spelled(rng: random.Random, unit: str) -> str:
    spelled = {"µm": ["µm", "um", "μm", "micron"]}.get(unit, [unit])
    plain = unit.replace("²", "2").replace("³", "^3").replace("µ", "u")
    return rng.choice([*spelled, unit, plain])


def other_unit(book: Book, quantity: Quantity) -> tuple[str, Callable[[float], float]]:
    """A unit of a quantity, and what numbers are in it."""
    unit, factor = book.rng.choice(list(quantity.units.items()))
    return unit, lambda value: float(Decimal(repr(value)) / factor)


def with_unit(quantity: Quantity) -> bool:
    return bool(quantity.unit) and bool(quantity.units)
