"""The designs of a workbook and its own materials, in templates what is typed alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xlcalc.errors import EmptyTableError
from xlcalc.problems import Problem
from xlcalc.runs.which_sheets import SheetChoice
from xlcalc.tables.below_no_header import FilledCells
from xlcalc.tables.detect import nothing_below, table_from_rows
from xlcalc.tables.header_matching import MATERIAL_HEADERS
from xlcalc.tables.materials_sheet import OwnMaterials, own_materials
from xlcalc.tables.number_parsing import is_blank
from xlcalc.tables.table import Table
from xlcalc.workbooks.reading.workbook_file import WorkbookFile

#: Share of a template's calculated columns by which its table is known.
_MARK = 0.8


#: Columns of the smallest table that has so many of them.
FEWEST = 26


#: Places of hidden rows that a sentence names.
_SHOWN = 10


def read_designs_table(book: WorkbookFile, title: str) -> Table:
    """The table of designs on a sheet of a workbook.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.
    title : str
        Title of the sheet.

    Returns
    -------
    Table
        Its raw cells.

    Raises
    ------
    InputError
        If there are no designs on it.
    """
    rows = FilledCells(book.rows(title))
    table = table_from_rows(rows, book.source(title))
    rows.note_in(table)
    table.row_remarks += _hidden_rows(table, book.hidden[title]) + _old_values(book, title)
    if len(table.columns) < FEWEST:
        return table
    # The templates' own declarations take longer to import than most files to read.
    from xlcalc.templates.sheets.stacks import STACKS_TABLE, SWEPT

    return _without_formulas(table, STACKS_TABLE.calculated, [column.header for column in SWEPT])


def _hidden_rows(table: Table, hidden: Iterable[int]) -> list[Problem]:
    """What to say of rows that are hidden or filtered away, and count like all others."""
    spans: list[list[int]] = []
    for number in sorted({*hidden}.intersection(table.row_numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    if not spans:
        return []
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:_SHOWN]]
    more = f" and {len(spans) - _SHOWN} more places" if len(spans) > _SHOWN else ""
    one = len(spans) == 1 and spans[0][0] == spans[0][1]
    rows, are = ("row", "is hidden and is") if one else ("rows", "are hidden and are")
    text = f"{rows} {', '.join(shown)}{more} {are} evaluated too"
    return [Problem(text, where=table.source)]


def _old_values(book: WorkbookFile, title: str) -> list[Problem]:
    """What to say of formulas that may show old values."""
    if not book.old[title]:
        return []
    text = f"values of formulas may be old: {book.old[title]}"
    hint = "a spreadsheet program that opens and saves it makes them new"
    return [Problem(text, hint=hint, where=book.source(title), rule="old values")]


def _without_formulas(table: Table, headers: Iterable[str], further: Iterable[str] = ()) -> Table:
    """What a template's table holds besides the columns that it calculates itself.

    A sheet with few of a template's columns is the user's own, and stays as it is. `further` are
    headers that only some templates calculate, and then all of them.
    """
    calculated = {*headers}
    headers = {*table.headers}
    if len(calculated & headers) < _MARK * len(calculated):
        return table
    if {*further} <= headers:
        calculated.update(further)
    kept = [column for column in table.columns if column.header not in calculated]
    typed = [column for column in kept if not column.cell]
    filled = [n for n in range(len(table)) if any(not is_blank(c.cells[n]) for c in typed)]
    if not filled:
        raise nothing_below(table)
    left = replace(table, columns=kept).with_rows(
        [[column.cells[row] for row in filled] for column in kept],
        [table.row_numbers[row] for row in filled],
    )
    left.beside = {position: here[filled] for position, here in table.beside.items()}
    return left


def read_materials(book: WorkbookFile, sheets: SheetChoice | None = None) -> OwnMaterials:
    """A workbook's own materials; one without a Materials sheet has none.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.
    sheets : SheetChoice, optional
        Its sheets, where they were looked at before.

    Returns
    -------
    OwnMaterials
        Rows that can be used, and sentences on the others.
    """
    title, remarks = (sheets or SheetChoice(book)).materials()
    if title is None:
        return OwnMaterials(remarks=remarks)
    try:
        rows = FilledCells(book.rows(title))
        table = table_from_rows(rows, book.source(title), MATERIAL_HEADERS)
        rows.note_in(table)
        hidden = _hidden_rows(table, book.hidden[title]) + _old_values(book, title)
        if len(table.columns) >= FEWEST:
            from xlcalc.templates.sheets.materials import MATERIALS_TABLE

            table = _without_formulas(table, MATERIALS_TABLE.calculated)
        own = own_materials(table)
        own.remarks[:0] = remarks
        own.remarks += hidden
        return own
    except EmptyTableError:
        return OwnMaterials(remarks=remarks)
