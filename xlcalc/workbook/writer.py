"""Results as a workbook: the results table, the breakdown, the chart, and what it all rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from openpyxl import Workbook

from .. import __version__
from ..data import CITATION
from ..errors import OutputError
from ..figure import MOST_NAMED, group_designs
from ..outcome import Batch
from ..quantities import DESIGN, ENERGIES, OK
from . import style
from .charts import Placed, PointLabels, PointSeries, energy_scatter, place_names, round_limits
from .package import save
from .pages import (
    Column,
    add_table,
    add_words,
    materials_columns,
    new_book,
    print_setup,
    printable,
    quantity_column,
    styled,
)
from .references import MOST_COLUMNS, MOST_ROWS
from .sheets import ABOUT, BREAKDOWN_SHEET, CHART, INPUTS, MATERIALS, RESULTS_SHEET, Sheet

#: Designs that one native chart shows; spreadsheet programs get slow beyond.
MOST_POINTS = 5_000

#: Lines of a kind on the About sheet.
_MOST_LINES = 20

_CONVENTIONS = (
    ("Level", "Stack: foils, electrodes and separator; no tabs, housing or external electrolyte."),
    ("State", "Discharged; quantities that say charged are those of the charged stack."),
    (
        "Foils",
        "As each design's foil sharing says: single counts both foils whole, double_sided half of "
        "each, bipolar one plate.",
    ),
    ("Voltage", "Given by the design or derived from the electrodes; see Voltage source."),
    ("Blank cells", "Inputs that a design does not use, and results of a design in error."),
    (
        "Materials",
        "Values used, with sources. Of files that differ in a material, those of the first.",
    ),
)


def write_results(
    batch: Batch, file: BinaryIO, progress: Callable[[int], None] = lambda rows: None
) -> None:
    """Write results as a workbook: Results, Breakdown, Chart, Materials and About.

    Parameters
    ----------
    batch : Batch
        Results with their breakdown.
    file : binary file
        Where to.
    progress : callable
        Told how many more rows are written.

    Raises
    ------
    OutputError
        If a sheet cannot hold the rows.
    """
    check_room(batch.read, len(batch.columns) + len(batch.extra))
    book = new_book()
    results = _columns(RESULTS_SHEET, batch.columns)
    results += [Column(name, values, group="Your columns") for name, values in batch.extra.items()]
    status = [column.header for column in results].index(RESULTS_SHEET.columns["status"].header)
    wrong = batch.columns["status"] != OK
    add_table(
        book,
        RESULTS_SHEET.title,
        results,
        marked=lambda row: status if wrong[row] else None,
        progress=progress,
    )
    parts = {"design": batch.columns["design"], **batch.breakdown}
    add_table(book, BREAKDOWN_SHEET.title, _columns(BREAKDOWN_SHEET, parts), progress=progress)
    charts = _write_chart(book, batch.columns)
    if batch.materials:
        add_table(book, MATERIALS.title, materials_columns(batch.materials))
    add_words(book, ABOUT, _about(batch))
    save(book, file, charts)


def _columns(sheet: Sheet, values: Mapping[str, Any]) -> list[Column]:
    return [
        quantity_column(quantity, values[name], given=group == INPUTS, group=group)
        for group, quantities in sheet.groups.items()
        for name, quantity in quantities.items()
    ]


def check_room(rows: int, columns: int = 0) -> None:
    """Refuse more rows or columns than a sheet can hold, before any work.

    Raises
    ------
    OutputError
        Naming the limit and the remedy.
    """
    if rows + 2 > MOST_ROWS:
        raise OutputError(
            f"{rows:,} designs do not fit a sheet of {MOST_ROWS:,} rows; expected an output file "
            "that ends in .csv or .parquet"
        )
    if columns > MOST_COLUMNS:
        raise OutputError(
            f"{columns:,} columns do not fit a sheet of {MOST_COLUMNS:,}; expected an output file "
            "that ends in .csv or .parquet"
        )


def _about(batch: Batch) -> list[tuple[str, str]]:
    sources = batch.sources[:_MOST_LINES]
    if len(batch.sources) > _MOST_LINES:
        sources = [*sources, f"and {len(batch.sources) - _MOST_LINES} more"]
    return [
        ("Made by", f"xlcalc {__version__}"),
        ("Designs from", ", ".join(sources)),
        ("Rows", f"{batch.read} read, {batch.evaluated} evaluated, {batch.in_error} in error"),
        *_CONVENTIONS,
        *batch.provenance,
        ("Physics", f"Eq. 1-8 of the Supplemental Information of {CITATION}."),
        *(("Remark", text) for text in [*batch.unusable, *batch.remarks][:_MOST_LINES]),
    ]


def _write_chart(book: Workbook, columns: Mapping[str, Any]) -> list[Placed]:
    """The sheet with the scatter of Fig. 1A and the numbers it shows."""
    page: Any = book.create_sheet(CHART)
    print_setup(page)
    groups = group_designs(columns)
    shown = sum(len(group.rows) for group in groups)
    page.column_dimensions["A"].width = 30
    page.column_dimensions["B"].width = 30
    x, y = ENERGIES
    quantities = [RESULTS_SHEET.columns[name] for name in (x, y)]
    headers = ["Group", DESIGN["design"].header, *(q.header for q in quantities)]
    page.row_dimensions[1].height = 48
    page.append([styled(page, header, style.HEADER_RESULT) for header in headers])
    if not 0 < shown <= MOST_POINTS:
        reason = "no design was evaluated" if not shown else f"{shown:,} designs are too many"
        page.append([styled(page, f"No chart: {reason}.", style.TEXT)])
        return []
    first_rows, names, points = [], [], []
    row = 2
    for group in groups:
        first_rows.append(row)
        names.append([printable(str(columns["design"][n])) for n in group.rows])
        points.append([(float(columns[x][n]), float(columns[y][n])) for n in group.rows])
        for name, point in zip(names[-1], points[-1], strict=True):
            cells = [styled(page, text, style.TEXT) for text in (group.label, name)]
            cells += [
                styled(page, value, style.number_style(q))
                for value, q in zip(point, quantities, strict=True)
            ]
            page.append(cells)
            row += 1
    title = "Energy density against specific energy, discharged stack"
    every = [point for series in points for point in series]
    limits = round_limits(every)

    def reference(column: str, n: int) -> str:
        return f"'{CHART}'!${column}${first_rows[n]}:${column}${first_rows[n] + len(points[n]) - 1}"

    series = [
        PointSeries(group.label, reference("C", n), reference("D", n), group.colour, group.symbol)
        for n, group in enumerate(groups)
    ]
    labels = []
    if len(every) <= MOST_NAMED:
        sides = iter(place_names(every, [name for series in names for name in series], limits))
        labels = [
            PointLabels(
                reference("B", n), texts, {place: next(sides) for place in range(len(texts))}
            )
            for n, texts in enumerate(names)
        ]
    placed = Placed(
        chart=energy_scatter(title, series, limits),
        anchor="F2",
        name="Energies",
        alt=f"Scatter of energy density over specific energy of {shown} designs, in the table "
        "beside it.",
        labels=labels,
    )
    page.add_chart(placed.chart, placed.anchor)
    return [placed]
