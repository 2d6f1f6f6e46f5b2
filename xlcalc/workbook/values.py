"""The one patcher of cell values: a package's cells get new values, all else stays byte for byte.

Formulas, styles, and every part and every byte that is no value of a named cell are kept. What a
parser would read and write anew, it would also lose: charts, pictures, sparklines, macros.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import join, normpath
from typing import Any
from xml.sax.saxutils import escape

from defusedxml import ElementTree

from ..cells import CellError

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ID = re.compile(r"\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org)/.*relationships\}id")

_CELL = re.compile(
    rb"<(?P<prefix>(?:\w+:)?)c(?P<head>(?:\s[^>]*?)?)(?:/>|>(?P<body>.*?)</(?P=prefix)c\s*>)",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]+[0-9]+)["']""")
_TYPE = re.compile(rb"""\st=["'][^"']*["']""")


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Names of the parts that hold a package's sheets, by title.

    Parameters
    ----------
    parts : mapping of str to bytes
        The package's parts by name.

    Returns
    -------
    dict of str to str
        In the order of the tabs.
    """
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = book.find(f"{_MAIN}sheets")
    if sheets is None:
        sheets = book.find(f"{_STRICT}sheets")
    found = {}
    for sheet in sheets if sheets is not None else ():
        key = next(value for name, value in sheet.attrib.items() if _ID.fullmatch(name))
        target = relations[key]
        path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        found[sheet.attrib["name"]] = path
    return found


def with_values(sheet: bytes, values: Mapping[str, Any]) -> bytes:
    """A sheet's part in which some cells have other values.

    Parameters
    ----------
    sheet : bytes
        The part.
    values : mapping of str to value
        By reference such as ``B7``: float, str, bool, CellError, or None for no value.

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

    def replaced(cell: re.Match[bytes]) -> bytes:
        reference = _REFERENCE.search(cell["head"])
        if reference is None or reference[1] not in waiting:
            return cell[0]
        return _cell(cell, waiting[reference[1]])

    return _CELL.sub(replaced, sheet)


def _cell(cell: re.Match[bytes], value: Any) -> bytes:
    prefix, body = cell["prefix"], cell["body"] or b""
    old = rb"<" + prefix + rb"(v|is)(?:\s[^>]*)?(?:/>|>.*?</" + prefix + rb"\1\s*>)"
    rest = re.sub(old, b"", body, flags=re.DOTALL)
    head = _TYPE.sub(b"", cell["head"]).rstrip(b"/")
    kind, text = _as_xml(value)
    if kind:
        head += b' t="' + kind + b'"'
    new = b"" if text is None else _element(prefix, text)
    # The value follows the formula and stands before an extension.
    formula = re.match(
        rb"\s*<" + prefix + rb"f\b(?:[^>]*/>|.*?</" + prefix + rb"f\s*>)", rest, re.DOTALL
    )
    at = formula.end() if formula else 0
    return b"<" + prefix + b"c" + head + b">" + rest[:at] + new + rest[at:] + b"</" + prefix + b"c>"


def _element(prefix: bytes, text: str) -> bytes:
    keep = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
    return b"<" + prefix + b"v" + keep + b">" + escape(text).encode() + b"</" + prefix + b"v>"


def _as_xml(value: Any) -> tuple[bytes, str | None]:
    """A value's type and text; every number keeps all its digits."""
    if value is None:
        return b"", None
    if isinstance(value, bool):
        return b"b", "1" if value else "0"
    if isinstance(value, CellError):
        return b"e", str(value)
    if isinstance(value, str):
        return b"str", value
    text = repr(float(value))
    return b"", text.removesuffix(".0")
