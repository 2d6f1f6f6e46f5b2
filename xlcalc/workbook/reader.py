"""Workbooks in: the table of designs and the workbook's own materials."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ..errors import EmptyTableError, InputError
from ..grid import (
    SEARCHED,
    OwnMaterials,
    Row,
    headers_found,
    own_materials,
    table_from_rows,
)
from ..progress import Progress
from ..quantities import MATERIAL
from ..table import Table, Uncalculated
from ..words import key
from .sheets import MATERIALS, STACKS

#: First bytes of the container that old .xls files and password-protected workbooks share.
_OLE = b"\xd0\xcf\x11\xe0"


#: Rows between two words to whoever watches.
_STEP = 1000


class WorkbookFile:
    """An .xlsx or .xlsm file, open for reading its values.

    Parameters
    ----------
    path : Path
        The file.
    progress : Progress, optional
        Told how many rows are read.

    Raises
    ------
    InputError
        If it is no workbook that can be read.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        self._progress = progress
        with path.open("rb") as file:
            if file.read(4) == _OLE:
                raise InputError(
                    f"{path.name}: is an old .xls file or protected by a password; "
                    "expected an .xlsx file without one"
                )
        try:
            self._values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as problem:
            raise InputError(
                f"{path.name}: is no workbook that can be read ({problem}); expected an .xlsx file"
            ) from None
        self.titles: list[str] = [sheet.title for sheet in self._values.worksheets]

    def close(self) -> None:
        """Close the file."""
        self._values.close()

    def __enter__(self) -> WorkbookFile:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def find(self, title: str) -> str | None:
        """Title of a sheet as the workbook spells it, or None."""
        return next((known for known in self.titles if key(known) == key(title)), None)

    def source(self, title: str) -> str:
        """What to call a sheet in a sentence."""
        return f"{self.path.name}, sheet {title}"

    def rows(self, title: str) -> Iterator[Row]:
        """Cells of every row from the first; a formula nobody calculated is marked as such."""
        if self._progress is None:
            yield from self._rows(title)
            return
        self._progress.start(f"reading {title}", self._values[title].max_row or 0)
        for number, row in enumerate(self._rows(title), start=1):
            if number % _STEP == 0:
                self._progress.step(_STEP)
            yield row

    def _rows(self, title: str) -> Iterator[Row]:
        values: Any = self._values[title]
        # The size a file claims for a sheet may be wrong; rows are read to the last.
        values.reset_dimensions()
        if not _holds_formulas(self.path, values):
            yield from values.iter_rows(values_only=True)
            return
        with closing(openpyxl.load_workbook(self.path, read_only=True)) as book:
            formulas: Any = book[title]
            formulas.reset_dimensions()
            for row, written in zip(
                values.iter_rows(values_only=True),
                formulas.iter_rows(values_only=True),
                strict=True,
            ):
                yield [
                    Uncalculated(str(getattr(formula, "text", formula)))
                    if value is None and formula is not None
                    else value
                    for value, formula in zip(row, written, strict=True)
                ]


def _holds_formulas(path: Path, sheet: Any) -> bool:
    """Whether a sheet's part holds any formula; most tables hold none and need one reading."""
    with zipfile.ZipFile(path) as package, package.open(sheet._worksheet_path) as part:
        tail = b""
        while chunk := part.read(1 << 20):
            if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                return True
            tail = chunk[-3:]
    return False


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
                f"{book.path.name}: has no sheet {sheet!r}; it has {', '.join(book.titles)}"
            )
    else:
        title = book.find(STACKS.title) or _first_with_designs(book)
    return table_from_rows(book.rows(title), book.source(title))


def _first_with_designs(book: WorkbookFile) -> str:
    candidates = [title for title in book.titles if key(title) != key(MATERIALS.title)]
    if not candidates:
        raise InputError(f"{book.path.name}: has no sheet of designs; expected {STACKS.title!r}")
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
        return own_materials(table_from_rows(book.rows(title), book.source(title), MATERIAL))
    except EmptyTableError:
        return OwnMaterials()
