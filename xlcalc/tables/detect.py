"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from xlcalc.errors import EmptyTableError, InputError
from xlcalc.physics.names import key
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.vocabulary import DESIGN
from xlcalc.problems import Location, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.number_parsing import is_blank
from xlcalc.tables.special_rows import (
    Row,
    first_table,
    header_test,
    is_totals,
    is_void,
    named_of,
    number_marks,
    refuse_spread_header,
    units_below,
)
from xlcalc.tables.table import Table

#: Rows looked at in search of the header: a title and some remarks may stand above it.
SEARCHED = 1000


def _counter(vocabulary: Mapping[str, Quantity]) -> Callable[[Row], int]:
    """Counts the known headers of a row; what it has seen it knows again."""
    seen: dict[str, bool] = {}

    def count(row: Row) -> int:
        for value in row:
            if isinstance(value, str) and value not in seen:
                seen[value] = named_of(value, vocabulary) is not None
        return sum(isinstance(value, str) and seen[value] for value in row)

    return count


def headers_found(rows: Iterable[Row], vocabulary: Mapping[str, Quantity] = DESIGN) -> int:
    """How many known headers the best of some rows has."""
    return max(map(_counter(vocabulary), rows), default=0)


def table_from_rows(
    rows: Iterable[Row],
    source: Location,
    vocabulary: Mapping[str, Quantity] = DESIGN,
    *,
    typed: bool = True,
    decimal: str | None = "",
) -> Table:
    """Make a table of rows of cells, the first of which is row 1 of a sheet.

    Parameters
    ----------
    rows : iterable of sequence
        Cells of each row, None for a blank; rows may differ in length.
    source : Location
        Where it is: its file and sheet.
    vocabulary : mapping of str to Quantity
        What its headers may name.
    typed : bool
        Whether numbers come as numbers.
    decimal : str, optional
        The mark before decimals in texts, where it is told. None for tables of formulas, in which
        no text is a number, every unit is ours and every row is a design.

    Returns
    -------
    Table
        The header is the row that names the most fields, or the first that is not blank if none
        names two; rows without any cell under a header are left out.

    Raises
    ------
    EmptyTableError
        If there is no row at all, or none below the header.
    """
    numbered = enumerate(rows, start=1)
    head = list(islice(numbered, SEARCHED))
    table = find_header([row for _, row in head], source, vocabulary, typed=typed, decimal=decimal)
    fill(table, chain(head[table.header_row :], numbered), vocabulary)
    if not len(table):
        raise nothing_below(table)
    return table


def nothing_below(table: Table) -> EmptyTableError:
    """What to say of a table without rows."""
    where = table.source.at(f"row {table.header_row}")
    return EmptyTableError(Problem("nothing stands below the header", where=where))


def find_header(
    head: Sequence[Row],
    source: Location,
    vocabulary: Mapping[str, Quantity],
    *,
    typed: bool,
    decimal: str | None = "",
) -> Table:
    """The table that begins in some rows, of which the first is row 1, still without its rows.

    Raises
    ------
    EmptyTableError
        If all of them are blank.
    InputError
        If designs stand beside each other, or a row of units has one that cannot be used.
    """
    filled = [n for n, row in enumerate(head) if not all(map(is_void, row))]
    if not filled:
        expected = "a header row and rows below it"
        raise EmptyTableError(Problem("is empty", expected=expected, where=source))
    count = _counter(vocabulary)
    known = {n: count(head[n]) for n in filled}
    # Words above the header may name a field too; the header names the most.
    at = max(filled, key=lambda n: (known[n] > 1, known[n], -n))
    places = [n for n, value in enumerate(head[at]) if not is_void(value)]
    used = first_table(head[at], places, vocabulary) if typed else places
    left_out = [place for place in places if place not in used]
    named = {one.quantity.name for cell in head[at] if (one := named_of(cell, vocabulary))}
    if any(quantity.required and name not in named for name, quantity in vocabulary.items()):
        _refuse_transposed(head, known[at], source, vocabulary)
    table = Table(
        source=source,
        headers=[str(head[at][place]).strip() for place in used],
        columns=[],
        places=used,
        row_numbers=[],
        header_row=at + 1,
        typed=typed,
        left_out=left_out,
    )
    if left_out:
        table.asides.append(
            Problem(
                "another table begins here, beside the first, and is left alone",
                where=source.at(f"{column_letters(left_out[0])}{at + 1}"),
            )
        )
    below = head[at + 1 :]
    if typed and decimal is not None:
        refuse_spread_header(head, at, source, vocabulary)
    if decimal is None:
        table.marks = None
        return table
    if not typed:
        # Where numbers come as numbers, texts may be from anywhere, and none tells of another.
        table.marks = decimal or number_marks(table.headers, below, used, vocabulary)
        if table.marks == ",":
            table.asides.append(Problem("numbers have a decimal comma", where=source))
    if below:
        cells = [below[0][place] if place < len(below[0]) else None for place in used]
        where = [source.at(f"{column_letters(place)}{at + 2}") for place in used]
        if read := units_below(table.headers, cells, where, vocabulary):
            table.headers, table.units_row = read, at + 2
    return table


