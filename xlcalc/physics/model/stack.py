"""The stack as steps: SI Eq. 1-8 of Lewis et al., discharged, and the charged state.

Names are those of the vocabulary, with the unit of what they hold. Equations are called in cm, g,
mAh and V, so that µm and mg are converted where they enter and leave; sums and ratios of one unit
need no conversion. One rule serves solid and liquid cells: solids share what pores leave, a solid
electrolyte is what active material, binder and carbon leave of the solids, a liquid one fills the
pores.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics import equations as eq
from xlcalc.physics.equations import MG_PER_G, UM_PER_CM
from xlcalc.physics.expression import given, maximum, minimum, where
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.quantities.vocabulary import (
    DESIGN,
    LAYERS,
    LIQUID,
    MATERIAL,
    METAL,
    RESULTS,
    SIDES,
)

#: Components of an electrode that have a mass.
PARTS = ("active", "electrolyte", "binder", "carbon")

#: Materials that every electrode may hold.
ADDITIVES = ("binder", "carbon")


def material_values() -> Iterator[tuple[str, str, str]]:
    """Names of inputs that are values of materials, with the role of the material and the value."""
    roles = [name for name, quantity in DESIGN.items() if quantity.kind == "material"]
    for role in (*roles, *ADDITIVES):
        for what, quantity in MATERIAL.items():
            name = f"{role}_{what}"
            if (quantity.kind == "number" or what == "kind") and name not in DESIGN:
                yield name, role, what


_MATERIAL_VALUES = [name for name, _, _ in material_values()]

STACK = Model((*DESIGN, *_MATERIAL_VALUES), RESULTS, parameters=_MATERIAL_VALUES)

step, rule = STACK.step, STACK.rule

_USED = "Inputs as used"
_ELECTRODE = "{0}, Eq. 1-4"
_LAYERS = "Layers, Eq. 4"
_RESULTS = "Results"
_GROWTH = "Growth on charge"


def layer_mass(thickness_um, density_g_cm3):
    """Mass per area of a layer. [mg/cm²]"""
    return MG_PER_G * eq.electrode_loading(
        thickness=thickness_um / UM_PER_CM, density=density_g_cm3
    )


@step("Liquid", section=_USED)
def liquid(electrolyte_kind):
    return electrolyte_kind == LIQUID


@step("Lithium metal", section=_USED)
def metal(anode_kind):
    return anode_kind == METAL


@step("Anode foil", section=_USED)
def foil_given(anode_foil_thickness_um):
    return given(anode_foil_thickness_um)


@step("Pure anode", section=_USED)
def anode_pure(metal, foil_given):
    return metal | foil_given


# Composition: volume fractions of an electrode's parts.


@step("{0} electrolyte fraction of solids", section=_ELECTRODE, over=SIDES)
def electrolyte_fraction(liquid, active_fraction, binder_fraction, carbon_fraction):
    return where(liquid, 0.0, 1.0 - active_fraction - binder_fraction - carbon_fraction)


@step("{0} {1} part", section=_ELECTRODE, over=(SIDES, PARTS))
def part(fraction, fraction_basis, density_g_cm3):
    return where(fraction_basis == "weight", fraction / density_g_cm3, fraction)


@step("{0} parts together", section=_ELECTRODE, over=SIDES)
def parts(fraction_basis, active_part, electrolyte_part, binder_part, carbon_part):
    whole = active_part + electrolyte_part + binder_part + carbon_part
    return where(fraction_basis == "weight", whole, 1.0)


@step("{0} volume per part", section=_ELECTRODE, over=SIDES)
def per_part(porosity, parts):
    return (1.0 - porosity) / parts


@step("{0} active volume fraction", section=_ELECTRODE, over=SIDES)
def active_volume(active_part, per_part, *, pure=False):
    return where(pure, 1.0, active_part * per_part)


@step("{0} electrolyte volume fraction", section=_ELECTRODE, over=SIDES)
def electrolyte_volume(liquid, porosity, electrolyte_part, per_part, *, pure=False):
    return where(pure, 0.0, where(liquid, porosity, electrolyte_part * per_part))


@step("{0} {1} volume fraction", section=_ELECTRODE, over=(SIDES, ADDITIVES))
def volume(part, per_part, *, pure=False):
    return where(pure, 0.0, part * per_part)


@step("{0} empty pores", section=_ELECTRODE, over=SIDES)
def pores_volume(liquid, porosity, *, pure=False):
    return where(pure, 0.0, where(liquid, 0.0, porosity))


# Electrodes: how much they hold, how thick and how heavy that makes them.


@step("{0} density, Eq. 1", "g/cm³", source="SI Eq. 1", section=_ELECTRODE, over=SIDES)
def composite_density_g_cm3(
    active_volume,
    electrolyte_volume,
    binder_volume,
    carbon_volume,
    density_g_cm3,
    electrolyte_density_g_cm3,
    binder_density_g_cm3,
    carbon_density_g_cm3,
):
    return eq.composite_density(
        volume_fractions=(active_volume, electrolyte_volume, binder_volume, carbon_volume),
        densities=(
            density_g_cm3,
            electrolyte_density_g_cm3,
            binder_density_g_cm3,
            carbon_density_g_cm3,
        ),
    )


@step("{0} charge density, Eq. 2", "mAh/cm³", source="SI Eq. 2", section=_ELECTRODE, over=SIDES)
def charge_density_mah_cm3(specific_capacity_mah_g, density_g_cm3, active_volume):
    return eq.charge_density(
        specific_capacity=specific_capacity_mah_g,
        density=density_g_cm3,
        volume_fraction=active_volume,
    )


@step("Anode capacity over that of the cathode", section=_ELECTRODE.format("Anode"))
def anode_to_cathode(metal, lithium_excess, np_ratio):
    return where(metal, lithium_excess, np_ratio)


@step(section=_RESULTS, source="SI Eq. 3")
def cathode_thickness_um(cathode_areal_capacity_mah_cm2, cathode_charge_density_mah_cm3):
    return UM_PER_CM * eq.electrode_thickness(
        areal_capacity=cathode_areal_capacity_mah_cm2,
        charge_density=cathode_charge_density_mah_cm3,
    )


@step(section=_RESULTS, source="SI Eq. 3, solved for a foil of given thickness")
def anode_areal_capacity_mah_cm2(
    foil_given,
    anode_foil_thickness_um,
    anode_charge_density_mah_cm3,
    anode_to_cathode,
    cathode_areal_capacity_mah_cm2,
):
    of_foil = eq.areal_capacity(
        thickness=anode_foil_thickness_um / UM_PER_CM, charge_density=anode_charge_density_mah_cm3
    )
    return where(foil_given, of_foil, anode_to_cathode * cathode_areal_capacity_mah_cm2)


@step(section=_RESULTS, source="SI Eq. 3")
def anode_thickness_um(
    foil_given, anode_foil_thickness_um, anode_areal_capacity_mah_cm2, anode_charge_density_mah_cm3
):
    by_capacity = UM_PER_CM * eq.electrode_thickness(
        areal_capacity=anode_areal_capacity_mah_cm2, charge_density=anode_charge_density_mah_cm3
    )
    return where(foil_given, anode_foil_thickness_um, by_capacity)


@step(section=_RESULTS, source="SI Eq. 4", over=SIDES)
def loading_mg_cm2(thickness_um, composite_density_g_cm3):
    return layer_mass(thickness_um, composite_density_g_cm3)


# The other layers, as counted in one stack.


@step("Foils counted", section=_LAYERS)
def foils_counted(foil_sharing):
    return where(foil_sharing == "double_sided", 0.5, 1.0)


@step("Negative foils counted", section=_LAYERS)
def negative_foils_counted(foil_sharing, foils_counted):
    """A bipolar plate, counted as the positive foil, is both collectors in one."""
    return where(foil_sharing == "bipolar", 0.0, foils_counted)


@step("Separator density, used", "g/cm³", section=_LAYERS)
def separator_density_used_g_cm3(separator_density_g_cm3, electrolyte_density_g_cm3):
    return where(given(separator_density_g_cm3), separator_density_g_cm3, electrolyte_density_g_cm3)


@step("Positive foil layer", "µm", section=_LAYERS)
def positive_foil_layer_thickness_um(positive_foil_thickness_um, foils_counted):
    return positive_foil_thickness_um * foils_counted


@step("Positive foil layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def positive_foil_layer_loading_mg_cm2(
    positive_foil_layer_thickness_um, positive_foil_density_g_cm3
):
    return layer_mass(positive_foil_layer_thickness_um, positive_foil_density_g_cm3)


@step("Separator layer", "µm", section=_LAYERS)
def separator_layer_thickness_um(separator_thickness_um):
    return separator_thickness_um


@step("Separator layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def separator_layer_loading_mg_cm2(separator_layer_thickness_um, separator_density_used_g_cm3):
    return layer_mass(separator_layer_thickness_um, separator_density_used_g_cm3)


@step("Negative foil layer", "µm", section=_LAYERS)
def negative_foil_layer_thickness_um(negative_foil_thickness_um, negative_foils_counted):
    return negative_foil_thickness_um * negative_foils_counted


@step("Negative foil layer", "mg/cm²", section=_LAYERS, source="SI Eq. 4")
def negative_foil_layer_loading_mg_cm2(
    negative_foil_layer_thickness_um, negative_foils_counted, negative_foil_density_g_cm3
):
    """What is not there need not have a density."""
    density = where(negative_foils_counted == 0.0, 0.0, negative_foil_density_g_cm3)
    return layer_mass(negative_foil_layer_thickness_um, density)


def layer_thickness(layer: str) -> str:
    """Name of the thickness of a layer as counted. [µm]"""
    return _result_or_layer(layer, "thickness_um")


def layer_loading(layer: str) -> str:
    """Name of the mass per area of a layer as counted. [mg/cm²]"""
    return _result_or_layer(layer, "loading_mg_cm2")


def _result_or_layer(layer: str, what: str) -> str:
    return f"{layer}_{what}" if f"{layer}_{what}" in RESULTS else f"{layer}_layer_{what}"


# The discharged stack and its energies.


@step(section=_RESULTS, source="SI Eq. 5", layers=map(layer_thickness, LAYERS))
def stack_thickness_um(layers):
    return eq.stack_thickness(thicknesses=layers)


@step(section=_RESULTS, source="SI Eq. 6", layers=map(layer_loading, LAYERS))
def stack_loading_mg_cm2(layers):
    return eq.stack_loading(loadings=layers)


@step("Voltage derived", "V", section=_USED, source="main text, Table 1")
def derived_voltage_v(cathode_potential_v, anode_potential_v):
    return eq.cell_voltage(cathode_potential=cathode_potential_v, anode_potential=anode_potential_v)


@step("Cell voltage, used", "V", section=_USED)
def cell_voltage_used_v(cell_voltage_v, derived_voltage_v):
    return where(given(cell_voltage_v), cell_voltage_v, derived_voltage_v)


@step(section=_RESULTS)
def areal_energy_mwh_cm2(cathode_areal_capacity_mah_cm2, cell_voltage_used_v):
    return eq.areal_energy(
        areal_capacity=cathode_areal_capacity_mah_cm2, voltage=cell_voltage_used_v
    )


@step(section=_RESULTS, source="SI Eq. 7")
def specific_energy_wh_kg(areal_energy_mwh_cm2, stack_loading_mg_cm2):
    return eq.specific_energy(
        areal_energy=areal_energy_mwh_cm2, loading=stack_loading_mg_cm2 / MG_PER_G
    )


@step(section=_RESULTS, source="SI Eq. 8")
def energy_density_wh_l(areal_energy_mwh_cm2, stack_thickness_um):
    return eq.energy_density(
        areal_energy=areal_energy_mwh_cm2, thickness=stack_thickness_um / UM_PER_CM
    )


# The charged state: every growth is in thickness.


@step("Anode's share charged", section=_GROWTH)
def charged_share(metal, cathode_areal_capacity_mah_cm2, anode_areal_capacity_mah_cm2):
    return where(
        metal, 1.0, minimum(1.0, cathode_areal_capacity_mah_cm2 / anode_areal_capacity_mah_cm2)
    )


@step("Growth by volume change", "µm", section=_GROWTH, source="main text, Table 1")
def growth_by_volume_um(
    metal,
    cathode_areal_capacity_mah_cm2,
    anode_specific_capacity_mah_g,
    anode_density_g_cm3,
    anode_thickness_um,
    anode_active_volume,
    anode_volume_change,
    charged_share,
):
    plated = UM_PER_CM * eq.electrode_thickness(
        areal_capacity=cathode_areal_capacity_mah_cm2,
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
        charged_share=charged_share,
    )
    return where(metal, plated, hosted)


@step("Growth by lithium's molar volume", "µm", section=_GROWTH, source="Obrovac et al. 2007")
def growth_by_lithium_um(cathode_areal_capacity_mah_cm2, anode_lithium_molar_volume_cm3_mol):
    return UM_PER_CM * eq.molar_volume_growth(
        areal_capacity=cathode_areal_capacity_mah_cm2,
        lithium_molar_volume=anode_lithium_molar_volume_cm3_mol,
    )


@step("Growth by the model chosen", "µm", section=_GROWTH)
def anode_growth_um(expansion_model, growth_by_lithium_um, growth_by_volume_um):
    return where(expansion_model == "molar_volume", growth_by_lithium_um, growth_by_volume_um)


@step("Room in the anode's pores", "µm", section=_GROWTH)
def pore_room_um(anode_pure, anode_pore_absorption, anode_porosity, anode_thickness_um):
    return where(anode_pure, 0.0, anode_pore_absorption * anode_porosity * anode_thickness_um)


@step("Cathode's growth", "µm", section=_GROWTH)
def cathode_growth_um(cathode_thickness_um, cathode_active_volume, cathode_volume_change):
    return eq.host_growth(
        thickness=cathode_thickness_um,
        volume_fraction=cathode_active_volume,
        volume_change=cathode_volume_change,
        charged_share=1.0,
    )


@step("Stack's growth", "µm", section=_GROWTH)
def growth_um(anode_growth_um, pore_room_um, cathode_growth_um):
    absorbed = minimum(maximum(anode_growth_um, 0.0), pore_room_um)
    return anode_growth_um - absorbed + cathode_growth_um


@step(section=_RESULTS)
def stack_thickness_charged_um(stack_thickness_um, growth_um):
    return stack_thickness_um + growth_um


@step(section=_RESULTS, source="SI Eq. 8, of the charged stack")
def energy_density_charged_wh_l(areal_energy_mwh_cm2, stack_thickness_charged_um):
    return eq.energy_density(
        areal_energy=areal_energy_mwh_cm2, thickness=stack_thickness_charged_um / UM_PER_CM
    )


@step(section=_RESULTS)
def swelling_fraction(growth_um, stack_thickness_um):
    return eq.swelling(discharged_thickness=stack_thickness_um, growth=growth_um)
