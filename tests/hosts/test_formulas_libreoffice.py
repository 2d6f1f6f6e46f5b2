"""The table of formulas in LibreOffice: one workbook, the add-in as a user installs it."""

import openpyxl
import pytest

from tests.support.formula_book import book_of, cases, read_back, same

CASES = cases()


@pytest.fixture(scope="module")
def results(calc, tmp_path_factory):
    """What LibreOffice gives for each formula."""
    book, places = book_of(CASES)
    path = tmp_path_factory.mktemp("formulas") / "formulas.xlsx"
    book.save(path)
    sheet = openpyxl.load_workbook(calc.file(path), data_only=True)["Formulas"]
    rows = [list(row) for row in sheet.values]
    return dict(zip((case.formula for case in CASES), read_back(rows, places), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_formula(case, results):
    found, expected = results[case.formula], case.expected("libreoffice")
    assert same(found, expected), f"{found!r}, not {expected!r}"
