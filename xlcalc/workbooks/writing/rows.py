"""Rows of a sheet as XML, made a column at a time: as fast as numbers can be written out.

A million rows are gigabytes of text. They come in blocks, of which never more than two are in
memory; within one, whole columns are written out and joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

import numpy as np

from xlcalc.files.number_formatting import numerals
from xlcalc.physics.categorical import Categorical
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.arrow import (
    arrow_literal,
    flags,
    in_one,
    joined,
    numbers_of,
    texts,
    whole,
    words_of,
)
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.package.xml_text import content, printable
from xlcalc.workbooks.writing.columns import ResultColumn, as_list

#: Number of each named style in a workbook's list of them.
StyleNumbers = Mapping[str, int]

#: Rows made at a time.
_BLOCK = 8_192

#: Fewer are written faster than Arrow is imported.
_FEW = 1_000

#: Bytes of cells made at a time; columns of long texts come in fewer rows.
_MOST_BYTES = 256 * 2**20

#: Integers beyond lose digits in every spreadsheet program.
_LARGEST_INTEGER = 2**53

#: The first day that all spreadsheet programs number alike, and the day before all days.
_FIRST_DAY, _DAY_ZERO = date(1900, 3, 1), datetime(1899, 12, 30)
_DAY = timedelta(days=1)


def rows_as_xml(
    columns: Sequence[ResultColumn],
    first: int,
    styles: StyleNumbers,
    progress: Callable[[int], None] = lambda rows: None,
) -> Iterator[bytes | memoryview]:
    """Rows of a sheet, in blocks of many.

    Parameters
    ----------
    columns : sequence of ResultColumn
        All of one length.
    first : int
        Number of the first row.
    styles : mapping of str to int
        Number of each style.
    progress : callable
        Told how many more rows are made.

    Yields
    ------
    bytes or memoryview
        XML, each block a number of whole rows.
    """
    count = min((len(column.values) for column in columns), default=0)
    for start in range(0, count, _BLOCK):
        yield from _block(columns, start, min(start + _BLOCK, count), first, styles, progress)


def _block(
    columns: Sequence[ResultColumn],
    start: int,
    stop: int,
    first: int,
    styles: StyleNumbers,
    progress: Callable[[int], None],
) -> Iterator[bytes | memoryview]:
    few = stop - start <= _FEW
    make = _few_cells if few else _many_cells
    cells = [make(column, slice(start, stop), styles) for column in columns]
    size = sum(getattr(piece, "nbytes", 0) for pieces in cells for piece in pieces)
    if size > _MOST_BYTES:
        middle = (start + stop) // 2
        yield from _block(columns, start, middle, first, styles, progress)
        yield from _block(columns, middle, stop, first, styles, progress)
        return
    numbers = range(first + start, first + stop)
    yield _few_rows(cells, numbers) if few else _many_rows(cells, numbers)
    progress(stop - start)


def row_as_xml(
    number: int, cells: Sequence[tuple[Any, str]], styles: StyleNumbers, height: int = 0
) -> str:
    """One row, of values with the names of their styles."""
    made = "".join(
        f'<c r="{column_letters(place)}{number}{_cell(value, name, styles)}'
        for place, (value, name) in enumerate(cells)
    )
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{tall}>{made}</row>'


def _few_cells(column: ResultColumn, part: slice, styles: StyleNumbers) -> list[Any]:
    values, plain = as_list(column.values[part]), column.cell_style
    if column.marked is None:
        return [_cell(value, plain, styles) for value in values]
    names = (style.ERROR if wrong else plain for wrong in column.marked[part])
    return [_cell(value, name, styles) for value, name in zip(values, names, strict=True)]


def _few_rows(cells: Sequence[Sequence[str]], numbers: range) -> bytes:
    letters = [column_letters(place) for place in range(len(cells))]
    rows = []
    for number, row in zip(numbers, zip(*cells, strict=True), strict=True):
        rows.append(f'<row r="{number}">')
        rows += [f'<c r="{a}{number}{cell}' for a, cell in zip(letters, row, strict=True)]
        rows.append("</row>")
    return "".join(rows).encode()


def _many_cells(column: ResultColumn, part: slice, styles: StyleNumbers) -> list[Any]:
    """What follows the references of a column's cells: texts that all share, and arrays of texts.

    The fewer arrays, the less is copied.
    """
    import pyarrow.compute as pc

    values = column.values[part]
    plain = _pieces(values, column.cell_style, styles)
    if column.marked is None or not column.marked[part].any():
        return plain
    marked = _pieces(values, style.ERROR, styles)
    return [pc.if_else(flags(column.marked[part]), _one(marked), _one(plain))]


def _one(pieces: Sequence[Any]) -> Any:
    """Pieces joined to one."""
    return pieces[0] if len(pieces) == 1 else joined(pieces)


def _pieces(values: Any, name: str, styles: StyleNumbers) -> list[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.DictionaryArray):
        values = words_of(values)
    if isinstance(values, Categorical):
        # Words are made once each; only those of this block, for a column may have a million.
        used, places = np.unique(values.codes, return_inverse=True)
        cells = [
            _cell(None if n < 0 else values.categories[n], name, styles) for n in used.tolist()
        ]
        return cells if len(cells) == 1 else [texts(cells).take(whole(places))]
    numbers = _numbers(values)
    if numbers is None:
        return [texts(_cell(value, name, styles) for value in as_list(values))]
    blank = _cell(None, name, styles)
    if numbers.null_count == len(numbers):
        return [blank]
    pieces = [f'" s="{styles[name]}"><v>', _digits(numbers), "</v></c>"]
    return [pc.fill_null(_one(pieces), arrow_literal(blank))] if numbers.null_count else pieces


def _digits(numbers: Any) -> Any:
    import pyarrow as pa

    if not pa.types.is_float64(numbers.type):
        return numbers.cast(pa.string())
    shown = numerals(numbers_of(numbers))
    return shown.dictionary_decode() if pa.types.is_dictionary(shown.type) else shown


def _numbers(values: Any) -> Any:
    """Numbers that Arrow can write out as they are, blanks as nulls; None for all else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        values = whole(values)
    if not isinstance(values, pa.Array):
        return None
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.nulls(1, values.type)[0], values)
        return values if pc.all(pc.is_finite(values)).as_py() is not False else None
    if not pa.types.is_integer(values.type):
        return None
    ends = pc.min_max(values).as_py()
    fits = (
        ends["min"] is None or -_LARGEST_INTEGER <= ends["min"] <= ends["max"] <= _LARGEST_INTEGER
    )
    return values if fits else None


