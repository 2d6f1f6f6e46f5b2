"""Files of designs in, results out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .coding import Columns
from .errors import InputError, OutputError, XlcalcError
from .evaluation import Evaluation, evaluate_rows, free_name
from .files import name_of, whole_file
from .find import find_files
from .flat import write_csv, write_json, write_parquet
from .materials import Material, Materials
from .outcome import Batch
from .progress import Progress, Silent
from .read import read_file

if TYPE_CHECKING:
    from .workbook.scan import Limits

WRITABLE = (".xlsx", ".csv", ".parquet", ".json")

#: Column that says which file a design came from, where there are several.
FILE = "file"


def run(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    sheet: str | None = None,
    materials: Materials | None = None,
    breakdown: bool = False,
    progress: Progress | None = None,
    limits: Limits | None = None,
    split_sheets: bool = False,
) -> Batch:
    """Evaluate files of designs and write the results.

    Parameters
    ----------
    inputs : sequence of Path
        Files and folders.
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
    split_sheets : bool
        Whether rows that one sheet of an .xlsx file cannot hold go on in further sheets.

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
    if output is not None and output.suffix.lower() not in WRITABLE:
        raise OutputError(f"{output}: expected a file ending in {', '.join(WRITABLE)}")
    paths = find_files(inputs, output)
    batch = Batch()
    evaluations = []
    several = len(paths) > 1
    if several:
        progress.start("reading files", len(paths))
    for path in paths:
        try:
            table, own = read_file(path, sheet, None if several else progress, limits)
            evaluation = evaluate_rows(table, own.on(materials or Materials.library()))
        except XlcalcError as problem:
            if not several:
                raise
            batch.unusable.append(str(problem))
        else:
            evaluations.append(evaluation)
            batch.sources.append(name_of(path))
            batch.wrong_materials += own.unusable.values()
            batch.remarks += [*own.remarks, *evaluation.remarks]
        if several:
            progress.step(1)
    if not evaluations:
        raise InputError("; ".join(batch.unusable))
    _combine(batch, evaluations, with_files=several)
    if breakdown or (output is not None and output.suffix.lower() == ".xlsx"):
        batch.breakdown = _joined([evaluation.breakdown() for evaluation in evaluations])
    if output is not None:
        _write(batch, output, progress, split_sheets=split_sheets)
    batch.seconds = perf_counter() - start
    return batch


def _combine(batch: Batch, evaluations: Sequence[Evaluation], *, with_files: bool) -> None:
    batch.read = sum(map(len, evaluations))
    batch.evaluated = batch.read - sum(evaluation.in_error for evaluation in evaluations)
    for evaluation in evaluations:
        for name, count in evaluation.defaults.items():
            batch.defaults[name] = batch.defaults.get(name, 0) + count
    batch.columns = Columns.joined([evaluation.columns for evaluation in evaluations])
    if with_files:
        batch.extra[FILE] = [
            name
            for name, evaluation in zip(batch.sources, evaluations, strict=True)
            for _ in range(len(evaluation))
        ]
    for header in dict.fromkeys(header for e in evaluations for header in e.extra):
        cells: list[Any] = []
        for evaluation in evaluations:
            cells += list(evaluation.extra.get(header, [None] * len(evaluation)))
        batch.extra[free_name(header, {*batch.columns, *batch.extra})] = cells
    batch.materials = _materials_used(evaluations)


def _joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(parts) == 1:
        return dict(parts[0])
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _materials_used(evaluations: Sequence[Evaluation]) -> list[Material]:
    """The materials of all designs evaluated; of files that differ in one, the first's."""
    used: dict[str, Material] = {}
    for evaluation in evaluations:
        for material in evaluation.materials_used():
            used.setdefault(material.name, material)
    return list(used.values())


def _write(batch: Batch, output: Path, progress: Progress, *, split_sheets: bool) -> None:
    suffix = output.suffix.lower()
    flat = {**batch.columns, **batch.extra, **batch.breakdown}
    writers: dict[str, Callable[[Any], None]] = {
        ".csv": lambda file: write_csv(flat, file, progress.step),
        ".json": lambda file: write_json(flat, file),
        ".parquet": lambda file: write_parquet(flat, file),
    }
    if suffix in writers:
        progress.start("writing", batch.read if suffix == ".csv" else 0)
        with whole_file(output) as file:
            writers[suffix](file)
        return
    from .workbook.writer import check_room, write_results

    check_room(batch.read, len(batch.columns) + len(batch.extra), split=split_sheets)
    progress.start("writing", 2 * batch.read)
    with whole_file(output) as file:
        write_results(batch, file, progress.step, split=split_sheets)
