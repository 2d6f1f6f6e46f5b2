"""The commands ``xlcalc recalc`` and ``xlcalc scenarios``: models of one's own without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import FILE, TerminalProgress, complain_of, limit_option, print_json, show

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits


@click.command(
    epilog="""\b
Examples:
  xlcalc recalc cells.xlsx --output new.xlsx
  xlcalc recalc model.xlsm --output new.xlsm --json

\b
Formulas of the workbook and SSB_ functions are worked out; no macro and no link is followed. All
but the values of formula cells stays byte for byte the same. Cells that cannot be worked out, and
those that depend on them, are left as they are and named (exit code 3). A file of the output's
name is replaced.
"""
)
@click.argument("book", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="File to write: a copy of BOOK.")
@limit_option()
@click.option("--json", "as_json", is_flag=True, help="Counts and cells left, as JSON.")
def recalc(book: Path, output: Path, limits: Limits | None, as_json: bool) -> int:
    """Work out a workbook's formulas, without Excel or LibreOffice, into a copy of it."""
    from xlcalc.workbooks.formulas.recalculate import recalculate

    progress = TerminalProgress()
    try:
        done = recalculate(book, output, progress, limits)
    finally:
        progress.end()
    if as_json:
        print_json(
            {
                "book": str(book),
                "output": str(output),
                "formulas": done.formulas,
                "evaluated": done.formulas - len(done.left),
                "changed": done.changed,
                "left": [{"cell": cell, "reason": why} for cell, why in done.left],
            }
        )
    else:
        complain_of([f"{book.name}, cell {cell}: {why}; left as it was" for cell, why in done.left])
        left = f", {len(done.left):,} left as they were" if done.left else ""
        click.echo(
            f"{done.formulas - len(done.left):,} of {done.formulas:,} formulas evaluated{left}; "
            f"{done.changed:,} values are new\nWritten to {output}"
        )
    return WITH_ERRORS if done.left else GOOD


@click.command(
    epilog="""\b
Examples:
  xlcalc scenarios model.xlsx --inputs cases.csv --outputs energy --output results.csv
  xlcalc scenarios model.xlsx --inputs cases.csv --outputs Summary!B4 "Cell stack!C7" --json

\b
Headers of the cases are defined names of the workbook or cells such as Sheet1!B2; a blank keeps the
workbook's own value. Columns of words that name no cell are labels and kept.
"""
)
@click.argument("book", type=FILE)
@click.argument("more", nargs=-1, metavar="")
@click.option("-i", "--inputs", type=FILE, required=True, help="Cases: .csv, .tsv or .parquet.")
@click.option(
    "--outputs",
    required=True,
    multiple=True,
    metavar="NAME...",
    help="Defined names or cells whose values are wanted.",
)
@click.option("-o", "--output", type=FILE, help="File to write: .csv, .parquet or .json.")
@limit_option()
@click.option(
    "--json", "as_json", is_flag=True, help="Summary (and rows, without --output) as JSON."
)
def scenarios(
    book: Path,
    more: tuple[str, ...],
    inputs: Path,
    outputs: tuple[str, ...],
    output: Path | None,
    limits: Limits | None,
    as_json: bool,
) -> int:
    """Run a workbook's own model once per row of a file of inputs."""
    from xlcalc.files.writers import records
    from xlcalc.runs.scenarios import run_scenarios

    if output is None and not as_json:
        raise click.UsageError("no file is named; expected --output FILE, or --json")
    progress = TerminalProgress()
    try:
        # Names after the first follow their option without one of their own.
        done = run_scenarios(book, inputs, [*outputs, *more], output, progress, limits)
    finally:
        progress.end()
    complain_of([*done.remarks, *done.errors])
    if as_json:
        summary = {
            "book": str(book),
            "inputs": done.inputs,
            "scenarios": done.count,
            "in_error": len(done.errors),
            "errors": done.errors,
            "seconds": round(done.seconds, 3),
            "output": None if output is None else str(output),
        }
        if output is None:
            summary["results"] = records(done.columns)
        print_json(summary)
    else:
        show(f"Inputs: {', '.join(done.inputs)}")
        click.echo(
            f"{done.count:,} {'scenario' if done.count == 1 else 'scenarios'} run, "
            f"{len(done.errors):,} in error, in {done.seconds:.2f} s"
        )
        click.echo(f"Written to {output}")
    return WITH_ERRORS if done.errors else GOOD
