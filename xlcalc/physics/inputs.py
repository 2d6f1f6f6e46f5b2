"""The inputs of designs, ready for arithmetic: a block at a time, one value where all agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import Coded
from xlcalc.physics.equations import Numeric, cell_voltage
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities.vocabulary import CELL_VOLTAGE, METAL

#: A number, or an array of as many as there are designs.
Number = float | NDArray[np.float64]

#: A design's fields, checked for kind: numbers, words, and None for "not given".
Values = Mapping[str, Any]

#: Takes the part of an array that belongs to some of the designs.
Index = Callable[[NDArray[Any]], NDArray[Any]]


def shape_of(values: Values) -> tuple[int, ...]:
    """Shape that fields broadcast to."""
    return np.broadcast_shapes(
        *(value.shape for value in values.values() if isinstance(value, (np.ndarray, Coded)))
    )


#: Designs worked on at a time: few enough that their intermediate results stay in the cache.
BLOCK = 65_536


def blocks(shape: tuple[int, ...]) -> Iterator[Index]:
    """Cut designs into blocks along their longest axis; each takes its part of an array."""
    count = int(np.prod(shape, dtype=int))
    if count <= BLOCK:
        yield lambda array: array
        return
    axis = int(np.argmax(shape))
    step = max(1, BLOCK // (count // shape[axis]))
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
        if isinstance(value, Coded)
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
                [*(of(word) for word in value.words), of("")]
            )
            # Where all designs agree, one Python value serves them.
            if value.complete and len(set(table[:-1].tolist())) == 1:
                table = self._tables[name, what] = table[0].item()
        if not isinstance(table, np.ndarray):
            return table
        return table[self._part(value.codes)]

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

    @property
    def derived_voltage(self) -> Any:
        """Voltage from the electrodes' potentials."""
        return cell_voltage(
            cathode_potential=self.value("cathode", "potential_v"),
            anode_potential=self.value("anode", "potential_v"),
        )

    @property
    def voltage_is_derived(self) -> Any:
        """Whether a design gives no voltage of its own."""
        given = self.number(CELL_VOLTAGE.name)
        return True if given is None else either(given, np.isnan(given))

    @property
    def given_foil(self) -> Any:
        """Whether the anode is a foil of given thickness."""
        thickness = self.number("anode_foil_thickness_um")
        return False if thickness is None else either(thickness, ~np.isnan(thickness))

    @property
    def pure_anode(self) -> Any:
        """Whether the anode is plain metal: lithium, or a foil of given thickness."""
        return self.is_kind("anode", METAL) | self.given_foil


def either(like: Any, truth: Any) -> Any:
    """A truth value as Python's bool where it belongs to one number, as an array otherwise."""
    return truth if isinstance(like, np.ndarray) else bool(truth)


def choose(condition: Any, yes: Numeric, no: Numeric) -> Numeric:
    """`yes` where a condition holds, `no` elsewhere; no array is made for a plain bool."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, no)
    return yes if condition else no
