"""The Stacks sheet of a template as a table that calculates: the paper's equations as formulas.

One step a column, from what is typed to the results. A design that is wrong gives #N/A from its
inputs on, so that nothing plausible can come out of it; Check says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..figure import FORMS as MARKERS
from ..quantities import (
    CELL_VOLTAGE,
    DESIGN,
    ENERGIES,
    LAYERS,
    MATERIAL,
    REMARKS,
    RESULTS,
    SIDES,
    layer_title,
)
from ..quantity import Quantity
from .columns import CalcColumn, CalcTable, check_column, given, working
from .complaints import END, bare, is_one_of, limit, literal, quoted, wrong_choice, wrong_number
from .materials_table import MATERIALS_TABLE
from .sheets import STACKS

#: Forms of an anode, in the order of their chart series.
COMPOSITE, PURE, PLATED = FORMS = tuple(MARKERS)

#: Electrolytes with a colour of their own in the chart; all further ones share the last.
COLOURED = 5

_PARTS = ("active", "electrolyte", "binder", "carbon")
_FRACTIONS = ("active", "binder", "carbon")

_NUMBERS = [q for q in DESIGN.values() if q.kind == "number"]
_CHOICES = [q for q in DESIGN.values() if q.kind == "choice"]

#: Inputs stand side by side from the first of these to the last.
_FIRST, _LAST = list(DESIGN)[1], list(DESIGN)[-1]

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
_WORDS = "What is wrong"
_AS_USED = "Inputs as used"
_PROPERTIES = "Material values"
_ELECTRODE = {"cathode": "Cathode, Eq. 1-4", "anode": "Anode, Eq. 1-4"}
_LAYERS = "Layers, Eq. 4"
_GROWTH = "Growth on charge"
_CLOSURES = "Closures (1 is broken)"
_CHART = "Chart"


def _columns() -> Iterator[CalcColumn]:
    yield given(DESIGN["design"], "Design")
    results = list(_results())
    yield from (column for column in results if column.name in ENERGIES)
    yield check_column(_GLANCE, ["faults"])
    group = ""
    for quantity in DESIGN.values():
        if quantity.name != "design":
            group = _GROUPS.get(quantity.name, group)
            yield given(quantity, group)
    yield from (column for column in results if column.name not in ENERGIES)
    yield from _faults()
    yield from _as_used()
    yield from _properties()
    for side in SIDES:
        yield from _electrode(side)
    yield from _layers()
    yield from _growth()
    yield from _closures()
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
    formulas = {
        "cathode_thickness_um": (
            "um_per_cm*{cathode_areal_capacity_mah_cm2_used}/{cathode_charge_density}"
        ),
        "anode_thickness_um": (
            "IF({foil_given},{anode_foil_thickness_um_used},"
            "um_per_cm*{anode_areal_capacity_mah_cm2}/{anode_charge_density})"
        ),
        "stack_thickness_um": "+".join(f"{{{layer_column(name, 'um')}}}" for name in LAYERS),
        "cathode_loading_mg_cm2": (
            "mg_per_g*{cathode_thickness_um}/um_per_cm*{cathode_composite_density}"
        ),
        "anode_loading_mg_cm2": "mg_per_g*{anode_thickness_um}/um_per_cm*{anode_composite_density}",
        "stack_loading_mg_cm2": "+".join(f"{{{layer_column(name, 'mg')}}}" for name in LAYERS),
        "anode_areal_capacity_mah_cm2": (
            "IF({foil_given},{anode_foil_thickness_um_used}/um_per_cm*{anode_charge_density},"
            "{anode_to_cathode}*{cathode_areal_capacity_mah_cm2_used})"
        ),
        CELL_VOLTAGE.name: (
            'IF({check}="ok",IF({cell_voltage_v}="",{derived_voltage},{cell_voltage_v}),NA())'
        ),
        "areal_energy_mwh_cm2": "{cathode_areal_capacity_mah_cm2_used}*{cell_voltage_v_used}",
        "specific_energy_wh_kg": "mg_per_g*{areal_energy_mwh_cm2}/{stack_loading_mg_cm2}",
        "energy_density_wh_l": "um_per_cm*{areal_energy_mwh_cm2}/{stack_thickness_um}",
        "stack_thickness_charged_um": "{stack_thickness_um}+{growth}",
        "energy_density_charged_wh_l": (
            "um_per_cm*{areal_energy_mwh_cm2}/{stack_thickness_charged_um}"
        ),
        "swelling_fraction": "{growth}/{stack_thickness_um}",
    }
    first = (*ENERGIES, "energy_density_charged_wh_l", "swelling_fraction")
    for name in (*first, *(name for name in RESULTS if name not in first)):
        yield _result(name, formulas[name])
    given_word, derived_word = REMARKS["voltage_source"].choices
    yield _result(
        "voltage_source", f'IF({{cell_voltage_v}}="",{quoted(derived_word)},{quoted(given_word)})'
    )
    yield _result("notes", 'IF({check}="ok",{notes_parts},"")')


def layer_column(layer: str, what: str) -> str:
    """Name of the column with a layer's thickness ("um") or loading ("mg"), as counted."""
    unit = {"um": "thickness_um", "mg": "loading_mg_cm2"}[what]
    return f"{layer}_{unit}" if layer in SIDES else f"{layer}_layer_{unit}"


