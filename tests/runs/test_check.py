"""`xlcalc check`: all that is wrong at once, the rows add up, and stale results are told."""

import csv
import json
import re
import shutil
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from tests.support.books import HEADER, ROWS
from tests.support.recalc_books import parts_of
from xlcalc.runs import batch, staleness
from xlcalc.runs.check import REPORTED, check
from xlcalc.runs.options import OutputOptions

TABLE = [
    [*HEADER, "cathode_porosity", "Supplier"],
    ["good", "NMC811", "Si", "LPSC", 1.1, 20, 0, "x"],
    ["two faults", "NMC99", "Si", "LPSC", "many", 20, 0, "x"],
    ["percent", "NMC811", "Si", "LPSC", 1.1, 20, 60, "x"],
    ["percent", "NMC811", "Si", "LPSC", 1.1, 20, 61, "x"],
    [],
    ["=HYPERLINK(1)", "NMC811", "=1", "LPSC", 1.1, 20, 0, "x"],
    ["thin", "NMC811", "Al", "LPSC", 1.1, 0.002, 0, "x"],
    ["a remark below the table"],
]


@pytest.fixture
def messy(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Stacks"
    for row in TABLE:
        book.active.append(row)
    for name in ("A7", "C7"):
        book.active[name].data_type = "s"
    own = book.create_sheet("Materials")
    own.append(["Material", "Density"])
    own.append(["Sn", "heavy"])
    path = tmp_path / "messy.xlsx"
    book.save(path)
    return path


def findings_of(path):
    """What a report tells of each finding."""
    return [SimpleNamespace(**found.columns) for found in check([path]).findings]


def test_all_faults_at_once(messy):
    findings = findings_of(messy)
    faults = {(f.cell, f.field): f for f in findings if f.kind == "design"}
    assert set(faults) == {
        ("B3", "cathode"),
        ("E3", "np_ratio"),
        ("G4", "cathode_porosity"),
        ("G5", "cathode_porosity"),
        ("C7", "anode"),
    }
    ratio = faults["E3", "np_ratio"]
    assert (ratio.file, ratio.sheet, ratio.design) == ("messy.xlsx", "Stacks", "two faults")
    assert (ratio.found, ratio.expected) == ("many", "a number above 0")
    porosity = faults["G4", "cathode_porosity"]
    assert (porosity.found, porosity.expected) == ("60", "a fraction of at least 0 and below 1")
    assert porosity.sentence.endswith("for 60 % write 0.6")
    [material] = [f for f in findings if f.kind == "material"]
    assert (material.sheet, material.cell, material.field) == ("Materials", "B2", "Sn")
    notes = [f for f in findings if f.kind == "note" and "0.002" in f.sentence]
    assert [(note.cell, note.design) for note in notes] == [("F8", "thin")]


def test_it_says_what_a_run_says_and_rows_add_up(messy, tmp_path, designs):
    several = [messy, *designs.values()]
    checked, done = check(several), batch.run(several)
    assert (
        (checked.evaluated, checked.in_error)
        == (done.summary.evaluated, done.summary.in_error)
        == (11, 4)
    )
    assert checked.left_alone == 1
    assert checked.rows == checked.evaluated + checked.in_error + checked.left_alone == 16
    # Each sentence of a run's status stands in the report, with its cell.
    told = {f.problem.sentence for f in checked.findings if f.kind == "design"}
    for status in done.summary.errors:
        first, *_ = (text for text in told if status.startswith(text))
        told.remove(first)
    assert len(told) == 1  # the second fault of a row


def test_on_screen_it_is_short(run, messy):
    code, out, err = run("check", messy)
    assert (code, err) == (3, "")
    lines = out.splitlines()
    [percent] = [line for line in lines if "porosity" in line]
    assert percent == (
        "  messy.xlsx, sheet Stacks, cell G4: Cathode porosity is 60; expected a fraction of at "
        "least 0 and below 1; for 60 % write 0.6 (and 1 more: G5)"
    )
    assert lines[-1] == "7 rows: 2 can be evaluated, 4 in error, 1 left alone"


def test_a_fault_in_many_rows_is_told_once(run, tmp_path):
    path = tmp_path / "many.csv"
    rows = [f"NMC811,Si,LPSC,{2 + n / 20}" for n in range(1000)]
    path.write_text("\n".join(["cathode,anode,electrolyte,cathode_porosity", *rows]))
    code, out, _ = run("check", path)
    assert code == 3
    assert "(and 999 more: D3, D4, D5, D6, D7, ...)" in out
    assert len(out.splitlines()) < 8
    assert "1,000 rows: 0 can be evaluated, 1,000 in error" in out


def test_good_files_end_well(run, designs):
    code, out, err = run("check", *designs.values())
    assert (code, err) == (0, "")
    assert "9 rows in 3 files: 9 can be evaluated, 0 in error" in out


def test_files_that_cannot_be_used(run, messy, designs, tmp_path):
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    code, out, err = run("check", bad, designs[".csv"])
    assert (code, err) == (3, "")
    what = "bad.xlsx: is a text such as .csv although its name ends in .xlsx"
    assert f"Files that cannot be used:\n  {what}" in out
    report = tmp_path / "report.csv"
    code, out, err = run("check", bad, "-o", report)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(
        "xlcalc: bad.xlsx: is a text such as .csv although its name ends in .xlsx"
    )
    assert "bad.xlsx" in report.read_text()
    code, _, err = run("check", tmp_path / "none.xlsx")
    assert (code, err.count("\n")) == (2, 1)
    for name in ("report.pdf", "report.parquet"):
        code, _, err = run("check", bad, "-o", tmp_path / name)
        assert code == 2
        assert "expected a file ending in .xlsx, .csv, .json" in err
    code, _, err = run("check", messy, "-o", messy)
    assert (code, "both input and output" in err) == (2, True)


def test_reports_name_every_cell_and_texts_stay_texts(run, messy, tmp_path):
    names = list(REPORTED)
    findings = findings_of(messy)
    for suffix in (".xlsx", ".csv", ".json"):
        code, out, _ = run("check", messy, "-o", tmp_path / f"report{suffix}")
        assert code == 3
        assert f"Report written to {tmp_path / f'report{suffix}'}" in out
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Findings"]
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == [name.capitalize() for name in names]
    assert len(rows) == len(findings)
    by_cell = {row[names.index("cell")].value: row for row in rows}
    odd = by_cell["C7"]
    assert odd[names.index("design")].value == "=HYPERLINK(1)"
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    sheets = [text for name, text in parts_of(tmp_path / "report.xlsx").items() if "sheet" in name]
    assert not any(b"<f>" in text or b"<hyperlink" in text for text in sheets)
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["cell"] for line in lines] == [found.cell for found in findings]
    assert {"'=HYPERLINK(1)"} == {x["design"] for x in lines if x["cell"] == "C7"}
    held = json.loads((tmp_path / "report.json").read_text())
    assert [line["sentence"] for line in held] == [found.sentence for found in findings]


