"""`xlcalc batch BOOK --fill FILE`: results in the user's own columns, and no other byte changed."""

import io
import json
import os
import re
import shutil
import warnings
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.drawing.image import Image

from tests.support.books import ROOT
from tests.support.recalc_books import CELL, image, parts_of, rewritten, shown
from xlcalc import Stack, evaluate
from xlcalc.workbooks.patching.cells import Typed, with_cells, with_values

#: A user's own order of columns: results before, between and after inputs, and columns of theirs.
HEADERS = [
    "Status",
    "Design",
    "Cathode",
    "Anode",
    "Energy density [Wh/L]",
    "Electrolyte",
    "N/P ratio",
    "specific_energy_wh_kg",
    "Notes",
    "Supplier",
    "Voltage source",
    "Anode: thickness [µm]",
]
DESIGNS = [
    ["thin", "NMC811", "Si", None, "LPSC", 1.2],
    ["=1+1", "NMC811", "Al", 999, "LLZO", None],
    ["wrong", "NMC811", "Unobtainium", 999, "LPSC", 1.1],
    ["<i>&", "NMC811", "None", "old", "LPSC", None],
]
FIRST = 6


def rows():
    for design, cathode, anode, old, electrolyte, ratio in DESIGNS:
        yield [
            "old words",
            design,
            cathode,
            anode,
            old,
            electrolyte,
            ratio,
            None,
            None,
            "ACME",
            None,
            None,
        ]


def expected(row):
    _, cathode, anode, _, electrolyte, ratio = DESIGNS[row]
    ratio = 1.1 if ratio is None else ratio
    return evaluate(Stack(cathode=cathode, anode=anode, electrolyte=electrolyte, np_ratio=ratio))


