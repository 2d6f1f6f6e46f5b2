"""What the notes of a row say of its table: columns that were not read, results that were typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical
from xlcalc.problems import MOST_PLACES, Location, Problem
from xlcalc.tables.cell_values import Merged
from xlcalc.tables.header_matching import is_measured
from xlcalc.tables.number_parsing import is_blank
from xlcalc.tables.special_rows import comment_problems
from xlcalc.tables.summary import RunSummary
from xlcalc.tables.table import Cells, DesignTable, Table

#: Results that a person may type as if they were inputs, in units of layers.
_LIKE_INPUTS = ("µm", "mg/cm²", "mAh/cm²")


def filled(cells: Cells | Any) -> NDArray[np.bool_]:
    """Which cells of a column hold anything."""
    if isinstance(cells, np.ndarray) and cells.dtype != object:
        return ~np.isnan(cells)
    if isinstance(cells, Categorical):
        known = np.array([not is_blank(word) for word in (*cells.categories, None)], dtype=bool)
        return np.asarray(known[cells.codes])
    values = cells.tolist() if isinstance(cells, np.ndarray) else cells
    if not isinstance(values, list):
        values = values.to_pylist()
    held = (not (is_blank(v) or v != v or isinstance(v, Merged)) for v in values)
    return np.fromiter(held, dtype=bool, count=len(values))


def _any_filled(cells: Cells | Any) -> bool:
    if isinstance(cells, (np.ndarray, Categorical)):
        return bool(filled(cells).any())
    if isinstance(cells, list):
        return any(not is_blank(value) and value == value for value in cells)
    return bool(cells.null_count < len(cells))


def earlier_results(table: DesignTable) -> Problem | None:
    """What to say of columns that hold results of an earlier run; blank ones wait to be filled."""
    columns = table.results.values()
    if not any(_any_filled(column.cells) for column in columns):
        return None
    # All of them, for the pieces of a large file are to say the same.
    headers = ", ".join(column.header for column in columns)
    text = f"results found in the input are calculated anew: {headers}"
    return Problem(text, where=table.source)


def place(table: Table, problem: Problem, row: int) -> Location:
    """Where what is noted of a row stands: in the cell of its field, or in the row."""
    return table.cell(row, table.fields.get(problem.field))


def gather(
    summary: RunSummary, table: Table, noted: Iterable[tuple[Problem, NDArray[np.intp]]]
) -> None:
    """Add what is said alike of many rows: notes by their rules, lines of comment."""

    def add(problem: Problem, count: int, cells: list[str]) -> None:
        where = problem.where
        rule = "|".join((where.file, where.sheet, problem.field, problem.rule or problem.text))
        summary.note(rule, problem.sentence, count, cells)

    if comments := comment_problems(table):
        cells = [comment.where.cell for comment in comments[: MOST_PLACES + 1]]
        add(comments[0], len(comments), cells)
    for problem, rows in noted:
        places = [place(table, problem, row) for row in rows[: MOST_PLACES + 1].tolist()]
        add(problem.at(places[0]), len(rows), [where.cell for where in places])


def with_notes_of_table(table: DesignTable, notes: Categorical) -> Categorical:
    """Notes of rows with what they must say of cells that were not read.

    Parameters
    ----------
    table : DesignTable
        The table as read.
    notes : Categorical
        Notes of each row.
    """
    for note, here in _unread(table):
        if here.any():
            count = len(notes.categories)
            more = [f"{others}; {note}" if others else note for others in notes.categories]
            codes = np.where(here, notes.codes + count, notes.codes)
            notes = Categorical(codes, (*notes.categories, *more))
    return notes


def _unread(table: DesignTable) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Notes, each with the rows concerned: those with something in the column."""
    for column in table.others:
        meant = column.suggestion
        if meant is not None and meant.name in table.fields:
            meant = None
        if meant is not None or is_measured(column.header):
            hint = f" (did you mean {meant.header!r}?)" if meant is not None else ""
            yield f"column {column.header!r} was not read{hint}", filled(column.cells)
    if not {*q.ENERGIES} & {*table.results}:
        # Beside an energy they are results of an earlier run.
        for name, column in table.results.items():
            if name in q.RESULTS and q.RESULTS[name].unit in _LIKE_INPUTS:
                yield (
                    f"{column.header!r} is a result; the one given is not used",
                    filled(column.cells),
                )