def _many_rows(cells: Sequence[Sequence[Any]], numbers: range) -> memoryview:
    import pyarrow as pa

    digits = whole(np.arange(numbers.start, numbers.stop)).cast(pa.string())
    pieces: list[Any] = ['<row r="', digits, '">']
    for place, column in enumerate(cells):
        for piece in (f'<c r="{column_letters(place)}', digits, *column):
            if isinstance(piece, str) and isinstance(pieces[-1], str):
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return in_one(joined([*pieces, "</row>"]))


def _cell(value: Any, name: str, styles: StyleNumbers) -> str:
    """A cell from behind its reference on; what no cell can hold as such is a text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return _text(value, styles[name]) if value else f'" s="{styles[name]}"/>'
    if value is None or (isinstance(value, float) and isnan(value)):
        return f'" s="{styles[name]}"/>'
    if isinstance(value, bool):
        return f'" s="{styles[name]}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int):
        number = str(value) if abs(value) <= _LARGEST_INTEGER else None
    elif isinstance(value, (float, Decimal)):
        # A whole number is written as it is in many rows.
        number = str(value).removesuffix(".0") if isfinite(value) else None
    else:
        number, name = _moment(value, name)
    if number is None:
        return _text(str(value), styles[name])
    return f'" s="{styles[name]}"><v>{number}</v></c>'


def _moment(value: Any, name: str) -> tuple[str | None, str]:
    """Days as a spreadsheet counts them, with the style that shows them as what they are."""
    days: timedelta | None = None
    if isinstance(value, datetime):
        # A cell knows no time zone.
        if value.tzinfo is None and value.date() >= _FIRST_DAY:
            days, name = value - _DAY_ZERO, style.DATE_AND_TIME
    elif isinstance(value, date):
        if value >= _FIRST_DAY:
            days, name = datetime.combine(value, time()) - _DAY_ZERO, style.DATE
    elif isinstance(value, time):
        if value.tzinfo is None:
            days, name = datetime.combine(_DAY_ZERO, value) - _DAY_ZERO, style.TIME
    elif isinstance(value, timedelta) and value >= timedelta():
        days, name = value, style.DURATION
    return (None if days is None else repr(days / _DAY).removesuffix(".0")), name


#: Signs that XML or a spreadsheet program takes for something else.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_767


def _text(text: str, number: int) -> str:
    if len(text) > _LONGEST or _SPECIAL.search(text):
        text = content(_LOOKS_ESCAPED.sub("_x005F_", printable(text)))
        # An XML reader takes a bare one for the end of a line.
        text = text.replace("\r", "&#13;")
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'" s="{number}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
