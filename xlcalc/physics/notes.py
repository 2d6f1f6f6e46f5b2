"""What a result should say beside its numbers: inputs as used, and notes on what is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical, distinct
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.materials import PROPERTIES
from xlcalc.physics.model.rules import AGREES, NOTES, UNUSED
from xlcalc.physics.quantities import METAL
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
    used = {name: _as_used(inputs, quantity, stack.shape) for name, quantity in q.DESIGN.items()}
    foil, metal = inputs.given_foil, inputs.is_kind("anode", METAL)
    used["np_ratio"] = _where(foil & np.logical_not(metal), np_ratio, used["np_ratio"])
    excess = _where(inputs.steps["anode_free"], 0.0, used["lithium_excess"])
    used["lithium_excess"] = _where(foil & metal, np_ratio, excess)
    density = "separator_density_g_cm3"
    own = inputs.steps["separator_density_used_g_cm3"]
    used[density] = (
        own if used[density] is None else _where(np.isnan(used[density]), own, used[density])
    )
    return {
        name: _spread(value, stack.shape)
        for name, value in used.items()
        if value is not stack.values[name]
    }


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """Numbers where a condition holds, and others where not."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, no)
    return yes if condition else no


def _as_used(inputs: Inputs, quantity: Quantity, shape: tuple[int, ...]) -> Any:
    """A field with its blanks filled; NaN, or no word, where it is not used."""
    name = quantity.name
    if quantity.kind == "text":
        return inputs.values[name]
    unused = inputs.is_unused(name)
    if quantity.kind == "number":
        value = inputs.number(name)
        return value if unused is False else _where(unused, nan, value)
    words = inputs.words(name)
    if unused is False or not np.any(unused):
        return words
    codes = 0 if isinstance(words, str) else words.codes
    whole = np.broadcast_to(np.where(unused, -1, codes), shape)
    return Categorical(whole, _categories(words))


def _categories(words: str | Categorical) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words.categories


def _spread(value: Any, shape: tuple[int, ...]) -> NDArray[Any] | Categorical:
    """A value for each of all designs."""
    if isinstance(value, (str, Categorical)):
        codes = np.intp(0) if isinstance(value, str) else value.codes
        return Categorical(np.broadcast_to(codes, shape), _categories(value))
    return np.asarray(np.broadcast_to(np.asarray(nan if value is None else value), shape))


class Notes:
    """Notes gathered for each of many results; `gather_notes` makes them."""

    def __init__(self, stack: Stack, np_ratio: Any) -> None:
        self.stack = stack
        self.np_ratio = np.broadcast_to(np_ratio, stack.shape)
        self.inputs = Inputs(stack.values, stack.materials)
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


def find_notes(stack: Stack, np_ratio: Any, *, of_materials: bool = True) -> Categorical:
    """What a reader of each result should know, in words; empty where there is nothing.

    Parameters
    ----------
    stack : Stack
        One or many designs.
    np_ratio : float or ndarray
        Anode over cathode areal capacity of each.
    of_materials : bool
        Whether also what is doubtful about the materials' own values.

    Returns
    -------
    Categorical
        Notes of each design, separated by semicolons.
    """
    return gather_notes(stack, np_ratio, of_materials=of_materials).words


def gather_notes(stack: Stack, np_ratio: Any, *, of_materials: bool = True) -> Notes:
    """Notes as `find_notes` gives them, with the results that each one concerns."""
    notes = Notes(stack, np_ratio)
    _on_inputs(notes)
    _on_conventions(notes)
    if of_materials:
        _on_materials(notes)
        _on_charged_state(notes)
    return notes


def _on_inputs(notes: Notes) -> None:
    inputs = notes.inputs
    used: dict[str, Any] = dict(inputs_as_used(notes.stack, notes.np_ratio))
    # Said in words below: a ratio that is a result is no unusual input.
    ratio = np.asarray(used.get("np_ratio", inputs.number("np_ratio")))
    used["np_ratio"] = np.where(ratio < 1, nan, ratio)
    for name, quantity in q.DESIGN.items():
        if quantity.kind == "number":
            notes.implausible(quantity, used.get(name, inputs.number(name)))
    for name, reasons in UNUSED.items():
        given = inputs.is_given(name)
        if given is False:
            continue
        # Nothing that is not used is no matter.
        if q.DESIGN[name].kind == "number":
            given = given & (np.asarray(inputs.number(name)) != 0.0)
        for step, why in reasons.items():
            here = given & np.asarray(inputs.steps[step])
            if step in AGREES:
                here = here & np.logical_not(inputs.steps[AGREES[step]])
            notes.add(here, unused_note(name, why))


def unused_note(name: str, why: str) -> Problem:
    """What to say of a value that a design does not use."""
    return Problem(f"{q.DESIGN[name].label} is not used {why}", field=name)


def _on_conventions(notes: Notes) -> None:
    inputs, ratio = notes.inputs, notes.np_ratio
    host = ~np.asarray(inputs.is_kind("anode", METAL))
    notes.add(
        host & (ratio < 1),
        lambda held: Problem(
            f"the anode holds {held:.3g} of the cathode's capacity and limits the energies",
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
    for step, text in NOTES.items():
        notes.add(inputs.steps[step], Problem(text))
    for word in distinct(inputs.words("positive_foil")):
        note = Problem(
            f"the bipolar plate is {notes.stack.materials[word].name}, for both electrodes"
        )
        plate = inputs.chosen("foil_sharing", "bipolar") & inputs.chosen("positive_foil", word)
        notes.add(plate, note)


def _on_materials(notes: Notes) -> None:
    for name in q.KINDS:
        for word in distinct(notes.inputs.words(name)):
            material = notes.stack.materials[word]
            for doubt in material.doubts:
                note = Problem(f"{material.name}: {doubt}")
                notes.add(notes.inputs.chosen(name, word), note)
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
    for word in distinct(inputs.words("anode")):
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
