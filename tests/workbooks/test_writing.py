"""Results as xlsx, however many rows: every digit, every text, every fault of the disk."""

import errno
import io
import re
import subprocess
import sys
import tracemalloc
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader import excel as openpyxl_reader
from openpyxl.styles.stylesheet import apply_stylesheet

from tests.support.books import LEWIS
from xlcalc.cli import app as cli
from xlcalc.physics.categorical import Categorical
from xlcalc.runs import batch
from xlcalc.runs.options import OutputOptions
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.package import zip_writer
from xlcalc.workbooks.package.xml_text import printable
from xlcalc.workbooks.writing import results as writer
from xlcalc.workbooks.writing import rows, skeleton
from xlcalc.workbooks.writing.columns import ResultColumn
from xlcalc.workbooks.writing.pages import ResultBook, add_table, add_words


def _written(columns, title="Table"):
    """A workbook of one table."""
    book, file = ResultBook(), io.BytesIO()
    add_table(book, title, columns)
    book.save(file)
    return file


def _cells(*columns, few, monkeypatch):
    """The cells of a table of such columns, by the way of few rows or by that of many."""
    monkeypatch.setattr(rows, "_FEW", 1_000 if few else 0)
    columns = [c if isinstance(c, ResultColumn) else ResultColumn("x", c) for c in columns]
    sheet = openpyxl.load_workbook(_written(columns)).active
    return [list(column) for column in zip(*sheet.iter_rows(min_row=2), strict=True)]


both_ways = pytest.mark.parametrize("few", [True, False])

#: Values of users' own columns, and what a cell shows.
SHOWN = [
    (None, None),
    (float("nan"), None),
    ("", None),
    (1.5, 1.5),
    (-0.1, -0.1),
    (5e-324, 5e-324),
    (1.7976931348623157e308, 1.7976931348623157e308),
    (0.1 + 0.2, 0.30000000000000004),
    (float("inf"), "inf"),
    (float("-inf"), "-inf"),
    (7, 7),
    (2**53, 2**53),
    (2**53 + 1, "9007199254740993"),
    (-(10**30), "-1000000000000000000000000000000"),
    (True, True),
    (False, False),
    (Decimal("1.25"), 1.25),
    (Decimal("NaN"), "NaN"),
    (np.float64(2.5), 2.5),
    (np.int64(3), 3),
    (np.bool_(True), True),
    ("=1+1", "=1+1"),
    ("#N/A", "#N/A"),
    ("https://x.y", "https://x.y"),
    ("12", "12"),
    ("<a href='x'>&amp;</a>", "<a href='x'>&amp;</a>"),
    (" two  spaces ", " two  spaces "),
    ("two\nlines\tand\rmore", "two\nlines\tand\rmore"),
    ("bell\x07 \x0b\x1f", "bell "),
    ("lone \ud800 surrogate \uffff", "lone  surrogate "),
    ("漢字 😀 é", "漢字 😀 é"),
    ("x" * 32_767, "x" * 32_767),
    ("x" * 32_768, "x" * 32_766 + "…"),
    (datetime(2024, 5, 6, 7, 8, 9), datetime(2024, 5, 6, 7, 8, 9)),
    (date(2024, 5, 6), datetime(2024, 5, 6)),
    (time(7, 30), time(7, 30)),
    (timedelta(hours=30), timedelta(hours=30)),
    (datetime(1899, 1, 1), "1899-01-01 00:00:00"),
    (date(1900, 1, 1), "1900-01-01"),
    (datetime(2024, 5, 6, tzinfo=UTC), "2024-05-06 00:00:00+00:00"),
    (timedelta(days=-1), "-1 day, 0:00:00"),
    (["a", 1], "['a', 1]"),
]


@both_ways
def test_a_cell_of_anything(few, monkeypatch):
    (cells,) = _cells([value for value, _ in SHOWN], few=few, monkeypatch=monkeypatch)
    for cell, (value, shown) in zip(cells, SHOWN, strict=True):
        assert cell.value == shown, repr(value)
        assert cell.data_type != "f"
        if isinstance(shown, str):
            assert cell.data_type == "s", repr(value)


def test_days_and_times_are_shown_as_such_and_leave_others_alone(monkeypatch):
    values = [datetime(2024, 5, 6, 7, 8), date(2024, 5, 6), time(7), timedelta(1), 1.5, "a"]
    (cells,) = _cells(values, few=True, monkeypatch=monkeypatch)
    assert [cell.number_format for cell in cells] == [
        "yyyy-mm-dd h:mm:ss",
        "yyyy-mm-dd",
        "h:mm:ss",
        "[hh]:mm:ss",
        "General",
        "General",
    ]


