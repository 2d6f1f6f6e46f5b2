"""Sums and products rearranged, so that what is the same for all designs is worked out once.

Their value changes by rounding alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from xlcalc.physics.expression import Expression, Operand, in_order, is_known, make


def arrange(roots: Mapping[str, Operand], varies: Callable[[str], bool]) -> dict[str, Operand]:
    """Expressions whose constant factors and terms stand together.

    Parameters
    ----------
    roots : mapping of str to expression
        What is wanted.
    varies : callable
        Whether the input of a name differs from design to design.

    Examples
    --------
    >>> from xlcalc.physics.expression import symbol
    >>> mass = 1000.0 * (symbol("thickness") / 10000.0 * symbol("density"))
    >>> arrange({"mass": mass}, lambda name: name == "thickness")
    {'mass': 0.1 * density * thickness}
    """
    order = list(in_order(roots.values()))
    uses = Counter(
        o for e in order if e.operation != "symbol" for o in set(e.operands) if not is_known(o)
    )
    uses.update(root for root in roots.values() if not is_known(root))
    late: dict[Expression, bool] = {}
    done: dict[Expression, Operand] = {}

    def is_late(operand: Operand) -> bool:
        return not is_known(operand) and late[operand]

    def flatten(
        e: Expression, pair: str, sign: bool, found: list[tuple[bool, Operand]], top: bool
    ) -> None:
        """Terms of a sum or factors of a product with their signs, where nobody else uses it."""
        if not top and uses[e] > 1:
            found.append((sign, done[e]))
            return
        for at, operand in enumerate(e.operands):
            own = sign if at == 0 or e.operation == pair[0] else not sign
            if not is_known(operand) and operand.operation in pair and operand.operation:
                flatten(operand, pair, own, found, False)
            else:
                found.append((own, operand if is_known(operand) else done[operand]))

    for e in order:
        if e.operation == "symbol":
            made: Operand = e
            late[e] = varies(str(e.operands[0]))
        elif e.operation in "+-*/":
            pair = "+-" if e.operation in "+-" else "*/"
            found: list[tuple[bool, Operand]] = []
            flatten(e, pair, True, found, True)
            made = _rebuilt(pair, found, is_late)
        else:
            made = make(e.operation, *(o if is_known(o) else done[o] for o in e.operands))
        done[e] = made
        for part in in_order([made]):
            if part not in late:
                late[part] = any(map(is_late, part.operands))
    return {name: root if is_known(root) else done[root] for name, root in roots.items()}


def _rebuilt(
    pair: str, found: Sequence[tuple[bool, Operand]], is_late: Callable[[Operand], bool]
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
            groups.setdefault((is_late(operand), sign), []).append(operand)
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
