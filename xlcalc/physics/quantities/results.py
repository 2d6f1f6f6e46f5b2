"""What a stack gives: results, what stands beside them, and the breakdown into layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from xlcalc.physics.quantities.kinds import loading, table, thickness
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.stack import CELL_VOLTAGE

#: Status of a row without error.
OK = "ok"

#: What `evaluate` gives, each a number, in the order sheets show it.
RESULTS: Mapping[str, Quantity] = table(
    (
        thickness("cathode_thickness_um", "Cathode thickness", "Thickness of the cathode (Eq. 3)."),
        thickness(
            "anode_thickness_um", "Anode thickness", "Thickness of the discharged anode (Eq. 3)."
        ),
        thickness(
            "stack_thickness_um", "Stack thickness", "Thickness of the discharged stack (Eq. 5)."
        ),
        loading(
            "cathode_loading_mg_cm2", "Cathode loading", "Mass of the cathode per area (Eq. 4)."
        ),
        loading(
            "anode_loading_mg_cm2",
            "Anode loading",
            "Mass of the discharged anode per area (Eq. 4).",
        ),
        loading(
            "interlayer_loading_mg_cm2", "Interlayer loading", "Mass of the interlayer per area."
        ),
        loading("stack_loading_mg_cm2", "Stack loading", "Mass of the stack per area (Eq. 6)."),
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
        thickness(
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
REMARKS: Mapping[str, Quantity] = table(
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

#: Layers of a stack from the cathode's side, and what each is made of.
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "positive_foil": (),
        "cathode": ("active", "electrolyte", "binder", "carbon", "pores"),
        "separator": (),
        "interlayer": (),
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
                yield loading(
                    f"{name}_loading_mg_cm2", f"{label}: mass", f"{MASS_PER_AREA}: {what}."
                )
            yield thickness(
                f"{name}_thickness_um", f"{label}: thickness", f"Volume per area: {what}."
            )


#: Mass and thickness of every layer and of every component of it, discharged.
BREAKDOWN: Mapping[str, Quantity] = table(_breakdown())
