"""Native charts: drawn by the spreadsheet program from cells, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)

from xlcalc.physics.quantities import ENERGIES, RESULTS
from xlcalc.workbooks.charts.layout import COLOURS
from xlcalc.workbooks.charts.points import SIZE, AxisRanges, PointSeries
from xlcalc.workbooks.styles import FONT

#: Without yellow, which a thin line on white cannot show.
_LINE_COLOURS = tuple(colour for colour in COLOURS if colour != "#F0E442")
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDashDot")
_SYMBOLS = ("circle", "triangle", "square", "diamond", "x", "plus")
_PATTERNS = (None, None, "dkUpDiag", None, "pct50", None, "dkHorz", "smGrid")


@dataclass(frozen=True, slots=True)
class LineSeries:
    """A line: references to its title's cell and to its numbers."""

    title: str
    x: str
    y: str


def _characters(size: int, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, latin=Font(typeface=FONT), solidFill="262626")


def _rich(size: int) -> RichText:
    properties = ParagraphProperties(defRPr=_characters(size))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=_characters(size))])


@dataclass(frozen=True, slots=True)
class Linked:
    """A title taken from a cell: its reference, and what it holds now."""

    reference: str
    text: str


def _title(text: str | Linked, size: int, bold: bool = False) -> Title:
    if isinstance(text, Linked):
        cache = StrData(ptCount=1, pt=[StrVal(idx=0, v=text.text)])
        title = Title(tx=Text(strRef=StrRef(f=text.reference, strCache=cache)), overlay=False)
        title.txPr = _rich(size)
        return title
    run = RegularTextRun(rPr=_characters(size, bold), t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_characters(size, bold)), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def energy_scatter(
    title: str,
    series: Sequence[PointSeries],
    limits: AxisRanges | None = None,
    *,
    growing: bool = False,
) -> ScatterChart:
    """Energy density against specific energy, as in Fig. 1A.

    Parameters
    ----------
    title : str
        Title of the chart.
    series : sequence of PointSeries
        Groups of designs.
    limits : AxisRanges, optional
        Ranges of the axes; the program chooses them if not given.
    growing : bool
        Whether further points may come, so that the axes must be free to reach further.

    Returns
    -------
    ScatterChart
        To be added to a sheet.
    """
    chart = _scatter(
        title, RESULTS[ENERGIES[0]].header, RESULTS[ENERGIES[1]].header, limits, growing=growing
    )
    for group in series:
        added = Series(group.y, group.x)
        added.tx = _label(group.title)
        colour = group.colour.lstrip("#")
        fill = GraphicalProperties(solidFill=colour)
        fill.line = LineProperties(solidFill="262626", w=6350)
        added.marker = Marker(symbol=group.symbol, size=9, spPr=fill)
        added.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        added.smooth = False
        added.dLbls = DataLabelList()
        chart.series.append(added)
    return chart


def lines(
    title: str,
    x_title: str | Linked,
    y_title: str | Linked,
    series: Sequence[LineSeries],
    *,
    styles: int = len(COLOURS),
) -> ScatterChart:
    """Lines over numbers, told apart by colour, dash and marker; so many styles take turns."""
    chart = _scatter(title, x_title, y_title, None)
    for position, line in enumerate(series):
        number = position % styles
        added = Series(line.y, line.x)
        added.tx = _label(line.title)
        colour = _LINE_COLOURS[number % len(_LINE_COLOURS)].lstrip("#")
        drawn = LineProperties(solidFill=colour, w=22225, prstDash=_DASHES[number % len(_DASHES)])
        added.graphicalProperties = GraphicalProperties(ln=drawn)
        fill = GraphicalProperties(solidFill=colour)
        fill.line = LineProperties(solidFill=colour)
        added.marker = Marker(symbol=_SYMBOLS[number % len(_SYMBOLS)], size=6, spPr=fill)
        added.smooth = False
        chart.series.append(added)
    return chart


def bars(
    title: str,
    categories: str,
    series: Sequence[tuple[str, str]],
    axis: str,
    *,
    stacked: bool = False,
    lying: bool = False,
) -> BarChart:
    """Bars over words, told apart by colour and pattern.

    Parameters
    ----------
    title : str
        Title of the chart.
    categories : str
        Reference to the words.
    series : sequence of (title, reference)
        Numbers; a title that begins with "=" is a reference itself.
    axis : str
        Title of the axis of numbers.
    stacked : bool
        Whether bars of one word stand on each other.
    lying : bool
        Whether bars lie, for long words.

    Returns
    -------
    BarChart
        To be added to a sheet.
    """
    chart = BarChart()
    chart.type = "bar" if lying else "col"
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else None
    chart.gapWidth = 40
    _dress(chart, title)
    chart.y_axis.title = _title(axis, 10)
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.crosses = "max"
    for number, (name, values) in enumerate(series):
        added = Series(values)
        added.tx = _label(name)
        added.cat = AxDataSource(strRef=StrRef(f=categories))
        colour = COLOURS[number % len(COLOURS)].lstrip("#")
        drawn = GraphicalProperties()
        pattern = _PATTERNS[number % len(_PATTERNS)]
        if pattern:
            drawn.pattFill = PatternFillProperties(
                prst=pattern, fgClr=ColorChoice(srgbClr=colour), bgClr=ColorChoice(srgbClr="FFFFFF")
            )
        else:
            drawn.solidFill = colour
        drawn.line = LineProperties(solidFill="262626", w=6350)
        added.graphicalProperties = drawn
        chart.series.append(added)
    return chart


def _label(title: str) -> SeriesLabel:
    """A series' title; one that begins with "=" is a reference to it."""
    if title.startswith("="):
        return SeriesLabel(strRef=StrRef(f=title[1:]))
    return SeriesLabel(v=title)


def _scatter(
    title: str,
    x_title: str | Linked,
    y_title: str | Linked,
    limits: AxisRanges | None,
    *,
    growing: bool = False,
) -> ScatterChart:
    chart = ScatterChart()
    chart.scatterStyle = "lineMarker"
    _dress(chart, title)
    for axis, words in ((chart.x_axis, x_title), (chart.y_axis, y_title)):
        axis.title = _title(words, 10)
        axis.majorTickMark = "out"
    if limits is not None:
        for axis, (low, high, step) in zip((chart.x_axis, chart.y_axis), limits, strict=True):
            axis.scaling.min, axis.scaling.max, axis.majorUnit = low, high, step
            if growing:
                axis.scaling.max = axis.majorUnit = None
    line = LineProperties(solidFill="E0E0E0", w=6350)
    chart.x_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line))
    return chart


def _dress(chart: Any, title: str) -> None:
    chart.style = 2
    # Workings are folded away, and shown in charts nevertheless.
    chart.visible_cells_only = False
    chart.width, chart.height = SIZE
    chart.title = _title(title, 13, bold=True)
    chart.legend.position = "b"
    chart.legend.txPr = _rich(9)
    chart.roundedCorners = False
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.number_format = "General"
        axis.txPr = _rich(9)
    line = LineProperties(solidFill="E0E0E0", w=6350)
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line))
