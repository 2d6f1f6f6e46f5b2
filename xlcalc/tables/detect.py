"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from xlcalc.errors import EmptyTableError, InputError
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.above_header import with_common_inputs
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.columns import match_columns
from xlcalc.tables.header_matching import DESIGN_HEADERS, Vocabulary
from xlcalc.tables.number_parsing import is_blank
from xlcalc.tables.special_rows import (
    Row,
    RowKind,
    decimal_marks_in,
    first_table,
    is_comment,
    is_void,
    refuse_spread_header,
    row_classifier,
    units_row,
)
from xlcalc.tables.table import Table

AnyTable = TypeVar("AnyTable", bound=Table)

#: Rows looked at in search of the header: a title and some remarks may stand above it.
SEARCHED = 1000

#: Characters of a remark that a sentence shows.
_SHOWN = 40

#: What is said of a row that is no design.
_SKIPPED: Mapping[RowKind, str] = {
    RowKind.UNITS: "holds units, which are read as those of the columns",
    RowKind.REPEATED_HEADER: "repeats the header and is left alone",
    RowKind.OTHER_HEADER: "is a header of other columns and is left alone",
    RowKind.REMARK: "holds only {!r} and is left alone",
    RowKind.TOTALS: "is a row of totals and is left alone",
}


def _skipped(kind: RowKind, where: Location, first: Any = None) -> Problem:
    """What to say of a row that is no design."""
    text = _SKIPPED[kind].format(" ".join(str(first).split())[:_SHOWN])
    return Problem(text, where=where, rule=_SKIPPED[kind])


def _counter(vocabulary: Vocabulary) -> Callable[[Row], int]:
    """Counts the known headers of a row; what it has seen it knows again."""
    seen: dict[str, bool] = {}

    def count(row: Row) -> int:
        for value in row:
            if isinstance(value, str) and value not in seen:
                seen[value] = vocabulary.match_cell(value) is not None
        return sum(isinstance(value, str) and seen[value] for value in row)

    return count


def headers_found(rows: Iterable[Row], vocabulary: Vocabulary = DESIGN_HEADERS) -> int:
    """How many known headers the best of some rows has."""
    return max(map(_counter(vocabulary), rows), default=0)


class Look(NamedTuple):
    """What the first rows of a sheet show of it.

    Attributes
    ----------
    headers : int
        Known headers of the row that has the most.
    required : int
        Required fields among them whose columns are not blank.
    empty : bool
        Whether nothing stands below that row.
    """

    headers: int = 0
    required: int = 0
    empty: bool = True


def look_at(head: Sequence[Row], vocabulary: Vocabulary) -> Look:
    """What some rows show, of which the first is row 1."""
    if all(is_void(value) for row in head for value in row):
        return Look()
    at, known = _header_row(head, NOWHERE, vocabulary, ())
    below = head[at + 1 :]
    required = {
        match.quantity.name
        for n, value in enumerate(head[at])
        if (match := vocabulary.match_cell(value)) and match.quantity.required
        if any(not is_void(row[n]) for row in below if n < len(row))
    }
    empty = all(is_void(value) for row in below for value in row)
    return Look(known, len(required), empty)