def _faults() -> Iterator[CalcColumn]:
    names = []
    yield working(
        "filled", "Cells filled", _WORDS, f"COUNTA({{design}})+COUNTA({{{_FIRST}>{_LAST}}})"
    )

    def fault(name: str, header: str, formula: str) -> CalcColumn:
        names.append(name)
        return working(name, f"Fault: {header}", _WORDS, formula)

    for name in ("cathode", "anode", "electrolyte", "positive_foil", "negative_foil"):
        yield fault(f"{name}_fault", DESIGN[name].label, _wrong_material(name))
    for quantity in _NUMBERS:
        yield fault(
            f"{quantity.name}_fault", quantity.label, wrong_number(quantity, f"{{{quantity.name}}}")
        )
    for quantity in _CHOICES:
        yield fault(
            f"{quantity.name}_fault", quantity.label, wrong_choice(quantity, f"{{{quantity.name}}}")
        )
    excess, foil = DESIGN["lithium_excess"], DESIGN["anode_foil_thickness_um"]
    too_much = quoted(
        f"{excess.label} and {foil.label} must be 0 and blank where the anode is anode-free; take "
        f"Li as anode. "
    )
    yield fault(
        "anode_free_fault",
        "anode-free",
        f'IFERROR(IF({{anode_free}}*OR(AND({{lithium_excess}}<>"",{{lithium_excess}}<>0),'
        f'{{foil_given}}),{too_much},""),"")',
    )
    for side in SIDES:
        yield working(f"{side}_sum", f"{side.capitalize()} fractions", _WORDS, _sum(side))
        yield fault(f"{side}_sum_fault", f"{side} fractions", _wrong_sum(side))
    none = quoted(
        f"{CELL_VOLTAGE.label} is blank, and a potential is missing in the Materials sheet. "
    )
    for side in SIDES:
        yield working(
            f"{side}_potential",
            f"{side.capitalize()} potential [V]",
            _WORDS,
            f'IFERROR(INDEX({{Materials:potential_v_used}},{{{side}_row}}),"")',
        )
    yield working(
        "derived_voltage",
        "Voltage derived [V]",
        _WORDS,
        "IF(ISNUMBER({cathode_potential})*ISNUMBER({anode_potential}),"
        '{cathode_potential}-{anode_potential},"")',
    )
    yield fault(
        "voltage_fault",
        "voltage derived",
        f'IF(OR({{cathode_fault}}&{{anode_fault}}<>"",ISERROR({{cell_voltage_v}})),"",'
        f'IF({{cell_voltage_v}}<>"","",'
        f"IF(ISNUMBER({{derived_voltage}}),IF({{derived_voltage}}>={limit(CELL_VOLTAGE, 'min')},"
        f'"",{quoted(CELL_VOLTAGE.label + " derived is ")}&ROUND({{derived_voltage}},6)&"; "&'
        f"{limit(CELL_VOLTAGE, 'expected')}&{END}),{none})))",
    )
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
    if name == "negative_foil":
        # A bipolar stack has no negative foil to be unfit; a name nobody knows is wrong anyway.
        bipolar = 'IFERROR({foil_sharing}="bipolar",FALSE)'
        return f'IF(ISNUMBER({{{name}_row}})*{bipolar},"",{formula})'
    return formula


