"""Cells whose header leaves open what they are: noted in their rows, hinted at, or refused."""

import openpyxl
import pandas as pd
import pytest

from xlcalc.errors import InputError
from xlcalc.runs import batch, open_input

HEAD = ["Design", "Cathode", "Anode", "Electrolyte"]
ROW = ["a", "NMC811", "Al", "LPSC"]


@pytest.fixture(params=["xlsx", "csv", "parquet", "large csv"])
def table(request, tmp_path, monkeypatch):
    """Make a file of rows."""

    def make(rows):
        path = tmp_path / f"in.{request.param.split()[-1]}"
        frame = pd.DataFrame(rows[1:], columns=rows[0])
        if path.suffix == ".csv":
            frame.to_csv(path, index=False)
            if request.param != "csv":
                monkeypatch.setattr(open_input, "_SMALL", 0)
        elif path.suffix == ".xlsx":
            frame.to_excel(path, sheet_name="Stacks", index=False)
        else:
            frame.to_parquet(path)
        return path

    return make


def notes_of(path):
    """Notes of each row."""
    output = path.with_name("out.csv")
    batch.run([path], output)
    return pd.read_csv(output).notes.fillna("").tolist()


@pytest.mark.parametrize("header", ["Separator", "Separator electrolyte"])
def test_a_column_of_words_is_no_thickness(table, header):
    path = table([[*HEAD, header, "N/P ratio"], [*ROW, "LLZO", 1.3], [*ROW, None, 1.3]])
    note = f"column {header!r} was not read (did you mean 'Separator material'?)"
    assert notes_of(path) == [note, ""]


def test_a_column_of_numbers_may_be_a_thickness(table):
    path = table([[*HEAD, "Separator"], [*ROW, 30]])
    note = "column 'Separator' was not read (did you mean 'Separator thickness [µm]'?)"
    assert notes_of(path) == [note]


@pytest.mark.parametrize(
    ("metal", "side", "word"),
    [
        ("Al", "Positive", "Al foil"),
        ("Al", "Positive", "Al"),
        ("Cu", "Negative", "Cu foil"),
    ],
)
def test_a_metal_is_the_same_with_the_word_foil(table, metal, side, word):
    head = [*HEAD, f"{side} foil", f"{metal} foil thickness [µm]"]
    path = table([head, ["a", "NMC811", "Si", "LPSC", word, 15.0]])
    done = batch.run([path])
    assert done.summary.errors == []
    assert done.columns[f"{side.lower()}_foil_thickness_um"].tolist() == [15]


@pytest.mark.parametrize(
    ("header", "field", "label"),
    [
        ("Cathode porosity [%]", "cathode_porosity", "Cathode porosity"),
        ("Cathode binder fraction [wt%]", "cathode_binder_fraction", "Cathode binder fraction"),
    ],
)
def test_a_fraction_below_a_header_in_percent(table, run, header, field, label):
    path = table([[*HEAD, header], [*ROW, 0.3], [*ROW, 3.0], [*ROW, 0.0], [*ROW, None]])
    note = f"{label} 0.003 is unusual below a header in %; 0.3 would be plausible as a fraction"
    found = batch.run([path])
    assert [note in text for text in found.columns["notes"].tolist()] == [True, *[False] * 3]
    assert found.columns[field].tolist()[:3] == [0.003, 0.03, 0]
    for text in (run("batch", path)[2], run("check", path)[1]):
        assert note in text


def book(path, header, **materials):
    """A workbook of one design with a header of any kind, and a Materials sheet."""
    made = openpyxl.Workbook()
    made.active.title = "Stacks"
    for row in ([*HEAD, header, "N/P ratio"], [*ROW, 30, 1.3]):
        made["Stacks"].append(row)
    if materials:
        sheet = made.create_sheet("Materials")
        sheet.append(["Material", *materials])
        sheet.append(["NMC811", *materials.values()])
        sheet.append(["Si", *(None for _ in materials)])
    made.save(path)
    return path


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ('="Separator "&"thickness [µm]"', "is a formula that no program has calculated"),
        ("#DIV/0!", "is #DIV/0!"),
    ],
)
def test_a_header_that_is_no_text(tmp_path, header, text):
    with pytest.raises(InputError, match=f"cell E1: the header {text}; expected the words"):
        batch.run([book(tmp_path / "in.xlsx", header)])
    materials = {"Kind": "cathode", header: 210}
    with pytest.raises(InputError, match=f"sheet Materials, cell C1: the header {text}"):
        batch.run([book(tmp_path / "own.xlsx", "Separator thickness [µm]", **materials)])


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_numbers_of_a_material_that_were_not_read(tmp_path, request, run, kind):
    mine = {"Capacity [mAh/g]": 150, "Average voltage [V]": 3.9, "Batch": 7}
    path = book(tmp_path / "in.xlsx", "Separator thickness [µm]", **mine)
    made = openpyxl.load_workbook(path)
    made["Stacks"].append(["b", "LCO", "Si", "LPSC", 30, 1.3])
    made.save(path)
    if kind == "ods":
        (path,) = request.getfixturevalue("soffice")(path, kind)
    with_it, without = batch.run([path]).columns["notes"].tolist()
    note = "NMC811: columns 'Capacity [mAh/g]', 'Average voltage [V]' of its row were not read"
    assert note in with_it
    assert "not read" not in without
    assert note in run("batch", path)[2]
    assert note in run("check", path)[1]


def test_a_volume_change_as_a_fraction_below_percent(tmp_path):
    path = book(tmp_path / "in.xlsx", "Separator thickness [µm]", **{"Volume change [%]": 0.5})
    done = batch.run([path])
    note = "Volume change 0.005 is unusual below a header in %; 0.5 would be plausible as a "
    assert any(note in text for text in done.columns["notes"].tolist())


def test_cells_of_a_material_that_stand_below_no_header(tmp_path, run):
    path = book(tmp_path / "in.xlsx", "Separator thickness [µm]", **{"Kind": "cathode"})
    made = openpyxl.load_workbook(path)
    made["Materials"]["D2"] = 150
    made.save(path)
    (notes,) = batch.run([path]).columns["notes"].tolist()
    assert "NMC811: column D of its row was not read" in notes
    own = tmp_path / "own.csv"
    own.write_text("Material,,Kind\nNMC811,150,cathode\n")
    plain = tmp_path / "in.csv"
    plain.write_text(",".join(HEAD) + "\n" + ",".join(ROW) + "\n")
    for command, stream in (("batch", 2), ("check", 1)):
        said = run(command, path)[stream]
        assert "sheet Materials, cell D2: stands below no header and is left alone" in said
        said = run(command, plain, "--materials", own)[stream]
        assert "own.csv, cell B2: stands below no header and is left alone" in said
        assert "NMC811: column B of its row was not read" in said
