"""Every formula of `excel_values.json`: Excel's value, or the cell is left alone and named."""

import openpyxl
import pytest

from tests.support.excel_values import books, qualified, same, write
from xlcalc.workbooks.formulas.recalculate import recalculate

BOOKS = books()


@pytest.mark.parametrize("book", BOOKS, ids=[f"{n}-{each['kind']}" for n, each in enumerate(BOOKS)])
def test_excels_value_or_none(tmp_path, book):
    write(book, tmp_path / "book.xlsx")
    done = recalculate(tmp_path / "book.xlsx", tmp_path / "new.xlsx")
    left = {cell for cell, _ in done.left}
    values = openpyxl.load_workbook(tmp_path / "new.xlsx", data_only=True)
    wrong = {}
    for address, expected in book["right"].items():
        title, _, cell = qualified(address).rpartition("!")
        found = values[title][cell].value
        if qualified(address) not in left and not same(found, expected):
            wrong[address] = (book["cells"][address], found, expected)
    assert wrong == {}
    # Which ones are left alone is known, so that none is lost unnoticed.
    assert sorted(left) == sorted(book["left"])
