"""Exact derivatives of expressions."""

from __future__ import annotations

from xlcalc.physics.expression import CONDITIONS, Expression, Operand, is_known, make


def derivative(root: Operand, name: str, memo: dict[Expression, Operand] | None = None) -> Operand:
    """The exact derivative of an expression with respect to a symbol.

    Examples
    --------
    >>> from xlcalc.physics.expression import symbol
    >>> derivative(symbol("energy") / symbol("thickness"), "thickness")
    0.0 - energy / thickness / thickness
    """
    if is_known(root):
        return 0.0
    memo = {} if memo is None else memo
    if root in memo:
        return memo[root]

    def slope(operand: Operand) -> Operand:
        return derivative(operand, name, memo)

    operands = root.operands
    result: Operand
    if root.operation == "symbol":
        result = 1.0 if operands[0] == name else 0.0
    elif root.operation in CONDITIONS:
        result = 0.0
    elif root.operation in "+-":
        result = make(root.operation, *map(slope, operands))
    elif root.operation == "*":
        first, second = operands
        result = make("+", make("*", slope(first), second), make("*", first, slope(second)))
    elif root.operation == "/":
        first, second = operands
        rest = make("/", make("*", root, slope(second)), second)
        result = make("-", make("/", slope(first), second), rest)
    elif root.operation == "where":
        result = make("where", operands[0], *map(slope, operands[1:]))
    else:
        is_first = make("<" if root.operation == "min" else ">", *operands)
        result = make("where", is_first, *map(slope, operands))
    memo[root] = result
    return result
