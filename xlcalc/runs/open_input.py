"""A file of any kind to a table of designs, with the materials that it brings along."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(kw_only=True)
class FileTables:
    """What a file of designs holds.

    Parameters
    ----------
    tables : list of DesignTable
        Raw cells of the designs; several tables where several sheets were asked for.
    own : OwnMaterials
        Its own materials; none for a file without sheets.
    unusable : list of Problem
        Sheets asked for that cannot be used, beside others that can.
    """

    tables: list[DesignTable]
    own: OwnMaterials = field(default_factory=OwnMaterials)
    unusable: list[Problem] = field(default_factory=list)


def read_file(
    path: Path, read: ReadOptions = READ, progress: Progress | None = None
) -> tuple[DesignTable, OwnMaterials]:
    """The designs of a file or of one sheet of a workbook, and the workbook's own materials.

    Raises
    ------
    InputError
        As for `read_tables`, or if several sheets are asked for.
    """
    found = read_tables(path, read, progress)
    if found.unusable:
        raise InputError(found.unusable[0])
    if len(found.tables) > 1:
        text = f"has {len(found.tables)} sheets that --sheet names"
        raise InputError(Problem(text, expected="one", where=location_of(path)))
    return found.tables[0], found.own


def read_tables(
    path: Path, read: ReadOptions = READ, progress: Progress | None = None
) -> FileTables:
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
    FileTables
        At least one table.

    Raises
    ------
    InputError
        If the file, or each of the sheets asked for, cannot be used.
    """
    form = detect_format(path)
    # A run reads files of one kind, and pays for the reader of that alone.
    try:
        if form.name in WORKBOOKS:
            found = _read_sheets(path, read, progress, form.name)
        elif read.sheet is not None:
            expected = "no sheet to be named"
            raise InputError(Problem("has no sheets", expected=expected, where=location_of(path)))
        elif form.name == TEXT:
            from xlcalc.files.csv_rows import read_csv

            found = FileTables(
                tables=[design_table(read_csv(path, decimal_mark=read.decimal_mark))]
            )
        else:
            from xlcalc.files.parquet_chunks import read_parquet

            found = FileTables(tables=[design_table(read_parquet(path))])
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
    found.tables[0].row_remarks[:0] = filter(None, (form.remark, open_elsewhere(path)))
    return found


def _read_sheets(path: Path, read: ReadOptions, progress: Progress | None, kind: str) -> FileTables:
    """The tables of a workbook; a sheet among several that cannot be used costs itself alone."""
    from xlcalc.runs.read_workbook import read_designs_table, read_materials
    from xlcalc.runs.which_sheets import SheetChoice
    from xlcalc.workbooks.reading.workbook_file import WorkbookFile

    found = FileTables(tables=[])
    with WorkbookFile(path, progress, read.limits, kind) as book:
        sheets = SheetChoice(book)
        titles, remarks = sheets.designs(read.sheets)
        for title in titles:
            try:
                found.tables.append(design_table(read_designs_table(book, title)))
            except InputError as error:
                found.unusable.append(error.problem)
        if not found.tables:
            raise InputError(found.unusable[0])
        found.own = read_materials(book, sheets)
    found.tables[0].row_remarks[:0] = remarks
    return found


#: Bytes up to which a csv file is read as a whole.
_SMALL = 4_000_000


def open_sources(
    path: Path, read: ReadOptions = READ, progress: Progress | None = None
) -> tuple[list[Source], list[Problem]]:
    """The designs of a file, to be read chunk by chunk where it is large.

    Parameters
    ----------
    path : Path
        A file as for `read_tables`.
    read, progress
        As for `read_tables`.

    Returns
    -------
    list of Source
        One for each table; each comes with the workbook's own materials.
    list of Problem
        Sheets asked for that cannot be used.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    form = detect_format(path)
    large: Source | None = None
    try:
        if read.sheet is None and form.name == PARQUET:
            from xlcalc.files.parquet_chunks import open_parquet

            large = open_parquet(path, read.rows_per_chunk)
        elif read.sheet is None and form.name == TEXT and path.stat().st_size > _SMALL:
            from xlcalc.files.csv_chunks import open_csv

            large = open_csv(path, read.rows_per_chunk, read.decimal_mark)
    except OSError as problem:
        raise cannot_read(path, problem) from None
    except MemoryError:
        raise needs_memory(path) from None
    if large is not None:
        large.own.remarks += filter(None, (form.remark, open_elsewhere(path)))
        return [large], []
    found = read_tables(path, read, progress)
    name, rows = name_of(path), read.rows_per_chunk
    sources = [TableSource.of(name, table, found.own, rows) for table in found.tables]
    return [*sources], found.unusable


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

        own = own_materials(read_csv(path, MATERIAL_HEADERS, decimal_mark))
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
