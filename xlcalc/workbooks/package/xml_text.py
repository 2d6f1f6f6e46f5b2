"""Texts in XML; the standard library's functions for it import all that is needed for the web."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape


def content(text: str) -> str:
    """A text between two tags.

    Examples
    --------
    >>> content("a < 'b'")
    "a &lt; 'b'"
    """
    return escape(text, quote=False)


def attribute(text: str) -> str:
    """A text as the value of an attribute, in its quotation marks.

    Examples
    --------
    >>> attribute('a "<b>"')
    '"a &quot;&lt;b&gt;&quot;"'
    """
    return '"' + content(text).replace('"', "&quot;") + '"'


def printable(text: str, most: int = 32_767) -> str:
    """A text as a workbook can hold it: no control characters, and no longer than a cell takes."""
    clean = _UNPRINTABLE.sub("", text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def unique(headers: Sequence[str]) -> list[str]:
    """Headers of which no two are the same, as an Excel table needs them.

    Examples
    --------
    >>> unique(["Lot", "lot", ""])
    ['Lot', 'lot (2)', 'column']
    """
    taken: set[str] = set()
    result = []
    for header in headers:
        # A header of an Excel table has at most 255 characters and no line break of its own.
        text = free = " ".join(printable(header, 250).split()) or "column"
        count = 1
        while free.casefold() in taken:
            count += 1
            free = f"{text[:240]} ({count})"
        taken.add(free.casefold())
        result.append(free)
    return result
