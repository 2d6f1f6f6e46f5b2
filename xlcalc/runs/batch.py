"""Files of designs in, results out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcalc.errors import InputError, OutputError, XlcalcError
from xlcalc.files.atomic import whole_file
from xlcalc.files.fingerprint import Fingerprint, Watched, fingerprint
from xlcalc.files.formats import WORKBOOKS, kind_of
from xlcalc.files.sources import ROWS
from xlcalc.files.writers import write_json
from xlcalc.physics.categorical import Columns
from xlcalc.physics.materials import Materials
from xlcalc.progress import Progress, Silent
from xlcalc.runs.find_inputs import find_files
from xlcalc.runs.open_input import open_source
from xlcalc.runs.provenance import Provenance, write_beside
from xlcalc.runs.streaming import OUTPUTS, _Job, _joined, _OwnColumns, _stream, _Way
from xlcalc.tables.evaluate import COLUMNS, Evaluation, evaluate_rows
from xlcalc.tables.summary import Batch

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits

WRITABLE = (".xlsx", ".csv", ".parquet", ".json")


def run(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    sheet: str | None = None,
    materials: Materials | None = None,
    breakdown: bool = False,
    progress: Progress | None = None,
    limits: Limits | None = None,
    at_a_time: int = ROWS,
    split_sheets: bool = False,
    decimal: str = "",
    dask: str | None = None,
) -> Batch:
    """Evaluate files of designs and write the results.

    Parameters
    ----------
    inputs : sequence of Path
        Files, folders and patterns.
    output : Path, optional
        An .xlsx, .csv, .parquet or .json file; it appears whole or not at all.
    sheet : str, optional
        Sheet of the workbooks to read.
    materials : Materials, optional
        Where names are looked up; a workbook's own go on top.
    breakdown : bool
        Whether csv, parquet and json get the breakdown too, as further columns.
    progress : Progress, optional
        Told how the run gets on.
    limits : Limits, optional
        What a workbook may have before it is refused unread.
    at_a_time : int
        About how many designs are worked on at a time.
    split_sheets : bool
        Whether rows that one sheet of an .xlsx file cannot hold go on in further sheets.
    decimal : str
        The mark before decimals in csv files; looked for in each where it is not told.
    dask : str, optional
        Whose workers evaluate csv and parquet files in place of this process: ``local``, or the
        address or file of a Dask scheduler.

    Returns
    -------
    Batch
        Results, counts and remarks. A file among several that cannot be used is in `unusable`.

    Raises
    ------
    InputError
        If no file can be used.
    OutputError
        If the results cannot be written; an old file of that name is as it was.
    """
    start = perf_counter()
    progress = progress or Silent()
    suffix = "" if output is None else output.suffix.lower()
    if output is not None and suffix not in WRITABLE:
        raise OutputError(f"{output}: expected a file ending in {', '.join(WRITABLE)}")
    if dask is not None:
        if output is None or suffix not in OUTPUTS:
            raise OutputError(f"with Dask, expected --output to end in {' or '.join(OUTPUTS)}")
        # Workers are at home in other folders.
        output = output.absolute()
    found = find_files(inputs, output)
    paths = found.paths if dask is None else [path.absolute() for path in found.paths]
    batch = Batch(remarks=[*map(str, found.remarks)], unusable=[*map(str, found.unusable)])
    library = materials or Materials.library()
    jobs: list[_Job] = []
    several = found.several
    if several:
        progress.start("reading files", len(paths))
    for path in paths:
        try:
            # Before it is read: a change meanwhile makes the results stale, not the record wrong.
            mark = fingerprint(path)
            if dask is not None and kind_of(path).name in WORKBOOKS:
                raise InputError(f"{path}: is a workbook; Dask evaluates csv and parquet files")
            watched = None if several else progress
            source = open_source(path, sheet, watched, limits, at_a_time, decimal)
        except XlcalcError as problem:
            if not several:
                raise
            batch.unusable.append(str(problem))
        else:
            jobs.append(_Job(source, source.own.on(library), mark, path))
            batch.sources.append(source.name)
            batch.wrong_materials += map(str, source.own.unusable.values())
            batch.remarks += map(str, source.own.remarks)
        if several:
            progress.step(1)
    if not jobs:
        raise InputError("; ".join(batch.unusable))
    options = {"sheet": sheet, "breakdown": breakdown}

    def provenance() -> Provenance:
        prints = [job.print for job in jobs]
        return Provenance.of(prints, batch.materials, batch.taken, options)

    result: Fingerprint | None = None
    columns = _OwnColumns([job.source for job in jobs], with_files=several)
    rows = sum(job.source.rows for job in jobs)
    if suffix in OUTPUTS:
        assert output is not None
        way = _Way(breakdown, at_a_time, decimal, dask, progress)
        result = _stream(batch, jobs, columns, output, way, provenance)
    else:
        if suffix == ".xlsx":
            from xlcalc.workbooks.writing.results import check_sheet_size

            check_sheet_size(rows, len(COLUMNS) + len(columns.names), split=split_sheets)
        _collect(batch, jobs, columns, breakdown=breakdown or suffix == ".xlsx")
        batch.provenance = provenance().lines()
        if output is not None:
            result = _write(batch, output, progress, split_sheets=split_sheets)
    if result is not None:
        assert output is not None
        write_beside(provenance(), output, result)
    batch.seconds = perf_counter() - start
    return batch


def _collect(batch: Batch, jobs: Sequence[_Job], columns: _OwnColumns, *, breakdown: bool) -> None:
    """Evaluate all designs, and keep their results."""
    done: list[Evaluation] = []
    own: list[dict[str, Any]] = []
    for job in jobs:
        for piece in job.source.pieces():
            evaluation = evaluate_rows(piece.table(), job.materials)
            batch.take(evaluation.tally(), job.materials)
            done.append(evaluation)
            own.append(columns.of(evaluation, job.source.name))
    batch.columns = Columns.joined([evaluation.columns for evaluation in done])
    batch.extra = {name: _joined([part[name] for part in own]) for name in own[0]}
    if breakdown:
        parts = [evaluation.breakdown() for evaluation in done]
        batch.breakdown = {
            name: np.concatenate([part[name] for part in parts]) for name in parts[0]
        }


def _write(
    batch: Batch, output: Path, progress: Progress, *, split_sheets: bool
) -> Fingerprint | None:
    """Write results; what their file is, if its record stands beside it."""
    if output.suffix.lower() == ".json":
        with whole_file(output) as file:
            watched = Watched(file)
            write_json({**batch.columns.stored, **batch.extra, **batch.breakdown}, watched)
        return watched.fingerprint(output)
    from xlcalc.workbooks.writing.results import write_results

    progress.start("writing", 2 * batch.read)
    with whole_file(output) as file:
        write_results(batch, file, progress.step, split=split_sheets)
    return None
