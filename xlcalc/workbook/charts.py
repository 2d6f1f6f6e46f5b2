"""Native charts: drawn by the spreadsheet program from cells, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.worksheet.worksheet import Worksheet

from ..figure import FORMS, MOST_NAMED, Group, place_labels
from ..quantities import RESULTS
from .style import FONT

#: Width and height of a chart. [cm]
SIZE = (31.0, 20.0)

_MM_PER_CHARACTER, _MM_PER_LINE = 1.45, 3.3


@dataclass(frozen=True, slots=True)
class PointLabels:
    """Labels that a series takes from cells, which openpyxl cannot write itself.

    Parameters
    ----------
    reference : str
        The cells, such as ``Chart!$A$2:$A$7``.
    texts : sequence of str
        What they hold.
    places : sequence of {"l", "r", "t", "b"}
        Side of each label.
    """

    reference: str
    texts: Sequence[str]
    places: Sequence[str]


def _characters(size: int, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, latin=Font(typeface=FONT), solidFill="262626")


def _rich(size: int) -> RichText:
    properties = ParagraphProperties(defRPr=_characters(size))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=_characters(size))])


def _title(text: str, size: int, bold: bool = False) -> Title:
    run = RegularTextRun(rPr=_characters(size, bold), t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_characters(size, bold)), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _round_range(values: Sequence[float]) -> tuple[float, float, float]:
    """Limits and step of an axis, with room for labels."""
    low, high = min(values), max(values)
    room = max(high - low, 0.05 * abs(high), 1e-9)
    step = next(
        s * 10**n for n in range(-6, 12) for s in (1.0, 2.0, 5.0) if room / (s * 10**n) <= 12
    )
    return step * ((low - 0.12 * room) // step), step * -((-high - 0.12 * room) // step), step


def energy_scatter(
    sheet: Worksheet,
    groups: Sequence[Group],
    first_rows: Sequence[int],
    names: Sequence[Sequence[str]],
    points: Sequence[Sequence[tuple[float, float]]],
    title: str,
) -> tuple[ScatterChart, list[PointLabels]]:
    """Energy density against specific energy, every design named, as in Fig. 1A.

    Parameters
    ----------
    sheet : Worksheet
        Sheet that holds names in column B, specific energies in C and energy densities in D.
    groups : sequence of Group
        A series each.
    first_rows : sequence of int
        Row of the first design of each group.
    names : sequence of sequence of str
        Names of the designs of each group.
    points : sequence of sequence of (float, float)
        Specific energy and energy density of each design of each group.
    title : str
        Title of the chart.

    Returns
    -------
    ScatterChart
        To be added to a sheet.
    list of PointLabels
        To be written into its part, a series each; empty if there are too many points.
    """
    chart = ScatterChart()
    chart.style = 2
    chart.scatterStyle = "lineMarker"
    chart.width, chart.height = SIZE
    chart.title = _title(title, 13, bold=True)
    chart.legend.position = "b"
    chart.legend.txPr = _rich(9)
    chart.roundedCorners = False
    everything = [point for series in points for point in series]
    limits = []
    for number, (axis, name) in enumerate(
        ((chart.x_axis, "specific_energy_wh_kg"), (chart.y_axis, "energy_density_wh_l"))
    ):
        low, high, step = _round_range([point[number] for point in everything])
        limits.append((low, high))
        axis.scaling.min, axis.scaling.max, axis.majorUnit = low, high, step
        axis.delete = False
        axis.title = _title(RESULTS[name].header, 10)
        axis.number_format = "General"
        axis.majorTickMark = "out"
        axis.txPr = _rich(9)
        line = LineProperties(solidFill="E0E0E0", w=6350)
        axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line))
    for group, first, series_names in zip(groups, first_rows, names, strict=True):
        chart.series.append(_series(sheet, group, first, len(series_names)))
    if len(everything) > MOST_NAMED:
        return chart, []
    return chart, _labels(sheet, first_rows, names, points, limits)


def _series(sheet: Worksheet, group: Group, first: int, count: int) -> Series:
    rows = {"min_row": first, "max_row": first + count - 1}
    series = Series(
        Reference(sheet, min_col=4, **rows), Reference(sheet, min_col=3, **rows), title=group.label
    )
    colour = group.colour.lstrip("#")
    fill = GraphicalProperties(solidFill=colour)
    fill.line = LineProperties(solidFill="262626", w=6350)
    series.marker = Marker(symbol=FORMS[group.form][1], size=9, spPr=fill)
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    series.smooth = False
    series.dLbls = DataLabelList()
    return series


def _labels(
    sheet: Worksheet,
    first_rows: Sequence[int],
    names: Sequence[Sequence[str]],
    points: Sequence[Sequence[tuple[float, float]]],
    limits: Sequence[tuple[float, float]],
) -> list[PointLabels]:
    (left, right), (bottom, top) = limits
    # Axes, title and legend leave about this much of the chart to the points. [mm]
    width, height = SIZE[0] * 10 * 0.88, SIZE[1] * 10 * 0.72
    places = place_labels(
        [
            ((x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height)
            for series in points
            for x, y in series
        ],
        [(_MM_PER_CHARACTER * len(n), _MM_PER_LINE) for series in names for n in series],
        (0, 0, width, height),
    )
    sides = iter(side for side, _ in places)
    return [
        PointLabels(
            reference=f"'{sheet.title}'!$B${first}:$B${first + len(series) - 1}",
            texts=series,
            places=[next(sides) for _ in series],
        )
        for first, series in zip(first_rows, names, strict=True)
    ]
