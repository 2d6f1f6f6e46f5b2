"""Results without sheets: csv, parquet and json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, Protocol

from xlcalc.files.csv_writer import csv_header, csv_lines
from xlcalc.files.formats import METADATA
from xlcalc.tables import arrow


class Sink(Protocol):
    """Where bytes go, one after the other."""

    def write(self, data: Any, /) -> Any:
        """Write some more."""


def write_csv(columns: Mapping[str, Any], file: Sink) -> None:
    """Write columns as csv: by name, of one length, as arrays, lists, coded words or from Arrow."""
    file.write(csv_header(columns))
    for lines in csv_lines(columns):
        file.write(lines)


def write_json(columns: Mapping[str, Any], file: Sink) -> None:
    """Write columns as a list of records; a blank is null."""
    file.write((as_json(records(columns), ascii_only=False) + "\n").encode())


def as_json(value: Any, *, ascii_only: bool = True) -> str:
    """A value as JSON text; dates and the like as text.

    Only ASCII unless asked otherwise, for a pipe may not carry every character.
    """
    return json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str)


def records(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns as a list of records; a blank is None."""
    rows = zip(*(arrow.cells(column) for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def typed_table(columns: Mapping[str, Any]) -> Any:
    """Columns as an Arrow table, as parquet holds them."""
    import pyarrow as pa

    return pa.table({name: arrow.typed(name, column) for name, column in columns.items()})


def write_parquet(columns: Mapping[str, Any], file: BinaryIO) -> None:
    """Write columns as parquet; a blank is null."""
    import pyarrow.parquet as pq

    pq.write_table(typed_table(columns), file)


class CsvOutput:
    """Results as csv, chunk by chunk."""

    #: Whether the record of what they rest on stands beside them.
    record_beside = True

    def encode(self, columns: Mapping[str, Any]) -> Any:
        """A chunk as lines."""
        return list(csv_lines(columns))

    def packed(self, chunk: Any) -> Any:
        """A chunk as bytes, to be kept."""
        return b"".join(chunk)

    def unpacked(self, packed: bytes) -> Any:
        """A chunk that was kept."""
        return [packed]

    def write(
        self,
        names: Iterable[str],
        chunks: Iterable[Any],
        file: Sink,
        record: Callable[[], str],
    ) -> None:
        """Write chunks, one after the other; csv has no place for a record."""
        file.write(csv_header(names))
        for chunk in chunks:
            for lines in chunk:
                file.write(lines)


class ParquetOutput:
    """Results as parquet, a row group for each chunk.

    Parameters
    ----------
    own : mapping of str to Arrow type
        Types of the users' own columns, by name; the same in all chunks.
    """

    record_beside = False

    def __init__(self, own: Mapping[str, Any]) -> None:
        self._types = {**arrow.word_types(), **own}

    def encode(self, columns: Mapping[str, Any]) -> Any:
        """A chunk as an Arrow table."""
        import pyarrow as pa

        types = self._types
        return pa.table(
            {
                name: arrow.as_type(arrow.typed(name, column), types.get(name, pa.float64()))
                for name, column in columns.items()
            }
        )

    def packed(self, chunk: Any) -> Any:
        """A chunk as bytes, to be kept."""
        import pyarrow as pa

        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, chunk.schema) as writer:
            writer.write_table(chunk)
        return stream.getvalue()

    def unpacked(self, packed: bytes) -> Any:
        """A chunk that was kept."""
        import pyarrow as pa

        return pa.ipc.open_stream(packed).read_all()

    def write(
        self,
        names: Iterable[str],
        chunks: Iterable[Any],
        file: BinaryIO,
        record: Callable[[], str],
    ) -> None:
        """Write chunks, one after the other, and then the record of what they rest on."""
        import pyarrow.parquet as pq

        writer = None
        for chunk in chunks:
            if writer is None:
                # Words go in as they are coded, and are words to whoever reads them.
                writer = pq.ParquetWriter(
                    file, chunk.schema, store_schema=False, **_encoding(chunk)
                )
            writer.write_table(chunk, row_group_size=len(chunk))
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
        # Readers that look for high numbers skip row groups without any; nobody seeks words so.
        "write_statistics": [name for name in names if name in numbers],
    }
