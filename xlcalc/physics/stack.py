"""A design: one stack, or as many as its arrays are long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields, make_dataclass
from inspect import cleandoc
from typing import Any

import numpy as np

from xlcalc.errors import DesignError, MissingValueError, UnknownMaterialError
from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical, encode
from xlcalc.physics.faults import find_faults
from xlcalc.physics.inputs import Index, blocks, part_of, shape_of
from xlcalc.physics.materials import LITHIUM, Materials, is_anode_free
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Location, Problem


def _fields() -> Iterator[tuple[str, Any, Any]]:
    """The fields of a design as the vocabulary has them; what is required has no default."""
    for name, quantity in q.DESIGN.items():
        # What an anode left blank means is decided where its name is read.
        if quantity.required:
            yield name, Any, field()
        else:
            yield name, Any, field(default=quantity.default)
    yield "materials", Materials, field(default_factory=Materials.library, repr=False)


# Made of the vocabulary, so that a field is declared once; `Stack` checks what it is given.
_Design: Any = make_dataclass(
    "_Design",
    _fields(),
    frozen=True,
    kw_only=True,
    eq=False,
    namespace={"__post_init__": lambda self: None},
)


class Stack(_Design):  # type: ignore[misc]
    """One stack of layers, or many: every field is one value or an array, and arrays broadcast.

    Parameters
    ----------
    {parameters}
    materials : Materials
        Where names are looked up; the library if not given.

    Notes
    -----
    Arrays are checked when the stack is made and not copied: do not change them afterwards.

    Raises
    ------
    DesignError
        If a value is impossible, values contradict each other or a material lacks what is needed.
        The sentence names the design and the field.
    UnknownMaterialError
        If a name is not in `materials`.

    See Also
    --------
    evaluate : Energies, thicknesses and masses of a stack.

    Examples
    --------
    >>> stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")
    >>> stack.separator_thickness_um
    20.0

    Three separators at once, and a variation:

    >>> from dataclasses import replace
    >>> replace(stack, separator_thickness_um=[20, 50, 100]).shape
    (3,)
    """

    def __post_init__(self) -> None:
        for name, quantity in q.DESIGN.items():
            value = _normal(getattr(self, name), quantity, self.materials)
            object.__setattr__(self, name, value)
        try:
            shape = self.shape
        except ValueError:
            shapes = {n: np.shape(v) for n, v in self.values.items() if np.shape(v)}
            raise DesignError(
                "the arrays of a stack must broadcast; their shapes are "
                + ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            ) from None
        # In blocks, so that checking ten million designs needs no array of their size.
        for index in blocks(shape):
            for fault in find_faults(part_of(self.values, index), self.materials):
                if not np.prod(fault.shape):
                    continue
                row = int(np.argmax(np.broadcast_to(fault.mask, fault.shape)))
                error = MissingValueError if fault.lacking else DesignError
                raise error(fault.problem(row).at(self._place(index, row)))

    def _place(self, index: Index, row: int) -> Location:
        """Which of the designs one of a block is."""
        number = int(index(np.arange(np.prod(self.shape, dtype=int)).reshape(self.shape)).flat[row])
        name = str(np.broadcast_to(np.asarray(self.design, dtype=object), self.shape).flat[number])
        if name:
            return Location(design=name)
        return Location(cell=f"design number {number}" if self.shape else "the design")

    @property
    def values(self) -> dict[str, Any]:
        """The design's fields by name, without its materials."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "materials"}

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape that the fields broadcast to; () for one design."""
        return shape_of(self.values)

    def words(self, name: str) -> tuple[str, ...]:
        """The distinct words that a field of words holds."""
        held: Any = getattr(self, name)
        return (held,) if isinstance(held, str) else held.categories

    def one(self, position: int) -> Stack:
        """One of many designs.

        Parameters
        ----------
        position : int
            Its position among all, counted along the last axis first.

        Returns
        -------
        Stack
            With plain values as fields.

        Examples
        --------
        >>> stacks = Stack(cathode="NMC811", anode=["Si", "Al"], electrolyte="LPSC")
        >>> stacks.one(1).anode
        'Al'
        """
        shape, values = self.shape, {}
        for name, value in self.values.items():
            if isinstance(value, Categorical):
                value = value.categories[np.broadcast_to(value.codes, shape).flat[position]]
            elif isinstance(value, np.ndarray):
                value = np.broadcast_to(value, shape).flat[position]
            values[name] = value
        return Stack(**values, materials=self.materials)


# The vocabulary holds each field's words; the docstring is where Python's users look for them.
Stack.__doc__ = cleandoc(Stack.__doc__ or "").replace(
    "{parameters}",
    "\n".join(
        f"{quantity.name} : {'float' if quantity.kind == 'number' else 'str'} or array_like"
        + (", optional" if not quantity.required else "")
        + f"\n    {quantity.help}"
        + (f" [{quantity.unit}]" if quantity.unit else "")
        + (f" One of {', '.join(quantity.choices)}." if quantity.choices else "")
        for quantity in q.DESIGN.values()
    ),
)


def _normal(value: Any, quantity: Quantity, materials: Materials) -> Any:
    """A field as arithmetic wants it: float, float64 array, str, Categorical, or None."""
    if value is None and quantity.name != "anode":
        value = quantity.default
    if quantity.kind == "text":
        array = np.asarray(value, dtype=object)
        return value if array.ndim == 0 else array
    if quantity.kind == "number":
        return _number(value, quantity)
    canonical = word_reader(quantity, materials)
    if isinstance(value, str) or value is None:
        word = canonical(value)
        if word is None:
            raise _misunderstood(value, quantity, materials)
        return word
    if isinstance(value, Categorical):
        return value
    if _is_masked(value) or isinstance(value, Mapping) or np.isscalar(value):
        raise _misunderstood(value, quantity, materials)
    try:
        coded = encode(value, canonical)
    except (TypeError, ValueError):
        raise DesignError(_holds(quantity, "something that is no name")) from None
    if not coded.complete:
        flat = np.asarray(value, dtype=object).ravel()
        raise _misunderstood(flat[int(np.argmin(coded.codes))], quantity, materials)
    return coded


def _is_masked(value: Any) -> bool:
    # Where nobody has imported masked arrays there is none, and it takes long to.
    return "numpy.ma" in sys.modules and np.ma.isMaskedArray(value)


def _number(value: Any, quantity: Quantity) -> Any:
    if value is None:
        return None
    no_number = _holds(quantity, "something that is no number")
    if isinstance(value, (bool, np.bool_, str)):
        raise DesignError(quantity.problem(repr(value), rule="no number"))
    try:
        if isinstance(value, (int, float)):
            return float(value)
        if _is_masked(value):
            value = np.ma.filled(value.astype(np.float64), np.nan)
        array = np.asarray(value)
        if array.dtype.kind == "O":
            # Text and truth values would be converted without a word.
            if not all(type(x) in (int, float, type(None)) for x in array.ravel().tolist()):
                raise DesignError(no_number)
        elif array.dtype.kind not in "iuf":
            raise DesignError(no_number)
        array = array.astype(np.float64, copy=False)
    except OverflowError:
        raise DesignError(quantity.problem("beyond any number", rule="no number")) from None
    except (TypeError, ValueError):
        raise DesignError(no_number) from None
    return float(array) if array.ndim == 0 else array


def _holds(quantity: Quantity, what: str) -> Problem:
    text = f"{quantity.label} holds {what}"
    return Problem(text, expected=quantity.expected, field=quantity.name)


def word_reader(quantity: Quantity, materials: Materials) -> Callable[[Any], str | None]:
    """How a material's name or a choice is read: gives the canonical word, or None."""
    if quantity.kind == "choice":
        known = {normalized(choice): choice for choice in quantity.choices}
        return lambda value: known.get(normalized(value)) if isinstance(value, str) else None
    return materials.anode_name if quantity.name == "anode" else materials.name


def misunderstood(value: Any, quantity: Quantity, materials: Materials) -> Problem:
    """What is wrong with a word that is not understood."""
    if quantity.kind == "material" and isinstance(value, str):
        free = quantity.name == "anode" and not materials.name(value) and is_anode_free(value)
        problem = materials.unknown(LITHIUM if free else value, q.KINDS.get(quantity.name, ()))
        return problem._replace(text=f"{quantity.label} {problem.text}", field=quantity.name)
    return quantity.problem(repr(value), rule="another value")


def _misunderstood(
    value: Any, quantity: Quantity, materials: Materials
) -> DesignError | UnknownMaterialError:
    problem = misunderstood(value, quantity, materials)
    if quantity.kind == "material" and isinstance(value, str):
        return UnknownMaterialError(problem)
    return DesignError(problem)
