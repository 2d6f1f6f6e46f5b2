"""What number formats make of a cell's number: a date, a time, a percentage or just a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from xlcalc.tables.cell_values import VALUE_ERROR, Formatted, Percent

#: Formats without a code of their own in a file: dates and times (some only East Asian), percents.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_ELAPSED = 46

#: Literal text, colours and currencies; the brackets of an elapsed time stay.
_QUIET = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|[\\_*].', re.IGNORECASE)
#: Pieces of a format: a literal text, what is shown of no text, and what stands for digits.
_PIECE = re.compile(
    r"""\"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<symbol>[^\]-]*)[^\]]*\]"""
    r"""|(?P<quiet>[_*].|\[[^\]]*\])|(?P<digits>General|[0#?.,/eE+]+)|(?P<plain>.)""",
    re.DOTALL,
)
_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_THOUSANDS = re.compile(r"[0#?.](,+)(?![0#?])")
#: What a unit has that decoration such as a bracket or a currency's sign has not.
_UNIT = re.compile(r"[^\W\d_]|%")

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<>": ne,
}

_DATE = re.compile(r"[dmhys]", re.IGNORECASE)
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)

_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
#: Before it the calendar of 1900 has a day too few, for it knows a 29th of February in 1900.
_LEAP = 60


class _Section(NamedTuple):
    """A part of a format: which numbers it is for, the text beside them, thousands left out."""

    applies: Callable[[float], bool]
    unit: str
    thousands: int


def _sections(code: str) -> list[_Section]:
    """The parts of a format in the order in which they are tried."""
    codes = _SECTIONS.split(code)[:3]
    conditions = [_CONDITION.search(part) for part in codes]
    found = []
    for at, (part, condition) in enumerate(zip(codes, conditions, strict=True)):
        if condition:
            applies = partial(_holds, _COMPARED[condition[1]], float(condition[2]))
        elif at == len(codes) - 1 or any(conditions):
            applies = partial(_holds, None, 0.0)
        else:
            # Numbers above 0, below it, and 0 itself; of two parts the first has 0, too.
            signs = (ge if len(codes) < 3 else gt, lt)
            applies = partial(_holds, signs[at], 0.0)
        found.append(_Section(applies, *_beside(part)))
    return found


def _holds(compare: Callable[[float, float], bool] | None, limit: float, number: float) -> bool:
    return compare is None or compare(number, limit)


def _beside(code: str) -> tuple[str, int]:
    """The text that a part of a format shows beside a number, and how often it divides by 1000.

    Examples
    --------
    >>> _beside('0.0" mm"'), _beside("#,##0,"), _beside('"ca. "0')
    (('mm', 0), ('', 1), ('ca.', 0))
    """
    before, after, digits = "", "", ""
    for piece in _PIECE.finditer(code):
        if piece["digits"]:
            digits, before, after = digits + piece["digits"], before + after, ""
        elif not piece["quiet"]:
            after += next(text for text in piece.groups() if text is not None)
    texts = [text.strip().strip("()[]").strip() for text in (after, before)]
    unit = next((text for text in texts if _UNIT.search(text)), "") if digits else ""
    return unit, sum(len(found[1]) for found in _THOUSANDS.finditer(digits))


class Format:
    """What a number format shows a number as.

    Parameters
    ----------
    number : int
        Number of the format, by which those are known that every program has.
    code : str
        Code of the format, such as ``0.00%``, or nothing.
    since_1904 : bool
        Whether the workbook counts days from 1904.

    Examples
    --------
    >>> Format(0, "0.0").plain, Format(9).percent, Format(0, '0.0" mm"').show(1.5).shown
    (True, True, '1.5 mm')
    >>> str(Format(0, "yyyy-mm-dd").show(45000))
    '2023-03-15 00:00:00'
    """

    def __init__(self, number: int, code: str = "", since_1904: bool = False) -> None:
        shown = _QUIET.sub("", code.split(";")[0])
        self.percent = "%" in shown or (not code and number in _PERCENTS)
        sections = [] if self.percent else _sections(code)
        if not any(part.unit or part.thousands for part in sections):
            sections = []
        self._sections = sections
        self._date = bool(_DATE.search(shown)) or (not code and number in _DATES)
        self._duration = bool(_DURATION.search(shown)) or (not code and number == _ELAPSED)
        self._epoch = _EPOCH_1904 if since_1904 else _EPOCH

    @property
    def plain(self) -> bool:
        """Whether a number stays what it is."""
        return not (self._date or self.converts)

    @property
    def converts(self) -> bool:
        """Whether a number may mean another than it is: a share, or one in a unit or thousands."""
        return self.percent or (bool(self._sections) and not self._date)

    def show(self, number: float) -> Any:
        """A number as what the format makes of it."""
        if self._date:
            return self._moment(number)
        if self.percent:
            return Percent(number)
        for section in self._sections:
            if section.applies(number):
                beside = section.unit or section.thousands
                return Formatted(number, *section[1:]) if beside else number
        return number

    def _moment(self, serial: float) -> Any:
        try:
            if self._duration:
                return timedelta(milliseconds=round(serial * 86_400_000))
            if 0 <= serial < 1:
                return (_EPOCH + timedelta(milliseconds=round(serial * 86_400_000))).time()
            if serial < 0:
                return VALUE_ERROR
            if self._epoch is _EPOCH and serial < _LEAP:
                serial += 1
            return self._epoch + timedelta(milliseconds=round(serial * 86_400_000))
        except (OverflowError, ValueError):
            # A day that no calendar has; programs show ### for it.
            return VALUE_ERROR


def duration(text: str) -> time | timedelta:
    """A time of day or a duration as OpenDocument writes it, such as ``PT12H30M00S``.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no duration")
    parts = {name: float(value) for name, value in found.groupdict().items() if value}
    elapsed = timedelta(**parts)
    return (datetime.min + elapsed).time() if elapsed < timedelta(days=1) else elapsed


_ISO = re.compile(
    r"P(?:(?P<days>\d{1,9})D)?T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d+)?)S)?"
)
