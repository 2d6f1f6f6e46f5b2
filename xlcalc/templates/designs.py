"""Designs on their way into a template: what is typed into its Stacks and Materials sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, isnan
from typing import Any

import numpy as np

from xlcalc.physics.materials import Material, Materials
from xlcalc.physics.quantities import DESIGN, KINDS
from xlcalc.problems import Problem
from xlcalc.tables.cell_values import Formatted, Merged, Uncalculated
from xlcalc.tables.columns import table_of_designs
from xlcalc.tables.evaluate import Evaluation, evaluate_rows
from xlcalc.tables.materials_sheet import OwnMaterials
from xlcalc.tables.number_parsing import Read, describe, is_blank
from xlcalc.tables.table import Cells, Column, DesignTable
from xlcalc.templates.sheets.materials import material_cells
from xlcalc.workbooks.template_book import Content

#: Rows that a Materials sheet has left for a user's own.
_ROOM = 8


@dataclass(frozen=True, kw_only=True)
class Designs:
    """Designs to be poured into a template.

    Parameters
    ----------
    rows : sequence of mapping
        What is typed for each design, by field; right or wrong.
    source : str
        The file they come from.
    own : sequence of Material
        Materials that the library lacks, or that override it.
    unusable : mapping of str to Problem
        Names whose row in a file was wrong, each with the reason.
    wrong_rows : sequence of mapping
        Those rows as found.
    extra : mapping of str to sequence
        The user's own columns by header.
    """

    rows: Sequence[Mapping[str, Content]]
    source: str = ""
    own: Sequence[Material] = ()
    unusable: Mapping[str, Problem] = field(default_factory=dict)
    wrong_rows: Sequence[Mapping[str, Any]] = ()
    extra: Mapping[str, Sequence[Content]] = field(default_factory=dict)

    @cached_property
    def materials(self) -> Materials:
        """The library with their own materials on top."""
        return Materials.library().with_own(self.own, self.unusable)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The designs evaluated; charts are laid out by it."""
        names = list(dict.fromkeys(name for row in self.rows for name in row)) or ["design"]
        names += [name for name, q in DESIGN.items() if q.required and name not in names]
        columns: list[Any] = [[row.get(name) for row in self.rows] for name in names]
        numbers = range(1, len(self.rows) + 1)
        return evaluate_rows(table_of_designs(names, columns, numbers), self.materials)

    @cached_property
    def electrolytes(self) -> list[str]:
        """Electrolytes in the order of the Materials sheet: those of the designs, then the rest."""
        kinds = KINDS["electrolyte"]
        names = [name for name, material in self.materials.items() if material.kind in kinds]
        return sorted(names, key=lambda name: name not in self.electrolytes_used)

    @cached_property
    def electrolytes_used(self) -> set[str]:
        """Electrolytes of the designs."""
        words = (self.materials.name(row.get("electrolyte")) for row in self.rows)
        return {word for word in words if word is not None}

    @property
    def material_rows(self) -> list[dict[str, Content]]:
        """The rows of a Materials sheet, each with the library's material of that name, if any."""
        library = Materials.library()
        typed = {self.materials.name(own.name): own for own in self.own}
        # Charts have few colours, and give them to the electrolytes that come first.
        electrolytes = self.electrolytes
        first = iter(electrolytes)
        names = [next(first) if name in electrolytes else name for name in self.materials]
        rows = [
            material_cells(self.materials[name], library.get(name), typed.get(name))
            for name in names
        ]
        # The sheet's own check then names the fault, and designs that use it have no result.
        rows += [
            {name: _plain(value) for name, value in row.items() if not is_blank(value)}
            for row in self.wrong_rows
        ]
        return rows + [{}] * _ROOM


def designs_from(table: DesignTable, own: OwnMaterials, source: str = "") -> Designs:
    """Designs as a file has them.

    Parameters
    ----------
    table : DesignTable
        The file's cells.
    own : OwnMaterials
        Its own materials.
    source : str
        The file's name.

    Returns
    -------
    Designs
        What is no value of its field stays as found, for the template's Check to name.
    """
    rows: list[dict[str, Content]] = [{} for _ in range(len(table))]
    materials = own.on(Materials.library())
    for name, column in table.fields.items():
        for row, value in zip(rows, _cells(column.cells), strict=True):
            content = _content(value, column, table)
            if content is not None:
                # A sheet knows materials by the names in its rows alone.
                row[name] = (DESIGN[name].kind == "material" and materials.name(content)) or content
    for number, row in enumerate(rows, start=1):
        row.setdefault("design", f"Design {number}")
    extra = {
        column.header: [_plain(value) for value in _cells(column.cells)]
        for column in table.columns
        if column.match is None
    }
    return Designs(
        rows=rows,
        source=source,
        own=own.materials,
        unusable=own.unusable,
        wrong_rows=own.wrong_rows,
        extra=extra,
    )


def designs_of(records: Iterable[Mapping[str, Any]], own: Sequence[Material] = ()) -> Designs:
    """Designs from mappings of fields."""
    return Designs(rows=[dict(record) for record in records], own=own)


def _cells(column: Cells) -> Sequence[Any]:
    """Cells of a column; in an array of numbers a blank is NaN."""
    if isinstance(column, np.ndarray):
        return [None if isnan(value) else value for value in column.tolist()]
    return list(column)


def _content(value: Any, column: Column, table: DesignTable) -> Content:
    assert column.match is not None
    quantity = column.match.quantity
    if is_blank(value):
        return None
    if quantity.name == "design":
        # A name is a text, also where it was typed as a number.
        return str(_plain(value))
    if quantity.kind == "number":
        read = table.number(column, value)
        if isinstance(read, Read):
            return read.number
    return _plain(value)


def _plain(value: Any) -> Content:
    """A cell as it may be typed again: what is no plain value becomes words about it."""
    if is_blank(value):
        return None
    if isinstance(value, float) and not isfinite(value):
        # A cell cannot hold it, and a blank would say something else.
        return str(value)
    if isinstance(value, Formatted):
        return value.plain
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (Uncalculated, Merged)):
        return describe(value)
    item = getattr(value, "item", None)
    return item() if item is not None else str(value)
