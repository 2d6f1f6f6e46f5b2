"""Tables of designs evaluated: inputs as used, results, notes and one status for every row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import quantities as q
from .coding import Coded, as_objects
from .energy import Results, evaluate
from .errors import DesignError
from .headers import unknown_headers
from .inputs import part_of
from .materials import BINDER, CARBON, Material, Materials
from .notes import inputs_as_used
from .reading import Reading, read_designs
from .stack import Stack
from .table import Cells, Merged, Table, Uncalculated
from .words import suggest

if TYPE_CHECKING:
    import pandas as pd

_LARGEST_INTEGER = 2**63 - 1


@dataclass(kw_only=True)
class Evaluation:
    """A table evaluated.

    Parameters
    ----------
    table : Table
        The table as read.
    columns : dict of str to array
        Every input as used, every result, voltage source, notes and status, by field name; a value
        for each row. Blank (NaN, None) where a design does not use an input or has no result.
    extra : dict of str to list
        The columns that name nothing known, as found; of two with one name the second is numbered.
    own_columns : list of int
        Positions of those columns in the table.
    ok : ndarray of bool
        The rows evaluated.
    results : Results
        Results of those rows alone.
    defaults : dict of str to int
        How many rows took the default of each field and used it.
    remarks : list of str
        Sentences on columns and rows left alone or calculated anew.
    faults : dict of int to list
        By row, what is wrong with which field.
    """

    table: Table
    columns: dict[str, Any]
    extra: dict[str, list[Any]]
    own_columns: list[int]
    ok: NDArray[np.bool_]
    results: Results | None
    defaults: dict[str, int]
    remarks: list[str]
    faults: dict[int, list[tuple[str, str]]]

    def __len__(self) -> int:
        return len(self.table)

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
        return self.results.stack.one(int(self.ok[:row].sum()))

    def materials_used(self) -> list[Material]:
        """The materials of the designs evaluated, each once."""
        if self.results is None:
            return []
        stack = self.results.stack
        names = [
            word
            for n, quantity in q.DESIGN.items()
            if quantity.kind == "material"
            for word in stack.words(n)
        ]
        names += [name for name in (BINDER, CARBON) if name in stack.materials]
        return list({stack.materials[name].name: stack.materials[name] for name in names}.values())

    def breakdown(self) -> dict[str, NDArray[np.float64]]:
        """Mass and thickness of every layer and component, a value for each row."""
        values: Mapping[str, Any] = {} if self.results is None else self.results.breakdown
        return {name: _spread(values.get(name, nan), self.ok) for name in q.BREAKDOWN}


def _spread(value: Any, ok: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A value for each row from those of the rows evaluated; NaN for the others."""
    if isinstance(value, np.ndarray) and value.size == ok.size:
        return value
    column = np.full(ok.size, nan)
    column[ok] = value
    return column


def evaluate_rows(table: Table, materials: Materials) -> Evaluation:
    """Evaluate the designs of a table, row by row as far as errors are concerned.

    Parameters
    ----------
    table : Table
        Raw cells.
    materials : Materials
        Where names are looked up.

    Returns
    -------
    Evaluation
        In the order of the rows.

    Raises
    ------
    InputError
        If the table cannot be used at all: its headers contradict each other or lack a field.
    """
    reading = read_designs(table, materials)
    ok = np.ones(len(table), dtype=bool)
    ok[list(reading.faults)] = False
    results = None
    if ok.any():
        values = reading.values if ok.all() else part_of(reading.values, lambda array: array[ok])
        results = evaluate(Stack(**values, materials=materials))
    used = {} if results is None else inputs_as_used(results.stack, results.np_ratio)
    return Evaluation(
        table=table,
        columns=_columns(reading, results, used, ok),
        extra=_extra(reading),
        own_columns=reading.headers.others,
        ok=ok,
        results=results,
        defaults=_defaults(reading, used, ok),
        remarks=_remarks(reading),
        faults=reading.faults,
    )


def _remarks(reading: Reading) -> list[str]:
    table, headers = reading.table, reading.headers
    remarks = [*table.asides, *unknown_headers(table, headers)]
    if headers.results:
        old = ", ".join(table.headers[column] for column in headers.results.values())
        where = f"{table.source}: " if table.source else ""
        remarks.append(f"{where}results found in the input are calculated anew: {old}")
    return remarks


def _extra(reading: Reading) -> dict[str, list[Any]]:
    """The user's own columns under names that no other column has."""
    extra: dict[str, list[Any]] = {}
    for column in reading.headers.others:
        cells = reading.table.columns[column]
        values = cells.tolist() if isinstance(cells, np.ndarray) else cells
        extra[free_name(reading.table.headers[column], extra)] = [_shown(value) for value in values]
    return extra


def _shown(value: Any) -> Any:
    """A cell as it may stand in a result."""
    if isinstance(value, Uncalculated):
        return value.formula
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        # More than a column of numbers can hold.
        return str(value)
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


def _defaults(
    reading: Reading, used: Mapping[str, NDArray[Any]], ok: NDArray[np.bool_]
) -> dict[str, int]:
    """How many rows took the default of each field and used it."""
    counts = {}
    for name, taken in reading.defaults.items():
        if name in used:
            taken = taken.copy()
            taken[ok] &= ~_blank(used[name])
        if taken.any():
            counts[name] = int(taken.sum())
    return counts


