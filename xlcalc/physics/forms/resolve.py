"""Steps put into each other: results as expressions of inputs and of conditions on inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from xlcalc.physics.expression import (
    Expression,
    Operand,
    in_order,
    is_known,
    make,
    substitute,
    symbol,
)
from xlcalc.physics.forms.arrange import arrange
from xlcalc.physics.model.declaration import Model

#: What an input is to written code, where it is no known value: the same in every call of the code
#: that is prepared with it, or given anew.
FIXED, VARIES = "fixed", "varies"


class _Steps(Mapping[str, Operand]):
    """Steps as expressions of inputs, resolved when they are looked up."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._found: dict[str, Operand] = {}
        self._memo: dict[Expression, Operand] = {}

    def __getitem__(self, name: str) -> Operand:
        if name not in self._found:
            step = self._model.steps.get(name)
            if step is None:
                self._found[name] = symbol(name)
            else:
                arranged = arrange(step.expression, self._model.parameters)
                self._found[name] = substitute(arranged, self, self._memo)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._model.steps)

    def __len__(self) -> int:
        return len(self._model.steps)


def resolve(model: Model, outputs: Sequence[str]) -> dict[str, Operand]:
    """Steps as expressions of inputs alone, each arranged for itself.

    So a result has the same bits whatever else is worked out, and whether its inputs are numbers
    or arrays.

    Examples
    --------
    >>> from xlcalc.physics.model.stack import STACK
    >>> resolve(STACK, ["negative_foils_counted"])["negative_foils_counted"]
    where(foil_sharing == 'bipolar', 0.0, where(foil_sharing == 'double_sided', 0.5, 1.0))
    """
    steps = _Steps(model)
    return {name: steps[name] for name in outputs}


def is_given(name: str) -> str:
    """Name of the condition that an optional input is given."""
    return f"{name} is given"


def is_word(name: str, word: str) -> str:
    """Name of the condition that an input is a word."""
    return f"{name} is {word}"


def condition(name: str) -> tuple[str, str | None]:
    """The input that a condition is on and its word; "" for given, None for the input itself.

    Examples
    --------
    >>> condition(is_word("foil_sharing", "bipolar")), condition("np_ratio")
    (('foil_sharing', 'bipolar'), ('np_ratio', None))
    """
    field, found, word = name.partition(" is ")
    return field, None if not found else "" if name == is_given(field) else word


@lru_cache(maxsize=64)
def conditioned(model: Model, outputs: tuple[str, ...]) -> Mapping[str, Operand]:
    """Steps as expressions in which a condition on an input is a symbol of its own.

    What an input is (a word, a kind of material, given or not) is found out once for many designs,
    and where it is the same for all of them its branches can be folded.

    Examples
    --------
    >>> from xlcalc.physics.model.stack import STACK
    >>> conditioned(STACK, ("foils_counted",))["foils_counted"]
    where(foil_sharing is double_sided, 0.5, 1.0)
    """
    roots = resolve(model, outputs)
    memo: dict[Expression, Operand] = {}
    for e in in_order(roots.values()):
        if e.operation == "symbol":
            memo[e] = e
        elif e.operation == "==" and isinstance(e.operands[1], str):
            memo[e] = symbol(is_word(e.operands[0].operands[0], e.operands[1]))
        elif e.operation == "given":
            memo[e] = symbol(is_given(e.operands[0].operands[0]))
        else:
            memo[e] = make(e.operation, *(o if is_known(o) else memo[o] for o in e.operands))
    return {name: root if is_known(root) else memo[root] for name, root in roots.items()}


def specialized(
    model: Model, outputs: tuple[str, ...], kinds: Mapping[str, object]
) -> dict[str, Operand]:
    """Steps in which inputs and conditions of known value are put in and folded away.

    `kinds` has the known value of each, or `FIXED` or `VARIES`.
    """
    known = {name: kind for name, kind in kinds.items() if kind not in (FIXED, VARIES)}
    memo: dict[Expression, Operand] = {}
    roots = conditioned(model, outputs)
    return {name: substitute(root, known, memo) for name, root in roots.items()}


@lru_cache(maxsize=64)
def needed_inputs(model: Model, outputs: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs, and conditions on inputs, that steps rest on.

    Examples
    --------
    >>> from xlcalc.physics.model.stack import STACK
    >>> needed_inputs(STACK, ("negative_foil_layer_thickness_um",))
    ('negative_foil_thickness_um', 'foil_sharing is bipolar', 'foil_sharing is double_sided')
    """
    order = in_order(conditioned(model, outputs).values())
    return tuple(e.operands[0] for e in order if e.operation == "symbol")
