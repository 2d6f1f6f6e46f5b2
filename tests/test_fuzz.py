"""Files made wrong at random, a few hundred of them; ``python -m tests.fuzz`` makes many."""

from .fuzz import fuzz


def test_no_file_ends_the_program_or_keeps_it():
    outcomes = fuzz(300, first=0)
    assert not {outcome: n for outcome, n in outcomes.items() if outcome not in "023"}
    # Enough of them pass the first look.
    assert outcomes["0"] + outcomes["3"] > 60
