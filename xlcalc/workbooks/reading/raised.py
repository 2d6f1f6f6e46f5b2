"""Raised and lowered parts of a text, as Unicode writes them: a raised 1 behind 25 is not 251."""

from __future__ import annotations

from collections.abc import Iterable

SUPERSCRIPT, SUBSCRIPT = "superscript", "subscript"

_PLAIN = "0123456789+-()="
_FORMS = {
    SUPERSCRIPT: str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾⁼"),
    SUBSCRIPT: str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₍₎₌"),
}
#: What stands before other characters, such as letters of footnotes.
_SIGNS = {SUPERSCRIPT: "^", SUBSCRIPT: "_"}


def placed(text: str, position: str) -> str:
    """A part of a text, raised or lowered.

    Parameters
    ----------
    text : str
        Its characters.
    position : str
        superscript, subscript, or anything else for a part that is neither.

    Examples
    --------
    >>> "mAh/cm" + placed("2", "superscript"), "25" + placed("a", "superscript")
    ('mAh/cm²', '25^a')
    """
    if position not in _FORMS or not text.strip():
        return text
    if all(character in _PLAIN for character in text):
        return text.translate(_FORMS[position])
    return f"{_SIGNS[position]}{text}"


def in_runs(text: str, runs: Iterable[tuple[int, str]]) -> str:
    """A text of several parts.

    Parameters
    ----------
    text : str
        The whole text.
    runs : iterable of tuple of int and str
        Where each part begins, and its position; what stands before the first is neither raised
        nor lowered.
    """
    starts = [(0, ""), *runs]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return "".join(
        placed(text[start:end], position)
        for (start, position), end in zip(starts, ends, strict=True)
    )
