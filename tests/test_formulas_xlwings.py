"""The table of formulas through xlwings' own code, from its VBA wrappers to our functions."""

import pytest

from xlcalc.cells import error_in

from .com_stubs import Excel
from .formula_book import cases, evaluate, same


@pytest.fixture(scope="module")
def excel():
    excel = Excel("xlcalc.hosts.excel")
    yield excel
    excel.close()


def shown(answer):
    """What cells show: the wrappers make error values of the texts that stand for them."""
    if isinstance(answer, list):
        return [shown(cell) for cell in answer]
    return error_in(answer) or answer


@pytest.mark.parametrize("ranges", [False, True], ids=["values", "ranges"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.formula)
def test_formula(excel, case, ranges):
    def call(name, cells):
        return shown(excel.call(name, cells, ranges=ranges))

    found = evaluate(case.formula, call)
    assert same(found, case.expected("xlwings")), found
