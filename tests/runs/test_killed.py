"""Runs that are killed leave the old file or the new one; ``tests/stress/kill.py`` does more."""

import os

import pytest

from tests.stress.kill import finish, kill, leftovers, make, start, stress

pytestmark = [
    pytest.mark.kill,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
]


@pytest.mark.slow
def test_killed_runs_leave_the_old_file_or_the_new_one():
    ended = stress(runs=4, seed=5)
    assert ended[".csv long run ended the same"] == 1


def kept(folder):
    (parts,) = (path for path in folder.iterdir() if path.suffix == ".parts")
    return sorted(path for path in parts.iterdir() if path.name[0].isdigit())


def stopped(folder):
    """A long run killed when some of its pieces were done."""
    path, output = make(folder / "designs.csv"), folder / "results.csv"
    child = start(path, output, long=0)
    while not list(folder.glob(".results.csv.parts/*-00000-0000005")):
        assert child.poll() is None
    kill(child, 0, 9)
    return path, output


def unbroken(folder, path):
    (folder / "whole").mkdir()
    whole = folder / "whole" / "results.csv"
    finish(path, whole)
    return whole.read_bytes()


@pytest.mark.parametrize("content", [b"", b"12 3", b"5 7\nhalf", b"\0" * 999, b"x y\n", None])
def test_a_piece_that_a_crash_spoilt_is_done_again(tmp_path, content):
    path, output = stopped(tmp_path)
    piece = kept(tmp_path)[2]
    piece.write_bytes(piece.read_bytes()[:-1] if content is None else content)
    finish(path, output, long=0)
    assert output.read_bytes() == unbroken(tmp_path, path)


def test_pieces_of_another_input_are_not_used(tmp_path):
    path, output = stopped(tmp_path)
    make(path, ratio=1.3)
    finish(path, output, long=0)
    assert output.read_bytes() == unbroken(tmp_path, path)


@pytest.mark.parametrize("long", [0, 1 << 30])
def test_two_runs_at_once_both_end_well(tmp_path, long):
    path, output = make(tmp_path / "designs.csv"), tmp_path / "results.csv"
    both = [start(path, output, long), start(path, output, long)]
    for child in both:
        _, said = child.communicate(timeout=120)
        assert child.returncode == 0, said
    assert not leftovers(output)
    assert output.read_bytes() == unbroken(tmp_path, path)
