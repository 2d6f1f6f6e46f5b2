"""The vocabulary: every quantity with label, unit, bounds, default and help, declared once.

A file holds a level: the stack, its results, materials. Headers, command help, error sentences,
sheets and functions read it. What quantities have to do with each other is not here but in
`physics.equations` and `physics.model`.
"""

from xlcalc.physics.quantities.materials import FILM, KINDS, LIQUID, MATERIAL, METAL, SOLID
from xlcalc.physics.quantities.results import (
    BREAKDOWN,
    ENERGIES,
    LAYERS,
    MASS_PER_AREA,
    OK,
    REMARKS,
    RESULTS,
    VOLUME_PER_AREA,
    layer_title,
)
from xlcalc.physics.quantities.stack import CELL_VOLTAGE, DESIGN, SIDES

__all__ = [
    "BREAKDOWN",
    "CELL_VOLTAGE",
    "DESIGN",
    "ENERGIES",
    "FILM",
    "KINDS",
    "LAYERS",
    "LIQUID",
    "MASS_PER_AREA",
    "MATERIAL",
    "METAL",
    "OK",
    "REMARKS",
    "RESULTS",
    "SIDES",
    "SOLID",
    "VOLUME_PER_AREA",
    "layer_title",
]
