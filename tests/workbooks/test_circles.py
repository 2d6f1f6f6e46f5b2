"""Formulas that refer to themselves: worked out in rounds where the workbook says so."""

import json
from math import sqrt

import openpyxl
import pytest

from tests.support.recalc_books import rewritten, shown
from xlcalc.workbooks.formulas.recalculate import recalculate

SHEET = "xl/worksheets/sheet1.xml"


def write(path, cells, *, iterates=True, rounds=100, delta=0.001):
    book = openpyxl.Workbook()
    book.active.title = "S"
    for address, content in cells.items():
        book.active[address] = content
    book.calculation.iterate = iterates
    book.calculation.iterateCount = rounds
    book.calculation.iterateDelta = delta
    book.save(path)
    return path


def recalculated(path, new):
    done = recalculate(path, new)
    return shown(new), dict(done.left)


def test_a_circle_settles_and_goes_on_from_there(tmp_path):
    """A price with interest on itself, say; and a long way round, as in models of packs."""
    chain = {f"D{n}": f"=D{n - 1}*0.999" for n in range(2, 400)}
    book = write(
        tmp_path / "book.xlsx",
        {
            **{"A1": "=A2*0.5+C1", "A2": "=A1", "A3": "=A1*10", "C1": 80},
            **{"D1": "=D399*0.9+1", **chain, "E1": "=SUM(D1:D399)"},
        },
    )
    values, left = recalculated(book, tmp_path / "new.xlsx")
    assert left == {}
    assert [values[cell] for cell in ("A1", "A2", "A3")] == pytest.approx(
        [160, 160, 1600], rel=1e-12
    )
    first = 1 / (1 - 0.9 * 0.999**398)
    assert values["D1"] == pytest.approx(first, rel=1e-12)
    assert values["E1"] == pytest.approx(first * (1 - 0.999**399) / 0.001, rel=1e-10)
    rewritten(tmp_path / "new.xlsx", SHEET, (b"<v>80</v>", b"<v>90</v>"))
    values, left = recalculated(tmp_path / "new.xlsx", tmp_path / "again.xlsx")
    assert (left, values["A3"]) == ({}, pytest.approx(1800, rel=1e-12))


def test_what_does_not_settle_keeps_its_value_and_is_named(tmp_path):
    book = write(
        tmp_path / "book.xlsx",
        {"A1": "=A1+1", "A2": "=A1*2", "B1": "=B2*0.5+1", "B2": "=B1", "B3": "=B1+1"},
        rounds=30,
    )
    values, left = recalculated(book, tmp_path / "new.xlsx")
    assert left == {
        "S!A1": "does not settle in the 30 rounds of the workbook",
        "S!A2": "depends on S!A1, which has no value",
    }
    assert [values["A1"], values["A2"]] == [None, None]
    assert values["B3"] == pytest.approx(3, rel=1e-12)


def test_without_iteration_a_circle_is_named_with_its_way(tmp_path):
    cells = {"A2": "=A3+1", "A3": "=A4*2", "A4": "=A2", "B1": "=IFERROR(A4,0)", "B2": "=1+1"}
    book = write(tmp_path / "book.xlsx", cells, iterates=False)
    values, left = recalculated(book, tmp_path / "new.xlsx")
    way = "refers to itself: S!A2 -> S!A3 -> S!A4 -> S!A2"
    assert [left[f"S!A{n}"] for n in (2, 3, 4)] == [way] * 3
    assert left["S!B1"].startswith("depends on S!A")
    assert values["B2"] == 2
    long = {f"A{n}": f"=A{n - 1}" for n in range(2, 50)}
    book = write(tmp_path / "long.xlsx", {"A1": "=A49", **long}, iterates=False)
    _, left = recalculated(book, tmp_path / "new.xlsx")
    assert set(left.values()) == {
        "refers to itself: S!A1 -> S!A49 -> S!A48 -> S!A47 -> S!A46 -> ... -> S!A1"
    }


@pytest.mark.parametrize("order", [(10, 1, 4), (1, 4, 10), (4, 10, 1)])
def test_every_case_starts_from_the_values_in_the_file(run, tmp_path, order):
    """From 4, a whole step leads to the root of a negative number; a part of it does not."""
    model = write(tmp_path / "model.xlsx", {"B1": 10, "A1": "=B1-3*A2", "A2": "=SQRT(ABS(A1))"})
    recalculate(model, tmp_path / "settled.xlsx")
    assert shown(tmp_path / "settled.xlsx")["A1"] == pytest.approx(4, rel=1e-9)
    rewritten(tmp_path / "settled.xlsx", SHEET, (b"SQRT(ABS(A1))", b"SQRT(A1)"))
    cases = tmp_path / "cases.csv"
    cases.write_text("B1\n" + "".join(f"{b}\n" for b in order))
    code, out, err = run(
        "scenarios", tmp_path / "settled.xlsx", "--inputs", cases, "--outputs", "A1", "--json"
    )
    assert (code, err.count("error")) == (0, 0), err
    rows = json.loads(out)["results"]
    expected = [((sqrt(9 + 4 * b) - 3) / 2) ** 2 for b in order]
    assert [row["A1"] for row in rows] == pytest.approx(expected, rel=1e-9)


def test_an_error_value_that_enters_a_circle_is_named(tmp_path):
    book = write(tmp_path / "book.xlsx", {"A1": "=A2+B1", "A2": "=A1/2", "B1": 3, "C1": "=1/B1"})
    recalculate(book, tmp_path / "new.xlsx")
    rewritten(tmp_path / "new.xlsx", SHEET, (b"A2+B1", b"A2+1/B1"), (b"<v>3</v>", b"<v>0</v>"))
    values, left = recalculated(tmp_path / "new.xlsx", tmp_path / "again.xlsx")
    assert set(left.values()) >= {"is in a circle that an error value enters"}
    assert values["A1"] == pytest.approx(6, rel=1e-9)
    assert values["C1"] == "#DIV/0!"
