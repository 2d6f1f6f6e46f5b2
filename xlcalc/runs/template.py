"""Templates as files: made, and filled with the designs of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from xlcalc.errors import OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.files.names import name_of
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import OK
from xlcalc.progress import Progress, Silent
from xlcalc.runs.open_input import read_file
from xlcalc.runs.options import ReadOptions
from xlcalc.tables.evaluate import evaluate_rows

#: Designs that a workbook which calculates can hold; spreadsheet programs get slow beyond.
MOST_CALCULATED = 10_000

#: Designs that a sheet can hold.
MOST_LISTED = 1_000_000


@dataclass(kw_only=True)
class Made:
    """What making a template gave.

    Parameters
    ----------
    designs : int
        Designs poured in.
    errors : list of str
        A sentence for each design that is wrong; the template's Check names them too.
    remarks : list of str
        Sentences on what was left alone.
    """

    designs: int = 0
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def make_template(
    name: str,
    output: Path,
    *,
    edition: str = "native",
    designs: Path | None = None,
    sheet: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Made:
    """Make a template's workbook.

    Parameters
    ----------
    name : str
        One of the templates.
    output : Path
        A file with the edition's ending; it appears whole or not at all.
    edition : str
        One of the editions: with the template's formulas alone, or with SSB_ functions besides.
    designs : Path, optional
        A file of designs to fill it with, for templates that take designs.
    sheet : str, optional
        Sheet of designs in that file.
    replace : bool
        Whether a file of that name may be replaced.
    progress : Progress, optional
        Told how the run gets on.

    Returns
    -------
    Made
        What was poured in.

    Raises
    ------
    InputError
        If the file of designs cannot be used at all.
    OutputError
        If the workbook cannot be written, is there already, or cannot hold the designs.
    """
    from xlcalc.hosts.editions import EDITIONS
    from xlcalc.templates import TEMPLATES
    from xlcalc.templates.designs import designs_from
    from xlcalc.workbooks.package.zip_writer import write_parts

    template, chosen = TEMPLATES[name], EDITIONS[edition]
    progress = progress or Silent()
    if output.suffix.lower() != chosen.suffix:
        raise OutputError(f"{output}: expected a file ending in {chosen.suffix}")
    if output.exists() and not replace:
        # What is there may hold someone's work.
        raise OutputError(f"{output}: is there already; expected another name, or --replace")
    made, poured = Made(), None
    if designs is not None:
        if not template.takes_designs:
            able = " or ".join(t.name for t in TEMPLATES.values() if t.takes_designs)
            raise OutputError(f"the template {name} takes no designs; expected {able}")
        table, own = read_file(designs, ReadOptions(sheet=sheet), progress)
        most = MOST_CALCULATED if template.calculates else MOST_LISTED
        if len(table) > most:
            raise OutputError(
                f"{name_of(designs)}: {len(table):,} designs are more than the {most:,} that "
                f"the template {name} holds; expected fewer, or xlcalc batch"
            )
        poured = designs_from(table, own, name_of(designs))
        evaluation = evaluate_rows(table, own.on(Materials.library()))
        made.designs = len(table)
        made.errors = [text for text in evaluation.columns["status"] if text != OK]
        remarks = [*own.unusable.values(), *own.remarks, *evaluation.remarks]
        made.remarks = [remark.sentence for remark in remarks]
    book = template.build(poured)
    parts = chosen.parts(book, calculates=template.calculates, progress=progress)
    with whole_file(output) as file:
        write_parts(parts, file)
    return made
