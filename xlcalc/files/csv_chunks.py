"""Large csv files, chunk by chunk: each is cut at the end of a row and parsed by Arrow.

A chunk in which anything is out of the ordinary is read row by row instead, as small files are, so
that what is said of a cell does not depend on the size of its file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from xlcalc.errors import InputError, XlcalcError
from xlcalc.files.csv_quotes import NO_QUOTES, around_cells, in_pairs
from xlcalc.files.csv_rows import csv_rows
from xlcalc.files.names import cannot_read, location_of, name_of
from xlcalc.files.sources import ROWS, Chunk, Source
from xlcalc.files.text_encoding import TextFormat, text_format
from xlcalc.physics.names import normalized
from xlcalc.problems import Problem
from xlcalc.tables.arrow import names_of, numbers_of, word_type, words_of
from xlcalc.tables.below_no_header import FilledCells
from xlcalc.tables.columns import design_table
from xlcalc.tables.detect import collect_rows, find_header, nothing_below
from xlcalc.tables.header_matching import DESIGN_HEADERS
from xlcalc.tables.header_row import SEARCHED
from xlcalc.tables.row_notes import filled
from xlcalc.tables.table import DesignTable
from xlcalc.tables.units_row import names_unit

#: Encodings in which a line's end is one byte and no part of another sign.
_BYTEWISE = ("utf-8", "utf-8-sig", "cp1252")

#: What may be a line of comment.
_COMMENT = re.compile(rb'(?:\A|\n)[ \t"]*#(?!\d)')

#: Bytes in which the header is looked for.
_HEAD = 1_000_000

#: Bytes of a chunk, however long its rows.
_MOST_OF_CHUNK = 64_000_000

#: Bytes without the end of a row after which a quotation mark must be stray.
_MOST_WITHOUT_END = 64_000_000


@dataclass(kw_only=True)
class CsvSource(Source):
    """A csv file that is read chunk by chunk.

    Parameters
    ----------
    path : Path
        The file.
    form : TextFormat
        How its text is read.
    width : int
        Cells of a row.
    """

    path: Path
    form: TextFormat
    width: int

    def read(self, chunks: Sequence[Chunk]) -> Iterator[Callable[[], DesignTable]]:
        """Calls that read and parse the rows of each chunk."""
        for chunk in chunks:
            yield partial(self.parse, chunk)

    def parse(self, chunk: Chunk) -> DesignTable:
        """The rows of a chunk as a table."""
        data = self.bytes_of(chunk)
        table = self._at_once(chunk, data) or self._row_by_row(chunk, data)
        if chunk.number > 0:
            # Those above the header are told with the first rows.
            table.comments = table.comments[len(self.table.comments) :]
        return table

    def bytes_of(self, chunk: Chunk) -> bytes:
        """The bytes of a chunk."""
        try:
            with self.path.open("rb") as file:
                file.seek(chunk.start)
                return file.read(chunk.stop - chunk.start)
        except OSError as problem:
            raise cannot_read(self.path, problem) from None

    def rows_of(self, data: bytes, first: int) -> Iterator[list[str | None]]:
        """Rows of some of its bytes, of which the first has some number."""
        return csv_rows(_text(data, self.form), self.form, location_of(self.path), first)

    def _row_by_row(self, chunk: Chunk, data: bytes) -> DesignTable:
        rows = FilledCells(self.rows_of(data, chunk.first_row), chunk.first_row)
        table = collect_rows(self.table, enumerate(rows, start=chunk.first_row))
        rows.note_in(table)
        if table.other_rows is not None:
            # Other chunks would be read as if it were not there.
            text = table.other_rows.text.removesuffix(" and is left alone")
            raise InputError(table.other_rows._replace(text=text))
        return table

    def _at_once(self, chunk: Chunk, data: bytes) -> DesignTable | None:
        """The rows if all of them are designs of as many cells as the header has."""
        import pyarrow as pa

        units_row = self.table.units_row
        if units_row is not None and chunk.first_row <= units_row:
            return None
        if data.startswith(codecs.BOM_UTF8):
            # Arrow would leave it out, wherever in the file the chunk begins.
            return None
        if b"#" in data and _COMMENT.search(data):
            return None
        quoted = b'"' in data
        if quoted and not chunk.quotes_paired:
            quotes = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord('"'))
            if not in_pairs(data, quotes, self.form.separator.encode()):
                return None
        if self.form.encoding == "cp1252":
            data = _text(data, self.form).encode()
        # Numbers among which a text stands are read once more, as texts.
        for types in (self._types, {}):
            try:
                return self._table(chunk, self._parsed(data, quoted, types))
            except pa.ArrowInvalid:
                pass
        return None

    def _parsed(self, data: bytes, quoted: bool, types: Mapping[int, Any]) -> Any:
        """All cells, column by column, as texts where no other type is given."""
        import pyarrow as pa
        import pyarrow.csv as pcsv

        names = range(self.width)
        return pcsv.read_csv(
            pa.py_buffer(data),
            read_options=pcsv.ReadOptions(
                column_names=[str(n) for n in names], use_threads=False, block_size=len(data) + 1
            ),
            parse_options=pcsv.ParseOptions(
                delimiter=self.form.separator,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
            ),
            convert_options=pcsv.ConvertOptions(
                column_types={str(n): types.get(n, pa.string()) for n in names},
                null_values=[""],
                strings_can_be_null=True,
            ),
        )

    @cached_property
    def _types(self) -> dict[int, Any]:
        """Types of the file's columns that are not looked at as texts, by position."""
        import pyarrow as pa

        types = {"material": word_type(), "choice": word_type()}
        if self.table.decimal_marks not in (",", ".,"):
            types["number"] = pa.float64()
        return {c.position: types[c.kind] for c in self.table.columns if c.kind in types}

    def _table(self, chunk: Chunk, parsed: Any) -> DesignTable | None:
        """The table of what was parsed; None if not every row is a design.

        Raises
        ------
        pa.ArrowInvalid
            If what was taken for a number is none.
        """
        beyond = range(self.table.columns[-1].position + 1, self.width)
        if any(parsed.column(position).null_count < len(parsed) for position in beyond):
            return None
        cells = []
        for column in self.table.columns:
            found = parsed.column(column.position).combine_chunks()
            if column.kind in ("material", "choice"):
                coded = words_of(found)
                if any(
                    not normalized(word) or DESIGN_HEADERS.match_cell(word)
                    for word in coded.categories
                ):
                    return None
                if found.null_count and column.match and column.match.quantity.required:
                    return None
                cells.append(coded)
            elif column.kind == "number":
                numbers = _numbers(found, self.table.decimal_marks)
                if isinstance(numbers, list) and any(map(names_unit, {*numbers})):
                    return None
                cells.append(numbers)
            elif column.kind == "text":
                cells.append(names_of(found))
            else:
                cells.append(found)
        row_numbers = range(chunk.first_row, chunk.first_row + len(parsed))
        table = self.table.with_rows(cells, row_numbers)
        known = {column.position for column in self.table.columns}
        for position in {*range(self.width)} - known:
            here = filled(parsed.column(position).combine_chunks())
            if here.any():
                table.beside[position] = here
        return table


