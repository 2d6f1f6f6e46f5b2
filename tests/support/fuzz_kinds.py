"""Kinds of presentation: how designs may be written in a file, and what may come of each.

A kind is a function that changes a `Book` and gives what may happen, or None where it has nothing
to change. It takes columns that no other kind has changed, so that the right numbers stay known.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from tests.support.fuzz_book import (
    AMBIGUOUS,
    DOUBTFUL,
    POOL,
    REFUSED,
    RIGHT,
    SAID,
    Book,
    Column,
    May,
    ambiguous,
    pooled,
    results,
)
from tests.support.fuzz_files import FORMATS, WORKBOOKS, Sheet
from tests.support.xlsb_book import Formula, Raised, Shown
from xlcalc import Material
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN, REMARKS, RESULTS
from xlcalc.physics.quantities.quantity import Quantity

#: Formats with rows of any cells, not only columns.
ROWS = ("csv", *WORKBOOKS)
#: Formats whose formulas may have values.
CALCULATED = ("raw.xlsx", "xlsb", "xls", "ods")


class Kind(NamedTuple):
    """A kind of presentation, and the formats that can show it."""

    formats: Sequence[str]
    change: Callable[[Book], May | None]


KINDS: dict[str, Kind] = {}


def kind(*formats: str) -> Callable[[Callable[[Book], May | None]], Callable[[Book], May | None]]:
    """Declare a kind by the formats that can show it; all without any."""

    def add(change: Callable[[Book], May | None]) -> Callable[[Book], May | None]:
        KINDS[change.__name__.strip("_").replace("_", " ")] = Kind(formats or FORMATS, change)
        return change

    return add


def _spelled(rng: random.Random, unit: str) -> str:
    spelled = {"µm": ["µm", "um", "μm", "micron"]}.get(unit, [unit])
    plain = unit.replace("²", "2").replace("³", "^3").replace("µ", "u")
    return rng.choice([*spelled, unit, plain])


def _other_unit(book: Book, quantity: Quantity) -> tuple[str, Callable[[float], float]]:
    """A unit of a quantity, and what numbers are in it."""
    unit, factor = book.rng.choice(list(quantity.units.items()))
    return unit, lambda value: float(Decimal(repr(value)) / factor)


def _with_unit(quantity: Quantity) -> bool:
    return bool(quantity.unit) and bool(quantity.units)


# Units.


@kind()
def unit_in_header(book: Book) -> May | None:
    column = book.number(_with_unit)
    if column is None:
        return None
    unit, change = _other_unit(book, column.quantity)
    label, spelled = column.quantity.label, _spelled(book.rng, unit)
    headers = [f"{label} [{spelled}]", f"{label} ({spelled})", f"{label.upper()}[{spelled}]"]
    if column.quantity.unit == "µm" and unit in ("nm", "mm", "cm"):
        headers.append(column.name.removesuffix("um") + unit)
    column.changed(book.rng.choice(headers), change)
    return May()


@kind()
def percent_in_header(book: Book) -> May | None:
    column = book.number(lambda quantity: quantity.fraction)
    if column is None:
        return None
    percent = book.rng.choice(["[%]", "(%)", "%"])
    shown = book.form in WORKBOOKS and book.rng.random() < 0.5
    in_percent = lambda value: float(Decimal(repr(value)) * 100)  # noqa: E731
    change = (lambda value: Shown(value, "0%")) if shown else in_percent
    column.changed(f"{column.quantity.label} {percent}", change)
    return May()


@kind()
def unit_in_cells(book: Book) -> May | None:
    column = book.number(lambda quantity: _with_unit(quantity) or quantity.fraction)
    if column is None:
        return None

    def change(value: float) -> str:
        unit, number = _other_unit(book, column.quantity)
        text = repr(number(value))
        if book.form == "csv":
            text = text.replace(".", book.text.decimal)
        return f"{text}{book.rng.choice(['', ' '])}{_spelled(book.rng, unit)}"

    column.changed("", change)
    return May() if book.form == "csv" else May(DOUBTFUL, rows=ambiguous(column))


@kind(*WORKBOOKS)
def unit_in_format(book: Book) -> May | None:
    column = book.number(lambda quantity: _with_unit(quantity) or quantity.fraction)
    if column is None:
        return None
    unit, change = _other_unit(book, column.quantity)
    if unit == "%":
        column.changed(column.quantity.label, lambda value: Shown(value, "0.00%"))
    else:
        code = f'0.000" {_spelled(book.rng, unit)}"'
        column.changed(column.quantity.label, lambda value: Shown(change(value), code))
    return May()


@kind(*WORKBOOKS)
def other_unit_in_format(book: Book) -> May | None:
    """The header says one unit and the format another: no one knows which is meant."""
    column = book.number(_with_unit)
    if column is None:
        return None
    units = [u for u, factor in column.quantity.units.items() if factor != 1]
    column.changed(
        column.quantity.header, lambda value: Shown(value, f'0.0" {book.rng.choice(units)}"')
    )
    filled = [n for n, cell in enumerate(column.cells) if cell]
    return May(REFUSED, rows=tuple(filled)) if filled else None


@kind(*WORKBOOKS)
def thousands_in_format(book: Book) -> May | None:
    column = book.number(lambda quantity: quantity.unit != "")
    if column is None:
        return None
    column.changed("", lambda value: Shown(value, "0.0,"))
    return May(REFUSED, rows=tuple(n for n, cell in enumerate(column.cells) if cell))


@kind(*WORKBOOKS)
def plain_format(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    code = book.rng.choice(["0.00", "0", '0.0" "'])
    if column.quantity.unit and book.rng.random() < 0.5:
        code = f'0.0" {column.quantity.unit}"'
    column.changed("", lambda value: Shown(value, code))
    return May()


@kind(*ROWS)
def row_of_units(book: Book) -> May | None:
    book.units_above = book.rng.random() < 0.3
    for column in book.columns:
        if not column.is_number or not column.free:
            continue
        quantity, column.free = column.quantity, False
        if not quantity.unit:
            column.unit = book.rng.choice(["-", None, "1"])
            continue
        unit, change = _other_unit(book, quantity)
        column.changed(quantity.label, change)
        column.unit = book.rng.choice(["{}", "[{}]", "({})"]).format(_spelled(book.rng, unit))
        book.units = True
    if not book.units:
        return None
    words = book.rng.choice([(None,), (None, "-"), ("unit",)])
    for column in book.columns:
        if column.name and column.quantity.kind != "number":
            column.unit = book.rng.choice(words)
    return May(says="holds units")


@kind(*ROWS)
def row_of_units_with_words(book: Book) -> May | None:
    """A row of units that has other words above or below names."""
    may = None if book.units else row_of_units(book)
    column = next(c for c in book.columns if c.name == "cathode")
    column.unit = book.rng.choice(["material", "name", "text", "[type]"])
    return may


@kind(*ROWS)
def units_that_come_late(book: Book) -> May | None:
    """Units below the first design, which those below it may be in."""
    column = book.number(_with_unit)
    if column is None or book.between or len(book.designs) < 2 or book.cut or book.merged:
        return None
    unit = book.rng.choice([u for u, factor in column.quantity.units.items() if factor != 1])
    book.between[1] = [lambda: [unit if c is column else None for c in book.columns]]
    return May(REFUSED, rows=tuple(range(1, len(book.designs))))


@kind()
def two_units_in_header(book: Book) -> May | None:
    column = book.number(_with_unit)
    if column is None:
        return None
    unit = book.rng.choice([u for u, factor in column.quantity.units.items() if factor != 1])
    header = book.rng.choice([column.name, column.quantity.header])
    column.header = f"{header} [{unit}]" if "[" not in header else f"{header} ({unit})"
    return May(REFUSED)


@kind(*ROWS)
def units_above_that_are_not_read(book: Book) -> May | None:
    """Words on units above the header change nothing and are named."""
    column = None if book.units else book.number(_with_unit)
    if column is None:
        return None
    words = book.rng.choice(["all values in nm", "Units: mAh/cm²", "Thickness [mm]", "(kg/m³)"])
    at = book.columns.index(column)
    book.above[:0] = [[None] * at + [words], []]
    return May(says=words)


@kind()
def unknown_unit(book: Book) -> May | None:
    column = book.number(_with_unit)
    if column is None:
        return None
    column.header = f"{column.quantity.label} [{book.rng.choice(['furlong', 'A', 'inch²', 'kg'])}]"
    return May(REFUSED)


@kind()
def unit_in_cells_below_another(book: Book) -> May | None:
    """A cell's own unit goes before that of its header."""
    column = book.number(_with_unit) if book.text.decimal == "." else None
    if column is None:
        return None
    unit, _ = _other_unit(book, column.quantity)
    own, change = _other_unit(book, column.quantity)
    # Without marks, for a csv file may have other ones.
    column.changed(
        f"{column.quantity.label} [{unit}]", lambda value: f"{Decimal(repr(change(value))):f} {own}"
    )
    return May(DOUBTFUL, rows=ambiguous(column))


