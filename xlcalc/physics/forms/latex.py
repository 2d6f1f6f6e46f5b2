"""Steps of a model as LaTeX, for documents."""

from __future__ import annotations

import re
from collections.abc import Callable

from xlcalc.physics.expression import INFIX, Operand, is_known

_SIGNS = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "*": r"\cdot"}


def latex(operand: Operand, label: Callable[[str], str]) -> str:
    r"""An expression as LaTeX.

    Parameters
    ----------
    operand : expression
        What is to be written.
    label : callable
        Gives what people call a quantity.

    Examples
    --------
    >>> from xlcalc.physics.expression import minimum, symbol
    >>> latex(minimum(1.0, symbol("q") / symbol("p")), str)
    '\\min\\left(1, \\frac{\\text{q}}{\\text{p}}\\right)'
    """

    def text(operand: Operand, rank: int = -1) -> str:
        if is_known(operand):
            if isinstance(operand, str):
                return rf"\text{{{operand}}}"
            digits = f"{operand:.10g}" if isinstance(operand, float) else str(operand)
            return re.sub(r"^1e-0*(\d+)$", r"10^{-\1}", digits)
        operation, operands = operand.operation, operand.operands
        if operation == "symbol":
            return rf"\text{{{label(operands[0])}}}"
        if operation == "/":
            return rf"\frac{{{text(operands[0])}}}{{{text(operands[1])}}}"
        if operation == "where":
            condition, yes, no = (o if isinstance(o, bool) else text(o) for o in operands)
            if no is False:
                return rf"{condition} \text{{ and }} {yes}"
            if yes is False:
                return rf"\text{{not }} {condition} \text{{ and }} {no}"
            return (
                rf"\begin{{cases}} {yes} & \text{{if }} {condition} \\ "
                rf"{no} & \text{{otherwise}} \end{{cases}}"
            )
        if operation in ("min", "max"):
            return rf"\{operation}\left({', '.join(map(text, operands))}\right)"
        if operation == "given":
            return rf"{text(operands[0])}\text{{ is given}}"
        if operation == "not":
            return rf"\text{{not }} {text(operands[0], 9)}"
        own = INFIX[operation]
        sign = _SIGNS.get(
            operation, rf"\text{{ {operation} }}" if operation.isalpha() else operation
        )
        right = text(operands[1], own + (operation == "-"))
        written = f"{text(operands[0], own)} {sign} {right}"
        return rf"\left({written}\right)" if own < rank else written

    return text(operand)
