"""The trail of a number as a workbook: a line for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from xlcalc.workbooks.writing.columns import ResultColumn
from xlcalc.workbooks.writing.pages import ResultBook, add_table

#: Title of the sheet.
TRAIL = "Trail"


def write_trail(headers: Sequence[str], rows: Sequence[Sequence[Any]], file: BinaryIO) -> None:
    """Write a trail as a workbook.

    Parameters
    ----------
    headers : sequence of str
        What its columns are.
    rows : sequence of sequence
        A step each; texts stay texts, whatever they begin with.
    file : binary file
        Where to.
    """
    book = ResultBook()
    columns = zip(*rows, strict=True)
    add_table(
        book, TRAIL, [ResultColumn(h, list(c)) for h, c in zip(headers, columns, strict=True)]
    )
    book.save(file)
