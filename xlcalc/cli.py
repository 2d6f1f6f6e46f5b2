"""The command line. Each command imports what it needs when it runs, so that help comes at once."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .errors import InputError, XlcalcError

if TYPE_CHECKING:
    from .materials import Materials
    from .outcome import Batch
    from .quantities import Quantity

#: Exit codes, fixed: scripts rely on them.
GOOD, UNUSABLE, WITH_ERRORS, STOPPED = 0, 2, 3, 130

#: Sentences shown on the terminal; all of them are in the result.
_MOST_SENTENCES = 10

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_FILE = click.Path(path_type=Path)


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another instead of ending the run.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


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
    except (KeyboardInterrupt, click.Abort):
        _say("stopped")
        return STOPPED
    except SystemExit:
        # Click leaves so when the reader of our output has left, as `head` does: nothing is wrong.
        return GOOD


def _fail(sentence: str) -> int:
    _say("xlcalc: " + " ".join(sentence.split()))
    return UNUSABLE


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.group(
    context_settings=_CONTEXT,
    epilog="""\b
Examples:
  xlcalc batch designs.xlsx --output results.xlsx
  xlcalc batch designs.csv --output results.parquet
  xlcalc plot scatter designs.xlsx --output map.png
  xlcalc verify

\b
Exit codes:
  0    all good
  2    the input or the call is unusable
  3    finished, but some rows have errors, each named
""",
)
@click.version_option(__version__, prog_name="xlcalc", message="%(prog)s %(version)s")
def cli() -> None:
    """Specific energy (Wh/kg) and energy density (Wh/L) of lithium cell stacks.

    Solid-state and liquid stacks by Eq. 1-8 of Lewis et al., "The Promise of Alloy Anodes for
    Solid-State Batteries" (2022), from workbooks, csv and parquet files.
    """


class TerminalProgress:
    """A bar on a terminal for work that takes long; nothing in a pipe."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, label: str, total: int) -> None:
        """Begin a stage, ending the one before."""
        self.end()
        # One file or a few hundred rows are done before a bar could be read.
        if total > 20 and sys.stderr.isatty():
            self._bar = click.progressbar(length=total, label=label, file=sys.stderr)
            self._bar.__enter__()

    def step(self, count: int) -> None:
        """Go on by so many steps."""
        if self._bar is not None:
            self._bar.update(count)

    def end(self) -> None:
        """Leave the terminal clean."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


@cli.command(
    epilog="""\b
Examples:
  xlcalc batch designs.xlsx --output results.xlsx
  xlcalc batch designs.csv more.csv --output results.csv
  xlcalc batch folder-of-workbooks --output all.parquet
  xlcalc batch designs.xlsx --sheet "Variant B" --json

