"""What stands above a header: inputs that all designs have in common, each used or named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from xlcalc.errors import InputError
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities.units import is_unit
from xlcalc.problems import Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.header_matching import DESIGN_HEADERS, HeaderMatch, Vocabulary
from xlcalc.tables.number_parsing import as_text, describe
from xlcalc.tables.special_rows import Row, is_void
from xlcalc.tables.table import Column, Table

#: A label and its value in one cell: "N/P ratio: 1.5", "Separator thickness 50 µm".
_PAIR = re.compile(
    r"(?P<label>[^:=]+?)\s*[:=]\s*(?P<value>\S.*)|(?P<name>.+?)\s+(?P<number>[-+~]?[.,]?\d.*)"
)
_NUMBER = re.compile(r"\s*[-+~±<>]?\s*[.,]?\d")
#: A text that gives a number: alone, behind a sign, or with a unit.
_GIVEN = re.compile(r"^[-+]?[\d.,]+$|[:=]\s*\S{0,3}\d|\d\s*(?P<unit>[^\W\d_]\S*|%)$")

#: A text that ends with a unit: alone, in brackets, behind a sign or "in".
_IN_UNIT = re.compile(r"(?:^|[:=/]\s*|\sin\s+|[\[(]\s*)(?P<unit>[^\s\[\]()]+)\s*[\])]?$")

#: Cells that a sentence names, and characters of each.
_MOST, _LONGEST = 5, 40

#: Characters of a text in which a unit is looked for.
_LONGEST_TEXT = 200

#: Row and column of a cell, from 0.
_Place = tuple[int, int]


class _Input(NamedTuple):
    """A field that is named above the header, with the cells that hold its values."""

    label: _Place
    header: str
    match: HeaderMatch
    values: list[tuple[_Place, Any]]
    #: Further cells that belong to it, such as its unit.
    beside: list[_Place]


@dataclass
class _Above:
    """The rows above a header."""

    rows: Sequence[Row]

    def at(self, row: int, column: int) -> Any:
        """A cell; None beyond the rows."""
        inside = row < len(self.rows) and column < len(self.rows[row])
        return self.rows[row][column] if inside else None

    def cells(self) -> Iterator[tuple[_Place, Any]]:
        """Cells that hold something."""
        for n, row in enumerate(self.rows):
            for column, value in enumerate(row):
                if not is_void(value):
                    yield (n, column), value

    def input(self, place: _Place, value: Any) -> _Input | None:
        """The field that a cell names with a value beside, below or in it."""
        if not isinstance(value, str):
            return None
        header = value.strip().rstrip(":=").strip()
        match = _field(header)
        if match is not None:
            return self._beside(place, header, match) or self._below(place, header, match)
        pair = _PAIR.fullmatch(value.strip())
        header = (pair["label"] or pair["name"]) if pair else ""
        match = _field(header)
        if pair is None or match is None:
            return None
        inline = pair["value"] or pair["number"]
        found = [(place, inline)] if _may_be(match, inline) else []
        return _Input(place, header, match, found, []) if found else None

    def _beside(self, place: _Place, header: str, match: HeaderMatch) -> _Input | None:
        row, column = place
        width = len(self.rows[row])
        filled = [n for n in range(column + 1, width) if not is_void(self.at(row, n))]
        # A name or a choice must stand next to its field, or it may be any word.
        if match.quantity.kind != "number" and filled[:1] != [column + 1]:
            return None
        values: list[tuple[_Place, Any]] = []
        beside: list[_Place] = []
        for n in filled:
            cell = self.at(row, n)
            if values and isinstance(cell, str) and _unit(cell):
                header = f"{header} [{_unit(cell)}]"
                match = _field(header) or match
                beside.append((row, n))
                break
            if not _may_be(match, cell) or (values and n > filled[0] + len(values)):
                break
            values.append(((row, n), cell))
        return _Input(place, header, match, values, beside) if values else None

    def _below(self, place: _Place, header: str, match: HeaderMatch) -> _Input | None:
        row, column = place
        values = []
        for n in range(row + 1, len(self.rows)):
            cell = self.at(n, column)
            if is_void(cell) or not _may_be(match, cell):
                break
            values.append(((n, column), cell))
        return _Input(place, header, match, values, []) if values else None


def _field(header: str) -> HeaderMatch | None:
    """The field that a label names; the name of a design is none that designs have in common."""
    match = DESIGN_HEADERS.match_cell(header)
    return None if match is None or match.quantity.kind == "text" else match


def _unit(text: str) -> str:
    bare = text.strip().strip("[]()").strip()
    return bare if is_unit(bare) else ""


def _may_be(match: HeaderMatch, cell: Any) -> bool:
    """Whether a cell may be meant as a value of a field."""
    quantity = match.quantity
    if quantity.kind == "number":
        # An error value or a formula without value is one that went wrong.
        return type(cell) is not str or _NUMBER.match(cell) is not None
    if not isinstance(cell, str) or _field(cell.strip().rstrip(":=")) is not None:
        return False
    pair = _PAIR.fullmatch(cell.strip())
    if pair is not None and _field(pair["label"] or pair["name"]) is not None:
        return False
    return quantity.kind == "material" or normalized(cell) in map(normalized, quantity.choices)


def with_common_inputs(table: Table, above: Sequence[Row], vocabulary: Vocabulary) -> None:
    """Add what stands above a table's header to what its designs have in common.

    Parameters
    ----------
    table : Table
        The columns. Fields without a column get one, from a single cell; all else is remarked.
    above : sequence of sequence
        The rows above the header, of which the first is row 1.
    vocabulary : Vocabulary
        What its headers may name; materials have nothing in common.

    Raises
    ------
    InputError
        If a field is given a second time.
    """
    rows = [() if n + 1 == table.units_row else row for n, row in enumerate(above)]
    known = _Above(rows)
    seen: set[_Place] = set()
    common: dict[str, Column] = {}
    for place, value in known.cells():
        found = known.input(place, value) if vocabulary is DESIGN_HEADERS else None
        if found is None or place in seen:
            continue
        seen |= {place, *found.beside, *(at for at, _ in found.values)}
        column, problem = _used(table, found)
        table.row_remarks.append(problem)
        if column is None:
            continue
        name = found.match.quantity.name
        if name in common:
            text = f"{found.match.quantity.label} stands above the header a second time"
            where = table.source.at(column.cell)
            expected = f"it once, as in {common[name].cell}"
            raise InputError(Problem(text, expected=expected, where=where))
        common[name] = column
    table.common = [*common.values()]
    unread = [
        (place, value) for place, value in known.cells() if place not in seen and _says_more(value)
    ]
    if unread:
        shown = [f"{_address(at)} ({_short(value)})" for at, value in unread[:_MOST]]
        more = f" and {len(unread) - _MOST} more" if len(unread) > _MOST else ""
        text = f"above the header nothing is read of {', '.join(shown)}{more}"
        table.row_remarks.append(Problem(text, where=table.source, rule="above the header"))


def _says_more(value: Any) -> bool:
    """Whether a cell gives a number or a unit and is no plain text, such as a title with a year."""
    if not isinstance(value, str):
        return True
    text = value.strip()
    found = _GIVEN.search(text) or (_IN_UNIT.search(text) if len(text) <= _LONGEST_TEXT else None)
    return found is not None and (found["unit"] is None or is_unit(found["unit"]))


def _used(table: Table, found: _Input) -> tuple[Column | None, Problem]:
    """The column that an input above the header makes, if it makes one, and what to say of it."""
    label = found.match.quantity.label
    place, value = found.values[0]
    address = _address(place)
    where = table.source.at(address)
    if len(found.values) > 1:
        last = _address(found.values[-1][0])
        text = f"{label} has several values above the header ({address} to {last}); none is used"
        return None, Problem(text, where=table.source.at(_address(found.label)))
    if found.match.quantity.name in table.fields:
        column = table.fields[found.match.quantity.name]
        text = f"{label} {as_text(value)} stands above the header and is not used"
        hint = f"its column {column.header!r} is"
        return None, Problem(text, hint=hint, where=where)
    column = Column(header=found.header, position=place[1], cells=[value], match=found.match)
    text = f"{label} {as_text(value)} stands above the header and is used for all designs"
    return replace(column, cell=address), Problem(text, where=where)


def _address(place: _Place) -> str:
    return f"{column_letters(place[1])}{place[0] + 1}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else describe(value)
    return " ".join(str(text).split())[:_LONGEST]
