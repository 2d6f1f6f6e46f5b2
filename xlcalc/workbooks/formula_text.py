"""Pieces of spreadsheet formulas as text: strings quoted, names compared loosely."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Formula for a text as MATCH and COUNTIF must be given it: * and ? mean themselves."""
    for sign in "~*?":
        text = f'SUBSTITUTE({text},"{sign}","~{sign}")'
    return text


def bare(text: str) -> str:
    """Formula for a name without what two spellings of it may differ in."""
    return without(text, LOOSE)


def without(text: str, signs: str) -> str:
    """Formula for a text without some signs."""
    for sign in signs:
        text = f'SUBSTITUTE({text},"{sign}","")'
    return text


def is_one_of(value: str, words: str) -> str:
    """Formula for whether a value is one of a list of words."""
    return f"ISNUMBER(MATCH({literal(value)},{words},0))"


#: What two spellings of a name may differ in, besides case.
LOOSE = " -_"
