"""Bad input is normal input: one sentence naming file, sheet and cell, and the right exit code."""

import json

import openpyxl
import pytest

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "N/P ratio", "Cathode porosity"]
GOOD = ["good", "NMC811", "Si", "LPSC", 1.1, 0.0]


def lines(text):
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("cell", "value", "found", "expected"),
    [
        ("C3", "Sii", "'Sii'", "did you mean Si"),
        ("C3", None, "blank", "the name of a material"),
        ("C3", 5, "is 5", "the name of a material"),
        ("B3", "LPSC", "of kind 'solid electrolyte'", "of kind cathode, such as NMC811"),
        ("E3", "1,234", "the text '1,234', which may mean 1234 or 1.234", "without marks"),
        ("E3", "abc", "the text 'abc'", "expected a number above 0"),
        ("E3", -1, "is -1", "expected a number above 0"),
        ("E3", 0, "is 0", "expected a number above 0"),
        ("E3", True, "TRUE", "expected a number above 0"),
        (
            "E3",
            "=1/0",
            "the formula =1/0, which no program has calculated yet",
            "expected a number",
        ),
        ("F3", 60, "is 60", "for 60 % write 0.6"),
        ("F3", 1, "is 1", "below 1"),
    ],
)
def test_bad_cell_in_a_workbook(make_book, run, tmp_path, cell, value, found, expected):
    path = make_book(Stacks=[HEADER, GOOD, ["bad", *GOOD[1:]], GOOD])
    book = openpyxl.load_workbook(path)
    book["Stacks"][cell] = value
    book.save(path)
    code, out, err = run("batch", path, "--output", tmp_path / "out.xlsx")
    assert code == 3
    assert "3 rows read, 2 evaluated, 1 in error" in out
    sentence, note = lines(err)
    assert sentence.startswith(f"book.xlsx, sheet Stacks, cell {cell}: ")
    assert note.startswith("book.xlsx, sheet Stacks, row 2: Si: 3579 mAh/g")
    assert note.endswith("(and 1 more: row 4)")
    assert found in sentence
    assert expected in sentence
    result = openpyxl.load_workbook(tmp_path / "out.xlsx")["Results"]
    headers = [c.value for c in result[2]]
    status = [result.cell(row, headers.index("Status") + 1).value for row in (3, 4, 5)]
    assert status == ["ok", sentence, "ok"]
    energy = [
        result.cell(row, headers.index("Specific energy [Wh/kg]") + 1).value for row in (3, 4, 5)
    ]
    assert energy[0] == energy[2] == pytest.approx(320.36, abs=0.005)
    assert energy[1] is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("nan", "or a blank for 1.1"),
        ("inf", "'inf'"),
        ("1_000", "without _"),
        ("1,100", "which may mean 1100 or 1.100"),
    ],
)
def test_bad_number_in_csv(tmp_path, run, value, found):
    path = tmp_path / "in.csv"
    path.write_text(
        f"cathode;anode;electrolyte;np_ratio\nNMC811;Si;LPSC;{value}\nNMC811;Si;LPSC;\n"
    )
    code, out, err = run("batch", path)
    assert code == 3
    assert "2 rows read, 1 evaluated, 1 in error" in out
    assert err.startswith("in.csv, cell D2: N/P ratio is the text")
    assert found in err


def test_fractions_that_add_up_to_more_than_one(make_book, run):
    header = [*HEADER[:4], "Anode active fraction", "Anode binder fraction"]
    path = make_book(Stacks=[header, ["bad", "NMC811", "Si", "LPSC", 0.9, 0.2]])
    code, _, err = run("batch", path)
    assert code == 3
    assert err == (
        "book.xlsx, sheet Stacks, cell E2: the fractions of the anode add up to 1.1 "
        "(active 0.9 + binder 0.2 + carbon 0); expected at most 1\n"
    )


