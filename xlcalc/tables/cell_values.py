"""What a spreadsheet's cell may hold, and how a range of cells arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


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

    def __str__(self) -> str:
        return self.formula


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell that a merged range covers; what it shows stands in the range's first cell."""

    reference: str


class Percent(float):
    """A number that its cell shows as a percentage: 0.6 where a person sees 60 %."""

    __slots__ = ()


class Formatted(float):
    """A number that its cell shows with a unit or in thousands, as only its number format says.

    Examples
    --------
    >>> Formatted(1.5, "mm").shown, Formatted(20_000, "µm", 1).shown
    ('1.5 mm', '20 µm')
    """

    __slots__ = ("thousands", "unit")
    thousands: int
    unit: str

    def __new__(cls, number: float, unit: str = "", thousands: int = 0) -> Self:
        """A number, the text beside it, and how many times it is divided by 1000."""
        made = super().__new__(cls, number)
        made.unit, made.thousands = unit, thousands
        return made

    @property
    def divisor(self) -> int:
        """What the number is divided by where it is shown."""
        return int(1000**self.thousands)

    @property
    def shown(self) -> str:
        """The number as a person sees it, apart from rounding."""
        return f"{float(self) / self.divisor:.15g} {self.unit}".rstrip()

    @property
    def plain(self) -> int | float:
        """The number alone; a whole one stays whole."""
        return int(self) if self.is_integer() and abs(self) < 2.0**53 else float(self)