def _blank(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype == object:
        return np.array([value is None for value in column], dtype=bool)
    return np.asarray(np.isnan(column))


def _columns(
    reading: Reading,
    results: Results | None,
    used: Mapping[str, NDArray[Any]],
    ok: NDArray[np.bool_],
) -> dict[str, Any]:
    """Inputs as used, results and remarks, by field name."""
    count = len(ok)
    columns: dict[str, Any] = {"design": as_objects(reading.names)}
    for name, value in reading.values.items():
        if name in q.RESULTS:
            continue
        column = _whole(value, count)
        if name in used:
            column[ok] = used[name]
        if unread := reading.unread.get(name):
            # What could not be read stays as found, for the row says what is wrong with it.
            column = column.astype(object)
            for row, found in unread.items():
                column[row] = _shown(found)
        columns[name] = column
    values: Mapping[str, Any] = {} if results is None else results.values
    for name in q.RESULTS:
        columns[name] = _spread(values.get(name, nan), ok)
    columns["voltage_source"] = as_objects([None] * count)
    columns["notes"] = as_objects([""] * count)
    columns["status"] = as_objects([q.OK] * count)
    if results is not None:
        columns["voltage_source"][ok] = results.voltage_source
        columns["notes"][ok] = results.notes
    _note_doubtful_headers(reading, columns["notes"])
    for row, faults in reading.faults.items():
        first, *others = (sentence for _, sentence in faults)
        # The file and sheet are said once.
        others = [text.removeprefix(f"{reading.table.source}, ") for text in others]
        columns["status"][row] = "; ".join([first, *others])
    return columns


def _note_doubtful_headers(reading: Reading, notes: NDArray[np.object_]) -> None:
    """Say in each result that a column looks like a field and was not read."""
    for column in reading.headers.others:
        header = reading.table.headers[column]
        meant = suggest(header, q.DESIGN)
        if meant is not None and meant.name not in reading.headers.fields:
            note = f"column {header!r} was not read (did you mean {meant.header!r}?)"
            for row, others in enumerate(notes):
                notes[row] = f"{others}; {note}" if others else note


def _whole(value: Any, count: int) -> NDArray[Any]:
    """A field as a column of its own, a value for each row."""
    if isinstance(value, Coded):
        return value.decode()
    if isinstance(value, str):
        return as_objects([value] * count)
    return np.array(np.broadcast_to(nan if value is None else value, (count,)), dtype=float)


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
    table = Table(
        source="",
        headers=headers,
        columns=[[record.get(name) for record in records] for name in headers],
        row_numbers=range(len(records)),
        lettered=False,
    )
    return evaluate_rows(table, Materials.library())


def evaluate_table(
    frame: pd.DataFrame, materials: Materials | Iterable[Material] | None = None
) -> pd.DataFrame:
    """Evaluate a DataFrame of designs, a row each.

    Parameters
    ----------
    frame : DataFrame
        Columns by field name or by label, in any order and case; `cathode`, `anode` and
        `electrolyte` are required, a blank of any other takes its default. NaN and None are blanks.
    materials : Materials or iterable of Material, optional
        Where names are looked up, or own materials on top of the library.

    Returns
    -------
    DataFrame
        Every input as used, every result, `voltage_source`, `notes` and `status` ("ok", or the
        sentence saying what is wrong with the row), then the columns it does not know. Rows and
        index as in `frame`.

    Raises
    ------
    InputError
        If a required column is missing, two columns mean the same, or a header has another unit.

    Notes
    -----
    pandas reads the word None in a file as a blank; read with ``keep_default_na=False``, or write
    anode-free.

    Examples
    --------
    >>> import pandas as pd
    >>> designs = pd.DataFrame(
    ...     {
    ...         "Cathode": "NMC811",
    ...         "Anode": ["Si", "anode-free", "Si"],
    ...         "Electrolyte": "LPSC",
    ...         "np_ratio": [1.1, None, -1],
    ...     }
    ... )
    >>> result = evaluate_table(designs)
    >>> result.energy_density_wh_l.round().tolist()
    [1147.0, 1385.0, nan]
    >>> result.status[2]
    "row 2, column 'np_ratio': N/P ratio is -1; expected a number above 0"
    """
    import pandas as pd

    if materials is None:
        materials = Materials.library()
    elif not isinstance(materials, Materials):
        materials = Materials.library().with_own(materials)
    table = Table(
        source="",
        headers=[str(header) for header in frame.columns],
        columns=[_frame_cells(frame.iloc[:, column]) for column in range(frame.shape[1])],
        row_numbers=frame.index.tolist(),
        lettered=False,
    )
    evaluation = evaluate_rows(table, materials)
    result = pd.DataFrame(evaluation.columns, index=frame.index)
    # The user's own columns keep their types.
    own = frame.iloc[:, evaluation.own_columns].set_axis(
        [free_name(name, result) for name in evaluation.extra], axis=1
    )
    return pd.concat([result, own], axis=1)


def _frame_cells(series: pd.Series[Any]) -> Cells:
    import pandas as pd

    types = pd.api.types
    if types.is_float_dtype(series) or types.is_integer_dtype(series):
        return series.to_numpy(dtype=float, na_value=nan)
    blank = series.isna().tolist()
    return [None if none else v for v, none in zip(series.tolist(), blank, strict=True)]
