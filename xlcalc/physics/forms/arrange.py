"""Sums and products rearranged, so that what is the same for all designs is worked out once.

Their value changes by rounding alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import reduce

from xlcalc.physics.expression import Expression, Operand, in_order, is_known, make


def arrange(root: Operand, parameters: Container[str] = ()) -> Operand:
    """An expression whose constants and parameters stand together in sums and products.

    Parameters
    ----------
    root : expression
        What is wanted.
    parameters : container of str
        Symbols that seldom vary.

    Examples
    --------
    >>> from xlcalc.physics.expression import symbol
    >>> arrange(1000.0 * (symbol("thickness") / 10000.0 * symbol("density")), {"density"})
    0.1 * density * thickness
    """
    order = list(in_order([root]))
    uses = Counter(
        o for e in order if e.operation != "symbol" for o in set(e.operands) if not is_known(o)
    )
    varies: dict[Expression, bool] = {}
    done: dict[Expression, Operand] = {}

    def flatten(e: Expression, pair: str, sign: bool) -> Iterator[tuple[bool, Operand]]:
        """Terms of a sum or factors of a product with their signs, where nobody else uses it."""
        for at, operand in enumerate(e.operands):
            own = sign if at == 0 or e.operation == pair[0] else not sign
            if is_known(operand):
                yield own, operand
            elif operand.operation in tuple(pair) and uses[operand] == 1:
                yield from flatten(operand, pair, own)
            else:
                yield own, done[operand]

    for e in order:
        if e.operation == "symbol":
            done[e], varies[e] = e, e.operands[0] not in parameters
            continue
        if e.operation in "+-*/":
            pair = "+-" if e.operation in "+-" else "*/"
            done[e] = _rebuilt(pair, list(flatten(e, pair, True)), varies)
        else:
            done[e] = make(e.operation, *(o if is_known(o) else done[o] for o in e.operands))
        for part in in_order([done[e]]):
            if part not in varies:
                varies[part] = any(varies[o] for o in part.operands if not is_known(o))
    return root if is_known(root) else done[root]


def _rebuilt(
    pair: str, found: Sequence[tuple[bool, Operand]], varies: Mapping[Expression, bool]
) -> Operand:
    """A sum or a product: constants first, then what varies."""
    plus, minus = pair[0], pair[1]

    def chain(start: Operand, operation: str, operands: Sequence[Operand]) -> Operand:
        return reduce(lambda a, b: make(operation, a, b), operands, start)

    neutral = 0.0 if plus == "+" else 1.0
    groups: dict[tuple[bool, bool], list[Operand]] = {}
    known: dict[bool, Operand] = {True: neutral, False: neutral}
    for sign, operand in found:
        if is_known(operand):
            known[sign] = make(plus, known[sign], operand)
        else:
            groups.setdefault((varies[operand], sign), []).append(operand)
    constant = make(minus, known[True], known[False])
    constant = chain(constant, plus, groups.get((False, True), []))
    constant = chain(constant, minus, groups.get((False, False), []))
    gained, lost = groups.get((True, True), []), groups.get((True, False), [])
    if plus == "*" and lost:
        # One division costs as much as several products.
        lost = [chain(lost[0], "*", lost[1:])]
    result = chain(gained[0], plus, gained[1:]) if gained else constant
    if gained and not (is_known(constant) and constant == neutral):
        result = make(plus, constant, result)
    return chain(result, minus, lost)
