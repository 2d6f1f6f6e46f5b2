"""What several fields make of a design together: impossible, doubtful, or free of some of them.

A rule is a condition over the model, and so is a note. What is to be said is said here once; how a
table, a function or a sheet shows it is theirs. What a material must be and have for its role is
in `physics.faults`.

In a rule ``given`` is whether a value was typed, also where a blank has a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xlcalc.physics import equations as eq
from xlcalc.physics.expression import Constant, given, maximum, where
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, SIDES, SOLID

#: How far fractions that should add up to 1 may miss it by, and a number that is said again.
ROUNDING = Constant("rounding", 1e-6, "", "What sums and repeated numbers may miss by")


#: How far, relative, an excess that a person typed may be from that of the foil beside it.
AGREEMENT = Constant("agreement", 0.005, "", "What a typed excess may differ from a foil's by")

STACK_RULES = Model((), base=STACK)


def _differ(stated, own, by):
    return maximum(stated - own, own - stated) > by * own


@STACK_RULES.rule(
    "lithium_excess",
    DESIGN["lithium_excess"].label + " is {lithium_excess:g}, but the anode is anode-free",
    "0, or Li as anode",
)
def excess_without_lithium(anode_free, lithium_excess):
    return where(given(lithium_excess) & anode_free, lithium_excess != 0.0, False)


@STACK_RULES.rule(
    "anode_foil_thickness_um",
    "an anode-free stack has no anode foil",
    "a blank, or Li as anode",
)
def foil_without_lithium(anode_free, foil_given):
    return where(anode_free, foil_given, False)


@STACK_RULES.step("Lithium excess of the foil")
def excess_of_foil(
    anode_foil_thickness_um,
    anode_specific_capacity_mah_g,
    anode_density_g_cm3,
    cathode_areal_capacity_mah_cm2,
):
    metal = eq.charge_density(
        specific_capacity=anode_specific_capacity_mah_g,
        density=anode_density_g_cm3,
        volume_fraction=1.0,
    )
    capacity = eq.areal_capacity(
        thickness=anode_foil_thickness_um / eq.UM_PER_CM, charge_density=metal
    )
    return capacity / cathode_areal_capacity_mah_cm2


@STACK_RULES.rule(
    "lithium_excess",
    DESIGN["lithium_excess"].label + " is {lithium_excess:g}, but the anode foil of "
    "{anode_foil_thickness_um:g} µm makes it {excess_of_foil:g}",
    "one of the two alone",
)
def excess_against_foil(metal, anode_free, foil_given, lithium_excess, excess_of_foil):
    both = foil_given & given(lithium_excess) & metal & ~anode_free
    return where(both, _differ(lithium_excess, excess_of_foil, AGREEMENT), False)


# The fractions of an electrode are all typed or all defaults, where a liquid one's add up to 1.


@STACK_RULES.step("{0} fractions given", over=SIDES)
def fractions_given(active_fraction, binder_fraction, carbon_fraction, *, pure=False):
    return where(
        pure,
        False,
        given(active_fraction) | given(binder_fraction) | given(carbon_fraction),
    )


_IN_PART = (
    "the <0>'s {0} fraction is blank, while others of its fractions are given; with a liquid "
    "electrolyte they must add up to 1"
)


def _in_part(part: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    expected = "all three fractions (0 where there is none), or none"
    return STACK_RULES.rule(f"<0>_{part}_fraction", _IN_PART.format(part), expected, over=SIDES)


@_in_part("active")
def active_fraction_missing(liquid, fractions_given, active_fraction):
    return where(liquid, fractions_given & ~given(active_fraction), False)


@_in_part("binder")
def binder_fraction_missing(liquid, fractions_given, binder_fraction):
    return where(liquid, fractions_given & ~given(binder_fraction), False)


@_in_part("carbon")
def carbon_fraction_missing(liquid, fractions_given, carbon_fraction):
    return where(liquid, fractions_given & ~given(carbon_fraction), False)


@STACK_RULES.rule(
    "<0>_fraction_basis",
    "the <0>'s fractions are blank, and their defaults with a liquid electrolyte are by weight, "
    "not by volume",
    "weight, a blank, or the fractions",
    over=SIDES,
)
def basis_without_fractions(liquid, fractions_given, fraction_basis, *, pure=False):
    by_volume = where(pure, False, fraction_basis == "volume")
    return where(liquid, by_volume & ~fractions_given, False)


@STACK_RULES.step("{0} fractions in part", over=SIDES)
def fractions_in_part(active_fraction_missing, binder_fraction_missing, carbon_fraction_missing):
    return active_fraction_missing | binder_fraction_missing | carbon_fraction_missing


@STACK_RULES.step("{0} fractions", over=SIDES)
def fraction_sum(active_fraction, binder_fraction, carbon_fraction):
    return eq.total((active_fraction, binder_fraction, carbon_fraction))


_SUM = (
    "the fractions of the <0> add up to {<0>_fraction_sum:g} (active "
    "{<0>_active_fraction:g} + binder {<0>_binder_fraction:g} + carbon "
    "{<0>_carbon_fraction:g})"
)


@STACK_RULES.rule("<0>_active_fraction", _SUM, "at most 1", over=SIDES)
def fractions_above_one(fractions_in_part, fraction_sum, *, pure=False):
    return where(pure | fractions_in_part, False, fraction_sum - 1.0 > ROUNDING)


@STACK_RULES.rule(
    "<0>_active_fraction",
    _SUM,
    "1, for a liquid electrolyte fills pores and is no part of the solids",
    over=SIDES,
)
def fractions_below_one(liquid, fractions_in_part, fraction_sum, *, pure=False):
    short = where(liquid, 1.0 - fraction_sum > ROUNDING, False)
    return where(pure | fractions_in_part, False, short)


@STACK_RULES.rule(
    CELL_VOLTAGE.name,
    CELL_VOLTAGE.label + " derived from the electrodes' potentials is {derived_voltage_v:g} V",
    CELL_VOLTAGE.expected,
)
def derived_voltage_not_positive(cell_voltage_v, derived_voltage_v):
    return where(given(cell_voltage_v), False, derived_voltage_v <= 0.0)


@STACK_RULES.rule(
    "separator_material",
    "the separator is a porous film, whose pores a solid electrolyte does not fill",
    "a solid electrolyte as separator, or a liquid electrolyte",
)
def film_without_liquid(separator_is_film, electrolyte_kind):
    return separator_is_film & (electrolyte_kind == SOLID)


# What a design does not use.


@STACK_RULES.step("Anode other than lithium metal")
def host(metal):
    return ~metal


@STACK_RULES.step("Bipolar")
def bipolar(foil_sharing):
    return foil_sharing == "bipolar"


@STACK_RULES.step("Separator density given")
def separator_density_given(separator_density_g_cm3):
    return given(separator_density_g_cm3)


@STACK_RULES.step("No interlayer")
def no_interlayer(interlayer_thickness_um):
    return interlayer_thickness_um == 0.0


#: Fields that some designs do not use: the step that holds for them, and why they do not.
UNUSED: Mapping[str, Mapping[str, str]] = {
    "np_ratio": {
        "metal": "with lithium metal, whose amount is lithium_excess",
        "foil_given": "beside the anode foil's thickness, from which it follows",
    },
    "lithium_excess": {"host": "with an anode other than lithium metal"},
    **{
        name: {"anode_pure": "by an anode that is a plain metal"}
        for name in (
            *(f"anode_{part}_fraction" for part in ("active", "binder", "carbon")),
            "anode_fraction_basis",
            "anode_porosity",
            "anode_pore_absorption",
        )
    },
    "separator_material": {"separator_density_given": "beside a density of the separator"},
    "separator_porosity": {
        "separator_density_given": "beside a density of the separator",
        "separator_is_liquid": "by a separator that is the liquid alone",
    },
    "interlayer_density_g_cm3": {"no_interlayer": "without an interlayer"},
    "negative_foil": {"bipolar": "in a bipolar stack, whose plate is the positive foil"},
    "negative_foil_thickness_um": {
        "bipolar": "in a bipolar stack, whose plate is the positive foil"
    },
}


@STACK_RULES.step("N/P ratio is that of the foil")
def ratio_of_foil(metal, np_ratio, anode_areal_capacity_mah_cm2, cathode_areal_capacity_mah_cm2):
    own = anode_areal_capacity_mah_cm2 / cathode_areal_capacity_mah_cm2
    return metal | ~_differ(np_ratio, own, ROUNDING)


@STACK_RULES.step("Separator density is that of its material")
def density_of_material(separator_density_g_cm3, separator_filled_density_g_cm3):
    return ~_differ(separator_density_g_cm3, separator_filled_density_g_cm3, ROUNDING)


#: Steps of `UNUSED`, each with the one that holds where what is not used agrees with what is.
AGREES: Mapping[str, str] = {
    "foil_given": "ratio_of_foil",
    "separator_density_given": "density_of_material",
}

#: Designs besides, which a value that is given once for several does not concern.
NOT_MEANT: Mapping[str, str] = {
    "lithium_excess": "anode_free",
    "anode_foil_thickness_um": "anode_free",
}


# What a reader of a result should know, besides what its numbers say.


@STACK_RULES.step("Lithium metal without excess")
def without_excess(metal, anode_free, foil_given, lithium_excess):
    return metal & ~anode_free & ~foil_given & (lithium_excess == 0.0)


@STACK_RULES.step("{0} without pores", over=SIDES)
def dry(liquid, porosity, *, pure=False):
    return where(pure, False, where(liquid, porosity == 0.0, False))


@STACK_RULES.step("Separator without pores")
def separator_dry(liquid, separator_is_liquid, separator_density_given, separator_porosity):
    film = liquid & ~separator_is_liquid & ~separator_density_given
    return where(film, separator_porosity == 0.0, False)


#: Notes by the step that holds for the designs concerned.
NOTES: Mapping[str, str] = {
    "without_excess": "lithium metal without excess is anode-free",
    **{
        f"{layer}_dry": f"the {layer} has no pores, so no liquid electrolyte"
        for layer in (*SIDES, "separator")
    },
}
