"""`xlcalc scenarios`: an engineer's own model, once per row of inputs."""

import csv
import json

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.runs.scenarios import run_scenarios

ENERGY = CATALOGUE["SSB_ENERGY_DENSITY"]


@pytest.fixture
def model(tmp_path):
    """A model with formulas of its own, functions of ours, and a cell that cannot be worked out."""
    book = openpyxl.Workbook()
    inputs, summary = book.active, book.create_sheet("The summary")
    inputs.title = "Inputs"
    for row, (name, value) in enumerate(
        (
            ("anode", "Si"),
            ("q", 4),
            ("separator", 20),
            ("cells", 12),
            ("spare", None),
            ("live", True),
        ),
        start=1,
    ):
        inputs.cell(row, 1).value = name
        inputs.cell(row, 2).value = value
    summary["A1"] = '=SSB_ENERGY_DENSITY("NMC811",Inputs!B1,"LPSC",Inputs!B2,,Inputs!B3)'
    summary["A2"] = "=A1*Inputs!B4"
    summary["A3"] = '=IF(Inputs!B5="","blank",Inputs!B5)'
    summary["A4"] = "=MYOWN(A1)"
    summary["A5"] = "=IFERROR(A4,0)"
    summary["A6"] = "=NOT(Inputs!B6)"
    for name, text in (
        ("capacity", "Inputs!$B$2"),
        ("anode_name", "Inputs!$B$1"),
        ("energy", "'The summary'!$A$1"),
        ("whole", "'The summary'!$A$2"),
        ("several", "Inputs!$B$1:$B$3"),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=text)
    path = tmp_path / "model.xlsx"
    book.save(path)
    return path


