"""How words are read: what must agree for two headers, names or units to be the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeVar

from xlcalc.physics.names import key
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import unit_key

Kept = TypeVar("Kept")


#: Units people write for a plain number.
NO_UNIT = frozenset({"", "-", "–", "—", "1"})


def _parted(header: str) -> tuple[str, str] | None:
    """The label of a header, and the unit between the brackets at its end; None without any.

    Examples
    --------
    >>> _parted("Separator thickness [mm] ")
    ('Separator thickness', 'mm')
    """
    text = header.rstrip()
    at = max(text.rfind("["), text.rfind("("))
    unit = text[at + 1 : -1]
    if at < 0 or text[-1] not in "])" or "]" in unit or ")" in unit:
        return None
    return text[:at].rstrip(), unit


class UnitMismatchError(Exception):
    """A header that names a known quantity in another unit."""

    def __init__(self, quantity: Quantity, unit: str) -> None:
        super().__init__(quantity.name, unit)
        self.quantity = quantity
        self.unit = unit


def _kept(
    build: Callable[[Mapping[str, Quantity]], dict[str, Kept]],
) -> Callable[..., dict[str, Kept]]:
    """Build a table of a vocabulary once; its identity stands for its content."""
    tables: dict[int, tuple[Mapping[str, Quantity], dict[str, Kept]]] = {}

    def kept(vocabulary: Mapping[str, Quantity]) -> dict[str, Kept]:
        # Kept with the vocabulary itself, so that no other takes its identity.
        known = tables.get(id(vocabulary))
        if known is not None and known[0] is vocabulary:
            return known[1]
        table = build(vocabulary)
        if isinstance(vocabulary, MappingProxyType):
            tables[id(vocabulary)] = vocabulary, table
        return table

    return kept


@_kept
def _by_key(vocabulary: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Quantities by the keys of their names, and of their labels where those are no name."""
    words = {key(quantity.name): quantity for quantity in vocabulary.values()}
    for quantity in vocabulary.values():
        words.setdefault(key(quantity.label), quantity)
    return words


def recognise(header: str, vocabulary: Mapping[str, Quantity]) -> Quantity | None:
    """Find the quantity a column header names, by field name, label or ``Label [unit]``.

    Parameters
    ----------
    header : str
        Text of the header cell, in any case.
    vocabulary : mapping of str to Quantity
        Where to look.

    Returns
    -------
    Quantity or None
        None where the header names nothing known.

    Raises
    ------
    UnitMismatchError
        If the label is known but the unit in brackets is not the quantity's.

    Examples
    --------
    >>> from xlcalc.physics.quantities.vocabulary import DESIGN
    >>> recognise("SEPARATOR THICKNESS [um]", DESIGN).name
    'separator_thickness_um'
    >>> recognise("separator_thickness_um", DESIGN).name
    'separator_thickness_um'
    >>> recognise("supplier", DESIGN) is None
    True
    """
    words = _by_key(vocabulary)
    label, unit = _parted(header) or (header, None)
    if unit is None and "%" in header:
        label, unit = header.replace("%", ""), "%"
    found = words.get(key(label))
    if found is None:
        return words.get(key(header))
    if found.kind != "number":
        # Words have no unit: "Cathode (supplier)" is another column.
        return found if unit is None or unit_key(unit) in NO_UNIT else None
    units = {unit_key(found.unit)} if found.unit else NO_UNIT
    if unit is not None and unit_key(unit) not in units:
        raise UnitMismatchError(found, unit)
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """What a header names, and the unit that it gives where that is another than ours."""

    quantity: Quantity
    unit: str = ""
    factor: Decimal | None = None


@_kept
def _by_suffix(vocabulary: Mapping[str, Quantity]) -> dict[str, Named]:
    """Numbers by the keys of their names and labels with other units behind them."""
    words: dict[str, Named] = {}
    for quantity in vocabulary.values():
        if quantity.kind != "number":
            continue
        for bare in (key(quantity.name).removesuffix(key(quantity.unit)), key(quantity.label)):
            for unit, factor in quantity.units.items():
                words.setdefault(bare + key(unit), Named(quantity, unit, factor))
    return words


def named_by(header: str, vocabulary: Mapping[str, Quantity]) -> Named | None:
    """What a column header names, in our unit or in one that can be converted.

    Parameters
    ----------
    header : str
        Text of the header cell, in any case.
    vocabulary : mapping of str to Quantity
        Where to look.

    Returns
    -------
    Named or None
        None where the header names nothing known.

    Raises
    ------
    UnitMismatchError
        If the label is known but the unit behind it cannot be converted.

    Examples
    --------
    >>> from xlcalc.physics.quantities.vocabulary import DESIGN
    >>> named_by("Separator thickness [mm]", DESIGN).factor
    Decimal('1E+3')
    >>> named_by("separator_thickness_mm", DESIGN).unit
    'mm'
    """
    try:
        quantity = recognise(header, vocabulary)
    except UnitMismatchError as mismatch:
        factor = mismatch.quantity.factor(mismatch.unit)
        if factor is None:
            raise
        return Named(mismatch.quantity, mismatch.unit, None if factor == 1 else factor)
    if quantity is not None:
        return Named(quantity)
    return _by_suffix(vocabulary).get(key(header))


def meant_by_unit(header: str, vocabulary: Mapping[str, Quantity]) -> Quantity | None:
    """The one quantity whose label holds that of a header, and which its unit fits.

    Examples
    --------
    >>> from xlcalc.physics.quantities.vocabulary import DESIGN
    >>> meant_by_unit("separator [mm]", DESIGN).name
    'separator_thickness_um'
    >>> meant_by_unit("thickness [mm]", DESIGN) is None
    True
    """
    label, unit = _parted(header) or ("", "")
    bare = key(label)
    if len(bare) < _TELLING or unit_key(unit) in NO_UNIT:
        return None
    held = [
        quantity
        for quantity in vocabulary.values()
        if quantity.kind == "number"
        and bare in key(quantity.label)
        and quantity.factor(unit) is not None
    ]
    return held[0] if len(held) == 1 else None


#: Letters that a part of a label must have to tell it.
_TELLING = 5


def suggest(header: str, vocabulary: Mapping[str, Quantity]) -> Quantity | None:
    """The quantity that a header naming nothing known may have meant, or None.

    Parameters
    ----------
    header : str
        Text of the header cell.
    vocabulary : mapping of str to Quantity
        Where to look.

    Returns
    -------
    Quantity or None
        One whose name or label looks like the header, or holds it, but no other's.

    Examples
    --------
    >>> from xlcalc.physics.quantities.vocabulary import DESIGN, MATERIAL
    >>> suggest("Seperator thickness [µm]", DESIGN).name
    'separator_thickness_um'
    >>> suggest("Capacity [mAh/g]", MATERIAL).name
    'specific_capacity_mah_g'
    >>> suggest("supplier", DESIGN) is None
    True
    """
    label, _ = _parted(header) or (header, "")
    bare = key(label)
    words = _by_key(vocabulary)
    for word in (bare, key(header)):
        if near := get_close_matches(word, words, n=1, cutoff=0.75):
            return words[near[0]]
    held = {words[word].name for word in words if len(bare) > 4 and bare in word}
    return vocabulary[held.pop()] if len(held) == 1 else None
