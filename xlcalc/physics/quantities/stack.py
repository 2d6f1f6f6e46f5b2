"""What describes a stack: the fields of a design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlcalc.physics.quantities.kinds import DENSITY, fraction, table, thickness
from xlcalc.physics.quantities.quantity import DefaultWhere, Quantity

#: The two electrodes.
SIDES = ("cathode", "anode")


def _with_liquid(value: float | str) -> DefaultWhere:
    return DefaultWhere("liquid", value, "with a liquid electrolyte")


_OF_ALLOY = DefaultWhere(
    "liquid_in_alloy", 0.5, "of an alloy, which grows by over 20 %, with a liquid electrolyte"
)


def _electrode(side: str, label: str) -> tuple[Quantity, ...]:
    return (
        fraction(
            f"{side}_active_fraction",
            f"{label} active fraction",
            f"Share of active material in the solids of the {side}."
            + (" Lithium metal and anode foils do not use it." if side == "anode" else ""),
            0.6,
            lower_open=True,
            plausible=(0.2, 1.0),
            default_where=(_with_liquid(0.95),),
        ),
        fraction(
            f"{side}_binder_fraction",
            f"{label} binder fraction",
            f"Share of binder in the solids of the {side}.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.2),
            default_where=(_with_liquid(0.025),),
        ),
        fraction(
            f"{side}_carbon_fraction",
            f"{label} carbon fraction",
            f"Share of conductive carbon in the solids of the {side}.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.2),
            default_where=(_with_liquid(0.025),),
        ),
        Quantity(
            name=f"{side}_fraction_basis",
            label=f"{label} fraction basis",
            help=f"Whether the fractions of the {side} are shares of the solids' volume or weight.",
            kind="choice",
            default="volume",
            default_where=(_with_liquid("weight"),),
            choices=("volume", "weight"),
        ),
        fraction(
            f"{side}_porosity",
            f"{label} porosity",
            f"Share of pores in the {side}. A liquid electrolyte fills them, with a solid one they "
            "stay empty.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.7),
            default_where=(*((_OF_ALLOY,) if side == "anode" else ()), _with_liquid(0.3)),
        ),
    )


def _material(
    name: str, label: str, help: str, default: str | None = None, **more: Any
) -> Quantity:
    return Quantity(name=name, label=label, help=help, kind="material", default=default, **more)


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
DESIGN: Mapping[str, Quantity] = table(
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
            default=1.0,
            default_where=(DefaultWhere("anode_free", 0.0, "if anode-free"),),
            lower=0.0,
            plausible=(0.0, 10.0),
        ),
        *_electrode("cathode", "Cathode"),
        *_electrode("anode", "Anode"),
        thickness(
            "anode_foil_thickness_um",
            "Anode foil thickness",
            "Thickness of an anode that is a plain foil of its active material. Blank: the anode's "
            "thickness follows from its capacity. Given: the N/P ratio follows from it.",
            plausible=(1.0, 1000.0),
        ),
        thickness(
            "separator_thickness_um",
            "Separator thickness",
            "Thickness of the layer between the electrodes.",
            default=20.0,
            plausible=(1.0, 2000.0),
        ),
        Quantity(
            name="separator_density_g_cm3",
            label="Separator density",
            help="Density of the separator layer, with what fills its pores. Blank: that of its "
            "material and the electrolyte in its pores.",
            optional=True,
            **DENSITY,
        ),
        _material(
            "separator_material",
            "Separator material",
            "What the separator is made of: a film for a liquid electrolyte, or an electrolyte.",
            same_as="electrolyte",
            default_where=(_with_liquid("PP"),),
        ),
        fraction(
            "separator_porosity",
            "Separator porosity",
            "Share of pores in the separator, which a liquid electrolyte fills.",
            0.0,
            upper_open=True,
            plausible=(0.0, 0.7),
            default_where=(DefaultWhere("separator_is_film", 0.4, "of a film"),),
        ),
        thickness(
            "interlayer_thickness_um",
            "Interlayer thickness",
            "Thickness of a coating or interlayer between separator and anode.",
            default=0.0,
            open=False,
            plausible=(0.0, 50.0),
        ),
        Quantity(
            name="interlayer_density_g_cm3",
            label="Interlayer density",
            help="Density of the interlayer; needed where there is one.",
            optional=True,
            **DENSITY,
        ),
        _material(
            "positive_foil",
            "Positive foil",
            "Current collector of the cathode; with bipolar sharing, the plate.",
            "Al foil",
        ),
        thickness(
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
        thickness(
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
        fraction(
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
