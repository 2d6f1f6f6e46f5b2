"""Whatever call fails while results are written: one sentence, and the old file as it was."""

import errno
import io
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.books import ROOT
from tests.support.csv_rows import ROWS, text
from xlcalc.errors import OutputError
from xlcalc.files import atomic as files
from xlcalc.runs import streaming

FORMATS = [".csv", ".parquet", ".json", ".xlsx"]
OLD = b"the old file"


class Faults:
    """Counts calls that write, and lets one of them fail."""

    def __init__(self, monkeypatch):
        self.count, self.failing, self.code = 0, None, errno.ENOSPC
        for name in ("fsync", "replace", "chmod", "mkdir"):
            monkeypatch.setattr(os, name, self.failing_call(getattr(os, name)))
        monkeypatch.setattr(tempfile, "mkstemp", self.failing_call(tempfile.mkstemp))
        monkeypatch.setattr(os, "fdopen", self.opened(os.fdopen))
        monkeypatch.setattr(io, "open", self.opened(io.open))

    def call(self):
        self.count += 1
        if self.count == self.failing:
            raise OSError(self.code, os.strerror(self.code))

    def failing_call(self, function):
        def call(*arguments, **options):
            self.call()
            return function(*arguments, **options)

        return call

    def opened(self, function):
        def open_(file, mode="r", *arguments, **options):
            if not {*mode} & {*"wax"}:
                return function(file, mode, *arguments, **options)
            self.call()
            return FaultyFile(function(file, mode, *arguments, **options), self.call)

        return open_


class FaultyFile:
    def __init__(self, file, call):
        self._file, self._call = file, call

    def write(self, data):
        self._call()
        return self._file.write(data)

    def flush(self):
        self._call()
        self._file.flush()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """Command lines that write a file, by what they write."""
    designs = tmp_path / "designs.csv"
    designs.write_text(text(*ROWS * 3))
    book = ROOT / "workbooks" / "lewis2022.xlsx"
    cases = tmp_path / "cases.csv"
    cases.write_text("Stacks!F4\n3\n4\n")
    return {
        **{f"batch{suffix}": (suffix, ["batch", designs]) for suffix in FORMATS},
        **{f"pieces{suffix}": (suffix, ["batch", designs]) for suffix in (".csv", ".parquet")},
        "template": (".xlsx", ["template", "stack", "--replace"]),
        "template.xlsm": (".xlsm", ["template", "stack", "--replace", "--edition", "xlwings"]),
        "recalc": (".xlsx", ["recalc", book]),
        "plot": (".png", ["plot", "scatter", designs]),
    }


def one_sentence(said, command):
    """Whether nothing but a sentence of ours was said; a plot first tells of wrong designs."""
    *others, last = said.splitlines()
    return last.startswith("xlcalc: ") and (
        not others or (command[0] == "plot" and all(o.startswith("designs.csv") for o in others))
    )


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


