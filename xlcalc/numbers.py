"""Cells as people fill them: numbers, blanks and names, and a cell's content in words."""

from __future__ import annotations

import datetime
import re
from math import inf, isfinite
from typing import Any

import numpy as np

from .quantity import Quantity
from .table import Merged, Uncalculated

#: Characters of a cell that a sentence shows.
_SHOWN = 60


def describe(value: Any) -> str:
    """A cell's content for an error sentence."""
    if isinstance(value, Uncalculated):
        return f"the formula {value.formula[:_SHOWN]}, which no program has calculated yet"
    if isinstance(value, Merged):
        return f"part of the merged cells {value.reference}"
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"the date or time {value}"
    if isinstance(value, str):
        return f"the text {value[:_SHOWN]!r}"
    return repr(value)[:_SHOWN]


_PLAIN_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that a person would see."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_number(value: Any, quantity: Quantity, *, typed: bool) -> float | str:
    """A cell as a number, or the sentence saying why it is none."""
    if isinstance(value, str) and not typed and _PLAIN_NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = inf
        return number if isfinite(number) else quantity.complaint(number)
    hint = ""
    if isinstance(value, str):
        plain = value.replace(",", ".")
        if _PLAIN_NUMBER.fullmatch(plain):
            hint = ", as a number and not as text" if typed else ", with a decimal point"
        elif quantity.fraction and _PLAIN_NUMBER.fullmatch(plain.rstrip().removesuffix("%")):
            hint = ", without %"
    return f"{quantity.label} is {describe(value)}; expected {quantity.expected}{hint}"


def as_text(value: Any) -> str:
    """A cell's content as a name."""
    if isinstance(value, Uncalculated):
        return value.formula
    if isinstance(value, Merged):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()
