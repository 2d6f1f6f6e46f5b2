"""Tables without sheets: csv, parquet and json."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import InputError
from .files import name_of
from .grid import headers_found, table_from_rows
from .quantities import DESIGN
from .quantity import Quantity
from .table import Cells, Table
from .words import key

#: How numbers of a design are called, by name and by label.
_NUMBERS = {
    key(word)
    for quantity in DESIGN.values()
    if quantity.kind == "number"
    for word in (quantity.name, quantity.label, quantity.header)
}

#: Told how many more rows are written.
Step = Callable[[int], None]

#: Rows written between two words to whoever watches.
_CHUNK = 10_000

#: Rows that tell the separator of a csv file.
_SNIFFED = 50

#: Columns to write, by name, all of one length.
Columns = Mapping[str, Any]


def read_csv(path: Path, vocabulary: Mapping[str, Quantity] = DESIGN) -> Table:
    """The table of a csv file, separated by comma, semicolon or tab.

    Raises
    ------
    InputError
        If the file is no text or holds no designs.
    """
    text = _decode(path)

    def rows(delimiter: str) -> Iterator[list[str | None]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            for row in reader:
                yield [cell or None for cell in row]
        except csv.Error as problem:
            # Such as a quotation mark that opens and never closes, and swallows what follows.
            raise InputError(
                f"{name_of(path)}, line {reader.line_num}: cannot be read ({problem}); expected "
                "quotation marks in pairs"
            ) from None

    def known(delimiter: str) -> int:
        try:
            return headers_found(islice(rows(delimiter), _SNIFFED), vocabulary)
        except InputError:
            return 0

    # The separator under which the most headers are known.
    best = max(",;\t", key=known)
    return table_from_rows(rows(best), name_of(path), vocabulary, typed=False)


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(f"{name_of(path)}: is no text; expected a csv file") from None
    if b"\0" in data:
        raise InputError(f"{name_of(path)}: is no text; expected a csv file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes for "CSV" on a Western European Windows.
        return data.decode("cp1252", errors="replace")


def read_parquet(path: Path) -> Table:
    """The table of a parquet file.

    Raises
    ------
    InputError
        If the file is no parquet or holds no rows.
    """
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(path)
        columns = [_parquet_cells(name, frame[at]) for at, name in enumerate(frame.column_names)]
    except Exception as problem:
        # Damage shows in many ways, for the parser is not ours.
        reason = " ".join(str(problem).split())[:200]
        raise InputError(
            f"{name_of(path)}: is no parquet file that can be read ({reason})"
        ) from None
    if frame.num_rows == 0:
        raise InputError(f"{name_of(path)}: is empty; expected designs")
    return Table(
        source=name_of(path),
        headers=[str(name) for name in frame.column_names],
        columns=columns,
        row_numbers=range(1, frame.num_rows + 1),
        lettered=False,
    )


def _parquet_cells(name: str, column: Any) -> Cells:
    import pyarrow as pa
    import pyarrow.compute as pc

    if key(name) not in _NUMBERS:
        cells: list[Any] = column.to_pylist()
        return cells
    if pa.types.is_decimal(column.type):
        return [None if value is None else float(value) for value in column.to_pylist()]
    if pa.types.is_integer(column.type):
        column = column.cast(pa.float64(), safe=False)
    # A null is a blank; a stored NaN is a number gone wrong and must not become one.
    if pa.types.is_floating(column.type) and not pc.any(pc.is_nan(column)).as_py():
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=float)
    return list(column.to_pylist())


def _plain(value: Any) -> Any:
    """A cell without NumPy; a blank as None."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def _lists(columns: Columns) -> list[list[Any]]:
    return [
        [_plain(v) for v in (c.tolist() if isinstance(c, np.ndarray) else c)]
        for c in columns.values()
    ]


_LIVE = re.compile(r"[=+\-@\t\r](?!(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$)")


def _as_text(cell: Any) -> Any:
    """A cell of a csv file; a text that a spreadsheet program would run as a formula is quoted."""
    return f"'{cell}" if isinstance(cell, str) and _LIVE.match(cell) else cell


def write_csv(columns: Columns, file: BinaryIO, step: Step = lambda rows: None) -> None:
    """Write columns as csv: UTF-8, comma, decimal point, every digit of a number.

    A text that begins like a formula gets an apostrophe before it, so that it stays a text.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_as_text, columns))
    rows = zip(*([_as_text(cell) for cell in cells] for cells in _lists(columns)), strict=True)
    while chunk := list(islice(rows, _CHUNK)):
        writer.writerows(chunk)
        step(len(chunk))
    text.flush()
    text.detach()


def write_json(columns: Columns, file: BinaryIO) -> None:
    """Write columns as a list of records; a blank is null."""
    file.write((as_json(records(columns), ascii_only=False) + "\n").encode())


def as_json(value: Any, *, ascii_only: bool = True) -> str:
    """A value as JSON text; dates and the like as text.

    Only ASCII unless asked otherwise, for a pipe may not carry every character.
    """
    return json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str)


def records(columns: Columns) -> list[dict[str, Any]]:
    """Columns as a list of records; a blank is None."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*_lists(columns), strict=True)]


def write_parquet(
    columns: Columns, file: BinaryIO, metadata: Mapping[bytes, str] | None = None
) -> None:
    """Write columns as parquet; a blank is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({n: _arrow(n, column) for n, column in columns.items()})
    pq.write_table(table.replace_schema_metadata(metadata), file)


def _arrow(name: str, column: Any) -> Any:
    import pyarrow as pa

    if name in DESIGN and DESIGN[name].kind == "number":
        # A cell that could not be read is quoted in the row's status; the column holds numbers.
        numbers = (v if isinstance(v, float) and isfinite(v) else None for v in column)
        return pa.array(numbers, pa.float64())
    if isinstance(column, np.ndarray) and column.dtype != object:
        return pa.array(column, from_pandas=True)
    cells = [_plain(value) for value in column]
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A column of the user's that mixes numbers and words; parquet knows no such column.
        return pa.array([None if cell is None else str(cell) for cell in cells])