def table_from_rows(
    rows: Iterable[Row],
    source: Location,
    vocabulary: Vocabulary = DESIGN_HEADERS,
    *,
    typed: bool = True,
    decimal_mark: str | None = "",
    unshown_marks: str = "",
) -> Table:
    """Make a table of rows of cells, the first of which is row 1 of a sheet.

    Parameters
    ----------
    rows : iterable of sequence
        Cells of each row, None for a blank; rows may differ in length.
    source : Location
        Where it is: its file and sheet.
    vocabulary : Vocabulary
        What its headers may name.
    typed : bool
        Whether numbers come as numbers.
    decimal_mark : str, optional
        The mark before decimals in texts, where it is known. None for tables of formulas, in which
        no text is a number, every unit is ours and every row is a design.
    unshown_marks : str
        The marks before decimals where neither that nor any text tells them, as in `Table`.

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
    layout = find_header(
        [row for _, row in head],
        source,
        vocabulary,
        typed=typed,
        decimal_mark=decimal_mark,
        unshown_marks=unshown_marks,
    )
    table = collect_rows(layout, chain(head[layout.header_row :], numbered), vocabulary)
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
    vocabulary: Vocabulary,
    *,
    typed: bool,
    decimal_mark: str | None = "",
    unshown_marks: str = "",
) -> Table:
    """The table that begins in some rows, of which the first is row 1, still without its rows.

    Raises
    ------
    EmptyTableError
        If all of them are blank.
    InputError
        If designs stand beside each other, or a row of units has one that cannot be used.
    """
    comments = [] if typed else [n for n, row in enumerate(head) if is_comment(row)]
    at, known = _header_row(head, source, vocabulary, comments)
    _refuse_transposed(head, head[at], known, source, vocabulary)
    positions = [n for n, value in enumerate(head[at]) if not is_void(value)]
    used = first_table(head[at], positions, vocabulary) if typed else positions
    headers = [str(head[at][position]).strip() for position in used]
    table = Table(
        source=source,
        columns=match_columns(headers, used, vocabulary, other_units=decimal_mark is not None),
        row_numbers=[],
        header_row=at + 1,
        typed=typed,
        ignored_columns=[position for position in positions if position not in used],
        comments=[n + 1 for n in comments if n < at],
    )
    if table.ignored_columns:
        table.row_remarks.append(
            Problem(
                "another table begins here, beside the first, and is left alone",
                where=source.at(f"{column_letters(table.ignored_columns[0])}{at + 1}"),
            )
        )
    if decimal_mark is None:
        table.decimal_marks = None
        return table
    below = head[at + 1 :]
    if typed:
        refuse_spread_header(head, at, source, vocabulary)
    else:
        # Where numbers come as numbers, texts may be from anywhere, and none tells of another.
        shown = decimal_mark or decimal_marks_in(table.columns, below)
        table.decimal_marks = shown or unshown_marks
        if table.decimal_marks == ",":
            table.row_remarks.append(Problem("numbers have a decimal comma", where=source))
    if found := units_row(table, head, at, vocabulary):
        table.units_row, table.columns = found
        if table.units_row < table.header_row:
            table.row_remarks.append(_skipped(RowKind.UNITS, source.at(f"row {table.units_row}")))
    above = [() if n in comments else row for n, row in enumerate(head[:at])]
    with_common_inputs(table, above, vocabulary)
    return table


def _header_row(
    head: Sequence[Row], source: Location, vocabulary: Vocabulary, comments: Collection[int]
) -> tuple[int, int]:
    """Which row is the header, and how many quantities it names."""
    filled = [n for n, row in enumerate(head) if not all(map(is_void, row))]
    if not filled:
        expected = "a header row and rows below it"
        raise EmptyTableError(Problem("is empty", expected=expected, where=source))
    count = _counter(vocabulary)
    known = {n: count(head[n]) for n in filled}
    needed = vocabulary.required

    def rank(n: int) -> tuple[bool, bool, bool, int, int]:
        whole = known[n] >= len(needed) and needed <= _named(head[n], vocabulary)
        return whole, known[n] > 1, n not in comments, known[n], -n

    # Words above the header may name fields too; the header names those that are required.
    at = max(filled, key=rank)
    return at, known[at]


def _refuse_transposed(
    head: Sequence[Row], header: Row, known: int, source: Location, vocabulary: Vocabulary
) -> None:
    """Refuse designs that stand beside each other, with a field in each row."""
    if vocabulary.required <= _named(header, vocabulary):
        return
    for position in range(max(map(len, head))):
        column = [row[position] if position < len(row) else None for row in head]
        fields = _named(column, vocabulary)
        if len(fields) > max(known, 2) and fields >= vocabulary.required:
            raise InputError(
                Problem(
                    "fields stand below each other and designs beside each other",
                    expected="a row for each design (paste transposed)",
                    where=source.at(f"column {column_letters(position)}"),
                )
            )
        if fields:
            return


def _named(cells: Row, vocabulary: Vocabulary) -> set[str]:
    """Names of the quantities that some cells name."""
    return {match.quantity.name for cell in cells if (match := vocabulary.match_cell(cell))}


def collect_rows(
    layout: AnyTable,
    rows: Iterable[tuple[int, Row]],
    vocabulary: Vocabulary = DESIGN_HEADERS,
) -> AnyTable:
    """Read numbered rows below the header: designs, and remarks on what is none.

    Parameters
    ----------
    layout : Table
        The columns, without rows.
    rows : iterable of tuple of int and sequence
        Numbers and cells of rows.
    vocabulary : Vocabulary
        What a further header may name.

    Returns
    -------
    Table
        The columns with those rows that are designs.
    """
    positions = [column.position for column in layout.columns]
    last, known = positions[-1], {*positions, *layout.ignored_columns}
    kind_of = row_classifier(layout, vocabulary)
    numbers: list[int] = []
    kept: list[list[Any]] = []
    remarks: list[Problem] = []
    faults: dict[int, Problem] = {}
    cells_without_header: dict[int, int] = {}
    comments: list[int] = []
    first_other = other_header = None
    for number, row in rows:
        if not layout.typed and is_comment(row):
            comments.append(number)
            continue
        length = len(row)
        if row.count(None) == length:
            # A sheet may have a million rows that are formatted and blank.
            continue
        if length <= last:
            row = (*row, *(None,) * (last + 1 - len(row)))
        cells = [row[position] for position in positions]
        beside = [n for n, value in enumerate(row) if n not in known and not is_blank(value)]
        kind = kind_of(number, length, cells, beside)
        if kind in _SKIPPED:
            remarks.append(_skipped(kind, layout.source.at(f"row {number}"), cells[0]))
            if kind is RowKind.REPEATED_HEADER:
                other_header = None
            elif kind is RowKind.OTHER_HEADER:
                other_header = number
                first_other = first_other or number
            continue
        for position in beside:
            cells_without_header.setdefault(position, number)
        if kind is RowKind.BLANK:
            continue
        if kind in (RowKind.TOO_LONG, RowKind.TOO_SHORT):
            # Of a row that ends early nobody can tell which of its cells are missing.
            short = kind is RowKind.TOO_SHORT
            faults[len(numbers)] = Problem(
                f"has {length} cell{'s' if length > 1 else ''}",
                expected=f"{last + 1} as in the header",
                hint="a blank cell needs its separator too" if short else "",
                where=layout.source.at(f"row {number}"),
                rule="too few cells" if short else "too many cells",
            )
        elif other_header is not None:
            faults[len(numbers)] = Problem(
                f"stands below another header, in row {other_header}",
                expected="one table on a sheet",
                where=layout.source.at(f"row {number}"),
                rule="below another header",
            )
        numbers.append(number)
        kept.append(cells)
    skipped = len(remarks) + len(comments)
    if layout.typed:
        remarks += [
            Problem(
                "stands below no header and is left alone",
                where=layout.source.at(f"{column_letters(position)}{number}"),
            )
            for position, number in sorted(cells_without_header.items())
        ]
    table = layout.with_rows(
        list(map(list, zip(*kept, strict=True))) or [[] for _ in positions], numbers
    )
    table.columns += [replace(each, cells=[each.cells[0]] * len(numbers)) for each in layout.common]
    table.common = []
    table.row_remarks = [*layout.row_remarks, *remarks]
    table.comments = [*layout.comments, *comments]
    table.faults, table.skipped_rows, table.other_header_row = faults, skipped, first_other
    return table
