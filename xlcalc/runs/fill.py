"""Results into the user's own workbook: a copy of it, in which nothing but they is new."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from xlcalc.errors import OutputError
from xlcalc.files.fingerprint import fingerprint
from xlcalc.files.names import name_of
from xlcalc.physics.materials import Materials
from xlcalc.problems import Problem
from xlcalc.progress import Progress, Silent
from xlcalc.runs.open_input import read_file
from xlcalc.runs.options import READ, ReadOptions
from xlcalc.runs.provenance import Provenance, write_beside
from xlcalc.tables.evaluate import evaluate_rows
from xlcalc.tables.summary import BatchResult


def fill(
    book: Path,
    output: Path,
    *,
    read: ReadOptions = READ,
    materials: Materials | None = None,
    remarks: Sequence[Problem] = (),
    progress: Progress | None = None,
) -> BatchResult:
    """Evaluate the designs of a workbook, and write the results into its own columns for them.

    Parameters
    ----------
    book : Path
        An .xlsx or .xlsm file whose sheet of designs has columns named as results are.
    output : Path
        A copy with the same ending; it appears whole or not at all. What it rests on stands in a
        record beside it.
    read : ReadOptions
        How it is read.
    materials : Materials, optional
        Where names are looked up; the workbook's own go on top.
    remarks : sequence of Problem
        What is odd of where those come from.
    progress : Progress, optional
        Told how the work gets on.

    Returns
    -------
    BatchResult
        Results, counts and remarks.

    Raises
    ------
    InputError
        If the workbook cannot be used, has no column for results, or a cell of one holds a formula
        or is part of merged cells.
    OutputError
        If the copy cannot be written, or would be the workbook itself.
    """
    from xlcalc.workbooks.formulas.contents import expect_workbook
    from xlcalc.workbooks.patching.fill import fill_workbook

    start = perf_counter()
    progress = progress or Silent()
    expect_workbook(book)
    if output.suffix.lower() != book.suffix.lower():
        raise OutputError(
            f"{output}: expected a file ending in {book.suffix.lower()}, as the workbook to fill"
        )
    if output.exists() and output.samefile(book):
        raise OutputError(f"{output}: is the workbook itself; expected another file")
    found = fingerprint(book)
    table, own = read_file(book, read, progress)
    known = own.on(materials or Materials.library())
    evaluation = evaluate_rows(table, known)
    batch = BatchResult(sources=[name_of(book)], wrong_materials=[*map(str, own.unusable.values())])
    batch.summary.remarks = [*map(str, [*remarks, *own.remarks, *evaluation.remarks])]
    batch.add(evaluation.summary(), known)
    batch.columns, batch.extra = evaluation.columns, evaluation.extra
    progress.start("filling", 0)
    filled = fill_workbook(book, output, evaluation)
    if filled.formulas:
        batch.summary.remarks.append(
            f"{name_of(output)}: holds {filled.formulas:,} formulas, which show what they did "
            "before until they are worked out again (Ctrl+Alt+F9 in Excel, Ctrl+Shift+F9 in "
            "LibreOffice, or xlcalc recalc)"
        )
    provenance = Provenance.of(
        [found],
        batch.materials,
        batch.summary.choices_taken,
        {"sheet": read.sheet, "filled": filled.columns},
    )
    batch.provenance = provenance.lines()
    write_beside(provenance, output, fingerprint(output))
    batch.seconds = perf_counter() - start
    return batch
