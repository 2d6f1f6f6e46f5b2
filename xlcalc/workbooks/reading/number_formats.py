"""What number formats make of a cell's number: a date, a time, a percentage or just a number."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR, Percent

#: Formats without a code of their own in a file: dates and times (some only East Asian), percents.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_ELAPSED = 46

#: Literal text, colours and currencies; the brackets of an elapsed time stay.
_QUIET = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|[\\_*].', re.IGNORECASE)
_DATE = re.compile(r"[dmhys]", re.IGNORECASE)
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)

_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
#: Before it the calendar of 1900 has a day too few, for it knows a 29th of February in 1900.
_LEAP = 60


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
    >>> Format(0, '0.0" m"').plain, Format(9).percent
    (True, True)
    >>> str(Format(0, "yyyy-mm-dd").show(45000))
    '2023-03-15 00:00:00'
    """

    def __init__(self, number: int, code: str = "", since_1904: bool = False) -> None:
        shown = _QUIET.sub("", code.split(";")[0])
        self.percent = "%" in shown or (not code and number in _PERCENTS)
        self._date = bool(_DATE.search(shown)) or (not code and number in _DATES)
        self._duration = bool(_DURATION.search(shown)) or (not code and number == _ELAPSED)
        self._epoch = _EPOCH_1904 if since_1904 else _EPOCH

    @property
    def plain(self) -> bool:
        """Whether a number stays what it is."""
        return not (self.percent or self._date)

    def show(self, number: float) -> Any:
        """A number as what the format makes of it."""
        if self._date:
            return self._moment(number)
        return Percent(number) if self.percent else number

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
