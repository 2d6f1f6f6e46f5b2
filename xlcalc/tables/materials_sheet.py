"""A workbook's own materials, read from the table of its Materials sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.materials import Material, Materials
from xlcalc.physics.names import normalized
from xlcalc.problems import Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.below_no_header import cells_below_no_header
from xlcalc.tables.columns import (
    expect_columns_once,
    expect_required_columns,
    header_remarks,
    suggest_names,
)
from xlcalc.tables.header_effects import LEAST_SHARE, is_in_percent, tiny_share
from xlcalc.tables.header_matching import MATERIAL_HEADERS
from xlcalc.tables.number_parsing import Read, as_text, describe, is_blank
from xlcalc.tables.row_notes import numbers_not_read
from xlcalc.tables.special_rows import comment_problems
from xlcalc.tables.table import Column, Table


@dataclass(kw_only=True)
class OwnMaterials:
    """A workbook's own materials.

    Parameters
    ----------
    materials : list of Material
        The rows that can be used; what a row leaves blank is None.
    unusable : dict of str to Problem
        Names whose row is wrong, each with what is wrong with which cell.
    remarks : list of Problem
        Columns left alone, and the like.
    wrong_rows : list of dict
        The cells of rows that cannot be used, as found.
    """

    materials: list[Material] = field(default_factory=list)
    unusable: dict[str, Problem] = field(default_factory=dict)
    remarks: list[Problem] = field(default_factory=list)
    wrong_rows: list[dict[str, Any]] = field(default_factory=list)

    def on(self, library: Materials) -> Materials:
        """The library with these on top."""
        if not (self.materials or self.unusable):
            return library
        return library.with_own(self.materials, self.unusable)


def own_materials(table: Table) -> OwnMaterials:
    """The materials of a Materials sheet.

    Parameters
    ----------
    table : Table
        The cells of the sheet, its columns matched with the headers of materials.

    Returns
    -------
    OwnMaterials
        A wrong cell costs its own material and nothing else.

    Raises
    ------
    InputError
        If the headers contradict each other or no column holds names.
    """
    expect_columns_once(table)
    suggest_names(table, MATERIAL_HEADERS)
    expect_required_columns(table, MATERIAL_HEADERS)
    fields = table.fields
    own = OwnMaterials(remarks=[*table.row_remarks, *header_remarks(table)])
    unread = [(repr(column.header), numbers_not_read(column)) for column in table.others]
    unread += [(column_letters(position), here) for position, here in table.beside.items()]
    library = Materials.library()
    found: dict[str, Material] = {}
    rows: dict[str, int] = {}
    kept: dict[int, dict[str, Any]] = {}
    for row in range(len(table)):
        cells = {name: column.cells[row] for name, column in fields.items()}
        place = table.cell(row, fields["material"])
        word = cells.pop("material")
        if not isinstance(word, str) or is_blank(word):
            text = f"Material is {'blank' if is_blank(word) else describe(word)}"
            rule = f"{type(word).__name__} as a name"
            own.remarks.append(
                Problem(text, expected="a name", hint="left alone", where=place, rule=rule)
            )
            continue
        name = word.strip()
        if row in table.faults:
            own.unusable[name] = table.faults[row]._replace(field=name)
            own.wrong_rows.append({"material": name, **cells})
            continue
        word = normalized(library.name(name) or name)
        if word in rows:
            first = table.cell(rows[word], fields["material"])
            own.unusable[name] = Problem(
                f"{name!r} stands a second time, after {first}",
                where=place,
                field=name,
                rule="stands twice",
            )
            if kept[rows[word]] not in own.wrong_rows:
                own.wrong_rows.append(kept[rows[word]])
            own.wrong_rows.append({"material": name, **cells})
            found.pop(word, None)
            continue
        rows[word] = row
        kept[row] = {"material": name, **cells}
        values: dict[str, Any] = {"sources": {}, "doubts": [*_not_read(unread, row)]}
        for what, value in cells.items():
            if is_blank(value):
                continue
            cell = table.cell(row, fields[what])
            read = _read(table, fields[what], value)
            if isinstance(read, Problem):
                own.unusable[name] = read._replace(where=cell, field=name)
                own.wrong_rows.append(kept[row])
                break
            if isinstance(read, Read):
                values["sources"][what] = str(cell)
                if read.how:
                    text = f"{describe(value)} is read as {read.number:.15g} ({read.how})"
                    own.remarks.append(Problem(text, where=cell, rule=f"read: {read.how}"))
                values[what] = read.number
                match = fields[what].match
                if match and is_in_percent(match) and 0 < read.number < LEAST_SHARE:
                    doubt = tiny_share(match.quantity, read.number)
                    own.remarks.append(doubt.at(cell))
                    values["doubts"].append(doubt.statement)
            else:
                values[what] = read
        else:
            material = Material(name=name, **values)
            if refusal := library.refusal(material):
                own.unusable[name] = refusal._replace(
                    where=table.cell(row, fields["kind"]), field=name
                )
                own.wrong_rows.append(kept[row])
            else:
                found[word] = material
    own.materials = list(found.values())
    own.remarks += comment_problems(table)
    own.remarks += [beside.problem for beside in cells_below_no_header(table, sheets=True)]
    return own


def _not_read(unread: Iterable[tuple[str, NDArray[np.bool_]]], row: int) -> Iterator[str]:
    """What designs with a material say of the numbers of its row that were not read."""
    if headers := [header for header, here in unread if here[row]]:
        columns, were = ("columns", "were") if len(headers) > 1 else ("column", "was")
        yield f"{columns} {', '.join(headers)} of its row {were} not read"


def _read(table: Table, column: Column, value: Any) -> Read | Problem | str:
    """A cell of the Materials sheet, or what is wrong with it."""
    assert column.match is not None
    quantity = column.match.quantity
    if quantity.kind == "number":
        read = table.number(column, value)
        if isinstance(read, Read) and not quantity.allows(read.number):
            return quantity.out_of_range(read.number)
        return read
    text = as_text(value)
    if quantity.kind == "choice":
        match = {normalized(choice): choice for choice in quantity.choices}.get(normalized(text))
        return match or quantity.problem(repr(text), rule="no choice")
    return text
