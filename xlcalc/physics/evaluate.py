"""From a design to its energies: layers, masses, thicknesses, discharged and charged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from inspect import cleandoc
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import equations as eq
from xlcalc.physics.categorical import Coded
from xlcalc.physics.equations import Numeric
from xlcalc.physics.inputs import Inputs, Number, blocks
from xlcalc.physics.model import (
    MG_PER_G,
    UM_PER_CM,
    Electrode,
    build_layers,
    component_densities,
    foil_loading,
    growth_on_charge,
    separator_loading,
    voltage_of,
)
from xlcalc.physics.notes import find_notes, voltage_source
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.stack import Stack

#: Equations work in cm and g; these units are the only ones that differ.
_SCALE = {"µm": UM_PER_CM, "mg/cm²": MG_PER_G}


def _results(inputs: Inputs) -> dict[str, Numeric]:
    """All results of some designs, in cm, g, mAh and V."""
    layers = build_layers(inputs)
    cathode, anode = layers.cathode, layers.anode
    cathode_loading = eq.electrode_loading(thickness=cathode.thickness, density=cathode.density)
    anode_loading = eq.electrode_loading(thickness=anode.thickness, density=anode.density)
    thickness = eq.stack_thickness(
        thicknesses=(
            layers.positive_foil,
            cathode.thickness,
            layers.separator,
            anode.thickness,
            layers.negative_foil,
        )
    )
    loading = eq.stack_loading(
        loadings=(
            foil_loading(inputs, "positive_foil", layers.positive_foil),
            cathode_loading,
            separator_loading(inputs, layers.separator),
            anode_loading,
            foil_loading(inputs, "negative_foil", layers.negative_foil),
        )
    )
    voltage = voltage_of(inputs)
    energy = eq.areal_energy(areal_capacity=cathode.areal_capacity, voltage=voltage)
    growth = growth_on_charge(inputs, cathode, anode)
    charged = thickness + growth
    return {
        "cathode_thickness_um": cathode.thickness,
        "anode_thickness_um": anode.thickness,
        "stack_thickness_um": thickness,
        "cathode_loading_mg_cm2": cathode_loading,
        "anode_loading_mg_cm2": anode_loading,
        "stack_loading_mg_cm2": loading,
        "anode_areal_capacity_mah_cm2": anode.areal_capacity,
        "cell_voltage_v": voltage,
        "areal_energy_mwh_cm2": energy,
        "specific_energy_wh_kg": eq.specific_energy(areal_energy=energy, loading=loading),
        "energy_density_wh_l": eq.energy_density(areal_energy=energy, thickness=thickness),
        "stack_thickness_charged_um": charged,
        "energy_density_charged_wh_l": eq.energy_density(areal_energy=energy, thickness=charged),
        "swelling_fraction": eq.swelling(discharged_thickness=thickness, growth=growth),
    }


def _breakdown(inputs: Inputs) -> dict[str, Numeric]:
    """Thickness and mass of every layer and component, in cm and g."""
    layers = build_layers(inputs)
    result: dict[str, Numeric] = {}

    def add(name: str, thickness: Numeric, loading: Numeric) -> None:
        result[f"{name}_loading_mg_cm2"] = loading
        result[f"{name}_thickness_um"] = thickness

    for name in q.LAYERS:
        layer = getattr(layers, name)
        if not isinstance(layer, Electrode):
            loading = (
                separator_loading(inputs, layer)
                if name == "separator"
                else foil_loading(inputs, name, layer)
            )
            add(f"{name}_layer", layer, loading)
            continue
        add(
            f"{name}_layer",
            layer.thickness,
            eq.electrode_loading(thickness=layer.thickness, density=layer.density),
        )
        densities = component_densities(inputs, name)
        solid = 0.0
        for part, density in densities.items():
            # Rounding may leave an electrolyte a little less than nothing.
            share = np.maximum(getattr(layer, part), 0.0)
            solid = solid + share
            thickness = layer.thickness * share
            loading = eq.electrode_loading(thickness=thickness, density=density)
            add(f"{name}_{part}", thickness, loading)
        # Empty pores: what nothing fills, less what rounding leaves.
        pores = np.maximum(1.0 - solid, 0.0)
        pores = np.where(pores < 1e-12, 0.0, pores)
        result[f"{name}_pores_thickness_um"] = layer.thickness * pores
    return result


@dataclass(frozen=True, kw_only=True, eq=False)
class Results:
    """What a stack gives. Each number is a float, or an array of the stack's shape.

    Parameters
    ----------
    {parameters}
    stack : Stack
        The design evaluated.

    Notes
    -----
    Stack level: tabs, housing and whatever else is outside the layers is not counted. The charged
    state is NaN where the anode's material lacks the value its expansion model needs.

    Examples
    --------
    >>> result = evaluate(Stack(cathode="NMC811", anode=["Si", "Al"], electrolyte="LPSC"))
    >>> result.stack_thickness_um.round(1).tolist(), result.voltage_source.tolist()
    ([118.5, 137.2], ['derived', 'derived'])
    """

    cathode_thickness_um: Number
    anode_thickness_um: Number
    stack_thickness_um: Number
    cathode_loading_mg_cm2: Number
    anode_loading_mg_cm2: Number
    stack_loading_mg_cm2: Number
    anode_areal_capacity_mah_cm2: Number
    cell_voltage_v: Number
    areal_energy_mwh_cm2: Number
    specific_energy_wh_kg: Number
    energy_density_wh_l: Number
    stack_thickness_charged_um: Number
    energy_density_charged_wh_l: Number
    swelling_fraction: Number
    stack: Stack = field(repr=False)

    @property
    def values(self) -> dict[str, Number]:
        """The numbers by name, in the order of the vocabulary."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "stack"}

    @cached_property
    def breakdown(self) -> Mapping[str, Number]:
        """Mass [mg/cm2] and thickness [um] of every layer and component, by name; discharged.

        Foils are as counted under the design's foil sharing; a component's thickness is its
        volume per area.

        Examples
        --------
        >>> stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")
        >>> round(evaluate(stack).breakdown["anode_active_loading_mg_cm2"], 3)
        1.229
        """
        stack = self.stack
        out = _evaluate_blocks(_breakdown, stack, q.BREAKDOWN, {})
        return MappingProxyType(out)

    @property
    def voltage_source(self) -> Any:
        """ "given" or "derived", for each design."""
        return self._plain(voltage_source(self.stack))

    @property
    def notes(self) -> Any:
        """What a reader should know of each result, in words: doubtful inputs and values.

        Examples
        --------
        >>> result = evaluate(Stack(cathode="NMC811", anode="Mg", electrolyte="LPSC"))
        >>> result.notes[:38]
        'Mg: the listed volume change of 100 % '
        """
        return self._plain(find_notes(self.stack, self.np_ratio))

    def _plain(self, words: Coded) -> Any:
        """One word for one design, an array of words for many."""
        return words.decode() if self.stack.shape else words.words[int(words.codes)]

    @property
    def np_ratio(self) -> Number:
        """Anode over cathode areal capacity, discharged: what the stack really has. [-]"""
        capacity: Any = self.stack.cathode_areal_capacity_mah_cm2
        return self.anode_areal_capacity_mah_cm2 / capacity  # type: ignore[no-any-return]


