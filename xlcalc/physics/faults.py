"""Designs checked: bounds, roles and values of materials, and the rules of `model.rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import distinct
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.materials import BINDER, CARBON, LITHIUM, Materials, is_anode_free
from xlcalc.physics.model.declaration import Rule
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Problem

NEEDS = {
    "cathode": ("density_g_cm3", "specific_capacity_mah_g"),
    "anode": ("density_g_cm3", "specific_capacity_mah_g"),
    "electrolyte": ("density_g_cm3", "kind"),
    "separator_material": ("density_g_cm3", "kind"),
    "positive_foil": ("density_g_cm3",),
    "negative_foil": ("density_g_cm3",),
}


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


def find_faults(inputs: Inputs, shape: tuple[int, ...]) -> list[Fault]:
    """All that is wrong with designs whose fields have the right kind.

    Parameters
    ----------
    inputs : Inputs
        The designs, or a block of them. Words that were not understood (code -1) are left to the
        caller.
    shape : tuple of int
        Their shape.

    Returns
    -------
    list of Fault
        Empty if every design can be evaluated.
    """
    found: list[Fault] = []
    for check in (_bounds, _roles, _potentials, _rules):
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
        if quantity.kind != "number" or (value := inputs.typed(name)) is None:
            continue
        if isinstance(value, float):
            if not quantity.allows(value):
                yield Fault(True, shape, _always(quantity.out_of_range(value)))
            continue
        if value.size == 0 or _all_allowed(value, quantity):
            continue
        allowed = (value >= quantity.lowest) & (value <= quantity.highest) | np.isnan(value)
        yield Fault(~allowed, shape, partial(_out_of_range, quantity, _flat(value, shape)))


def _all_allowed(value: NDArray[np.float64], quantity: Quantity) -> bool:
    # The extremes tell without an array of the designs' size; NaN is a blank.
    low, high = (float(f.reduce(value, axis=None)) for f in (np.fmin, np.fmax))
    return (quantity.allows(low) and quantity.allows(high)) or isnan(low)


def _rules(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    """What several fields are together, as the rules of the model have it."""
    for rule in STACK_RULES.rules.values():
        mask = inputs.steps[rule.name]
        if np.any(mask):
            yield Fault(mask, shape, partial(_broken, rule, inputs.steps, shape))


def _broken(rule: Rule, values: Mapping[str, Any], shape: tuple[int, ...], row: int) -> Problem:
    at = {name: float(_flat(values[name], shape)[row]) for name in rule.shown}
    return Problem(rule.text.format(**at), expected=rule.expected, field=rule.field, rule=rule.name)


def _roles(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    for name, needs in NEEDS.items():
        for word in distinct(inputs.words(name)):
            here = inputs.chosen(name, word)
            if name == "negative_foil":
                here = here & np.logical_not(inputs.chosen("foil_sharing", "bipolar"))
            elif name == "separator_material":
                here = here & np.logical_not(inputs.is_given("separator_density_g_cm3"))
            if word and word not in inputs.materials:
                # A default, whose own row in the workbook is wrong: names typed were understood.
                unknown = misunderstood(word, q.DESIGN[name], inputs.materials)
                yield Fault(here, shape, _always(unknown), lacking=True)
                continue
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
                pure = inputs.pure_anode if side == "anode" else False
                here = (np.asarray(inputs.number(name)) > 0) & np.logical_not(pure)
                yield _lacking(name, here, shape, inputs.materials, material, "density_g_cm3")


def misunderstood(value: Any, quantity: Quantity, materials: Materials) -> Problem:
    """What is wrong with a word that is not understood."""
    if quantity.kind == "material" and isinstance(value, str):
        free = quantity.name == "anode" and not materials.name(value) and is_anode_free(value)
        problem = materials.unknown(LITHIUM if free else value, q.KINDS.get(quantity.name, ()))
        return problem._replace(text=f"{quantity.label} {problem.text}", field=quantity.name)
    return quantity.problem(repr(value), rule="another value")


def _of_another_kind(word: str, name: str, materials: Materials) -> Problem | None:
    """Why a material cannot be what a field says it is, or None."""
    material = materials[word]
    kinds = q.KINDS.get(name)
    if kinds and material.kind is not None and material.kind not in kinds:
        fit = [name for name, other in materials.items() if other.kind in kinds]
        # Of what may be a foil, metals that are anodes elsewhere are poor examples.
        fit.sort(key=lambda name: materials[name].kind != "foil")
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
        problem = materials.unknown(word, q.KINDS.get(name, ()))
    problem = problem._replace(field=name)
    return Fault(mask, shape, _always(problem), lacking=True, of_material=known)


def _potentials(inputs: Inputs, shape: tuple[int, ...]) -> Iterator[Fault]:
    derived = inputs.voltage_is_derived
    if not np.any(derived):
        return
    for name in q.SIDES:
        for word in distinct(inputs.words(name)):
            if inputs.materials[word].potential_v is None:
                here = derived & inputs.chosen(name, word)
                also = f", or the design's {q.CELL_VOLTAGE.label} ({q.CELL_VOLTAGE.name})"
                materials = inputs.materials
                yield _lacking(
                    q.CELL_VOLTAGE.name, here, shape, materials, word, "potential_v", also
                )
