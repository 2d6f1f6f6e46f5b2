"""The templates: their formulas against LibreOffice, IronCalc and `evaluate`; what users do."""

import re
from zipfile import ZipFile

import ironcalc
import numpy as np
import openpyxl
import pandas as pd
import pytest

from xlcalc import batch
from xlcalc.evaluation import evaluate_records
from xlcalc.quantities import CELL_VOLTAGE, OK, RESULTS
from xlcalc.workbook.designs import designs_of
from xlcalc.workbook.emit import write
from xlcalc.workbook.stacks_table import STACKS_TABLE
from xlcalc.workbook.templates import TEMPLATES

from .conftest import ROOT
from .random_designs import random_designs
from .rebuild import GENERATED

FORMULA_BOOKS = [path for path in GENERATED if path.stem != "lewis2022"]
#: Columns that a chart reads, in which #N/A means "no point here".
CHARTED = re.compile(r"Electrolyte \d, |Iso-lines|^Level$|^\d")
HEADERS = {
    name: q.header if name != CELL_VOLTAGE.name else STACKS_TABLE["cell_voltage_v_used"].header
    for name, q in RESULTS.items()
}


def cells(path, data_only):
    book = openpyxl.load_workbook(path, data_only=data_only)
    return {
        (sheet.title, cell.coordinate): cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formulas(path):
    return {key: cell for key, cell in cells(path, False).items() if cell.data_type == "f"}


def value(found, key):
    return found[key].value if key in found else ""


def differences(keys, ours, theirs):
    """Cells whose values differ by more than 1e-9 of the larger, or in kind."""
    wrong = []
    for key in keys:
        one, two = ours(key), theirs(key)
        numbers = isinstance(one, (int, float)) and isinstance(two, (int, float))
        if not (abs(one - two) <= 1e-9 * max(abs(one), abs(two)) if numbers else one == two):
            wrong.append((key, one, two))
    return wrong


def stacks(path):
    """The Stacks sheet as a table."""
    frame = pd.read_excel(path, sheet_name="Stacks", header=3, engine="openpyxl")
    return frame[frame["Design"].notna()]


def assert_same_results(frame, columns, rows=slice(None)):
    for name, header in HEADERS.items():
        ours = frame[header].to_numpy(dtype=float)[rows]
        assert np.allclose(ours, columns[name][rows], rtol=1e-9, atol=0, equal_nan=True), name


def made(tmp_path, name="stack", records=None):
    path = tmp_path / f"{name}.xlsx"
    with path.open("wb") as file:
        write(TEMPLATES[name].build(designs_of(records) if records else None), file)
    return path


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_committed_workbooks_are_the_ones_we_build(path, tmp_path):
    built = tmp_path / path.name
    GENERATED[path](built)
    parts = []
    for each in (built, path):
        with ZipFile(each) as package:
            parts.append({name: package.read(name) for name in package.namelist()})
    assert parts[0].keys() == parts[1].keys()
    for name in parts[0]:
        assert parts[0][name] == parts[1][name], name


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_libreoffice_works_out_the_same_values(path, soffice):
    keys = formulas(path)
    ours = cells(path, True)
    (recalculated,) = soffice(path, "xlsx", recalculate=True)
    theirs = cells(recalculated, True)
    assert len(keys) > 700
    assert not differences(keys, lambda k: value(ours, k), lambda k: value(theirs, k))


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_ironcalc_works_out_the_same_values(path):
    titles = openpyxl.load_workbook(path, read_only=True).sheetnames
    keys, ours = formulas(path), cells(path, True)
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()

    def theirs(key):
        cell = keys[key]
        found = model.get_cell_value(titles.index(key[0]), cell.row, cell.column)
        return "" if found is None else found

    assert not differences(keys, lambda k: value(ours, k), theirs)


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_no_error_but_where_a_chart_has_no_point(path):
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "e" and sheet.title == "Stacks":
                    assert CHARTED.search(sheet.cell(4, cell.column).value), cell.coordinate
                elif cell.data_type == "e":
                    assert (sheet.title, cell.value) == ("Iso-lines", "#N/A"), cell.coordinate
    passed = "All checks passed"
    if path.stem == "batch":
        passed = "Materials are ok; xlcalc batch checks the designs"
    assert book["Checks"]["A2"].value == passed


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_a_template_goes_through_batch_as_it_is(path, run, tmp_path):
    code, _, complaints = run("batch", path, "--output", tmp_path / "out.csv")
    assert (code, complaints) == (0, "")
    done = batch.run([path])
    assert done.extra == {}
    if "Check" in stacks(path):
        frame = stacks(path)
        assert_same_results(frame, done.columns)
        assert frame["Voltage source"].tolist() == done.columns["voltage_source"].tolist()
        assert frame["Design"].tolist() == done.columns["design"].tolist()


def test_a_thousand_random_designs_in_libreoffice(tmp_path, soffice):
    records = random_designs(1000, seed=3)
    expected = evaluate_records(records).columns
    assert (expected["status"] == OK).all()
    path = made(tmp_path, records=records)
    assert_same_results(stacks(path), expected)
    (recalculated,) = soffice(path, "xlsx", recalculate=True)
    frame = stacks(recalculated)
    assert len(frame) == 1000
    assert (frame["Check"] == "ok").all()
    assert_same_results(frame, expected)


def test_long_tables_are_worked_out_in_parts(tmp_path, monkeypatch):
    records = random_designs(50, seed=5)
    whole = cells(made(tmp_path, records=records), True)
    monkeypatch.setattr("xlcalc.workbook.engine._AT_A_TIME", 7)
    parts = cells(made(tmp_path, records=records), True)
    assert {k: c.value for k, c in whole.items()} == {k: c.value for k, c in parts.items()}


GOOD = {
    "cathode": "NMC811",
    "anode": "Si",
    "electrolyte": "LPSC",
    "cathode_porosity": 0.05,
    "np_ratio": 1.2,
}
BAD = {
    "unknown cathode": {"cathode": "NMC999"},
    "a wildcard": {"anode": "S*"},
    "a wildcard in a choice": {"foil_sharing": "sing*"},
    "a wildcard for anode-free": {"anode": "anode*"},
    "no cathode": {"cathode": None},
    "no anode": {"anode": None},
    "no electrolyte": {"electrolyte": None},
    "a foil as cathode": {"cathode": "Al foil"},
    "an anode as electrolyte": {"electrolyte": "Si"},
    "binder as foil": {"positive_foil": "binder"},
    "text in a number": {"np_ratio": "1,1"},
    "a truth value": {"np_ratio": True},
    "zero capacity": {"cathode_areal_capacity_mah_cm2": 0},
    "negative thickness": {"separator_thickness_um": -20},
    "beyond any stack": {"separator_thickness_um": 1e12},
    "percent": {"cathode_porosity": 60},
    "fractions over 1": {"cathode_active_fraction": 0.8, "cathode_binder_fraction": 0.3},
    "anode fractions over 1": {"anode_active_fraction": 0.9, "anode_carbon_fraction": 0.2},
    "liquid short of 1": {"electrolyte": "liquid electrolyte", "anode": "Li"},
    "liquid anode short of 1": {
        "electrolyte": "liquid electrolyte",
        "cathode_active_fraction": 1.0,
    },
    "anode-free with excess": {"anode": "None", "lithium_excess": 1},
    "anode-free with a foil": {"anode": "anode-free", "anode_foil_thickness_um": 20},
    "a choice unknown": {"expansion_model": "linear"},
    "no potential": {"cathode": "LPSC"},
    "an unknown foil though bipolar": {"foil_sharing": "bipolar", "negative_foil": "?"},
    "voltage zero": {"cell_voltage_v": 0},
    "voltage text": {"cell_voltage_v": "3.4 V"},
    "a density of zero": {"separator_density_g_cm3": 0},
    "an error value": {"np_ratio": "#DIV/0!"},
}


def test_bad_input_is_named_and_gives_no_number(tmp_path, soffice):
    records = [{"design": words, **GOOD, **change} for words, change in BAD.items()]
    records += [{"design": "good", **GOOD}]
    path = made(tmp_path, records=records)
    ours = stacks(path)
    (recalculated,) = soffice(path, "xlsx", recalculate=True)
    theirs = stacks(recalculated)
    assert ours["Check"].tolist() == theirs["Check"].tolist()
    read = batch.run([path])
    for frame in (ours, theirs):
        for row, words in enumerate([*BAD, "good"]):
            wrong = words != "good"
            assert (frame["Check"][row] != "ok") == wrong, words
            assert (read.columns["status"][row] != OK) == wrong, words
            numbers = frame[list(HEADERS.values())].iloc[row]
            assert numbers.isna().all() if wrong else numbers.notna().all(), words
    # Errors, not blanks, stand where results would be.
    first = openpyxl.load_workbook(recalculated, data_only=True)["Stacks"][5]
    assert [cell.value for cell in first[1:3]] == ["#N/A", "#N/A"]
    for words, expected in (
        ("unknown cathode", "Cathode NMC999 is not in the Materials sheet"),
        ("no cathode", "Cathode is blank"),
        ("percent", "Cathode porosity is 60; expected a fraction of at least 0 and below 1"),
        ("text in a number", "N/P ratio is no number but 1,1"),
        ("fractions over 1", "the fractions of the cathode add up to 1.1; expected at most 1"),
        ("liquid anode short of 1", "the fractions of the anode add up to 0.6; expected 1"),
        ("a foil as cathode", "Al foil is of kind foil"),
    ):
        assert expected in ours["Check"][list(BAD).index(words)]
    checks = openpyxl.load_workbook(recalculated, data_only=True)["Checks"]
    assert checks["A2"].value == "Checks broken: 1 (see Checks)"
    pages = soffice(path, "pdf")
    assert pages[0].stat().st_size > 10_000


def test_check_and_batch_agree_on_designs_with_random_faults(tmp_path):
    records = random_designs(400, seed=11, faults=True)
    path = made(tmp_path, records=records)
    frame = stacks(path)
    done = batch.run([path])
    ok = done.columns["status"] == OK
    assert 50 < ok.sum() < 350
    assert ((frame["Check"] == "ok").to_numpy() == ok).all()
    assert_same_results(frame, done.columns, ok)
    assert frame[list(HEADERS.values())][~ok].isna().all().all()


def test_materials_of_ones_own(tmp_path, soffice):
    """What is typed into Materials counts, and what is wrong there is said where it is used."""
    path = made(tmp_path)
    book = openpyxl.load_workbook(path)
    page, designs = book["Materials"], book["Stacks"]
    headers = {cell.value: cell.column for cell in page[4]}
    names = {page.cell(row, 1).value: row for row in range(5, 22)}
    own = 5 + len(names)
    for header, typed in (
        ("Material", "Ag"),
        ("Kind", "anode"),
        ("Density [g/cm³]", 10.49),
        ("Specific capacity [mAh/g]", 450),
        ("Potential vs. Li/Li⁺ [V]", 0.15),
    ):
        page.cell(own, headers[header]).value = typed
    page.cell(names["Al"], headers["Density [g/cm³]"]).value = 2.71
    page.cell(names["Sn"], headers["Density [g/cm³]"]).value = -1
    page.cell(names["Si"], headers["Density [g/cm³]"]).value = None
    columns = {cell.value: cell.column for cell in designs[4]}
    for row, anode in enumerate(("Ag", "Al", "Sn", "Si"), start=5):
        designs.cell(row, 1).value = anode
        designs.cell(row, columns["Anode"]).value = anode
        designs.cell(row, columns["Lithium excess"]).value = None
        designs.cell(row, columns["Cell voltage [V]"]).value = None
    changed = tmp_path / "own.xlsx"
    book.save(changed)
    (recalculated,) = soffice(changed, "xlsx", recalculate=True)
    frame, done = stacks(recalculated), batch.run([recalculated])
    ok = done.columns["status"] == OK
    assert ok[:4].tolist() == [True, True, False, True]
    assert ((frame["Check"] == "ok").to_numpy() == ok).all()
    assert "Sn: Density is -1" in frame["Check"][2]
    assert_same_results(frame, done.columns, ok)
    assert done.columns["cell_voltage_v"][0] == pytest.approx(3.65)
    # An anode without volume change has energies, no charged state, and a note that says so.
    assert np.isnan(frame["Energy density, charged [Wh/L]"][0])
    assert "no charged state" in frame["Notes"][0]
    assert "no charged state" in done.columns["notes"][0]


def changed(path, tmp_path, change):
    """A template changed as in a spreadsheet program, before it is worked out anew."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(tmp_path / "changed.xlsx")
    return tmp_path / "changed.xlsx"


def column_of(sheet, header):
    return next(cell.column for cell in sheet[4] if cell.value == header)


def row_of(sheet, name):
    return next(row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value == name)


def verdict(path):
    return openpyxl.load_workbook(path, data_only=True)["Read me"]["A2"].value


def test_odd_materials_sheets(tmp_path, soffice):
    """Only designs that use what is wrong are wrong, and the workbook and batch agree on which."""
    records = [{"design": name, **GOOD, "anode": name} for name in ("Si", "Al", "Sn", "Zn", "Mg")]
    records[1]["cathode_binder_fraction"] = 0.05
    path = made(tmp_path, records=records)

    def change(book):
        page = book["Materials"]
        density = column_of(page, "Density [g/cm³]")
        page.cell(row_of(page, "binder"), density).value = "x"
        page.cell(row_of(page, "Sn"), 2).value = "=1/0"
        for row, name, value in (
            (22, "Zn*", 1.0),
            (23, " Mg ", 2.0),
            (24, "=1/0", 1.0),
            (26, 5, 1.0),
        ):
            page.cell(row, 1).value = name
            page.cell(row, density).value = value
        page.cell(25, density).value = 3.0
        page.cell(row_of(page, "Si"), 1).value = "Si2"

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    frame, done = stacks(recalculated), batch.run([recalculated])
    # Si was renamed: the sheet does not know it any more, batch falls back on the library.
    assert frame["Check"].str.len().gt(2).tolist() == [True, True, True, False, True]
    ok = done.columns["status"] == OK
    assert ok.tolist() == [True, False, False, True, False]
    assert_same_results(frame, done.columns, [3])
    assert "binder or conductive carbon of the cathode" in frame["Check"][1]
    assert "error value" in frame["Check"][2]
    assert "more than once" in frame["Check"][4]
    page = openpyxl.load_workbook(recalculated, data_only=True)["Materials"]
    checks = {row[0].value: row[9].value for row in page.iter_rows(min_row=5, max_row=29)}
    assert "no name" in page.cell(25, 10).value
    assert checks["Zn*"] == "ok"
    assert "the name is a number" in checks[5]
    assert "Density" not in checks["Si2"]
    assert page.cell(row_of(page, "Si2"), column_of(page, "Density [g/cm³], used")).value == 2.33
    assert verdict(recalculated).startswith("Checks broken: 2")


def test_a_material_renamed_is_not_the_librarys(tmp_path, soffice):
    def change(book):
        page = book["Materials"]
        row = row_of(page, "Si")
        page.cell(row, 1).value = "Si2"
        page.cell(row, column_of(page, "Density [g/cm³]")).value = None
        sheet = book["Stacks"]
        sheet.cell(5, column_of(sheet, "Anode")).value = "Si2"

    path = made(tmp_path, records=[{"design": "a", **GOOD}])
    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    assert "Si2 has no Density" in stacks(recalculated)["Check"][0]
    assert batch.run([recalculated]).in_error == 1


def test_names_in_other_spellings(tmp_path):
    """Case, spaces, hyphens and underscores matter neither to the workbook nor to batch."""
    names = ("nmc-811", "NMC 811", " NMC811 ", "nmc_811")
    records = [{"design": name, **GOOD, "cathode": name} for name in names]
    records += [
        {"design": word, **GOOD, "anode": word}
        for word in ("Anode_Free", "ANODELESS", "none", "anode free")
    ]
    records += [{"design": "foil", **GOOD, "positive_foil": "al-FOIL"}]
    path = made(tmp_path, records=records)
    frame, done = stacks(path), batch.run([path])
    assert (frame["Check"] == "ok").all()
    assert_same_results(frame, done.columns)


def test_an_error_value_costs_its_own_row(tmp_path, soffice):
    path = made(tmp_path, records=[{"design": n, **GOOD} for n in "abcdef"])
    headers = ("Cathode", "Foil sharing", "N/P ratio", "Cell voltage [V]", "Positive foil")

    def change(book):
        sheet = book["Stacks"]
        for row, header in enumerate(headers, start=5):
            sheet.cell(row, column_of(sheet, header)).value = "=1/0"

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    frame = stacks(recalculated)
    assert frame["Check"].str.contains("error value").tolist() == [True] * 5 + [False]
    assert frame["Specific energy [Wh/kg]"].notna().tolist() == [False] * 5 + [True]
    assert verdict(recalculated) == "Checks broken: 1 (see Checks)"


def test_what_stands_below_a_table_is_noticed(tmp_path, soffice):
    """LibreOffice does not take it in; the checks say so."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])

    def below(title, row):
        def change(book):
            book[title].cell(row, 1).value = "typed below"

        return change

    for title, row in (("Stacks", 6), ("Stacks", 100), ("Materials", 40)):
        (recalculated,) = soffice(
            changed(path, tmp_path, below(title, row)), "xlsx", recalculate=True
        )
        assert verdict(recalculated) == "Checks broken: 1 (see Checks)"


def test_rows_without_a_name_and_blank_rows(tmp_path, soffice):
    path = made(tmp_path, records=[{"design": n, **GOOD} for n in "abc"])

    def change(book):
        sheet = book["Stacks"]
        last = column_of(sheet, "Cathode volume change")
        for row, keep in ((5, ()), (6, ("Cathode areal capacity [mAh/cm²]",))):
            for column in (1, *range(column_of(sheet, "Cathode"), last + 1)):
                if sheet.cell(4, column).value not in keep:
                    sheet.cell(row, column).value = None
        sheet.cell(6, column_of(sheet, "Cathode areal capacity [mAh/cm²]")).value = 5

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    sheet = openpyxl.load_workbook(recalculated, data_only=True)["Stacks"]
    # A blank row is no design; one with a single input is, and lacks the rest.
    assert not sheet["D5"].value
    assert "Cathode is blank" in sheet["D6"].value
    assert sheet["D7"].value == "ok"
    assert batch.run([recalculated]).read == 2
    # The other broken check is that of Breakdown, whose chosen design is gone.
    assert verdict(recalculated) == "Checks broken: 2 (see Checks)"


@pytest.mark.parametrize(
    "typed",
    [
        {"B5": "Separator thickness"},
        {"B5": "Foo"},
        {"B5": None},
        {"B5": "Anode active fraction"},
        {"C5": None},
        {"C5": True},
        {"C5": 200},
        {"D6": "x"},
    ],
)
def test_axes_that_cannot_be_used_give_no_map(tmp_path, soffice, typed):
    def change(book):
        for cell, value in typed.items():
            book["Sweep"][cell] = value

    path = changed(ROOT / "templates" / "sweep.xlsx", tmp_path, change)
    (recalculated,) = soffice(path, "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Maps"]
    grid = {page.cell(row, column).value for row in range(8, 19) for column in range(3, 14)}
    assert grid == {"n/a"}
    assert verdict(recalculated).startswith("Checks broken")


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_names_in_messages_and_looks_exist(path):
    book = openpyxl.load_workbook(path)
    texts = []
    for sheet in book:
        for validation in sheet.data_validations.dataValidation:
            texts += [validation.formula1, validation.formula2]
        for rules in sheet.conditional_formatting:
            texts += [formula for rule in rules.rules for formula in rule.formula]
    words = set()
    for text in filter(None, texts):
        words |= set(re.findall(r"[a-z]\w*_\w+", re.sub(r'"[^"]*"', "", text)))
    assert words
    assert words <= set(book.defined_names)


def test_a_table_may_grow_far(tmp_path, soffice):
    """What Excel does when hundreds of designs are pasted below the last row."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])

    def change(book):
        sheet = book["Stacks"]
        table = sheet.tables["Stacks"]
        for row in range(6, 306):
            for position, column in enumerate(table.tableColumns, start=1):
                formula = column.calculatedColumnFormula
                above = sheet.cell(5, position).value
                text = above if formula is None else "=" + formula.attr_text
                sheet.cell(row, position).value = text
        table.ref = table.ref.replace("5", "305")
        table.autoFilter = None

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    assert (stacks(recalculated)["Check"] == "ok").sum() == 301
    assert verdict(recalculated) == "All checks passed"


def test_designs_named_by_numbers(tmp_path, soffice):
    path = made(tmp_path, records=[{"design": "a", **GOOD}, {"design": "b", **GOOD}])

    def change(book):
        book["Stacks"]["A6"] = 7
        book["Breakdown"]["B4"] = 7

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    assert openpyxl.load_workbook(recalculated, data_only=True)["Breakdown"]["B5"].value == 2
    assert verdict(recalculated) == "All checks passed"


def test_alloys_follow_the_stacks_they_name(tmp_path, soffice):
    def change(book):
        sheet = book["Stacks"]
        sheet.cell(5, column_of(sheet, "Anode")).value = "Sn"

    path = changed(ROOT / "templates" / "alloys.xlsx", tmp_path, change)
    (recalculated,) = soffice(path, "xlsx", recalculate=True)
    assert verdict(recalculated) == "Checks broken: 1 (see Checks)"


def test_remarks_on_values_that_were_replaced_are_dropped(tmp_path, soffice):
    path = made(tmp_path, records=[{"design": "a", **GOOD}])
    assert "Li15Si4" in stacks(path)["Notes"][0]

    def change(book):
        page = book["Materials"]
        page.cell(row_of(page, "Si"), column_of(page, "Specific capacity [mAh/g]")).value = 2000

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Stacks"]
    notes = page.cell(5, column_of(page, "Notes")).value
    assert "Li15Si4" not in notes
    assert "the volume change is that of the library's specific capacity" in notes


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        ({"np_ratio": 50}, "N/P ratio is unusual"),
        ({"anode": "Li", "np_ratio": 50, "lithium_excess": 1}, ""),
        ({"anode": "Li", "anode_foil_thickness_um": 100}, "follows from the foil is unusual"),
        ({"foil_sharing": "bipolar"}, "the bipolar plate is Al foil, for both electrodes"),
        (
            {"electrolyte": "liquid electrolyte", "cathode_active_fraction": 1, "anode": "Li"},
            "the cathode has no pores, so no liquid electrolyte",
        ),
        ({"np_ratio": 0.8}, "the anode holds less than the cathode"),
        ({"separator_thickness_um": 5000}, "Separator thickness is unusual"),
    ],
)
def test_notes_are_there_where_batch_has_some(tmp_path, design, expected):
    record = {"cathode": "NMC811", "anode": "Al", "electrolyte": "LPSC", **design}
    path = made(tmp_path, records=[{"design": "a", **record}])
    frame = stacks(path)
    assert frame["Check"][0] == "ok"
    notes = frame["Notes"].astype(object).fillna("")[0]
    assert expected in notes
    assert bool(notes) == bool(batch.run([path]).columns["notes"][0])


def test_a_row_more_extends_formulas_validation_and_charts():
    """What Excel extends by itself is declared so that it does."""
    for path in (ROOT / "templates" / "stack.xlsx", ROOT / "templates" / "compare.xlsx"):
        sheet = openpyxl.load_workbook(path)["Stacks"]
        table = sheet.tables["Stacks"]
        calculated = {c.name: c.calculatedColumnFormula for c in table.tableColumns}
        for column in STACKS_TABLE.columns:
            formula = calculated[column.header]
            assert (formula is not None) == bool(column.formula)
            if formula is not None:
                position = list(calculated).index(column.header) + 1
                assert "=" + formula.attr_text == sheet.cell(5, position).value
        last = int(re.search(r"\d+$", table.ref).group())
        areas = [str(v.sqref) for v in sheet.data_validations.dataValidation]
        assert all(int(re.search(r"\d+$", a).group()) >= last for a in areas)
        if path.stem == "stack":
            with ZipFile(path) as package:
                charts = [n for n in package.namelist() if "charts/chart" in n]
                text = "".join(package.read(name).decode() for name in charts)
            # Excel extends a reference that covers a table's column from its first row to its last.
            for first, end in re.findall(r"Stacks!\$\w+\$(\d+):\$\w+\$(\d+)", text):
                assert (int(first), int(end)) == (5, last)


def test_a_row_put_in_by_libreoffice_is_calculated(tmp_path, soffice):
    """One more design below the last, with the formulas that the table declares for new rows."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])
    book = openpyxl.load_workbook(path)
    sheet = book["Stacks"]
    table = sheet.tables["Stacks"]
    for position, column in enumerate(table.tableColumns, start=1):
        formula = column.calculatedColumnFormula
        above = sheet.cell(5, position).value
        sheet.cell(6, position).value = above if formula is None else "=" + formula.attr_text
    sheet.cell(6, 1).value = "b"
    table.ref = table.ref.replace("5", "6")
    table.autoFilter = None
    book.save(tmp_path / "two.xlsx")
    (recalculated,) = soffice(tmp_path / "two.xlsx", "xlsx", recalculate=True)
    frame = stacks(recalculated)
    assert frame["Design"].tolist() == ["a", "b"]
    assert frame["Specific energy [Wh/kg]"][0] == frame["Specific energy [Wh/kg]"][1]


def test_compare_shows_what_the_paper_prints():
    page = openpyxl.load_workbook(ROOT / "templates" / "compare.xlsx", data_only=True)["Compare"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5, max_row=30)]
    agree = [row[5] == row[9] == "agrees" for row in rows]
    # Twenty agree; the six liquid ones with the inputs as stated do not, but Li's Wh/L.
    assert agree == [True] * 20 + [False] * 6
    assert rows[2][:4] == ["60% Si/LPSC/NMC", "as stated", 320, pytest.approx(320.36, abs=0.01)]
    graphite = next(row for row in rows[20:] if row[0].startswith("Graphite"))
    assert (round(graphite[3], 1), round(graphite[7], 1)) == (276.1, 779.5)
    assert (graphite[2], graphite[6]) == (274, 756)


