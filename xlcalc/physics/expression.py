"""Expressions: what an equation gives when it is called with names instead of numbers.

An equation uses arithmetic alone, so that calling it with a `Symbol` records it. `where`,
`minimum`, `maximum` and `given` are its only branches; they take numbers, arrays and expressions
alike. Equal expressions are one object, and what is known when one is made is folded away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

#: A number, a truth value, a word, an array or an expression; arrays broadcast.
Operand = Any

_made: dict[tuple[Any, ...], Expression] = {}


class Expression:
    """An operation and its operands. Compare with `is`: `==` gives another expression.

    Examples
    --------
    >>> thickness, density = symbol("thickness"), symbol("density")
    >>> thickness * density
    thickness * density
    >>> 0.0 * density, where(True, thickness, density)
    (0.0, thickness)
    """

    __slots__ = ("operands", "operation")
    operation: str
    operands: tuple[Operand, ...]

    def __new__(cls, operation: str, *operands: Operand) -> Expression:
        # By identity: an expression that was made once stays, and == would make another.
        key = (
            operation,
            *(
                id(o) if isinstance(o, Expression) else (type(o), getattr(o, "name", o))
                for o in operands
            ),
        )
        found = _made.get(key)
        if found is None:
            found = object.__new__(cls)
            found.operation, found.operands = operation, operands
            found = _made.setdefault(key, found)
        return found

    def __repr__(self) -> str:
        if self.operation == "symbol":
            return str(self.operands[0])
        if self.operation in INFIX:
            rank = INFIX[self.operation]
            left, right = (
                f"({o!r})"
                if isinstance(o, Expression) and INFIX.get(o.operation, 9) < rank + at
                else repr(o)
                for at, o in enumerate(self.operands)
            )
            return f"{left} {self.operation} {right}"
        return f"{self.operation}({', '.join(map(repr, self.operands))})"

    def __bool__(self) -> bool:
        raise TypeError("a condition on an expression must go through where()")

    def __add__(self, other: Operand) -> Operand:
        return make("+", self, other)

    def __radd__(self, other: Operand) -> Operand:
        return make("+", other, self)

    def __sub__(self, other: Operand) -> Operand:
        return make("-", self, other)

    def __rsub__(self, other: Operand) -> Operand:
        return make("-", other, self)

    def __mul__(self, other: Operand) -> Operand:
        return make("*", self, other)

    def __rmul__(self, other: Operand) -> Operand:
        return make("*", other, self)

    def __truediv__(self, other: Operand) -> Operand:
        return make("/", self, other)

    def __rtruediv__(self, other: Operand) -> Operand:
        return make("/", other, self)

    def __neg__(self) -> Operand:
        return make("-", 0.0, self)

    def __lt__(self, other: Operand) -> Operand:
        return make("<", self, other)

    def __gt__(self, other: Operand) -> Operand:
        return make(">", self, other)

    def __le__(self, other: Operand) -> Operand:
        return make("<=", self, other)

    def __ge__(self, other: Operand) -> Operand:
        return make(">=", self, other)

    def __eq__(self, other: Operand) -> Operand:
        return make("==", self, other)

    def __ne__(self, other: Operand) -> Operand:
        return make("!=", self, other)

    def __and__(self, other: Operand) -> Operand:
        return make("and", self, other)

    def __rand__(self, other: Operand) -> Operand:
        return make("and", other, self)

    def __or__(self, other: Operand) -> Operand:
        return make("or", self, other)

    def __ror__(self, other: Operand) -> Operand:
        return make("or", other, self)

    def __invert__(self) -> Operand:
        return make("not", self)

    __hash__ = object.__hash__


#: Operations written between their operands, with how strongly they bind.
INFIX: Mapping[str, int] = {
    "or": 0,
    "and": 1,
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">="), 2),
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
}

#: Operations that give a truth value.
CONDITIONS = frozenset(("or", "and", "not", "given", "==", "!=", "<", ">", "<=", ">="))

_FOLD: Mapping[str, Callable[..., Any]] = {
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "not": lambda a: ~a if isinstance(a, np.ndarray) else not a,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    # Not Python's own, of which NaN may come out as a number.
    "min": lambda a, b: np.minimum(a, b) if _any_array(a, b) else a if a < b or a != a else b,
    "max": lambda a, b: np.maximum(a, b) if _any_array(a, b) else a if a > b or a != a else b,
    "given": lambda a: a == a if isinstance(a, np.ndarray) else a is not None and a == a,
}


class Constant(float):
    """A number with a name, which formulas that people read show instead of its digits.

    Parameters
    ----------
    name : str
        What formulas call it.
    value : float
        The number.
    unit : str
        Its unit.
    help : str
        What it is.

    Examples
    --------
    >>> 2 * Constant("dozen", 12, "", "twelve")
    24.0
    """

    __slots__ = ("help", "name", "unit")
    name: str
    unit: str
    help: str

    def __new__(cls, name: str, value: float, unit: str, help: str) -> Constant:
        made = super().__new__(cls, value)
        made.name, made.unit, made.help = name, unit, help
        return made

    def __getnewargs__(self) -> tuple[str, float, str, str]:  # type: ignore[override]
        return self.name, float(self), self.unit, self.help


def symbol(name: str) -> Expression:
    """An operand known by its name alone."""
    return Expression("symbol", name)


def is_known(operand: Operand) -> bool:
    """Whether an operand is a plain value."""
    return not isinstance(operand, Expression)


def _is(operand: Operand, value: float) -> bool:
    return isinstance(operand, (int, float)) and operand == value


def make(operation: str, *operands: Operand) -> Operand:
    """An operation on operands, folded where they are known.

    A share of nothing is nothing, whatever its density: a product with a known zero is zero.
    """
    first, *rest = operands
    second = rest[0] if rest else None
    if operation in ("and", "or"):
        for known, other in ((first, second), (second, first)):
            if isinstance(known, bool):
                return other if known == (operation == "and") else operation == "or"
    if operation in _FOLD and all(map(is_known, operands)):
        return _FOLD[operation](*operands)
    if operation == "where":
        return _where(first, *rest)
    if operation == "==" and first.operation == "where" and is_known(second):
        condition, yes, no = first.operands
        if is_known(yes) and is_known(no):
            return _where(condition, yes == second, no == second)
    if operation in ("and", "or"):
        if first is second:
            return first
        if make("not", first) is second or make("not", second) is first:
            return operation == "or"
    if operation == "not" and first.operation == "not":
        return first.operands[0]
    if operation == "+" and (_is(first, 0) or _is(second, 0)):
        return second if _is(first, 0) else first
    if operation == "-" and (_is(second, 0) or first is second):
        return first if first is not second else 0.0
    if (operation in "*/" and _is(first, 0)) or (operation == "*" and _is(second, 0)):
        return 0.0
    if (operation in "*/" and _is(second, 1)) or (operation == "*" and _is(first, 1)):
        return first if _is(second, 1) else second
    if operation == "min" and _is(second, 0) and _is_at_least_zero(first):
        return 0.0
    return Expression(operation, *operands)


def _where(condition: Operand, yes: Operand, no: Operand) -> Operand:
    if isinstance(condition, np.ndarray) and is_known(yes) and is_known(no):
        return np.where(condition, yes, no)
    if is_known(condition):
        return yes if condition else no
    # A choice within a branch of the same choice is no choice.
    yes, no = (
        branch.operands[place]
        if not is_known(branch) and branch.operation == "where" and branch.operands[0] is condition
        else branch
        for place, branch in ((1, yes), (2, no))
    )
    if yes is True and no is False:
        return condition
    if yes is no or (isinstance(yes, float) and isinstance(no, float) and yes == no):
        return yes
    return Expression("where", condition, yes, no)


def _is_at_least_zero(operand: Operand) -> bool:
    return (
        isinstance(operand, Expression)
        and operand.operation == "max"
        and _is(operand.operands[1], 0)
    )


def _any_array(*operands: Operand) -> bool:
    return any(isinstance(o, np.ndarray) for o in operands)


def where(condition: Operand, yes: Operand, no: Operand) -> Operand:
    """`yes` where a condition holds, `no` elsewhere."""
    return make("where", condition, yes, no)


def minimum(first: Operand, second: Operand) -> Operand:
    """The smaller of two."""
    return make("min", first, second)


def maximum(first: Operand, second: Operand) -> Operand:
    """The larger of two."""
    return make("max", first, second)


def given(value: Operand) -> Operand:
    """Whether an optional value is there: neither None nor NaN."""
    return make("given", value)


def in_order(roots: Iterable[Operand]) -> Iterator[Expression]:
    """Every expression that some rest on, once, after what it needs itself."""
    seen: set[Expression] = set()
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        operand, ready = stack.pop()
        if is_known(operand) or (operand in seen and not ready):
            continue
        if ready:
            yield operand
            continue
        seen.add(operand)
        stack.append((operand, True))
        if operand.operation != "symbol":
            stack += [(o, False) for o in reversed(operand.operands)]


def symbols(root: Operand) -> list[str]:
    """Names that an expression rests on, in the order they come.

    Examples
    --------
    >>> symbols(symbol("a") + 2 * symbol("b") * symbol("a"))
    ['a', 'b']
    """
    return [e.operands[0] for e in in_order([root]) if e.operation == "symbol"]


def substitute(
    root: Operand, values: Mapping[str, Operand], memo: dict[Expression, Operand] | None = None
) -> Operand:
    """An expression with symbols replaced, folded; of a branch that is known, only the one taken.

    Examples
    --------
    >>> substitute(where(symbol("metal"), symbol("excess"), symbol("ratio")), {"metal": True})
    excess
    """
    if is_known(root):
        return root
    memo = {} if memo is None else memo
    if root not in memo:
        if root.operation == "symbol":
            memo[root] = values.get(root.operands[0], root)
        elif root.operation == "where":
            condition, yes, no = root.operands
            condition = substitute(condition, values, memo)
            if isinstance(condition, bool):
                memo[root] = substitute(yes if condition else no, values, memo)
            else:
                branches = (substitute(branch, values, memo) for branch in (yes, no))
                memo[root] = make("where", condition, *branches)
        else:
            memo[root] = make(root.operation, *(substitute(o, values, memo) for o in root.operands))
    return memo[root]
