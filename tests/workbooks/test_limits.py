"""Hostile packages are refused before a parser sees them; honest ones pass."""

import json
import random
import struct
import subprocess
import sys
import zipfile
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.support.books import LEWIS, ROOT
from xlcalc.errors import InputError
from xlcalc.workbooks.package.limits import Limits, check_package

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def changed(path, **parts):
    """A good workbook with some parts replaced or added; a slash is written as two underscores."""
    with ZipFile(LEWIS) as good, ZipFile(path, "w", ZIP_DEFLATED) as package:
        named = {name.replace("__", "/"): data for name, data in parts.items()}
        for name in good.namelist():
            if name not in named:
                package.writestr(name, good.read(name))
        for name, data in named.items():
            package.writestr(name, data)
    return path


def sheet(path, cells, after=b""):
    data = HEAD + cells + b"</sheetData>" + after + b"</worksheet>"
    return changed(path, **{SHEET.replace("/", "__"): data})


def one_cell(reference, row=b"1"):
    return b'<row r="%b"><c r="%b"><v>1</v></c></row>' % (row, reference)


def far(path):
    return sheet(path, one_cell(b"XFD1048576", b"1048576"))


def merged(path):
    return sheet(
        path, one_cell(b"A1"), b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )


def entities(path):
    declared = b"<!DOCTYPE w [" + b"".join(
        b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 100 if n else b"x" * 100) for n in range(8)
    )
    padding = b" " * 5_000_000
    return changed(
        path,
        xl__styles__xml=b"",
        **{"xl/workbook.xml": declared + b"]>" + padding + b"<w>&e7;</w>"},
    )


def utf16(path):
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []><w/>'
    return changed(path, **{"xl/workbook.xml": text.encode("utf-16")})


def bomb(path):
    return changed(path, **{"xl/media__big.xml": b"<a>" + b"a" * 100_000_000 + b"</a>"})


def crowd(path):
    return changed(path, **{f"xl__media__{n}.png": b"" for n in range(10_001)})


def double(path):
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(changed(path), "a") as package:
        package.writestr("xl/workbook.xml", b"<other/>")
    return path


def overlapping(path):
    """Every part of the list lies where the first one does, and claims a large size."""
    changed(path)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, at + 16)[0]
    while data[start : start + 4] == b"PK\x01\x02":
        struct.pack_into("<I", data, start + 20, 1_000_000)
        name, extra, comment = struct.unpack_from("<HHH", data, start + 28)
        start += 46 + name + extra + comment
    path.write_bytes(data)
    return path


def secret(path):
    data = bytearray(changed(path).read_bytes())
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1
    path.write_bytes(data)
    return path


HOSTILE = {
    far: "sheet1.xml holds 1 cells, spread over 17,179,869,184; expected cells that lie together",
    merged: "merges 17,179,869,184 cells; expected at most 10,000,000 (--limit merged_cells=NUMBER",
    entities: "its part xl/workbook.xml declares a document type or entities; expected none",
    utf16: "its part xl/workbook.xml declares a document type or entities; expected none",
    bomb: "times its size; expected at most 60 (--limit ratio=NUMBER allows more)",
    crowd: "parts; expected at most 10,000 (--limit parts=NUMBER allows more)",
    double: "holds the part xl/workbook.xml more than once; expected each once",
    overlapping: "holds parts that overlap; expected each to have its own place",
    secret: "is protected by a password; expected a file without one",
}


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("command", ["batch", "recalc"])
def test_a_hostile_package_costs_a_sentence(run, tmp_path, make, command):
    path = make(tmp_path / "bad.xlsx")
    code, out, err = run(command, path, "--output", tmp_path / "out.xlsx")
    assert (code, out) == (2, "")
    assert "bad.xlsx: " in err
    assert HOSTILE[make] in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    "cells",
    [
        one_cell(b"A4000000000"),
        one_cell(b"A1048577", b"1048577"),
        one_cell(b"XFE1"),
        one_cell(b"AAAA1"),
        one_cell(b"A1").replace(b' r="A1"', b"\n\tr='A4000000000'"),
        b'<row r="5000000"/>',
        b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * 200_000 + b"</row>" + one_cell(b"ZZZZ9"),
    ],
)
def test_cells_beyond_the_last_are_refused_wherever_they_stand(tmp_path, cells):
    with pytest.raises(InputError, match="beyond XFD1048576"):
        check_package(sheet(tmp_path / "bad.xlsx", cells))


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_nothing_hides_on_the_border_of_two_pieces(tmp_path, shift):
    size = 4 * 1024 * 1024
    padding = b" " * (size - len(HEAD) - shift)
    with pytest.raises(InputError, match="beyond XFD1048576"):
        check_package(sheet(tmp_path / "bad.xlsx", padding + one_cell(b"A4000000000")))
    declared = b"<a>" + b" " * (size - shift) + b"<!DOCTYPE a><b/></a>"
    with pytest.raises(InputError, match="document type"):
        check_package(changed(tmp_path / "bad.xlsx", **{"xl/a.xml": declared}))


def test_an_honest_sheet_up_to_the_last_row_passes(tmp_path):
    """A column of numbers down to the last row, and a second one far to the right."""
    numbers = random.Random(1)
    rows = (
        b'<row r="%d"><c r="A%d"><v>%r</v></c><c r="CV%d"><v>1</v></c></row>'
        % (n, n, numbers.random(), n)
        for n in range(1, 1_048_576)
    )
    check_package(sheet(tmp_path / "large.xlsx", b"".join(rows)))
    with pytest.raises(InputError, match="has more than 1,048,576 rows"):
        check_package(sheet(tmp_path / "large.xlsx", b'<row r="7"/>' * 1_048_577))


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("templates/**/*.xlsx")), ids=lambda path: path.stem
)
def test_templates_pass(path):
    check_package(path)


def test_a_limit_can_be_raised(run, tmp_path):
    path = crowd(tmp_path / "crowd.xlsx")
    code, out, _ = run("batch", path, "--limit", "parts=20000", "--json")
    assert code == 0
    assert json.loads(out)["rows_in_error"] == 0
    check_package(path, Limits(parts=20_000))


@pytest.mark.parametrize("text", ["parts", "parts=many", "cells=5", "=5", "parts=-5"])
def test_a_limit_that_makes_no_sense(run, tmp_path, text):
    code, _, err = run("batch", LEWIS, "--limit", text)
    assert code == 2
    assert f"{text!r}; expected NAME=NUMBER, where NAME is one of parts, part_mb" in err


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone says how much a process took")
def test_refusing_takes_little_memory(tmp_path):
    """The whole process, for a sheet that would unpack to 600 MB of one text."""
    path = tmp_path / "bad.xlsx"
    with (
        ZipFile(changed(path), "a", ZIP_DEFLATED) as package,
        package.open("xl/a.xml", "w") as part,
    ):
        for _ in range(60):
            part.write(b"a" * 10_000_000)
    code = (
        "import sys; from pathlib import Path; from xlcalc.workbooks.package.limits import *\n"
        "try: check_package(Path(sys.argv[1]), Limits(ratio=10**9)); print('passed')\n"
        "except Exception as problem: print(problem)\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    said, peak = done.stdout.splitlines()
    assert said == "passed"
    assert int(peak) < 300_000
    with zipfile.ZipFile(path) as package:
        assert package.getinfo("xl/a.xml").file_size == 600_000_000