def test_alloys_shows_the_check_values():
    """Capacities by Faraday's law and when fully expanded, as the literature has them."""
    book = openpyxl.load_workbook(ROOT / "templates" / "alloys.xlsx", data_only=True)
    page = book["Alloys"]
    headers = {cell.value: cell.column - 1 for cell in page[4]}
    rows = {row[0].value: [cell.value for cell in row] for row in page["A5:Z11"]}

    def column(header):
        return {name: row[headers[header]] for name, row in rows.items()}

    theoretical = column("Theoretical capacity [mAh/g]")
    for name, expected in (("Sb", 660), ("Zn", 410), ("In", 1012), ("Si", 3579)):
        assert round(theoretical[name]) == expected
    expanded = column("Volumetric capacity, fully expanded [Ah/L]")
    for name, expected in (("Si", 2212), ("Sn", 2125), ("Al", 1419), ("Zn", 1484)):
        assert round(expanded[name]) == expected
    by_lithium = column("Volume change by lithium's molar volume")
    assert round(by_lithium["Mg"], 2) == 1.91
    assert round(by_lithium["Si"], 1) == 2.8
    assert round(column("Energy density, charged [Wh/L]")["Si"], 1) == 1015.8
    assert len(rows) == 7
    # Beyond 1000 mAh/g little is gained.
    energies = [row[2].value for row in book["Returns"]["A5:C14"]]
    assert energies == sorted(energies)
    capacities = [row[1].value for row in book["Returns"]["A5:C14"]]
    at = dict(zip(capacities, energies, strict=True))
    assert at[1000] - at[500] > at[4000] - at[1000]


