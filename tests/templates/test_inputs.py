"""The templates in use: what people type into them, right and wrong."""

from contextlib import closing

import numpy as np
import openpyxl
import pytest

from tests.support.books import ROOT
from tests.support.template_books import (
    FREE_ROW,
    GOOD,
    HEADERS,
    assert_same_results,
    changed,
    column_of,
    made,
    row_of,
    stacks,
    verdict,
)
from xlcalc.physics.quantities import OK
from xlcalc.runs import batch

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
    "text in a number": {"np_ratio": "1,100"},
    "a truth value": {"np_ratio": True},
    "zero capacity": {"cathode_areal_capacity_mah_cm2": 0},
    "negative thickness": {"separator_thickness_um": -20},
    "beyond any stack": {"separator_thickness_um": 1e12},
    "percent": {"cathode_porosity": 60},
    "fractions over 1": {"cathode_active_fraction": 0.8, "cathode_binder_fraction": 0.3},
    "anode fractions over 1": {"anode_active_fraction": 0.9, "anode_carbon_fraction": 0.2},
    "liquid short of 1": {
        "electrolyte": "liquid electrolyte",
        "anode": "Li",
        "cathode_active_fraction": 0.6,
        "cathode_binder_fraction": 0.0,
        "cathode_carbon_fraction": 0.0,
    },
    "liquid anode short of 1": {
        "electrolyte": "liquid electrolyte",
        "anode_active_fraction": 0.8,
        "anode_binder_fraction": 0.0,
        "anode_carbon_fraction": 0.1,
    },
    "liquid in part": {"electrolyte": "liquid electrolyte", "cathode_active_fraction": 1.0},
    "liquid anode in part": {"electrolyte": "liquid electrolyte", "anode_carbon_fraction": 0.02},
    "liquid basis": {"electrolyte": "liquid electrolyte", "anode_fraction_basis": "volume"},
    "a film in a solid cell": {"separator_material": "PP"},
    "a separator unknown": {"separator_material": "kryptonite"},
    "lithium said twice": {"anode": "Li", "anode_foil_thickness_um": 20, "lithium_excess": 3},
    "anode-free with excess": {"anode": "None", "lithium_excess": 1},
    "anode-free with a foil": {"anode": "anode-free", "anode_foil_thickness_um": 20},
    "a choice unknown": {"expansion_model": "linear"},
    "no potential": {"cathode": "LPSC"},
    "an unknown foil though bipolar": {"foil_sharing": "bipolar", "negative_foil": "?"},
    "voltage zero": {"cell_voltage_v": 0},
    "voltage text": {"cell_voltage_v": "3.4 or so"},
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
        ("text in a number", "N/P ratio is no number but 1,100"),
        ("fractions over 1", "the fractions of the cathode add up to 1.1; expected at most 1"),
        ("liquid anode short of 1", "the fractions of the anode add up to 0.9; expected 1"),
        ("a foil as cathode", "Al foil is of kind foil"),
    ):
        assert expected in ours["Check"][list(BAD).index(words)]
    checks = openpyxl.load_workbook(recalculated, data_only=True)["Checks"]
    assert checks["A2"].value == "Checks broken: 1 (see Checks)"
    pages = soffice(path, "pdf")
    assert pages[0].stat().st_size > 10_000


def test_materials_of_ones_own(tmp_path, soffice):
    """What is typed into Materials counts, and what is wrong there is said where it is used."""
    path = made(tmp_path)
    book = openpyxl.load_workbook(path)
    page, designs = book["Materials"], book["Stacks"]
    headers = {cell.value: cell.column for cell in page[4]}
    names = {page.cell(row, 1).value: row for row in range(5, FREE_ROW)}
    own = FREE_ROW
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
            (FREE_ROW, "Zn*", 1.0),
            (FREE_ROW + 1, " Mg ", 2.0),
            (FREE_ROW + 2, "=1/0", 1.0),
            (FREE_ROW + 4, 5, 1.0),
        ):
            page.cell(row, 1).value = name
            page.cell(row, density).value = value
        page.cell(FREE_ROW + 3, density).value = 3.0
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
    check = column_of(page, "Check")
    rows = page.iter_rows(min_row=5, max_row=FREE_ROW + 7)
    checks = {row[0].value: row[check - 1].value for row in rows}
    assert "no name" in page.cell(FREE_ROW + 3, check).value
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
    assert batch.run([recalculated]).summary.in_error == 1


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


