"""The cells of a sheet's part in an .xlsx file, row by row and whatever its size.

Nearly all programs write rows in one form, and row after row with the same columns. Such rows are
matched whole by an expression made of the first one of their kind; every byte must fit. A sheet
with anything else in it, such as comments or prefixes, goes to a parser instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any, BinaryIO

from xlcalc.workbooks.package.cell_grammar import (
    ATTRIBUTES,
    FORMULA_PATTERN,
    ROW,
    USUAL_CELL,
    USUAL_ROW,
    attributes_of,
    cell_start,
    inline_text,
    row_start,
    type_and_style,
    value_element,
)
from xlcalc.workbooks.reading.xlsx_parser import CHUNK, MAIN, XmlRows
from xlcalc.workbooks.reading.xlsx_values import (
    CellDecoder,
    RawCell,
    column_position,
    next_row,
    number_of,
    shared_formula,
    text_of,
)

#: What all rows of a kind have alike.
_ROW_TAG = row_start(f"({ROW})", f"({ATTRIBUTES})") + ">"
_NUMBER = value_element(r"([+\-.0-9eE]+)")
_VALUE = value_element("([^<]+)")
_TEXT = inline_text("([^<]+)")
#: Rows without a value, formatted or not, up to the end of one.
_BLANK = re.compile(
    f"(?:{row_start(f'({ROW})', f'({ATTRIBUTES})')}/>)*+"
    f"(?:{_ROW_TAG}(?:{cell_start('[A-Z]{1,3}[0-9]{1,7}')}{ATTRIBUTES} ?(?:/>|></c>))*+)?"
)
#: Expressions made for a sheet; one whose rows differ all the time is read cell by cell.
_MOST_PATTERNS = 200
_HIDDEN = re.compile(r'\bhidden="(1|true)"')
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def rows_of(
    open_part: Callable[[], BinaryIO], decoder: CellDecoder, hidden: list[int]
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows of a sheet's part.

    Parameters
    ----------
    open_part : function
        Opens the part.
    decoder : CellDecoder
        What values mean.
    hidden : list of int
        Grows by the numbers of hidden rows.

    Yields
    ------
    tuple of int and sequence
        Number of a row and its cells from column A on.

    Raises
    ------
    DamagedError
        If the part contradicts itself.
    expat.ExpatError
        If it is no XML.
    """
    done = 0
    reader = FastRows(decoder, hidden)
    try:
        with open_part() as part:
            for number, cells in reader.rows(part):
                done = number
                yield number, cells
        return
    except (UnusualXmlError, UnicodeDecodeError):
        pass
    del hidden[_first_after(hidden, done) :]
    with open_part() as part:
        for number, cells in XmlRows(decoder, hidden, done).rows(part):
            yield number, cells


class UnusualXmlError(Exception):
    """A sheet in another form than most, for the parser."""


def _first_after(numbers: list[int], number: int) -> int:
    return next((n for n, value in enumerate(numbers) if value > number), len(numbers))


class RowPattern:
    """Rows of one kind: the same columns with the same styles and types."""

    def __init__(self, cells: list[re.Match[str]], decoder: CellDecoder) -> None:
        pattern = [_ROW_TAG]
        self._readers: list[Callable[[str], Any]] = []
        self._places: list[int] = []
        for cell in cells:
            pattern.append(cell_start(rf"{cell['letters']}\1") + re.escape(cell["rest"]) + " ?")
            formula = "" if cell["about"] is None else FORMULA_PATTERN
            if cell["value"]:
                kind, style = type_and_style(cell["rest"])
                read = decoder.reader(kind, style)
                if kind in ("n", "s"):
                    value = _NUMBER
                else:
                    value, read = _VALUE, partial(_read_decoded, read)
                pattern.append(f">{formula}{value}</c>")
            elif cell["text"]:
                read = partial(_read_decoded, text_of)
                pattern.append(f">{formula}{_TEXT}</c>")
            else:
                pattern.append("(?:/>|></c>)")
                continue
            self._readers.append(read)
            self._places.append(column_position(cell["letters"]))
        self.match = re.compile("".join(pattern)).fullmatch
        self._width = max(self._places, default=-1) + 1

    def rows(self, values: list[tuple[str, ...]]) -> Iterator[Sequence[Any]]:
        """Cells of rows of this kind, from the values that stand in them."""
        columns: list[Iterable[Any]] = [repeat(None)] * self._width
        read = zip(self._places, self._readers, zip(*values, strict=True), strict=True)
        for place, reader, texts in read:
            columns[place] = _column(reader, texts)
        # A row without any value has no column that would tell where it ends.
        return zip(*columns, strict=False) if self._places else repeat((), len(values))


def _column(reader: Callable[[str], Any], texts: tuple[str, ...]) -> Iterable[Any]:
    """Values of a column; each text is read once, however often it stands there."""
    if reader is number_of and "".join(texts).count(".") == len(texts):
        return map(float, texts)
    known = {text: reader(text) for text in set(texts)}
    return map(known.__getitem__, texts)


def _read_decoded(read: Callable[[str], Any], value: str) -> Any:
    return read(_decoded(value))


def _check_end(text: str, part: BinaryIO) -> None:
    """See that a part goes on to its end behind the rows."""
    last = text.encode()
    while more := part.read(CHUNK):
        last = last[-CHUNK:] + more
    if not last.rstrip().endswith(b"</worksheet>"):
        raise UnusualXmlError


