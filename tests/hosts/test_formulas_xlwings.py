"""The table of formulas through xlwings' own code, called as both VBA wrappers call it."""

import pytest

from tests.support.formula_book import cases, evaluate, same
from tests.support.vba_python import VbaExcel
from xlcalc.tables.cell_values import error_in

CASES = cases()


@pytest.fixture(scope="module")
def vba(excel):
    return VbaExcel(excel.call)


def shown(answer):
    """What comes back from Python, with error values for the texts that stand for them."""
    if isinstance(answer, list):
        return [shown(cell) for cell in answer]
    return error_in(answer) or answer


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula_through_our_wrappers(vba, case):
    assert same(found := evaluate(case.formula, vba.call), case.expected("xlwings")), found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula_as_import_functions_calls_it(excel, case):
    """xlwings' own wrappers hand over ranges and leave the error values texts."""

    def call(name, cells):
        return shown(excel.call(name, cells, ranges=True))

    assert same(found := evaluate(case.formula, call), case.expected("xlwings")), found
