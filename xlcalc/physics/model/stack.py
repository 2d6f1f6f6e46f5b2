"""The stack as steps: SI Eq. 5-8 of Lewis et al., discharged, and the charged state."""

from __future__ import annotations

from xlcalc.physics import equations as eq
from xlcalc.physics.equations import MG_PER_G, UM_PER_CM
from xlcalc.physics.expression import Operand, given, maximum, minimum, symbol, where
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.electrodes import (
    ELECTRODES,
    SECTION_OF_RESULTS,
    SECTION_OF_USED,
    layer_mass,
)
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, FILM, LAYERS, LIQUID, RESULTS
from xlcalc.physics.quantities.quantity import Quantity

STACK = Model((), RESULTS, base=ELECTRODES)

_LAYERS = "Layers, Eq. 4"
_GROWTH = "Growth on charge"


# The other layers, as counted in one stack.


@STACK.step("Foils counted", section=_LAYERS)
def foils_counted(foil_sharing):
    return where(foil_sharing == "double_sided", 0.5, 1.0)


@STACK.step("Negative foils counted", section=_LAYERS)
def negative_foils_counted(foil_sharing, foils_counted):
    """A bipolar plate, counted as the positive foil, is both collectors in one."""
    return where(foil_sharing == "bipolar", 0.0, foils_counted)


@STACK.step("Separator is a film", section=SECTION_OF_USED)
def separator_is_film(separator_material_kind):
    return separator_material_kind == FILM


@STACK.step("Separator is liquid alone", section=SECTION_OF_USED)
def separator_is_liquid(separator_material_kind):
    return separator_material_kind == LIQUID


@STACK.step("Separator density with filled pores", "g/cm³", section=_LAYERS)
def separator_filled_density_g_cm3(
    liquid,
    separator_is_liquid,
    separator_porosity,
    separator_material_density_g_cm3,
    electrolyte_density_g_cm3,
):
    film = (1.0 - separator_porosity) * separator_material_density_g_cm3
    filled = film + where(liquid, separator_porosity * electrolyte_density_g_cm3, 0.0)
    return where(separator_is_liquid, separator_material_density_g_cm3, filled)


@STACK.step("Separator density, used", "g/cm³", section=_LAYERS)
def separator_density_used_g_cm3(separator_density_g_cm3, separator_filled_density_g_cm3):
    return where(
        given(separator_density_g_cm3), separator_density_g_cm3, separator_filled_density_g_cm3
    )


@STACK.step("Positive foil layer", "µm", section=_LAYERS)
def positive_foil_layer_thickness_um(positive_foil_thickness_um, foils_counted):
    return positive_foil_thickness_um * foils_counted


@STACK.step("Positive foil layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def positive_foil_layer_loading_mg_cm2(
    positive_foil_layer_thickness_um, positive_foil_density_g_cm3
):
    return layer_mass(positive_foil_layer_thickness_um, positive_foil_density_g_cm3)


@STACK.step("Separator layer", "µm", section=_LAYERS)
def separator_layer_thickness_um(separator_thickness_um):
    return separator_thickness_um