# What a library leaves unfinished in the middle of a write it says when it is thrown away.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize(
    "what",
    [
        *(f"batch{suffix}" for suffix in FORMATS),
        *("pieces.csv", "pieces.parquet", "template", "template.xlsm", "recalc", "plot"),
    ],
)
def test_every_call_that_writes_may_fail(monkeypatch, tmp_path, run, commands, what, code):
    suffix, command = commands[what]
    if what.startswith("pieces"):
        monkeypatch.setattr(streaming, "_LONG", 0)
    output = tmp_path / f"output{suffix}"
    output.write_bytes(OLD)
    with monkeypatch.context() as patch:
        faults = Faults(patch)
        good, _, said = run(*command, "--output", output)
        assert good in (0, 3), said
    new = output.read_bytes()
    assert new != OLD
    assert leftovers(tmp_path) == []
    calls = faults.count
    assert calls > 4
    # Workbooks are many writes of the same kind.
    tried = 6 if what.startswith("template") or what == "plot" else 40
    step = max(1, calls // (tried if code == errno.ENOSPC else 5))
    for failing in range(1, calls + 1, step):
        output.write_bytes(OLD)
        with monkeypatch.context() as patch:
            faults = Faults(patch)
            faults.failing, faults.code = failing, code
            status, _, said = run(*command, "--output", output)
        if status == good:
            # Of a folder that cannot be flushed nobody needs to know.
            assert output.read_bytes() == new
            continue
        assert status == 2
        assert one_sentence(said, command)
        assert os.strerror(code) in said
        # The record beside a file of results comes after it.
        assert output.read_bytes() == (new if ".provenance.json" in said else OLD)
    status, _, _ = run(*command, "--output", output)
    assert status == good
    assert output.read_bytes() == new
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("what", ["batch.csv", "batch.parquet", "batch.json", "batch.xlsx", "plot"])
def test_a_disk_that_is_full_at_any_byte(tmp_path, commands, what):
    suffix, command = commands[what]
    output = tmp_path / f"output{suffix}"
    output.write_bytes(OLD)

    def limited(size):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return subprocess.run(
            [sys.executable, "-m", "xlcalc", *map(str, command), "--output", str(output)],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limit,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    for size in (0, 100, 1000, 4096):
        done = limited(size)
        assert done.returncode == 2
        assert one_sentence(done.stderr, command), done.stderr
        assert output.read_bytes() == OLD
        assert leftovers(tmp_path) == []
    assert limited(1 << 30).returncode in (0, 3)
    assert output.read_bytes() != OLD


def fifo(path):
    os.mkfifo(path)


def linked_to_full(path):
    path.symlink_to("/dev/full")


def in_a_circle(path):
    path.symlink_to(path)


def served(path):
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(str(path))


@pytest.mark.parametrize("make", [fifo, linked_to_full, in_a_circle, served, os.mkdir])
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_no_plain_file_stays_what_it_is(tmp_path, run, commands, make, suffix):
    _, command = commands["batch.csv"]
    output = tmp_path / f"output{suffix}"
    make(output)
    before = output.lstat()
    status, _, said = run(*command, "--output", output)
    assert status == 2
    assert said.count("\n") == 1
    assert os.path.samestat(output.lstat(), before)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("old", [True, False])
def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path, run, commands, suffix, old):
    _, command = commands["batch.csv"]
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target, link = folder / f"real{suffix}", tmp_path / f"output{suffix}"
    if old:
        target.write_bytes(OLD)
    link.symlink_to(target)
    status, _, said = run(*command, "--output", link)
    assert status == 3, said
    assert link.is_symlink()
    assert target.read_bytes() not in (b"", OLD)
    assert leftovers(tmp_path) == leftovers(folder) == []


@pytest.mark.parametrize(
    "name", ["missing/output.csv", "designs.csv/output.csv", "x" * 300 + ".csv", "é" * 130 + ".csv"]
)
def test_a_place_where_no_file_can_be(tmp_path, run, commands, name):
    _, command = commands["batch.csv"]
    status, _, said = run(*command, "--output", tmp_path / name)
    assert status == 2
    assert said.count("\n") == 1
    assert "cannot be written" in said
    assert leftovers(tmp_path) == []


def test_a_name_that_is_no_text_and_a_file_that_is_open(tmp_path, commands):
    _, command = commands["batch.csv"]
    output = tmp_path / os.fsdecode(b"r\xff.csv")
    output.write_bytes(OLD)
    with output.open("rb") as reader:
        done = subprocess.run(
            [sys.executable, "-m", "xlcalc", *map(str, command), "--output", str(output)],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 3, done.stderr
        assert reader.read() == OLD
    assert output.read_bytes() != OLD


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_what_may_not_be_written_is_left_alone(protected):
    nobody = 65534
    # Not in the folder of the tests, which others than its owner may not enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output = folder / "output.csv"
        output.write_bytes(OLD)
        output.chmod(0o444 if protected == "file" else 0o666)
        folder.chmod(0o777 if protected == "file" else 0o555)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            # The superuser may write everywhere.
            if os.geteuid() == 0:
                os.setgid(nobody)
                os.setuid(nobody)
            try:
                with files.whole_file(output) as file:
                    file.write(b"new")
            except OutputError as problem:
                os.write(writing, str(problem).encode())
            finally:
                os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading) as said:
            assert said.read() == f"{output}: cannot be written (Permission denied)"
        folder.chmod(0o755)
        assert output.read_bytes() == OLD
        assert leftovers(folder) == []
