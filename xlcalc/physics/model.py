"""The layers of a stack: what they hold, how thick they are, how they grow on charge.

One rule serves solid and liquid cells. Everything is in centimetre, gram, mAh and volt.
"""

from __future__ import annotations

from math import isnan
from typing import NamedTuple

import numpy as np

from xlcalc.physics import equations as eq
from xlcalc.physics.equations import Numeric
from xlcalc.physics.inputs import Inputs, choose, either
from xlcalc.physics.materials import BINDER, CARBON
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.physics.quantities.vocabulary import LIQUID, METAL

UM_PER_CM = 1e4
MG_PER_G = 1e3


class Electrode(NamedTuple):
    """An electrode as built: volume fractions of what it holds, density [g/cm3], thickness [cm]."""

    active: Numeric
    electrolyte: Numeric
    binder: Numeric
    carbon: Numeric
    density: Numeric
    thickness: Numeric
    areal_capacity: Numeric


class Layers(NamedTuple):
    """A discharged stack from the cathode's side; foils as counted. Thicknesses in cm."""

    positive_foil: Numeric
    cathode: Electrode
    separator: Numeric
    anode: Electrode
    negative_foil: Numeric


def _composition(inputs: Inputs, side: str) -> tuple[Numeric, Numeric, Numeric, Numeric]:
    """Volume fractions of active material, electrolyte, binder and carbon in an electrode.

    One rule for solid and liquid cells: solids share what pores leave, a solid electrolyte is what
    active material, binder and carbon leave of the solids, a liquid one is what fills the pores.
    """
    active, binder, carbon = (
        inputs.number(f"{side}_{part}_fraction") for part in ("active", "binder", "carbon")
    )
    porosity = inputs.number(f"{side}_porosity")
    liquid = inputs.is_kind("electrolyte", LIQUID)
    left = 1.0 - eq.total((active, binder, carbon))
    solids = [active, choose(liquid, 0.0, left), binder, carbon]
    by_weight = inputs.chosen(f"{side}_fraction_basis", "weight")
    if np.any(by_weight):
        densities = list(component_densities(inputs, side).values())
        shares = eq.volume_fractions(weight_fractions=solids, densities=densities)
        solids = [choose(by_weight, x, v) for x, v in zip(shares, solids, strict=True)]
    if isinstance(porosity, np.ndarray) or porosity != 0.0:
        dense = 1.0 - porosity
        solids = [dense * share for share in solids]
    active, electrolyte, binder, carbon = solids
    return active, choose(liquid, porosity, electrolyte), binder, carbon


def component_densities(inputs: Inputs, side: str) -> dict[str, Numeric]:
    """Densities of what an electrode may hold, by component in the order of `Electrode`. [g/cm3]"""
    return {
        "active": inputs.value(side, "density_g_cm3"),
        "electrolyte": inputs.value("electrolyte", "density_g_cm3"),
        "binder": _density_if_any(inputs, BINDER),
        "carbon": _density_if_any(inputs, CARBON),
    }


def _density_if_any(inputs: Inputs, name: str) -> float:
    # A design that holds some of it has been refused; where there is none, NaN must not spread.
    density = inputs.density_of(name)
    return 1.0 if isnan(density) else density


def _density(inputs: Inputs, side: str, fractions: tuple[Numeric, ...]) -> Numeric:
    densities = list(component_densities(inputs, side).values())
    return eq.composite_density(volume_fractions=fractions, densities=densities)


def _cathode(inputs: Inputs) -> Electrode:
    fractions = _composition(inputs, "cathode")
    capacity = inputs.number("cathode_areal_capacity_mah_cm2")
    charge_density = eq.charge_density(
        specific_capacity=inputs.value("cathode", "specific_capacity_mah_g"),
        density=inputs.value("cathode", "density_g_cm3"),
        volume_fraction=fractions[0],
    )
    return Electrode(
        *fractions,
        density=_density(inputs, "cathode", fractions),
        thickness=eq.electrode_thickness(areal_capacity=capacity, charge_density=charge_density),
        areal_capacity=capacity,
    )


