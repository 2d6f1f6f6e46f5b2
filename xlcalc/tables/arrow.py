"""Columns of results as Arrow has them, for csv and parquet."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Categorical
from xlcalc.physics.quantities import DESIGN, REMARKS


def plain(value: Any) -> Any:
    """A cell without NumPy; a blank as None."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def cells(column: Any) -> list[Any]:
    """A column of any kind as plain cells."""
    if not isinstance(column, (list, np.ndarray, Categorical)):
        column = column.to_pylist()
    elif isinstance(column, np.ndarray):
        column = column.tolist()
    return [plain(value) for value in column]


def typed(name: str, column: Any) -> Any:
    """A column with one type for all its cells, as parquet wants it; a blank is null.

    Parameters
    ----------
    name : str
        What it is called: a field that holds numbers holds nothing else here.
    column : ndarray, list, Categorical or Arrow array
        The cells.

    Returns
    -------
    Arrow array
        A cell of a numbers' field that is no number becomes null, for the row's status quotes it.
        A column of the user's that mixes numbers and words becomes one of words.
    """
    import pyarrow as pa

    if isinstance(column, Categorical):
        return words_as(column, column.categories)
    if isinstance(column, np.ndarray) and column.dtype != object:
        return floats(column)
    if not isinstance(column, (list, np.ndarray)):
        # Of a length of time parquet would keep a number without its unit.
        return as_type(column, pa.string()) if pa.types.is_duration(column.type) else column
    if name in DESIGN and DESIGN[name].kind == "number":
        return floats([v if isinstance(v, float) else np.nan for v in column])
    values = cells(column)
    if _no_number(values):
        return texts(values)
    try:
        return typed(name, pa.array(values))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return texts([None if value is None else str(value) for value in values])


def word_type() -> Any:
    """Type of a column of words that many rows share."""
    import pyarrow as pa

    return pa.dictionary(pa.int32(), pa.string())


def word_types() -> dict[str, Any]:
    """Types of a result's columns that hold no numbers."""
    import pyarrow as pa

    known = {**DESIGN, **REMARKS}
    types = {name: word_type() for name, quantity in known.items() if quantity.kind != "number"}
    return {**types, "design": pa.string()}


def common_type(columns: Iterable[Any]) -> Any:
    """The one type that several columns may have in parquet; text if they differ."""
    import pyarrow as pa

    types = {typed("", column).type for column in columns}
    types = {t.value_type if pa.types.is_dictionary(t) else t for t in types}
    some = types - {pa.null()}
    return next(iter(some or types)) if len(some) < 2 else pa.string()


def chained(columns: Iterable[Any]) -> Any:
    """Arrow arrays of one type, one below the other; None for arrays of several types."""
    import pyarrow as pa

    chunks = [
        chunk
        for column in columns
        for chunk in (column.chunks if isinstance(column, pa.ChunkedArray) else [column])
    ]
    return pa.chunked_array(chunks) if len({chunk.type for chunk in chunks}) == 1 else None


def as_type(column: Any, type: Any) -> Any:
    """An Arrow array as another type; where it knows no way, as text."""
    import pyarrow as pa

    if column.type == type:
        return column
    if column.null_count == len(column):
        return pa.nulls(len(column), type)
    if pa.types.is_dictionary(column.type):
        return as_type(column.dictionary_decode(), type)
    if pa.types.is_dictionary(type):
        return as_type(column, type.value_type).dictionary_encode()
    if type == pa.string():
        return texts([None if value is None else str(value) for value in column.to_pylist()])
    return column.cast(type)


def words_as(column: Categorical, words: Iterable[str | None]) -> Any:
    """Categorical words as a dictionary of texts that stand for them."""
    import pyarrow as pa

    indices = from_buffer(pa.int32(), column.codes.astype(np.int32), column.codes < 0)
    return pa.DictionaryArray.from_arrays(indices, texts(words))


def floats(numbers: Any) -> Any:
    """An Arrow array of numbers; what is none is null."""
    import pyarrow as pa

    values = np.ascontiguousarray(numbers, dtype=np.float64)
    return from_buffer(pa.float64(), values, ~np.isfinite(values))


