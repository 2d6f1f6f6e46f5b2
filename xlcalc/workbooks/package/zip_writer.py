"""A package written part after part: bounded in memory, of any size, the same for the same content.

The library's ZipFile must be told before a part whether it is longer than two gigabytes, and after
a full disk raises errors of its own kind while it closes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from struct import pack
from typing import BinaryIO

Buffer = bytes | memoryview

#: Date of parts and properties, so that the same content gives the same file.
FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = (FIXED_DATE.year - 1980) << 9 | FIXED_DATE.month << 5 | FIXED_DATE.day

#: What the fields of old hold for a number that does not fit them, and from where on none does.
_ELSEWHERE = 2**32 - 1
_LIMIT = _ELSEWHERE

#: Version of the format that a program must know: deflated parts, and long ones.
_PLAIN, _LONG = 20, 45

#: Room for long sizes, as the packaging conventions reserve it: a field that means nothing.
_ROOM = pack("<4H12x", 0xA220, 16, 0xA028, 0)

#: How hard parts are pressed: those kept in memory well, rows at the speed at which they are made.
_WELL, _FAST = 6, 1


class ZipWriter:
    """A package that is being written; a context manager.

    Parameters
    ----------
    file : binary file
        Where to. Errors of it come through as they are.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: list[bytes] = []

    def __enter__(self) -> ZipWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._end()

    def add(self, name: str, data: bytes) -> None:
        """Add a part."""
        part = _Part(self._file, name, _WELL)
        part.write(data)
        self._directory.append(part.close())

    def write_stream(self, name: str, blocks: Iterable[Buffer]) -> None:
        """Add a part that comes in blocks; one is pressed while the next is made."""
        part = _Part(self._file, name, _FAST)
        with ThreadPoolExecutor(1) as worker:
            waiting: Future[None] | None = None
            for block in blocks:
                if waiting is not None:
                    waiting.result()
                waiting = worker.submit(part.write, block)
            if waiting is not None:
                waiting.result()
        self._directory.append(part.close())

    def _end(self) -> None:
        start = self._file.tell()
        directory = b"".join(self._directory)
        self._file.write(directory)
        count, size = len(self._directory), len(directory)
        if start >= _LIMIT:
            fields = (44, _LONG, _LONG, 0, 0, count, count, size, start)
            self._file.write(pack("<4sQ2H2I4Q", b"PK\6\6", *fields))
            self._file.write(pack("<4sIQI", b"PK\6\7", 0, start + size, 1))
            start = _ELSEWHERE
        self._file.write(pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, start, 0))


class _Part:
    """A part that is being written; its sizes are put in when they are known."""

    def __init__(self, file: BinaryIO, name: str, level: int) -> None:
        self._file, self._name = file, name.encode("ascii")
        self._start = file.tell()
        self._size = self._packed = self._check = 0
        self._press = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        file.write(self._head())

    def write(self, block: Buffer) -> None:
        self._check = zlib.crc32(block, self._check)
        self._size += len(block)
        self._put(self._press.compress(block))

    def close(self) -> bytes:
        """Complete the part; gives its entry in the directory."""
        self._put(self._press.flush())
        end = self._file.tell()
        self._file.seek(self._start)
        self._file.write(self._head())
        self._file.seek(end)
        numbers = (self._size, self._packed, self._start)
        long = [number for number in numbers if number >= _LIMIT]
        extra = pack(f"<2H{len(long)}Q", 1, 8 * len(long), *long) if long else b""
        size, packed, start = (n if n < _LIMIT else _ELSEWHERE for n in numbers)
        version = _LONG if long else _PLAIN
        return (
            pack("<4s6H3I", b"PK\1\2", version, version, 0, 8, 0, _DAY, self._check, packed, size)
            + pack("<5H2I", len(self._name), len(extra), 0, 0, 0, 0, start)
            + self._name
            + extra
        )

    def _put(self, data: bytes) -> None:
        self._packed += len(data)
        self._file.write(data)

    def _head(self) -> bytes:
        sizes, extra, version = (self._packed, self._size), _ROOM, _PLAIN
        if max(sizes) >= _LIMIT:
            extra = pack("<2H2Q", 1, 16, self._size, self._packed)
            sizes, version = (_ELSEWHERE, _ELSEWHERE), _LONG
        return (
            pack("<4s5H3I", b"PK\3\4", version, 0, 8, 0, _DAY, self._check, *sizes)
            + pack("<2H", len(self._name), len(extra))
            + self._name
            + extra
        )


def write_parts(parts: Mapping[str, bytes], file: BinaryIO) -> None:
    """Write parts as a package.

    Parameters
    ----------
    parts : mapping of str to bytes
        By name.
    file : binary file
        Where to.
    """
    with ZipWriter(file) as package:
        for name in part_order(parts):
            package.add(name, parts[name])


def part_order(names: Iterable[str]) -> list[str]:
    """Names of parts: the list of content types first, as programs expect, the rest by name."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))


#: The date as properties show it.
STAMP = FIXED_DATE.strftime("%Y-%m-%dT%H:%M:%SZ")
