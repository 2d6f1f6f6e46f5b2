"""What stands above the header: used for all designs, or named, and never dropped in silence."""

import openpyxl
import pytest

from tests.support.xlsb_book import Formula
from xlcalc import Stack, evaluate
from xlcalc.errors import InputError
from xlcalc.runs import batch, open_input
from xlcalc.runs.options import ReadOptions

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "Cathode areal capacity [mAh/cm²]"]
A = ["A", "NMC811", "Si", "LPSC", 4]
B = ["B", "NMC811", "Si", "LPSC", 6]
KINDS = ["xlsx", "xls", "ods", "xlsb", "csv"]


#: N/P 1.5, 50 µm and double-sided foils as people put them above a table.
LAYOUTS = {
    "pairs": [
        ["Common inputs"],
        ["N/P ratio", 1.5],
        ["Separator thickness [µm]", 50],
        ["Foil sharing", "double_sided"],
        [None],
    ],
    "colons": [
        ["N/P ratio:", 1.5],
        ["Separator thickness:", 50],
        ["Foil sharing:", "double_sided"],
    ],
    "texts": [["N/P ratio: 1.5"], ["Separator thickness 50 µm"], ["foil_sharing = double_sided"]],
    "units": [
        ["N/P ratio", 1.5],
        ["Separator thickness", 0.05, "mm"],
        ["Foil sharing", "double_sided"],
    ],
    "one row": [["N/P ratio", 1.5, "separator_thickness_um", 50, "Foil sharing", "double_sided"]],
    "labels above values": [
        ["N/P ratio", "Separator thickness [µm]", "Foil sharing"],
        [1.5, 50, "double_sided"],
        [None],
    ],
    "far": [
        ["N/P ratio", None, 1.5],
        ["Separator thickness", None, 50],
        ["Foil sharing", "double_sided"],
    ],
    "below": [
        ["N/P ratio"],
        [1.5],
        ["Separator thickness"],
        [50],
        ["Foil sharing", "double_sided"],
    ],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_inputs_above_the_header_are_those_of_all_designs(make_file, kind, layout):
    path = make_file(kind, *LAYOUTS[layout], HEADER, A, B)
    done = batch.run([path])
    assert done.summary.errors == []
    for row, capacity in enumerate((4, 6)):
        stack = Stack(
            cathode="NMC811",
            anode="Si",
            electrolyte="LPSC",
            cathode_areal_capacity_mah_cm2=capacity,
            np_ratio=1.5,
            separator_thickness_um=50,
            foil_sharing="double_sided",
        )
        expected = evaluate(stack).energy_density_wh_l
        assert done.columns["energy_density_wh_l"][row] == pytest.approx(expected, rel=1e-12)
    assert round(float(done.columns["energy_density_wh_l"][0]), 1) == 959.6
    said = [text for text in done.summary.remarks if text.endswith("is used for all designs")]
    assert len(said) == 3
    assert "N/P ratio 1.5 stands above the header and is used for all designs" in said[0]
    assert not {"np_ratio", "separator_thickness_um", "foil_sharing"} & {*done.summary.defaults}


def test_the_remark_names_the_cell(make_file):
    done = batch.run([make_file("xlsx", ["N/P ratio", 1.5], HEADER, A)])
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, cell B1: N/P ratio 1.5 stands above the header and is used for "
        "all designs"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_material_of_all_designs(make_file, kind):
    header = [name for name in HEADER if name != "Electrolyte"]
    path = make_file(kind, ["Electrolyte:", "LPSC"], header, ["A", "NMC811", "Si", 4])
    assert batch.run([path]).columns["electrolyte"].tolist() == ["LPSC"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_below_a_title_is_no_value_of_it(make_file, kind):
    header = [name for name in HEADER if name != "N/P ratio"]
    path = make_file(kind, ["", "Cathode"], ["", "N/P ratio = 1.5"], header, A[: len(header)])
    assert batch.run([path]).columns["np_ratio"].tolist() == [1.5]


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_comes_first(make_file, kind):
    path = make_file(kind, ["N/P ratio", 1.5], [*HEADER, "N/P ratio"], [*A, 1.2])
    done = batch.run([path])
    assert done.columns["np_ratio"].tolist() == [1.2]
    assert (
        "B1: N/P ratio 1.5 stands above the header and is not used; its column 'N/P ratio' is"
        in (done.summary.remarks[-1])
    )


@pytest.mark.parametrize("kind", KINDS)
def test_several_values_are_none(make_file, kind):
    done = batch.run([make_file(kind, ["N/P ratio", 1.1, 1.2, 1.5], HEADER, A)])
    assert done.summary.defaults["np_ratio"] == {"1.1": 1}
    said = "A1: N/P ratio has several values above the header (B1 to D1); none is used"
    assert any(text.endswith(said) for text in done.summary.remarks)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [["N/P ratio", 1.2], ["np_ratio: 1.5"]])
def test_a_field_that_is_given_twice_is_refused(make_file, kind, again):
    with pytest.raises(InputError, match="N/P ratio stands above the header a second time"):
        batch.run([make_file(kind, ["N/P ratio", 1.5], again, HEADER, A)])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_understood_is_named(make_file, kind):
    rows = [["Pressure [MPa]", 5], ["Thickness: 50 µm"], ["Cells of 2026"], ["Series 3, Eq. 4"]]
    done = batch.run([make_file(kind, *rows, HEADER, A)])
    (said,) = [text for text in done.summary.remarks if "above the header" in text]
    assert said.endswith(
        "above the header nothing is read of Pressure [MPa] 5 (B1), Thickness: 50 µm (A2)"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_is_a_fault_of_every_row(make_file, kind):
    path = make_file(kind, ["N/P ratio", "~1.5"], HEADER, A, B)
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 0)
    assert all("cell B1: N/P ratio is the text '~1.5'" in text for text in done.summary.errors)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_formula_above_that_nobody_calculated(make_file, kind):
    path = make_file(kind, ["N/P ratio", "=1+0.5" if kind == "xlsx" else Formula(0)], HEADER, A)
    (said,) = batch.run([path]).summary.errors
    assert "cell B1: N/P ratio is the formula" in said


def test_a_wrong_unit_above_is_refused(make_file):
    with pytest.raises(InputError, match=r"cell B1: 'Separator thickness \[V\]' gives"):
        batch.run([make_file("xlsx", ["Separator thickness", 50, "V"], HEADER, A)])


def test_more_inputs_above_than_columns(make_file):
    """The header is the row with the required fields, however many stand in a row above."""
    fields = ["N/P ratio", "Separator thickness [µm]", "Cathode porosity", "Foil sharing"]
    above = [*fields, "Cell voltage [V]", "Anode porosity"]
    done = batch.run([make_file("xlsx", above, [1.5, 50, 0.1, "single", 3.5, 0.2], HEADER, A)])
    assert done.columns["anode_porosity"].tolist() == [0.2]


def test_titles_and_groups_are_no_inputs(make_file):
    rows = [["Cells of 2026"], [None, "Cathode", "Anode", None, "Cathode"], HEADER, A]
    assert batch.run([make_file("xlsx", *rows)]).summary.remarks == []


def test_a_large_csv_file(make_file, monkeypatch):
    monkeypatch.setattr(open_input, "_SMALL", 10)
    done = batch.run([make_file("csv", ["N/P ratio", 1.5], HEADER, *[A] * 300)])
    assert set(done.columns["np_ratio"].tolist()) == {1.5}


def test_results_are_filled_and_templates_made(make_file, run, tmp_path):
    path = make_file("xlsx", ["N/P ratio", 1.5], [*HEADER, "Energy density [Wh/L]"], A)
    assert run("batch", path, "--fill", tmp_path / "filled.xlsx")[0] == 0
    made = openpyxl.load_workbook(tmp_path / "filled.xlsx")["Stacks"]
    expected = evaluate(Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", np_ratio=1.5))
    assert made["F3"].value == pytest.approx(expected.energy_density_wh_l)
    assert made["B1"].value == 1.5
    new = tmp_path / "new.xlsx"
    assert run("template", "batch", "--designs", path, "--output", new)[0] == 0
    assert batch.run([new]).columns["np_ratio"].tolist() == [1.5]


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_concerns_the_designs_that_use_it(make_file, kind):
    rows = [[name, "NMC811", name, "LPSC"] for name in ("Si", "Li", "anode-free")]
    above = [["N/P ratio", 1.5], ["Lithium excess", 0.5]]
    done = batch.run(
        [make_file(kind, *above, ["Design", "Cathode", "Anode", "Electrolyte"], *rows)]
    )
    assert done.columns["status"].tolist() == ["ok"] * 3
    assert done.columns["energy_density_wh_l"].round(1).tolist() == [1117.3, 1271.9, 1385.2]
    assert done.columns["lithium_excess"][1:].tolist() == [0.5, 0.0]
    assert not [note for note in done.columns["notes"] if "not used" in note]


@pytest.mark.parametrize(
    ("kind", "joint"),
    [(kind, "to") for kind in KINDS]
    + [("xlsx", joint) for joint in ("-", "–", "bis", "+/-", "...", "or")],
)
def test_a_range_is_no_value(make_file, kind, joint):
    above = [["N/P ratio", 1.2, joint, 1.5], ["Cell voltage", 2.5, joint, 4.3, "V"]]
    done = batch.run([make_file(kind, *above, HEADER, A)])
    assert done.columns["np_ratio"].tolist() == [1.1]
    assert done.columns["cell_voltage_v"].tolist() == [3.4]
    for cell, label in (("A1", "N/P ratio"), ("A2", "Cell voltage")):
        said = f"{cell}: {label} has several values above the header (B{cell[1]} to D{cell[1]})"
        assert any(f"{said}; none is used" in text for text in done.summary.remarks)


def test_a_range_below_its_label_is_no_value(make_file):
    done = batch.run([make_file("xlsx", ["N/P ratio"], [1.2], ["to"], [1.5], HEADER, A)])
    assert done.columns["np_ratio"].tolist() == [1.1]


def test_a_unit_below_a_value_is_its_unit(make_file):
    above = [["Separator thickness"], [20_000], ["nm"]]
    done = batch.run([make_file("xlsx", *above, HEADER, A)])
    assert done.columns["separator_thickness_um"].tolist() == [20]


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_with_a_bound_is_not_used(make_file, kind):
    bounds = ["V (upper cut-off)", "max.", "to 4.5", "+/- 0.02", "to 4.5 V"]
    for bound in bounds if kind == "xlsx" else bounds[:1]:
        done = batch.run([make_file(kind, ["Cell voltage", 4.3, bound], HEADER, A)])
        assert done.columns["cell_voltage_v"].tolist() == [3.4]
        said = f"B1: Cell voltage 4.3 stands above the header beside {bound!r} and is not used"
        assert any(said in text for text in done.summary.remarks)


@pytest.mark.parametrize("kind", KINDS)
def test_another_table_above_is_no_input(make_file, kind):
    """A table without a required field, with one row of values and with two."""
    upper = ["Design", "Cathode", "N/P ratio", "Separator thickness [µm]"]
    rows = [["x", "NMC811", 1.5, 50], ["y", "NMC811", 1.6, 60]]
    above = [upper, rows[0], [None], upper, *rows, [None]]
    done = batch.run([make_file(kind, *above, HEADER, A)])
    assert {"np_ratio", "separator_thickness_um"} < {*done.summary.defaults}
    said = [text for text in done.summary.remarks if "above" in text or "another" in text]
    assert [text.partition("row ")[2] for text in said] == [
        "1: is the header of another table, whose row is not read",
        "4: is the header of another table, whose 2 rows are not read",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_are_not_read_are_named_by_their_labels(make_file, kind):
    rows = [["Pressure", 5, "Cycles", 7], ["Cathode porosity", "min", 0.1], ["Weeks"], [3], [9]]
    done = batch.run([make_file(kind, *rows, HEADER, A)])
    (said,) = [text for text in done.summary.remarks if "above the header" in text]
    assert said.endswith(
        "above the header nothing is read of Pressure 5 (B1), Cycles 7 (D1), Cathode porosity 0.1 "
        "(C2), Weeks 3 (A4), 9 (A5)"
    )


@pytest.mark.parametrize(
    "text",
    ["Checks broken: 1 (see Checks)", "=1+1", "Cells of 2026", "Date: 2026-01-02", "at 9:30"],
)
def test_a_text_with_a_digit_is_no_number(make_file, text):
    done = batch.run([make_file("xlsx", ["Designs"], [text], HEADER, A)])
    assert done.summary.remarks == []


MATERIALS = [["Cathode", "NMC811"], ["Anode:", "Si", "(nano)"], ["Electrolyte", "LPSC"], [None]]
NARROW = ["Design", "Cathode areal capacity [mAh/cm²]", "Separator thickness [µm]"]


@pytest.mark.parametrize("kind", KINDS)
def test_all_required_fields_stand_above(make_file, kind):
    totals = ["Total", 9, 55]
    rows = [["a", 5, 30], NARROW, ["b", 4, 25], totals]
    done = batch.run([make_file(kind, *MATERIALS, NARROW, *rows)])
    assert done.columns["design"].tolist() == ["a", "b"]
    assert done.columns["electrolyte"].tolist() == ["LPSC"] * 2
    assert (done.summary.evaluated, done.summary.skipped_rows) == (2, 2)
    stack = Stack(
        cathode="NMC811",
        anode="Si",
        electrolyte="LPSC",
        cathode_areal_capacity_mah_cm2=5,
        separator_thickness_um=30,
    )
    expected = evaluate(stack).energy_density_wh_l
    assert done.columns["energy_density_wh_l"][0] == pytest.approx(expected, rel=1e-12)


def test_units_below_a_header_whose_required_fields_stand_above(make_file):
    bare = ["Design", "Cathode areal capacity", "Separator thickness"]
    rows = [bare, ["-", "Ah/m²", "nm"], ["a", 50, 30_000]]
    done = batch.run([make_file("xlsx", *MATERIALS, *rows)])
    assert done.columns["cathode_areal_capacity_mah_cm2"].tolist() == [5]
    assert done.columns["separator_thickness_um"].tolist() == [30]


@pytest.mark.parametrize(
    "rows",
    [
        [["N/P ratio", 1.2], ["Separator thickness [µm]", 30]],
        [["N/P ratio", 1.2, "Separator thickness [µm]", 30], ["Cathode porosity", 0.1]],
        [["Positive foil", "Al foil", "Negative foil", "Cu foil"], ["see", "the", "paper", "x"]],
    ],
)
def test_fields_below_each_other_are_transposed_as_before(make_file, rows):
    with pytest.raises(InputError, match="fields stand below each other"):
        batch.run([make_file("xlsx", *MATERIALS[:3], *rows)])


#: What stands above a header and is not used, and what the notes of every row say of it.
UNUSED = [
    ([["N/P ratio", 1.1, 1.2, 1.5]], "N/P ratio has several values above the header"),
    (
        [["Cell voltage", 2.5, "to", 4.3, "V"]],
        "Cell voltage has several values above the header",
    ),
    ([["Operating temperature", 61]], "nothing is read of Operating temperature 61 (B1)"),
    ([["Separator thickness", 55]], "Separator thickness 55 stands above the header and is not"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize(("above", "note"), UNUSED)
def test_what_is_not_used_is_in_the_notes_of_every_row(
    make_file, monkeypatch, kind, pieces, above, note
):
    if pieces:
        monkeypatch.setattr(open_input, "_SMALL", 0)
    header = [*HEADER, "Separator thickness [µm]"]
    rows = [[name, *A[1:], 20] for name in "abcdef"]
    path = make_file(kind, *above, header, *rows)
    done = batch.run([path], read=ReadOptions(rows_per_chunk=2))
    assert done.columns["status"].tolist() == ["ok"] * 6
    assert all(note in each for each in done.columns["notes"])


@pytest.mark.parametrize("kind", KINDS)
def test_titles_of_groups_are_no_header_of_another_table(make_file, kind):
    titles = [None, "Cathode", "Anode", "Separator"]
    path = make_file(kind, titles, ["Operating temperature", 61, "°C"], HEADER, A)
    done = batch.run([path])
    [notes] = done.columns["notes"]
    assert "nothing is read of Operating temperature 61 (B2)" in notes
    assert "stands above the header" not in notes
    assert not any("another table" in text for text in done.summary.remarks)
