"""Cells as people fill them: numbers, blanks and names, and a cell's content in words."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import inf, isfinite
from typing import Any, NamedTuple

import numpy as np

from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import converted, is_unit
from xlcalc.problems import Problem
from xlcalc.tables.cell_values import Formatted, Merged, Percent, Uncalculated

#: Characters of a cell that a sentence shows.
_SHOWN = 60


def describe(value: Any) -> str:
    """A cell's content for an error sentence."""
    if isinstance(value, Uncalculated):
        return f"the formula {value.formula[:_SHOWN]}, which no program has calculated yet"
    if isinstance(value, Merged):
        return f"part of the merged cells {value.reference}"
    if isinstance(value, Formatted):
        return f"{value.plain} (shown as {value.shown[:_SHOWN]!r})"
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"the date or time {value}"
    if isinstance(value, str):
        return f"the text {value[:_SHOWN]!r}"
    return repr(value)[:_SHOWN]


_PLAIN_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")

#: Spaces and apostrophes that stand between thousands.
_BETWEEN = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | {"\u2019": "'"})
#: Full-width signs as some keyboards write them, and the minus of typesetters.
_WIDE = str.maketrans({n + 0xFEE0: n for n in range(0x21, 0x7F)} | {0x2212: "-"})
_INVISIBLE = " \t\r\n\u200b\u2060\ufeff"

