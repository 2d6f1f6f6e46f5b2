"""A workbook's own materials, read from the table of its Materials sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xlcalc.physics.materials import Material, Materials
from xlcalc.physics.names import key
from xlcalc.tables.columns import (
    expect_columns_once,
    expect_required_columns,
    header_remarks,
    suggest_names,
)
from xlcalc.tables.header_names import MATERIAL_HEADERS
from xlcalc.tables.number_parsing import Read, as_text, describe, is_blank, read_number
from xlcalc.tables.table import Column, Table


@dataclass(kw_only=True)
class OwnMaterials:
    """A workbook's own materials.

    Parameters
    ----------
    materials : list of Material
        The rows that can be used; what a row leaves blank is None.
    unusable : dict of str to str
        Names whose row is wrong, each with a sentence naming the cell.
    remarks : list of str
        Sentences on columns left alone.
    wrong_rows : list of dict
        The cells of rows that cannot be used, as found.
    """

    materials: list[Material] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
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
    own = OwnMaterials(remarks=header_remarks(table))
    library = Materials.library()
    found: dict[str, Material] = {}
    rows: dict[str, int] = {}
    kept: dict[int, dict[str, Any]] = {}
    for row in range(len(table)):
        cells = {name: column.cells[row] for name, column in fields.items()}
        place = table.cell(row, fields["material"])
        word = cells.pop("material")
        if not isinstance(word, str) or is_blank(word):
            found_ = describe(word) if not is_blank(word) else "blank"
            own.remarks.append(f"{place}: Material is {found_}; expected a name; left alone")
            continue
        name = word.strip()
        word = key(library.name(name) or name)
        if word in rows:
            first = table.cell(rows[word], fields["material"])
            own.unusable[name] = f"{place}: {name!r} stands a second time, after {first}"
            if kept[rows[word]] not in own.wrong_rows:
                own.wrong_rows.append(kept[rows[word]])
            own.wrong_rows.append({"material": name, **cells})
            found.pop(word, None)
            continue
        rows[word] = row
        kept[row] = {"material": name, **cells}
        values: dict[str, Any] = {"sources": {}}
        for what, value in cells.items():
            if is_blank(value):
                continue
            cell = table.cell(row, fields[what])
            read = _read(table, fields[what], value)
            if isinstance(read, _Wrong):
                own.unusable[name] = f"{cell}: {read.sentence}"
                own.wrong_rows.append(kept[row])
                break
            if isinstance(read, Read):
                values["sources"][what] = cell
                if read.how:
                    own.remarks.append(
                        f"{cell}: {describe(value)} is read as {read.number:.15g} ({read.how})"
                    )
                read = read.number
            values[what] = read
        else:
            material = Material(name=name, **values)
            if refusal := library.refusal(material):
                own.unusable[name] = f"{table.cell(row, fields['kind'])}: {refusal}"
                own.wrong_rows.append(kept[row])
            else:
                found[word] = material
    own.materials = list(found.values())
    return own


class _Wrong:
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def _read(table: Table, column: Column, value: Any) -> Any:
    """A cell of the Materials sheet, or what is wrong with it."""
    assert column.match is not None
    quantity, factor = column.match.quantity, column.match.factor
    if quantity.kind == "number":
        read = read_number(
            value, quantity, typed=table.typed, marks=table.decimal_marks, factor=factor
        )
        if isinstance(read, str):
            return _Wrong(read)
        if not quantity.allows(read.number):
            return _Wrong(quantity.complaint(read.number))
        return read
    text = as_text(value)
    if quantity.kind == "choice":
        match = {key(choice): choice for choice in quantity.choices}.get(key(text))
        return match or _Wrong(f"{quantity.label} is {text!r}; expected {quantity.expected}")
    return text
