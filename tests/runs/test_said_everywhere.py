"""What the notes of a row say stands on the terminal, in check and in the summary too."""

import json

import pandas as pd
import pytest

from tests.support.xlsb_book import make_xlsb
from xlcalc.runs import batch, open_input
from xlcalc.runs.options import ReadOptions

HEAD = ["Design", "Cathode", "Anode", "Electrolyte"]
ROW = ["a", "NMC811", "Al", "LPSC"]
KINDS = ("xlsx", "xlsb", "csv", "parquet")


@pytest.fixture(params=[*KINDS, "xls", "ods"])
def table(request, tmp_path):
    """Make a file of rows, of each format."""

    def make(rows):
        kind = request.param if request.param in KINDS else "xlsx"
        path = tmp_path / f"in.{kind}"
        frame = pd.DataFrame(rows[1:], columns=rows[0])
        if kind == "xlsb":
            make_xlsb(path, Stacks=rows)
        elif kind == "csv":
            frame.to_csv(path, index=False)
        elif kind == "parquet":
            frame.to_parquet(path)
        else:
            frame.to_excel(path, sheet_name="Stacks", index=False)
        if request.param in KINDS:
            return path
        return request.getfixturevalue("soffice")(path, request.param)[0]

    return make


def cells(path, column, rows):
    """How a sentence calls cells of a file."""
    if path.suffix == ".parquet":
        return [f"row {row - 1}, column 'Separator thickness [µm]'" for row in rows]
    return [f"{column}{row}" for row in rows]


def test_an_unusual_value_is_named_with_its_cell_everywhere(table, run):
    values = [20.0, 0.02, 30.0, 0.03, *[0.03] * 6]
    path = table([[*HEAD, "Separator thickness [µm]"], *([*ROW, v] for v in values)])
    first, *others = cells(path, "E", [3, 5, 6, 7, 8, 9])
    note = "Separator thickness 0.02 µm is unusual (usual: 1 to 2000); 0.02 would be plausible in "
    said = [run("batch", path)[2], run("check", path)[1]]
    said += ["\n".join(json.loads(run("batch", path, "--json")[1])["remarks"])]
    for text in said:
        (line,) = [line for line in text.splitlines() if note in line]
        assert f"{first}: {note}" in line
        assert line.endswith(f"(and 7 more: {', '.join(others)}, ...)")
    notes = batch.run([path]).columns["notes"].tolist()
    assert ["is unusual" in text for text in notes] == [value < 1 for value in values]


def test_a_column_that_was_not_read_is_named_everywhere(table, run):
    head = [*HEAD, "Tab thickness [mm]", "Seperator thickness [µm]", "Comment"]
    path = table([head, [*ROW, 0.2, 30.0, "x"], [*ROW, None, None, "y"]])
    remarks = [
        "'Tab thickness [mm]' names no field and is left alone",
        "'Seperator thickness [µm]' names no field and is left alone; did you mean 'Separator "
        "thickness [µm]'?",
        "'Comment' names no field and is left alone",
    ]
    said = [
        run("batch", path)[2],
        "\n".join(json.loads(run("batch", path, "--json")[1])["remarks"]),
    ]
    assert all(remark in text for remark in remarks for text in said)
    found = json.loads(run("check", path, "--json")[1])["findings"]
    assert [remark in [each["sentence"] for each in found] for remark in remarks] == [True] * 3
    first, second = batch.run([path]).columns["notes"].tolist()
    assert first == (
        "column 'Tab thickness [mm]' was not read; column 'Seperator thickness [µm]' was not read "
        "(did you mean 'Separator thickness [µm]'?)"
    )
    assert second == ""


def test_results_are_calculated_anew_where_there_are_any(table, run):
    head = [*HEAD, "Cathode thickness [µm]", "Energy density [Wh/L]", "Status"]
    blank = table([head, [*ROW, None, None, None]])
    assert not any("calculated anew" in text for text in batch.run([blank]).summary.remarks)
    path = table([head, [*ROW, 70.0, 1000.0, "ok"]])
    done = batch.run([path])
    (remark,) = [text for text in done.summary.remarks if "calculated anew" in text]
    assert remark.endswith("anew: Cathode thickness [µm], Energy density [Wh/L], Status")
    assert done.columns["notes"].tolist() == [""]


def test_a_result_that_was_typed_as_an_input_is_noted(table, run):
    path = table([[*HEAD, "Cathode thickness [µm]"], [*ROW, 70.0], [*ROW, None]])
    done = batch.run([path])
    note = "'Cathode thickness [µm]' is a result; the one given is not used"
    assert done.columns["notes"].tolist() == [note, ""]
    for text in (run("batch", path)[2], run("check", path)[1]):
        assert "results found in the input are calculated anew: Cathode thickness [µm]" in text


def test_large_files_say_what_small_ones_do(tmp_path, monkeypatch):
    rows = [[*ROW, 0.02 if n % 10 == 3 else 20, 3 if n == 77 else 1.1] for n in range(100)]
    frame = pd.DataFrame(rows, columns=[*HEAD, "Separator thickness [µm]", "N/P ratio"])
    path, output = tmp_path / "in.csv", tmp_path / "out.csv"
    frame.to_csv(path, index=False)
    small = batch.run([path], output).summary.noted
    monkeypatch.setattr(open_input, "_SMALL", 0)
    for size in (1, 7, 1000):
        done = batch.run([path], output, read=ReadOptions(rows_per_chunk=size))
        assert sorted(done.summary.noted) == sorted(small)
    assert any(text.endswith("(and 9 more: E15, E25, E35, E45, E55, ...)") for text in small)
    assert any("F79: N/P ratio 3 is unusual" in text for text in small)


def test_several_files_are_told_apart(tmp_path):
    for name in ("a", "b"):
        frame = pd.DataFrame([[*ROW, 0.02]], columns=[*HEAD, "Separator thickness [µm]"])
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    noted = batch.run([tmp_path]).summary.noted
    assert [text.split(":")[0] for text in noted] == ["a.csv, cell E2", "b.csv, cell E2"]


def test_remarks_on_a_file_of_materials(tmp_path, run):
    own, path = tmp_path / "own.csv", tmp_path / "in.csv"
    own.write_text(
        "Material,Specific capacity (mAh/g),Average voltage [V],Density (true) [kg/m³]\n"
        "NMC811,150,3.9,4500\n",
        "utf-8",
    )
    path.write_text("Design,Cathode,Anode,Electrolyte\na,NMC811,Al,LPSC\n")
    remarks = [
        "own.csv, cell C1: 'Average voltage [V]' names no field and is left alone",
        "own.csv, cell D1: 'Density (true) [kg/m³]' names no field and is left alone",
    ]
    assert run("batch", path, "--materials", own)[2].splitlines()[:2] == remarks
    told = json.loads(run("batch", path, "--materials", own, "--json")[1])["remarks"]
    assert told[:2] == remarks
    found = json.loads(run("check", path, "--materials", own, "--json")[1])["findings"]
    assert [f"{each['file']}, cell {each['cell']}: {each['sentence']}" for each in found] == remarks
    assert run("trace", "NMC811", "Al", "LPSC", "--materials", own)[2].splitlines()[:2] == remarks
