"""Writes sheets of cells in every format that designs are read from, without another program.

A cell is None, a text, a number, `Shown` (a number with a format), `Raised` (a text with a raised
end), `Formula`, or a date. Each
writer writes what its format can show; `fuzz_numbers` chooses among them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.support.corpus import csv_text
from tests.support.xls_book import make_xls
from tests.support.xlsb_book import Formula, Raised, Shown, make_xlsb
from xlcalc.tables.addresses import Area, column_letters


@dataclass
class Sheet:
    """A sheet: rows of cells, and what is odd about it.

    Parameters
    ----------
    title : str
        Its title.
    rows : list of list
        Cells.
    state : int
        0 shown, 1 hidden, 2 very hidden.
    hidden : list of int
        Rows that are not shown, from 1.
    merged : list of tuple
        First row and column and last row and column of merged cells, from 0.
    """

    title: str
    rows: list[list[Any]]
    state: int = 0
    hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Text:
    """How a csv file is written."""

    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    encoding: str = "utf-8"
    end: str = "\n"
    says_separator: bool = False

    def number(self, value: float) -> str:
        """A number as this file has it."""
        text = repr(value)
        if self.thousands and "e" not in text:
            whole, dot, part = text.partition(".")
            whole = re.sub(r"\B(?=(\d{3})+$)", "\0", whole)
            text = f"{whole}{dot}{part}"
        return text.replace(".", self.decimal).replace("\0", self.thousands)


def write_csv(path: Path, sheets: Sequence[Sheet], text: Text) -> Path:
    """A csv file of the first sheet."""
    rows = [
        [text.number(cell) if type(cell) in (int, float) else cell for cell in row]
        for row in sheets[0].rows
    ]
    whole = csv_text(rows, text.delimiter).replace("\n", text.end)
    if text.says_separator:
        whole = f"sep={text.delimiter}{text.end}{whole}"
    try:
        data = whole.encode(text.encoding)
    except UnicodeEncodeError:
        data = whole.encode("utf-8-sig")
    path.write_bytes(data)
    return path


def write_parquet(path: Path, sheets: Sequence[Sheet]) -> Path:
    """A parquet file of the first sheet, whose first row are the headers."""
    header, *rows = sheets[0].rows
    columns = {}
    for name, cells in zip(header, zip(*rows, strict=True), strict=True):
        numbers = all(cell is None or type(cell) in (int, float) for cell in cells)
        texts = [None if cell is None else str(cell) for cell in cells]
        columns[name] = pa.array(cells, pa.float64()) if numbers else pa.array(texts)
    pq.write_table(pa.table(columns), path)
    return path


def write_openpyxl(path: Path, sheets: Sequence[Sheet]) -> Path:
    """A workbook by openpyxl, whose formulas nobody has calculated."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.title)
        made.sheet_state = ("visible", "hidden", "veryHidden")[sheet.state]
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = made.cell(number, column)
                cell.value = "=1+1" if isinstance(value, Formula) else value
                if isinstance(value, Raised):
                    mark = TextBlock(InlineFont(vertAlign="superscript"), value[-1])
                    cell.value = CellRichText(value[:-1], mark)
                if isinstance(value, Shown):
                    cell.value, cell.number_format = float(value), value.code
        for top, left, bottom, right in sheet.merged:
            made.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
        for number in sheet.hidden:
            made.row_dimensions[number].hidden = True
    book.active = next(n for n, sheet in enumerate(sheets) if not sheet.state)
    book.save(path)
    return path


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _raw_cell(address: str, value: Any, codes: list[str]) -> str:
    formula, style = "", 0
    if isinstance(value, Formula):
        formula, value = "<f>1+1</f>", value.value
    if isinstance(value, Shown):
        if value.code not in codes:
            codes.append(value.code)
        style = codes.index(value.code) + 1
    if value is None:
        return f'<c r="{address}" s="{style}">{formula}</c>'
    if isinstance(value, Raised):
        mark = f'<r><rPr><vertAlign val="superscript"/></rPr><t>{value[-1]}</t></r>'
        return f'<c r="{address}" t="inlineStr"><is><r><t>{value[:-1]}</t></r>{mark}</is></c>'
    if isinstance(value, str) and formula:
        return f'<c r="{address}" t="str">{formula}<v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}" s="{style}">{formula}<v>{float(value)!r}</v></c>'


def write_raw(path: Path, sheets: Sequence[Sheet], calculation: str = "") -> Path:
    """A workbook as plain XML, with texts and values of formulas in their cells."""
    codes: list[str] = []
    parts, listed, related, typed = {}, "", "", ""
    for n, sheet in enumerate(sheets, start=1):
        rows = "".join(
            f'<row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r in sheet.hidden else ""}>'
            + "".join(
                _raw_cell(f"{column_letters(c)}{r}", value, codes)
                for c, value in enumerate(row)
                if value is not None
            )
            + "</row>"
            for r, row in enumerate(sheet.rows, start=1)
        )
        areas = "".join(
            f'<mergeCell ref="{Area(top + 1, left, bottom + 1, right).reference}"/>'
            for top, left, bottom, right in sheet.merged
        )
        merged = f"<mergeCells>{areas}</mergeCells>" if areas else ""
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>'
        )
        state = ("visible", "hidden", "veryHidden")[sheet.state]
        title = quoteattr(sheet.title)
        listed += f'<sheet name={title} sheetId="{n}" state="{state}" r:id="r{n}"/>'
        target = f'Target="worksheets/sheet{n}.xml"'
        related += f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" {target}/>'
        typed += (
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_TYPES}.worksheet+xml"/>'
        )
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(codes)
    )
    styles = "".join(f'<xf numFmtId="{n}"/>' for n in (0, *range(164, 164 + len(codes))))
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs>'
        "</styleSheet>"
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        f"<calcPr {calculation}/></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{typed}</Types>'
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{data}')
    return path


