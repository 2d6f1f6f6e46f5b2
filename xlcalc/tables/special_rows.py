"""Rows of a table that are no designs: totals, comments, headers that come again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import Any

from xlcalc.errors import InputError
from xlcalc.physics.names import normalized
from xlcalc.problems import Location, Problem
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.cell_values import Merged, error_in
from xlcalc.tables.header_matching import Vocabulary
from xlcalc.tables.number_parsing import is_blank, is_void, marks_of
from xlcalc.tables.table import Column, Row, Table
from xlcalc.tables.units_row import same_units, units_test

#: Words that begin a row of totals.
_WORDS = (
    "total totals subtotal grandtotal sum average avg mean min minimum max maximum median std "
    "stdev stddev standarddeviation sd count var variance range summe gesamt gesamtsumme "
    "zwischensumme ergebnis mittel mittelwert durchschnitt anzahl standardabweichung stabw somme "
    "moyenne médiane suma promedio media mediana somma totaal gemiddelde 合计 总计 平均 平均值 合計"
)
_TOTALS = frozenset(_WORDS.split())


def is_totals(cells: Row, required: Sequence[int]) -> bool:
    """Whether a row sums up others: its first text says so, and it names no materials."""
    held = [cells[n] for n in required if not is_void(cells[n])]
    if len(held) > 1:
        return False
    first = next((cell for cell in cells if isinstance(cell, str) and not is_blank(cell)), "")
    words = first.split()
    if not words or not (normalized(first) in _TOTALS or normalized(words[0]) in _TOTALS):
        return False
    return not held or held[0] is first


#: A line of comment; ``#1`` is the number of a design.
_COMMENT = re.compile(r"[ \t]*#(?!\d)")


def is_comment(cells: Row) -> bool:
    """Whether a row of a text is a comment, as programs that write measurements put them.

    Examples
    --------
    >>> is_comment(["# exported 2026-03-01"]), is_comment(["#1", "NMC811"]), is_comment(["#N/A"])
    (True, False, False)
    """
    first = cells[0] if cells else None
    if not isinstance(first, str) or _COMMENT.match(first) is None:
        return False
    return error_in(first.strip()) is None


def comment_problems(table: Table) -> list[Problem]:
    """What to say of each line of comment."""
    return [
        Problem(
            "is a comment (#) and is left alone",
            where=table.source.at(f"row {number}"),
            rule="comment",
        )
        for number in table.comments
    ]


class RowKind(Enum):
    """What a row below the header is."""

    DESIGN = auto()
    TOO_LONG = auto()
    TOO_SHORT = auto()
    BLANK = auto()
    UNITS = auto()
    OTHER_UNITS = auto()
    REPEATED_HEADER = auto()
    OTHER_HEADER = auto()
    REMARK = auto()
    TOTALS = auto()


def row_classifier(
    table: Table, vocabulary: Vocabulary
) -> Callable[[int, int, Row, Sequence[int]], RowKind]:
    """A function that tells what a row is.

    Parameters
    ----------
    table : Table
        The columns.
    vocabulary : Vocabulary
        What a further header may name.

    Returns
    -------
    callable
        Of the number of a row, how many cells it has, those in the columns, and the positions of
        further ones.
    """
    # In a table of formulas every row is a design.
    required = {
        n: column.match.quantity.kind
        for n, column in enumerate(table.columns)
        if column.match and column.match.quantity.required and table.decimal_marks is not None
    }
    all_common = bool(table.common) and not required
    if all_common:
        # All that designs must have stands above the header.
        matches = ((n, column.match) for n, column in enumerate(table.columns))
        required = {n: match.quantity.kind for n, match in matches if match}
    materials = [n for n, kind in required.items() if kind == "material"]
    has_totals = all_common or bool(materials)
    is_header = _header_test(vocabulary)
    is_units = units_test(table)
    last = table.columns[-1].position

    def kind_of(number: int, length: int, cells: Row, beside: Sequence[int]) -> RowKind:
        if number == table.units_row:
            return RowKind.UNITS
        if is_header(cells, required):
            repeated = _repeats(cells, table.headers)
            return RowKind.REPEATED_HEADER if repeated else RowKind.OTHER_HEADER
        if is_units(cells):
            same = same_units(zip(table.columns, cells, strict=True))
            return RowKind.UNITS if same else RowKind.OTHER_UNITS
        if not table.typed and beside and beside[-1] > last:
            return RowKind.TOO_LONG
        if all(map(is_void, cells)):
            return RowKind.BLANK
        if len(cells) > 2 and isinstance(cells[0], str) and all(map(is_void, cells[1:])):
            # A text alone in the first column is a remark and no design.
            return RowKind.REMARK
        if has_totals and is_totals(cells, materials):
            return RowKind.TOTALS
        short = not table.typed and length <= last
        return RowKind.TOO_SHORT if short else RowKind.DESIGN

    return kind_of


def _repeats(cells: Row, headers: Sequence[str]) -> bool:
    """Whether cells repeat the headers; units that a row below gave may be missing."""
    return all(
        normalized(str(cell or "")) in (normalized(header), normalized(header.rpartition("[")[0]))
        for cell, header in zip(cells, headers, strict=True)
    )


def _header_test(vocabulary: Vocabulary) -> Callable[[Row, Iterable[int]], bool]:
    """A test whether a row of cells is a header, by what stands in required columns.

    What it has seen it knows again, for few words fill many rows.
    """
    seen: dict[str, bool] = {}

    def names_field(cell: Any) -> bool:
        if not isinstance(cell, str):
            return False
        if cell not in seen:
            seen[cell] = vocabulary.match_cell(cell) is not None
        return seen[cell]

    def is_header(cells: Row, required: Iterable[int]) -> bool:
        for n in required:
            # Most cells of a column have been seen, and a call costs more than a look.
            cell = cells[n]
            if isinstance(cell, str) and seen.get(cell, True) and names_field(cell):
                # A sheet may show one word in several columns.
                return len(set(filter(names_field, cells))) > 1
        return False

    return is_header


def first_table(header: Row, positions: Sequence[int], vocabulary: Vocabulary) -> Sequence[int]:
    """The columns of the first of several tables that stand beside each other.

    They are several where blank columns part them and a field occurs twice; all columns otherwise.
    """
    blocks: list[list[int]] = []
    for position in positions:
        if blocks and blocks[-1][-1] == position - 1:
            blocks[-1].append(position)
        else:
            blocks.append([position])
    found = [
        [match.quantity.name for n in block if (match := vocabulary.match_cell(header[n]))]
        for block in blocks
    ]
    names = [name for block in found for name in block]
    if len(names) == len({*names}):
        return positions
    whole = (b for b, fields in zip(blocks, found, strict=True) if vocabulary.required <= {*fields})
    return next(whole, positions)


def refuse_spread_header(
    head: Sequence[Row], at: int, source: Location, vocabulary: Vocabulary
) -> None:
    """Refuse a header over merged cells or two rows: what it says of a column cannot be told.

    Raises
    ------
    InputError
        Naming the cell.
    """
    header, below = head[at], head[at + 1 :]
    for position, value in enumerate(header):
        if isinstance(value, Merged) and any(
            len(row) > position and not is_void(row[position]) for row in below
        ):
            raise InputError(
                Problem(
                    "belongs to merged cells of the header",
                    expected="a header of its own for each column",
                    where=source.at(f"{column_letters(position)}{at + 1}"),
                )
            )
    for position, value in enumerate(below[0] if below else ()):
        bare = position >= len(header) or is_void(header[position])
        match = vocabulary.match_cell(value) if bare else None
        if match is not None and match.quantity.kind == "number":
            raise InputError(
                Problem(
                    f"{str(value).strip()!r} stands below the header",
                    expected="the header in one row",
                    where=source.at(f"{column_letters(position)}{at + 2}"),
                )
            )


def decimal_marks_in(columns: Iterable[Column], rows: Sequence[Row]) -> str:
    """The marks before decimals that the texts in columns of numbers show."""
    positions = [
        column.position
        for column in columns
        if column.match is not None and column.match.quantity.kind == "number"
    ]
    return marks_of(
        row[position]
        for row in rows
        for position in positions
        if position < len(row) and isinstance(row[position], str)
    )
