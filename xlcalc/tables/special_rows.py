"""Rows of a table that are no designs: units, totals, headers that come again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xlcalc.errors import InputError
from xlcalc.physics.names import key
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Location, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.cell_values import Merged
from xlcalc.tables.header_names import NO_UNIT, Named, UnitMismatchError, named_by
from xlcalc.tables.number_parsing import is_blank, marks_of

Row = Sequence[Any]

#: Words that begin a row of totals.
_WORDS = (
    "total totals subtotal grandtotal sum average avg mean min minimum max maximum median std "
    "stdev stddev standarddeviation sd count var variance range summe gesamt gesamtsumme "
    "zwischensumme ergebnis mittel mittelwert durchschnitt anzahl standardabweichung stabw somme "
    "moyenne médiane suma promedio media mediana somma totaal gemiddelde 合计 总计 平均 平均值 合計"
)
_TOTALS = frozenset(_WORDS.split())


def is_void(value: Any) -> bool:
    """Whether a cell holds nothing of its own."""
    return is_blank(value) or isinstance(value, Merged)


def named_of(value: Any, vocabulary: Mapping[str, Quantity]) -> Named | None:
    """What a cell names as a header, in whatever unit."""
    # No field's name begins with a digit, and most texts of a table are numbers.
    if not isinstance(value, str) or value[:1].isdigit():
        return None
    try:
        return named_by(value, vocabulary)
    except UnitMismatchError as mismatch:
        return Named(mismatch.quantity, mismatch.unit)


def is_totals(cells: Row, required: Sequence[int]) -> bool:
    """Whether a row sums up others: its first text says so, and it names no materials."""
    held = [cells[n] for n in required if not is_void(cells[n])]
    if not required or len(held) > 1:
        return False
    first = next((cell for cell in cells if isinstance(cell, str) and not is_blank(cell)), "")
    words = first.split()
    if not words or not (key(first) in _TOTALS or key(words[0]) in _TOTALS):
        return False
    return not held or held[0] is first


def header_test(vocabulary: Mapping[str, Quantity]) -> Callable[[Row, Iterable[int]], bool]:
    """A test whether a row of cells is a header, by what stands in required columns.

    What it has seen it knows again, for few words fill many rows.
    """
    seen: dict[str, bool] = {}

    def names_field(cell: Any) -> bool:
        if not isinstance(cell, str):
            return False
        if cell not in seen:
            seen[cell] = named_of(cell, vocabulary) is not None
        return seen[cell]

    def is_header(cells: Row, required: Iterable[int]) -> bool:
        for n in required:
            # Most cells of a column have been seen, and a call costs more than a look.
            cell = cells[n]
            if isinstance(cell, str) and seen.get(cell, True) and names_field(cell):
                return sum(map(names_field, cells)) > 1
        return False

    return is_header


def units_below(
    headers: Sequence[str],
    cells: Row,
    where: Sequence[Location],
    vocabulary: Mapping[str, Quantity],
) -> list[str] | None:
    """The headers with the units that the row below gives, or None where it gives none.

    Parameters
    ----------
    headers : sequence of str
        Headers as found.
    cells : sequence
        The cells below.
    where : sequence of Location
        Where those cells are.
    vocabulary : mapping of str to Quantity
        What headers may name.

    Raises
    ------
    InputError
        If a unit cannot be converted, or is another than the header's own.
    """
    named = [named_of(header, vocabulary) for header in headers]
    known = False
    for one, cell in zip(named, cells, strict=True):
        if is_void(cell):
            continue
        if not isinstance(cell, str):
            return None
        unit = _bare(cell)
        if one is None:
            continue
        if one.quantity.kind != "number":
            if unit not in NO_UNIT and key(unit) not in ("unit", "units", "einheit"):
                return None
        elif one.quantity.factor(unit) is not None:
            known = True
    if not known:
        return None
    read = []
    for header, one, cell, place in zip(headers, named, cells, where, strict=True):
        unit = "" if is_void(cell) else _bare(cell)
        if one is None or one.quantity.kind != "number" or not unit or unit in NO_UNIT:
            read.append(header)
            continue
        quantity, told = one.quantity, one.unit or one.quantity.unit
        factor = quantity.factor(unit)
        if factor is None:
            text = f"{cell!r} below {header!r} is no unit of {quantity.label}"
            expected = ", ".join(quantity.units) or "none"
            raise InputError(Problem(text, expected=expected, where=place))
        if key(header) == key(quantity.label):
            read.append(f"{header} [{unit}]")
        elif quantity.factor(told) == factor:
            read.append(header)
        else:
            text = f"{cell!r} is another unit than that of the header {header!r}"
            raise InputError(Problem(text, expected="one of them", where=place))
    return read


def first_table(
    header: Row, places: Sequence[int], vocabulary: Mapping[str, Quantity]
) -> Sequence[int]:
    """The columns of the first of several tables that stand beside each other.

    They are several where blank columns part them and a field occurs twice; all columns otherwise.
    """
    blocks: list[list[int]] = []
    for place in places:
        if blocks and blocks[-1][-1] == place - 1:
            blocks[-1].append(place)
        else:
            blocks.append([place])
    fields = [[one.quantity for n in b if (one := named_of(header[n], vocabulary))] for b in blocks]
    names = [quantity.name for block in fields for quantity in block]
    if len(names) == len({*names}):
        return places
    required = {name for name, quantity in vocabulary.items() if quantity.required}
    whole = (
        block
        for block, found in zip(blocks, fields, strict=True)
        if required <= {quantity.name for quantity in found}
    )
    return next(whole, places)


def refuse_spread_header(
    head: Sequence[Row], at: int, source: Location, vocabulary: Mapping[str, Quantity]
) -> None:
    """Refuse a header over merged cells or two rows: what it says of a column cannot be told.

    Raises
    ------
    InputError
        Naming the cell.
    """
    header, below = head[at], head[at + 1 :]
    for place, value in enumerate(header):
        if isinstance(value, Merged) and any(
            len(row) > place and not is_void(row[place]) for row in below
        ):
            raise InputError(
                Problem(
                    "belongs to merged cells of the header",
                    expected="a header of its own for each column",
                    where=source.at(f"{column_letters(place)}{at + 1}"),
                )
            )
    for place, value in enumerate(below[0] if below else ()):
        bare = place >= len(header) or is_void(header[place])
        named = named_of(value, vocabulary) if bare else None
        if named is not None and named.quantity.kind == "number":
            raise InputError(
                Problem(
                    f"{str(value).strip()!r} stands below the header",
                    expected="the header in one row",
                    where=source.at(f"{column_letters(place)}{at + 2}"),
                )
            )


def _bare(text: str) -> str:
    return text.strip().strip("[]()").strip()


def number_marks(
    headers: Sequence[str],
    rows: Sequence[Row],
    places: Sequence[int],
    vocabulary: Mapping[str, Quantity],
) -> str:
    """The marks before decimals that the texts in columns of numbers show."""
    named = [named_of(header, vocabulary) for header in headers]
    columns = [
        place
        for one, place in zip(named, places, strict=True)
        if one is not None and one.quantity.kind == "number"
    ]
    return marks_of(
        row[place]
        for row in rows
        for place in columns
        if place < len(row) and isinstance(row[place], str)
    )
