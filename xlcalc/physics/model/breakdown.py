"""The stack taken apart: thickness (volume per area) and mass of every layer and component."""

from __future__ import annotations

from collections.abc import Callable

from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.electrodes import PARTS, layer_mass
from xlcalc.physics.model.stack import STACK, layer_loading, layer_thickness
from xlcalc.physics.quantities import BREAKDOWN, LAYERS, SIDES

STACK_PARTS = Model((), BREAKDOWN, base=STACK)


def _called_as_results(name_of: Callable[[str], str]) -> list[str]:
    """Layers whose quantity has the name of a result, and not yet that of a layer."""
    return [layer for layer in LAYERS if name_of(layer) not in BREAKDOWN]


@STACK_PARTS.step(over=_called_as_results(layer_thickness))
def layer_thickness_um(thickness_um):
    return thickness_um


@STACK_PARTS.step(over=_called_as_results(layer_loading))
def layer_loading_mg_cm2(loading_mg_cm2):
    return loading_mg_cm2


@STACK_PARTS.step(over=(SIDES, (*PARTS, "pores")))
def thickness_um(volume, thickness_um):
    return volume * thickness_um


@STACK_PARTS.step(source="SI Eq. 4", over=(SIDES, PARTS))
def loading_mg_cm2(thickness_um, density_g_cm3):
    return layer_mass(thickness_um, density_g_cm3)