# Numbers.


@kind("csv")
def decimal_comma(book: Book) -> May | None:
    if book.text.delimiter == "," and book.rng.random() < 0.7:
        book.text.delimiter = ";"
    book.text.decimal = ","
    book.text.thousands = book.text.thousands.replace(",", ".")
    for cells in [*book.above, *(c.cells for c in book.columns if c.is_number)]:
        cells[:] = [
            re.sub(r"(\d)([.．])(\d)", _with_comma, cell) if isinstance(cell, str) else cell
            for cell in cells
        ]
    if book.rng.random() < 0.3:
        book.read = replace(book.read, decimal_mark=",")
    return May()


def _with_comma(found: re.Match[str]) -> str:
    return f"{found[1]}{',' if found[2] == '.' else '，'}{found[3]}"


@kind("csv")
def thousands(book: Book) -> May | None:
    column = book.number(lambda quantity: quantity.unit in ("µm", "V"))
    if column is None:
        return None
    small = {"µm": "nm", "V": "mV"}[column.quantity.unit]
    factor = column.quantity.units[small]
    column.changed(
        f"{column.quantity.label} [{small}]",
        lambda value: float(Decimal(repr(value)) / factor),
    )
    book.text.thousands = book.rng.choice([" ", "'", "," if book.text.decimal == "." else "."])
    if book.rng.random() < 0.5:
        # As people type whole numbers.
        column.changed("", lambda value: int(value) if value.is_integer() else value)
    return May()


