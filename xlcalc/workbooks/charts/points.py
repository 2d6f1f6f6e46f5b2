"""Points of a scatter chart: their look, their labels, and the ranges of its axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlcalc.workbooks.charts.layout import place_labels

#: Title of the chart of all designs.
ENERGIES_CHART = "Energy density against specific energy, discharged stack"

#: Width and height of a chart. [cm]
SIZE = (31.0, 20.0)

_MM_PER_CHARACTER, _MM_PER_LINE = 1.6, 3.3

#: Lowest, highest and step of the x axis, then of the y axis.
AxisRanges = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class PointLabels:
    """Labels that a series takes from cells, which openpyxl cannot write itself.

    Parameters
    ----------
    reference : str
        The cells, such as ``Chart!$A$2:$A$7``.
    texts : sequence of str
        What they hold.
    places : mapping of int to {"l", "r", "t", "b"}
        By position among the series' points: side of its label.
    """

    reference: str
    texts: Sequence[str]
    places: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PointSeries:
    """Points of a scatter: references to their numbers, and their look."""

    title: str
    x: str
    y: str
    colour: str
    symbol: str


def _round_range(values: Sequence[float]) -> tuple[float, float, float]:
    """Limits and step of an axis, with room for labels."""
    low, high = min(values), max(values)
    span = max(high - low, 0.05 * abs(high), 1e-9)
    step = next(
        s * 10**n for n in range(-6, 12) for s in (1.0, 2.0, 5.0) if span / (s * 10**n) <= 12
    )
    return step * ((low - 0.12 * span) // step), step * -((-high - 0.12 * span) // step), step


def round_limits(points: Sequence[tuple[float, float]], *, from_share: float = 1.0) -> AxisRanges:
    """Ranges of both axes with room for labels, from a share of the lowest numbers on."""
    x, y = (
        _round_range([*numbers, from_share * min(numbers)])
        for numbers in ([point[n] for point in points] for n in (0, 1))
    )
    return x, y


def place_names(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    limits: AxisRanges,
    size: tuple[float, float] = SIZE,
) -> list[str]:
    """The side of its point on which each name covers least, in a chart of a size in cm."""
    (left, right, _), (bottom, top, _) = limits
    # Axes, title and legend leave about this much of the chart to the points. [mm]
    width, height = size[0] * 10 * 0.88, size[1] * 10 * 0.72
    places = place_labels(
        [
            ((x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height)
            for x, y in points
        ],
        [(_MM_PER_CHARACTER * len(name), _MM_PER_LINE) for name in names],
        (0, 0, width, height),
    )
    return [side for side, _ in places]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredChart:
    """A chart on a page, with what openpyxl cannot write of it.

    Parameters
    ----------
    chart : chart
        The chart.
    anchor : str
        Cell of its upper left corner.
    name : str
        Its name, for who goes through a page by names.
    alt : str
        What it shows, for who cannot see it.
    labels : sequence of PointLabels
        Labels of each series; none if empty.
    hidden : sequence of int
        Series that the legend leaves out.
    """

    chart: Any
    anchor: str
    name: str
    alt: str
    labels: Sequence[PointLabels] = ()
    hidden: Sequence[int] = ()
