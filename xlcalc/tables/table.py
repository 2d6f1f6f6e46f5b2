"""A table of designs as raw cells, with the places they came from.

A table may come from a sheet, a csv or parquet file or a DataFrame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Coded
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.addresses import column_letters

#: Raw cells of a column: float64 with NaN for a blank, Python objects with None for a blank, or
#: coded words. A column that is left alone may be any other kind of sequence.
Cells = NDArray[np.float64] | list[Any] | Coded


@dataclass(kw_only=True)
class Table:
    """Raw cells with their headers and the places they came from.

    Parameters
    ----------
    source : Location
        File and sheet, where it has any.
    headers : list of str
        Header of each column as found.
    columns : list of Cells
        Raw cells of each column.
    row_numbers : sequence
        Number of each row as a person sees it, or its label in a DataFrame's index.
    header_row : int
        Number of the header row.
    places : sequence of int, optional
        Position of each column in the sheet, 0 for A; from A on if not given.
    lettered : bool
        Whether a cell is called by its letters and number, as in a spreadsheet; else by its row
        and the name of its column.
    typed : bool
        Whether numbers come as numbers; a csv file has only text.
    marks : str, optional
        What may stand before the decimals of a number written as text: one mark where that is
        known, both where either may, none where a text has shown none and a point is taken for
        one. None where no text is a number and no other unit is
        converted, as in formulas and in tables of programs.
    asides : list of Problem
        What is odd of rows that are no designs, and of cells without a header.
    faults : dict of int to Problem
        Rows that cannot be read as a whole, with the reason.
    units_row : int, optional
        Number of the row below the header that gives the units, which the headers then have too.
    other_header : int, optional
        Number of the first row that is a header of other columns; the rows below it are faults.
    left_out : sequence of int
        Positions of columns that belong to another table beside this one.
    left_alone : int
        How many rows are no designs, blank ones not counted; each is told in `asides`.
    """

    source: Location = NOWHERE
    headers: list[str]
    columns: list[Cells]
    row_numbers: Sequence[Any]
    header_row: int = 1
    places: Sequence[int] | None = None
    lettered: bool = True
    typed: bool = True
    marks: str | None = ".,"
    asides: list[Problem] = field(default_factory=list)
    faults: dict[int, Problem] = field(default_factory=dict)
    units_row: int | None = None
    other_header: int | None = None
    left_out: Sequence[int] = ()
    left_alone: int = 0

    def __len__(self) -> int:
        return len(self.row_numbers)

    def part(self, start: int, stop: int) -> Table:
        """Some of its rows; what was left alone is told with the first of them."""
        rows = slice(start, stop)
        return replace(
            self,
            columns=[cells[rows] for cells in self.columns],
            row_numbers=self.row_numbers[rows],
            asides=self.asides if start == 0 else [],
            left_alone=self.left_alone if start == 0 else 0,
            faults={row - start: s for row, s in self.faults.items() if start <= row < stop},
        )

    def cell(self, row: int | None, column: int | None) -> Location:
        """Where a cell (of the header, for no row) or a row is."""
        number = self.header_row if row is None else self.row_numbers[row]
        if self.lettered and column is not None:
            position = column if self.places is None else self.places[column]
            return self.source.at(f"{column_letters(position)}{number}")
        place = [f"row {number!r}"] if self.lettered or row is not None else []
        if column is not None:
            place.append(f"column {self.headers[column]!r}")
        return self.source.at(", ".join(place))
