"""Files in, files out: every format, several files, folders, own materials."""

import json
import os
import shutil

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.support.books import HEADER, LEWIS, ROWS, frame
from xlcalc import evaluate_table
from xlcalc.errors import InputError, OutputError
from xlcalc.physics.quantities import DESIGN, RESULTS
from xlcalc.runs import batch
from xlcalc.runs import open_input as read
from xlcalc.runs.options import OutputOptions, ReadOptions

ENERGIES = ["specific_energy_wh_kg", "energy_density_wh_l"]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_every_input_format_gives_the_same_numbers(designs, suffix):
    done = batch.run([designs[suffix]])
    expected = evaluate_table(frame())
    assert (done.summary.read, done.summary.evaluated, done.summary.in_error) == (3, 3, 0)
    for name in RESULTS:
        assert np.array_equal(done.columns[name], expected[name], equal_nan=True)
    assert done.columns["anode"].tolist() == ["Si", "anode-free", "Al"]
    assert done.columns["lithium_excess"][1] == 0


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet", ".json"])
def test_every_output_format_holds_every_digit(designs, suffix, tmp_path):
    output = tmp_path / f"out{suffix}"
    batch.run([designs[".csv"]], output)
    done = batch.run([designs[".csv"]])
    if suffix == ".xlsx":
        result = pd.read_excel(output, sheet_name="Results", header=1, engine="openpyxl")
        energies = [RESULTS[name].header for name in ENERGIES]
    else:
        reader = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".json": pd.read_json}[suffix]
        result = reader(output, precise_float=True) if suffix == ".json" else reader(output)
        energies = ENERGIES
        assert result.columns.tolist() == list(done.columns)
        assert result.status.tolist() == ["ok"] * 3
    for name, header in zip(ENERGIES, energies, strict=True):
        tolerance = 0 if suffix in (".csv", ".parquet") else 1e-15
        assert result[header].tolist() == pytest.approx(done.columns[name].tolist(), rel=tolerance)


def test_results_of_the_papers_workbook(tmp_path):
    done = batch.run([LEWIS], tmp_path / "out.xlsx")
    assert (done.summary.read, done.summary.evaluated, done.summary.in_error) == (20, 20, 0)
    named = dict(zip(done.columns["design"], done.columns["energy_density_wh_l"], strict=True))
    assert round(named["60% Si/LPSC/NMC"]) == 1147
    assert done.summary.best["specific_energy_wh_kg"][0]["design"] == "Li (anodeless)/Liquid/NMC"
    printed = batch.run([LEWIS], read=ReadOptions(sheet="stacks AS printed"))
    named = dict(
        zip(printed.columns["design"], printed.columns["energy_density_wh_l"], strict=True)
    )
    assert round(named["Graphite/Liquid/NMC"]) == 756


def test_an_xlsx_result_can_be_fed_in_again(designs, tmp_path):
    first = tmp_path / "first.xlsx"
    one = batch.run([designs[".xlsx"]], first)
    two = batch.run([first])
    for name in RESULTS:
        assert np.allclose(one.columns[name], two.columns[name], rtol=1e-15, atol=0, equal_nan=True)
    assert any("calculated anew" in remark for remark in two.summary.remarks)


def test_the_workbooks_materials_add_and_override(make_book):
    path = make_book(
        Stacks=[HEADER, ["A", "NMC811", "Ag", "LPSC"], ["B", "NMC811", "Si", "LPSC"]],
        materials=[
            ["Material", "kind", "DENSITY [g/cm3]", "Specific capacity", "potential_v", "Source"],
            ["Ag", "Anode", 10.49, 248, 0.1, "handbook"],
            ["silicon", None, 2.0, None, None, None],
        ],
    )
    done = batch.run([path])
    assert done.summary.evaluated == 2
    assert done.columns["anode_thickness_um"][0] == pytest.approx(4.4 / (248 * 10.49 * 0.6) * 1e4)
    assert done.columns["anode_thickness_um"][1] == pytest.approx(4.4 / (3579 * 2.0 * 0.6) * 1e4)
    assert np.isnan(done.columns["energy_density_charged_wh_l"][0])


