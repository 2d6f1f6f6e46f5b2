"""Figures with matplotlib, readable without colour: the paper's two and those of a user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xlcalc.errors import InputError, OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.physics.evaluate import evaluate
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.notes import inputs_as_used
from xlcalc.physics.quantities import BREAKDOWN, DESIGN, ENERGIES, LIQUID, RESULTS
from xlcalc.physics.stack import Stack
from xlcalc.workbooks.charts.layout import (
    CORNERS,
    LABEL_SIDES,
    MARKERS,
    MOST_NAMED,
    group_designs,
    label_box,
    place_labels,
)

FORMATS = (".png", ".svg", ".pdf")

#: Electrolytes differ in how their markers are filled, so that colour only helps.
_FILLS = ("full", "none", "left", "bottom", "right", "top")

_MM_PER_INCH = 25.4
_MM_PER_POINT = _MM_PER_INCH / 72
_LABEL_POINTS = 7.0

#: Beyond this many designs bars become lines.
MOST_BARS = 40


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the file appears whole or not at all.

    Raises
    ------
    OutputError
        If the ending is none of ours or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise OutputError(f"{path}: expected a file ending in {', '.join(FORMATS)}")
    with whole_file(path) as file:
        figure.savefig(file, format=suffix[1:], dpi=200)


def scatter(columns: Mapping[str, Any], title: str) -> Figure:
    """Energy density against specific energy, every design named: Fig. 1A of the paper.

    Parameters
    ----------
    columns : mapping of str to array
        Inputs as used and results, by field name.
    title : str
        Title of the figure.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If no design has results.
    """
    groups = group_designs(columns)
    if not groups:
        raise InputError("no design was evaluated; expected at least one without an error")
    figure = Figure(figsize=(9.5, 6.5), layout="constrained")
    axes = figure.add_subplot()
    names: list[str] = []
    points: list[tuple[float, float]] = []
    for group in groups:
        x = [float(columns["specific_energy_wh_kg"][row]) for row in group.rows]
        y = [float(columns["energy_density_wh_l"][row]) for row in group.rows]
        axes.plot(
            x,
            y,
            linestyle="none",
            marker=MARKERS[group.form][0],
            markersize=8,
            fillstyle=_FILLS[group.order % len(_FILLS)],
            color=group.colour,
            markerfacecoloralt="white",
            markeredgewidth=1.4,
            label=group.label,
        )
        names += [str(columns["design"][row]) for row in group.rows]
        points += zip(x, y, strict=True)
    axes.margins(0.15)
    axes.set_xlabel(RESULTS["specific_energy_wh_kg"].header)
    axes.set_ylabel(RESULTS["energy_density_wh_l"].header)
    axes.set_title(title, parse_math=False)
    axes.grid(color="0.9")
    axes.set_axisbelow(True)
    legend = figure.legend(loc="outside lower center", ncol=4, fontsize=8)
    for text in legend.get_texts():
        text.set_parse_math(False)
    if len(names) <= MOST_NAMED:
        _name(figure, axes, points, names)
    return figure


def _name(
    figure: Figure, axes: Axes, points: Sequence[tuple[float, float]], names: Sequence[str]
) -> None:
    """Write each point's name where it covers little, with a line to the point if it is far."""
    # The places of points on the page are known only after the layout is made.
    figure.draw_without_rendering()
    axes.set_xlim(axes.get_xlim())
    axes.set_ylim(axes.get_ylim())
    mm = _MM_PER_INCH / figure.dpi
    on_page = [tuple(place) for place in axes.transData.transform(list(points)) * mm]
    sizes = [_extent(axes, name, mm) for name in names]
    box = axes.get_window_extent()
    frame = (box.x0 * mm, box.y0 * mm, box.x1 * mm, box.y1 * mm)
    places = {**LABEL_SIDES, **CORNERS}
    chosen = place_labels(on_page, sizes, frame, places=places, gaps=(2.2, 5.5, 9.0))
    for point, page, size, name, (place, gap) in zip(
        points, on_page, sizes, names, chosen, strict=True
    ):
        left, bottom, right, top = label_box(page, size, places[place], gap)
        shift = ((left + right) / 2 - page[0], (bottom + top) / 2 - page[1])
        axes.annotate(
            name,
            point,
            xytext=(shift[0] / _MM_PER_POINT, shift[1] / _MM_PER_POINT),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=_LABEL_POINTS,
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": "0.5", "lw": 0.5, "shrinkA": 0, "shrinkB": 4}
            if gap > 3
            else None,
        )


def _extent(axes: Axes, name: str, mm: float) -> tuple[float, float]:
    """Width and height of a name on the page, with a little room."""
    text = axes.text(0, 0, name, fontsize=_LABEL_POINTS, parse_math=False)
    box = text.get_window_extent()
    text.remove()
    return box.width * mm + 0.6, box.height * mm + 0.4


