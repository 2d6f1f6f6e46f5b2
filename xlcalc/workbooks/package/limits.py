"""A look at a workbook's package before any parser reads it: what could exhaust one is refused.

A file of kilobytes can inflate to gigabytes, claim a cell in the last corner of a sheet, or hold
entities that multiply. Parsers crash, hang or end the process over such files; here they cost a
sentence.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from xlcalc.errors import InputError
from xlcalc.files.names import cannot_read, location_of
from xlcalc.problems import Problem
from xlcalc.tables.addresses import Area, column_of
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

_LAST = f"XFD{MOST_ROWS}"

#: First bytes of the container that old .xls files and password-protected workbooks share.
_OLE = b"\xd0\xcf\x11\xe0"

#: Characters of a reference that are looked at.
_LONGEST = 30

_MB = 1_000_000
_CHUNK = 4 * 1024 * 1024
#: Bytes looked at again with the next chunk, so that nothing hides on the border.
_OVERLAP = 512

#: Parts below this size are never a bomb, however well they are packed.
_SMALL = 20 * _MB

#: Cells that a sheet may span for each that there is.
_SPAN_PER_CELL = 1000

#: Bytes of a part in which its first element stands.
_HEAD = 4096

#: Merged ranges of a sheet; more are no work of a person.
_MOST_AREAS = 200_000

_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")

#: The element that raises or lowers a part of a text.
_RAISED = "vertAlign"

#: XML has several kinds of spaces and quotation marks; one of each is enough to look for.
_ONE_KIND = bytes.maketrans(b"\t\r\n'", b'   "')
_OTHER_KINDS = (b"\t", b"\r", b"\n", b"'")
_REFERENCE = re.compile(rb'([A-Z]{0,9})(\d{1,20})"')
_ROW = re.compile(rb'row [^>]*?\br="(\d+)"')
_MERGED = re.compile(rb'mergeCell [^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)')

#: Characters of the longest references that need no second look, such as ZZ99999.
_SHORT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a workbook may have.

    Parameters
    ----------
    parts : int
        Parts of its package.
    part_mb : int
        Megabytes of a part, unpacked.
    total_mb : int
        Megabytes of all parts, unpacked.
    ratio : int
        How many times larger than packed a part of more than 20 MB may be.
    merged_cells : int
        Cells that merged ranges cover.
    span : int
        Cells between the first and the last, where there are few.
    repeated : int
        Cells of an .ods file that are there by being repeated.
    """

    parts: int = 10_000
    part_mb: int = 4_000
    total_mb: int = 8_000
    ratio: int = 60
    merged_cells: int = 10_000_000
    span: int = 50_000_000
    repeated: int = 5_000_000

    @classmethod
    def names(cls) -> list[str]:
        """Names of the limits."""
        return [field.name for field in fields(cls)]


#: What a damaged package makes the library raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)


def damaged(path: Path) -> InputError:
    """What to say of a package that is none, or not whole."""
    text = "is no workbook that can be read (its package is damaged)"
    return InputError(Problem(text, expected="an .xlsx file", where=location_of(path)))


def too_much(path: Path, text: str, expected: str, limit: str) -> InputError:
    """What to say of a workbook with more than it may have, by the name of the limit."""
    expected = f"{expected} (--limit {limit}=NUMBER allows more)"
    return InputError(Problem(text, expected=expected, where=location_of(path)))


def check_package(path: Path, limits: Limits | None = None) -> dict[str, SheetExtent]:
    """Refuse a workbook that could exhaust a parser.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file.
    limits : Limits, optional
        What it may have.

    Returns
    -------
    dict of str to SheetExtent
        What its sheets hold, by name of the part.

    Raises
    ------
    InputError
        If it is no package, or has more than it may have.
    """
    return _Scan(path, limits or Limits()).run()


def check_size(path: Path, limits: Limits | None = None) -> None:
    """Refuse a workbook that is no package and larger than a part of one may be.

    Raises
    ------
    InputError
        If it is.
    """
    most = (limits or Limits()).part_mb
    if path.stat().st_size > most * _MB:
        text = f"has {path.stat().st_size / _MB:,.0f} MB"
        raise too_much(path, text, f"at most {most:,}", "part_mb")


