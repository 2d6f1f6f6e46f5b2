"""What the notes of a row say of its table: columns that were not read, results that were typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from numbers import Number
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical
from xlcalc.problems import MOST_PLACES, Location, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.below_no_header import cells_below_no_header
from xlcalc.tables.cell_values import Merged, Uncalculated
from xlcalc.tables.header_matching import DESIGN_HEADERS, MATERIAL_HEADERS, is_measured
from xlcalc.tables.header_text import LONGEST_HEADER, words_in
from xlcalc.tables.number_parsing import is_blank
from xlcalc.tables.special_rows import comment_problems
from xlcalc.tables.summary import RunSummary
from xlcalc.tables.table import Cells, Column, DesignTable, Table

#: A text that is a number, perhaps with a unit, in the syntax that Python and RE2 share.
NUMBER_IN_TEXT = (
    r"^[ \t]*[-+−~≈<>≤≥±]? *[.,]?[0-9][0-9.,' ]*([eE][-+]?[0-9]+)? *"
    r"(±.*|[A-Za-zµμΩ°%‰\[(][^ ]*)?[ \t]*$"
)
_NUMBER = re.compile(NUMBER_IN_TEXT)

#: Words of headers of columns that identify a design or say how it was made, and are no input.
_WORDS = (
    "no nr num number id uid uuid index idx row line rank order position page lot batch run "
    "sample serial barcode order project version rev revision series group study date "
    "day week month year timestamp cycle cycles comment comments note notes remark remarks "
    "nummer datum jahr charge zelle bemerkung kommentar operator author doi reference ref"
)
_BOOKKEEPING = frozenset(_WORDS.split())

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


def numeric(cells: Cells | Any) -> NDArray[np.bool_]:
    """Which cells of a column hold a number, also as a text or with a unit.

    Examples
    --------
    >>> numeric([30, "0.5 mm", "thin", None, "2026-03-01", True]).tolist()
    [True, True, False, False, False, False]
    """
    if isinstance(cells, np.ndarray) and cells.dtype != object:
        return filled(cells)
    if isinstance(cells, Categorical):
        known = [_is_number(word) for word in (*cells.categories, None)]
        return np.asarray(np.array(known, dtype=bool)[cells.codes])
    if isinstance(cells, (list, np.ndarray)):
        return np.fromiter(map(_is_number, cells), dtype=bool, count=len(cells))
    from xlcalc.tables.arrow import are_numbers

    return are_numbers(cells, NUMBER_IN_TEXT)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_HEADER and _NUMBER.match(value) is not None
    if isinstance(value, Uncalculated):
        return True
    return isinstance(value, Number) and not isinstance(value, bool) and value == value


def is_bookkeeping(header: str) -> bool:
    """Whether a header is that of a column that keeps track of designs, such as a batch or a date.

    Examples
    --------
    >>> is_bookkeeping("Batch no."), is_bookkeeping("Sample_ID"), is_bookkeeping("Porosity")
    (True, True, False)
    """
    words = words_in(header)
    known = DESIGN_HEADERS.words | MATERIAL_HEADERS.words
    return not _BOOKKEEPING.isdisjoint(words) and (known - _BOOKKEEPING).isdisjoint(words)


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
    for problem, count, others in cells_below_no_header(table):
        add(problem, count, [problem.where.cell, *others])
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
    unread = [(note, here) for note, here in _unread(table) if here.any()]
    # Rows that leave the same cells unread have the same notes: a code for each such set.
    sets: list[tuple[int, ...]] = [()]
    codes = np.zeros(len(notes), dtype=np.intp)
    for n, (_, here) in enumerate(unread):
        found, codes = np.unique(codes * 2 + here, return_inverse=True)
        sets = [(*sets[code // 2], n) if code % 2 else sets[code // 2] for code in found.tolist()]
    if not unread:
        return notes
    texts = [_said(unread[n][0] for n in each) for each in sets]
    pairs, codes = np.unique(notes.codes * len(texts) + codes, return_inverse=True)
    before, after = np.divmod(pairs, len(texts))
    return Categorical(
        codes,
        tuple(
            "; ".join(filter(None, (notes.categories[first], texts[second])))
            for first, second in zip(before.tolist(), after.tolist(), strict=True)
        ),
    )


def numbers_not_read(column: Column) -> NDArray[np.bool_]:
    """Where a column that names no field holds what notes must name."""
    if is_measured(column.header):
        return filled(column.cells)
    if column.suggestion is None and is_bookkeeping(column.header):
        return np.zeros(len(column.cells), dtype=bool)
    return numeric(column.cells)


class _Unread(NamedTuple):
    """A note on a column that was not read; a header alone where there is no more to say."""

    text: str = ""
    header: str = ""


def _said(notes: Iterable[_Unread]) -> str:
    """Notes in one text, with the headers of which there is no more to say in one of them."""
    notes = [*notes]
    headers = [repr(note.header) for note in notes if note.header]
    several = f"columns not read: {', '.join(headers)}"
    alone = several if len(headers) > 1 else "".join(f"column {h} was not read" for h in headers)
    return "; ".join(filter(None, (alone, *(note.text for note in notes))))


def _unread(table: DesignTable) -> Iterator[tuple[_Unread, NDArray[np.bool_]]]:
    """Notes, each with the rows concerned: those with something in the column."""
    for column in table.others:
        header, meant = column.header, column.suggestion
        if meant is not None and meant.name in table.fields:
            meant = None
        if meant is not None:
            hint = f"column {header!r} was not read (did you mean {meant.header!r}?)"
            yield _Unread(hint), filled(column.cells)
        else:
            yield _Unread(header=header), numbers_not_read(column)
    for text in table.unused_above:
        yield _Unread(text), np.ones(len(table), dtype=bool)
    for position, here in table.beside.items():
        yield _Unread(f"column {column_letters(position)} has no header and was not read"), here
    if not {*q.ENERGIES} & {*table.results}:
        # Beside an energy they are results of an earlier run.
        for name, column in table.results.items():
            if name in q.RESULTS and q.RESULTS[name].unit in _LIKE_INPUTS:
                text = f"{column.header!r} is a result; the one given is not used"
                yield _Unread(text), filled(column.cells)
