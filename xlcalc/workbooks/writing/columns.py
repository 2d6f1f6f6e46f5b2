"""Columns of the tables that a workbook shows, with header, look and width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.physics.materials import Material
from xlcalc.physics.quantities import MATERIAL
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.workbooks.styles import HEADER_INPUT, HEADER_RESULT, LONG_TEXT, TEXT
from xlcalc.workbooks.styles import number_style as style_of

_WIDEST = 70

#: Rows whose texts decide how wide a column is.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a table.

    Parameters
    ----------
    header : str
        Its header.
    values : sequence
        Its cells: a list, a NumPy or Arrow array, or coded words; blanks are None or NaN.
    style : str
        Named style of its cells.
    header_style : str
        Named style of its header.
    group : str
        Word above the header where a group of columns begins.
    marked : ndarray of bool, optional
        Cells that are marked as an error.
    """

    header: str
    values: Sequence[Any]
    style: str = TEXT
    header_style: str = HEADER_RESULT
    group: str = ""
    marked: NDArray[np.bool_] | None = None

    def part(self, rows: slice) -> ResultColumn:
        """Some of its rows."""
        marked = None if self.marked is None else self.marked[rows]
        return replace(self, values=self.values[rows], marked=marked)

    @property
    def width(self) -> float:
        """Width that shows the header's longest word and the first texts."""
        longest = max(map(len, self.header.split()), default=0)
        return float(min(_WIDEST, max(8, longest, self._longest_text)) + 3)

    @property
    def cell_style(self) -> str:
        """Style of its cells; texts that the widest column would cut go over several lines."""
        return LONG_TEXT if self._longest_text > _WIDEST else self.style

    @property
    def _longest_text(self) -> int:
        if self.style != TEXT:
            return 0
        first = as_list(self.values[:_LOOKED_AT])
        return max((len(str(v)) for v in first if v is not None), default=0)


def as_list(values: Any) -> list[Any]:
    """Cells of a column as Python objects.

    Examples
    --------
    >>> as_list(np.array([1.5, 2])), as_list("ab")
    ([1.5, 2.0], ['a', 'b'])
    """
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    # Arrow's arrays give objects of their own if one goes through them.
    return list(values.to_pylist() if hasattr(values, "to_pylist") else values)


def quantity_column(
    quantity: Quantity,
    values: Sequence[Any],
    *,
    given: bool = False,
    group: str = "",
    marked: NDArray[np.bool_] | None = None,
) -> ResultColumn:
    """A column of a quantity; `given` for what a user puts in, `marked` for cells in error."""
    return ResultColumn(
        header=quantity.header,
        values=values,
        style=style_of(quantity) if quantity.kind == "number" else TEXT,
        header_style=HEADER_INPUT if given else HEADER_RESULT,
        group=group,
        marked=marked,
    )


def materials_columns(materials: Sequence[Material], *, given: bool = False) -> list[ResultColumn]:
    """Columns of a Materials sheet: values, and the sources of all of them."""
    special = {
        "material": [material.name for material in materials],
        "source": [
            ", ".join(filter(None, (material.all_sources, material.source)))
            for material in materials
        ],
        "remark": [m.remark or "; ".join(m.notes.values()) for m in materials],
    }
    return [
        quantity_column(
            quantity,
            special.get(name) or [getattr(material, name) for material in materials],
            given=given,
        )
        for name, quantity in MATERIAL.items()
    ]
