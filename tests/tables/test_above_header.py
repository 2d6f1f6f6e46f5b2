"""What stands above the header: used for all designs, or named, and never dropped in silence."""

import openpyxl
import pytest

from tests.support.xlsb_book import Formula, make_xlsb
from xlcalc import Stack, evaluate
from xlcalc.errors import InputError
from xlcalc.runs import batch, open_input

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "Cathode areal capacity [mAh/cm²]"]
A = ["A", "NMC811", "Si", "LPSC", 4]
B = ["B", "NMC811", "Si", "LPSC", 6]
KINDS = ["xlsx", "xls", "ods", "xlsb", "csv"]


@pytest.fixture
def book(make_book, tmp_path, request):
    """Make a file of a kind of rows; all are three cells wide at least."""

    def make(kind, *rows):
        if kind == "csv":
            path = tmp_path / "book.csv"
            lines = (";".join("" if cell is None else str(cell) for cell in row) for row in rows)
            path.write_text("\n".join(lines) + "\n")
            return path
        if kind == "xlsb":
            return make_xlsb(tmp_path / "book.xlsb", Stacks=rows)
        path = make_book(Stacks=rows)
        return path if kind == "xlsx" else request.getfixturevalue("soffice")(path, kind)[0]

    return make


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
def test_inputs_above_the_header_are_those_of_all_designs(book, kind, layout):
    path = book(kind, *LAYOUTS[layout], HEADER, A, B)
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


def test_the_remark_names_the_cell(book):
    done = batch.run([book("xlsx", ["N/P ratio", 1.5], HEADER, A)])
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, cell B1: N/P ratio 1.5 stands above the header and is used for "
        "all designs"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_material_of_all_designs(book, kind):
    header = [name for name in HEADER if name != "Electrolyte"]
    path = book(kind, ["Electrolyte:", "LPSC"], header, ["A", "NMC811", "Si", 4])
    assert batch.run([path]).columns["electrolyte"].tolist() == ["LPSC"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_below_a_title_is_no_value_of_it(book, kind):
    header = [name for name in HEADER if name != "N/P ratio"]
    path = book(kind, ["", "Cathode"], ["", "N/P ratio = 1.5"], header, A[: len(header)])
    assert batch.run([path]).columns["np_ratio"].tolist() == [1.5]


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_comes_first(book, kind):
    path = book(kind, ["N/P ratio", 1.5], [*HEADER, "N/P ratio"], [*A, 1.2])
    done = batch.run([path])
    assert done.columns["np_ratio"].tolist() == [1.2]
    assert (
        "B1: N/P ratio 1.5 stands above the header and is not used; its column 'N/P ratio' is"
        in (done.summary.remarks[-1])
    )


@pytest.mark.parametrize("kind", KINDS)
def test_several_values_are_none(book, kind):
    done = batch.run([book(kind, ["N/P ratio", 1.1, 1.2, 1.5], HEADER, A)])
    assert done.summary.defaults["np_ratio"] == {"1.1": 1}
    said = "A1: N/P ratio has several values above the header (B1 to D1); none is used"
    assert any(text.endswith(said) for text in done.summary.remarks)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [["N/P ratio", 1.2], ["np_ratio: 1.5"]])
def test_a_field_that_is_given_twice_is_refused(book, kind, again):
    with pytest.raises(InputError, match="N/P ratio stands above the header a second time"):
        batch.run([book(kind, ["N/P ratio", 1.5], again, HEADER, A)])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_understood_is_named(book, kind):
    rows = [["Pressure [MPa]", 5], ["Thickness: 50 µm"], ["Cells of 2026"], ["Series 3, Eq. 4"]]
    done = batch.run([book(kind, *rows, HEADER, A)])
    (said,) = [text for text in done.summary.remarks if "above the header" in text]
    assert said.endswith("above the header nothing is read of B1 (5), A2 (Thickness: 50 µm)")


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_is_a_fault_of_every_row(book, kind):
    path = book(kind, ["N/P ratio", "~1.5"], HEADER, A, B)
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 0)
    assert all("cell B1: N/P ratio is the text '~1.5'" in text for text in done.summary.errors)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_formula_above_that_nobody_calculated(book, kind):
    path = book(kind, ["N/P ratio", "=1+0.5" if kind == "xlsx" else Formula(0)], HEADER, A)
    (said,) = batch.run([path]).summary.errors
    assert "cell B1: N/P ratio is the formula" in said


def test_a_wrong_unit_above_is_refused(book):
    with pytest.raises(InputError, match=r"cell B1: 'Separator thickness \[V\]' gives"):
        batch.run([book("xlsx", ["Separator thickness", 50, "V"], HEADER, A)])


def test_more_inputs_above_than_columns(book):
    """The header is the row with the required fields, however many stand in a row above."""
    fields = ["N/P ratio", "Separator thickness [µm]", "Cathode porosity", "Foil sharing"]
    above = [*fields, "Cell voltage [V]", "Anode porosity"]
    done = batch.run([book("xlsx", above, [1.5, 50, 0.1, "single", 3.5, 0.2], HEADER, A)])
    assert done.columns["anode_porosity"].tolist() == [0.2]


def test_titles_and_groups_are_no_inputs(book):
    rows = [["Cells of 2026"], [None, "Cathode", "Anode", None, "Cathode"], HEADER, A]
    assert batch.run([book("xlsx", *rows)]).summary.remarks == []


def test_a_large_csv_file(book, monkeypatch):
    monkeypatch.setattr(open_input, "_SMALL", 10)
    done = batch.run([book("csv", ["N/P ratio", 1.5], HEADER, *[A] * 300)])
    assert set(done.columns["np_ratio"].tolist()) == {1.5}


def test_results_are_filled_and_templates_made(book, run, tmp_path):
    path = book("xlsx", ["N/P ratio", 1.5], [*HEADER, "Energy density [Wh/L]"], A)
    assert run("batch", path, "--fill", tmp_path / "filled.xlsx")[0] == 0
    made = openpyxl.load_workbook(tmp_path / "filled.xlsx")["Stacks"]
    expected = evaluate(Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", np_ratio=1.5))
    assert made["F3"].value == pytest.approx(expected.energy_density_wh_l)
    assert made["B1"].value == 1.5
    new = tmp_path / "new.xlsx"
    assert run("template", "batch", "--designs", path, "--output", new)[0] == 0
    assert batch.run([new]).columns["np_ratio"].tolist() == [1.5]


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_concerns_the_designs_that_use_it(book, kind):
    rows = [[name, "NMC811", name, "LPSC"] for name in ("Si", "Li", "anode-free")]
    above = [["N/P ratio", 1.5], ["Lithium excess", 0.5]]
    done = batch.run([book(kind, *above, ["Design", "Cathode", "Anode", "Electrolyte"], *rows)])
    assert done.columns["status"].tolist() == ["ok"] * 3
    assert done.columns["energy_density_wh_l"].round(1).tolist() == [1117.3, 1271.9, 1385.2]
    assert done.columns["lithium_excess"][1:].tolist() == [0.5, 0.0]
    assert not [note for note in done.columns["notes"] if "not used" in note]
