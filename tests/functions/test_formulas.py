"""The table of formulas, worked out through the catalogue called from Python."""

import pytest

from tests.support.formula_book import cases, evaluate, same, value_of
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula(case):
    found = evaluate(case.formula, lambda name, cells: CATALOGUE[name](*cells))
    assert same(found, value_of(case.result)), found


def test_the_table_is_large_and_holds_every_function():
    assert len(CASES) >= 150
    assert len({case.formula for case in CASES}) == len(CASES)
    assert set().union(*(case.functions for case in CASES)) == set(CATALOGUE)


def test_a_difference_between_programs_has_its_reason():
    for case in CASES:
        assert any(case.differing.values()) == bool(case.reason), case.formula
        for host, text in case.differing.items():
            assert not text or text != case.result
            assert not text or host in case.reason


def test_the_evaluator_of_these_tests_reads_formulas_as_spreadsheets_do():
    handed = []

    def call(name, cells):
        handed.append((name, cells))
        return 2.0

    assert evaluate('=1+2*3-4/2&"x"', call) == "5x"
    assert evaluate("=-2^2", call) == 4
    assert evaluate("=SSB_A(Data!B1,,Data!B5,Data!B9,Data!B8,{1,-2;3,4},)*2", call) == 4
    assert handed == [
        ("SSB_A", [4.0, OMITTED, None, "#N/A", True, [[1.0, -2.0], [3.0, 4.0]], OMITTED])
    ]
    assert evaluate("=SUM(Data!C1:E1,Data!B10)", call) == "#DIV/0!"
    assert evaluate("={1,2}*{3;4}", call) == [[3, 6], [4, 8]]
    assert not same(1.0 + 1e-11, 1.0)
    assert not same("1", 1.0)
    assert not same([[1.0]], [[1.0, 2.0]])
