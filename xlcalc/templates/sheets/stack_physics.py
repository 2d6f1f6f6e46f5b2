"""The model as columns of a Stacks sheet: one step a column, in units of the header."""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.expression import Operand, substitute, symbols
from xlcalc.physics.faults import NEEDS
from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.closures import CLOSURES
from xlcalc.physics.model.declaration import Step
from xlcalc.physics.model.electrodes import ADDITIVES, material_values
from xlcalc.physics.model.stack import STACK, step_of
from xlcalc.physics.quantities import (
    CELL_VOLTAGE,
    DESIGN,
    MATERIAL,
    RESULTS,
    layer_title,
)
from xlcalc.templates.formula_table import CalcColumn, working
from xlcalc.workbooks.model_formulas import FormulaWriter

_PROPERTIES = "Material values"
_CLOSURES = "Closures (1 is broken)"

_VALUES = {name: (role, what) for name, role, what in material_values()}

#: Inputs whose blank is an answer of its own: steps take the cell as it is typed.
AS_TYPED = (CELL_VOLTAGE.name, "separator_density_g_cm3")

#: Quantities that a material may lack; what rests on them is then empty.
OPTIONAL_VALUES = {
    name
    for name, (role, what) in _VALUES.items()
    if what != "kind" and what not in NEEDS.get(role, (what,))
}

#: Steps whose column has another name, where the model's is that of an input or of a formula that
#: may be empty.
_COLUMN = {
    step_of(CELL_VOLTAGE.name): f"{CELL_VOLTAGE.name}_used",
    "anode_growth_um": "anode_growth_number",
}


def _cell(name: str) -> str:
    """The text of a formula for a quantity of the model."""
    if name in DESIGN:
        return f"{{{name}}}" if name in AS_TYPED else f"{{{name}_used}}"
    role, what = _VALUES.get(name, ("", ""))
    if what == "kind":
        return f"INDEX({{Materials:kind_used}},{{{role}_row}})"
    if role in ADDITIVES:
        return f"{role}_density"
    return f"{{{_COLUMN.get(name, name)}}}"


_write = FormulaWriter(_cell, optional=OPTIONAL_VALUES, raw="{{{}}}".format)


def formula(name: str) -> str:
    """The formula of a step."""
    return _write(STACK.steps[name].expression)


def step_column(name: str) -> CalcColumn:
    """A step as a column on the way from inputs to results."""
    step = STACK.steps[name]
    unit = f" [{step.unit}]" if step.unit else ""
    return working(name, f"{step.label}{unit}", step.section, formula(name))


def physics_columns() -> Iterator[CalcColumn]:
    """Columns from inputs as used to thicknesses, masses and growth, and what must hold of them."""
    yield from _properties()
    sections: dict[str, list[Step]] = {}
    for step in STACK.steps.values():
        if step.section not in ("", USED_SECTION) and step.name not in RESULTS:
            sections.setdefault(step.section, []).append(step)
    for steps in sections.values():
        for step in steps:
            yield step_column(step.name)
            if step.name == "anode_growth_um":
                yield _growth_number(step)
    yield from _closures()


#: Steps that say what a design is stand beside the inputs as used.
USED_SECTION = STACK.steps["liquid"].section


def _growth_number(step: Step) -> CalcColumn:
    # A material may lack what its expansion model needs.
    return working(
        _COLUMN[step.name],
        f"Anode's growth [{step.unit}]",
        step.section,
        f"IF(ISNUMBER({{{step.name}}}),{{{step.name}}},NA())",
    )


def _properties() -> Iterator[CalcColumn]:
    needed = {name for step in STACK.steps.values() for name in symbols(step.expression)}
    for name, (role, what) in _VALUES.items():
        if name not in needed or what == "kind" or role in ADDITIVES or what == "potential_v":
            continue
        header = MATERIAL[what].header
        yield working(
            name,
            f"{layer_title(role)} {header[0].lower()}{header[1:]}",
            _PROPERTIES,
            f"INDEX({{Materials:{what}_used}},{{{role}_row}})",
        )


def _closures() -> Iterator[CalcColumn]:
    for closure in CLOSURES:
        left, right = (_write(_in_columns(side)) for side in (closure.left, closure.right))
        broken = f"IF(ABS(({left})-({right}))<=tolerance*ABS({right}),0,1)"
        yield working(closure.name, closure.label, _CLOSURES, f'IF({{check}}="ok",{broken},0)')


def _in_columns(operand: Operand) -> Operand:
    """An expression in which steps that have no column are written out."""
    steps = {n: s.expression for n, s in STACK_PARTS.steps.items() if n not in STACK.steps}
    while not steps.keys().isdisjoint(symbols(operand)):
        operand = substitute(operand, steps)
    return operand
