"""The SSB_ functions of spreadsheet cells: one catalogue, with the rules of arguments and errors.

Every program that offers the functions is a loop over `CATALOGUE`. How a program calls them is not
here but in `hosts`; how designs in a file are evaluated, in `tables` and `runs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlcalc.functions.catalogue import CATALOGUE as CATALOGUE

__all__ = ["CATALOGUE"]


def __getattr__(name: str) -> Any:
    # On first use, so that whoever needs the rules of arguments alone does not pay for NumPy.
    if name in __all__:
        from xlcalc.functions.catalogue import CATALOGUE

        return CATALOGUE
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
