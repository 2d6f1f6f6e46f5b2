"""What is wrong with a design of a Stacks sheet, in words: a formula for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from string import Formatter

from xlcalc.physics.expression import substitute, symbols
from xlcalc.physics.model.declaration import Rule
from xlcalc.physics.model.electrodes import material_values
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import CELL_VOLTAGE, DESIGN, SIDES
from xlcalc.templates.cell_checks import END, limit, or_default, wrong_choice, wrong_number
from xlcalc.templates.formula_table import CalcColumn, working
from xlcalc.workbooks.formula_text import quoted
from xlcalc.workbooks.model_formulas import FormulaWriter

#: Parts of an electrode whose fractions are typed.
FRACTIONS = ("active", "binder", "carbon")

#: Fields that are numbers, and those that are words of a list.
NUMBERS = [q for q in DESIGN.values() if q.kind == "number"]
CHOICES = [q for q in DESIGN.values() if q.kind == "choice"]

#: Fields that name a material.
MATERIAL_FIELDS = [name for name, q in DESIGN.items() if q.kind == "material"]

#: Inputs stand side by side from the first of these to the last.
_FIRST, _LAST = list(DESIGN)[1], list(DESIGN)[-1]

_WORDS = "What is wrong"


def fault_columns(derived_voltage: str) -> Iterator[CalcColumn]:
    """Columns with a sentence each where something is wrong, and all of them in ``faults``.

    The formula of the derived voltage is the model's.
    """
    names = []
    yield working(
        "filled", "Cells filled", _WORDS, f"COUNTA({{design}})+COUNTA({{{_FIRST}>{_LAST}}})"
    )

    def fault(name: str, header: str, formula: str) -> CalcColumn:
        names.append(name)
        return working(name, f"Fault: {header}", _WORDS, formula)

    for name in MATERIAL_FIELDS:
        yield fault(f"{name}_fault", DESIGN[name].label, _wrong_material(name))
    for quantity in NUMBERS:
        yield fault(
            f"{quantity.name}_fault", quantity.label, wrong_number(quantity, f"{{{quantity.name}}}")
        )
    for quantity in CHOICES:
        yield fault(
            f"{quantity.name}_fault", quantity.label, wrong_choice(quantity, f"{{{quantity.name}}}")
        )
    excess, foil = DESIGN["lithium_excess"], DESIGN["anode_foil_thickness_um"]
    too_much = quoted(
        f"{excess.label} and {foil.label} must be 0 and blank where the anode is anode-free; take "
        f"Li as anode. "
    )
    without_lithium = (broken("excess_without_lithium"), broken("foil_without_lithium"))
    yield fault(
        "anode_free_fault",
        "anode-free",
        f'IFERROR(IF(OR({",".join(without_lithium)}),{too_much},""),"")',
    )
    for name, step in _SHOWN.items():
        yield working(name, step.label, _WORDS, f'IFERROR({broken(name)},"")')
    for side in SIDES:
        yield fault(f"{side}_sum_fault", f"{side} fractions", _wrong_sum(side))
    none = quoted(
        f"{CELL_VOLTAGE.label} is blank, and a potential is missing in the Materials sheet. "
    )
    for side in SIDES:
        yield working(
            f"{side}_potential_v",
            f"{side.capitalize()} potential [V]",
            _WORDS,
            f'IFERROR(INDEX({{Materials:potential_v_used}},{{{side}_row}}),"")',
        )
    yield working("derived_voltage_v", "Voltage derived [V]", _WORDS, derived_voltage)
    yield fault(
        "voltage_fault",
        "voltage derived",
        'IF(OR({cathode_fault}&{anode_fault}<>"",ISERROR({cell_voltage_v})),"",'
        'IF({cell_voltage_v}<>"","",'
        f"IF(ISNUMBER({{derived_voltage_v}}),IF({broken('derived_voltage_not_positive')},"
        f'{quoted(CELL_VOLTAGE.label + " derived is ")}&ROUND({{derived_voltage_v}},6)&"; "&'
        f'{limit(CELL_VOLTAGE, "expected")}&{END},""),{none})))',
    )
    for rule in STACK_RULES.rules.values():
        if rule.name not in _IN_OTHER_WORDS:
            yield fault(f"{rule.name}_fault", rule.name.replace("_", " "), _told(rule))
    yield working("faults", "All that is wrong", _WORDS, "&".join(f"{{{name}}}" for name in names))


def _wrong_material(name: str) -> str:
    label = DESIGN[name].label
    role = "foil" if name.endswith("foil") else name
    blank = quoted(f"{label} is blank; expected the name of a material. ")
    unknown = quoted(f"{label} ")
    formula = (
        f"IF(ISNUMBER({{{name}_row}}),INDEX({{Materials:fit_{role}}},{{{name}_row}}),"
        f'IFERROR(IF({{{name}_word}}="",{blank},{unknown}&{{{name}_word}}&'
        f'" is not in the Materials sheet. "),{quoted(label + " holds an error value. ")}))'
    )
    if DESIGN[name].same_as:
        # What is wrong with the other field is said there.
        formula = f'IF(({{{name}}}="")*({{{DESIGN[name].same_as}_fault}}<>""),"",{formula})'
    if name == "negative_foil":
        # A bipolar stack has no negative foil to be unfit; a name nobody knows is wrong anyway.
        bipolar = 'IFERROR({foil_sharing}="bipolar",FALSE)'
        return f'IF(ISNUMBER({{{name}_row}})*{bipolar},"",{formula})'
    return formula


#: Rules that share a fault column with others, in shorter words.
_IN_OTHER_WORDS = (
    "excess_without_lithium",
    "foil_without_lithium",
    *(f"{side}_fractions_{what}_one" for side in SIDES for what in ("above", "below")),
    "derived_voltage_not_positive",
)


def _told(rule: Rule) -> str:
    """Formula for the sentence of a rule, where it is broken."""
    parts = [
        part
        for text, name, _, _ in Formatter().parse(f"{rule.text}; expected {rule.expected}. ")
        for part in (quoted(text), f"ROUND({_as_typed(name)},6)" if name else "")
        if part
    ]
    return f'IFERROR(IF({broken(rule.name)},{"&".join(parts)},""),"")'


def _as_typed(name: str) -> str:
    """A quantity of the model before anything is known to be right: a blank is its default."""
    role, what = _VALUES.get(name, ("", ""))
    if what == "kind":
        return f"INDEX({{Materials:kind_used}},{{{role}_row}})"
    return or_default(DESIGN[name], f"{{{name}}}") if name in DESIGN else f"{{{name}}}"


_VALUES = {name: (role, what) for name, role, what in material_values()}

_write = FormulaWriter(_as_typed, raw="{{{}}}".format)

_USES = Counter(
    name for step in STACK_RULES.steps.values() for name in set(symbols(step.expression))
)

#: Steps of the rules that have a column: sentences show them, or several rules rest on them.
_SHOWN = {
    name: step
    for name, step in STACK_RULES.steps.items()
    if name not in STACK.steps
    and (_USES[name] > 1 or any(name in rule.shown for rule in STACK_RULES.rules.values()))
}

#: Those that have none are written out.
_WRITTEN_OUT = {
    name: step.expression
    for name, step in STACK_RULES.steps.items()
    if name not in STACK.steps and name not in _SHOWN
}


def broken(name: str) -> str:
    """Formula for whether a rule is broken, or for a step of the rules."""
    operand = STACK_RULES.steps[name].expression
    while not _WRITTEN_OUT.keys().isdisjoint(symbols(operand)):
        operand = substitute(operand, _WRITTEN_OUT)
    return _write(operand)


def _wrong_sum(side: str) -> str:
    begin = quoted(f"the fractions of the {side} add up to ")
    whole = f"ROUND({{{side}_fraction_sum}},6)"
    over, short = '"; expected at most 1. "', '"; expected 1 beside a liquid electrolyte. "'
    some = {part: _as_typed(f"{side}_{part}_fraction") for part in ("binder", "carbon")}
    no_binder = quoted(f"binder or conductive carbon of the {side} cannot be used; see Materials. ")
    unusable = (
        f"IF(({some['binder']}>0)*NOT(binder_usable)+({some['carbon']}>0)*NOT(carbon_usable),"
        f'{no_binder},"")'
    )
    if side == "anode":
        unusable = f'IF({{anode_pure}},"",{unusable})'
    return (
        f"IFERROR(IF({broken(f'{side}_fractions_above_one')},{begin}&{whole}&{over},"
        f'IF({broken(f"{side}_fractions_below_one")},{begin}&{whole}&{short},{unusable})),"")'
    )
