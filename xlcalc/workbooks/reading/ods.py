"""An .ods file: the tables of its content, row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from xlcalc.errors import InputError
from xlcalc.files.names import location_of
from xlcalc.problems import Problem
from xlcalc.tables.addresses import Area
from xlcalc.tables.cell_values import CellError, Percent, Uncalculated
from xlcalc.workbooks.package.limits import too_much
from xlcalc.workbooks.package.opc import DamagedError
from xlcalc.workbooks.reading.number_formats import duration
from xlcalc.workbooks.reading.ods_styles import OdsStyles
from xlcalc.workbooks.reading.protocol import BY_HAND, SheetRows
from xlcalc.workbooks.reading.raised import SUBSCRIPT, SUPERSCRIPT, placed
from xlcalc.workbooks.reading.xlsx_values import number_of
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

_CONTENT = "content.xml"
_STYLES = "styles.xml"
_SETTINGS = "settings.xml"
_NOT_AUTOMATIC = re.compile(rb'config:name="AutoCalculate"[^>]*>\s*false')
_MANIFEST = "META-INF/manifest.xml"
_CHUNK = 1 << 18

_NAMESPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0": "number",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_CELLS = ("table:table-cell", "table:covered-table-cell")
#: Texts in a cell that are none of its content.
_BESIDE = ("office:annotation", "table:table", "text:note")
#: Digits of a count that no sheet has.
_DIGITS = 8
_SPACES = {"text:tab": "\t", "text:line-break": "\n"}
_ERROR = re.compile(r"#[A-Z][A-Z0-9/]*[!?]|#N/A|Err:\d+")


class OdsBook:
    """An .ods file, open for reading.

    Parameters
    ----------
    path : Path
        The file, looked at by `check_package` before.
    repeated : int
        Cells that may stand for others by being repeated.

    Raises
    ------
    InputError
        If it is protected by a password.
    """

    def __init__(self, path: Path, repeated: int) -> None:
        self._path = path
        self._repeated = repeated
        self._package = zipfile.ZipFile(path)
        if _MANIFEST in self._package.namelist():
            with self._package.open(_MANIFEST) as manifest:
                if b"encryption-data" in manifest.read(_CHUNK):
                    text, expected = "is protected by a password", "a file without one"
                    raise InputError(Problem(text, expected=expected, where=location_of(path)))
        self._styles = OdsStyles()
        reader = _Reader(None, SheetRows(rows=iter(())), self._full, self._styles)
        for part in (_STYLES, _CONTENT):
            if part in self._package.namelist():
                for _ in self._parse(reader, part):
                    pass
        self.titles, self.hidden_sheets = reader.titles, reader.hidden_sheets
        self._calculated = reader.calculated
        self._old = ""
        if _SETTINGS in self._package.namelist():
            with self._package.open(_SETTINGS) as settings:
                self._old = BY_HAND if _NOT_AUTOMATIC.search(settings.read(_CHUNK)) else ""

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def sheet(self, title: str, *, head: bool = False) -> SheetRows:
        """Begin to read a sheet; rows are parsed as they are asked for."""
        sheet = SheetRows(rows=iter(()), old=self._old if title in self._calculated else "")
        sheet.rows = self._parse(_Reader(title, sheet, self._full, self._styles), _CONTENT)
        return sheet

    def _full(self, cells: int) -> None:
        if cells > self._repeated:
            text, expected = f"repeats {cells:,} cells", f"at most {self._repeated:,}"
            raise too_much(self._path, text, expected, "repeated")

    def _parse(self, reader: _Reader, name: str) -> Iterator[tuple[int, list[Any]]]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.characters
        with self._package.open(name) as part:
            while data := part.read(_CHUNK):
                parser.Parse(data, False)
                yield from reader.ready()
        parser.Parse(b"", True)
        yield from reader.ready()


class _Reader:
    """What a parser meets of one sheet, and the titles of all.

    Parameters
    ----------
    wanted : str or None
        Title of the sheet, if any.
    sheet : SheetRows
        Told the merged ranges and hidden rows.
    check : function
        Refuses too many repeated cells.
    styles : OdsStyles
        Filled while no sheet is wanted, and asked for formats while one is.
    """

    def __init__(
        self,
        wanted: str | None,
        sheet: SheetRows,
        check: Callable[[int], None],
        styles: OdsStyles,
    ) -> None:
        self.titles: list[str] = []
        self.hidden_sheets: set[str] = set()
        #: Sheets with formulas that have a value.
        self.calculated: set[str] = set()
        self._style = ""
        #: Styles of tables that are not shown.
        self._hiding: set[str] = set()
        self._wanted = wanted
        self._sheet = sheet
        self._check = check
        self._styles = styles
        #: Styles of cells that name none, by runs of columns: how many, and the style.
        self._columns: list[tuple[int, str]] = []
        self._path: list[str] = []
        self._rows: list[tuple[int, int, list[Any]]] = []
        self._inside = False
        self._number = 0
        self._row: dict[str, str] = {}
        self._cells: list[Any] = []
        self._blanks = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._beside = 0
        self._copies = 0
        self._style = ""
        #: Whether a style of texts raises or lowers, by its name; and those of the spans around.
        self._positions: dict[str, str] = {}
        self._spans: list[str] = []

    def ready(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows that are complete, those with anything in them."""
        rows, self._rows = self._rows, []
        for number, times, cells in rows:
            for copy in range(times):
                yield number + copy, cells

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = _short(name)
        parent = self._path[-1] if self._path else ""
        self._path.append(tag)
        if self._wanted is None:
            self._styles.start(tag, _said(attributes))
        if self._cell is not None:
            if self._beside or tag in _BESIDE:
                self._beside += 1
            elif tag == "text:p" and self._text:
                self._text.append("\n")
            elif tag == "text:span":
                style = _said(attributes).get("text:style-name", "")
                self._spans.append(self._positions.get(style, ""))
            elif tag == "text:s":
                self._text.append(" " * _count(_said(attributes), "text:c"))
            else:
                self._text.append(_SPACES.get(tag, ""))
        elif tag == "style:style":
            self._style = _said(attributes).get("style:name", "")
        elif tag == "style:text-properties" and parent == "style:style":
            self._positions[self._style] = _position(
                _said(attributes).get("style:text-position", "")
            )
        elif tag == "table:table" and parent == "office:spreadsheet":
            # Other tables, such as those that a link brought along, are no sheets.
            said = _said(attributes)
            self.titles.append(said.get("table:name", ""))
            self._inside = self.titles[-1] == self._wanted
            if said.get("table:style-name") in self._hiding:
                self.hidden_sheets.add(self.titles[-1])
        elif tag == "style:style" and parent == "office:automatic-styles":
            self._style = _said(attributes).get("style:name", "")
        elif tag == "style:table-properties":
            if _said(attributes).get("table:display") == "false":
                self._hiding.add(self._style)
        elif self._inside and tag == "table:table-column":
            said = _said(attributes)
            times = _count(said, "table:number-columns-repeated")
            self._columns.append((times, said.get("table:default-cell-style-name", "")))
        elif self._inside and tag == "table:table-row":
            self._row, self._cells, self._blanks = _said(attributes), [], 0
        elif self._wanted is None and tag in _CELLS and parent == "table:table-row":
            said = _said(attributes)
            if "table:formula" in said and "office:value-type" in said:
                self.calculated.add(self.titles[-1])
        elif self._inside and tag in _CELLS and parent == "table:table-row":
            self._cell, self._text, self._beside = _said(attributes), [], 0
            self._spans = []

    def end(self, name: str) -> None:
        """An element ends."""
        tag = self._path.pop()
        if self._wanted is None:
            self._styles.end(tag)
        if self._cell is not None:
            if self._beside:
                self._beside -= 1
            elif tag == "text:span":
                self._spans.pop()
            elif tag in _CELLS:
                self._end_cell(self._cell)
                self._cell = None
        elif tag == "table:table-row" and self._inside:
            self._end_row()
        elif tag == "table:table" and self._path[-1:] == ["office:spreadsheet"]:
            self._inside = False

    def characters(self, text: str) -> None:
        """Text of an element."""
        if self._wanted is None:
            self._styles.characters(text)
        if self._cell is not None and not self._beside and "text:p" in self._path[-4:]:
            position = next(filter(None, reversed(self._spans)), "")
            if position:
                # What the value repeats of the text does not show it.
                self._cell.pop("office:string-value", None)
            self._text.append(placed(text, position))

    def _end_cell(self, cell: dict[str, str]) -> None:
        times = _count(cell, "table:number-columns-repeated")
        column = len(self._cells) + self._blanks
        down = _count(cell, "table:number-rows-spanned")
        right = _count(cell, "table:number-columns-spanned")
        if down > 1 or right > 1:
            top = self._number + 1
            self._sheet.merged.append(Area(top, column, top + down - 1, column + right - 1))
        value = _value(cell, "".join(self._text))
        if type(value) in (int, float):
            value = self._styles.format(self._style_of(cell, column)).show(value)
        if value is None:
            self._blanks += times
            return
        if column + times > MOST_COLUMNS:
            raise DamagedError(f"row {self._number + 1} has more than {MOST_COLUMNS:,} columns")
        self._copies += times - 1
        self._check(self._copies)
        self._cells += [None] * self._blanks + [value] * times
        self._blanks = 0

    def _style_of(self, cell: dict[str, str], column: int) -> str:
        """The style of a cell: its own, or that of its row or column."""
        row = self._row.get("table:default-cell-style-name", "")
        style = cell.get("table:style-name") or row
        for times, default in self._columns if not style else ():
            if column < times:
                return default
            column -= times
        return style

    def _end_row(self) -> None:
        times = _count(self._row, "table:number-rows-repeated")
        first = self._number + 1
        self._number += times
        if not self._cells:
            return
        if self._number > MOST_ROWS:
            raise DamagedError(f"it has more than {MOST_ROWS:,} rows")
        self._copies += (times - 1) * len(self._cells)
        self._check(self._copies)
        if self._row.get("table:visibility") in ("collapse", "filter"):
            self._sheet.hidden.extend(range(first, first + times))
        self._rows.append((first, times, self._cells))


