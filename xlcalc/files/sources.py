"""Where designs come from: a table in memory, or a file too large to be one at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Self

from xlcalc.tables.materials_sheet import OwnMaterials
from xlcalc.tables.table import DesignTable

#: Designs worked on at a time, so that memory does not grow with the file.
ROWS = 65_536

#: Chunks of a group that one process reads: to get at one all before it must be decoded.
_SHARED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A range of a source: whole rows that are read and evaluated at once.

    Parameters
    ----------
    number : int
        Its place among the chunks of its source.
    first_row : int
        Number of its first row, as people count.
    rows : int
        How many rows it may have at most.
    start, stop : int
        Where it begins and ends: bytes of a csv file, rows of a table or of a row group.
    group : int
        Chunks of one group are read best one after the other: the row group of a parquet file.
    quotes_paired : bool
        Whether quotation marks are known to come in pairs in it, or that there are none.
    """

    number: int
    first_row: int
    rows: int
    start: int
    stop: int
    group: int = 0
    quotes_paired: bool = True


@dataclass(kw_only=True)
class Source(ABC):
    """A table of designs that can be read chunk by chunk.

    Its chunks are the same every time, so that a run can go on where it was stopped.

    Parameters
    ----------
    name : str
        Name of the file.
    table : DesignTable
        Its columns: with their cells where the table is in memory, else with none of their type.
    chunks : sequence of Chunk
        Its ranges, in the order of the rows.
    own : OwnMaterials
        Materials that came with it, and remarks.
    """

    name: str
    table: DesignTable
    chunks: Sequence[Chunk]
    own: OwnMaterials = field(default_factory=OwnMaterials)

    @property
    def rows(self) -> int:
        """How many rows there may be at most."""
        return sum(chunk.rows for chunk in self.chunks)

    def shares(self) -> Iterator[Self]:
        """Sources of a few chunks each, which other processes can read by themselves."""
        for _, group in groupby(self.chunks, key=lambda chunk: chunk.group):
            chunks = list(group)
            for at in range(0, len(chunks), _SHARED):
                yield replace(self, chunks=chunks[at : at + _SHARED])

    @abstractmethod
    def read(self, chunks: Sequence[Chunk]) -> Iterator[Callable[[], DesignTable]]:
        """Read some chunks one after the other.

        Parameters
        ----------
        chunks : sequence of Chunk
            Without a gap.

        Yields
        ------
        callable
            Gives the rows of the next chunk, which may be none; may be called by another thread.
        """


class TableSource(Source):
    """A table in memory."""

    @classmethod
    def of(cls, name: str, table: DesignTable, own: OwnMaterials, rows_per_chunk: int) -> Self:
        """A table, to be worked on so many rows at a time."""
        starts = range(0, len(table), rows_per_chunk)
        chunks = [
            Chunk(
                number=number,
                first_row=start,
                rows=min(rows_per_chunk, len(table) - start),
                start=start,
                stop=start + rows_per_chunk,
            )
            for number, start in enumerate(starts)
        ]
        return cls(name=name, table=table, chunks=chunks, own=own)

    def read(self, chunks: Sequence[Chunk]) -> Iterator[Callable[[], DesignTable]]:
        """Parts of the table."""
        for chunk in chunks:
            yield partial(self.table.part, chunk.start, chunk.stop)
