"""The one patcher of cell values: a package's cells get new values, all else stays byte for byte.

Formulas, styles, and every part and every byte that is no value of a named cell are kept. What a
parser would read and write anew, it would also lose: charts, pictures, sparklines, macros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from xlcalc.tables.addresses import position
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.package.cell_grammar import (
    ABOUT_VALUE,
    CELL,
    CELL_WITH_REFERENCE,
    REFERENCE,
    SIMPLE_CELL,
    formula_with,
    implied_references,
    value_with,
)

_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")


class Typed(str):
    """A text that stands in a cell as if somebody had typed it; any other is that of a formula."""

    __slots__ = ()


def with_values(sheet: bytes, values: Mapping[str, Any]) -> bytes:
    """A sheet's part in which some cells have other values.

    Parameters
    ----------
    sheet : bytes
        The part.
    values : mapping of str to value
        By reference such as ``B7``: float, str, Typed, bool, CellError, or None for no value.

    Returns
    -------
    bytes
        The part; bytes outside the values of those cells are the same. Cells that it does not hold
        stay absent.

    Examples
    --------
    >>> with_values(b'<row><c r="A1" s="2"><f>1+1</f><v></v></c></row>', {"A1": 2.0})
    b'<row><c r="A1" s="2"><f>1+1</f><v>2</v></c></row>'
    """
    waiting = {reference.encode(): value for reference, value in values.items()}
    implied = implied_references(sheet)

    def replaced(cell: re.Match[bytes]) -> bytes:
        simple = SIMPLE_CELL.fullmatch(cell[0])
        if simple:
            reference = simple["reference"]
            return _simple(simple, waiting[reference]) if reference in waiting else cell[0]
        found = REFERENCE.search(cell["head"])
        reference = found[1] if found else implied.get(cell.start(), b"")
        return _cell(cell, waiting[reference]) if reference in waiting else cell[0]

    return CELL.sub(replaced, sheet)


def _simple(cell: re.Match[bytes], value: Any) -> bytes:
    if type(value) is float:
        # Most are numbers, and what takes longest is to write them.
        number = _digits(value).encode()
        return b"%b>%b<v>%b</v></c>" % (cell["head"], cell["formula"] or b"", number)
    kind, text = _as_xml(value)
    head = cell["head"] + (b' t="' + kind + b'"' if kind else b"")
    new = b"" if text is None else _element(b"", kind, text)
    return head + b">" + (cell["formula"] or b"") + new + b"</c>"


def with_cells(sheet: bytes, references: Iterable[str]) -> bytes:
    """A sheet's part in which some cells are there, blank if they were not.

    A new cell looks as its row or its column does, as one does in which somebody types.

    Parameters
    ----------
    sheet : bytes
        The part.
    references : iterable of str
        Such as ``B7``.

    Returns
    -------
    bytes
        The part; what it held is the same.

    Examples
    --------
    >>> with_cells(b'<sheetData><row r="2"><c r="B2"/></row></sheetData>', ["A2", "C1"])
    b'<sheetData><row r="1"><c r="C1"/></row><row r="2"><c r="A2"/><c r="B2"/></row></sheetData>'
    """
    missing: dict[int, list[tuple[int, bytes]]] = {}
    for name in {reference.encode() for reference in references}.difference(
        [*CELL_WITH_REFERENCE.findall(sheet), *implied_references(sheet).values()]
    ):
        at, column = position(name)
        missing.setdefault(at, []).append((column, name))
    if not missing:
        return sheet
    prefix = re.search(rb"<((?:\w+:)?)sheetData\b", sheet)
    tag = prefix[1] if prefix else b""
    styles = _column_styles(sheet, tag)
    # An empty sheet may hold its data in one sign.
    sheet = re.sub(rb"<(%bsheetData)\s*/>" % tag, rb"<\1></\1>", sheet)
    pieces, end = [], 0
    rows = sorted(missing, reverse=True)
    number = 0
    for row in re.finditer(rb"<%brow\b([^>]*?)(?:/>|>(.*?)</%brow\s*>)" % (tag, tag), sheet, re.S):
        pieces.append(sheet[end : row.start()])
        end = row.end()
        said = _NUMBER.search(row[1])
        number = int(said[1]) if said else number + 1
        while rows and rows[-1] < number:
            pieces.append(_row(tag, rows[-1], b"", missing[rows.pop()], styles))
        new = missing[rows.pop()] if rows and rows[-1] == number else None
        pieces.append(_row(tag, number, row[2] or b"", new, styles, row[1]) if new else row[0])
    last = sheet.index(b"</" + tag + b"sheetData", end)
    pieces.append(sheet[end:last])
    pieces += [_row(tag, n, b"", missing[n], styles) for n in reversed(rows)]
    return b"".join([*pieces, sheet[last:]])


_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_FIRST = re.compile(rb"""\smin=["'](\d+)["']""")
_LAST = re.compile(rb"""\smax=["'](\d+)["']""")
_COLUMN_STYLE = re.compile(rb"""\sstyle=["'](\d+)["']""")
_ROW_STYLE = re.compile(rb"""\ss=["'](\d+)["']""")
_HAS_STYLE = re.compile(rb"""\scustomFormat=["'](?:1|true)["']""")
_SPANS = re.compile(rb"""(\sspans=["'])(\d+):(\d+)(?=["'])""")

#: First and last column of a run of columns, and the style of cells that are not there.
_Styles = list[tuple[int, int, bytes]]


def _column_styles(sheet: bytes, tag: bytes) -> _Styles:
    found = []
    for column in _COLUMN.findall(sheet, 0, sheet.index(b"<" + tag + b"sheetData")):
        first, last, style = (one.search(column) for one in (_FIRST, _LAST, _COLUMN_STYLE))
        if first and last and style:
            found.append((int(first[1]), int(last[1]), style[1]))
    return found


def _row(
    tag: bytes,
    number: int,
    cells: bytes,
    new: list[tuple[int, bytes]],
    styles: _Styles,
    head: bytes | None = None,
) -> bytes:
    """A row with new cells in their places."""
    own = _ROW_STYLE.search(head) if head and _HAS_STYLE.search(head) else None

    def style(column: int) -> bytes:
        of_column = next((style for a, b, style in styles if a <= column <= b), b"")
        name = own[1] if own else of_column
        return b' s="%b"' % name if name else b""

    made = [(column, b'<%bc r="%b"%b/>' % (tag, name, style(column))) for column, name in new]
    old = [(position(cell[1])[1], cell.start()) for cell in CELL_WITH_REFERENCE.finditer(cells)]
    pieces, end = [], 0
    for column, cell in sorted(made):
        at = next((at for other, at in old if other > column), len(cells))
        pieces += [cells[end:at], cell]
        end = at
    body = b"".join([*pieces, cells[end:]])
    start = b' r="%d"' % number if head is None else _SPANS.sub(_widened(new), head)
    return b"<%brow%b>%b</%brow>" % (tag, start, body, tag)


def _widened(new: list[tuple[int, bytes]]) -> Callable[[re.Match[bytes]], bytes]:
    """The columns that a row says it spans, with new ones."""
    columns = [column for column, _ in new]

    def widened(spans: re.Match[bytes]) -> bytes:
        first, last = min(int(spans[2]), *columns), max(int(spans[3]), *columns)
        return b"%b%d:%d" % (spans[1], first, last)

    return widened


def _cell(cell: re.Match[bytes], value: Any) -> bytes:
    prefix, body = cell["prefix"], cell["body"] or b""
    rest = value_with(prefix).sub(b"", body)
    head = ABOUT_VALUE.sub(b"", cell["head"]).rstrip(b"/")
    kind, text = _as_xml(value)
    if kind:
        head += b' t="' + kind + b'"'
    new = b"" if text is None else _element(prefix, kind, text)
    # The value follows the formula and stands before an extension.
    formula = formula_with(prefix).match(rest)
    at = formula.end() if formula else 0
    return b"<" + prefix + b"c" + head + b">" + rest[:at] + new + rest[at:] + b"</" + prefix + b"c>"


def _element(prefix: bytes, kind: bytes, text: str) -> bytes:
    text = _UNWRITABLE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)
    keep = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
    words = keep + b">" + escape(text, quote=False).encode()
    if kind == _TYPED:
        return b"<%bis><%bt%b</%bt></%bis>" % (prefix, prefix, words, prefix, prefix)
    return b"<" + prefix + b"v" + words + b"</" + prefix + b"v>"


_TYPED = b"inlineStr"


#: Signs that XML cannot hold or keep, and texts that look like one of them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _as_xml(value: Any) -> tuple[bytes, str | None]:
    """A value's type and text; every number keeps all its digits."""
    if value is None:
        return b"", None
    if isinstance(value, bool):
        return b"b", "1" if value else "0"
    if isinstance(value, CellError):
        return b"e", str(value)
    if isinstance(value, str):
        return _TYPED if isinstance(value, Typed) else b"str", value
    return b"", _digits(float(value))


def _digits(value: float) -> str:
    return repr(value).removesuffix(".0")
