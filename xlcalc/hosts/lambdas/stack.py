"""A stack as LAMBDA formulas: what makes it impossible, its layers, energies and breakdown.

It is the stack that the catalogue's functions describe: composites of active material and
electrolyte, or lithium metal, between the default foils.
"""

from __future__ import annotations

from xlcalc.hosts.lambdas.materials import PLACE, of
from xlcalc.hosts.lambdas.syntax import column, function, row, value
from xlcalc.physics.equations import MG_PER_G, UM_PER_CM
from xlcalc.physics.faults import KINDS, NEEDS, ROUNDING
from xlcalc.physics.materials import ANODE_FREE_WORDS, LITHIUM
from xlcalc.physics.quantities.vocabulary import (
    DESIGN,
    LAYERS,
    LIQUID,
    MASS_PER_AREA,
    METAL,
    VOLUME_PER_AREA,
    layer_title,
)
from xlcalc.workbooks.formula_text import bare

#: What `_SSB_DESIGN` gives, in the order of its first argument, by the function that shows it.
RESULTS = ("SSB_SPECIFIC_ENERGY", "SSB_ENERGY_DENSITY", "SSB_ENERGY_DENSITY_CHARGED", "SSB_STACK")

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

    whole = value(1 - ROUNDING)
    told = ", ".join(
        {"anode_fraction": "IF(metal, 1, anode_fraction)", "voltage": "volts"}.get(name, name)
        for name in _TOLD
    )
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
            gaps, liquid*((cathode_fraction<{whole})+(metal=FALSE)*(anode_fraction<{whole})),
            fault, IF(free*(lithium_excess<>0), #NUM!, "")
                &{fault("cathode")}&{fault("anode")}&{fault("electrolyte")}
                &{fault("positive_foil")}
                &IF(foil_sharing="bipolar", "", {fault("negative_foil")})
                &IF(gaps>0, #NUM!, "")&IF(volts>0, "", #NUM!),
            IF(ISERROR(fault), fault, _SSB_LAYERS({told})))))
    """


def _layers() -> str:
    """SI Eq. 1-8 in cm, g, mAh and V."""
    cm = value(UM_PER_CM)
    positive, negative = (
        value(DESIGN[f"{side}_foil_thickness_um"].default) for side in ("positive", "negative")
    )
    return f"""
    LET(density_c, {of("of_cathode", "density_g_cm3")},
        density_a, {of("of_anode", "density_g_cm3")},
        density_e, {of("of_electrolyte", "density_g_cm3")},
        electrolyte_c, IF(liquid, 0, 1-cathode_fraction),
        electrolyte_a, IF(liquid, 0, 1-anode_fraction),
        charge_c, {of("of_cathode", "specific_capacity_mah_g")}*density_c*cathode_fraction,
        charge_a, {of("of_anode", "specific_capacity_mah_g")}*density_a*anode_fraction,
        capacity_a, IF(metal, lithium_excess, np_ratio)*areal_capacity,
        counted, IF(foil_sharing="double_sided", 1/2, 1),
        thick_p, {positive}/{cm}*counted,
        thick_c, areal_capacity/charge_c,
        thick_s, separator_thickness/{cm},
        thick_a, capacity_a/charge_a,
        thick_n, IF(foil_sharing="bipolar", 0, {negative}/{cm}*counted),
        mass_p, thick_p*{of("of_positive", "density_g_cm3")},
        mass_c, thick_c*(density_c*cathode_fraction+density_e*electrolyte_c),
        mass_s, thick_s*density_e,
        mass_a, thick_a*(density_a*anode_fraction+density_e*electrolyte_a),
        mass_n, IF(thick_n=0, 0, thick_n*{of("of_negative", "density_g_cm3")}),
        thick, thick_p+thick_c+thick_s+thick_a+thick_n,
        swelling, {of("of_anode", "volume_change")},
        CHOOSE(result,
            areal_capacity*voltage/(mass_p+mass_c+mass_s+mass_a+mass_n),
            areal_capacity*voltage/thick,
            IF(metal, areal_capacity*voltage/(thick+areal_capacity/charge_a),
                IF(swelling="", #N/A, areal_capacity*voltage
                    /(thick+thick_a*anode_fraction*swelling*MIN(1, areal_capacity/capacity_a)))),
            {_table()}))
    """


def _table() -> str:
    """The breakdown of a stack, as `SSB_STACK` gives it."""
    letters = dict(zip(LAYERS, "pcsan", strict=True))
    titles, parts, volumes, masses = [], [], [], []
    for layer, components in LAYERS.items():
        letter = letters[layer]
        # Binder, carbon and pores are fields that the functions do not have.
        shares = {
            "active": (f"{layer}_fraction", f"density_{letter}"),
            "electrolyte": (f"electrolyte_{letter}", "density_e"),
        }
        for part in (None, *components):
            titles.append(layer_title(layer))
            parts.append(part or "whole layer")
            share, density = shares.get(part or "", ("0", "0"))
            volumes.append(f"thick_{letter}*{share}" if part else f"thick_{letter}")
            masses.append(f"thick_{letter}*{share}*{density}" if part else f"mass_{letter}")
    headers = ("Layer", "Part", f"{VOLUME_PER_AREA} [µm]", f"{MASS_PER_AREA} [mg/cm²]")
    return f"""
        VSTACK({row(headers)}, HSTACK({column(titles)}, {column(parts)},
            {value(UM_PER_CM)}*VSTACK({", ".join(volumes)}),
            {value(MG_PER_G)}*VSTACK({", ".join(masses)})))
    """
