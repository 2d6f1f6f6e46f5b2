"""A file of any kind to a table of designs, with the materials that it brings along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlcalc.errors import InputError
from xlcalc.files.csv_pieces import CsvSource, open_csv
from xlcalc.files.csv_rows import read_csv
from xlcalc.files.formats import PARQUET, TEXT, WORKBOOKS, kind_of
from xlcalc.files.names import cannot_read, location_of, name_of
from xlcalc.files.parquet_pieces import ParquetSource, open_parquet, read_parquet
from xlcalc.files.sources import ROWS, Source, TableSource
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities.vocabulary import MATERIAL
from xlcalc.problems import Location, Problem
from xlcalc.progress import Progress
from xlcalc.runs.find_inputs import open_elsewhere
from xlcalc.tables.columns import design_headers
from xlcalc.tables.materials_sheet import OwnMaterials, own_materials
from xlcalc.tables.table import Table

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits


def read_file(
    path: Path,
    sheet: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    decimal: str = "",
) -> tuple[Table, OwnMaterials]:
    """The designs of a file, and the workbook's own materials.

    Parameters
    ----------
    path : Path
        A workbook, csv or parquet file; what it is, its content tells.
    sheet : str, optional
        Sheet of a workbook.
    progress : Progress, optional
        Told how many rows of a workbook are read.
    limits : Limits, optional
        What a workbook may have before it is refused unread.
    decimal : str
        The mark before decimals in a csv file, where it is told.

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
    kind = kind_of(path)
    try:
        if kind.name in WORKBOOKS:
            # Not every run reads a workbook.
            from xlcalc.runs.read_workbook import read_designs_table, read_materials
            from xlcalc.workbooks.reading.workbook_file import WorkbookFile

            with WorkbookFile(path, progress, limits, kind.name) as book:
                table, own = read_designs_table(book, sheet), read_materials(book)
        elif sheet is not None:
            expected = "no sheet to be named"
            raise InputError(Problem("has no sheets", expected=expected, where=location_of(path)))
        elif kind.name == TEXT:
            table, own = read_csv(path, decimal=decimal), OwnMaterials()
        else:
            table, own = read_parquet(path), OwnMaterials()
    except OSError as problem:
        raise cannot_read(path, problem) from None
    except InputError as error:
        if kind.remark is None:
            raise
        # That a file is no workbook says more than what is wrong with it as a text.
        inside = error.problem.of(f"{kind.remark.text}; {error.problem.where}")
        raise InputError(inside.at(kind.remark.where)) from None
    table.asides[:0] = filter(None, (kind.remark, open_elsewhere(path)))
    return table, own


#: Bytes up to which a csv file is read as a whole.
_SMALL = 4_000_000


def open_source(
    path: Path,
    sheet: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    at_a_time: int = ROWS,
    decimal: str = "",
) -> Source:
    """The designs of a file, to be read piece by piece where it is large.

    Parameters
    ----------
    path : Path
        A file as for `read_file`.
    sheet, progress, limits, decimal
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
    kind = kind_of(path)
    found: ParquetSource | CsvSource | None = None
    try:
        if sheet is None and kind.name == PARQUET:
            found = open_parquet(path, at_a_time)
        elif sheet is None and kind.name == TEXT and path.stat().st_size > _SMALL:
            found = open_csv(path, at_a_time, decimal)
    except OSError as problem:
        raise cannot_read(path, problem) from None
    if found is not None:
        found.own.remarks += filter(None, (kind.remark, open_elsewhere(path)))
        return found
    table, own = read_file(path, sheet, progress, limits, decimal)
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
        raise InputError(Problem("does not exist or is no file", where=Location(str(path))))
    kind = kind_of(path)
    if kind.name in WORKBOOKS:
        from xlcalc.runs.read_workbook import read_materials
        from xlcalc.workbooks.reading.workbook_file import WorkbookFile

        with WorkbookFile(path, kind=kind.name) as book:
            own = read_materials(book)
    elif kind.name == TEXT:
        own = own_materials(read_csv(path, MATERIAL))
    else:
        expected = "a workbook or a csv file"
        raise InputError(Problem("holds no materials", expected=expected, where=location_of(path)))
    if own.unusable:
        raise InputError(next(iter(own.unusable.values())))
    if not own.materials:
        expected = "a sheet called Materials"
        raise InputError(Problem("has no materials", expected=expected, where=location_of(path)))
    return own.on(Materials.library())
