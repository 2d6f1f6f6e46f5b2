"""Which of the first rows of a sheet is the header."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcalc.errors import EmptyTableError, InputError
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.above_header import given_once, may_be_number
from xlcalc.tables.addresses import column_letters
from xlcalc.tables.header_matching import DESIGN_HEADERS, Vocabulary
from xlcalc.tables.number_parsing import is_void
from xlcalc.tables.table import Row

#: Rows looked at in search of the header: a title and some remarks may stand above it.
SEARCHED = 1000


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
    whole : bool
        Whether that row names all required fields, but for those that stand above it.
    required : int
        Required fields among them whose columns are not blank.
    empty : bool
        Whether nothing stands below that row.
    """

    headers: int = 0
    whole: bool = False
    required: int = 0
    empty: bool = True


def look_at(head: Sequence[Row], vocabulary: Vocabulary) -> Look:
    """What some rows show, of which the first is row 1."""
    if all(is_void(value) for row in head for value in row):
        return Look()
    at, known = header_row(head, NOWHERE, vocabulary, ())
    below = head[at + 1 :]
    required = {
        match.quantity.name
        for n, value in enumerate(head[at])
        if (match := vocabulary.match_cell(value)) and match.quantity.required
        if any(not is_void(row[n]) for row in below if n < len(row))
    }
    whole = names_all(head, at, vocabulary)
    if whole:
        required |= vocabulary.required - fields_named(head[at], vocabulary)
    empty = all(is_void(value) for row in below for value in row)
    return Look(known, whole, len(required), empty)


def header_row(
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
    whole = [
        n for n in filled if known[n] >= len(needed) and needed <= fields_named(head[n], vocabulary)
    ]
    first = _first_of_several(head, [n for n in whole if n not in comments], vocabulary)
    if first is not None:
        return first, known[first]

    for n in () if whole else filled:
        if known[n] > 1 and n not in comments and names_all(head, n, vocabulary):
            return n, known[n]

    def rank(n: int) -> tuple[bool, bool, bool, int, int]:
        return n in whole, known[n] > 1, n not in comments, known[n], -n

    # Words above the header may name fields too; the header names those that are required.
    at = max(filled, key=rank)
    return at, known[at]


def _first_of_several(
    head: Sequence[Row], whole: Sequence[int], vocabulary: Vocabulary
) -> int | None:
    """The first of several rows that name all required fields that has a row of values below.

    Tables below each other are read alike, whichever has the most columns.
    """
    for n, following in pairwise(whole):
        required = [
            position
            for position, cell in enumerate(head[n])
            if (match := vocabulary.match_cell(cell)) and match.quantity.required
        ]
        for row in head[n + 1 : following]:
            cells = [row[position] for position in required if position < len(row)]
            if len(cells) < len(required) or any(map(is_void, cells)):
                continue
            if not fields_named(cells, vocabulary):
                return n
    return None


def names_all(head: Sequence[Row], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a row names all required fields, but for those that stand above it with a value.

    Such a row holds labels alone, and values are below it.
    """
    header = head[at]
    named = fields_named(header, vocabulary)
    if vocabulary.required <= named:
        return True
    labels = {n: cell for n, cell in enumerate(header) if not is_void(cell)}
    if vocabulary is not DESIGN_HEADERS or any(map(may_be_number, labels.values())):
        return False
    below = next((row for row in head[at + 1 :] if not all(map(is_void, row))), ())
    values = [below[n] for n in labels if n < len(below) and not is_void(below[n])]
    if len(values) < 2 or fields_named(values, vocabulary) or given_once([header]):
        return False
    return vocabulary.required <= named | given_once(head[:at])


def refuse_transposed(
    head: Sequence[Row], at: int, known: int, source: Location, vocabulary: Vocabulary
) -> None:
    """Refuse designs that stand beside each other, with a field in each row."""
    if names_all(head, at, vocabulary):
        return
    for position in range(max(map(len, head))):
        column = [row[position] if position < len(row) else None for row in head]
        fields = fields_named(column, vocabulary)
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


def fields_named(cells: Row, vocabulary: Vocabulary) -> set[str]:
    """Names of the quantities that some cells name."""
    return {match.quantity.name for cell in cells if (match := vocabulary.match_cell(cell))}