def test_a_wrong_row_of_materials_costs_only_the_designs_that_use_it(make_book):
    path = make_book(
        Stacks=[HEADER, ["A", "NMC811", "Si", "LPSC"], ["B", "NMC811", "Al", "LPSC"]],
        Materials=[["Material", "Density"], ["Si", "two"], ["Sn", -1], ["Zn", 7.0], ["zn", 8.0]],
    )
    done = batch.run([path])
    assert done.summary.evaluated == 1
    assert (
        "book.xlsx, sheet Materials, cell B2: Density is the text 'two'" in done.summary.errors[0]
    )
    assert "book.xlsx, sheet Stacks, cell C2: Anode 'Si' cannot be used" in done.summary.errors[0]
    wrong = " ".join(done.wrong_materials)
    assert "cell B3: Density is -1" in wrong
    assert "cell A5: 'zn' stands a second time, after book.xlsx, sheet Materials, cell A4" in wrong


def test_materials_from_a_file(tmp_path, designs):
    file = tmp_path / "materials.csv"
    file.write_text("Material,Density\nSi,2.0\n")
    changed = batch.run([designs[".csv"]], materials=read.read_materials_file(file))
    assert (
        changed.columns["anode_thickness_um"][0]
        > batch.run([designs[".csv"]]).columns["anode_thickness_um"][0]
    )
    file.write_text("Material,Density\nSi,zwei\n")
    with pytest.raises(InputError, match=r"materials.csv, cell B2: Density is the text 'zwei'"):
        read.read_materials_file(file)


