"""An .xlsb file: a package like .xlsx whose parts are records instead of XML.

The records are those of [MS-XLSB]; what is no cell, text, format or sheet is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from struct import pack, unpack, unpack_from
from typing import Any, BinaryIO, cast

from xlcalc.tables.addresses import Area
from xlcalc.tables.cell_values import CellError, Uncalculated
from xlcalc.workbooks.package.opc import DamagedError, Package
from xlcalc.workbooks.reading.number_formats import Format
from xlcalc.workbooks.reading.protocol import NOT_CALCULATED, TO_CALCULATE, SheetRows
from xlcalc.workbooks.reading.raised import SUBSCRIPT, SUPERSCRIPT, in_runs
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

_FONT, _FONTS_END, _HAS_RUNS = 43, 612, 1
_POSITIONS = {1: SUPERSCRIPT, 2: SUBSCRIPT}
_ROW, _TEXT_ITEM, _FORMAT, _STYLE, _MERGED = 0, 19, 44, 47, 176
_SHEET, _BOOK, _CALCULATION = 156, 153, 157
_STYLES, _STYLES_END, _CELLS, _CELLS_END = 617, 618, 145, 146
_RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED, _RICH = 2, 3, 4, 5, 6, 7, 62
#: Formulas, and what kind of cell their value would be.
_FORMULA_NUMBER = 9
_FORMULAS = {8: _TEXT, _FORMULA_NUMBER: _REAL, 10: _TRUTH, 11: _ERROR}

#: Error values by their number.
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

#: Bytes of the longest record that is read; a text has 32,767 characters at most.
_LONGEST = 1 << 20
_BUFFER = 1 << 18
_HIDDEN = 0x10
#: What a workbook says of its formulas: to be calculated when it is opened, and not all are.
_ON_LOAD, _NOT_COMPLETED = 0x01, 0x10
#: State of a sheet that people see; others are hidden or very hidden.
_VISIBLE = 0
#: A formula that is not spelled out.
FORMULA = "=…"


class XlsbBook:
    """An .xlsb file, open for reading.

    Parameters
    ----------
    path : Path
        The file, looked at by `check_package` before.
    """

    def __init__(self, path: Path) -> None:
        self._package = package = Package(path)
        sheets = package.related(package.book, "/worksheet")
        self._parts: dict[str, str] = {}
        self.hidden_sheets: set[str] = set()
        since_1904 = self._to_calculate = False
        self._old = ""
        for kind, data in self._records(package.book):
            if kind == _SHEET:
                identity, at = _text(data, 8)
                if identity in sheets:
                    title = _text(data, at)[0]
                    self._parts[title] = sheets[identity]
                    if unpack_from("<I", data)[0] != _VISIBLE:
                        self.hidden_sheets.add(title)
            elif kind == _BOOK:
                since_1904 = bool(data[0] & 1)
            elif kind == _CALCULATION and len(data) >= 26:
                flags = int.from_bytes(data[24:26], "little")
                self._to_calculate = bool(flags & _ON_LOAD)
                self._old = TO_CALCULATE if self._to_calculate else ""
                if flags & _NOT_COMPLETED:
                    self._old = NOT_CALCULATED
        self.titles = list(self._parts)
        self._formats = [
            form
            for part in package.related(package.book, "/styles").values()
            for form in self._read_formats(part, since_1904)
        ]
        self._positions = [
            position
            for part in package.related(package.book, "/styles").values()
            for position in self._read_positions(part)
        ]
        self._texts = [
            self._rich_text(data, 0)
            for part in package.related(package.book, "/sharedStrings").values()
            for kind, data in self._records(part)
            if kind == _TEXT_ITEM
        ]

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def sheet(self, title: str, *, head: bool = False) -> SheetRows:
        """Begin to read a sheet, or only to look at its first rows."""
        part = self._parts[title]
        sheet = SheetRows(rows=iter(()))
        zeros = formulas = 0
        # Merged ranges stand behind the cells.
        for kind, data in () if head else self._records(part):
            if kind == _MERGED:
                top, bottom, left, right = unpack_from("<4I", data)
                if top <= bottom < MOST_ROWS and left <= right < MOST_COLUMNS:
                    sheet.merged.append(Area(top + 1, left, bottom + 1, right))
            elif kind in _FORMULAS:
                formulas += 1
                zeros += kind == _FORMULA_NUMBER and not any(data[8:16])
            sheet.count += kind == _ROW
        sheet.merged.sort()
        sheet.old = self._old if formulas > zeros else ""
        # Where nothing but zeros stands, nobody has calculated, whatever the workbook says.
        uncalculated = self._to_calculate or 0 < formulas == zeros
        sheet.rows = self._rows(part, sheet.hidden, zeros=uncalculated)
        return sheet

    def _rows(
        self, part: str, hidden: list[int], *, zeros: bool
    ) -> Iterator[tuple[int, list[Any]]]:
        number, inside = 0, False
        cells: list[Any] = []
        for kind, data in self._records(part):
            if kind in (_CELLS, _CELLS_END):
                inside = kind == _CELLS
            elif not inside:
                continue
            elif kind == _ROW:
                if number:
                    yield number, cells
                (row,) = unpack_from("<I", data)
                if not number <= row < MOST_ROWS:
                    raise DamagedError(f"row {row + 1} stands after row {number}")
                number, cells = row + 1, []
                if data[11] & _HIDDEN:
                    hidden.append(number)
            elif kind in _FORMULAS or kind == _RICH or _RK <= kind <= _SHARED:
                (column,) = unpack_from("<I", data)
                if not number or not len(cells) <= column < MOST_COLUMNS:
                    raise DamagedError(f"row {number} has its cells out of order")
                cells.extend([None] * (column - len(cells)))
                uncalculated = zeros and kind == _FORMULA_NUMBER and not any(data[8:16])
                cells.append(Uncalculated(FORMULA) if uncalculated else self._value(kind, data))
        if number:
            yield number, cells

    def _value(self, kind: int, data: bytes) -> Any:
        kind = _FORMULAS.get(kind, kind)
        if kind in (_RK, _REAL):
            number = _rk(*unpack_from("<i", data, 8)) if kind == _RK else _real(data)
            style = int.from_bytes(data[4:7], "little")
            if style >= len(self._formats):
                raise DamagedError(f"a cell has style {style}, of which there is none")
            return self._formats[style].show(number)
        if kind == _SHARED:
            (number,) = unpack_from("<I", data, 8)
            if number >= len(self._texts):
                raise DamagedError(f"a cell shows text number {number}, of which there is none")
            return self._texts[number] or None
        if kind == _TRUTH:
            return bool(data[8])
        if kind == _ERROR:
            return CellError(ERRORS.get(data[8], "#VALUE!"))
        return (self._rich_text(data, 8) if kind == _RICH else _text(data, 8)[0]) or None

    def _rich_text(self, data: bytes, at: int) -> str:
        """A text with flags before it and, where they say so, the fonts of its parts behind it."""
        text, end = _text(data, at + 1)
        if not data[at] & _HAS_RUNS or end + 4 > len(data):
            return text
        (count,) = unpack_from("<I", data, end)
        if end + 4 + 4 * count > len(data):
            raise DamagedError("the fonts of a text are longer than its record")
        runs = [unpack_from("<HH", data, end + 4 + 4 * n) for n in range(count)]
        known = dict(enumerate(self._positions))
        return in_runs(text, [(start, known.get(font, "")) for start, font in runs])

    def _read_positions(self, part: str) -> Iterator[str]:
        """Of each font, whether it raises or lowers."""
        for kind, data in self._records(part):
            if kind == _FONT:
                yield _POSITIONS.get(data[6], "")
            elif kind == _FONTS_END:
                return

    def _read_formats(self, part: str, since_1904: bool) -> Iterator[Format]:
        codes: dict[int, str] = {}
        inside = False
        for kind, data in self._records(part):
            if kind == _FORMAT:
                codes[unpack_from("<H", data)[0]] = _text(data, 2)[0]
            elif kind in (_STYLES, _STYLES_END):
                inside = kind == _STYLES
            elif kind == _STYLE and inside:
                (number,) = unpack_from("<H", data, 2)
                yield Format(number, codes.get(number, ""), since_1904)

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Records of a part: their kind and their bytes."""
        with self._package.open(part) as raw:
            file = cast(BinaryIO, BufferedReader(raw, _BUFFER))
            while first := file.read(1):
                kind = first[0]
                if kind & 0x80:
                    kind = kind & 0x7F | (_byte(file) & 0x7F) << 7
                size = 0
                for shift in range(0, 28, 7):
                    byte = _byte(file)
                    size |= (byte & 0x7F) << shift
                    if not byte & 0x80:
                        break
                if size > _LONGEST:
                    # No record of ours; its bytes are passed over a piece at a time.
                    while size and (piece := file.read(min(size, _LONGEST))):
                        size -= len(piece)
                    continue
                data = file.read(size)
                if len(data) < size:
                    raise DamagedError(f"its part {part[:80]} ends too early")
                yield kind, data


def _byte(file: BinaryIO) -> int:
    byte = file.read(1)
    if not byte:
        raise DamagedError("a part ends too early")
    return byte[0]


def _real(data: bytes) -> int | float:
    return whole_number(unpack_from("<d", data, 8)[0])


def _rk(packed: int) -> int | float:
    """A number that takes four bytes instead of eight."""
    number: float = packed >> 2
    if not packed & 2:
        (number,) = unpack("<d", pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return whole_number(number / 100 if packed & 1 else number)


def whole_number(number: float) -> int | float:
    """A whole number as such, as other formats write it."""
    return int(number) if number == number // 1 and abs(number) < 1e15 else number


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text, and where it ends."""
    (length,) = unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    if length == 0xFFFFFFFF:
        return "", at + 4
    if end > len(data):
        raise DamagedError("a text is longer than its record")
    return data[at + 4 : end].decode("utf-16-le"), end
