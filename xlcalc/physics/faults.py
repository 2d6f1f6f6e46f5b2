"""What makes a design impossible: problems that say what was found and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.equations import total
from xlcalc.physics.inputs import Inputs, Values, shape_of
from xlcalc.physics.materials import ANODE_FREE, BINDER, CARBON, Materials
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.vocabulary import LIQUID, METAL
from xlcalc.problems import Problem

KINDS = {
    "cathode": ("cathode",),
    "anode": ("anode", METAL),
    "electrolyte": ("solid electrolyte", LIQUID),
    # A metal that is an anode elsewhere may be a foil.
    "positive_foil": ("foil", "anode", METAL),
    "negative_foil": ("foil", "anode", METAL),
}
NEEDS = {
    "cathode": ("density_g_cm3", "specific_capacity_mah_g"),
    "anode": ("density_g_cm3", "specific_capacity_mah_g"),
    "electrolyte": ("density_g_cm3", "kind"),
    "positive_foil": ("density_g_cm3",),
    "negative_foil": ("density_g_cm3",),
}

#: How far fractions that should add up to 1 may miss it by: rounding, not design.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that makes designs impossible.

    Parameters
    ----------
    mask : bool or ndarray of bool
        The designs concerned; broadcasts to `shape`.
    shape : tuple of int
        The shape of all designs looked at.
    problem : callable
        What is wrong with one of them and the field to change, by its position among all.
    lacking : bool
        Whether it is a value of a material that is not known.
    of_material : bool
        Whether it is said of a material, and not of the design.
    """

    mask: Any
    shape: tuple[int, ...]
    problem: Callable[[int], Problem]
    lacking: bool = False
    of_material: bool = False


def find_faults(values: Values, materials: Materials) -> list[Fault]:
    """All that is wrong with designs whose fields have the right kind.

    Parameters
    ----------
    values : mapping
        All fields by name: float, float64 array, str, Coded, or None for "not given". Words that
        were not understood (code -1) are left to the caller.
    materials : Materials
        Where names are looked up.

    Returns
    -------
    list of Fault
        Empty if every design can be evaluated.
    """
    inputs = Inputs(values, materials)
    shape = shape_of(values)
    found: list[Fault] = []
    for check in (_bounds, _anode_free, _roles, _sums, _voltage):
        found += (f for f in check(inputs, shape) if np.any(f.mask))
    return found


def _always(problem: Problem) -> Callable[[int], Problem]:
    return lambda row: problem


def _out_of_range(quantity: Quantity, values: Sequence[float], row: int) -> Problem:
    return quantity.out_of_range(float(values[row]))


def _flat(value: Any, shape: tuple[int, ...]) -> Any:
    """A value for each of all designs, to be taken by position."""
    return np.broadcast_to(np.asarray(value), shape).flat


