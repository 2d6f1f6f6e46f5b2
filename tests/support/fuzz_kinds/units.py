"""Units: in headers, cells, number formats and rows of their own."""

from __future__ import annotations

from decimal import Decimal

from tests.support.fuzz_book import (
    DOUBTFUL,
    REFUSED,
    Book,
    May,
    ambiguous,
)
from tests.support.fuzz_files import WORKBOOKS
from tests.support.fuzz_kinds.declaration import (
    ROWS,
    kind,
    other_unit,
    spelled,
    with_unit,
)
from tests.support.xlsb_book import Shown


@kind()
def unit_in_header(book: Book) -> May | None:
    column = book.number(with_unit)
    if column is None:
        return None
    unit, change = other_unit(book, column.quantity)
    label, text = column.quantity.label, spelled(book.rng, unit)
    headers = [f"{label} [{text}]", f"{label} ({text})", f"{label.upper()}[{text}]"]
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
    column = book.number(lambda quantity: with_unit(quantity) or quantity.fraction)
    if column is None:
        return None

    def change(value: float) -> str:
        unit, number = other_unit(book, column.quantity)
        text = repr(number(value))
        if book.form == "csv":
            text = text.replace(".", book.text.decimal)
        return f"{text}{book.rng.choice(['', ' '])}{spelled(book.rng, unit)}"

    column.changed("", change)
    return May() if book.form == "csv" else May(DOUBTFUL, rows=ambiguous(column))


@kind(*WORKBOOKS)
def unit_in_format(book: Book) -> May | None:
    column = book.number(lambda quantity: with_unit(quantity) or quantity.fraction)
    if column is None:
        return None
    unit, change = other_unit(book, column.quantity)
    if unit == "%":
        column.changed(column.quantity.label, lambda value: Shown(value, "0.00%"))
    else:
        code = f'0.000" {spelled(book.rng, unit)}"'
        column.changed(column.quantity.label, lambda value: Shown(change(value), code))
    return May()


@kind(*WORKBOOKS)
def other_unit_in_format(book: Book) -> May | None:
    """The header says one unit and the format another: no one knows which is meant."""
    column = book.number(with_unit)
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
        unit, change = other_unit(book, quantity)
        column.changed(quantity.label, change)
        column.unit = book.rng.choice(["{}", "[{}]", "({})"]).format(spelled(book.rng, unit))
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
    column = book.number(with_unit)
    if column is None or book.between or len(book.designs) < 2 or book.cut or book.merged:
        return None
    unit = book.rng.choice([u for u, factor in column.quantity.units.items() if factor != 1])
    book.between[1] = [lambda: [unit if c is column else None for c in book.columns]]
    return May(REFUSED, rows=tuple(range(1, len(book.designs))))


@kind()
def two_units_in_header(book: Book) -> May | None:
    column = book.number(with_unit)
    if column is None:
        return None
    unit = book.rng.choice([u for u, factor in column.quantity.units.items() if factor != 1])
    header = book.rng.choice([column.name, column.quantity.header])
    column.header = f"{header} [{unit}]" if "[" not in header else f"{header} ({unit})"
    return May(REFUSED)


@kind(*ROWS)
def units_above_that_are_not_read(book: Book) -> May | None:
    """Words on units above the header change nothing and are named."""
    column = None if book.units else book.number(with_unit)
    if column is None:
        return None
    words = book.rng.choice(["all values in nm", "Units: mAh/cm²", "Thickness [mm]", "(kg/m³)"])
    at = book.columns.index(column)
    book.above[:0] = [[None] * at + [words], []]
    return May(says=words)


@kind()
def unknown_unit(book: Book) -> May | None:
    column = book.number(with_unit)
    if column is None:
        return None
    column.header = f"{column.quantity.label} [{book.rng.choice(['furlong', 'A', 'inch²', 'kg'])}]"
    return May(REFUSED)


@kind()
def unit_in_cells_below_another(book: Book) -> May | None:
    """A cell's own unit goes before that of its header."""
    column = book.number(with_unit) if book.text.decimal == "." else None
    if column is None:
        return None
    unit, _ = other_unit(book, column.quantity)
    own, change = other_unit(book, column.quantity)
    # Without marks, for a csv file may have other ones.
    column.changed(
        f"{column.quantity.label} [{unit}]", lambda value: f"{Decimal(repr(change(value))):f} {own}"
    )
    return May(DOUBTFUL, rows=ambiguous(column))
