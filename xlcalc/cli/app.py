"""The command line. Each command imports what it needs when it runs, so that help comes at once."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlcalc._version import __version__
from xlcalc.cli.batch import batch
from xlcalc.cli.check import check
from xlcalc.cli.excel import excel
from xlcalc.cli.exit_codes import GOOD, STOPPED, UNUSABLE, WITH_ERRORS
from xlcalc.cli.functions import functions
from xlcalc.cli.libreoffice import libreoffice
from xlcalc.cli.plot import plot
from xlcalc.cli.recalc import recalc, scenarios
from xlcalc.cli.template import template
from xlcalc.cli.terminal import materials_on_top, materials_option, print_json, say, show
from xlcalc.cli.trace import trace
from xlcalc.errors import XlcalcError

if TYPE_CHECKING:
    from xlcalc.physics.quantities.quantity import Quantity

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another instead of ending the run.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # A library cut off while it writes would add a traceback to our sentence.
    sys.unraisablehook = lambda problem: None
    code = run(sys.argv[1:])
    # All is done: who interrupts now must not be told otherwise.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line.

    Parameters
    ----------
    arguments : list of str
        What follows the program's name.

    Returns
    -------
    int
        0 all good; 3 finished, but some rows have errors; 2 the input or the call is unusable, with
        one line on stderr; 130 stopped by the user.
    """
    try:
        return int(cli.main(arguments, "xlcalc", standalone_mode=False) or GOOD)
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.format_message())
        return GOOD
    except click.ClickException as problem:
        context = getattr(problem, "ctx", None)
        where = f" (see {context.command_path} --help)" if context else ""
        return _fail(f"{problem.format_message()}{where}")
    except XlcalcError as problem:
        return _fail(str(problem))
    except OSError as problem:
        # As where temporary files go: what a command reads or writes by name says so itself.
        where = f"{problem.filename}: " if problem.filename else ""
        return _fail(f"{where}the system refuses ({problem.strerror or problem})")
    except MemoryError:
        return _fail("there is not enough memory; expected smaller files, or other programs closed")
    except (KeyboardInterrupt, click.Abort):
        say("stopped")
        return STOPPED
    except RuntimeError as problem:
        # Each thread needs memory of its own.
        if "can't start new thread" not in str(problem):
            raise
        return _fail("the system refuses another thread; there may be too little memory")
    except SystemExit:
        # Click leaves so when the reader of our output has left, as `head` does: nothing is wrong.
        return GOOD


def _fail(sentence: str) -> int:
    say("xlcalc: " + " ".join(sentence.split()))
    return UNUSABLE


@click.group(
    context_settings=_CONTEXT,
    epilog="""\b
Examples:
  xlcalc batch designs.xlsx --output results.xlsx
  xlcalc batch designs.csv --output results.parquet
  xlcalc check designs.xlsx
  xlcalc template stack --output cells.xlsx
  xlcalc plot scatter designs.xlsx --output map.png
  xlcalc recalc cells.xlsx --output new.xlsx
  xlcalc verify

\b
Exit codes:
  0    all good
  2    the input or the call is unusable
  3    finished, but some rows or cells have errors, each named
""",
)
@click.version_option(__version__, prog_name="xlcalc", message="%(prog)s %(version)s")
def cli() -> None:
    """Specific energy (Wh/kg) and energy density (Wh/L) of lithium cell stacks.

    Solid-state and liquid stacks by Eq. 1-8 of Lewis et al., "The Promise of Alloy Anodes for
    Solid-State Batteries" (2022), from workbooks, csv and parquet files.
    """


