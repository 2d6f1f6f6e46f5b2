"""A file of any kind to a table of designs, with the materials that it brings along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .csv_source import CsvSource, open_csv
from .csv_text import read_csv
from .errors import InputError
from .files import cannot_read, name_of
from .find import READABLE, TEXTS, WORKBOOKS
from .grid import OwnMaterials, own_materials
from .headers import design_headers
from .materials import Materials
from .parquet_source import ParquetSource, open_parquet, read_parquet
from .progress import Progress
from .quantities import MATERIAL
from .source import ROWS, Source, TableSource
from .table import Table

if TYPE_CHECKING:
    from .workbook.scan import Limits


def read_file(
    path: Path,
    sheet: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> tuple[Table, OwnMaterials]:
    """The designs of a file, and the workbook's own materials.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm, .csv or .parquet file.
    sheet : str, optional
        Sheet of a workbook.
    progress : Progress, optional
        Told how many rows of a workbook are read.
    limits : Limits, optional
        What a workbook may have before it is refused unread.

    Returns
    -------
    Table
        Raw cells of the designs.
    OwnMaterials
        Own materials; none for a file without sheets.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in WORKBOOKS:
            # openpyxl takes longer to import than most csv files to evaluate.
            from .workbook.reader import WorkbookFile, read_designs_table, read_materials

            with WorkbookFile(path, progress, limits) as book:
                return read_designs_table(book, sheet), read_materials(book)
        if sheet is not None:
            raise InputError(f"{name_of(path)}: has no sheets; expected no sheet to be named")
        if suffix in TEXTS:
            return read_csv(path), OwnMaterials()
        if suffix == ".parquet":
            return read_parquet(path), OwnMaterials()
    except OSError as problem:
        raise cannot_read(path, problem) from None
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a file")
    raise InputError(f"{name_of(path)}: expected a file ending in {', '.join(READABLE)}")


#: Bytes up to which a csv file is read as a whole.
_SMALL = 4_000_000


def open_source(
    path: Path,
    sheet: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    at_a_time: int = ROWS,
) -> Source:
    """The designs of a file, to be read piece by piece where it is large.

    Parameters
    ----------
    path : Path
        A file as for `read_file`.
    sheet, progress, limits
        As for `read_file`.
    at_a_time : int
        About how many rows a piece has.

    Returns
    -------
    Source
        With the workbook's own materials.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    suffix = path.suffix.lower()
    found: ParquetSource | CsvSource | None = None
    try:
        if sheet is None and suffix == ".parquet" and path.is_file():
            found = open_parquet(path, at_a_time)
        elif sheet is None and suffix in TEXTS and path.stat().st_size > _SMALL:
            found = open_csv(path, at_a_time)
    except OSError as problem:
        raise cannot_read(path, problem) from None
    if found is not None:
        return found
    table, own = read_file(path, sheet, progress, limits)
    return TableSource(
        name=name_of(path),
        whole=table,
        columns=design_headers(table),
        own=own,
        at_a_time=at_a_time,
    )


def read_materials_file(path: Path) -> Materials:
    """The library with the materials of a workbook's Materials sheet or a csv file on top.

    Raises
    ------
    InputError
        If the file cannot be used, has no materials or a row of it is wrong.
    """
    if not path.is_file():
        raise InputError(f"{path}: does not exist or is no file")
    if path.suffix.lower() in WORKBOOKS:
        from .workbook.reader import WorkbookFile, read_materials

        with WorkbookFile(path) as book:
            own = read_materials(book)
    else:
        own = own_materials(read_csv(path, MATERIAL))
    if own.unusable:
        raise InputError(next(iter(own.unusable.values())))
    if not own.materials:
        raise InputError(f"{name_of(path)}: has no materials; expected a sheet called Materials")
    return own.on(Materials.library())
