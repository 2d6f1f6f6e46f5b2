"""References to tables, as the cells that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlcalc.tables.addresses import letters
from xlcalc.workbooks.table_range import TableRange

_PART = re.compile(r"\[((?:'.|[^]['])*)\]")


class Tables:
    """The tables of a workbook.

    Parameters
    ----------
    tables : iterable of TableRange
        In any order; case does not matter in their names and headers.
    """

    def __init__(self, tables: Iterable[TableRange]) -> None:
        self._tables = {table.name.casefold(): table for table in tables}
        self._columns = {
            name: {header.casefold(): table.left + n for n, header in enumerate(table.headers)}
            for name, table in self._tables.items()
        }

    def holds(self, name: str, page: str, row: int) -> bool:
        """Whether a table has cells in a row of a page below its headers."""
        table = self._tables[name]
        return table.page == page and table.first <= row <= table.last

    def reference(self, name: str, inner: str) -> list[str] | None:
        """A reference to a table in pieces between which the row stands; None if there is none."""
        table = self._tables.get(name.casefold())
        if table is None:
            return None
        columns = self._columns[name.casefold()]
        inner = inner.strip()
        if inner.startswith("@"):
            rest = inner[1:].strip()
            inner = f"[#This Row],{rest if rest.startswith('[') else f'[{rest}]'}"
        parts = _PART.findall(inner) if inner.startswith("[") else [inner]
        if inner.startswith("[") and (bare := _PART.sub("", inner).strip(" ,:")):
            # XlsxWriter makes [[#This Row],Mass] of [@Mass].
            parts.append(bare)
        special = {part.strip().casefold() for part in parts if part.startswith("#")}
        found = [
            columns.get(re.sub(r"'(.)", r"\1", part).casefold())
            for part in parts
            if part and not part.startswith("#")
        ]
        if None in found:
            return None
        columns_found = [column for column in found if column is not None]
        first = min(columns_found, default=table.left)
        last = max(columns_found, default=table.right)
        page = "'" + table.page.replace("'", "''") + "'!"
        if "#this row" in special:
            # A row refers to itself from its own page alone.
            row = [f"${letters(first)}$", f":${letters(last)}$", ""]
            return row if last != first else [row[0], ""]
        top, bottom = _rows_of(table, special)
        cells = f"${letters(first)}${top}"
        if (first, top) != (last, bottom):
            cells += f":${letters(last)}${bottom}"
        return [page + cells]


def _rows_of(table: TableRange, special: set[str]) -> tuple[int, int]:
    if not special or special == {"#data"}:
        return table.first, table.last
    if special == {"#totals"}:
        return table.last + 1, table.last + table.totals
    top = table.top if special & {"#headers", "#all"} else table.first
    bottom = table.top if special == {"#headers"} else table.last
    if special & {"#all", "#totals"}:
        bottom = table.last + table.totals
    return top, bottom
