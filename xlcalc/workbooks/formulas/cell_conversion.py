"""What Excel makes of a cell where a number, a text or a truth value is meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR, CellError
from xlcalc.workbooks.formulas.excel_number_text import number_as_text

NUM = CellError("#NUM!")
DIV0 = CellError("#DIV/0!")


class NoValue(str):
    """Why a cell has no value: the engine, or one of our functions, cannot give it."""

    __slots__ = ()


class WrongError(Exception):
    """The result is an error value, which is the first argument."""


class UnsureError(Exception):
    """What Excel makes of it hangs on the computer's settings, or is not known here."""


_NUMERAL = re.compile(
    r"\s*(?P<open>\()?\s*(?P<sign>[-+]?)\s*\$?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d*)(?P<rest>\.\d*)?(?P<power>[eE][-+]?\d+)?"
    r"\s*(?P<percent>%?)\s*(?P<close>\))?\s*"
)
_TIME = re.compile(
    r"\s*(?P<hours>\d{1,4}):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2}(?:\.\d+)?))?"
    r"\s*(?P<half>[AaPp][Mm])?\s*"
)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
#: A text that some settings take for a number or a date.
_MAYBE_NUMBER = re.compile(
    rf"\s*(?:\d+\s*[-/. ]\s*(?:\d|{_MONTH}\b)|{_MONTH}\.? ?\d).*"
    r"|\s*[-+(]?\s*[€£¥]?\s*\d[\d.,'\s]*[€£¥%]?\s*\)?\s*",
    re.DOTALL | re.IGNORECASE,
)


def number_of_text(text: str) -> float:
    """The number that a text shows.

    Raises
    ------
    WrongError
        If it shows none.
    UnsureError
        If it may be a date.

    Examples
    --------
    >>> [number_of_text(each) for each in ("1,250.5", "23%", "(5)", "12:00", "2024-02-29")]
    [1250.5, 0.23, -5.0, 0.5, 45351.0]
    """
    found = _NUMERAL.fullmatch(text)
    if found and (found["digits"] or (found["rest"] or ".") != "."):
        if bool(found["open"]) != bool(found["close"]) or (found["open"] and found["sign"]):
            raise WrongError(VALUE_ERROR)
        digits = found["digits"].replace(",", "") + (found["rest"] or "") + (found["power"] or "")
        number = float(digits) / (100.0 if found["percent"] else 1.0)
        return -number if found["open"] or found["sign"] == "-" else number
    if time := _TIME.fullmatch(text):
        return _of_time(time)
    if day := _DAY.fullmatch(text):
        try:
            return float((date(*map(int, day.groups())) - date(1899, 12, 30)).days)
        except ValueError:
            raise WrongError(VALUE_ERROR) from None
    if _MAYBE_NUMBER.fullmatch(text):
        raise UnsureError
    raise WrongError(VALUE_ERROR)


def _of_time(time: re.Match[str]) -> float:
    hours, minutes = int(time["hours"]), int(time["minutes"])
    seconds = float(time["seconds"] or 0)
    if minutes > 59 or seconds >= 60:
        raise WrongError(VALUE_ERROR)
    if time["half"]:
        if not 1 <= hours <= 12:
            raise WrongError(VALUE_ERROR)
        hours = hours % 12 + (12 if time["half"].lower() == "pm" else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86400


def needs_reading(text: str) -> bool:
    """Whether a text may be a number to Excel, and is none to the engine.

    Examples
    --------
    >>> [needs_reading(each) for each in ("23%", "1,000", "12:30", "5", "NMC811", "4 Ah")]
    [True, True, True, False, False, False]
    """
    try:
        float(text)
    except ValueError:
        try:
            number_of_text(text)
        except WrongError:
            return False
        except UnsureError:
            return True
        return True
    return False


def as_number(value: Any) -> float:
    """A cell as a number: a blank is 0, a truth value 0 or 1."""
    if value is None:
        return 0.0
    return number_of_text(value) if isinstance(value, str) else float(value)


def as_whole(value: Any) -> int:
    """A cell as a whole number, what follows the point cut off."""
    return int(as_number(value))


def cell_text(value: Any) -> str:
    """A cell as a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else number_as_text(float(value))


def as_truth(value: Any) -> bool:
    """A cell as a truth value; of texts only TRUE and FALSE are some."""
    if isinstance(value, str):
        word = value.upper()
        if word not in ("TRUE", "FALSE"):
            raise WrongError(VALUE_ERROR)
        return word == "TRUE"
    return bool(value)


def text_order(text: str) -> tuple[str, str]:
    """What texts are sorted by: letters, then their accents; capitals are no others.

    Examples
    --------
    >>> text_order("Äb") < text_order("b"), text_order("a") < text_order("Ä")
    (True, True)
    """
    small = text.lower() if text.isascii() else text.casefold()
    parts = unicodedata.normalize("NFKD", small)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)), small


def kind_order(value: Any) -> int:
    """Where numbers, texts and truth values stand when they are sorted together."""
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def wildcard_pattern(text: str) -> str:
    """A text with * and ? as a regular expression; ~ takes their meaning away."""
    pattern = ""
    for tilde, sign in re.findall(r"(~)?(.)", text, re.DOTALL):
        wild = {"*": ".*?", "?": "."}.get(sign)
        pattern += wild if wild and not tilde else re.escape(sign)
    return pattern


def is_same(one: Any, two: Any) -> bool:
    """Whether two values are the same, kind included."""
    return type(one) is type(two) and bool(one == two)