def _anode(inputs: Inputs) -> Electrode:
    """A host by its N/P ratio, lithium metal by its excess, or a foil by its thickness."""
    metal, foil, pure = inputs.is_kind("anode", METAL), inputs.given_foil, inputs.pure_anode
    fractions = (1.0, 0.0, 0.0, 0.0)
    if not np.all(pure):
        composite = _composition(inputs, "anode")
        fractions = tuple(
            choose(pure, one, other) for one, other in zip(fractions, composite, strict=True)
        )
    charge_density = eq.charge_density(
        specific_capacity=inputs.value("anode", "specific_capacity_mah_g"),
        density=inputs.value("anode", "density_g_cm3"),
        volume_fraction=fractions[0],
    )
    ratio = choose(metal, inputs.number("lithium_excess"), inputs.number("np_ratio"))
    capacity = ratio * inputs.number("cathode_areal_capacity_mah_cm2")
    thickness = eq.electrode_thickness(areal_capacity=capacity, charge_density=charge_density)
    if np.any(foil):
        given = inputs.number("anode_foil_thickness_um") / UM_PER_CM
        of_foil = eq.areal_capacity(thickness=given, charge_density=charge_density)
        thickness = choose(foil, given, thickness)
        capacity = choose(foil, of_foil, capacity)
    return Electrode(
        *fractions,
        density=_density(inputs, "anode", fractions),
        thickness=thickness,
        areal_capacity=capacity,
    )


def build_layers(inputs: Inputs) -> Layers:
    """The layers of a discharged stack, foils as counted under its foil sharing."""
    shared = inputs.chosen("foil_sharing", "double_sided")
    bipolar = inputs.chosen("foil_sharing", "bipolar")
    half = choose(shared, 0.5 / UM_PER_CM, 1.0 / UM_PER_CM)
    return Layers(
        positive_foil=inputs.number("positive_foil_thickness_um") * half,
        cathode=_cathode(inputs),
        separator=inputs.number("separator_thickness_um") / UM_PER_CM,
        anode=_anode(inputs),
        # A bipolar plate, counted as the positive foil, is both collectors in one.
        negative_foil=inputs.number("negative_foil_thickness_um") * choose(bipolar, 0.0, half),
    )


def growth_on_charge(inputs: Inputs, cathode: Electrode, anode: Electrode) -> Numeric:
    """What the charged stack is thicker by. [cm]"""
    charge = cathode.areal_capacity
    metal = inputs.is_kind("anode", METAL)
    plated: Numeric = 0.0
    hosted: Numeric = 0.0
    if np.any(metal):
        plated = eq.electrode_thickness(
            areal_capacity=charge,
            charge_density=eq.charge_density(
                specific_capacity=inputs.value("anode", "specific_capacity_mah_g"),
                density=inputs.value("anode", "density_g_cm3"),
                volume_fraction=1.0,
            ),
        )
    if not np.all(metal):
        fullness = charge / choose(metal, charge, anode.areal_capacity)
        hosted = eq.host_growth(
            thickness=anode.thickness,
            volume_fraction=anode.active,
            volume_change=inputs.value("anode", "volume_change"),
            charged_share=np.minimum(fullness, 1.0)
            if isinstance(fullness, np.ndarray)
            else min(fullness, 1.0),
        )
    growth = choose(metal, plated, hosted)
    by_molar_volume = inputs.chosen("expansion_model", "molar_volume")
    if np.any(by_molar_volume):
        molar = eq.molar_volume_growth(
            areal_capacity=charge,
            lithium_molar_volume=inputs.value("anode", "lithium_molar_volume_cm3_mol"),
        )
        growth = choose(by_molar_volume, molar, growth)
    absorption = inputs.number("anode_pore_absorption")
    if np.any(absorption):
        room = absorption * inputs.number("anode_porosity") * anode.thickness
        room = choose(inputs.pure_anode, 0.0, room)
        growth = growth - np.minimum(np.maximum(growth, 0.0), room)
    change = inputs.number("cathode_volume_change")
    if np.any(change):
        growth = growth + eq.host_growth(
            thickness=cathode.thickness,
            volume_fraction=cathode.active,
            volume_change=change,
            charged_share=1.0,
        )
    return growth


def foil_loading(inputs: Inputs, name: str, thickness: Numeric) -> Numeric:
    """Mass per area of a foil as counted. [g/cm2]"""
    return eq.electrode_loading(thickness=thickness, density=inputs.value(name, "density_g_cm3"))


def separator_loading(inputs: Inputs, thickness: Numeric) -> Numeric:
    """Mass per area of the separator, of the electrolyte's density if none is given. [g/cm2]"""
    density = inputs.value("electrolyte", "density_g_cm3")
    given = inputs.number("separator_density_g_cm3")
    if given is not None:
        density = choose(either(given, ~np.isnan(given)), given, density)
    return eq.electrode_loading(thickness=thickness, density=density)


def voltage_of(inputs: Inputs) -> Numeric:
    """Cell voltage, given or derived. [V]"""
    derived = inputs.voltage_is_derived
    given = inputs.number(q.CELL_VOLTAGE.name)
    return choose(derived, inputs.derived_voltage, given) if np.any(derived) else given
