"""Tables without sheets: csv, parquet and json."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import InputError
from .grid import SEARCHED, headers_found, table_from_rows
from .quantities import DESIGN, Quantity
from .table import Cells, Table

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
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell or None for cell in row]

    try:
        # The separator under which the most headers are known.
        best = max(",;\t", key=lambda mark: headers_found(islice(rows(mark), SEARCHED), vocabulary))
        return table_from_rows(rows(best), path.name, vocabulary, typed=False)
    except csv.Error as problem:
        raise InputError(f"{path.name}: is no csv file that can be read ({problem})") from None


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if b"\0" in data:
        raise InputError(f"{path.name}: is no text; expected a csv file")
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as problem:
        reason = str(problem).splitlines()[0]
        raise InputError(f"{path.name}: is no parquet file that can be read ({reason})") from None
    if frame.num_rows == 0:
        raise InputError(f"{path.name}: is empty; expected designs")
    return Table(
        source=path.name,
        headers=[str(name) for name in frame.column_names],
        columns=[_parquet_cells(column) for column in frame.columns],
        row_numbers=range(1, frame.num_rows + 1),
        lettered=False,
    )


def _parquet_cells(column: Any) -> Cells:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(column.type):
        column = column.cast(pa.float64(), safe=False)
    if pa.types.is_floating(column.type):
        # A null is a blank; a stored NaN is a number gone wrong and must not become one.
        if not pc.any(pc.is_nan(column)).as_py():
            return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=float)
    elif pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    cells: list[Any] = column.to_pylist()
    return cells


def _plain(value: Any) -> Any:
    """A cell without NumPy; a blank as None."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and isnan(value) else value


def _lists(columns: Columns) -> list[list[Any]]:
    return [
        [_plain(v) for v in (c.tolist() if isinstance(c, np.ndarray) else c)]
        for c in columns.values()
    ]


def write_csv(columns: Columns, file: BinaryIO) -> None:
    """Write columns as csv: UTF-8, comma, decimal point, every digit of a number."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*_lists(columns), strict=True))
    text.flush()
    text.detach()


def write_json(columns: Columns, file: BinaryIO) -> None:
    """Write columns as a list of records; a blank is null."""
    file.write((as_json(records(columns)) + "\n").encode())


def as_json(value: Any) -> str:
    """A value as JSON text; dates and the like as text."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def records(columns: Columns) -> list[dict[str, Any]]:
    """Columns as a list of records; a blank is None."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*_lists(columns), strict=True)]


def write_parquet(columns: Columns, file: BinaryIO) -> None:
    """Write columns as parquet; a blank is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({n: _arrow(n, column) for n, column in columns.items()}), file)


def _arrow(name: str, column: Any) -> Any:
    import pyarrow as pa

    if name in DESIGN and DESIGN[name].kind == "number":
        # A cell that could not be read is quoted in the row's status; the column holds numbers.
        numbers = (v if isinstance(v, float) and not isnan(v) else None for v in column)
        return pa.array(numbers, pa.float64())
    if isinstance(column, np.ndarray) and column.dtype != object:
        return pa.array(column, from_pandas=True)
    cells = [_plain(value) for value in column]
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A column of the user's that mixes numbers and words; parquet knows no such column.
        return pa.array([None if cell is None else str(cell) for cell in cells])
