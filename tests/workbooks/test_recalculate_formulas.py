"""`xlcalc recalc` on formulas: the right value, or the cell is left and named."""

import json
import re
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import time_to_days, to_excel

from tests.support.odd_formulas import write_book
from tests.support.recalc_books import parts_of, rewritten, shown
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas import resolve_references as resolve
from xlcalc.workbooks.formulas.recalculate import recalculate

# LibreOffice and Excel have other error values here; ours is Excel's.
OTHER_ERROR = {
    "SQRT(-1)",
    "Nosheet!A1",
    "SUM(Nosheet!A1:A3)",
    "{=IRR({r}*-100)+{r}*0}",
    "SUMPRODUCT(IRR({r}*-100)+{r}*0)",
}


# Excel makes TRUE of a truth value in a text.
OTHER_TEXT = {
    'CONCATENATE("a",1,TRUE)': "a1TRUE",
    # And a text of a number has 20 places at most.
    '1/3&"|"&2/3&"|"&1E-7/3': "0.333333333333333|0.666666666666667|3.33333333333333E-08",
}


# LibreOffice counts days before 1900.
OTHER_YEAR = {
    "{=YEAR({r}*1000)}": [1903, 1910, 1906, "#NUM!", 1921],
    "SUMPRODUCT(YEAR({r}*1000))": ["#NUM!"],
}


def close(found, expected):
    """Whether values of cells are the same, numbers to a relative 1e-9."""
    if isinstance(found, float) and isinstance(expected, float):
        return found == pytest.approx(expected, rel=1e-9, abs=0)
    return found == expected


def plain(value):
    """A value as a number where it is one: dates and truth values too."""
    if hasattr(value, "year"):
        return to_excel(value)
    if hasattr(value, "hour"):
        return time_to_days(value)
    if isinstance(value, (bool, int)):
        return float(value)
    return "" if value is None else value


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    places = write_book(folder / "odd.xlsx")
    done = recalculate(folder / "odd.xlsx", folder / "new.xlsx")
    return folder, places, dict(done.left)


def test_odd_formulas_are_as_libreoffice_has_them_or_left_alone(odd, soffice):
    folder, places, left = odd
    [theirs] = soffice(folder / "odd.xlsx", "xlsx")
    libreoffice, ours = shown(theirs), shown(folder / "new.xlsx")
    right, wrong = 0, []
    for text, row, height in places:
        cells = [f"A{row + n}" for n in range(height)]
        if f"Formulas!{cells[0]}" in left:
            assert all(ours[cell] is None for cell in cells), text
            continue
        found, expected = (
            [plain(values[cell]) for cell in cells] for values in (ours, libreoffice)
        )
        if text in OTHER_ERROR:
            assert all(str(value).startswith("#") for value in (*found, *expected))
        elif text in OTHER_TEXT:
            assert found == [OTHER_TEXT[text]]
        elif text in OTHER_YEAR:
            assert found == OTHER_YEAR[text]
        elif not all(map(close, found, expected)):
            wrong.append((text, found, expected))
        right += 1
    assert wrong == []
    # Most are worked out: what is left alone is known.
    assert right >= 350
    assert len(left) <= 100


