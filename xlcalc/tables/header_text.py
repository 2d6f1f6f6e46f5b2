"""The text of a header: its label, the unit behind it, and marks that are none of it."""

from __future__ import annotations

import re

#: What may surround a header and is none of it: a mark of a footnote, the sign of a comment.
_MARKS = re.compile(
    r"(?<=[\w\])])\s*(?:[\u00b9\u00b2\u00b3\u2070-\u2079*†‡§]+|\^\S{1,3})(?=\s*(?:$|[\[(]))"
    r"|^\s*#\s*"
)

#: A share in percent at the end of a header, without brackets.
_BARE_PERCENT = re.compile(
    r"(?P<label>.*?)[\s_,]+"
    r"(?P<unit>(?:(?:wt|w|weight|mass|ma|m|gew|vol|v|volume)[.-]{0,2}\s?)?%)\s*",
    re.I,
)

#: Characters of a text that is looked at so closely; the time needed grows with the square.
LONGEST_HEADER = 200

_WORDS = re.compile(r"[^\W\d_]+|\d+")


def without_marks(header: str) -> str:
    """A header without marks of footnotes and the sign of a comment.

    Examples
    --------
    >>> without_marks("Porosity\u00b9 [%]*"), without_marks("# Design")
    ('Porosity [%]', 'Design')
    """
    return header if len(header) > LONGEST_HEADER else _MARKS.sub("", header)


def words_in(text: str) -> list[str]:
    """The words and numbers of a header, in lower case.

    Examples
    --------
    >>> words_in("Cathode_porosity 2")
    ['cathode', 'porosity', '2']
    """
    return _WORDS.findall(text.casefold())


def label_and_unit(header: str) -> tuple[str, str | None]:
    """The label of a header, and its unit where it gives one.

    Examples
    --------
    >>> label_and_unit("Cathode porosity %"), label_and_unit("N/P ratio")
    (('Cathode porosity', '%'), ('N/P ratio', None))
    >>> label_and_unit("Volume change %"), label_and_unit("CAM wt.%")
    (('Volume change', '%'), ('CAM', 'wt.%'))
    """
    if found := split_brackets(header):
        return found
    if len(header) > LONGEST_HEADER:
        return header, None
    if found_bare := _BARE_PERCENT.fullmatch(header):
        return found_bare["label"], found_bare["unit"]
    return (header.replace("%", ""), "%") if "%" in header else (header, None)


def split_brackets(header: str) -> tuple[str, str] | None:
    """The label of a header, and the unit between the brackets at its end; None without any.

    Examples
    --------
    >>> split_brackets("Separator thickness [mm] ")
    ('Separator thickness', 'mm')
    """
    text = header.rstrip()
    at = max(text.rfind("["), text.rfind("("))
    unit = text[at + 1 : -1]
    if at < 0 or text[-1] not in "])" or "]" in unit or ")" in unit:
        return None
    return text[:at].rstrip(), unit
