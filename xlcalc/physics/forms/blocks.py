"""NumPy passes over blocks of designs, written from a model for the kind of inputs that are there.

What is the same for all designs is worked out once, in plain numbers; every pass over the others
writes into a buffer that stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from xlcalc.physics.expression import (
    CONDITIONS,
    Expression,
    Operand,
    in_order,
    is_known,
    symbols,
)
from xlcalc.physics.forms import python
from xlcalc.physics.forms.resolve import FIXED, VARIES, specialized
from xlcalc.physics.forms.source import compiled, identifier
from xlcalc.physics.model.declaration import Model

_UFUNCS: Mapping[str, str] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "<": "less",
    ">": "greater",
    "<=": "less_equal",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
    "and": "logical_and",
    "or": "logical_or",
    "not": "logical_not",
    "min": "minimum",
    "max": "maximum",
}


_NAMES: Mapping[str, Any] = {
    **python.NAMES,
    **{name: getattr(np, name) for name in _UFUNCS.values()},
    "copyto": np.copyto,
    # Twice as fast as copying into a buffer under a mask.
    "where": np.where,
}


@dataclass(frozen=True, slots=True, eq=False)
class BlockForm:
    """Code that works out results of a block of designs.

    Parameters
    ----------
    prepare : callable
        Takes the values of `fixed` and gives the function of a block, which takes the values of
        `varying`, an array for each output, and the buffers.
    fixed, varying : tuple of str
        Inputs and conditions needed, the same for all designs or an array.
    floats, truths : int
        Buffers needed of each kind.
    choices : int
        Passes that choose between two arrays, each of which makes an array of its own.
    source : str
        The code.
    """

    prepare: Callable[..., Callable[..., None]]
    fixed: tuple[str, ...]
    varying: tuple[str, ...]
    floats: int
    truths: int
    choices: int
    source: str

    def buffers(self, shape: tuple[int, ...] | None) -> list[Any]:
        """Buffers for blocks of a shape; None where NumPy is to make arrays of several shapes."""
        if shape is None:
            return [None] * (self.floats + self.truths)
        kinds = [np.float64] * self.floats + [np.bool_] * self.truths
        return [np.empty(shape, kind) for kind in kinds]


@lru_cache(maxsize=256)
def block_form(
    model: Model, outputs: tuple[str, ...], inputs: tuple[tuple[str, Any], ...]
) -> BlockForm:
    """The code for some results and a kind of inputs.

    Parameters
    ----------
    model : Model
        The model.
    outputs : tuple of str
        Results wanted.
    inputs : tuple of (str, object)
        For each input and condition its known value (a truth value, 0, NaN), `FIXED` where one
        number serves all designs, or `VARIES` where it is an array.

    Examples
    --------
    >>> model = Model(["capacity", "voltage"], parameters=["voltage"])
    >>> @model.step()
    ... def energy(capacity, voltage):
    ...     return 2.0 * voltage * capacity
    >>> form = block_form(model, ("energy",), (("capacity", VARIES), ("voltage", FIXED)))
    >>> print(form.source)
    def prepare(voltage):
        k0 = 2.0 * voltage
        def block(capacity, o0):
            o0 = multiply(k0, capacity, out=o0)
        return block
    """
    kinds = dict(inputs)
    roots = specialized(model, outputs, kinds)
    return _Writer(roots, kinds).form()


class _Writer:
    """Writes the passes one after the other and hands out buffers."""

    def __init__(self, roots: Mapping[str, Operand], kinds: Mapping[str, Any]) -> None:
        self._roots, self._kinds = list(roots.values()), kinds
        self._order = list(in_order(self._roots))
        self._many: set[Expression] = set()
        for e in self._order:
            operands = (kinds[e.operands[0]] == VARIES,) if e.operation == "symbol" else ()
            if any(operands) or (
                e.operation != "symbol"
                and not self._many.isdisjoint(o for o in e.operands if not is_known(o))
            ):
                self._many.add(e)
        used = dict.fromkeys(name for root in self._roots for name in symbols(root))
        self._fixed = tuple(name for name in used if kinds[name] == FIXED)
        self._varying = tuple(name for name in used if kinds[name] == VARIES)
        self._names: dict[Expression, str] = {}
        self._free: dict[str, list[str]] = {"b": [], "c": []}
        self._count = {"b": 0, "c": 0}

    def form(self) -> BlockForm:
        first = list(python.hoisted(self._roots, self._kinds, self._names))
        passes = self._passes()
        outs = [f"o{n}" for n in range(len(self._roots))]
        buffers = [f"{kind}{n}" for kind in "bc" for n in range(self._count[kind])]
        takes = ", ".join((*map(identifier, self._varying), *outs, *buffers))
        lines = [
            f"def prepare({', '.join(map(identifier, self._fixed))}):",
            *(f"    {line}" for line in first),
            f"    def block({takes}):",
            *(f"        {line}" for line in passes),
            "    return block",
        ]
        return BlockForm(
            compiled("passes over blocks of designs", lines, _NAMES)["prepare"],
            self._fixed,
            self._varying,
            self._count["b"],
            self._count["c"],
            sum(e.operation == "where" for e in self._many),
            "\n".join(lines),
        )

    def _passes(self) -> list[str]:
        results: dict[Expression, str] = {}
        for number, root in enumerate(self._roots):
            if root in self._many and root.operation not in ("symbol", "where"):
                results.setdefault(root, f"o{number}")
        todo = [e for e in self._order if e in self._many]
        last = {
            o: at for at, e in enumerate(todo) if e.operation != "symbol" for o in self._parts(e)
        }
        lines = []
        for at, e in enumerate(todo):
            if e.operation == "symbol":
                self._names[e] = identifier(e.operands[0])
                continue
            self._release([o for o in self._parts(e) if last[o] == at])
            operands = ", ".join(self._text(o) for o in e.operands)
            if e.operation == "where":
                self._names[e] = f"w{at}"
                lines.append(f"w{at} = where({operands})")
                continue
            buffer = results.get(e) or self._take("c" if e.operation in CONDITIONS else "b")
            name = buffer if e in results else buffer.replace("b", "t", 1).replace("c", "u", 1)
            lines.append(f"{name} = {_UFUNCS[e.operation]}({operands}, out={buffer})")
            self._names[e] = name
        for number, root in enumerate(self._roots):
            if is_known(root) or self._names.get(root) != f"o{number}":
                lines.append(f"copyto(o{number}, {self._text(root)})")
        return lines or ["pass"]

    def _parts(self, e: Expression) -> list[Expression]:
        return [o for o in dict.fromkeys(e.operands) if not is_known(o) and o in self._many]

    def _text(self, operand: Operand) -> str:
        return python.written(operand, self._names)

    def _release(self, parts: Sequence[Expression]) -> None:
        for part in parts:
            name = self._names[part]
            if part.operation not in ("symbol", "where") and name[0] in "tu":
                name = name.replace("t", "b", 1).replace("u", "c", 1)
                self._free[name[0]].append(name)

    def _take(self, kind: str) -> str:
        if self._free[kind]:
            return self._free[kind].pop()
        self._count[kind] += 1
        return f"{kind}{self._count[kind] - 1}"
