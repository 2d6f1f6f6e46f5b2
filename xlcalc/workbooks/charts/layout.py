"""What the figures of energy have in common, whoever draws them: groups, markers, label places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from xlcalc.physics.materials import ANODE_FREE, LITHIUM
from xlcalc.physics.quantities import ENERGIES, METAL

#: Beyond this many designs names would hide the points.
MOST_NAMED = 60

#: Okabe and Ito's colours, which readers of any colour vision tell apart; the first four differ in
#: lightness too, for print without colour.
COLOURS = ("#0072B2", "#E69F00", "#000000", "#F0E442", "#D55E00", "#56B4E9", "#009E73", "#CC79A7")

#: Form of an anode, with the marker that shows it: matplotlib's and that of a spreadsheet chart.
MARKERS: Mapping[str, tuple[str, str]] = {
    "composite anode": ("o", "circle"),
    "pure anode": ("^", "triangle"),
    METAL: ("D", "diamond"),
}


@dataclass(frozen=True, slots=True)
class DesignGroup:
    """Designs that a figure shows alike.

    Parameters
    ----------
    electrolyte : str
        Their electrolyte; its position among all gives the colour.
    order : int
        That position.
    form : str
        Form of their anode, a key of `MARKERS`.
    rows : list of int
        Their rows.
    """

    electrolyte: str
    order: int
    form: str
    rows: list[int]

    @property
    def label(self) -> str:
        """Words for the legend."""
        return f"{self.electrolyte}, {self.form}"

    @property
    def symbol(self) -> str:
        """Marker of the form in a spreadsheet chart."""
        return MARKERS[self.form][1]

    @property
    def colour(self) -> str:
        """Colour of the electrolyte."""
        return COLOURS[self.order % len(COLOURS)]


def group_designs(columns: Mapping[str, Any]) -> list[DesignGroup]:
    """Group the evaluated rows of a table by electrolyte and by form of the anode, as in Fig. 1A.

    Parameters
    ----------
    columns : mapping of str to array
        Inputs as used and results, by field name.

    Returns
    -------
    list of DesignGroup
        Rows without result are in none.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    electrolytes: dict[str, int] = {}
    named, anodes, shares = (columns[n] for n in ("electrolyte", "anode", "anode_active_fraction"))
    for row, energy in enumerate(columns[ENERGIES[0]]):
        if isnan(energy):
            continue
        electrolyte = named[row]
        electrolytes.setdefault(electrolyte, len(electrolytes))
        form = _form(anodes[row], shares[row])
        groups.setdefault((electrolyte, form), []).append(row)
    order = list(MARKERS)
    return [
        DesignGroup(electrolyte, electrolytes[electrolyte], form, rows)
        for (electrolyte, form), rows in sorted(
            groups.items(), key=lambda item: (electrolytes[item[0][0]], order.index(item[0][1]))
        )
    ]


def _form(anode: str, share: float) -> str:
    if anode in (LITHIUM, ANODE_FREE):
        return METAL
    return "pure anode" if isnan(share) or share == 1 else "composite anode"


#: Where a label may stand beside its point: name, and the direction in label widths and heights.
LABEL_SIDES: Mapping[str, tuple[float, float]] = {
    "r": (1.0, 0.0),
    "l": (-1.0, 0.0),
    "t": (0.0, 1.0),
    "b": (0.0, -1.0),
}
CORNERS: Mapping[str, tuple[float, float]] = {
    "tr": (1.0, 1.0),
    "br": (1.0, -1.0),
    "tl": (-1.0, 1.0),
    "bl": (-1.0, -1.0),
}

Box = tuple[float, float, float, float]


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    frame: Box,
    *,
    places: Mapping[str, tuple[float, float]] = LABEL_SIDES,
    gaps: Sequence[float] = (2.0,),
) -> list[tuple[str, float]]:
    """Choose for each point the side of its label so that labels cover little.

    Parameters
    ----------
    points : sequence of (x, y)
        In the unit of length of the page.
    sizes : sequence of (width, height)
        Of the labels.
    frame : (left, bottom, right, top)
        What labels should stay inside.
    places : mapping of str to (float, float)
        Directions to choose from.
    gaps : sequence of float
        Distances to choose from, nearest first.

    Returns
    -------
    list of (str, float)
        Place and gap of each label.

    Examples
    --------
    Two points side by side push their labels apart:

    >>> place_labels([(50, 50), (55, 50)], [(20, 4), (20, 4)], (0, 0, 100, 100))
    [('l', 2.0), ('r', 2.0)]
    """
    choices = [(name, gap) for gap in gaps for name in places]
    boxes = np.array(
        [
            [label_box(p, s, places[name], gap) for name, gap in choices]
            for p, s in zip(points, sizes, strict=True)
        ]
    ).reshape(len(points), len(choices), 4)
    marks = np.array([(x - 1.8, y - 1.8, x + 1.8, y + 1.8) for x, y in points]).reshape(-1, 4)
    area = np.prod(np.array(sizes, dtype=float).reshape(-1, 2), axis=1)
    preference = np.array([0.02 * n for n in range(len(choices))])
    fixed = np.array(
        [
            _overlap(own, marks).sum(axis=1) / size
            + 3 * (1 - _overlap(own, np.array([frame]))[:, 0] / size)
            + preference
            for own, size in zip(boxes, area, strict=True)
        ]
    )

    def settle(order: Any) -> tuple[float, Any]:
        """Move labels in turn, each to where it covers least, until none wants to move."""
        chosen = np.zeros(len(points), dtype=int)
        costs = np.zeros(len(points))
        for _ in range(20):
            before = chosen.copy()
            for at in order:
                others = np.delete(boxes[np.arange(len(points)), chosen], at, axis=0)
                cost = fixed[at] + _overlap(boxes[at], others).sum(axis=1) / area[at]
                chosen[at] = int(np.argmin(cost))
                costs[at] = cost[chosen[at]]
            if (before == chosen).all():
                break
        return float(costs.sum()), chosen

    # Where labels settle depends on who moves first; the best of a few orders is good enough.
    random = np.random.default_rng(1)
    orders = [np.arange(len(points)), *(random.permutation(len(points)) for _ in range(11))]
    _, best = min((settle(order) for order in orders), key=lambda found: found[0])
    return [choices[choice] for choice in best]


def label_box(
    point: tuple[float, float], size: tuple[float, float], place: tuple[float, float], gap: float
) -> Box:
    """The rectangle a label takes."""
    (x, y), (width, height), (right, up) = point, size, place
    left = x - width / 2 + right * (width / 2 + gap)
    bottom = y - height / 2 + up * (height / 2 + gap)
    return left, bottom, left + width, bottom + height


def _overlap(boxes: Any, obstacles: Any) -> Any:
    """Area that each box shares with each obstacle."""
    low = np.maximum(boxes[:, None, :2], obstacles[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], obstacles[None, :, 2:])
    return np.prod(np.clip(high - low, 0, None), axis=2)
