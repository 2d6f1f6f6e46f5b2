"""A workbook as a function: its own formulas worked out once per row of inputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from xlcalc.errors import InputError, OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.files.csv_rows import read_csv
from xlcalc.files.names import name_of
from xlcalc.files.parquet_chunks import read_parquet
from xlcalc.files.writers import write_csv, write_json, write_parquet
from xlcalc.physics.categorical import as_objects
from xlcalc.physics.quantities import OK
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Location, Problem
from xlcalc.progress import Progress, Silent
from xlcalc.tables.cell_values import CellError
from xlcalc.tables.evaluate import free_name
from xlcalc.tables.header_matching import Vocabulary
from xlcalc.tables.number_parsing import Read, describe, is_blank, read_number
from xlcalc.tables.special_rows import comment_problems
from xlcalc.tables.table import Column, Table
from xlcalc.workbooks.formulas.cell_conversion import NoValue
from xlcalc.workbooks.formulas.cell_ids import CellId, find_cell, qualified
from xlcalc.workbooks.formulas.contents import read_contents
from xlcalc.workbooks.formulas.workbook_model import WorkbookModel
from xlcalc.workbooks.package.limits import Limits

_WRITERS = {".csv": write_csv, ".json": write_json, ".parquet": write_parquet}


@dataclass(kw_only=True)
class Scenarios:
    """What running scenarios gave.

    Parameters
    ----------
    columns : dict of str to ndarray
        The columns of the cases, then the outputs by name, then ``status``.
    inputs : list of str
        What each input is called and where it lies.
    errors : list of str
        A sentence for each case that has no results.
    remarks : list of str
        What was left alone.
    seconds : float
        Time it took, reading the workbook included.
    """

    columns: dict[str, Any]
    inputs: list[str]
    errors: list[str]
    remarks: list[str] = field(default_factory=list)
    seconds: float

    @property
    def count(self) -> int:
        """Number of cases."""
        return len(self.columns["status"])


@dataclass(frozen=True, slots=True)
class _Input:
    """An input: its column, its cell, and what kind of value belongs there."""

    column: Column
    place: CellId
    typed: Any
    quantity: Quantity


def run_scenarios(
    path: Path,
    cases: Path,
    outputs: Sequence[str],
    output: Path | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Scenarios:
    """Run a workbook's own model once per row of a file of inputs.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file; it stays as it is.
    cases : Path
        A csv or parquet file. A header is a defined name of the workbook or a cell such as
        ``Sheet1!B2``; a blank keeps the workbook's own value. Columns of words whose header names
        no cell are labels, and kept.
    outputs : sequence of str
        Defined names or cells whose values are wanted.
    output : Path, optional
        A .csv, .parquet or .json file; it appears whole or not at all.
    progress : Progress, optional
        Told how the run gets on.
    limits : Limits, optional
        What the workbook may have before it is refused unread.

    Returns
    -------
    Scenarios
        In the order of the cases.

    Raises
    ------
    InputError
        If the workbook or the cases cannot be used, or an input or output is no cell that can be.
    OutputError
        If the results cannot be written.
    """
    start = perf_counter()
    progress = progress or Silent()
    if output is not None and output.suffix.lower() not in _WRITERS:
        raise OutputError(f"{output}: expected a file ending in {', '.join(_WRITERS)}")
    if output is not None and output.resolve() in (cases.resolve(), path.resolve()):
        raise OutputError(f"{output}: is both input and output; expected another output file")
    contents = read_contents(path, limits)
    model = WorkbookModel(contents, progress)
    table = _cases(cases, model)
    inputs = _inputs(table, model)
    wanted = [_output(model, name) for name in outputs]
    progress.start("calculating", 0)
    model.evaluate()
    _refuse_unused(table, inputs, model)
    for name, place in zip(outputs, wanted, strict=True):
        if place in model.reasons:
            raise InputError(
                f"{name_of(path)}, cell {qualified(place)}: the output {name} has no value, for it "
                f"{model.reasons[place]}"
            )
    values, status = _run(model, table, inputs, wanted, outputs, progress)
    for one in inputs:
        # As they were read: numbers of a csv file are texts there.
        one.column.cells = [_echo(table, row, one) for row in range(len(table))]
    columns: dict[str, Any] = {}
    for column in table.columns:
        name = free_name(column.header, [*columns, "status"])
        columns[name] = np.asarray(column.cells, dtype=object)
    for header, found in zip(outputs, values, strict=True):
        columns[free_name(header, [*columns, "status"])] = as_objects(found)
    columns["status"] = as_objects(status)
    if output is not None:
        with whole_file(output) as file:
            _WRITERS[output.suffix.lower()](columns, file)
    return Scenarios(
        columns=columns,
        inputs=[f"{one.column.header} ({qualified(one.place)})" for one in inputs],
        errors=[text for text in status if text != OK],
        remarks=[*map(str, [*table.row_remarks, *comment_problems(table)])],
        seconds=perf_counter() - start,
    )


def _cases(path: Path, model: WorkbookModel) -> Table:
    try:
        if path.suffix.lower() == ".parquet":
            return read_parquet(path)
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            return read_csv(path, _vocabulary(model))
    except OSError as problem:
        raise InputError(f"{path}: cannot be read ({problem.strerror or problem})") from None
    raise InputError(f"{name_of(path)}: expected a file of cases ending in .csv, .tsv or .parquet")


def _vocabulary(model: WorkbookModel) -> Vocabulary:
    """All that a header may say, by which the separator and the header row are known."""
    contents = model.contents
    words = [*contents.names]
    for sheet in contents.sheets:
        for at in sheet.values:
            words.append(qualified((sheet.title, *at)))
    known = (Quantity(name=word, label=word, help="", kind="text") for word in words)
    return Vocabulary({quantity.name: quantity for quantity in known})


def _inputs(table: Table, model: WorkbookModel) -> list[_Input]:
    found = []
    for column in table.columns:
        header, where = column.header, table.cell(None, column)
        place = find_cell(model.contents, header)
        if place is None:
            if any(_is_number(cell) for cell in column.cells):
                raise InputError(
                    f"{where}: {header!r} names no cell of {name_of(model.contents.path)}; "
                    f"expected a defined name or a cell such as {_example(model)}"
                )
            continue
        if model.is_formula(place):
            raise InputError(
                f"{where}: {header} is the cell {qualified(place)}, which holds a formula; "
                "expected a cell that something is typed into"
            )
        quantity = Quantity(name=header, label=header, help="")
        found.append(_Input(column, place, model.typed(place), quantity))
    if not found:
        raise InputError(
            f"{table.source}: no header names a cell of {name_of(model.contents.path)}; expected "
            f"defined names or cells such as {_example(model)}"
        )
    taken: dict[CellId, str] = {}
    for one in found:
        if one.place in taken:
            raise InputError(
                f"{table.source}: {taken[one.place]} and {one.column.header} are both the "
                f"cell {qualified(one.place)}; expected each cell once"
            )
        taken[one.place] = one.column.header
    return found


def _refuse_unused(table: Table, inputs: Sequence[_Input], model: WorkbookModel) -> None:
    """A slip in an address would give the same result in every row."""
    for one in inputs:
        if one.typed is None and not model.is_used(one.place):
            raise InputError(
                f"{table.cell(None, one.column)}: {one.column.header} is the cell "
                f"{qualified(one.place)}, which is blank, and no formula refers to it; expected an "
                "input of the model"
            )


def _example(model: WorkbookModel) -> str:
    for sheet in model.contents.sheets:
        for at, value in sheet.values.items():
            if isinstance(value, float):
                return qualified((sheet.title, *at))
    return "Sheet1!B2"


def _is_number(cell: Any) -> bool:
    """Whether a cell is a number, or meant as one: 60 % and 4 mAh are no labels."""
    if isinstance(cell, str):
        return re.match(r"\s*[-+]?[.,]?\d", cell) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _output(model: WorkbookModel, name: str) -> CellId:
    book = name_of(model.contents.path)
    place = find_cell(model.contents, name)
    if place is None:
        near = get_close_matches(name, model.contents.names, n=1, cutoff=0.7)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise InputError(
            f"{book}: the output {name!r} is no cell; expected a defined name of one cell, or one "
            f"such as {_example(model)}{hint}"
        )
    if not model.is_formula(place):
        raise InputError(
            f"{book}, cell {qualified(place)}: the output {name} holds no formula; expected one"
        )
    return place


def _run(
    model: WorkbookModel,
    table: Table,
    inputs: Sequence[_Input],
    wanted: Sequence[CellId],
    names: Sequence[str],
    progress: Progress,
) -> tuple[list[list[Any]], list[str]]:
    progress.start("running scenarios", len(table))
    values: list[list[Any]] = [[None] * len(table) for _ in wanted]
    status: list[str] = []
    for row in range(len(table)):
        given = [(one, _value(table, row, one)) for one in inputs]
        wrong = [value for _, value in given if isinstance(value, Problem)]
        if row in table.faults:
            wrong = [table.faults[row]]
        if wrong:
            status.append("; ".join(problem.sentence for problem in wrong))
        else:
            for one, value in given:
                model.set(one.place, value)
            found = model.worked_out(wanted)
            for column, value in zip(values, found, strict=True):
                column[row] = None if isinstance(value, NoValue) else value
            status.append(_status(table.cell(row, None), names, found))
        progress.step(1)
    return values, status


_TRUTH = {"TRUE": True, "FALSE": False}
_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")


def _value(table: Table, row: int, one: _Input) -> Any:
    """What an input is in a case, or what is wrong with it."""
    cell = one.column.cells[row]
    if is_blank(cell) or (isinstance(cell, float) and np.isnan(cell)):
        return one.typed
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    if isinstance(one.typed, bool) and str(cell).strip().upper() in _TRUTH:
        return _TRUTH[str(cell).strip().upper()]
    # What of it is a label and what a number is not for us to say in a model of anyone's.
    read = read_number(cell, one.quantity, typed=table.typed, marks=None)
    if isinstance(read, Read):
        return read.number
    if isinstance(cell, str) and not isinstance(one.typed, (float, bool)):
        return cell
    if isinstance(cell, str):
        point = ", with a decimal point" if _COMMA.fullmatch(cell) else ""
        kind = "TRUE or FALSE" if isinstance(one.typed, bool) else "a number"
        expected = f"{kind}, as in {qualified(one.place)}{point}"
        read = Problem(f"{one.quantity.label} is {describe(cell)}", expected=expected)
    return read.at(table.cell(row, one.column))


def _echo(table: Table, row: int, one: _Input) -> Any:
    """An input of a case as it goes into the results."""
    cell = one.column.cells[row]
    read = None if is_blank(cell) else _value(table, row, one)
    return read if isinstance(read, float) else cell


def _status(where: Location, names: Sequence[str], found: Iterable[Any]) -> str:
    wrong = []
    for name, value in zip(names, found, strict=True):
        if isinstance(value, CellError):
            wrong.append(f"{name} is {value}")
        elif isinstance(value, NoValue):
            wrong.append(f"{name} has no value: it {value}")
    return Problem("; ".join(wrong), where=where).sentence if wrong else OK
