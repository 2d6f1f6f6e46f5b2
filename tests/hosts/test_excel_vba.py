"""The VBA wrappers at work in LibreOffice, where a stub stands for Python.

LibreOffice shows an error value that VBA makes as a text with the error's number; Excel shows it
as the error that has this number.
"""

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.office import need_office
from tests.support.vba_office import VbaOffice, with_stub
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.excel_setup.embed_macros import with_macros
from xlcalc.hosts.excel_setup.settings import CONF, book_settings
from xlcalc.hosts.excel_setup.vba_module import ERROR_NUMBERS
from xlcalc.templates.openpyxl_package import parts_of
from xlcalc.workbooks.package.zip_writer import write_parts


@pytest.fixture(scope="module")
def vba_office(tmp_path_factory):
    need_office()
    return VbaOffice(tmp_path_factory.mktemp("office"))


@pytest.fixture
def shows(vba_office, tmp_path):
    """What cells show: a list of values, of formulas below each other."""

    def shows(formulas, data=None):
        book = Workbook()
        sheet = book.create_sheet("Data")
        for reference, content in (data or {}).items():
            sheet[reference] = content
        for row, formula in enumerate(formulas, start=1):
            book.worksheets[0].cell(row, 1, f"={formula}")
        sheet = vba_office.calculated(with_stub(book, tmp_path / "book.xlsm")).worksheets[0]
        return [sheet.cell(row, 1).value for row in range(1, len(formulas) + 1)]

    return shows


def test_python_is_handed_values_and_nothing_for_what_is_blank_or_left_out(shows):
    data = {"A1": 1.5, "A2": "x", "A3": True, "B1": 2, "A6": "=2+3"}
    handed = {
        'SSB_CHARGE_DENSITY(1.5,"x",2)': "Double=1.5 String=x Double=2",
        "SSB_CHARGE_DENSITY(Data!A1,Data!A2,Data!A3)": "Double=1.5 String=x Boolean=True",
        "SSB_CHARGE_DENSITY(Data!A5,Data!A6,1)": "Empty Double=5 Double=1",
        "SSB_COMPOSITE_DENSITY(Data!A1:A4,Data!A1:B1)": "rows of 4x1 rows of 1x2",
        'SSB_EXPLAIN("a","b","c",4)': "String=a String=b String=c Double=4" + " Empty" * 8,
    }
    found = shows(list(handed), data)
    for formula, answer in zip(handed, found, strict=True):
        name = formula.partition("(")[0]
        assert answer == f"xlcalc.hosts.excel {name}: {handed[formula]}"


def test_errors_of_python_become_error_values_and_all_else_stays(shows):
    formulas = [f'SSB_MATERIAL("{error}","")' for error in ERROR_NUMBERS]
    others = {
        'SSB_MATERIAL(2.5,"")': 2.5,
        'SSB_MATERIAL("#1 cathode","")': "#1 cathode",
        'SSB_MATERIAL("text","")': "text",
    }
    found = shows([*formulas, *others])
    assert found == [f"Error {n}" for n in ERROR_NUMBERS.values()] + list(others.values())


def test_rows_spill_with_their_errors(vba_office, tmp_path):
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = ArrayFormula("A1:C2", '=SSB_MATERIAL("table","")')
    sheet["A4"] = ArrayFormula("A4:C4", '=SSB_MATERIAL("line","")')
    sheet = vba_office.calculated(with_stub(book, tmp_path / "book.xlsm")).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet["A1:C4"]]
    assert rows[0] == ["Error 2036", 1.5, "ok"]
    assert [rows[1][0] or "", *rows[1][1:]] == ["", "Error 2042", "# 4"]
    assert rows[3] == [1.5, "Error 2007", "ok"]


def test_whatever_python_fails_at_is_an_error_value(shows):
    assert shows(['SSB_MATERIAL("broken","")']) == ["Error 2015"]


def test_a_python_that_ended_is_started_again(shows):
    # The first call starts it, the second finds that it has ended.
    assert shows(['SSB_MATERIAL("up","")', 'SSB_MATERIAL("ended","")']) == ["up", "number 2"]


def test_a_workbook_with_the_functions_opens_where_there_is_no_python(soffice, tmp_path):
    """LibreOffice runs no macro in a conversion, as in a workbook that nobody trusts yet."""
    book = Workbook()
    sheet, settings = book.worksheets[0], book.create_sheet(CONF)
    for row in book_settings():
        settings.append(row)
    sheet.append(["=1+1"])
    for function in CATALOGUE.values():
        sheet.append([function.example])
    path = tmp_path / "book.xlsm"
    with path.open("wb") as file:
        write_parts(with_macros(parts_of(book)), file)
    (made,) = soffice(path, "xlsx", recalculate=True)
    found = [row[0] for row in load_workbook(made, data_only=True).worksheets[0].values]
    assert found[0] == 2
    assert set(found[1:]) == {"#VALUE!"}
