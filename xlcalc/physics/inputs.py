"""The inputs of designs, ready for arithmetic: a block at a time, one value where all agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.categorical import BLANK, Categorical
from xlcalc.physics.expression import Expression, substitute
from xlcalc.physics.forms.resolve import FIXED, VARIES, condition, conditioned
from xlcalc.physics.materials import BINDER, CARBON, Material, Materials
from xlcalc.physics.model.electrodes import ADDITIVES, material_values
from xlcalc.physics.model.rules import NOT_MEANT, STACK_RULES, UNUSED
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, METAL

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
        self._whole = self

    def block(self, index: Index) -> Inputs:
        """The inputs of some of the designs; `index` takes their part of an array."""
        block = Inputs(self.values, self.materials, index, self._tables)
        block._whole = self._whole
        return block

    def _part(self, array: NDArray[Any]) -> NDArray[Any]:
        return array if self._index is None else self._index(array)

    @cached_property
    def steps(self) -> Mapping[str, Any]:
        """Inputs, conditions and steps of the model by name, worked out when they are looked up."""
        return _Steps(self)

    def typed(self, name: str) -> Any:
        """A field as it was given; NaN where an element is blank, None where all are."""
        value = self.values[name]
        return self._part(value) if isinstance(value, np.ndarray) else value

    def number(self, name: str) -> Any:
        """A field as used: a blank is its default, or NaN where it has none."""
        value = self.values[name]
        if value is None:
            return self.default(name)
        if not isinstance(value, np.ndarray):
            meant = self._concerns(name) if name in NOT_MEANT else True
            return value if meant is True else np.where(meant, value, self.default(name))
        part = self._part(value)
        if not part.size or not DESIGN[name].has_default or not isnan(np.min(part)):
            return part
        return np.where(np.isnan(part), self.default(name), part)

    def default(self, name: str) -> Any:
        """What a blank number stands for in these designs; NaN for nothing."""
        default = STACK.defaults.get(name)
        return nan if default is None else substitute(default, self.steps)

    def words(self, name: str) -> str | Categorical:
        """The words of a field as used, of all designs: a blank is its default, or empty."""
        known = self._tables.get((name, "words"))
        if known is None:
            known = self._tables[name, "words"] = self._whole._filled(name)
        return known

    def _filled(self, name: str) -> str | Categorical:
        value, quantity = self.values[name], DESIGN[name]
        if isinstance(value, str) and value:
            return value
        if isinstance(value, Categorical) and BLANK not in value.categories:
            return value
        if not quantity.has_default:
            return value or BLANK
        default: str | Categorical
        default = self.words(quantity.same_as) if quantity.same_as else str(quantity.default)
        for case in reversed(quantity.default_where):
            default = _chosen(self.steps[case.condition], str(case.value), default)
        if not isinstance(value, Categorical):
            return default
        is_blank = value.codes == value.categories.index(BLANK)
        return _chosen(is_blank, default, value)

    def _by_word(self, name: str, what: str, of: Callable[[str], Any]) -> Any:
        """What belongs to the word of a field: one value, or an array of them."""
        value = self.words(name)
        if isinstance(value, str):
            return of(value)
        table = self._tables.get((name, what))
        if table is None:
            # One more entry than there are words: code -1 takes it.
            table = self._tables[name, what] = np.array(
                [*(of(word) for word in value.categories), of(BLANK)]
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
            value = getattr(self.materials.get(word), what, None)
            return nan if value is None else float(value)

        return self._by_word(name, what, of)

    def chosen(self, name: str, word: str) -> Any:
        """Whether a field holds a word."""
        return self._by_word(name, "=" + word, lambda held: held == word)

    def is_kind(self, name: str, kind: str) -> Any:
        """Whether the material of a field is of a kind."""
        return self._by_word(
            name,
            "kind=" + kind,
            lambda word: getattr(self.materials.get(word), "kind", None) == kind,
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
            if DESIGN[name].kind != "number":
                return self.words(name)
            number = self.number(name)
            return None if number != number else number
        return self.of_model(name) if role in _ADDITIVES else getattr(self.material(role), what)

    def material(self, role: str) -> Material | None:
        """The material that has a role in one design; None for an additive that is not listed."""
        name = _ADDITIVES.get(role) or self.words(role)
        return self.materials.get(name) if isinstance(name, str) else None

    def is_given(self, name: str) -> Any:
        """Whether a field is given.

        What is given once for several designs concerns those of them that use it.
        """
        value = self.values[name]
        if isinstance(value, np.ndarray):
            known = self._tables.get((name, "given"))
            if known is None:
                # The smallest of all is NaN where any is.
                known = value.size == 0 or not isnan(np.min(value))
                self._tables[name, "given"] = known
            return True if known else ~np.isnan(self._part(value))
        if isinstance(value, Categorical):
            if BLANK not in value.categories:
                return True
            return self._part(value.codes) != value.categories.index(BLANK)
        if value is None or value == BLANK:
            return False
        return self._concerns(name)

    def _concerns(self, name: str) -> Any:
        """Whether a value that is given once is meant for a design."""
        meant = self._tables.get((name, "meant"))
        if meant is None:
            whole = self._whole.is_unused(name, *filter(None, (NOT_MEANT.get(name),)))
            # Where nobody uses it, all are to know.
            meant = True if isinstance(whole, bool) or np.all(whole) else ~whole
            self._tables[name, "meant"] = meant
        return self._part(meant) if isinstance(meant, np.ndarray) else meant

    def is_unused(self, name: str, *besides: str) -> Any:
        """Whether a field is not used."""
        unused: Any = False
        for step in (*UNUSED.get(name, ()), *besides):
            unused = unused | self.steps[step]
        return unused

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


class _Steps(Mapping[str, Any]):
    """Inputs, conditions and steps by name."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._memo: dict[Expression, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in STACK_RULES.steps:
            return self._inputs.of_model(name)
        return substitute(conditioned(STACK_RULES, (name,))[name], self, self._memo)

    def __iter__(self) -> Iterator[str]:
        return iter(STACK_RULES.steps)

    def __len__(self) -> int:
        return len(STACK_RULES.steps)


def _chosen(condition: Any, yes: str | Categorical, no: str | Categorical) -> str | Categorical:
    """Words where a condition holds, and others where not."""
    if not isinstance(condition, np.ndarray):
        return yes if condition else no
    both = [Categorical.constant(w, 1) if isinstance(w, str) else w for w in (yes, no)]
    words = tuple(dict.fromkeys((*both[0].categories, *both[1].categories)))
    codes = [
        np.array([*map(words.index, part.categories), -1], dtype=np.intp)[part.codes]
        for part in both
    ]
    if not isinstance(yes, Categorical):
        codes[0] = codes[0][0]
    if not isinstance(no, Categorical):
        codes[1] = codes[1][0]
    return Categorical(np.where(condition, *codes), words)


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
    if word == "" and role:
        return lambda inputs: _is_number(inputs.value(role, what))
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
    return lambda inputs: inputs.number(field)


def _is_number(value: Any) -> Any:
    return ~np.isnan(value) if isinstance(value, np.ndarray) else not isnan(value)