def test_a_cell_beside_the_formulas_keeps_its_meaning(odd):
    folder, _, _ = odd
    ours = shown(folder / "new.xlsx")
    assert [ours[f"G{n}"] for n in range(1, 6)] == [5, 16, 10, -12, 31]
    assert [ours[f"H{n}"] for n in range(1, 6)] == [5, 21, 31, 19, 50]


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("=MYOWN(1)", "uses MYOWN, which cannot be evaluated here"),
        ("=[1]Other!A1+1", "refers to another file: [1]Other!"),
        ("='[book.xlsx]A sheet'!A1", "refers to another file: '[book.xlsx]A sheet'!"),
        ("=nobody*2", "uses a name that is not known: =nobody*2"),
        ("=Parts[Mass]", "refers to a table or column that is not there: Parts[Mass]"),
        (
            "=FREQUENCY(A1:A3,BINOM.INV(5,0.5,0.4))",
            "uses BINOM.INV, which cannot be evaluated here",
        ),
        ("=INDEX(A1:A3,0)+1", "works on with a whole row or column of INDEX"),
        ("=A1:INDEX(A:A,3)+1", "takes one cell of a range whose end is worked out"),
        ("=B2+1", "refers to itself: S!B2 -> S!B2"),
        ('=SUM(A1,"x")', 'takes the text "x" among the numbers of SUM'),
        ("=RATE(12,-10,100,,)", "leaves an argument of RATE out"),
        ("=SUM(", "cannot be read: =SUM("),
        ("=SUM(A1;A2)", "cannot be read: =SUM(A1;A2); in a file, arguments are parted by commas"),
        ("=MINE(A1:A3)", "uses MINE, which cannot be evaluated here"),
        ("=_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)", "uses LAMBDA, which cannot be evaluated here"),
        ("=1E400", "gives no finite number"),
        ("=_xlfn.ANCHORARRAY(A1)", "refers to an array that is not there: A1#"),
    ],
)
def test_what_cannot_be_worked_out_is_named_and_left(run, tmp_path, formula, why):
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    for row, value in enumerate((1.5, 2.5, 3.5), start=1):
        sheet.cell(row, 1).value = value
    sheet["B2"] = formula
    # What depends on it must not make a plausible value of it.
    sheet["B3"] = "=IFERROR(B2,7)"
    sheet["B4"] = "=SUM(A1:B3)"
    sheet["B5"] = '=INDIRECT("B"&2)'
    sheet["C1"] = "=SUM(A1:A3)"
    book.save(path)
    code, out, err = run("recalc", path, "--output", new)
    assert code == 3
    assert f"book.xlsx, cell S!B2: {why}; left as it was" in err
    assert "book.xlsx, cell S!B3: depends on S!B2, which has no value; left as it was" in err
    assert "cell S!B4: " in err
    assert "cell S!B5: " in err
    assert "1 of 5 formulas evaluated, 4 left as they were; 1 values are new" in out
    values = shown(new)
    assert [values[cell] for cell in ("B2", "B3", "B4", "B5")] == [None] * 4
    assert values["C1"] == 7.5


def test_many_cells_without_value_cost_no_more_than_others(tmp_path):
    """And a LET without a name, which no program writes, is no crash."""
    book = openpyxl.Workbook()
    for row in range(1, 4001):
        book.active.append([row, f"=MINE(A{row})", f"=IFERROR(B{row},0)", f"=A{row}*2"])
    book.active["E1"] = "=_xlfn.LET(1,A1:A3,1)"
    book.save(tmp_path / "book.xlsx")
    done = recalculate(tmp_path / "book.xlsx", tmp_path / "new.xlsx")
    assert {cell[:7] for cell, _ in done.left} == {"Sheet!B", "Sheet!C"}
    assert len(done.left) == 8000
    assert shown(tmp_path / "new.xlsx")["D4000"] == 8000


def test_an_array_that_would_outgrow_its_cells_is_left(run, tmp_path):
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    sheet.write_column("A1", [1, 2, 2])
    sheet.write_dynamic_array_formula("B1:B3", "=UNIQUE(A1:A3)", None, 8)
    sheet.write_dynamic_array_formula("C1:C3", "=A1:A3*10", None, 8)
    sheet.write("D1", "=SUM(_xlfn.ANCHORARRAY(C1))", None, 0)
    sheet.write("D2", "=SUM(_xlfn.ANCHORARRAY(B1))", None, 0)
    # An array formula of the old kind fills its cells up, or is cut.
    sheet.write_array_formula("E1:E4", "{=A1:A3}", None, 8)
    sheet.write_array_formula("F1:F2", "{=A1:A3}", None, 8)
    sheet.write_array_formula("G1:G2", "{=SUM(A1:A3)}", None, 8)
    book.close()
    code, _, err = run("recalc", path, "-o", new)
    assert code == 3
    assert "S!B1: gives a range that does not fit its cells; left as it was" in err
    assert "S!D2: depends on S!B1" in err
    values = shown(new)
    assert [values[f"B{n}"] for n in (1, 2, 3)] == [8, 0, 0]
    assert [values[f"C{n}"] for n in (1, 2, 3)] == [10, 20, 20]
    assert values["D1"] == 50
    assert [values[f"E{n}"] for n in (1, 2, 3, 4)] == [1, 2, 2, "#N/A"]
    assert [values[f"F{n}"] for n in (1, 2)] == [1, 2]
    assert [values[f"G{n}"] for n in (1, 2)] == [5, 5]