def test_alloys_are_those_of_the_equations():
    from xlcalc import equations as eq

    page = openpyxl.load_workbook(ROOT / "templates" / "alloys.xlsx", data_only=True)["Alloys"]
    headers = {cell.value: cell.column - 1 for cell in page[4]}
    for row in page.iter_rows(min_row=5, max_row=11, values_only=True):
        lithium = row[headers["Lithium per host atom"]]
        mass = row[headers["Molar mass of the host [g/mol]"]]
        density = row[headers["Density, listed [g/cm³]"]]
        assert row[headers["Theoretical capacity [mAh/g]"]] == pytest.approx(
            eq.theoretical_capacity(lithium_per_atom=lithium, molar_mass=mass), rel=1e-12
        )
        assert row[headers["Volumetric capacity, fully expanded [Ah/L]"]] == pytest.approx(
            eq.expanded_volumetric_capacity(
                lithium_per_atom=lithium,
                host_molar_volume=mass / density,
                lithium_molar_volume=8.9,
            ),
            rel=1e-12,
        )


def test_sweep_is_fig_3(tmp_path, soffice):
    path = ROOT / "templates" / "sweep.xlsx"
    page = openpyxl.load_workbook(path, data_only=True)["Maps"]
    thickness = [cell.value for cell in page[7][2:13]]
    fractions = [page.cell(row, 2).value for row in range(8, 19)]
    grid = [
        {**GOOD_SWEEP, "separator_thickness_um": x, "anode_active_fraction": y}
        for y in fractions
        for x in thickness
    ]
    expected = evaluate_records(grid).columns["specific_energy_wh_kg"].reshape(11, 11)
    found = [[page.cell(row, column).value for column in range(3, 14)] for row in range(8, 19)]
    assert np.allclose(found, expected, rtol=1e-12)
    # Other axes and another design: maps follow, points that cannot be say n/a.
    book = openpyxl.load_workbook(path)
    sheet = book["Sweep"]
    sheet["B5"], sheet["C5"], sheet["D5"] = "N/P ratio", 1, 2
    sheet["B6"], sheet["C6"], sheet["D6"] = "Cathode active fraction", 0.5, 1.5
    book.save(tmp_path / "other.xlsx")
    (recalculated,) = soffice(tmp_path / "other.xlsx", "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Maps"]
    assert page["C14"].value == "n/a"
    one = {**GOOD_SWEEP, "np_ratio": 2.0, "cathode_active_fraction": 0.6}
    (energy,) = evaluate_records([one]).columns["specific_energy_wh_kg"]
    assert page["M9"].value == pytest.approx(energy, rel=1e-12)


