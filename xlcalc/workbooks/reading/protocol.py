"""A sheet as any format of workbook gives it: numbered rows, merged ranges, hidden rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from xlcalc.tables.addresses import Area
from xlcalc.tables.cell_values import Merged
from xlcalc.workbooks.package.opc import DamagedError

#: Cells of a merged range; one larger than that is decoration, not data.
_MOST_MERGED = 100_000


#: Cells that all merged ranges of a sheet cover.
_MOST_COVERED = 10_000_000


@dataclass(kw_only=True)
class SheetRows:
    """A sheet being read.

    Parameters
    ----------
    rows : iterator of tuple of int and sequence
        Number of each row, from 1, and its cells from column A on; blank rows may be missing. A
        number comes as int or float, or as `Percent` where the cell shows one; a formula nobody
        calculated as `Uncalculated`; an error value as `CellError`; a blank as None.
    merged : list of Area
        Merged ranges by their first row; those of a row are there when the row is.
    hidden : list of int
        Numbers of hidden rows, growing as rows are read.
    count : int
        How many rows there are to read, as far as known before.
    old : str
        Why values of its formulas may be old, where it has formulas with values that may.
    """

    rows: Iterator[tuple[int, Sequence[Any]]]
    merged: list[Area] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    count: int = 0
    old: str = ""

    def every_row(self) -> Iterator[Sequence[Any]]:
        """Cells of every row from the first, with `Merged` where a merged range covers a cell."""
        expected = 1
        waiting = covered = 0
        active: list[tuple[Area, Merged]] = []
        for number, cells in self.rows:
            yield from ([] for _ in range(number - expected))
            expected = number + 1
            while waiting < len(self.merged) and self.merged[waiting].top <= number:
                area = self.merged[waiting]
                waiting += 1
                size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
                if size > _MOST_MERGED:
                    continue
                covered += size
                if covered > _MOST_COVERED:
                    raise DamagedError(f"its merged ranges cover more than {_MOST_COVERED:,} cells")
                if area.bottom >= number:
                    active.append((area, Merged(area.reference)))
            if active:
                cells = _covered(cells, number, active)
                active = [pair for pair in active if pair[0].bottom > number]
            yield cells


def _covered(
    found: Sequence[Any], number: int, active: Iterable[tuple[Area, Merged]]
) -> Sequence[Any]:
    """A row with the cells marked that merged ranges cover, whatever is left below them."""
    cells = list(found)
    for area, covered in active:
        if len(cells) <= area.right:
            cells.extend([None] * (area.right + 1 - len(cells)))
        for column in range(area.left, area.right + 1):
            if (number, column) != (area.top, area.left):
                cells[column] = covered
    return cells


#: Why values of formulas may be old: what a workbook says of itself.
NOT_CALCULATED = "the workbook is marked as not fully calculated"
TO_CALCULATE = "the workbook is marked to be calculated anew when a program opens it"
BY_HAND = "the workbook is calculated only on demand"


class WorkbookReader(Protocol):
    """A workbook of any format, open for reading."""

    titles: list[str]
    #: Titles of sheets whose tab is hidden, so that a person may not know of them.
    hidden_sheets: set[str]

    def sheet(self, title: str, *, head: bool = False) -> SheetRows:
        """Begin to read a sheet, or only to look at its first rows."""

    def close(self) -> None:
        """Close the file."""
