"""What the values of a sheet's cells mean, as an .xlsx file writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from xlcalc.tables.addresses import column_letters, column_of
from xlcalc.tables.cell_values import CellError, Uncalculated
from xlcalc.workbooks.package.cell_grammar import unescaped
from xlcalc.workbooks.package.opc import DamagedError
from xlcalc.workbooks.reading.number_formats import Format
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

#: Digits of the longest whole number that stays one.
MOST_DIGITS = 18

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_LAST = column_letters(MOST_COLUMNS - 1)


class RawCell(NamedTuple):
    """A cell as its element says it."""

    column: int
    kind: str
    style: int
    formula: str | None
    value: str | None
    text: str | None


class CellDecoder:
    """What the values of a workbook's cells mean.

    Parameters
    ----------
    formats : list of Format
        Formats by the number of the style.
    strings : function
        Gives the texts that cells share, when first asked.
    zeros : bool
        Whether a formula's zero is the place held for a value that nobody calculated.
    """

    def __init__(
        self, formats: list[Format], strings: Callable[[], list[str]], zeros: bool = False
    ) -> None:
        self._formats = formats
        self._strings = strings
        self.zeros = zeros
        self._texts: list[str] | None = None

    def of(self, cell: RawCell) -> Any:
        """The value of a cell."""
        if cell.formula is not None and self._uncalculated(cell):
            return Uncalculated("=" + cell.formula)
        if cell.text is not None:
            return cell.text or None
        if not cell.value:
            return None
        return self.reader(cell.kind, cell.style)(cell.value)

    def _uncalculated(self, cell: RawCell) -> bool:
        if self.zeros and cell.kind == "n" and cell.value and not cell.value.strip("-0."):
            return True
        # A formula that gives an empty text has an empty value of type "str".
        return not cell.value and cell.kind != "str" and not cell.text

    def reader(self, kind: str, style: int) -> Callable[[str], Any]:
        """What reads the values of cells of a kind and style."""
        if kind == "n":
            if not 0 <= style < max(len(self._formats), 1):
                raise DamagedError(f"a cell has style {style}, of which there is none")
            if not self._formats or self._formats[style].plain:
                return number_of
            show = self._formats[style].show
            return lambda value: show(number_of(value))
        readers: dict[str, Callable[[str], Any]] = {
            "s": self._shared,
            "str": text_of,
            "inlineStr": text_of,
            "b": _truth,
            "e": CellError,
            "d": _date,
        }
        if kind not in readers:
            raise DamagedError(f"a cell is of type {kind[:20]!r}, which does not exist")
        return readers[kind]

    def _shared(self, value: str) -> str | None:
        if self._texts is None:
            self._texts = self._strings()
        number = int(value) if value.isdecimal() and len(value) < MOST_DIGITS else -1
        if not 0 <= number < len(self._texts):
            raise DamagedError(f"a cell shows text number {value[:20]}, of which there is none")
        return self._texts[number] or None


def number_of(value: str) -> int | float:
    """A number as XML writes it; a whole one stays whole.

    Raises
    ------
    DamagedError
        If it is none.
    """
    if value.isdecimal() and value.isascii() and len(value) < MOST_DIGITS:
        return int(value)
    if not _NUMBER.fullmatch(value):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            raise DamagedError(f"a cell holds the number {value[:40]!r}")
    if "." in value or "e" in value or "E" in value or len(value) > MOST_DIGITS:
        return float(value)
    return int(value)


def _truth(value: str) -> bool:
    if value not in ("0", "1", "true", "false"):
        raise DamagedError(f"a cell holds {value[:40]!r} as TRUE or FALSE")
    return value in ("1", "true")


def _date(value: str) -> Any:
    return datetime.fromisoformat(value)


def text_of(value: str) -> str | None:
    """A text as a cell shows it; an empty one is none."""
    return (unescaped(value) if "_x" in value else value) or None


def column_position(letters: str) -> int:
    """Position of a column, 0 for A."""
    number = column_of(letters)
    if number > MOST_COLUMNS:
        raise DamagedError(f"a cell stands in column {letters}, beyond {_LAST}")
    return number - 1


def next_row(number: int, last: int) -> int:
    """The number of a row after the last one, if it may have it."""
    if number <= last:
        raise DamagedError(f"row {number} stands after row {last}")
    if number > MOST_ROWS:
        raise DamagedError(f"it has a row {number}, beyond {MOST_ROWS}")
    return number


def shared_formula(about: dict[str, str], formula: str, masters: dict[str, str]) -> str:
    """A formula; of one that cells share, as its first cell has it."""
    if about.get("t") == "shared" and "si" in about:
        return masters.setdefault(about["si"], formula) if formula else masters.get(about["si"], "")
    return formula