GOOD_SWEEP = {"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC", "cell_voltage_v": 3.4}


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_workbooks_are_as_good_ones_are(path):
    """Legend, print set-up, protection without password, messages, alternative texts."""
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Read me"
    assert book.calculation.fullCalcOnLoad
    words = " ".join(str(c.value) for row in book["Read me"] for c in row if c.value)
    for expected in (
        "The stack: foils",
        "Discharged",
        "Eq. 1-8",
        "What cells look like",
        "xlcalc ",
    ):
        assert expected in words
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet["A2"].value == "=master_check"
        assert not sheet.merged_cells.ranges
        assert sheet.protection.sheet != (sheet.title in ("Stacks", "Materials"))
        assert sheet.protection.password is None
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.protection.locked
                elif "input" in cell.style and "header" not in cell.style:
                    assert not cell.protection.locked
        for validation in sheet.data_validations.dataValidation:
            assert len(validation.prompt or "") <= 255
            assert validation.error
            assert len(validation.error) <= 255
    with ZipFile(path) as package:
        for name in package.namelist():
            if re.search(r"drawings/drawing\d+\.xml$", name):
                text = package.read(name).decode()
                frames = re.findall(r"<(?:\w+:)?cNvPr [^>]*>", text)
                assert frames
                assert all(re.search(r'descr="[^"]{20,}"', frame) for frame in frames)


