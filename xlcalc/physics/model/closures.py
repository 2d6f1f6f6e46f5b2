"""What must hold of every stack, whatever its design: sums of parts and their wholes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xlcalc.physics.equations import MG_PER_G, UM_PER_CM, total
from xlcalc.physics.expression import Operand, symbol
from xlcalc.physics.model.electrodes import PARTS
from xlcalc.physics.model.stack import STACK, layer_loading, layer_thickness
from xlcalc.physics.quantities import LAYERS, SIDES

#: By how much the two sides of a closure may differ, relative: rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """Two ways to the same number.

    Parameters
    ----------
    name : str
        What it is called.
    label : str
        What is added up.
    statement : str
        What it says, as a sentence without full stop.
    left, right : expression
        The two ways, in terms of steps of the model.
    """

    name: str
    label: str
    statement: str
    left: Operand
    right: Operand


def _sum(names: Iterable[str]) -> Operand:
    return total(map(symbol, names))


def _volumes(side: str) -> Operand:
    return _sum(f"{side}_{part}_volume" for part in (*PARTS, "pores"))


_WHOLE_LAYERS = [layer for layer in LAYERS if layer not in SIDES]

CLOSURES = (
    Closure(
        "mass_closure",
        "Masses of all parts",
        "Masses of all parts add up to the stack's loading",
        _sum(
            (
                *(f"{side}_{part}_loading_mg_cm2" for side in SIDES for part in PARTS),
                *map(layer_loading, _WHOLE_LAYERS),
            )
        ),
        symbol("stack_loading_mg_cm2"),
    ),
    Closure(
        "thickness_closure",
        "Volumes of all parts",
        "Volumes of all parts and pores add up to the stack's thickness",
        total(symbol(layer_thickness(side)) * _volumes(side) for side in SIDES)
        + _sum(map(layer_thickness, _WHOLE_LAYERS)),
        symbol("stack_thickness_um"),
    ),
    Closure(
        "density_closure",
        "(Wh/L)/(Wh/kg) is the density",
        "(Wh/L) over (Wh/kg) is the stack's density",
        symbol("energy_density_wh_l")
        / symbol("specific_energy_wh_kg")
        * symbol("stack_thickness_um")
        / UM_PER_CM,
        symbol("stack_loading_mg_cm2") / MG_PER_G,
    ),
    *(
        Closure(
            f"{side}_closure",
            f"{side.capitalize()} fractions sum to 1",
            f"Volume fractions and pores of each {side} add up to 1",
            _volumes(side),
            1.0,
        )
        for side in SIDES
    ),
)

assert all(closure.name not in STACK.steps for closure in CLOSURES)