@pytest.fixture
def rich(tmp_path):
    """A workbook by XlsxWriter with all that a reader and writer would lose."""
    path = tmp_path / "mine.xlsm"
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("My cells"), book.add_worksheet("Plot & more")
    bold, digits = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
    red = book.add_format({"bg_color": "red"})
    # A whole column and a whole row with a look of their own, and no cells.
    sheet.set_column("H:H", 14, digits)
    sheet.set_row(FIRST, None, red)
    sheet.merge_range("A1:D1", "Cells of spring", bold)
    sheet.write_row(FIRST - 2, 0, HEADERS, bold)
    for number, row in enumerate(rows(), start=FIRST - 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value, digits)
    sheet.write_blank(FIRST - 1, 4, None, digits)
    sheet.write_formula("N6", "=E6*2", None, 7)
    sheet.write_formula("N7", "=E7*2", None, 7)
    sheet.add_sparkline("O6", {"range": "'My cells'!E6:H6"})
    sheet.conditional_format("E6:E9", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("H6:H9", {"type": "formula", "criteria": "=$H6>1", "format": red})
    sheet.insert_image("P2", "dot.png", {"image_data": io.BytesIO(image())})
    sheet.write_comment("B6", "A comment")
    sheet.data_validation("D6:D9", {"validate": "length", "criteria": ">", "value": 0})
    sheet.autofilter("A5:L9")
    sheet.freeze_panes(5, 2)
    sheet.protect("secret")
    chart = book.add_chart({"type": "scatter"})
    chart.add_series({"categories": "='My cells'!$H$6:$H$9", "values": "='My cells'!$E$6:$E$9"})
    other.insert_chart("B2", chart)
    other.write_formula("A1", "=SUM('My cells'!E6:E9)", None, 0)
    book.define_name("best", "=MAX('My cells'!$E$6:$E$9)")
    book.add_vba_project(io.BytesIO(b"not a macro, but bytes to be kept"), True)
    book.close()
    return path


@pytest.fixture
def plain(tmp_path):
    """The same table by openpyxl, with a chart and a picture."""
    path = tmp_path / "mine.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "My cells"
    for _ in range(FIRST - 2):
        sheet.append(["Cells of spring"])
    sheet.append(HEADERS)
    for row in rows():
        sheet.append(row)
        sheet.cell(sheet.max_row, 2).data_type = "s"
    chart = ScatterChart()
    numbers = [Reference(sheet, min_col=n, min_row=FIRST, max_row=9) for n in (5, 8)]
    chart.series.append(Series(*numbers))
    sheet.add_chart(chart, "P20")
    sheet.add_image(Image(io.BytesIO(image())), "P2")
    book.save(path)
    return path


def filled_cells(columns="AEHIKL"):
    return {f"{letter}{number}" for letter in columns for number in range(FIRST, FIRST + 4)}


def changed_cells(old, new, part):
    """References of the cells in which two packages differ; anything else that differs fails."""
    before, after = parts_of(old), parts_of(new)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [part]
    with ZipFile(old) as one, ZipFile(new) as two:
        for a, b in zip(one.infolist(), two.infolist(), strict=True):
            assert (a.filename, a.date_time, a.compress_type) == (
                b.filename,
                b.date_time,
                b.compress_type,
            )

    def taken_apart(text):
        cells = {re.search(rb' r="(\w+)"', cell)[1].decode(): cell for cell in CELL.findall(text)}
        return CELL.sub(b"", text), cells

    (rest_before, old_cells), (rest_after, new_cells) = map(
        taken_apart, (before[part], after[part])
    )
    # What a row says it spans is no more than a hint, and must hold the new cells.
    hint = re.compile(rb' spans="\d+:\d+"')
    assert hint.sub(b"", rest_before) == hint.sub(b"", rest_after)
    assert set(old_cells) <= set(new_cells)
    return {name for name in new_cells if old_cells.get(name) != new_cells[name]}


@pytest.mark.parametrize("kind", ["rich", "plain"])
def test_only_the_cells_of_results_change(run, request, kind, tmp_path):
    book = request.getfixturevalue(kind)
    new = tmp_path / f"filled{book.suffix}"
    code, out, err = run("batch", book, "--fill", new)
    assert code == 3
    assert "4 rows read, 3 evaluated, 1 in error" in out
    assert f"written to {new}" in out
    assert "cell D8: Anode 'Unobtainium' is neither" in err
    assert changed_cells(book, new, "xl/worksheets/sheet1.xml") == filled_cells()


@pytest.mark.parametrize("kind", ["rich", "plain"])
def test_values_are_those_of_evaluate_and_texts_are_texts(run, request, kind, tmp_path):
    book = request.getfixturevalue(kind)
    new = tmp_path / f"filled{book.suffix}"
    run("batch", book, "--fill", new)
    cells = shown(new)
    for row in (0, 1, 3):
        result, at = expected(row), FIRST + row
        assert cells[f"E{at}"] == result.energy_density_wh_l
        assert cells[f"H{at}"] == result.specific_energy_wh_kg
        assert cells[f"K{at}"] == "derived"
        assert cells[f"A{at}"] == "ok"
    assert cells["L6"] == expected(0).anode_thickness_um
    # No old number stands beside what is wrong.
    assert [cells[f"{letter}8"] for letter in "EHKL"] == [None] * 4
    assert cells["A8"].startswith(f"{book.name}, sheet My cells, cell D8: Anode 'Unobtainium'")
    part = parts_of(new)["xl/worksheets/sheet1.xml"]
    assert b'<c r="A6" t="inlineStr"><is><t>ok</t></is></c>' in part
    assert re.search(rb'<c r="A8"[^>]* t="inlineStr">', part)


def test_new_cells_look_as_their_row_or_column_does(run, rich, tmp_path):
    new = tmp_path / "filled.xlsm"
    run("batch", rich, "--fill", new)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(new).worksheets[0]
    assert sheet["H6"].number_format == "0.0"
    assert sheet["E6"].number_format == "0.0"
    assert sheet["H7"].fill.fgColor.rgb == "FFFF0000"
    assert sheet["K6"].number_format == "General"


def test_libreoffice_reads_what_was_filled(run, rich, tmp_path, soffice):
    new = tmp_path / "filled.xlsm"
    run("batch", rich, "--fill", new)
    [theirs] = soffice(new, "xlsx")
    cells = shown(theirs)
    assert (cells["A6"], cells["B7"], cells["A9"]) == ("ok", "=1+1", "ok")
    for row in (0, 1, 3):
        assert cells[f"E{FIRST + row}"] == pytest.approx(expected(row).energy_density_wh_l)
    assert cells["E8"] is None
    assert "Unobtainium" in cells["A8"]


def test_a_workbook_that_libreoffice_wrote(run, rich, tmp_path, soffice):
    [theirs] = soffice(rich, "xlsx")
    new = tmp_path / "filled.xlsx"
    code, _, _ = run("batch", theirs, "--fill", new)
    assert code == 3
    changed = changed_cells(theirs, new, "xl/worksheets/sheet1.xml")
    assert {name for name in filled_cells() if name[1:] != "8"} <= changed <= filled_cells()
    assert shown(new)["E6"] == expected(0).energy_density_wh_l


def test_filling_again_what_is_filled_changes_nothing(run, plain, tmp_path):
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    run("batch", plain, "--fill", once)
    run("batch", once, "--fill", twice)
    before, after = parts_of(once), parts_of(twice)
    # The sentence of a row in error names the file, which has another name now.
    assert {n for n in before if before[n] != after[n]} <= {"xl/worksheets/sheet1.xml"}
    one, two = shown(once), shown(twice)
    assert {name for name in one if one[name] != two[name]} == {"A8"}
    run("batch", plain, "--fill", twice)
    assert once.read_bytes() == twice.read_bytes()


def test_formulas_that_show_what_they_did_before_are_told(run, rich, plain, tmp_path):
    _, _, err = run("batch", rich, "--fill", tmp_path / "filled.xlsm")
    assert "filled.xlsm: holds 3 formulas, which show what they did before" in err
    assert shown(tmp_path / "filled.xlsm")["N6"] == 7
    _, _, err = run("batch", plain, "--fill", tmp_path / "filled.xlsx")
    assert "formulas" not in err
    # And recalc works them out, in what was filled.
    run("recalc", tmp_path / "filled.xlsm", "-o", tmp_path / "new.xlsm")
    after = shown(tmp_path / "new.xlsm")
    assert after["N6"] == 2 * expected(0).energy_density_wh_l


def test_a_sheet_and_materials_can_be_chosen(run, make_book, tmp_path):
    table = [
        ["Cathode", "Anode", "Electrolyte", "Energy density [Wh/L]"],
        ["NMC811", "Ag", "LPSC", None],
    ]
    own = [["Material", "Kind", "Density", "Specific capacity", "Potential vs. Li/Li⁺ [V]"]]
    own += [["Ag", "anode", 10.49, 248, 0.1]]
    book = make_book(Stacks=table, Other=table, Materials=own)
    new = tmp_path / "new.xlsx"
    code, _, err = run("batch", book, "--fill", new, "--sheet", "other")
    assert code == 0, err
    assert shown(new, "Other")["D2"] > 0
    assert shown(new, "Stacks")["D2"] is None


def test_blank_rows_and_remarks_between_designs_are_left_alone(run, make_book, tmp_path):
    header = ["Cathode", "Anode", "Electrolyte", "Energy density [Wh/L]"]
    good = ["NMC811", "Si", "LPSC", 1]
    stale = [None, None, None, 5]
    book = make_book(Stacks=[header, good, [], ["a remark"], good, stale])
    new = tmp_path / "new.xlsx"
    code, _, err = run("batch", book, "--fill", new)
    cells = shown(new)
    assert cells["D2"] == cells["D5"] != 1
    assert (cells["A4"], cells["D3"], cells["D4"]) == ("a remark", None, None)
    # A number whose design has gone must not stay.
    assert code == 3
    assert cells["D6"] is None
    assert "cell A6: Cathode is blank" in err


def with_formula(sheet):
    sheet["D3"] = "=1+1"


def with_array(sheet):
    sheet["F2"] = openpyxl.worksheet.formula.ArrayFormula("D2:F3", "=A2:C3")


def with_merged(sheet):
    sheet.merge_cells("D2:D3")


def with_other_unit(sheet):
    sheet["D1"] = "Energy density [MJ/kg]"


def with_double(sheet):
    sheet["E1"] = "energy_density_wh_l"


def without_results(sheet):
    sheet["D1"] = "Status"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_formula, "cell D3: holds a formula; expected a cell that can be filled"),
        (with_array, "cell D2: shows what the formula of D2:F3 gives"),
        (with_merged, "cell D3: is part of the merged D2:D3"),
        (with_other_unit, "cell D1: 'Energy density [MJ/kg]' gives Energy density in 'MJ/kg'"),
        (with_double, "cell E1: 'energy_density_wh_l' stands a second time"),
        (without_results, "row 1: no column is there for results; expected headers such as"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_filled_is_one_sentence_and_no_file(
    run, make_book, tmp_path, change, sentence
):
    header = ["Cathode", "Anode", "Electrolyte", "Energy density [Wh/L]"]
    path = make_book(Stacks=[header, *[["NMC811", "Si", "LPSC", None]] * 2])
    book = openpyxl.load_workbook(path)
    change(book.active)
    book.save(path)
    new = tmp_path / "new.xlsx"
    code, out, err = run("batch", path, "--fill", new)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"book.xlsx, sheet Stacks, {sentence}" in err
    assert [file.name for file in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_template_calculates_by_itself(run, tmp_path):
    code, _, err = run("batch", ROOT / "templates" / "stack.xlsx", "--fill", tmp_path / "new.xlsx")
    assert code == 2
    assert "xlcalc recalc" in err


def test_calls_that_make_no_sense_are_refused(run, designs, plain, tmp_path):
    before = plain.read_bytes()
    for words, sentence in [
        ((plain, "--fill", plain), "is the workbook itself"),
        ((plain, "--fill", tmp_path / "x.xlsm"), "expected a file ending in .xlsx"),
        ((plain, "--fill", tmp_path / "x.csv"), "expected a file ending in .xlsx"),
        ((designs[".csv"], "--fill", tmp_path / "x.csv"), "a workbook ending in .xlsx or .xlsm"),
        ((tmp_path, "--fill", tmp_path / "x.xlsx"), "is a folder"),
        ((tmp_path / "no.xlsx", "--fill", tmp_path / "x.xlsx"), "does not exist"),
        ((plain, plain, "--fill", tmp_path / "x.xlsx"), "--fill takes one workbook"),
        ((plain, "--fill", tmp_path / "x.xlsx", "-o", tmp_path / "y.csv"), "--fill takes one"),
    ]:
        code, out, err = run("batch", *words)
        assert (code, out, err.count("\n")) == (2, "", 1), words
        assert sentence in err
    assert plain.read_bytes() == before
    link = tmp_path / "link.xlsx"
    link.symlink_to(plain)
    code, _, err = run("batch", plain, "--fill", link)
    assert (code, plain.read_bytes()) == (2, before)


def test_json_says_where_the_results_went(run, plain, tmp_path):
    code, out, _ = run("batch", plain, "--fill", tmp_path / "new.xlsx", "--json")
    summary = json.loads(out)
    assert code == 3
    assert summary["output"] == str(tmp_path / "new.xlsx")
    assert (summary["rows_read"], summary["rows_in_error"]) == (4, 1)
    assert "designs" not in summary


def test_shared_texts_prefixes_and_single_quotes_of_other_programs(run, plain, tmp_path):
    """The sheet's part as other programs write it."""
    part = "xl/worksheets/sheet1.xml"
    old = parts_of(plain)[part]
    prefixed = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", old).replace(b"xmlns=", b"xmlns:x=")
    quoted = re.sub(rb'<x:c r="(\w+)"', rb"<x:c r='\1'", prefixed)
    rewritten(plain, part, (old, quoted))
    new = tmp_path / "new.xlsx"
    code, _, err = run("batch", plain, "--fill", new)
    assert code == 3, err
    assert shown(new)["E6"] == expected(0).energy_density_wh_l
    assert shown(new)["A6"] == "ok"


def test_a_typed_text_replaces_whatever_stood_there():
    old = b'<c r="B2" s="3" t="s"><v>7</v></c><c r="C2" t="e" vm="1"><v>#VALUE!</v></c>'
    new = with_values(old, {"B2": Typed("=1 & <b>"), "C2": 2.0})
    assert new == (
        b'<c r="B2" s="3" t="inlineStr"><is><t>=1 &amp; &lt;b&gt;</t></is></c>'
        b'<c r="C2"><v>2</v></c>'
    )


def test_new_cells_widen_what_their_row_spans_and_take_its_style():
    sheet = (
        b'<cols><col min="2" max="3" style="5"/></cols><sheetData><row r="1" spans="1:1">'
        b'<c r="A1"/></row><row r="2" s="8" customFormat="1"/><row r="3" s="8"/></sheetData>'
    )
    new = with_cells(sheet, ["C1", "C2", "C3", "D3"])
    assert b'<row r="1" spans="1:3"><c r="A1"/><c r="C1" s="5"/></row>' in new
    assert b'<row r="2" s="8" customFormat="1"><c r="C2" s="8"/></row>' in new
    assert b'<row r="3" s="8"><c r="C3" s="5"/><c r="D3"/></row>' in new


def test_the_old_copy_stays_when_writing_fails(run, plain, tmp_path, monkeypatch):
    new = tmp_path / "new.xlsx"
    shutil.copy(plain, new)
    before = new.read_bytes()

    def full(*words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("batch", plain, "--fill", new)
    assert code == 2
    assert "No space left on device" in err
    assert new.read_bytes() == before


#: A unit, and what NMC811 | LPSC | Si gives in it (320.3622 Wh/kg, 1147.3990 Wh/L).
IN_UNITS = [
    ("Specific energy", "MJ/kg", 1.15330397),
    ("Specific energy", "kWh/kg", 0.32036221),
    ("Specific energy", "kJ/kg", 1153.30397),
    ("Specific energy", "Wh/g", 0.32036221),
    ("Energy density", "Wh/cm3", 1.14739898),
    ("Energy density", "kWh/L", 1.14739898),
    ("Energy density", "MJ/L", 4.13063633),
    ("Energy density", "Wh/L", 1147.39898),
    ("Swelling fraction", "%", 12.94994432),
    ("Stack thickness", "mm", 0.11852895),
]


@pytest.mark.parametrize(("label", "unit", "number"), IN_UNITS)
@pytest.mark.parametrize("place", ["header", "below", "apart", "above"])
def test_results_are_in_the_unit_of_their_column(
    run, make_book, tmp_path, label, unit, number, place
):
    inputs = ["NMC811", "Si", "LPSC", 20]
    header = ["Cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]
    units = [None, None, None, None, unit]
    rows = {
        "header": [[*header, f"{label} [{unit}]"], inputs],
        "below": [[*header, label], units, inputs],
        "apart": [[*header, label], [], units, inputs],
        "above": [units, [*header, label], inputs],
    }[place]
    path, new = make_book(Stacks=rows), tmp_path / "filled.xlsx"
    code, _, err = run("batch", path, "--fill", new)
    assert code == 0
    assert ("holds units, which are read as those of the columns" in err) == (place != "header")
    before, after = shown(path), shown(new)
    cell = f"E{len(rows)}"
    assert after[cell] == pytest.approx(number, rel=1e-7)
    assert {n for n in after if after[n] != before.get(n)} == {cell}
    # What was filled is read as results again, in their unit.
    code, out, _ = run("check", new)
    assert (code, "results are up to date" in out) == (0, True)


@pytest.mark.parametrize("unit", ["MJ/L", "mm", "BTU/lb"])
def test_a_unit_that_is_none_of_the_result_is_refused(run, make_book, tmp_path, unit):
    header = ["Cathode", "Anode", "Electrolyte", "Specific energy", "Energy density [Wh/L]"]
    rows = [header, [None, None, None, unit], ["NMC811", "Si", "LPSC"]]
    new = tmp_path / "filled.xlsx"
    code, _, err = run("batch", make_book(Stacks=rows), "--fill", new)
    assert (code, new.exists()) == (2, False)
    assert f"cell D2: '{unit}' below 'Specific energy' is no unit of Specific energy" in err


def test_units_of_ones_own_columns_alone(run, make_book, tmp_path):
    """A row that holds nothing but a unit of a column that we do not know is no design."""
    header = ["Cathode", "Anode", "Electrolyte", "Energy density [Wh/L]", "Price"]
    rows = [header, [*[None] * 4, "kg/m³"], ["NMC811", "Si", "LPSC"]]
    new = tmp_path / "filled.xlsx"
    code, out, _ = run("batch", make_book(Stacks=rows), "--fill", new)
    assert (code, "1 row read, 1 evaluated" in out) == (0, True)
    assert shown(new)["D2"] is None
    assert shown(new)["E2"] == "kg/m³"