def write(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def test_each_row_is_the_model_with_its_inputs(run, model, tmp_path):
    before = model.read_bytes()
    cases = write(
        tmp_path / "cases.csv",
        "label,capacity,Inputs!B3,anode_name\nbase,4,20,Si\nthick,4,50,Si\nAl,3,20,Al\nagain,,,\n",
    )
    out_file = tmp_path / "results.csv"
    arguments = ("--inputs", cases, "--outputs", "energy", "whole", "--output", out_file)
    code, out, err = run("scenarios", model, *arguments)
    assert code == 0
    assert "3 scenarios run, 0 in error" in out
    # A text alone in the first column is a remark, as in every table that xlcalc reads.
    assert "cases.csv, row 5: holds only 'again' and is left alone" in err
    rows = list(csv.DictReader(out_file.read_text("utf-8").splitlines()))
    assert list(rows[0]) == [
        "label",
        "capacity",
        "Inputs!B3",
        "anode_name",
        "energy",
        "whole",
        "status",
    ]
    expected = [
        ENERGY("NMC811", anode, "LPSC", q, None, separator)
        for anode, q, separator in (("Si", 4, 20), ("Si", 4, 50), ("Al", 3, 20))
    ]
    assert [float(row["energy"]) for row in rows] == pytest.approx(expected, rel=1e-12)
    assert [float(row["whole"]) for row in rows] == pytest.approx([e * 12 for e in expected])
    assert {row["status"] for row in rows} == {"ok"}
    assert model.read_bytes() == before


def test_a_blank_keeps_the_models_own_value_after_another_row_changed_it(model, tmp_path):
    cases = write(
        tmp_path / "c.csv", "capacity,Inputs!B5,Inputs!B6\n3,7,FALSE\n,,\n,1.5,\n5,,TRUE\n"
    )
    done = run_scenarios(model, cases, ["energy", "The summary!A3", "'The summary'!$A$6"])
    # A row of blanks alone is no row.
    expected = [ENERGY("NMC811", "Si", "LPSC", q) for q in (3, 4, 5)]
    assert list(done.columns["energy"]) == pytest.approx(expected, rel=1e-12)
    assert list(done.columns["The summary!A3"]) == [7, 1.5, "blank"]
    assert list(done.columns["'The summary'!$A$6"]) == [True, False, False]


def test_a_wrong_case_costs_itself_alone(run, model, tmp_path):
    cases = write(
        tmp_path / "cases.csv",
        "capacity;Inputs!B3;anode_name\n4;20;Si\nfour;20;Si\n3,5;20;Si\n4;-20;Si\n4;20;Sj\n4;50;Si\n",
    )
    arguments = ("--inputs", cases, "--outputs", "energy", "--output", tmp_path / "r.csv")
    code, out, err = run("scenarios", model, *arguments)
    assert code == 3
    assert "6 scenarios run, 4 in error" in out
    assert (
        "cases.csv, cell A3: capacity is the text 'four'; expected a number, as in Inputs!B2" in err
    )
    assert "cases.csv, cell A4: capacity is the text '3,5'; expected a number" in err
    assert "cases.csv, row 5: energy is #NUM!" in err
    assert "cases.csv, row 6: energy is #N/A" in err
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8").splitlines()))
    assert [row["status"] == "ok" for row in rows] == [True, False, False, False, False, True]
    assert [row["energy"] for row in rows][1:5] == ["", "", "#NUM!", "#N/A"]
    assert float(rows[5]["energy"]) == pytest.approx(ENERGY("NMC811", "Si", "LPSC", 4, None, 50))


def test_parquet_in_and_out_and_json(run, model, tmp_path):
    frame = pd.DataFrame({"capacity": [2.5, None, 4.0], "note": ["a", "b", "c"]})
    frame.to_parquet(tmp_path / "cases.parquet")
    code, _, _ = run(
        "scenarios",
        model,
        "-i",
        tmp_path / "cases.parquet",
        "--outputs",
        "energy",
        "-o",
        tmp_path / "r.parquet",
    )
    assert code == 0
    result = pd.read_parquet(tmp_path / "r.parquet")
    expected = [ENERGY("NMC811", "Si", "LPSC", q) for q in (2.5, 4, 4)]
    assert list(result["energy"]) == pytest.approx(expected, rel=1e-12)
    assert list(result["note"]) == ["a", "b", "c"]
    code, out, _ = run(
        "scenarios", model, "-i", tmp_path / "cases.parquet", "--outputs", "energy", "--json"
    )
    summary = json.loads(out)
    assert (code, summary["scenarios"], summary["inputs"]) == (0, 3, ["capacity (Inputs!B2)"])
    assert [row["energy"] for row in summary["results"]] == list(result["energy"])


@pytest.mark.parametrize(
    ("cases", "outputs", "expected"),
    [
        (
            "capasity\n4\n",
            "energy",
            "cell A1: 'capasity' names no cell of model.xlsx; expected a defined",
        ),
        (
            "capacity\n4\n",
            "energi",
            "the output 'energi' is no cell; expected a defined name of one cell",
        ),
        ("capacity\n4\n", "energi", "did you mean energy?"),
        ("capacity\n4\n", "Nosheet!A1", "the output 'Nosheet!A1' is no cell"),
        ("capacity\n4\n", "several", "the output 'several' is no cell"),
        ("capacity\n4\n", "capacity", "cell Inputs!B2: the output capacity holds no formula"),
        ("energy\n4\n", "whole", "energy is the cell 'The summary'!A1, which holds a formula"),
        (
            "capacity,inputs!b2\n4,5\n",
            "energy",
            "capacity and inputs!b2 are both the cell Inputs!B2",
        ),
        ("capacity,fraction\n4,60%\n", "energy", "'fraction' names no cell of model.xlsx"),
        ("capacity,Inputs!C50\n4,5\n", "energy", "which is blank, and no formula refers to it"),
        ("label\nx\n", "energy", "no header names a cell of model.xlsx"),
        ("capacity\n", "energy", "nothing stands below the header"),
        (
            "capacity\n4\n",
            "The summary!A4",
            "the output The summary!A4 has no value, for it uses MYOWN",
        ),
        (
            "capacity\n4\n",
            "The summary!A5",
            "for it depends on 'The summary'!A4, which has no value",
        ),
    ],
)
def test_unusable_calls_are_one_sentence(run, model, tmp_path, cases, outputs, expected):
    write(tmp_path / "cases.csv", cases)
    code, out, err = run(
        "scenarios",
        model,
        "-i",
        tmp_path / "cases.csv",
        "--outputs",
        outputs,
        "-o",
        tmp_path / "r.csv",
    )
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("-i", "none.csv", "--outputs", "energy", "-o", "r.csv"),
            "none.csv: cannot be read (No such file",
        ),
        (
            ("-i", "c.csv", "--outputs", "energy"),
            "no file is named; expected --output FILE, or --json",
        ),
        (
            ("-i", "c.csv", "--outputs", "energy", "-o", "r.xlsx"),
            "r.xlsx: expected a file ending in .csv",
        ),
        (
            ("-i", "c.docx", "--outputs", "energy", "-o", "r.csv"),
            "expected a file of cases ending in .csv",
        ),
        (("-i", "c.csv", "-o", "r.csv"), "Missing option '--outputs'"),
    ],
)
def test_what_is_missing_is_said(run, model, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "c.csv", "capacity\n4\n")
    write(tmp_path / "c.docx", "capacity\n4\n")
    code, _, err = run("scenarios", model, *arguments)
    assert code == 2
    assert expected in err


