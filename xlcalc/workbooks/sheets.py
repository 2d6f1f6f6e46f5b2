"""What each sheet of a workbook is called and holds; the writer and the reader both obey it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlcalc.physics.quantities import (
    BREAKDOWN,
    DESIGN,
    MASS_PER_AREA,
    MATERIAL,
    REMARKS,
    RESULTS,
    VOLUME_PER_AREA,
)
from xlcalc.physics.quantities.quantity import Quantity

#: Rows and columns that a sheet can have.
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet that is one table.

    Parameters
    ----------
    title : str
        Name on the tab.
    groups : mapping of str to mapping of str to Quantity
        Its columns in order, in groups with a word above each.
    """

    title: str
    groups: Mapping[str, Mapping[str, Quantity]]

    @property
    def columns(self) -> dict[str, Quantity]:
        """All columns in order."""
        return {name: q for group in self.groups.values() for name, q in group.items()}


#: What an engineer looks for first stands beside the name of the design.
_FIRST = (
    "specific_energy_wh_kg",
    "energy_density_wh_l",
    "energy_density_charged_wh_l",
    "swelling_fraction",
    "cell_voltage_v",
    "voltage_source",
    "status",
    "notes",
)
_NAME = {"design": DESIGN["design"]}
_OUTCOME = {**RESULTS, **REMARKS}

INPUTS = "Inputs as used"
OUTCOME = "Results"

STACKS = SheetLayout("Stacks", {"": DESIGN})
MATERIALS = SheetLayout("Materials", {"": MATERIAL})
RESULTS_SHEET = SheetLayout(
    "Results",
    {
        "": _NAME,
        OUTCOME: {
            **{name: _OUTCOME[name] for name in _FIRST},
            **{name: q for name, q in _OUTCOME.items() if name not in _FIRST},
        },
        INPUTS: {n: q for n, q in DESIGN.items() if n != "design" and n not in _OUTCOME},
    },
)
BREAKDOWN_SHEET = SheetLayout(
    "Breakdown",
    {
        "": _NAME,
        MASS_PER_AREA: {n: q for n, q in BREAKDOWN.items() if q.unit == "mg/cm²"},
        VOLUME_PER_AREA: {n: q for n, q in BREAKDOWN.items() if q.unit == "µm"},
    },
)
CHART = "Chart"
ABOUT = "About"