def heatmap(
    stack: Stack,
    title: str,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    shape: tuple[int, int] = (200, 200),
) -> Figure:
    """Both energies of a design over two of its inputs: Fig. 3 of the paper, for any design.

    Parameters
    ----------
    stack : Stack
        One design.
    title : str
        Title of the figure.
    x, y : (str, float, float)
        Field on each axis with its lowest and highest value.
    shape : (int, int)
        Columns and rows of the grid.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If a range is none, both axes are one field, or the design does not use a field.
    DesignError
        If a design within the ranges cannot exist.
    """
    _check_axes(stack, x, y)
    columns, rows = shape
    across = np.linspace(x[1], x[2], columns)
    up = np.linspace(y[1], y[2], rows)
    inputs: dict[str, Any] = {x[0]: across[None, :], y[0]: up[:, None]}
    grid = evaluate(replace(stack, **inputs))
    figure = Figure(figsize=(11, 4.8), layout="constrained")
    figure.suptitle(title, parse_math=False)
    for position, name in enumerate(ENERGIES):
        axes = figure.add_subplot(1, 2, position + 1)
        values = np.broadcast_to(getattr(grid, name), (rows, columns))
        # A map whose lightness rises with the value reads the same in black and white.
        mesh = axes.pcolormesh(across, up, values, cmap="cividis", shading="gouraud")
        mesh.set_rasterized(True)
        figure.colorbar(mesh, ax=axes)
        if np.ptp(values) > 0:
            lines = axes.contour(across, up, values, levels=8, colors="white", linewidths=1.8)
            lines.set_path_effects(_outline())
            labels = axes.clabel(lines, fmt="%g", fontsize=8)
            for label in labels or ():
                label.set_path_effects(_outline())
        axes.set_title(RESULTS[name].header)
        axes.set_xlabel(DESIGN[x[0]].header)
        axes.set_ylabel(DESIGN[y[0]].header)
    return figure


Axis = tuple[str, float, float]


def default_axes(stack: Stack) -> tuple[Axis, Axis]:
    """Fields and ranges that a design can be drawn over: those of Fig. 3 where it uses them."""
    inputs = Inputs(stack.values, stack.materials)
    across = ("separator_thickness_um", 5.0, 100.0)
    if inputs.pure_anode or inputs.is_kind("electrolyte", LIQUID):
        return across, ("cathode_areal_capacity_mah_cm2", 1.0, 8.0)
    most = 1.0 - float(inputs.number("anode_binder_fraction"))
    return across, ("anode_active_fraction", 0.2, most - inputs.number("anode_carbon_fraction"))


def _check_axes(stack: Stack, x: Axis, y: Axis) -> None:
    if x[0] == y[0]:
        raise InputError(f"both axes are {x[0]}; expected two fields")
    used: Mapping[str, Any] = inputs_as_used(stack, evaluate(stack).np_ratio)
    for name, low, high in (x, y):
        if not (low < high and isfinite(high - low)):
            raise InputError(f"{name} from {low:g} to {high:g} is no range; expected low:high")
        if name in used and isnan(used[name]):
            raise InputError(f"design {stack.design!r} does not use {name}; expected another field")


def _outline() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3, foreground="black")]


#: Parts of a stack as bars show them, with a colour and a hatch each.
_BARS: Mapping[str, tuple[str, str]] = {
    "positive_foil_layer": ("#999999", ""),
    "cathode_active": ("#0072B2", ""),
    "cathode_electrolyte": ("#56B4E9", "..."),
    "cathode_binder": ("#CFE8F5", "xxx"),
    "cathode_carbon": ("#003B5C", "xxx"),
    "cathode_pores": ("#FFFFFF", "..."),
    "separator_layer": ("#F0E442", "///"),
    "anode_active": ("#D55E00", ""),
    "anode_electrolyte": ("#F3B58A", "..."),
    "anode_binder": ("#FBE3D3", "xxx"),
    "anode_carbon": ("#6B2F00", "xxx"),
    "anode_pores": ("#FFFFFF", "ooo"),
    "negative_foil_layer": ("#B87333", "\\\\\\"),
}


def breakdown(names: Sequence[str], parts: Mapping[str, Any], title: str) -> Figure:
    """Mass and thickness of every component of each design, as stacked bars.

    Parameters
    ----------
    names : sequence of str
        Names of the designs.
    parts : mapping of str to array
        Mass and thickness of layers and components, by name.
    title : str
        Title of the figure.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If there are more designs than bars can show.
    """
    if not 0 < len(names) <= MOST_BARS:
        raise InputError(f"{len(names)} designs to draw; expected 1 to {MOST_BARS}")
    figure = Figure(figsize=(12, 1.8 + 0.3 * len(names)), layout="constrained")
    figure.suptitle(title, parse_math=False)
    handles: dict[str, Any] = {}
    place = np.arange(len(names))
    for position, suffix in enumerate(("loading_mg_cm2", "thickness_um")):
        axes = figure.add_subplot(1, 2, position + 1)
        left = np.zeros(len(names))
        for part, (colour, hatch) in _BARS.items():
            quantity = BREAKDOWN.get(f"{part}_{suffix}")
            # Empty pores have a thickness, but no mass.
            if quantity is None or not np.any(parts[quantity.name]):
                continue
            values = np.asarray(parts[quantity.name], dtype=float)
            bars = axes.barh(
                place, values, left=left, color=colour, hatch=hatch, edgecolor="black", lw=0.5
            )
            handles[part] = (bars, quantity.label.rsplit(":", 1)[0])
            left += values
        axes.set_yticks(place, names if position == 0 else [""] * len(names), parse_math=False)
        axes.invert_yaxis()
        axes.set_xlabel("Mass [mg/cm²]" if position == 0 else "Thickness [µm]")
    bars_and_words = [handles[part] for part in _BARS if part in handles]
    figure.legend(
        *zip(*bars_and_words, strict=True), loc="outside lower center", ncol=5, fontsize=8
    )
    return figure
