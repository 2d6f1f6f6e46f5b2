"""What a material has."""

from __future__ import annotations

from collections.abc import Mapping

from xlcalc.physics.quantities.kinds import DENSITY, table
from xlcalc.physics.quantities.quantity import Quantity

#: Kinds of material that decide how a stack is built.
METAL = "lithium metal"
LIQUID = "liquid electrolyte"
SOLID = "solid electrolyte"
FILM = "separator"

#: Kinds of material that each field of a design accepts.
KINDS: Mapping[str, tuple[str, ...]] = {
    "cathode": ("cathode",),
    "anode": ("anode", METAL),
    "electrolyte": (SOLID, LIQUID),
    "separator_material": (SOLID, LIQUID, FILM),
    # A metal that is an anode elsewhere may be a foil.
    "positive_foil": ("foil", "anode", METAL),
    "negative_foil": ("foil", "anode", METAL),
}

#: What a material has, in the order sheets show it.
MATERIAL: Mapping[str, Quantity] = table(
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
                SOLID,
                LIQUID,
                FILM,
                "binder",
                "conductive carbon",
                "foil",
            ),
        ),
        Quantity(
            name="density_g_cm3",
            label="Density",
            help="Density of the dense material; of a separator, that of its film without pores.",
            optional=True,
            **DENSITY,
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
        *(
            Quantity(
                name=f"diffusion_{end}_cm2_s",
                label=f"Diffusion coefficient, {end}",
                unit="cm²/s",
                help=f"Diffusion coefficient of lithium in the material, {which} of a range.",
                optional=True,
                lower=1e-30,
                upper=1.0,
                plausible=(1e-18, 1e-5),
            )
            for end, which in (("low", "lower end"), ("high", "upper end"))
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
