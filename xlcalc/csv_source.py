"""Large csv files, piece by piece: each is cut at the end of a row and parsed by Arrow.

A piece in which anything is out of the ordinary is read row by row instead, as small files are, so
that what is said of a cell does not depend on the size of its file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrow import names_of, words_of
from .csv_text import csv_rows, decoded, separator_of
from .errors import InputError, XlcalcError
from .files import name_of
from .grid import SEARCHED, OwnMaterials, fill, find_header
from .headers import Headers, design_headers
from .quantities import DESIGN
from .shapes import named_of
from .source import ROWS, Piece
from .table import Table

#: Bytes in which the header is looked for.
_HEAD = 1_000_000

#: Bytes without the end of a row after which a quotation mark must be stray.
_MOST_WITHOUT_END = 64_000_000


@dataclass(frozen=True, slots=True)
class _Span:
    """Whole rows of a file: from byte to byte, and the number of the first."""

    start: int
    stop: int
    row: int


@dataclass(kw_only=True)
class CsvSource:
    """A csv file that is read piece by piece.

    Parameters
    ----------
    path : Path
        The file.
    layout : Table
        Its headers, without rows.
    columns : Headers
        What they are.
    separator : str
        What stands between cells.
    width : int
        Cells of a row.
    spans : list
        Where the pieces are.
    most : int
        How many rows there may be at most.
    """

    path: Path
    layout: Table
    columns: Headers
    separator: str
    width: int
    spans: list[_Span]
    most: int
    own: OwnMaterials = field(default_factory=OwnMaterials)

    @property
    def name(self) -> str:
        """Name of the file."""
        return name_of(self.path)

    @property
    def headers(self) -> list[str]:
        """Headers of all columns."""
        return self.layout.headers

    @property
    def rows(self) -> int:
        """How many rows there may be at most."""
        return self.most

    def cells(self, column: int) -> Any:
        """No cells, of the type they have."""
        import pyarrow as pa

        return pa.array([], pa.string())

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces from one of them on."""
        for span in self.spans[first:]:
            yield CsvPiece(self, span)

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
        If its headers contradict each other or a required one is missing.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"\0" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\n" not in head:
        return None
    # The last row may be cut off.
    text = decoded(head[: head.rindex(b"\n") + 1])
    try:
        separator = separator_of(text, name_of(path), DESIGN)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [[cell or None for cell in row] for row in islice(reader, SEARCHED)]
        layout = find_header(rows, name_of(path), DESIGN, typed=False, decimal=decimal)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        header = list(islice(reader, layout.header_row))[-1]
    except (csv.Error, XlcalcError):
        return None
    columns = design_headers(layout)
    start = _after_line(head, reader.line_num)
    per_row = max(1, (len(head) - start) // max(1, head.count(b"\n", start)))
    cut = _cut(path, start, layout.header_row + 1, per_row * at_a_time)
    if cut is None:
        return None
    return CsvSource(
        path=path,
        layout=layout,
        columns=columns,
        separator=separator,
        width=len(header),
        spans=cut[0],
        most=cut[1],
    )


def _after_line(data: bytes, number: int) -> int:
    place = 0
    for _ in range(number):
        place = data.index(b"\n", place) + 1
    return place


def _cut(path: Path, start: int, row: int, size: int) -> tuple[list[_Span], int] | None:
    """Where rows end, about every so many bytes; None where that is not clear."""
    spans: list[_Span] = []
    rows, rest = 0, b""
    with path.open("rb") as file:
        file.seek(start)
        while True:
            more = file.read(size)
            data = rest + more
            if b"\r" in data and data.count(b"\r") != data.count(b"\r\n") + data.endswith(b"\r"):
                return None
            ends = _row_ends(data)
            stop = ends[-1] if ends.size else 0
            if not more:
                # The last row may have no end of its own.
                count = ends.size + bool(data[stop:])
                if data.count(b'"') % 2:
                    return None
                if data:
                    spans.append(_Span(start, start + len(data), row))
                return spans, rows + count
            if stop:
                spans.append(_Span(start, start + stop, row))
                start, row, rows = start + stop, row + ends.size, rows + ends.size
            rest = data[stop:]
            if len(rest) > _MOST_WITHOUT_END:
                return None


def _row_ends(data: bytes) -> NDArray[np.intp]:
    """Places just behind the rows of some bytes that begin with a row."""
    signs = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    if b'"' in data:
        # Between an odd quotation mark and the next, the end of a line is part of a cell.
        marks = np.flatnonzero(signs == ord('"'))
        ends = ends[np.searchsorted(marks, ends) % 2 == 0]
    return ends + 1


@dataclass(frozen=True)
class CsvPiece:
    """Some rows of a csv file."""

    source: CsvSource
    span: _Span

    def table(self) -> Table:
        """The rows as a table."""
        with self.source.path.open("rb") as file:
            file.seek(self.span.start)
            data = file.read(self.span.stop - self.span.start)
        return self._at_once(data) or self._row_by_row(data)

    def _row_by_row(self, data: bytes) -> Table:
        table = replace(self.source.layout, columns=[], row_numbers=[], asides=[], faults={})
        rows = csv_rows(decoded(data), self.source.separator, self.source.name)
        fill(table, enumerate(rows, start=self.span.row))
        if table.other_header is not None:
            # Other pieces would be read as if it were not there.
            raise InputError(
                f"{self.source.name}, row {table.other_header}: is a header of other columns; "
                "expected one table in a file"
            )
        return table

    def _at_once(self, data: bytes) -> Table | None:
        """The rows if all of them are designs of as many cells as the header has."""
        import pyarrow as pa
        import pyarrow.csv as pcsv

        source, layout = self.source, self.source.layout
        assert layout.places is not None
        if layout.units_row is not None and self.span.row <= layout.units_row:
            return None
        names = [str(n) for n in range(source.width)]
        quoted = b'"' in data
        try:
            parsed = pcsv.read_csv(
                pa.py_buffer(data),
                read_options=pcsv.ReadOptions(
                    column_names=names, use_threads=False, block_size=len(data) + 1
                ),
                parse_options=pcsv.ParseOptions(
                    delimiter=source.separator,
                    quote_char='"' if quoted else False,
                    newlines_in_values=quoted,
                    ignore_empty_lines=False,
                ),
                convert_options=pcsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid:
            return None
        cells = [parsed.column(place).combine_chunks() for place in layout.places]
        required = (source.columns.fields[n] for n, quantity in DESIGN.items() if quantity.required)
        if any(cells[column].null_count for column in required):
            return None
        columns: list[Any] = []
        for column, words in enumerate(cells):
            if column in source.words:
                coded = words_of(words)
                if any(named_of(word, DESIGN) for word in coded.words):
                    return None
                columns.append(coded)
            elif column in source.numbers:
                columns.append(_numbers(words, layout.marks))
            elif column == source.columns.fields.get("design"):
                columns.append(names_of(words))
            elif column == source.columns.results.get("voltage_source"):
                columns.append(words_of(words))
            else:
                columns.append(words)
        count = len(parsed)
        numbers = range(self.span.row, self.span.row + count)
        return replace(layout, columns=columns, row_numbers=numbers, asides=[], faults={})


def _numbers(words: Any, marks: str | None) -> Any:
    """A column of numbers, or its texts if one of them is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if marks == ".,":
        return words.to_pylist()
    if marks == ",":
        if pc.any(pc.match_substring(words, ".")).as_py():
            return words.to_pylist()
        plain = pc.replace_substring(words, ",", ".")
    else:
        plain = words
    try:
        numbers = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return words.to_pylist()
    if np.isfinite(numbers).sum() + words.null_count == len(numbers):
        return numbers
    return words.to_pylist()
