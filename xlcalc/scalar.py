"""One plain design in plain numbers, for functions that cells call thousands of times.

The stack is that of the paper: composites of active material and solid electrolyte, or lithium
metal. Whatever else a design may be is left to `evaluate`, whose numbers these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import equations as eq
from .errors import XlcalcError
from .layers import UM_PER_CM
from .materials import ANODE_FREE, Materials
from .quantities import LIQUID, METAL
from .stack import Stack


@dataclass(frozen=True, slots=True)
class Prepared:
    """What does not change while only numbers of a design do. In cm, g, mAh and V.

    Foils are as counted; `growth` is the anode's relative volume change, or for lithium metal the
    thickness that a unit of areal capacity plates. None where the material has no such value.
    """

    cathode_density: float
    cathode_charge: float
    anode_density: float
    anode_charge: float
    electrolyte_density: float
    foils_thickness: float
    foils_loading: float
    voltage: float | None
    growth: float | None
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
    of = stack.materials
    active, host, electrolyte_of = (of[w] for w in (stack.cathode, stack.anode, stack.electrolyte))
    if electrolyte_of.kind == LIQUID:
        return None
    counted = {"single": (1.0, 1.0), "double_sided": (0.5, 0.5), "bipolar": (1.0, 0.0)}
    thickness: tuple[Any, Any] = (
        stack.positive_foil_thickness_um,
        stack.negative_foil_thickness_um,
    )
    foils = [
        (um, of[word], share)
        for um, word, share in zip(
            thickness,
            (stack.positive_foil, stack.negative_foil),
            counted[stack.foil_sharing],
            strict=True,
        )
    ]
    numbers = (
        active.density_g_cm3,
        active.specific_capacity_mah_g,
        host.density_g_cm3,
        host.specific_capacity_mah_g,
        electrolyte_of.density_g_cm3,
        *(foil.density_g_cm3 for _, foil, share in foils if share),
    )
    if any(number is None for number in numbers):
        return None
    rho_c, q_c, rho_a, q_a, rho_e = (float(number) for number in numbers[:5] if number is not None)
    thicknesses = [float(um) / UM_PER_CM * share for um, _, share in foils]
    potentials = (active.potential_v, host.potential_v)
    metal = host.kind == METAL
    return Prepared(
        cathode_density=rho_c,
        cathode_charge=q_c * rho_c,
        anode_density=rho_a,
        anode_charge=q_a * rho_a,
        electrolyte_density=rho_e,
        foils_thickness=sum(thicknesses),
        foils_loading=sum(
            length * (foil.density_g_cm3 or 0.0)
            for length, (_, foil, _) in zip(thicknesses, foils, strict=True)
        ),
        voltage=None
        if None in potentials
        else eq.cell_voltage(cathode_potential=potentials[0], anode_potential=potentials[1]),
        growth=1.0 / (q_a * rho_a) if metal else host.volume_change,
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
        if voltage is None or voltage <= 0:
            return None
    if (p.anode_free and excess) or p.growth is None:
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
