"""Quotation marks of csv files: which of them open and close cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NO_QUOTES = np.array([], dtype=np.intp)


def in_pairs(data: bytes, quotes: NDArray[np.intp], separator: bytes) -> bool:
    """Whether quotation marks do nothing but open and close cells, or stand twice within one."""
    signs = np.frombuffer(data, dtype=np.uint8)
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[opening[opening > 0] - 1]
    after = signs[closing[closing + 1 < signs.size] + 1]
    opens, closes = (np.zeros(256, dtype=bool) for _ in range(2))
    opens[list(b'\n"' + separator)] = closes[list(b'\r\n"' + separator)] = True
    return bool(opens[before].all() and closes[after].all())


def around_cells(data: bytes, quotes: NDArray[np.intp], separator: bytes) -> NDArray[np.intp]:
    """The quotation marks that open or close a cell; one within a plain cell is a mere sign."""
    found: list[int] = []
    twice = -1
    for mark in quotes.tolist():
        if mark == twice:
            continue
        if len(found) % 2:
            if data[mark + 1 : mark + 2] == b'"':
                twice = mark + 1
            else:
                found.append(mark)
        elif mark == 0 or data[mark - 1] in b"\n" + separator:
            found.append(mark)
    return np.array(found, dtype=np.intp)
