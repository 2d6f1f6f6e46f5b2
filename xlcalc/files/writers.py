"""Results without sheets: csv, parquet and json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, Protocol

from xlcalc.files.csv_writer import csv_header, csv_lines
from xlcalc.tables import arrow

#: Key of a parquet file's metadata under which the record of its results stands.
METADATA = b"xlcalc"


class Sink(Protocol):
    """Where bytes go, one after the other."""

    def write(self, data: Any, /) -> Any:
        """Write some more."""


#: Columns to write, by name, all of one length: arrays, lists, coded words or Arrow arrays.
Columns = Mapping[str, Any]


def write_csv(columns: Columns, file: Sink) -> None:
    """Write columns as csv."""
    file.write(csv_header(columns))
    for lines in csv_lines(columns):
        file.write(lines)


def write_json(columns: Columns, file: Sink) -> None:
    """Write columns as a list of records; a blank is null."""
    file.write((as_json(records(columns), ascii_only=False) + "\n").encode())


def as_json(value: Any, *, ascii_only: bool = True) -> str:
    """A value as JSON text; dates and the like as text.

    Only ASCII unless asked otherwise, for a pipe may not carry every character.
    """
    return json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str)


def records(columns: Columns) -> list[dict[str, Any]]:
    """Columns as a list of records; a blank is None."""
    rows = zip(*(arrow.cells(column) for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def typed_table(columns: Columns) -> Any:
    """Columns as an Arrow table, as parquet holds them."""
    import pyarrow as pa

    return pa.table({name: arrow.typed(name, column) for name, column in columns.items()})


def write_parquet(columns: Columns, file: BinaryIO) -> None:
    """Write columns as parquet; a blank is null."""
    import pyarrow.parquet as pq

    pq.write_table(typed_table(columns), file)


class CsvOutput:
    """Results as csv, piece by piece."""

    #: Whether the record of what they rest on stands beside them.
    record_beside = True

    def __init__(self, own: Callable[[], Mapping[str, Any]]) -> None:
        pass

    def encode(self, columns: Columns) -> Any:
        """A piece as lines."""
        return list(csv_lines(columns))

    def packed(self, piece: Any) -> Any:
        """A piece as bytes, to be kept."""
        return b"".join(piece)

    def unpacked(self, packed: bytes) -> Any:
        """A piece that was kept."""
        return [packed]

    def write(
        self,
        names: Iterable[str],
        pieces: Iterable[Any],
        file: Sink,
        record: Callable[[], str],
    ) -> None:
        """Write pieces, one after the other; csv has no place for a record."""
        file.write(csv_header(names))
        for piece in pieces:
            for lines in piece:
                file.write(lines)


class ParquetOutput:
    """Results as parquet, a row group for each piece.

    Parameters
    ----------
    own : callable
        Gives the Arrow types of the users' own columns, by name; the same in all pieces.
    """

    record_beside = False

    def __init__(self, own: Callable[[], Mapping[str, Any]]) -> None:
        self._types = {**arrow.word_types(), **own()}

    def encode(self, columns: Columns) -> Any:
        """A piece as an Arrow table."""
        import pyarrow as pa

        types = self._types
        return pa.table(
            {
                name: arrow.as_type(arrow.typed(name, column), types.get(name, pa.float64()))
                for name, column in columns.items()
            }
        )

    def packed(self, piece: Any) -> Any:
        """A piece as bytes, to be kept."""
        import pyarrow as pa

        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, piece.schema) as writer:
            writer.write_table(piece)
        return stream.getvalue()

    def unpacked(self, packed: bytes) -> Any:
        """A piece that was kept."""
        import pyarrow as pa

        return pa.ipc.open_stream(packed).read_all()

    def write(
        self,
        names: Iterable[str],
        pieces: Iterable[Any],
        file: BinaryIO,
        record: Callable[[], str],
    ) -> None:
        """Write pieces, one after the other, and then the record of what they rest on."""
        import pyarrow.parquet as pq

        writer = None
        for piece in pieces:
            if writer is None:
                # Words go in as they are coded, and are words to whoever reads them.
                writer = pq.ParquetWriter(
                    file, piece.schema, store_schema=False, **_encoding(piece)
                )
            writer.write_table(piece, row_group_size=len(piece))
        if writer is not None:
            writer.add_key_value_metadata({METADATA: record()})
            writer.close()


#: Rows that tell whether a column repeats itself.
_TRIED = 4096


def _encoding(table: Any) -> dict[str, Any]:
    """What is worth its time: all of it everywhere takes a third longer, and gains nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tried = table.slice(0, _TRIED)
    repetitive = {
        field.name
        for field in table.schema
        if not pa.types.is_nested(field.type)
        and len(pc.unique(tried[field.name])) <= len(tried) / 2
    }
    numbers = {field.name for field in table.schema if pa.types.is_floating(field.type)}
    names = table.schema.names
    return {
        "use_dictionary": [name for name in names if name in repetitive],
        # The digits of numbers that are all different cannot be packed.
        "compression": {
            name: "none" if name in numbers - repetitive else "snappy" for name in names
        },
        # Readers that look for high numbers leave out pieces that have none; nobody seeks words so.
        "write_statistics": [name for name in names if name in numbers],
    }
