"""Cells of a workbook: what they are called, and which of them lie together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from xlcalc.tables.addresses import letters, position
from xlcalc.workbooks.formulas.contents import Contents
from xlcalc.workbooks.formulas.references import cells_in
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

#: A cell: title of its sheet, row and column.
CellId = tuple[str, int, int]


def qualified(cell: CellId) -> str:
    """A cell as a person calls it.

    Examples
    --------
    >>> qualified(("Cell stack", 7, 2))
    "'Cell stack'!B7"
    """
    title, row, column = cell
    page = title if title.isidentifier() else "'" + title.replace("'", "''") + "'"
    return f"{page}!{letters(column)}{row}"


def find_cell(contents: Contents, word: str) -> CellId | None:
    """The one cell that a defined name or an address such as ``Sheet1!B2`` stands for, or None.

    Parameters
    ----------
    contents : Contents
        The workbook.
    word : str
        In any case; an address without sheet is one of the first sheet.

    Returns
    -------
    CellId or None
        None where it is no cell, or more than one.
    """
    word = word.strip()
    names = {name.casefold(): text for name, text in contents.names.items()}
    text = names.get(word.casefold(), word)
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return None
    titles = {sheet.title.casefold(): sheet.title for sheet in contents.sheets}
    page = found["quoted"].replace("''", "'") if found["quoted"] else found["page"]
    title = contents.sheets[0].title if page is None else titles.get(page.casefold())
    if title is None:
        return None
    row, number = position(f"{found['column']}{found['row']}".upper().encode())
    return (title, row, number) if row <= MOST_ROWS and number <= MOST_COLUMNS else None


_ADDRESS = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<page>[^'!\[\]]+))!)?"
    r"\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[1-9]\d{0,6})"
)


def cell_id_at(address: str) -> CellId:
    """The cell at an address such as ``'Cell stack'!B7``."""
    page, _, cell = address.rpartition("!")
    if page.startswith("'"):
        page = page[1:-1].replace("''", "'")
    ((row, column),) = cells_in(cell.replace("$", ""))
    return page, row, column


#: A block of cells: row and column of its first, and its rows.
CellBlock = tuple[int, int, list[list[Any]]]


def rectangles(cells: Iterable[tuple[tuple[int, int], Any]]) -> Iterator[CellBlock]:
    """Cells in rectangles, as far as they come row by row: the engine takes many at a time."""
    growing: dict[tuple[int, int], CellBlock] = {}
    for row, column, run in _runs(cells):
        key = column, len(run)
        before = growing.get(key)
        if before is not None and before[0] + len(before[2]) == row:
            before[2].append(run)
            continue
        if before is not None:
            yield before
        growing[key] = row, column, [run]
    yield from growing.values()


def _runs(cells: Iterable[tuple[tuple[int, int], Any]]) -> Iterator[tuple[int, int, list[Any]]]:
    """Cells side by side: row, first column and contents."""
    run: list[Any] = []
    first, end = (0, 0), (0, 0)
    for at, content in cells:
        if at == end:
            run.append(content)
        else:
            if run:
                yield *first, run
            first, run = at, [content]
        end = at[0], at[1] + 1
    if run:
        yield *first, run
