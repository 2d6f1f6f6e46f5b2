"""The vocabulary: every quantity xlcalc takes or gives, declared once.

Column headers, command help, error sentences, plausibility warnings, sheet notes and the reference
all read a quantity's name, label, unit, bounds and help here. Nothing else spells them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from xlcalc.physics.quantities.quantity import Quantity

#: Status of a row without error.
OK = "ok"

#: Kinds of material that decide how a stack is built.
METAL = "lithium metal"
LIQUID = "liquid electrolyte"


def _fraction(
    name: str,
    label: str,
    help: str,
    default: float,
    *,
    lower_open: bool = False,
    upper_open: bool = False,
    plausible: tuple[float, float] | None = None,
) -> Quantity:
    return Quantity(
        name=name,
        label=label,
        help=help,
        default=default,
        lower=0.0,
        upper=1.0,
        lower_open=lower_open,
        upper_open=upper_open,
        plausible=plausible,
        fraction=True,
    )


def _electrode(side: str, label: str) -> tuple[Quantity, ...]:
    return (
        _fraction(
            f"{side}_active_fraction",
            f"{label} active fraction",
            f"Share of active material in the solids of the {side}."
            + (" Lithium metal and anode foils do not use it." if side == "anode" else ""),
            0.6,
            lower_open=True,
            plausible=(0.2, 1.0),
        ),
        _fraction(
            f"{side}_binder_fraction",
            f"{label} binder fraction",
            f"Share of binder in the solids of the {side}.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.2),
        ),
        _fraction(
            f"{side}_carbon_fraction",
            f"{label} carbon fraction",
            f"Share of conductive carbon in the solids of the {side}.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.2),
        ),
        Quantity(
            name=f"{side}_fraction_basis",
            label=f"{label} fraction basis",
            help=f"Whether the fractions of the {side} are shares of the solids' volume or weight.",
            kind="choice",
            default="volume",
            choices=("volume", "weight"),
        ),
        _fraction(
            f"{side}_porosity",
            f"{label} porosity",
            f"Share of pores in the {side}. A liquid electrolyte fills them, with a solid one they "
            "stay empty.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.7),
        ),
    )


def _thickness(
    name: str,
    label: str,
    help: str,
    *,
    default: float | None = None,
    open: bool = True,
    plausible: tuple[float, float] | None = None,
) -> Quantity:
    return Quantity(
        name=name,
        label=label,
        unit="µm",
        help=help,
        default=default,
        optional=default is None,
        lower=0.0,
        lower_open=open,
        plausible=plausible,
        digits=2,
    )


def _loading(name: str, label: str, help: str) -> Quantity:
    return Quantity(name=name, label=label, unit="mg/cm²", help=help, lower=0.0, digits=2)


def _material(name: str, label: str, help: str, default: str | None = None) -> Quantity:
    return Quantity(name=name, label=label, help=help, kind="material", default=default)


def _table(quantities: Iterable[Quantity]) -> Mapping[str, Quantity]:
    return MappingProxyType({quantity.name: quantity for quantity in quantities})


_DENSITY: dict[str, Any] = {
    "unit": "g/cm³",
    "lower": 0.0,
    "lower_open": True,
    "plausible": (0.3, 25.0),
}

CELL_VOLTAGE = Quantity(
    name="cell_voltage_v",
    label="Cell voltage",
    unit="V",
    help="Average discharge voltage. Blank: cathode potential less anode potential, and the result "
    "is marked as derived.",
    optional=True,
    lower=0.0,
    lower_open=True,
    plausible=(1.0, 5.0),
)

#: What describes a stack, in the order sheets show it.
DESIGN: Mapping[str, Quantity] = _table(
    (
        Quantity(
            name="design",
            label="Design",
            help="Name of the design, free text. Blank: the number of its row.",
            kind="text",
            default="",
        ),
        _material("cathode", "Cathode", "Active material of the cathode."),
        _material(
            "anode",
            "Anode",
            "Active material of the anode; Li is lithium metal; None, anode-free or anodeless is "
            "lithium metal without excess.",
        ),
        _material(
            "electrolyte",
            "Electrolyte",
            "Electrolyte of separator and electrodes. A solid one takes its share of the "
            "electrodes' solids, a liquid one fills their pores.",
        ),
        Quantity(
            name="cathode_areal_capacity_mah_cm2",
            label="Cathode areal capacity",
            unit="mAh/cm²",
            help="Capacity of the cathode per unit area.",
            default=4.0,
            lower=0.0,
            lower_open=True,
            plausible=(0.5, 12.0),
        ),
        Quantity(
            name="np_ratio",
            label="N/P ratio",
            help="Areal capacity of the anode over that of the cathode. Lithium metal does not use "
            "it; with an anode foil of given thickness it is a result.",
            default=1.1,
            lower=0.0,
            lower_open=True,
            plausible=(1.0, 2.0),
        ),
        Quantity(
            name="lithium_excess",
            label="Lithium excess",
            help="Lithium metal in the discharged cell, as a multiple of the cathode's capacity: 0 "
            "is anode-free, 1 is the paper's 1x excess. Other anodes do not use it.",
            default=0.0,
            lower=0.0,
            plausible=(0.0, 10.0),
        ),
        *_electrode("cathode", "Cathode"),
        *_electrode("anode", "Anode"),
        _thickness(
            "anode_foil_thickness_um",
            "Anode foil thickness",
            "Thickness of an anode that is a plain foil of its active material. Blank: the anode's "
            "thickness follows from its capacity. Given: the N/P ratio follows from it.",
            plausible=(1.0, 1000.0),
        ),
        _thickness(
            "separator_thickness_um",
            "Separator thickness",
            "Thickness of the electrolyte layer between the electrodes.",
            default=20.0,
            plausible=(1.0, 2000.0),
        ),
        Quantity(
            name="separator_density_g_cm3",
            label="Separator density",
            help="Density of the separator layer. Blank: that of the electrolyte.",
            optional=True,
            **_DENSITY,
        ),
        _material(
            "positive_foil",
            "Positive foil",
            "Current collector of the cathode; with bipolar sharing, the plate.",
            "Al foil",
        ),
        _thickness(
            "positive_foil_thickness_um",
            "Positive foil thickness",
            "Whole thickness of the cathode's current collector; if bipolar, of the plate.",
            default=10.0,
            open=False,
            plausible=(3.0, 100.0),
        ),
        _material(
            "negative_foil",
            "Negative foil",
            "Current collector of the anode; not there with bipolar sharing.",
            "Cu foil",
        ),
        _thickness(
            "negative_foil_thickness_um",
            "Negative foil thickness",
            "Whole thickness of the anode's current collector; not used with bipolar sharing.",
            default=10.0,
            open=False,
            plausible=(3.0, 100.0),
        ),
        Quantity(
            name="foil_sharing",
            label="Foil sharing",
            help="single counts both foils whole (the paper); double_sided half of each; bipolar "
            "one plate (the positive foil's material and thickness) and no negative foil.",
            kind="choice",
            default="single",
            choices=("single", "double_sided", "bipolar"),
        ),
        CELL_VOLTAGE,
        Quantity(
            name="expansion_model",
            label="Expansion model",
            help="How the charged anode's growth is found: from the material's volume change, or "
            "from the molar volume lithium takes up in it.",
            kind="choice",
            default="volume_change",
            choices=("volume_change", "molar_volume"),
        ),
        _fraction(
            "anode_pore_absorption",
            "Anode pore absorption",
            "Share of the anode's pores that may take up its growth on charge.",
            0.0,
        ),
        Quantity(
            name="cathode_volume_change",
            label="Cathode volume change",
            help="Relative volume change of the cathode's active material on charge; negative "
            "where it shrinks.",
            default=0.0,
            lower=-0.5,
            upper=1.0,
            plausible=(-0.1, 0.1),
            fraction=True,
        ),
    )
)

#: What `evaluate` gives, each a number, in the order sheets show it.
RESULTS: Mapping[str, Quantity] = _table(
    (
        _thickness(
            "cathode_thickness_um", "Cathode thickness", "Thickness of the cathode (Eq. 3)."
        ),
        _thickness(
            "anode_thickness_um", "Anode thickness", "Thickness of the discharged anode (Eq. 3)."
        ),
        _thickness(
            "stack_thickness_um", "Stack thickness", "Thickness of the discharged stack (Eq. 5)."
        ),
        _loading(
            "cathode_loading_mg_cm2", "Cathode loading", "Mass of the cathode per area (Eq. 4)."
        ),
        _loading(
            "anode_loading_mg_cm2",
            "Anode loading",
            "Mass of the discharged anode per area (Eq. 4).",
        ),
        _loading("stack_loading_mg_cm2", "Stack loading", "Mass of the stack per area (Eq. 6)."),
        Quantity(
            name="anode_areal_capacity_mah_cm2",
            label="Anode areal capacity",
            unit="mAh/cm²",
            help="Capacity of the discharged anode per unit area; 0 where it is anode-free.",
            lower=0.0,
        ),
        CELL_VOLTAGE,
        Quantity(
            name="areal_energy_mwh_cm2",
            label="Areal energy",
            unit="mWh/cm²",
            help="Energy per unit area of the stack.",
            lower=0.0,
            digits=2,
        ),
        Quantity(
            name="specific_energy_wh_kg",
            label="Specific energy",
            unit="Wh/kg",
            help="Energy per mass of the stack (Eq. 7). Stack level: no tabs, no packaging.",
            lower=0.0,
            digits=1,
        ),
        Quantity(
            name="energy_density_wh_l",
            label="Energy density",
            unit="Wh/L",
            help="Energy per volume of the discharged stack (Eq. 8). Stack level.",
            lower=0.0,
            digits=1,
        ),
        _thickness(
            "stack_thickness_charged_um",
            "Stack thickness, charged",
            "Thickness of the charged stack.",
        ),
        Quantity(
            name="energy_density_charged_wh_l",
            label="Energy density, charged",
            unit="Wh/L",
            help="Energy per volume of the charged stack. Stack level.",
            lower=0.0,
            digits=1,
        ),
        Quantity(
            name="swelling_fraction",
            label="Swelling fraction",
            help="Growth of the stack's thickness on charge over its discharged thickness.",
            fraction=True,
        ),
    )
)

#: The two that a figure shows and designs are ranked by.
ENERGIES = ("specific_energy_wh_kg", "energy_density_wh_l")

#: Words that stand beside a result.
REMARKS: Mapping[str, Quantity] = _table(
    (
        Quantity(
            name="voltage_source",
            label="Voltage source",
            help="given: typed by the user; derived: cathode potential less anode potential.",
            kind="choice",
            choices=("given", "derived"),
        ),
        Quantity(
            name="notes",
            label="Notes",
            help="What a reader of the result should know: unusual inputs, doubtful values.",
            kind="text",
        ),
        Quantity(
            name="status",
            label="Status",
            help=f"{OK}, or one sentence saying what is wrong.",
            kind="text",
        ),
    )
)

#: What a material has, in the order sheets show it.
MATERIAL: Mapping[str, Quantity] = _table(
    (
        Quantity(name="material", label="Material", help="Name used in designs.", kind="text"),
        Quantity(
            name="kind",
            label="Kind",
            help="What the material is used as; an electrolyte must say whether it is liquid.",
            kind="choice",
            optional=True,
            choices=(
                "cathode",
                "anode",
                METAL,
                "solid electrolyte",
                LIQUID,
                "binder",
                "conductive carbon",
                "foil",
            ),
        ),
        Quantity(
            name="density_g_cm3",
            label="Density",
            help="Density of the dense material.",
            optional=True,
            **_DENSITY,
        ),
        Quantity(
            name="specific_capacity_mah_g",
            label="Specific capacity",
            unit="mAh/g",
            help="Capacity per mass of active material, of a host in its lithium-free state.",
            optional=True,
            lower=0.0,
            lower_open=True,
            plausible=(50.0, 4500.0),
            digits=0,
        ),
        Quantity(
            name="potential_v",
            label="Potential vs. Li/Li⁺",
            unit="V",
            help="Average potential against lithium metal.",
            optional=True,
            lower=-1.0,
            upper=10.0,
            plausible=(0.0, 5.0),
        ),
        Quantity(
            name="volume_change",
            label="Volume change",
            help="Relative volume change of an anode host on full lithiation: 3.2 is 320 %.",
            optional=True,
            lower=-1.0,
            lower_open=True,
            upper=20.0,
            plausible=(0.0, 5.0),
            fraction=True,
        ),
        Quantity(
            name="lithium_molar_volume_cm3_mol",
            label="Lithium molar volume",
            unit="cm³/mol",
            help="Volume that a mole of lithium takes up in the anode.",
            optional=True,
            lower=0.0,
            lower_open=True,
            plausible=(5.0, 20.0),
            digits=1,
        ),
        Quantity(
            name="source",
            label="Source",
            help="Where the values come from.",
            kind="text",
            optional=True,
        ),
        Quantity(
            name="remark",
            label="Remark",
            help="What is doubtful about a value.",
            kind="text",
            optional=True,
        ),
    )
)

#: The two electrodes.
SIDES = ("cathode", "anode")

#: Layers of a stack from the cathode's side, and what each is made of.
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "positive_foil": (),
        "cathode": ("active", "electrolyte", "binder", "carbon", "pores"),
        "separator": (),
        "anode": ("active", "electrolyte", "binder", "carbon", "pores"),
        "negative_foil": (),
    }
)


#: What a breakdown tells of each layer and part.
MASS_PER_AREA = "Mass per area"
VOLUME_PER_AREA = "Thickness, or volume per area"


def layer_title(layer: str) -> str:
    """A layer's name as tables show it."""
    return layer.replace("_", " ").capitalize()


def _breakdown() -> Iterable[Quantity]:
    for layer, components in LAYERS.items():
        title = layer_title(layer)
        for part in (None, *components):
            name = f"{layer}_{part}" if part else f"{layer}_layer"
            label = f"{title}, {part}" if part else title
            what = f"{part} in the {layer}" if part else f"{title.lower()}, as counted in the stack"
            if part != "pores":
                yield _loading(
                    f"{name}_loading_mg_cm2", f"{label}: mass", f"{MASS_PER_AREA}: {what}."
                )
            yield _thickness(
                f"{name}_thickness_um", f"{label}: thickness", f"Volume per area: {what}."
            )


#: Mass and thickness of every layer and of every component of it, discharged.
BREAKDOWN: Mapping[str, Quantity] = _table(_breakdown())
