"""Files of designs in, results out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from xlcalc.errors import InputError, OutputError, XlcalcError
from xlcalc.files.atomic import whole_file
from xlcalc.files.fingerprint import Fingerprint, HashingWriter, fingerprint
from xlcalc.files.formats import WORKBOOKS, detect_format
from xlcalc.files.writers import write_json
from xlcalc.physics.categorical import Categorical, ResultColumns
from xlcalc.physics.materials import Materials
from xlcalc.problems import Problem
from xlcalc.progress import Progress, Silent
from xlcalc.runs.find_inputs import Found, find_files
from xlcalc.runs.open_input import open_sources
from xlcalc.runs.options import OUTPUT, READ, OutputOptions, ReadOptions
from xlcalc.runs.provenance import Provenance, write_beside
from xlcalc.runs.streaming import STREAMED, Job, OwnColumns, stream
from xlcalc.tables.arrow import cells, chained
from xlcalc.tables.evaluate import COLUMNS, evaluate_rows
from xlcalc.tables.summary import BatchResult

WRITABLE = (".xlsx", ".csv", ".parquet", ".json")


def run(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    read: ReadOptions = READ,
    write: OutputOptions = OUTPUT,
    materials: Materials | None = None,
    remarks: Sequence[Problem] = (),
    progress: Progress | None = None,
) -> BatchResult:
    """Evaluate files of designs and write the results.

    Parameters
    ----------
    inputs : sequence of Path
        Files, folders and patterns.
    output : Path, optional
        An .xlsx, .csv, .parquet or .json file; it appears whole or not at all.
    read : ReadOptions
        How the files are read.
    write : OutputOptions
        What is written, and by whom.
    materials : Materials, optional
        Where names are looked up; a workbook's own go on top.
    remarks : sequence of Problem
        What is odd of where those come from.
    progress : Progress, optional
        Told how the run gets on.

    Returns
    -------
    BatchResult
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
    _expect_output(output, write)
    if output is not None and write.dask is not None:
        # Workers are at home in other folders.
        output = output.absolute()
    found = find_files(inputs, output)
    batch = BatchResult(unusable=[*map(str, found.unusable)])
    batch.summary.remarks = [*map(str, [*remarks, *found.remarks])]
    jobs = _open(batch, found, materials or Materials.library(), read, write, progress)
    columns = OwnColumns(
        [job.source for job in jobs],
        with_files=found.several,
        with_sheets=len(jobs) > len(batch.sources),
    )
    options = {"sheet": read.sheet, "breakdown": write.breakdown}

    def provenance() -> Provenance:
        prints = [*{job.path: job.fingerprint for job in jobs}.values()]
        return Provenance.of(prints, batch.materials, batch.summary.choices_taken, options)

    result: Fingerprint | None = None
    if output is not None and output.suffix.lower() in STREAMED:
        result = stream(
            batch, jobs, columns, output, provenance, read=read, write=write, progress=progress
        )
    else:
        _evaluate(batch, jobs, columns, output, write)
        batch.provenance = provenance().lines()
        if output is not None:
            result = _write(batch, output, write, progress)
    if output is not None and result is not None:
        write_beside(provenance(), output, result)
    batch.seconds = perf_counter() - start
    return batch


def _expect_output(output: Path | None, write: OutputOptions) -> None:
    """Refuse an output of a kind that cannot be written, before any work."""
    suffix = "" if output is None else output.suffix.lower()
    if output is not None and suffix not in WRITABLE:
        raise OutputError(f"{output}: expected a file ending in {', '.join(WRITABLE)}")
    if write.dask is not None and suffix not in STREAMED:
        raise OutputError(f"with Dask, expected --output to end in {' or '.join(STREAMED)}")


def _open(
    batch: BatchResult,
    found: Found,
    library: Materials,
    read: ReadOptions,
    write: OutputOptions,
    progress: Progress,
) -> list[Job]:
    """Open the files found; one among several that cannot be used is left out.

    Raises
    ------
    InputError
        If none can be used.
    """
    jobs: list[Job] = []
    several = found.several
    if several:
        progress.start("reading files", len(found.paths))
    for path in found.paths:
        if write.dask is not None:
            path = path.absolute()
        try:
            # Before it is read: a change meanwhile makes the results stale, not the record wrong.
            was = fingerprint(path)
            if write.dask is not None and detect_format(path).name in WORKBOOKS:
                raise InputError(f"{path}: is a workbook; Dask evaluates csv and parquet files")
            sources, unusable = open_sources(path, read, None if several else progress)
        except XlcalcError as problem:
            if not several:
                raise
            batch.unusable.append(str(problem))
        else:
            own = sources[0].own
            known = own.on(library)
            for source in sources:
                jobs.append(Job(source=source, materials=known, fingerprint=was, path=path))
            batch.unusable += map(str, unusable)
            batch.sources.append(sources[0].name)
            batch.wrong_materials += map(str, own.unusable.values())
            batch.summary.remarks += map(str, own.remarks)
        if several:
            progress.step(1)
    if not jobs:
        raise InputError("; ".join(batch.unusable))
    return jobs


def _evaluate(
    batch: BatchResult,
    jobs: Sequence[Job],
    columns: OwnColumns,
    output: Path | None,
    write: OutputOptions,
) -> None:
    """Evaluate all designs, and keep their results.

    Raises
    ------
    OutputError
        If the output cannot hold them.
    """
    is_workbook = output is not None and output.suffix.lower() == ".xlsx"
    if is_workbook:
        from xlcalc.workbooks.writing.results import check_sheet_size

        rows = sum(job.source.rows for job in jobs)
        check_sheet_size(rows, len(COLUMNS) + len(columns.names), split=write.split_sheets)
    results: list[ResultColumns] = []
    own: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for job in jobs:
        for rows_of_chunk in job.source.read(job.source.chunks):
            evaluation = evaluate_rows(rows_of_chunk(), job.materials)
            batch.add(evaluation.summary(), job.materials)
            results.append(evaluation.columns)
            own.append(columns.of(evaluation, job.source.name))
            if write.breakdown or is_workbook:
                parts.append(evaluation.breakdown())
    batch.columns = ResultColumns.joined(results)
    batch.extra = {name: _joined([each[name] for each in own]) for name in own[0]}
    if parts:
        batch.breakdown = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _joined(parts: Sequence[Any]) -> Any:
    """Parts of a column, one below the other."""
    if len(parts) == 1:
        return parts[0] if not isinstance(parts[0], Categorical) else list(parts[0])
    if all(isinstance(part, Categorical) for part in parts):
        return Categorical.joined(parts)
    if not any(isinstance(part, (list, Categorical)) for part in parts) and (
        whole := chained(parts)
    ):
        return whole
    return [cell for part in parts for cell in cells(part)]


def _write(
    batch: BatchResult, output: Path, write: OutputOptions, progress: Progress
) -> Fingerprint | None:
    """Write results; what their file is, if its record stands beside it."""
    if output.suffix.lower() == ".json":
        with whole_file(output) as file:
            hashed = HashingWriter(file)
            write_json({**batch.columns.stored, **batch.extra, **batch.breakdown}, hashed)
        return hashed.fingerprint(output)
    from xlcalc.workbooks.writing.results import write_results

    progress.start("writing", 2 * batch.summary.read)
    with whole_file(output) as file:
        write_results(batch, file, progress.step, split=write.split_sheets)
    return None