@cli.command(
    epilog="""\b
Examples:
  xlcalc verify
  xlcalc verify --json
"""
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(as_json: bool) -> int:
    """Compare SI Table 4 of the paper with our numbers, row by row.

    Exit code 0 only while all 28 numbers of solid stacks match from the equations and all 12 of
    liquid stacks match as printed.
    """
    from xlcalc.physics.reference.verify import compare

    rows = compare()
    energies = [energy for row in rows for energy in row.energies]
    solid = [energy.matches for energy in energies if not energy.liquid]
    liquid = [energy.matches for energy in energies if energy.liquid]
    if as_json:
        print_json(
            [
                {
                    "design": row.design,
                    "matches": row.matches,
                    "reason": row.reason,
                    **{
                        energy.unit: {
                            "printed": energy.printed,
                            "from_equations": energy.equations,
                            "as_printed": energy.as_printed,
                        }
                        for energy in row.energies
                    },
                }
                for row in rows
            ]
        )
    else:
        width = max(len(row.design) for row in rows)
        head = "printed  equations    diff  as printed    diff"
        click.echo(f"{'':<{width}}  {'Wh/kg':^{len(head)}}   {'Wh/L':^{len(head)}}")
        click.echo(f"{'':<{width}}  {head}   {head}")
        for row in rows:
            parts = "   ".join(
                f"{e.printed:7d}  {e.equations:9.2f}  {e.equations - e.printed:+6.2f}  "
                f"{e.as_printed:10.2f}  {e.as_printed - e.printed:+6.2f}"
                for e in row.energies
            )
            mark = "" if row.matches else "  DIFFERS"
            click.echo(f"{row.design:<{width}}  {parts}{mark}{' *' if row.reason else ''}")
        reasons = dict.fromkeys(row.reason for row in rows if row.reason)
        for reason in reasons:
            click.echo(f"\n* {reason}")
        click.echo(
            f"\nSolid stacks, from the equations: {sum(solid)} of {len(solid)} printed numbers "
            f"match\nLiquid stacks, as printed: {sum(liquid)} of {len(liquid)} match"
        )
    return GOOD if all(solid) and all(liquid) else WITH_ERRORS


@cli.command(
    epilog="""\b
Examples:
  xlcalc materials
  xlcalc materials Si In --sources
  xlcalc materials --file designs.xlsx --json
"""
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@materials_option("--file", "path")
@click.option("--sources", is_flag=True, help="Show where each value comes from.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with sources.")
def materials(names: tuple[str, ...], path: Path | None, sources: bool, as_json: bool) -> int:
    """List materials with their values and sources."""
    from xlcalc.physics.materials import PROPERTIES, Materials
    from xlcalc.physics.quantities import MATERIAL

    library = materials_on_top(path) or Materials.library()
    chosen = [library[name] for name in names or library]
    if as_json:
        print_json(
            [
                {
                    "name": m.name,
                    "kind": m.kind,
                    **{what: getattr(m, what) for what in PROPERTIES},
                    "sources": {
                        what: m.source_of(what)
                        for what in PROPERTIES
                        if getattr(m, what) is not None
                    },
                    "notes": dict(m.notes),
                }
                for m in chosen
            ]
        )
        return GOOD
    heads = [MATERIAL["material"].label, MATERIAL["kind"].label]
    heads += [MATERIAL[what].header for what in PROPERTIES]
    lines = [
        [m.name, m.kind or "", *(_shown(getattr(m, what)) for what in PROPERTIES)] for m in chosen
    ]
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    for line, material in zip([heads, *lines], [None, *chosen], strict=True):
        words = (
            f"{cell:<{width}}" if position < 2 else f"{cell:>{width}}"
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        show("  ".join(words).rstrip())
        if sources and material is not None:
            for what in PROPERTIES:
                if getattr(material, what) is not None:
                    show(f"    {MATERIAL[what].label}: {material.source_of(what)}")
            for what, note in material.notes.items():
                show(f"    note on {MATERIAL[what].label}: {note}")
    return GOOD


@cli.command(
    epilog="""\b
Examples:
  xlcalc fields
  xlcalc fields --json
"""
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def fields(as_json: bool) -> int:
    """List the columns of a table of designs: units, defaults and meaning."""
    from xlcalc.physics.quantities import DESIGN

    if as_json:
        print_json(
            [
                {
                    "name": quantity.name,
                    "header": quantity.header,
                    "unit": quantity.unit,
                    "default": quantity.default,
                    "default_where": [
                        {"value": case.value, "designs": case.help}
                        for case in quantity.default_where
                    ],
                    "required": quantity.required,
                    "expected": quantity.expected,
                    "help": quantity.help,
                }
                for quantity in DESIGN.values()
            ]
        )
        return GOOD
    for quantity in DESIGN.values():
        blank = "required" if quantity.required else f"blank: {_blank_means(quantity)}"
        click.echo(f"{quantity.name}\n    {quantity.header}; {quantity.expected}; {blank}")
        click.echo(click.wrap_text(quantity.help, 92, "    ", "    "))
    return GOOD


def _blank_means(quantity: Quantity) -> str:
    if quantity.kind == "text":
        return "the number of the row"
    return quantity.default_text or "derived"


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


for command in (
    batch,
    check,
    trace,
    plot,
    template,
    functions,
    recalc,
    scenarios,
    excel,
    libreoffice,
):
    cli.add_command(command)
