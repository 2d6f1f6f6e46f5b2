"""The XML of openpyxl in one form, whichever library wrote it.

openpyxl writes with lxml where that is installed, and with Python's own library otherwise: the same
elements and attributes, but namespaces are declared elsewhere and empty elements end otherwise. It
decides when it is imported, for all of a process, which a user's program may have done before us.
So what lxml wrote is written once more, as Python's library would have written it; openpyxl stays
as the user has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from openpyxl import LXML

# A sheet is written piece by piece, and these are opened before it is known what is in them.
_NEVER_EMPTY = frozenset({"worksheet", "sheetData", "row"})
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})


def in_one_form(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Parts of a package that openpyxl wrote: the same bytes with lxml as without it.

    Parameters
    ----------
    parts : mapping
        Parts as openpyxl wrote them, by name.
    """
    if not LXML:
        return dict(parts)
    return {
        # The theme is a text of openpyxl's own, and pictures are no XML.
        name: rewritten(data, by_pieces=name.startswith("xl/worksheets/sheet"))
        if name.endswith((".xml", ".rels")) and not name.startswith("xl/theme/")
        else data
        for name, data in parts.items()
    }


def rewritten(document: bytes, *, by_pieces: bool) -> bytes:
    """An XML document as ``xml.etree.ElementTree`` writes it.

    Parameters
    ----------
    document : bytes
        As lxml wrote it.
    by_pieces : bool
        Whether namespaces are declared where they are needed; at the root otherwise.
    """
    written: list[str] = []
    namespaces: dict[str, str] = {}
    # A start tag stays open until what follows tells whether the element is empty.
    is_open = False

    def start(name: str, attributes: list[str]) -> None:
        nonlocal is_open
        if is_open:
            written.append(">")
        written.append(f"<{name}")
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            quoted = f'="{value.translate(_ATTRIBUTE)}"'
            at_root = key.startswith("xmlns:") and not by_pieces
            # Another meaning of the same prefix stays where it is.
            if not at_root or namespaces.setdefault(key, quoted) != quoted:
                written.append(f" {key}{quoted}")
        is_open = True

    def end(name: str) -> None:
        nonlocal is_open
        if is_open and name not in _NEVER_EMPTY:
            written.append(" />")
        else:
            written.append(f"></{name}>" if is_open else f"</{name}>")
        is_open = False

    def text(content: str) -> None:
        nonlocal is_open
        written.append(f">{content.translate(_TEXT)}" if is_open else content.translate(_TEXT))
        is_open = False

    parser = expat.ParserCreate()
    parser.buffer_text = parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(document, True)
    written[1:1] = [f" {name}{uri}" for name, uri in sorted(namespaces.items())]
    # lxml and Python's library write the same declaration, or none.
    root = document.index(b"<", 1) if document.startswith(b"<?") else 0
    return document[:root] + "".join(written).encode()
