"""Workbooks in: the table of designs and the workbook's own materials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from xlcalc.errors import InputError, XlcalcError
from xlcalc.files.formats import ODS, XLS, XLSB, XLSX
from xlcalc.files.names import location_of, name_of
from xlcalc.problems import Location, Problem
from xlcalc.progress import Progress, Silent
from xlcalc.tables.table import Row
from xlcalc.workbooks.package.limits import Limits, check_package, check_size
from xlcalc.workbooks.reading.protocol import WorkbookReader

#: Rows between two words to whoever watches.
_STEP = 1000


def _open(path: Path, kind: str, limits: Limits | None) -> WorkbookReader:
    """Open a workbook of a kind; what could exhaust a parser is refused before."""
    if kind == XLS:
        from xlcalc.workbooks.reading.xls import XlsBook

        check_size(path, limits)
        return XlsBook(path)
    extents = check_package(path, limits)
    if kind == ODS:
        from xlcalc.workbooks.reading.ods import OdsBook

        return OdsBook(path, (limits or Limits()).repeated)
    if kind == XLSB:
        from xlcalc.workbooks.reading.xlsb import XlsbBook

        return XlsbBook(path)
    from xlcalc.workbooks.reading.xlsx import XlsxBook

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
            self.hidden_sheets = self._book.hidden_sheets
        #: Why formulas of a sheet that was read may show old values, by its title.
        self.old: dict[str, str] = {}
        #: Hidden rows of each sheet, as far as it was read.
        self.hidden: dict[str, list[int]] = {}

    @contextmanager
    def _parsing(self) -> Iterator[None]:
        """Turn whatever a damaged file makes the parser raise into one sentence."""
        try:
            yield
        except (XlcalcError, MemoryError):
            raise
        except Exception as problem:
            reason = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
            text = f"is no workbook that can be read ({reason})"
            expected = f"an .{self._kind} file"
            raise InputError(
                Problem(text, expected=expected, where=location_of(self.path))
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._book.close()

    def __enter__(self) -> WorkbookFile:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def find(self, title: str) -> str | None:
        """Title of a sheet as the workbook spells it, or None; case and outer spaces do not matter.

        Of several that differ in no more, one that is shown comes first.
        """
        if title in self.titles:
            return title
        wanted = title.strip().casefold()
        same = [known for known in self.titles if known.strip().casefold() == wanted]
        return min(same, key=lambda known: known in self.hidden_sheets, default=None)

    def source(self, title: str) -> Location:
        """A sheet as the place of a problem."""
        return Location(name_of(self.path), title)

    def head(self, title: str, count: int) -> list[Row]:
        """Cells of the first rows, as `rows` gives them but for merged ranges."""
        with self._parsing():
            return list(islice(self._book.sheet(title, head=True).every_row(), count))

    def rows(self, title: str) -> Iterator[Row]:
        """Cells of every row from the first.

        A formula nobody calculated is an `Uncalculated`, a cell that a merged range covers a
        `Merged`, an error value a `CellError`; none may pass for a blank.
        """
        with self._parsing():
            sheet = self._book.sheet(title)
        self.hidden[title] = sheet.hidden
        self.old[title] = sheet.old
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
