"""The table of formulas, worked out through the LAMBDA names by IronCalc."""

import re

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from tests.support.formula_book import DATA, cases, same
from tests.support.lambda_book import LambdaBook, lambda_file
from xlcalc.hosts.lambdas.names import CLOSED_FORM

HELD = [case for case in cases() if case.functions <= set(CLOSED_FORM)]

#: What IronCalc cannot do with any array; the functions inside are tested by the other formulas.
LACKING = [
    '=ROUND(SSB_ENERGY_DENSITY("NMC811","Si","LPSC",,,Data!C1:E1),0)',
    '=COUNT(SSB_ENERGY_DENSITY("NMC811","Si","LPSC",,,Data!C2:E2))',
]
CASES = [case for case in HELD if case.formula not in LACKING]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    book = LambdaBook(lambda_file(tmp_path_factory.mktemp("table") / "lambda.xlsx"))
    book.add_sheet("Data", {coordinate_to_tuple(at): content for at, content in DATA.items()})
    values = book.work_out([case.formula for case in CASES])
    return {case.formula: value for case, value in zip(CASES, values, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula(case, found):
    assert same(found[case.formula], case.expected("lambda")), found[case.formula]


def test_what_ironcalc_lacks_it_lacks_without_our_functions(tmp_path):
    """Once it can, the formulas above are to be tested like all others."""
    assert {case.formula for case in HELD} > set(LACKING)
    book = LambdaBook(lambda_file(tmp_path / "lambda.xlsx"))
    rounded, counted = book.work_out(["=ROUND({1.2,3.4},0)", "=COUNT({1,2})"])
    assert rounded == "#N/IMPL!"
    assert counted == 0


def test_only_two_functions_are_left_out():
    others = {name for case in cases() for name in case.functions} - set(CLOSED_FORM)
    assert others == {"SSB_EVALUATE", "SSB_EXPLAIN"}
    left_out = [case.formula for case in cases() if case not in HELD]
    assert all(re.search("|".join(others), formula) for formula in left_out)
