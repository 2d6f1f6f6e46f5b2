"""Sheets in any form that XML allows, and the texts that cells share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from xml.parsers import expat

from xlcalc.workbooks.package.cell_grammar import unescaped
from xlcalc.workbooks.package.opc import DamagedError
from xlcalc.workbooks.reading.raised import placed
from xlcalc.workbooks.reading.xlsx_values import (
    MOST_DIGITS,
    CellDecoder,
    RawCell,
    column_position,
    next_row,
    shared_formula,
    text_of,
)
from xlcalc.workbooks.sheets import MOST_COLUMNS

CHUNK = 1 << 20

#: Namespaces of a sheet's own elements: the usual one and that of strict files.
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class XmlRows:
    """Rows in any form that XML allows, with or without numbers.

    Parameters
    ----------
    decoder : CellDecoder
        What values mean.
    hidden : list of int
        Grows by the numbers of hidden rows.
    done : int
        The last row that is not wanted any more.
    """

    def __init__(self, decoder: CellDecoder, hidden: list[int], done: int) -> None:
        self._decoder = decoder
        self._hidden = hidden
        self._done = done
        self._ready: list[tuple[int, list[Any]]] = []
        self._number = 0
        self._cells: dict[int, Any] = {}
        self._path: list[str] = []
        self._attributes: dict[str, str] = {}
        self._about: dict[str, str] | None = None
        self._texts: dict[str, list[str]] = {}
        self._position = ""
        self._text: list[str] | None = None
        self._column = 0
        self._masters: dict[str, str] = {}

    def rows(self, part: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while data := part.read(CHUNK):
            parser.Parse(data, False)
            yield from self._ready
            self._ready.clear()
        parser.Parse(b"", True)
        yield from self._ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space not in MAIN:
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
            if below in (["f"], ["v"], ["is", "t"]):
                self._text = self._texts.setdefault(below[0], [])
            elif below == ["is", "r"]:
                self._position = ""
            elif below == ["is", "r", "rPr", "vertAlign"]:
                self._position = attributes.get("val", "")
            elif below == ["is", "r", "t"]:
                self._text = []

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        if number is not None and not (number.isdecimal() and len(number) < MOST_DIGITS):
            raise DamagedError(f"it has a row {number[:20]!r}")
        self._number = next_row(int(number) if number else self._number + 1, self._number)
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
            self._column = column_position(found[1])
        if self._column in self._cells or self._column >= MOST_COLUMNS:
            raise DamagedError(f"row {self._number} has a cell twice or too many")

    def _end(self, name: str) -> None:
        path = self._path[1:]
        self._path.pop()
        if path[3:] == ["is", "r", "t"] and self._text is not None:
            part = placed("".join(self._text), self._position)
            self._texts.setdefault("is", []).append(part)
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
            formula = shared_formula(self._about, said.get("f", ""), self._masters)
        text = text_of(said["is"]) if "is" in said else None
        cell = RawCell(self._column, kind, int(style), formula, said.get("v"), text)
        self._cells[self._column] = self._decoder.of(cell)
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
    run: list[str] = []
    path: list[str] = []
    position = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal position
        space, _, local = name.rpartition(" ")
        path.append(local if space in MAIN else "")
        if path[1:] == ["si"]:
            pieces.clear()
        elif path[1:] == ["si", "r"]:
            position = ""
            run.clear()
        elif path[1:] == ["si", "r", "rPr", "vertAlign"]:
            position = attributes.get("val", "")

    def end(name: str) -> None:
        if path[1:] == ["si"]:
            texts.append(unescaped("".join(pieces)))
        elif path[1:] == ["si", "r"]:
            pieces.append(placed("".join(run), position))
        path.pop()

    def characters(text: str) -> None:
        # What tells how to pronounce a text stands in rPh and is none of it.
        if path[1:] == ["si", "t"]:
            pieces.append(text)
        elif path[1:] == ["si", "r", "t"]:
            run.append(text)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    while data := part.read(CHUNK):
        parser.Parse(data, False)
    parser.Parse(b"", True)
    return texts
