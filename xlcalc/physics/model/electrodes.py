"""The electrodes as steps: composition, SI Eq. 1-4 of Lewis et al.

One rule serves solid and liquid cells: solids share what pores leave, a solid electrolyte is what
active material, binder and carbon leave of the solids, a liquid one fills the pores.

Names are those of the vocabulary, with the unit of what they hold. Equations are called in cm, g,
mAh and V, so that µm and mg are converted where they enter and leave; sums and ratios of one unit
need no conversion.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics import equations as eq
from xlcalc.physics.equations import MG_PER_G, UM_PER_CM
from xlcalc.physics.expression import Constant, given, where
from xlcalc.physics.materials import ANODE_FREE
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.quantities import (
    DESIGN,
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


#: Relative volume change beyond which an anode is an alloy: between graphite's and that of all
#: others in Table 1 of the paper.
ALLOY_GROWTH = Constant("alloy_growth", 0.2, "", "Volume change beyond which an anode is an alloy")

_MATERIAL_VALUES = [name for name, _, _ in material_values()]

ELECTRODES = Model((*DESIGN, *_MATERIAL_VALUES), RESULTS, parameters=_MATERIAL_VALUES)

#: Parts of the model that its modules share.
SECTION_OF_USED = "Inputs as used"
_ELECTRODE = "{0}, Eq. 1-4"
SECTION_OF_RESULTS = "Results"


def layer_mass(thickness_um, density_g_cm3):
    """Mass per area of a layer. [mg/cm²]"""
    return MG_PER_G * eq.electrode_loading(
        thickness=thickness_um / UM_PER_CM, density=density_g_cm3
    )


@ELECTRODES.step("Liquid", section=SECTION_OF_USED)
def liquid(electrolyte_kind):
    return electrolyte_kind == LIQUID


@ELECTRODES.step("Lithium metal", section=SECTION_OF_USED)
def metal(anode_kind):
    return anode_kind == METAL


@ELECTRODES.step("Anode-free")
def anode_free(anode):
    return anode == ANODE_FREE


@ELECTRODES.step("Liquid in an alloy", section=SECTION_OF_USED)
def liquid_in_alloy(liquid, anode_volume_change):
    """An anode that grows by more than this is given more room in its pores: SI Table 2."""
    alloy = where(given(anode_volume_change), anode_volume_change > ALLOY_GROWTH, False)
    return where(liquid, alloy, False)


@ELECTRODES.step("Anode foil", section=SECTION_OF_USED)
def foil_given(anode_foil_thickness_um):
    return given(anode_foil_thickness_um)


@ELECTRODES.step("Pure anode", section=SECTION_OF_USED)
def anode_pure(metal, foil_given):
    return metal | foil_given


# Composition: volume fractions of an electrode's parts.


@ELECTRODES.step("{0} electrolyte fraction of solids", section=_ELECTRODE, over=SIDES)
def electrolyte_fraction(liquid, active_fraction, binder_fraction, carbon_fraction):
    return where(liquid, 0.0, 1.0 - active_fraction - binder_fraction - carbon_fraction)


@ELECTRODES.step("{0} {1} part", section=_ELECTRODE, over=(SIDES, PARTS))
def part(fraction, fraction_basis, density_g_cm3):
    return where(fraction_basis == "weight", fraction / density_g_cm3, fraction)


@ELECTRODES.step("{0} parts together", section=_ELECTRODE, over=SIDES)
def parts(fraction_basis, active_part, electrolyte_part, binder_part, carbon_part):
    whole = active_part + electrolyte_part + binder_part + carbon_part
    return where(fraction_basis == "weight", whole, 1.0)


@ELECTRODES.step("{0} volume per part", section=_ELECTRODE, over=SIDES)
def per_part(porosity, parts):
    return (1.0 - porosity) / parts


@ELECTRODES.step("{0} active volume fraction", section=_ELECTRODE, over=SIDES)
def active_volume(active_part, per_part, *, pure=False):
    return where(pure, 1.0, active_part * per_part)


@ELECTRODES.step("{0} electrolyte volume fraction", section=_ELECTRODE, over=SIDES)
def electrolyte_volume(liquid, porosity, electrolyte_part, per_part, *, pure=False):
    return where(pure, 0.0, where(liquid, porosity, electrolyte_part * per_part))


@ELECTRODES.step("{0} {1} volume fraction", section=_ELECTRODE, over=(SIDES, ADDITIVES))
def volume(part, per_part, *, pure=False):
    return where(pure, 0.0, part * per_part)


@ELECTRODES.step("{0} empty pores", section=_ELECTRODE, over=SIDES)
def pores_volume(liquid, porosity, *, pure=False):
    return where(pure, 0.0, where(liquid, 0.0, porosity))


# Electrodes: how much they hold, how thick and how heavy that makes them.


@ELECTRODES.step("{0} density, Eq. 1", "g/cm³", source="SI Eq. 1", section=_ELECTRODE, over=SIDES)
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


@ELECTRODES.step(
    "{0} charge density, Eq. 2", "mAh/cm³", source="SI Eq. 2", section=_ELECTRODE, over=SIDES
)
def charge_density_mah_cm3(specific_capacity_mah_g, density_g_cm3, active_volume):
    return eq.charge_density(
        specific_capacity=specific_capacity_mah_g,
        density=density_g_cm3,
        volume_fraction=active_volume,
    )


@ELECTRODES.step("Anode capacity over that of the cathode", section=_ELECTRODE.format("Anode"))
def anode_to_cathode(metal, lithium_excess, np_ratio):
    return where(metal, lithium_excess, np_ratio)


@ELECTRODES.step(section=SECTION_OF_RESULTS, source="SI Eq. 3")
def cathode_thickness_um(cathode_areal_capacity_mah_cm2, cathode_charge_density_mah_cm3):
    return UM_PER_CM * eq.electrode_thickness(
        areal_capacity=cathode_areal_capacity_mah_cm2,
        charge_density=cathode_charge_density_mah_cm3,
    )


@ELECTRODES.step(
    section=SECTION_OF_RESULTS, source="SI Eq. 3, solved for a foil of given thickness"
)
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


@ELECTRODES.step(section=SECTION_OF_RESULTS, source="SI Eq. 3")
def anode_thickness_um(
    foil_given, anode_foil_thickness_um, anode_areal_capacity_mah_cm2, anode_charge_density_mah_cm3
):
    by_capacity = UM_PER_CM * eq.electrode_thickness(
        areal_capacity=anode_areal_capacity_mah_cm2, charge_density=anode_charge_density_mah_cm3
    )
    return where(foil_given, anode_foil_thickness_um, by_capacity)


@ELECTRODES.step(section=SECTION_OF_RESULTS, source="SI Eq. 4", over=SIDES)
def loading_mg_cm2(thickness_um, composite_density_g_cm3):
    return layer_mass(thickness_um, composite_density_g_cm3)
