"""One plain design in plain numbers, for functions that cells call thousands of times.

The stack is that of the paper: composites of active material and solid electrolyte, or lithium
metal. Whatever else a design may be is left to `evaluate`, whose numbers these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from xlcalc.errors import XlcalcError
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.materials import ANODE_FREE, Materials
from xlcalc.physics.model import UM_PER_CM, build_layers, foil_loading
from xlcalc.physics.quantities.vocabulary import LIQUID, METAL
from xlcalc.physics.stack import Stack


@dataclass(frozen=True, slots=True)
class Prepared:
    """What does not change while only numbers of a design do. In cm, g, mAh and V.

    Foils are as counted; `growth` is the anode's relative volume change, or for lithium metal the
    thickness that a unit of areal capacity plates. NaN where a material has no such value.
    """

    cathode_density: float
    cathode_charge: float
    anode_density: float
    anode_charge: float
    electrolyte_density: float
    foils_thickness: float
    foils_loading: float
    voltage: float
    growth: float
    metal: bool
    anode_free: bool


def prepare(
    cathode: str, anode: str, electrolyte: str, foil_sharing: str, materials: Materials
) -> Prepared | None:
    """What is the same for all designs of some materials; None where they need `evaluate`."""
    try:
        # A voltage of its own, so that a missing potential is no error here.
        stack = Stack(
            cathode=cathode,
            anode=anode,
            electrolyte=electrolyte,
            foil_sharing=foil_sharing,
            cell_voltage_v=1.0,
            materials=materials,
        )
    except XlcalcError:
        return None
    inputs = Inputs(stack.values, stack.materials)
    if inputs.is_kind("electrolyte", LIQUID):
        return None
    layers = build_layers(inputs)
    foils = {name: getattr(layers, name) for name in ("positive_foil", "negative_foil")}
    cathode_density, anode_density, electrolyte_density = (
        inputs.value(name, "density_g_cm3") for name in ("cathode", "anode", "electrolyte")
    )
    anode_charge = inputs.value("anode", "specific_capacity_mah_g") * anode_density
    metal = inputs.is_kind("anode", METAL)
    return Prepared(
        cathode_density=cathode_density,
        cathode_charge=inputs.value("cathode", "specific_capacity_mah_g") * cathode_density,
        anode_density=anode_density,
        anode_charge=anode_charge,
        electrolyte_density=electrolyte_density,
        foils_thickness=sum(foils.values()),
        foils_loading=sum(foil_loading(inputs, name, foil) for name, foil in foils.items()),
        voltage=inputs.derived_voltage,
        growth=1.0 / anode_charge if metal else inputs.value("anode", "volume_change"),
        metal=metal,
        anode_free=stack.anode == ANODE_FREE,
    )


def energies(
    p: Prepared,
    capacity: float,
    np_ratio: float,
    separator_um: float,
    cathode_fraction: float,
    anode_fraction: float,
    voltage: float | None,
    excess: float,
) -> tuple[float, float, float] | None:
    """Specific energy, energy density and that of the charged stack, or None for `evaluate`.

    Numbers must be within the bounds of their fields.
    """
    if voltage is None:
        voltage = p.voltage
    # Also where it is NaN: what is not known is for `evaluate` to say.
    if not voltage > 0 or isnan(p.growth) or (p.anode_free and excess):
        return None
    rho_e = p.electrolyte_density
    l_c = capacity / (p.cathode_charge * cathode_fraction)
    m_c = l_c * (p.cathode_density * cathode_fraction + rho_e * (1.0 - cathode_fraction))
    if p.metal:
        l_a = excess * capacity / p.anode_charge
        m_a = l_a * p.anode_density
        growth = capacity * p.growth
    else:
        l_a = np_ratio * capacity / (p.anode_charge * anode_fraction)
        m_a = l_a * (p.anode_density * anode_fraction + rho_e * (1.0 - anode_fraction))
        full = 1.0 / np_ratio if np_ratio > 1.0 else 1.0
        growth = l_a * anode_fraction * p.growth * full
    l_s = separator_um / UM_PER_CM
    thickness = p.foils_thickness + l_c + l_s + l_a
    energy = capacity * voltage
    return (
        energy / (p.foils_loading + m_c + l_s * rho_e + m_a),
        energy / thickness,
        energy / (thickness + growth),
    )
