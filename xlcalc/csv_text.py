"""Csv files as people have them: encodings, separators, rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
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


def read_csv(path: Path, vocabulary: Mapping[str, Quantity] = DESIGN) -> Table:
    """The table of a csv file, separated by comma, semicolon or tab.

    Raises
    ------
    InputError
        If the file is no text or holds no designs.
    """
    text = decoded(path.read_bytes(), name_of(path))
    separator = separator_of(text, name_of(path), vocabulary)
    rows = csv_rows(text, separator, name_of(path))
    return table_from_rows(rows, name_of(path), vocabulary, typed=False)


def csv_rows(text: str, separator: str, source: str, first: int = 1) -> Iterator[list[str | None]]:
    """Rows of a csv text, of which the first has some number; a cell without content is None.

    Raises
    ------
    InputError
        If a quotation mark opens and never closes, and so swallows what follows.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = first
    try:
        for row in reader:
            yield [cell or None for cell in row]
            number += 1
    except csv.Error as problem:
        raise InputError(
            f"{source}, row {number}: cannot be read ({problem}); expected quotation marks in pairs"
        ) from None


def separator_of(text: str, source: str, vocabulary: Mapping[str, Quantity]) -> str:
    """What stands between the cells of a csv text: that under which the most headers are known."""

    def readable(separator: str) -> Iterator[list[str | None]]:
        with suppress(InputError):
            yield from csv_rows(text, separator, source)

    def known(separator: str) -> int:
        return headers_found(islice(readable(separator), _SNIFFED), vocabulary)

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
            raise _no_text(source) from None
    if b"\0" in data:
        raise _no_text(source)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_OTHER, errors="replace")


#: What Excel writes for "CSV" on a Western European Windows.
_OTHER = "cp1252"

#: Bytes looked at at a time.
_BLOCK = 1 << 20


def encoding_of(path: Path) -> str:
    """The encoding of a file of any size, as `decoded` takes it; not for UTF-16.

    Raises
    ------
    InputError
        If it is no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise _no_text(name_of(path))
            if valid and not (block.isascii() and not decoder.getstate()[0]):
                valid = _decodes(decoder, block)
    return "utf-8" if valid and _decodes(decoder, b"", final=True) else _OTHER


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(source: str) -> InputError:
    return InputError(f"{source}: is no text; expected a csv file")
