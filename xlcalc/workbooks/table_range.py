"""Where an Excel table lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableRange:
    """An Excel table on a page.

    Parameters
    ----------
    name : str
        Its name in formulas.
    page : str
        Title of its page.
    top, left : int
        Row and column of its first header, from 1.
    headers : sequence of str
        Its headers.
    count : int
        Rows below the header.
    formulas : mapping of str to str
        By header: the formula that new rows of a calculated column take.
    independent : bool
        Whether no row of it refers to another, nor to a page that refers to the table, so that it
        may be calculated in parts.
    totals : int
        Rows of totals below its last.
    """

    name: str
    page: str
    top: int
    left: int
    headers: Sequence[str]
    count: int
    formulas: Mapping[str, str] = field(default_factory=dict)
    independent: bool = False
    totals: int = 0

    @property
    def first(self) -> int:
        """First row below the header."""
        return self.top + 1

    @property
    def last(self) -> int:
        """Last row."""
        return self.top + self.count

    @property
    def right(self) -> int:
        """Last column."""
        return self.left + len(self.headers) - 1

    def column(self, header: str) -> int:
        """Column of a header."""
        return self.left + list(self.headers).index(header)
