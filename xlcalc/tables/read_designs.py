"""Designs of a table: cells read, faults located.

A cell that cannot be used costs its own row and nothing else, and the row's status says where and
why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import BLANK, Categorical, as_objects
from xlcalc.physics.faults import find_faults, misunderstood
from xlcalc.physics.inputs import Inputs, blocks
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import converted
from xlcalc.physics.stack import word_reader
from xlcalc.problems import Problem
from xlcalc.tables.header_effects import bases, basis_of, with_basis, wrong_foils
from xlcalc.tables.number_parsing import as_text, describe, is_blank, unreadable
from xlcalc.tables.table import Cells, Column, DesignTable

_PLAIN_COLUMN = re.compile(r"[0-9.eE+\-\n]*", re.ASCII)


@dataclass(kw_only=True)
class ParsedDesigns:
    """Designs as read: values for every row, and what is wrong with which."""

    table: DesignTable
    values: dict[str, Any] = field(default_factory=dict)
    names: Any = None
    faults: dict[int, list[Problem]] = field(default_factory=dict)
    unread: dict[str, dict[int, Any]] = field(default_factory=dict)
    defaults: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    remarks: list[Problem] = field(default_factory=list)

    def add_fault(self, row: int, problem: Problem) -> None:
        """Note what is wrong with a cell, once."""
        known = self.faults.setdefault(row, [])
        if not known or all(problem.field != other.field for other in known):
            where = self.table.cell(row, self.table.fields.get(problem.field))
            # A cell may hold line breaks; a sentence is one line.
            known.append(problem._replace(text=" ".join(problem.text.split()), where=where))


def _numbers(cells: Cells, typed: bool) -> NDArray[np.float64] | None:
    """A column at once where every cell is a number or blank (NaN), or None."""
    if isinstance(cells, np.ndarray):
        return cells
    assert isinstance(cells, list), "words stand in columns of words alone"
    if typed:
        if not {type(value) for value in cells} <= {int, float, type(None)}:
            return None
        try:
            numbers = np.array([nan if value is None else value for value in cells], dtype=float)
        except OverflowError:
            return None
        blank = sum(value is None for value in cells)
        return numbers if int(np.isnan(numbers).sum()) == blank else None
    text = "\n".join(value or "" for value in cells)
    if not _PLAIN_COLUMN.fullmatch(text):
        return None
    try:
        numbers = np.array([float(value) if value else nan for value in cells], dtype=float)
    except ValueError:
        return None
    # What is too large for a number is shown as it was found.
    return None if np.isinf(numbers).any() else numbers


def _read_number_column(reading: ParsedDesigns, quantity: Quantity, column: Column) -> None:
    table, cells = reading.table, column.cells
    factor = column.match.factor if column.match else None
    at_once = isinstance(cells, np.ndarray) or table.typed or table.decimal_marks in ("", ".")
    numbers = _numbers(cells, table.typed) if at_once else None
    unread: dict[int, Any] = {}
    if numbers is not None and factor is not None:
        numbers = np.array([converted(value, factor) for value in numbers.tolist()])
        # A number too large for a float is no number.
        if np.isinf(numbers).any():
            numbers = None
    if numbers is None:
        numbers = np.full(len(cells), nan)
        odd: dict[str, list[int]] = {}
        for row, value in enumerate(cells):
            # In an array NaN is a blank, and elsewhere a number gone wrong.
            if is_blank(value) or (isinstance(cells, np.ndarray) and isnan(value)):
                continue
            read = table.number(column, value)
            if isinstance(read, Problem):
                reading.add_fault(row, read)
                unread[row] = value
            else:
                numbers[row] = read.number
                if read.how:
                    odd.setdefault(read.how, []).append(row)
        for how, rows in odd.items():
            reading.remarks.append(_read_so(reading, quantity, how, rows, cells, numbers))
    missing = np.isnan(numbers)
    if missing.any() and quantity.has_default:
        # A blank stands in a wrong cell's place too, so that nothing else is said of it.
        missing[list(unread)] = False
        reading.defaults[quantity.name] = missing
    reading.unread[quantity.name] = unread
    reading.values[quantity.name] = numbers


def _read_so(
    reading: ParsedDesigns,
    quantity: Quantity,
    how: str,
    rows: list[int],
    cells: Cells,
    numbers: NDArray[np.float64],
) -> Problem:
    """What to say of cells that were read in one way."""
    cell = reading.table.cell(rows[0], reading.table.fields[quantity.name])
    unit = f" {quantity.unit}" if quantity.unit else ""
    return Problem(
        f"{describe(cells[rows[0]])} is read as {numbers[rows[0]]:.15g}{unit} ({how})",
        hint=f"so {'is' if len(rows) == 2 else 'are'} {len(rows) - 1} more of its column"
        if len(rows) > 1
        else "",
        where=cell,
        rule=f"read{unit}: {how}{' and more' if len(rows) > 1 else ''}",
    )


def _read_word_column(
    reading: ParsedDesigns, quantity: Quantity, cells: Cells, materials: Materials
) -> None:
    known = word_reader(quantity, materials)

    def canonical(value: Any) -> str | None:
        if is_blank(value):
            # A blank where a material is required is a forgotten cell, not the word "None".
            return None if quantity.required else BLANK
        return known(value.strip()) if isinstance(value, str) else None

    raw = cells if isinstance(cells, Categorical) else _as_found(cells)
    # Word by word, for a cell may hold what has no place in a dictionary.
    read = [canonical(word) for word in (*raw.categories, None)]
    understood = tuple(dict.fromkeys(word for word in read if word is not None))
    places = [-1 if word is None else understood.index(word) for word in read]
    coded = Categorical(np.array(places, dtype=np.intp)[raw.codes], understood)
    if not quantity.required:
        blank = np.array([is_blank(word) for word in (*raw.categories, None)])
        reading.defaults[quantity.name] = blank[raw.codes]
    unread = {
        int(row): None if raw.codes[row] < 0 else raw.categories[raw.codes[row]]
        for row in np.flatnonzero(coded.codes < 0)
    }
    # To find what a word may mean takes long, and few words fill many cells.
    problems = {
        code: _misread(None if code < 0 else raw.categories[code], quantity, materials)
        for code in {int(raw.codes[row]) for row in unread}
    }
    for row in unread:
        reading.add_fault(row, problems[int(raw.codes[row])])
    reading.unread[quantity.name] = unread
    reading.values[quantity.name] = coded


def _as_found(cells: NDArray[np.float64] | list[Any]) -> Categorical:
    """Cells of any kind as codes; equal cells of different types stay apart."""
    values = cells.tolist() if isinstance(cells, np.ndarray) else cells
    places: dict[Any, int] = {}
    found: list[Any] = []
    codes = []
    for value in values:
        if value is None or (isinstance(value, float) and isnan(value)):
            codes.append(-1)
            continue
        word = value if isinstance(value, str) else (type(value), repr(value))
        if word not in places:
            places[word] = len(found)
            found.append(value)
        codes.append(places[word])
    return Categorical(np.array(codes, dtype=np.intp), tuple(found))


def _misread(value: Any, quantity: Quantity, materials: Materials) -> Problem:
    if is_blank(value):
        hint = "an anode-free stack says anode-free" if quantity.name == "anode" else ""
        return quantity.problem("blank", rule="blank", hint=hint)
    if isinstance(value, str):
        return misunderstood(value, quantity, materials)
    return unreadable(value, quantity)


def read_designs(table: DesignTable, materials: Materials) -> ParsedDesigns:
    """Read the designs of a table.

    Parameters
    ----------
    table : DesignTable
        Raw cells.
    materials : Materials
        Where names are looked up.

    Returns
    -------
    ParsedDesigns
        Values for every row, and what is wrong with which.
    """
    reading = ParsedDesigns(table=table)
    for quantity in q.DESIGN.values():
        column = table.fields.get(quantity.name)
        if quantity.kind == "text":
            reading.names = _names(table, column)
        elif column is None and quantity.kind != "number":
            blanks = Categorical.constant(None, len(table))
            _read_word_column(reading, quantity, blanks, materials)
            if not quantity.required:
                reading.values[quantity.name] = None
        elif column is None:
            reading.values[quantity.name] = None
            if not quantity.optional:
                reading.defaults[quantity.name] = np.ones(len(table), dtype=bool)
        elif quantity.kind == "number":
            _read_number_column(reading, quantity, column)
        else:
            _read_word_column(reading, quantity, column.cells, materials)
        if column is not None and column.cell and len(table):
            _given_once(reading, quantity.name)
    _apply_headers(reading, materials)
    for row, problem in table.faults.items():
        reading.faults[row] = [problem]
    for name in {*reading.defaults} & {*table.fields} if table.faults else ():
        # Of a row that ends early no cell was left blank.
        reading.defaults[name][list(table.faults)] = False
    stored = _forget_derived_voltages(reading)
    start = 0
    inputs, whole = Inputs(reading.values, materials), np.broadcast_to(False, (len(table),))
    for index in blocks(whole.shape):
        for fault in find_faults(inputs.block(index), index(whole).shape):
            for place in np.flatnonzero(np.broadcast_to(fault.mask, fault.shape)).tolist():
                problem = fault.problem(place)
                if fault.of_material:
                    # The fault is the material's; the reader looks for the design it spoils.
                    problem = problem.of(f"design {str(reading.names[start + place])!r}")
                reading.add_fault(start + place, problem)
        start += index(whole).size
    if stored is not None:
        _remark_on_voltages(reading, stored, materials)
    return reading


def _given_once(reading: ParsedDesigns, name: str) -> None:
    """Take what stands above the header as one value, which concerns the designs that use it."""
    if name in reading.values and not reading.unread[name]:
        value = reading.values[name]
        one = value[0] if isinstance(value, Categorical) else float(value[0])
        reading.values[name] = one or None if isinstance(value, Categorical) else one


def _apply_headers(reading: ParsedDesigns, materials: Materials) -> None:
    """Take the bases of fractions that headers give; refuse what they leave open."""
    table = reading.table
    for name, columns in bases(table).items():
        word, quantity = basis_of(columns), q.DESIGN[name]
        coded, blank, other = with_basis(columns, reading.values[name], reading.defaults[name])
        reading.values[name], reading.defaults[name] = coded, blank
        for row in np.flatnonzero(other).tolist():
            found = f"{coded[row]}, and {columns[0].header!r} gives shares of {word}"
            reading.add_fault(row, quantity.problem(found, rule="other basis than the header's"))
    for rows, problem in wrong_foils(table, Inputs(reading.values, materials)):
        for row in np.flatnonzero(rows).tolist():
            reading.add_fault(row, problem)


#: How far, relative, voltages may be from those derived again: results are rounded by people.
_ROUNDED = 1e-3


def _forget_derived_voltages(reading: ParsedDesigns) -> NDArray[np.float64] | None:
    """Derive a voltage again that an earlier run derived, so that it stays marked so.

    Gives those that were found, NaN where there are none.
    """
    column = reading.table.results.get("voltage_source")
    voltages = reading.values[q.CELL_VOLTAGE.name]
    if column is None or not isinstance(voltages, np.ndarray):
        return None
    derived = q.REMARKS["voltage_source"].choices[1]
    again = [value == derived for value in column.cells]
    reading.values[q.CELL_VOLTAGE.name] = np.where(again, nan, voltages)
    return np.where(again, voltages, nan)


def _remark_on_voltages(
    reading: ParsedDesigns, stored: NDArray[np.float64], materials: Materials
) -> None:
    """Name voltages that are not used, for they are marked as derived and are now others."""
    derived = np.broadcast_to(
        np.asarray(Inputs(reading.values, materials).steps["derived_voltage_v"]), stored.shape
    )
    other = ~np.isnan(stored) & ~np.isclose(stored, derived, rtol=_ROUNDED, atol=0.0)
    if any(row not in reading.faults for row in np.flatnonzero(other).tolist()):
        source = reading.table.results["voltage_source"].header
        # Without numbers, for a file that is read in pieces says it once.
        text = f"is derived where {source!r} says so; another number there is not used"
        reading.remarks.append(
            Problem(
                f"{q.CELL_VOLTAGE.label} {text}",
                hint=f"clear {source!r} in its row to use it",
                where=reading.table.cell(None, reading.table.fields[q.CELL_VOLTAGE.name]),
            )
        )


def _names(table: DesignTable, column: Column | None) -> Any:
    values: Any = [None] * len(table) if column is None else column.cells
    if not isinstance(values, (list, np.ndarray, Categorical)):
        # Names of a large file, in which its reader has seen that there is nothing to mend.
        return values
    return as_objects(
        [
            f"row {number}" if is_blank(value) or value != value else as_text(value)
            for value, number in zip(values, table.row_numbers, strict=True)
        ]
    )