def test_a_text_that_looks_escaped_is_the_same_text_to_libreoffice(tmp_path, soffice):
    texts = ["_x0041_", "a _x000D_ b", "_xyz", " end ", "=1+1", "two\nlines", "<&>\"'"]
    path = tmp_path / "book.xlsx"
    path.write_bytes(_written([ResultColumn("Text", texts)]).getvalue())
    (made,) = soffice(path, "csv", ":Text - txt - csv (StarCalc):44,34,76,1,,0,true")
    frame = pd.read_csv(made, dtype=str, keep_default_na=False)
    assert frame["Text"].tolist() == texts


@both_ways
@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.array([1.5, np.nan, -0.25]), [1.5, None, -0.25]),
        (np.array([np.nan, np.nan]), [None, None]),
        (np.array([1.5, np.inf]), [1.5, "inf"]),
        (np.array([1, 2**60]), [1, str(2**60)]),
        (np.array([True, False]), [True, False]),
        (np.array(["a", None, 2], dtype=object), ["a", None, 2]),
        (np.array(["2024-05-06"], dtype="datetime64[s]"), [datetime(2024, 5, 6)]),
        (Categorical(np.array([1, -1, 0, 1]), ("<a>", "b")), ["b", None, "<a>", "b"]),
        (Categorical(np.array([0, 0]), ("",)), [None, None]),
        (pa.array([1.5, None, float("nan")]), [1.5, None, None]),
        (pa.array([1.5, float("-inf")]), [1.5, "-inf"]),
        (pa.array([1, None, 3]), [1, None, 3]),
        (pa.array([2**62, None]), [str(2**62), None]),
        (pa.array([None, None], pa.int64()), [None, None]),
        (pa.array([None, None]), [None, None]),
        (pa.array(["a", None, "&"]), ["a", None, "&"]),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
        (pa.array([True, None]), [True, None]),
        (pa.array([date(2024, 5, 6)]), [datetime(2024, 5, 6)]),
        (pa.array([datetime(2024, 5, 6, 7)], pa.timestamp("us")), [datetime(2024, 5, 6, 7)]),
        (pa.array([Decimal("1.50")]), [1.5]),
        (pa.chunked_array([[1.0], [2.5, None]]), [1, 2.5, None]),
        (range(3), [0, 1, 2]),
    ],
    # Some of them show the address they lie at, which is another one in each process.
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_column_of_any_kind(values, shown, few, monkeypatch):
    (cells,) = _cells(values, few=few, monkeypatch=monkeypatch)
    assert [cell.value for cell in cells] == shown
    assert [type(cell.value) for cell in cells] == [type(value) for value in shown]


_STYLES = {}


def _styles_once(archive, book):
    """openpyxl takes most of its time over styles, which are the same in all workbooks of ours."""
    styles = archive.read("xl/styles.xml")
    if styles not in _STYLES:
        before = dict(vars(book))
        apply_stylesheet(archive, book)
        _STYLES[styles] = {k: v for k, v in vars(book).items() if before.get(k) is not v}
    vars(book).update(_STYLES[styles])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(), min_size=1, max_size=40), st.booleans())
def test_every_digit_of_every_number(numbers, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openpyxl_reader, "apply_stylesheet", _styles_once)
        (cells,) = _cells(np.array(numbers), few=few, monkeypatch=patch)
    for cell, number in zip(cells, numbers, strict=True):
        if np.isfinite(number):
            assert float(cell.value) == number
        else:
            assert cell.value == (None if np.isnan(number) else str(number))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=20), st.booleans())
def test_every_text_stays_the_same_text(texts, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openpyxl_reader, "apply_stylesheet", _styles_once)
        (cells,) = _cells(texts, few=few, monkeypatch=patch)
    for cell, text in zip(cells, texts, strict=True):
        assert (cell.value or "") == printable(text)


@both_ways
def test_marked_cells_have_the_style_of_errors(few, monkeypatch):
    words = Categorical(np.array([0, 1, 0]), ("ok", "wrong"))
    columns = [
        ResultColumn("a", words, marked=words.codes == 1),
        ResultColumn("b", np.array([1.0, 2, 3])),
    ]
    marked, plain = _cells(*columns, few=few, monkeypatch=monkeypatch)
    assert [cell.style for cell in marked] == [style.TEXT, style.ERROR, style.TEXT]
    assert {cell.style for cell in plain} == {style.TEXT}


