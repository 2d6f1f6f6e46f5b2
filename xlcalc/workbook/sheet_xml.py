"""The cells of a sheet's part in an .xlsx file, row by row and whatever its size.

Nearly all programs write rows in one form, and row after row with the same columns. Such rows are
matched whole by an expression made of the first one of their kind; every byte must fit. A sheet
with anything else in it, such as comments or prefixes, goes to a parser instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from ..cells import CellError
from ..table import Uncalculated, column_letters
from .formats import Format
from .sheet import DamagedError
from .sheets import MOST_COLUMNS, MOST_ROWS

_CHUNK = 1 << 20
_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)

_ATTRIBUTES = r'(?:\ [\w:]+="[^"<>&]*")*'
_ROW = re.compile(rf'<row r="(?P<number>[0-9]{{1,7}})"(?P<rest>{_ATTRIBUTES}) ?(?P<end>/?)>')
_CELL = re.compile(
    rf"""<c\ r="(?P<letters>[A-Z]{{1,3}})(?P<row>[0-9]{{1,7}})"(?P<rest>{_ATTRIBUTES})\ ?
    (?:/>|>
    (?:<f(?P<about>{_ATTRIBUTES})\ ?(?:/>|>(?P<formula>[^<]*)</f>))?
    (?:<v>(?P<value>[^<]*)</v>|<v\ ?/>)?
    (?:<is><t(?:\ xml:space="preserve")?>(?P<text>[^<]*)</t></is>)?
    </c>)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_FORMULA = rf"<f{_ATTRIBUTES} ?(?:/>|>[^<]*</f>)"