def test_libreoffice_opens_the_report(run, messy, tmp_path, soffice):
    run("check", messy, "-o", tmp_path / "report.xlsx")
    sheets = soffice(tmp_path / "report.xlsx", "csv", ":Text - txt - csv (StarCalc):44,34,76,1")
    text = sheets[0].read_text("utf-8")
    assert "=HYPERLINK(1)" in text
    assert "G4" in text


def test_json_holds_all(run, messy):
    code, out, _ = run("check", messy, "--json")
    held = json.loads(out)
    assert code == 3
    assert held["rows"] == held["rows_evaluated"] + held["rows_in_error"] + held["rows_left_alone"]
    assert len([f for f in held["findings"] if f["kind"] == "design"]) == 5


def test_the_terminal_obeys_no_sign_of_a_file(run, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("cathode,anode,electrolyte\nNMC811,\x1b[2J\x07,LPSC\n")
    _, out, err = run("check", path)
    assert "\x1b" not in out + err
    assert "\x07" not in out + err


# Results of an earlier run.

KINDS = [".xlsx", ".csv", ".parquet"]


@pytest.fixture
def made(make_book, tmp_path):
    """Make results of designs, with the workbook's own materials, and one wrong row."""

    def make(suffix):
        own = [["Material", "Kind", "Density", "Specific capacity", "Potential vs. Li/Li⁺ [V]"]]
        own += [["Ag", "anode", 10.49, 248, 0.1], ["Al", None, 2.6, None, None]]
        silver = ["D", "NMC811", "Ag", "LPSC", 1.1, 20]
        source = make_book("designs.xlsx", Stacks=[HEADER, *ROWS, silver], Materials=own)
        output = tmp_path / f"results{suffix}"
        batch.run([source], output)
        return source, output

    return make


@pytest.mark.parametrize("suffix", KINDS)
def test_results_as_they_were_made_are_up_to_date(run, made, suffix):
    _, output = made(suffix)
    code, out, err = run("check", output)
    assert (code, err) == (0, ""), out
    assert f"results{suffix}: results are up to date" in out
    assert "4 rows: 4 can be evaluated, 0 in error" in out


def stale(run, *paths):
    code, out, _ = run("check", *paths, "--json")
    held = json.loads(out)
    assert code == (3 if any(held["stale"].values()) or held["rows_in_error"] else 0)
    return [f["sentence"] for f in held["findings"] if f["kind"] == "stale"]


@pytest.mark.parametrize("suffix", KINDS)
def test_another_version(run, made, suffix, monkeypatch):
    _, output = made(suffix)
    monkeypatch.setattr(staleness, "__version__", "99.0")
    [sentence] = stale(run, output)
    assert re.fullmatch(r"was made by xlcalc [\d.]+; this is 99\.0", sentence)


@pytest.mark.parametrize("suffix", KINDS)
def test_an_input_that_has_changed(run, made, suffix):
    source, output = made(suffix)
    book = openpyxl.load_workbook(source)
    book["Stacks"]["E2"] = 1.3
    book.save(source)
    assert stale(run, output) == ["its input designs.xlsx has changed since"]


@pytest.mark.parametrize("suffix", KINDS)
def test_an_input_that_is_elsewhere_can_be_named(run, made, suffix, tmp_path):
    source, output = made(suffix)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.move(source, folder)
    sentences = stale(run, output)
    assert any("its input designs.xlsx was not found beside it" in text for text in sentences)
    assert stale(run, output, folder / "designs.xlsx") == []


@pytest.mark.parametrize("suffix", KINDS)
def test_materials_that_have_changed(run, made, suffix, tmp_path):
    _, output = made(suffix)
    file = tmp_path / "materials.csv"
    file.write_text("Material,Density\nLPSC,1.5\n")
    code, out, _ = run("check", output, "--materials", file)
    assert code == 3
    assert "material 'LPSC' has other values than then" in out
    assert "material 'Si'" not in out


def edit(path):
    """Change a number of a result, as somebody might by hand."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book["Results"]
        [column] = [c.column for c in sheet[2] if c.value == "Energy density [Wh/L]"]
        sheet.cell(4, column).value += 0.001
        book.save(path)
        return
    frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    metadata = path.with_suffix(".old")
    shutil.copy(path, metadata)
    frame.loc[1, "energy_density_wh_l"] += 0.001
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(pq.read_schema(metadata).metadata), path)


@pytest.mark.parametrize("suffix", KINDS)
def test_a_number_that_was_edited(run, made, suffix):
    _, output = made(suffix)
    edit(output)
    sentences = stale(run, output)
    assert ("was changed after it was written" in sentences) == (suffix == ".csv")
    told = [text for text in sentences if "Energy density is" in text]
    assert len(told) == 1
    assert "which the inputs beside it give" in told[0]


def test_a_filled_workbook(run, make_book, tmp_path):
    header = [*HEADER, "Energy density [Wh/L]", "Status"]
    book = make_book(Other=[["x"]], Mine=[header, *ROWS])
    new = tmp_path / "filled.xlsx"
    assert run("batch", book, "--fill", new, "--sheet", "Mine")[0] == 0
    assert stale(run, new) == []
    other = openpyxl.load_workbook(new)
    other["Mine"]["E2"] = 1.3
    other.save(new)
    first, second = stale(run, new)
    assert first == "was changed after it was written"
    assert second.startswith("Energy density is ")


@pytest.mark.parametrize("suffix", KINDS)
def test_rows_in_error_and_several_inputs_make_no_result_stale(
    run, messy, designs, tmp_path, suffix
):
    output = tmp_path / f"results{suffix}"
    done = batch.run([messy, designs[".csv"]], output, write=OutputOptions(breakdown=True))
    assert done.summary.in_error == 4
    assert stale(run, output) == []


def test_a_thickness_of_the_breakdown_that_was_edited(run, designs, tmp_path):
    output = tmp_path / "results.csv"
    batch.run([designs[".csv"]], output, write=OutputOptions(breakdown=True))
    frame = pd.read_csv(output)
    frame["anode_active_thickness_um"] *= 1.01
    frame.to_csv(output, index=False)
    _, *edited = stale(run, output)
    # The one without lithium in its anode has none to edit.
    assert len(edited) == 2
    assert all(text.startswith("Anode, active: thickness is ") for text in edited)


def test_designs_are_no_results(run, designs):
    _, out, _ = run("check", designs[".csv"], "--json")
    assert json.loads(out)["stale"] == {}


def test_the_decimal_mark_can_be_told(run, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("cathode;anode;electrolyte;np_ratio\nNMC811;Si;LPSC;1,234\n")
    told = json.loads(run("check", path, "--json")[1])
    assert (told["rows_evaluated"], told["rows_in_error"]) == (0, 1)
    told = json.loads(run("check", path, "--decimal", "comma", "--json")[1])
    assert (told["rows_evaluated"], told["rows_in_error"]) == (1, 0)
