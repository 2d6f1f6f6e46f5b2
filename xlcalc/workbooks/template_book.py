"""A workbook in memory: cells, tables, names and what a page is dressed with, before it is a file.

A page is declared once; from it come the formulas' values, the file, and the file's cached values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlcalc.tables.addresses import absolute, letters
from xlcalc.workbooks.charts.points import AnchoredChart
from xlcalc.workbooks.table_range import TableRange


class Formula(str):
    """Text of a formula, with its leading "="; any other text is a text."""

    __slots__ = ()


class Spill(Formula):
    """A formula that may spill: its result takes one cell or several, of which this is the first.

    A call of one of our functions is one also where it gives a single value: Excel shows any other
    as ``=@SSB_...``, which keeps to one value whatever it is then given.

    Parameters
    ----------
    text : str
        The formula.
    height, width : int
        Rows and columns of its result.
    """

    __slots__ = ("height", "width")
    height: int
    width: int

    def __new__(cls, text: str, height: int, width: int) -> Spill:
        """Make one."""
        made = super().__new__(cls, text)
        made.height, made.width = height, width
        return made


#: What a cell may hold: a number, a text, a truth value, a formula, or nothing.
Content = float | int | str | bool | None

#: A cell: what it holds and its named style.
TemplateCell = tuple[Content, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What may be typed into some cells.

    Parameters
    ----------
    area : str
        The cells, such as ``C5:C24``.
    kind : {"list", "decimal", "custom"}
        A list of words, a number between two limits, or a formula that must hold.
    formulas : sequence of str
        The list, the limits or the formula.
    title : str
        What it is about; at most 32 characters are shown.
    prompt : str
        What to type, shown where the cell is selected; at most 255 characters are shown.
    error : str
        What is wrong, shown where something else was typed.
    blank : bool
        Whether the cell may be left blank.
    """

    area: str
    kind: str
    formulas: Sequence[str]
    title: str
    prompt: str = ""
    error: str = ""
    blank: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A style that cells take while a formula holds, or a colour scale if there is none.

    Parameters
    ----------
    area : str
        The cells.
    formula : str
        In terms of the area's first cell, without "="; empty for a colour scale.
    style : {"wrong", "good", "odd", "scale"}
        Which style.
    """

    area: str
    formula: str
    style: str


@dataclass(slots=True)
class TemplatePage:
    """A sheet being made.

    Parameters
    ----------
    title : str
        Name on the tab.
    """

    title: str
    rows: list[list[TemplateCell | None]] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    folded: list[tuple[int, int]] = field(default_factory=list)
    freeze: str | None = None
    tables: list[TableRange] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    charts: list[AnchoredChart] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    header_rows: int = 0
    printed_columns: int = 0
    printed_rows: int = 0
    protected: bool = True
    portrait: bool = False
    one_wide: bool = False
    one_tall: bool = False
    hidden: bool = False

    def put(self, row: int, column: int, content: Content, style: str) -> None:
        """Fill a cell; rows and columns count from 1."""
        while len(self.rows) < row:
            self.rows.append([])
        cells = self.rows[row - 1]
        while len(cells) < column:
            cells.append(None)
        cells[column - 1] = (content, style)

    def put_row(self, row: int, column: int, contents: Sequence[Content], style: str) -> None:
        """Fill cells side by side in one style."""
        for offset, content in enumerate(contents):
            self.put(row, column + offset, content, style)

    def add_table(self, table: TableRange) -> TableRange:
        """Make cells that are there a table."""
        self.tables.append(table)
        return table


@dataclass(slots=True)
class TemplateBook:
    """A workbook being made: pages in order, and defined names.

    Parameters
    ----------
    title : str
        Title in its properties.
    """

    title: str
    pages: list[TemplatePage] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def page(self, title: str, **options: Any) -> TemplatePage:
        """Add a page."""
        page = TemplatePage(title, **options)
        self.pages.append(page)
        return page

    @property
    def tables(self) -> list[TableRange]:
        """The tables of all pages."""
        return [table for page in self.pages for table in page.tables]


def area(top: int, left: int, bottom: int, right: int) -> str:
    """A block of cells.

    Examples
    --------
    >>> area(2, 1, 3, 2)
    'A2:B3'
    """
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


def on(page: str, reference: str) -> str:
    """A reference with its page, absolute.

    Examples
    --------
    >>> on("Read me", "A1:B2")
    "'Read me'!$A$1:$B$2"
    """
    title = page if page.isalnum() else "'" + page.replace("'", "''") + "'"
    return f"{title}!{absolute(reference)}"
