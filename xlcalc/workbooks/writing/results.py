"""Results as a workbook: the results table, the breakdown, the chart, and what it all rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from xlcalc._version import __version__
from xlcalc.errors import OutputError
from xlcalc.physics.categorical import encode
from xlcalc.physics.data import CITATION
from xlcalc.physics.quantities import DESIGN, ENERGIES, OK
from xlcalc.tables.summary import BatchResult
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.layout import MOST_NAMED, DesignGroup, group_designs
from xlcalc.workbooks.charts.points import PointLabels, PointSeries, place_names, round_limits
from xlcalc.workbooks.package.xml_text import printable
from xlcalc.workbooks.sheets import (
    ABOUT,
    BREAKDOWN_SHEET,
    CHART,
    INPUTS,
    MATERIALS,
    MOST_COLUMNS,
    MOST_ROWS,
    RESULTS_SHEET,
    SheetLayout,
)
from xlcalc.workbooks.writing.columns import ResultColumn, materials_columns, quantity_column
from xlcalc.workbooks.writing.pages import ResultBook, ResultPage, Scatter, add_table, add_words

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


#: Rows of a sheet that hold no design.
_HEAD = 2


def write_results(
    batch: BatchResult,
    file: BinaryIO,
    progress: Callable[[int], None] = lambda rows: None,
    *,
    split: bool = False,
) -> None:
    """Write results as a workbook: Results, Breakdown, Chart, Materials and About.

    Parameters
    ----------
    batch : BatchResult
        Results with their breakdown.
    file : binary file
        Where to.
    progress : callable
        Told how many more rows are written.
    split : bool
        Whether rows that one sheet cannot hold go on in further sheets.

    Raises
    ------
    OutputError
        If a sheet cannot hold the rows.
    """
    check_sheet_size(batch.summary.read, len(batch.columns) + len(batch.extra), split=split)
    book = ResultBook()
    results = _columns(RESULTS_SHEET, batch.columns.stored)
    results += [
        ResultColumn(name, values, group="Your columns") for name, values in batch.extra.items()
    ]
    parts = {"design": batch.columns.stored["design"], **batch.breakdown}
    for title, columns in (
        (RESULTS_SHEET.title, results),
        (BREAKDOWN_SHEET.title, _columns(BREAKDOWN_SHEET, parts)),
    ):
        rows_per_sheet = MOST_ROWS - _HEAD
        last = max(batch.summary.read, 1)
        for number, start in enumerate(range(0, last, rows_per_sheet), start=1):
            rows = [column.part(slice(start, start + rows_per_sheet)) for column in columns]
            name = title if number == 1 else f"{title} ({number})"
            add_table(book, name, rows, progress=progress)
    book.pages.append(_chart(batch))
    if batch.materials:
        add_table(book, MATERIALS.title, materials_columns(batch.materials))
    add_words(book, ABOUT, _about(batch))
    book.save(file)


def _columns(sheet: SheetLayout, values: Mapping[str, Any]) -> list[ResultColumn]:
    return [
        quantity_column(
            quantity,
            values[name],
            given=group == INPUTS,
            group=group,
            marked=_wrong(values[name]) if name == "status" else None,
        )
        for group, quantities in sheet.groups.items()
        for name, quantity in quantities.items()
    ]


def _wrong(status: Any) -> NDArray[np.bool_]:
    words = encode(status, str)
    return np.array([word != OK for word in words.categories], dtype=bool)[words.codes]


def check_sheet_size(rows: int, columns: int = 0, *, split: bool = False) -> None:
    """Refuse more rows or columns than a sheet can hold, before any work.

    Raises
    ------
    OutputError
        Naming the limit and the remedy.
    """
    remedy = "expected an output file that ends in .csv or .parquet"
    if rows + _HEAD > MOST_ROWS and not split:
        raise OutputError(
            f"{rows:,} designs do not fit a sheet of {MOST_ROWS:,} rows; {remedy}, or "
            "--split-sheets"
        )
    if columns > MOST_COLUMNS:
        raise OutputError(f"{columns:,} columns do not fit a sheet of {MOST_COLUMNS:,}; {remedy}")


def _about(batch: BatchResult) -> list[tuple[str, str]]:
    rows, sources = batch.summary, batch.sources[:_MOST_LINES]
    if len(batch.sources) > _MOST_LINES:
        sources = [*sources, f"and {len(batch.sources) - _MOST_LINES} more"]
    return [
        ("Made by", f"xlcalc {__version__}"),
        ("Designs from", ", ".join(sources)),
        ("Rows", f"{rows.read} read, {rows.evaluated} evaluated, {rows.in_error} in error"),
        *_CONVENTIONS,
        *batch.provenance,
        ("Physics", f"Eq. 1-8 of the Supplemental Information of {CITATION}."),
        *(("Remark", text) for text in [*batch.unusable, *rows.remarks, *rows.noted][:_MOST_LINES]),
    ]


def _chart(batch: BatchResult) -> ResultPage:
    """The sheet with the scatter of Fig. 1A and the numbers it shows."""
    many = batch.summary.evaluated > MOST_POINTS
    groups = [] if many else group_designs(batch.columns)
    x, y = ENERGIES
    quantities = [RESULTS_SHEET.columns[name] for name in (x, y)]
    rows = [row for group in groups for row in group.rows]
    designs = batch.columns["design"]
    names = [printable(str(designs[row])) for row in rows]
    numbers = [batch.columns[name][rows].tolist() for name in (x, y)]
    columns = [
        ResultColumn("Group", [group.label for group in groups for _ in group.rows]),
        quantity_column(DESIGN["design"], names),
        *(quantity_column(q, values) for q, values in zip(quantities, numbers, strict=True)),
    ]
    if not rows:
        reason = (
            f"{batch.summary.evaluated:,} designs are too many"
            if many
            else "no design was evaluated"
        )
        columns[0] = ResultColumn("Group", [f"No chart: {reason}."])
    return ResultPage(
        title=CHART,
        head=[[(column.header, style.HEADER_RESULT) for column in columns]],
        columns=columns if rows else columns[:1],
        widths=(30, 30),
        tall=48,
        chart=_scatter(groups, names, list(zip(*numbers, strict=True))) if rows else None,
    )


def _scatter(
    groups: Sequence[DesignGroup], names: Sequence[str], points: Sequence[tuple[float, float]]
) -> Scatter:
    limits = round_limits(points)
    sides: Sequence[str] = ()
    if len(points) <= MOST_NAMED:
        sides = place_names(points, names, limits)
    series, labels = [], []
    start = 0
    for group in groups:
        stop = start + len(group.rows)
        # Below the header, rows count from 2.
        names_at, x, y = (f"'{CHART}'!${c}${start + 2}:${c}${stop + 1}" for c in "BCD")
        series.append(PointSeries(group.label, x, y, group.colour, group.symbol))
        if sides:
            places = dict(enumerate(sides[start:stop]))
            labels.append(PointLabels(names_at, names[start:stop], places))
        start = stop
    alt = (
        f"Scatter of energy density over specific energy of {len(points)} designs, in the table "
        "beside it."
    )
    return Scatter(series, limits, labels, alt)
