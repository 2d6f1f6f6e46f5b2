"""References in formulas: where their cells lie, and how a formula looks from another cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlcalc.tables.addresses import boundaries, column_of, letters
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

_REFERENCE = re.compile(
    r"""
      "(?:[^"]|"")*" | '(?:[^']|'')*'! | [^\W\d][\w.]*\[(?:'.|[^][']|\[(?:'.|[^]['])*\])*\]
    | (?<![\w.$])(?P<column>\$?[A-Z]{1,3})(?P<row>\$?\d{1,7})(?![\w.(!])
    | (?<![\w.$])(?P<first>\$?[A-Z]{1,3}):(?P<last>\$?[A-Z]{1,3})(?![\w.(!])
    | (?<![\w.$:])(?P<top>\$?\d{1,7}):(?P<bottom>\$?\d{1,7})(?![\w.(!])
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Shared:
    """A formula that cells share: each sees it from where it stands.

    Parameters
    ----------
    formula : str
        As its first cell holds it.
    row, column : int
        Where that is.
    """

    def __init__(self, formula: str, row: int, column: int) -> None:
        self._pieces: list[str | tuple[str, str]] = []
        self._row, self._column = row, column
        end = 0
        for found in _REFERENCE.finditer(formula):
            self._pieces.append(formula[end : found.start()])
            end = found.end()
            if found["column"]:
                self._pieces += [("c", found["column"]), ("r", found["row"])]
            elif found["first"]:
                self._pieces += [("c", found["first"]), ":", ("c", found["last"])]
            elif found["top"]:
                self._pieces += [("r", found["top"]), ":", ("r", found["bottom"])]
            else:
                self._pieces.append(found[0])
        self._pieces.append(formula[end:])

    def at(self, row: int, column: int) -> str:
        """The formula as a cell sees it."""
        down, right = row - self._row, column - self._column
        return "".join(
            piece if isinstance(piece, str) else _moved(*piece, down, right)
            for piece in self._pieces
        )


def _moved(what: str, end: str, down: int, right: int) -> str:
    if end.startswith("$"):
        return end
    if what == "r":
        return str(int(end) + down)
    return str(letters(column_of(end) + right))


def cells_in(area: str) -> Iterator[tuple[int, int]]:
    """Rows and columns of the cells of an area such as ``B2:C3``.

    Examples
    --------
    >>> list(cells_in("B2:C2"))
    [(2, 2), (2, 3)]
    """
    left, top, right, bottom = boundaries(area)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def upper_left_first(area: str) -> str:
    """An area from its upper left to its lower right cell; the engine takes no other."""
    ends = [_END.fullmatch(end) for end in area.split(":")]
    if len(ends) != 2 or None in ends:
        return area
    columns = [end["column"] for end in ends if end]
    rows = [end["row"] for end in ends if end]
    if columns[0]:
        columns.sort(key=lambda end: column_of(end.strip("$")))
    if rows[0]:
        rows.sort(key=lambda end: int(end.strip("$")))
    return ":".join(f"{column or ''}{row or ''}" for column, row in zip(columns, rows, strict=True))


_END = re.compile(r"(?P<column>\$?[A-Z]{1,3})?(?P<row>\$?\d+)?", re.IGNORECASE)


_AREA = re.compile(
    r"(?P<page>(?:'(?:[^']|'')*'|[^'!]*)!)?"
    r"(?P<left>\$?[A-Z]{1,3})?(?P<top>\$?\d+)?:(?P<right>\$?[A-Z]{1,3})?(?P<bottom>\$?\d+)?",
    re.IGNORECASE,
)


def is_single(area: str) -> bool:
    """Whether an area such as D1:D1 is a single cell."""
    first, _, last = area.replace("$", "").upper().partition(":")
    return first == last and first[-1:].isdigit() and first[:1].isalpha()


def one_cell_of(area: str) -> str:
    """The cell of an area in the row or the column of a formula, which may be blank.

    The sign @ would give 0 for a blank.

    Examples
    --------
    >>> one_cell_of("S!A:A")
    'INDEX(S!A$1:A$1048576,ROW())'
    >>> one_cell_of("A2:A9")
    'IF(OR(ROW()<ROW(A2),ROW()>ROW(A9)),#VALUE!,INDEX(A2:A9,ROW()-ROW(A2)+1))'
    """
    found = _AREA.fullmatch(area)
    if found is None:
        return f"(@{area})"
    page, left, right = found["page"] or "", found["left"], found["right"]
    top, bottom = found["top"], found["bottom"]
    bare = [end.strip("$").upper() if end else "" for end in (left, right, top, bottom)]
    if left and not top and bare[0] == bare[1]:
        return f"INDEX({page}{left}$1:{right}${MOST_ROWS},ROW())"
    if top and not left and bare[2] == bare[3]:
        return f"INDEX({page}$A{top}:${letters(MOST_COLUMNS)}{bottom},COLUMN())"
    if not (left and top):
        return "#VALUE!"
    ends = f"{page}{left}{top}", f"{page}{right}{bottom}"
    if bare[0] == bare[1]:
        count = "ROW"
    elif bare[2] == bare[3]:
        count = "COLUMN"
    else:
        return "#VALUE!"
    outside = f"OR({count}()<{count}({ends[0]}),{count}()>{count}({ends[1]}))"
    at = f"{count}()-{count}({ends[0]})+1"
    return f"IF({outside},#VALUE!,INDEX({area},{at}))"