def _bounds(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    for name, quantity in q.DESIGN.items():
        if quantity.kind != "number" or (value := inputs.values[name]) is None:
            continue
        if isinstance(value, float):
            if not (quantity.allows(value) or (quantity.optional and isnan(value))):
                yield Fault(True, shape, _always(quantity.out_of_range(value)))
            continue
        if value.size == 0 or _all_allowed(value, quantity):
            continue
        allowed = (value >= quantity.lowest) & (value <= quantity.highest)
        if quantity.optional:
            allowed |= np.isnan(value)
        yield Fault(~allowed, shape, partial(_out_of_range, quantity, _flat(value, shape)))


def _all_allowed(value: NDArray[np.float64], quantity: Quantity) -> bool:
    # The extremes tell without an array of the designs' size; plain min and max pass NaN on.
    smallest, largest = (np.fmin, np.fmax) if quantity.optional else (np.minimum, np.maximum)
    low, high = (float(f.reduce(value, axis=None)) for f in (smallest, largest))
    return (quantity.allows(low) and quantity.allows(high)) or (quantity.optional and isnan(low))


def _anode_free(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    free = inputs.chosen("anode", ANODE_FREE)
    if not np.any(free):
        return
    excess = inputs.number("lithium_excess")
    excesses = _flat(excess, shape)
    yield Fault(
        free & (np.asarray(excess) != 0),
        shape,
        lambda row: Problem(
            f"{q.DESIGN['lithium_excess'].label} is {excesses[row]:g}, but the anode is anode-free",
            expected="0, or Li as anode",
            field="lithium_excess",
            rule="excess without lithium",
        ),
    )
    yield Fault(
        free & inputs.given_foil,
        shape,
        _always(
            Problem(
                "an anode-free stack has no anode foil",
                expected="a blank, or Li as anode",
                field="anode_foil_thickness_um",
            )
        ),
    )


def _roles(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    for name, needs in NEEDS.items():
        held = inputs.values[name]
        for word in (held,) if isinstance(held, str) else held.words:
            here = inputs.chosen(name, word)
            if name == "negative_foil":
                here = here & np.logical_not(inputs.chosen("foil_sharing", "bipolar"))
            if problem := _of_another_kind(word, name, inputs.materials):
                yield Fault(here, shape, _always(problem))
                continue
            missing = (what for what in needs if getattr(inputs.materials[word], what) is None)
            if what := next(missing, None):
                yield _lacking(name, here, shape, inputs.materials, word, what)
    for side in q.SIDES:
        for part, material in (("binder", BINDER), ("carbon", CARBON)):
            if isnan(inputs.density_of(material)):
                name = f"{side}_{part}_fraction"
                here = np.asarray(inputs.number(name)) > 0
                yield _lacking(name, here, shape, inputs.materials, material, "density_g_cm3")


def _of_another_kind(word: str, name: str, materials: Materials) -> Problem | None:
    """Why a material cannot be what a field says it is, or None."""
    material = materials[word]
    kinds = KINDS.get(name)
    if kinds and material.kind is not None and material.kind not in kinds:
        fit = [other for other in materials if materials[other].kind in kinds]
        return Problem(
            f"{q.DESIGN[name].label} {word!r} is of kind {material.kind!r}",
            expected=f"a material of kind {' or '.join(kinds)}, such as {', '.join(fit[:4])}",
            field=name,
            rule="another kind of material",
        )
    return None


def _lacking(
    name: str,
    mask: Any,
    shape: tuple[int, ...],
    materials: Materials,
    word: str,
    what: str,
    also: str = "",
) -> Fault:
    """The fault that a material lacks a value which a design needs."""
    known = word in materials
    if known:
        quantity = q.MATERIAL[what]
        problem = Problem(
            f"material {materials[word].name!r} has no {quantity.label}",
            expected=f"{quantity.expected} ({what} in the Materials sheet){also}",
            rule=f"no {quantity.label}",
        )
    else:
        problem = materials.unknown(word)
    problem = problem._replace(field=name)
    return Fault(mask, shape, _always(problem), lacking=True, of_material=known)


def _sums(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    liquid = inputs.is_kind("electrolyte", LIQUID)
    for side in q.SIDES:
        names = [f"{side}_{part}_fraction" for part in ("active", "binder", "carbon")]
        whole = total(inputs.number(name) for name in names)
        short = liquid & (np.asarray(whole) < 1 - ROUNDING)
        over = np.asarray(whole) > 1 + ROUNDING
        if side == "anode":
            composite = ~np.asarray(inputs.pure_anode)
            short, over = composite & short, composite & over
        for wrong, expected in (
            (over, "at most 1"),
            (short, "1, for a liquid electrolyte fills pores and is no part of the solids"),
        ):
            problem = partial(_wrong_sum, inputs, side, names, expected, shape)
            yield Fault(wrong, shape, problem)


def _wrong_sum(
    inputs: Inputs, side: str, names: list[str], expected: str, shape: tuple[int, ...], row: int
) -> Problem:
    shares = [float(_flat(inputs.number(name), shape)[row]) for name in names]
    parts = " + ".join(f"{n.split('_')[1]} {x:g}" for n, x in zip(names, shares, strict=True))
    return Problem(
        f"the fractions of the {side} add up to {sum(shares):g} ({parts})",
        expected=expected,
        field=names[0],
        rule=f"sum of fractions, {expected}",
    )


def _voltage(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    derived = inputs.voltage_is_derived
    if not np.any(derived):
        return
    for name in q.SIDES:
        held = inputs.values[name]
        for word in (held,) if isinstance(held, str) else held.words:
            if inputs.materials[word].potential_v is None:
                here = derived & inputs.chosen(name, word)
                also = f", or the design's {q.CELL_VOLTAGE.label} ({q.CELL_VOLTAGE.name})"
                materials = inputs.materials
                yield _lacking(
                    q.CELL_VOLTAGE.name, here, shape, materials, word, "potential_v", also
                )
    voltage = inputs.derived_voltage
    voltages = _flat(voltage, shape)
    yield Fault(
        derived & (np.asarray(voltage) <= 0),
        shape,
        lambda row: Problem(
            f"{q.CELL_VOLTAGE.label} derived from the electrodes' potentials is "
            f"{voltages[row]:g} V",
            expected=q.CELL_VOLTAGE.expected,
            field=q.CELL_VOLTAGE.name,
            rule="derived voltage",
        ),
    )