\b
Columns of designs (any order and case, by field name or as "Label [unit]"): cathode, anode and
electrolyte are required, blanks of all others take their defaults. A sheet called Materials adds to
the library. Columns it does not know are kept as they are.
"""
)
@click.argument("inputs", nargs=-1, required=True, type=_FILE, metavar="INPUT...")
@click.option("-o", "--output", type=_FILE, help="File to write: .xlsx, .csv, .parquet or .json.")
@click.option("--sheet", help="Sheet of designs. [default: Stacks, or the first with designs]")
@click.option("--materials", type=_FILE, help="Workbook or csv file of further materials.")
@click.option("--breakdown", is_flag=True, help="Add masses and thicknesses of all components.")
@click.option(
    "--json", "as_json", is_flag=True, help="Summary (and rows, without --output) as JSON."
)
def batch(
    inputs: tuple[Path, ...],
    output: Path | None,
    sheet: str | None,
    materials: Path | None,
    breakdown: bool,
    as_json: bool,
) -> int:
    """Evaluate designs: xlsx, csv and parquet files, or folders of them."""
    from .batch import run

    if output is not None and materials is not None and output.resolve() == materials.resolve():
        raise InputError(f"{output}: is both materials and output; expected another output file")
    progress = TerminalProgress()
    try:
        done = run(
            inputs,
            output,
            sheet=sheet,
            materials=_materials(materials),
            breakdown=breakdown,
            progress=progress,
        )
    finally:
        progress.end()
    _complain(done)
    if as_json:
        _print_json(_summary(done, output))
    else:
        _report(done, output)
    return GOOD if done.faultless else WITH_ERRORS


def _materials(path: Path | None) -> Materials | None:
    if path is None:
        return None
    from .batch import read_materials_file

    return read_materials_file(path)


def _complain(done: Batch) -> None:
    """Say what is wrong or was left alone, each thing once."""
    errors = done.errors
    wrong = [text for text in done.wrong_materials if not any(text in e for e in errors)]
    sentences = [*done.unusable, *wrong, *done.remarks, *errors]
    more = len(sentences) - _MOST_SENTENCES
    if more > 1:
        sentences = [*sentences[:_MOST_SENTENCES], f"... and {more} more"]
    for text in sentences:
        _say(text)


def _print_json(value: Any) -> None:
    from .flat import as_json

    click.echo(as_json(value))


def _summary(done: Batch, output: Path | None) -> dict[str, Any]:
    from .flat import records
    from .quantities import ENERGIES

    summary: dict[str, Any] = {
        "xlcalc": __version__,
        "files": done.sources,
        "files_unusable": done.unusable,
        "rows_read": done.read,
        "rows_evaluated": done.evaluated,
        "rows_in_error": done.in_error,
        "defaults_taken": done.defaults,
        "wrong_materials": done.wrong_materials,
        "remarks": done.remarks,
        "errors": done.errors,
        "best": {
            name: [
                {"design": str(done.columns["design"][row]), name: float(done.columns[name][row])}
                for row in done.best(name)
            ]
            for name in ENERGIES
        },
        "seconds": round(done.seconds, 3),
        "output": None if output is None else str(output),
    }
    if output is None:
        summary["designs"] = records({**done.columns, **done.extra, **done.breakdown})
    return summary


def _report(done: Batch, output: Path | None) -> None:
    from .quantities import DESIGN, ENERGIES, RESULTS

    files = f" from {len(done.sources)} files" if len(done.sources) > 1 else ""
    rows = "row" if done.read == 1 else "rows"
    click.echo(
        f"{done.read} {rows} read{files}, {done.evaluated} evaluated, {done.in_error} in error"
    )
    whole = {n: "" for n, count in done.defaults.items() if count == done.read}
    parts = {n: f" ({count})" for n, count in done.defaults.items() if n not in whole}
    for words, names in (("all rows", whole), ("some rows", parts)):
        taken = ", ".join(f"{n} {DESIGN[n].default}{count}" for n, count in names.items())
        if taken:
            text = f"Defaults taken by {words}: {taken}"
            click.echo(click.wrap_text(text, 100, "", "  "))
    for name in ENERGIES:
        best = done.best(name)
        if not best:
            continue
        shown = [RESULTS[energy] for energy in (name, *(e for e in ENERGIES if e != name))]
        click.echo(f"\nBest by {RESULTS[name].label.lower()}")
        designs = [" ".join(str(done.columns["design"][row]).split()) for row in best]
        width = max(map(len, designs))
        for row, design in zip(best, designs, strict=True):
            values = "  ".join(f"{done.columns[q.name][row]:8.{q.digits}f} {q.unit}" for q in shown)
            click.echo(f"  {design:<{width}}  {values}")
    written = "" if output is None else f", written to {output}"
    click.echo(f"\nDone in {done.seconds:.2f} s{written}")


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
    from .verify import compare

    rows = compare()
    energies = [energy for row in rows for energy in row.energies]
    solid = [energy.matches for energy in energies if not energy.liquid]
    liquid = [energy.matches for energy in energies if energy.liquid]
    if as_json:
        _print_json(
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
@click.option("--file", "path", type=_FILE, help="Workbook or csv file of further materials.")
@click.option("--sources", is_flag=True, help="Show where each value comes from.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with sources.")
def materials(names: tuple[str, ...], path: Path | None, sources: bool, as_json: bool) -> int:
    """List materials with their values and sources."""
    from .materials import PROPERTIES, Materials
    from .quantities import MATERIAL

    library = _materials(path) or Materials.library()
    chosen = [library[name] for name in names or library]
    if as_json:
        _print_json(
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
        click.echo("  ".join(words).rstrip())
        if sources and material is not None:
            for what in PROPERTIES:
                if getattr(material, what) is not None:
                    click.echo(f"    {MATERIAL[what].label}: {material.source_of(what)}")
            for what, note in material.notes.items():
                click.echo(f"    note on {MATERIAL[what].label}: {note}")
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
    from .quantities import DESIGN

    if as_json:
        _print_json(
            [
                {
                    "name": quantity.name,
                    "header": quantity.header,
                    "unit": quantity.unit,
                    "default": quantity.default,
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
    return "derived" if quantity.default is None else str(quantity.default)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


@cli.group(
    epilog="""\b
