"""Values of the formulas of a workbook that is being made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlcalc.tables.cell_values import VALUE_ERROR
from xlcalc.workbooks.formulas.cell_conversion import NoValue
from xlcalc.workbooks.formulas.engine import Engine
from xlcalc.workbooks.formulas.translate import Translator, fitted
from xlcalc.workbooks.template_book import Formula, Spill, TemplateBook, TemplatePage

#: By title of the page: values of its formula cells by row and column.
CachedValues = dict[str, dict[tuple[int, int], Any]]

#: Rows of a long table that are calculated at a time.
_AT_A_TIME = 500


def calculate(book: TemplateBook) -> CachedValues:
    """Values of all formulas of a workbook.

    Parameters
    ----------
    book : TemplateBook
        Its pages; it stays as it is.

    Returns
    -------
    dict of str to dict
        By title of the page, values of its formula cells by row and column: float, str, bool or
        CellError.
    """
    translator = Translator(book.tables, book.names)
    values: CachedValues = {page.title: {} for page in book.pages}
    # A formula costs kilobytes while it is calculated, so long tables go in parts.
    for table in book.tables:
        if table.independent and table.count > _AT_A_TIME:
            for start in range(table.first, table.last + 1, _AT_A_TIME):
                rows = range(start, min(start + _AT_A_TIME, table.last + 1))
                part = _calculate(book.pages, translator, values, {table.page: rows})
                values[table.page].update(part[table.page])
    whole = _calculate(book.pages, translator, values, {})
    for title, cells in whole.items():
        values[title].update(cells)
    return values


def _calculate(
    pages: Sequence[TemplatePage],
    translator: Translator,
    known: CachedValues,
    only: Mapping[str, range],
) -> CachedValues:
    """Values of the formulas not known yet; of some pages only those of some rows."""
    engine = Engine(page.title for page in pages)
    for page in pages:
        _fill(engine, page, known[page.title], only.get(page.title))
    waiting = [
        (page, row, column, run)
        for page in pages
        for row, column, run in _runs(page, formulas=True)
        if (row, column) not in known[page.title]
        and (page.title not in only or row in only[page.title])
    ]
    for page, row, column, run in waiting:
        formulas = [_text(translator, formula, row) for formula in run]
        engine.put_formulas(page.title, row, column, [formulas])
    engine.evaluate()
    values: CachedValues = {page.title: {} for page in pages}
    for page, row, column, run in waiting:
        for offset, value in enumerate(engine.values(page.title, row, column, 1, len(run))[0]):
            # A reference to a blank cell is 0 in every spreadsheet program.
            plain = 0.0 if value is None else value
            values[page.title][row, column + offset] = (
                VALUE_ERROR if isinstance(value, NoValue) else plain
            )
        for offset, formula in enumerate(run):
            if isinstance(formula, Spill):
                first = row, column + offset
                block = engine.values(page.title, *first, formula.height, formula.width)
                for below, line in enumerate(block):
                    for right, value in enumerate(line):
                        values[page.title][first[0] + below, first[1] + right] = value
    return values


def _text(translator: Translator, formula: Formula, row: int) -> str:
    text = translator.translated(formula).in_row(row)
    if isinstance(formula, Spill):
        return fitted(text, formula.height, formula.width, dynamic=True)
    return text


def _fill(
    engine: Engine, page: TemplatePage, known: Mapping[tuple[int, int], Any], only: range | None
) -> None:
    for row, column, run in _runs(page, formulas=False):
        if only is not None and row not in only:
            continue
        engine.put(page.title, row, column, [run])
    for row, column, run in _runs(page, formulas=True) if known and only is None else ():
        if (row, column) in known:
            found = [known[row, column + n] for n in range(len(run))]
            engine.put(page.title, row, column, [found])


def _runs(page: TemplatePage, *, formulas: bool) -> Iterator[tuple[int, int, list[Any]]]:
    """Formulas, or what is none, side by side: row, first column and contents."""
    for number, row in enumerate(page.rows, start=1):
        run: list[Any] = []
        for column, cell in enumerate([*row, None], start=1):
            content = None if cell is None else cell[0]
            if content is not None and isinstance(content, Formula) == formulas:
                run.append(content)
            elif run:
                yield number, column - len(run), run
                run = []
