"""The values of a workbook's formulas, worked out without a spreadsheet program.

formualizer does the arithmetic. It takes A1 references alone, so references to tables and defined
names are put into its terms first; nothing of the workbook changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import formualizer
from openpyxl.utils import get_column_letter as letters

from ..cells import CellError
from .book import Book, Formula, Page, TableRange

#: By title of the page: values of its formula cells by row and column.
Values = dict[str, dict[tuple[int, int], Any]]

_TOKEN = re.compile(
    r"""
    "(?:[^"]|"")*"                                                    # a text
    | '(?:[^']|'')*'!                                                 # a page in quotes
    | (?P<table>[A-Za-z_][\w.]*)\[(?P<inner>(?:'.|[^][']|\[(?:'.|[^]['])*\])*)\]
    | (?P<name>[A-Za-z_][\w.]*)(?![\w.(!])                            # a name, no function or page
    """,
    re.VERBOSE,
)
_PART = re.compile(r"\[((?:'.|[^]['])*)\]")

_ERRORS = {
    "Na": "#N/A",
    "Value": "#VALUE!",
    "Num": "#NUM!",
    "Div": "#DIV/0!",
    "Name": "#NAME?",
    "Ref": "#REF!",
    "Null": "#NULL!",
}

_KINDS = {text: kind for kind, text in _ERRORS.items()}

#: Rows of a long table that are calculated at a time.
_AT_A_TIME = 500

#: A formula in A1 terms, for the row it stands in.
_InRow = Callable[[int], str]


class _Translator:
    """Formulas in A1 terms."""

    def __init__(self, tables: Sequence[TableRange], names: Mapping[str, str]) -> None:
        self._tables = {table.name.casefold(): table for table in tables}
        self._columns = {
            table.name.casefold(): {
                header.casefold(): table.left + n for n, header in enumerate(table.headers)
            }
            for table in tables
        }
        self._names = {name.casefold(): reference for name, reference in names.items()}
        self._known: dict[str, _InRow] = {}

    def in_row(self, formula: str, row: int) -> str:
        """A formula as it stands in a row."""
        if formula not in self._known:
            self._known[formula] = self._translated(formula)
        return self._known[formula](row)

    def _translated(self, formula: str) -> _InRow:
        # Between the pieces stands the row's number.
        pieces = [""]
        end = 0
        for token in _TOKEN.finditer(formula):
            first, *others = self._token(token)
            pieces[-1] += formula[end : token.start()] + first
            pieces += others
            end = token.end()
        pieces[-1] += formula[end:]
        return lambda row: str(row).join(pieces)

    def _token(self, token: re.Match[str]) -> list[str]:
        if token["name"]:
            return [self._names.get(token["name"].casefold()) or token[0]]
        if not token["table"] or token["table"].casefold() not in self._tables:
            return [token[0]]
        table = self._tables[token["table"].casefold()]
        columns = self._columns[token["table"].casefold()]
        inner = token["inner"]
        parts = _PART.findall(inner) if inner.startswith("[") else [inner]
        special = {part.casefold() for part in parts if part.startswith("#")}
        found = [
            columns[re.sub(r"'(.)", r"\1", part).casefold()]
            for part in parts
            if part and not part.startswith("#")
        ]
        first, last = (found[0], found[-1]) if found else (table.left, table.right)
        page = f"'{table.page}'!"
        if "#this row" in special:
            # A row refers to itself from its own page alone.
            row = [f"${letters(first)}$", f":${letters(last)}$", ""]
            return row if last != first else [row[0], ""]
        top = table.top if special & {"#headers", "#all"} else table.first
        bottom = table.top if special == {"#headers"} else table.last
        cells = f"${letters(first)}${top}"
        if (first, top) != (last, bottom):
            cells += f":${letters(last)}${bottom}"
        return [page + cells]


def calculate(book: Book) -> Values:
    """Values of all formulas of a workbook.

    Parameters
    ----------
    book : Book
        Its pages; it stays as it is.

    Returns
    -------
    dict of str to dict
        By title of the page, values of its formula cells by row and column: float, str, bool or
        CellError.
    """
    translator = _Translator(book.tables, book.names)
    values: Values = {page.title: {} for page in book.pages}
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
    pages: Sequence[Page], translator: _Translator, known: Values, only: Mapping[str, range]
) -> Values:
    """Values of the formulas not known yet; of some pages only those of some rows."""
    engine = formualizer.Workbook()
    for page in pages:
        engine.add_sheet(page.title)
        _fill(engine, page, known[page.title], only.get(page.title))
    waiting = [
        (page, row, column, run)
        for page in pages
        for row, column, run in _runs(page, formulas=True)
        if (row, column) not in known[page.title]
        and (page.title not in only or row in only[page.title])
    ]
    for page, row, column, run in waiting:
        formulas = [translator.in_row(formula, row) for formula in run]
        engine.set_formulas_batch(page.title, row, column, [formulas])
    engine.evaluate_all()
    values: Values = {page.title: {} for page in pages}
    for page, row, column, run in waiting:
        address = formualizer.RangeAddress(page.title, row, column, row, column + len(run) - 1)
        for offset, value in enumerate(engine.sheet(page.title).get_values(address)[0]):
            values[page.title][row, column + offset] = _plain(value)
    return values


def _fill(
    engine: Any, page: Page, known: Mapping[tuple[int, int], Any], only: range | None
) -> None:
    # Cells of formulas must stay untouched: once told to be blank, they are never calculated.
    for row, column, run in _runs(page, formulas=False):
        if only is not None and row not in only:
            continue
        engine.set_values_batch(page.title, row, column, [run])
    for row, column, run in _runs(page, formulas=True) if known and only is None else ():
        if (row, column) in known:
            found = [_constant(known[row, column + n]) for n in range(len(run))]
            engine.set_values_batch(page.title, row, column, [found])


def _constant(value: Any) -> Any:
    if isinstance(value, CellError):
        return formualizer.LiteralValue.error(_KINDS[value], value)
    return value


def _runs(page: Page, *, formulas: bool) -> Iterator[tuple[int, int, list[Any]]]:
    """Formulas, or what is none, side by side: row, first column and contents."""
    for number, row in enumerate(page.rows, start=1):
        run: list[Any] = []
        for column, cell in enumerate([*row, None], start=1):
            content = None if cell is None else cell[0]
            if content is not None and (type(content) is Formula) == formulas:
                run.append(content)
            elif run:
                yield number, column - len(run), run
                run = []


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return CellError(_ERRORS.get(value.get("kind", ""), "#VALUE!"))
    # A reference to a blank cell is 0 in every spreadsheet program.
    return 0.0 if value is None else value