Examples:
  xlcalc plot fig1a --output fig1a.png
  xlcalc plot fig3 --output fig3.pdf --grid 81x81
  xlcalc plot scatter designs.xlsx --output map.svg
  xlcalc plot breakdown designs.xlsx --output parts.png
  xlcalc plot heatmap designs.xlsx --design A --x separator_thickness_um:5:100 -o h.png
"""
)
def plot() -> None:
    """Draw the paper's figures, or those of your own designs (png, svg, pdf)."""


_OUTPUT = click.option(
    "-o", "--output", type=_FILE, required=True, help="File to write: .png, .svg or .pdf."
)
_SHEET = click.option("--sheet", help="Sheet of designs.")


class _Grid(click.ParamType[tuple[int, int]]):
    """A grid size such as 81x41."""

    name = "COLUMNSxROWS"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        parts = value.lower().split("x")
        if len(parts) == 1:
            parts *= 2
        sizes = [int(part) if re.fullmatch("[0-9]{1,4}", part) else 0 for part in parts]
        if len(parts) != 2 or not all(2 <= size <= 5000 for size in sizes):
            self.fail(
                f"{value!r} is no grid size; expected one like 81x41, of 2 to 5000", param, ctx
            )
        return sizes[0], sizes[1]


class _Axis(click.ParamType[tuple[str, float, float]]):
    """A field with its range, such as np_ratio:1:2."""

    name = "FIELD:LOW:HIGH"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, float, float]:
        if isinstance(value, tuple):
            return value
        from .quantities import DESIGN

        name, _, span = value.partition(":")
        low, _, high = span.partition(":")
        if name not in DESIGN or DESIGN[name].kind != "number":
            known = ", ".join(n for n, quantity in DESIGN.items() if quantity.kind == "number")
            self.fail(f"{name!r} is no number of a design; expected one of {known}", param, ctx)
        try:
            return name, float(low), float(high)
        except ValueError:
            self.fail(f"{value!r} is no range; expected one like {name}:1:2", param, ctx)


_GRID = click.option(
    "--grid", type=_Grid(), default=(200, 200), help="Grid size, such as 81x41. [default: 200x200]"
)
_MATERIALS = click.option(
    "--materials", type=_FILE, help="Workbook or csv file of further materials."
)
_FIG3 = (("separator_thickness_um", 5.0, 100.0), ("anode_active_fraction", 0.2, 1.0))


@plot.command(
    short_help="Energy density against specific energy of the paper's 20 stacks.",
    epilog="""\b
Examples:
  xlcalc plot fig1a --output fig1a.png
  xlcalc plot fig1a --as-printed --output fig1a.svg
""",
)
@_OUTPUT
@click.option("--as-printed", is_flag=True, help="Liquid rows as SI Table 4 has them.")
def fig1a(output: Path, as_printed: bool) -> int:
    """Fig. 1A: energy density against specific energy of the paper's twenty stacks."""
    from .evaluation import evaluate_records
    from .plots import save, scatter
    from .published import stacks

    evaluation = evaluate_records(stacks("as printed" if as_printed else "equations"))
    save(scatter(evaluation.columns, "Lewis et al. 2022, Fig. 1A, recalculated"), output)
    return _drawn(output)


@plot.command(
    short_help="Energies of Si/LPSC/NMC811 over separator and anode composition.",
    epilog="""\b
Examples:
  xlcalc plot fig3 --output fig3.pdf --grid 81x81
""",
)
@_OUTPUT
@_GRID
def fig3(output: Path, grid: tuple[int, int]) -> int:
    """Fig. 3: energies of Si/LPSC/NMC811 over separator thickness and anode active fraction."""
    from .plots import heatmap, save
    from .published import stacks
    from .stack import Stack

    silicon = next(row for row in stacks() if row["anode"] == "Si" and row["electrolyte"] == "LPSC")
    title = "Lewis et al. 2022, Fig. 3, recalculated: Si/LPSC/NMC811"
    save(heatmap(Stack(**silicon), title, *_FIG3, grid), output)
    return _drawn(output)


