"""The engine behind cached values: tables and names in A1 terms, errors as errors."""

import pytest

from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.calculate import calculate
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Formula, TemplateBook


@pytest.fixture
def book():
    book = TemplateBook("t")
    page = book.page("My data")
    page.put_row(2, 2, ["Name", "It's [a/b]", "Sum"], "s")
    for row, (name, value) in enumerate((("x", 2.0), ("y", 3.5), ("z", None)), start=3):
        page.put(row, 2, name, "s")
        page.put(row, 3, value, "s")
        formula = "=T[[#This Row],[It''s '[a/b']]]*factor"
        page.put(row, 4, Formula(formula), "s")
    page.add_table(TableRange("T", "My data", 2, 2, ["Name", "It's [a/b]", "Sum"], 3))
    book.names["factor"] = "Other!$A$1"
    other = book.page("Other")
    other.put(1, 1, 10.0, "s")
    return book


def of(book, formula):
    page = book.page("Result")
    page.put(1, 1, Formula(formula), "s")
    return calculate(book)["Result"][1, 1]


def test_this_row(book):
    values = calculate(book)["My data"]
    assert [values[row, 4] for row in (3, 4, 5)] == [20.0, 35.0, 0.0]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(T[[It''s '[a/b']]])", 5.5),
        ("=SUM(T[Sum])", 55.0),
        ("=sum(t[sum])", 55.0),
        ("=COUNTA(T[[Name]:[It''s '[a/b']]])", 5.0),
        ('=T[[#Headers],[Name]]&"T[Sum]"', "NameT[Sum]"),
        ("=COUNTA(T[#All])", 11.0),
        ("=COUNTA(T[#Data])", 8.0),
        ("=factor*2", 20.0),
        ('="factor"&1', "factor1"),
        ("='My data'!C3", 2.0),
        ("=IF(FALSE,1,FALSE)", False),
        ("=1/0", CellError("#DIV/0!")),
        ("=NA()", CellError("#N/A")),
        ("=nobody", CellError("#NAME?")),
    ],
)
def test_formulas(book, formula, expected):
    value = of(book, formula)
    assert value == expected
    assert type(value) is type(expected)


def test_a_formula_that_cannot_be_read_is_an_error(book):
    assert isinstance(of(book, "=SUM("), CellError)


def test_text_that_looks_like_a_formula_is_text(book):
    page = book.page("Text")
    page.put(1, 1, "=1+1", "s")
    page.put(1, 2, Formula("=LEN(A1)"), "s")
    assert calculate(book)["Text"] == {(1, 2): 4.0}
