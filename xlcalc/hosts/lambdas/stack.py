"""A stack as LAMBDA formulas: what makes it impossible, its layers, energies and breakdown.

It is the stack that the catalogue's functions describe: composites of active material and
electrolyte, or lithium metal, between the default foils.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.stack_functions import STACK_FIELDS
from xlcalc.hosts.lambdas.materials import PLACE, of
from xlcalc.hosts.lambdas.syntax import column, function, row, value
from xlcalc.physics.expression import Operand, is_known, substitute, symbol, symbols
from xlcalc.physics.faults import NEEDS
from xlcalc.physics.forms.resolve import condition, conditioned, needed_inputs
from xlcalc.physics.forms.simplify import simplified
from xlcalc.physics.materials import ANODE_FREE_WORDS, BINDER, CARBON, LITHIUM
from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.electrodes import ADDITIVES, material_values
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.model.stack import STACK, step_of
from xlcalc.physics.quantities import (
    CELL_VOLTAGE,
    DESIGN,
    KINDS,
    LAYERS,
    LIQUID,
    MASS_PER_AREA,
    METAL,
    VOLUME_PER_AREA,
    layer_title,
)
from xlcalc.templates.sheets.stack_physics import OPTIONAL_VALUES
from xlcalc.workbooks.formula_text import bare
from xlcalc.workbooks.model_formulas import FormulaWriter

#: What `_SSB_DESIGN` gives, in the order of its first argument, by the function that shows it.
STACK_FUNCTIONS = (
    "SSB_SPECIFIC_ENERGY",
    "SSB_ENERGY_DENSITY",
    "SSB_ENERGY_DENSITY_CHARGED",
    "SSB_STACK",
)

#: What a stack is made of, each with the name of its material's values.
_VALUES = {
    "cathode": "of_cathode",
    "anode": "of_anode",
    "electrolyte": "of_electrolyte",
    "separator_material": "of_separator",
    "positive_foil": "of_positive",
    "negative_foil": "of_negative",
    **{role: f"of_{role}" for role in ADDITIVES},
}

#: What `_SSB_LAYERS` is told, in order.
_TOLD = (
    "result",
    *list(_VALUES.values()),
    *("metal", "liquid", "areal_capacity", "np_ratio", "separator_thickness"),
    *("cathode_fraction", "anode_fraction", "voltage", "lithium_excess", "foil_sharing"),
)


def stack_steps() -> dict[str, str]:
    """Names that the formula of `design` needs."""
    return {
        "_SSB_FAULT": function(
            ("values", "kinds", "needs"),
            f"""
            LET(kind, {of("values", "kind")},
                lacking, SUM(MAP(needs, LAMBDA(place, IF(INDEX(values, 1, place)="", 1, 0)))),
                IF((kind<>"")*ISERROR(XMATCH(kind, kinds)), #NUM!, IF(lacking>0, #N/A, "")))
            """,
        ),
        "_SSB_BREAKDOWN": function(("volumes", "masses"), _table()),
        "_SSB_LAYERS": function(_TOLD, _layers()),
    }


def design() -> str:
    """Formula for a result of a stack in terms of its arguments as read."""

    def fault(field: str) -> str:
        needs = row(PLACE[name] for name in NEEDS[field])
        return f"_SSB_FAULT({_VALUES[field]}, {row(KINDS[field])}, {needs})"

    def foil(field: str) -> str:
        return value(DESIGN[field].default)

    # Solid cells hold none of them, unless somebody says so.
    additives = ", ".join(
        f"{_VALUES[role]}, _SSB_VALUES(IF(liquid, {value(name)}, electrolyte), own_materials)"
        for role, name in zip(ADDITIVES, (BINDER, CARBON), strict=True)
    )
    filled = ", ".join(f"{used}, {_as_used(name)}" for name, used in _FILLED.items())
    told = ", ".join({"voltage": "volts", **_FILLED}.get(name, name) for name in _TOLD)
    film = DESIGN["separator_material"].default_where[0]
    return f"""
    LET(free, ISNUMBER(XMATCH({bare("anode")}, {row(ANODE_FREE_WORDS)})),
        of_cathode, _SSB_VALUES(cathode, own_materials),
        of_anode, _SSB_VALUES(IF(free, {value(LITHIUM)}, anode), own_materials),
        of_electrolyte, _SSB_VALUES(electrolyte, own_materials),
        {film.condition}, IFERROR({of("of_electrolyte", "kind")}={value(LIQUID)}, FALSE),
        of_separator, _SSB_VALUES(IF({film.condition}, {value(film.value)}, electrolyte),
            own_materials),
        {additives},
        of_positive, _SSB_VALUES({foil("positive_foil")}, own_materials),
        of_negative, _SSB_VALUES({foil("negative_foil")}, own_materials),
        known, {"&".join(of(values, "material") for values in _VALUES.values())},
        IF(ISERROR(known), known, LET(
            metal, {of("of_anode", "kind")}={value(METAL)},
            {filled},
            potential_c, {of("of_cathode", "potential_v")},
            potential_a, {of("of_anode", "potential_v")},
            volts, IF(voltage<>"", voltage,
                IF((potential_c="")+(potential_a="")>0, #N/A, potential_c-potential_a)),
            fault, {fault("cathode")}&{fault("anode")}&{fault("electrolyte")}
                &{fault("separator_material")}&{fault("positive_foil")}
                &IF(foil_sharing="bipolar", "", {fault("negative_foil")})
                &{"&".join(_broken_rules())},
            IF(ISERROR(fault), fault, _SSB_LAYERS({told})))))
    """


#: What the functions call the fields that they take.
_PARAMETERS = {field: name for name, field in STACK_FIELDS.items()}

#: What arguments are called once their blanks are filled.
_FILLED = {name: f"{name}_used" for name, field in STACK_FIELDS.items() if field in STACK.defaults}

#: Fields that the functions do not have: what their blanks stand for.
_DEFAULTS: Mapping[str, Operand] = {
    name: STACK.defaults.get(name)
    for name, quantity in DESIGN.items()
    if name not in _PARAMETERS and quantity.kind in ("number", "choice")
}


def _as_used(name: str) -> str:
    """Formula for an argument with its blank filled."""
    default = substitute(STACK.defaults[STACK_FIELDS[name]], {"anode_free": symbol("free")})
    return f'IF({name}="", {FormulaWriter(str, words={}, constants=False)(default)}, {name})'


def _layers() -> str:
    """The steps of the model, and the results in the order of `STACK_FUNCTIONS`."""
    results = [q.name for name in STACK_FUNCTIONS if (q := CATALOGUE[name].result) is not None]
    volumes = [f"{layer}_{part}_thickness_um" for layer, part in _PARTS]
    masses = [f"{layer}_{part}_loading_mg_cm2" for layer, part in _PARTS if part != "pores"]
    known: dict[str, Operand] = {"metal": symbol("metal"), "liquid": symbol("liquid"), **_DEFAULTS}
    known[step_of(CELL_VOLTAGE.name)] = symbol("voltage")
    known |= {field: symbol(name) for field, name in _PARAMETERS.items()}
    steps: dict[str, Operand] = {}
    for name, step in STACK_PARTS.steps.items():
        if name in known:
            continue
        found = simplified(substitute(step.expression, known))
        if is_known(found) or found.operation == "symbol":
            known[name] = found
        else:
            known[name], steps[name] = symbol(name), found
    roots = {name: known[name] for name in (*results, *volumes, *masses)}
    uses = Counter(name for root in roots.values() for name in _occurrences(root))
    for name in reversed(steps):
        if uses[name]:
            uses.update(_occurrences(steps[name]))
    # A step that is used once stands where it is used.
    once = {name: step for name, step in steps.items() if uses[name] == 1}
    steps = {name: step for name, step in steps.items() if uses[name] > 1}
    steps, roots = ({n: _put_in(e, once) for n, e in of.items()} for of in (steps, roots))
    wanted = {name for e in (*steps.values(), *roots.values()) for name in symbols(e)}
    write = FormulaWriter(
        _short, optional=OPTIONAL_VALUES, words={}, constants=False, missing="#N/A"
    )
    lines = [f"{_short(n)}, {of(_VALUES[r], w)}" for n, r, w in material_values() if n in wanted]
    lines += [f"{_short(name)}, {write(step)}" for name, step in steps.items()]
    written = {name: write(root) for name, root in roots.items()}
    energies, thicknesses = (
        ", ".join(map(written.__getitem__, names)) for names in (results, volumes)
    )
    loadings = ", ".join(
        written.get(f"{layer}_{part}_loading_mg_cm2", "0") for layer, part in _PARTS
    )
    return f"""
    LET({", ".join(lines)}, CHOOSE(result, {energies},
        _SSB_BREAKDOWN(VSTACK({thicknesses}), VSTACK({loadings}))))
    """


def _short(name: str) -> str:
    """A name without its unit, for a formula has at most 8,192 characters."""
    short = _UNIT.sub("", name)
    # Not what a cell of the templates is called.
    return name if short in _TAKEN else short


_TAKEN = tuple(f"{role}_density" for role in ADDITIVES)

_UNIT = re.compile("_(um|mg_cm2|g_cm3|mah_g|mah_cm2|mah_cm3|mwh_cm2|wh_kg|wh_l|v)$")


def _occurrences(operand: Operand) -> Iterator[str]:
    """Names in an expression, as often as they are written."""
    if not is_known(operand):
        if operand.operation == "symbol":
            yield operand.operands[0]
        else:
            for part in operand.operands:
                yield from _occurrences(part)


def _put_in(operand: Operand, steps: Mapping[str, Operand]) -> Operand:
    while not steps.keys().isdisjoint(symbols(operand)):
        operand = substitute(operand, steps)
    return operand


def _broken_rules() -> Iterator[str]:
    """Formulas for the error value of each rule that the functions' designs may break."""
    rules = tuple(STACK_RULES.rules)
    known = {name: _known(name) for name in needed_inputs(STACK_RULES, rules)}
    write = FormulaWriter(str, words={}, constants=False)
    for rule in conditioned(STACK_RULES, rules).values():
        broken = simplified(substitute(rule, known))
        if not is_known(broken):
            yield f'IF({write(broken)}, #NUM!, "")'


def _known(name: str) -> Operand:
    """What an input of the rules, or a condition on one, is in the formula of `design`."""
    field, word = condition(name)
    parameter = _PARAMETERS.get(field, "")
    if field in _ROLES_OF_VALUES:
        role, what = _ROLES_OF_VALUES[field]
        if word is not None and (role, word) in _NAMED:
            return symbol(_NAMED[role, word])
        text = of(_VALUES[role], what)
        return symbol(text if word is None else f"({text}={value(word)})")
    if field == "anode":
        return symbol("free")
    if word == "":
        return symbol(f'({parameter}<>"")') if parameter else False
    filled: Operand = symbol(_FILLED.get(parameter, parameter)) if parameter else _DEFAULTS[field]
    return filled if word is None else filled == word


#: Conditions that have a name in the formula.
_NAMED = {("electrolyte", LIQUID): "liquid", ("anode", METAL): "metal"}

_ROLES_OF_VALUES = {name: (role, what) for name, role, what in material_values()}


def _table() -> str:
    """The breakdown of a stack, as `SSB_STACK` gives it."""
    titles, parts = zip(*((layer_title(layer), part) for layer, part in _PARTS), strict=True)
    headers = ("Layer", "Part", f"{VOLUME_PER_AREA} [µm]", f"{MASS_PER_AREA} [mg/cm²]")
    named = column(part if part != "layer" else "whole layer" for part in parts)
    return f"VSTACK({row(headers)}, HSTACK({column(titles)}, {named}, volumes, masses))"


#: Layers and their parts, in the order of the breakdown.
_PARTS = [(layer, part) for layer, components in LAYERS.items() for part in ("layer", *components)]
