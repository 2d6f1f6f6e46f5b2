"""The inputs of designs, ready for arithmetic: a block at a time, one value where all agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Categorical
from xlcalc.physics.forms.resolve import FIXED, VARIES, condition
from xlcalc.physics.materials import BINDER, CARBON, Material, Materials
from xlcalc.physics.model.electrodes import ADDITIVES, material_values
from xlcalc.physics.quantities import CELL_VOLTAGE, METAL

#: A number, or an array of as many as there are designs.
Number = float | NDArray[np.float64]

#: A design's fields, checked for kind: numbers, words, and None for "not given".
Values = Mapping[str, Any]

#: Takes the part of an array that belongs to some of the designs.
Index = Callable[[NDArray[Any]], NDArray[Any]]


def shape_of(values: Values) -> tuple[int, ...]:
    """Shape that fields broadcast to."""
    return np.broadcast_shapes(
        *(value.shape for value in values.values() if isinstance(value, (np.ndarray, Categorical)))
    )


#: Designs checked at a time: few enough that their intermediate results stay in the cache.
BLOCK = 65_536


def blocks(shape: tuple[int, ...], size: int = BLOCK) -> Iterator[Index]:
    """Cut designs into blocks along their longest axis; each takes its part of an array."""
    count = int(np.prod(shape, dtype=int))
    if count <= size:
        yield lambda array: array
        return
    axis = int(np.argmax(shape))
    step = max(1, size // (count // shape[axis]))
    from_end = len(shape) - axis
    for start in range(0, shape[axis], step):
        yield partial(_cut, from_end=from_end, rows=slice(start, start + step))


def _cut(array: NDArray[Any], *, from_end: int, rows: slice) -> NDArray[Any]:
    if array.ndim < from_end or array.shape[-from_end] == 1:
        return array
    where: tuple[Any, ...] = (..., rows, *(slice(None),) * (from_end - 1))
    return np.asarray(array[where])


def part_of(values: Values, index: Index) -> dict[str, Any]:
    """The fields of some of the designs."""
    return {
        name: value.take(index)
        if isinstance(value, Categorical)
        else index(value)
        if isinstance(value, np.ndarray)
        else value
        for name, value in values.items()
    }


class Inputs:
    """Fields and material values of a design, or of a block of designs, ready for arithmetic.

    Whatever is one value for all designs stays a Python number or bool, so that it costs nothing
    per design.
    """

    def __init__(
        self,
        values: Values,
        materials: Materials,
        index: Index | None = None,
        tables: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        self.values = values
        self.materials = materials
        self._index = index
        self._tables: dict[tuple[str, str], Any] = {} if tables is None else tables

    def block(self, index: Index) -> Inputs:
        """The inputs of some of the designs; `index` takes their part of an array."""
        return Inputs(self.values, self.materials, index, self._tables)

    def _part(self, array: NDArray[Any]) -> NDArray[Any]:
        return array if self._index is None else self._index(array)

    def number(self, name: str) -> Any:
        """A field; NaN where an array's element is not given, None where none is."""
        value = self.values[name]
        return self._part(value) if isinstance(value, np.ndarray) else value

    def _by_word(self, name: str, what: str, of: Callable[[str], Any]) -> Any:
        """What belongs to the word of a field: one value, or an array of them."""
        value = self.values[name]
        if isinstance(value, str):
            return of(value)
        table = self._tables.get((name, what))
        if table is None:
            # One more entry than there are words: code -1 takes it.
            table = self._tables[name, what] = np.array(
                [*(of(word) for word in value.categories), of("")]
            )
            # Where all designs agree, one Python value serves them.
            if value.complete and len(set(table[:-1].tolist())) == 1:
                table = self._tables[name, what] = table[0].item()
        if not isinstance(table, np.ndarray):
            return table
        # Code -1, of a word that was not understood, is the last entry.
        return table.take(self._part(value.codes), mode="wrap")

    def value(self, name: str, what: str) -> Any:
        """A number of the material of a field; NaN where it has none."""

        def of(word: str) -> float:
            value = getattr(self.materials[word], what) if word else None
            return nan if value is None else float(value)

        return self._by_word(name, what, of)

    def chosen(self, name: str, word: str) -> Any:
        """Whether a field holds a word."""
        return self._by_word(name, "=" + word, lambda held: held == word)

    def is_kind(self, name: str, kind: str) -> Any:
        """Whether the material of a field is of a kind."""
        return self._by_word(
            name, "kind=" + kind, lambda word: bool(word) and self.materials[word].kind == kind
        )

    def density_of(self, name: str) -> float:
        """Density of a material that every composite may contain."""
        density = self.materials[name].density_g_cm3 if name in self.materials else None
        return nan if density is None else density

    def of_model(self, name: str) -> Any:
        """An input or a condition of the model: a number, a truth value, or an array of them."""
        return _source(name)(self)

    def word_or_number(self, name: str) -> Any:
        """An input of the model for one design: also a word, and None where a number is missing."""
        role, what = _MATERIAL_VALUES.get(name, ("", ""))
        if not role:
            return self.values[name]
        return self.of_model(name) if role in _ADDITIVES else getattr(self.material(role), what)

    def material(self, role: str) -> Material | None:
        """The material that has a role in one design; None for an additive that is not listed."""
        name = _ADDITIVES.get(role) or self.values[role]
        return self.materials.get(name)

    def is_given(self, name: str) -> Any:
        """Whether an optional number is given."""
        value = self.values[name]
        if value is None or isinstance(value, float):
            return value is not None and not isnan(value)
        known = self._tables.get((name, "given"))
        if known is None:
            # The smallest of all is NaN where any is.
            known = value.size == 0 or not isnan(np.min(value))
            self._tables[name, "given"] = known
        return True if known else ~np.isnan(self._part(value))

    @property
    def voltage_is_derived(self) -> Any:
        """Whether a design gives no voltage of its own."""
        given = self.is_given(CELL_VOLTAGE.name)
        return not given if isinstance(given, bool) else ~given

    @property
    def given_foil(self) -> Any:
        """Whether the anode is a foil of given thickness."""
        return self.is_given("anode_foil_thickness_um")

    @property
    def pure_anode(self) -> Any:
        """Whether the anode is plain metal: lithium, or a foil of given thickness."""
        return self.is_kind("anode", METAL) | self.given_foil


def kind_of_input(value: Any) -> Any:
    """What an input is to written code: its value where that changes the code, or its kind."""
    if isinstance(value, np.ndarray):
        return VARIES
    return value if isinstance(value, bool) or value == 0.0 or isnan(value) else FIXED


_MATERIAL_VALUES = {name: (role, what) for name, role, what in material_values()}
_ADDITIVES = dict(zip(ADDITIVES, (BINDER, CARBON), strict=True))


@cache
def _source(name: str) -> Callable[[Inputs], Any]:
    """Where an input or a condition of the model is found."""
    field, word = condition(name)
    role, what = _MATERIAL_VALUES.get(field, ("", ""))
    if word == "":
        return lambda inputs: inputs.is_given(field)
    if word is not None:
        if role:
            return lambda inputs: inputs.is_kind(role, word)
        return lambda inputs: inputs.chosen(field, word)
    if role in _ADDITIVES:
        # A design that holds some of it has been refused; where there is none, NaN must not spread.
        return lambda inputs: 1.0 if isnan(d := inputs.density_of(_ADDITIVES[role])) else d
    if role:
        return lambda inputs: inputs.value(role, what)
    return lambda inputs: nan if (value := inputs.number(field)) is None else value
