"""What makes a design impossible though each of its values is possible: rules over several fields.

A rule is a condition over the model. What is wrong is said of it once; how a table, a function or a
sheet shows it is theirs. What a material must be and have for its role is in `physics.faults`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Any

from xlcalc.physics.equations import total
from xlcalc.physics.expression import Constant, given, where
from xlcalc.physics.materials import ANODE_FREE
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, SIDES

#: How far fractions that should add up to 1 may miss it by.
ROUNDING = Constant("rounding", 1e-6, "", "What fractions may miss 1 by")


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that makes a design impossible.

    Parameters
    ----------
    name : str
        The step of `STACK_RULES` that says where it is broken.
    field : str
        The field to change.
    text : str
        What is wrong, with values of the model in braces.
    expected : str
        What is expected instead.
    """

    name: str
    field: str
    text: str
    expected: str

    @property
    def shown(self) -> list[str]:
        """Quantities whose values the text shows."""
        return [name for _, name, _, _ in Formatter().parse(self.text) if name]


STACK_RULES = Model((), base=STACK)

RULES: dict[str, Rule] = {}

step = STACK_RULES.step


def rule(
    field: str, text: str, expected: str, over: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the rule that a function is broken by; over sides, ``<side>`` stands for each."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        STACK_RULES.step(over=over)(function)
        for side in over or ("",):
            name = f"{side}_{function.__name__}" if side else function.__name__
            texts = (part.replace("<side>", side) for part in (field, text, expected))
            RULES[name] = Rule(name, *texts)
        return function

    return declare


@step("Anode-free")
def anode_free(anode):
    return anode == ANODE_FREE


@rule(
    "lithium_excess",
    DESIGN["lithium_excess"].label + " is {lithium_excess:g}, but the anode is anode-free",
    "0, or Li as anode",
)
def excess_without_lithium(anode_free, lithium_excess):
    return where(anode_free, lithium_excess != 0.0, False)


@rule(
    "anode_foil_thickness_um",
    "an anode-free stack has no anode foil",
    "a blank, or Li as anode",
)
def foil_without_lithium(anode_free, foil_given):
    return where(anode_free, foil_given, False)


@step("{0} fractions", over=SIDES)
def fraction_sum(active_fraction, binder_fraction, carbon_fraction):
    return total((active_fraction, binder_fraction, carbon_fraction))


_SUM = (
    "the fractions of the <side> add up to {<side>_fraction_sum:g} (active "
    "{<side>_active_fraction:g} + binder {<side>_binder_fraction:g} + carbon "
    "{<side>_carbon_fraction:g})"
)


@rule("<side>_active_fraction", _SUM, "at most 1", over=SIDES)
def fractions_above_one(fraction_sum, *, pure=False):
    return where(pure, False, fraction_sum - 1.0 > ROUNDING)


@rule(
    "<side>_active_fraction",
    _SUM,
    "1, for a liquid electrolyte fills pores and is no part of the solids",
    over=SIDES,
)
def fractions_below_one(liquid, fraction_sum, *, pure=False):
    return where(pure, False, where(liquid, 1.0 - fraction_sum > ROUNDING, False))


@rule(
    CELL_VOLTAGE.name,
    CELL_VOLTAGE.label + " derived from the electrodes' potentials is {derived_voltage_v:g} V",
    CELL_VOLTAGE.expected,
)
def derived_voltage_not_positive(cell_voltage_v, derived_voltage_v):
    return where(given(cell_voltage_v), False, derived_voltage_v <= 0.0)
