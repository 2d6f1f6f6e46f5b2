"""Columns of a table that calculates: what is typed, what is worked out, what comes out.

A formula is written with fields in braces: ``{np_ratio}`` is the cell of that column in the same
row, ``{cathode>foil_sharing}`` those of several columns, ``{Materials:density_g_cm3}`` a whole
column of another table. In the workbook they are structured references, which name what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Formula

CHECK = Quantity(
    name="check",
    label="Check",
    help="ok, or what is wrong with this row, in words. A row that is wrong has no results.",
    kind="text",
)

Role = Literal["input", "result", "working"]

_FIELD = re.compile(r"\{(?:(\w+):)?(\w+)(?:>(\w+))?\}")
_SPECIAL = re.compile(r"(['\[\]#@])")

_HEADER_STYLES: Mapping[str, str] = {
    "input": style.HEADER_INPUT,
    "result": style.HEADER_RESULT,
    "working": style.HEADER_WORKING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalcColumn:
    """A column of a table that calculates.

    Parameters
    ----------
    name : str
        What formulas call it.
    header : str
        Its header.
    role : {"input", "result", "working"}
        Whether it is typed, looked at, or on the way from one to the other.
    group : str
        Word above the header where a group of columns begins.
    formula : str, optional
        What every cell of it holds, with fields in braces; none for an input.
    quantity : Quantity, optional
        What it is, for digits, limits and help.
    text : bool
        Whether it holds words.
    """

    name: str
    header: str
    role: Role
    group: str
    formula: str = ""
    quantity: Quantity | None = None
    text: bool = False

    @property
    def header_style(self) -> str:
        """Named style of its header."""
        return _HEADER_STYLES[self.role]

    @property
    def cell_style(self) -> str:
        """Named style of its cells."""
        if self.role == "input" and self.formula:
            words = self.quantity is None or self.quantity.kind != "number"
            return style.TEXT if words else style.PLAIN
        if self.role == "input":
            if self.quantity is not None and self.quantity.name in ("source", "remark"):
                return style.INPUT_LONG
            if self.quantity is None:
                return style.input_style(None)
            small = style.is_small(self.quantity)
            return style.INPUT_SMALL if small else style.input_style(self.quantity)
        if self.role == "working":
            return style.WORKING
        if self.text or self.quantity is None or self.quantity.kind != "number":
            return style.LONG_TEXT
        return style.number_style(self.quantity)

    @property
    def width(self) -> float:
        """Width that shows its header's longest word, and the words that may be chosen."""
        choices = self.quantity.choices if self.quantity is not None else ()
        longest = max(map(len, (*self.header.split(), *choices)))
        return float(max(11, longest + 3))


def input_column(quantity: Quantity, group: str) -> CalcColumn:
    """A column that a quantity is typed into."""
    return CalcColumn(
        name=quantity.name, header=quantity.header, role="input", group=group, quantity=quantity
    )


def working(name: str, header: str, group: str, formula: str) -> CalcColumn:
    """A column on the way from inputs to results."""
    return CalcColumn(name=name, header=header, role="working", group=group, formula=formula)


def check_column(group: str, faults: Iterable[str]) -> CalcColumn:
    """The column that says ok, or what the faults of a row say; nothing in a row left free.

    A column ``filled`` must count what was typed into the row.
    """
    said = "&".join(f"{{{name}}}" for name in faults)
    return CalcColumn(
        name=CHECK.name,
        header=CHECK.header,
        role="result",
        group=group,
        formula=f'IFERROR(IF({{filled}}=0,"",IF({said}="","ok",{said})),'
        '"a cell of this row holds an error value. ")',
        quantity=CHECK,
    )


class CalcTable:
    """A table that calculates: its columns, and its formulas as a workbook writes them.

    Parameters
    ----------
    name : str
        Name of the table, and of its page.
    columns : iterable of CalcColumn
        In order.
    others : mapping of str to CalcTable
        Tables that its formulas refer to.

    Raises
    ------
    KeyError
        If a formula names a column that is not there.
    """

    def __init__(
        self,
        name: str,
        columns: Iterable[CalcColumn],
        others: Mapping[str, CalcTable] | None = None,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self._headers = {column.name: column.header for column in self.columns}
        if len({header.casefold() for header in self._headers.values()}) != len(self.columns):
            raise ValueError(f"{name}: two columns have one header")
        self._others = dict(others or {})
        self.formulas = {
            column.name: self.formula(column.formula) for column in self.columns if column.formula
        }

    def __getitem__(self, name: str) -> CalcColumn:
        return next(column for column in self.columns if column.name == name)

    @property
    def headers(self) -> list[str]:
        """Headers in order."""
        return [column.header for column in self.columns]

    @property
    def _independent(self) -> bool:
        own = re.compile(rf"\b{self.name}\[(?!\[#This Row\])")
        return not any(own.search(text) for text in self.formulas.values())

    @property
    def calculated(self) -> list[str]:
        """Headers of the columns that are not typed."""
        return [column.header for column in self.columns if column.role != "input"]

    def whole(self, name: str, last: str | None = None) -> str:
        """Reference to a whole column, or to all from it to a last, for formulas elsewhere.

        Examples
        --------
        >>> from xlcalc.physics.quantities import MATERIAL
        >>> CalcTable("M", [input_column(MATERIAL["density_g_cm3"], "")]).whole("density_g_cm3")
        "M[[Density '[g/cm³']]]"
        """
        # Excel asks for both brackets where a header holds a sign such as / or a comma.
        ends = [f"[{_escaped(self._headers[end])}]" for end in (name, last) if end is not None]
        return f"{self.name}[{':'.join(ends)}]"

    def block(self, first: str, last: str, what: str = "#Data") -> str:
        """Reference to the columns from one to another, their headers or all of them.

        Examples
        --------
        >>> from xlcalc.physics.quantities import MATERIAL
        >>> table = CalcTable("M", [input_column(MATERIAL[n], "") for n in ("material", "kind")])
        >>> table.block("material", "kind", "#All")
        'M[[#All],[Material]:[Kind]]'
        """
        ends = ":".join(f"[{_escaped(self._headers[end])}]" for end in (first, last))
        return f"{self.name}[[{what}],{ends}]"

    def formula(self, text: str) -> Formula:
        """A formula of this table's rows, with structured references."""

        def reference(field: re.Match[str]) -> str:
            table, name, last = field.groups()
            if last:
                first, end = (_escaped(self._headers[n]) for n in (name, last))
                return f"{self.name}[[#This Row],[{first}]:[{end}]]"
            if table:
                return self._others[table].whole(name) if table != self.name else self.whole(name)
            return f"{self.name}[[#This Row],[{_escaped(self._headers[name])}]]"

        return Formula("=" + _FIELD.sub(reference, text))

    def placed(
        self, page: str, top: int, left: int, count: int, extra: Sequence[str] = ()
    ) -> TableRange:
        """The table where it stands on a page, with further headers at its end."""
        return TableRange(
            name=self.name,
            page=page,
            top=top,
            left=left,
            headers=[*self.headers, *extra],
            count=count,
            formulas={self._headers[name]: text for name, text in self.formulas.items()},
            independent=self._independent,
        )


def _escaped(header: str) -> str:
    return _SPECIAL.sub(r"'\1", header)
