"""Files made wrong at random, a few hundred; ``python -m tests.support.fuzz`` makes many."""

import csv

import pytest

from tests.support.fuzz import Reader, fuzz


def test_no_file_ends_the_program_or_keeps_it():
    outcomes = fuzz(300, first=0)
    assert not {outcome: n for outcome, n in outcomes.items() if outcome not in "023"}
    # Enough of them pass the first look.
    assert outcomes["0"] + outcomes["3"] > 60


@pytest.fixture(scope="module")
def reader():
    started = Reader()
    yield started
    started.close()


@pytest.mark.parametrize("row", [0, 1, 2], ids=["header", "first row", "second row"])
@pytest.mark.parametrize("sign", ["x", " ", "\t", "[", "1 ", "a-"])
def test_no_long_text_keeps_the_program(reader, tmp_path, sign, row):
    design = ["A", "NMC811", "Si", "LPSC", "20", "first"]
    table = [["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness [um]", "Note"]]
    table += [list(design), list(design)]
    for column in range(len(design)):
        long = [list(cells) for cells in table]
        long[row][column] = sign * 40_000 + "x"
        path = tmp_path / f"in{column}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(long)
        assert reader.read(path) in "023"