UNUSABLE = {
    "two columns": (
        [[*HEADER, "np_ratio"], [*GOOD, 1]],
        "cell G1: 'np_ratio' means the same as 'N/P ratio' in book.xlsx, sheet Stacks, cell E1",
    ),
    "unit": (
        [[*HEADER, "Separator thickness [inch]"], GOOD],
        "cell G1: 'Separator thickness [inch]'",
    ),
    "percent": ([[*HEADER, "Lithium excess [%]"], GOOD], "cell G1: 'Lithium excess [%]'"),
    "no header": ([GOOD], "nothing stands below the header"),
    "other header": ([["a", "b"], [1, 2]], "no column for cathode, anode, electrolyte; found 'a'"),
    "empty": ([], "is empty"),
    "only a header": ([HEADER], "row 1: nothing stands below the header"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_table(make_book, run, tmp_path, name):
    rows, sentence = UNUSABLE[name]
    output = tmp_path / "out.xlsx"
    output.write_text("old")
    code, out, err = run("batch", make_book(Stacks=rows), "--output", output)
    assert (code, out) == (2, "")
    assert len(lines(err)) == 1
    assert err.startswith("xlcalc: book.xlsx, sheet Stacks")
    assert sentence in err
    assert output.read_text() == "old"


def test_missing_sheet(make_book, run):
    code, _, err = run("batch", make_book(Stacks=[HEADER, GOOD], Other=[]), "--sheet", "Cells")
    assert (code, err) == (2, "xlcalc: book.xlsx: has no sheet 'Cells'; it has Stacks, Other\n")


def _not_a_workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_text("hello")
    return path


def _truncated(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "book.xlsx")
    data = (tmp_path / "book.xlsx").read_bytes()
    (tmp_path / "book.xlsx").write_bytes(data[: len(data) // 2])
    return tmp_path / "book.xlsx"


def _old(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    return path


def _picture(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG")
    return path


def _binary(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n\0\0\0")
    return path


def _no_parquet(tmp_path):
    path = tmp_path / "data.parquet"
    path.write_bytes(b"PAR1 and no more")
    return path


def _empty(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"")
    return path


def _folder(tmp_path):
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


FILES = {
    _not_a_workbook: "book.xlsx: is a text such as .csv although its name ends in .xlsx",
    _truncated: "book.xlsx: is no workbook that can be read",
    _old: "book.xlsx: is an old .xls file or protected by a password",
    _picture: "photo.png: is a picture (png); expected a file ending in .xlsx",
    _binary: "data.csv: is no text and nothing else that can be read; expected a file ending in",
    _no_parquet: "data.parquet: is no parquet file that can be read",
    _empty: "data.csv: is empty",
    _folder: "holds no file ending in .xlsx",
    lambda tmp_path: tmp_path / "gone.xlsx": "gone.xlsx: does not exist",
}


@pytest.mark.parametrize("make", FILES)
def test_unusable_file(make, tmp_path, run):
    code, out, err = run("batch", make(tmp_path), "--output", tmp_path / "out.csv")
    assert (code, out) == (2, "")
    assert len(lines(err)) == 1
    assert FILES[make] in err
    assert not (tmp_path / "out.csv").exists()


def test_unknown_columns_are_named_and_kept(make_book, run):
    path = make_book(Stacks=[[*HEADER, "np_ration", "lot"], [*GOOD, 1.3, "A"]])
    code, out, err = run("batch", path)
    assert code == 0
    assert "1 row read, 1 evaluated, 0 in error" in out
    assert lines(err)[:-1] == [
        "book.xlsx, sheet Stacks: 2 columns name no field and are left alone: 'np_ration' (G1; did "
        "you mean 'N/P ratio'?), 'lot' (H1)",
    ]


def test_many_errors_are_cut_on_the_terminal_and_whole_in_json(make_book, run):
    path = make_book(Stacks=[HEADER, *[["x", "NMC811", "Si", "LPSC", -n] for n in range(1, 31)]])
    code, _, err = run("batch", path)
    assert code == 3
    assert lines(err)[-1] == "... and 20 more"
    code, out, _ = run("batch", path, "--json")
    summary = json.loads(out)
    assert code == 3
    assert (summary["rows_read"], summary["rows_evaluated"], summary["rows_in_error"]) == (
        30,
        0,
        30,
    )
    assert len(summary["errors"]) == 30
    assert summary["best"] == {"specific_energy_wh_kg": [], "energy_density_wh_l": []}
