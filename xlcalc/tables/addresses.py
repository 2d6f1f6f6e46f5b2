"""Addresses of cells and areas as spreadsheets write them: A1, AB12, B2:C30.

A column's number counts from 1, its position from 0.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_uppercase, digits
from typing import NamedTuple

#: Columns that are remembered: all that a sheet has, in capitals or not.
_KEPT = 1 << 15

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)


@lru_cache(maxsize=_KEPT)
def column_letters(position: int) -> str:
    """Letters of a column by its position, A for 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    found = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        found = ascii_uppercase[rest] + found
    return found


def letters(column: int) -> str:
    """Letters of a column by its number, A for 1.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    return column_letters(column - 1)


@lru_cache(maxsize=_KEPT)
def column_of(letters: str) -> int:
    """Number of a column, 1 for A, in capitals or not.

    Examples
    --------
    >>> column_of("A"), column_of("ab")
    (1, 28)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def boundaries(area: str) -> tuple[int, int, int, int]:
    """First column and row of an area, and its last.

    Raises
    ------
    ValueError
        If it is none, such as a whole column.

    Examples
    --------
    >>> boundaries("B2:$C$30"), boundaries("D4")
    ((2, 2, 3, 30), (4, 4, 4, 4))
    """
    found = _AREA.fullmatch(area)
    if found is None:
        raise ValueError(f"{area}: expected an area such as A1:B2")
    left, top, right, bottom = found.groups()
    right, bottom = right or left, bottom or top
    return column_of(left), int(top), column_of(right), int(bottom)


def absolute(area: str) -> str:
    """An area that stays where it is when its formula is copied.

    Examples
    --------
    >>> absolute("B2:C30"), absolute("D4")
    ('$B$2:$C$30', '$D$4')
    """
    return ":".join(
        f"${end.rstrip(digits)}${end.lstrip(ascii_uppercase)}" for end in area.split(":")
    )


class Area(NamedTuple):
    """A merged range: its first and last row, from 1, and its first and last column, from 0."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def reference(self) -> str:
        """How a spreadsheet calls it."""
        first = f"{column_letters(self.left)}{self.top}"
        return f"{first}:{column_letters(self.right)}{self.bottom}"


def position(reference: bytes) -> tuple[int, int]:
    """Row and column of a reference.

    Examples
    --------
    >>> position(b"AB12")
    (12, 28)
    """
    column = 0
    for at, letter in enumerate(reference):
        if letter < 65:
            return int(reference[at:]), column
        column = column * 26 + letter - 64
    raise ValueError(reference)
