"""What makes a design impossible though each of its values is possible: rules over several fields.

A rule is a condition over the model. What is wrong is said of it once; how a table, a function or a
sheet shows it is theirs. What a material must be and have for its role is in `physics.faults`.
"""

from __future__ import annotations

from xlcalc.physics.equations import total
from xlcalc.physics.expression import Constant, given, where
from xlcalc.physics.materials import ANODE_FREE
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, SIDES

#: How far fractions that should add up to 1 may miss it by.
ROUNDING = Constant("rounding", 1e-6, "", "What fractions may miss 1 by")


STACK_RULES = Model((), base=STACK)


@STACK_RULES.step("Anode-free")
def anode_free(anode):
    return anode == ANODE_FREE


@STACK_RULES.rule(
    "lithium_excess",
    DESIGN["lithium_excess"].label + " is {lithium_excess:g}, but the anode is anode-free",
    "0, or Li as anode",
)
def excess_without_lithium(anode_free, lithium_excess):
    return where(anode_free, lithium_excess != 0.0, False)


@STACK_RULES.rule(
    "anode_foil_thickness_um",
    "an anode-free stack has no anode foil",
    "a blank, or Li as anode",
)
def foil_without_lithium(anode_free, foil_given):
    return where(anode_free, foil_given, False)


@STACK_RULES.step("{0} fractions", over=SIDES)
def fraction_sum(active_fraction, binder_fraction, carbon_fraction):
    return total((active_fraction, binder_fraction, carbon_fraction))


_SUM = (
    "the fractions of the <0> add up to {<0>_fraction_sum:g} (active "
    "{<0>_active_fraction:g} + binder {<0>_binder_fraction:g} + carbon "
    "{<0>_carbon_fraction:g})"
)


@STACK_RULES.rule("<0>_active_fraction", _SUM, "at most 1", over=SIDES)
def fractions_above_one(fraction_sum, *, pure=False):
    return where(pure, False, fraction_sum - 1.0 > ROUNDING)


@STACK_RULES.rule(
    "<0>_active_fraction",
    _SUM,
    "1, for a liquid electrolyte fills pores and is no part of the solids",
    over=SIDES,
)
def fractions_below_one(liquid, fraction_sum, *, pure=False):
    return where(pure, False, where(liquid, 1.0 - fraction_sum > ROUNDING, False))


@STACK_RULES.rule(
    CELL_VOLTAGE.name,
    CELL_VOLTAGE.label + " derived from the electrodes' potentials is {derived_voltage_v:g} V",
    CELL_VOLTAGE.expected,
)
def derived_voltage_not_positive(cell_voltage_v, derived_voltage_v):
    return where(given(cell_voltage_v), False, derived_voltage_v <= 0.0)
