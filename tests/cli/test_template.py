"""`xlcalc template` as users call it, with what they get wrong."""

import json

import openpyxl
import pandas as pd
import pytest

from tests.support.books import HEADER, ROWS
from xlcalc.runs import template as template_module
from xlcalc.templates import TEMPLATES


def stacks(path):
    return pd.read_excel(path, sheet_name="Stacks", header=3, engine="openpyxl")


def test_list_says_what_each_is_for(run):
    code, out, _ = run("template", "--list")
    assert code == 0
    for template in TEMPLATES.values():
        assert f"{template.name:<8}  {template.purpose}" in out
    code, out, _ = run("template", "--json")
    assert [row["name"] for row in json.loads(out)] == list(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_is_written(run, tmp_path, name):
    code, out, err = run("template", name, "--output", tmp_path / "t.xlsx")
    assert (code, out.strip(), err) == (0, f"{name} written to {tmp_path / 't.xlsx'}", "")
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames[0] == "Read me"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "no template is named; expected one of stack, compare, sweep, alloys, batch"),
        (("stak", "-o", "x.xlsx"), "'stak' is no template; expected one of stack"),
        (("stack",), "no file is named; expected --output FILE.xlsx"),
        (("stack", "-o", "x.csv"), "x.csv: expected a file ending in .xlsx"),
        (("stack", "-o", "no/such/x.xlsx"), "x.xlsx: cannot be written (No such file"),
        (("stack", "-o", "x.xlsx", "--sheet", "A"), "expected --designs"),
        (("sweep", "-o", "x.xlsx", "--designs", "d.csv"), "takes no designs; expected stack or"),
        (("stack", "-o", "x.xlsx", "--designs", "none.csv"), "none.csv: "),
        (("stack", "-o", "x.xlsx", "--designs", "."), ".: is a folder; expected a file"),
    ],
)
def test_unusable_calls_are_one_sentence(run, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("template", *arguments)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept(run, tmp_path):
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"my work")
    code, _, err = run("template", "stack", "-o", path)
    assert code == 2
    assert "is there already; expected another name, or --replace" in err
    assert path.read_bytes() == b"my work"
    assert run("template", "stack", "-o", path, "--replace")[0] == 0
    assert openpyxl.load_workbook(path).sheetnames[0] == "Read me"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_designs_are_poured_in(run, tmp_path, designs, suffix):
    path = tmp_path / "filled.xlsx"
    code, out, err = run("template", "stack", "--designs", designs[suffix], "-o", path)
    assert (code, err) == (0, "")
    assert "with 3 designs, 0 in error" in out
    frame = stacks(path)
    assert frame["Design"].tolist() == ["A", "B", "C"]
    assert frame["Check"].tolist() == ["ok"] * 3
    _, out, _ = run("batch", designs[suffix], "--json")
    expected = [row["specific_energy_wh_kg"] for row in json.loads(out)["designs"]]
    assert frame["Specific energy [Wh/kg]"].tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["stack", "batch"])
