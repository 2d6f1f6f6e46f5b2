"""One function, one equation; pure, broadcasting, without checks.

The equations are those of Lewis et al., "The Promise of Alloy Anodes for Solid-State Batteries",
Supplemental Information, and of what its text calls for beyond them. They work in centimetre,
gram, mAh and volt, where Eq. 1-8 need no numerical factor (mWh/g is Wh/kg, mWh/cm3 is Wh/L).
Arguments are keyword-only and take numbers or NumPy arrays that broadcast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xlcalc.physics.expression import Constant

#: A number or an array; arrays broadcast.
Numeric = Any

#: Charge of a mole of electrons. [C/mol]
FARADAY = Constant(
    "faraday",
    96485.33212331001,
    "C/mol",
    "Faraday constant (SI 2019, exact)",
)

#: Coulombs in a milliampere-hour. [C/mAh]
COULOMB_PER_MAH = Constant("coulomb_per_mah", 3.6, "C/mAh", "Coulombs in a milliampere-hour")

#: Micrometres in a centimetre.
UM_PER_CM = Constant("um_per_cm", 1e4, "µm/cm", "Micrometres in a centimetre")

#: Milligrams in a gram.
MG_PER_G = Constant("mg_per_g", 1e3, "mg/g", "Milligrams in a gram")

#: Numbers that formulas call by name.
CONSTANTS = (UM_PER_CM, MG_PER_G, COULOMB_PER_MAH, FARADAY)


def total(parts: Iterable[Numeric]) -> Numeric:
    """Sum in the order given; plain zeros cost an array no pass.

    Examples
    --------
    >>> total([0.5, 0.0, 0.25])
    0.75
    """
    result: Numeric = 0.0
    for number in parts:
        if isinstance(result, float) and result == 0.0:
            result = number
        elif not (isinstance(number, float) and number == 0.0):
            result = result + number
    return result


def volume_fractions(
    *, weight_fractions: Sequence[Numeric], densities: Sequence[Numeric]
) -> list[Numeric]:
    """Volume fractions of solids that are given by weight.

    Parameters
    ----------
    weight_fractions : sequence of numeric
        Weight of each solid over the weight of all. [-]
    densities : sequence of numeric
        Density of each solid. [g/cm3]

    Returns
    -------
    list of numeric
        Volume of each solid over the volume of all. [-]

    Examples
    --------
    The solids of the NMC cathode of SI Table 2 (95 wt %, 2.5 % binder, 2.5 % carbon):

    >>> shares = volume_fractions(weight_fractions=(0.95, 0.025, 0.025), densities=(4.78, 1.8, 1.8))
    >>> [round(share, 5) for share in shares]
    [0.87737, 0.06131, 0.06131]
    """
    volumes = [
        weight / density for weight, density in zip(weight_fractions, densities, strict=True)
    ]
    whole = total(volumes)
    return [volume / whole for volume in volumes]


def composite_density(
    *, volume_fractions: Sequence[Numeric], densities: Sequence[Numeric]
) -> Numeric:
    """Density of a composite (SI Eq. 1).

    Parameters
    ----------
    volume_fractions : sequence of numeric
        Volume of each component over the volume of the composite. [-]
    densities : sequence of numeric
        Density of each component. [g/cm3]

    Returns
    -------
    numeric
        Density of the composite; pores weigh nothing. [g/cm3]

    Examples
    --------
    60 vol % NMC811 in Li6PS5Cl:

    >>> round(composite_density(volume_fractions=(0.6, 0.4), densities=(4.78, 1.86)), 3)
    3.612
    """
    return total(
        density * fraction for density, fraction in zip(densities, volume_fractions, strict=True)
    )


def charge_density(
    *, specific_capacity: Numeric, density: Numeric, volume_fraction: Numeric
) -> Numeric:
    """Capacity per volume of an electrode (SI Eq. 2).

    Parameters
    ----------
    specific_capacity : numeric
        Capacity per mass of the active material. [mAh/g]
    density : numeric
        Density of the active material. [g/cm3]
    volume_fraction : numeric
        Volume of active material over the volume of the electrode. [-]

    Returns
    -------
    numeric
        Capacity per volume of electrode. [mAh/cm3]

    Examples
    --------
    >>> round(charge_density(specific_capacity=200, density=4.78, volume_fraction=0.6), 1)
    573.6
    """
    return specific_capacity * density * volume_fraction


def electrode_thickness(*, areal_capacity: Numeric, charge_density: Numeric) -> Numeric:
    """Thickness an electrode needs to hold its areal capacity (SI Eq. 3).

    Parameters
    ----------
    areal_capacity : numeric
        Capacity per area. [mAh/cm2]
    charge_density : numeric
        Capacity per volume, SI Eq. 2. [mAh/cm3]

    Returns
    -------
    numeric
        Thickness. [cm]

    Examples
    --------
    The cathode of SI Table 1, 4.0 mAh/cm2:

    >>> round(electrode_thickness(areal_capacity=4.0, charge_density=573.6), 6)
    0.006974
    """
    return areal_capacity / charge_density


def areal_capacity(*, thickness: Numeric, charge_density: Numeric) -> Numeric:
    """Capacity per area of an electrode of given thickness (SI Eq. 3, solved for it).

    Parameters
    ----------
    thickness : numeric
        Thickness of the electrode. [cm]
    charge_density : numeric
        Capacity per volume, SI Eq. 2. [mAh/cm3]

    Returns
    -------
    numeric
        Capacity per area. [mAh/cm2]

    Examples
    --------
    An indium foil of 100 um, as research cells use it (1012 mAh/g, 7.31 g/cm3):

    >>> round(areal_capacity(thickness=100e-4, charge_density=1012 * 7.31), 1)
    74.0
    """
    return thickness * charge_density


def electrode_loading(*, thickness: Numeric, density: Numeric) -> Numeric:
    """Mass per area of a layer (SI Eq. 4).

    Parameters
    ----------
    thickness : numeric
        Thickness of the layer. [cm]
    density : numeric
        Density of the layer, for a composite that of SI Eq. 1. [g/cm3]

    Returns
    -------
    numeric
        Mass per area. [g/cm2]

    Examples
    --------
    >>> round(electrode_loading(thickness=0.006974, density=3.612), 5)
    0.02519
    """
    return thickness * density


def stack_thickness(*, thicknesses: Iterable[Numeric]) -> Numeric:
    """Thickness of a stack (SI Eq. 5).

    Parameters
    ----------
    thicknesses : iterable of numeric
        Thickness of each layer: foils, electrodes, separator. [cm]

    Returns
    -------
    numeric
        Thickness of the stack. [cm]

    Examples
    --------
    >>> round(stack_thickness(thicknesses=(10e-4, 69.74e-4, 20e-4, 8.79e-4, 10e-4)), 6)
    0.011853
    """
    return total(thicknesses)


def stack_loading(*, loadings: Iterable[Numeric]) -> Numeric:
    """Mass per area of a stack (SI Eq. 6).

    Parameters
    ----------
    loadings : iterable of numeric
        Mass per area of each layer: foils, electrodes, separator. [g/cm2]

    Returns
    -------
    numeric
        Mass per area of the stack. [g/cm2]

    Examples
    --------
    >>> round(stack_loading(loadings=(2.7e-3, 25.19e-3, 3.72e-3, 1.88e-3, 8.96e-3)), 5)
    0.04245
    """
    return total(loadings)


def areal_energy(*, areal_capacity: Numeric, voltage: Numeric) -> Numeric:
    """Energy per area, the numerator of SI Eq. 7 and 8.

    Parameters
    ----------
    areal_capacity : numeric
        Capacity per area of the cathode. [mAh/cm2]
    voltage : numeric
        Average cell voltage. [V]

    Returns
    -------
    numeric
        Energy per area. [mWh/cm2]

    Examples
    --------
    >>> areal_energy(areal_capacity=4.0, voltage=3.4)
    13.6
    """
    return areal_capacity * voltage


def specific_energy(*, areal_energy: Numeric, loading: Numeric) -> Numeric:
    """Energy per mass of a stack (SI Eq. 7).

    Parameters
    ----------
    areal_energy : numeric
        Energy per area. [mWh/cm2]
    loading : numeric
        Mass per area of the stack, SI Eq. 6. [g/cm2]

    Returns
    -------
    numeric
        Specific energy. [Wh/kg]

    Examples
    --------
    >>> round(specific_energy(areal_energy=13.6, loading=0.04245))
    320
    """
    return areal_energy / loading


def energy_density(*, areal_energy: Numeric, thickness: Numeric) -> Numeric:
    """Energy per volume of a stack (SI Eq. 8).

    Parameters
    ----------
    areal_energy : numeric
        Energy per area. [mWh/cm2]
    thickness : numeric
        Thickness of the stack, SI Eq. 5. [cm]

    Returns
    -------
    numeric
        Energy density. [Wh/L]

    Examples
    --------
    >>> round(energy_density(areal_energy=13.6, thickness=0.011853))
    1147
    """
    return areal_energy / thickness


def cell_voltage(*, cathode_potential: Numeric, anode_potential: Numeric) -> Numeric:
    """Cell voltage from the electrodes' average potentials (main text, Table 1).

    Parameters
    ----------
    cathode_potential, anode_potential : numeric
        Average potential against Li/Li+. [V]

    Returns
    -------
    numeric
        Average cell voltage. [V]

    Examples
    --------
    >>> round(cell_voltage(cathode_potential=3.8, anode_potential=0.4), 2)
    3.4
    """
    return cathode_potential - anode_potential


def host_growth(
    *,
    thickness: Numeric,
    volume_fraction: Numeric,
    volume_change: Numeric,
    degree_of_lithiation: Numeric,
) -> Numeric:
    """Growth of a host electrode on charge, all of it in thickness.

    Parameters
    ----------
    thickness : numeric
        Thickness of the discharged electrode. [cm]
    volume_fraction : numeric
        Volume of active material over the volume of the electrode. [-]
    volume_change : numeric
        Relative volume change of the active material when full (main text, Table 1). [-]
    degree_of_lithiation : numeric
        How full the material gets: min(1, cathode capacity / anode capacity). [-]

    Returns
    -------
    numeric
        Growth of the electrode's thickness. [cm]

    Examples
    --------
    60 vol % silicon, 320 %, N/P ratio 1.1:

    >>> growth = host_growth(
    ...     thickness=8.794e-4, volume_fraction=0.6, volume_change=3.2, degree_of_lithiation=1 / 1.1
    ... )
    >>> round(growth * 1e4, 2)
    15.35
    """
    return thickness * volume_fraction * volume_change * degree_of_lithiation


def molar_volume_growth(*, areal_capacity: Numeric, lithium_molar_volume: Numeric) -> Numeric:
    """Growth of an anode on charge by the volume its lithium takes up (Obrovac et al. 2007).

    Parameters
    ----------
    areal_capacity : numeric
        Charge per area that moves. [mAh/cm2]
    lithium_molar_volume : numeric
        Volume per mole of lithium in the anode: 8.9 in alloys, 13.0 as metal. [cm3/mol]

    Returns
    -------
    numeric
        Growth of the electrode's thickness. [cm]

    Examples
    --------
    >>> round(molar_volume_growth(areal_capacity=1.0, lithium_molar_volume=8.9) * 1e4, 2)
    3.32
    """
    return areal_capacity * COULOMB_PER_MAH / FARADAY * lithium_molar_volume


def swelling(*, discharged_thickness: Numeric, growth: Numeric) -> Numeric:
    """Relative growth of a stack on charge.

    Parameters
    ----------
    discharged_thickness : numeric
        Thickness of the discharged stack. [cm]
    growth : numeric
        What the charged stack is thicker by. [cm]

    Returns
    -------
    numeric
        Growth over discharged thickness. [-]

    Examples
    --------
    >>> round(swelling(discharged_thickness=118.53e-4, growth=15.35e-4), 4)
    0.1295
    """
    return growth / discharged_thickness


def theoretical_capacity(*, lithium_per_atom: Numeric, molar_mass: Numeric) -> Numeric:
    """Capacity of an alloy's host by Faraday's law.

    Parameters
    ----------
    lithium_per_atom : numeric
        Lithium atoms per host atom in the most lithiated phase. [-]
    molar_mass : numeric
        Molar mass of the host. [g/mol]

    Returns
    -------
    numeric
        Capacity per mass of the host without its lithium. [mAh/g]

    Examples
    --------
    Li15Si4:

    >>> round(theoretical_capacity(lithium_per_atom=15 / 4, molar_mass=28.085))
    3579
    """
    return lithium_per_atom * FARADAY / (COULOMB_PER_MAH * molar_mass)


def alloy_volume_change(
    *, lithium_per_atom: Numeric, host_molar_volume: Numeric, lithium_molar_volume: Numeric
) -> Numeric:
    """Relative volume change of an alloy on full lithiation (Obrovac et al. 2007).

    Parameters
    ----------
    lithium_per_atom : numeric
        Lithium atoms per host atom in the most lithiated phase. [-]
    host_molar_volume : numeric
        Molar mass of the host over its density. [cm3/mol]
    lithium_molar_volume : numeric
        Volume per mole of lithium in the alloy: 8.9. [cm3/mol]

    Returns
    -------
    numeric
        Growth over the volume of the host: 2.8 is 280 %. [-]

    Examples
    --------
    Silicon (28.085 g/mol, 2.33 g/cm3):

    >>> round(
    ...     alloy_volume_change(
    ...         lithium_per_atom=3.75, host_molar_volume=28.085 / 2.33, lithium_molar_volume=8.9
    ...     ),
    ...     2,
    ... )
    2.77
    """
    return lithium_per_atom * lithium_molar_volume / host_molar_volume


def expanded_volumetric_capacity(
    *, lithium_per_atom: Numeric, host_molar_volume: Numeric, lithium_molar_volume: Numeric
) -> Numeric:
    """Capacity of an alloy per volume of its fully lithiated state (Obrovac et al. 2007).

    Parameters
    ----------
    lithium_per_atom : numeric
        Lithium atoms per host atom in the most lithiated phase. [-]
    host_molar_volume : numeric
        Molar mass of the host over its density. [cm3/mol]
    lithium_molar_volume : numeric
        Volume per mole of lithium in the alloy: 8.9. [cm3/mol]

    Returns
    -------
    numeric
        Capacity per volume. [mAh/cm3], which is Ah/L

    Examples
    --------
    Silicon (28.085 g/mol, 2.33 g/cm3):

    >>> round(
    ...     expanded_volumetric_capacity(
    ...         lithium_per_atom=3.75, host_molar_volume=28.085 / 2.33, lithium_molar_volume=8.9
    ...     )
    ... )
    2212
    """
    volume = host_molar_volume + lithium_per_atom * lithium_molar_volume
    return lithium_per_atom * FARADAY / COULOMB_PER_MAH / volume