def texts(words: Iterable[str | None]) -> Any:
    """An Arrow array of texts."""
    import pyarrow as pa

    held = list(words)
    encoded = [b"" if word is None else word.encode("utf-8", "replace") for word in held]
    offsets = np.zeros(len(held) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    if offsets[-1] > np.iinfo(np.int32).max:
        raise OverflowError("more than 2 GB of texts in one piece of a column")
    none = np.array([word is None for word in held], dtype=bool)
    ends = offsets.astype(np.int32)
    return from_buffer(pa.string(), ends, none, pa.py_buffer(b"".join(encoded)))


def numbers_of(column: Any) -> NDArray[np.float64]:
    """An Arrow array of floats as NumPy has it, for reading; a null is NaN.

    Asked for it, Arrow would import pandas.
    """
    valid, data = column.buffers()
    held = np.frombuffer(data or b"", dtype=np.float64)
    numbers = held[column.offset : column.offset + len(column)]
    if not column.null_count:
        return numbers
    bits = np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")
    return np.where(bits[column.offset : column.offset + len(column)], numbers, np.nan)


def are_numbers(column: Any, pattern: str) -> NDArray[np.bool_]:
    """Which cells of an Arrow array are numbers, or texts that a pattern finds to be numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        found = pc.match_substring_regex(column, pattern)
    elif pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        found = column.is_valid()
    elif pa.types.is_floating(kind):
        found = pc.invert(pc.is_null(column, nan_is_null=True))
    else:
        return np.zeros(len(column), dtype=bool)
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def arrow_literal(text: str) -> Any:
    """A text that stands beside arrays; Arrow shows plain ones to pandas, as sequences."""
    return texts([text])[0]


def whole(values: NDArray[Any]) -> Any:
    """An Arrow array of numbers, none of which is a blank."""
    import pyarrow as pa

    kind = pa.from_numpy_dtype(values.dtype)
    return from_buffer(kind, np.ascontiguousarray(values), np.zeros(len(values), dtype=bool))


def flags(values: NDArray[np.bool_]) -> Any:
    """An Arrow array of truth values."""
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])


def joined(pieces: Iterable[Any], by: str = "") -> Any:
    """Texts of several arrays, and texts that all rows share, one behind the other."""
    import pyarrow.compute as pc

    parts = (arrow_literal(piece) if isinstance(piece, str) else piece for piece in (*pieces, by))
    return pc.binary_join_element_wise(*parts)


def in_one(texts: Any) -> memoryview:
    """Texts of an array that was just made, one after the other."""
    _, ends, data = texts.buffers()
    return memoryview(data)[: np.frombuffer(ends, np.int32)[len(texts)]]


def from_buffer(type: Any, values: NDArray[Any], none: NDArray[np.bool_], *more: Any) -> Any:
    """An Arrow array of some memory.

    What Arrow makes of a sequence by itself it first shows to pandas, which takes a quarter of a
    second to import.
    """
    import pyarrow as pa

    nulls = int(none.sum())
    valid = pa.py_buffer(np.packbits(~none, bitorder="little")) if nulls else None
    buffers = [valid, pa.py_buffer(values), *more]
    return pa.Array.from_buffers(type, len(none), buffers, nulls)


def _no_number(values: list[Any]) -> bool:
    """Whether there is some text, and nothing but texts."""
    kinds = {type(value) for value in values}
    return str in kinds and kinds <= {str, type(None)}


def words_of(column: Any) -> Categorical:
    """An Arrow column of words as codes; a null is no word."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = np.nan_to_num(numbers_of(column.indices.cast(pa.float64())), nan=-1.0).astype(np.intp)
    return Categorical(codes, tuple(column.dictionary.to_pylist()))


def names_of(column: Any) -> Any:
    """An Arrow column of names as it is where none is blank, else as a list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == 0 and pa.types.is_string(column.type):
        column = pc.utf8_trim_whitespace(column)
        if not pc.any(pc.equal(column, arrow_literal(""))).as_py():
            return column
    return column.to_pylist()