@plot.command(
    "scatter",
    epilog="""\b
Examples:
  xlcalc plot scatter designs.xlsx --output map.png
""",
)
@click.argument("file", type=_FILE)
@_OUTPUT
@_SHEET
@_MATERIALS
def plot_scatter(file: Path, output: Path, sheet: str | None, materials: Path | None) -> int:
    """Energy density against specific energy of a file's designs, each named."""
    from .batch import run
    from .figure import MOST_NAMED
    from .plots import save, scatter

    done = run([file], sheet=sheet, materials=_materials(materials))
    _complain(done)
    if done.evaluated > MOST_NAMED:
        _say(f"{done.evaluated} designs are too many to name; up to {MOST_NAMED} are")
    save(scatter(done.columns, file.stem), output)
    return _drawn(output, done)


@plot.command(
    "breakdown",
    epilog="""\b
Examples:
  xlcalc plot breakdown designs.xlsx --output parts.svg
""",
)
@click.argument("file", type=_FILE)
@_OUTPUT
@_SHEET
@_MATERIALS
def plot_breakdown(file: Path, output: Path, sheet: str | None, materials: Path | None) -> int:
    """Mass and thickness of every component of a file's designs."""
    from .batch import run
    from .plots import breakdown, save
    from .quantities import OK

    done = run([file], sheet=sheet, materials=_materials(materials), breakdown=True)
    _complain(done)
    good = done.columns["status"] == OK
    names = [str(name) for name in done.columns["design"][good]]
    parts = {name: values[good] for name, values in done.breakdown.items()}
    save(breakdown(names, parts, file.stem), output)
    return _drawn(output, done)


@plot.command(
    "heatmap",
    epilog="""\b
Examples:
  xlcalc plot heatmap designs.xlsx --output map.png
  xlcalc plot heatmap designs.xlsx --design A --x np_ratio:1:2 -o map.png
""",
)
@click.argument("file", type=_FILE)
@_OUTPUT
@_SHEET
@_MATERIALS
@click.option("--design", help="Name of the design. [default: the first]")
@click.option("--x", type=_Axis(), help="Field across. [default: separator thickness]")
@click.option("--y", type=_Axis(), help="Field upwards. [default: one the design uses]")
@_GRID
def plot_heatmap(
    file: Path,
    output: Path,
    sheet: str | None,
    materials: Path | None,
    design: str | None,
    x: tuple[str, float, float] | None,
    y: tuple[str, float, float] | None,
    grid: tuple[int, int],
) -> int:
    """Both energies of one of a file's designs over two of its inputs."""
    from dataclasses import replace

    from .batch import find_files, read_file
    from .evaluation import evaluate_rows
    from .materials import Materials
    from .plots import default_axes, heatmap, save

    paths = find_files([file])
    if len(paths) > 1:
        raise InputError(f"{file}: holds {len(paths)} files; expected one")
    table, own = read_file(paths[0], sheet)
    evaluation = evaluate_rows(table, own.on(_materials(materials) or Materials.library()))
    for text in [*own.remarks, *evaluation.remarks]:
        _say(text)
    names = [str(name) for name in evaluation.columns["design"]]
    chosen = names[0] if design is None else design
    if names.count(chosen) != 1 and design is not None:
        held = "more than one design" if chosen in names else "no design"
        raise InputError(f"{file.name}: has {held} {chosen!r}; it has {', '.join(names[:10])}")
    stack = replace(evaluation.stack(names.index(chosen)), design=chosen)
    across, up = default_axes(stack)
    save(heatmap(stack, f"{file.stem}: {chosen}", x or across, y or up, grid), output)
    return _drawn(output)


def _drawn(output: Path, done: Batch | None = None) -> int:
    click.echo(f"written to {output}")
    return GOOD if done is None or done.faultless else WITH_ERRORS
