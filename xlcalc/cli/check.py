"""The command ``xlcalc check``: everything that is wrong with files, before or after a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlcalc.cli.exit_codes import GOOD, UNUSABLE, WITH_ERRORS
from xlcalc.cli.terminal import (
    FILE,
    TerminalProgress,
    decimal_option,
    limit_option,
    materials_option,
    materials_with_remarks,
    print_json,
    say,
    sheet_option,
    show,
)
from xlcalc.errors import OutputError

if TYPE_CHECKING:
    from xlcalc.runs.check import Checked
    from xlcalc.workbooks.package.limits import Limits

#: Sentences shown of each kind; the report has all.
_MOST = 10

#: Words above the sentences of each kind.
_HEADINGS = {
    "file": "Files that cannot be used",
    "material": "Materials that cannot be used",
    "design": "Designs in error",
    "stale": "Results that are stale",
    "note": "Notes on designs",
    "remark": "Remarks",
}


@click.command(
    epilog="""\b
Examples:
  xlcalc check designs.xlsx
  xlcalc check folder-of-workbooks --output report.xlsx
  xlcalc check results.xlsx
  xlcalc check results.csv designs.csv --json

\b
Reads as xlcalc batch does and writes no results. Of a file of results it says whether they are
stale: made by another version, from inputs or materials that have changed since, or edited by hand.
Its inputs are looked for beside it, in the working directory and among the files named.
"""
)
@click.argument("inputs", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("-o", "--output", type=FILE, help="Report to write: .xlsx, .csv or .json.")
@sheet_option(several=True)
@decimal_option()
@materials_option()
@limit_option()
@click.option("--json", "as_json", is_flag=True, help="Counts and all findings as JSON.")
def check(
    inputs: tuple[Path, ...],
    output: Path | None,
    sheet: str | tuple[str, ...] | None,
    decimal: str,
    materials: Path | None,
    limits: Limits | None,
    as_json: bool,
) -> int:
    """Tell everything that is wrong with designs, and whether results are stale."""
    from xlcalc.runs.check import check as run
    from xlcalc.runs.check import expect_report, summary, write_report

    if output is not None:
        expect_report(output)
        taken = [path for path in (*inputs, materials) if path is not None]
        if output.resolve() in [path.resolve() for path in taken]:
            raise OutputError(f"{output}: is both input and output; expected another output file")
    library, remarks = materials_with_remarks(materials, decimal)
    progress = TerminalProgress()
    try:
        done = run(
            inputs,
            sheet=sheet,
            materials=library,
            remarks=remarks,
            progress=progress,
            limits=limits,
            decimal=decimal,
        )
    finally:
        progress.end()
    if output is not None:
        write_report(done, output)
    if as_json:
        findings = [found.columns for found in done.findings]
        written = None if output is None else str(output)
        print_json({**summary(done), "findings": findings, "output": written})
    elif done.files:
        _report(done, output)
    if not done.files:
        say("xlcalc: " + "; ".join(found.problem.sentence for found in done.findings))
        return UNUSABLE
    return GOOD if done.faultless else WITH_ERRORS


def _report(done: Checked, output: Path | None) -> None:
    from xlcalc.runs.check import grouped

    for kind, heading in _HEADINGS.items():
        sentences = [g.sentence for g in grouped(f for f in done.findings if f.kind == kind)]
        if sentences:
            show(f"{heading}:")
            _show_some(sentences)
            click.echo()
    for name, stale in done.stale.items():
        if not stale:
            show(f"{name}: results are up to date")
    files = f" in {len(done.files)} files" if len(done.files) > 1 else ""
    rows = "row" if done.rows == 1 else "rows"
    left = f", {done.left_alone:,} left alone" if done.left_alone else ""
    click.echo(
        f"{done.rows:,} {rows}{files}: {done.evaluated:,} can be evaluated, "
        f"{done.in_error:,} in error{left}"
    )
    if output is not None:
        click.echo(f"Report written to {output}")


def _show_some(sentences: Sequence[str]) -> None:
    for text in sentences[:_MOST]:
        show("  " + " ".join(text.split()))
    if len(sentences) > _MOST:
        show(f"  ... and {len(sentences) - _MOST:,} more kinds; --output FILE tells all")
