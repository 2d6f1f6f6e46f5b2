"""Rows that are no designs, rows that are cut, and formulas."""

from __future__ import annotations

from typing import Any

from tests.support.fuzz_book import (
    DOUBTFUL,
    REFUSED,
    RIGHT,
    Book,
    May,
)
from tests.support.fuzz_files import WORKBOOKS
from tests.support.fuzz_kinds.declaration import (
    CALCULATED,
    ROWS,
    kind,
)
from tests.support.xlsb_book import Formula


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
