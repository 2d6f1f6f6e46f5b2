"""A small .xls file made record by record ([MS-XLS] in a [MS-CFB] container), in milliseconds.

LibreOffice writes better ones, but takes a second for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from struct import pack
from typing import Any

from tests.support.xlsb_book import Formula, Shown

_SECTOR = 512
#: Streams below this size are kept in another way.
_SMALLEST = 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ONE_PLUS_ONE = b"\x1e\x01\x00\x1e\x01\x00\x03"


def _record(kind: int, data: bytes = b"") -> bytes:
    return pack("<HH", kind, len(data)) + data


def _text(value: str, size: str = "<H") -> bytes:
    return pack(size, len(value)) + b"\x01" + value.encode("utf-16-le")


def _cell(row: int, column: int, value: Any, codes: list[str]) -> bytes:
    style, tokens = 0, b""
    if isinstance(value, Formula):
        value, tokens = value.value, _ONE_PLUS_ONE
    if isinstance(value, Shown):
        if value.code not in codes:
            codes.append(value.code)
        style = codes.index(value.code) + 1
    place = pack("<HHH", row, column, style)
    if tokens:
        is_text = isinstance(value, str)
        result = b"\0" * 6 + b"\xff\xff" if is_text else pack("<d", value)
        made = _record(6, place + result + pack("<HIH", 0, 0, len(tokens)) + tokens)
        return made + (_record(0x0207, _text(value)) if is_text else b"")
    if isinstance(value, str):
        return _record(0x0204, place + _text(value))
    return _record(0x0203, place + pack("<d", value))


def _sheet(sheet: Any, codes: list[str], not_calculated: bool) -> bytes:
    data = _record(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
    data += _record(0x005E, b"\0\0") if not_calculated else b""
    for row, cells in enumerate(sheet.rows):
        hidden = 0x20 if row + 1 in sheet.hidden else 0
        data += _record(0x0208, pack("<HHHHHHI", row, 0, len(cells), 255, 0, 0, hidden | 0x100))
        for column, value in enumerate(cells):
            data += b"" if value is None else _cell(row, column, value, codes)
    areas = [(top, bottom, left, right) for top, left, bottom, right in sheet.merged]
    if areas:
        places = b"".join(pack("<HHHH", *area) for area in areas)
        data += _record(0x00E5, pack("<H", len(areas)) + places)
    return data + _record(0x000A)


def _stream(sheets: Sequence[Any], not_calculated: bool) -> bytes:
    codes: list[str] = []
    parts = [_sheet(sheet, codes, not_calculated) for sheet in sheets]
    start = _record(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0))
    start += _record(0x0042, pack("<H", 1200))
    font = pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("Arial", "<B")
    start += _record(0x0031, font) * 5
    for number, code in enumerate(codes, start=164):
        start += _record(0x041E, pack("<H", number) + _text(code))
    for number in (0, *range(164, 164 + len(codes))):
        start += _record(0x00E0, pack("<HHH", 0, number, 1) + b"\0" * 14)
    names = [_text(sheet.title, "<B") for sheet in sheets]
    place = len(start) + sum(4 + 6 + len(name) for name in names) + 4
    for sheet, name, part in zip(sheets, names, parts, strict=True):
        start += _record(0x0085, pack("<IBB", place, sheet.state, 0) + name)
        place += len(part)
    return start + _record(0x000A) + b"".join(parts)


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    links = pack("<BBIII", kind, 1, _FREE, _FREE, child)
    head = written.ljust(64, b"\0") + pack("<H", len(written) if name else 0) + links
    return head + b"\0" * 36 + pack("<III", first, size, 0)


def make_xls(path: Path, sheets: Sequence[Any], *, not_calculated: bool = False) -> Path:
    """Write a workbook of sheets as `fuzz_files.Sheet` has them."""
    data = _stream(sheets, not_calculated)
    data = data.ljust(max(_SMALLEST, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
    count = len(data) // _SECTOR
    tables = next(n for n in range(1, count + 2) if n * _SECTOR // 4 >= n + 1 + count)
    first = tables + 1
    chain = [*range(first + 1, first + count), _END]
    table = [*[_TABLE] * tables, _END, *chain]
    table += [_FREE] * (tables * _SECTOR // 4 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += pack("<IIIIIIIII", 0, tables, tables, 0, _SMALLEST, _END, 0, _END, 0)
    head += pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, first, len(data))
    folder += _entry("", 0, _FREE, 0, 0) * 2
    path.write_bytes(head + pack(f"<{len(table)}I", *table) + folder + data)
    return path
