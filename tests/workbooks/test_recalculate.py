"""`xlcalc recalc` on files: no other byte of the user's workbook, a sentence for a wrong file."""

import io
import re
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from tests.support.books import ROOT
from tests.support.recalc_books import changed_bytes, image, parts_of, rewritten, shown
from xlcalc.workbooks.formulas.contents import read_contents
from xlcalc.workbooks.formulas.recalculate import recalculate


@pytest.fixture
def foreign(tmp_path):
    """A workbook with much that a reader and writer would lose."""
    path = tmp_path / "foreign.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("Cell stack"), book.add_worksheet("Plot & more")
    sheet.write_column("A1", [4, 20, 1.1])
    sheet.write("B1", '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A1,A3,A2)', None, 1)
    sheet.write("B2", "=B1/A1", book.add_format({"num_format": "0.00", "bold": True}), 2)
    sheet.write("B3", '="Wh/L: "&ROUND(B1,0)', None, "old text")
    sheet.write("B4", "=A1>3", None, False)
    sheet.write("B5", "=1/0", None, 5)
    sheet.write("B6", "=A1*1", None, 4)
    sheet.write_dynamic_array_formula("D1:D3", "=SORT(A1:A3)", None, 9)
    sheet.write_array_formula("E1:E2", "{=A1:A2*2}", None, 9)
    sheet.add_sparkline("F1", {"range": "A1:A3"})
    sheet.conditional_format("A1:A3", {"type": "data_bar", "data_bar_2010": True})
    sheet.insert_textbox("H2", "Some <words> & more")
    sheet.insert_image("H9", "dot.png", {"image_data": io.BytesIO(image())})
    sheet.write_comment("A1", "A comment")
    sheet.write_rich_string("A9", "plain ", book.add_format({"bold": True}), "bold")
    sheet.data_validation("A1", {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.autofilter("A1:A3")
    chart = book.add_chart({"type": "scatter"})
    chart.add_series({"categories": "='Cell stack'!$A$1:$A$3", "values": "='Cell stack'!$D$1:$D$3"})
    other.insert_chart("B2", chart)
    other.write("A1", "='Cell stack'!B1*factor", None, 0)
    book.define_name("factor", "='Cell stack'!$A$3")
    book.add_vba_project(io.BytesIO(b"not a macro, but bytes to be kept"), True)
    book.close()
    return path


def test_all_but_the_values_of_formulas_stays_byte_for_byte(run, foreign, tmp_path):
    new = tmp_path / "new.xlsx"
    code, out, err = run("recalc", foreign, "--output", new)
    assert (code, err) == (0, "")
    assert "9 of 9 formulas evaluated; 11 values are new" in out
    old_parts, new_parts = parts_of(foreign), parts_of(new)
    assert list(old_parts) == list(new_parts)
    differing = [name for name in old_parts if old_parts[name] != new_parts[name]]
    assert differing == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]
    assert changed_bytes(old_parts, new_parts, arrays=(b"D2", b"D3", b"E2")) == []
    assert any(name.startswith("xl/media/") for name in old_parts)
    assert "xl/vbaProject.bin" in old_parts
    with ZipFile(foreign) as one, ZipFile(new) as two:
        for before, after in zip(one.infolist(), two.infolist(), strict=True):
            assert (before.filename, before.date_time, before.compress_type) == (
                after.filename,
                after.date_time,
                after.compress_type,
            )
    values = shown(new)
    assert values["B1"] == pytest.approx(1147.3989797795227, rel=1e-12)
    assert values["B2"] == values["B1"] / 4
    assert (values["B3"], values["B4"], values["B5"]) == ("Wh/L: 1147", True, "#DIV/0!")
    assert [values[f"D{n}"] for n in (1, 2, 3)] == [1.1, 4, 20]
    assert [values[f"E{n}"] for n in (1, 2)] == [8, 40]
    assert shown(new, 1)["A1"] == values["B1"] * 1.1


def test_the_same_again_changes_nothing(run, foreign, tmp_path):
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    run("recalc", foreign, "-o", once)
    _, out, _ = run("recalc", once, "-o", twice)
    assert "; 0 values are new" in out
    assert parts_of(once) == parts_of(twice)


def test_libreoffice_reads_the_copy(foreign, tmp_path, soffice):
    recalculate(foreign, tmp_path / "new.xlsx")
    [csv] = soffice(tmp_path / "new.xlsx", "csv", ":Text - txt - csv (StarCalc):44,34,76,1")
    assert csv.read_text("utf-8").splitlines()[0].startswith("4,1147.39")


def test_a_workbook_that_libreoffice_wrote(soffice, tmp_path, foreign):
    [theirs] = soffice(foreign, "xlsx")
    done = recalculate(theirs, tmp_path / "new.xlsx")
    old, new = parts_of(theirs), parts_of(tmp_path / "new.xlsx")
    assert changed_bytes(old, new, arrays=(b"D2", b"D3", b"E2")) == []
    assert done.changed
    assert shown(tmp_path / "new.xlsx")["B1"] == pytest.approx(1147.3989797795227, rel=1e-12)


def test_a_workbook_that_rounds_what_it_calculates_is_refused(run, foreign, tmp_path):
    rewritten(foreign, "xl/workbook.xml", (b"<calcPr ", b'<calcPr fullPrecision="0" '))
    code, _, err = run("recalc", foreign, "-o", tmp_path / "new.xlsx")
    assert code == 2
    assert "calculates with the precision shown" in err


@pytest.mark.parametrize("name", ["stack", "compare", "alloys", "batch"])
def test_templates_are_worked_out_as_they_are(tmp_path, name):
    source = ROOT / "templates" / f"{name}.xlsx"
    done = recalculate(source, tmp_path / "new.xlsx")
    assert done.left == []
    assert done.changed == 0
    assert parts_of(source) == parts_of(tmp_path / "new.xlsx")


def test_a_changed_input_goes_all_the_way(tmp_path):
    source = tmp_path / "stack.xlsx"
    source.write_bytes((ROOT / "templates" / "stack.xlsx").read_bytes())
    contents = read_contents(source)
    stacks = next(sheet for sheet in contents.sheets if sheet.title == "Stacks")
    table = next(table for table in contents.tables if table.name == "Stacks")
    column = table.column("Cell voltage [V]")
    volts = stacks.values[table.first, column]
    reference = f"{openpyxl.utils.get_column_letter(column)}{table.first}".encode()
    cell = re.search(rb'<c r="%b"[^>]*><v>([^<]*)</v></c>' % reference, contents.parts[stacks.part])
    doubled = cell[0].replace(b"<v>%b<" % cell[1], b"<v>%r<" % (2 * volts))
    rewritten(source, stacks.part, (cell[0], doubled))
    done = recalculate(source, tmp_path / "new.xlsx")
    assert done.left == []
    old, new = (shown(path, "Stacks") for path in (source, tmp_path / "new.xlsx"))
    energy = table.column("Energy density [Wh/L]")
    first, second = (f"{openpyxl.utils.get_column_letter(energy)}{table.first + n}" for n in (0, 1))
    assert new[first] == pytest.approx(2 * old[first], rel=1e-12)
    assert new[second] == old[second]
    # And on to sheets that show it: the chart's column of points, the checks.
    assert done.changed > 5


@pytest.mark.parametrize(
    ("book", "output", "expected"),
    [
        ("none.xlsx", "new.xlsx", "none.xlsx: does not exist; expected a workbook"),
        ("text.xlsx", "new.xlsx", "text.xlsx: is no workbook that can be read"),
        (".", "new.xlsx", ".: is a folder; expected a workbook ending in .xlsx or .xlsm"),
        ("old.xlsx", "new.xlsx", "old.xlsx: is an old .xls file or protected by a password"),
        ("text.csv", "new.xlsx", "text.csv: expected a workbook ending in .xlsx or .xlsm"),
        ("text.csv", "new.csv", "text.csv: expected a workbook ending in .xlsx or .xlsm"),
        ("good.xlsx", "good.xlsx", "good.xlsx: is the workbook itself; expected another file"),
        ("good.xlsx", "new.xlsm", "new.xlsm: expected a file ending in .xlsx, as its source"),
        ("good.xlsx", "no/such/new.xlsx", "new.xlsx: cannot be written (No such file"),
        ("zip.xlsx", "new.xlsx", "zip.xlsx: is no workbook; expected an .xlsx or .xlsm file"),
        ("picture.xlsx", "new.xlsx", "picture.xlsx: is no workbook that can be read"),
        ("cut.xlsx", "new.xlsx", "cut.xlsx: is no workbook that can be read"),
        ("torn.xlsx", "new.xlsx", "torn.xlsx: its content is damaged (ParseError)"),
        ("bomb.xlsx", "new.xlsx", "bomb.xlsx: its part xl/workbook.xml declares a document type"),
    ],
)
def test_unusable_calls_are_one_sentence(run, tmp_path, monkeypatch, book, output, expected):
    monkeypatch.chdir(tmp_path)
    good = ROOT / "templates" / "batch.xlsx"
    (tmp_path / "good.xlsx").write_bytes(good.read_bytes())
    (tmp_path / "text.xlsx").write_text("A,B")
    (tmp_path / "text.csv").write_text("A,B")
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    (tmp_path / "cut.xlsx").write_bytes(good.read_bytes()[:-5000])
    # A part that nobody looks into is damaged too.
    with ZipFile(tmp_path / "picture.xlsx", "w") as package:
        for part, data in parts_of(good).items():
            package.writestr(part, data)
        package.writestr("xl/media/image1.png", b"PICTURE" * 99)
    whole = (tmp_path / "picture.xlsx").read_bytes()
    (tmp_path / "picture.xlsx").write_bytes(whole.replace(b"PICTURE", b"torn...", 1))
    with ZipFile(tmp_path / "zip.xlsx", "w") as package:
        package.writestr("a.txt", "b")
    for name, text in (
        ("torn.xlsx", b"<workbook><sheets>"),
        ("bomb.xlsx", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'),
    ):
        with ZipFile(tmp_path / name, "w") as package:
            for part, data in parts_of(good).items():
                package.writestr(part, text if part == "xl/workbook.xml" else data)
    before = sorted(tmp_path.iterdir())
    code, out, err = run("recalc", book, "--output", output)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "good.xlsx").read_bytes() == good.read_bytes()
