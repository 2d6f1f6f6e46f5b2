"""The stack taken apart: thickness (volume per area) and mass of every layer and component."""

from __future__ import annotations

from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.stack import PARTS, STACK, layer_mass
from xlcalc.physics.quantities.vocabulary import BREAKDOWN, SIDES

STACK_PARTS = Model((), BREAKDOWN, base=STACK)

step = STACK_PARTS.step


@step(over=SIDES)
def layer_thickness_um(thickness_um):
    return thickness_um


@step(over=SIDES)
def layer_loading_mg_cm2(loading_mg_cm2):
    return loading_mg_cm2


@step(over=(SIDES, (*PARTS, "pores")))
def thickness_um(volume, thickness_um):
    return volume * thickness_um


@step(source="SI Eq. 4", over=(SIDES, PARTS))
def loading_mg_cm2(thickness_um, density_g_cm3):
    return layer_mass(thickness_um, density_g_cm3)
