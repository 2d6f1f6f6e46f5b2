"""What a spreadsheet's cell may hold, and how a range of cells arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class CellError(str):
    """An error value, such as ``#N/A``."""

    __slots__ = ()


#: A name or a value that is not there.
NOT_AVAILABLE = CellError("#N/A")

#: A cell of the wrong kind: a text where a number belongs.
VALUE_ERROR = CellError("#VALUE!")

#: A number that is impossible.
NUM_ERROR = CellError("#NUM!")

#: Error values that may arrive as plain text.
_KNOWN = frozenset(
    {"#N/A", "#VALUE!", "#NUM!", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!"}
)


def error_in(value: Any) -> CellError | None:
    """The error value that a cell holds, or None.

    Examples
    --------
    >>> error_in("#DIV/0!"), error_in("Si")
    ('#DIV/0!', None)
    """
    if isinstance(value, CellError):
        return value
    return CellError(value) if isinstance(value, str) and value in _KNOWN else None


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A cell whose formula has no value because no program has calculated it yet."""

    formula: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell that a merged range covers; what it shows stands in the range's first cell."""

    reference: str


class Percent(float):
    """A number that its cell shows as a percentage: 0.6 where a person sees 60 %."""

    __slots__ = ()