def _sum(side: str) -> str:
    names = [f"{side}_{part}_fraction" for part in _FRACTIONS]
    return "+".join(f'IF({{{n}}}="",{limit(DESIGN[n], "default")},{{{n}}})' for n in names)


def _wrong_sum(side: str) -> str:
    begin = quoted(f"the fractions of the {side} add up to ")
    over, short = '"; expected at most 1. "', '"; expected 1 beside a liquid electrolyte. "'
    some = {
        part: f'IF({{{side}_{part}_fraction}}="",0,{{{side}_{part}_fraction}})'
        for part in ("binder", "carbon")
    }
    no_binder = quoted(f"binder or conductive carbon of the {side} cannot be used; see Materials. ")
    formula = (
        f"IF({{{side}_sum}}>1+rounding,{begin}&ROUND({{{side}_sum}},6)&{over},"
        f"IF(AND({{liquid}},{{{side}_sum}}<1-rounding),{begin}&ROUND({{{side}_sum}},6)&{short},"
        f"IF(({some['binder']}>0)*NOT(binder_usable)+({some['carbon']}>0)*NOT(carbon_usable),"
        f'{no_binder},"")))'
    )
    if side == "anode":
        formula = f'IF({{pure}},"",{formula})'
    return f'IFERROR({formula},"")'


def _as_used() -> Iterator[CalcColumn]:
    for name in ("cathode", "anode", "electrolyte", "positive_foil", "negative_foil"):
        quantity = DESIGN[name]
        word = f"TRIM({{{name}}})"
        if quantity.default is not None:
            word = f'IF({{{name}}}="",{limit(quantity, "default")},{word})'
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
    yield working(
        "liquid", "Liquid", _AS_USED, "INDEX({Materials:kind_used},{electrolyte_row})=liquid_kind"
    )
    yield working(
        "metal", "Lithium metal", _AS_USED, "INDEX({Materials:kind_used},{anode_row})=metal_kind"
    )
    yield working("foil_given", "Anode foil", _AS_USED, '{anode_foil_thickness_um}<>""')
    yield working("pure", "Pure anode", _AS_USED, "OR({metal},{foil_given})")
    for quantity in (*_NUMBERS, *_CHOICES):
        if quantity.name in (CELL_VOLTAGE.name, "separator_density_g_cm3"):
            # What their blanks stand for is worked out further on.
            continue
        cell, default = f"{{{quantity.name}}}", limit(quantity, "default")
        used = f'IF({cell}="",{default},{cell})' if quantity.default is not None else cell
        unit = f" [{quantity.unit}]" if quantity.unit else ""
        yield working(
            f"{quantity.name}_used",
            f"{quantity.label}, used{unit}",
            _AS_USED,
            f'IF({{check}}="ok",{used},NA())',
        )


def _properties() -> Iterator[CalcColumn]:
    for name, what in (
        ("cathode", "density_g_cm3"),
        ("cathode", "specific_capacity_mah_g"),
        ("anode", "density_g_cm3"),
        ("anode", "specific_capacity_mah_g"),
        ("anode", "volume_change"),
        ("anode", "lithium_molar_volume_cm3_mol"),
        ("electrolyte", "density_g_cm3"),
        ("positive_foil", "density_g_cm3"),
        ("negative_foil", "density_g_cm3"),
    ):
        header = MATERIAL[what].header
        yield working(
            f"{name}_{what}",
            f"{layer_title(name)} {header[0].lower()}{header[1:]}",
            _PROPERTIES,
            f"INDEX({{Materials:{what}_used}},{{{name}_row}})",
        )


