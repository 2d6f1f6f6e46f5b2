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
    e, f, g = ("", "", "") if path.suffix == ".parquet" else ("E1", "F1; ", "G1")
    one = (
        "3 columns name no field and are left alone: 'Tab thickness [mm]'"
        f"{e and f' ({e})'}, 'Seperator thickness [µm]' ({f}did you mean 'Separator thickness "
        f"[µm]'?), 'Comment'{g and f' ({g})'}"
    )
    assert one in run("batch", path)[2]
    assert one in "\n".join(json.loads(run("batch", path, "--json")[1])["remarks"])
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
    said = [f"{each['file']}, cell {each['cell']}: {each['sentence']}" for each in found]
    assert said[:2] == remarks
    assert "NMC811: columns 'Average voltage [V]'" in found[2]["sentence"]
    assert run("trace", "NMC811", "Al", "LPSC", "--materials", own)[2].splitlines()[:2] == remarks


#: Headers of numbers that are no field, for each of which its numbers must be named.
LIKE_FIELDS = (
    "Separator thickness [µm] ± 2",
    "Target N/P ratio",
    "Cathode porosity, calendered",
    "cathode_porosity_initial",
    "Cu foil / µm",
    "t_sep_um",
    "Porosity",
    "x_AM",
    "ε_cathode",
    "Vavg",
    "2024",
)


def test_numbers_that_were_not_read_are_named_in_their_rows(table):
    own = {"Sample no": 7, "Year": 2024, "Batch_ID": 12, "Supplier": "Acme"}
    first = [*ROW, *(n + 0.5 for n in range(len(LIKE_FIELDS))), *own.values()]
    second = [*ROW, *(None for _ in LIKE_FIELDS), *own.values()]
    path = table([[*HEAD, *LIKE_FIELDS, *own], first, second])
    with_them, without = batch.run([path]).columns["notes"].tolist()
    assert [header for header in LIKE_FIELDS if repr(header) not in with_them] == []
    assert [header for header in own if header in with_them] == []
    assert "columns not read: " in with_them
    assert without == ""


@pytest.mark.parametrize("value", ["0.5 mm", "1,5", "~30", "30 ± 2", " 1.5e3 ", "35%"])
def test_a_text_that_is_a_number_is_named_too(table, value):
    path = table([[*HEAD, "Mine"], [*ROW, value], [*ROW, "as before"], [*ROW, "2026-03-01"]])
    notes = batch.run([path]).columns["notes"].tolist()
    assert notes == ["column 'Mine' was not read", "", ""]


def test_many_columns_that_rows_fill_differently_cost_little(tmp_path):
    names = [f"mine {n}" for n in range(40)]
    rows = [[*ROW, *(1.0 if (n * k) % 7 else None for k in range(40))] for n in range(30)]
    pd.DataFrame(rows, columns=[*HEAD, *names]).to_csv(tmp_path / "in.csv", index=False)
    notes = batch.run([tmp_path / "in.csv"]).columns.stored["notes"]
    assert len(notes.categories) <= 30


@pytest.mark.parametrize("header", ["", " "])
@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "csv", "xls", "ods"])
def test_cells_below_no_header_are_named_in_their_rows(tmp_path, request, run, kind, header):
    rows = [
        [*HEAD, header or None, "N/P ratio"],
        [*ROW, 30.0, 1.3],
        [*ROW, None, 1.3],
        [*ROW, "0.5 mm", 1.3],
    ]
    path = tmp_path / f"in.{kind if kind in KINDS else 'xlsx'}"
    if kind == "xlsb":
        make_xlsb(path, Stacks=rows)
    elif kind == "csv":
        pd.DataFrame(rows).to_csv(path, index=False, header=False)
    else:
        pd.DataFrame(rows).to_excel(path, index=False, header=False)
    if kind not in KINDS:
        (path,) = request.getfixturevalue("soffice")(path, kind)
    note = "column E has no header and was not read"
    assert batch.run([path]).columns["notes"].tolist() == [note, "", note]
    for text in (run("batch", path)[2], run("check", path)[1]):
        assert "cell E2: stands below no header and is left alone" in text


def test_cells_below_no_header_of_large_files(tmp_path, monkeypatch):
    rows = [[*ROW, 30 if n % 10 == 3 else None, 1.3] for n in range(100)]
    rows[50] = [None, None, None, None, 7, None]
    path, output = tmp_path / "in.csv", tmp_path / "out.csv"
    pd.DataFrame(rows).to_csv(path, index=False, header=[*HEAD, "", "N/P ratio"])
    small = batch.run([path], output)
    kept = output.read_bytes()
    said = {*small.summary.noted, *small.summary.remarks}
    assert any(text.endswith("(and 9 more: E15, E25, E35, E45, E55, ...)") for text in said)
    assert any("cell E52: stands below no header" in text for text in said)
    monkeypatch.setattr(open_input, "_SMALL", 0)
    for size in (1, 7, 1000):
        done = batch.run([path], output, read=ReadOptions(rows_per_chunk=size))
        assert {*done.summary.noted, *done.summary.remarks} == said
        assert output.read_bytes() == kept


def test_no_unread_column_is_lost_among_many_remarks(table, run):
    own = [f"mine {n}" for n in range(13)]
    path = table([[*HEAD, *own, "Separator thickness [mm]"], [*ROW, *range(13), 0.03]])
    first = run("batch", path)[2].splitlines()[0]
    assert [header for header in own if repr(header) not in first] == []
    found = json.loads(run("check", path, "--json")[1])["findings"]
    assert sum("names no field and is left alone" in each["sentence"] for each in found) == 13
    assert "more: " not in run("check", path)[1]
