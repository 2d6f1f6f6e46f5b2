"""An .xlsx or .xlsm file: its sheets, formats and shared texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

from xlcalc.workbooks.package.limits import SheetExtent
from xlcalc.workbooks.package.opc import DamagedError, Package, children
from xlcalc.workbooks.reading.calamine import MANY, plain_rows
from xlcalc.workbooks.reading.number_formats import Format
from xlcalc.workbooks.reading.protocol import NOT_CALCULATED, TO_CALCULATE, SheetRows
from xlcalc.workbooks.reading.xlsx_parser import shared_strings
from xlcalc.workbooks.reading.xlsx_rows import rows_of
from xlcalc.workbooks.reading.xlsx_values import CellDecoder

_TRUE, _FALSE = ("1", "true"), ("0", "false")
_CORE = "docProps/core.xml"


class XlsxBook:
    """An .xlsx or .xlsm file, open for reading; macros and links in it are data.

    Parameters
    ----------
    path : Path
        The file.
    extents : mapping of str to SheetExtent
        What `check_package` found in its sheets, by part.
    """

    def __init__(self, path: Path, extents: Mapping[str, SheetExtent]) -> None:
        self._path = path
        self._extents = extents
        self._package = package = Package(path)
        book = package.xml(package.book)
        related = package.related(package.book)
        sheets = package.related(package.book, "/worksheet")
        self._parts: dict[str, str] = {}
        for title, identity in package.sheet_ids(package.book).items():
            if identity not in related:
                raise DamagedError(f"its sheet {title[:40]!r} has no part")
            # What is no worksheet is a chart or a macro of its own.
            if identity in sheets:
                self._parts[title] = sheets[identity]
        self.titles = list(self._parts)
        self.hidden_sheets = {
            sheet.get("name", "")
            for sheet in children(book, "sheets", "sheet")
            if sheet.get("state", "visible") != "visible"
        }
        since_1904 = any(
            properties.get("date1904") in _TRUE for properties in children(book, "workbookPr")
        )
        self._formats = [
            form
            for part in package.related(package.book, "/styles").values()
            for form in _formats(package.xml(part), since_1904)
        ]
        self._texts: list[str] | None = None
        said = next(children(book, "calcPr"), Element("calcPr"))
        #: Whether programs are to calculate all when they open it. Our own workbooks have values.
        self._to_calculate = said.get("fullCalcOnLoad") in _TRUE and not _is_ours(package)
        self._old = TO_CALCULATE if self._to_calculate else ""
        if said.get("calcCompleted") in _FALSE:
            self._old = NOT_CALCULATED

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def sheet(self, title: str, *, head: bool = False) -> SheetRows:
        """Begin to read a sheet, or only to look at its first rows."""
        part = self._package.name(self._parts[title])
        extent = self._extents.get(part, SheetExtent())
        decoder = CellDecoder(self._formats, self._shared, zeros=self._to_calculate)
        sheet = SheetRows(rows=iter(()), merged=sorted(extent.areas), count=extent.rows)
        sheet.old = self._old if extent.calculated else ""
        if not head and extent.rows > MANY and not any(form.converts for form in self._formats):
            rows = plain_rows(self._path, title, extent)
            if rows is not None:
                sheet.rows = rows
                return sheet
        sheet.rows = rows_of(partial(self._package.open, part), decoder, sheet.hidden)
        return sheet

    def _shared(self) -> list[str]:
        if self._texts is None:
            self._texts = []
            for name in self._package.related(self._package.book, "/sharedStrings").values():
                with self._package.open(name) as part:
                    self._texts += shared_strings(part)
        return self._texts


def _is_ours(package: Package) -> bool:
    """Whether it is one of our own, which has its values and is calculated anew all the same."""
    if _CORE not in package:
        return False
    creators = children(package.xml(_CORE), "creator")
    return any((creator.text or "").startswith("xlcalc ") for creator in creators)


def _formats(styles: Element, since_1904: bool) -> Iterator[Format]:
    """The format of each style."""
    codes = {
        code.get("numFmtId"): code.get("formatCode", "")
        for code in children(styles, "numFmts", "numFmt")
    }
    made: dict[str, Format] = {}
    for style in children(styles, "cellXfs", "xf"):
        number = style.get("numFmtId", "0")
        if number not in made:
            known = int(number) if re.fullmatch(r"\d{1,6}", number) else 0
            made[number] = Format(known, codes.get(number, ""), since_1904)
        yield made[number]
