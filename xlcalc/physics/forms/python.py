"""Expressions as Python that works on plain numbers, and a model as a function of one design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan
from typing import Any

from xlcalc.physics.expression import (
    INFIX,
    Expression,
    Operand,
    in_order,
    is_known,
    symbols,
)
from xlcalc.physics.forms.resolve import FIXED, VARIES, specialized
from xlcalc.physics.forms.source import compiled, identifier
from xlcalc.physics.model.declaration import Model

#: Names that written expressions use.
NAMES: Mapping[str, Any] = {"nan": nan, "inf": inf}


def written(operand: Operand, names: Mapping[Expression, str]) -> str:
    """An expression; of those that have a name, the name.

    Examples
    --------
    >>> from xlcalc.physics.expression import minimum, symbol, where
    >>> full = where(symbol("metal"), 1.0, minimum(1.0, symbol("a") / symbol("b")))
    >>> written(full, {symbol("a") / symbol("b"): "share"})
    '(1.0 if metal else (1.0 if 1.0 < share else share))'
    """

    def text(operand: Operand, rank: int = -1) -> str:
        if is_known(operand):
            return repr(float(operand)) if isinstance(operand, float) else repr(operand)
        if operand in names:
            return names[operand]
        operation, operands = operand.operation, operand.operands
        if operation == "symbol":
            return identifier(operands[0])
        if operation in INFIX:
            own = INFIX[operation]
            left, right = text(operands[0], own), text(operands[1], own + 1)
            return f"({left} {operation} {right})" if own < rank else f"{left} {operation} {right}"
        if operation == "where":
            condition, yes, no = map(text, operands)
            return f"({yes} if {condition} else {no})"
        if operation in ("min", "max"):
            first, second = (text(o, 3) for o in operands)
            return (
                f"({first} if {first} {'<' if operation == 'min' else '>'} {second} else {second})"
            )
        assert operation == "not", operation
        return f"(not {text(operands[0], 9)})"

    return text(operand)


def statements(
    roots: Iterable[Operand], names: dict[Expression, str], prefix: str = "t"
) -> Iterator[str]:
    """Assignments of all that is used more than once; `names` takes in what they are called.

    A call of min or max names its operands, for it writes each twice.
    """
    order = list(in_order(roots))
    uses: Counter[Expression] = Counter()
    for e in order:
        if e.operation != "symbol":
            weight = 2 if e.operation in ("min", "max") else 1
            uses.update({o: weight for o in e.operands if not is_known(o)})
    for e in order:
        if e.operation != "symbol" and e not in names and uses[e] > 1:
            line = written(e, names)
            names[e] = f"{prefix}{len(names)}"
            yield f"{names[e]} = {line}"


@dataclass(frozen=True, slots=True, eq=False)
class ScalarForm:
    """Code that works out results of one design in plain numbers.

    Parameters
    ----------
    prepare : callable
        Takes the values of `fixed` and gives a function of the values of `varying`, which gives the
        result, or a tuple of several.
    fixed, varying : tuple of str
        Inputs and conditions needed.
    source : str
        The code.
    """

    prepare: Callable[..., Callable[..., Any]]
    fixed: tuple[str, ...]
    varying: tuple[str, ...]
    source: str


@lru_cache(maxsize=256)
def scalar_form(
    model: Model,
    outputs: tuple[str, ...],
    inputs: tuple[tuple[str, Any], ...],
    arguments: tuple[tuple[str, tuple[float, float] | None], ...] | None = None,
) -> ScalarForm:
    """The code for some results of one design.

    Parameters
    ----------
    model : Model
        The model.
    outputs : tuple of str
        Results wanted.
    inputs : tuple of (str, object)
        For each input and condition its known value (a truth value, 0, NaN), `FIXED` or `VARIES`.
    arguments : tuple of (str, (float, float) or None), optional
        What the function takes, in order, needed or not, with bounds outside of which it gives
        None; what varies and is needed if left out.

    Examples
    --------
    >>> model = Model(["capacity", "voltage"], parameters=["voltage"])
    >>> @model.step()
    ... def energy(capacity, voltage):
    ...     return 2.0 * voltage * capacity
    >>> form = scalar_form(model, ("energy",), (("capacity", VARIES), ("voltage", FIXED)))
    >>> print(form.source)
    def prepare(voltage):
        k0 = 2.0 * voltage
        def design(capacity):
            return k0 * capacity
        return design
    >>> form.prepare(3.4)(4.0)
    27.2
    """
    kinds = dict(inputs)
    roots = specialized(model, outputs, kinds)
    used = dict.fromkeys(name for root in roots.values() for name in symbols(root))
    varying = tuple(name for name in used if kinds[name] == VARIES)
    fixed = tuple(name for name in used if kinds[name] == FIXED)
    takes = varying if arguments is None else tuple(name for name, _ in arguments)
    names: dict[Expression, str] = {}
    lines = [f"def prepare({', '.join(map(identifier, fixed))}):"]
    lines += (f"    {line}" for line in hoisted(roots.values(), kinds, names))
    lines.append(f"    def design({', '.join(map(identifier, takes))}):")
    bounded = [(identifier(name), bounds) for name, bounds in arguments or () if bounds]
    if bounded:
        within = " and ".join(f"{low!r} <= {name} <= {high!r}" for name, (low, high) in bounded)
        lines += [f"        if not ({within}):", "            return None"]
    lines += (f"        {line}" for line in statements(roots.values(), names))
    lines.append(f"        return {', '.join(written(root, names) for root in roots.values())}")
    lines.append("    return design")
    prepare = compiled("one design", lines, NAMES)["prepare"]
    return ScalarForm(prepare, fixed, takes, "\n".join(lines))


def hoisted(
    roots: Iterable[Operand], kinds: Mapping[str, Any], names: dict[Expression, str]
) -> Iterator[str]:
    """Assignments of what rests on fixed inputs alone, where something else needs it."""
    roots = list(roots)
    order = list(in_order(roots))
    varies: set[Expression] = set()
    for e in order:
        parts = e.operands if e.operation != "symbol" else ()
        own = e.operation == "symbol" and kinds[e.operands[0]] == VARIES
        if own or any(o in varies for o in parts if not is_known(o)):
            varies.add(e)
    wanted = [o for e in order if e in varies and e.operation != "symbol" for o in e.operands]
    wanted = [o for o in (*wanted, *roots) if not is_known(o) and o not in varies]
    yield from statements(wanted, names, "k")
    for e in dict.fromkeys(wanted):
        if e not in names and e.operation != "symbol":
            line = written(e, names)
            names[e] = f"k{len(names)}"
            yield f"{names[e]} = {line}"
