"""Workbooks in: the table of designs and the workbook's own materials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ..errors import EmptyTableError, InputError, XlcalcError
from ..files import name_of
from ..grid import (
    SEARCHED,
    OwnMaterials,
    headers_found,
    nothing_below,
    own_materials,
    table_from_rows,
)
from ..kinds import ODS, XLS, XLSB, XLSX
from ..numbers import is_blank
from ..progress import Progress, Silent
from ..quantities import MATERIAL
from ..shapes import Row
from ..table import Table
from ..words import key
from .scan import Limits, check_package, check_size
from .sheet import Book
from .sheets import MATERIALS, STACKS

#: Share of a template's calculated columns by which its table is known.
_MARK = 0.8

#: Columns of the smallest table that has so many of them.
FEWEST = 26

#: Places of hidden rows that a sentence names.
_SHOWN = 10

#: Rows between two words to whoever watches.
_STEP = 1000


def _open(path: Path, kind: str, limits: Limits | None) -> Book:
    """Open a workbook of a kind; what could exhaust a parser is refused before."""
    if kind == XLS:
        from .xls import XlsBook

        check_size(path, limits)
        return XlsBook(path)
    extents = check_package(path, limits)
    if kind == ODS:
        from .ods import OdsBook

        return OdsBook(path, (limits or Limits()).repeated)
    if kind == XLSB:
        from .xlsb import XlsbBook

        return XlsbBook(path)
    from .xlsx import XlsxBook

    return XlsxBook(path, extents)


class WorkbookFile:
    """A workbook, open for reading its values.

    Parameters
    ----------
    path : Path
        The file.
    progress : Progress, optional
        Told how many rows are read.
    limits : Limits, optional
        What it may have before it is refused unread.
    kind : str
        What it is by its content.

    Raises
    ------
    InputError
        If it is no workbook that can be read.
    """

    def __init__(
        self,
        path: Path,
        progress: Progress | None = None,
        limits: Limits | None = None,
        kind: str = XLSX,
    ) -> None:
        self.path = path
        self._kind = kind
        self._progress = progress
        with self._parsing():
            self._book = _open(path, kind, limits)
            self.titles = self._book.titles
        #: Hidden rows of each sheet, as far as it was read.
        self.hidden: dict[str, list[int]] = {}

    @contextmanager
    def _parsing(self) -> Iterator[None]:
        """Turn whatever a damaged file makes the parser raise into one sentence."""
        try:
            yield
        except XlcalcError:
            raise
        except Exception as problem:
            reason = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
            raise InputError(
                f"{name_of(self.path)}: is no workbook that can be read ({reason}); expected "
                f"an .{self._kind} file"
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._book.close()

    def __enter__(self) -> WorkbookFile:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def find(self, title: str) -> str | None:
        """Title of a sheet as the workbook spells it, or None; case does not matter."""
        same = (known for known in self.titles if known.casefold() == title.casefold())
        return title if title in self.titles else next(same, None)

    def source(self, title: str) -> str:
        """What to call a sheet in a sentence."""
        return f"{name_of(self.path)}, sheet {title}"

    def rows(self, title: str) -> Iterator[Row]:
        """Cells of every row from the first.

        A formula nobody calculated is an `Uncalculated`, a cell that a merged range covers a
        `Merged`, an error value a `CellError`; none may pass for a blank.
        """
        with self._parsing():
            sheet = self._book.sheet(title)
        self.hidden[title] = sheet.hidden
        progress = self._progress or Silent()
        progress.start(f"reading {title}", sheet.count)
        rows = sheet.every_row()
        while True:
            # Piece by piece, for whoever takes the rows must not run under our eye for damage.
            with self._parsing():
                piece = list(islice(rows, _STEP))
            if not piece:
                return
            progress.step(len(piece))
            yield from piece


def read_designs_table(book: WorkbookFile, sheet: str | None = None) -> Table:
    """The table of designs of a workbook.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.
    sheet : str, optional
        The sheet to read: "Stacks", or else the first with a column for each required field.

    Returns
    -------
    Table
        Its raw cells.

    Raises
    ------
    InputError
        If there is no such sheet or no designs in it.
    """
    if sheet is not None:
        title = book.find(sheet)
        if title is None:
            raise InputError(
                f"{name_of(book.path)}: has no sheet {sheet!r}; it has {', '.join(book.titles)}"
            )
    else:
        title = book.find(STACKS.title) or _first_with_designs(book)
    table = table_from_rows(book.rows(title), book.source(title))
    table.asides += _hidden_rows(table, book.hidden[title])
    if len(table.headers) < FEWEST:
        return table
    # The templates' own declarations take longer to import than most files to read.
    from .stacks_table import STACKS_TABLE, SWEPT

    return _without_formulas(table, STACKS_TABLE.calculated, [column.header for column in SWEPT])


def _hidden_rows(table: Table, hidden: Iterable[int]) -> list[str]:
    """A sentence on rows that are hidden or filtered away, and count like all others."""
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
    return [f"{table.source}: {rows} {', '.join(shown)}{more} {are} evaluated too"]


def _without_formulas(table: Table, headers: Iterable[str], further: Iterable[str] = ()) -> Table:
    """What a template's table holds besides the columns that it calculates itself.

    A sheet with few of a template's columns is the user's own, and stays as it is. `further` are
    headers that only some templates calculate, and then all of them.
    """
    calculated = {*headers}
    if len(calculated & {*table.headers}) < _MARK * len(calculated):
        return table
    if {*further} <= {*table.headers}:
        calculated.update(further)
    kept = [n for n, header in enumerate(table.headers) if header not in calculated]
    filled = [
        row for row in range(len(table)) if any(not is_blank(table.columns[n][row]) for n in kept)
    ]
    if not filled:
        raise nothing_below(table)
    places = range(len(table.headers)) if table.places is None else table.places
    return replace(
        table,
        headers=[table.headers[n] for n in kept],
        columns=[[table.columns[n][row] for row in filled] for n in kept],
        places=[places[n] for n in kept],
        row_numbers=[table.row_numbers[row] for row in filled],
    )


def _first_with_designs(book: WorkbookFile) -> str:
    candidates = [title for title in book.titles if key(title) != key(MATERIALS.title)]
    if not candidates:
        raise InputError(
            f"{name_of(book.path)}: has no sheet of designs; expected {STACKS.title!r}"
        )
    # Else the one that comes nearest, whose error then says what is missing.
    return max(candidates, key=lambda title: headers_found(islice(book.rows(title), SEARCHED)))


def read_materials(book: WorkbookFile) -> OwnMaterials:
    """A workbook's own materials; one without a Materials sheet has none.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.

    Returns
    -------
    OwnMaterials
        Rows that can be used, and sentences on the others.
    """
    title = book.find(MATERIALS.title)
    if title is None:
        return OwnMaterials()
    try:
        table = table_from_rows(book.rows(title), book.source(title), MATERIAL)
        hidden = _hidden_rows(table, book.hidden[title])
        if len(table.headers) >= FEWEST:
            from .materials_table import MATERIALS_TABLE

            table = _without_formulas(table, MATERIALS_TABLE.calculated)
        own = own_materials(table)
        own.remarks += hidden
        return own
    except EmptyTableError:
        return OwnMaterials()
