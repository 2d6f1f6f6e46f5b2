"""Formulas as Excel shows them, and as a file holds them.

A formula is written over several lines, with one convention: words in lower case are parameters
and names of LET, words in upper case are functions and names of the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlcalc.workbooks.formula_text import LOOSE, quoted

#: Characters that Excel allows a name's formula.
LONGEST = 8192

#: Functions younger than the file format, which it marks.
_YOUNG = frozenset(
    {
        "DROP",
        "HSTACK",
        "ISOMITTED",
        "LAMBDA",
        "LET",
        "MAKEARRAY",
        "MAP",
        "TOCOL",
        "VSTACK",
        "XMATCH",
    }
)

_TOKEN = re.compile(
    r"""
    (?P<as_is>
        "(?:[^"]|"")*"                                        # a text
      | [A-Z]\w*\[(?:'.|[^]['] |\[(?:'.|[^]['])*\])*\]        # a reference to a table
      | \#[A-Z/0]+[!?]?                                       # an error value
      | \d+(?:\.\d+)?(?:E[+-]?\d+)?                           # a number
    )
    | (?P<word>[A-Za-z_]\w*)
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)


def in_file(formula: str) -> str:
    """A formula as a file holds it.

    Parameters
    ----------
    formula : str
        As Excel shows it, without "="; local names in lower case.

    Returns
    -------
    str
        With the marks of young functions and of local names, without spaces and line breaks.

    Examples
    --------
    >>> in_file('LET(half, 1/2, IF(half<1, "a half", #N/A))')
    '_xlfn.LET(_xlpm.half,1/2,IF(_xlpm.half<1,"a half",#N/A))'
    """

    def written(token: re.Match[str]) -> str:
        word = token["word"]
        if word is None:
            return token["as_is"] or ""
        if word == word.lower():
            return f"_xlpm.{word}"
        return f"_xlfn.{word}" if word in _YOUNG else word

    return _TOKEN.sub(written, formula)


def function(parameters: Iterable[str], body: str, optional: Iterable[str] = ()) -> str:
    """A LAMBDA as a file holds it; optional parameters come last.

    Examples
    --------
    >>> function(["volts"], "IF(ISOMITTED(ohms), 0, volts/ohms)", ["ohms"])
    '_xlfn.LAMBDA(_xlpm.volts,_xlop.ohms,IF(_xlfn.ISOMITTED(_xlpm.ohms),0,_xlpm.volts/_xlpm.ohms))'
    """
    declared = [f"_xlpm.{name}" for name in parameters] + [f"_xlop.{name}" for name in optional]
    text = f"_xlfn.LAMBDA({','.join((*declared, in_file(body)))})"
    assert len(text) <= LONGEST, f"{len(text)} characters"
    return text


def value(content: float | str | None) -> str:
    """A number or a text in a formula; None is an empty text."""
    if content is None or isinstance(content, str):
        return quoted(content or "")
    return repr(int(content) if content == int(content) else content).upper()


def row(contents: Iterable[float | str | None]) -> str:
    """Values side by side in a formula.

    Examples
    --------
    >>> row([0.5, "Si", None])
    '{0.5,"Si",""}'
    """
    return "{" + ",".join(map(value, contents)) + "}"


def column(contents: Iterable[float | str | None]) -> str:
    """Values below each other in a formula."""
    return "{" + ";".join(map(value, contents)) + "}"


def bare_words(words: Iterable[str]) -> str:
    """Words side by side as `bare` leaves them, for XMATCH, which does not look at case."""
    return row(word.translate({ord(sign): None for sign in LOOSE}) for word in words)
