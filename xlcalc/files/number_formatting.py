"""Numbers as text: the fewest digits that give the same number again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.tables.arrow import floats, from_buffer, numbers_of

#: Numbers that tell whether a column repeats itself.
_TRIED = 1024


def numerals(numbers: NDArray[np.float64]) -> Any:
    """Numbers as texts; what is no finite number is a null.

    Parameters
    ----------
    numbers : ndarray of float
        One column.

    Returns
    -------
    Arrow array of strings
        A dictionary where numbers stand there again and again, so that each is written out once.

    Examples
    --------
    >>> numerals(np.array([0.1, 2.0, np.nan])).to_pylist()
    ['0.1', '2', None]
    """
    import pyarrow as pa

    values = np.ascontiguousarray(numbers, dtype=np.float64)
    tried = values[:_TRIED]
    if len(set(tried[np.isfinite(tried)].tolist())) > tried.size / 2:
        return _written(values)
    coded = floats(values).dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices, _written(numbers_of(coded.dictionary)))


def _written(values: NDArray[np.float64]) -> Any:
    import orjson
    import pyarrow as pa

    none = ~np.isfinite(values)
    if none.any():
        values = np.where(none, 0.0, values)
    if not values.size:
        return pa.nulls(0, pa.string())
    # A list in JSON: between brackets, parted by commas.
    text = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    signs = np.frombuffer(text, dtype=np.uint8)
    ends = np.append(np.flatnonzero(signs == ord(",")), len(text) - 1)
    whole = (signs[ends - 2] == ord(".")) & (signs[ends - 1] == ord("0"))
    if whole.any():
        text = np.delete(signs, np.concatenate((ends[whole] - 2, ends[whole] - 1))).tobytes()
    parted = np.arange(1, values.size + 1) + 2 * np.cumsum(whole)
    offsets = np.append(0, ends - parted).astype(np.int32)
    return from_buffer(pa.string(), offsets, none, pa.py_buffer(text[1:-1].replace(b",", b"")))
