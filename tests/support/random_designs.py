"""Random designs that use every option, right or with faults."""

from __future__ import annotations

import random
from typing import Any

_ANODES = ("Si", "Al", "Sn", "Sb", "In", "Mg", "Zn", "graphite")

_FAULTS: tuple[dict[str, Any], ...] = (
    {"cathode": "NMC9"},
    {"anode": "Al foil"},
    {"electrolyte": "binder"},
    {"np_ratio": -1},
    {"np_ratio": "x"},
    {"separator_thickness_um": 0},
    {"cathode_active_fraction": 1.5},
    {"cathode_porosity": 1},
    {"foil_sharing": "triple"},
    {"cell_voltage_v": -3},
    {"cathode_binder_fraction": 0.6},
    {"positive_foil": "LPSC"},
    {"cathode_volume_change": 2},
    {"anode_pore_absorption": -0.1},
    {"lithium_excess": -1},
)


def random_designs(count: int, *, seed: int, faults: bool = False) -> list[dict[str, Any]]:
    """Designs as mappings of fields; with `faults`, about half have one."""
    rng = random.Random(seed)
    return [_design(rng, number, faults) for number in range(count)]


def _design(rng: random.Random, number: int, faults: bool) -> dict[str, Any]:
    def number_between(low: float, high: float) -> float:
        return round(rng.uniform(low, high), 4)

    liquid = rng.random() < 0.3
    design: dict[str, Any] = {
        "design": f"d{number}",
        "cathode": "NMC811",
        "electrolyte": "liquid electrolyte" if liquid else rng.choice(("LPSC", "LLZO")),
        "cathode_areal_capacity_mah_cm2": number_between(0.5, 9),
    }
    kind = rng.random()
    if kind < 0.15:
        design["anode"] = rng.choice(("None", "anode-free", "anodeless"))
    elif kind < 0.35:
        design["anode"] = "Li"
        design["lithium_excess"] = number_between(0, 3)
    else:
        design["anode"] = rng.choice(_ANODES)
        if rng.random() < 0.8:
            design["np_ratio"] = number_between(0.5, 3)
    if design["anode"] in (*_ANODES, "Li") and rng.random() < 0.2:
        design["anode_foil_thickness_um"] = number_between(1, 200)
    for side in ("cathode", "anode"):
        design |= _composition(rng, side, liquid)
    optional = {
        "separator_thickness_um": number_between(5, 100),
        "separator_density_g_cm3": number_between(0.8, 5),
        "positive_foil": rng.choice(("Al foil", "Cu foil", "Al")),
        "positive_foil_thickness_um": number_between(0, 20),
        "negative_foil": rng.choice(("Cu foil", "Al foil")),
        "negative_foil_thickness_um": number_between(0, 20),
        "foil_sharing": rng.choice(("single", "double_sided", "bipolar")),
        "cell_voltage_v": number_between(2, 4.5),
        "expansion_model": rng.choice(("volume_change", "molar_volume")),
        "anode_pore_absorption": number_between(0, 1),
        "cathode_volume_change": number_between(-0.1, 0.1),
    }
    design |= {name: value for name, value in optional.items() if rng.random() < 0.6}
    # Numbers of its own, so that the other fields of a seed stay what they were.
    own = random.Random(number)
    if own.random() < 0.3:
        design["interlayer_thickness_um"] = round(own.uniform(0, 20), 4)
        if not (faults and own.random() < 0.2):
            design["interlayer_density_g_cm3"] = round(own.uniform(0.8, 8), 4)
    if own.random() < 0.3:
        # What stands for them depends on the electrolyte and the anode.
        for name in list(design):
            if any(word in name for word in ("_fraction", "_basis", "_porosity", "separator_")):
                del design[name]
    elif own.random() < 0.3:
        designs = ("PP", "liquid electrolyte") if liquid else ("LPSC", "LLZO")
        design["separator_material"] = own.choice(designs)
        design["separator_porosity"] = round(own.uniform(0, 0.6), 4)
        design.pop("separator_density_g_cm3", None)
    if "anode_foil_thickness_um" in design and not (faults and own.random() < 0.2):
        # An excess beside it would have to agree with it.
        design.pop("lithium_excess", None)
    if design["anode"] == "graphite":
        # Lithium's molar volume in graphite is not in the library.
        design["expansion_model"] = "volume_change"
    if faults and rng.random() < 0.5:
        design |= rng.choice(_FAULTS)
    return design


def _composition(rng: random.Random, side: str, liquid: bool) -> dict[str, Any]:
    binder, carbon = (round(rng.uniform(0, 0.1), 4) for _ in range(2))
    active = round(1 - binder - carbon, 4) if liquid else round(rng.uniform(0.2, 0.8), 4)
    return {
        f"{side}_active_fraction": active,
        f"{side}_binder_fraction": binder,
        f"{side}_carbon_fraction": carbon,
        f"{side}_fraction_basis": rng.choice(("volume", "weight")),
        f"{side}_porosity": round(rng.uniform(0, 0.5), 4),
    }
