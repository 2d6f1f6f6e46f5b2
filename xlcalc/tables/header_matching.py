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
from xlcalc.tables.header_aliases import (
    ALIASES,
    FOILS,
    NO_UNIT,
    WITH_UNIT,
    FoilHeader,
    unit_of,
)
from xlcalc.tables.header_text import label_and_unit, split_brackets, without_marks, words_in

#: Letters that a part of a label must have to identify it.
_FEWEST_LETTERS = 5

#: How alike a slip and the word meant are, and a header that is long or has no spaces.
_SHORT, _LONG = 0.8, 0.87
_MANY = 11


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
    basis : str
        What the unit says that a fraction is a share of, weight or volume.
    foil : FoilHeader, optional
        The foil that the header names by its metal.
    by_unit : bool
        Whether only the unit tells what the header means.
    """

    quantity: Quantity
    unit: str = ""
    factor: Decimal | None = None
    wrong_unit: bool = False
    unit_given: bool = False
    basis: str = ""
    foil: FoilHeader | None = None
    by_unit: bool = False


class Vocabulary(Mapping[str, Quantity]):
    """Quantities that headers may name, by field name.

    Parameters
    ----------
    quantities : mapping of str to Quantity
        The quantities.
    aliases, with_unit : mapping of str to tuple of str
        Other headers of a quantity by its name: those that mean it in any case, and those that do
        with one of its units.
    foils : mapping of str to FoilHeader
        Headers that name a foil by its metal.
    """

    def __init__(
        self,
        quantities: Mapping[str, Quantity],
        aliases: Mapping[str, tuple[str, ...]] | None = None,
        with_unit: Mapping[str, tuple[str, ...]] | None = None,
        foils: Mapping[str, FoilHeader] | None = None,
    ) -> None:
        self._quantities = dict(quantities)
        self._aliases = aliases or {}
        self._with_unit = with_unit or {}
        self._foils = {normalized(header): foil for header, foil in (foils or {}).items()}

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
        for name, headers in self._aliases.items():
            for header in headers:
                known.setdefault(normalized(header), self[name])
        for header, foil in self._foils.items():
            known.setdefault(header, self[foil.field])
        return known

    @cached_property
    def _by_unit(self) -> dict[str, Quantity]:
        """Quantities by the keys of headers that mean them with one of their units."""
        return {
            normalized(header): self[name]
            for name, headers in self._with_unit.items()
            for header in headers
        }

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
                *map(normalized, self._aliases.get(quantity.name, ())),
                *map(normalized, self._with_unit.get(quantity.name, ())),
            ):
                for unit, factor in quantity.units.items():
                    match = HeaderMatch(
                        quantity, unit, None if factor == 1 else factor, unit_given=True
                    )
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
        >>> DESIGN_HEADERS.match_header("Cathode active fraction [wt%]").basis
        'weight'
        >>> DESIGN_HEADERS.match_header("Loading [mAh/cm²]").quantity.name
        'cathode_areal_capacity_mah_cm2'
        >>> DESIGN_HEADERS.match_header("Loading [mg/cm²]") is None
        True
        >>> DESIGN_HEADERS.match_header("supplier") is None
        True
        """
        found = self._match(header, other_units=other_units)
        if found is None and (bare := without_marks(header)) != header:
            found = self._match(bare, other_units=other_units)
        return found

    def _match(self, header: str, *, other_units: bool) -> HeaderMatch | None:
        label, unit = label_and_unit(header)
        key = normalized(label)
        quantity = self._by_key.get(key)
        if quantity is None:
            key = normalized(header)
            quantity, unit = self._by_key.get(key), unit if key in self._foils else None
        elif quantity.kind != "number" and unit is not None and unit_key(unit) not in NO_UNIT:
            # Words have no unit: "Cathode (supplier)" is another column.
            quantity = None
        if quantity is None:
            return self._match_by_unit(header) if other_units else None
        foil = self._foils.get(key)
        ours = {unit_key(quantity.unit)} if quantity.unit else NO_UNIT
        if quantity.kind != "number" or unit is None or unit_key(unit) in ours:
            # Names of fields end with their unit, labels do not.
            named = bool(quantity.unit) and normalized(label) != normalized(quantity.label)
            return HeaderMatch(quantity, unit_given=unit is not None or named, foil=foil)
        share = unit_of(quantity, unit)
        # A field's name ends with our unit, and another one behind it contradicts it.
        twice = quantity.unit != "" and key == normalized(quantity.name)
        others = other_units and not twice
        if share is None or not (others or (share.factor == 1 and not share.basis)):
            return HeaderMatch(quantity, unit, wrong_unit=True)
        factor = None if share.factor == 1 else share.factor
        shown = "" if factor is None and unit_key(unit) in NO_UNIT else unit
        return HeaderMatch(quantity, shown, factor, unit_given=True, basis=share.basis, foil=foil)

    def _match_by_unit(self, header: str) -> HeaderMatch | None:
        """What a header names whose unit stands behind a name, or tells what it means."""
        label, unit = label_and_unit(header)
        quantity = self._by_unit.get(normalized(label))
        if quantity is not None and unit is not None and unit_key(unit) not in NO_UNIT:
            share = unit_of(quantity, unit)
            if share is not None:
                factor = None if share.factor == 1 else share.factor
                return HeaderMatch(
                    quantity, unit, factor, unit_given=True, basis=share.basis, by_unit=True
                )
        return self._by_suffix.get(normalized(header))

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
        label, unit = split_brackets(header) or ("", "")
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
            One of whose name or label the header is a part or a slip: each word of it must be a
            word there or nearly so, for "Al foil" is no slip of "Anode foil".

        Examples
        --------
        >>> DESIGN_HEADERS.suggest("Seperator thickness [µm]").name
        'separator_thickness_um'
        >>> MATERIAL_HEADERS.suggest("Capacity [mAh/g]").name
        'specific_capacity_mah_g'
        >>> DESIGN_HEADERS.suggest("supplier") is None
        True
        """
        label, unit = label_and_unit(without_marks(header))
        bare = normalized(label)
        meant = self._by_unit.get(bare)
        if meant is not None and unit_key(unit or "") in _UNDECIDED:
            return meant
        if bare in RESULT_HEADERS.labels:
            return None
        found = [q for q in self.values() if self._is_slip(label, q) and _may_have(q, unit)]
        if len(found) == 1:
            return found[0]
        if not found and len(words_in(label)) > 1:
            return None
        # Of several quantities with such words, the one whose whole label is alike.
        near = get_close_matches(bare, self._own_keys, 1, _SHORT if len(bare) < _MANY else _LONG)
        close = [self._own_keys[key] for key in near]
        return next((q for q in close if q in found or (not found and _may_have(q, unit))), None)

    @cached_property
    def _own_keys(self) -> dict[str, Quantity]:
        """Quantities by the keys of their names and labels alone."""
        own = {normalized(quantity.label): quantity for quantity in self.values()}
        return own | {normalized(name): quantity for name, quantity in self.items()}

    @cached_property
    def labels(self) -> frozenset[str]:
        """Keys of the labels."""
        return frozenset(normalized(quantity.label) for quantity in self.values())

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        """The words that name each quantity."""
        return {
            name: frozenset(
                word
                for text in (
                    quantity.label,
                    name.replace("_", " "),
                    *self._aliases.get(name, ()),
                    *self._with_unit.get(name, ()),
                )
                for word in words_in(text)
            )
            for name, quantity in self.items()
        }

    @cached_property
    def words(self) -> frozenset[str]:
        """All words that name quantities."""
        return frozenset().union(*self._words.values())

    def _is_slip(self, label: str, quantity: Quantity) -> bool:
        """Whether each word of a label is one of a quantity's, or a slip that is no other word."""
        words, own = words_in(label), self._words[quantity.name]
        return any(len(word) > 3 for word in words) and all(
            word in own
            or (word not in self.words and bool(get_close_matches(word, own, 1, _SHORT)))
            for word in words
        )


