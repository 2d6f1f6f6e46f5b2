"""Parquet files, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from xlcalc.errors import InputError
from xlcalc.files.names import location_of
from xlcalc.files.sources import ROWS, FileSource, Piece, Share
from xlcalc.physics.quantities.vocabulary import DESIGN
from xlcalc.problems import Problem
from xlcalc.tables.arrow import names_of, numbers_of, words_of
from xlcalc.tables.columns import design_headers
from xlcalc.tables.table import Cells, Table

#: Pieces of a row group that one process reads: to get at a piece all before it must be decoded.
_SHARED = 4


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows of a row group, after some pieces of it; and the number of the first of these rows."""

    group: int
    skip: int
    rows: int
    row: int


@dataclass(kw_only=True)
class ParquetSource(FileSource):
    """A parquet file that is read piece by piece.

    Parameters
    ----------
    stretches : list
        Where its rows are.
    types : list of Arrow type
        Types of its columns.
    at_a_time : int
        How many rows a piece has at most; a row group's last may have fewer.
    """

    stretches: list[_Stretch]
    types: list[Any]
    at_a_time: int = ROWS

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(stretch.rows for stretch in self.stretches)

    def cells(self, column: int) -> Any:
        """No cells, of the type they have."""
        import pyarrow as pa

        return pa.nulls(0, self.types[column])

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces from one of them on."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        size = self.at_a_time
        try:
            with pq.ParquetFile(self.path) as file:
                for stretch in self.stretches:
                    here = -(-stretch.rows // size)
                    if first >= here:
                        first -= here
                        continue
                    batches = file.iter_batches(size, row_groups=[stretch.group])
                    wanted = islice(
                        _whole_pieces(batches, size), stretch.skip + first, stretch.skip + here
                    )
                    for number, batch in enumerate(wanted, start=first):
                        yield ParquetPiece(self, batch, stretch.row + number * size)
                    first = 0
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(self.path, problem) from None

    def shares(self) -> Iterator[Share]:
        """Its pieces, a few of a row group at a time."""
        size, number = self.at_a_time, 0
        for whole in self.stretches:
            for start in range(0, whole.rows, _SHARED * size):
                part = _Stretch(
                    whole.group,
                    whole.skip + start // size,
                    min(_SHARED * size, whole.rows - start),
                    whole.row + start,
                )
                count = -(-part.rows // size)
                yield Share(replace(self, stretches=[part]), number, count)
                number += count

    @cached_property
    def kinds(self) -> dict[int, str]:
        """What columns that are read hold: number, material, choice or text."""
        kinds = {column: DESIGN[name].kind for name, column in self.columns.fields.items()}
        if (column := self.columns.results.get("voltage_source")) is not None:
            kinds[column] = "choice"
        return kinds  # type: ignore[return-value]


def _whole_pieces(batches: Iterator[Any], size: int) -> Iterator[Any]:
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


@dataclass(frozen=True)
class ParquetPiece:
    """Some rows of a parquet file."""

    source: ParquetSource
    rows: Any
    first: int

    def table(self) -> Table:
        """The rows as a table."""
        kinds = self.source.kinds
        return replace(
            self.source.layout,
            columns=[
                _cells(self._sound(column.combine_chunks()), kinds.get(place, ""))
                for place, column in enumerate(self.rows.columns)
            ],
            row_numbers=range(self.first, self.first + len(self.rows)),
        )

    def _sound(self, column: Any) -> Any:
        """A column, looked at for what no reader looks at, such as texts that are none."""
        import pyarrow as pa

        try:
            column.validate(full=True)
        except pa.ArrowException as problem:
            raise _unreadable(self.source.path, problem) from None
        return column


def open_parquet(path: Path, at_a_time: int = ROWS) -> ParquetSource:
    """A parquet file as a source.

    Parameters
    ----------
    path : Path
        The file.
    at_a_time : int
        How many rows a piece has at most.

    Raises
    ------
    InputError
        If it is no parquet file, holds no rows, or has headers that cannot be used.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names: Sequence[Any] = file.schema_arrow.names
            types = file.schema_arrow.types
            metadata = file.metadata
            groups = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
            firsts = accumulate(groups, initial=1)
    except Exception as problem:
        raise _unreadable(path, problem) from None
    if not sum(groups):
        raise InputError(Problem("is empty", expected="designs", where=location_of(path)))
    layout = _layout(path, names)
    return ParquetSource(
        path=path,
        layout=layout,
        columns=design_headers(layout),
        stretches=[
            _Stretch(number, 0, rows, row)
            for number, (rows, row) in enumerate(zip(groups, firsts, strict=False))
        ],
        types=types,
        at_a_time=at_a_time,
    )


def _unreadable(path: Path, problem: Exception) -> InputError:
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
        found = pq.read_table(path)
        columns: list[Cells] = [
            (column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column).to_pylist()
            for column in found.columns
        ]
    except Exception as problem:
        raise _unreadable(path, problem) from None
    if not len(found):
        raise InputError(Problem("is empty", expected="designs", where=location_of(path)))
    return replace(
        _layout(path, found.column_names), columns=columns, row_numbers=range(1, len(found) + 1)
    )


def _layout(path: Path, names: Sequence[Any]) -> Table:
    return Table(
        source=location_of(path),
        headers=[str(name) for name in names],
        columns=[],
        row_numbers=[],
        lettered=False,
    )


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
