"""Files too large for the memory cost one sentence, whatever they are."""

import subprocess
import sys

import pytest

from xlcalc.files import names
from xlcalc.runs import batch
from xlcalc.runs.check import check
from xlcalc.workbooks.reading import xls

posix = pytest.mark.skipif(sys.platform == "win32", reason="no limits for a process")
HEAD = "Design,Cathode,Anode,Electrolyte,Separator thickness [um]\n"
GOOD = "A,NMC811,Al,LPSC,20\n"


def limited(megabytes, *arguments):
    """A command line in a process with so much memory."""
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({megabytes} << 20,) * 2)\n"
        "from xlcalc.cli import main\n"
        "sys.argv[0] = 'xlcalc'\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@posix
@pytest.mark.parametrize("command", ["batch", "check"])
@pytest.mark.parametrize(
    ("where", "row"),
    [("B,NMC811,Si,LPSC,{}\n", 3), ('B,NMC811,Si,LPSC,"{}"\n', 3), ("{},NMC811,Si,LPSC,20\n", 3)],
)
def test_a_cell_of_200_megabytes(tmp_path, command, where, row):
    path = tmp_path / "in.csv"
    with path.open("w") as file:
        file.write(HEAD + GOOD)
        before, after = where.split("{}")
        file.write(before)
        for _ in range(200):
            file.write("x" * 1_000_000)
        file.write(after + GOOD)
    done = limited(2000, command, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"xlcalc: in.csv, row {row}: ")
    assert done.stderr.count("\n") == 1
    said = "goes on for more than 64,000,000 bytes" if command == "batch" else "has a cell of more"
    assert said in done.stderr


@posix
@pytest.mark.parametrize("command", ["batch", "check"])
def test_a_text_that_does_not_fit(tmp_path, command):
    path = tmp_path / "in.csv"
    path.write_text(HEAD + GOOD * 3_000_000, "utf-16")
    done = limited(700, command, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "xlcalc: in.csv: needs more memory than there is; expected a .csv file in UTF-8 or a "
        ".parquet file, which xlcalc batch reads in pieces\n"
    )


def test_a_file_larger_than_the_memory_is_not_begun(tmp_path, designs, run, monkeypatch):
    monkeypatch.setattr(names, "memory_of_machine", lambda: 300)
    for kind in (".csv", ".parquet"):
        code, out, err = run("check", designs[kind])
        assert (code, out) == (2, "")
        assert "book" + kind + ": needs more memory than there is" in err
    # In pieces it is read all the same.
    assert run("batch", designs[".parquet"])[0] == 0
    assert check([designs[".xlsx"]]).faultless


def test_an_xls_file_larger_than_the_memory(make_book, tmp_path, soffice, run, monkeypatch):
    (path,) = soffice(make_book(Stacks=[["Cathode"], ["NMC811"]]), "xls")
    monkeypatch.setattr(xls, "expect_room", lambda path: (_ for _ in ()).throw(MemoryError))
    code, _, err = run("batch", path)
    assert (code, err.count("\n")) == (2, 1)
    assert "book.xls: needs more memory than there is" in err


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_no_memory_anywhere_is_one_sentence(designs, run, monkeypatch, error):
    def fail(*given, **options):
        raise error

    monkeypatch.setattr(batch, "evaluate_rows", fail)
    code, out, err = run("batch", designs[".csv"])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "memory" in err
