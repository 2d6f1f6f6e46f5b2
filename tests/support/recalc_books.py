"""What the tests of `recalc` share: a package's parts, what its cells show, what differs."""

import re
import struct
import warnings
import zlib
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl


def parts_of(path):
    with ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def shown(path, sheet=0):
    """What the cells of a sheet show, by reference."""
    with warnings.catch_warnings():
        # openpyxl says what it would lose on writing.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    page = book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row}


CELL = re.compile(rb"(<(?:\w+:)?c\b[^>]*?(?:/>|>.*?</(?:\w+:)?c>))", re.DOTALL)


VALUE = re.compile(rb"<v\b[^>]*?(?:/>|>.*?</v>)", re.DOTALL)


def changed_bytes(old, new, arrays=()):
    """What differs besides the values of formula cells, and of cells that arrays cover."""
    found = []
    for name in old:
        before, after = CELL.split(old[name]), CELL.split(new[name])
        if len(before) != len(after):
            found.append(name)
            continue
        for one, two in zip(before, after, strict=True):
            covered = any(b'r="%b"' % cell in one for cell in arrays)
            if one != two and not ((b"<f" in one or covered) and _bare(one) == _bare(two)):
                found.append((name, one, two))
    return found


def _bare(cell):
    return re.sub(rb' t="\w+"', b"", VALUE.sub(b"", cell), count=1)


def rewritten(path, part, *changes):
    """A package with a part changed by hand."""
    parts = parts_of(path)
    for old, new in changes:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new)
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def image():
    """A picture of one dot."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