def _densities(side: str) -> dict[str, str]:
    """The density of each part of an electrode, in a formula."""
    return {
        "active": f"{{{side}_density_g_cm3}}",
        "electrolyte": "{electrolyte_density_g_cm3}",
        "binder": "binder_density",
        "carbon": "carbon_density",
    }


def _electrode(side: str) -> Iterator[CalcColumn]:
    title = side.capitalize()

    def column(name: str, header: str, formula: str) -> CalcColumn:
        return working(f"{side}_{name}", f"{title} {header}", _ELECTRODE[side], formula)

    fraction = {part: f"{{{side}_{part}_fraction_used}}" for part in _FRACTIONS}
    fraction["electrolyte"] = f"{{{side}_electrolyte_fraction}}"
    density = _densities(side)
    by_weight = f'{{{side}_fraction_basis_used}}="weight"'
    yield column(
        "electrolyte_fraction",
        "electrolyte fraction of solids",
        "IF({liquid},0,1-" + "-".join(fraction[part] for part in _FRACTIONS) + ")",
    )
    for part in _PARTS:
        yield column(
            f"{part}_part",
            f"{part} part",
            f"IF({by_weight},{fraction[part]}/{density[part]},{fraction[part]})",
        )
    parts = "+".join(f"{{{side}_{part}_part}}" for part in _PARTS)
    yield column("parts", "parts together", f"IF({by_weight},{parts},1)")
    porosity = f"{{{side}_porosity_used}}"
    yield column("per_part", "volume per part", f"(1-{porosity})/{{{side}_parts}}")
    for part in _PARTS:
        formula = f"{{{side}_{part}_part}}*{{{side}_per_part}}"
        if part == "electrolyte":
            formula = f"IF({{liquid}},{porosity},{formula})"
        if side == "anode":
            formula = f"IF({{pure}},{1 if part == 'active' else 0},{formula})"
        yield column(f"{part}_volume", f"{part} volume fraction", formula)
    pores = f"IF({{liquid}},0,{porosity})"
    yield column(
        "pores_volume",
        "empty pores",
        f"IF({{pure}},0,{pores})" if side == "anode" else pores,
    )
    yield column(
        "composite_density",
        "density, Eq. 1 [g/cm³]",
        "+".join(f"{{{side}_{part}_volume}}*{density[part]}" for part in _PARTS),
    )
    yield column(
        "charge_density",
        "charge density, Eq. 2 [mAh/cm³]",
        f"{{{side}_specific_capacity_mah_g}}*{density['active']}*{{{side}_active_volume}}",
    )
    if side == "anode":
        yield column(
            "to_cathode",
            "capacity over that of the cathode",
            "IF({metal},{lithium_excess_used},{np_ratio_used})",
        )


def _layers() -> Iterator[CalcColumn]:
    yield working(
        "foils_counted",
        "Foils counted",
        _LAYERS,
        'IF({foil_sharing_used}="double_sided",1/2,1)',
    )
    yield working(
        "negative_foils_counted",
        "Negative foils counted",
        _LAYERS,
        'IF({foil_sharing_used}="bipolar",0,{foils_counted})',
    )
    yield working(
        "separator_density",
        "Separator density, used [g/cm³]",
        _LAYERS,
        'IF({separator_density_g_cm3}="",{electrolyte_density_g_cm3},{separator_density_g_cm3})',
    )
    thickness = {
        "positive_foil": "{positive_foil_thickness_um_used}*{foils_counted}",
        "separator": "{separator_thickness_um_used}",
        "negative_foil": "{negative_foil_thickness_um_used}*{negative_foils_counted}",
    }
    density = {
        "positive_foil": "{positive_foil_density_g_cm3}",
        "separator": "{separator_density}",
        # What is not there need not have a density.
        "negative_foil": "IF({negative_foils_counted}=0,0,{negative_foil_density_g_cm3})",
    }
    for name, formula in thickness.items():
        label = layer_title(name)
        um = layer_column(name, "um")
        yield working(um, f"{label} layer [µm]", _LAYERS, formula)
        yield working(
            layer_column(name, "mg"),
            f"{label} layer [mg/cm²]",
            _LAYERS,
            f"mg_per_g*{{{um}}}/um_per_cm*{density[name]}",
        )