def test_a_label_may_be_called_status_and_a_cell_must_be_on_the_sheet(run, model, tmp_path):
    cases = write(tmp_path / "c.csv", "status,capacity\nnew,4\n")
    done = run_scenarios(model, cases, ["energy"])
    assert list(done.columns["status (2)"]) == ["new"]
    assert list(done.columns) == ["status (2)", "capacity", "energy", "status"]
    assert list(done.columns["status"]) == ["ok"]
    for cell in ("A1048577", "XFE1"):
        write(tmp_path / "c.csv", f"{cell}\n4\n")
        code, _, err = run("scenarios", model, "-i", cases, "--outputs", "energy", "--json")
        assert code == 2
        assert f"{cell!r} names no cell of model.xlsx" in err


def test_a_cell_of_an_array_that_outgrew_its_cells_has_no_value(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "m.xlsx")
    sheet = book.add_worksheet("S")
    sheet.write("A1", 2)
    sheet.write_dynamic_array_formula("B1:B2", "=SEQUENCE(A1)", None, 0)
    book.close()
    cases = write(tmp_path / "c.csv", "A1\n2\n1\n")
    done = run_scenarios(tmp_path / "m.xlsx", cases, ["B2"])
    assert list(done.columns["B2"]) == [2, None]
    assert "B2 has no value: it gives a range that does not fit its cells" in done.errors[0]


@pytest.mark.parametrize("name", ["cases.csv", "model.xlsx"])
def test_inputs_are_never_written_over(run, model, tmp_path, name):
    cases = write(tmp_path / "cases.csv", "capacity\n4\n")
    output = tmp_path / name if name == "cases.csv" else tmp_path / "link.csv"
    if name == "model.xlsx":
        output.symlink_to(cases)
    before = cases.read_bytes()
    code, _, err = run("scenarios", model, "-i", cases, "--outputs", "energy", "-o", output)
    assert code == 2
    assert "is both input and output; expected another output file" in err
    assert cases.read_bytes() == before


def test_numbers_of_a_csv_file_are_numbers_in_the_results(model, tmp_path):
    cases = write(tmp_path / "c.csv", "capacity,note\n4,a\n2.5,b\n,c\n")
    done = run_scenarios(model, cases, ["energy"], tmp_path / "r.parquet")
    assert done.columns["capacity"].tolist()[:2] == [4.0, 2.5]
    assert pd.read_parquet(tmp_path / "r.parquet")["capacity"].dtype == float


def test_a_template_is_a_model_too(tmp_path):
    """The sweep template, driven from outside, against the functions."""
    from tests.support.books import ROOT

    cases = write(tmp_path / "c.csv", "base_separator_thickness_um,base_np_ratio\n20,1.1\n35,1.2\n")
    source = ROOT / "templates" / "sweep.xlsx"
    names = openpyxl.load_workbook(source, read_only=False).defined_names
    assert "base_np_ratio" in names
    done = run_scenarios(source, cases, ["master_check"])
    assert list(done.columns["master_check"]) == ["All checks passed"] * 2


def test_a_reference_that_a_case_leads_to_a_cell_without_value_is_named(run, tmp_path):
    """The model as saved does not need it; another input does, and IFERROR must not hide that."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    for address, content in {
        **{"A1": 10, "A2": 20, "A3": "=MINE(A1)", "B1": 1},
        **{"C1": "=IFERROR(OFFSET(A1,B1,0),7)*2", "C2": "=A1*B1"},
    }.items():
        sheet[address] = content
    book.save(tmp_path / "model.xlsx")
    (tmp_path / "cases.csv").write_text("B1\n0\n2\n1\n")
    code, out, _ = run(
        *("scenarios", tmp_path / "model.xlsx", "-i", tmp_path / "cases.csv"),
        *("--outputs", "C1", "C2", "--json"),
    )
    rows = json.loads(out)["results"]
    assert code == 3
    assert [row["C1"] for row in rows] == [20, None, 40]
    assert [row["C2"] for row in rows] == [0, 20, 10]
    assert [row["status"] == "ok" for row in rows] == [True, False, True]
    assert "C1 has no value: it refers to a cell that has no value" in rows[1]["status"]
