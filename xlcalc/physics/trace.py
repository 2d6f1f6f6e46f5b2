"""The trail of a number: every step of a design in order, its equation and the values put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from xlcalc.physics.expression import INFIX, Constant, Operand, is_known, make
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.electrodes import material_values
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.physics.stack import Stack

#: What a trail ends with, unless something else is asked for.
ENDS = ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l")


@dataclass(frozen=True, slots=True)
class TrailStep:
    """A quantity on the way to a number.

    Parameters
    ----------
    name, label, unit : str
        The quantity.
    equation : str
        How it follows from others, by their names; empty for an input.
    values : str
        The same with the values of this design put in, of a branch the one taken.
    value : float, str or bool
        What comes out, or what the input is.
    source : str
        The equation, table or paper it is from; of an input, where its value is from.
    """

    name: str
    label: str
    unit: str
    equation: str
    values: str
    value: Any
    source: str

    def as_dict(self) -> dict[str, Any]:
        """As a mapping of plain values."""
        return asdict(self)


def trail(stack: Stack, ends: Sequence[str] = ENDS, model: Model = STACK) -> list[TrailStep]:
    """Every input and step that some results of one design rest on, in order.

    Parameters
    ----------
    stack : Stack
        One design.
    ends : sequence of str
        Steps of the model that are asked about.
    model : Model
        The model.

    Returns
    -------
    list of TrailStep
        Inputs where they are first needed; of a choice, the branch taken.

    Examples
    --------
    >>> silicon = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")
    >>> steps = trail(silicon, ["areal_energy_mwh_cm2"])
    >>> print(steps[-1].equation)
    reversible_capacity_mah_cm2 * cell_voltage_used_v
    >>> print(steps[-1].values, "=", steps[-1].value)
    4 * 3.4 = 13.6
    """
    values = _Values(stack, model)
    for name in ends:
        _ = values[name]
    return [values.described(name) for name in values.order]


class _Values(Mapping[str, Any]):
    """Quantities of one design by name, worked out when they are asked for, in that order."""

    def __init__(self, stack: Stack, model: Model) -> None:
        self.stack, self.model = stack, model
        self.inputs = Inputs(stack.values, stack.materials)
        self.order: list[str] = []
        self._found: dict[str, Any] = {}
        self._taken: dict[str, Operand] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._found:
            step = self.model.steps.get(name)
            if step is None:
                self._found[name] = self.inputs.word_or_number(name)
            else:
                self._taken[name] = taken = self._branch(step.expression)
                self._found[name] = self._value(taken)
            self.order.append(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.order)

    def __len__(self) -> int:
        return len(self.order)

    def _branch(self, operand: Operand) -> Operand:
        """An expression without its choices: of each the branch taken."""
        if is_known(operand) or operand.operation == "symbol":
            return operand
        if operand.operation == "where":
            condition, yes, no = operand.operands
            return self._branch(yes if self._value(condition) else no)
        return make(operand.operation, *map(self._branch, operand.operands))

    def _value(self, operand: Operand) -> Any:
        if is_known(operand):
            return operand
        if operand.operation == "symbol":
            return self[operand.operands[0]]
        return make(operand.operation, *map(self._value, operand.operands))

    def described(self, name: str) -> TrailStep:
        """How a quantity came about."""
        value = self[name]
        step = self.model.steps.get(name)
        if step is None:
            return self._input(name, value)
        taken = self._taken[name]
        return TrailStep(
            name=name,
            label=step.label,
            unit=step.unit,
            equation=equation_text(taken),
            values=equation_text(taken, self),
            value=value,
            source=step.source,
        )

    def _input(self, name: str, value: Any) -> TrailStep:
        role = _ROLES.get(name)
        if role is None:
            quantity = DESIGN[name]
            source = "the design" if self.inputs.is_given(name) else "default"
            if value is None or (isinstance(value, float) and isnan(value)):
                value, source = None, "not given"
            return TrailStep(name, quantity.label, quantity.unit, "", "", value, source)
        field, what = role
        quantity = MATERIAL[what]
        material = self.inputs.material(field)
        if material is None:
            return TrailStep(name, quantity.label, quantity.unit, "", "", value, "not needed")
        label = f"{material.name}: {quantity.label}"
        return TrailStep(name, label, quantity.unit, "", "", value, material.source_of(what))


_ROLES = {name: (role, what) for name, role, what in material_values()}


def shown(value: Any) -> str:
    """A value as a trail shows it.

    Examples
    --------
    >>> shown(0.6), shown(118.52895322090397), shown(True), shown("Si")
    ('0.6', '118.529', 'TRUE', 'Si')
    """
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.6g}" if isinstance(value, (int, float)) else str(value)


def equation_text(operand: Operand, values: Mapping[str, Any] | None = None) -> str:
    """An expression by names, or with the values put in.

    Examples
    --------
    >>> from xlcalc.physics.model.stack import STACK
    >>> equation_text(STACK.steps["stack_thickness_charged_um"].expression)
    'stack_thickness_um + growth_um'
    """
    if is_known(operand):
        if isinstance(operand, Constant):
            return operand.name if values is None else shown(float(operand))
        return shown(operand)
    operation, operands = operand.operation, operand.operands
    if operation == "symbol":
        return str(operands[0]) if values is None else shown(values[operands[0]])
    if operation in INFIX:
        own = INFIX[operation]
        texts = []
        for at, part in enumerate(operands):
            text = equation_text(part, values)
            rank = INFIX.get(part.operation, 9) if not is_known(part) else 9
            texts.append(f"({text})" if rank < own + at else text)
        return f" {operation} ".join(texts)
    return f"{operation}({', '.join(equation_text(part, values) for part in operands)})"