def test_several_files_and_folders(designs, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(designs[".xlsx"], folder / "b.xlsx")
    shutil.copy(designs[".csv"], folder / "a.csv")
    (folder / "~$b.xlsx").write_bytes(b"lock")
    (folder / ".hidden.csv").write_text("x")
    (folder / "notes.md").write_text("x")
    output = folder / "out.parquet"
    for _ in range(2):  # the second time the output lies in the folder, and is not read
        done = batch.run([folder, designs[".parquet"]], output)
        assert done.sources == ["a.csv", "b.xlsx", "book.parquet"]
        assert done.summary.read == 9
    result = pd.read_parquet(output)
    assert result.file.tolist() == ["a.csv"] * 3 + ["b.xlsx"] * 3 + ["book.parquet"] * 3
    assert result.design.tolist() == ["A", "B", "C"] * 3


def test_a_file_among_several_that_cannot_be_used_costs_only_itself(designs, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("hello\nworld\n")
    done = batch.run([bad, designs[".csv"]])
    assert done.summary.evaluated == 3
    assert done.unusable == [
        "bad.csv, row 1: no column for cathode, anode, electrolyte; found 'hello'"
    ]
    with pytest.raises(InputError, match="no column for cathode"):
        batch.run([bad, bad])


def test_own_columns_are_kept(make_book, tmp_path):
    rows = [[*HEADER, "lot", "Lot", "Specific energy [Wh/kg]"]]
    rows += [[*row, f"L{n}", n, 1] for n, row in enumerate(ROWS)]
    output = tmp_path / "out.csv"
    done = batch.run([make_book(Stacks=rows)], output)
    result = pd.read_csv(output)
    assert result.lot.tolist() == ["L0", "L1", "L2"]
    assert result.Lot.tolist() == [0, 1, 2]
    assert len([name for name in result if "nergy" in name and "pecific" in name]) == 1
    (remark,) = [text for text in done.summary.remarks if "left alone" in text]
    assert remark.endswith("2 columns name no field and are left alone: 'lot' (G1), 'Lot' (H1)")
    batch.run([make_book(Stacks=rows)], tmp_path / "out.xlsx")
    headers = next(
        openpyxl.load_workbook(tmp_path / "out.xlsx")["Results"].iter_rows(
            min_row=2, values_only=True
        )
    )
    assert headers[-2:] == ("lot", "Lot (2)")


def test_title_rows_and_blank_rows(make_book):
    path = make_book(
        Sheet=[["Our designs"], [None], [None, *HEADER], [None, *ROWS[0]], [], [None, "D", "x"]]
    )
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    assert done.summary.errors == [
        "book.xlsx, sheet Sheet, cell C6: Cathode 'x' is neither in the library nor in the "
        "workbook's materials; add it to a Materials sheet or --materials FILE; cell D6: Anode is "
        "blank; expected the name of a material; an anode-free stack says anode-free; cell "
        "E6: Electrolyte is blank; expected the name of a material"
    ]


def test_breakdown_as_further_columns(designs, tmp_path):
    batch.run([designs[".csv"]], tmp_path / "out.csv", write=OutputOptions(breakdown=True))
    result = pd.read_csv(tmp_path / "out.csv")
    assert result.cathode_layer_thickness_um.tolist() == pytest.approx(
        result.cathode_thickness_um.tolist()
    )


def test_csv_as_people_write_it(tmp_path):
    text = "Design;Cathode;Anode;Electrolyte;Separator thickness [µm]\nÄ;NMC811;Si;LPSC;20\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        done = batch.run([path])
        assert done.summary.evaluated == 1
        assert done.columns["design"][0] == "Ä"
    tabs = tmp_path / "tabs.tsv"
    tabs.write_text(text.replace(";", "\t"), encoding="utf-8")
    assert batch.run([tabs]).summary.evaluated == 1


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("design,cathode,anode,electrolyte,note\n=1+1,NMC811,Si,LPSC,=cmd\n")
    batch.run([source], tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Results"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    last = sheet.cell(3, sheet.max_column)
    assert (last.value, last.data_type) == ("=cmd", "s")


def test_parquet_tells_a_blank_from_a_number_gone_wrong(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "in.parquet"
    table = pa.table(
        {
            "cathode": ["NMC811"] * 3,
            "anode": pa.array(["Si", None, "Al"]).dictionary_encode(),
            "electrolyte": ["LPSC"] * 3,
            "np_ratio": pa.array([None, 1.1, float("nan")]),
            "separator_thickness_um": pa.array([20, 30, 40]),
        }
    )
    pq.write_table(table, path)
    done = batch.run([path])
    assert done.columns["np_ratio"][0] == 1.1
    assert done.summary.errors == [
        "in.parquet, row 2, column 'anode': Anode is blank; expected the name of a material; an "
        "anode-free stack says anode-free",
        "in.parquet, row 3, column 'np_ratio': N/P ratio is nan; expected a number above 0",
    ]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet", ".json"])
def test_output_appears_whole_or_not_at_all(designs, tmp_path, monkeypatch, suffix):
    output = tmp_path / f"out{suffix}"
    output.write_text("old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot be written \(No space left on device\)"):
        batch.run([designs[".csv"]], output)
    assert output.read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


def test_output_that_cannot_be(designs, tmp_path):
    with pytest.raises(
        OutputError, match=r"expected a file ending in .xlsx, .csv, .parquet, .json"
    ):
        batch.run([designs[".csv"]], tmp_path / "out.doc")
    with pytest.raises(OutputError, match="cannot be written"):
        batch.run([designs[".csv"]], tmp_path / "nowhere" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        batch.run([designs[".parquet"]], tmp_path / "folder.csv")


def test_the_input_is_never_overwritten(designs):
    before = designs[".csv"].read_bytes()
    with pytest.raises(InputError, match="is both input and output"):
        batch.run([designs[".csv"]], designs[".csv"])
    assert designs[".csv"].read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_permissions_of_a_replaced_file_stay(designs, tmp_path):
    output = tmp_path / "out.csv"
    output.write_text("old")
    output.chmod(0o640)
    batch.run([designs[".csv"]], output)
    assert output.stat().st_mode & 0o777 == 0o640


def test_too_many_rows_for_a_sheet(monkeypatch, designs, tmp_path):
    from xlcalc.workbooks.writing import results as writer

    monkeypatch.setattr(writer, "MOST_ROWS", 4)
    with pytest.raises(OutputError, match=r"3 designs do not fit .* \.csv or \.parquet"):
        batch.run([designs[".csv"]], tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_json_is_a_list_of_records_with_null_for_blanks(designs, tmp_path):
    batch.run([designs[".csv"]], tmp_path / "out.json")
    records = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [record["design"] for record in records] == ["A", "B", "C"]
    assert records[1]["np_ratio"] is None
    assert {*DESIGN} <= records[0].keys()


def test_the_result_holds_the_materials_used_and_can_be_fed_in_alone(make_book, tmp_path):
    path = make_book(
        Stacks=[HEADER, ["A", "NMC811", "Ag", "LPSC"]],
        Materials=[
            ["Material", "Kind", "Density", "Specific capacity", "Potential vs. Li/Li⁺ [V]"],
            ["Ag", "anode", 10.49, 248, 0.1],
        ],
    )
    first = batch.run([path], tmp_path / "first.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "first.xlsx")["Materials"].values)
    assert [row[0] for row in rows[1:]] == [
        "NMC811",
        "Ag",
        "LPSC",
        "Al foil",
        "Cu foil",
        "binder",
        "conductive carbon",
    ]
    assert "book.xlsx, sheet Materials, cell C2" in rows[2][rows[0].index("Source")]
    again = batch.run([tmp_path / "first.xlsx"])
    name = "specific_energy_wh_kg"
    assert again.columns[name].tolist() == pytest.approx(first.columns[name].tolist(), rel=1e-15)


def test_unknown_columns_of_materials_are_named(make_book):
    path = make_book(
        Stacks=[HEADER, ["A", "NMC811", "Si", "LPSC"]],
        Materials=[["Material", "Density", "Capacity [mAh/g]"], ["Si", 2.3, 2000]],
    )
    (remark,) = batch.run([path]).summary.remarks
    assert remark == (
        "book.xlsx, sheet Materials, cell C1: 'Capacity [mAh/g]' names no field and is left alone; "
        "did you mean 'Specific capacity [mAh/g]'?"
    )


def test_a_changed_value_is_not_attributed_to_the_paper(tmp_path, run):
    book = openpyxl.load_workbook(LEWIS)
    sheet = book["Materials"]
    (row,) = (cell.row for cell in sheet["A"] if cell.value == "Si")
    sheet[f"D{row}"] = 2000
    book.save(tmp_path / "copy.xlsx")
    _, out, _ = run("materials", "Si", "--sources", "--file", tmp_path / "copy.xlsx")
    assert f"Specific capacity: copy.xlsx, sheet Materials, cell D{row}\n" in out
    assert "Volume change: Lewis et al. 2022, Table 1 (ref. 40)\n" in out
    assert "the volume change of 320% is that of 3579 mAh/g, not of the 2000 given" in out


def test_formulas_and_dates_in_own_columns(make_book, tmp_path):
    import datetime

    rows = [[*HEADER, "Cost", "Made"], [*ROWS[0], "=E2*3", datetime.datetime(2026, 1, 2)]]
    rows[1][0] = "=A9"
    path = make_book(Stacks=rows)
    for suffix in (".xlsx", ".csv", ".parquet", ".json"):
        batch.run([path], tmp_path / f"out{suffix}")
    done = batch.run([path])
    assert done.extra["Cost"] == ["=E2*3"]
    assert done.columns["design"][0] == "=A9"
    (record,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert record["Made"] == "2026-01-02 00:00:00"


def test_a_remark_below_the_table_is_no_design(make_book):
    path = make_book(Stacks=[HEADER, *ROWS, [], ["* measured in 2022"]])
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (3, 3)
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, row 6: holds only '* measured in 2022' and is left alone"
    ]


def test_the_separator_of_a_csv_is_that_of_its_header(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("My study, J. Doe, March\ncathode;anode;electrolyte\nNMC811;Si;LPSC\n")
    assert batch.run([path]).summary.evaluated == 1


def test_the_sheet_that_comes_nearest_is_blamed(make_book):
    path = make_book(
        Cover=[["Report"], ["by me"]],
        Cells=[[*HEADER, "Anode foil thickness [inch]"], ROWS[0]],
    )
    with pytest.raises(InputError, match=r"sheet Cells, cell G1: 'Anode foil thickness \[inch\]'"):
        batch.run([path])


def test_materials_file_without_materials(tmp_path, make_book):
    with pytest.raises(InputError, match="has no materials; expected a sheet called Materials"):
        read.read_materials_file(make_book(Stacks=[HEADER]))


def test_numbers_that_could_not_be_read_are_blank_in_parquet(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("cathode,anode,electrolyte,np_ratio\nNMC811,Si,LPSC,x\nNMC811,Si,LPSC,1.2\n")
    batch.run([source], tmp_path / "out.parquet")
    result = pd.read_parquet(tmp_path / "out.parquet")
    assert result.np_ratio.isna().tolist() == [True, False]
    assert result.np_ratio.dtype == float
    batch.run([source], tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv").np_ratio.tolist() == ["x", "1.2"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-Si", "'-Si"),
        ("-5", "-5"),
        ("+1.5e3", "+1.5e3"),
        ("Si=good", "Si=good"),
    ],
)
def test_text_in_csv_results_is_no_formula(tmp_path, name, written):
    frame = pd.DataFrame([["d", "NMC811", "Si", "LPSC", name]], columns=[*HEADER[:4], "remark"])
    frame.to_parquet(tmp_path / "d.parquet")
    batch.run([tmp_path / "d.parquet"], tmp_path / "r.csv")
    assert pd.read_csv(tmp_path / "r.csv", dtype=str).remark.tolist() == [written]


def test_names_of_designs_do_not_command_the_terminal(run, tmp_path):
    frame = pd.DataFrame(
        [["thin\x1b[2J\x07\u202estack", "NMC811", "Si", "LPSC"]], columns=HEADER[:4]
    )
    frame.to_parquet(tmp_path / "d.parquet")
    code, out, err = run("batch", tmp_path / "d.parquet", "-o", tmp_path / "r.csv")
    assert code == 0
    assert "thin?[2J??stack" in out
    assert not set("\x1b\x07\u202e") & set(out + err)
