"""Text files: their encoding and their separator, told by their content."""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from xlcalc.errors import InputError
from xlcalc.files.names import location_of
from xlcalc.problems import Problem
from xlcalc.tables.header_matching import DESIGN_HEADERS, Vocabulary
from xlcalc.tables.header_row import headers_found
from xlcalc.tables.special_rows import is_comment

SEPARATORS = ",;\t|"

#: Longest first, for one begins like another.
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: Where zeros stand among four bytes of plain letters.
_ZEROS = {
    "x0x0": "utf-16-le",
    "0x0x": "utf-16-be",
    "x000": "utf-32-le",
    "000x": "utf-32-be",
}

#: What Excel writes for "CSV" on a Western European Windows.
_WESTERN = "cp1252"

#: Bytes that tell the encoding if it has zeros, and bytes read at a time.
_HEAD, _CHUNK = 4096, 1 << 22

#: Share of places whose zeros must stand as an encoding has them.
_SURE = 0.7

#: Rows that tell the separator.
_SNIFFED = 50

#: How Excel is told the separator, in a line of its own above all others.
_DECLARED = re.compile(
    r"""(["']?)sep=(?P<character>[\t !#-/:-@\[-`{-~])\1[ \t]*[\r\n]*""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a text file is to be read.

    Parameters
    ----------
    encoding : str
        Name of the codec.
    separator : str
        What stands between cells.
    separator_declared : bool
        Whether the first line declares the separator and holds nothing else.
    remark : Problem, optional
        What is assumed.
    """

    encoding: str
    separator: str
    separator_declared: bool = False
    remark: Problem | None = None

    @property
    def unshown_marks(self) -> str:
        """What may stand before decimals where no number of the file shows it.

        A program that separates cells by commas writes decimal points; beside other separators
        20.000 may be twenty thousand.
        """
        return "" if self.separator == "," else ".,"


def begins_as_text(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a text in a known encoding."""
    return b"\0" not in head or bool(_by_byte_order_mark(head) or _by_zeros(head))


def encoding_of(path: Path) -> str:
    """Encoding of a text file, by its first bytes and, without a mark there, by all.

    Raises
    ------
    InputError
        If it is no text, or in an encoding that is not known.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if encoding := _by_byte_order_mark(head) or _by_zeros(head):
            return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        wide = False
        encoding = "utf-8"
        while data := file.read(_CHUNK):
            if b"\0" in data:
                raise _no_text(path)
            if encoding == _WESTERN or (data.isascii() and not decoder.getstate()[0]):
                continue
            try:
                wide |= not decoder.decode(data).isascii()
            except UnicodeDecodeError:
                encoding = _WESTERN
        if encoding != _WESTERN and decoder.getstate()[0]:
            if wide:
                text = "ends within a character; it is not whole"
                raise InputError(Problem(text, where=location_of(path)))
            encoding = _WESTERN
    if encoding == _WESTERN:
        _check_western(path)
    return encoding


def _no_text(path: Path) -> InputError:
    return InputError(Problem("is no text", expected="a csv file", where=location_of(path)))


def _check_western(path: Path) -> None:
    """Refuse a text with bytes that the Western encoding does not have."""
    line = 1
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            try:
                data.decode(_WESTERN)
            except UnicodeDecodeError as problem:
                line += data.count(b"\n", 0, problem.start)
                raise InputError(
                    Problem(
                        f"holds the byte {data[problem.start]:#x}, which neither UTF-8 nor "
                        "Windows-1252 has",
                        expected="a text in UTF-8",
                        where=location_of(path).at(f"line {line}"),
                    )
                ) from None
            line += data.count(b"\n")


def _by_byte_order_mark(head: bytes) -> str | None:
    return next((name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)


def _by_zeros(head: bytes) -> str | None:
    """Encoding of two or four bytes a character, told by where letters have zeros."""
    count = len(head) // 4
    if not count or b"\0" not in head:
        return None
    zeros = "".join(
        "0" if head[n : 4 * count : 4].count(0) > _SURE * count else "x" for n in range(4)
    )
    return _ZEROS.get(zeros)


def text_format(path: Path, vocabulary: Vocabulary = DESIGN_HEADERS) -> TextFormat:
    """How a text file is to be read.

    Parameters
    ----------
    path : Path
        The file.
    vocabulary : Vocabulary
        What its headers may name.

    Returns
    -------
    TextFormat
        The separator is the one that the first line tells, or under which the most headers are
        known.

    Raises
    ------
    InputError
        If it is no text, or in an encoding that is not known.
    """
    encoding = encoding_of(path)
    said = []
    if encoding == _WESTERN:
        said.append("is not UTF-8; read as Windows-1252 (Western European)")
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        # A line ends somewhere even in a file that has none.
        lines = list(islice(iter(lambda: file.readline(_CHUNK), ""), _SNIFFED))
    declared = _DECLARED.fullmatch(lines[0] if lines else "")
    # Of a file with none of ours, the first.
    separator = (
        declared["character"]
        if declared
        else max(SEPARATORS, key=lambda separator: _known(lines, separator, vocabulary))
    )
    if _ends_early(path, encoding, separator):
        said.append("its last row ends early and no line ends there; the file may be cut short")
    remark = Problem("; ".join(said), where=location_of(path)) if said else None
    return TextFormat(encoding, separator, separator_declared=bool(declared), remark=remark)


def _ends_early(path: Path, encoding: str, separator: str) -> bool:
    """Whether the last row has fewer cells than the one before, and no end."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        # No character of any encoding begins before and ends behind such a place.
        file.seek(max(0, size - _HEAD) // 4 * 4)
        lines = file.read().decode(encoding, "replace").splitlines(keepends=True)
    if len(lines) < 2 or lines[-1] != lines[-1].rstrip("\r\n") or '"' in lines[-2] + lines[-1]:
        return False
    if any(is_comment([line]) for line in lines[-2:]):
        return False
    return lines[-1].count(separator) < lines[-2].count(separator)


def _known(lines: list[str], separator: str, vocabulary: Vocabulary) -> int:
    rows: list[list[str]] = []
    # A quotation mark may be open at the last line; the rows before it tell.
    with suppress(csv.Error):
        rows.extend(csv.reader(lines, delimiter=separator, strict=True))
    return headers_found(rows, vocabulary)


def decode(path: Path, encoding: str | None = None) -> str:
    """The whole text of a file, by default in the encoding that its content tells.

    Raises
    ------
    InputError
        If it is no text, or in an encoding that is not known.
    """
    try:
        text = path.read_bytes().decode(encoding or encoding_of(path))
    except UnicodeDecodeError:
        raise _no_text(path) from None
    return text.removeprefix("\ufeff")
