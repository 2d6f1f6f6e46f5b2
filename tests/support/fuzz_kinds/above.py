"""What stands above the header: inputs in common, titles, numbers."""

from __future__ import annotations

from typing import Any

from tests.support.fuzz_book import (
    AMBIGUOUS,
    DOUBTFUL,
    REFUSED,
    RIGHT,
    Book,
    May,
)
from tests.support.fuzz_files import WORKBOOKS
from tests.support.fuzz_kinds.declaration import (
    ROWS,
    kind,
    other_unit,
)
from tests.support.xlsb_book import Formula, Shown
from xlcalc.physics.quantities import DESIGN
from xlcalc.physics.quantities.quantity import Quantity


def _common(book: Book) -> tuple[Quantity, float] | None:
    """A field without a column, and a value that all designs may have."""
    quantity = DESIGN[
        book.rng.choice(
            [
                *("np_ratio", "separator_thickness_um", "cathode_areal_capacity_mah_cm2"),
                *("positive_foil_thickness_um", "cell_voltage_v", "cathode_porosity"),
            ]
        )
    ]
    columns = [column for column in book.columns if column.name == quantity.name]
    value = {
        "np_ratio": 1.7,
        "cell_voltage_v": 3.21,
        "cathode_porosity": 0.12,
        "cathode_areal_capacity_mah_cm2": 5.5,
    }.get(quantity.name, book.rng.choice([33.0, 47.5]))
    if book.units or quantity.name in book.common or not all(c.free for c in columns):
        return None
    if not book.with_value(quantity.name, value):
        return None
    for column in columns:
        book.columns.remove(column)
    book.common.append(quantity.name)
    return quantity, value


@kind(*ROWS)
def common_input(book: Book) -> May | None:
    found = None if book.merged else _common(book)
    if found is None:
        return None
    quantity, value = found
    unit, change = quantity.unit, lambda value: value
    if quantity.unit:
        unit, change = other_unit(book, quantity)
    number, indent = change(value), [None] * book.rng.randrange(3)
    label = f"{quantity.label} [{unit}]" if unit else quantity.label
    plain = repr(number).replace(".", book.text.decimal)
    forms: list[list[list[Any]]] = [
        [[*indent, label, number]],
        [[*indent, quantity.label, number, unit or None]],
        [[*indent, f"{quantity.label}: {plain} {unit}".strip()]],
        [[*indent, f"{quantity.label} = {plain} {unit}".strip()]],
        [[*indent, label], [*indent, number], []],
    ]
    book.above += [*book.rng.choice(forms), *([[]] if book.rng.random() < 0.5 else [])]
    return May(DOUBTFUL if AMBIGUOUS.fullmatch(plain) else RIGHT, says="used for all designs")


@kind(*WORKBOOKS)
def common_input_by_its_format(book: Book) -> May | None:
    found = None if book.merged else _common(book)
    if found is None:
        return None
    quantity, value = found
    unit, change = other_unit(book, quantity) if quantity.unit else ("", lambda value: value)
    cell: Any = Shown(change(value), f'0.000" {unit}"') if unit else Shown(value, "0%")
    book.above += [[quantity.label, cell]]
    return May(says="used for all designs")


@kind("xlsx", "raw.xlsx", "ods")
def common_input_uncalculated(book: Book) -> May | None:
    found = None if book.merged else _common(book)
    if found is None:
        return None
    book.above += [[found[0].label, Formula(None)]]
    return May(REFUSED)


@kind(*ROWS)
def common_inputs_in_a_row(book: Book) -> May | None:
    row: list[Any] = []
    for found in [] if book.merged else [_common(book), _common(book)]:
        if found is not None and found[0].label not in row:
            row += [found[0].label, found[1], *[None] * book.rng.randrange(2)]
    book.above += [row]
    return May(says="used for all designs") if row else None


@kind(*ROWS)
def group_titles_above(book: Book) -> May | None:
    """Words above the header that name fields, but no values."""
    if book.units or book.above:
        return None
    titles = {"cathode": "Cathode", "anode": "Anode", "separator": "Separator"}
    row: list[Any] = []
    for column in book.columns:
        title = titles.get(column.name.partition("_")[0])
        row.append(None if title in row else title)
    book.above.append(row)
    return May()


@kind(*ROWS)
def common_word(book: Book) -> May | None:
    name, word = book.rng.choice(
        [
            ("foil_sharing", "double_sided"),
            ("expansion_model", "volume_change"),
            ("positive_foil", "Cu foil"),
        ]
    )
    columns = [column for column in book.columns if column.name == name]
    if book.units or book.merged or not all(column.free for column in columns):
        return None
    if name in book.common or not book.with_value(name, word):
        return None
    for column in columns:
        book.columns.remove(column)
    book.common.append(name)
    book.above += [[DESIGN[name].label, word]]
    return May(says="used for all designs")


@kind(*ROWS)
def common_beside_a_column(book: Book) -> May | None:
    column = None if book.units else book.number()
    if column is None:
        return None
    book.above += [[column.quantity.label, 7.0]]
    return May(says="stands above the header and is not used")


@kind(*ROWS)
def several_values_above(book: Book) -> May | None:
    have = {*book.common, *(column.name for column in book.columns)}
    lacking = [
        quantity.label
        for quantity in DESIGN.values()
        if quantity.kind == "number" and quantity.name not in have
    ]
    if not lacking or book.units:
        return None
    book.above += [[book.rng.choice(lacking), 1.2, 1.5, 2.0]]
    return May(says="several values above the header")


@kind(*ROWS)
def title_above(book: Book) -> May | None:
    if book.units:
        return None
    book.above[:0] = book.rng.choice(
        [
            [["Cells of 2026"], []],
            [["confidential", None, "A. Engineer"]],
            [[], ["Study of separators"], [], []],
        ]
    )
    return May()


@kind(*ROWS)
def number_above(book: Book) -> May | None:
    if book.units:
        return None
    book.above += [["Operating temperature", 61.0, "°C"], []]
    return May(says="61")
