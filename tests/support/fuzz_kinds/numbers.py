"""Numbers: decimal marks, digits, texts and marks."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
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
    kind,
)
from tests.support.xlsb_book import Raised


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
