"""The page of charts over all designs: the scatter of Fig. 1A, and what the stacks are made of."""

from __future__ import annotations

from collections.abc import Callable

from xlcalc.physics.model.stack import layer_loading, layer_thickness
from xlcalc.physics.quantities import ENERGIES, LAYERS, layer_title
from xlcalc.templates.designs import Designs
from xlcalc.templates.native_charts import bars, energy_scatter
from xlcalc.templates.pages.formula_page import TOP, add_title
from xlcalc.templates.sheets.stacks import COLOURED, FORMS, STACKS_TABLE, series_column
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.layout import COLOURS, MARKERS, MOST_NAMED, group_designs
from xlcalc.workbooks.charts.points import (
    AnchoredChart,
    AxisRanges,
    PointLabels,
    PointSeries,
    place_names,
    round_limits,
)
from xlcalc.workbooks.formula_text import quoted
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Formula, TemplateBook, TemplatePage, area, on

TITLE = "Charts"

#: Designs that a chart shows; spreadsheet programs get slow beyond.
_MOST_POINTS, _MOST_BARS = 5_000, 60

_GLYPHS = {"circle": "●", "triangle": "▲", "diamond": "◆"}
#: Where the bars begin, and rows from one chart to the next.
_FIRST_BARS, _ROWS = 44, 40

#: Width and height of the scatter, which leave room for the legend above it on a page. [cm]
_SCATTER = (31.0, 14.0)

#: Where the axes begin, as a share of the lowest number: room for designs to come.
_FROM = 0.75


def add_charts(
    book: TemplateBook, designs: Designs, placed: TableRange, title: str, *, growing: bool = True
) -> None:
    """Add the page of charts over the designs of a Stacks sheet, which may get more rows."""
    page = book.page(TITLE, one_wide=True)
    add_title(page, "Charts", "Colour is the electrolyte, shape the form of the anode.")
    _add_legend(page)
    limits = _limits(designs, growing=growing)
    if growing:
        _add_lost(page, limits)
    scatter = _scatter(designs, placed, title, limits, growing=growing)
    page.charts.append(scatter)
    for row, what, unit, column in (
        (_FIRST_BARS, "Loading", "mg/cm²", layer_loading),
        (_FIRST_BARS + _ROWS, "Thickness", "µm", layer_thickness),
    ):
        page.charts.append(_bars(placed, what, unit, column, row=row))
        page.breaks.append(row - 2)
    page.widths = {1: 8, 2: 20, 3: 38, 4: 38, 5: 38, 6: 22}
    page.printed_columns = 6


def _column(placed: TableRange, name: str, most: int) -> str:
    """Reference to the cells of a column of the Stacks sheet."""
    column = placed.column(STACKS_TABLE[name].header)
    last = min(placed.last, placed.top + most)
    return on(placed.page, area(placed.first, column, last, column))


def _add_legend(page: TemplatePage) -> None:
    """What colours and shapes stand for; the charts take their series' names from here."""
    page.put_row(TOP, 1, ["Colour", "Electrolyte"], style.HEADER_RESULT)
    for column, form in enumerate(FORMS, start=3):
        page.put(TOP, column, f"{_GLYPHS[MARKERS[form][1]]} {form}", style.HEADER_RESULT)
    for number in range(1, COLOURED + 1):
        row = TOP + number
        page.put(row, 1, number, style.colour(number))
        name = f"INDEX(electrolyte_names,A{row})"
        further = f'IF({name}="","",{name})' if number < COLOURED else f'IF({name}="","","others")'
        page.put(row, 2, Formula(f'=IFERROR({further},"")'), style.TEXT)
        for column, form in enumerate(FORMS, start=3):
            words = f'IF($B{row}="","",$B{row}&{quoted(f", {form}")})'
            page.put(row, column, Formula(f"={words}"), style.TEXT)