class FastRows:
    """Rows in the form that nearly all programs write."""

    def __init__(self, decoder: CellDecoder, hidden: list[int]) -> None:
        self._decoder = decoder
        self._hidden = hidden
        self._pattern: RowPattern | None = None
        self._made = 0
        self._number = 0
        self._masters: dict[str, str] = {}

    def rows(self, part: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
        text = self._begin(part)
        if text is None:
            return
        while True:
            end = text.find("</sheetData>")
            # The last row may go on in the next piece.
            cut = text.rfind("<row ") if end < 0 else end
            if cut > 0:
                yield from self._look(text[:cut])
                text = text[cut:]
            if end >= 0:
                _check_end(text, part)
                return
            more = part.read(CHUNK)
            if not more:
                raise UnusualXmlError
            text += self._decode(more)

    def _begin(self, part: BinaryIO) -> str | None:
        """The text from the first row on; None for a sheet without any."""
        text = ""
        self._rest = b""
        while (start := re.search(r"<sheetData ?(/?)>", text)) is None:
            more = part.read(CHUNK)
            if not more or len(text) > 16 * CHUNK:
                raise UnusualXmlError
            text += self._decode(more)
        head = text[: start.start()]
        roots = re.findall(r"<(\w+) ([^<>]*)>", head)
        root = next(iter(roots), ("", ""))
        spaces = re.findall(r'xmlns(:\w+)?="([^"]*)"', root[1])
        ours = [prefix for prefix, space in spaces if space in MAIN]
        # A prefix for the sheet's own elements would hide them from us.
        if (
            root[0] != "worksheet"
            or ours != [""]
            or "<!" in head
            or "xmlns" in head.split(root[1])[1]
        ):
            raise UnusualXmlError
        return None if start[1] else text[start.end() :]

    def _decode(self, data: bytes) -> str:
        """Text of the next bytes; a character that they cut waits for those that follow."""
        data = self._rest + data
        whole = len(data)
        while whole and len(data) - whole < 4 and data[whole - 1] & 0xC0 == 0x80:
            whole -= 1
        if whole and data[whole - 1] >= 0xC0:
            whole -= 1
        else:
            whole = len(data)
        self._rest = data[whole:]
        return data[:whole].decode("utf-8-sig" if not self._number else "utf-8")

    def _look(self, text: str) -> Iterator[tuple[int, Sequence[Any]]]:
        numbers: list[int] = []
        values: list[tuple[str, ...]] = []
        for row in text.split("</row>"):
            found = self._pattern.match(row) if self._pattern else None
            if found:
                number, rest, *_ = groups = found.groups()
                self._step(number, rest)
                numbers.append(self._number)
                values.append(groups[2:])
                continue
            if blank := _BLANK.fullmatch(row):
                for number, rest in (blank.group(1, 2), blank.group(3, 4)):
                    if number:
                        self._step(number, rest)
                continue
            if self._pattern and values:
                yield from zip(numbers, self._pattern.rows(values), strict=True)
                numbers, values = [], []
            yield from self._look_closely(row)
        if self._pattern and values:
            yield from zip(numbers, self._pattern.rows(values), strict=True)

    def _step(self, number: str, rest: str) -> None:
        self._number = next_row(int(number), self._number)
        if "hidden" in rest and _HIDDEN.search(rest):
            self._hidden.append(self._number)

    def _look_closely(self, row: str) -> Iterator[tuple[int, Sequence[Any]]]:
        at = 0
        while at < len(row):
            head = USUAL_ROW.match(row, at)
            if head is None:
                raise UnusualXmlError
            self._step(head["number"], head["rest"])
            at = head.end()
            if not head["end"]:
                break
        else:
            return
        matches: list[re.Match[str]] = []
        cells: list[Any] = []
        while at < len(row):
            cell = USUAL_CELL.match(row, at)
            if cell is None or cell["row"] != head["number"]:
                raise UnusualXmlError
            matches.append(cell)
            at = cell.end()
            place = column_position(cell["letters"])
            if place < len(cells):
                # Out of order, or twice the same.
                raise UnusualXmlError
            cells.extend([None] * (place - len(cells)))
            cells.append(self._value(cell, place))
        if self._made < _MOST_PATTERNS and self._fits(matches):
            self._made += 1
            self._pattern = RowPattern(matches, self._decoder)
            if self._pattern.match(row[head.start() :]) is None:
                self._pattern = None
        yield self._number, cells

    def _fits(self, matches: list[re.Match[str]]) -> bool:
        """Whether rows like this one hold no more than their values."""
        return not any(
            cell["about"] is not None and (self._decoder.zeros or not cell["value"])
            for cell in matches
        )

    def _value(self, cell: re.Match[str], place: int) -> Any:
        kind, style = type_and_style(cell["rest"])
        formula = None
        if cell["about"] is not None:
            formula = shared_formula(
                attributes_of(cell["about"]),
                _decoded(cell["formula"] or ""),
                self._masters,
            )
        value, text = cell["value"], cell["text"]
        if value and kind not in ("n", "s"):
            value = _decoded(value)
        if text:
            text = text_of(_decoded(text))
        return self._decoder.of(RawCell(place, kind, style, formula, value, text))


def _decoded(text: str) -> str:
    """A text of XML as it reads."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    if not found[1] and not found[2]:
        raise UnusualXmlError
    try:
        return chr(int(found[1] or found[2], 10 if found[1] else 16))
    except ValueError:
        raise UnusualXmlError from None