def test_what_is_wrong_is_poured_in_and_named(run, tmp_path, make_book, name):
    rows = [[*ROWS[0], "my note"], ["bad", "NMC811", "Si", "LPSC", "high", 20, "=1+1"]]
    source = make_book(Stacks=[[*HEADER, "Supplier"], *rows])
    path = tmp_path / "filled.xlsx"
    code, out, err = run("template", name, "--designs", source, "-o", path)
    assert code == 3
    assert "with 2 designs, 1 in error" in out
    assert "book.xlsx, sheet Stacks, cell E3: N/P ratio is the text 'high'" in err
    frame = stacks(path)
    assert frame["N/P ratio"].tolist() == [1.2, "high"]
    # A user's own column stays; no text becomes a formula.
    assert frame["Supplier"][0] == "my note"
    cells = [c for row in openpyxl.load_workbook(path)["Stacks"].iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f" and "1+1" in str(c.value)]
    assert not [c for c in cells if c.data_type == "e" and name == "batch"]
    if name == "stack":
        assert frame["Check"][0] == "ok"
        assert "N/P ratio is no number but high" in frame["Check"][1]
    code, out, _ = run("batch", path, "--json")
    assert code == 3
    again = json.loads(out)
    assert again["rows_in_error"] == 1
    assert "Supplier" in again["designs"][0]


def test_materials_of_the_file_come_along(run, tmp_path, make_book):
    source = make_book(
        Stacks=[
            ["Design", "Cathode", "Anode", "Electrolyte"],
            ["own", "NMC811", "Ag", "LPSC"],
            ["wrong", "NMC811", "Sn", "LPSC"],
        ],
        Materials=[
            ["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]", "Potential_V"],
            ["Ag", "anode", 10.49, 450, 0.15],
            ["Sn", "anode", -1, None, None],
        ],
    )
    path = tmp_path / "filled.xlsx"
    code, _, err = run("template", "stack", "--designs", source, "-o", path)
    assert code == 3
    assert "cell C3: Density is -1" in err
    frame = stacks(path)
    assert frame["Check"][0] == "ok"
    assert "Density is -1" in frame["Check"][1]
    assert frame["Specific energy [Wh/kg]"].notna().tolist() == [True, False]
    code, out, _ = run("batch", path, "--json")
    assert [row["status"] == "ok" for row in json.loads(out)["designs"]] == [True, False]


def test_materials_keep_what_their_rows_say(run, tmp_path, make_book):
    """Remarks and sources go from file to file unchanged; wrong rows come as they were."""
    source = make_book(
        Stacks=[["Cathode", "Anode", "Electrolyte"], ["LFX", "Si", "LPSC"]],
        Materials=[
            [
                "Material",
                "Kind",
                "Density [g/cm³]",
                "Specific capacity [mAh/g]",
                "Source",
                "Remark",
            ],
            ["LFX", "cathode", 3.6, 160, "own data", "measured at C/20"],
            ["foo", "anode", "x", 1000, "a paper", None],
            [" ", None, 5, None, None, None],
        ],
    )
    first, second = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    run("template", "stack", "--designs", source, "-o", first)
    run("template", "stack", "--designs", first, "-o", second)
    for path in (first, second):
        page = openpyxl.load_workbook(path)["Materials"]
        headers = {cell.value: cell.column - 1 for cell in page[4]}
        rows = {row[0].value: [cell.value for cell in row] for row in page.iter_rows(min_row=5)}
        assert rows["LFX"][headers["Source"]] == "own data"
        assert rows["LFX"][headers["Remark"]] == "measured at C/20"
        assert rows["foo"][headers["Density [g/cm³]"]] == "x"
        assert rows["foo"][headers["Specific capacity [mAh/g]"]] == 1000
        assert rows["Si"][headers["Source"]].startswith("Density: Lewis et al. 2022, SI Table 3")
    frame = stacks(second)
    assert frame["Check"].tolist() == [
        "Cell voltage is blank, and a potential is missing in the Materials sheet. "
    ]


def test_a_binder_that_cannot_be_used_costs_only_who_uses_it(run, make_book):
    path = make_book(
        Stacks=[
            ["Cathode", "Anode", "Electrolyte", "Cathode binder fraction"],
            ["NMC811", "Si", "LPSC", None],
            ["NMC811", "Li", "LPSC", 0.1],
        ],
        Materials=[["Material", "Density [g/cm³]"], ["binder", "x"]],
    )
    code, out, _ = run("batch", path, "--json")
    assert code == 3
    rows = json.loads(out)["designs"]
    assert rows[0]["status"] == "ok"
    assert round(rows[0]["specific_energy_wh_kg"]) == 320
    assert "binder" in rows[1]["status"]


def test_a_users_column_called_as_one_of_ours(run, tmp_path):
    """It stays, under another name, and no formula takes it for its own."""
    path, source = tmp_path / "out.xlsx", tmp_path / "in.csv"
    source.write_text(
        "design,cathode,anode,electrolyte,Foils counted,foils COUNTED ,Check,Across\n"
        "1,NMC811,Si,LPSC,0.5,7,by Eve,left\n"
    )
    assert run("template", "stack", "--designs", source, "-o", path)[0] == 0
    frame = stacks(path)
    assert frame["Design"].tolist() == [1]
    assert round(frame["Specific energy [Wh/kg]"][0], 1) == 320.4
    headers = [str(header).casefold() for header in frame.columns]
    assert len(set(headers)) == len(headers)
    assert frame["Check"][0] == "ok"
    _, out, _ = run("batch", path, "--json")
    row = json.loads(out)["designs"][0]
    assert row["Across"] == "left"
    assert {"by Eve", "0.5", "7"} <= {row[name] for name in row if name.endswith((")", "Check"))}
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Read me"]["A2"].value == "All checks passed"
    assert book["Breakdown"]["B5"].value == 1


def test_a_material_three_times(run, tmp_path, make_book):
    source = make_book(
        Stacks=[["Cathode", "Anode", "Electrolyte"], ["NMC811", "AA", "LPSC"]],
        Materials=[["Material", "Density [g/cm³]"], ["AA", 1], ["AA", 2], ["AA", 3]],
    )
    path = tmp_path / "out.xlsx"
    assert run("template", "stack", "--designs", source, "-o", path)[0] == 3
    names = [row[0].value for row in openpyxl.load_workbook(path)["Materials"].iter_rows(min_row=5)]
    assert names.count("AA") == 3


def test_a_template_with_a_column_less_is_still_one(run, tmp_path):
    path = tmp_path / "t.xlsx"
    assert run("template", "stack", "-o", path)[0] == 0
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book["Stacks"]
    column = next(cell.column for cell in sheet[4] if cell.value == "Form of the anode")
    sheet.cell(4, column).value = "Mine"
    book.save(path)
    code, out, err = run("batch", path, "--json")
    assert code == 0
    unread, note = err.splitlines()
    assert note.startswith("t.xlsx, sheet Stacks, row 7: Si: 3579 mAh/g")
    assert unread.endswith("'Mine' names no field and is left alone")
    assert "Check" not in json.loads(out)["designs"][0]


def test_more_designs_than_a_workbook_calculates(run, tmp_path, designs, monkeypatch):
    monkeypatch.setattr(template_module, "MOST_CALCULATED", 2)
    code, _, err = run("template", "stack", "--designs", designs[".csv"], "-o", tmp_path / "x.xlsx")
    assert code == 2
    assert "3 designs are more than the 2 that the template stack holds" in err
    assert not (tmp_path / "x.xlsx").exists()
    code, _, _ = run("template", "batch", "--designs", designs[".csv"], "-o", tmp_path / "x.xlsx")
    assert code == 0


def test_a_sheet_with_some_of_our_headers_is_the_users_own(run, make_book):
    """Only a template's own columns are left out; a user's Check is kept."""
    header = ["Design", "Cathode", "Anode", "Electrolyte", "Check"]
    path = make_book(Stacks=[header, ["a", "NMC811", "Si", "LPSC", "by Eve"]])
    code, out, _ = run("batch", path, "--json")
    assert code == 0
    assert json.loads(out)["designs"][0]["Check"] == "by Eve"


def test_a_template_without_designs_left_is_said(run, tmp_path):
    path = tmp_path / "t.xlsx"
    assert run("template", "batch", "-o", path)[0] == 0
    book = openpyxl.load_workbook(path)
    for row in book["Stacks"]["A5:AC6"]:
        for cell in row:
            cell.value = None
    book.save(path)
    code, _, err = run("batch", path)
    assert code == 2
    assert "nothing stands below the header" in err


def test_other_names_become_those_of_the_sheet(run, tmp_path, make_book):
    source = make_book(
        Stacks=[
            ["Cathode", "Anode", "Electrolyte"],
            ["NCM 811", "silicon", "argyrodite"],
            ["LiFePO4", "none", "mine"],
            ["NMC811", "Sii", "LPSC"],
        ],
        Materials=[["Material", "Kind", "Density"], ["Mine", "solid electrolyte", 2.0]],
    )
    path = tmp_path / "out.xlsx"
    run("template", "stack", "--designs", source, "-o", path)
    frame = stacks(path)
    assert frame["Cathode"].tolist() == ["NMC811", "LFP", "NMC811"]
    assert frame["Anode"].tolist() == ["Si", "none", "Sii"]
    assert frame["Electrolyte"].tolist() == ["LPSC", "Mine", "LPSC"]
    assert frame["Check"].tolist() == ["ok", "ok", "Anode Sii is not in the Materials sheet. "]
    # Electrolytes of the designs come first, for charts have a colour for five.
    book = openpyxl.load_workbook(path, data_only=True)
    page, kinds = book["Materials"], ("solid electrolyte", "liquid electrolyte")
    names = [row[0].value for row in page.iter_rows(min_row=5) if row[1].value in kinds]
    rest = ["LLZO", "liquid electrolyte", "LGPS", "Li3PS4", "Li3InCl6", "LATP", "PEO"]
    assert names == ["LPSC", "Mine", *rest]
    shown = [book["Charts"].cell(row, 2).value for row in range(5, 10)]
    assert shown == ["LPSC", "Mine", "LLZO", "liquid electrolyte", "others"]
