"""From a design to its energies: layers, masses, thicknesses, discharged and charged."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields, make_dataclass
from functools import cached_property
from inspect import cleandoc
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical
from xlcalc.physics.forms.blocks import block_form
from xlcalc.physics.forms.python import scalar_form
from xlcalc.physics.forms.resolve import FIXED, VARIES, needed_inputs
from xlcalc.physics.inputs import Index, Inputs, Number, blocks, kind_of_input
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.stack import STACK, step_of
from xlcalc.physics.notes import find_notes, voltage_source
from xlcalc.physics.stack import Stack

# Made of the vocabulary, so that a result is declared once.
_Numbers: Any = make_dataclass(
    "_Numbers",
    [*((name, Number) for name in q.RESULTS), ("stack", Stack, field(repr=False))],
    frozen=True,
    kw_only=True,
    eq=False,
)


class Results(_Numbers):  # type: ignore[misc]
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
        from xlcalc.physics.model.breakdown import STACK_PARTS

        # Rounding may leave an electrolyte a little less than nothing.
        found = _worked_out(STACK_PARTS, self.stack, list(q.BREAKDOWN), {})
        return MappingProxyType(
            {
                name: np.maximum(value, 0.0) if isinstance(value, np.ndarray) else max(value, 0.0)
                for name, value in found.items()
            }
        )

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

    def _plain(self, words: Categorical) -> Any:
        """One word for one design, an array of words for many."""
        return words.decode() if self.stack.shape else words.categories[int(words.codes)]

    @property
    def np_ratio(self) -> Number:
        """Anode over cathode areal capacity, discharged: what the stack really has. [-]"""
        inputs = Inputs(self.stack.values, self.stack.materials)
        capacity: Any = inputs.number("cathode_areal_capacity_mah_cm2")
        return self.anode_areal_capacity_mah_cm2 / capacity  # type: ignore[no-any-return]


Results.__doc__ = cleandoc(Results.__doc__ or "").replace(
    "{parameters}",
    "\n".join(
        f"{quantity.name} : float or ndarray\n    {quantity.help}"
        + (f" [{quantity.unit}]" if quantity.unit else "")
        for quantity in q.RESULTS.values()
    ),
)


#: Designs worked on at a time: the arrays of the passes over them stay in the cache.
_BLOCK = 65_536

#: Designs from which on several processors are worth their start.
_FEW = 262_144


def _worked_out(
    model: Model,
    stack: Stack,
    names: Sequence[str],
    out: Mapping[str, NDArray[np.float64]],
) -> dict[str, Any]:
    """Results of a model by name: floats for one design, arrays of the stack's shape for many."""
    steps = tuple(map(step_of, names))
    inputs = Inputs(stack.values, stack.materials)
    needed = needed_inputs(model, steps)
    values = {name: inputs.of_model(name) for name in needed}
    kinds = tuple((name, kind_of_input(value)) for name, value in values.items())
    shape = stack.shape
    if not shape and not out:
        numbers = tuple((name, VARIES if kind == FIXED else kind) for name, kind in kinds)
        one = scalar_form(model, steps, numbers)
        found = one.prepare()(*(values[name] for name in one.varying))
        return {name: float(value) for name, value in zip(names, found, strict=True)}
    form = block_form(model, steps, kinds)
    block = form.prepare(*(values[name] for name in form.fixed))
    arrays = {name: out[name] if name in out else np.empty(shape) for name in names}
    alike = all(np.shape(values[name]) == shape for name in form.varying)

    def work(indices: list[Index]) -> None:
        shape, buffers = None, form.buffers(None)
        # What a design that is refused elsewhere, or a branch not taken, divides by zero.
        with np.errstate(all="ignore"):
            for index in indices:
                part = inputs.block(index)
                outs = [index(array) for array in arrays.values()]
                if alike and outs[0].shape != shape:
                    shape = outs[0].shape
                    buffers = form.buffers(shape)
                block(*(part.of_model(name) for name in form.varying), *outs, *buffers)

    size = _BLOCK // 2 if form.choices else _BLOCK
    _in_threads(work, list(blocks(shape, size)), int(np.prod(shape, dtype=int)))
    return arrays


def _in_threads(work: Callable[[list[Index]], None], indices: list[Index], count: int) -> None:
    """Work on a share of the blocks in each of a few threads; NumPy lets them run at once."""
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 4)
    if count < _FEW or workers == 1:
        work(indices)
        return
    # Few designs are no reason to import it.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, indices[n::workers]) for n in range(workers)]:
            done.result()


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
    return Results(stack=stack, **_worked_out(STACK, stack, list(q.RESULTS), given))
