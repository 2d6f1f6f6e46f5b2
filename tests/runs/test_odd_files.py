"""Files as people and programs leave them: nothing passes for a blank, nothing is lost."""

import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.support.books import HEADER, LEWIS, ROWS, with_part
from xlcalc.errors import InputError
from xlcalc.runs import batch
from xlcalc.runs.options import ReadOptions

ENERGIES = ["specific_energy_wh_kg", "energy_density_wh_l"]

CSV = "cathode,anode,electrolyte,np_ratio,comment\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('NMC811,Si,LPSC,1.1,ok\nNMC811,Al,LPSC,1.1,"5 inch\nNMC811,Sn,LPSC,1.1,x\n', "row 3"),
        ('NMC811,Si,LPSC,1.1,"a"b\n', "quotation marks in pairs"),
    ],
    ids=["never closed", "inside"],
)
def test_a_quotation_mark_does_not_swallow_rows(tmp_path, text, sentence):
    (tmp_path / "in.csv").write_text(CSV + text)
    with pytest.raises(InputError, match=sentence):
        batch.run([tmp_path / "in.csv"])


def test_a_csv_row_longer_than_the_header_is_an_error(tmp_path):
    (tmp_path / "in.csv").write_text(CSV + "NMC811,Si,LPSC,1,1,x\nNMC811,Si,LPSC,1.1,x,\n")
    done = batch.run([tmp_path / "in.csv"])
    assert done.summary.errors == ["in.csv, row 2: has 6 cells; expected 5 as in the header"]
    assert (done.summary.read, done.summary.evaluated) == (2, 1)


def test_cells_below_no_header_are_named(make_book):
    path = make_book(Stacks=[HEADER, [*ROWS[0], None, 7], [*ROWS[1], None, 8]])
    assert batch.run([path]).summary.remarks == [
        "book.xlsx, sheet Stacks, cell H2: stands below no header and is left alone"
    ]


def test_a_band_of_words_above_the_header_is_not_the_header(make_book):
    path = make_book(
        Stacks=[
            [None, "Cathode", "Anode", "Electrolyte"],
            HEADER,
            ["a", "NMC811", "Si", "LPSC", 1.3, 100],
        ]
    )
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (1, 1)
    assert done.columns["separator_thickness_um"].tolist() == [100]


def test_a_header_far_down(make_book):
    path = make_book(Stacks=[[]] * 60 + [HEADER, ROWS[0]])
    assert batch.run([path]).summary.evaluated == 1


def test_merged_cells_are_no_blanks(make_book):
    path = make_book(Stacks=[["Our cells"], HEADER, ROWS[0], ROWS[0], ROWS[2]])
    book = openpyxl.load_workbook(path)
    book["Stacks"].merge_cells("F3:F4")
    book["Stacks"].merge_cells("A1:F1")
    book.save(path)
    done = batch.run([path])
    assert done.summary.errors == [
        "book.xlsx, sheet Stacks, cell F4: Separator thickness is part of the merged cells F3:F4; "
        "expected a number above 0 µm"
    ]
    assert done.summary.evaluated == 2


def test_uncalculated_formulas_whatever_the_prefix(make_book, tmp_path):
    path = make_book(Stacks=[HEADER, [*ROWS[0][:4], "=1+1", 25]])

    def prefix(data):
        return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data).replace(b"xmlns=", b"xmlns:x=")

    done = batch.run([with_part(path, tmp_path / "prefixed.xlsx", prefix)])
    assert "cell E2: N/P ratio is the formula =1+1, which no program" in done.summary.errors[0]


def test_an_empty_cell_before_a_formula_is_empty(make_book, tmp_path):
    path = make_book(Stacks=[HEADER, [*ROWS[0][:4], None, "=1+1"], ROWS[2]])
    emptied = with_part(
        path,
        tmp_path / "emptied.xlsx",
        lambda data: data.replace(b'<c r="F2"', b'<c r="E2"/><c r="F2"'),
    )
    done = batch.run([emptied])
    assert done.summary.errors[0].startswith(
        "emptied.xlsx, sheet Stacks, cell F2: Separator thickness is"
    )
    assert "cell E2" not in done.summary.errors[0]


