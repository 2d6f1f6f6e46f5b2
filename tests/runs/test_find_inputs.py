"""Which files are read: folders, patterns, lock files, links, doubles, earlier results."""

import pytest

from tests.support.books import HEADER, ROWS
from xlcalc.errors import InputError
from xlcalc.runs import batch
from xlcalc.runs.find_inputs import find_files


@pytest.fixture
def folder(tmp_path, make_book):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.xlsx", "b.xlsx", "deep/c.xlsx"):
        make_book(f"in/{name}", Stacks=[HEADER, *ROWS])
    (tmp_path / "in" / "~$a.xlsx").write_bytes(b"\x05owner")
    (tmp_path / "in" / ".~lock.b.xlsx#").write_text(",owner")
    (tmp_path / "in" / "notes.md").write_text("notes")
    (tmp_path / "in" / "folder.xlsx").mkdir()
    return tmp_path / "in"


def names(found):
    return [path.name for path in found.paths]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".", ["a.xlsx", "b.xlsx"]),
        ("*.xlsx", ["a.xlsx", "b.xlsx"]),
        ("**/*.xlsx", ["a.xlsx", "b.xlsx", "c.xlsx"]),
        ("[b-z].xlsx", ["b.xlsx"]),
    ],
)
def test_folders_and_patterns(folder, pattern, expected):
    assert names(find_files([folder / pattern])) == expected


def test_a_file_named_like_a_pattern_is_that_file(folder, make_book):
    path = make_book("in/x[1].xlsx", Stacks=[HEADER, *ROWS])
    assert find_files([path]).paths == [path]


@pytest.mark.parametrize("pattern", ["*.ods", "nothing/*"])
def test_a_pattern_that_matches_nothing(folder, run, pattern):
    code, _, err = run("batch", folder / pattern)
    assert code == 2
    assert f"{folder / pattern}: matches no file ending in .xlsx" in err


def test_lock_files(folder, run):
    lock = folder / "~$a.xlsx"
    code, _, err = run("batch", lock)
    assert (code, err) == (
        2,
        f"xlcalc: {lock}: is no workbook but the mark of one that is open in another program; "
        "expected the workbook itself\n",
    )
    done = batch.run([lock, folder / "a.xlsx", folder / "b.xlsx"])
    assert (done.summary.read, done.summary.evaluated) == (6, 6)
    assert done.summary.remarks[0].startswith(f"{lock}: is no workbook but the mark")
    assert done.summary.remarks[1:] == [
        f"{name}.xlsx: is open in another program; read as it was last saved" for name in "ab"
    ]


def test_the_same_file_twice_is_read_once(folder):
    (folder / "link.xlsx").symlink_to("a.xlsx")
    done = batch.run([folder / "a.xlsx", folder / "link.xlsx", folder / "deep" / ".." / "a.xlsx"])
    assert done.summary.read == 3
    assert sum("is the same file as" in remark for remark in done.summary.remarks) == 2


def test_broken_links(folder, run):
    (folder / "gone.xlsx").symlink_to("nowhere.xlsx")
    code, _, err = run("batch", folder / "gone.xlsx")
    assert code == 2
    assert "gone.xlsx: is a link to a file that does not exist" in err
    found = find_files([folder])
    assert names(found) == ["a.xlsx", "b.xlsx"]
    assert (
        "gone.xlsx: is a link to a file that does not exist and is left alone"
        in found.remarks[0].sentence
    )


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".parquet"])
def test_results_in_a_folder_are_not_read_again(folder, ending):
    output = folder / f"results{ending}"
    batch.run([folder], output)
    again = batch.run([folder], folder / f"new{ending}")
    assert again.summary.read == 6
    assert any(
        f"results{ending}: holds results of an earlier run and is left alone" in remark
        for remark in again.summary.remarks
    )
    assert batch.run([output]).summary.read == 6


def test_a_folder_that_holds_results_alone(tmp_path, designs):
    (tmp_path / "out").mkdir()
    batch.run([designs[".csv"]], tmp_path / "out" / "r.csv")
    with pytest.raises(InputError, match="holds results of an earlier run"):
        find_files([tmp_path / "out"])
