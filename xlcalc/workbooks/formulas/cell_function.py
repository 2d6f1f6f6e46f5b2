"""What a function of ours is that stands for one of Excel's, and what it makes of ranges."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, NamedTuple

from xlcalc.functions.ranges import Rows
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_conversion import WrongError


class CellFunction(NamedTuple):
    """A function of single cells.

    Attributes
    ----------
    compute : callable
        Takes cells: numbers, texts, truth values, None for a blank.
    least, most : int
        How many arguments it takes.
    takes_errors : bool
        Whether it is asked of error values, too.
    ranges : container of int
        Positions of arguments that are ranges, each handed over as a whole.
    """

    compute: Callable[..., Any]
    least: int = 1
    most: int = 1
    takes_errors: bool = False
    ranges: Container[int] = ()


def of_ranges(
    compute: Callable[..., Any], least: int, most: int, ranges: Iterable[int]
) -> CellFunction:
    """A function some of whose arguments are ranges, with the error values in them."""
    return CellFunction(compute, least, most, takes_errors=True, ranges=tuple(ranges))


def rows_in(value: Any) -> Rows:
    return value if isinstance(value, list) else [[value]]


def cells_of(value: Any) -> Iterator[Any]:
    for row in rows_in(value):
        yield from row


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numbers_in(*values: Any) -> list[float]:
    """The numbers in ranges; error values come to light, all else is left out."""
    found = []
    for cell in (cell for value in values for cell in cells_of(value)):
        if isinstance(cell, CellError):
            raise WrongError(cell)
        if is_number(cell):
            found.append(float(cell))
    return found