def test_a_formula_that_gives_an_empty_text_is_a_blank(make_book, tmp_path):
    path = make_book(Stacks=[HEADER, [*ROWS[0][:4], '=IF(1,"",1)', 25]])

    def calculated(data):
        # As openpyxl writes it without lxml, and with it.
        cell = rb'<c r="E2"[^>]*>(<f>.*?</f>)<v(?: */>|></v>)'
        return re.sub(cell, rb'<c r="E2" t="str">\1<v></v>', data)

    done = batch.run([with_part(path, tmp_path / "calculated.xlsx", calculated)])
    assert done.summary.evaluated == 1
    assert done.columns["np_ratio"][0] == 1.1


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/worksheets/sheet1.xml", lambda data: data[: len(data) // 2]),
        ("xl/worksheets/sheet1.xml", lambda data: data.replace(b"<v>25</v>", b"<v>abc</v>")),
        ("xl/workbook.xml", lambda data: data[:100]),
        ("xl/styles.xml", lambda data: data[:100]),
        ("[Content_Types].xml", lambda data: data[:100]),
        ("xl/_rels/workbook.xml.rels", lambda data: b"<Relationships/>"),
    ],
    ids=["cut", "no number", "book", "styles", "types", "relations"],
)
def test_a_damaged_workbook_is_one_sentence(make_book, tmp_path, run, part, change):
    path = make_book(Stacks=[HEADER, *ROWS])
    code, out, err = run("batch", with_part(path, tmp_path / "damaged.xlsx", change, part))
    assert (code, out) == (2, "")
    assert err.startswith("xlcalc: damaged.xlsx: is no workbook that can be read")
    assert err.count("\n") == 1


def test_damaged_bytes(make_book, tmp_path):
    data = bytearray(make_book(Stacks=[HEADER, *ROWS * 50]).read_bytes())
    random = np.random.default_rng(3)
    for _ in range(60):
        broken = bytearray(data)
        broken[int(random.integers(len(data)))] ^= int(random.integers(1, 256))
        path = tmp_path / "flipped.xlsx"
        path.write_bytes(broken)
        try:
            done = batch.run([path])
        except InputError:
            continue
        assert done.summary.read == done.summary.evaluated + done.summary.in_error


def test_numbers_no_float_can_hold(make_book, tmp_path):
    (tmp_path / "in.csv").write_text(CSV + f"NMC811,Si,LPSC,{'9' * 400},x\n")
    assert "N/P ratio is inf" in batch.run([tmp_path / "in.csv"]).summary.errors[0]


def test_empty_materials_sheets_are_none(make_book):
    for rows in ([], [["Material", "Density"]]):
        done = batch.run([make_book(Stacks=[HEADER, ROWS[0]], Materials=rows)])
        assert done.summary.evaluated == 1


def test_wrong_rows_of_materials_that_every_design_uses(make_book):
    for name, rows in {
        "Al foil": 2,
        "binder": 1,
        "silicon": 1,
        "Li": 1,
    }.items():
        header = [*HEADER, "Anode binder fraction"]
        path = make_book(
            Stacks=[header, [*ROWS[0], 0.1], [*ROWS[1], 0]],
            Materials=[["Material", "Density"], [name, "heavy"]],
        )
        done = batch.run([path])
        assert (done.summary.read, done.summary.in_error) == (2, rows), name
        assert all(
            "sheet Materials, cell B2: Density is the text 'heavy'" in e
            for e in done.summary.errors
        )


def test_a_wrong_material_that_no_design_uses_is_named(make_book, run):
    path = make_book(
        Stacks=[HEADER, ROWS[0]], Materials=[["Material", "Density"], ["Zn", "x"], [5, 1.0]]
    )
    code, out, err = run("batch", path)
    assert code == 3
    assert "1 row read, 1 evaluated, 0 in error" in out
    assert "sheet Materials, cell B2: Density is the text 'x'" in err
    assert "sheet Materials, cell A3: Material is 5; expected a name; left alone" in err


def test_a_material_keeps_its_kind_and_its_name(make_book):
    path = make_book(
        Stacks=[HEADER, ROWS[0], ["B", "NMC811", "None", "LPSC"]],
        Materials=[
            ["Material", "Kind", "Density"],
            ["Li", "anode", 0.5],
            ["Si*", "anode", 1.0],
            ["Si", None, 2.0],
            ["silicon", None, 3.0],
        ],
    )
    done = batch.run([path])
    assert done.summary.evaluated == 0
    assert "cell B2: Kind is 'anode'; expected 'lithium metal'" in done.summary.errors[1]
    assert "cell A5: 'silicon' stands a second time" in done.summary.errors[0]


