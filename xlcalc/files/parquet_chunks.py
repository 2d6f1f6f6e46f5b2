"""Parquet files, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby, islice
from pathlib import Path
from typing import Any

from xlcalc.errors import InputError
from xlcalc.files.names import expect_room, location_of, name_of, needs_memory
from xlcalc.files.sources import ROWS, Chunk, Source
from xlcalc.problems import Problem
from xlcalc.tables.arrow import names_of, numbers_of, words_of
from xlcalc.tables.columns import design_table, match_columns
from xlcalc.tables.table import Cells, DesignTable, Table


@dataclass(kw_only=True)
class ParquetSource(Source):
    """A parquet file that is read chunk by chunk.

    Parameters
    ----------
    path : Path
        The file.
    rows_per_chunk : int
        How many rows a chunk has at most; a row group's last may have fewer.
    """

    path: Path
    rows_per_chunk: int

    def read(self, chunks: Sequence[Chunk]) -> Iterator[Callable[[], DesignTable]]:
        """Calls that parse the cells of each chunk, which are read one after the other."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        size = self.rows_per_chunk
        try:
            with pq.ParquetFile(self.path) as file:
                for group, members in groupby(chunks, key=lambda chunk: chunk.group):
                    wanted = list(members)
                    batches = _of_size(file.iter_batches(size, row_groups=[group]), size)
                    first = wanted[0].start // size
                    here = islice(batches, first, first + len(wanted))
                    for chunk, cells in zip(wanted, here, strict=True):
                        yield partial(self._parse, chunk, cells)
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise _unreadable(self.path, problem) from None

    def _parse(self, chunk: Chunk, rows: Any) -> DesignTable:
        cells = [
            _cells(self._sound(found.combine_chunks()), column.kind)
            for column, found in zip(self.table.columns, rows.columns, strict=True)
        ]
        return self.table.with_rows(cells, range(chunk.first_row, chunk.first_row + len(rows)))

    def _sound(self, column: Any) -> Any:
        """A column, looked at for what no reader looks at, such as texts that are none."""
        import pyarrow as pa

        try:
            column.validate(full=True)
        except pa.ArrowException as problem:
            raise _unreadable(self.path, problem) from None
        return column


def _of_size(batches: Iterator[Any], size: int) -> Iterator[Any]:
    """Batches of just so many rows; a reader may give smaller ones."""
    import pyarrow as pa

    waiting: list[Any] = []
    held = 0
    for batch in batches:
        waiting.append(batch)
        held += len(batch)
        if held >= size:
            whole = pa.Table.from_batches(waiting)
            yield whole.slice(0, size)
            waiting = whole.slice(size).to_batches()
            held -= size
    if held:
        yield pa.Table.from_batches(waiting)


def open_parquet(path: Path, rows_per_chunk: int = ROWS) -> ParquetSource:
    """A parquet file as a source.

    Parameters
    ----------
    path : Path
        The file.
    rows_per_chunk : int
        How many rows a chunk has at most.

    Raises
    ------
    InputError
        If it is no parquet file, holds no rows, or has headers that cannot be used.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names: Sequence[Any] = file.schema_arrow.names
            types = file.schema_arrow.types
            metadata = file.metadata
            groups = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    except Exception as problem:
        raise _unreadable(path, problem) from None
    if not sum(groups):
        raise InputError(Problem("is empty", expected="designs", where=location_of(path)))
    # What a header may mean, the kind of its column shows.
    texts = (pa.string(), pa.large_string())
    kinds = [["text" if each in texts else None] for each in types]
    layout = design_table(_layout(path, names).with_rows(kinds, [1]))
    return ParquetSource(
        name=name_of(path),
        table=layout.with_rows([pa.nulls(0, each) for each in types], []),
        chunks=list(_chunks(groups, rows_per_chunk)),
        path=path,
        rows_per_chunk=rows_per_chunk,
    )


def _chunks(groups: Sequence[int], size: int) -> Iterator[Chunk]:
    """Chunks of row groups of so many rows."""
    number = 0
    for group, (rows, first) in enumerate(zip(groups, accumulate(groups, initial=1), strict=False)):
        for start in range(0, rows, size):
            count = min(size, rows - start)
            yield Chunk(
                number=number,
                first_row=first + start,
                rows=count,
                start=start,
                stop=start + count,
                group=group,
            )
            number += 1


def _unreadable(path: Path, problem: Exception) -> InputError:
    if isinstance(problem, MemoryError):
        return needs_memory(path)
    # Damage shows in many ways, for the parser is not ours.
    reason = " ".join(str(problem).split())[:200]
    text = f"is no parquet file that can be read ({reason})"
    return InputError(Problem(text, where=location_of(path)))


def read_parquet(path: Path) -> Table:
    """The table of a parquet file.

    Raises
    ------
    InputError
        If the file is no parquet or holds no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        expect_room(path, _unpacked(path))
        found = pq.read_table(path)
        columns: list[Cells] = [
            (column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column).to_pylist()
            for column in found.columns
        ]
    except InputError:
        raise
    except Exception as problem:
        raise _unreadable(path, problem) from None
    if not len(found):
        raise InputError(Problem("is empty", expected="designs", where=location_of(path)))
    return _layout(path, found.column_names).with_rows(columns, range(1, len(found) + 1))


def _unpacked(path: Path) -> int:
    """Bytes of all columns, or 0 where the file does not tell; who reads it then says why."""
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        return sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    except Exception:
        return 0


def _layout(path: Path, names: Sequence[Any]) -> Table:
    columns = match_columns([str(name) for name in names], range(len(names)))
    return Table(source=location_of(path), columns=columns, row_numbers=[], lettered=False)


def _cells(column: Any, kind: str) -> Cells:
    """A column as cells of its kind; one that is left alone stays as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types, of = pa.types, column.type
    words = of.value_type if types.is_dictionary(of) else of
    if kind in ("material", "choice") and (types.is_string(words) or types.is_large_string(words)):
        return words_of(column)
    if kind == "text":
        return names_of(column)  # type: ignore[no-any-return]
    if kind != "number":
        return column.to_pylist() if kind else column  # type: ignore[no-any-return]
    if types.is_decimal(of):
        return [None if value is None else float(value) for value in column.to_pylist()]
    if types.is_integer(of):
        column = column.cast(pa.float64(), safe=False)
    # A null is a blank; a stored NaN is a number gone wrong and must not become one.
    if types.is_floating(of) and pc.any(pc.is_nan(column)).as_py():
        return list(column.to_pylist())
    if types.is_integer(of) or types.is_floating(of):
        return numbers_of(column.cast(pa.float64()))
    return list(column.to_pylist())