def _add_lost(page: TemplatePage, limits: AxisRanges | None) -> None:
    """Say how many designs lie below the ends of the axes, which grow upwards alone."""
    if limits is None:
        return
    tests = "+".join(
        f'COUNTIF({whole},"<{low:g}")'
        for whole, (low, _, _) in zip(map(STACKS_TABLE.whole, ENERGIES), limits, strict=True)
    )
    words = '" designs lie below the axes of the chart: lower their minimum"'
    page.put(TOP + COLOURED + 1, 1, Formula(f'=IF({tests}=0,"",{tests}&{words})'), style.BAND)


def _points(designs: Designs) -> dict[int, tuple[float, float]]:
    """Specific energy and energy density of the designs that have them, by row."""
    x, y = (designs.evaluation.columns[name] for name in ENERGIES)
    return {row: (float(x[row]), float(y[row])) for row in range(len(x)) if x[row] == x[row]}


def _limits(designs: Designs, *, growing: bool) -> AxisRanges | None:
    points = list(_points(designs).values())
    return round_limits(points, from_share=_FROM if growing else 1.0) if points else None


def _scatter(
    designs: Designs, placed: TableRange, title: str, limits: AxisRanges | None, *, growing: bool
) -> AnchoredChart:
    columns = designs.evaluation.columns
    groups = group_designs(columns)
    numbers = {name: min(n, COLOURED) for n, name in enumerate(designs.electrolytes, start=1)}
    order = [(number, form) for number in range(1, COLOURED + 1) for form in FORMS]
    of_series: dict[int, list[int]] = {}
    for group in groups:
        here = order.index((numbers[group.electrolyte], group.form))
        of_series.setdefault(here, []).extend(group.rows)
    points = _points(designs)
    x = _column(placed, ENERGIES[0], _MOST_POINTS)
    series = [
        PointSeries(
            "=" + on(TITLE, f"{'CDE'[FORMS.index(form)]}{TOP + number}"),
            x,
            _column(placed, series_column(number, form), _MOST_POINTS),
            COLOURS[number - 1],
            MARKERS[form][1],
        )
        for number, form in order
    ]
    labels: list[PointLabels] = []
    if limits and len(points) <= MOST_NAMED:
        names = {row: str(columns["design"][row]) for row in points}
        sides = dict(
            zip(
                points,
                place_names(list(points.values()), list(names.values()), limits, _SCATTER),
                strict=True,
            )
        )
        texts = [str(row.get("design") or "") for row in designs.rows]
        reference = _column(placed, "design", _MOST_POINTS)
        labels = [
            PointLabels(
                reference,
                texts,
                # Also where a series has no point yet: designs may change their group.
                {
                    row: sides[row] if row in of_series.get(number, ()) else "r"
                    for row in range(len(texts))
                },
            )
            for number in range(len(order))
        ]
    chart = energy_scatter(title, series, limits, growing=growing)
    chart.width, chart.height = _SCATTER
    return AnchoredChart(
        chart=chart,
        anchor=f"A{TOP + COLOURED + 2}",
        name="Energies",
        alt="Scatter of energy density over specific energy, a point for each design of the sheet "
        "Stacks, named; colour is the electrolyte, shape the form of the anode.",
        labels=labels,
        # Of electrolytes that no design has, there is no point to explain.
        hidden=[
            n for n, (number, _) in enumerate(order) if number > len(designs.electrolytes_used)
        ],
    )


def _bars(
    placed: TableRange, what: str, unit: str, column: Callable[[str], str], *, row: int
) -> AnchoredChart:
    chart = bars(
        f"{what} by layer, discharged",
        _column(placed, "design", _MOST_BARS),
        [
            (
                layer_title(layer),
                _column(placed, column(layer), _MOST_BARS),
            )
            for layer in LAYERS
        ],
        f"{what} [{unit}]",
        stacked=True,
        lying=True,
    )
    chart.height = 16.0
    return AnchoredChart(
        chart=chart,
        anchor=f"A{row}",
        name=f"{what} by layer",
        alt=f"Stacked bars: {what.lower()} of foils, electrodes and separator of each design.",
    )