def _refuse_transposed(
    head: Sequence[Row], known: int, source: Location, vocabulary: Mapping[str, Quantity]
) -> None:
    """Refuse designs that stand beside each other, with a field in each row."""
    required = {name for name, quantity in vocabulary.items() if quantity.required}
    for place in range(max(map(len, head))):
        column = [row[place] if place < len(row) else None for row in head]
        fields = {one.quantity.name for cell in column if (one := named_of(cell, vocabulary))}
        if len(fields) > max(known, 2) and fields >= required:
            raise InputError(
                Problem(
                    "fields stand below each other and designs beside each other",
                    expected="a row for each design (paste transposed)",
                    where=source.at(f"column {column_letters(place)}"),
                )
            )
        if fields:
            return


def fill(
    table: Table,
    rows: Iterable[tuple[int, Row]],
    vocabulary: Mapping[str, Quantity] = DESIGN,
) -> None:
    """Read numbered rows below the header: designs, and sentences on what is none."""
    assert table.places is not None
    places, last = table.places, table.places[-1]
    known = {*places, *table.left_out}
    named = [named_of(header, vocabulary) for header in table.headers]
    # In a table of formulas every row is a design.
    required = {
        n: one.quantity.kind
        for n, one in enumerate(named)
        if one is not None and one.quantity.required and table.marks is not None
    }
    materials = [n for n, kind in required.items() if kind == "material"]
    is_header = header_test(vocabulary)
    numbers: list[int] = []
    kept: list[list[Any]] = []
    strays: dict[int, int] = {}
    other = None

    def leave(number: int, what: str, rule: str = "") -> None:
        where = table.source.at(f"row {number}")
        table.asides.append(Problem(what, where=where, rule=rule))
        table.left_alone += 1

    for number, row in rows:
        if len(row) <= last:
            row = (*row, *(None,) * (last + 1 - len(row)))
        cells = [row[place] for place in places]
        beside = [n for n, value in enumerate(row) if n not in known and not is_blank(value)]
        if number == table.units_row:
            leave(number, "holds units, which are read as those of the columns")
            continue
        if is_header(cells, required):
            if _same(cells, table.headers):
                other = None
                leave(number, "repeats the header and is left alone")
            else:
                other = number
                table.other_header = table.other_header or number
                leave(number, "is a header of other columns and is left alone")
            continue
        if not table.typed and len(row) > last + 1 and any(n > last for n in beside):
            table.faults[len(numbers)] = Problem(
                f"has {len(row)} cells",
                expected=f"{last + 1} as in the header",
                where=table.source.at(f"row {number}"),
                rule="too many cells",
            )
        elif all(map(is_void, cells)):
            for place in beside:
                strays.setdefault(place, number)
            continue
        elif len(cells) > 2 and isinstance(cells[0], str) and all(map(is_void, cells[1:])):
            # A text alone in the first column is a remark and no design.
            text = " ".join(cells[0].split())[:40]
            leave(number, f"holds only {text!r} and is left alone", "a text alone")
            continue
        elif is_totals(cells, materials):
            leave(number, "is a row of totals and is left alone")
            continue
        if other is not None:
            below = Problem(
                f"stands below another header, in row {other}",
                expected="one table on a sheet",
                where=table.source.at(f"row {number}"),
                rule="below another header",
            )
            table.faults.setdefault(len(numbers), below)
        for place in beside:
            strays.setdefault(place, number)
        numbers.append(number)
        kept.append(cells)
    table.row_numbers = numbers
    table.columns = [list(cells) for cells in zip(*kept, strict=True)] or [[] for _ in places]
    if table.typed:
        table.asides += [
            Problem(
                "stands below no header and is left alone",
                where=table.source.at(f"{column_letters(place)}{number}"),
            )
            for place, number in sorted(strays.items())
        ]


def _same(cells: Row, headers: Sequence[str]) -> bool:
    """Whether cells repeat the headers; units that a row below gave may be missing."""
    return all(
        key(str(cell or "")) in (key(header), key(header.rpartition("[")[0]))
        for cell, header in zip(cells, headers, strict=True)
    )
