"""What a run over files of designs gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .coding import Columns
from .materials import Material
from .quantities import OK


@dataclass(kw_only=True)
class Batch:
    """What a run gave.

    Parameters
    ----------
    columns : Columns
        Inputs as used, results and remarks of every row, by field name.
    extra : dict of str to list
        The users' own columns.
    breakdown : dict of str to array
        Mass and thickness of layers and components, where it was asked for.
    sources : list of str
        Files evaluated.
    unusable : list of str
        A sentence for each file that could not be used.
    materials : list of Material
        The materials of all designs evaluated.
    wrong_materials : list of str
        A sentence for each of the workbooks' own materials that cannot be used.
    remarks : list of str
        Sentences on columns left alone and the like.
    provenance : list of (str, str)
        What the results rest on: a word, and what there is to say about it.
    defaults : dict of str to int
        How many rows took the default of each field.
    read, evaluated : int
        Rows read, and those of them with results.
    seconds : float
        Time it took.
    """

    columns: Columns = field(default_factory=Columns)
    extra: dict[str, list[Any]] = field(default_factory=dict)
    breakdown: dict[str, Any] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    wrong_materials: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    provenance: list[tuple[str, str]] = field(default_factory=list)
    defaults: dict[str, int] = field(default_factory=dict)
    read: int = 0
    evaluated: int = 0
    seconds: float = 0.0

    @property
    def in_error(self) -> int:
        """Rows read that have no results."""
        return self.read - self.evaluated

    @property
    def faultless(self) -> bool:
        """Whether no file, row or material was wrong."""
        return not (self.in_error or self.unusable or self.wrong_materials)

    @property
    def errors(self) -> list[str]:
        """The sentence of each row in error."""
        return [text for text in self.columns["status"] if text != OK]

    def best(self, name: str, count: int = 5) -> list[int]:
        """Rows with the highest values of a result, best first."""
        values = self.columns[name]
        order = np.argsort(-values, kind="stable")[:count]
        return [int(row) for row in order if not np.isnan(values[row])]
