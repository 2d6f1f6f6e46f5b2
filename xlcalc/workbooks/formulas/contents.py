"""What the cells of any workbook hold: formulas, typed values, and the values last shown.

A reader for calculating and patching: each cell as its file has it, without styles. What a package
holds besides is not looked at.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from xlcalc.errors import InputError
from xlcalc.files.names import name_of
from xlcalc.tables.addresses import boundaries, position
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.references import Shared
from xlcalc.workbooks.package.cell_grammar import (
    CELL,
    CELL_METADATA,
    FORMULA_ELEMENT,
    PHONETIC,
    REFERENCE,
    SIMPLE_CELL,
    TEXT_ELEMENT,
    TYPE,
    VALUE_ELEMENT,
    implied_references,
    unescaped,
)
from xlcalc.workbooks.package.limits import DAMAGE, Limits, check_package, damaged
from xlcalc.workbooks.package.opc import DamagedError, Package, slashed
from xlcalc.workbooks.table_range import TableRange

_ATTRIBUTE = re.compile(rb"""\s([\w:]+)=(?:"([^"]*)"|'([^']*)')""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\shidden=["'](?:1|true)["']""")
_FROM_1904 = re.compile(rb"""\sdate1904=["'](?:1|true)["']""")
_ITERATES = re.compile(rb"""<(?:\w+:)?calcPr\b(?=[^>]*\siterate=["'](?:1|true)["'])[^>]*>""")
_AS_SHOWN = re.compile(rb"""\sfullPrecision=["'](?:0|false)["']""")


class Iteration(NamedTuple):
    """How a workbook works out formulas that refer to themselves.

    Attributes
    ----------
    rounds : int
        How often at most.
    delta : float
        The change of a value that is none any more.
    """

    rounds: int = 100
    delta: float = 0.001


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A cell with a formula.

    Parameters
    ----------
    text : str
        The formula with its leading "=", as this cell sees it.
    value : value
        What it showed when the file was written.
    area : str
        Area of an array formula or a data table, such as ``A1:C3``; empty for a plain formula.
    dynamic : bool
        Whether its area grows and shrinks with its result.
    kind : str
        What kind of formula it is, where that is neither plain, shared nor an array.
    """

    text: str
    value: Any
    area: str = ""
    dynamic: bool = False
    kind: str = ""


@dataclass(slots=True)
class SheetContents:
    """A sheet.

    Parameters
    ----------
    title : str
        Name on its tab.
    part : str
        Name of its part in the package.
    hides_rows : bool
        Whether some of its rows are hidden.
    values : dict
        By row and column: what is typed, and what cells of arrays show besides the first.
    formulas : dict
        By row and column: cells with a formula.
    """

    title: str
    part: str
    hides_rows: bool = False
    values: dict[tuple[int, int], Any] = field(default_factory=dict)
    formulas: dict[tuple[int, int], FormulaCell] = field(default_factory=dict)


@dataclass(slots=True)
class Contents:
    """A workbook's cells, tables and names.

    Parameters
    ----------
    path : Path
        Its file.
    parts : dict of str to bytes
        The package's parts by name, in their order.
    sheets : list of SheetContents
        In the order of the tabs.
    tables : list of TableRange
        Its Excel tables.
    names : dict of str to str
        Defined names of the whole workbook.
    local_names : dict of str to dict
        Defined names of single sheets, by title.
    from_1904 : bool
        Whether dates count from 1904.
    iteration : Iteration, optional
        How circles are worked out; None if they are not.
    """

    path: Path
    parts: dict[str, bytes]
    sheets: list[SheetContents] = field(default_factory=list)
    tables: list[TableRange] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    local_names: dict[str, dict[str, str]] = field(default_factory=dict)
    from_1904: bool = False
    iteration: Iteration | None = None


def read_contents(path: Path, limits: Limits | None = None) -> Contents:
    """Read a workbook's cells.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file.
    limits : Limits, optional
        What it may have before it is refused unread.

    Returns
    -------
    Contents
        All of it.

    Raises
    ------
    InputError
        If it is no such file, or not whole.
    """
    parts = _parts(path, limits)
    package = Package(parts)
    try:
        book = package.book
    except (DamagedError, ElementTree.ParseError, DefusedXmlException):
        book = ""
    if book not in package:
        raise InputError(f"{name_of(path)}: is no workbook; expected an .xlsx or .xlsm file")
    try:
        contents = Contents(path, parts)
        texts = _shared_texts(package, book)
        cells = set(package.related(book, "/worksheet").values())
        for title, part in package.sheet_parts(book).items():
            sheet = SheetContents(title, part)
            # A tab may also be a chart or a module, which have no cells.
            if part in cells:
                sheet.hides_rows = _HIDDEN_ROW.search(parts[part]) is not None
                _read_cells(sheet, parts[part], texts)
                contents.tables += _tables(package, part, title)
            contents.sheets.append(sheet)
        _read_names(contents, package.xml(book))
        contents.from_1904 = _FROM_1904.search(parts[book]) is not None
        contents.iteration = _iteration(parts[book])
    except (KeyError, ElementTree.ParseError, DefusedXmlException, ValueError, IndexError) as why:
        raise InputError(
            f"{name_of(path)}: its content is damaged ({type(why).__name__}); expected a workbook "
            "as Excel or LibreOffice saves it"
        ) from None
    if _AS_SHOWN.search(parts[book]):
        raise InputError(
            f"{name_of(path)}: calculates with the precision shown (Options, Advanced), which is "
            "not possible here; expected a workbook that calculates with all digits"
        )
    return contents


def expect_workbook(path: Path) -> None:
    """Refuse what is no workbook by its name, or not there."""
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a workbook ending in .xlsx or .xlsm")
    if not path.exists():
        raise InputError(f"{path}: does not exist; expected a workbook ending in .xlsx or .xlsm")
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise InputError(f"{name_of(path)}: expected a workbook ending in .xlsx or .xlsm")


def _parts(path: Path, limits: Limits | None) -> dict[str, bytes]:
    expect_workbook(path)
    check_package(path, limits)
    try:
        with zipfile.ZipFile(path) as package:
            parts = {slashed(name): package.read(name) for name in package.namelist()}
    except DAMAGE:
        raise damaged(path) from None
    return parts


def _shared_texts(package: Package, book: str) -> list[str]:
    part = next(iter(package.related(book, "/sharedStrings").values()), "")
    if not part:
        return []
    items = re.split(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>", package.read(part))
    return list(map(_text_of, items))


def _iteration(book: bytes) -> Iteration | None:
    found = _ITERATES.search(book)
    if found is None:
        return None
    said, usual = _attributes(found[0]), Iteration()
    return Iteration(
        int(said.get("iterateCount", usual.rounds)), float(said.get("iterateDelta", usual.delta))
    )


def _text_of(item: bytes) -> str:
    texts = TEXT_ELEMENT.findall(PHONETIC.sub(b"", item))
    return "".join(map(_decoded, texts))


def _decoded(text: bytes) -> str:
    plain = text.decode("utf-8")
    if "&" in plain:
        plain = unescape(plain)
    return unescaped(plain)


def _attributes(head: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(head)
    return {name.decode(): _decoded(double or single) for name, double, single in found}


def _read_cells(sheet: SheetContents, part: bytes, texts: list[str]) -> None:
    shared: dict[str, Shared] = {}
    implied = implied_references(part)
    for cell in CELL.finditer(part):
        simple = SIMPLE_CELL.fullmatch(cell[0])
        if simple:
            at = position(simple["reference"])
            value = _of_kind(simple["type"] or b"n", simple["value"], texts)
            # There is no row 0, though some programs write one.
            if not at[0]:
                continue
            if simple["formula"]:
                sheet.formulas[at] = FormulaCell("=" + _decoded(simple["text"]), value)
            elif value is not None:
                sheet.values[at] = value
            continue
        body = cell["body"]
        if not body:
            continue
        head = cell["head"]
        reference = REFERENCE.search(head)
        at = position(reference[1] if reference else implied[cell.start()])
        if not at[0]:
            continue
        value = _value(head, body, texts)
        formula = FORMULA_ELEMENT.search(body) if b"f" in body else None
        about = _attributes(formula[1]) if formula and formula[1] else {}
        kind = about.get("t", "normal")
        # Excel marks cells that an array covers with a formula without text.
        if formula is None or (kind == "normal" and not formula[2]):
            if value is not None:
                sheet.values[at] = value
            continue
        text = "=" + _decoded(formula[2] or b"")
        if kind == "shared":
            index = about["si"]
            if formula[2]:
                shared[index] = Shared(text, *at)
            text = shared[index].at(*at)
        sheet.formulas[at] = FormulaCell(
            text=text,
            value=value,
            # What a data table shows is in cells without formula, too.
            area=about.get("ref", "") if kind in ("array", "dataTable") else "",
            dynamic=kind == "array" and CELL_METADATA.search(head) is not None,
            kind="" if kind in ("normal", "shared", "array") else kind,
        )


def _value(head: bytes, body: bytes, texts: list[str]) -> Any:
    kind = TYPE.search(head)
    name = kind[1] if kind else b"n"
    if name == b"inlineStr":
        return _text_of(body)
    found = VALUE_ELEMENT.search(body)
    return _of_kind(name, found[1] if found else None, texts)


def _of_kind(name: bytes, text: bytes | None, texts: list[str]) -> Any:
    if text is None:
        return None
    if name == b"n":
        return float(text) if text.strip() else None
    if name == b"d":
        # Excel's strict files hold dates as ISO 8601 has them.
        moment = datetime.fromisoformat(_decoded(text).strip())
        return (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    if name == b"s":
        return texts[int(text)]
    if name == b"b":
        return text.strip() in (b"1", b"true")
    if name == b"e":
        return CellError(_decoded(text))
    return _decoded(text)


def _tables(package: Package, part: str, title: str) -> Iterator[TableRange]:
    for relation in package.relations(part):
        if not relation.kind.endswith("/table") or relation.part not in package:
            continue
        table = package.xml(relation.part)
        left, top, _, bottom = boundaries(table.attrib["ref"])
        totals = int(table.get("totalsRowCount", "0"))
        headers = int(table.get("headerRowCount", "1"))
        space = table.tag.partition("}")[0] + "}"
        yield TableRange(
            name=table.attrib["displayName"],
            page=title,
            top=top if headers else top - 1,
            left=left,
            headers=[
                unescaped(column.attrib["name"]) for column in table.iter(f"{space}tableColumn")
            ],
            count=bottom - top + 1 - totals - headers,
            totals=totals,
        )


def _read_names(contents: Contents, book: Element) -> None:
    for name in book.iter():
        if name.tag.rpartition("}")[2] != "definedName" or not name.text:
            continue
        word = name.attrib["name"]
        if word.startswith("_xlnm."):
            continue
        local = name.get("localSheetId")
        if local is None:
            contents.names[word] = name.text
        else:
            title = contents.sheets[int(local)].title
            contents.local_names.setdefault(title, {})[word] = name.text