_WRITTEN = re.compile(
    r"(?P<sign>[+-]?)(?P<body>[0-9.,][0-9.,' ]*?)(?P<power>[eE][+-]?[0-9]{1,4})?"
    r" *(?P<unit>%|[^\W\d_].*)?"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[ '.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*")

#: Words for a value that is not there. A blank takes a default in silence, so they are no blanks.
_MISSING = frozenset({"-", "--", "–", "—", "?", "n/a", "na", "n.a.", "#n/a", "nan", "null", "none"})
_MISSING |= {"nil", "tbd", "tba", "tbc"}

_MARKS = {".": "point", ",": "comma"}
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True)
class Read:
    """A number, and how its cell was read where it is no plain one."""

    number: float
    how: str = ""


class _Candidate(NamedTuple):
    """A number that some digits may mean, and the marks that are then in it."""

    digits: str
    decimal: str
    thousands: str

    def fits(self, marks: str) -> bool:
        """Whether the marks of a file, where they are known, allow it."""
        if len(marks) != 1:
            return True
        return self.decimal in ("", marks) and self.thousands != marks


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that a person would see."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_void(value: Any) -> bool:
    """Whether a cell holds nothing of its own."""
    return is_blank(value) or isinstance(value, Merged)


def _candidates(body: str) -> list[_Candidate]:
    """The numbers that digits and marks may mean."""
    found = []
    for mark in ("", *_MARKS):
        if mark and body.count(mark) != 1:
            continue
        whole, _, part = body.partition(mark) if mark else (body, "", "")
        # "5." is a plain number, and "5," is a slip.
        if not (part.isdecimal() or (not part and (not mark or (mark == "." and whole)))):
            continue
        if whole.isdecimal() or (part and not whole):
            found.append(_Candidate(f"{whole}.{part}" if mark else whole, mark, ""))
        elif (grouped := _GROUPED.fullmatch(whole)) and grouped["mark"] != mark:
            digits = whole.replace(grouped["mark"], "")
            found.append(_Candidate(f"{digits}.{part}" if mark else digits, mark, grouped["mark"]))
    return found


def marks_of(texts: Iterable[str]) -> str:
    """The marks that texts of numbers show before decimals, of those that can be read in one way.

    Examples
    --------
    >>> marks_of(["1,5", "1.234"]), marks_of(["1.5", "2,5"]), marks_of(["1", "NMC811"])
    (',', '.,', '')
    """
    shown: set[str] = set()
    doubtful = False
    for text in {*texts}:
        if "," not in text and ("." not in text or "." in shown):
            continue
        written = _WRITTEN.fullmatch(_cleaned(text))
        candidates = _candidates(written["body"]) if written else []
        if len(candidates) > 1:
            doubtful = doubtful or "," in text
        elif candidates and (candidates[0].decimal or candidates[0].thousands in _MARKS):
            shown.add(candidates[0].decimal or _OTHER[candidates[0].thousands])
    if len(shown) == 1:
        return shown.pop()
    return ".," if shown or doubtful else ""


def _cleaned(text: str) -> str:
    text = text.translate(_BETWEEN).translate(_WIDE).strip(_INVISIBLE)
    # What marks a text in a cell may have come along.
    return text.removeprefix("'").lstrip(" ")


def read_number(
    value: Any,
    quantity: Quantity,
    *,
    typed: bool,
    marks: str | None = ".,",
    factor: Decimal | None = None,
    unit_given: bool = False,
) -> Read | Problem:
    """A cell as a number, or why it is none.

    Parameters
    ----------
    value : object
        The cell; not a blank one.
    quantity : Quantity
        What it should hold.
    typed : bool
        Whether numbers come as numbers.
    marks : str, optional
        What may stand before decimals, as in `Table`.
    factor : Decimal, optional
        What a number without unit is multiplied by, for its column has another unit.
    unit_given : bool
        Whether its column's header says in which unit numbers are.

    Returns
    -------
    Read or Problem
        A number that is not the plain content of its cell says how it was read.

    Examples
    --------
    >>> from xlcalc.physics.quantities import DESIGN
    >>> read_number("0,02 mm", DESIGN["separator_thickness_um"], typed=False)
    Read(number=20.0, how='a decimal comma, in mm')
    >>> read_number("1,234", DESIGN["separator_thickness_um"], typed=False).text
    "Separator thickness is the text '1,234', which may mean 1234 or 1.234"
    """
    if isinstance(value, str):
        plain = _PLAIN_NUMBER.fullmatch(value)
        if plain and not typed and marks in (None, "", "."):
            number = float(value.strip()) if factor is None else converted(value.strip(), factor)
            return _finite(number, quantity)
        if marks is None:
            also = ", as a number and not as text" if plain else ""
            return unreadable(value, quantity, also=also)
        return _read_text(value, quantity, typed=typed, marks=marks, factor=factor)
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return unreadable(value, quantity)
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        return quantity.out_of_range(number)
    if isinstance(value, Formatted) and marks is not None:
        return _read_formatted(value, quantity, factor=factor, unit_given=unit_given)
    if isinstance(value, Percent):
        if quantity.unit:
            return unreadable(f"{number * 100:g} %", quantity)
    elif factor is not None:
        number = converted(number, factor)
    return _finite(number, quantity)


def _finite(number: float, quantity: Quantity, how: str = "") -> Read | Problem:
    return Read(number, how) if isfinite(number) else quantity.out_of_range(number)


def _read_formatted(
    value: Formatted, quantity: Quantity, *, factor: Decimal | None, unit_given: bool
) -> Read | Problem:
    """A number that its cell shows in a unit or in thousands: as shown, if that is in no doubt."""
    stored = Decimal(repr(float(value)))
    as_stored = stored * (factor or 1)
    own = quantity.factor(value.unit) if value.unit else None
    if own is None and value.unit and (quantity.unit or is_unit(value.unit)):
        known = " or ".join(quantity.units)
        return unreadable(value, quantity, also=f", shown in {known}" if known else "")
    as_shown = stored / value.divisor * (own or factor or 1)
    if as_shown == as_stored:
        return _finite(float(as_stored), quantity)
    if unit_given or value.thousands:
        ways = f"{as_stored.normalize():f} or {as_shown.normalize():f} {quantity.unit}".rstrip()
        also = ", in the unit of its column and with a plain number format"
        return unreadable(value, quantity, f", which may mean {ways}", also)
    return _finite(float(as_shown), quantity, f"in {value.unit}, as its number format shows")


def _read_text(
    value: str, quantity: Quantity, *, typed: bool, marks: str, factor: Decimal | None
) -> Read | Problem:
    text = _cleaned(value)
    written = _WRITTEN.fullmatch(text)
    candidates = _candidates(written["body"]) if written else []
    if written is None or not candidates:
        return unreadable(value, quantity, also=_also(text, quantity))
    fitting = _fitting(candidates, marks)
    if not fitting:
        return unreadable(value, quantity, f", where others have a decimal {_MARKS[marks]}")
    if len(fitting) > 1:
        ways = " or ".join(candidate.digits for candidate in fitting)
        why, also = f", which may mean {ways}", ", without marks in thousands"
        if not typed:
            also += " (xlcalc batch and check take --decimal comma or point)"
        return unreadable(value, quantity, why, also)
    (number,) = fitting
    unit = written["unit"] or ""
    if unit:
        factor = quantity.factor(unit)
        if factor is None:
            known = ", ".join(quantity.units)
            also = f", without unit or in {known}" if known else ", without unit"
            return unreadable(value, quantity, also=also)
    how = _explanation(value, number, unit, typed=typed, marks=marks)
    digits = f"{written['sign']}{number.digits}{written['power'] or ''}"
    return _finite(float(digits) if factor is None else converted(digits, factor), quantity, how)


def _fitting(candidates: list[_Candidate], marks: str) -> list[_Candidate]:
    """Those numbers that the marks of a file allow."""
    fitting = [candidate for candidate in candidates if candidate.fits(marks)]
    if marks == "" and len(fitting) > 1:
        # A text that has shown no mark writes numbers as programs do.
        return [candidate for candidate in fitting if candidate.decimal == "."] or fitting
    return fitting


def _explanation(value: str, number: _Candidate, unit: str, *, typed: bool, marks: str) -> str:
    """How a text is read, or nothing where it is a plain number."""
    how = []
    if number.decimal == "," and (typed or marks != ","):
        how.append("a decimal comma")
    if number.thousands:
        how.append("marks between thousands")
    if unit:
        how.append(f"in {unit}")
    if how:
        return ", ".join(how)
    if typed:
        return "a number typed as text"
    plain = number.decimal == "," or _PLAIN_NUMBER.fullmatch(value)
    return "" if plain else "other signs than plain digits"


def _also(text: str, quantity: Quantity) -> str:
    if text.casefold() in _MISSING:
        default = f" for {quantity.default_text}" if quantity.default_text else ""
        return f", or a blank{default}"
    if _PLAIN_NUMBER.fullmatch(text.replace("_", "")):
        return ", without _"
    return ""


def unreadable(value: Any, quantity: Quantity, why: str = "", also: str = "") -> Problem:
    """What is wrong with a cell that cannot be read as a quantity.

    Parameters
    ----------
    value : object
        The cell.
    quantity : Quantity
        What it should hold.
    why : str
        What is wrong with it, where that is not to be seen.
    also : str
        What else may be expected, to follow what is.
    """
    kind = type(value).__name__
    if isinstance(value, (bool, np.bool_)):
        kind = describe(value)
    elif isinstance(value, (int, float, np.number)):
        kind = "another value"
    return quantity.problem(f"{describe(value)}{why}", rule=f"{kind}{also}", also=also)


def as_text(value: Any) -> str:
    """A cell's content as a name."""
    if isinstance(value, Uncalculated):
        return value.formula
    if isinstance(value, Merged):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()
