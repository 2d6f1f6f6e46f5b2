"""The function that evaluates a table of designs, as files of designs are evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import Any

from xlcalc.errors import XlcalcError
from xlcalc.functions.arguments import Argument, FailureError
from xlcalc.functions.ranges import Rows
from xlcalc.functions.stack_functions import stack_of
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN, REMARKS, RESULTS
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.cell_values import NOT_AVAILABLE, NUM_ERROR, VALUE_ERROR, CellError
from xlcalc.tables.columns import design_table
from xlcalc.tables.detect import table_from_rows
from xlcalc.tables.evaluate import evaluate_rows
from xlcalc.tables.header_matching import Vocabulary
from xlcalc.tables.number_parsing import describe
from xlcalc.tables.table import Table


def evaluate_designs(headers: Rows, rows: Rows, results: Rows, materials: Materials) -> Rows:
    """Results of designs given as a table, a row each."""
    names = [cell for row in headers for cell in row]
    if len(rows[0]) != len(names):
        text = f"{len(names)} headers and rows of {len(rows[0])} cells"
        raise FailureError(VALUE_ERROR, Problem(text, expected="as many"))
    wanted = [_wanted(cell) for row in results for cell in row]
    try:
        cells = table_from_rows([names, *rows], Location("designs"), decimal_mark=None)
        table = design_table(_numbered(cells))
        evaluation = evaluate_rows(table, materials)
    except XlcalcError as error:
        raise FailureError(VALUE_ERROR, error.problem) from None
    found: Rows = [[NOT_AVAILABLE] * len(wanted) for _ in rows]
    for at, number in enumerate(table.row_numbers):
        row = number - 1
        wrong = None
        if not evaluation.ok[at]:
            wrong = _error_in_row(
                {name: column.cells[at] for name, column in table.fields.items()}, materials
            )
        for column, name in enumerate(wanted):
            value: Any = evaluation.columns[name][at]
            if name in RESULTS:
                value = float(value)
                value = wrong or (NOT_AVAILABLE if isnan(value) else value)
            found[row][column] = value if value is not None else ""
    return found


def _numbered(table: Table) -> Table:
    """A table whose sentences name its rows and headers; where its cells lie is not known."""
    numbers = [number - 1 for number in table.row_numbers]
    return replace(table, source=NOWHERE, row_numbers=numbers, lettered=False)


#: What a design may be asked for.
_WANTED = Vocabulary({**RESULTS, **REMARKS})


def _wanted(cell: Any) -> str:
    quantity = _WANTED.in_our_unit(cell) if isinstance(cell, str) else None
    if quantity is None:
        text, expected = f"{describe(cell)} is no result", f"one of {', '.join(_WANTED)}"
        raise FailureError(VALUE_ERROR, Problem(text, expected=expected))
    return quantity.name


def _error_in_row(cells: Mapping[str, Any], materials: Materials) -> CellError:
    """The error value of a design that cannot be evaluated, as a function's argument gives it."""
    values = {}
    try:
        for name, cell in cells.items():
            quantity = DESIGN[name]
            if quantity.kind != "text":
                argument = Argument(name=name, quantity=quantity, optional=not quantity.required)
                values[name] = argument.read(cell)
        stack_of(values, materials)
    except FailureError as failure:
        return failure.error
    return NUM_ERROR
