"""The paper's equations as columns of a Stacks sheet: one step a column, in units of the header."""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.quantities.vocabulary import LAYERS, MATERIAL, SIDES, layer_title
from xlcalc.templates.formula_table import CalcColumn, working
from xlcalc.templates.sheets.stack_faults import FRACTIONS

_PARTS = ("active", "electrolyte", "binder", "carbon")

_PROPERTIES = "Material values"
_ELECTRODE = {"cathode": "Cathode, Eq. 1-4", "anode": "Anode, Eq. 1-4"}
_LAYERS = "Layers, Eq. 4"
_GROWTH = "Growth on charge"
_CLOSURES = "Closures (1 is broken)"


def physics_columns() -> Iterator[CalcColumn]:
    """Columns from inputs as used to thicknesses, masses and growth, and what must hold of them."""
    yield from _properties()
    for side in SIDES:
        yield from _electrode(side)
    yield from _layers()
    yield from _growth()
    yield from _closures()


def layer_column(layer: str, what: str) -> str:
    """Name of the column with a layer's thickness ("um") or loading ("mg"), as counted."""
    unit = {"um": "thickness_um", "mg": "loading_mg_cm2"}[what]
    return f"{layer}_{unit}" if layer in SIDES else f"{layer}_layer_{unit}"


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

    fraction = {part: f"{{{side}_{part}_fraction_used}}" for part in FRACTIONS}
    fraction["electrolyte"] = f"{{{side}_electrolyte_fraction}}"
    density = _densities(side)
    by_weight = f'{{{side}_fraction_basis_used}}="weight"'
    yield column(
        "electrolyte_fraction",
        "electrolyte fraction of solids",
        "IF({liquid},0,1-" + "-".join(fraction[part] for part in FRACTIONS) + ")",
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
