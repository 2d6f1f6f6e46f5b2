"""Formulas of spreadsheets written from a model: one step a formula, constants by their names."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from xlcalc.physics.expression import INFIX, Constant, Expression, Operand, is_known
from xlcalc.physics.quantities import LIQUID, METAL
from xlcalc.workbooks.formula_text import quoted

#: Words that formulas of a workbook call by a name.
WORDS: Mapping[str, str] = {LIQUID: "liquid_kind", METAL: "metal_kind"}

_SIGNS = {"==": "=", "!=": "<>"}
_FUNCTIONS = {"and": "AND", "or": "OR", "not": "NOT", "min": "MIN", "max": "MAX", "where": "IF"}


class FormulaWriter:
    """Writes expressions as formulas.

    Parameters
    ----------
    cell : callable
        Gives the text for a quantity: a reference to its cell, or a formula of its own.
    optional : container of str
        Quantities whose cell may hold no number; what needs them is then `missing`.
    words : mapping of str to str
        Words that have a name of their own in the workbook.
    constants : bool
        Whether constants have one.
    raw : callable, optional
        Gives the cell that is blank where an optional input is not given; `cell` if left out.
    missing : str
        What stands for a result that rests on an optional quantity that is no number.

    Examples
    --------
    >>> from xlcalc.physics.model.stack import STACK
    >>> write = FormulaWriter("{{{}}}".format)
    >>> write(STACK.steps["cathode_loading_mg_cm2"].expression)
    'mg_per_g*{cathode_thickness_um}/um_per_cm*{cathode_composite_density_g_cm3}'
    >>> write(STACK.steps["specific_energy_wh_kg"].expression)
    'mg_per_g*{areal_energy_mwh_cm2}/{stack_loading_mg_cm2}'
    """

    def __init__(
        self,
        cell: Callable[[str], str],
        *,
        optional: Container[str] = (),
        words: Mapping[str, str] = WORDS,
        constants: bool = True,
        raw: Callable[[str], str] | None = None,
        missing: str = '""',
    ) -> None:
        self._cell, self._raw = cell, raw or cell
        self._optional, self._words, self._constants = optional, words, constants
        self._missing = missing

    def __call__(self, operand: Operand) -> str:
        """The formula of an expression."""
        return self._guarded(operand)

    def _guarded(self, operand: Operand) -> str:
        """Text of an expression, empty where a quantity that it needs is no number."""
        text = self._text(operand)
        if is_known(operand) or operand.operation == "where":
            return text
        lacking = [self._cell(name) for name in _direct(operand) if name in self._optional]
        if not lacking:
            return text
        there = "*".join(f"ISNUMBER({cell})" for cell in dict.fromkeys(lacking))
        return f"IF({there},{text},{self._missing})"

    def _text(self, operand: Operand, rank: int = -1) -> str:
        if is_known(operand):
            return self._known(operand)
        operation, operands = operand.operation, operand.operands
        if operation == "symbol":
            return self._cell(operands[0])
        if operation == "given":
            return f'{self._raw(operands[0].operands[0])}<>""'
        if operation in ("*", "/"):
            return self._product(operand, rank)
        if operation in INFIX and operation not in _FUNCTIONS:
            own = INFIX[operation]
            sign = _SIGNS.get(operation, operation)
            right = own + (operation == "-" or own == INFIX["=="])
            text = f"{self._text(operands[0], own)}{sign}{self._text(operands[1], right)}"
            return f"({text})" if own < rank else text
        if operation == "where":
            return self._choice(*operands)
        return f"{_FUNCTIONS[operation]}({','.join(map(self._text, operands))})"

    def _choice(self, condition: Operand, yes: Operand, no: Operand) -> str:
        """A choice as people write it: a condition that holds in one case alone is an AND."""
        text, contrary = self._text(condition), f"NOT({self._text(condition)})"
        is_given = not is_known(condition) and condition.operation == "given"
        if is_given:
            contrary = f'{self._raw(condition.operands[0].operands[0])}=""'
        if no is False:
            return f"AND({text},{self._text(yes)})"
        if yes is False:
            return f"AND({contrary},{self._text(no)})"
        if is_given:
            # What stands for a blank comes first.
            text, yes, no = contrary, no, yes
        return f"IF({text},{self._guarded(yes)},{self._guarded(no)})"

    def _product(self, operand: Expression, rank: int) -> str:
        """Factors one after the other, named constants first."""
        factors = list(_factors(operand, True))
        ahead = [f for f, over in factors if over and isinstance(f, Constant)]
        rest = [(f, o) for f, o in factors if not (o and isinstance(f, Constant))]
        own = INFIX["*"]
        text = "*".join(self._text(f, own) for f in ahead)
        for factor, over in rest:
            sign = ("*" if over else "/") if text else ("" if over else "1/")
            text += sign + self._text(factor, own + (not over))
        return f"({text})" if own < rank else text

    def _known(self, value: Operand) -> str:
        if isinstance(value, str):
            return self._words.get(value) or quoted(value)
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, Constant) and self._constants:
            return value.name
        if value == int(value):
            return str(int(value))
        return "1/2" if value == 0.5 else repr(float(value)).upper()


def _direct(operand: Operand) -> list[str]:
    """Quantities that an expression needs whatever its conditions are."""
    if is_known(operand) or operand.operation == "where":
        return []
    if operand.operation == "symbol":
        return [operand.operands[0]]
    return [name for o in operand.operands for name in _direct(o)]


def _factors(operand: Operand, over: bool) -> list[tuple[Operand, bool]]:
    """Factors in order, each with whether it is multiplied by or divided by.

    A quotient that is divided by is turned over; a product that is divided by stays together.
    """
    if is_known(operand) or operand.operation not in ("*", "/"):
        return [(operand, over)]
    if operand.operation == "*":
        if not over:
            return [(operand, over)]
        return [pair for o in operand.operands for pair in _factors(o, over)]
    first, second = operand.operands
    return [*_factors(first, over), *_factors(second, not over)]
