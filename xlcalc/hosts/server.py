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
from typing import Any

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED, Rows, as_rows
from xlcalc.tables.cell_values import VALUE_ERROR, CellError

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
        result = CATALOGUE[name](*(OMITTED if cell is None else cell for cell in cells))
        reply = _encode(_sent(as_rows(result)))
    except Exception:
        # A fault of ours costs one cell, not the process; the reason goes to the log.
        traceback.print_exc()
        reply = _encode(_sent([[VALUE_ERROR]]))
    return reply.encode("ascii") + b"\n"


def _sent(rows: Rows) -> list[list[Any]]:
    return [[{"error": cell} if type(cell) is CellError else cell for cell in row] for row in rows]


if __name__ == "__main__":
    main()
