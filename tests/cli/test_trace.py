"""The command trace: every step of a number, of a design in a file or given in words."""

import json

import openpyxl
import pytest

from tests.support.books import HEADER, LEWIS, ROWS
from xlcalc import Stack, evaluate

SI = ("NMC811", "Si", "LPSC")


def test_a_design_in_words(run):
    code, out, err = run("trace", *SI, "np_ratio=1.2", "--result", "anode_thickness_um")
    assert (code, err) == (0, "")
    assert "N/P ratio: np_ratio = 1.2  [the design]" in out
    assert "Cathode areal capacity: cathode_areal_capacity_mah_cm2 = 4 mAh/cm²  [default]" in out
    last = out.splitlines()[-1]
    assert last.startswith("Anode thickness: anode_thickness_um = um_per_cm * (")
    assert last.endswith("= 10000 * (4.8 / 5003.44) = 9.5934 µm  [SI Eq. 3]")
    assert "stack_loading" not in out


def test_headers_and_units_are_read_as_in_a_file(run):
    code, out, err = run("trace", *SI, "Cathode porosity=10%", "--result", "cathode_thickness_um")
    assert code == 0
    assert "cathode_porosity = 0.1" in out
    assert "'10%' is read as 0.1" in err


def test_of_a_choice_the_branch_taken(run):
    words = ("NMC811", "Li", "LPSC", "lithium_excess=1")
    _, out, _ = run("trace", *words, "--result", "anode_areal_capacity_mah_cm2")
    assert "anode_to_cathode = lithium_excess = 1" in out
    assert "np_ratio" not in out


@pytest.mark.parametrize("name", ["60% Si/LPSC/NMC", "Li (anodeless)/LPSC/NMC"])
def test_a_design_in_a_file_as_json(run, name):
    code, out, _ = run("trace", LEWIS, name, "--format", "json")
    steps = {step["name"]: step for step in json.loads(out)}
    assert code == 0
    assert steps["cell_voltage_v"]["source"] == "the design"
    assert steps["cathode_density_g_cm3"]["source"] == "Lewis et al. 2022, SI Table 3"
    step = steps["energy_density_wh_l"]
    assert step["equation"] == "areal_energy_mwh_cm2 / (stack_thickness_um / um_per_cm)"
    assert (step["unit"], step["source"]) == ("Wh/L", "SI Eq. 8")
    # SI Table 4.
    assert round(step["value"]) == {"6": 1147, "L": 1385}[name[0]]


def test_the_numbers_are_those_of_evaluate(run):
    fields = {"cathode_porosity": 0.1, "anode_active_fraction": 0.5, "foil_sharing": "bipolar"}
    words = [f"{name}={value}" for name, value in fields.items()]
    _, out, _ = run("trace", *SI, *words, "--format", "json")
    values = {step["name"]: step["value"] for step in json.loads(out)}
    results = evaluate(Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", **fields))
    for name in ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l"):
        assert values[name] == pytest.approx(getattr(results, name), rel=1e-12)


def test_markdown_and_a_sheet(run, tmp_path):
    _, out, _ = run("trace", *SI, "--format", "markdown", "--result", "areal_energy_mwh_cm2")
    lines = out.splitlines()
    assert lines[0].startswith("| Quantity | Name | Equation |")
    assert lines[-1] == (
        "| Areal energy | `areal_energy_mwh_cm2` | `reversible_capacity_mah_cm2 * "
        "cell_voltage_used_v` | `4 * 3.4` | 13.6 | mWh/cm² |  |"
    )
    path = tmp_path / "trail.xlsx"
    code, _, _ = run("trace", *SI, "--result", "areal_energy_mwh_cm2", "--output", path)
    sheet = openpyxl.load_workbook(path)["Trail"]
    rows = list(sheet.iter_rows(values_only=True))
    assert code == 0
    assert rows[-1][:2] == ("Areal energy", "areal_energy_mwh_cm2")
    assert rows[-1][4] == 13.6


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("NMC811", "Sx", "LPSC"), "Anode 'Sx' is neither in the library"),
        ((*SI, "np_ratio=x"), "N/P ratio is the text 'x'; expected a number above 0"),
        ((*SI, "foo=1"), "'foo' names no field"),
        ((*SI, "LLZO"), "'LLZO' is out of place; expected a cathode, an anode and an electrolyte"),
        (("NMC811", "Si"), "no column for electrolyte"),
        (("none.xlsx",), "none.xlsx: cannot be read (No such file or directory)"),
        ((LEWIS, "nobody"), "lewis2022.xlsx: has no design 'nobody'; it has Li (1x excess)"),
        ((LEWIS, "one", "two"), "'two' is out of place; expected a file and one name"),
        ((*SI, "--result", "joy"), "'joy' is no step of the model"),
        ((*SI, "--output", "trail.csv"), "trail.csv: expected a name that ends in .xlsx"),
    ],
    ids=str,
)
def test_a_call_that_is_unusable(run, words, sentence):
    code, out, err = run("trace", *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_design_in_error_is_named(run, make_book):
    wrong = [*ROWS[0][:4], -1, 20]
    code, _, err = run("trace", make_book(Stacks=[HEADER, wrong]), "A")
    assert code == 2
    assert "cell E2: N/P ratio is -1; expected a number above 0" in err
