"""The pages that every calculating template has: designs, materials, and what they refer to."""

from __future__ import annotations

from xlcalc.templates.designs import Designs
from xlcalc.templates.formula_table import CalcTable
from xlcalc.templates.pages.formula_page import (
    add_calc_table,
    add_title,
    highlight_check,
    highlight_unusual,
)
from xlcalc.templates.pages.reference import add_fields, add_lists
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import INPUTS_TABLE, STACKS_TABLE
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import TemplateBook, TemplatePage

_HINT = (
    "One design a row. Type into pale yellow cells; a blank takes its default. New designs: below "
    "the last row (LibreOffice: in rows inserted above it). Open the + above for the workings."
)
_INPUTS_HINT = (
    "One design a row. Blanks take their default; select a cell to see what it means and what is "
    "usual."
)

#: Rows of an input sheet that are looked at when something is typed.
_MANY = 100_000

_MATERIALS_HINT = (
    "A value typed here overrides the library's; a blank takes it. Your own materials: the rows "
    "at the end, or below them."
)


def add_stacks(book: TemplateBook, designs: Designs) -> TableRange:
    """Add the page of designs with their results."""
    page = book.page(STACKS_TABLE.name, protected=False)
    add_title(page, "Stacks", _HINT)
    placed = add_calc_table(page, STACKS_TABLE, designs.rows, designs.extra)
    highlight_check(page, placed, STACKS_TABLE["check"].header)
    highlight_unusual(page, placed, STACKS_TABLE)
    _dress(page, placed, _longest(designs))
    # By the table's name, so that new rows are in it.
    book.names["design_list"] = STACKS_TABLE.whole("design")
    return placed


def _dress(page: TemplatePage, placed: TableRange, longest: int) -> None:
    page.widths.update({1: float(min(60, max(30, longest))), 4: 40})
    for name in ("cathode", "anode", "electrolyte"):
        page.widths[placed.column(STACKS_TABLE[name].header)] = 16
    page.widths[placed.column(STACKS_TABLE["notes"].header)] = 70
    page.freeze = f"E{placed.first}"
    # Results end where the workings begin; these are for the screen.
    page.printed_columns = placed.column(STACKS_TABLE["notes"].header)


def _longest(designs: Designs) -> int:
    """Characters of the longest name."""
    return max((len(str(row.get("design", ""))) for row in designs.rows), default=0)


def add_calculated_stacks(book: TemplateBook, table: CalcTable, count: int) -> TableRange:
    """Add a page of designs whose inputs are worked out too."""
    # Excel opens no fold of columns on a locked sheet; the cells refuse typing by themselves.
    page = book.page(table.name, protected=False)
    add_title(page, "Stacks", "Inputs are worked out from other sheets; nothing is typed here.")
    placed = add_calc_table(page, table, [{}] * count)
    highlight_check(page, placed, table["check"].header)
    _dress(page, placed, 58)
    return placed


def add_inputs(book: TemplateBook, designs: Designs) -> TableRange:
    """Add the page of designs without anything that calculates."""
    page = book.page(STACKS_TABLE.name, protected=False)
    add_title(page, "Designs", _INPUTS_HINT)
    placed = add_calc_table(page, INPUTS_TABLE, designs.rows, designs.extra, room=_MANY)
    highlight_unusual(page, placed, INPUTS_TABLE)
    page.widths[1] = float(min(60, max(30, _longest(designs))))
    for name in ("cathode", "anode", "electrolyte"):
        page.widths[placed.column(INPUTS_TABLE[name].header)] = 18
    page.freeze = f"B{placed.first}"
    return placed


def add_materials(book: TemplateBook, designs: Designs) -> TableRange:
    """Add the page of materials."""
    page = book.page(MATERIALS_TABLE.name, protected=False, one_wide=True)
    add_title(page, "Materials", _MATERIALS_HINT)
    placed = add_calc_table(page, MATERIALS_TABLE, designs.material_rows)
    highlight_check(page, placed, MATERIALS_TABLE["check"].header)
    highlight_unusual(page, placed, MATERIALS_TABLE)
    for name, width in (("material", 24), ("kind", 20), ("source", 60), ("remark", 50)):
        page.widths[placed.column(MATERIALS_TABLE[name].header)] = width
    check = placed.column(MATERIALS_TABLE["check"].header)
    page.widths[check] = 40
    page.freeze = f"B{placed.first}"
    page.printed_columns = check
    return placed


def add_references(book: TemplateBook, materials: TableRange) -> None:
    """Add the pages of fields, constants and lists."""
    add_fields(book)
    add_lists(book, materials.count)
