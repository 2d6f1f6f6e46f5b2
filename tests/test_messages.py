"""What is said of everything wrong stays as it is, word for word."""

from __future__ import annotations

import difflib

import pytest

from tests.support.messages import GOLDEN, SECTIONS, gather


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_sentence_is_the_committed_one(section):
    start = f"{section.__name__}: "
    lines = GOLDEN.read_text("utf-8").split("\n")
    committed = [line for line in lines if line.startswith(start)]
    assert committed
    changed = list(difflib.unified_diff(committed, gather(section), "committed", "now", n=0))
    assert not changed, "\n".join(changed)
