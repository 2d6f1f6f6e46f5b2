"""Tables of designs evaluated: inputs as used, results, notes and one status for every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import quantities as q
from .coding import Coded
from .energy import Results, evaluate
from .errors import DesignError
from .inputs import METAL, Inputs, part_of
from .materials import Material, Materials
from .stack import Stack
from .table import Cells, Reading, Table, as_objects, read_designs, unknown_headers

if TYPE_CHECKING:
    import pandas as pd

OK = "ok"


@dataclass(kw_only=True)
class Evaluation:
    """A table evaluated.

    Parameters
    ----------
    table : Table
        The table as read.
    columns : dict of str to array
        Every input as used, every result, voltage source, notes and status, by field name; a value
        for each row. Blank (NaN, None) where a design does not use an input or is in error.
    extra : dict of str to Cells
        The columns that name nothing known, as found.
    ok : ndarray of bool
        The rows evaluated.
    results : Results
        Results of those rows alone.
    defaults : dict of str to int
        How many rows took the default of each field.
    remarks : list of str
        Sentences on columns left alone or calculated anew.
    """

    table: Table
    columns: dict[str, Any]
    extra: dict[str, Cells]
    ok: NDArray[np.bool_]
    results: Results | None
    defaults: dict[str, int]
    remarks: list[str]

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

    def breakdown(self) -> dict[str, NDArray[np.float64]]:
        """Mass and thickness of every layer and component, a value for each row."""
        values: Mapping[str, Any] = {} if self.results is None else self.results.breakdown
        return {name: self._spread(values.get(name, nan)) for name in q.BREAKDOWN}

    def _spread(self, value: Any) -> NDArray[np.float64]:
        return _spread(value, self.ok)


def _spread(value: Any, ok: NDArray[np.bool_]) -> NDArray[np.float64]:
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
    remarks = unknown_headers(table, reading.headers)
    if reading.headers.results:
        old = ", ".join(table.headers[column] for column in reading.headers.results)
        where = f"{table.source}: " if table.source else ""
        remarks.append(f"{where}results found in the input are calculated anew: {old}")
    return Evaluation(
        table=table,
        columns=_columns(reading, results, ok),
        extra={table.headers[c]: table.columns[c] for c in reading.headers.others},
        ok=ok,
        results=results,
        defaults={name: count for name, count in reading.defaults.items() if count},
        remarks=remarks,
    )


def _columns(reading: Reading, results: Results | None, ok: NDArray[np.bool_]) -> dict[str, Any]:
    """Inputs as used, results and remarks, by field name."""
    count = len(ok)
    columns: dict[str, Any] = {"design": as_objects(reading.names)}
    for name, value in reading.values.items():
        if name not in q.RESULTS:
            columns[name] = _echo(value, reading.unread.get(name, {}), count)
    if results is not None:
        for name, used in _as_used(results).items():
            columns[name][ok] = used
        columns.update((name, _spread(value, ok)) for name, value in results.values.items())
        columns["voltage_source"] = as_objects([None] * count)
        columns["voltage_source"][ok] = results.voltage_source
    else:
        columns.update({name: np.full(count, nan) for name in q.RESULTS})
        columns["voltage_source"] = as_objects([None] * count)
    columns["notes"] = as_objects([""] * count)
    if results is not None:
        columns["notes"][ok] = find_notes(results)
    columns["status"] = as_objects([OK] * count)
    for row, faults in reading.faults.items():
        columns["status"][row] = faults[0][1]
    return columns


def _echo(value: Any, unread: Mapping[int, Any], count: int) -> NDArray[Any]:
    """A column of the inputs, a value for each row; what could not be read stays as found."""
    if isinstance(value, Coded):
        words = value.decode()
        for row, found in unread.items():
            words[row] = found
        return words
    if isinstance(value, str):
        return as_objects([value] * count)
    column = np.array(np.broadcast_to(nan if value is None else value, (count,)), dtype=float)
    column[list(unread)] = nan
    return column


def _as_used(results: Results) -> dict[str, Any]:
    """Inputs that a design does not use (NaN, None), or that follow from others."""
    stack = results.stack
    inputs = Inputs(stack.values, stack.materials)
    shape = stack.shape

    def whole(truth: Any) -> NDArray[np.bool_]:
        return np.broadcast_to(np.asarray(truth), shape)

    metal, foil = whole(inputs.is_kind("anode", METAL)), whole(inputs.given_foil)
    used: dict[str, Any] = {
        "np_ratio": np.where(
            foil, results.np_ratio, np.where(metal, nan, inputs.number("np_ratio"))
        ),
        "lithium_excess": np.where(
            metal, np.where(foil, results.np_ratio, inputs.number("lithium_excess")), nan
        ),
    }
    for name in ("active_fraction", "binder_fraction", "carbon_fraction", "porosity"):
        used[f"anode_{name}"] = np.where(metal | foil, nan, inputs.number(f"anode_{name}"))
    density = inputs.number("separator_density_g_cm3")
    own = inputs.value("electrolyte", "density_g_cm3")
    given = nan if density is None else density
    used["separator_density_g_cm3"] = np.where(np.isnan(given), own, given)
    bipolar = whole(inputs.chosen("foil_sharing", "bipolar"))
    thickness = inputs.number("negative_foil_thickness_um")
    used["negative_foil_thickness_um"] = np.where(bipolar, nan, thickness)
    return used


def find_notes(results: Results) -> NDArray[np.object_]:
    """What a reader of each result should know, in words; empty where there is nothing."""
    stack = results.stack
    inputs = Inputs(stack.values, stack.materials)
    notes: list[list[str]] = [[] for _ in range(int(np.prod(stack.shape, dtype=int)))]

    def add(mask: Any, sentence: Callable[[int], str]) -> None:
        for row in np.flatnonzero(np.broadcast_to(mask, stack.shape)):
            notes[row].append(sentence(int(row)))

    def always(text: str) -> Callable[[int], str]:
        return lambda row: text

    def doubt(quantity: q.Quantity, value: Any) -> None:
        if quantity.plausible is None or value is None:
            return
        low, high = quantity.plausible
        values = np.broadcast_to(value, stack.shape)
        odd = (values < low) | (values > high)
        add(odd, lambda row: quantity.doubt(float(values.flat[row])))

    used = _as_used(results)
    for name, quantity in q.DESIGN.items():
        if quantity.kind == "number":
            doubt(quantity, used.get(name, inputs.number(name)))

    anode: Any = stack.anode
    by_volume_change = inputs.chosen("expansion_model", "volume_change")
    for word in (anode,) if isinstance(anode, str) else anode.words:
        material = stack.materials[word]
        here = inputs.chosen("anode", word)
        hosts = material.kind != METAL
        for chosen, model in (
            (by_volume_change & hosts, "volume_change"),
            (~np.asarray(by_volume_change), "lithium_molar_volume_cm3_mol"),
        ):
            label = q.MATERIAL[model].label
            if getattr(material, model) is None:
                text = f"no charged state, for material {material.name!r} has no {label}"
            elif model in material.notes:
                text = f"{material.name}: {material.notes[model]}"
            else:
                continue
            add(here & chosen, always(text))
    return as_objects(["; ".join(words) for words in notes])


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
    for column, name in enumerate(table.headers):
        if name in evaluation.extra:
            result[name if name not in result else f"{name} (input)"] = frame.iloc[:, column]
    return result


def _frame_cells(series: pd.Series[Any]) -> Cells:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.to_numpy(dtype=float, na_value=nan)
    return [None if pd.isna(value) else value for value in series.tolist()]