def open_csv(path: Path, rows_per_chunk: int = ROWS, decimal_mark: str = "") -> CsvSource | None:
    """A csv file as a source, or None for one that must be read as a whole.

    Parameters
    ----------
    path : Path
        The file.
    rows_per_chunk : int
        About how many rows a chunk has.
    decimal_mark : str
        The mark before decimals, where it is known.

    Raises
    ------
    InputError
        If it is no text, a quotation mark opens and never closes, or its headers contradict each
        other or a required one is missing.
    """
    form = text_format(path)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if form.encoding not in _BYTEWISE or b"\n" not in head:
        return None
    # The last row may be cut off.
    text = _text(head[: head.rindex(b"\n") + 1], form).removeprefix("\ufeff")
    try:
        rows = list(islice(csv_rows(text, form, location_of(path)), SEARCHED))
        layout = find_header(
            rows,
            location_of(path),
            DESIGN_HEADERS,
            typed=False,
            decimal_mark=decimal_mark,
            unshown_marks=form.unshown_marks,
        )
    except XlcalcError:
        return None
    if layout.common:
        # Not a column of the file, in which chunks would look for it.
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator, strict=True)
    header = list(islice(reader, layout.header_row))[-1]
    start = _after_line(head, reader.line_num)
    per_row = max(1, (len(head) - start) // max(1, head.count(b"\n", start)))
    # What a header may mean, the first cells below it show.
    head_rows = collect_rows(layout, enumerate(rows[layout.header_row :], layout.header_row + 1))
    first = layout.with_rows([c.cells for c in head_rows.columns], head_rows.row_numbers)
    source = CsvSource(
        name=name_of(path),
        table=_without_cells(design_table(first)),
        chunks=[],
        path=path,
        form=form,
        width=len(header),
    )
    chunks = _cut(source, start, min(per_row * rows_per_chunk, _MOST_OF_CHUNK))
    if chunks is None:
        return None
    source.chunks = chunks
    source.own.remarks += [*filter(None, [form.remark]), *layout.row_remarks]
    if not _any_design(source):
        raise nothing_below(layout)
    return source


def _without_cells(layout: DesignTable) -> DesignTable:
    """Columns of texts, to be filled; what is to be said of the header is said once."""
    import pyarrow as pa

    empty = [pa.nulls(0, pa.string()) for _ in layout.columns]
    return replace(layout.with_rows(empty, []), row_remarks=[])


def _any_design(source: CsvSource) -> bool:
    """Whether there is a design; the first rows tell, of nearly every file."""
    for chunk in source.chunks:
        rows = source.rows_of(source.bytes_of(chunk), chunk.first_row)
        numbered = enumerate(rows, start=chunk.first_row)
        while few := list(islice(numbered, SEARCHED)):
            if len(collect_rows(source.table, few)):
                return True
    return False


def _text(data: bytes, form: TextFormat) -> str:
    # A mark of the encoding stands at the start of a file, and elsewhere is a sign like others.
    return data.decode(form.encoding.removesuffix("-sig"), errors="replace")


def _after_line(data: bytes, number: int) -> int:
    place = 0
    for _ in range(number):
        place = data.index(b"\n", place) + 1
    return place


def _cut(source: CsvSource, start: int, size: int) -> list[Chunk] | None:
    """Cut a source where rows end, about every so many bytes; None where that is not clear.

    Raises
    ------
    InputError
        If a quotation mark swallows what follows.
    """
    separator = source.form.separator.encode()
    row = source.table.header_row + 1
    chunks: list[Chunk] = []
    rest = b""
    with source.path.open("rb") as file:
        file.seek(start)
        while True:
            more = file.read(size)
            data = rest + more
            if b"\r" in data and data.count(b"\r") != data.count(b"\r\n") + data.endswith(b"\r"):
                return None
            signs = np.frombuffer(data, dtype=np.uint8)
            quotes = np.flatnonzero(signs == ord('"')) if b'"' in data else NO_QUOTES
            paired = in_pairs(data, quotes, separator)
            if not paired:
                quotes = around_cells(data, quotes, separator)
            # Between a mark that opens a cell and the one that closes it, the end of a line is
            # part of the cell.
            ends = np.flatnonzero(signs == ord("\n"))
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0] + 1
            stop = int(ends[-1]) if ends.size else 0
            if not more:
                # The last row may have no end of its own.
                count, stop = ends.size + (stop < len(data)), len(data)
            else:
                count = ends.size
            if stop:
                if not paired or (not more and quotes.size % 2):
                    # Read once before any work, for it may be that they cannot be read.
                    deque(source.rows_of(data[:stop], row), maxlen=0)
                chunk = Chunk(
                    number=len(chunks),
                    first_row=row,
                    rows=count,
                    start=start,
                    stop=start + stop,
                    group=len(chunks),
                    quotes_paired=paired,
                )
                chunks.append(chunk)
                start, row = chunk.stop, row + count
            if not more:
                return chunks
            rest = data[stop:]
            if len(rest) > _MOST_WITHOUT_END:
                raise InputError(
                    Problem(
                        f"goes on for more than {_MOST_WITHOUT_END:,} bytes",
                        expected="quotation marks in pairs",
                        where=location_of(source.path).at(f"row {row}"),
                    )
                )


def _numbers(cells: Any, marks: str | None) -> Any:
    """A column of numbers, or its texts if one of them is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(cells.type):
        numbers = numbers_of(cells)
        if np.isfinite(numbers).sum() + cells.null_count < len(numbers):
            raise pa.ArrowInvalid
        return numbers
    if marks == ".,":
        if pc.any(pc.match_substring_regex(cells, "[.,]")).as_py():
            return cells.to_pylist()
        plain = cells
    elif marks == ",":
        if pc.any(pc.match_substring(cells, ".")).as_py():
            return cells.to_pylist()
        plain = pc.replace_substring(cells, ",", ".")
    else:
        plain = cells
    try:
        numbers = numbers_of(plain.cast(pa.float64()))
    except pa.ArrowInvalid:
        return cells.to_pylist()
    if np.isfinite(numbers).sum() + cells.null_count == len(numbers):
        return numbers
    return cells.to_pylist()