class _Scan:
    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._extents: dict[str, SheetExtent] = {}
        self._raised = False

    def _refuse(self, text: str, expected: str, limit: str = "") -> InputError:
        if limit:
            return too_much(self._path, text, expected, limit)
        return InputError(Problem(text, expected=expected, where=location_of(self._path)))

    def run(self) -> dict[str, SheetExtent]:
        with suppress(OSError), self._path.open("rb") as file:
            if file.read(4) == _OLE:
                raise self._refuse(
                    "is an old .xls file or protected by a password", "an .xlsx file without one"
                )
        try:
            with zipfile.ZipFile(self._path) as package:
                infos = package.infolist()
                self._look_at_list(infos)
                for info in infos:
                    if info.filename.endswith((".xml", ".rels", ".vml")):
                        self._look_into(package, info)
        except OSError as problem:
            raise cannot_read(self._path, problem) from None
        except DAMAGE:
            raise damaged(self._path) from None
        for extent in self._extents.values():
            extent.special = extent.special or self._raised
        return self._extents

    def _look_at_list(self, infos: list[zipfile.ZipInfo]) -> None:
        """What the package says of itself."""
        limits = self._limits
        if len(infos) > limits.parts:
            raise self._refuse(f"has {len(infos):,} parts", f"at most {limits.parts:,}", "parts")
        names = [info.filename.casefold() for info in infos]
        if len(set(names)) < len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise self._refuse(f"holds the part {double[:80]} more than once", "each once")
        if any(info.flag_bits & 1 for info in infos):
            raise self._refuse("is protected by a password", "a file without one")
        if sum(info.compress_size for info in infos) > self._path.stat().st_size:
            raise self._refuse("holds parts that overlap", "each to have its own place")
        total = sum(info.file_size for info in infos)
        if total > limits.total_mb * _MB:
            raise self._refuse(
                f"unpacks to {total / _MB:,.0f} MB", f"at most {limits.total_mb:,}", "total_mb"
            )
        for info in infos:
            name = info.filename[:80]
            if info.file_size > limits.part_mb * _MB:
                raise self._refuse(
                    f"its part {name} unpacks to {info.file_size / _MB:,.0f} MB",
                    f"at most {limits.part_mb:,}",
                    "part_mb",
                )
            ratio = info.file_size / max(info.compress_size, 1)
            if info.file_size > _SMALL and ratio > limits.ratio:
                raise self._refuse(
                    f"its part {name} unpacks to {ratio:,.0f} times its size",
                    f"at most {limits.ratio}",
                    "ratio",
                )

    def _look_into(self, package: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """What a part says, without parsing it."""
        name = info.filename[:80]
        sheet = None
        encodings: tuple[str, ...] = ()
        for seen, chunk in _chunks(package, info):
            if not encodings:
                # A sheet may lie anywhere and be called anything.
                if "worksheets/" in info.filename or b"worksheet" in chunk[:_HEAD]:
                    sheet = self._extents[info.filename] = SheetExtent()
                # A text in the other encoding has a zero in every second place.
                wide = b"\0" in chunk[:_OVERLAP]
                encodings = ("utf-16-le", "utf-16-be") if wide else ("ascii",)
            if any(word.encode(code) in chunk for word in _DECLARATIONS for code in encodings):
                raise self._refuse(f"its part {name} declares a document type or entities", "none")
            if sheet is None:
                # Texts that sheets share; a style that raises a whole cell is in another part.
                shared = "haredStrings" in info.filename or b"sst" in chunk[:_HEAD]
                if shared and any(_RAISED.encode(code) in chunk for code in encodings):
                    self._raised = True
                continue
            odd = any(sign in chunk for sign in _OTHER_KINDS)
            sheet.add(seen, chunk.translate(_ONE_KIND) if odd else chunk)
            if sheet.beyond:
                raise self._refuse(
                    f"its part {name} holds the cell or row {sheet.beyond}", f"none beyond {_LAST}"
                )
            if sheet.merged > self._limits.merged_cells:
                raise self._refuse(
                    f"its part {name} merges {sheet.merged:,} cells",
                    f"at most {self._limits.merged_cells:,}",
                    "merged_cells",
                )
            if len(sheet.areas) > _MOST_AREAS:
                raise self._refuse(
                    f"its part {name} has more than {_MOST_AREAS:,} merged ranges", "fewer"
                )
            if sheet.rows > MOST_ROWS:
                raise self._refuse(f"its part {name} has more than {MOST_ROWS:,} rows", "no more")
        if sheet is not None and sheet.span > max(self._limits.span, _SPAN_PER_CELL * sheet.cells):
            raise self._refuse(
                f"its part {name} holds {sheet.cells:,} cells, spread over {sheet.span:,}",
                "cells that lie together",
                "span",
            )


def _chunks(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """A part piece by piece, each with how many bytes at its start were seen before."""
    before = b""
    with package.open(info) as part:
        while piece := part.read(_CHUNK):
            yield len(before), before + piece
            before = piece[-_OVERLAP:]


#: How formulas without a value end.
_NO_VALUE = (b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />")

#: What makes a sheet more than numbers and texts.
_SPECIAL = (b"<f", b't="e"', b't="d"', b"hidden=", b":row ", b"<!", b"vertAlign")


class SheetExtent:
    """How far a sheet's cells reach, and how many there are.

    Attributes
    ----------
    cells, rows, merged : int
        How many there are; cells that merged ranges cover are counted.
    areas : list of Area
        Merged ranges.
    formulas, zeros : int
        Formulas, and those of them whose value is 0.
    special : bool
        Whether there may be formulas, error values, hidden rows, elements with a prefix, or texts
        with raised parts.
    beyond : str
        A cell or row that no sheet can have.
    """

    def __init__(self) -> None:
        self.cells = self.rows = self.merged = 0
        self.formulas = self.zeros = self._without = 0
        self.special = False
        self.areas: list[Area] = []
        self.beyond = ""
        self._last = self._letters = 0

    def add(self, seen: int, chunk: bytes) -> None:
        """Look at the next piece, of which so many bytes at its start were seen before."""
        self.rows += sum(_new(chunk, tag, seen) for tag in (b"<row ", b":row "))
        self._last = max(self._last, max(map(int, _ROW.findall(chunk)), default=0))
        if self._last > MOST_ROWS:
            self.beyond = str(self._last)
        self._look_at_references(seen, chunk)
        self.special = self.special or any(sign in chunk for sign in _SPECIAL)
        if b"</f>" in chunk:
            self.formulas += _new(chunk, b"</f>", seen) + _new(chunk, b"/><v>", seen)
            self.zeros += _new(chunk, b"</f><v>0</v>", seen) + _new(chunk, b"/><v>0</v>", seen)
            self._without += sum(_new(chunk, tag, seen) for tag in _NO_VALUE)
        for found in _MERGED.finditer(chunk):
            if found.end() > seen:
                top, bottom = int(found[2]), int(found[4])
                left, right = column_of(found[1].decode()), column_of(found[3].decode())
                self.merged += (bottom - top + 1) * (right - left + 1)
                self.areas.append(Area(top, left - 1, bottom, right - 1))

    def _look_at_references(self, seen: int, chunk: bytes) -> None:
        """Look at all references of cells; most are too short to lie far out."""
        signs = np.frombuffer(chunk, dtype=np.uint8)
        here = np.flatnonzero(
            (signs[:-3] == ord(" "))
            & (signs[1:-2] == ord("r"))
            & (signs[2:-1] == ord("="))
            & (signs[3:] == ord('"'))
        )
        # Those that the piece cuts off come again with the next; rows have no letter.
        here = here[here < len(signs) - 4 - _LONGEST]
        here = here[signs[here + 4] >= ord("A")]
        self.cells += int((here >= seen - 4 - _LONGEST).sum())
        wide = signs[here + 6] >= ord("A")
        letters = 3 if wide.any() else 2 if (signs[here + 5] >= ord("A")).any() else 1
        self._letters = max(self._letters, letters)
        short = np.zeros(here.size, dtype=bool)
        for length in range(1, _SHORT + 1):
            short |= signs[here + 4 + length] == ord('"')
        for at in here[wide | ~short].tolist():
            found = _REFERENCE.match(chunk, at + 4)
            if (
                found is None
                or int(found[2]) > MOST_ROWS
                or column_of(found[1].decode()) > MOST_COLUMNS
            ):
                self.beyond = chunk[at + 4 : at + 4 + _LONGEST].decode("ascii", "replace")
                return

    @property
    def calculated(self) -> bool:
        """Whether there may be formulas with a value other than 0."""
        return self.formulas > self.zeros + self._without

    @property
    def span(self) -> int:
        """Cells from the first to the last row and column."""
        return int(self._last * min(26**self._letters, MOST_COLUMNS))


def _new(chunk: bytes, tag: bytes, seen: int) -> int:
    """How often a tag stands in a piece, without those seen before."""
    return chunk.count(tag) - chunk.count(tag, 0, seen)
