"""A model as plain JavaScript: a function of an object of inputs, a constant for each step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from xlcalc.physics.expression import INFIX, Constant, Operand, is_known, substitute, symbols
from xlcalc.physics.model.declaration import Model, Rule

_SIGNS = {"==": "===", "!=": "!==", "and": "&&", "or": "||"}

# null would count as 0 in arithmetic; NaN goes through to whatever rests on it.
_HELPERS = (
    "const given = (value) =>",
    "  value !== null && value !== undefined && value !== '' && !Number.isNaN(value);",
    "const filled = (value, blank = NaN) => (given(value) ? value : blank);",
    "const shown = (number) => String(Number(number.toPrecision(6)));",
)


def javascript(model: Model, name: str = "evaluate") -> str:
    """JavaScript source of a model.

    Parameters
    ----------
    model : Model
        The model.
    name : str
        What the function is called.

    Returns
    -------
    str
        A function of an object of inputs, which gives an object of all steps, and `faults`: an
        array of the rules that are broken, each with its field, what is wrong and what is expected.
        Inputs that are not given may be left out or null; they take their defaults. What rests on
        one that has none is NaN, unless a branch avoids it.

    Examples
    --------
    >>> model = Model(["capacity", "voltage"])
    >>> @model.step()
    ... def energy(capacity, voltage):
    ...     return capacity * voltage
    >>> print(javascript(model, "cell").split("\\n", 4)[4])
    function cell(inputs) {
      const capacity = filled(inputs.capacity);
      const voltage = filled(inputs.voltage);
      const energy = capacity * voltage;
      const faults = [
      ].filter((fault) => fault.broken);
      return { energy, faults };
    }
    """
    steps = {step.name: _written(step.expression) for step in model.steps.values()}
    return "\n".join(
        (
            *_HELPERS,
            f"function {name}(inputs) {{",
            *(f"  const {field} = {text};" for field, text in _inputs(model)),
            *(f"  const {step} = {text};" for step, text in steps.items()),
            "  const faults = [",
            *(f"    {_fault(rule)}," for rule in model.rules.values()),
            "  ].filter((fault) => fault.broken);",
            f"  return {{ {', '.join((*steps, 'faults'))} }};",
            "}",
        )
    )


def _inputs(model: Model) -> Iterator[tuple[str, str]]:
    """Each input as it is used; a default rests on inputs that have none."""
    steps = {name: step.expression for name, step in model.steps.items()}
    for field in sorted(model.used, key=model.defaults.__contains__):
        default = model.defaults.get(field)
        while not steps.keys().isdisjoint(symbols(default)):
            default = substitute(default, steps)
        blank = "" if default is None else f", {_written(default)}"
        yield field, f"filled(inputs.{field}{blank})"


def _fault(rule: Rule) -> str:
    text = "`" + rule.text.replace("{", "${shown(").replace(":g}", ")}") + "`"
    parts = {"rule": json.dumps(rule.name), "field": json.dumps(rule.field), "text": text}
    parts |= {"expected": json.dumps(rule.expected), "broken": rule.name}
    return f"{{ {', '.join(f'{name}: {part}' for name, part in parts.items())} }}"


def _written(operand: Operand, rank: int = -1) -> str:
    if is_known(operand):
        plain = float(operand) if isinstance(operand, Constant) else operand
        return json.dumps(plain)
    operation, operands = operand.operation, operand.operands
    if operation == "symbol":
        return str(operands[0])
    if operation == "given":
        return f"given(inputs.{_written(operands[0])})"
    if operation in INFIX:
        own = INFIX[operation]
        sign = _SIGNS.get(operation, operation)
        text = f"{_written(operands[0], own)} {sign} {_written(operands[1], own + 1)}"
        return f"({text})" if own < rank else text
    if operation == "where":
        condition, yes, no = (_written(o, 0) for o in operands)
        return f"({condition} ? {yes} : {no})"
    if operation in ("min", "max"):
        return f"Math.{operation}({_listed(operands)})"
    assert operation == "not", operation
    return f"!{_written(operands[0], 9)}"


def _listed(operands: Iterable[Operand]) -> str:
    return ", ".join(map(_written, operands))
