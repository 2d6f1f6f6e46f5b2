"""What an operator stands between, in the items of a formula's argument."""

from __future__ import annotations

from collections.abc import Sequence

from xlcalc.workbooks.formulas.formula_tree import Call, Token

Items = Sequence[Token | Call]

_ARITHMETIC = frozenset(("+", "-", "*", "/", "^", "%"))


def sign_of(item: Token | Call) -> str:
    """The sign that an item is, or nothing."""
    return item.text if isinstance(item, Token) and item.is_operator else ""


def is_space(item: Token | Call) -> bool:
    return isinstance(item, Token) and item.kind == "space"


def is_reckoned(items: Items) -> bool:
    """Whether something is reckoned; a plus before a text leaves it as it is."""
    signs = [sign_of(item) for item in items if not is_space(item)]
    return any(sign in _ARITHMETIC for sign in signs[1:]) or signs[:1] == ["-"]


def is_paged(items: Items, at: int) -> bool:
    before = items[at - 1] if at else None
    return isinstance(before, Token) and before.kind == "page" and bool(before.pieces)


def may_both_be_zero(items: Items, at: int) -> bool:
    """Whether both sides of a power may be 0, which is an error; only plain operands are told."""
    if not 0 < at < len(items) - 1 or sign_of(items[at]) != "^":
        return False
    left, right = items[at - 1], items[at + 1]
    # A sign before the base belongs to it, as only the engine knows.
    signed = (
        at > 1
        and sign_of(items[at - 2]) in ("-", "+", "^")
        and (at == 2 or bool(sign_of(items[at - 3])))
    )
    chained = at + 2 < len(items) and sign_of(items[at + 2]) == "^"
    after_power = at > 1 and sign_of(items[at - 2]) == "^"
    return not (signed or chained or after_power) and all(map(_may_be_zero, (left, right)))


def _may_be_zero(item: Token | Call) -> bool:
    if isinstance(item, Call):
        return True
    if item.kind == "number":
        return not float(item.text)
    return item.kind == "cell" or (item.kind == "resolved" and not item.array)


def last_sum(items: Items) -> int:
    """Where the last plus or minus between two numbers stands; -1 if there is none."""
    found, before = -1, None
    for at, item in enumerate(items):
        if sign_of(item) in ("+", "-") and before is not None and _ends_operand(before):
            found = at
        if isinstance(item, Call) or item.kind != "space":
            before = item
    return found


def _ends_operand(item: Token | Call) -> bool:
    """Whether a plus or minus after it is one between two numbers."""
    return sign_of(item) in ("", "%")
