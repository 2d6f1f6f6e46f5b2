"""xlcalc: specific energy (Wh/kg) and energy density (Wh/L) of lithium cell stacks.

The physics is that of Lewis et al., "The Promise of Alloy Anodes for Solid-State Batteries"
(Joule 2022), SI Eq. 1-8.

>>> from xlcalc import Stack, evaluate
>>> result = evaluate(Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", cell_voltage_v=3.4))
>>> round(result.specific_energy_wh_kg)
320
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlcalc.errors import XlcalcError as XlcalcError
    from xlcalc.physics.evaluate import Results as Results
    from xlcalc.physics.evaluate import evaluate as evaluate
    from xlcalc.physics.materials import Material as Material
    from xlcalc.physics.materials import Materials as Materials
    from xlcalc.physics.stack import Stack as Stack
    from xlcalc.tables.dataframes import evaluate_table as evaluate_table

from xlcalc._version import __version__ as __version__

# Looked up on first use, so that the command line starts without NumPy and nothing pays for pandas.
_ROOMS = {
    "Results": "physics.evaluate",
    "evaluate": "physics.evaluate",
    "XlcalcError": "errors",
    "Material": "physics.materials",
    "Materials": "physics.materials",
    "Stack": "physics.stack",
    "evaluate_table": "tables.dataframes",
}

__all__ = ["__version__", *_ROOMS]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})
