"""The workbook whose parts every workbook of results takes over; see `skeleton`."""

from __future__ import annotations

from typing import BinaryIO

from xlcalc.templates.native_charts import energy_scatter
from xlcalc.templates.openpyxl_package import save_workbook
from xlcalc.templates.openpyxl_styles import add_time_styles, new_book, styled
from xlcalc.workbooks.charts.points import ENERGIES_CHART, AnchoredChart, PointSeries
from xlcalc.workbooks.writing.skeleton import ALT, COLOUR, LIMITS, SERIES, SYMBOL, X, Y


def build(file: BinaryIO) -> None:
    """Write the workbook, the same bytes every time."""
    book = new_book()
    add_time_styles(book)
    page = book.create_sheet("Styles")
    for name in book.named_styles:
        if name.startswith("xlcalc"):
            page.append([styled(page, name, name)])
    series = PointSeries(SERIES, X, Y, COLOUR, SYMBOL)
    placed = AnchoredChart(
        chart=energy_scatter(ENERGIES_CHART, [series], LIMITS),
        anchor="F2",
        name="Energies",
        alt=ALT,
    )
    page.add_chart(placed.chart, placed.anchor)
    save_workbook(book, file, [placed])
