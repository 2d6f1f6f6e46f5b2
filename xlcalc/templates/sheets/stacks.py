"""The Stacks sheet of a template as a table that calculates: the paper's equations as formulas.

One step a column, from what is typed to the results. A design that is wrong gives #N/A from its
inputs on, so that nothing plausible can come out of it; Check says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.model.stack import STACK, step_of
from xlcalc.physics.quantities import (
    CELL_VOLTAGE,
    DESIGN,
    ENERGIES,
    REMARKS,
    RESULTS,
)
from xlcalc.templates.cell_checks import or_default
from xlcalc.templates.formula_table import (
    CalcColumn,
    CalcTable,
    check_column,
    input_column,
    working,
)
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stack_faults import CHOICES, MATERIAL_FIELDS, NUMBERS, fault_columns
from xlcalc.templates.sheets.stack_notes import note_columns
from xlcalc.templates.sheets.stack_physics import (
    AS_TYPED,
    USED_SECTION,
    formula,
    physics_columns,
    step_column,
)
from xlcalc.workbooks.charts.layout import MARKERS
from xlcalc.workbooks.formula_text import bare, is_one_of, literal, quoted
from xlcalc.workbooks.sheets import STACKS

#: Forms of an anode, in the order of their chart series.
COMPOSITE, PURE, PLATED = FORMS = tuple(MARKERS)

#: Electrolytes with a colour of their own in the chart; all further ones share the last.
COLOURED = 5

#: Words above the inputs, by the first field they stand above.
_GROUPS = {
    "cathode": "Materials",
    "cathode_areal_capacity_mah_cm2": "Capacities",
    "cathode_active_fraction": "Cathode",
    "anode_active_fraction": "Anode",
    "separator_thickness_um": "Separator",
    "positive_foil": "Foils",
    "cell_voltage_v": "Voltage",
    "expansion_model": "Charged state",
}

_GLANCE = "At a glance"
_AS_USED = USED_SECTION
_CHART = "Chart"


def _columns() -> Iterator[CalcColumn]:
    yield input_column(DESIGN["design"], "Design")
    results = list(_results())
    yield from (column for column in results if column.name in ENERGIES)
    yield check_column(_GLANCE, ["faults"])
    group = ""
    for quantity in DESIGN.values():
        if quantity.name != "design":
            group = _GROUPS.get(quantity.name, group)
            yield input_column(quantity, group)
    yield from (column for column in results if column.name not in ENERGIES)
    yield from fault_columns(formula("derived_voltage_v"))
    yield from _as_used()
    yield from physics_columns()
    yield from note_columns()
    yield from _chart()


def _result(name: str, formula: str) -> CalcColumn:
    quantity = {**RESULTS, **REMARKS}[name]
    header = quantity.header
    if name == CELL_VOLTAGE.name:
        # The header without addition is that of the input.
        header = f"{quantity.label}, used [{quantity.unit}]"
        name = f"{name}_used"
    return CalcColumn(
        name=name,
        header=header,
        role="result",
        group=_GLANCE if name in ENERGIES else "Results",
        formula=formula,
        quantity=quantity,
    )


def _results() -> Iterator[CalcColumn]:
    formulas = {name: formula(name) for name in RESULTS if name in STACK.steps}
    formulas[CELL_VOLTAGE.name] = f'IF({{check}}="ok",{formula(step_of(CELL_VOLTAGE.name))},NA())'
    first = (*ENERGIES, "energy_density_charged_wh_l", "swelling_fraction")
    for name in (*first, *(name for name in RESULTS if name not in first)):
        yield _result(name, formulas[name])
    given_word, derived_word = REMARKS["voltage_source"].choices
    yield _result(
        "voltage_source", f'IF({{cell_voltage_v}}="",{quoted(derived_word)},{quoted(given_word)})'
    )
    yield _result("notes", 'IF({check}="ok",{notes_parts},"")')


def _as_used() -> Iterator[CalcColumn]:
    for name in MATERIAL_FIELDS:
        quantity = DESIGN[name]
        word = or_default(
            quantity, f"TRIM({{{name}}})", quantity.same_as and f"{{{quantity.same_as}_word}}"
        )
        if name == "anode":
            yield working(
                "anode_free",
                "Anode-free",
                _AS_USED,
                is_one_of(bare("{anode}"), "anode_free_words"),
            )
            word = f"IF({{anode_free}},lithium_name,{word})"
        yield working(f"{name}_word", f"{quantity.label}, used", _AS_USED, word)
        yield working(
            f"{name}_row",
            f"{quantity.label}, row",
            _AS_USED,
            # Rows left free have no name, and are none.
            f'IF({{{name}_word}}="",NA(),'
            f"MATCH({literal(bare(f'{{{name}_word}}'))},{{Materials:key}},0))",
        )
    for step in STACK.steps.values():
        if step.section == USED_SECTION and not step.unit:
            yield step_column(step.name)
    for quantity in (*NUMBERS, *CHOICES):
        if quantity.name in AS_TYPED:
            # What their blanks stand for is worked out further on.
            continue
        used = or_default(quantity, f"{{{quantity.name}}}")
        unit = f" [{quantity.unit}]" if quantity.unit else ""
        yield working(
            f"{quantity.name}_used",
            f"{quantity.label}, used{unit}",
            _AS_USED,
            f'IF({{check}}="ok",{used},NA())',
        )


def _chart() -> Iterator[CalcColumn]:
    yield working(
        "form",
        "Form of the anode",
        _CHART,
        f"IF({{metal}},{quoted(PLATED)},IF({{anode_active_volume}}=1,"
        f"{quoted(PURE)},{quoted(COMPOSITE)}))",
    )
    yield working(
        "electrolyte_number",
        "Electrolyte no.",
        _CHART,
        f"MIN({COLOURED},INDEX({{Materials:electrolyte_number}},{{electrolyte_row}}))",
    )
    for number in range(1, COLOURED + 1):
        for form in FORMS:
            yield working(
                series_column(number, form),
                f"Electrolyte {number}, {form} [Wh/L]",
                _CHART,
                f"IF(AND({{electrolyte_number}}={number},{{form}}={quoted(form)}),"
                "{energy_density_wh_l},NA())",
            )


def series_column(number: int, form: str) -> str:
    """Name of the column that a series of the chart shows."""
    return f"series_{number}_{form.split()[0]}"


STACKS_TABLE = CalcTable(STACKS.title, _columns(), {MATERIALS_TABLE.name: MATERIALS_TABLE})


#: What the sheet of a sweep has besides: where a point lies on the axes.
_POINT = "ROW()-ROW(Stacks[[#Headers],[Design]])-1"
SWEPT = (
    working("x", "Across", "Sweep", f"INDEX(x_values,1,MOD({_POINT},steps)+1)"),
    working("y", "Down", "Sweep", f"INDEX(y_values,INT(({_POINT})/steps)+1,1)"),
)

#: The same sheet without what calculates.
INPUTS_TABLE = CalcTable(
    STACKS.title, (column for column in STACKS_TABLE.columns if column.role == "input")
)
