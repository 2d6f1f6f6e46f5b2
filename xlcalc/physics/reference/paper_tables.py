"""The published tables, as data, and the paper's twenty stacks made from them.

Lewis et al., "The Promise of Alloy Anodes for Solid-State Batteries": main text Table 1 and
Tables 1-4 of its Supplemental Information. Nothing here calculates an energy; a stack is a plain
mapping of design fields, as a row of a workbook would give it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from xlcalc.physics import data
from xlcalc.physics.equations import volume_fractions
from xlcalc.physics.materials import ANODE_FREE, LITHIUM

#: "equations" feeds SI Eq. 1-8 with SI Tables 1-3; "as printed" adds the two inferred choices
#: under which the liquid rows of SI Table 4 come back to the digit.
Version = Literal["equations", "as printed"]

#: Inferred: a porous polyolefin film of which about 40 % is electrolyte; 1.0621 to 1.0745 serve.
AS_PRINTED_SEPARATOR_DENSITY = 1.07

WHY_LIQUID_DIFFERS = (
    "Printed with two unstated choices (inferred): the anode takes the NMC cathode's volume split "
    f"of solids, and the separator weighs {AS_PRINTED_SEPARATOR_DENSITY} g/cm³."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A row of SI Table 4, as printed."""

    design: str
    group: str
    voltage_v: float
    specific_energy_wh_kg: int
    energy_density_wh_l: int

    @property
    def liquid(self) -> bool:
        """Whether the row is one of the six with a liquid electrolyte."""
        return self.group == "Liquid"


def printed_results() -> list[Printed]:
    """SI Table 4: voltage, specific energy and energy density of the twenty stacks, as printed.

    Returns
    -------
    list of Printed
        In the order of the table.

    Examples
    --------
    >>> row = printed_results()[2]
    >>> row.design, row.specific_energy_wh_kg, row.energy_density_wh_l
    ('60% Si/LPSC/NMC', 320, 1147)
    """
    return [
        Printed(
            design=row["printed"],
            group=row["group"],
            voltage_v=float(row["voltage_v"]),
            specific_energy_wh_kg=int(row["specific_energy_wh_kg"]),
            energy_density_wh_l=int(row["energy_density_wh_l"]),
        )
        for row in data.read("paper_si_table_4")
    ]


def stacks(version: Version = "equations") -> list[dict[str, Any]]:
    """The inputs of the paper's twenty stacks, as rows of design fields.

    Parameters
    ----------
    version : {"equations", "as printed"}
        Inputs as the paper states them, or with the two unstated choices of its liquid rows.

    Returns
    -------
    list of dict
        In the order of SI Table 4. Fields left out take their defaults.

    Examples
    --------
    >>> stacks()[2]["anode"], stacks()[2]["np_ratio"]
    ('Si', 1.1)
    """
    solid = {row["electrode"]: row for row in data.read("paper_si_table_1")}
    liquid = {row["electrode"]: row for row in data.read("paper_si_table_2")}
    result = []
    for row in data.read("paper_si_table_4"):
        cathode, anode = row["cathode_electrode"], row["anode_electrode"]
        source = liquid if cathode in liquid else solid
        design: dict[str, Any] = {
            "design": row["printed"],
            "cathode": source[cathode]["active_material"],
            "anode": source[anode]["active_material"],
            "electrolyte": row["electrolyte"],
        }
        capacity = float(source[cathode]["areal_capacity_mah_cm2"])
        design["cathode_areal_capacity_mah_cm2"] = capacity
        share = float(source[anode]["areal_capacity_mah_cm2"]) / capacity
        if design["anode"] == LITHIUM and share == 0:
            design["anode"] = ANODE_FREE
        else:
            design["lithium_excess" if design["anode"] == LITHIUM else "np_ratio"] = share
        for side, electrode in (("cathode", source[cathode]), ("anode", source[anode])):
            if electrode["active_material"] != LITHIUM:
                design.update(_composition(side, electrode))
        if source is liquid and version == "as printed":
            design.update(_as_printed(design))
        elif source is liquid:
            # SI Table 2 tells of no film, so its separator is electrolyte.
            design["separator_material"] = row["electrolyte"]
        design["cell_voltage_v"] = float(row["voltage_v"])
        result.append(design)
    return result


def _composition(side: str, electrode: data.Row) -> dict[str, Any]:
    """Design fields of a composite electrode of SI Table 1 (volume) or 2 (weight)."""
    if "active_volume_percent" in electrode:
        return {f"{side}_active_fraction": float(electrode["active_volume_percent"]) / 100}
    return {
        f"{side}_active_fraction": float(electrode["active_weight_percent"]) / 100,
        f"{side}_binder_fraction": float(electrode["binder_weight_percent"]) / 100,
        f"{side}_carbon_fraction": float(electrode["carbon_weight_percent"]) / 100,
        f"{side}_fraction_basis": "weight",
        f"{side}_porosity": float(electrode["porosity_percent"]) / 100,
    }


def _as_printed(design: dict[str, Any]) -> dict[str, Any]:
    """The two unstated choices, written as plain inputs of a liquid row."""
    changes: dict[str, Any] = {"separator_density_g_cm3": AS_PRINTED_SEPARATOR_DENSITY}
    if design["anode"] in (LITHIUM, ANODE_FREE):
        return changes
    density = {row["name"]: float(row["density_g_cm3"]) for row in data.read("paper_si_table_3")}
    parts = ("active", "binder", "carbon")
    shares = volume_fractions(
        weight_fractions=[design[f"cathode_{part}_fraction"] for part in parts],
        densities=[
            density[str(design["cathode"])],
            density["binder"],
            density["conductive carbon"],
        ],
    )
    changes.update({f"anode_{part}_fraction": x for part, x in zip(parts, shares, strict=True)})
    changes["anode_fraction_basis"] = "volume"
    return changes
