"""Columns as lines of csv: UTF-8, comma, decimal point, every digit of a number.

Arrow writes csv too, but each number anew, however often it stands there, and with quotation marks
around every word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from xlcalc.files.number_formatting import numerals
from xlcalc.physics.categorical import Categorical
from xlcalc.tables.arrow import arrow_literal, cells, in_one, joined, numbers_of, texts, words_as

#: Signs that begin a formula, and signs that a cell holds only between quotation marks.
_STARTS, _PARTS = "=+-@\t\r", '",\r\n'

#: Begins a text that a spreadsheet program would run as a formula; a number begins so too.
_LIVE = re.compile(rf"[{re.escape(_STARTS)}](?!(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$)")

#: The same signs, by byte.
_BEGINS, _HOLDS = (np.isin(np.arange(256), list(map(ord, s))) for s in (_STARTS, _PARTS))

#: Rows made at a time, so that what they are made of stays in the processor's cache.
_BLOCK = 8_192

#: Bytes that Arrow may have to put into one array of lines.
_MOST_BYTES = 2**30


def csv_header(names: Iterable[str]) -> bytes:
    """The first line of a csv file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(map(_harmless, names))
    return text.getvalue().encode()


def csv_lines(columns: Mapping[str, Any]) -> Iterator[Any]:
    """Columns as lines.

    A text that begins like a formula gets an apostrophe before it, so that it stays a text.

    Parameters
    ----------
    columns : mapping of str to column
        All of one length, by name: arrays, lists, coded words or Arrow arrays.

    Yields
    ------
    buffer
        Bytes of whole lines, without the header.
    """
    made = [_column(column) for column in columns.values()]
    count = min(map(len, made), default=0)
    for start in range(0, count, _BLOCK):
        yield from _lines([column[start : start + _BLOCK] for column in made])


def _lines(columns: Sequence[Any]) -> Iterator[Any]:
    count = len(columns[0])
    pieces = [_piece(column) for column in columns]
    size = count * (len(pieces) + sum(len(piece) for piece in pieces if isinstance(piece, str)))
    size += sum(piece.nbytes for piece in pieces if not isinstance(piece, str))
    if size > _MOST_BYTES and count > 1:
        for half in (slice(count // 2), slice(count // 2, None)):
            yield from _lines([column[half] for column in columns])
        return
    pieces = _merged(pieces)
    if not isinstance(pieces[-1], str):
        pieces[-1] = joined([pieces[-1], "\n"])
    elif len(pieces) == 1:
        yield f"{pieces[-1]}\n".encode() * count
        return
    else:
        pieces[-1] += "\n"
    yield in_one(joined(pieces, by=","))


def _piece(column: Any) -> Any:
    """A column's cells, or the one text that all of them show."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == len(column):
        return ""
    if pa.types.is_dictionary(column.type):
        if len(column.dictionary) == 1 and not column.null_count:
            return column.dictionary[0].as_py() or ""
        column = column.dictionary_decode()
    # Joined with nulls, texts take half as long again.
    return pc.fill_null(column, arrow_literal("")) if column.null_count else column


def _merged(pieces: Sequence[Any]) -> list[Any]:
    """Pieces, in which texts that all rows show are one text where they stand side by side."""
    merged: list[Any] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += f",{piece}"
        else:
            merged.append(piece)
    return merged


def _column(column: Any) -> Any:
    """A column's cells as texts, or codes of texts, with the quotation marks they need."""
    import pyarrow as pa

    if isinstance(column, Categorical):
        return words_as(column, map(_word, column.categories))
    if isinstance(column, np.ndarray) and column.dtype != object:
        return numerals(column)
    if isinstance(column, (list, np.ndarray)):
        return _mixed(cells(column))
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    kind = pa.types
    if kind.is_float64(column.type):
        return numerals(numbers_of(column))
    if kind.is_string(column.type):
        return column if _is_plain(column) else texts(map(_word, column.to_pylist()))
    known = (kind.is_primitive, kind.is_decimal, kind.is_null)
    if any(test(column.type) for test in known) and not kind.is_duration(column.type):
        return column.cast(pa.string())
    return _mixed(cells(column))


def _mixed(values: list[Any]) -> Any:
    """Cells of any kind; beside a text numbers look as they do without one."""
    numbers = numerals(np.array([v if isinstance(v, float) else np.nan for v in values]))
    return texts(
        number if isinstance(value, float) else _word(value)
        for value, number in zip(values, numbers.to_pylist(), strict=True)
    )


def _is_plain(column: Any) -> bool:
    """Whether an Arrow array holds but texts that a cell can hold as they are."""
    _, ends, text = column.buffers()
    if text is None:
        return True
    offsets = np.frombuffer(ends, np.int32)[column.offset : column.offset + len(column) + 1]
    signs = np.frombuffer(text, np.uint8)[: offsets[-1]]
    # Where a text is empty the next one's first is looked at twice.
    firsts = signs[offsets[:-1][offsets[:-1] < signs.size]]
    return not (_BEGINS[firsts].any() or _HOLDS[signs[offsets[0] :]].any())


def _word(value: Any) -> str | None:
    """A value that is no number as a cell shows it; a blank is None."""
    if value is None:
        return None
    text = str(_harmless(value))
    if any(sign in text for sign in _PARTS):
        return '"' + text.replace('"', '""') + '"'
    return text or None


def _harmless(value: Any) -> Any:
    """A value, with an apostrophe before a text that would run as a formula."""
    return f"'{value}" if isinstance(value, str) and _LIVE.match(value) else value
