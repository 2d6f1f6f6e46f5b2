"""Where designs come from: a table in memory, or a file too large to be one at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from xlcalc.files.names import name_of
from xlcalc.tables.columns import Headers
from xlcalc.tables.materials_sheet import OwnMaterials
from xlcalc.tables.table import Table

#: Designs worked on at a time, so that memory does not grow with the file.
ROWS = 65_536


class Piece(Protocol):
    """Some rows of a source, not yet parsed."""

    def table(self) -> Table:
        """The rows as a table; it may be empty."""


class Source(Protocol):
    """A table of designs that can be read piece by piece.

    Its pieces are the same every time, so that a run can go on where it was stopped.
    """

    columns: Headers
    own: OwnMaterials

    @property
    def name(self) -> str:
        """Name of the file."""

    @property
    def headers(self) -> list[str]:
        """Headers of all columns."""

    @property
    def rows(self) -> int:
        """How many rows there may be at most."""

    def cells(self, column: int) -> Any:
        """The cells of a column, or some Arrow array of the type they have."""

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces from one of them on, in the order of the rows."""

    def shares(self) -> Iterator[Share]:
        """All its pieces, as other processes can read them."""


@dataclass(frozen=True)
class Share:
    """Pieces one after the other, small to send, which another process reads by itself.

    Parameters
    ----------
    source : Source
        A source of these pieces alone.
    first : int
        Number of the first of them.
    count : int
        How many they are.
    """

    source: Source
    first: int
    count: int


@dataclass(kw_only=True)
class FileSource:
    """What sources have in common that read their file when pieces are asked for.

    Parameters
    ----------
    path : Path
        The file.
    layout : Table
        Its headers, without rows.
    columns : Headers
        What they are.
    own : OwnMaterials
        Only remarks: such a file brings no materials along.
    """

    path: Path
    layout: Table
    columns: Headers
    own: OwnMaterials = field(default_factory=OwnMaterials)

    @property
    def name(self) -> str:
        """Name of the file."""
        return name_of(self.path)

    @property
    def headers(self) -> list[str]:
        """Headers of all columns."""
        return self.layout.headers


@dataclass(kw_only=True)
class TableSource:
    """A table in memory.

    Parameters
    ----------
    name : str
        Name of its file.
    whole : Table
        The table.
    columns : Headers
        What its columns are.
    own : OwnMaterials
        Materials that came with it.
    """

    name: str
    whole: Table
    columns: Headers
    own: OwnMaterials = field(default_factory=OwnMaterials)
    at_a_time: int = ROWS

    @property
    def headers(self) -> list[str]:
        """Headers of all columns."""
        return self.whole.headers

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.whole)

    def cells(self, column: int) -> Any:
        """The cells of a column."""
        return self.whole.columns[column]

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces from one of them on."""
        step = self.at_a_time
        for start in range(first * step, self.rows, step):
            yield _Rows(self.whole, start, start + step)

    def shares(self) -> Iterator[Share]:
        """Its pieces, with their rows: a file that is read as a whole is small."""
        step = self.at_a_time
        for number, start in enumerate(range(0, self.rows, step)):
            part = replace(self, whole=self.whole.part(start, start + step))
            yield Share(part, number, 1)


@dataclass(frozen=True)
class _Rows:
    whole: Table
    start: int
    stop: int

    def table(self) -> Table:
        return self.whole.part(self.start, self.stop)
