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
    from .energy import Results as Results
    from .energy import evaluate as evaluate
    from .errors import XlcalcError as XlcalcError
    from .frames import evaluate_table as evaluate_table
    from .materials import Material as Material
    from .materials import Materials as Materials
    from .stack import Stack as Stack

__version__ = "0.1.0"

# Looked up on first use, so that the command line starts without NumPy and nothing pays for pandas.
_ROOMS = {
    "Results": "energy",
    "evaluate": "energy",
    "XlcalcError": "errors",
    "Material": "materials",
    "Materials": "materials",
    "Stack": "stack",
    "evaluate_table": "frames",
}

__all__ = ["__version__", *_ROOMS]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})
