"""The catalogue of SSB_ functions: each declared once, for every program that offers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import isfinite, isnan
from types import MappingProxyType
from typing import Any

import numpy as np

from xlcalc.errors import MissingValueError, UnknownMaterialError, XlcalcError
from xlcalc.functions.arguments import Argument, FailureError, Function
from xlcalc.functions.ranges import OMITTED, Rows, is_range
from xlcalc.physics import equations as eq
from xlcalc.physics.evaluate import evaluate
from xlcalc.physics.faults import ROUNDING
from xlcalc.physics.kernels import Prepared, energies, prepare
from xlcalc.physics.materials import Materials
from xlcalc.physics.model import MG_PER_G, UM_PER_CM
from xlcalc.physics.names import key
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.vocabulary import DESIGN, LAYERS, MATERIAL, OK, RESULTS
from xlcalc.physics.stack import Stack
from xlcalc.tables.cell_values import IMPOSSIBLE, NOT_AVAILABLE, WRONG_KIND, CellError, error_in
from xlcalc.tables.columns import design_table
from xlcalc.tables.detect import table_from_rows
from xlcalc.tables.evaluate import evaluate_rows
from xlcalc.tables.header_names import MATERIAL_HEADERS, Vocabulary
from xlcalc.tables.number_parsing import describe
from xlcalc.tables.table import Table

_TABLE_OF_MATERIALS = Quantity(
    name="materials",
    label="Materials",
    help="Range of your own materials with its headers, as a Materials sheet has them; they go on "
    "top of the library.",
    kind="text",
)


def _argument(name: str, field: str, *, optional: bool = True) -> Argument:
    return Argument(name=name, quantity=DESIGN[field], optional=optional)


#: Arguments of the functions of a stack, each with its field.
_STACK_FIELDS: Mapping[str, str] = {
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
_MATERIALS = Argument(
    name="materials", quantity=_TABLE_OF_MATERIALS, kind="materials", optional=True
)
_STACK_ARGUMENTS = (
    *(
        _argument(name, field, optional=not DESIGN[field].required)
        for name, field in _STACK_FIELDS.items()
    ),
    _MATERIALS,
)


def _stack(values: Sequence[Any]) -> Stack:
    *cells, materials = values
    fields = dict(zip(_STACK_FIELDS.values(), cells, strict=True))
    return _made(fields, materials)


def _made(fields: Mapping[str, Any], materials: Materials) -> Stack:
    try:
        return Stack(**fields, materials=materials)
    except (UnknownMaterialError, MissingValueError) as problem:
        raise FailureError(NOT_AVAILABLE, str(problem)) from None
    except XlcalcError as problem:
        raise FailureError(IMPOSSIBLE, str(problem)) from None


def _of_stack(result: str) -> Callable[..., float]:
    """The function that gives one result of a stack."""

    def work(*values: Any) -> float:
        return float(getattr(evaluate(_stack(values)), result))

    return work


def _many(result: str) -> Callable[[Sequence[Any], int, int], Rows | None]:
    """One result of many stacks at once, where no cell is wrong."""

    def many(given: Sequence[Any], height: int, width: int) -> Rows | None:
        *cells, materials = given
        fields = {}
        try:
            for argument, field, cell in zip(
                _STACK_ARGUMENTS, _STACK_FIELDS.values(), cells, strict=False
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

    return many


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


_PREPARED: dict[Any, tuple[Materials, Prepared | None]] = {}
_MOST_PREPARED = 4096

#: Bounds and default of the numbers of a stack's function, in order.
_BOUNDS = [
    (DESIGN[field].lowest, DESIGN[field].highest, DESIGN[field].default)
    for field in _STACK_FIELDS.values()
    if DESIGN[field].kind == "number"
]
_DEFAULTS = [default for _, _, default in _BOUNDS]
_SHARING = DESIGN["foil_sharing"].default


def _quick(position: int) -> Callable[..., float | None]:
    """The result at a position of `energies`, for cells that are plain words and numbers."""

    def quick(
        cathode: Any = None,
        anode: Any = None,
        electrolyte: Any = None,
        *cells: Any,
    ) -> float | None:
        numbers: list[Any] = []
        for (low, high, default), cell in zip(_BOUNDS, cells, strict=False):
            if type(cell) is float or type(cell) is int:
                if not low <= cell <= high:
                    return None
                numbers.append(cell)
            elif cell is None or cell is OMITTED:
                numbers.append(default)
            else:
                return None
        sharing, materials = _SHARING, None
        if len(cells) > len(_BOUNDS):
            sharing, *others = cells[len(_BOUNDS) :]
            if len(others) > 1:
                return None
            if sharing is None or sharing is OMITTED:
                sharing = _SHARING
            materials = others[0] if others else None
        else:
            numbers += _DEFAULTS[len(numbers) :]
        if materials is None or materials is OMITTED:
            materials = Materials.library()
        elif not isinstance(materials, Materials):
            return None
        key = (cathode, anode, electrolyte, sharing, id(materials))
        try:
            prepared = _PREPARED[key][1]
        except KeyError:
            prepared = _prepare(key, materials)
        except TypeError:
            return None
        if prepared is None:
            return None
        found = energies(prepared, *numbers)
        return None if found is None else found[position]

    return quick


def _prepare(key: tuple[Any, ...], materials: Materials) -> Prepared | None:
    cathode, anode, electrolyte, sharing, _ = key
    if not all(isinstance(word, str) for word in key[:4]):
        return None
    if len(_PREPARED) >= _MOST_PREPARED:
        _PREPARED.clear()
    made = prepare(cathode, anode, electrolyte, sharing, materials)
    # With the materials themselves, whose identity is part of the key.
    _PREPARED[key] = materials, made
    return made


def _breakdown(*values: Any) -> Rows:
    parts = evaluate(_stack(values)).breakdown
    rows: Rows = [["Layer", "Part", f"{q.VOLUME_PER_AREA} [µm]", f"{q.MASS_PER_AREA} [mg/cm²]"]]
    for layer, components in LAYERS.items():
        title = q.layer_title(layer)
        for part in (None, *components):
            name = f"{layer}_{part or 'layer'}"
            mass = parts.get(f"{name}_loading_mg_cm2", 0.0)
            rows.append([title, part or "whole layer", parts[f"{name}_thickness_um"], mass])
    return rows


def _explain(*values: Any) -> str:
    results = evaluate(_stack(values))
    if isnan(results.energy_density_charged_wh_l):
        return f"{OK}, but {results.notes}"
    return OK


def _material(name: str, what: str, materials: Materials) -> Any:
    match = MATERIAL_HEADERS.match_header(what, other_units=False)
    quantity = match.quantity if match else _begun(what)
    if quantity is None or (match and match.wrong_unit):
        known = ", ".join(MATERIAL)
        raise FailureError(WRONG_KIND, f"property is {describe(what)}; expected one of {known}")
    try:
        material = materials[name]
    except UnknownMaterialError as problem:
        raise FailureError(NOT_AVAILABLE, str(problem)) from None
    if quantity.name == "material":
        return material.name
    value = getattr(material, quantity.name)
    if quantity.name == "source":
        value = ", ".join(filter(None, (material.all_sources, material.source)))
    if value is None or value == "":
        raise FailureError(NOT_AVAILABLE, f"{material.name} has no {quantity.label}")
    return value


def _begun(what: str) -> Quantity | None:
    """The one property whose label begins with some words, such as potential."""
    found = [each for each in MATERIAL.values() if key(each.label).startswith(key(what))]
    return found[0] if len(found) == 1 else None


def _numbers(rows: Rows, argument: str) -> list[float]:
    found = []
    for cell in (cell for row in rows for cell in row):
        if (error := error_in(cell)) is not None:
            raise FailureError(error, f"{argument} holds the error value {error}")
        if cell is None or cell == "":
            raise FailureError(WRONG_KIND, f"{argument} holds a blank; expected numbers")
        if not isinstance(cell, (bool, int, float)):
            raise FailureError(WRONG_KIND, f"{argument} holds {describe(cell)}; expected numbers")
        if not isfinite(cell) or cell < 0:
            raise FailureError(
                IMPOSSIBLE, f"{argument} holds {cell:g}; expected numbers of at least 0"
            )
        found.append(float(cell))
    return found


def _composite_density(fractions: Rows, densities: Rows) -> float:
    shares, own = _numbers(fractions, "volume_fractions"), _numbers(densities, "densities")
    if len(shares) != len(own):
        raise FailureError(
            WRONG_KIND, f"{len(shares)} volume fractions and {len(own)} densities; expected as many"
        )
    if sum(shares) > 1 + ROUNDING:
        raise FailureError(
            IMPOSSIBLE, f"volume fractions add up to {sum(shares):g}; expected at most 1"
        )
    return float(eq.composite_density(volume_fractions=shares, densities=own))


def _evaluate(headers: Rows, rows: Rows, results: Rows, materials: Materials) -> Rows:
    """Results of designs given as a table, a row each."""
    names = [cell for row in headers for cell in row]
    if len(rows[0]) != len(names):
        raise FailureError(
            WRONG_KIND, f"{len(names)} headers and rows of {len(rows[0])} cells; expected as many"
        )
    wanted = [_wanted(cell) for row in results for cell in row]
    try:
        table = design_table(
            _numbered(table_from_rows([names, *rows], "designs", decimal_mark=None))
        )
        evaluation = evaluate_rows(table, materials)
    except XlcalcError as problem:
        raise FailureError(WRONG_KIND, str(problem)) from None
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
    return replace(table, source="", row_numbers=numbers, lettered=False)


#: What a design may be asked for.
_WANTED = Vocabulary({**RESULTS, **q.REMARKS})


def _wanted(cell: Any) -> str:
    quantity = _WANTED.in_our_unit(cell) if isinstance(cell, str) else None
    if quantity is None:
        raise FailureError(
            WRONG_KIND, f"{describe(cell)} is no result; expected one of {', '.join(_WANTED)}"
        )
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
        _made(values, materials)
    except FailureError as failure:
        return failure.error
    return IMPOSSIBLE


def _plain(name: str, label: str, unit: str, help: str, **bounds: Any) -> Argument:
    quantity = Quantity(name=name, label=label, unit=unit, help=help, lower=0.0, **bounds)
    return Argument(name=name, quantity=quantity)


def _range(name: str, help: str, unit: str = "") -> Argument:
    quantity = Quantity(name=name, label=name, unit=unit, help=help, kind="text")
    return Argument(name=name, quantity=quantity, kind="range")


_DENSITY = _plain(
    "density", "Density", "g/cm³", "Density of the material or layer.", lower_open=True
)
_CHARGE_DENSITY = _plain(
    "charge_density",
    "Charge density",
    "mAh/cm³",
    "Capacity per volume, as SSB_CHARGE_DENSITY gives it.",
    lower_open=True,
)

#: Results in the order of `energies`.
_QUICK = ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l")


def _stack_function(name: str, result: str) -> Function:
    quantity = RESULTS[result]
    return Function(
        name=name,
        meaning=f"{quantity.help} Of a stack of foils, composite electrodes and separator.",
        arguments=_STACK_ARGUMENTS,
        example=f'={name}("NMC811","Si","LPSC")',
        source="SI Eq. 1-8" if "charged" not in result else "SI Eq. 1-8, with the anode's growth",
        work=_of_stack(result),
        result=quantity,
        quick=_quick(_QUICK.index(result)),
        many=_many(result),
    )


_FUNCTIONS = (
    Function(
        name="SSB_COMPOSITE_DENSITY",
        meaning="Density of a composite from volume fractions and densities of its components.",
        arguments=(
            _range("volume_fractions", "Volume of each component over that of the composite."),
            _range("densities", "Density of each component, in the same order.", "g/cm³"),
        ),
        example="=SSB_COMPOSITE_DENSITY({0.6,0.4},{4.78,1.86})",
        source="SI Eq. 1",
        work=_composite_density,
        result=MATERIAL["density_g_cm3"],
    ),
    Function(
        name="SSB_CHARGE_DENSITY",
        meaning="Capacity per volume of an electrode.",
        arguments=(
            _plain("specific_capacity", "Specific capacity", "mAh/g", "Of the active material."),
            _DENSITY,
            _plain(
                "volume_fraction",
                "Volume fraction",
                "",
                "Volume of active material over that of the electrode.",
                upper=1.0,
                fraction=True,
            ),
        ),
        example="=SSB_CHARGE_DENSITY(200,4.78,0.6)",
        source="SI Eq. 2",
        work=lambda capacity, density, fraction: eq.charge_density(
            specific_capacity=capacity, density=density, volume_fraction=fraction
        ),
        result=_CHARGE_DENSITY.quantity,
    ),
    Function(
        name="SSB_ELECTRODE_THICKNESS",
        meaning="Thickness that an electrode needs to hold its areal capacity.",
        arguments=(
            _plain("areal_capacity", "Areal capacity", "mAh/cm²", "Capacity per area."),
            _CHARGE_DENSITY,
        ),
        example="=SSB_ELECTRODE_THICKNESS(4,573.6)",
        source="SI Eq. 3",
        work=lambda capacity, charge: (
            UM_PER_CM * eq.electrode_thickness(areal_capacity=capacity, charge_density=charge)
        ),
        result=RESULTS["cathode_thickness_um"],
    ),
    Function(
        name="SSB_ELECTRODE_LOADING",
        meaning="Mass per area of a layer.",
        arguments=(_plain("thickness", "Thickness", "µm", "Thickness of the layer."), _DENSITY),
        example="=SSB_ELECTRODE_LOADING(69.74,3.612)",
        source="SI Eq. 4",
        work=lambda thickness, density: (
            MG_PER_G * eq.electrode_loading(thickness=thickness / UM_PER_CM, density=density)
        ),
        result=RESULTS["cathode_loading_mg_cm2"],
    ),
    Function(
        name="SSB_MATERIAL",
        meaning="A value of a material, from the library or your own materials.",
        arguments=(
            Argument(
                name="name",
                quantity=Quantity(
                    name="name", label="Name", help="Name of the material.", kind="text"
                ),
            ),
            Argument(
                name="property",
                quantity=Quantity(
                    name="property",
                    label="Property",
                    help="Which value: density, specific capacity, potential, volume change ...",
                    kind="text",
                ),
            ),
            _MATERIALS,
        ),
        example='=SSB_MATERIAL("Si","density")',
        source="SI Table 3, Table 1",
        work=_material,
    ),
    _stack_function("SSB_SPECIFIC_ENERGY", "specific_energy_wh_kg"),
    _stack_function("SSB_ENERGY_DENSITY", "energy_density_wh_l"),
    _stack_function("SSB_ENERGY_DENSITY_CHARGED", "energy_density_charged_wh_l"),
    Function(
        name="SSB_STACK",
        meaning="Thickness and mass of every layer of a stack and of its parts, as a table.",
        arguments=_STACK_ARGUMENTS,
        example='=SSB_STACK("NMC811","Si","LPSC")',
        source="SI Eq. 1-6",
        work=_breakdown,
        spills=True,
    ),
    Function(
        name="SSB_EVALUATE",
        meaning="Results of designs given as a table, with all options of a design.",
        arguments=(
            _range("headers", "Headers of the table: fields or labels, as in a Stacks sheet."),
            _range("rows", "The designs, a row each."),
            _range("results", "Names of the results wanted."),
            _MATERIALS,
        ),
        example='=SSB_EVALUATE(A1:E1,A2:E21,{"specific_energy_wh_kg","status"})',
        source="SI Eq. 1-8",
        work=_evaluate,
        spills=True,
    ),
    Function(
        name="SSB_EXPLAIN",
        meaning="Why a stack cannot be evaluated, in words; ok if it can.",
        arguments=_STACK_ARGUMENTS,
        example='=SSB_EXPLAIN("NMC811","Sj","LPSC")',
        source="",
        work=_explain,
        explains=True,
    ),
    Function(
        name="SSB_THEORETICAL_CAPACITY",
        meaning="Capacity of an alloy's host by Faraday's law.",
        arguments=(
            _plain(
                "lithium_per_atom", "Lithium per atom", "", "Lithium atoms per host atom when full."
            ),
            _plain("molar_mass", "Molar mass", "g/mol", "Molar mass of the host.", lower_open=True),
        ),
        example="=SSB_THEORETICAL_CAPACITY(15/4,28.085)",
        source="Faraday's law",
        work=lambda lithium, mass: eq.theoretical_capacity(
            lithium_per_atom=lithium, molar_mass=mass
        ),
        result=MATERIAL["specific_capacity_mah_g"],
    ),
)

#: All functions by name.
CATALOGUE: Mapping[str, Function] = MappingProxyType({f.name: f for f in _FUNCTIONS})
