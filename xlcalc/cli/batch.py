"""The command ``xlcalc batch``: files of designs in, results out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlcalc._version import __version__
from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import (
    FILE,
    TerminalProgress,
    complain,
    decimal_option,
    limit_option,
    materials_option,
    materials_with_remarks,
    print_json,
    sheet_option,
    show,
)
from xlcalc.errors import InputError

if TYPE_CHECKING:
    from xlcalc.tables.summary import BatchResult
    from xlcalc.workbooks.package.limits import Limits


@click.command(
    epilog="""\b
Examples:
  xlcalc batch designs.xlsx --output results.xlsx
  xlcalc batch designs.csv more.csv --output results.csv
  xlcalc batch folder-of-workbooks --output all.parquet
  xlcalc batch designs.xlsx --sheet "Variant B" --json
  xlcalc batch studies.xlsx --sheet "20*" --output results.xlsx
  xlcalc batch mine.xlsx --fill filled.xlsx
  xlcalc batch folder-of-parquet --output all.parquet --dask

\b
Columns of designs (any order and case, by field name or as "Label [unit]"): cathode, anode and
electrolyte are required, blanks of all others take their defaults. A sheet called Materials adds to
the library. Columns it does not know are kept as they are. With --fill, columns named as results
are, such as "Energy density [Wh/L]" and "Status", are filled in a copy of the workbook; all else in
it stays byte for byte.
"""
)
@click.argument("inputs", nargs=-1, required=True, type=FILE, metavar="INPUT...")
@click.option("-o", "--output", type=FILE, help="File to write: .xlsx, .csv, .parquet or .json.")
@click.option(
    "--fill",
    "copy",
    type=FILE,
    metavar="FILE",
    help="Write the results into a copy of the workbook.",
)
@sheet_option(several=True)
@decimal_option()
@materials_option()
@click.option("--breakdown", is_flag=True, help="Add masses and thicknesses of all components.")
@click.option(
    "--split-sheets",
    is_flag=True,
    help="Let rows that an .xlsx sheet cannot hold fill further ones.",
)
@limit_option()
@click.option(
    "--dask",
    is_flag=False,
    flag_value="local",
    metavar="[ADDRESS]",
    help="Let Dask's workers evaluate csv and parquet files: those of a scheduler, or local ones.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Summary (and rows, without --output) as JSON."
)
def batch(
    inputs: tuple[Path, ...],
    output: Path | None,
    copy: Path | None,
    sheet: str | tuple[str, ...] | None,
    decimal: str,
    materials: Path | None,
    breakdown: bool,
    split_sheets: bool,
    limits: Limits | None,
    dask: str | None,
    as_json: bool,
) -> int:
    """Evaluate designs: xlsx, csv and parquet files, or folders of them."""
    from xlcalc.runs.batch import run
    from xlcalc.runs.options import OutputOptions, ReadOptions

    others = output is not None or breakdown or split_sheets or dask or decimal
    if copy is not None and (len(inputs) > 1 or others or isinstance(sheet, tuple)):
        raise click.UsageError(
            "--fill takes one workbook and one sheet, and of the other options only --sheet, "
            "--materials, --limit and --json"
        )
    if split_sheets and (output is None or output.suffix.lower() != ".xlsx"):
        raise click.UsageError("--split-sheets goes with --output FILE.xlsx")
    written = output or copy
    if written is not None and materials is not None and written.resolve() == materials.resolve():
        raise InputError(f"{written}: is both materials and output; expected another output file")
    library, remarks = materials_with_remarks(materials, decimal)
    read = ReadOptions(sheet=sheet, decimal_mark=decimal, limits=limits)
    progress = TerminalProgress()
    try:
        if copy is not None:
            from xlcalc.runs.fill import fill

            done = fill(
                inputs[0],
                copy,
                read=read,
                materials=library,
                remarks=remarks,
                progress=progress,
            )
        else:
            done = run(
                inputs,
                output,
                read=read,
                write=OutputOptions(breakdown=breakdown, split_sheets=split_sheets, dask=dask),
                materials=library,
                remarks=remarks,
                progress=progress,
            )
    finally:
        progress.end()
    complain(done)
    if as_json:
        print_json(_summary(done, written))
    else:
        _report(done, written)
    return GOOD if done.faultless else WITH_ERRORS


def _summary(done: BatchResult, output: Path | None) -> dict[str, Any]:
    from xlcalc.files.writers import records
    from xlcalc.physics.quantities import ENERGIES
    from xlcalc.runs.provenance import provenance_of

    counts = done.summary
    summary: dict[str, Any] = {
        "xlcalc": __version__,
        "files": done.sources,
        "files_unusable": done.unusable,
        "rows_read": counts.read,
        "rows_evaluated": counts.evaluated,
        "rows_in_error": counts.in_error,
        "rows_left_alone": counts.skipped_rows,
        "defaults_taken": {name: sum(n.values()) for name, n in counts.defaults.items()},
        "default_values": counts.defaults,
        "wrong_materials": done.wrong_materials,
        "remarks": [*counts.remarks, *counts.noted],
        "more_remarks": counts.more_remarks,
        "errors": counts.errors,
        "best": {
            name: [{"design": design["design"], name: design[name]} for design in counts.best[name]]
            for name in ENERGIES
        },
        "seconds": round(done.seconds, 3),
        "output": None if output is None else str(output),
        "provenance": provenance_of(done),
    }
    if output is None:
        summary["designs"] = records({**done.columns.stored, **done.extra, **done.breakdown})
    return summary


def _report(done: BatchResult, output: Path | None) -> None:
    from xlcalc.physics.quantities import ENERGIES, RESULTS

    counts = done.summary
    files = f" from {len(done.sources)} files" if len(done.sources) > 1 else ""
    rows = "row" if counts.read == 1 else "rows"
    click.echo(
        f"{counts.read} {rows} read{files}, {counts.evaluated} evaluated, "
        f"{counts.in_error} in error"
        f"{f', {counts.skipped_rows} more left alone' if counts.skipped_rows else ''}"
    )
    taken = [(n, value, count) for n, of in counts.defaults.items() for value, count in of.items()]
    whole = [f"{n} {value}" for n, value, count in taken if count == counts.evaluated]
    parts = [f"{n} {value} ({count})" for n, value, count in taken if count != counts.evaluated]
    for words, defaults in (("all rows", whole), ("some rows", parts)):
        if defaults:
            text = f"Defaults taken by {words}: {', '.join(defaults)}"
            click.echo(click.wrap_text(text, 100, "", "  "))
    for name in ENERGIES:
        best = counts.best[name]
        if not best:
            continue
        shown = [RESULTS[energy] for energy in (name, *(e for e in ENERGIES if e != name))]
        click.echo(f"\nBest by {RESULTS[name].label.lower()}")
        designs = [" ".join(found["design"].split()) for found in best]
        width = max(map(len, designs))
        for found, design in zip(best, designs, strict=True):
            values = "  ".join(f"{found[q.name]:8.{q.digits}f} {q.unit}" for q in shown)
            show(f"  {design:<{width}}  {values}")
    written = "" if output is None else f", written to {output}"
    click.echo(f"\nDone in {done.seconds:.2f} s{written}")
