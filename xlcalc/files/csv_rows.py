"""Csv files read as a whole, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from xlcalc.errors import InputError
from xlcalc.files.names import expect_room, location_of
from xlcalc.files.text_encoding import TextFormat, decode, text_format
from xlcalc.problems import Location, Problem
from xlcalc.tables.below_no_header import FilledCells
from xlcalc.tables.detect import table_from_rows
from xlcalc.tables.header_matching import DESIGN_HEADERS, Vocabulary
from xlcalc.tables.table import Table


def read_csv(path: Path, vocabulary: Vocabulary = DESIGN_HEADERS, decimal_mark: str = "") -> Table:
    """The table of a csv file, separated by comma, semicolon, tab or bar.

    Raises
    ------
    InputError
        If the file is no text or holds no designs.
    """
    # A cell of a few characters is an object of some fifty bytes.
    expect_room(path, copies=10)
    form = text_format(path, vocabulary)
    source = location_of(path)
    rows = FilledCells(csv_rows(decode(path, form.encoding), form, source))
    table = table_from_rows(
        rows,
        source,
        vocabulary,
        typed=False,
        decimal_mark=decimal_mark,
        unshown_marks=form.unshown_marks,
    )
    rows.note_in(table)
    if form.remark:
        table.row_remarks.insert(0, form.remark)
    return table


def csv_rows(
    text: str, form: TextFormat, source: Location, first: int = 1
) -> Iterator[list[str | None]]:
    """Rows of a csv text, of which the first has some number; a cell without content is None.

    Raises
    ------
    InputError
        If a quotation mark opens and never closes, and so swallows what follows.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator, strict=True)
    number = first
    try:
        for row in reader:
            # The line that declares the separator holds nothing else.
            declaration = form.separator_declared and number == 1
            yield [] if declaration else [cell or None for cell in row]
            number += 1
    except csv.Error as problem:
        text, expected = f"cannot be read ({problem})", "quotation marks in pairs"
        if _TOO_LONG in str(problem):
            text = f"has a cell of more than {csv.field_size_limit():,} characters"
            expected += ", and cells that are no longer"
        where = source.at(f"row {number}")
        raise InputError(Problem(text, expected=expected, where=where)) from None


#: How the library begins to say that a cell is too long.
_TOO_LONG = "field larger than"
