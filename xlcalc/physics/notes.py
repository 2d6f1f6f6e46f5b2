"""What a result should say beside its numbers: inputs as used, and notes on what is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.materials import ANODE_FREE, LITHIUM, PROPERTIES
from xlcalc.physics.quantities import LIQUID, METAL
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.stack import Stack
from xlcalc.problems import Problem

#: Above this an anode is used so little that its average potential says little about the cell.
_MUCH_CAPACITY = 2.0


def voltage_source(stack: Stack) -> Categorical:
    """Whether the voltage of each design is given or derived, in a word."""
    is_derived = Inputs(stack.values, stack.materials).voltage_is_derived
    codes = np.broadcast_to(np.asarray(is_derived, dtype=np.intp), stack.shape)
    return Categorical(codes, q.REMARKS["voltage_source"].choices)


def inputs_as_used(stack: Stack, np_ratio: Any) -> dict[str, NDArray[Any] | Categorical]:
    """Inputs that a design does not use (NaN, None) or that follow from others.

    Parameters
    ----------
    stack : Stack
        One or many designs.
    np_ratio : float or ndarray
        Anode over cathode areal capacity of each.

    Returns
    -------
    dict of str to ndarray or Categorical
        By field; fields that every design uses as given are not there.
    """
    inputs = Inputs(stack.values, stack.materials)
    shape = stack.shape

    def whole(value: Any) -> NDArray[Any]:
        return np.asarray(np.broadcast_to(np.asarray(value), shape))

    def numbers(name: str, unused: NDArray[np.bool_]) -> NDArray[Any]:
        return np.where(unused, np.nan, whole(inputs.number(name)))

    def words(name: str, unused: NDArray[np.bool_] | None = None) -> Categorical:
        value = stack.values[name]
        codes = np.zeros(shape, dtype=np.intp) if isinstance(value, str) else whole(value.codes)
        if unused is not None:
            codes = np.where(unused, -1, codes)
        return Categorical(codes, stack.words(name))

    metal, foil = whole(inputs.is_kind("anode", METAL)), whole(inputs.given_foil)
    pure = metal | foil
    bipolar = whole(inputs.chosen("foil_sharing", "bipolar"))
    anode = words("anode")
    used: dict[str, NDArray[Any] | Categorical] = {
        "anode": Categorical(
            anode.codes, tuple(LITHIUM if word == ANODE_FREE else word for word in anode.categories)
        ),
        "np_ratio": np.where(foil, np_ratio, numbers("np_ratio", metal)),
        "lithium_excess": np.where(metal & foil, np_ratio, numbers("lithium_excess", ~metal)),
        "anode_fraction_basis": words("anode_fraction_basis", pure),
        "negative_foil": words("negative_foil", bipolar),
        "negative_foil_thickness_um": numbers("negative_foil_thickness_um", bipolar),
    }
    for name in ("active_fraction", "binder_fraction", "carbon_fraction", "porosity"):
        used[f"anode_{name}"] = numbers(f"anode_{name}", pure)
    used["anode_pore_absorption"] = numbers("anode_pore_absorption", pure)
    density = inputs.number("separator_density_g_cm3")
    given = whole(np.nan if density is None else density)
    own = inputs.value("electrolyte", "density_g_cm3")
    used["separator_density_g_cm3"] = np.where(np.isnan(given), own, given)
    return used


class Notes:
    """Notes gathered for each of many results; `gather_notes` makes them."""

    def __init__(self, stack: Stack, np_ratio: Any) -> None:
        self.stack = stack
        self.np_ratio = np.broadcast_to(np_ratio, stack.shape)
        self.inputs = Inputs(self.stack.values, self.stack.materials)
        # Position of each design's notes among all that occur: many designs share theirs.
        self.codes = np.zeros(int(np.prod(self.stack.shape)), dtype=np.intp)
        self.categories = [""]
        #: Of each note added: what it says of each number, whose number each result has, and where.
        self._added: list[tuple[list[Problem], NDArray[np.intp], NDArray[np.intp]]] = []

    def add(self, mask: Any, note: Problem | Callable[[float], Problem], values: Any = 0.0) -> None:
        """Add a note where a mask holds; one that tells a number is made once for each number."""
        here = np.flatnonzero(np.broadcast_to(mask, self.stack.shape))
        if not here.size:
            return
        told = np.broadcast_to(values, self.stack.shape).ravel()[here]
        numbers, which = np.unique(told, return_inverse=True)
        problems = [note(number) if callable(note) else note for number in numbers.tolist()]
        self._added.append((problems, which, here))
        texts = [problem.statement for problem in problems]
        pairs, place = np.unique(self.codes[here] * numbers.size + which, return_inverse=True)
        self.codes[here] = len(self.categories) + place
        for pair in pairs.tolist():
            before, number = divmod(pair, numbers.size)
            text = texts[number]
            self.categories.append(f"{self.categories[before]}; {text}" if before else text)

    @property
    def words(self) -> Categorical:
        """The notes of each result, separated by semicolons; empty where there is none."""
        return Categorical(self.codes.reshape(self.stack.shape), tuple(self.categories))

    def by_rule(self) -> Iterator[tuple[Problem, NDArray[np.intp]]]:
        """Each rule with the first note of it, and the places of all results that it concerns."""
        for problems, which, here in self._added:
            rules = [problem.rule or problem.text for problem in problems]
            known = {rule: n for n, rule in enumerate(dict.fromkeys(rules))}
            for places in _alike(np.array([known[rule] for rule in rules])[which]):
                yield problems[which[places[0]]], here[places]

    def one_by_one(self) -> Iterator[tuple[Problem, NDArray[np.intp]]]:
        """Each note, and the places of the results that it concerns."""
        for problems, which, here in self._added:
            for places in sorted(_alike(which), key=lambda places: places[0]):
                yield problems[which[places[0]]], here[places]

    def implausible(self, quantity: Quantity, value: Any) -> None:
        """Note numbers outside the plausibility window."""
        if quantity.plausible is None or value is None:
            return
        low, high = quantity.plausible
        odd = (np.asarray(value) < low) | (np.asarray(value) > high)
        self.add(odd, quantity.implausible, value)


def _alike(labels: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The places of each label that occurs."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def find_notes(stack: Stack, np_ratio: Any) -> Categorical:
    """What a reader of each result should know, in words; empty where there is nothing.

    Parameters
    ----------
    stack : Stack
        One or many designs.
    np_ratio : float or ndarray
        Anode over cathode areal capacity of each.

    Returns
    -------
    Categorical
        Notes of each design, separated by semicolons.
    """
    return gather_notes(stack, np_ratio).words


def gather_notes(stack: Stack, np_ratio: Any) -> Notes:
    """Notes as `find_notes` gives them, with the results that each one concerns."""
    notes = Notes(stack, np_ratio)
    _on_inputs(notes)
    _on_conventions(notes)
    _on_materials(notes)
    _on_charged_state(notes)
    return notes


def _on_inputs(notes: Notes) -> None:
    used: dict[str, Any] = dict(inputs_as_used(notes.stack, notes.np_ratio))
    # Said in words below: a ratio that is a result is no unusual input.
    used["np_ratio"] = np.where(used["np_ratio"] < 1, np.nan, used["np_ratio"])
    for name, quantity in q.DESIGN.items():
        if quantity.kind == "number":
            notes.implausible(quantity, used.get(name, notes.inputs.number(name)))


def _on_conventions(notes: Notes) -> None:
    inputs, ratio = notes.inputs, notes.np_ratio
    metal, foil = inputs.is_kind("anode", METAL), inputs.given_foil
    host = ~np.asarray(metal)
    notes.add(
        host & (ratio < 1),
        lambda held: Problem(
            f"the anode holds {held:.3g} of the cathode's capacity, but the energies count all of "
            "it",
            rule="less anode than cathode",
        ),
        ratio,
    )
    derived = np.asarray(inputs.voltage_is_derived)
    notes.add(
        host & derived & (ratio > _MUCH_CAPACITY),
        lambda held: Problem(
            f"only 1/{held:.3g} of the anode is used, while the derived voltage takes its "
            "potential averaged over the whole",
            rule="much more anode than cathode",
        ),
        ratio,
    )
    typed = np.asarray(inputs.number("np_ratio"))
    notes.add(
        foil & host & (typed != q.DESIGN["np_ratio"].default) & ~np.isclose(typed, ratio),
        Problem("the N/P ratio follows from the anode foil's thickness; the one given is not used"),
    )
    liquid = inputs.is_kind("electrolyte", LIQUID)
    for side in q.SIDES:
        dry = np.asarray(inputs.number(f"{side}_porosity")) == 0
        composite = True if side == "cathode" else ~np.asarray(inputs.pure_anode)
        note = Problem(f"the {side} has no pores, so no liquid electrolyte")
        notes.add(liquid & dry & composite, note)
    for word in notes.stack.words("positive_foil"):
        note = Problem(
            f"the bipolar plate is {notes.stack.materials[word].name}, for both electrodes"
        )
        plate = inputs.chosen("foil_sharing", "bipolar") & inputs.chosen("positive_foil", word)
        notes.add(plate, note)


def _on_materials(notes: Notes) -> None:
    for name in ("cathode", "anode", "electrolyte", "positive_foil", "negative_foil"):
        for word in notes.stack.words(name):
            material = notes.stack.materials[word]
            for what in PROPERTIES:
                quantity, value = q.MATERIAL[what], getattr(material, what)
                if value is None or quantity.plausible is None:
                    continue
                low, high = quantity.plausible
                if not low <= value <= high:
                    note = quantity.implausible(value).of(material.name)
                    note = note._replace(rule=f"{material.name}: {note.rule}")
                    notes.add(notes.inputs.chosen(name, word), note)


def _on_charged_state(notes: Notes) -> None:
    inputs = notes.inputs
    by_volume_change = np.asarray(inputs.chosen("expansion_model", "volume_change"))
    for word in notes.stack.words("anode"):
        material = notes.stack.materials[word]
        here = inputs.chosen("anode", word)
        for chosen, what in (
            (by_volume_change & (material.kind != METAL), "volume_change"),
            (~by_volume_change, "lithium_molar_volume_cm3_mol"),
        ):
            if getattr(material, what) is None:
                label = q.MATERIAL[what].label
                text = f"no charged state, for material {material.name!r} has no {label}"
                note = Problem(text, rule=f"no charged state, no {label}")
            elif what in material.notes:
                note = Problem(f"{material.name}: {material.notes[what]}")
            else:
                continue
            notes.add(here & chosen, note)