_ODF = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"
    for name, space in {
        **dict.fromkeys(("office", "style", "table", "text"), ""),
        "number": "datastyle",
    }.items()
    for space in [space or name]
}
_CODE = re.compile(r'0(?:\.(?P<places>0+))?(?P<thousands>,*)(?:"(?P<text>[^"]*)"|(?P<percent>%))?')


def _ods_style(name: str, code: str) -> str:
    shown = _CODE.fullmatch(code)
    assert shown is not None, code
    kind = "percentage" if shown["percent"] else "number"
    factor = 1000 ** len(shown["thousands"])
    return (
        f'<number:{kind}-style style:name="n{name}"><number:number number:min-integer-digits="1" '
        f'number:decimal-places="{len(shown["places"] or "")}" '
        f'number:display-factor="{factor}"/><number:text>{shown["text"] or shown["percent"] or ""}'
        f'</number:text></number:{kind}-style><style:style style:name="c{name}" '
        f'style:family="table-cell" style:data-style-name="n{name}"/>'
    )


def _ods_cell(value: Any, codes: list[str], span: str, covered: bool) -> str:
    said, text = span, ""
    if isinstance(value, Formula):
        value, said = value.value, f'{said} table:formula="of:=1+1"'
    if isinstance(value, Shown):
        if value.code not in codes:
            codes.append(value.code)
        said += f' table:style-name="c{codes.index(value.code)}"'
    if isinstance(value, str):
        said, text = f'{said} office:value-type="string"', f"<text:p>{escape(value)}</text:p>"
        if isinstance(value, Raised):
            mark = f'<text:span text:style-name="up">{value[-1]}</text:span>'
            text = f"<text:p>{value[:-1]}{mark}</text:p>"
    elif value is not None:
        kind = "percentage" if isinstance(value, Shown) and value.code[-1:] == "%" else "float"
        said += f' office:value-type="{kind}" office:value="{float(value)!r}"'
    tag = "table:covered-table-cell" if covered else "table:table-cell"
    return f"<{tag}{said}>{text}</{tag}>"


def write_ods(path: Path, sheets: Sequence[Sheet]) -> Path:
    """An .ods file of its content alone."""
    codes: list[str] = []
    tables = ""
    for sheet in sheets:
        spans = {
            (top, left): f' table:number-rows-spanned="{bottom - top + 1}"'
            f' table:number-columns-spanned="{right - left + 1}"'
            for top, left, bottom, right in sheet.merged
        }
        covered = {
            (r, c)
            for top, left, bottom, right in sheet.merged
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        } - {*spans}
        rows = ""
        for r, row in enumerate(sheet.rows):
            shown = "collapse" if r + 1 in sheet.hidden else "visible"
            cells = "".join(
                _ods_cell(value, codes, spans.get((r, c), ""), (r, c) in covered)
                for c, value in enumerate(row)
            )
            cells = cells or "<table:table-cell/>"
            rows += f'<table:table-row table:visibility="{shown}">{cells}</table:table-row>'
        tables += (
            f"<table:table table:name={quoteattr(sheet.title)} "
            f'table:style-name="t{min(sheet.state, 1)}">{rows}</table:table>'
        )
    styles = (
        '<style:style style:name="up" style:family="text"><style:text-properties '
        'style:text-position="super 58%"/></style:style>'
    )
    styles += "".join(_ods_style(str(n), code) for n, code in enumerate(codes))
    for state, shown in enumerate(("true", "false")):
        styles += (
            f'<style:style style:name="t{state}" style:family="table">'
            f'<style:table-properties table:display="{shown}"/></style:style>'
        )
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in _ODF.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return path


def write_xlsb(path: Path, sheets: Sequence[Sheet], calculation: int = 0) -> Path:
    """An .xlsb file; merged and hidden rows are those of the first sheet."""
    first = sheets[0]
    return make_xlsb(
        path,
        merged=[(top + 1, left, bottom + 1, right) for top, left, bottom, right in first.merged],
        hidden=first.hidden,
        states={sheet.title: sheet.state for sheet in sheets},
        calculation=calculation,
        **{sheet.title: sheet.rows for sheet in sheets},
    )


#: Writers of workbooks by the name of what they write.
WORKBOOKS: dict[str, Callable[..., Path]] = {
    "xlsx": write_openpyxl,
    "raw.xlsx": write_raw,
    "xlsb": write_xlsb,
    "xls": make_xls,
    "ods": write_ods,
}
FORMATS = ("csv", *WORKBOOKS, "parquet")


def write(path: Path, kind: str, rows: list[list[Any]], title: str = "Stacks") -> Path:
    """Write one sheet plainly, in any of the formats."""
    writers: dict[str, Callable[..., Path]] = {
        **WORKBOOKS,
        "csv": lambda path, sheets: write_csv(path, sheets, Text()),
        "parquet": write_parquet,
    }
    return writers[kind](path / f"in.{kind.rpartition('.')[2]}", [Sheet(title, rows)])
