"""Ranges of cells as arguments, and arguments left out."""

from __future__ import annotations

from typing import Any


class _Omitted:
    """An argument that was left out."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED = _Omitted()


#: A range of cells: rows of equal length.
Rows = list[list[Any]]


def is_range(value: Any) -> bool:
    """Whether a value is a range of cells."""
    return isinstance(value, (list, tuple))


def as_rows(value: Any) -> Rows:
    """A range as rows of equal length; one cell, or one row of cells, is a range too.

    Examples
    --------
    >>> as_rows(3), as_rows([1, 2]), as_rows([[1], [2]])
    ([[3]], [[1, 2]], [[1], [2]])
    """
    if not is_range(value):
        return [[value]]
    if not value or not is_range(value[0]):
        return [list(value)]
    widths = set(map(len, value))
    if len(widths) == 1:
        # Lists stay as they are, for a range may have a million rows.
        lists = isinstance(value, list) and isinstance(value[0], list)
        return value if lists else [list(row) for row in value]
    width = max(widths)
    return [[*row, *(None,) * (width - len(row))] for row in value]
