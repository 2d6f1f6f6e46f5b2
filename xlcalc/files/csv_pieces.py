"""Large csv files, piece by piece: each is cut at the end of a row and parsed by Arrow.

A piece in which anything is out of the ordinary is read row by row instead, as small files are, so
that what is said of a cell does not depend on the size of its file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.errors import InputError, XlcalcError
from xlcalc.files.csv_rows import csv_rows
from xlcalc.files.names import cannot_read, location_of
from xlcalc.files.sources import ROWS, FileSource, Piece, Share
from xlcalc.files.text_encoding import TextFormat, text_format
from xlcalc.physics.names import key
from xlcalc.physics.quantities.vocabulary import DESIGN
from xlcalc.problems import Problem
from xlcalc.tables.arrow import names_of, numbers_of, word_type, words_of
from xlcalc.tables.columns import design_headers
from xlcalc.tables.detect import SEARCHED, fill, find_header, nothing_below
from xlcalc.tables.special_rows import named_of
from xlcalc.tables.table import Table

#: Encodings in which a line's end is one byte and no part of another sign.
_BYTEWISE = ("utf-8", "utf-8-sig", "cp1252")

#: Bytes in which the header is looked for.
_HEAD = 1_000_000

#: Bytes without the end of a row after which a quotation mark must be stray.
_MOST_WITHOUT_END = 64_000_000


@dataclass(frozen=True, slots=True)
class _Span:
    """Whole rows of a file: from byte to byte, and the number of the first.

    Whether quotation marks are known to come in pairs in it, or that there are none.
    """

    start: int
    stop: int
    row: int
    paired: bool


@dataclass(kw_only=True)
class CsvSource(FileSource):
    """A csv file that is read piece by piece.

    Parameters
    ----------
    form : TextFormat
        How its text is read.
    width : int
        Cells of a row.
    spans : list
        Where the pieces are.
    most : int
        How many rows there may be at most.
    """

    form: TextFormat
    width: int
    spans: list[_Span]
    most: int

    @property
    def rows(self) -> int:
        """How many rows there may be at most."""
        return self.most

    def cells(self, column: int) -> Any:
        """No cells, of the type they have."""
        import pyarrow as pa

        return pa.nulls(0, pa.string())

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces from one of them on."""
        for span in self.spans[first:]:
            yield CsvPiece(self, span)

    def shares(self) -> Iterator[Share]:
        """Its pieces, each by itself."""
        for number, span in enumerate(self.spans):
            yield Share(replace(self, spans=[span]), number, 1)

    @cached_property
    def numbers(self) -> set[int]:
        """Columns that hold numbers of a design."""
        fields = self.columns.fields.items()
        return {column for name, column in fields if DESIGN[name].kind == "number"}

    @cached_property
    def words(self) -> set[int]:
        """Columns that hold words of a design."""
        fields = self.columns.fields.items()
        return {column for name, column in fields if DESIGN[name].kind in ("material", "choice")}

    @cached_property
    def types(self) -> dict[int, Any]:
        """Types of the file's columns that are not looked at as texts."""
        import pyarrow as pa

        assert self.layout.places is not None
        coded = word_type()
        types = {self.layout.places[column]: coded for column in self.words}
        if self.layout.marks not in (",", ".,"):
            types |= {self.layout.places[column]: pa.float64() for column in self.numbers}
        return types

    @cached_property
    def required(self) -> set[int]:
        """Columns without which a row may be no design."""
        return {column for name, column in self.columns.fields.items() if DESIGN[name].required}

    def read(self, span: _Span) -> bytes:
        """The bytes of some rows."""
        try:
            with self.path.open("rb") as file:
                file.seek(span.start)
                return file.read(span.stop - span.start)
        except OSError as problem:
            raise cannot_read(self.path, problem) from None

    def rows_of(self, data: bytes, first: int) -> Iterator[list[str | None]]:
        """Rows of some of its bytes, of which the first has some number."""
        return csv_rows(_text(data, self.form), self.form, location_of(self.path), first)