def test_blocks_join_without_a_seam(monkeypatch):
    """More rows than a block, in blocks that are split for their size."""
    count = 2 * rows._BLOCK + 10
    monkeypatch.setattr(rows, "_MOST_BYTES", 300_000)
    told = []
    columns = [
        ResultColumn("n", np.arange(count) / 7),
        ResultColumn("t", [f"t{n}" for n in range(count)]),
    ]
    text = b"".join(
        map(bytes, rows.rows_as_xml(columns, 2, skeleton.skeleton().style_numbers, told.append))
    )
    numbers = [int(n) for n in re.findall(rb'<row r="(\d+)">', text)]
    assert numbers == list(range(2, count + 2))
    assert [float(v) for v in re.findall(rb"<v>([^<]*)", text)] == [n / 7 for n in range(count)]
    assert re.findall(rb"<t>(t\d+)<", text) == [f"t{n}".encode() for n in range(count)]
    assert sum(told) == count
    assert len(told) > 3


def test_memory_does_not_grow_with_the_rows():
    """A sheet's XML is never in memory as a whole."""

    class Counter(io.RawIOBase):
        size = 0

        def write(self, data):
            self.size += len(data)
            return len(data)

        def tell(self):
            return self.size

        def seek(self, where, whence=0):
            return where

    def peak(count):
        columns = [ResultColumn(str(n), np.random.default_rng(n).random(count)) for n in range(20)]
        before = pa.total_allocated_bytes()
        pool = pa.default_memory_pool()
        tracemalloc.start()
        book = ResultBook()
        add_table(book, "Table", columns)
        book.save(Counter())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert pa.total_allocated_bytes() == before
        return most, pool.max_memory()

    few, many = peak(2 * rows._BLOCK), peak(12 * rows._BLOCK)
    # The blocks of Arrow are the greater part; that of a whole sheet would be six times as large.
    assert many[0] < 1.5 * few[0]
    assert many[1] < 1.5 * few[1]


def test_groups_of_columns_and_headers_that_are_the_same():
    columns = [
        ResultColumn("Lot", [1]),
        ResultColumn("lot\nno", [2], group="A"),
        ResultColumn("lot no", [3], group="A"),
    ]
    sheet = openpyxl.load_workbook(_written(columns, "Two words")).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [
        [None, "A", None],
        ["Lot", "lot no", "lot no (2)"],
    ]
    (table,) = sheet.tables.values()
    assert (table.displayName, table.ref) == ("TwoWords", "A2:C3")
    assert [column.name for column in table.tableColumns] == ["Lot", "lot no", "lot no (2)"]


def test_a_table_without_rows_is_a_sheet_of_headers():
    sheet = openpyxl.load_workbook(_written([ResultColumn("Lot", [])])).active
    assert [list(row) for row in sheet.values] == [["Lot"]]
    assert not sheet.tables


def test_titles_and_words_are_words():
    book, file = ResultBook(), io.BytesIO()
    add_words(book, "A & B's", [("=1", "<b>")])
    book.save(file)
    sheet = openpyxl.load_workbook(file)["A & B's"]
    assert [list(row) for row in sheet.values] == [["A & B's", None], ["=1", "<b>"]]
    assert sheet["A2"].data_type == "s"


def test_styles_of_the_skeleton_are_all_that_cells_name():
    names = {value for name, value in vars(style).items() if name.isupper() and name != "FONT"}
    names -= {style.DIGITS}
    assert {name for name in names if isinstance(name, str)} <= set(
        skeleton.skeleton().style_numbers
    )


def test_writing_results_needs_no_openpyxl():
    """Importing it takes longer than all else about a hundred designs."""
    code = "import sys, xlcalc.workbooks.writing.results; print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# More designs than a sheet holds.


