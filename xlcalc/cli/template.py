"""The command ``xlcalc template``: workbooks to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import FILE, TerminalProgress, complain_of, print_json


@click.command(
    epilog="""\b
Examples:
  xlcalc template --list
  xlcalc template stack --output cells.xlsx
  xlcalc template stack --designs designs.csv --output cells.xlsx
  xlcalc template sweep --output sweep.xlsx
  xlcalc template stack --edition xlwings --output cells.xlsm
  xlcalc template stack --edition lambda --output cells.xlsx

\b
The workbooks calculate by themselves in Excel, LibreOffice and Google Sheets, and xlcalc batch
evaluates them with the same numbers.
"""
)
@click.argument("name", required=False)
@click.option("-o", "--output", type=FILE, help="File to write: .xlsx, or .xlsm for xlwings.")
@click.option(
    "--edition",
    type=click.Choice(["native", "xlwings", "lambda"]),
    default="native",
    show_default=True,
    help="With the workbook's formulas alone, or with SSB_ functions as macros or LAMBDA names.",
)
@click.option("--designs", type=FILE, help="File of designs to fill the template with.")
@click.option("--sheet", help="Sheet of designs in that file.")
@click.option("--replace", is_flag=True, help="Replace a file of that name.")
@click.option("--list", "as_list", is_flag=True, help="Say what each template is for.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def template(
    name: str | None,
    output: Path | None,
    edition: str,
    designs: Path | None,
    sheet: str | None,
    replace: bool,
    as_list: bool,
    as_json: bool,
) -> int:
    """Make a workbook that calculates by itself, to be filled in and handed on."""
    from xlcalc.templates import TEMPLATES

    if as_list or as_json:
        return _list(as_json)
    known = ", ".join(TEMPLATES)
    if name is None:
        raise click.UsageError(f"no template is named; expected one of {known}, or --list")
    if name not in TEMPLATES:
        raise click.UsageError(f"{name!r} is no template; expected one of {known}")
    if output is None:
        suffix = "xlsm" if edition == "xlwings" else "xlsx"
        raise click.UsageError(f"no file is named; expected --output FILE.{suffix}")
    if sheet is not None and designs is None:
        raise click.UsageError("--sheet names a sheet of the file of designs; expected --designs")
    from xlcalc.runs.template import make_template

    progress = TerminalProgress()
    try:
        made = make_template(
            name,
            output,
            edition=edition,
            designs=designs,
            sheet=sheet,
            replace=replace,
            progress=progress,
        )
    finally:
        progress.end()
    complain_of([*made.remarks, *made.errors])
    poured = ""
    if designs is not None:
        poured = f" with {made.designs} designs, {len(made.errors)} in error"
    click.echo(f"{name} written to {output}{poured}")
    return WITH_ERRORS if made.errors else GOOD


def _list(as_json: bool) -> int:
    from xlcalc.templates import TEMPLATES

    if as_json:
        fields = ("name", "purpose", "takes_designs")
        print_json([{f: getattr(t, f) for f in fields} for t in TEMPLATES.values()])
        return GOOD
    for each in TEMPLATES.values():
        click.echo(f"{each.name:<8}  {each.purpose}")
    return GOOD
