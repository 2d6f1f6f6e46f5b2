"""How words are read: what must agree for two headers, names or units to be the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from .quantities import Quantity


def key(text: str) -> str:
    """Reduce a header or a word to what must agree: letters and digits, without case.

    Examples
    --------
    >>> key("Cathode areal capacity") == key("cathode_areal_CAPACITY")
    True
    """
    plain = unicodedata.normalize("NFKC", text).replace("μ", "u").casefold()
    return "".join(character for character in plain if character.isalnum())


def unit_key(text: str) -> str:
    """Reduce a unit to what must agree.

    Examples
    --------
    >>> unit_key("mAh/cm²") == unit_key("mAh / cm^2"), unit_key("µm") == unit_key("mm")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text).replace("μ", "u").casefold()
    return re.sub(r"[\s^·.]", "", plain)


_HEADER = re.compile(r"^(?P<label>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]\s*$", re.DOTALL)


class UnitMismatchError(Exception):
    """A header that names a known quantity in another unit."""

    def __init__(self, quantity: Quantity, unit: str) -> None:
        super().__init__(quantity.name, unit)
        self.quantity = quantity
        self.unit = unit


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
    >>> from xlcalc.quantities import DESIGN
    >>> recognise("SEPARATOR THICKNESS [um]", DESIGN).name
    'separator_thickness_um'
    >>> recognise("separator_thickness_um", DESIGN).name
    'separator_thickness_um'
    >>> recognise("supplier", DESIGN) is None
    True
    """
    words: dict[str, Quantity] = {}
    for quantity in vocabulary.values():
        words[key(quantity.name)] = quantity
        words.setdefault(key(quantity.label), quantity)
    match = _HEADER.match(header)
    label, unit = (match["label"], match["unit"]) if match else (header, None)
    if unit is None and "%" in header:
        unit = "%"
    found = words.get(key(label)) or words.get(key(header))
    if found is not None and found.kind == "number" and unit is not None:
        units = {unit_key(found.unit)} if found.unit else {"", "-", "1"}
        if unit_key(unit) not in units:
            raise UnitMismatchError(found, unit)
    return found


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
    >>> from xlcalc.quantities import DESIGN, MATERIAL
    >>> suggest("Seperator thickness [µm]", DESIGN).name
    'separator_thickness_um'
    >>> suggest("Capacity [mAh/g]", MATERIAL).name
    'specific_capacity_mah_g'
    >>> suggest("supplier", DESIGN) is None
    True
    """
    match = _HEADER.match(header)
    bare = key(match["label"]) if match else key(header)
    words: dict[str, Quantity] = {}
    for quantity in vocabulary.values():
        words[key(quantity.name)] = quantity
        words.setdefault(key(quantity.label), quantity)
    for word in (bare, key(header)):
        if near := get_close_matches(word, words, n=1, cutoff=0.75):
            return words[near[0]]
    held = {words[word].name for word in words if len(bare) > 4 and bare in word}
    return vocabulary[held.pop()] if len(held) == 1 else None
