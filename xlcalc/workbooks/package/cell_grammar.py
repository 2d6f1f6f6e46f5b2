"""How a cell looks in a sheet's part: its start tag, type, style, formula and value.

Two grammars. The usual form is the one in which nearly all programs write nearly all cells: no
prefix, double quotation marks, no comments; expressions of it are texts, to be joined to longer
ones, and every byte must fit. The others find their element in any form that XML allows.
"""

from __future__ import annotations

import re
from functools import cache

from xlcalc.tables.addresses import letters, position

# The usual form.

#: Attributes, each after a space.
ATTRIBUTES = r'(?: [\w:]+="[^"<>&]*")*'
#: Letters of a column, and number of a row.
COLUMN, ROW = "[A-Z]{1,3}", "[0-9]{1,7}"
#: A formula.
FORMULA_PATTERN = rf"<f{ATTRIBUTES} ?(?:/>|>[^<]*</f>)"


def row_start(number: str, rest: str) -> str:
    """Start of a row's tag, given expressions of its number and of its other attributes."""
    return rf'<row r="{number}"{rest} ?'


def cell_start(reference: str) -> str:
    """Start of a cell's tag, given an expression of where it is."""
    return rf'<c r="{reference}"'


def value_element(text: str) -> str:
    """A value, given an expression of its text."""
    return f"<v>{text}</v>"


def inline_text(text: str) -> str:
    """A text that stands in its cell, given an expression of it."""
    return rf'<is><t(?: xml:space="preserve")?>{text}</t></is>'


_A_VALUE = rf"(?:{value_element('(?P<value>[^<]*)')}|<v ?/>)?"

#: The start of a row.
USUAL_ROW = re.compile(row_start(f"(?P<number>{ROW})", f"(?P<rest>{ATTRIBUTES})") + "(?P<end>/?)>")
#: A cell.
USUAL_CELL = re.compile(
    cell_start(f"(?P<letters>{COLUMN})(?P<row>{ROW})")
    + rf"(?P<rest>{ATTRIBUTES}) ?(?:/>|>"
    + rf"(?:<f(?P<about>{ATTRIBUTES}) ?(?:/>|>(?P<formula>[^<]*)</f>))?"
    + f"{_A_VALUE}(?:{inline_text('(?P<text>[^<]*)')})?</c>)"
)
#: A cell with no more than a style, a type, a formula and a value; half the time of a search for
#: any cell goes into telling cells apart.
SIMPLE_CELL = re.compile(
    (
        f"(?P<head>{cell_start(f'(?P<reference>{COLUMN}{ROW})')}"
        + r'(?: s="[0-9]+")?)(?: t="(?P<type>[a-zA-Z]+)")?>'
        + f"(?P<formula><f>(?P<text>[^<]*)</f>)?{_A_VALUE}</c>"
    ).encode()
)

_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a start tag, as written."""
    return dict(_ATTRIBUTE.findall(tag))


def type_and_style(tag: str) -> tuple[str, int]:
    """Type of a cell and number of its style, from its start tag."""
    said = attributes_of(tag)
    return said.get("t", "n"), int(said.get("s", 0))


# Any form that XML allows.


def _attribute(name: str, value: str) -> re.Pattern[bytes]:
    return re.compile(rf"""\s{name}=["']({value})["']""".encode())


#: A cell.
CELL = re.compile(
    rb"<(?P<prefix>(?:\w+:)?)c(?P<head>(?:\s[^>]*?)?)(?:/>|>(?P<body>.*?)</(?P=prefix)c\s*>)",
    re.DOTALL,
)
#: Where a cell begins.
CELL_START = re.compile(rb"<(?:\w+:)?c[\s/>]")
#: Where one begins that says where it is; several times faster to find than whole cells.
CELL_WITH_REFERENCE = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)??r=["']([A-Z]+[0-9]+)["']""")
#: The attributes of one with a formula.
CELL_WITH_FORMULA = re.compile(rb"<(?:\w+:)?c(\s[^>]*)>\s*<(?:\w+:)?f[\s>/]")

#: In a start tag: where the cell is, its type, and that its array is dynamic.
REFERENCE = _attribute("r", "[A-Z]+[0-9]+")
TYPE = _attribute("t", r"\w+")
CELL_METADATA = re.compile(rb"""\scm=["'][1-9]""")
#: All it says of the value: the type, and what a program knows besides, such as a picture.
ABOUT_VALUE = re.compile(rb"""\s(?:t|vm)=["'][^"']*["']""")

#: In a cell: a formula with its attributes and text, the text of a value, a text in the cell.
FORMULA_ELEMENT = re.compile(rb"<(?:\w+:)?f\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?f\s*>)", re.DOTALL)
VALUE_ELEMENT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v\s*>", re.DOTALL)
TEXT_ELEMENT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t\s*>", re.DOTALL)
#: What tells how to pronounce a text, and is none of it.
PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
#: The area of a formula whose results go beyond its cell.
AREA = re.compile(
    rb"""<(?:\w+:)?f\b(?=[^>]*\st=["'](?:array|dataTable)["'])[^>]*\sref=["']([A-Z0-9:]+)["']"""
)


@cache
def value_with(prefix: bytes) -> re.Pattern[bytes]:
    """A value, or a text in the cell, whose elements have a prefix."""
    return re.compile(rb"<%b(v|is)(?:\s[^>]*)?(?:/>|>.*?</%b\1\s*>)" % (prefix, prefix), re.DOTALL)


@cache
def formula_with(prefix: bytes) -> re.Pattern[bytes]:
    """A formula, with the spaces before it, whose element has a prefix."""
    return re.compile(rb"\s*<%bf\b(?:[^>]*/>|.*?</%bf\s*>)" % (prefix, prefix), re.DOTALL)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text with characters that XML cannot hold, which cells write as ``_x000B_``.

    Examples
    --------
    >>> unescaped("a_x0041_")
    'aA'
    >>> unescaped("_xD83D__xDE00_") == "\N{GRINNING FACE}"
    True
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        # Two halves make one character; a half alone is none.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(?:(?P<row>row)|c)(?P<head>(?:\s[^>]*?)?)/?>")
_UNUSUAL_CELL = re.compile(rb"<(?:c[/>\t\r\n]|\w+:c[\s/>])")
_ROW_NUMBER = _attribute("r", "[0-9]+")


def implied_references(sheet: bytes) -> dict[int, bytes]:
    """Where cells are that do not say so, by the place of their start tag in a sheet's part.

    Such a cell follows the one before it, as a row without number does.

    Examples
    --------
    >>> implied_references(b'<row r="3"><c><v>1</v></c><c r="D3"/><c/></row>')
    {11: b'A3', 37: b'E3'}
    """
    # Most programs write all cells alike, which is seen much faster.
    usual = sheet.count(b"<c ") == sheet.count(b'<c r="') and not _UNUSUAL_CELL.search(sheet)
    if usual or len(CELL_START.findall(sheet)) == len(CELL_WITH_REFERENCE.findall(sheet)):
        return {}
    found: dict[int, bytes] = {}
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(sheet):
        if tag["row"]:
            number = _ROW_NUMBER.search(tag["head"])
            row, column = int(number[1]) if number else row + 1, 0
            continue
        said = REFERENCE.search(tag["head"])
        column = position(said[1])[1] if said else column + 1
        if said is None:
            found[tag.start()] = f"{letters(column)}{row}".encode()
    return found
