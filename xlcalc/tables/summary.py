"""What a run over files of designs gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Categorical, ResultColumns
from xlcalc.physics.materials import Material, Materials
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import MOST_PLACES, with_others

#: Designs that are named as the best; sentences that are kept of all rows in error, and remarks.
MOST_BEST = 5
MOST_ERRORS = 1_000
MOST_REMARKS = 1_000


@dataclass(kw_only=True)
class Gathered:
    """What is said alike of many rows, such as a note on an unusual value.

    Parameters
    ----------
    sentence : str
        What is said of the first.
    count : int
        Of how many rows.
    cells : list of str
        Where it is said, the first few.
    """

    sentence: str
    count: int = 0
    cells: list[str] = field(default_factory=list)

    def add(self, count: int, cells: list[str]) -> None:
        """Say it of further rows."""
        self.count += count
        self.cells = [*self.cells, *cells][: MOST_PLACES + 1]

    def __str__(self) -> str:
        return with_others(self.sentence, self.cells[1:], self.count - 1)


@dataclass(kw_only=True)
class RunSummary:
    """What is to be said of some rows, however many they are.

    Parameters
    ----------
    read, evaluated : int
        Rows read, and those of them with results.
    skipped_rows : int
        Rows that are no designs and were not read as such, each with a remark.
    defaults : dict of str to dict
        How many rows took which default of a field, by field and value.
    remarks : list of str
        The first thousand sentences on columns and rows left alone and the like, each once.
    more_remarks : int
        How many there were beyond.
    notes : dict of str to Gathered
        What is noted of single rows, such as unusual values, by what rows have in common.
    errors : list of str
        The sentences of the first thousand rows in error.
    best : dict of str to list of dict
        The designs with the highest of each energy, best first: their name and energies.
    used : list of str
        Names of the materials of the designs evaluated.
    choices_taken : dict of str to dict
        How many designs took which of the assumptions that a design chooses, by field.
    """

    read: int = 0
    evaluated: int = 0
    skipped_rows: int = 0
    defaults: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    more_remarks: int = 0
    notes: dict[str, Gathered] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    best: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    choices_taken: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> RunSummary:
        """A summary from what `asdict` made of it."""
        notes = {rule: Gathered(**said) for rule, said in kept.pop("notes").items()}
        return cls(notes=notes, **kept)

    @property
    def in_error(self) -> int:
        """Rows read that have no results."""
        return self.read - self.evaluated

    @property
    def noted(self) -> list[str]:
        """The sentences of notes, each once for all its rows."""
        return [*map(str, self.notes.values())]

    def note(self, rule: str, sentence: str, count: int, cells: list[str]) -> None:
        """Note something of some rows."""
        if rule not in self.notes and len(self.notes) >= MOST_REMARKS:
            # As many files may have as many notes.
            self.more_remarks += 1
            return
        self.notes.setdefault(rule, Gathered(sentence=sentence)).add(count, cells)

    def add(self, other: RunSummary) -> None:
        """Count further rows."""
        self.read += other.read
        self.evaluated += other.evaluated
        self.skipped_rows += other.skipped_rows
        _add_counts(self.defaults, other.defaults)
        remarks = list(dict.fromkeys([*self.remarks, *other.remarks]))
        self.remarks = remarks[:MOST_REMARKS]
        self.more_remarks += other.more_remarks + len(remarks) - len(self.remarks)
        for rule, said in other.notes.items():
            self.note(rule, said.sentence, said.count, said.cells)
        self.errors += other.errors[: MOST_ERRORS - len(self.errors)]
        self.used = list(dict.fromkeys([*self.used, *other.used]))
        _add_counts(self.choices_taken, other.choices_taken)
        for name, designs in other.best.items():
            found = [*self.best.get(name, []), *designs]
            # Of equals the first comes first.
            self.best[name] = sorted(found, key=lambda design: -design[name])[:MOST_BEST]


def counted_defaults(
    quantity: Quantity, used: NDArray[Any] | Categorical, taken: NDArray[np.bool_]
) -> dict[str, int]:
    """How many rows took which default."""
    if isinstance(used, Categorical):
        codes = used.codes[taken & (used.codes >= 0)]
        counts = np.bincount(codes, minlength=len(used.categories)).tolist()
        return {word: n for word, n in sorted(zip(used.categories, counts, strict=True)) if n}
    values = dict.fromkeys([quantity.default, *(case.value for case in quantity.default_where)])
    found = {f"{value:g}": int(np.count_nonzero(taken & (used == value))) for value in values}
    return {value: n for value, n in sorted(found.items()) if n}


def _add_counts(counts: dict[str, dict[str, int]], further: dict[str, dict[str, int]]) -> None:
    for name, of_values in further.items():
        mine = counts.setdefault(name, {})
        for value, count in of_values.items():
            mine[value] = mine.get(value, 0) + count
        # In the order of the values, whichever part of a table came first.
        counts[name] = dict(sorted(mine.items()))


@dataclass(kw_only=True)
class BatchResult:
    """What a run gave.

    Parameters
    ----------
    summary : RunSummary
        Counts and sentences of all rows.
    columns : ResultColumns
        Inputs as used, results and remarks of every row, by field name. None where results were
        written chunk by chunk, to csv or parquet.
    extra : dict of str to list or Arrow array
        The users' own columns.
    breakdown : dict of str to array
        Mass and thickness of layers and components, where it was asked for.
    sources : list of str
        Files evaluated.
    unusable : list of str
        A sentence for each file that could not be used.
    materials : list of Material
        The materials of all designs evaluated; of files that differ in one, the first's.
    wrong_materials : list of str
        A sentence for each of the workbooks' own materials that cannot be used.
    seconds : float
        Time it took.
    provenance : list of tuple of str
        What the results rest on, as labels and words.
    """

    summary: RunSummary = field(default_factory=RunSummary)
    columns: ResultColumns = field(default_factory=ResultColumns)
    extra: dict[str, Any] = field(default_factory=dict)
    breakdown: dict[str, Any] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    wrong_materials: list[str] = field(default_factory=list)
    seconds: float = 0.0
    provenance: list[tuple[str, str]] = field(default_factory=list)

    def add(self, summary: RunSummary, materials: Materials) -> None:
        """Count further rows, and note the materials they use."""
        self.summary.add(summary)
        known = {material.name for material in self.materials}
        self.materials += [materials[name] for name in summary.used if name not in known]

    @property
    def faultless(self) -> bool:
        """Whether no file, row or material was wrong."""
        return not (self.summary.in_error or self.unusable or self.wrong_materials)
