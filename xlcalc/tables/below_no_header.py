"""Cells that stand below no header: no column holds them, so they are remembered as rows go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from xlcalc.problems import MOST_PLACES, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.cell_values import Merged
from xlcalc.tables.table import Row, Table

#: What is said of such a cell.
_TEXT = "stands below no header and is left alone"


class FilledCells:
    """Rows that remember which of their cells hold anything.

    Parameters
    ----------
    rows : iterable of sequence
        The rows.
    first : int
        Number of the first.
    """

    def __init__(self, rows: Iterable[Row], first: int = 1) -> None:
        self._rows, self._first = rows, first
        # Few patterns fill many rows.
        self._patterns: dict[tuple[int, ...], int] = {}
        self._of_row: list[int] = []

    def __iter__(self) -> Iterator[Row]:
        """The rows as they are."""
        patterns, of_row = self._patterns, self._of_row
        for row in self._rows:
            filled = tuple(
                [
                    n
                    for n, value in enumerate(row)
                    if value is not None
                    and type(value) is not Merged
                    and not (type(value) is str and (not value or value.isspace()))
                ]
            )
            of_row.append(patterns.setdefault(filled, len(patterns)))
            yield row

    def note_in(self, table: Table) -> None:
        """Note in the table that was made of the rows where cells stand below no header."""
        headed = {column.position for column in table.columns if not column.cell}
        known, last = headed.union(table.ignored_columns), max(headed)
        # Of a csv row that is longer than the header, its status says so.
        beside = [
            [n for n in filled if n not in known and (table.typed or n < last)]
            for filled in self._patterns
        ]
        if not any(beside):
            return
        rows = np.asarray(table.row_numbers, dtype=np.intp) - self._first
        patterns = np.array(self._of_row, dtype=np.intp)
        for position in sorted({n for positions in beside for n in positions}):
            here = np.array([position in positions for positions in beside])
            filled_here = here[patterns]
            table.beside[position] = filled_here[rows]
            if table.typed:
                continue
            # Of a row without any other cell nothing else is said.
            alone = here & np.array([headed.isdisjoint(filled) for filled in self._patterns])
            for row in np.flatnonzero(alone[patterns]).tolist():
                number = row + self._first
                if number > table.header_row:
                    cell = f"{column_letters(position)}{number}"
                    table.row_remarks.append(Problem(_TEXT, where=table.source.at(cell)))


class Beside(NamedTuple):
    """What to say of the cells of rows that stand below no header in one column.

    Attributes
    ----------
    problem : Problem
        Said of the first of them.
    rows : int
        How many they are.
    others : list of str
        Where the others are, the first few.
    """

    problem: Problem
    rows: int
    others: list[str]


def cells_below_no_header(table: Table, *, sheets: bool = False) -> Iterator[Beside]:
    """What to say of cells of a text; of those of a sheet of designs its reader has said so."""
    for position, here in table.beside.items() if sheets or not table.typed else ():
        if rows := np.flatnonzero(here)[: MOST_PLACES + 1].tolist():
            letters = column_letters(position)
            first, *others = [f"{letters}{table.row_numbers[row]}" for row in rows]
            problem = Problem(_TEXT, where=table.source.at(first), rule=f"{letters}: {_TEXT}")
            yield Beside(problem, int(here.sum()), others)
