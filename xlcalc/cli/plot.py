"""The command ``xlcalc plot``: the paper's figures, and those of a user's file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import (
    FILE,
    complain,
    materials_on_top,
    materials_option,
    say,
    sheet_option,
)
from xlcalc.errors import InputError

if TYPE_CHECKING:
    from xlcalc.tables.summary import BatchResult


@click.group(
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
    "-o", "--output", type=FILE, required=True, help="File to write: .png, .svg or .pdf."
)
_SHEET = sheet_option()


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
        from xlcalc.physics.quantities import DESIGN

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
    from xlcalc.physics.reference.paper_tables import stacks
    from xlcalc.runs.plots import save, scatter
    from xlcalc.tables.evaluate import evaluate_records

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
    from xlcalc.physics.reference.paper_tables import stacks
    from xlcalc.physics.stack import Stack
    from xlcalc.runs.plots import heatmap, save

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
@click.argument("file", type=FILE)
@_OUTPUT
@_SHEET
@materials_option()
def plot_scatter(file: Path, output: Path, sheet: str | None, materials: Path | None) -> int:
    """Energy density against specific energy of a file's designs, each named."""
    from xlcalc.runs.batch import run
    from xlcalc.runs.options import ReadOptions
    from xlcalc.runs.plots import save, scatter
    from xlcalc.workbooks.charts.layout import MOST_NAMED

    done = run([file], read=ReadOptions(sheet=sheet), materials=materials_on_top(materials))
    complain(done)
    if done.summary.evaluated > MOST_NAMED:
        say(f"{done.summary.evaluated} designs are too many to name; up to {MOST_NAMED} are")
    save(scatter(done.columns, file.stem), output)
    return _drawn(output, done)


@plot.command(
    "breakdown",
    epilog="""\b
Examples:
  xlcalc plot breakdown designs.xlsx --output parts.svg
""",
)
@click.argument("file", type=FILE)
@_OUTPUT
@_SHEET
@materials_option()
def plot_breakdown(file: Path, output: Path, sheet: str | None, materials: Path | None) -> int:
    """Mass and thickness of every component of a file's designs."""
    from xlcalc.physics.quantities import OK
    from xlcalc.runs.batch import run
    from xlcalc.runs.options import OutputOptions, ReadOptions
    from xlcalc.runs.plots import breakdown, save

    done = run(
        [file],
        read=ReadOptions(sheet=sheet),
        write=OutputOptions(breakdown=True),
        materials=materials_on_top(materials),
    )
    complain(done)
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
@click.argument("file", type=FILE)
@_OUTPUT
@_SHEET
@materials_option()
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

    from xlcalc.physics.materials import Materials
    from xlcalc.runs.find_inputs import find_files
    from xlcalc.runs.open_input import read_file
    from xlcalc.runs.options import ReadOptions
    from xlcalc.runs.plots import default_axes, heatmap, save
    from xlcalc.tables.evaluate import evaluate_rows

    found = find_files([file])
    paths = found.paths
    if len(paths) > 1:
        raise InputError(f"{file}: holds {len(paths)} files; expected one")
    table, own = read_file(paths[0], ReadOptions(sheet=sheet))
    evaluation = evaluate_rows(table, own.on(materials_on_top(materials) or Materials.library()))
    for remark in [*found.remarks, *own.remarks, *evaluation.remarks]:
        say(str(remark))
    names = [str(name) for name in evaluation.columns["design"]]
    chosen = names[0] if design is None else design
    if names.count(chosen) != 1 and design is not None:
        held = "more than one design" if chosen in names else "no design"
        raise InputError(f"{file.name}: has {held} {chosen!r}; it has {', '.join(names[:10])}")
    stack = replace(evaluation.stack(names.index(chosen)), design=chosen)
    across, up = default_axes(stack)
    save(heatmap(stack, f"{file.stem}: {chosen}", x or across, y or up, grid), output)
    return _drawn(output)


def _drawn(output: Path, done: BatchResult | None = None) -> int:
    click.echo(f"written to {output}")
    return GOOD if done is None or done.faultless else WITH_ERRORS
