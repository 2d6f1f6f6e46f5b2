"""Texts in XML; the standard library's functions for it import all that is needed for the web."""

from __future__ import annotations

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
