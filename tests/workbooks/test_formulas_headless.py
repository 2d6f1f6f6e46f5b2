"""The table of formulas, worked out by `recalc` in a workbook that openpyxl wrote."""

import openpyxl
import pytest

from tests.support.formula_book import book_of, cases, read_back, same
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.recalculate import recalculate

CASES = cases()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("headless")
    book, places = book_of(CASES)
    book.save(folder / "book.xlsx")
    done = recalculate(folder / "book.xlsx", folder / "new.xlsx")
    sheet = openpyxl.load_workbook(folder / "new.xlsx", data_only=True)["Formulas"]
    rows = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
    left = dict(done.left)
    return {
        case.formula: (found, left.get(f"Formulas!A{place[0]}"))
        for case, found, place in zip(CASES, read_back(rows, places), places, strict=True)
    }


def _value(cell):
    if cell.data_type == "e":
        return CellError(cell.value)
    # A text without letters is none for openpyxl.
    return "" if cell.value is None else cell.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula(results, case):
    found, left = results[case.formula]
    expected = case.expected("headless")
    if expected is None:
        assert left
    else:
        assert left is None
        assert same(found, expected), found


def test_few_are_left_alone(results):
    assert sum(left is not None for _, left in results.values()) <= 2
