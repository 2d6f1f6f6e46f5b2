"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, TypeVar

from xlcalc.errors import EmptyTableError
from xlcalc.problems import Location, Problem
from xlcalc.tables.above_header import with_common_inputs
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.columns import match_columns
from xlcalc.tables.header_matching import DESIGN_HEADERS, Vocabulary
from xlcalc.tables.header_row import (
    SEARCHED,
    fields_named,
    header_row,
    refuse_transposed,
)
from xlcalc.tables.number_parsing import is_blank, is_void
from xlcalc.tables.special_rows import (
    RowKind,
    decimal_marks_in,
    first_table,
    is_comment,
    refuse_spread_header,
    row_classifier,
)
from xlcalc.tables.table import Row, Table
from xlcalc.tables.units_row import units_row

AnyTable = TypeVar("AnyTable", bound=Table)

#: Characters of a remark that a sentence shows.
_SHOWN = 40

#: What is said of a row that is no design.
_SKIPPED: Mapping[RowKind, str] = {
    RowKind.UNITS: "holds units, which are read as those of the columns",
    RowKind.OTHER_UNITS: "holds units that are not those of the columns and is left alone",
    RowKind.REPEATED_HEADER: "repeats the header and is left alone",
    RowKind.OTHER_HEADER: "is a header of other columns and is left alone",
    RowKind.REMARK: "holds only {!r} and is left alone",
    RowKind.TOTALS: "is a row of totals and is left alone",
}

#: What is said of rows below one that is not for this table.
_BELOW: Mapping[RowKind, Callable[[int], Problem]] = {
    RowKind.OTHER_HEADER: lambda number: Problem(
        f"stands below another header, in row {number}",
        expected="one table on a sheet",
        rule="below another header",
    ),
    RowKind.OTHER_UNITS: lambda number: Problem(
        f"stands below other units, in row {number}",
        expected="units in the header or right below it",
        rule="below other units",
    ),
}


def _skipped(kind: RowKind, where: Location, first: Any = None) -> Problem:
    """What to say of a row that is no design."""
    text = _SKIPPED[kind].format(" ".join(str(first).split())[:_SHOWN])
    return Problem(text, where=where, rule=_SKIPPED[kind])


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
    at, known = header_row(head, source, vocabulary, comments)
    refuse_transposed(head, at, known, source, vocabulary)
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
    first_other: Problem | None = None
    below: Problem | None = None
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
        if kind is RowKind.REPEATED_HEADER and fields_named([row[n] for n in beside], vocabulary):
            kind = RowKind.OTHER_HEADER
        if kind in _SKIPPED:
            where = layout.source.at(f"row {number}")
            remarks.append(_skipped(kind, where, cells[0]))
            if kind is RowKind.REPEATED_HEADER:
                below = None
            elif kind in _BELOW:
                below = _BELOW[kind](number)
                first_other = first_other or remarks[-1]._replace(expected=below.expected)
            continue
        for position in beside if below is None else ():
            cells_without_header.setdefault(position, number)
        if kind is RowKind.BLANK:
            continue
        if below is not None:
            faults[len(numbers)] = below._replace(where=layout.source.at(f"row {number}"))
        elif kind in (RowKind.TOO_LONG, RowKind.TOO_SHORT):
            # Of a row that ends early nobody can tell which of its cells are missing.
            short = kind is RowKind.TOO_SHORT
            faults[len(numbers)] = Problem(
                f"has {length} cell{'s' if length > 1 else ''}",
                expected=f"{last + 1} as in the header",
                hint="a blank cell needs its separator too" if short else "",
                where=layout.source.at(f"row {number}"),
                rule="too few cells" if short else "too many cells",
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
    table.faults, table.skipped_rows, table.other_rows = faults, skipped, first_other
    return table
