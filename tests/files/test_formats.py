"""What a file is, its content tells; its name may say anything."""

import gzip
import os
import zipfile

import openpyxl
import pytest

from tests.support.books import HEADER, ROWS, frame
from tests.support.xlsb_book import make_xlsb
from xlcalc.errors import InputError
from xlcalc.files.formats import detect_format
from xlcalc.runs import batch
from xlcalc.runs.read_workbook import FEWEST

PAGE = "<html><body><table><tr><td>Cathode</td></tr></table></body></html>"

ANOTHER = {
    "photo.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "is a picture (png)"),
    "paper.xlsx": (b"%PDF-1.7\n", "is a PDF"),
    "page.xls": (PAGE.encode(), "is a web page (html)"),
    "utf16.xls": (PAGE.encode("utf-16"), "is a web page (html)"),
    "old.xml": (b'<?xml version="1.0"?><a/>', "is XML and no table"),
    "packed.csv": (gzip.compress(b"a,b\n1,2\n"), "is packed (gzip)"),
    "empty.xlsx": (b"", "is empty"),
    "noise.xlsb": (bytes(range(128, 256)) + b"\0" * 300, "is no xlsb file that can be read"),
    "zeros.csv": (b"\0" * 5000, "is no text and nothing else"),
}


@pytest.mark.parametrize("name", ANOTHER)
def test_what_holds_no_table_is_named(tmp_path, run, name):
    data, sentence = ANOTHER[name]
    (tmp_path / name).write_bytes(data)
    code, out, err = run("batch", tmp_path / name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"xlcalc: {name}: {sentence}")


@pytest.mark.parametrize(
    ("part", "what"),
    [("word/document.xml", "a Word document"), ("notes.txt", "an archive (zip)")],
)
def test_another_package(tmp_path, part, what):
    with zipfile.ZipFile(tmp_path / "in.xlsx", "w") as package:
        package.writestr(part, "<a/>")
    with pytest.raises(InputError, match=what.replace("(", r"\(").replace(")", r"\)")):
        detect_format(tmp_path / "in.xlsx")


def _texts(path):
    frame().to_csv(path, sep="\t", index=False)
    return path


def _parquet(path):
    frame().to_parquet(path)
    return path


MADE = {
    "an .xlsx file": lambda folder, make_book, name: make_book(name, Stacks=[HEADER, *ROWS]),
    "an .xlsb file": lambda folder, _, name: make_xlsb(folder / name, Stacks=[HEADER, *ROWS]),
    "a text such as .csv": lambda folder, _, name: _texts(folder / name),
    "a parquet file": lambda folder, _, name: _parquet(folder / name),
}
OWN = {
    "an .xlsx file": ".xlsx",
    "an .xlsb file": ".xlsb",
    "a text such as .csv": ".txt",
    "a parquet file": ".parquet",
}


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv", ".ods", ".parquet"])
@pytest.mark.parametrize("called", MADE)
def test_a_wrong_ending_is_remarked_and_read(tmp_path, make_book, called, ending):
    path = tmp_path / f"good{ending}"
    # A program may refuse to save under a wrong name.
    MADE[called](tmp_path, make_book, f"made{OWN[called]}").rename(path)
    done = batch.run([path])
    assert (done.summary.evaluated, done.summary.in_error) == (3, 0)
    assert done.columns["separator_thickness_um"].tolist() == [25, 20, 30.5]
    same = OWN[called] == ending or (OWN[called], ending) == (".txt", ".csv")
    remark = f"{path.name}: is {called} although its name ends in {ending}; read as such"
    assert (remark in done.summary.remarks) != same


@pytest.mark.parametrize("called", MADE)
def test_no_ending_at_all(tmp_path, make_book, called):
    path = tmp_path / "designs"
    MADE[called](tmp_path, make_book, f"made{OWN[called]}").rename(path)
    done = batch.run([path])
    assert (done.summary.evaluated, done.summary.remarks) == (3, [])


def test_a_file_among_several_costs_only_itself(tmp_path, run, make_book):
    (tmp_path / "photo.xlsx").write_bytes(ANOTHER["photo.png"][0])
    code, out, err = run("batch", make_book(Stacks=[HEADER, *ROWS]), tmp_path / "photo.xlsx")
    assert code == 3
    assert "3 rows read, 3 evaluated, 0 in error" in out
    assert "photo.xlsx: is a picture (png)" in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_a_pipe_is_not_waited_for(tmp_path, run):
    os.mkfifo(tmp_path / "pipe.csv")
    code, _, err = run("batch", tmp_path / "pipe.csv")
    assert (code, err) == (
        2,
        f"xlcalc: {tmp_path / 'pipe.csv'}: is a pipe or a device; expected a file\n",
    )


def test_small_tables_are_read_without_the_templates(make_book):
    """A table that could be a template's has at least so many columns."""
    from xlcalc.templates.sheets.materials import MATERIALS_TABLE
    from xlcalc.templates.sheets.stacks import STACKS_TABLE

    fewest = min(len(table.calculated) for table in (MATERIALS_TABLE, STACKS_TABLE))
    assert 0.8 * fewest > FEWEST - 1
    book = openpyxl.load_workbook(make_book(Stacks=[HEADER, *ROWS]))
    assert book["Stacks"].max_column < FEWEST
