"""Addresses of cells and areas, columns counted from 1."""

from __future__ import annotations

import re
from functools import cache

from ..table import column_letters

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)


@cache
def letters(column: int) -> str:
    """Letters of a column, A for 1.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    return column_letters(column - 1)


@cache
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
