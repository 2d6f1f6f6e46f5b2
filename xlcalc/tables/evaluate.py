"""Tables of designs evaluated: inputs as used, results, notes and one status for every row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.errors import DesignError
from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical, ResultColumns, encode
from xlcalc.physics.evaluate import Results, evaluate
from xlcalc.physics.inputs import Inputs, part_of
from xlcalc.physics.materials import BINDER, CARBON, Material, Materials
from xlcalc.physics.notes import Notes, gather_notes, inputs_as_used, voltage_source
from xlcalc.physics.stack import Stack
from xlcalc.problems import Location, Problem
from xlcalc.tables.cell_values import Formatted, Merged, Percent, Uncalculated
from xlcalc.tables.columns import header_remarks, table_of_designs, unread_in_one
from xlcalc.tables.header_effects import note_tiny_shares
from xlcalc.tables.read_designs import ParsedDesigns, read_designs
from xlcalc.tables.row_notes import earlier_results, gather, with_notes_of_table
from xlcalc.tables.summary import MOST_BEST, MOST_ERRORS, MOST_REMARKS, RunSummary, counted_defaults
from xlcalc.tables.table import Column, DesignTable

#: Columns of every result: inputs as used, results and remarks.
COLUMNS = tuple(
    dict.fromkeys([*(n for n in q.DESIGN if n not in q.RESULTS), *q.RESULTS, *q.REMARKS])
)

#: What designs choose between, and results differ by.
ASSUMPTIONS = ("foil_sharing", "voltage_source", "expansion_model")

_LARGEST_INTEGER = 2**63 - 1


@dataclass(kw_only=True)
class Evaluation:
    """A table evaluated.

    Parameters
    ----------
    designs : ParsedDesigns
        The table as read, and what is wrong with which of its rows.
    columns : ResultColumns
        Every input as used, every result, voltage source, notes and status, by field name; a value
        for each row. Blank (NaN, None) where a design does not use an input or has no result.
    extra : dict of str to list or Arrow array
        The columns that name nothing known, as found; of two with one name the second is numbered.
    ok : ndarray of bool
        The rows evaluated.
    results : Results
        Results of those rows alone.
    notes : Notes
        Notes on those rows.
    defaults : dict of str to dict
        How many rows took which default of a field and used it, by field and value.
    remarks : list of Problem
        Columns and rows left alone or calculated anew.
    """

    designs: ParsedDesigns
    columns: ResultColumns
    extra: dict[str, Any]
    ok: NDArray[np.bool_]
    results: Results | None
    notes: Notes | None
    defaults: dict[str, dict[str, int]]
    remarks: list[Problem]

    def __len__(self) -> int:
        return len(self.table)

    @property
    def table(self) -> DesignTable:
        """The table as read."""
        return self.designs.table

    @property
    def faults(self) -> dict[int, list[Problem]]:
        """By row, what is wrong."""
        return self.designs.faults

    @property
    def in_error(self) -> int:
        """Number of rows in error."""
        return int((~self.ok).sum())

    def stack(self, row: int) -> Stack:
        """The design of a row.

        Raises
        ------
        DesignError
            If the row is in error.
        """
        if self.results is None or not self.ok[row]:
            raise DesignError(self.columns["status"][row])
        stack: Stack = self.results.stack.one(int(self.ok[:row].sum()))
        return stack

    def materials_used(self) -> list[Material]:
        """The materials of the designs evaluated, each once."""
        if self.results is None:
            return []
        stack = self.results.stack
        inputs = Inputs(stack.values, stack.materials)
        names = [
            word
            for n, quantity in q.DESIGN.items()
            if quantity.kind == "material"
            for word in _held(inputs.words(n))
        ]
        names += [name for name in (BINDER, CARBON) if name in stack.materials]
        return list({stack.materials[name].name: stack.materials[name] for name in names}.values())

    def summary(self) -> RunSummary:
        """What is to be said of the rows."""
        status = self.columns.stored["status"]
        assert isinstance(status, Categorical)
        wrong = np.flatnonzero(~self.ok)[:MOST_ERRORS]
        # Columns that were not read stand first, each by itself.
        remarks = [*unread_in_one(self.table), *self.remarks[len(self.table.others) :]]
        summary = RunSummary(
            read=len(self),
            evaluated=len(self) - self.in_error,
            skipped_rows=self.table.skipped_rows,
            defaults=self.defaults,
            remarks=[remark.sentence for remark in remarks[:MOST_REMARKS]],
            more_remarks=max(0, len(remarks) - MOST_REMARKS),
            errors=[status.categories[code] for code in status.codes[wrong]],
            best={name: self._best(name) for name in q.ENERGIES},
            used=[material.name for material in self.materials_used()],
            choices_taken={name: self._choices(name) for name in ASSUMPTIONS},
        )
        found = () if self.notes is None else self.noted(self.notes.by_rule())
        gather(summary, self.table, found)
        return summary

    def noted(
        self, found: Iterable[tuple[Problem, NDArray[np.intp]]]
    ) -> Iterator[tuple[Problem, NDArray[np.intp]]]:
        """Notes with the rows of the table that they concern."""
        rows = np.flatnonzero(self.ok)
        yield from ((problem, rows[places]) for problem, places in found)

    def _choices(self, name: str) -> dict[str, int]:
        words = self.columns.stored[name]
        if not isinstance(words, Categorical):
            words = encode(words[self.ok], str)
        elif not self.ok.all():
            words = Categorical(words.codes[self.ok], words.categories)
        counts = np.bincount(words.codes, minlength=len(words.categories)).tolist()
        return {word: n for word, n in sorted(zip(words.categories, counts, strict=True)) if n}

    def _best(self, name: str) -> list[dict[str, Any]]:
        values = np.where(self.ok, self.columns[name], nan)
        good = np.flatnonzero(~np.isnan(values))
        if good.size > MOST_BEST:
            least = np.partition(values[good], -MOST_BEST)[-MOST_BEST]
            good = good[values[good] >= least]
        order = np.argsort(-values[good], kind="stable")[:MOST_BEST]
        return [
            {
                "design": str(self.columns.stored["design"][row]),
                **{energy: float(self.columns[energy][row]) for energy in q.ENERGIES},
            }
            for row in good[order].tolist()
        ]

    def breakdown(self) -> dict[str, NDArray[np.float64]]:
        """Mass and thickness of every layer and component, a value for each row."""
        values: Mapping[str, Any] = {} if self.results is None else self.results.breakdown
        return {name: _spread(values.get(name, nan), self.ok) for name in q.BREAKDOWN}


def _held(words: str | Categorical) -> Iterable[str]:
    """The distinct words that stand in a column, in the order of its list."""
    if isinstance(words, str):
        return (words,)
    return (words.categories[code] for code in np.flatnonzero(np.bincount(words.codes)).tolist())


def _spread(value: Any, ok: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A value for each row from those of the rows evaluated; NaN for the others."""
    if isinstance(value, np.ndarray) and value.size == ok.size:
        return value
    column = np.full(ok.size, nan)
    column[ok] = value
    return column