def _growth() -> Iterator[CalcColumn]:
    capacity = "{cathode_areal_capacity_mah_cm2_used}"
    for name, header, formula in (
        (
            "charged_share",
            "Anode's share charged",
            f"IF({{metal}},1,MIN(1,{capacity}/{{anode_areal_capacity_mah_cm2}}))",
        ),
        (
            "growth_by_volume",
            "Growth by volume change [µm]",
            f"IF({{metal}},um_per_cm*{capacity}/({{anode_specific_capacity_mah_g}}*"
            "{anode_density_g_cm3}),IF(ISNUMBER({anode_volume_change}),{anode_thickness_um}*"
            '{anode_active_volume}*{anode_volume_change}*{charged_share},""))',
        ),
        (
            "growth_by_lithium",
            "Growth by lithium's molar volume [µm]",
            "IF(ISNUMBER({anode_lithium_molar_volume_cm3_mol}),"
            f"um_per_cm*{capacity}*coulomb_per_mah/faraday*"
            '{anode_lithium_molar_volume_cm3_mol},"")',
        ),
        (
            "growth_by_model",
            "Growth by the model chosen [µm]",
            'IF({expansion_model_used}="molar_volume",{growth_by_lithium},{growth_by_volume})',
        ),
        (
            "anode_growth",
            "Anode's growth [µm]",
            "IF(ISNUMBER({growth_by_model}),{growth_by_model},NA())",
        ),
        (
            "pore_room",
            "Room in the anode's pores [µm]",
            "IF({pure},0,{anode_pore_absorption_used}*{anode_porosity_used}*{anode_thickness_um})",
        ),
        (
            "cathode_growth",
            "Cathode's growth [µm]",
            "{cathode_thickness_um}*{cathode_active_volume}*{cathode_volume_change_used}",
        ),
        (
            "growth",
            "Stack's growth [µm]",
            "{anode_growth}-MIN(MAX({anode_growth},0),{pore_room})+{cathode_growth}",
        ),
    ):
        yield working(name, header, _GROWTH, formula)


def _closures() -> Iterator[CalcColumn]:
    def closure(name: str, header: str, left: str, right: str) -> CalcColumn:
        broken = f"IF(ABS(({left})-({right}))<=tolerance*ABS({right}),0,1)"
        return working(name, header, _CLOSURES, f'IF({{check}}="ok",{broken},0)')

    masses = [
        f"mg_per_g*{{{side}_thickness_um}}/um_per_cm*{{{side}_{part}_volume}}*{density}"
        for side in SIDES
        for part, density in _densities(side).items()
    ]
    foils = [layer for layer in LAYERS if layer not in SIDES]
    masses += [f"{{{layer_column(layer, 'mg')}}}" for layer in foils]
    yield closure("mass_closure", "Masses of all parts", "+".join(masses), "{stack_loading_mg_cm2}")
    volumes = [
        f"{{{side}_thickness_um}}*({'+'.join(f'{{{side}_{part}_volume}}' for part in _PARTS)}"
        f"+{{{side}_pores_volume}})"
        for side in SIDES
    ]
    volumes += [f"{{{layer_column(layer, 'um')}}}" for layer in foils]
    yield closure(
        "thickness_closure", "Volumes of all parts", "+".join(volumes), "{stack_thickness_um}"
    )
    yield closure(
        "density_closure",
        "(Wh/L)/(Wh/kg) is the density",
        "{energy_density_wh_l}/{specific_energy_wh_kg}*{stack_thickness_um}/um_per_cm",
        "{stack_loading_mg_cm2}/mg_per_g",
    )
    for side in SIDES:
        yield closure(
            f"{side}_closure",
            f"{side.capitalize()} fractions sum to 1",
            "+".join(f"{{{side}_{part}_volume}}" for part in (*_PARTS, "pores")),
            "1",
        )