def open_csv(path: Path, at_a_time: int = ROWS, decimal: str = "") -> CsvSource | None:
    """A csv file as a source, or None for one that must be read as a whole.

    Parameters
    ----------
    path : Path
        The file.
    at_a_time : int
        About how many rows a piece has.
    decimal : str
        The mark before decimals, where it is told.

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
        layout = find_header(rows, location_of(path), DESIGN, typed=False, decimal=decimal)
    except XlcalcError:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator, strict=True)
    header = list(islice(reader, layout.header_row))[-1]
    columns = design_headers(layout)
    start = _after_line(head, reader.line_num)
    per_row = max(1, (len(head) - start) // max(1, head.count(b"\n", start)))
    source = CsvSource(
        path=path,
        layout=layout,
        columns=columns,
        form=form,
        width=len(header),
        spans=[],
        most=0,
    )
    if not _cut(source, start, per_row * at_a_time):
        return None
    source.own.remarks += [*filter(None, [form.remark]), *layout.asides]
    if not _any_design(source):
        raise nothing_below(layout)
    return source


def _any_design(source: CsvSource) -> bool:
    """Whether there is a design; the first rows tell, of nearly every file."""
    for span in source.spans:
        table = replace(source.layout, row_numbers=[], asides=[], faults={})
        rows = enumerate(source.rows_of(source.read(span), span.row), start=span.row)
        while few := list(islice(rows, SEARCHED)):
            fill(table, few)
            if len(table):
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


def _cut(source: CsvSource, start: int, size: int) -> bool:
    """Cut a source where rows end, about every so many bytes; False where that is not clear.

    Raises
    ------
    InputError
        If a quotation mark swallows what follows.
    """
    separator = source.form.separator.encode()
    row = source.layout.header_row + 1
    rest = b""
    with source.path.open("rb") as file:
        file.seek(start)
        while True:
            more = file.read(size)
            data = rest + more
            if b"\r" in data and data.count(b"\r") != data.count(b"\r\n") + data.endswith(b"\r"):
                return False
            signs = np.frombuffer(data, dtype=np.uint8)
            marks = np.flatnonzero(signs == ord('"')) if b'"' in data else _NONE
            paired = _in_pairs(data, marks, separator)
            if not paired:
                marks = _around_cells(data, marks, separator)
            # Between a mark that opens a cell and the one that closes it, the end of a line is
            # part of the cell.
            ends = np.flatnonzero(signs == ord("\n"))
            ends = ends[np.searchsorted(marks, ends) % 2 == 0] + 1
            stop = int(ends[-1]) if ends.size else 0
            if not more:
                # The last row may have no end of its own.
                count, stop = ends.size + (stop < len(data)), len(data)
            else:
                count = ends.size
            if stop:
                if not paired or (not more and marks.size % 2):
                    # Read once before any work, for it may be that they cannot be read.
                    deque(source.rows_of(data[:stop], row), maxlen=0)
                source.spans.append(_Span(start, start + stop, row, paired))
                start, row, source.most = start + stop, row + count, source.most + count
            if not more:
                return True
            rest = data[stop:]
            if len(rest) > _MOST_WITHOUT_END:
                raise InputError(
                    Problem(
                        f"goes on for more than {_MOST_WITHOUT_END:,} bytes",
                        expected="quotation marks in pairs",
                        where=location_of(source.path).at(f"row {row}"),
                    )
                )


_NONE = np.array([], dtype=np.intp)


def _in_pairs(data: bytes, marks: NDArray[np.intp], separator: bytes) -> bool:
    """Whether quotation marks do nothing but open and close cells, or stand twice within one."""
    signs = np.frombuffer(data, dtype=np.uint8)
    opening, closing = marks[::2], marks[1::2]
    before = signs[opening[opening > 0] - 1]
    after = signs[closing[closing + 1 < signs.size] + 1]
    opens, closes = (np.zeros(256, dtype=bool) for _ in range(2))
    opens[list(b'\n"' + separator)] = closes[list(b'\r\n"' + separator)] = True
    return bool(opens[before].all() and closes[after].all())


def _around_cells(data: bytes, marks: NDArray[np.intp], separator: bytes) -> NDArray[np.intp]:
    """The quotation marks that open or close a cell; one within a plain cell is a mere sign."""
    found: list[int] = []
    twice = -1
    for mark in marks.tolist():
        if mark == twice:
            continue
        if len(found) % 2:
            if data[mark + 1 : mark + 2] == b'"':
                twice = mark + 1
            else:
                found.append(mark)
        elif mark == 0 or data[mark - 1] in b"\n" + separator:
            found.append(mark)
    return np.array(found, dtype=np.intp)


@dataclass(frozen=True)
class CsvPiece:
    """Some rows of a csv file."""

    source: CsvSource
    span: _Span

    def table(self) -> Table:
        """The rows as a table."""
        data = self.source.read(self.span)
        return self._at_once(data) or self._row_by_row(data)

    def _row_by_row(self, data: bytes) -> Table:
        table = replace(self.source.layout, columns=[], row_numbers=[], asides=[], faults={})
        rows = self.source.rows_of(data, self.span.row)
        fill(table, enumerate(rows, start=self.span.row))
        if table.other_header is not None:
            # Other pieces would be read as if it were not there.
            raise InputError(
                Problem(
                    "is a header of other columns",
                    expected="one table in a file",
                    where=table.source.at(f"row {table.other_header}"),
                )
            )
        return table

    def _at_once(self, data: bytes) -> Table | None:
        """The rows if all of them are designs of as many cells as the header has."""
        import pyarrow as pa

        source, layout = self.source, self.source.layout
        assert layout.places is not None
        if layout.units_row is not None and self.span.row <= layout.units_row:
            return None
        if data.startswith(codecs.BOM_UTF8):
            # Arrow would leave it out, wherever in the file the piece begins.
            return None
        quoted = b'"' in data
        if quoted and not self.span.paired:
            marks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord('"'))
            if not _in_pairs(data, marks, source.form.separator.encode()):
                return None
        if source.form.encoding == "cp1252":
            data = _text(data, source.form).encode()
        # Numbers among which a text stands are read once more, as texts.
        for types in (source.types, {}):
            try:
                return self._made(self._parsed(data, quoted, types))
            except pa.ArrowInvalid:
                pass
        return None

    def _parsed(self, data: bytes, quoted: bool, types: Mapping[int, Any]) -> Any:
        """All cells, column by column, as texts where no other type is given."""
        import pyarrow as pa
        import pyarrow.csv as pcsv

        names = range(self.source.width)
        return pcsv.read_csv(
            pa.py_buffer(data),
            read_options=pcsv.ReadOptions(
                column_names=[str(n) for n in names], use_threads=False, block_size=len(data) + 1
            ),
            parse_options=pcsv.ParseOptions(
                delimiter=self.source.form.separator,
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

    def _made(self, parsed: Any) -> Table | None:
        """The table of what was parsed.

        Raises
        ------
        pa.ArrowInvalid
            If what was taken for a number is none.
        """
        source, layout = self.source, self.source.layout
        assert layout.places is not None
        beyond = range(layout.places[-1] + 1, source.width)
        if any(parsed.column(place).null_count < len(parsed) for place in beyond):
            return None
        columns: list[Any] = []
        for column, place in enumerate(layout.places):
            found = parsed.column(place).combine_chunks()
            if column in source.words:
                coded = words_of(found)
                if any(not key(word) or named_of(word, DESIGN) for word in coded.words):
                    return None
                if column in source.required and found.null_count:
                    return None
                columns.append(coded)
            elif column in source.numbers:
                columns.append(_numbers(found, layout.marks))
            elif column == source.columns.fields.get("design"):
                columns.append(names_of(found))
            elif column == source.columns.results.get("voltage_source"):
                columns.append(words_of(found))
            else:
                columns.append(found)
        count = len(parsed)
        numbers = range(self.span.row, self.span.row + count)
        return replace(layout, columns=columns, row_numbers=numbers, asides=[], faults={})


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
        return cells.to_pylist()
    if marks == ",":
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
