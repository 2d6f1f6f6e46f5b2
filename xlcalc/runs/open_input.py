"""A file of any kind to a table of designs, with the materials that it brings along."""

from __future__ import annotations

from pathlib import Path

from xlcalc.errors import InputError
from xlcalc.files.formats import PARQUET, TEXT, WORKBOOKS, detect_format
from xlcalc.files.names import cannot_read, location_of, name_of, needs_memory
from xlcalc.files.sources import Source, TableSource
from xlcalc.physics.materials import Materials
from xlcalc.problems import Location, Problem
from xlcalc.progress import Progress
from xlcalc.runs.find_inputs import open_elsewhere
from xlcalc.runs.options import READ, ReadOptions
from xlcalc.tables.columns import design_table
from xlcalc.tables.header_matching import MATERIAL_HEADERS
from xlcalc.tables.materials_sheet import OwnMaterials, own_materials
from xlcalc.tables.table import DesignTable


def read_file(
    path: Path, read: ReadOptions = READ, progress: Progress | None = None
) -> tuple[DesignTable, OwnMaterials]:
    """The designs of a file, and the workbook's own materials.

    Parameters
    ----------
    path : Path
        A workbook, csv or parquet file; what it is, its content tells.
    read : ReadOptions
        How it is read.
    progress : Progress, optional
        Told how many rows of a workbook are read.

    Returns
    -------
    DesignTable
        Raw cells of the designs.
    OwnMaterials
        Own materials; none for a file without sheets.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    form = detect_format(path)
    # A run reads files of one kind, and pays for the reader of that alone.
    try:
        if form.name in WORKBOOKS:
            from xlcalc.runs.read_workbook import read_designs_table, read_materials
            from xlcalc.workbooks.reading.workbook_file import WorkbookFile

            with WorkbookFile(path, progress, read.limits, form.name) as book:
                table, own = read_designs_table(book, read.sheet), read_materials(book)
        elif read.sheet is not None:
            expected = "no sheet to be named"
            raise InputError(Problem("has no sheets", expected=expected, where=location_of(path)))
        elif form.name == TEXT:
            from xlcalc.files.csv_rows import read_csv

            table, own = read_csv(path, decimal_mark=read.decimal_mark), OwnMaterials()
        else:
            from xlcalc.files.parquet_chunks import read_parquet

            table, own = read_parquet(path), OwnMaterials()
    except OSError as problem:
        raise cannot_read(path, problem) from None
    except MemoryError:
        raise needs_memory(path) from None
    except InputError as error:
        if form.remark is None:
            raise
        # That a file is no workbook says more than what is wrong with it as a text.
        inside = error.problem.of(f"{form.remark.text}; {error.problem.where}")
        raise InputError(inside.at(form.remark.where)) from None
    table.row_remarks[:0] = filter(None, (form.remark, open_elsewhere(path)))
    return design_table(table), own


#: Bytes up to which a csv file is read as a whole.
_SMALL = 4_000_000


def open_source(path: Path, read: ReadOptions = READ, progress: Progress | None = None) -> Source:
    """The designs of a file, to be read chunk by chunk where it is large.

    Parameters
    ----------
    path : Path
        A file as for `read_file`.
    read, progress
        As for `read_file`.

    Returns
    -------
    Source
        With the workbook's own materials.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    form = detect_format(path)
    found: Source | None = None
    try:
        if read.sheet is None and form.name == PARQUET:
            from xlcalc.files.parquet_chunks import open_parquet

            found = open_parquet(path, read.rows_per_chunk)
        elif read.sheet is None and form.name == TEXT and path.stat().st_size > _SMALL:
            from xlcalc.files.csv_chunks import open_csv

            found = open_csv(path, read.rows_per_chunk, read.decimal_mark)
    except OSError as problem:
        raise cannot_read(path, problem) from None
    except MemoryError:
        raise needs_memory(path) from None
    if found is not None:
        found.own.remarks += filter(None, (form.remark, open_elsewhere(path)))
        return found
    table, own = read_file(path, read, progress)
    return TableSource.of(name_of(path), table, own, read.rows_per_chunk)


def read_materials_file(path: Path) -> Materials:
    """The library with the materials of a workbook's Materials sheet or a csv file on top.

    Raises
    ------
    InputError
        As `read_own_materials` does.
    """
    return read_own_materials(path).on(Materials.library())


def read_own_materials(path: Path, decimal_mark: str = "") -> OwnMaterials:
    """The materials of a workbook's Materials sheet or a csv file, with remarks.

    Parameters
    ----------
    path : Path
        The file.
    decimal_mark : str
        The mark before decimals in a csv file, where it is known.

    Raises
    ------
    InputError
        If the file cannot be used, has no materials or a row of it is wrong.
    """
    if not path.is_file():
        raise InputError(Problem("does not exist or is no file", where=Location(str(path))))
    form = detect_format(path)
    if form.name in WORKBOOKS:
        from xlcalc.runs.read_workbook import read_materials
        from xlcalc.workbooks.reading.workbook_file import WorkbookFile

        with WorkbookFile(path, kind=form.name) as book:
            own = read_materials(book)
    elif form.name == TEXT:
        from xlcalc.files.csv_rows import read_csv

        table = read_csv(path, MATERIAL_HEADERS, decimal_mark)
        own = own_materials(table)
        own.remarks += table.row_remarks
    else:
        expected = "a workbook or a csv file"
        raise InputError(Problem("holds no materials", expected=expected, where=location_of(path)))
    if own.unusable:
        raise InputError(next(iter(own.unusable.values())))
    if not own.materials:
        expected = "a sheet called Materials"
        raise InputError(Problem("has no materials", expected=expected, where=location_of(path)))
    own.remarks[:0] = filter(None, (form.remark, open_elsewhere(path)))
    return own
