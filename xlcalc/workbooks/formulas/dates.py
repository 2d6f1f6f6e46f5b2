"""Functions of days and times, which Excel counts from 1900 with a 29 February of that year."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR
from xlcalc.workbooks.formulas.cell_conversion import (
    NUM,
    WrongError,
    as_number,
    as_whole,
    number_of_text,
)
from xlcalc.workbooks.formulas.cell_function import CellFunction

_LAST_DAY = 2958465


def calendar_day(value: Any) -> tuple[int, int, int]:
    """Year, month and day of a serial number; Excel has a 29 February 1900."""
    number = math.floor(as_number(value))
    if not 0 <= number <= _LAST_DAY:
        raise WrongError(NUM)
    if number in (0, 60):
        return (1900, 1, 0) if number == 0 else (1900, 2, 29)
    found = date(1899, 12, 30 if number > 60 else 31) + timedelta(days=number)
    return found.year, found.month, found.day


def serial_number(year: int, month: int, day: int) -> float:
    """The number of a day; before 1 March 1900 it is one less than the days since 1899 say."""
    first = (date(year, month, 1) - date(1899, 12, 30)).days
    return float(first - (1 if first < 61 else 0) + day - 1)


def _date(year: Any, month: Any, day: Any) -> float:
    years, months = as_whole(year), math.floor(as_number(month))
    if years < 0 or years >= 10000:
        raise WrongError(NUM)
    years += 1900 if years < 1900 else 0
    count = years * 12 + months - 1
    if not 1900 * 12 <= count < 10000 * 12:
        raise WrongError(NUM)
    number = serial_number(count // 12, count % 12 + 1, math.floor(as_number(day)))
    if not 0 <= number <= _LAST_DAY:
        raise WrongError(NUM)
    return number


def _time(hour: Any, minute: Any, second: Any) -> float:
    parts = [as_whole(each) for each in (hour, minute, second)]
    if max(parts) > 32767:
        raise WrongError(NUM)
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    if seconds < 0:
        raise WrongError(NUM)
    return seconds % 86400 / 86400


def _clock(part: int) -> CellFunction:
    def computed(value: Any) -> float:
        number = as_number(value)
        if not 0 <= number < _LAST_DAY + 1:
            raise WrongError(NUM)
        # Half a second is the next one.
        seconds = math.floor(number % 1 * 86400 + 0.5) % 86400
        return float((seconds // 3600, seconds // 60 % 60, seconds % 60)[part])

    return CellFunction(computed)


def _weekday(value: Any, kind: Any = 1.0) -> float:
    number, way = math.floor(as_number(value)), as_whole(kind)
    if not 0 <= number <= _LAST_DAY:
        raise WrongError(NUM)
    # 1 January 1900 was a Sunday to Excel.
    first = {1: 0, 2: 1, 3: 1, **{n: (n - 10) % 7 for n in range(11, 18)}}.get(way)
    if first is None:
        raise WrongError(NUM)
    return float((number - 1 - first) % 7 + (0 if way == 3 else 1))


def _months_on(end: bool) -> CellFunction:
    def computed(value: Any, months: Any) -> float:
        if isinstance(value, bool) or isinstance(months, bool):
            raise WrongError(VALUE_ERROR)
        number, count = math.floor(as_number(value)), as_whole(months)
        if number < 0:
            raise WrongError(NUM)
        year, month, day = calendar_day(number)
        at = year * 12 + month - 1 + count
        if not 1900 * 12 <= at < 10000 * 12:
            raise WrongError(NUM)
        year, month = at // 12, at % 12 + 1
        last = 29 if (year, month) == (1900, 2) else monthrange(year, month)[1]
        return serial_number(year, month, last if end else min(day, last))

    return CellFunction(computed, 2, 2)


def _text_numbers(value: Any) -> float:
    """What TIMEVALUE makes of a text."""
    if not isinstance(value, str) or ":" not in value:
        raise WrongError(VALUE_ERROR)
    return number_of_text(value) % 1


#: By name.
DATES: dict[str, CellFunction] = {
    "YEAR": CellFunction(lambda value: float(calendar_day(value)[0])),
    "MONTH": CellFunction(lambda value: float(calendar_day(value)[1])),
    "DAY": CellFunction(lambda value: float(calendar_day(value)[2])),
    "DATE": CellFunction(_date, 3, 3),
    "TIME": CellFunction(_time, 3, 3),
    "TIMEVALUE": CellFunction(_text_numbers),
    "HOUR": _clock(0),
    "MINUTE": _clock(1),
    "SECOND": _clock(2),
    "WEEKDAY": CellFunction(_weekday, 1, 2),
    "EDATE": _months_on(end=False),
    "EOMONTH": _months_on(end=True),
}