@kind(*WORKBOOKS)
def number_as_text(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    mark = book.rng.choice([".", ","])
    column.changed("", lambda value: repr(value).replace(".", mark))
    return May(DOUBTFUL, rows=ambiguous(column))


_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@kind()
def odd_digits(book: Book) -> May | None:
    column = book.number(lambda quantity: True)
    if column is None or book.text.decimal == ",":
        return None
    change = book.rng.choice(
        [
            lambda value: f" {value!r} ",
            lambda value: f"\u00a0{value!r}",
            lambda value: repr(value).translate(_WIDE),
            lambda value: f"{Decimal(repr(value)):e}",
            lambda value: f"+{value!r}" if value > 0 else repr(value),
        ]
    )
    column.changed("", change)
    return May(DOUBTFUL, rows=ambiguous(column))


@kind()
def broken_cell(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    n = book.cell(column)
    odd = ["~20", "20-30", "n/a", "TBD", "-", "?", "20±1", "1_000", "25¹", "#N/A", "2026-01-02"]
    if book.form in ("xlsx",):
        odd += [datetime.datetime(2026, 1, 2), True]
    column.cells[n] = book.rng.choice(odd)
    return May(REFUSED, rows=(n,))


@kind("xlsx", "raw.xlsx", "xlsb", "ods")
def raised_mark(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    n = book.cell(column)
    column.cells[n] = Raised(f"{column.cells[n]!r}{book.rng.choice('12*')}")
    return May(REFUSED, rows=(n,))


# Names and headers.


#: Other headers that people write for a field.
_OTHER_NAMES = {
    "cathode": ("CAM", "Cathode material", "Positive electrode"),
    "anode": ("Anode active material",),
    "electrolyte": ("SE", "Solid electrolyte"),
    "np_ratio": ("N/P", "N:P", "N/P ratio (-)", "N/P [ratio]", "NPR"),
    "cathode_areal_capacity_mah_cm2": ("Loading [mAh/cm²]", "Areal capacity"),
    "separator_thickness_um": ("SE [um]", "Sep [µm]", "Separator (um)", "Electrolyte thickness"),
    "cell_voltage_v": ("Nominal voltage", "Average discharge voltage (V)", "Voltage [V]"),
    "lithium_excess": ("Li excess", "Excess Li"),
    "positive_foil": ("Cathode current collector",),
    "negative_foil_thickness_um": ("Anode current collector thickness [µm]",),
    "cathode_porosity": ("Porosity (cathode)", "Cathode pore fraction", "Cathode porosity (-)"),
    "cathode_binder_fraction": ("Binder fraction in the cathode", "Binder fraction (cathode)"),
}


@kind()
def other_names(book: Book) -> May | None:
    column = book.take(lambda column: column.name in _OTHER_NAMES)
    if column is None:
        return None
    column.header = book.rng.choice(_OTHER_NAMES[column.name])
    return May()


@kind()
def metal_in_header(book: Book) -> May | None:
    """A foil's thickness by its metal, which holds where the foil is of that metal."""
    column = book.take(lambda column: column.name in ("positive_foil_thickness_um",))
    if column is None:
        return None
    column.header = book.rng.choice(["Al foil thickness [µm]", "Aluminium thickness (um)"])
    return May(DOUBTFUL, rows=tuple(range(len(book.designs))))


@kind()
def share_in_header(book: Book) -> May | None:
    """Fractions of weight or volume as their header says."""
    column = book.number(lambda quantity: quantity.name.endswith("_fraction"))
    if column is None or None in column.cells:
        return None
    name = f"{column.name.partition('_')[0]}_fraction_basis"
    basis, units = book.rng.choice(
        [("weight", ["wt%", "wt.%", "mass %"]), ("volume", ["vol%", "vol.%", "v%"])]
    )
    others = [other for other in book.columns if other.name == name]
    if not all(other.free for other in others) or not book.with_value(name, basis):
        return None
    for other in others:
        book.columns.remove(other)
    book.common.append(name)
    header = book.rng.choice(["{} [{}]", "{} ({})"])
    column.changed(
        header.format(column.quantity.label, book.rng.choice(units)),
        lambda value: float(Decimal(repr(value)) * 100),
    )
    return May()


@kind()
def mark_in_header(book: Book) -> May | None:
    column = book.take()
    if column is None:
        return None
    column.header = f"{column.quantity.header}{book.rng.choice(['*', '¹', '²', ' †', '^a'])}"
    return May()


@kind()
def names_otherwise(book: Book) -> May | None:
    column = book.take(lambda column: column.quantity.kind in ("material", "choice"))
    if column is None:
        return None
    changes: list[Callable[[str], str]] = [str.lower, str.upper, lambda text: f" {text} "]
    change = book.rng.choice(changes)
    column.cells = [None if cell is None else change(cell) for cell in column.cells]
    return May()


@kind()
def misspelt_header(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    label = column.quantity.label
    at = book.rng.randrange(2, len(label) - 1)
    header = label[:at] + label[at + 1] + label[at] + label[at + 2 :]
    if header.replace(" ", "") == label.replace(" ", "") or not header[at : at + 2].isalpha():
        return None
    column.header = header
    return May(SAID, says=repr(header), fields=(column.name,))


@kind("csv", *WORKBOOKS)
def field_twice(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    again = Column(column.name, column.quantity.label, [*column.cells], free=False)
    book.columns.append(again)
    return May(REFUSED)


@kind()
def own_columns(book: Book) -> May | None:
    if book.merged or book.cut:
        return None
    own = ["Supplier", "Cycle life", "Temperature [°C]", "Electrode area [cm²]", "Lot"]
    header = book.rng.choice([name for name in own if name not in [c.header for c in book.columns]])
    cells = [book.rng.choice([None, 500.0, "x", "25 µm", "Si"]) for _ in book.designs]
    book.columns.insert(book.rng.randrange(len(book.columns) + 1), Column("", header, cells))
    return May(says=header)


@kind()
def earlier_results(book: Book) -> May | None:
    for name in book.rng.sample(sorted(RESULTS), 3):
        if name not in DESIGN:
            header = book.rng.choice([name, RESULTS[name].header])
            cells: list[Any] = [book.rng.choice([None, 123.456]) for _ in book.designs]
            book.columns.append(Column("", header, cells, free=False))
    book.columns.append(Column("", REMARKS["status"].label, ["ok"] * len(book.designs)))
    return May()


@kind()
def earlier_voltage(book: Book) -> May | None:
    """Voltages that an earlier run derived are derived again, and named if they were changed."""
    if any("cell_voltage_v" in design for design in book.designs):
        return None
    change = book.rng.choice([1.0, 1.1])
    found = [results(design, book.materials) or {} for design in book.designs]
    cells = [change * numbers["cell_voltage_v"] for numbers in found]
    book.common.append("cell_voltage_v")
    book.columns += [
        Column("cell_voltage_v", "Cell voltage [V]", [*cells], free=False),
        Column("", REMARKS["voltage_source"].label, ["derived"] * len(cells), free=False),
        Column("", "Stack thickness [µm]", [111.1] * len(cells), free=False),
    ]
    return May(says="another number there is not used" if change > 1 else "")


# Above the header.


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
        unit, change = _other_unit(book, quantity)
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
    unit, change = _other_unit(book, quantity) if quantity.unit else ("", lambda value: value)
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


# Rows.


@kind(*ROWS)
def totals(book: Book) -> May | None:
    word = book.rng.choice(["Total", "Average", "Mittelwert", "Sum", "max"])
    if book.columns[0].name != "design":
        return None

    def row() -> list[Any]:
        numbers = [c.cells[0] if c.is_number else None for c in book.columns]
        return [word, *numbers[1:]]

    book.between.setdefault(len(book.designs), []).append(row)
    return May(says="row of totals")


@kind(*ROWS)
def header_again(book: Book) -> May | None:
    if book.merged or book.between:
        return None
    n = book.rng.randrange(len(book.designs) + 1)
    book.between.setdefault(n, []).append(lambda: [column.header for column in book.columns])
    return May(says="repeats the header")


@kind(*ROWS)
def blank_rows(book: Book) -> May | None:
    if book.merged:
        return None
    n = book.rng.randrange(len(book.designs) + 1)
    blank = book.rng.choice([[], [None] * len(book.columns), ["", " ", None]])
    book.between.setdefault(n, []).append(lambda: [*blank])
    return May()


@kind(*ROWS)
def remark_below(book: Book) -> May | None:
    if book.columns[0].name != "design":
        return None
    remark = book.rng.choice(["* measured by hand", "1) at 25 °C", "Source: own cells"])
    book.between.setdefault(len(book.designs), []).extend([lambda: [], lambda: [remark]])
    return May(says="is left alone")


@kind("csv")
def short_row(book: Book) -> May | None:
    n = book.rng.randrange(len(book.designs))
    at = book.rng.randrange(len(book.columns) // 2, len(book.columns))
    filled = [column for column in book.columns[:at] if column.cells[n] is not None]
    if len(filled) < 2 or book.trailing or n in book.cut:
        return None
    book.cut[n] = lambda row: row[:at]
    return May(REFUSED, rows=(n,))


@kind("csv")
def comment_lines(book: Book) -> May | None:
    comments = ["# exported 2026-03-01", "# N/P ratio: 1.3", "#,NMC811,Si,LPSC,5", "  # by hand"]
    comment = book.rng.choice(comments)
    if book.rng.random() < 0.5 and not book.units:
        book.above.append([comment])
    else:
        n = book.rng.randrange(len(book.designs) + 1)
        book.between.setdefault(n, []).append(lambda: [comment])
    return May(says="is a comment")


@kind("csv")
def long_row(book: Book) -> May | None:
    n = book.rng.randrange(len(book.designs))
    last = book.columns[-1]
    if last.cells[n] is None or book.trailing or n in book.cut:
        return None
    last.free = False
    at = book.rng.randrange(1, len(book.columns))
    book.cut[n] = lambda row: [*row[:at], 5.0, *row[at:]]
    return May(REFUSED, rows=(n,))


@kind(*ROWS)
def trailing_blanks(book: Book) -> May | None:
    if not book.cut:
        book.trailing = book.rng.choice([[None], [None] * 3, ["", "  "]])
        return May()
    return None


@kind(*WORKBOOKS)
def hidden_row(book: Book) -> May | None:
    book.hidden.append(book.rng.randrange(len(book.designs)))
    return May(says="hidden")


@kind(*WORKBOOKS)
def merged_cells(book: Book) -> May | None:
    column = book.take(lambda column: column is not book.columns[0])
    if column is None:
        return None
    n = book.rng.randrange(len(book.designs))
    if n and book.rng.random() < 0.5:
        if book.between.get(n):
            return None
        book.merged.append((n - 1, column, n, column))
    else:
        left = book.columns[book.columns.index(column) - 1]
        book.merged.append((n, left, n, column))
    return May(REFUSED, rows=(n,))


# Formulas.


@kind(*CALCULATED)
def formulas(book: Book) -> May | None:
    column = book.take()
    if column is None:
        return None
    column.cells = [None if cell is None else Formula(cell) for cell in column.cells]
    # Where all formulas of a sheet are 0, nobody may have calculated them.
    zeros = all(cell is None or cell.value == 0 for cell in column.cells)
    return May(DOUBTFUL if zeros else RIGHT)


@kind("xlsx", "raw.xlsx", "ods")
def uncalculated(book: Book) -> May | None:
    column = book.take()
    if column is None:
        return None
    n = book.cell(column)
    column.cells[n] = Formula(None)
    return May(REFUSED, rows=(n,))


@kind("raw.xlsx", "xlsb", "xls")
def zeros_of_formulas(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    n = book.cell(column)
    column.cells[n] = Formula(0.0)
    book.calculation = True
    return May(REFUSED, rows=(n,))


# Sheets.


def _decoy(book: Book, fields: int) -> list[list[Any]]:
    names = [c.name for c in book.columns if c.is_number][:fields]
    header = ["Design", "Cathode", "Anode", "Electrolyte", *(DESIGN[n].header for n in names)]
    return [header, ["x0", "NMC811", "Si", "LPSC", *(None for _ in names)]]


def _place(book: Book, sheet: Sheet) -> None:
    (book.before if book.rng.random() < 0.5 else book.after).append(sheet)


@kind(*WORKBOOKS)
def hidden_sheet(book: Book) -> May | None:
    taken = any(s.title == "Stacks" for s in book.before + book.after)
    if book.title != "Stacks" or taken or book.state or book.read.sheet:
        return None
    title = book.rng.choice(["Input", "Old", "Stacks"])
    if title == "Stacks":
        book.title = "Cells"
    _place(book, Sheet(title, _decoy(book, 3), book.rng.choice([1, 2])))
    return May(says=f"{title!r} (hidden)")


@kind(*WORKBOOKS)
def other_sheet(book: Book) -> May | None:
    if book.title != "Stacks" or book.read.sheet or book.state:
        return None
    _place(book, Sheet("2025", _decoy(book, 2)))
    return May(says="'2025'")


@kind(*WORKBOOKS)
def several_sheets(book: Book) -> May | None:
    """Designs on another sheet, both asked for."""
    if any(len(sheet.rows) > 1 for sheet in book.before + book.after) or book.state:
        return None
    more = {**pooled(2 * book.rng.randrange(POOL // 2)), "design": f"d{len(book.designs)}"}
    names = [name for name in DESIGN if name in more]
    rows = [[DESIGN[name].header for name in names], [more[name] for name in names]]
    book.elsewhere.append(more)
    book.after.append(Sheet("2027", rows))
    book.read = replace(book.read, sheet=book.rng.choice(["*", (book.title, "2027")]))
    return May()


@kind()
def in_pieces(book: Book) -> May | None:
    """A file that is read as large ones are."""
    book.in_pieces = True
    book.read = replace(book.read, rows_per_chunk=book.rng.choice([1, 2, 3]))
    return May()


@kind(*WORKBOOKS)
def sheets_without_designs(book: Book) -> May | None:
    rows: list[list[Any]] = book.rng.choice(
        [[], [["Notes"], ["see 2026", 12.0]], _decoy(book, 0)[:1]]
    )
    book.before.insert(0, Sheet("First", rows))
    return May()


@kind(*WORKBOOKS)
def read_though_hidden(book: Book) -> May | None:
    sheets = book.before + book.after
    if book.read.sheet or any(s.title == "Stacks" or len(s.rows) > 1 for s in sheets):
        return None
    book.state = 1
    book.after.append(Sheet("Notes", [["see Stacks"]]))
    return May(says="is a hidden sheet and is read")


@kind(*WORKBOOKS)
def table_beside(book: Book) -> May | None:
    if book.trailing or book.cut or book.units:
        return None
    book.trailing = [None]
    book.beside = [["Cathode", "Anode", "Separator thickness [mm]"], ["NCA", "Li", 99.0]]
    return May(says="another table begins here")


@kind(*WORKBOOKS)
def own_material(book: Book) -> May | None:
    column = next(c for c in book.columns if c.name == "cathode")
    if not column.free:
        return None
    column.free = False
    name = book.rng.choice(["NMC811", "MyCAM"])
    own = Material(
        name=name,
        kind="cathode",
        density_g_cm3=4.32,
        specific_capacity_mah_g=177.0,
        potential_v=3.91,
    )
    materials = Materials.library().with_own([own], {})
    designs = [{**design, "cathode": name} for design in book.designs]
    if any(results(design, materials) is None for design in designs):
        return None
    book.designs, book.own = designs, [own]
    column.cells = [name] * len(designs)
    density, capacity = (
        book.rng.choice(
            [
                ("Density [g/cm³]", 4.32),
                ("Density (kg/m3)", 4320.0),
                ("density_g_cm3", "4.32 g/cc"),
            ]
        ),
        book.rng.choice(
            [
                ("Specific capacity [mAh/g]", 177.0),
                ("Specific capacity", Shown(0.177, '0.000" Ah/g"')),
            ]
        ),
    )
    header, cells = zip(density, capacity, ("Potential [mV]", 3910.0), strict=True)
    rows = [["Material", "Kind", *header], [name, "cathode", *cells]]
    if book.rng.random() < 0.2:
        rows.insert(1, ["Other", "cathode", 5.0, "n/a", None])
    title = book.rng.choice(["Materials", "materials", "MATERIALS", "Materials ", "Materials (2)"])
    state = book.rng.choice([0, 0, 1])
    _place(book, Sheet(title, rows, state))
    if "(2)" in title:
        return May(SAID, says=title, fields=("materials",))
    return May(says="is a hidden sheet and is read" if state else "")