def _value(cell: dict[str, str], text: str) -> Any:
    """The value of a cell, from what its element says and the text in it."""
    kind = cell.get("office:value-type", "")
    formula = cell.get("table:formula")
    # Older programs write an error as the number 0 or a text, and show it.
    if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(text)):
        return CellError(text)
    if formula is not None and not kind:
        return Uncalculated("=" + formula.partition(":=")[2] if ":=" in formula else formula)
    if kind in ("float", "currency"):
        return number_of(cell["office:value"])
    if kind == "percentage":
        return Percent(number_of(cell["office:value"]))
    if kind == "boolean":
        return cell["office:boolean-value"] == "true"
    if kind == "date":
        return datetime.fromisoformat(cell["office:date-value"])
    if kind == "time":
        return duration(cell["office:time-value"])
    return cell.get("office:string-value", text) or None


def _position(said: str) -> str:
    """Whether a text is raised or lowered, as a style says: ``super 58%``, ``33% 58%``, ``0%``."""
    word = said.split(" ")[0]
    if word in ("super", "sub"):
        return SUPERSCRIPT if word == "super" else SUBSCRIPT
    if not word.strip("-0.%"):
        return ""
    return SUBSCRIPT if word.startswith("-") else SUPERSCRIPT


def _short(name: str) -> str:
    """Name of an element or attribute with the prefix that everyone uses."""
    space, _, local = name.rpartition(" ")
    prefix = _NAMESPACES.get(space)
    return f"{prefix}:{local}" if prefix else ""


def _said(attributes: dict[str, str]) -> dict[str, str]:
    return {_short(name): value for name, value in attributes.items()}


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isdecimal() and len(text) < _DIGITS):
        raise DamagedError(f"{name} is {text[:20]!r}")
    return max(int(text), 1)
