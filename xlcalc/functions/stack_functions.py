"""What the functions of a stack have in common: their arguments, and how they are worked out.

One stack of plain numbers goes through code that is written from the model for its materials; a
range of many goes through `evaluate` as arrays; whatever is odd or wrong goes through a `Stack`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import isnan
from typing import Any

import numpy as np

from xlcalc.errors import MissingValueError, UnknownMaterialError, XlcalcError
from xlcalc.functions.arguments import Argument, FailureError
from xlcalc.functions.ranges import OMITTED, Rows, is_range
from xlcalc.physics import quantities as q
from xlcalc.physics.evaluate import evaluate
from xlcalc.physics.forms.python import scalar_form
from xlcalc.physics.forms.resolve import VARIES, needed_inputs
from xlcalc.physics.inputs import Inputs, kind_of_input
from xlcalc.physics.materials import ANODE_FREE, Materials
from xlcalc.physics.model.stack import STACK, step_of
from xlcalc.physics.notes import find_notes
from xlcalc.physics.quantities import DESIGN, LAYERS, LIQUID, OK
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.stack import Stack
from xlcalc.tables.cell_values import NOT_AVAILABLE, NUM_ERROR

#: Arguments of the functions of a stack, each with its field.
STACK_FIELDS: Mapping[str, str] = {
    "cathode": "cathode",
    "anode": "anode",
    "electrolyte": "electrolyte",
    "areal_capacity": "cathode_areal_capacity_mah_cm2",
    "np_ratio": "np_ratio",
    "separator_thickness": "separator_thickness_um",
    "cathode_fraction": "cathode_active_fraction",
    "anode_fraction": "anode_active_fraction",
    "voltage": "cell_voltage_v",
    "lithium_excess": "lithium_excess",
    "foil_sharing": "foil_sharing",
}

MATERIALS_ARGUMENT = Argument(
    name="materials",
    quantity=Quantity(
        name="materials",
        label="Materials",
        help="Range of your own materials with its headers, as a Materials sheet has them; they go "
        "on top of the library.",
        kind="text",
    ),
    kind="materials",
    optional=True,
)

STACK_ARGUMENTS = (
    *(
        Argument(name=name, quantity=DESIGN[field], optional=not DESIGN[field].required)
        for name, field in STACK_FIELDS.items()
    ),
    MATERIALS_ARGUMENT,
)

#: The numbers among them, and how many cells follow the names.
_NUMBERS = tuple(field for field in STACK_FIELDS.values() if DESIGN[field].kind == "number")
_MOST_CELLS = len(_NUMBERS) + 2
_BLANKS = (None,) * _MOST_CELLS
_VOLTAGE = _NUMBERS.index(q.CELL_VOLTAGE.name)


def stack_of(fields: Mapping[str, Any], materials: Materials) -> Stack:
    """A stack, or the failure that its fault is to a cell."""
    try:
        return Stack(**fields, materials=materials)
    except (UnknownMaterialError, MissingValueError) as error:
        raise FailureError(NOT_AVAILABLE, error.problem) from None
    except XlcalcError as error:
        raise FailureError(NUM_ERROR, error.problem) from None


def _stack(values: Sequence[Any]) -> Stack:
    *cells, materials = values
    return stack_of(dict(zip(STACK_FIELDS.values(), cells, strict=True)), materials)


def one_result(result: str) -> Callable[..., float]:
    """The function that gives one result of a stack."""

    def compute(*values: Any) -> float:
        return float(getattr(evaluate(_stack(values)), result))

    return compute


def many_results(result: str) -> Callable[[Sequence[Any], int, int], Rows | None]:
    """The function that gives one result of many stacks at once, where no cell is wrong."""

    def compute(given: Sequence[Any], height: int, width: int) -> Rows | None:
        *cells, materials = given
        fields = {}
        try:
            for argument, field, cell in zip(
                STACK_ARGUMENTS, STACK_FIELDS.values(), cells, strict=False
            ):
                fields[field] = _array(argument, cell) if is_range(cell) else argument.read(cell)
            stack = Stack(**fields, materials=materials)
        except (FailureError, XlcalcError):
            # Which cells are wrong, and how, is found one by one.
            return None
        values = np.broadcast_to(getattr(evaluate(stack), result), (height, width))
        rows: Rows = values.tolist()
        if np.isnan(values).any():
            return [[NOT_AVAILABLE if cell != cell else cell for cell in row] for row in rows]
        return rows

    return compute


def _array(argument: Argument, rows: Rows) -> Any:
    """A range as an array of numbers or words, blanks as the default."""
    cells = list(chain.from_iterable(rows))
    kinds = set(map(type, cells))
    if argument.quantity.kind != "number":
        if kinds != {str}:
            cells = list(map(argument.word, cells))
        for word in set(cells):
            argument.word(word)
        return np.array(cells, dtype=object).reshape(len(rows), -1)
    # Bounds are looked at by the stack, of all numbers at once.
    if not kinds <= {float, int}:
        cells = list(map(argument.number, cells))
    return np.array(cells, dtype=float).reshape(len(rows), -1)


_Prepared = Callable[..., float | None] | None

#: How many sets of materials are kept prepared for each function.
_MOST_PREPARED = 4096


def fast_result(result: str) -> Callable[..., float | None]:
    """The function that gives one result for cells that are plain words and numbers, or None."""
    step = step_of(result)
    known: dict[Any, tuple[Any, _Prepared, Sequence[Any]]] = {}

    def fast(
        cathode: Any = None, anode: Any = None, electrolyte: Any = None, *cells: Any
    ) -> float | None:
        if len(cells) > _MOST_CELLS:
            return None
        if OMITTED in cells:
            cells = tuple(None if cell is OMITTED else cell for cell in cells)
        cells = (*cells, *_BLANKS[len(cells) :])
        numbers, sharing, materials = list(cells[:-2]), cells[-2], cells[-1]
        key = (cathode, anode, electrolyte, sharing, numbers[_VOLTAGE] is None, id(materials))
        try:
            _, prepared, defaults = known[key]
        except KeyError:
            if len(known) >= _MOST_PREPARED:
                known.clear()
            prepared, defaults = _prepare(step, key, materials)
            # With the materials themselves, whose identity is part of the key.
            known[key] = materials, prepared, defaults
        except TypeError:
            return None
        if prepared is None:
            return None
        if None in numbers:
            numbers = [d if n is None else n for n, d in zip(numbers, defaults, strict=True)]
        try:
            found = prepared(*numbers)
        except (TypeError, ValueError):
            return None
        return found if found == found else None

    return fast


def _prepare(step: str, key: tuple[Any, ...], materials: Any) -> tuple[_Prepared, Sequence[Any]]:
    """The result as a function of numbers, for some materials, and what blanks stand for.

    None where it needs `evaluate`.
    """
    cathode, anode, electrolyte, sharing, derived, _ = key
    if materials is None:
        materials = Materials.library()
    names = key[:3] if sharing is None else key[:4]
    if not isinstance(materials, Materials) or not all(isinstance(w, str) for w in names):
        return None, ()
    try:
        stack = Stack(
            cathode=cathode,
            anode=anode,
            electrolyte=electrolyte,
            foil_sharing=sharing,
            # A voltage of its own, so that a missing potential is no error where one is given.
            cell_voltage_v=None if derived else 1.0,
            materials=materials,
        )
    except XlcalcError:
        return None, ()
    inputs = Inputs(stack.values, stack.materials)
    if inputs.is_kind("electrolyte", LIQUID):
        return None, ()
    bounds: dict[str, tuple[float, float] | None] = {
        name: (DESIGN[name].lowest, DESIGN[name].highest) for name in _NUMBERS
    }
    if derived:
        bounds[q.CELL_VOLTAGE.name] = None
    if stack.anode == ANODE_FREE:
        bounds["lithium_excess"] = (0.0, 0.0)
    values = {name: inputs.of_model(name) for name in needed_inputs(STACK, (step,))}
    kinds = {name: kind_of_input(value) for name, value in values.items()}
    kinds |= {name: VARIES for name in _NUMBERS if name in kinds and bounds[name]}
    form = scalar_form(STACK, (step,), tuple(kinds.items()), tuple(bounds.items()))
    prepared: _Prepared = form.prepare(*(values[name] for name in form.fixed))
    return prepared, [inputs.default(name) for name in _NUMBERS]


def breakdown_rows(*values: Any) -> Rows:
    """A stack taken apart, as a table with headers."""
    parts = evaluate(_stack(values)).breakdown
    rows: Rows = [["Layer", "Part", f"{q.VOLUME_PER_AREA} [µm]", f"{q.MASS_PER_AREA} [mg/cm²]"]]
    for layer, components in LAYERS.items():
        title = q.layer_title(layer)
        for part in (None, *components):
            name = f"{layer}_{part or 'layer'}"
            mass = parts.get(f"{name}_loading_mg_cm2", 0.0)
            rows.append([title, part or "whole layer", parts[f"{name}_thickness_um"], mass])
    return rows


def explain(*values: Any) -> str:
    """What is wrong with a stack, or odd about what was typed, in words; ok if nothing is."""
    results = evaluate(_stack(values))
    whole = isnan(results.energy_density_charged_wh_l)
    found = find_notes(results.stack, results.np_ratio, of_materials=whole)
    notes = found.categories[int(found.codes)]
    return f"{OK}, but {notes}" if notes else OK
