"""Right designs written oddly, some hundred; `tests.support.fuzz_numbers` makes many."""

import pytest

from tests.support.fuzz_kinds import KINDS
from tests.support.fuzz_numbers import fuzz, made, outcome


@pytest.fixture(scope="module")
def done():
    return fuzz(250)


def test_no_silent_wrong_number(done):
    _, failures = done
    assert failures == []


def test_every_kind_occurs_and_most_designs_are_read(done):
    counts, _ = done
    assert {kind for kind, _ in counts} >= {*KINDS}
    assert counts["plain", "right"] == sum(n for (kind, _), n in counts.items() if kind == "plain")


@pytest.mark.parametrize("seed", range(20))
def test_a_number_that_was_not_written_is_noticed(tmp_path, seed):
    book = made(seed)
    path = book.write(tmp_path)
    book.may = [may for may in book.may if may.rows is not None]
    for design in book.designs:
        design["cathode_areal_capacity_mah_cm2"] = 11.5
    assert all(what in ("wrong", "refused") for what, _ in outcome(book, path))
