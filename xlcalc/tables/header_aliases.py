"""Other headers that people write for the fields of a design, and the shares behind fractions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from xlcalc.physics import quantities as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import unit_key

#: Headers that mean a field whether or not a unit follows.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "cathode": ("Cathode material", "Cathode active material", "CAM", "Positive electrode"),
    "anode": ("Anode material", "Anode active material", "Negative electrode"),
    "electrolyte": ("Electrolyte material", "SE", "SE material", "Solid electrolyte"),
    "cathode_areal_capacity_mah_cm2": ("Areal capacity", "Cathode areal loading"),
    "np_ratio": ("N/P", "N:P", "NPR", "N to P ratio", "N/P capacity ratio", "N/P balance"),
    "lithium_excess": ("Li excess", "Excess Li", "Excess lithium", "Lithium metal excess"),
    "separator_thickness_um": (
        "Electrolyte thickness",
        "Electrolyte layer thickness",
        "Solid electrolyte thickness",
        "Solid electrolyte layer thickness",
        "SE thickness",
        "SE layer thickness",
        "Sep thickness",
        "Membrane thickness",
    ),
    "cell_voltage_v": (
        "Voltage",
        "Nominal voltage",
        "Nominal cell voltage",
        "Average voltage",
        "Average cell voltage",
        "Average discharge voltage",
        "Mean discharge voltage",
        "Mean voltage",
        "Discharge voltage",
    ),
    "positive_foil": ("Cathode current collector", "Positive current collector", "Cathode foil"),
    "negative_foil": ("Anode current collector", "Negative current collector"),
    "positive_foil_thickness_um": (
        "Cathode current collector thickness",
        "Positive current collector thickness",
        "Cathode foil thickness",
    ),
    "negative_foil_thickness_um": (
        "Anode current collector thickness",
        "Negative current collector thickness",
    ),
    **{
        f"{side}_{part}_fraction": names
        for side in q.SIDES
        for part, names in {
            "active": (
                f"{side} active material fraction",
                f"active material fraction in the {side}",
                f"active fraction ({side})",
            ),
            "binder": (f"binder fraction in the {side}", f"binder fraction ({side})"),
            "carbon": (
                f"{side} conductive carbon fraction",
                f"{side} conductive additive fraction",
                f"carbon fraction in the {side}",
                f"carbon fraction ({side})",
            ),
        }.items()
    },
    **{f"{side}_porosity": (f"porosity ({side})", f"{side} pore fraction") for side in q.SIDES},
}

#: Headers that mean a field only with one of its units: a loading may be a mass, and below
#: "Separator" may stand a material.
WITH_UNIT: Mapping[str, tuple[str, ...]] = {
    "cathode_areal_capacity_mah_cm2": (
        "Loading",
        "Areal loading",
        "Cathode loading",
        "Capacity",
        "Cathode capacity",
    ),
    "separator_thickness_um": (
        "Separator",
        "Sep",
        "Sep.",
        "SE",
        "Electrolyte",
        "Solid electrolyte",
    ),
    "positive_foil_thickness_um": ("Cathode current collector", "Positive foil", "Cathode foil"),
    "negative_foil_thickness_um": ("Anode current collector", "Negative foil"),
    **{
        f"{side}_{part}_fraction": names
        for side in q.SIDES
        for part, names in {
            "active": (f"{side} active material", f"{side} active", f"active ({side})")
            + (("CAM",) if side == "cathode" else ()),
            "binder": (f"{side} binder", f"binder ({side})"),
            "carbon": (f"{side} carbon", f"{side} conductive carbon", f"carbon ({side})"),
        }.items()
    },
}


class FoilHeader(NamedTuple):
    """What a header that names a metal says: the thickness of a foil, where that is of the metal.

    Parameters
    ----------
    field : str
        Field of the thickness.
    of : str
        Field of the foil.
    material : str
        What must stand there.
    anode : str
        An anode of the same metal, which the header may mean as well.
    """

    field: str
    of: str
    material: str
    anode: str = ""


_COLLECTOR = ("foil thickness", "thickness", "current collector thickness")
_ANODE = ("foil thickness", "thickness", "metal thickness")

#: Headers of foils by the words that name the metal.
FOILS: Mapping[str, FoilHeader] = {
    f"{metal} {words}": foil
    for foil, metals, endings in (
        (
            FoilHeader("positive_foil_thickness_um", "positive_foil", "Al foil", anode="Al"),
            ("Al", "Aluminium", "Aluminum"),
            _COLLECTOR,
        ),
        (
            FoilHeader("negative_foil_thickness_um", "negative_foil", "Cu foil"),
            ("Cu", "Copper"),
            _COLLECTOR,
        ),
        (FoilHeader("anode_foil_thickness_um", "anode", "Li"), ("Li", "Lithium"), _ANODE),
    )
    for metal in metals
    for words in endings
}


class Share(NamedTuple):
    """A share as a header's unit gives it: of weight or volume, and what it is multiplied by."""

    basis: str
    factor: Decimal


_PERCENT, _PLAIN = Decimal("0.01"), Decimal(1)
_WORDS = {
    ("weight", _PERCENT): "wt% w% weight% mass% m% ma% gew% %wt %w/w w/w% %m/m m/m% %mass %weight",
    ("weight", _PLAIN): "w/w wt/wt m/m g/g kg/kg wt weight mass weightfraction massfraction",
    ("volume", _PERCENT): "vol% v% volume% %vol %v/v v/v% %volume",
    ("volume", _PLAIN): "v/v vol/vol cm3/cm3 vol volume volumefraction volfraction",
}
_SHARES = {
    word: Share(basis, factor)
    for (basis, factor), words in _WORDS.items()
    for word in words.split()
}

#: Units people write for a plain number.
NO_UNIT = frozenset({"", "-", "–", "—", "1", "/", "fraction", "ratio", "dimensionless", "unitless"})


def basis_field(quantity: Quantity) -> str:
    """The field that says what a fraction of an electrode is a share of; none for others.

    Examples
    --------
    >>> basis_field(q.DESIGN["cathode_binder_fraction"]), basis_field(q.DESIGN["np_ratio"])
    ('cathode_fraction_basis', '')
    """
    name = f"{quantity.name.partition('_')[0]}_fraction_basis"
    return name if name in q.DESIGN and quantity.name.endswith("_fraction") else ""


def unit_of(quantity: Quantity, unit: str) -> Share | None:
    """What a number in a unit is multiplied by, and the basis of fractions that the unit gives.

    Parameters
    ----------
    quantity : Quantity
        What the number is of.
    unit : str
        The unit, as a header or a row of units has it.

    Returns
    -------
    Share or None
        None where numbers in that unit cannot be used.

    Examples
    --------
    >>> unit_of(q.DESIGN["cathode_active_fraction"], "wt.%")
    Share(basis='weight', factor=Decimal('0.01'))
    >>> unit_of(q.DESIGN["cathode_porosity"], "wt%") is None
    True
    """
    key = unit_key(unit)
    if not quantity.unit and key in NO_UNIT:
        return Share("", _PLAIN)
    share = _SHARES.get(key.replace("-", "").replace("_", "")) if quantity.fraction else None
    if share is not None:
        if basis_field(quantity):
            return share
        return Share("", share.factor) if share.basis == "volume" else None
    factor = quantity.factor(unit)
    return None if factor is None else Share("", factor)
