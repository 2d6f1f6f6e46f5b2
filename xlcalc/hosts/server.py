"""The SSB_ functions behind a pipe, for programs that cannot import NumPy themselves.

A line of JSON in is a call, ``[name, cells]``; a line out is its result as rows. An argument left
out is null, and an error value an object, so that no text is taken for one. Numbers arrive bit for
bit: JSON's are written in the fewest digits that give the same number back.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED, Rows, as_rows
from xlcalc.problems import Problem
from xlcalc.tables.cell_values import NUM_ERROR, VALUE_ERROR, CellError

#: What leaves no doubt whether a number was typed.
_NO_DOUBT = "another value, or none (an argument left out, or an empty text) for the default"

_encode = json.JSONEncoder(allow_nan=False).encode


def main() -> None:
    """Answer until there are no more calls."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not be taken for a reply.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        replies.write(answer(line))
        replies.flush()


def answer(line: bytes) -> bytes:
    """The reply to a call.

    Parameters
    ----------
    line : bytes
        Name of a function and its cells.

    Returns
    -------
    bytes
        Rows of cells, as one line.

    Examples
    --------
    >>> answer(b'["SSB_CHARGE_DENSITY", [200.0, [[4.78, "heavy"]], 0.6]]')
    b'[[573.6, {"error": "#VALUE!"}]]\\n'
    """
    try:
        name, cells = json.loads(line)
        given = [OMITTED if cell is None else cell for cell in cells]
        reply = _encode(_sent(_evaluated(CATALOGUE[name], given)))
    except Exception:
        # A fault of ours costs one cell, not the process; the reason goes to the log.
        traceback.print_exc()
        reply = _encode(_sent([[VALUE_ERROR]]))
    return reply.encode("ascii") + b"\n"


def _evaluated(function: Function, cells: Sequence[Any]) -> Rows:
    """The result as rows; an error where it hangs on whether a 0 is a blank cell.

    LibreOffice hands a single blank cell over as 0, which is nobody's default.
    """
    found = as_rows(function(*cells))
    as_blank = list(cells)
    doubts = []
    for position, (argument, cell) in enumerate(zip(function.arguments, cells, strict=False)):
        if argument.optional and type(cell) in (float, int) and cell == 0:
            as_blank[position] = OMITTED
            default = argument.quantity.default_text
            doubts.append(argument.name + (f" (default: {default})" if default else ""))
    if not doubts or as_rows(function(*as_blank)) == found:
        return found
    if function.explains:
        text = f"0 or a blank cell, which LibreOffice gives as 0, for {', '.join(doubts)}"
        return [[Problem(text, expected=_NO_DOUBT).sentence]]
    return found if type(found[0][0]) is CellError else [[NUM_ERROR]]


def _sent(rows: Rows) -> list[list[Any]]:
    return [[{"error": cell} if type(cell) is CellError else cell for cell in row] for row in rows]


if __name__ == "__main__":
    main()
