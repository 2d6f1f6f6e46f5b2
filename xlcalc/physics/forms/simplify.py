"""Choices left out where a condition around them has already made them."""

from __future__ import annotations

from collections.abc import Mapping

from xlcalc.physics.expression import Expression, Operand, is_known, make


def simplified(root: Operand, known: Mapping[Expression, bool] | None = None) -> Operand:
    """An expression without choices that a condition around them has already made.

    Examples
    --------
    >>> from xlcalc.physics.expression import symbol, where
    >>> liquid, porosity = symbol("liquid"), symbol("porosity")
    >>> simplified(where(liquid, 1.0 - where(liquid, porosity, 0.0), 1.0))
    where(liquid, 1.0 - porosity, 1.0)
    """
    known = known or {}
    if is_known(root) or root.operation == "symbol":
        return known.get(root, root) if isinstance(root, Expression) else root
    if root in known:
        return known[root]
    first, *rest = root.operands
    if root.operation in ("where", "and", "or"):
        first = simplified(first, known)
        cases = {"where": (True, False), "and": (True,), "or": (False,)}[root.operation]
        rest = [
            simplified(o, _assumed(known, first, case)) for o, case in zip(rest, cases, strict=True)
        ]
        return make(root.operation, first, *rest)
    return make(root.operation, *(simplified(o, known) for o in root.operands))


def _assumed(
    known: Mapping[Expression, bool], condition: Operand, value: bool
) -> Mapping[Expression, bool]:
    """What is known where a condition holds, or where it does not."""
    if is_known(condition):
        return known
    known = {**known, condition: value}
    if condition.operation == "not":
        return _assumed(known, condition.operands[0], not value)
    if condition.operation == ("and" if value else "or"):
        for part in condition.operands:
            known = _assumed(known, part, value)
    if condition.operation == "where":
        choice, yes, no = condition.operands
        for branch, other, taken in ((yes, no, False), (no, yes, True)):
            if isinstance(branch, bool) and branch != value:
                known = _assumed(_assumed(known, choice, taken), other, value)
    return known