def evaluate_rows(table: DesignTable, materials: Materials) -> Evaluation:
    """Evaluate the designs of a table, row by row as far as errors are concerned.

    Parameters
    ----------
    table : DesignTable
        Raw cells.
    materials : Materials
        Where names are looked up.

    Returns
    -------
    Evaluation
        In the order of the rows.
    """
    designs = read_designs(table, materials)
    ok = np.ones(len(table), dtype=bool)
    ok[list(designs.faults)] = False
    results = None
    if ok.any():
        values = designs.values if ok.all() else part_of(designs.values, lambda array: array[ok])
        results = evaluate(Stack(**values, materials=materials))
    used, notes = {}, None
    if results is not None:
        used = inputs_as_used(results.stack, results.np_ratio)
        notes = gather_notes(results.stack, results.np_ratio)
        note_tiny_shares(notes, table, values)
    defaults = {
        name: counts
        for name, taken in designs.defaults.items()
        if name in used and (counts := counted_defaults(q.DESIGN[name], used[name], taken[ok]))
    }
    return Evaluation(
        designs=designs,
        columns=_columns(designs, results, notes, used, ok),
        extra=_extra(table),
        ok=ok,
        results=results,
        notes=notes,
        defaults=defaults,
        remarks=_remarks(designs),
    )


def _remarks(designs: ParsedDesigns) -> list[Problem]:
    table = designs.table
    remarks = [*header_remarks(table), *designs.remarks]
    remarks += filter(None, [earlier_results(table)])
    # Of rows last, so that the chunks of a table say in sum what the table does.
    return [*remarks, *table.row_remarks]


