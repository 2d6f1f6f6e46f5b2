"""The package's data files: materials and published tables, every value with its source.

Tables are csv files: `materials.csv` has names and kinds, `paper_*.csv` and `supplement.csv` the
values, each with where it comes from. What they mean is in `materials` and `reference`.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

#: How sources cite the paper.
PAPER = "Lewis et al. 2022"

CITATION = (
    "J. A. Lewis, K. A. Cavallaro, Y. Liu, M. T. McDowell, The Promise of Alloy Anodes for "
    "Solid-State Batteries, Joule 6 (2022) 1418-1430"
)

Row = dict[str, str]


@cache
def read(name: str) -> tuple[Row, ...]:
    """Rows of a data file, cells as text.

    Examples
    --------
    >>> read("paper_si_table_3")[0]["density_g_cm3"]
    '1.86'
    """
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