@STACK.step("Separator layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def separator_layer_loading_mg_cm2(separator_layer_thickness_um, separator_density_used_g_cm3):
    return layer_mass(separator_layer_thickness_um, separator_density_used_g_cm3)


@STACK.step("Interlayer", "µm", section=_LAYERS)
def interlayer_layer_thickness_um(interlayer_thickness_um):
    return interlayer_thickness_um


@STACK.step(section=_LAYERS, source="SI Eq. 4")
def interlayer_loading_mg_cm2(interlayer_thickness_um, interlayer_density_g_cm3):
    mass = layer_mass(interlayer_thickness_um, interlayer_density_g_cm3)
    return where(interlayer_thickness_um == 0.0, 0.0, mass)


@STACK.rule(
    "interlayer_density_g_cm3",
    "an interlayer of {interlayer_thickness_um:g} µm has no density",
    "its density, or no interlayer",
)
def interlayer_without_density(interlayer_thickness_um, interlayer_density_g_cm3):
    return where(given(interlayer_density_g_cm3), False, interlayer_thickness_um > 0.0)


@STACK.step("Negative foil layer", "µm", section=_LAYERS)
def negative_foil_layer_thickness_um(negative_foil_thickness_um, negative_foils_counted):
    return negative_foil_thickness_um * negative_foils_counted


@STACK.step("Negative foil layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def negative_foil_layer_loading_mg_cm2(
    negative_foil_layer_thickness_um, negative_foils_counted, negative_foil_density_g_cm3
):
    """What is not there need not have a density."""
    density = where(negative_foils_counted == 0.0, 0.0, negative_foil_density_g_cm3)
    return layer_mass(negative_foil_layer_thickness_um, density)


def step_of(result: str) -> str:
    """The step behind a result: the voltage that is used has the name of the input otherwise."""
    return "cell_voltage_used_v" if result == CELL_VOLTAGE.name else result


def layer_thickness(layer: str) -> str:
    """Name of the thickness of a layer as counted. [µm]"""
    return _result_or_layer(layer, "thickness_um")


def layer_loading(layer: str) -> str:
    """Name of the mass per area of a layer as counted. [mg/cm²]"""
    return _result_or_layer(layer, "loading_mg_cm2")


def _result_or_layer(layer: str, what: str) -> str:
    return f"{layer}_{what}" if f"{layer}_{what}" in RESULTS else f"{layer}_layer_{what}"


# The discharged stack and its energies.


@STACK.step(section=SECTION_OF_RESULTS, source="SI Eq. 5", layers=map(layer_thickness, LAYERS))
def stack_thickness_um(layers):
    return eq.stack_thickness(thicknesses=layers)


@STACK.step(section=SECTION_OF_RESULTS, source="SI Eq. 6", layers=map(layer_loading, LAYERS))
def stack_loading_mg_cm2(layers):
    return eq.stack_loading(loadings=layers)


@STACK.step("Voltage derived", "V", section=SECTION_OF_USED, source="main text, Table 1")
def derived_voltage_v(cathode_potential_v, anode_potential_v):
    return eq.cell_voltage(cathode_potential=cathode_potential_v, anode_potential=anode_potential_v)


@STACK.step("Cell voltage, used", "V", section=SECTION_OF_USED)
def cell_voltage_used_v(cell_voltage_v, derived_voltage_v):
    return where(given(cell_voltage_v), cell_voltage_v, derived_voltage_v)


@STACK.step("Reversible capacity", "mAh/cm²", section="Capacity")
def reversible_capacity_mah_cm2(
    metal, cathode_areal_capacity_mah_cm2, anode_areal_capacity_mah_cm2
):
    """A host cannot take more lithium than it has room for; lithium metal plates all of it."""
    return where(
        metal,
        cathode_areal_capacity_mah_cm2,
        minimum(cathode_areal_capacity_mah_cm2, anode_areal_capacity_mah_cm2),
    )


@STACK.step(section=SECTION_OF_RESULTS)
def areal_energy_mwh_cm2(reversible_capacity_mah_cm2, cell_voltage_used_v):
    return eq.areal_energy(areal_capacity=reversible_capacity_mah_cm2, voltage=cell_voltage_used_v)


@STACK.step(section=SECTION_OF_RESULTS, source="SI Eq. 7")
def specific_energy_wh_kg(areal_energy_mwh_cm2, stack_loading_mg_cm2):
    return eq.specific_energy(
        areal_energy=areal_energy_mwh_cm2, loading=stack_loading_mg_cm2 / MG_PER_G
    )


@STACK.step(section=SECTION_OF_RESULTS, source="SI Eq. 8")
def energy_density_wh_l(areal_energy_mwh_cm2, stack_thickness_um):
    return eq.energy_density(
        areal_energy=areal_energy_mwh_cm2, thickness=stack_thickness_um / UM_PER_CM
    )


# The charged state: every growth is in thickness.


@STACK.step("Anode's share charged", section=_GROWTH)
def degree_of_lithiation(metal, reversible_capacity_mah_cm2, anode_areal_capacity_mah_cm2):
    return where(metal, 1.0, reversible_capacity_mah_cm2 / anode_areal_capacity_mah_cm2)


@STACK.step("Growth by volume change", "µm", section=_GROWTH, source="main text, Table 1")
def growth_by_volume_um(
    metal,
    reversible_capacity_mah_cm2,
    anode_specific_capacity_mah_g,
    anode_density_g_cm3,
    anode_thickness_um,
    anode_active_volume,
    anode_volume_change,
    degree_of_lithiation,
):
    plated = UM_PER_CM * eq.electrode_thickness(
        areal_capacity=reversible_capacity_mah_cm2,
        charge_density=eq.charge_density(
            specific_capacity=anode_specific_capacity_mah_g,
            density=anode_density_g_cm3,
            volume_fraction=1.0,
        ),
    )
    hosted = eq.host_growth(
        thickness=anode_thickness_um,
        volume_fraction=anode_active_volume,
        volume_change=anode_volume_change,
        degree_of_lithiation=degree_of_lithiation,
    )
    return where(metal, plated, hosted)


@STACK.step("Growth by lithium's molar volume", "µm", section=_GROWTH, source="Obrovac et al. 2007")
def growth_by_lithium_um(reversible_capacity_mah_cm2, anode_lithium_molar_volume_cm3_mol):
    return UM_PER_CM * eq.molar_volume_growth(
        areal_capacity=reversible_capacity_mah_cm2,
        lithium_molar_volume=anode_lithium_molar_volume_cm3_mol,
    )


@STACK.step("Growth by the model chosen", "µm", section=_GROWTH)
def anode_growth_um(expansion_model, growth_by_lithium_um, growth_by_volume_um):
    return where(expansion_model == "molar_volume", growth_by_lithium_um, growth_by_volume_um)


@STACK.step("Room in the anode's pores", "µm", section=_GROWTH)
def free_pore_thickness_um(anode_pure, anode_pore_absorption, anode_porosity, anode_thickness_um):
    return where(anode_pure, 0.0, anode_pore_absorption * anode_porosity * anode_thickness_um)


@STACK.step("Cathode's growth", "µm", section=_GROWTH)
def cathode_growth_um(cathode_thickness_um, cathode_active_volume, cathode_volume_change):
    return eq.host_growth(
        thickness=cathode_thickness_um,
        volume_fraction=cathode_active_volume,
        volume_change=cathode_volume_change,
        degree_of_lithiation=1.0,
    )


@STACK.step("Stack's growth", "µm", section=_GROWTH)
def growth_um(anode_growth_um, free_pore_thickness_um, cathode_growth_um):
    absorbed = minimum(maximum(anode_growth_um, 0.0), free_pore_thickness_um)
    return anode_growth_um - absorbed + cathode_growth_um


@STACK.step(section=SECTION_OF_RESULTS)
def stack_thickness_charged_um(stack_thickness_um, growth_um):
    return stack_thickness_um + growth_um


@STACK.step(section=SECTION_OF_RESULTS, source="SI Eq. 8, of the charged stack")
def energy_density_charged_wh_l(areal_energy_mwh_cm2, stack_thickness_charged_um):
    return eq.energy_density(
        areal_energy=areal_energy_mwh_cm2, thickness=stack_thickness_charged_um / UM_PER_CM
    )


@STACK.step(section=SECTION_OF_RESULTS)
def swelling_fraction(growth_um, stack_thickness_um):
    return eq.swelling(discharged_thickness=stack_thickness_um, growth=growth_um)


def _default(quantity: Quantity) -> Operand:
    value: Operand = quantity.default
    for case in reversed(quantity.default_where):
        value = where(symbol(case.condition), case.value, value)
    return value


STACK.defaults.update(
    (name, _default(quantity))
    for name, quantity in DESIGN.items()
    if quantity.kind in ("number", "choice") and quantity.has_default
)
