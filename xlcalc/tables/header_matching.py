"""What a column's header names: which words must agree, and the unit behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from xlcalc.physics import quantities as q
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import unit_key

#: Units people write for a plain number.
NO_UNIT = frozenset({"", "-", "–", "—", "1"})

#: Letters that a part of a label must have to identify it.
_FEWEST_LETTERS = 5


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """What a header names, and the unit that it gives where that is another than ours.

    Parameters
    ----------
    quantity : Quantity
        What it names.
    unit : str
        The other unit, as the header has it.
    factor : Decimal, optional
        What numbers are multiplied by; None where they are in our unit.
    wrong_unit : bool
        Whether numbers in that unit cannot be used.
    unit_given : bool
        Whether the header gives a unit, ours or another.
    """

    quantity: Quantity
    unit: str = ""
    factor: Decimal | None = None
    wrong_unit: bool = False
    unit_given: bool = False


class Vocabulary(Mapping[str, Quantity]):
    """Quantities that headers may name, by field name.

    Parameters
    ----------
    quantities : mapping of str to Quantity
        The quantities.
    """

    def __init__(self, quantities: Mapping[str, Quantity]) -> None:
        self._quantities = dict(quantities)

    def __getitem__(self, name: str) -> Quantity:
        return self._quantities[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)

    @cached_property
    def required(self) -> frozenset[str]:
        """Names of the quantities that a table must have a column for."""
        return frozenset(name for name, quantity in self.items() if quantity.required)

    @cached_property
    def _by_key(self) -> dict[str, Quantity]:
        """Quantities by the keys of their names, and of their labels where those are no name."""
        known = {normalized(quantity.name): quantity for quantity in self.values()}
        for quantity in self.values():
            known.setdefault(normalized(quantity.label), quantity)
        return known

    @cached_property
    def _by_suffix(self) -> dict[str, HeaderMatch]:
        """Numbers by the keys of their names and labels with other units behind them."""
        known: dict[str, HeaderMatch] = {}
        for quantity in self.values():
            if quantity.kind != "number":
                continue
            for bare in (
                normalized(quantity.name).removesuffix(normalized(quantity.unit)),
                normalized(quantity.label),
            ):
                for unit, factor in quantity.units.items():
                    match = HeaderMatch(quantity, unit, factor, unit_given=True)
                    known.setdefault(bare + normalized(unit), match)
        return known

    def match_header(self, header: str, *, other_units: bool = True) -> HeaderMatch | None:
        """What a column header names, by field name, label or ``Label [unit]``.

        Parameters
        ----------
        header : str
            Text of the header cell, in any case.
        other_units : bool
            Whether it may give a unit that can be converted into ours.

        Returns
        -------
        HeaderMatch or None
            None where the header names nothing known. Of a known label with a unit that cannot be
            used, a match that says so.

        Examples
        --------
        >>> DESIGN_HEADERS.match_header("SEPARATOR THICKNESS [um]").quantity.name
        'separator_thickness_um'
        >>> DESIGN_HEADERS.match_header("Separator thickness [mm]").factor
        Decimal('1E+3')
        >>> DESIGN_HEADERS.match_header("separator_thickness_mm").unit
        'mm'
        >>> DESIGN_HEADERS.match_header("Separator thickness [h]").wrong_unit
        True
        >>> DESIGN_HEADERS.match_header("supplier") is None
        True
        """
        label, unit = _split(header) or (header, None)
        if unit is None and "%" in header:
            label, unit = header.replace("%", ""), "%"
        quantity = self._by_key.get(normalized(label))
        if quantity is None:
            quantity, unit = self._by_key.get(normalized(header)), None
        elif quantity.kind != "number" and unit is not None and unit_key(unit) not in NO_UNIT:
            # Words have no unit: "Cathode (supplier)" is another column.
            quantity = None
        if quantity is None:
            return self._by_suffix.get(normalized(header)) if other_units else None
        ours = {unit_key(quantity.unit)} if quantity.unit else NO_UNIT
        if quantity.kind != "number" or unit is None or unit_key(unit) in ours:
            # Names of fields end with their unit, labels do not.
            named = bool(quantity.unit) and normalized(label) != normalized(quantity.label)
            return HeaderMatch(quantity, unit_given=unit is not None or named)
        factor = quantity.factor(unit) if other_units else None
        if factor is None:
            return HeaderMatch(quantity, unit, wrong_unit=True)
        return HeaderMatch(quantity, unit, None if factor == 1 else factor, unit_given=True)

    def match_cell(self, value: Any) -> HeaderMatch | None:
        """What a cell of any content names, if it is a header."""
        # No field's name begins with a digit, and most texts of a table are numbers.
        if not isinstance(value, str) or value[:1].isdigit():
            return None
        return self.match_header(value)

    def in_our_unit(self, header: str) -> Quantity | None:
        """The quantity that a header names in our own unit, or None.

        Examples
        --------
        >>> DESIGN_HEADERS.in_our_unit("Separator thickness [mm]") is None
        True
        """
        match = self.match_header(header, other_units=False)
        return None if match is None or match.wrong_unit else match.quantity

    def match_unit(self, header: str) -> Quantity | None:
        """The one quantity whose label contains that of a header, and which its unit fits.

        Examples
        --------
        >>> DESIGN_HEADERS.match_unit("separator [mm]").name
        'separator_thickness_um'
        >>> DESIGN_HEADERS.match_unit("thickness [mm]") is None
        True
        """
        label, unit = _split(header) or ("", "")
        bare = normalized(label)
        if len(bare) < _FEWEST_LETTERS or unit_key(unit) in NO_UNIT:
            return None
        found = [
            quantity
            for quantity in self.values()
            if quantity.kind == "number"
            and bare in normalized(quantity.label)
            and quantity.factor(unit) is not None
        ]
        return found[0] if len(found) == 1 else None

    def suggest(self, header: str) -> Quantity | None:
        """The quantity that a header naming nothing known may have meant, or None.

        Parameters
        ----------
        header : str
            Text of the header cell.

        Returns
        -------
        Quantity or None
            One whose name or label looks like the header, or contains it, but no other's.

        Examples
        --------
        >>> DESIGN_HEADERS.suggest("Seperator thickness [µm]").name
        'separator_thickness_um'
        >>> MATERIAL_HEADERS.suggest("Capacity [mAh/g]").name
        'specific_capacity_mah_g'
        >>> DESIGN_HEADERS.suggest("supplier") is None
        True
        """
        label, _ = _split(header) or (header, "")
        bare = normalized(label)
        known = self._by_key
        for word in (bare, normalized(header)):
            if near := get_close_matches(word, known, n=1, cutoff=0.75):
                return known[near[0]]
        if len(bare) < _FEWEST_LETTERS:
            return None
        found = {quantity.name for word, quantity in known.items() if bare in word}
        return self[found.pop()] if len(found) == 1 else None


def _split(header: str) -> tuple[str, str] | None:
    """The label of a header, and the unit between the brackets at its end; None without any.

    Examples
    --------
    >>> _split("Separator thickness [mm] ")
    ('Separator thickness', 'mm')
    """
    text = header.rstrip()
    at = max(text.rfind("["), text.rfind("("))
    unit = text[at + 1 : -1]
    if at < 0 or text[-1] not in "])" or "]" in unit or ")" in unit:
        return None
    return text[:at].rstrip(), unit


#: What columns of designs, of materials, and of the results of an earlier run may be.
DESIGN_HEADERS = Vocabulary(q.DESIGN)
MATERIAL_HEADERS = Vocabulary(q.MATERIAL)
RESULT_HEADERS = Vocabulary({**q.RESULTS, **q.REMARKS, **q.BREAKDOWN})