#: Units of a header that leave open which quantity it means, or say that it is another.
_UNDECIDED = NO_UNIT | {unit_key("mg/cm²"), unit_key("g/cm²")}


def _may_have(quantity: Quantity, unit: str | None) -> bool:
    """Whether a header with a unit may mean a quantity; a unit that nothing has may be a slip."""
    if unit is None or unit_key(unit) in NO_UNIT or not _is_unit(unit):
        return True
    return quantity.kind == "number" and unit_of(quantity, unit) is not None


def is_measured(header: str) -> bool:
    """Whether a header gives a unit that a field, a material or a result may have.

    Examples
    --------
    >>> is_measured("Tab thickness [mm]"), is_measured("Comment (of May)")
    (True, False)
    """
    _, unit = label_and_unit(header)
    return unit is not None and unit_key(unit) not in NO_UNIT and _is_unit(unit)


def _is_unit(unit: str) -> bool:
    quantities = (*DESIGN_HEADERS.values(), *MATERIAL_HEADERS.values(), *RESULT_HEADERS.values())
    return any(
        quantity.kind == "number"
        and (unit_key(unit) == unit_key(quantity.unit) or unit_of(quantity, unit) is not None)
        for quantity in quantities
    )


#: What columns of designs, of materials, and of the results of an earlier run may be.
DESIGN_HEADERS = Vocabulary(q.DESIGN, ALIASES, WITH_UNIT, FOILS)
MATERIAL_HEADERS = Vocabulary(q.MATERIAL)
RESULT_HEADERS = Vocabulary({**q.RESULTS, **q.REMARKS, **q.BREAKDOWN})
