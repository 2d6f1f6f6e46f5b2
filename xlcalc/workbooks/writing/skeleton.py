"""What every workbook of results shares: styles, theme and a chart, made once and delivered.

openpyxl made it. Reading it takes milliseconds, where importing openpyxl takes longer than all else
about a hundred designs.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

from xlcalc.workbooks.charts.points import AxisRanges

#: Where it lies.
SKELETON = Path(__file__).with_name("skeleton.xlsx")

#: What stands in the chart for its words and for a series.
ALT, SERIES, X, Y = "(alternative text)", "(series)", "'x'!$A$1:$A$2", "'y'!$A$1:$A$2"
COLOUR, SYMBOL = "123456", "plus"

#: What stands there for the lowest, the highest and the step of the axes.
LIMITS: AxisRanges = ((0.125, 9876.5, 0.25), (0.375, 9877.5, 0.75))

_CELL = re.compile(r'<c r="A\d+" s="(\d+)"[^>]*><is><t>(.*?)</t>')


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What it holds.

    Parameters
    ----------
    style_numbers : mapping of str to int
        Number of each named style.
    styles, theme : bytes
        Parts of the package.
    chart, drawing : str
        Parts of the package, with words to be replaced.
    """

    style_numbers: Mapping[str, int]
    styles: bytes
    theme: bytes
    chart: str
    drawing: str


@cache
def skeleton() -> Skeleton:
    """The skeleton as delivered."""
    with zipfile.ZipFile(SKELETON) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        return Skeleton(
            # Its first sheet shows the name of each style in a cell of that style.
            style_numbers={unescape(name): int(number) for number, name in _CELL.findall(sheet)},
            styles=package.read("xl/styles.xml"),
            theme=package.read("xl/theme/theme1.xml"),
            chart=package.read("xl/charts/chart1.xml").decode(),
            drawing=package.read("xl/drawings/drawing1.xml").decode(),
        )