NEWER = [
    "XLOOKUP",
    "LET",
    "LAMBDA",
    "FILTER",
    "SORT",
    "UNIQUE",
    "SEQUENCE",
    "TEXTJOIN",
    "CONCAT",
    "IFS",
    "SWITCH",
    "MAXIFS",
    "MINIFS",
    "XMATCH",
    "VSTACK",
    "TEXTSPLIT",
    "_xlfn",
    "_xlws",
]


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_formulas_are_plain(path):
    """No function newer than Excel 2016, none that Excel cannot hold, no array formula."""
    found = formulas(path)
    texts = {cell.value for cell in found.values()}
    assert all(isinstance(text, str) for text in texts)
    for text in texts:
        assert len(text) < 2500
        for name in NEWER:
            assert not re.search(rf"\b{name}\b\(?", re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", text)), (
                text
            )


def test_steps_are_short():
    """A step of the physics is one a person can read."""
    for column in STACKS_TABLE.columns:
        if column.group.startswith(("Results", "Cathode,", "Anode,", "Layers", "Growth")):
            assert len(column.formula) < 260, column.header


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_other_programs_open_it(path):
    import python_calamine

    book = python_calamine.load_workbook(str(path))
    rows = book.get_sheet_by_name("Stacks").to_python()
    assert len(rows) > 5
    sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    assert list(sheets) == book.sheet_names


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_package_obeys_the_rules_that_can_be_checked(path):
    """Content types, relationships, ids, table headers, defined names, formulas without "="."""
    with ZipFile(path) as package:
        names = package.namelist()
        parts = {name: package.read(name).decode("utf-8", "replace") for name in names}
    assert len(set(names)) == len(names)
    types = parts["[Content_Types].xml"]
    defaults = set(re.findall(r'<Default[^>]*Extension="(\w+)"', types))
    overrides = set(re.findall(r'PartName="/([^"]+)"', types))
    assert overrides <= set(names)
    for name in names[1:]:
        assert name in overrides or name.rsplit(".", 1)[-1] in defaults
        if name.endswith(".rels"):
            ids = re.findall(r'\bId="([^"]+)"', parts[name])
            assert len(set(ids)) == len(ids)
            for target in re.findall(r'Target="/([^"]+)"', parts[name]):
                assert target in names
    tables = [text for name, text in parts.items() if "/tables/" in name]
    ids = [re.search(r'<table [^>]*\bid="(\d+)"', text).group(1) for text in tables]
    displayed = [re.search(r'displayName="([^"]+)"', text).group(1) for text in tables]
    assert len(set(ids)) == len(ids)
    assert len({name.casefold() for name in displayed}) == len(displayed)
    # Print titles are names of their sheets; those of the workbook have no sheet.
    defined = re.findall(r'<definedName name="([^"]+)">', parts["xl/workbook.xml"])
    assert len({name.casefold() for name in defined}) == len(defined)
    assert not {name.casefold() for name in defined} & {name.casefold() for name in displayed}
    for name in defined:
        # Nothing that reads like a cell, in A1 or R1C1 terms.
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*([RrCc]\d*)?", name)
    for name, text in parts.items():
        if "/worksheets/sheet" not in name:
            continue
        assert "<f>=" not in text
        references = re.findall(r'<c r="([A-Z]+\d+)"', text)
        assert len(set(references)) == len(references)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for table in sheet.tables.values():
            top = next(iter(sheet[table.ref]))
            assert [cell.value for cell in top] == [column.name for column in table.tableColumns]
            headers = [cell.value.casefold() for cell in top]
            assert len(set(headers)) == len(headers)


