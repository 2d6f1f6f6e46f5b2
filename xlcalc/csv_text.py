"""Csv files as people have them: encodings, separators, rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from .errors import InputError
from .files import name_of
from .grid import headers_found, table_from_rows
from .quantities import DESIGN
from .quantity import Quantity
from .table import Table

#: Rows that tell the separator of a csv file.
_SNIFFED = 50


def read_csv(path: Path, vocabulary: Mapping[str, Quantity] = DESIGN, decimal: str = "") -> Table:
    """The table of a csv file, separated by comma, semicolon or tab.

    Raises
    ------
    InputError
        If the file is no text or holds no designs.
    """
    text = decoded(path.read_bytes(), name_of(path))
    separator = separator_of(text, name_of(path), vocabulary)
    rows = csv_rows(text, separator, name_of(path))
    return table_from_rows(rows, name_of(path), vocabulary, typed=False, decimal=decimal)


def csv_rows(text: str, separator: str, source: str) -> Iterator[list[str | None]]:
    """Rows of a csv text; a cell without content is None.

    Raises
    ------
    InputError
        If a quotation mark opens and never closes, and so swallows what follows.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            yield [cell or None for cell in row]
    except csv.Error as problem:
        raise InputError(
            f"{source}, line {reader.line_num}: cannot be read ({problem}); expected quotation "
            "marks in pairs"
        ) from None


def separator_of(text: str, source: str, vocabulary: Mapping[str, Quantity]) -> str:
    """What stands between the cells of a csv text: that under which the most headers are known."""

    def known(separator: str) -> int:
        try:
            return headers_found(islice(csv_rows(text, separator, source), _SNIFFED), vocabulary)
        except InputError:
            return 0

    return max(",;\t", key=known)


def decoded(data: bytes, source: str = "") -> str:
    """The text of some bytes, in an encoding that spreadsheet programs write.

    Raises
    ------
    InputError
        If it is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(f"{source}: is no text; expected a csv file") from None
    if b"\0" in data:
        raise InputError(f"{source}: is no text; expected a csv file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes for "CSV" on a Western European Windows.
        return data.decode("cp1252", errors="replace")
