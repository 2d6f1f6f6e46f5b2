"""From a workbook in memory to its file, every formula cell with its value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule, Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break

from xlcalc.progress import Progress, Silent
from xlcalc.tables.addresses import letters
from xlcalc.templates.openpyxl_package import Parts, make_arrays_dynamic, parts_of
from xlcalc.templates.openpyxl_styles import add_excel_table, new_book, print_setup, styled
from xlcalc.workbooks.formulas.calculate import CachedValues, calculate
from xlcalc.workbooks.package.opc import Package
from xlcalc.workbooks.package.zip_writer import write_parts
from xlcalc.workbooks.patching.cells import with_values
from xlcalc.workbooks.template_book import (
    Formula,
    Highlight,
    Spill,
    TemplateBook,
    TemplatePage,
    Validation,
    area,
)

#: Characters of the messages of a validation that Excel keeps.
_TITLE, _MESSAGE = 32, 255

_SIDE = Side(style="medium", color="FF9C0006")
_HIGHLIGHT_STYLES: Mapping[str, Mapping[str, Any]] = {
    "wrong": {
        "font": Font(bold=True, color="FF9C0006"),
        "fill": PatternFill(bgColor="FFFFE5E0", fill_type="solid"),
    },
    "good": {"font": Font(bold=True, color="FF1B5E20")},
    "odd": {"border": Border(left=_SIDE), "font": Font(underline="single", color="FF9C0006")},
}


def write(book: TemplateBook, file: BinaryIO, progress: Progress | None = None) -> None:
    """Write a workbook, the same bytes for the same content.

    Parameters
    ----------
    book : TemplateBook
        Its pages.
    file : binary file
        Where to.
    progress : Progress, optional
        Told how many rows are written.
    """
    write_parts(book_parts(book, progress), file)


def book_parts(book: TemplateBook, progress: Progress | None = None) -> dict[str, bytes]:
    """The parts of a workbook's package by name, the same for the same content.

    Parameters
    ----------
    book : TemplateBook
        Its pages.
    progress : Progress, optional
        Told how many rows are written.
    """
    progress = progress or Silent()
    progress.start("calculating", 0)
    values = calculate(book)
    progress.start("writing", sum(len(page.rows) for page in book.pages))
    file_book = new_book()
    file_book.properties.title = book.title
    for page in book.pages:
        _write_page(file_book, page)
        progress.step(len(page.rows))
    for name, reference in sorted(book.names.items()):
        file_book.defined_names[name] = DefinedName(name, attr_text=reference)
    # Programs work everything out anew when they open it, and so need not trust our values.
    file_book.calculation.fullCalcOnLoad = True
    charts = [chart for page in book.pages for chart in page.charts]
    further = (partial(_put_values, book=book, values=values), make_arrays_dynamic)
    return parts_of(file_book, charts, further)


def _put_values(parts: Parts, book: TemplateBook, values: CachedValues) -> None:
    """Put its value into every formula cell."""
    names_of_parts = Package(parts).sheet_parts()
    for page in book.pages:
        found = {**_blanks(page), **values[page.title]}
        by_cell = {f"{letters(column)}{row}": value for (row, column), value in found.items()}
        name = names_of_parts[page.title]
        parts[name] = with_values(parts[name], by_cell)


def _blanks(page: TemplatePage) -> dict[tuple[int, int], None]:
    """Cells that have a style but no content; openpyxl calls them numbers, which some read as 0."""
    return {
        (row, column): None
        for row, cells in enumerate(page.rows, start=1)
        for column, cell in enumerate(cells, start=1)
        if cell is not None and cell[0] is None
    }


def _write_page(book: Workbook, page: TemplatePage) -> None:
    sheet = book.create_sheet(page.title)
    sheet.freeze_panes = page.freeze
    if page.hidden:
        sheet.sheet_state = "hidden"
    sheet.sheet_view.showGridLines = bool(page.tables)
    for column, width in page.widths.items():
        sheet.column_dimensions[letters(column)].width = width
    for first, last in page.folded:
        for column in range(first, last + 1):
            dimension = sheet.column_dimensions[letters(column)]
            dimension.outlineLevel, dimension.hidden = 1, True
        sheet.column_dimensions[letters(last + 1)].collapsed = True
    for row in page.breaks:
        sheet.row_breaks.append(Break(id=row))
    for row, height in page.heights.items():
        sheet.row_dimensions[row].height = height
    _print(sheet, page)
    if page.protected:
        # Without a password: against slips, not against people.
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
    for validation in page.validations:
        sheet.data_validations.append(_validation(validation))
    for highlight in page.highlights:
        sheet.conditional_formatting.add(highlight.area, _rule(highlight))
    for placed in page.charts:
        sheet.add_chart(placed.chart, placed.anchor)
    for row, row_cells in enumerate(page.rows, start=1):
        sheet.append(
            [
                None if cell is None else _written(sheet, *cell, row, column)
                for column, cell in enumerate(row_cells, start=1)
            ]
        )
    for table in page.tables:
        reference = area(table.top, table.left, table.last, table.right)
        add_excel_table(sheet, table.name, reference, table.headers, table.formulas)


def _written(sheet: Any, content: Any, style: str, row: int, column: int) -> Any:
    if not isinstance(content, Formula):
        return styled(sheet, content, style)
    cell = styled(sheet, None, style)
    cell.value = str(content)
    if isinstance(content, Spill):
        reference = area(row, column, row + content.height - 1, column + content.width - 1)
        cell.value = ArrayFormula(reference, str(content))
    return cell


def _print(sheet: Any, page: TemplatePage) -> None:
    folded = {n for first, last in page.folded for n in range(first, last + 1)}
    last = page.printed_columns or max((len(row) for row in page.rows), default=1)
    width = sum(page.widths.get(n, 9.0) for n in range(1, last + 1) if n not in folded)
    print_setup(sheet, header_rows=page.header_rows, width=width)
    if page.printed_rows:
        sheet.print_area = area(1, 1, page.printed_rows, last)
    if page.portrait:
        sheet.page_setup.orientation = "portrait"
    if page.portrait or page.one_wide:
        sheet.page_setup.fitToWidth = 1
    if page.one_tall:
        sheet.page_setup.fitToHeight = 1


def _validation(validation: Validation) -> DataValidation:
    formulas = dict(zip(("formula1", "formula2"), validation.formulas, strict=False))
    made = DataValidation(
        type=validation.kind,
        operator="between" if validation.kind == "decimal" else None,
        allow_blank=validation.blank,
        **formulas,
    )
    made.promptTitle = made.errorTitle = validation.title[:_TITLE]
    made.error = validation.error[:_MESSAGE]
    made.prompt = validation.prompt[:_MESSAGE] or None
    made.showErrorMessage = True
    made.showInputMessage = bool(validation.prompt)
    made.add(validation.area)
    return made


def _rule(highlight: Highlight) -> Rule:
    if highlight.style == "scale":
        # Lightness differs all the way, for any colour vision, and letters stay readable.
        return ColorScaleRule(
            start_type="min",
            start_color="FFCBC3E6",
            mid_type="percentile",
            mid_value=50,
            mid_color="FF8FD3C1",
            end_type="max",
            end_color="FFFDE725",
        )
    return FormulaRule(formula=[highlight.formula], **_HIGHLIGHT_STYLES[highlight.style])