_TEXT = r'<t(?: xml:space="preserve")?>'
_HIDDEN = re.compile(r'\bhidden="(1|true)"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

#: Digits of the longest whole number that stays one.
_LONGEST = 18


class _OddError(Exception):
    """A sheet in another form than most, for the parser."""


class Cell(NamedTuple):
    """A cell as its element says it."""

    column: int
    kind: str
    style: int
    formula: str | None
    value: str | None
    text: str | None


class Meanings:
    """What the values of a workbook's cells mean.

    Parameters
    ----------
    formats : list of Format
        Formats by the number of the style.
    strings : function
        Gives the texts that cells share, when first asked.
    zeros : bool
        Whether a formula's zero is the place held for a value that nobody calculated.
    """

    def __init__(
        self, formats: list[Format], strings: Callable[[], list[str]], zeros: bool = False
    ) -> None:
        self._formats = formats
        self._strings = strings
        self.zeros = zeros
        self._texts: list[str] | None = None

    def of(self, cell: Cell) -> Any:
        """The value of a cell."""
        if cell.formula is not None and self._uncalculated(cell):
            return Uncalculated("=" + cell.formula)
        if cell.text is not None:
            return cell.text or None
        if not cell.value:
            return None
        return self.reader(cell.kind, cell.style)(cell.value)

    def _uncalculated(self, cell: Cell) -> bool:
        if self.zeros and cell.value == "0":
            return True
        # A formula that gives an empty text has an empty value of type "str".
        return not cell.value and cell.kind != "str" and not cell.text

    def reader(self, kind: str, style: int) -> Callable[[str], Any]:
        """What reads the values of cells of a kind and style."""
        if kind == "n":
            if not 0 <= style < max(len(self._formats), 1):
                raise DamagedError(f"a cell has style {style}, of which there is none")
            if not self._formats or self._formats[style].plain:
                return number_of
            show = self._formats[style].show
            return lambda value: show(number_of(value))
        readers: dict[str, Callable[[str], Any]] = {
            "s": self._shared,
            "str": unescaped,
            "inlineStr": unescaped,
            "b": _truth,
            "e": CellError,
            "d": _date,
        }
        if kind not in readers:
            raise DamagedError(f"a cell is of type {kind[:20]!r}, which does not exist")
        return readers[kind]

    def _shared(self, value: str) -> str | None:
        if self._texts is None:
            self._texts = self._strings()
        number = int(value) if value.isdecimal() and len(value) < _LONGEST else -1
        if not 0 <= number < len(self._texts):
            raise DamagedError(f"a cell shows text number {value[:20]}, of which there is none")
        return self._texts[number] or None


def number_of(value: str) -> int | float:
    """A number as XML writes it; a whole one stays whole.

    Raises
    ------
    DamagedError
        If it is none.
    """
    if value.isdecimal() and value.isascii() and len(value) < _LONGEST:
        return int(value)
    if not _NUMBER.fullmatch(value):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            raise DamagedError(f"a cell holds the number {value[:40]!r}")
    if "." in value or "e" in value or "E" in value or len(value) > _LONGEST:
        return float(value)
    return int(value)


def _truth(value: str) -> bool:
    if value not in ("0", "1", "true", "false"):
        raise DamagedError(f"a cell holds {value[:40]!r} as TRUE or FALSE")
    return value in ("1", "true")


def _date(value: str) -> Any:
    return datetime.fromisoformat(value)


def unescaped(text: str) -> str | None:
    """A text with characters that XML cannot hold, which cells write as ``_x000B_``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text or None


def _decoded(text: str) -> str:
    """A text of XML as it reads."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    if not found[1] and not found[2]:
        raise _OddError
    try:
        return chr(int(found[1] or found[2], 10 if found[1] else 16))
    except ValueError:
        raise _OddError from None


def _place(letters: str) -> int:
    """Position of a column, 0 for A."""
    position = 0
    for letter in letters:
        position = 26 * position + ord(letter) - 64
    if position > MOST_COLUMNS:
        raise DamagedError(f"a cell stands in column {letters}, beyond {_LAST}")
    return position - 1


_LAST = column_letters(MOST_COLUMNS - 1)


def rows_of(
    open_part: Callable[[], BinaryIO], meanings: Meanings, hidden: list[int]
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows of a sheet's part.

    Parameters
    ----------
    open_part : function
        Opens the part.
    meanings : Meanings
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
    reader = _Usual(meanings, hidden)
    try:
        with open_part() as part:
            for number, cells in reader.rows(part):
                done = number
                yield number, cells
        return
    except (_OddError, UnicodeDecodeError):
        pass
    del hidden[_first_after(hidden, done) :]
    with open_part() as part:
        for number, cells in _Any(meanings, hidden, done).rows(part):
            yield number, cells


def _first_after(numbers: list[int], number: int) -> int:
    return next((n for n, value in enumerate(numbers) if value > number), len(numbers))


class _Shape:
    """Rows of one kind: the same columns with the same styles and types."""

    def __init__(self, cells: list[re.Match[str]], meanings: Meanings) -> None:
        pattern = [rf'<row r="([0-9]{{1,7}})"({_ATTRIBUTES}) ?>']
        self._readers: list[Callable[[str], Any]] = []
        self._places: list[int] = []
        for cell in cells:
            pattern.append(rf'<c r="{cell["letters"]}\1"{re.escape(cell["rest"])} ?')
            formula = "" if cell["about"] is None else _FORMULA
            if cell["value"]:
                kind, style = _about(cell["rest"])
                read = meanings.reader(kind, style)
                if kind in ("n", "s"):
                    value = r"([+\-.0-9eE]+)"
                else:
                    value, read = "([^<]+)", partial(_read_decoded, read)
                pattern.append(f">{formula}<v>{value}</v></c>")
            elif cell["text"]:
                read = partial(_read_decoded, unescaped)
                pattern.append(rf">{formula}<is>{_TEXT}([^<]+)</t></is></c>")
            else:
                pattern.append("(?:/>|></c>)")
                continue
            self._readers.append(read)
            self._places.append(_place(cell["letters"]))
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


def _about(attributes: str) -> tuple[str, int]:
    """Type and number of the style that a cell's attributes give."""
    said = dict(_ATTRIBUTE.findall(attributes))
    return said.get("t", "n"), int(said.get("s", 0))


def _check_end(text: str, part: BinaryIO) -> None:
    """See that a part goes on to its end behind the rows."""
    last = text.encode()
    while more := part.read(_CHUNK):
        last = last[-_CHUNK:] + more
    if not last.rstrip().endswith(b"</worksheet>"):
        raise _OddError


class _Usual:
    """Rows in the form that nearly all programs write."""

    def __init__(self, meanings: Meanings, hidden: list[int]) -> None:
        self._meanings = meanings
        self._hidden = hidden
        self._shape: _Shape | None = None
        self._number = 0
        self._masters: dict[str, str] = {}

    def rows(self, part: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
        text = self._begin(part)
        if text is None:
            return
        while True:
            end = text.find("</sheetData>")
            cut = text.rfind("</row>") if end < 0 else end
            if cut >= 0:
                cut = cut + len("</row>") if end < 0 else cut
                yield from self._look(text[:cut])
                text = text[cut:]
            if end >= 0:
                _check_end(text, part)
                return
            more = part.read(_CHUNK)
            if not more:
                raise _OddError
            text += self._decode(more)

    def _begin(self, part: BinaryIO) -> str | None:
        """The text from the first row on; None for a sheet without any."""
        text = ""
        self._rest = b""
        while (start := re.search(r"<sheetData ?(/?)>", text)) is None:
            more = part.read(_CHUNK)
            if not more or len(text) > 16 * _CHUNK:
                raise _OddError
            text += self._decode(more)
        head = text[: start.start()]
        roots = re.findall(r"<(\w+) ([^<>]*)>", head)
        root = next(iter(roots), ("", ""))
        spaces = re.findall(r'xmlns(:\w+)?="([^"]*)"', root[1])
        ours = [prefix for prefix, space in spaces if space in _MAIN]
        # A prefix for the sheet's own elements would hide them from us.
        if (
            root[0] != "worksheet"
            or ours != [""]
            or "<!" in head
            or "xmlns" in head.split(root[1])[1]
        ):
            raise _OddError
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
            found = self._shape.match(row) if self._shape else None
            if found:
                number, rest, *_ = groups = found.groups()
                self._step(number, rest)
                numbers.append(self._number)
                values.append(groups[2:])
                continue
            if self._shape and values:
                yield from zip(numbers, self._shape.rows(values), strict=True)
                numbers, values = [], []
            yield from self._look_closely(row)
        if self._shape and values:
            yield from zip(numbers, self._shape.rows(values), strict=True)

    def _step(self, number: str, rest: str) -> None:
        self._number = _next_row(int(number), self._number)
        if "hidden" in rest and _HIDDEN.search(rest):
            self._hidden.append(self._number)

    def _look_closely(self, row: str) -> Iterator[tuple[int, Sequence[Any]]]:
        at = 0
        while at < len(row):
            head = _ROW.match(row, at)
            if head is None:
                raise _OddError
            self._step(head["number"], head["rest"])
            at = head.end()
            if not head["end"]:
                break
        else:
            return
        matches: list[re.Match[str]] = []
        cells: list[Any] = []
        while at < len(row):
            cell = _CELL.match(row, at)
            if cell is None or cell["row"] != head["number"]:
                raise _OddError
            matches.append(cell)
            at = cell.end()
            place = _place(cell["letters"])
            if place < len(cells):
                # Out of order, or twice the same.
                raise _OddError
            cells.extend([None] * (place - len(cells)))
            cells.append(self._value(cell, place))
        if self._fits(matches):
            self._shape = _Shape(matches, self._meanings)
            if self._shape.match(row[head.start() :]) is None:
                self._shape = None
        yield self._number, cells

    def _fits(self, matches: list[re.Match[str]]) -> bool:
        """Whether rows like this one hold no more than their values."""
        return not any(
            cell["about"] is not None and (self._meanings.zeros or not cell["value"])
            for cell in matches
        )

    def _value(self, cell: re.Match[str], place: int) -> Any:
        kind, style = _about(cell["rest"])
        formula = None
        if cell["about"] is not None:
            formula = _shared_formula(
                dict(_ATTRIBUTE.findall(cell["about"])),
                _decoded(cell["formula"] or ""),
                self._masters,
            )
        value, text = cell["value"], cell["text"]
        if value and kind not in ("n", "s"):
            value = _decoded(value)
        if text:
            text = unescaped(_decoded(text))
        return self._meanings.of(Cell(place, kind, style, formula, value, text))


def _next_row(number: int, last: int) -> int:
    if number <= last:
        raise DamagedError(f"row {number} stands after row {last}")
    if number > MOST_ROWS:
        raise DamagedError(f"it has a row {number}, beyond {MOST_ROWS}")
    return number


def _shared_formula(about: dict[str, str], formula: str, masters: dict[str, str]) -> str:
    """A formula; of one that cells share, as its first cell has it."""
    if about.get("t") == "shared" and "si" in about:
        return masters.setdefault(about["si"], formula) if formula else masters.get(about["si"], "")
    return formula


class _Any:
    """Rows in any form that XML allows, with or without numbers.

    Parameters
    ----------
    meanings : Meanings
        What values mean.
    hidden : list of int
        Grows by the numbers of hidden rows.
    done : int
        The last row that is not wanted any more.
    """

    def __init__(self, meanings: Meanings, hidden: list[int], done: int) -> None:
        self._meanings = meanings
        self._hidden = hidden
        self._done = done
        self._ready: list[tuple[int, list[Any]]] = []
        self._number = 0
        self._cells: dict[int, Any] = {}
        self._path: list[str] = []
        self._attributes: dict[str, str] = {}
        self._about: dict[str, str] | None = None
        self._texts: dict[str, list[str]] = {}
        self._text: list[str] | None = None
        self._column = 0
        self._masters: dict[str, str] = {}

    def rows(self, part: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while data := part.read(_CHUNK):
            parser.Parse(data, False)
            yield from self._ready
            self._ready.clear()
        parser.Parse(b"", True)
        yield from self._ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space not in _MAIN:
            local = ""
        self._path.append(local)
        path = self._path[1:]
        if path == ["sheetData", "row"]:
            self._begin_row(attributes)
        elif path == ["sheetData", "row", "c"]:
            self._begin_cell(attributes)
        elif path[:3] == ["sheetData", "row", "c"]:
            below = path[3:]
            if below == ["f"]:
                self._about = attributes
            if below in (["f"], ["v"], ["is", "t"], ["is", "r", "t"]):
                self._text = self._texts.setdefault(below[0], [])

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        if number is not None and not (number.isdecimal() and len(number) < _LONGEST):
            raise DamagedError(f"it has a row {number[:20]!r}")
        self._number = _next_row(int(number) if number else self._number + 1, self._number)
        if attributes.get("hidden") in ("1", "true") and self._number > self._done:
            self._hidden.append(self._number)
        self._cells = {}
        self._column = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._about = None
        self._texts = {}
        reference = attributes.get("r")
        if reference:
            found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
            if found is None or int(found[2]) != self._number:
                raise DamagedError(f"row {self._number} has a cell {reference[:20]!r}")
            self._column = _place(found[1])
        if self._column in self._cells or self._column >= MOST_COLUMNS:
            raise DamagedError(f"row {self._number} has a cell twice or too many")

    def _end(self, name: str) -> None:
        path = self._path[1:]
        self._path.pop()
        self._text = None
        if path == ["sheetData", "row", "c"]:
            self._end_cell()
        elif path == ["sheetData", "row"] and self._number > self._done:
            cells: list[Any] = [None] * (max(self._cells, default=-1) + 1)
            for place, value in self._cells.items():
                cells[place] = value
            self._ready.append((self._number, cells))

    def _end_cell(self) -> None:
        said = {name: "".join(pieces) for name, pieces in self._texts.items()}
        style = self._attributes.get("s", "0")
        if not style.isdecimal():
            raise DamagedError(f"a cell has style {style[:20]!r}")
        kind = self._attributes.get("t", "n")
        formula = None
        if self._about is not None:
            formula = _shared_formula(self._about, said.get("f", ""), self._masters)
        text = unescaped(said["is"]) if "is" in said else None
        cell = Cell(self._column, kind, int(style), formula, said.get("v"), text)
        self._cells[self._column] = self._meanings.of(cell)
        self._column += 1

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def shared_strings(part: BinaryIO) -> list[str]:
    """The texts that cells of a workbook share, by number.

    Raises
    ------
    expat.ExpatError
        If the part is no XML.
    """
    texts: list[str] = []
    pieces: list[str] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        path.append(local if space in _MAIN else "")
        if path[1:] == ["si"]:
            pieces.clear()

    def end(name: str) -> None:
        if path[1:] == ["si"]:
            texts.append(unescaped("".join(pieces)) or "")
        path.pop()

    def characters(text: str) -> None:
        # What tells how to pronounce a text stands in rPh and is none of it.
        if path[1:] in (["si", "t"], ["si", "r", "t"]):
            pieces.append(text)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    while data := part.read(_CHUNK):
        parser.Parse(data, False)
    parser.Parse(b"", True)
    return texts
