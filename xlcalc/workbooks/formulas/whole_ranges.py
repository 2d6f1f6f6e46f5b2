"""Ranges whose size matters: whole rows and columns, and how many rows a range has."""

from __future__ import annotations

import re

from xlcalc.tables.addresses import letters
from xlcalc.workbooks.formulas.formula_tree import Call, Token
from xlcalc.workbooks.formulas.operands import is_space
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

SIZES = {"ROWS": "ROW", "COLUMNS": "COLUMN"}


def counts_whole(call: Call) -> bool:
    """Whether cells of whole rows or columns are counted, of which the engine has the used ones."""
    return any(
        isinstance(item, Token) and item.pieces and _WHOLE.fullmatch(item.pieces[0])
        for argument in call.arguments
        for item in argument.items
    )


def bound_index(call: Call) -> None:
    """Give whole rows and columns an end, beyond which INDEX of the engine finds no cells."""
    if call.function != "INDEX":
        return
    for item in call.arguments[0].items:
        found = (
            _WHOLE.fullmatch(item.pieces[0]) if isinstance(item, Token) and item.pieces else None
        )
        if found and isinstance(item, Token):
            left, right = found["left"], found["right"]
            ends = (
                (f"{left}$1", f"{right}${MOST_ROWS}")
                if left
                else (f"$A{found['top']}", f"${letters(MOST_COLUMNS)}{found['bottom']}")
            )
            item.pieces = [":".join(ends)]


_WHOLE = re.compile(
    r"(?P<left>\$?[A-Z]{1,3}):(?P<right>\$?[A-Z]{1,3})|(?P<top>\$?\d+):(?P<bottom>\$?\d+)",
    re.IGNORECASE,
)


def size_of(call: Call) -> list[list[str]] | None:
    """How many rows or columns a range has, of which the cell itself may be one."""
    tokens = [item for item in call.arguments[0].items if not is_space(item)]
    if len(call.arguments) != 1 or not tokens or not all(isinstance(t, Token) for t in tokens):
        return None
    *pages, last = (token for token in tokens if isinstance(token, Token))
    ends = last.text.split(":")
    bounded = all(end[-1:].isdigit() and end.strip("$")[:1].isalpha() for end in ends)
    if last.kind != "range" or not bounded or [page.kind for page in pages] not in ([], ["page"]):
        return None
    number, page = SIZES[call.function], "".join(each.pieces[0] for each in pages)
    first, end = last.pieces[0].split(":")
    return [[f"({number}({page}{end})-{number}({page}{first})+1)"]]