def _chart() -> Iterator[CalcColumn]:
    yield from _notes()
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


def _notes() -> Iterator[CalcColumn]:
    doubted: dict[str, list[Quantity]] = {
        group: [] for group in ("capacities", "cathode", "anode", "other")
    }
    for quantity in _NUMBERS:
        if quantity.plausible is None:
            continue
        side = quantity.name.split("_")[0]
        group = side if "fraction" in quantity.name or "porosity" in quantity.name else "other"
        if quantity.unit == "mAh/cm²" or quantity.name in ("np_ratio", "lithium_excess"):
            group = "capacities"
        doubted[group if group in doubted else "other"].append(quantity)
    for group, quantities in doubted.items():
        tests = "&".join(_doubt(quantity) for quantity in quantities)
        if group == "anode":
            tests = f'IF({{pure}},"",{tests})'
        yield working(f"doubts_{group}", f"Unusual: {group}", "Notes", f'IFERROR({tests},"")')
    ratio = "{anode_areal_capacity_mah_cm2}/{cathode_areal_capacity_mah_cm2_used}"
    yield working(
        "note_balance",
        "Note on balance",
        "Notes",
        f"IFERROR(IF(NOT({{metal}})*({ratio}<1),"
        f'"the anode holds less than the cathode, but the energies count all of it. ",""),"")',
    )
    low, high = (limit(DESIGN["np_ratio"], what) for what in ("usual_from", "usual_to"))
    yield working(
        "note_foil",
        "Note on the anode's foil",
        "Notes",
        f"IFERROR(IF({{foil_given}}*OR(AND({ratio}>=1,{ratio}<{low}),{ratio}>{high}),"
        f'"the N/P ratio that follows from the foil is unusual. ",""),"")',
    )
    dry = " has no pores, so no liquid electrolyte. "
    yield working(
        "note_pores",
        "Note on pores",
        "Notes",
        f'IFERROR(IF({{liquid}}*({{cathode_porosity_used}}=0),{quoted("the cathode" + dry)},"")&'
        f"IF({{liquid}}*NOT({{pure}})*({{anode_porosity_used}}=0),"
        f'{quoted("the anode" + dry)},""),"")',
    )
    yield working(
        "note_plate",
        "Note on the plate",
        "Notes",
        'IFERROR(IF({foil_sharing_used}="bipolar","the bipolar plate is "&{positive_foil_word}&'
        '", for both electrodes. ",""),"")',
    )
    yield working(
        "note_charged",
        "Note on the charged state",
        "Notes",
        'IF(ISNUMBER({anode_growth}),"","no charged state: the anode\'s material lacks the value '
        'that its expansion model needs. ")&IF(ISNUMBER({anode_row})*({expansion_model_used}='
        '"volume_change"),IF(INDEX({Materials:remark_used},{anode_row})="","",'
        'INDEX({Materials:remark_used},{anode_row})&". "),"")',
    )
    yield working(
        "notes_parts",
        "All notes",
        "Notes",
        "&".join(
            [
                *(f"{{doubts_{group}}}" for group in doubted),
                *(f"{{note_{what}}}" for what in ("balance", "foil", "pores", "plate", "charged")),
            ]
        ),
    )


def _doubt(quantity: Quantity) -> str:
    cell = f"{{{quantity.name}}}"
    low, high = limit(quantity, "usual_from"), limit(quantity, "usual_to")
    said = quoted(f"{quantity.label} is unusual. ")
    if quantity.name == "np_ratio":
        # Lithium metal and foils do not use it.
        said = f'IF({{pure}},"",{said})'
    return f'IF({cell}="","",IF(AND({cell}>={low},{cell}<={high}),"",{said}))'


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