def _extra(table: DesignTable) -> dict[str, Any]:
    """The user's own columns under names that no other column has."""
    extra: dict[str, Any] = {}
    for name, column in own_columns(table).items():
        cells: Any = column.cells
        if isinstance(cells, np.ndarray):
            cells = cells.tolist()
        extra[name] = [_shown(value) for value in cells] if isinstance(cells, list) else cells
    return extra


def own_columns(table: DesignTable) -> dict[str, Column]:
    """The user's own columns, each under another name."""
    columns: dict[str, Column] = {}
    for column in table.others:
        columns[free_name(column.header, columns)] = column
    return columns


def _shown(value: Any) -> Any:
    """A cell as it may stand in a result."""
    if isinstance(value, Uncalculated):
        return value.formula
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        # More than a column of numbers can hold.
        return str(value)
    if isinstance(value, Formatted):
        return value.plain
    if isinstance(value, Percent):
        return float(value)
    return None if isinstance(value, Merged) else value


def free_name(name: str, taken: Container[str]) -> str:
    """A name, with a number if it is taken.

    Examples
    --------
    >>> free_name("Comment", {"Comment", "Comment (2)"})
    'Comment (3)'
    """
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name} ({count})"
    return free


def _columns(
    designs: ParsedDesigns,
    results: Results | None,
    noted: Notes | None,
    used: Mapping[str, NDArray[Any] | Categorical],
    ok: NDArray[np.bool_],
) -> ResultColumns:
    """Inputs as used, results and remarks, by field name."""
    count = len(ok)
    columns: dict[str, NDArray[Any] | Categorical] = {"design": designs.names}
    for name, value in designs.values.items():
        if name in q.RESULTS:
            continue
        column = _whole(name, value, count)
        if name in used:
            column = _replaced(column, ok, used[name])
        if unread := designs.unread.get(name):
            # What could not be read stays as found, for the row says what is wrong with it.
            found = column.decode() if isinstance(column, Categorical) else column.astype(object)
            for row, cell in unread.items():
                found[row] = _shown(cell)
            column = found
        columns[name] = column
    values: Mapping[str, Any] = {} if results is None else results.values
    for name in q.RESULTS:
        columns[name] = _spread(values.get(name, nan), ok)
    source, notes = Categorical.constant(None, count), Categorical.constant("", count)
    if results is not None and noted is not None:
        source = _replaced(source, ok, voltage_source(results.stack))
        notes = _replaced(notes, ok, noted.words)
    columns["voltage_source"] = source
    columns["notes"] = with_notes_of_table(designs.table, notes)
    columns["status"] = _status(designs, count)
    return ResultColumns(columns)


def _status(designs: ParsedDesigns, count: int) -> Categorical:
    """Whether each row is all right, or else what is wrong with it."""
    codes = np.zeros(count, dtype=np.intp)
    words = [q.OK]
    for row, (first, *others) in designs.faults.items():
        codes[row] = len(words)
        # The file and sheet are said once.
        beside = [problem.at(Location(cell=problem.where.cell)).sentence for problem in others]
        words.append("; ".join([first.sentence, *beside]))
    return Categorical(codes, tuple(words))


def _whole(name: str, value: Any, count: int) -> NDArray[Any] | Categorical:
    """A field as a column, a value for each row."""
    if value is None and q.DESIGN[name].kind != "number":
        return Categorical.constant(None, count)
    if isinstance(value, Categorical):
        return value
    if isinstance(value, str):
        return Categorical.constant(value, count)
    return np.broadcast_to(np.asarray(nan if value is None else value, dtype=float), (count,))


def _replaced(column: Any, where: NDArray[np.bool_], values: Any) -> Any:
    """A column of which some places hold others."""
    if where.all():
        return values
    if isinstance(column, Categorical):
        return Categorical.joined([column, values]).take(
            lambda codes: _put(codes[: where.size], where, codes[where.size :])
        )
    return _put(column, where, values)


def _put(array: NDArray[Any], where: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[Any]:
    array = array.copy()
    array[where] = values
    return array


def evaluate_records(records: Sequence[Mapping[str, Any]]) -> Evaluation:
    """Evaluate designs given as mappings of fields, with the library's materials.

    Parameters
    ----------
    records : sequence of mapping
        Fields by name; those left out take their defaults.

    Returns
    -------
    Evaluation
        In the order given.
    """
    headers = list(dict.fromkeys(name for record in records for name in record))
    table = table_of_designs(
        headers,
        [[record.get(name) for record in records] for name in headers],
        range(len(records)),
        lettered=False,
        decimal_marks=None,
    )
    return evaluate_rows(table, Materials.library())