def test_parquet_types(tmp_path):
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "design": pa.array([1000001, 20240115]),
            "cathode": ["NMC811"] * 2,
            "anode": ["Si"] * 2,
            "electrolyte": ["LPSC"] * 2,
            "np_ratio": pa.array([decimal.Decimal("1.1"), decimal.Decimal("1.2")]),
            "foil_sharing": pa.array([None, None], pa.float64()),
            "lot": pa.array([2**53 + 1, 7]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    done = batch.run([tmp_path / "in.parquet"])
    batch.run([tmp_path / "in.parquet"], tmp_path / "out.parquet")
    assert done.summary.evaluated == 2
    assert done.columns["design"].tolist() == ["1000001", "20240115"]
    assert done.columns["np_ratio"].tolist() == [1.1, 1.2]
    assert pd.read_parquet(tmp_path / "out.parquet").lot.tolist() == [2**53 + 1, 7]


def test_output_is_not_the_materials(tmp_path, run, designs):
    file = tmp_path / "m.csv"
    file.write_text("Material,Density\nSi,2.0\n")
    code, _, err = run("batch", designs[".csv"], "--materials", file, "-o", file)
    assert code == 2
    assert "is both materials and output" in err
    assert file.read_text() == "Material,Density\nSi,2.0\n"
    assert (
        "does not exist or is no file" in run("batch", designs[".csv"], "--materials", tmp_path)[2]
    )


def test_the_command_lines_materials_and_breakdown(tmp_path, run, designs):
    file = tmp_path / "m.csv"
    file.write_text("Material,Density\nSi,1.0\n")
    arguments = ["--materials", file, "--breakdown", "-o", tmp_path / "out.csv"]
    assert run("batch", designs[".csv"], *arguments)[0] == 0
    result = pd.read_csv(tmp_path / "out.csv")
    assert result.anode_thickness_um[0] == pytest.approx(4.8 / (3579 * 1.0 * 0.6) * 1e4)
    assert result.anode_active_thickness_um[0] == pytest.approx(0.6 * result.anode_thickness_um[0])


def test_names_that_files_can_hardly_hold(tmp_path, designs):
    own = tmp_path / "own.csv"
    own.write_text(
        'cathode,anode,electrolyte,a,A,A (2),he\x01ad,"two\nlines"\nNMC811,Si,LPSC,1,2,3,4,5\n'
    )
    batch.run([own], tmp_path / "out.xlsx")
    headers = [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx")["Results"][2]]
    assert len({header.casefold() for header in headers}) == len(headers)
    assert headers[-5:-1] == ["a", "A (2)", "A (2) (2)", "head"]
    long = tmp_path / ("x" * 240 + ".csv")
    batch.run([designs[".csv"]], long)
    assert long.exists()


def test_defaults_of_several_files_add_up(designs):
    done = batch.run([designs[".csv"], designs[".parquet"]])
    assert done.summary.defaults["separator_thickness_um"] == {"20": 2}
    assert done.summary.defaults["foil_sharing"] == {"single": 6}


def test_best_are_five_at_most_and_in_order(tmp_path):
    done = batch.run([LEWIS])
    values = done.columns["energy_density_wh_l"]
    best = done.summary.best["energy_density_wh_l"]
    assert [design["energy_density_wh_l"] for design in best] == sorted(values, reverse=True)[:5]


@pytest.mark.parametrize("sheet", ["Stacks", "Stacks as printed"])
def test_all_printed_numbers_from_the_workbook(sheet):
    from tests.published import LIQUID, LIQUID_FROM_EQUATIONS, SOLID

    done = batch.run([LEWIS], read=ReadOptions(sheet=sheet))
    expected = {name: (f"{a}", f"{b}") for name, _, a, b in (*SOLID, *LIQUID)}
    digits = dict.fromkeys(expected, 0)
    if sheet == "Stacks":
        for name, a, b in LIQUID_FROM_EQUATIONS:
            expected[name], digits[name] = (f"{a}", f"{b}"), 1
    for row, name in enumerate(done.columns["design"]):
        pair = (done.columns[energy][row] for energy in ENERGIES)
        assert tuple(f"{value:.{digits[name]}f}" for value in pair) == expected[name]


def test_a_wrong_material_does_not_spoil_a_sentence_about_another(make_book):
    path = make_book(
        Stacks=[HEADER, ["A", "Si", "NMC811", "LPSC"], ROWS[0]],
        Materials=[["Material", "Density"], ["Zn", "heavy"]],
    )
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    assert "such as Si, Al, Sn, Sb" in done.summary.errors[0]


def test_a_length_of_time_keeps_its_unit_in_parquet(tmp_path):
    import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    words = {"cathode": ["NMC811"], "anode": ["Si"], "electrolyte": ["LPSC"]}
    table = pa.table({**words, "took": pa.array([datetime.timedelta(hours=2)])})
    pq.write_table(table, tmp_path / "in.parquet")
    batch.run([tmp_path / "in.parquet"], tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["took"].to_pylist() == ["2:00:00"]
