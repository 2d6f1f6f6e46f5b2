"""A stack as LAMBDA formulas: what makes it impossible, its layers, energies and breakdown.

It is the stack that the catalogue's functions describe: composites of active material and
electrolyte, or lithium metal, between the default foils.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.stack_functions import STACK_FIELDS
from xlcalc.hosts.lambdas.materials import PLACE, of
from xlcalc.hosts.lambdas.syntax import column, function, row, value
from xlcalc.physics.expression import Operand, is_known, substitute, symbol, symbols
from xlcalc.physics.faults import NEEDS
from xlcalc.physics.materials import ANODE_FREE_WORDS, LITHIUM
from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.electrodes import material_values
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.model.stack import step_of
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
    "positive_foil": "of_positive",
    "negative_foil": "of_negative",
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
        "_SSB_LAYERS": function(_TOLD, _layers()),
    }


def design() -> str:
    """Formula for a result of a stack in terms of its arguments as read."""

    def fault(field: str) -> str:
        needs = row(PLACE[name] for name in NEEDS[field])
        return f"_SSB_FAULT({_VALUES[field]}, {row(KINDS[field])}, {needs})"

    def foil(field: str) -> str:
        return value(DESIGN[field].default)

    told = ", ".join({"voltage": "volts"}.get(name, name) for name in _TOLD)
    return f"""
    LET(free, ISNUMBER(XMATCH({bare("anode")}, {row(ANODE_FREE_WORDS)})),
        of_cathode, _SSB_VALUES(cathode, own_materials),
        of_anode, _SSB_VALUES(IF(free, {value(LITHIUM)}, anode), own_materials),
        of_electrolyte, _SSB_VALUES(electrolyte, own_materials),
        of_positive, _SSB_VALUES({foil("positive_foil")}, own_materials),
        of_negative, _SSB_VALUES({foil("negative_foil")}, own_materials),
        known, {"&".join(of(values, "material") for values in _VALUES.values())},
        IF(ISERROR(known), known, LET(
            metal, {of("of_anode", "kind")}={value(METAL)},
            liquid, {of("of_electrolyte", "kind")}={value(LIQUID)},
            potential_c, {of("of_cathode", "potential_v")},
            potential_a, {of("of_anode", "potential_v")},
            volts, IF(voltage<>"", voltage,
                IF((potential_c="")+(potential_a="")>0, #N/A, potential_c-potential_a)),
            fault, {fault("cathode")}&{fault("anode")}&{fault("electrolyte")}
                &{fault("positive_foil")}
                &IF(foil_sharing="bipolar", "", {fault("negative_foil")})
                &{"&".join(_broken_rules())},
            IF(ISERROR(fault), fault, _SSB_LAYERS({told})))))
    """


#: What the functions call the fields that they take.
_PARAMETERS = {field: name for name, field in STACK_FIELDS.items()}

#: Fields that the functions do not have, at their defaults.
_DEFAULTS = {
    name: quantity.default
    for name, quantity in DESIGN.items()
    if name not in _PARAMETERS and quantity.kind in ("number", "choice")
}


def _layers() -> str:
    """The steps of the model, and the results in the order of `STACK_FUNCTIONS`."""
    results = [q.name for name in STACK_FUNCTIONS if (q := CATALOGUE[name].result) is not None]
    parts = [
        f"{layer}_{part}_{what}"
        for layer, components in LAYERS.items()
        for part in ("layer", *components)
        for what in ("thickness_um", "loading_mg_cm2")
        if (part, what) != ("pores", "loading_mg_cm2")
    ]
    known: dict[str, Operand] = {"metal": symbol("metal"), "liquid": symbol("liquid"), **_DEFAULTS}
    known[step_of(CELL_VOLTAGE.name)] = symbol("voltage")
    known |= {field: symbol(name) for field, name in _PARAMETERS.items()}
    steps: dict[str, Operand] = {}
    for name, step in STACK_PARTS.steps.items():
        if name in known:
            continue
        found = substitute(step.expression, known)
        if is_known(found) or found.operation == "symbol":
            known[name] = found
        else:
            known[name], steps[name] = symbol(name), found
    roots = {name: steps.get(name, known[name]) for name in (*results, *parts)}
    wanted = {name for root in roots.values() for name in symbols(root)}
    for name in reversed(steps):
        if name in wanted:
            wanted.update(symbols(steps[name]))
    write = FormulaWriter(str, optional=OPTIONAL_VALUES, constants=False, missing="#N/A")
    lines = [f"{n}, {of(_VALUES[r], w)}" for n, r, w in material_values() if n in wanted]
    lines += [f"{name}, {write(step)}" for name, step in steps.items() if name in wanted]
    written = {n: n if n in wanted else write(root) for n, root in roots.items()}
    energies = ", ".join(written[name] for name in results)
    return f"""
    LET({", ".join(lines)}, CHOOSE(result, {energies}, {_table(written)}))
    """


def _broken_rules() -> Iterator[str]:
    """Formulas for the error value of each rule that the functions' designs may break."""
    known: dict[str, Operand] = {**_DEFAULTS}
    known |= {field: symbol(name) for field, name in _PARAMETERS.items()}
    known |= {name: symbol(name) for name in ("metal", "liquid")}
    known |= {"anode_free": symbol("free"), "derived_voltage_v": symbol("volts")}
    known[CELL_VOLTAGE.name] = symbol("voltage")
    for name, step in STACK_RULES.steps.items():
        if name not in known:
            known[name] = substitute(step.expression, known)
    write = FormulaWriter(str, constants=False)
    for name in STACK_RULES.rules:
        if not is_known(known[name]):
            yield f'IF({write(known[name])}, #NUM!, "")'


def _table(written: Mapping[str, str]) -> str:
    """The breakdown of a stack, as `SSB_STACK` gives it."""
    titles, parts, volumes, masses = [], [], [], []
    for layer, components in LAYERS.items():
        for part in (None, *components):
            titles.append(layer_title(layer))
            parts.append(part or "whole layer")
            name = f"{layer}_{part or 'layer'}"
            volumes.append(written[f"{name}_thickness_um"])
            masses.append(written.get(f"{name}_loading_mg_cm2", "0"))
    headers = ("Layer", "Part", f"{VOLUME_PER_AREA} [µm]", f"{MASS_PER_AREA} [mg/cm²]")
    return f"""
        VSTACK({row(headers)}, HSTACK({column(titles)}, {column(parts)},
            VSTACK({", ".join(volumes)}), VSTACK({", ".join(masses)})))
    """
