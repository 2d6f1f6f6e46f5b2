"""A table of designs as raw cells, with the places they came from.

A table may come from a sheet, a csv or parquet file or a DataFrame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Categorical
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.header_matching import HeaderMatch
from xlcalc.tables.number_parsing import Read, read_number

#: Cells of a row, None for a blank.
Row = Sequence[Any]

#: Raw cells of a column: float64 with NaN for a blank, Python objects with None for a blank, or
#: coded words. A column that is left alone may be any other kind of sequence.
Cells = NDArray[np.float64] | list[Any] | Categorical


@dataclass(kw_only=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    header : str
        Its header as found.
    position : int
        Where it stands in the sheet, 0 for A.
    cells : Cells
        Its raw cells.
    match : HeaderMatch, optional
        The quantity that its header names.
    result : HeaderMatch, optional
        The result that it holds, or is there for.
    suggestion : Quantity, optional
        What a header that names nothing may have meant.
    cell : str
        The one cell that its values come from, where they stand above the header for all rows.
    """

    header: str
    position: int
    cells: Cells = field(default_factory=list)
    match: HeaderMatch | None = None
    result: HeaderMatch | None = None
    suggestion: Quantity | None = None
    cell: str = ""

    @property
    def kind(self) -> str:
        """What is read from it: number, material, choice or text; nothing if it is left alone."""
        if self.result is not None and self.result.quantity.name == "voltage_source":
            return "choice"
        return self.match.quantity.kind if self.match else ""


@dataclass(kw_only=True)
class Table:
    """Columns of raw cells, and the rows they came from.

    Parameters
    ----------
    source : Location
        File and sheet, where it has any.
    columns : list of Column
        Its columns.
    row_numbers : sequence
        Number of each row as a person sees it, or its label in a DataFrame's index.
    header_row : int
        Number of the header row.
    lettered : bool
        Whether a cell is called by its letters and number, as in a spreadsheet; else by its row
        and the name of its column.
    typed : bool
        Whether numbers come as numbers; a csv file has only text.
    decimal_marks : str, optional
        What may stand before the decimals of a number written as text: one mark where that is
        known, both where either may, none where a text has shown none and a point is taken for
        one. None where no text is a number and no other unit is
        converted, as in formulas and in tables of programs.
    row_remarks : list of Problem
        What is odd of rows that are no designs, and of cells without a header.
    faults : dict of int to Problem
        Rows that cannot be read as a whole, with the reason.
    units_row : int, optional
        Number of the row below the header that gives the units, which the headers then have too.
    other_rows : Problem, optional
        The first row that is a header of other columns or has other units; rows below are faults.
    ignored_columns : sequence of int
        Positions of columns that belong to another table beside this one.
    common : list of Column
        Fields that stand above the header, a cell each; they become columns with the rows.
    unused_above : list of str
        What stands above the header and is not used, for the notes of every row.
    comments : list of int
        Numbers of lines of comment, above the header too.
    skipped_rows : int
        How many rows are no designs, blank ones not counted; each is told in `row_remarks`.
    beside : dict of int to ndarray of bool
        By the positions of columns without a header, which rows hold anything there.
    """

    source: Location = NOWHERE
    columns: list[Column]
    row_numbers: Sequence[Any]
    header_row: int = 1
    lettered: bool = True
    typed: bool = True
    decimal_marks: str | None = ".,"
    row_remarks: list[Problem] = field(default_factory=list)
    faults: dict[int, Problem] = field(default_factory=dict)
    units_row: int | None = None
    other_rows: Problem | None = None
    ignored_columns: Sequence[int] = ()
    common: list[Column] = field(default_factory=list)
    unused_above: list[str] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    skipped_rows: int = 0
    beside: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_numbers)

    @property
    def headers(self) -> list[str]:
        """Header of each column."""
        return [column.header for column in self.columns]

    @cached_property
    def fields(self) -> dict[str, Column]:
        """Columns that name a quantity, by its name."""
        return {column.match.quantity.name: column for column in self.columns if column.match}

    @cached_property
    def results(self) -> dict[str, Column]:
        """Columns that hold results of an earlier run, by name."""
        return {column.result.quantity.name: column for column in self.columns if column.result}

    @property
    def others(self) -> list[Column]:
        """Columns that name nothing known."""
        return [column for column in self.columns if not (column.match or column.result)]

    def with_rows(self, cells: Sequence[Any], row_numbers: Sequence[Any]) -> Self:
        """The same columns with other cells."""
        pairs = zip(self.columns, cells, strict=True)
        columns = [replace(column, cells=held) for column, held in pairs]
        return replace(self, columns=columns, row_numbers=row_numbers, beside={})

    def part(self, start: int, stop: int) -> Self:
        """Some of its rows; what was skipped goes with the first of them."""
        rows = slice(start, stop)
        part = self.with_rows([c.cells[rows] for c in self.columns], self.row_numbers[rows])
        part.beside = {position: here[rows] for position, here in self.beside.items()}
        part.faults = {row - start: s for row, s in self.faults.items() if start <= row < stop}
        if start > 0:
            part.row_remarks, part.comments, part.skipped_rows = [], [], 0
        return part

    def number(self, column: Column, value: Any) -> Read | Problem:
        """A cell of a column of numbers, not a blank one, as a number, or why it is none."""
        match = column.match
        assert match is not None
        return read_number(
            value,
            match.quantity,
            typed=self.typed,
            marks=self.decimal_marks,
            factor=match.factor,
            unit_given=match.unit_given,
        )

    def cell(self, row: int | None, column: Column | None) -> Location:
        """Where a cell (of the header, for no row) or a row is."""
        if column is not None and column.cell:
            return self.source.at(column.cell)
        number = self.header_row if row is None else self.row_numbers[row]
        if self.lettered and column is not None:
            return self.source.at(f"{column_letters(column.position)}{number}")
        place = [f"row {number!r}"] if self.lettered or row is not None else []
        if column is not None:
            place.append(f"column {column.header!r}")
        return self.source.at(", ".join(place))


class DesignTable(Table):
    """A table whose columns are known to be those of designs; `design_table` makes it."""
