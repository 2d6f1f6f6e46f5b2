"""The command ``xlcalc trace``: every step of a number."""

from __future__ import annotations

from pathlib import Path

import click

from xlcalc.cli.exit_codes import GOOD
from xlcalc.cli.terminal import FILE, materials_on_top, materials_option, print_json, say, show
from xlcalc.errors import OutputError


@click.command(
    epilog="""\b
Examples:
  xlcalc trace NMC811 Si LPSC
  xlcalc trace NMC811 Li LPSC lithium_excess=1 --result energy_density_wh_l
  xlcalc trace designs.xlsx "60% Si"
  xlcalc trace designs.xlsx "60% Si" --output trail.xlsx

\b
A step shows its equation, the values put in, what comes out, its unit and its source. Of a choice
it shows the branch taken. Values that are the field's default are marked as such.
"""
)
@click.argument("design", nargs=-1, required=True, metavar="DESIGN...")
@click.option(
    "--result",
    "results",
    multiple=True,
    metavar="FIELD",
    help="Number to be explained; may be repeated. [default: the energies]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="What is written to standard output.",
)
@click.option("-o", "--output", type=FILE, help="Workbook to write: .xlsx.")
@materials_option()
def trace(
    design: tuple[str, ...],
    results: tuple[str, ...],
    form: str,
    output: Path | None,
    materials: Path | None,
) -> int:
    """Show every step of a design's energies: equation, values put in, unit, source.

    DESIGN is a file and the name of a design in it (the first if none is given), or a cathode, an
    anode and an electrolyte, with field=value for what differs from the defaults.
    """
    from xlcalc.files.formats import READABLE
    from xlcalc.physics.model.stack import STACK, step_of
    from xlcalc.physics.quantities import RESULTS
    from xlcalc.physics.trace import ENDS, trail
    from xlcalc.runs import trace as runs

    wanted = [step_of(name) for name in results] or list(ENDS)
    for name in wanted:
        if name not in STACK.steps:
            raise click.UsageError(
                f"{name!r} is no step of the model; expected one that a trail shows, such as "
                f"{', '.join(RESULTS)}"
            )
    if output is not None and output.suffix.lower() != ".xlsx":
        raise OutputError(f"{output}: expected a name that ends in .xlsx")
    on_top = materials_on_top(materials)
    first, *rest = design
    if Path(first).is_file() or Path(first).suffix.lower() in READABLE:
        if len(rest) > 1:
            raise click.UsageError(f"{rest[1]!r} is out of place; expected a file and one name")
        stack, remarks = runs.design_in_file(Path(first), rest[0] if rest else None, on_top)
    else:
        stack, remarks = runs.design_in_words(design, on_top)
    for remark in remarks:
        say(remark)
    steps = trail(stack, wanted)
    if output is not None:
        runs.save_trail(steps, output)
        show(f"Trail of {len(steps)} steps written to {output}")
    elif form == "json":
        print_json([step.as_dict() for step in steps])
    else:
        show(runs.trail_as_text(steps) if form == "text" else runs.trail_as_markdown(steps))
    return GOOD
