"""Kinds of quantities: what a fraction, a thickness, a density have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from xlcalc.physics.quantities.quantity import DefaultWhere, Quantity


def fraction(
    name: str,
    label: str,
    help: str,
    default: float,
    *,
    lower_open: bool = False,
    upper_open: bool = False,
    plausible: tuple[float, float] | None = None,
    default_where: tuple[DefaultWhere, ...] = (),
) -> Quantity:
    """A share between 0 and 1."""
    return Quantity(
        name=name,
        label=label,
        help=help,
        default=default,
        lower=0.0,
        upper=1.0,
        lower_open=lower_open,
        upper_open=upper_open,
        plausible=plausible,
        default_where=default_where,
        fraction=True,
    )


def thickness(
    name: str,
    label: str,
    help: str,
    *,
    default: float | None = None,
    open: bool = True,
    plausible: tuple[float, float] | None = None,
) -> Quantity:
    """A length in µm; optional without a default."""
    return Quantity(
        name=name,
        label=label,
        unit="µm",
        help=help,
        default=default,
        optional=default is None,
        lower=0.0,
        lower_open=open,
        plausible=plausible,
        digits=2,
    )


def loading(name: str, label: str, help: str) -> Quantity:
    """A mass per area."""
    return Quantity(name=name, label=label, unit="mg/cm²", help=help, lower=0.0, digits=2)


def table(quantities: Iterable[Quantity]) -> Mapping[str, Quantity]:
    """Quantities by name, in order."""
    return MappingProxyType({quantity.name: quantity for quantity in quantities})


#: What densities have in common.
DENSITY: dict[str, Any] = {
    "unit": "g/cm³",
    "lower": 0.0,
    "lower_open": True,
    "plausible": (0.3, 25.0),
}
