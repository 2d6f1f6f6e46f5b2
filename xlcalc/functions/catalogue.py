"""The catalogue of SSB_ functions: each declared once, for every program that offers them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from xlcalc.errors import UnknownMaterialError
from xlcalc.functions.arguments import Argument, FailureError, Function
from xlcalc.functions.ranges import Rows
from xlcalc.functions.stack_functions import (
    MATERIALS_ARGUMENT,
    STACK_ARGUMENTS,
    breakdown_rows,
    explain,
    fast_result,
    many_results,
    one_result,
)
from xlcalc.functions.table_functions import evaluate_designs
from xlcalc.physics import equations as eq
from xlcalc.physics.materials import Materials
from xlcalc.physics.model.rules import ROUNDING
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import MATERIAL, RESULTS
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Problem
from xlcalc.tables.cell_values import NOT_AVAILABLE, NUM_ERROR, VALUE_ERROR, error_in
from xlcalc.tables.header_matching import MATERIAL_HEADERS
from xlcalc.tables.number_parsing import describe


def _material(name: str, what: str, materials: Materials) -> Any:
    match = MATERIAL_HEADERS.match_header(what, other_units=False)
    quantity = match.quantity if match else _begun(what)
    if quantity is None or (match and match.wrong_unit):
        text, known = f"property is {describe(what)}", ", ".join(MATERIAL)
        raise FailureError(VALUE_ERROR, Problem(text, expected=f"one of {known}"))
    try:
        material = materials[name]
    except UnknownMaterialError as error:
        raise FailureError(NOT_AVAILABLE, error.problem) from None
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
    found = [
        each for each in MATERIAL.values() if normalized(each.label).startswith(normalized(what))
    ]
    return found[0] if len(found) == 1 else None


def _numbers(rows: Rows, argument: str) -> list[float]:
    found = []
    for cell in (cell for row in rows for cell in row):
        if (error := error_in(cell)) is not None:
            raise FailureError(error, f"{argument} holds the error value {error}")
        if cell is None or cell == "":
            raise FailureError(
                VALUE_ERROR, Problem(f"{argument} holds a blank", expected="numbers")
            )
        if not isinstance(cell, (bool, int, float)):
            text = f"{argument} holds {describe(cell)}"
            raise FailureError(VALUE_ERROR, Problem(text, expected="numbers"))
        if not isfinite(cell) or cell < 0:
            text = f"{argument} holds {cell:g}"
            raise FailureError(NUM_ERROR, Problem(text, expected="numbers of at least 0"))
        found.append(float(cell))
    return found


def _composite_density(fractions: Rows, densities: Rows) -> float:
    shares, own = _numbers(fractions, "volume_fractions"), _numbers(densities, "densities")
    if len(shares) != len(own):
        text = f"{len(shares)} volume fractions and {len(own)} densities"
        raise FailureError(VALUE_ERROR, Problem(text, expected="as many"))
    if sum(shares) > 1 + ROUNDING:
        text = f"volume fractions add up to {sum(shares):g}"
        raise FailureError(NUM_ERROR, Problem(text, expected="at most 1"))
    return float(eq.composite_density(volume_fractions=shares, densities=own))


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


def _stack_function(name: str, result: str) -> Function:
    quantity = RESULTS[result]
    return Function(
        name=name,
        description=f"{quantity.help} Of a stack of foils, composite electrodes and separator.",
        arguments=STACK_ARGUMENTS,
        example=f'={name}("NMC811","Si","LPSC")',
        source="SI Eq. 1-8" if "charged" not in result else "SI Eq. 1-8, with the anode's growth",
        compute=one_result(result),
        result=quantity,
        fast_path=fast_result(result),
        vectorized=many_results(result),
    )


_FUNCTIONS = (
    Function(
        name="SSB_COMPOSITE_DENSITY",
        description="Density of a composite from volume fractions and densities of its components.",
        arguments=(
            _range("volume_fractions", "Volume of each component over that of the composite."),
            _range("densities", "Density of each component, in the same order.", "g/cm³"),
        ),
        example="=SSB_COMPOSITE_DENSITY({0.6,0.4},{4.78,1.86})",
        source="SI Eq. 1",
        compute=_composite_density,
        result=MATERIAL["density_g_cm3"],
    ),
    Function(
        name="SSB_CHARGE_DENSITY",
        description="Capacity per volume of an electrode.",
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
        compute=lambda capacity, density, fraction: eq.charge_density(
            specific_capacity=capacity, density=density, volume_fraction=fraction
        ),
        result=_CHARGE_DENSITY.quantity,
    ),
    Function(
        name="SSB_ELECTRODE_THICKNESS",
        description="Thickness that an electrode needs to hold its areal capacity.",
        arguments=(
            _plain("areal_capacity", "Areal capacity", "mAh/cm²", "Capacity per area."),
            _CHARGE_DENSITY,
        ),
        example="=SSB_ELECTRODE_THICKNESS(4,573.6)",
        source="SI Eq. 3",
        compute=lambda capacity, charge: (
            eq.UM_PER_CM * eq.electrode_thickness(areal_capacity=capacity, charge_density=charge)
        ),
        result=RESULTS["cathode_thickness_um"],
    ),
    Function(
        name="SSB_ELECTRODE_LOADING",
        description="Mass per area of a layer.",
        arguments=(_plain("thickness", "Thickness", "µm", "Thickness of the layer."), _DENSITY),
        example="=SSB_ELECTRODE_LOADING(69.74,3.612)",
        source="SI Eq. 4",
        compute=lambda thickness, density: (
            eq.MG_PER_G * eq.electrode_loading(thickness=thickness / eq.UM_PER_CM, density=density)
        ),
        result=RESULTS["cathode_loading_mg_cm2"],
    ),
    Function(
        name="SSB_MATERIAL",
        description="A value of a material, from the library or your own materials.",
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
            MATERIALS_ARGUMENT,
        ),
        example='=SSB_MATERIAL("Si","density")',
        source="SI Table 3, Table 1",
        compute=_material,
    ),
    _stack_function("SSB_SPECIFIC_ENERGY", "specific_energy_wh_kg"),
    _stack_function("SSB_ENERGY_DENSITY", "energy_density_wh_l"),
    _stack_function("SSB_ENERGY_DENSITY_CHARGED", "energy_density_charged_wh_l"),
    Function(
        name="SSB_STACK",
        description="Thickness and mass of every layer of a stack and of its parts, as a table.",
        arguments=STACK_ARGUMENTS,
        example='=SSB_STACK("NMC811","Si","LPSC")',
        source="SI Eq. 1-6",
        compute=breakdown_rows,
        spills=True,
    ),
    Function(
        name="SSB_EVALUATE",
        description="Results of designs given as a table, with all options of a design.",
        arguments=(
            _range("headers", "Headers of the table: fields or labels, as in a Stacks sheet."),
            _range("rows", "The designs, a row each."),
            _range("results", "Names of the results wanted."),
            MATERIALS_ARGUMENT,
        ),
        example='=SSB_EVALUATE(A1:E1,A2:E21,{"specific_energy_wh_kg","status"})',
        source="SI Eq. 1-8",
        compute=evaluate_designs,
        spills=True,
    ),
    Function(
        name="SSB_EXPLAIN",
        description="Why a stack cannot be evaluated, in words; ok if it can, or what is odd.",
        arguments=STACK_ARGUMENTS,
        example='=SSB_EXPLAIN("NMC811","Sj","LPSC")',
        source="",
        compute=explain,
        explains=True,
    ),
    Function(
        name="SSB_THEORETICAL_CAPACITY",
        description="Capacity of an alloy's host by Faraday's law.",
        arguments=(
            _plain(
                "lithium_per_atom", "Lithium per atom", "", "Lithium atoms per host atom when full."
            ),
            _plain("molar_mass", "Molar mass", "g/mol", "Molar mass of the host.", lower_open=True),
        ),
        example="=SSB_THEORETICAL_CAPACITY(15/4,28.085)",
        source="Faraday's law",
        compute=lambda lithium, mass: eq.theoretical_capacity(
            lithium_per_atom=lithium, molar_mass=mass
        ),
        result=MATERIAL["specific_capacity_mah_g"],
    ),
)

#: All functions by name.
CATALOGUE: Mapping[str, Function] = MappingProxyType({f.name: f for f in _FUNCTIONS})