def test_further_sheets_hold_the_rest(tmp_path, monkeypatch):
    whole = batch.run([LEWIS], tmp_path / "whole.xlsx")
    monkeypatch.setattr(writer, "MOST_ROWS", 10)
    parts = tmp_path / "parts.xlsx"
    assert cli.run(["batch", str(LEWIS), "-o", str(parts), "--split-sheets"]) == 0
    book = openpyxl.load_workbook(parts)
    expected = [
        f"{title}{number}" for title in ("Results", "Breakdown") for number in ("", " (2)", " (3)")
    ]
    assert book.sheetnames == [*expected, "Chart", "Materials", "About"]
    one = openpyxl.load_workbook(tmp_path / "whole.xlsx")
    for title in ("Results", "Breakdown"):
        lines = list(one[title].values)
        split = [list(book[name].values) for name in expected if name.startswith(title)]
        assert all(sheet[:2] == lines[:2] for sheet in split)
        assert [len(sheet) for sheet in split] == [10, 10, 6]
        assert [line for sheet in split for line in sheet[2:]] == lines[2:]
    names = [table.displayName for sheet in book for table in sheet.tables.values()]
    assert names == [
        "Results",
        "Results_2",
        "Results_3",
        "Breakdown",
        "Breakdown_2",
        "Breakdown_3",
        "Materials",
    ]
    assert book["Results (2)"].freeze_panes == "B3"
    assert whole.summary.read == 20


def test_too_many_rows_name_every_remedy(tmp_path, monkeypatch, run):
    monkeypatch.setattr(writer, "MOST_ROWS", 10)
    code, out, err = run("batch", LEWIS, "--output", tmp_path / "out.xlsx")
    assert (code, out) == (2, "")
    assert "20 designs do not fit a sheet of 10 rows" in err
    assert ".csv or .parquet, or --split-sheets" in err
    assert not list(tmp_path.iterdir())


def test_what_results_rest_on_is_said(tmp_path):
    done = batch.run([LEWIS], tmp_path / "out.xlsx")
    done.provenance = [("Input", "lewis2022.xlsx, sha256 1f")]
    with open(tmp_path / "again.xlsx", "wb") as file:
        writer.write_results(done, file)
    lines = list(openpyxl.load_workbook(tmp_path / "again.xlsx")["About"].values)
    assert ("Input", "lewis2022.xlsx, sha256 1f") in lines


# The package.


@pytest.mark.parametrize("limit", [100, 1_000, 2**32 - 1])
def test_long_parts_are_marked_as_such(limit, monkeypatch):
    """With the limit so low, parts, their places and the directory's are those of a long file."""
    monkeypatch.setattr(zip_writer, "_LIMIT", limit)
    texts = {f"part{n}.xml": b"%d " % n * 5_000 for n in range(30)}
    file = io.BytesIO()
    with zip_writer.ZipWriter(file) as package:
        for name, text in texts.items():
            package.write_stream(name, [text[:100], memoryview(text)[100:]])
    with ZipFile(file) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == texts
        assert {info.extract_version for info in read.infolist()} == {45 if limit < 5_000 else 20}


class FullDisk(io.BytesIO):
    """A disk that takes so many writes."""

    def __init__(self, writes):
        super().__init__()
        self.left = writes

    def write(self, data):
        if self.left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= 1
        return super().write(data)


def test_a_full_disk_at_every_write_is_told_as_such():
    done = batch.run([LEWIS], write=OutputOptions(breakdown=True))
    roomy = FullDisk(-1)
    writer.write_results(done, roomy)
    needed = -1 - roomy.left
    assert needed > 100
    for writes in range(needed):
        with pytest.raises(OSError, match="No space left") as problem:
            writer.write_results(done, FullDisk(writes))
        assert problem.value.errno == errno.ENOSPC
    enough = FullDisk(needed)
    writer.write_results(done, enough)
    assert enough.getvalue() == roomy.getvalue()


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, run):
    output = tmp_path / "out.xlsx"
    output.write_bytes(b"old")

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zip_writer._Part, "_put", full)
    code, _, err = run("batch", LEWIS, "--output", output)
    assert code == 2
    assert err == f"xlcalc: {output}: cannot be written (No space left on device)\n"
    assert output.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [output]


def test_what_goes_wrong_while_rows_are_made_is_not_hidden():
    def blocks():
        yield b"one"
        yield b"two"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), zip_writer.ZipWriter(io.BytesIO()) as package:
        package.write_stream("part.xml", blocks())


def test_several_sheets_go_with_a_workbook_alone(run, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("cathode,anode,electrolyte\nNMC811,Si,LPSC\n")
    code, _, err = run("batch", path, "-o", tmp_path / "out.csv", "--split-sheets")
    assert code == 2
    assert "--split-sheets goes with --output FILE.xlsx" in err
