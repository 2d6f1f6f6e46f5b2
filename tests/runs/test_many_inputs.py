"""Several inputs at once: what cannot be read costs only itself, whatever it is."""

import json
import os
import socket
import sys

import pytest

from tests.support.books import frame
from xlcalc.runs import batch
from xlcalc.runs.find_inputs import find_files


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.csv"
    frame().to_csv(path, index=False)
    return path


def _missing(folder):
    return folder / "gone.csv", "does not exist"


def _link(folder):
    (folder / "link.csv").symlink_to("nowhere.csv")
    return folder / "link.csv", "is a link to a file that does not exist"


def _link_to_itself(folder):
    (folder / "self.csv").symlink_to("self.csv")
    return folder / "self.csv", "self.csv: "


def _pipe(folder):
    os.mkfifo(folder / "pipe.csv")
    return folder / "pipe.csv", "is a pipe or a device; expected a file"


def _device(folder):
    (folder / "device.csv").symlink_to("/dev/zero")
    return folder / "device.csv", "is a pipe or a device; expected a file"


def _socket(folder):
    # The path of a socket must be short.
    there = os.getcwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("s.csv")
    finally:
        os.chdir(there)
    return folder / "s.csv", "is a pipe or a device; expected a file"


def _folder(folder):
    (folder / "book.xlsx").mkdir()
    return folder / "book.xlsx", "holds no file ending in .xlsx"


def _pattern(folder):
    return folder / "*.ods", "matches no file ending in .xlsx"


def _no_pattern(folder):
    return folder / "***" / "x.csv", "***"


def _long(folder):
    return folder / f"{'x' * 300}.csv", "cannot be read (File name too long)"


def _beyond_a_file(folder):
    return folder / "good.csv" / "x.csv", "x.csv: "


UNUSABLE = [_missing, _folder, _pattern, _no_pattern, _beyond_a_file]
if sys.platform != "win32":
    UNUSABLE += [_link, _link_to_itself, _pipe, _device, _socket, _long]


@pytest.mark.parametrize("make", UNUSABLE)
def test_an_input_that_cannot_be_read_costs_only_itself(good, tmp_path, run, make):
    path, sentence = make(tmp_path)
    code, out, err = run("batch", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    code, out, err = run("batch", path, good, "--json")
    summary = json.loads(out)
    assert code == 3
    assert (summary["rows_read"], summary["rows_evaluated"]) == (3, 3)
    (said,) = summary["files_unusable"]
    assert sentence in said
    assert sentence in err
    code, out, _ = run("check", path, good)
    assert code == 3
    assert sentence in " ".join(out.split())


def test_nothing_that_can_be_read(tmp_path, run):
    code, out, err = run("batch", tmp_path / "a.csv", tmp_path / "b.csv")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "a.csv: does not exist" in err
    assert "b.csv: does not exist" in err


def test_an_output_that_is_one_of_several_inputs(good, tmp_path, run):
    frame().to_csv(tmp_path / "more.csv", index=False)
    before = good.read_bytes()
    code, _, err = run("batch", tmp_path / "more.csv", good, "-o", good)
    assert (code, good.read_bytes() == before) == (2, True)
    assert "is both input and output" in err


def test_a_pattern_leaves_the_output_out(good, tmp_path, run):
    output = tmp_path / "results.csv"
    for _ in range(2):
        code, out, err = run("batch", tmp_path / "*.csv", "-o", output)
        assert (code, "results.csv" in err) == (0, False)
        assert "3 rows read" in out


@pytest.fixture
def nobody():
    """As a user without rights, where the tests run as root."""
    if sys.platform == "win32":
        pytest.skip("Windows has no modes of files")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_no_permission(good, tmp_path, run, request):
    (tmp_path / "closed").mkdir()
    frame().to_csv(tmp_path / "closed" / "in.csv", index=False)
    frame().to_csv(tmp_path / "mine.csv", index=False)
    # What a run imports need not be open to others.
    assert run("batch", good, tmp_path / "mine.csv")[0] == 0
    for path, mode in ((tmp_path / "mine.csv", 0), (tmp_path / "closed", 0), (good, 0o644)):
        path.chmod(mode)
    for folder in [tmp_path, *tmp_path.parents[:4]]:
        if folder.name.startswith(("pytest", "popen", tmp_path.name)):
            folder.chmod(0o755)
    request.getfixturevalue("nobody")
    denied = [tmp_path / "mine.csv", tmp_path / "closed", tmp_path / "closed" / "in.csv"]
    for path in denied:
        code, _, err = run("batch", path)
        assert (code, err.count("\n")) == (2, 1)
        assert f"{path}: cannot be read (Permission denied)" in err
    code, out, err = run("batch", *denied, good)
    assert code == 3
    assert "3 rows read, 3 evaluated" in out
    assert err.count("Permission denied") == 3


def test_files_come_in_the_order_in_which_people_count(tmp_path):
    for n in (10, 9, 1, 100, 2):
        frame().to_csv(tmp_path / f"Part.{n}.csv", index=False)
    found = find_files([tmp_path])
    assert [path.name for path in found.paths] == [f"Part.{n}.csv" for n in (1, 2, 9, 10, 100)]
    assert find_files([tmp_path / "*.csv"]).paths == found.paths


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_in_circles_end(tmp_path):
    (tmp_path / "in" / ".hidden").mkdir(parents=True)
    for name in "abc":
        (tmp_path / "in" / name).symlink_to(".")
    for folder in ("in", "in/.hidden"):
        frame().to_csv(tmp_path / folder / "x.csv", index=False)
    assert find_files([tmp_path / "**" / "*.csv"]).paths == [tmp_path / "in" / "x.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_in_a_folder_is_left_alone(good, tmp_path):
    _pipe(tmp_path)
    done = batch.run([tmp_path])
    assert done.summary.read == 3
    assert done.summary.remarks == [
        f"{tmp_path / 'pipe.csv'}: is a pipe or a device and is left alone"
    ]


def test_results_in_a_folder_are_checked(good, tmp_path, run):
    batch.run([good], tmp_path / "results.csv")
    code, out, _ = run("check", tmp_path, "--json")
    assert (code, json.loads(out)["stale"]) == (0, {"results.csv": False})
    good.write_text(good.read_text().replace("1.2", "1.3"))
    code, out, _ = run("check", tmp_path, "--json")
    assert (code, json.loads(out)["stale"]) == (3, {"results.csv": True})