def test_formulas_that_cells_share(tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 5):
        for column in range(1, 4):
            sheet.cell(row, column).value = row * 10 + column
    for row in range(1, 5):
        sheet.cell(row, 5).value = '=SUM(A1:$B1)*A$1+$C1+LEN("A1")'
    book.save(path)
    formula = b'<f>SUM(A1:$B1)*A$1+$C1+LEN("A1")</f>'
    first = formula.replace(b"<f>", b'<f t="shared" ref="E1:E4" si="0">')
    name = "xl/worksheets/sheet1.xml"
    parts = parts_of(path)
    head, _, tail = parts[name].partition(formula)
    parts[name] = head + first + tail.replace(formula, b'<f t="shared" si="0"/>')
    with ZipFile(path, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)
    recalculate(path, tmp_path / "new.xlsx")
    values = shown(tmp_path / "new.xlsx")
    for row in range(1, 5):
        a, b, c = (row * 10 + n for n in (1, 2, 3))
        assert values[f"E{row}"] == (a + b) * 11 + c + 2


def test_names_of_one_sheet_and_calls_as_excel_stores_them(tmp_path):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    one, two = book.add_worksheet("One"), book.add_worksheet("Two")
    for sheet, value in ((one, 3), (two, 5)):
        sheet.write("A1", value)
        sheet.write("B1", "=capacity*1", None, 0)
    book.define_name("One!capacity", "=One!$A$1")
    book.define_name("capacity", "=Two!$A$1")
    for row, call in enumerate(
        ("_xldudf_SSB_MATERIAL", "_xll.SSB_MATERIAL", "_xlfn._xldudf_SSB_MATERIAL", "Ssb_Material"),
        start=2,
    ):
        one.write(f"A{row}", f'={call}("Si","density")', None, 0)
    # What a formula becomes on a PC without the add-in.
    one.write("A6", '=\'C:\\xlcalc.xlam\'!SSB_MATERIAL("Si","density")', None, 0)
    one.write("A7", '=[1]!SSB_MATERIAL("Si","density")', None, 0)
    book.close()
    assert recalculate(path, tmp_path / "new.xlsx").left == []
    assert shown(tmp_path / "new.xlsx")["B1"] == 3
    assert shown(tmp_path / "new.xlsx", 1)["B1"] == 5
    assert {shown(tmp_path / "new.xlsx")[f"A{n}"] for n in range(2, 8)} == {2.33}


def test_dates_from_1904_and_hidden_rows_are_not_guessed(run, tmp_path):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet("S")
    sheet.write_column("A1", [1, 2, 4])
    sheet.set_row(1, None, None, {"hidden": True})
    for row, formula in enumerate(("=SUBTOTAL(109,A1:A3)", "=YEAR(46000)", "=SUM(A1:A3)")):
        sheet.write(row, 1, formula, None, -1)
    book.close()
    code, _, err = run("recalc", path, "-o", tmp_path / "new.xlsx")
    assert code == 3
    assert "S!B1: uses SUBTOTAL, and there are hidden rows" in err
    assert "S!B2: uses YEAR, and dates count from 1904 in this workbook" in err
    values = shown(tmp_path / "new.xlsx")
    assert [values["B1"], values["B3"]] == [-1, 7]


def test_json_says_which_cells_were_left(run, odd, tmp_path):
    folder, _, left = odd
    code, out, err = run("recalc", folder / "odd.xlsx", "-o", tmp_path / "n.xlsx", "--json")
    assert (code, err) == (3, "")
    summary = json.loads(out)
    assert {each["cell"]: each["reason"] for each in summary["left"]} == left
    assert summary["evaluated"] == summary["formulas"] - len(left)