def test_what_stands_below_a_table_is_noticed(tmp_path, office):
    """LibreOffice does not take it in; the checks say so."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])

    def below(title, row):
        def change(book):
            book[title].cell(row, 1).value = "typed below"

        return change

    places = (("Stacks", 6), ("Stacks", 100), ("Materials", FREE_ROW + 18))
    paths = [
        changed(path, tmp_path, below(*place)).rename(tmp_path / f"below{n}.xlsx")
        for n, place in enumerate(places)
    ]
    for recalculated in office.recalculated(paths, tmp_path / "new"):
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
    assert batch.run([recalculated]).summary.read == 2
    # The other broken check is that of Breakdown, whose chosen design is gone.
    assert verdict(recalculated) == "Checks broken: 2 (see Checks)"


UNUSABLE = [
    ("B5", "Separator thickness"),
    ("B5", "Foo"),
    ("B5", None),
    ("B5", "Anode active fraction"),
    ("C5", None),
    ("C5", True),
    ("C5", 200),
    ("D6", "x"),
]


@pytest.mark.slow
def test_axes_that_cannot_be_used_give_no_map(tmp_path, office):
    """All in one start: a book has 30,000 formulas."""
    book = openpyxl.load_workbook(ROOT / "templates" / "sweep.xlsx")
    paths = []
    for cell, typed in UNUSABLE:
        usable = book["Sweep"][cell].value
        book["Sweep"][cell] = typed
        paths.append(tmp_path / f"axes{len(paths)}.xlsx")
        book.save(paths[-1])
        book["Sweep"][cell] = usable
    for case, recalculated in zip(
        UNUSABLE, office.recalculated(paths, tmp_path / "new"), strict=True
    ):
        with closing(openpyxl.load_workbook(recalculated, data_only=True, read_only=True)) as maps:
            area = {"min_row": 8, "max_row": 18, "min_col": 3, "max_col": 13}
            rows = maps["Maps"].iter_rows(**area, values_only=True)
            grid = [value for row in rows for value in row]
        assert grid == ["n/a"] * 121, case
        assert verdict(recalculated).startswith("Checks broken"), case


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
        (
            {"anode": "Li", "np_ratio": 50, "lithium_excess": 1},
            "N/P ratio is not used with lithium metal, whose amount is lithium_excess",
        ),
        ({"anode": "Li", "lithium_excess": 0}, "lithium metal without excess is anode-free"),
        (
            {"anode": "Li", "anode_porosity": 0.1},
            "Anode porosity is not used by an anode that is a plain metal",
        ),
        (
            {"anode": "Li", "anode_foil_thickness_um": 300},
            "the lithium excess that follows from the foil is unusual",
        ),
        ({"foil_sharing": "bipolar"}, "the bipolar plate is Al foil, for both electrodes"),
        (
            {"electrolyte": "liquid electrolyte", "cathode_porosity": 0, "anode": "Li"},
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


def test_a_broken_chosen_design_is_said(tmp_path, soffice):
    book = openpyxl.load_workbook(made(tmp_path))
    book["Breakdown"]["B4"] = "no such design"
    book.save(tmp_path / "b.xlsx")
    (recalculated,) = soffice(tmp_path / "b.xlsx", "xlsx", recalculate=True)
    page = openpyxl.load_workbook(recalculated, data_only=True)["Breakdown"]
    assert page["C5"].value == "no design of this name"
    assert page["E8"].value == "#N/A"
