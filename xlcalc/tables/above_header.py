"""What stands above a header: inputs that all designs have in common, each used or named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, NamedTuple

from xlcalc.errors import InputError
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import LAYERS, layer_title
from xlcalc.physics.quantities.units import is_unit
from xlcalc.problems import Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.cell_values import Uncalculated
from xlcalc.tables.header_aliases import NO_UNIT, unit_of
from xlcalc.tables.header_matching import DESIGN_HEADERS, HeaderMatch, Vocabulary
from xlcalc.tables.header_text import LONGEST_HEADER
from xlcalc.tables.number_parsing import as_text, describe, is_void
from xlcalc.tables.table import Column, Row, Table
from xlcalc.tables.units_row import bare_unit

#: A label and its value in one cell: "N/P ratio: 1.5", "Separator thickness 50 µm".
_PAIR = re.compile(
    r"(?P<label>[^:=]+?)\s*[:=]\s*(?P<value>\S.*)|(?P<name>.+?)\s+(?P<number>[-+~]?[.,]?\d.*)"
)
_NUMBER = re.compile(r"\s*[-+~±<>]?\s*[.,]?\d")
#: A text that gives a number: alone, behind a label, or with a unit.
_GIVEN = re.compile(
    r"^[-+]?[\d.,]+$|(?<!\d)[:=]\s*[-+~±<>]?\s*[\d.,]+\s*([^\W\d]\S*|%)?$"
    r"|\d\s*(?P<unit>[^\W\d_]\S*|%)$"
)
#: What stands between two ends of a range, or before a tolerance.
_BETWEEN = re.compile(r"[-–—~/±&]|\.{2,}|…|\+/?[-–]|to|till|until|up to|bis|and|und|or|oder", re.I)
#: What makes a value one of several.
_BOUND = re.compile(rf"(?:{_BETWEEN.pattern})\s*[.,]?\d.*|(?:max|min)\b.*", re.I)

#: A text that ends with a unit: alone, in brackets, behind a sign or "in".
_IN_UNIT = re.compile(r"(?:^|[:=/]\s*|\sin\s+|[\[(]\s*)(?P<unit>[^\s\[\]()]+)\s*[\])]?$")

#: Cells that a sentence names, and characters of each.
_MOST, _LONGEST = 5, 40

#: Titles of groups of columns, which are no materials.
_LAYER_TITLES = {normalized(layer_title(layer)) for layer in LAYERS}

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
    #: A text that makes its value one of several.
    bound: str = ""

    @property
    def places(self) -> set[_Place]:
        """All of its cells."""
        return {self.label, *self.beside, *(at for at, _ in self.values)}


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

    def inputs(self) -> list[_Input]:
        """The fields that are named with a value."""
        found: list[_Input] = []
        seen: set[_Place] = set()
        for place, value in self.cells():
            if place not in seen and (each := self.input(place, value)):
                found.append(each)
                seen |= each.places
        return found

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
        filled = (n for n in range(column + 1, len(self.rows[row])) if not is_void(self.at(row, n)))
        first = next(filled, column + 1)
        # A name or a choice must stand next to its field, or it may be any word.
        if match.quantity.kind != "number" and first != column + 1:
            return None
        places = ((row, n) for n in range(first, len(self.rows[row])))
        return self._along(place, header, match, places)

    def _below(self, place: _Place, header: str, match: HeaderMatch) -> _Input | None:
        row, column = place
        places = ((n, column) for n in range(row + 1, len(self.rows)))
        return self._along(place, header, match, places)

    def _along(
        self, label: _Place, header: str, match: HeaderMatch, places: Iterable[_Place]
    ) -> _Input | None:
        """A field with the values, the unit and the bounds that follow it without a blank."""
        values: list[tuple[_Place, Any]] = []
        beside: list[_Place] = []
        bound = unit = ""
        for place in places:
            cell = self.at(*place)
            if is_void(cell):
                break
            if _may_be(match, cell):
                values.append((place, cell))
                continue
            if not values or not isinstance(cell, str) or match.quantity.kind != "number":
                break
            if _BETWEEN.fullmatch(cell.strip()) is None:
                if _unit(cell) and not unit:
                    unit = _unit(cell)
                elif _is_bound(match, cell):
                    bound = cell.strip()
                elif not unit or _unit(cell) != unit:
                    break
            beside.append(place)
        if unit:
            header = f"{header} [{unit}]"
            match = _field(header) or match
        return _Input(label, header, match, values, beside, bound) if values else None

    def label_of(self, place: _Place) -> str:
        """The text left of a cell that names it, a field before others, or the one above it."""
        row, column = place
        if not may_be_number(self.at(row, column)):
            return ""
        left = [self.at(row, n) for n in reversed(range(column))]
        texts = [cell for cell in left if not is_void(cell) and not may_be_number(cell)]
        fields = [text for text in texts if _field(text.strip().rstrip(":="))]
        above = self.at(row - 1, column) if row else None
        texts += [] if is_void(above) or may_be_number(above) else [above]
        return next(iter([*fields, *texts]), "").strip().rstrip(":=").strip()

    def other_tables(self) -> Iterator[tuple[int, int]]:
        """Rows that are headers of other tables, and how many rows each has.

        They name a material or designs besides other fields, and have values below.
        """
        taken = 0
        for n, row in enumerate(self.rows):
            named = {at: match for at, cell in enumerate(row) if (match := _match(cell))}
            kinds = {match.quantity.kind for match in named.values()}
            if n < taken or len(named) < 2 or not kinds & {"material", "text"}:
                continue
            rows = list(takewhile(lambda below: not all(map(is_void, below)), self.rows[n + 1 :]))
            first = rows[0] if rows else ()
            if sum(_fits(match, first[at]) for at, match in named.items() if at < len(first)) > 1:
                yield n, len(rows)
                taken = n + 1 + len(rows)


def may_be_number(cell: Any) -> bool:
    """Whether a cell may hold a number: all but texts that begin as none."""
    if not isinstance(cell, str):
        return True
    return len(cell) <= LONGEST_HEADER and _NUMBER.match(cell) is not None


def _match(cell: Any) -> HeaderMatch | None:
    return DESIGN_HEADERS.match_cell(cell) if isinstance(cell, str) else None


def _fits(match: HeaderMatch, cell: Any) -> bool:
    """Whether a cell may stand below a header of a table."""
    if is_void(cell) or _match(cell) is not None:
        return False
    return match.quantity.kind == "text" or _may_be(match, cell)


def _is_bound(match: HeaderMatch, text: str) -> bool:
    """Whether a text beside a value makes it one of several, such as "V (upper cut-off)"."""
    unit, _, more = text.strip().partition(" ")
    of_unit = unit not in NO_UNIT and unit_of(match.quantity, unit) is not None
    return _BOUND.fullmatch(text.strip()) is not None or (of_unit and bool(more))


def _field(header: str) -> HeaderMatch | None:
    """The field that a label names; the name of a design is none that designs have in common."""
    match = DESIGN_HEADERS.match_cell(header)
    return None if match is None or match.quantity.kind == "text" else match


def _unit(text: str) -> str:
    bare = bare_unit(text)
    return bare if is_unit(bare) else ""


def _may_be(match: HeaderMatch, cell: Any) -> bool:
    """Whether a cell may be meant as a value of a field."""
    quantity = match.quantity
    if quantity.kind == "number":
        # An error value or a formula without value is one that went wrong.
        return type(cell) is not str or may_be_number(cell)
    if not isinstance(cell, str) or _field(cell.strip().rstrip(":=")) is not None:
        return False
    if quantity.kind == "material":
        pair = _PAIR.fullmatch(cell.strip())
        if pair is not None and _field(pair["label"] or pair["name"]) is not None:
            return False
        # What begins with a sign, as a bracket, is a remark; digits alone are a number.
        text = cell.strip()
        named = text[:1].isalnum() and any(map(str.isalpha, text)) and not is_unit(text)
        return named and normalized(text) not in _LAYER_TITLES
    return normalized(cell) in map(normalized, quantity.choices)


def given_once(above: Sequence[Row]) -> set[str]:
    """Names of the fields that rows above a header give, with a single value each."""
    return {
        each.match.quantity.name
        for each in _Above(above).inputs()
        if len(each.values) == 1 and not each.bound
    }


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
    if vocabulary is DESIGN_HEADERS:
        for n, count in [*_Above(rows).other_tables()]:
            rows[n : n + 1 + count] = [()] * (count + 1)
            rows_below = "row is" if count == 1 else f"{count} rows are"
            text = f"is the header of another table, whose {rows_below} not read"
            where = table.source.at(f"row {n + 1}")
            _leave_unused(table, Problem(text, where=where, rule="another table above"))
    known = _Above(rows)
    seen: set[_Place] = set()
    common: dict[str, Column] = {}
    for found in known.inputs() if vocabulary is DESIGN_HEADERS else ():
        seen |= found.places
        column, problem = _used(table, found)
        if column is None:
            _leave_unused(table, problem)
            continue
        table.row_remarks.append(problem)
        name = found.match.quantity.name
        if name in common:
            text = f"{found.match.quantity.label} stands above the header a second time"
            where = table.source.at(column.cell)
            expected = f"it once, as in {common[name].cell}"
            raise InputError(Problem(text, expected=expected, where=where))
        common[name] = column
    table.common = [*common.values()]
    unread = [
        (place, value)
        for place, value in known.cells()
        if place not in seen and _gives_number(value, known.at(place[0], place[1] - 1))
    ]
    if unread:
        shown = [
            f"{f'{_short(known.label_of(at))} {_short(value)}'.strip()} ({_address(at)})"
            for at, value in unread[:_MOST]
        ]
        more = f" and {len(unread) - _MOST} more" if len(unread) > _MOST else ""
        text = f"above the header nothing is read of {', '.join(shown)}{more}"
        _leave_unused(table, Problem(text, where=table.source, rule="above the header"))


def _leave_unused(table: Table, problem: Problem) -> None:
    """Say of what is not used that it is not, and in the notes of every row too."""
    table.row_remarks.append(problem)
    cell = f" ({problem.where.cell})" if problem.where.cell else ""
    table.unused_above.append(f"{problem.statement}{cell}")


def _gives_number(value: Any, left: Any) -> bool:
    """Whether a cell gives a number or a unit, and is no title with a year or verdict."""
    if isinstance(value, Uncalculated):
        return isinstance(left, str) and not is_void(left)
    if not isinstance(value, str):
        return True
    text = value.strip()
    if len(text) > LONGEST_HEADER:
        return False
    found = _GIVEN.search(text) or _IN_UNIT.search(text)
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
    if found.bound:
        text = f"{label} {as_text(value)} stands above the header beside {found.bound!r}"
        return None, Problem(f"{text} and is not used", where=where)
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