def test_error_values_of_the_user_go_into_functions(tmp_path, make_book):
    path = make_book(
        S=[
            ["#N/A", '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A1)'],
            ["=NA()", "=SSB_MATERIAL(A2,1)"],
        ]
    )
    recalculate(path, tmp_path / "new.xlsx")
    values = shown(tmp_path / "new.xlsx")
    assert values["B1"] == values["B2"] == CellError("#N/A")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # Where LibreOffice has it otherwise, or none of it.
        ('=LEFT(TRUE,2)&"|"&1E-5/3&"|"&1E+20&"|"&-0.5', "TR|3.33333333333333E-06|1E+20|-0.5"),
        ("=(0.1+0.2-0.3)=0", False),
        ('=CODE(TRIM(CHAR(160)&" a "))', 160),
        ("=CEILING(2.5,-2)", "#NUM!"),
        ("=FLOOR(5,0)", "#DIV/0!"),
        ('=TRUE>"zz"', True),
        ('=VALUE("(1,234)")', -1234),
        ("=ROWS(Parts)", 2),
        ("=SUM(Parts[])", 3),
    ],
)
def test_values_are_those_of_excel(tmp_path, formula, expected):
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    sheet.write("A1", formula, None, "old")
    sheet.add_table("C1:C3", {"name": "Parts", "data": [[1], [2]]})
    book.close()
    assert recalculate(path, new).left == []
    assert shown(new)["A1"] == expected


def test_a_formula_that_the_engine_refuses_costs_itself_alone(
    run, tmp_path, make_book, monkeypatch
):
    # Ranges from right to left are such, where nobody turns them round.
    monkeypatch.setattr(resolve, "upper_left_first", str)
    path = make_book(S=[[1, 2, "=A1+B1"], ["=SUM(B1:A1)", "=A2+1"]])
    code, _, err = run("recalc", path, "-o", tmp_path / "new.xlsx")
    assert code == 3
    assert "S!A2: cannot be read" in err
    assert "S!B2: depends on S!A2" in err
    assert shown(tmp_path / "new.xlsx")["C1"] == 3


def test_a_row_of_a_table_is_one_beside_it(run, tmp_path):
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("S"), book.add_worksheet("Other")
    sheet.add_table(
        "B2:C5",
        {
            "name": "Tab",
            "data": [[1, 0], [2, 0]],
            "total_row": True,
            "columns": [{"total_function": "sum"}, {"header": "Twice", "total_function": "sum"}],
        },
    )
    for row in range(1, 6):
        sheet.write(row - 1, 5, "=SUM(Tab[[#This Row],Column1])*10", None, 8)
    other.write("A3", "=Tab[[#This Row],[Column1]]", None, 8)
    book.close()
    code, _, err = run("recalc", path, "-o", new)
    assert code == 3
    why = "takes a row of a table that it does not stand beside; left as it was"
    for cell in ("S!F1", "S!F2", "S!F5", "Other!A3"):
        assert f"{cell}: {why}" in err
    values = shown(new)
    assert [values[f"F{n}"] for n in range(1, 6)] == [8, 8, 10, 20, 8]
    # XlsxWriter's totals name a column without its table.
    assert (values["B5"], values["C5"]) == (3, 0)


def test_cells_as_other_programs_write_them(tmp_path):
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    for row in range(3):
        sheet.write(row, 0, 1234 + row)
        sheet.write(row, 1, f"=A{row + 1}", None, 8)
    sheet.write("C1", '="a"&CHAR(7)&CHAR(13)&"_x00"&"41_"', None, 8)
    book.close()
    name = "xl/worksheets/sheet1.xml"
    rewritten(
        path,
        name,
        (b'<c r="A1"><v>1234</v>', b'<c r="A1" t="d"><v>2026-11-22T12:00:00</v>'),
        (b'<c r="A2"><v>1235</v>', b'<c r="A2"><v></v>'),
        (b'<c r="A3"><v>1236</v>', b'<c r="A3" t="b"><v>true</v>'),
    )
    recalculate(path, new)
    found = re.findall(rb"</f><v[^>]*>([^<]*)</v>", parts_of(new)[name])
    # XML has no signs such as CHAR(7), and would not keep CHAR(13).
    assert found == [b"46348.5", b"a_x0007__x000D__x005F_x0041_", b"0", b"1"]


def test_a_data_table_is_left_with_all_that_sums_it_up(run, tmp_path, make_book):
    path, name = make_book(S=[[1, "=A1*2"], [5, 10], [6, 12], ["=SUM(B3:B3)"]]), "xl/worksheets/"
    table = b'<f t="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="A1"/><v>10</v>'
    rewritten(path, name + "sheet1.xml", (b"<v>10</v>", table))
    code, _, err = run("recalc", path, "-o", tmp_path / "new.xlsx")
    assert code == 3
    assert "S!B2: is a formula of another kind (dataTable)" in err
    assert "S!A4: depends on S!B2" in err