def test_two_runs_give_the_same_bytes(tmp_path):
    one, two = (made(tmp_path / folder) for folder in _folders(tmp_path, "one", "two"))
    assert one.read_bytes() == two.read_bytes()


def _folders(tmp_path, *names):
    for name in names:
        (tmp_path / name).mkdir()
    return names


def test_a_broken_chosen_design_is_said(tmp_path, soffice):
    book = openpyxl.load_workbook(made(tmp_path))
    book["Breakdown"]["B4"] = "no such design"
    book.save(tmp_path / "b.xlsx")
    (recalculated,) = soffice(tmp_path / "b.xlsx", "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Breakdown"]
    assert page["C5"].value == "no design of this name"
    assert page["E8"].value == "#N/A"


def test_breakdown_is_that_of_evaluate(soffice, tmp_path):
    from xlcalc.quantities import BREAKDOWN

    path = ROOT / "workbooks" / "liquid_solid.xlsx"
    book = openpyxl.load_workbook(path)
    book["Breakdown"]["B4"] = "Si in liquid"
    book.save(tmp_path / "b.xlsx")
    (recalculated,) = soffice(tmp_path / "b.xlsx", "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Breakdown"]
    done = batch.run([path], breakdown=True)
    row = done.columns["design"].tolist().index("Si in liquid")
    checked = 0
    for line in page.iter_rows(min_row=8, max_row=21, values_only=True):
        layer = line[0].lower().replace(" ", "_")
        part = "layer" if line[1] == "whole layer" else line[1]
        for what, found in (("thickness_um", line[4]), ("loading_mg_cm2", line[5])):
            name = f"{layer}_{part}_{what}"
            if name in BREAKDOWN:
                expected = done.breakdown[name][row]
                assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), name
                checked += 1
    assert checked >= 24
