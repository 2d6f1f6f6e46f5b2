"""Units that people write for ours: how they are spelled, and what converts them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

#: Units of one kind each, as multiples of each other.
_KINDS: tuple[Mapping[str, str], ...] = (
    {"nm": "1e-3", "µm": "1", "mm": "1e3", "cm": "1e4", "m": "1e6", "mil": "25.4"},
    {
        "mAh/cm²": "1",
        "µAh/cm²": "1e-3",
        "Ah/cm²": "1e3",
        "mAh/mm²": "100",
        "mAh/m²": "1e-4",
        "Ah/m²": "0.1",
    },
    {"mAh/g": "1", "Ah/kg": "1", "mAh/kg": "1e-3", "Ah/g": "1e3", "mAh/mg": "1e3"},
    {
        "g/cm³": "1",
        "g/cc": "1",
        "g/mL": "1",
        "kg/L": "1",
        "kg/dm³": "1",
        "kg/m³": "1e-3",
        "g/L": "1e-3",
        "mg/cm³": "1e-3",
    },
    {"V": "1", "mV": "1e-3"},
    {"cm²/s": "1", "m²/s": "1e4", "mm²/s": "1e-2", "µm²/s": "1e-8"},
    {"cm³/mol": "1", "mL/mol": "1", "L/mol": "1e3", "m³/mol": "1e6"},
    {
        "mg/cm²": "1",
        "µg/cm²": "1e-3",
        "g/cm²": "1e3",
        "g/m²": "0.1",
        "kg/m²": "100",
        "mg/mm²": "100",
    },
    # A Wh is 3600 J; multiples of a joule keep all of them exact.
    {
        "Wh/kg": "3600",
        "mWh/g": "3600",
        "Wh/g": "3.6e6",
        "kWh/kg": "3.6e6",
        "J/g": "1e3",
        "kJ/kg": "1e3",
        "kJ/g": "1e6",
        "MJ/kg": "1e6",
    },
    {
        "Wh/L": "3600",
        "Wh/dm³": "3600",
        "mWh/cm³": "3600",
        "mWh/mL": "3600",
        "kWh/m³": "3600",
        "Wh/cm³": "3.6e6",
        "Wh/mL": "3.6e6",
        "Wh/cc": "3.6e6",
        "kWh/L": "3.6e6",
        "kWh/dm³": "3.6e6",
        "Wh/m³": "3.6",
        "J/cm³": "1e3",
        "kJ/L": "1e3",
        "MJ/m³": "1e3",
        "kJ/cm³": "1e6",
        "MJ/L": "1e6",
        "GJ/m³": "1e6",
    },
    {
        "mWh/cm²": "3.6",
        "Wh/cm²": "3600",
        "Wh/m²": "0.36",
        "kWh/m²": "360",
        "mWh/mm²": "360",
        "J/cm²": "1",
        "kJ/m²": "0.1",
    },
)

#: Other spellings of a unit, by the key of what is written.
_SPELLINGS = {"micron": "um", "microns": "um", "micrometer": "um", "percent": "%", "pct": "%"}

_PERCENT = MappingProxyType({"%": Decimal("0.01")})


def plain(text: str) -> str:
    """A text in the signs that all spellings of it share."""
    return unicodedata.normalize("NFKC", text).casefold().replace("μ", "u").replace("−", "-")


#: Signs that a unit may have, spaces included.
_LONGEST = 100


def unit_key(text: str) -> str:
    """Reduce a unit to what must agree.

    Examples
    --------
    >>> unit_key("mAh/cm²") == unit_key("mAh / cm^2") == unit_key("mAh cm⁻²")
    True
    >>> unit_key("µm") == unit_key("mm")
    False
    """
    if len(text) > _LONGEST or any(unicodedata.category(sign) == "Lm" for sign in text):
        # No unit: the time that is needed grows with the square, and raised letters are footnotes.
        return text
    bare = plain(text).replace("^", "")
    bare = re.sub(r"[\s·.*]*([a-z]+)-1(?!\d)", r"/\1", bare)
    bare = re.sub(r"[\s·.*]*([a-z]+)-(\d)", r"/\1\2", bare)
    return re.sub(r"[\s·.]", "", bare)


def _families() -> dict[str, Mapping[str, Decimal]]:
    """The units of the same kind as one of ours, each with its factor, by our unit's key."""
    return {
        unit_key(ours): MappingProxyType(
            {unit: Decimal(size) / Decimal(own) for unit, size in kind.items()}
        )
        for kind in _KINDS
        for ours, own in kind.items()
    }


_FAMILIES = _families()


#: Keys of all units of which it is known what they measure.
_KNOWN = frozenset({*_SPELLINGS, "%", *(unit_key(unit) for kind in _KINDS for unit in kind)})


def is_unit(text: str) -> bool:
    """Whether a text is a unit of any quantity.

    Examples
    --------
    >>> is_unit("mm"), is_unit("MJ kg-1"), is_unit("thin")
    (True, True, False)
    """
    return unit_key(text) in _KNOWN


def units_like(ours: str, *, fraction: bool = False) -> Mapping[str, Decimal]:
    """The units that can be converted to one of ours, with what to multiply by.

    Parameters
    ----------
    ours : str
        Our unit, empty for a plain number.
    fraction : bool
        Whether a plain number is a share, which may be told in percent.

    Examples
    --------
    >>> units_like("µm")["mm"]
    Decimal('1E+3')
    >>> list(units_like("", fraction=True))
    ['%']
    """
    if fraction and not ours:
        return _PERCENT
    return _FAMILIES.get(unit_key(ours), MappingProxyType({}))


def factor_of(unit: str, ours: str, *, fraction: bool = False) -> Decimal | None:
    """What a number in a unit is multiplied by to be in ours; None where that is not known.

    Examples
    --------
    >>> factor_of("kg m^-3", "g/cm³")
    Decimal('0.001')
    >>> factor_of("inch", "µm") is None
    True
    """
    asked = unit_key(unit)
    asked = _SPELLINGS.get(asked, asked)
    for known, factor in units_like(ours, fraction=fraction).items():
        if unit_key(known) == asked:
            return factor
    return None


def converted(number: float | str, factor: Decimal) -> float:
    """A number in our unit, exact to the digits that were written.

    Examples
    --------
    >>> 0.29 * 100, converted(0.29, Decimal(100))
    (28.999999999999996, 29.0)
    """
    # As decimals, for a product of floats may miss the one that is nearest.
    return float(Decimal(number if isinstance(number, str) else repr(float(number))) * factor)