Results.__doc__ = cleandoc(Results.__doc__ or "").replace(
    "{parameters}",
    "\n".join(
        f"{quantity.name} : float or ndarray\n    {quantity.help}"
        + (f" [{quantity.unit}]" if quantity.unit else "")
        for quantity in q.RESULTS.values()
    ),
)


def _evaluate_blocks(
    kernel: Callable[[Inputs], dict[str, Numeric]],
    stack: Stack,
    vocabulary: Mapping[str, Quantity],
    out: Mapping[str, NDArray[np.float64]],
) -> dict[str, Any]:
    """Run a kernel over blocks of designs into one array per name, or once for one design."""
    inputs = Inputs(stack.values, stack.materials)
    scales = {name: _SCALE.get(quantity.unit, 1.0) for name, quantity in vocabulary.items()}
    shape = stack.shape
    if not shape and not out:
        return {name: float(value * scales[name]) for name, value in kernel(inputs).items()}
    arrays = {name: out[name] if name in out else np.empty(shape) for name in vocabulary}
    for index in blocks(shape):
        for name, value in kernel(inputs.block(index)).items():
            np.multiply(value, scales[name], out=index(arrays[name]))
    return arrays


def evaluate(stack: Stack, *, out: Mapping[str, NDArray[np.float64]] | None = None) -> Results:
    """Energies, thicknesses and masses of a stack, or of as many as its arrays hold.

    Parameters
    ----------
    stack : Stack
        The design or designs.
    out : mapping of str to ndarray, optional
        Arrays of the stack's shape to write results into, by the name of the result. Ten million
        designs evaluated again and again need not pay for fresh memory each time.

    Returns
    -------
    Results
        Floats for one design, arrays of the stack's shape for many.

    Raises
    ------
    ValueError
        If `out` names no result, or an array of it has another shape than the stack, another type
        than float64, or shares memory with another or with an input.

    Notes
    -----
    SI Eq. 1-8 of Lewis et al. 2022, discharged; the charged state grows by the anode's volume
    change or by the molar volume of its lithium. Work is done in blocks that stay in the
    processor's cache.

    Examples
    --------
    The paper's silicon stack:

    >>> stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", cell_voltage_v=3.4)
    >>> result = evaluate(stack)
    >>> round(result.specific_energy_wh_kg), round(result.energy_density_wh_l)
    (320, 1147)

    Fig. 3 of the paper is one call, with a row and a column of inputs:

    >>> grid = Stack(
    ...     cathode="NMC811",
    ...     anode="Si",
    ...     electrolyte="LPSC",
    ...     separator_thickness_um=[[20.0, 50.0, 100.0]],
    ...     anode_active_fraction=[[0.3], [0.6]],
    ... )
    >>> evaluate(grid).energy_density_wh_l.round().tolist()
    [[1068.0, 864.0, 656.0], [1147.0, 916.0, 685.0]]
    """
    given = dict(out or {})
    for name, array in given.items():
        if name not in q.RESULTS:
            raise ValueError(f"{name!r} is not a result; expected one of {', '.join(q.RESULTS)}")
        if not isinstance(array, np.ndarray) or array.dtype != np.float64:
            raise ValueError(f"out[{name!r}] is no array of float64")
        if array.shape != stack.shape:
            raise ValueError(f"out[{name!r}] has shape {array.shape}, the stack {stack.shape}")
    arrays = [*given.values(), *(v for v in stack.values.values() if isinstance(v, np.ndarray))]
    for position, array in enumerate(given.values()):
        if any(np.may_share_memory(array, other) for other in arrays[position + 1 :]):
            raise ValueError("an array of out shares memory with another or with an input")
    return Results(stack=stack, **_evaluate_blocks(_results, stack, q.RESULTS, given))
