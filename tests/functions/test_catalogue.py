"""The catalogue of SSB_ functions: numbers, defaults, blanks, errors, ranges."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.formula_book import same
from xlcalc import Stack, evaluate
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED, as_rows
from xlcalc.physics.quantities import BREAKDOWN, DESIGN
from xlcalc.tables.cell_values import CellError

NA, VALUE, NUM = CellError("#N/A"), CellError("#VALUE!"), CellError("#NUM!")
SI = ("NMC811", "Si", "LPSC")
ENERGIES = {
    "SSB_SPECIFIC_ENERGY": "specific_energy_wh_kg",
    "SSB_ENERGY_DENSITY": "energy_density_wh_l",
    "SSB_ENERGY_DENSITY_CHARGED": "energy_density_charged_wh_l",
}
OWN = [
    ["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]", "Potential_V"],
    ["Ag", "anode", 10.49, 450, 0.15],
    ["Al", None, 2.71, None, None],
]


def call(name, *cells):
    return CATALOGUE[name](*cells)


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        # SI Eq. 1-4 with the numbers of SI Table 1 and 3; SI Table 4 to the printed digit.
        ("SSB_COMPOSITE_DENSITY", ([[0.6, 0.4]], [[4.78, 1.86]]), 3.612),
        ("SSB_COMPOSITE_DENSITY", ([[0.6], [0.4]], [[4.78], [1.86]]), 3.612),
        ("SSB_COMPOSITE_DENSITY", ([[0.5, 0.2]], [[2.0, 5.0]]), 2.0),
        ("SSB_COMPOSITE_DENSITY", (0.5, 2.0), 1.0),
        ("SSB_CHARGE_DENSITY", (200, 4.78, 0.6), 573.6),
        ("SSB_ELECTRODE_THICKNESS", (4, 573.6), 69.735),
        ("SSB_ELECTRODE_LOADING", (69.74, 3.612), 25.190088),
        ("SSB_THEORETICAL_CAPACITY", (3.75, 28.085), 3578.6),
        ("SSB_THEORETICAL_CAPACITY", (1, 65.38), 409.93),
        ("SSB_SPECIFIC_ENERGY", (*SI, 4, 1.1, 20, 0.6, 0.6, 3.4), 320.36),
        ("SSB_ENERGY_DENSITY", (*SI, 4, 1.1, 20, 0.6, 0.6, 3.4), 1147.40),
        ("SSB_ENERGY_DENSITY_CHARGED", (*SI, 4, 1.1, 20, 0.6, 0.6, 3.4), 1015.8),
        (
            "SSB_ENERGY_DENSITY",
            (*SI, None, None, None, None, None, None, None, "double_sided"),
            1253.1,
        ),
        ("SSB_SPECIFIC_ENERGY", ("NMC811", "Li", "LPSC", 4, None, 20, 0.6, None, 3.8, 1), 365.35),
        ("SSB_ENERGY_DENSITY", ("NMC811", "None", "LPSC"), 1385.2),
        ("SSB_ENERGY_DENSITY_CHARGED", ("NMC811", "anode-free", "LPSC"), 1175.7),
        ("SSB_ENERGY_DENSITY", ("nmc-811", "SILICON", "Li6PS5Cl"), 1147.40),
        ("SSB_MATERIAL", ("Si", "density"), 2.33),
        ("SSB_MATERIAL", ("silicon", "Specific capacity [mAh/g]"), 3579),
        ("SSB_MATERIAL", ("Al", "density_g_cm3", OWN), 2.71),
        # TRUE is 1 (3.4 mWh/cm² in 20 + 20 + 17.43 + 2.20 µm); a cell may come as a range.
        ("SSB_ENERGY_DENSITY", (*SI, True), 570.16),
        ("SSB_ENERGY_DENSITY", ([["NMC811"]], [["Si"]], [["LPSC"]], [[4.0]]), 1147.40),
    ],
)
def test_numbers(name, cells, expected):
    assert call(name, *cells) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("blank", [None, "", OMITTED])
@pytest.mark.parametrize("name", ENERGIES)
def test_what_is_left_out_or_blank_takes_its_default(name, blank):
    whole = call(name, *SI)
    assert call(name, *SI, *(blank,) * 9) == pytest.approx(whole, rel=1e-15)
    assert call(name, *SI, *(blank,) * 7, "single", blank) == pytest.approx(whole, rel=1e-15)
    defaults = [DESIGN[f].default for f in ("cathode_areal_capacity_mah_cm2", "np_ratio")]
    assert call(name, *SI, *defaults) == pytest.approx(whole, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("SSB_ENERGY_DENSITY", ("NMC999", "Si", "LPSC"), NA),
        ("SSB_ENERGY_DENSITY", ("NMC811", "S*", "LPSC"), NA),
        ("SSB_ENERGY_DENSITY", ("NMC811", "Si"), VALUE),
        ("SSB_ENERGY_DENSITY", ("NMC811", None, "LPSC"), VALUE),
        ("SSB_ENERGY_DENSITY", ("NMC811", " ", "LPSC"), VALUE),
        ("SSB_ENERGY_DENSITY", (1.0, "Si", "LPSC"), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, "4"), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, " "), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, 0), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, -4), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, 1e12), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, math.inf), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, math.nan), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, 4, 1.1, 20, 60), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, 4, 1.1, 20, False), NUM),
        ("SSB_ENERGY_DENSITY", (*SI, *(None,) * 7, "triple"), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, *(None,) * 7, 2), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, *(None,) * 8, "no range"), VALUE),
        ("SSB_ENERGY_DENSITY", (*SI, *range(20)), VALUE),
        ("SSB_ENERGY_DENSITY", ("NMC811", "None", "LPSC", *(None,) * 6, 1), NUM),
        ("SSB_ENERGY_DENSITY", ("Al foil", "Si", "LPSC"), NUM),
        ("SSB_ENERGY_DENSITY", ("NMC811", "Si", "liquid electrolyte", 4, 1.1, 20, 0.9), NUM),
        ("SSB_ENERGY_DENSITY", (CellError("#REF!"), "Si", "LPSC"), CellError("#REF!")),
        ("SSB_ENERGY_DENSITY", (*SI, "#DIV/0!"), CellError("#DIV/0!")),
        ("SSB_ENERGY_DENSITY_CHARGED", ("NMC811", "Ag", "LPSC", *(None,) * 8, OWN), NA),
        ("SSB_MATERIAL", ("Sx", "density"), NA),
        ("SSB_MATERIAL", ("Si", "colour"), VALUE),
        ("SSB_MATERIAL", ("Si", "density [kg/m³]"), VALUE),
        ("SSB_MATERIAL", ("LPSC", "volume change"), NA),
        ("SSB_MATERIAL", ("Si",), VALUE),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, 0.4]], [[4.78]]), VALUE),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, 0.5]], [[4.78, 1.86]]), NUM),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, -0.1]], [[4.78, 1.86]]), NUM),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, "x"]], [[4.78, 1.86]]), VALUE),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, None]], [[4.78, 1.86]]), VALUE),
        ("SSB_COMPOSITE_DENSITY", ([[0.6, "#N/A"]], [[4.78, 1.86]]), NA),
        ("SSB_COMPOSITE_DENSITY", (), VALUE),
        ("SSB_CHARGE_DENSITY", (200, 0, 0.6), NUM),
        ("SSB_CHARGE_DENSITY", (200, 4.78, 1.1), NUM),
        ("SSB_CHARGE_DENSITY", (200, None, 0.6), VALUE),
        ("SSB_ELECTRODE_THICKNESS", (4, 0), NUM),
        ("SSB_ELECTRODE_LOADING", ("a", 1), VALUE),
        ("SSB_THEORETICAL_CAPACITY", (1, 0), NUM),
        ("SSB_STACK", ("NMC811", "Sx", "LPSC"), NA),
        ("SSB_STACK", ("NMC811", [["Si", "Al"]], "LPSC"), VALUE),
    ],
)
def test_wrong_cells_give_error_values(name, cells, expected):
    result = call(name, *cells)
    assert result == expected
    assert type(result) is CellError


@given(
    cathode_share=st.floats(0.05, 1),
    anode_share=st.floats(0.05, 1),
    capacity=st.floats(0.1, 20),
    ratio=st.floats(0.1, 5),
    separator=st.floats(0.5, 500),
    excess=st.floats(0, 5),
    anode=st.sampled_from(["Si", "Al", "Sn", "In", "Mg", "graphite", "Li", "None"]),
    electrolyte=st.sampled_from(["LPSC", "LLZO"]),
    sharing=st.sampled_from(["single", "double_sided", "bipolar"]),
    voltage=st.none() | st.floats(1, 5),
)
def test_one_cell_gets_what_evaluate_gives(
    cathode_share,
    anode_share,
    capacity,
    ratio,
    separator,
    excess,
    anode,
    electrolyte,
    sharing,
    voltage,
):
    if anode == "None":
        excess = 0.0
    numbers = (capacity, ratio, separator, cathode_share, anode_share, voltage, excess)
    expected = evaluate(
        Stack(
            cathode="NMC811",
            anode=anode,
            electrolyte=electrolyte,
            cathode_areal_capacity_mah_cm2=capacity,
            np_ratio=ratio,
            separator_thickness_um=separator,
            cathode_active_fraction=cathode_share,
            anode_active_fraction=anode_share,
            cell_voltage_v=voltage,
            lithium_excess=excess,
            foil_sharing=sharing,
        )
    )
    for name, field in ENERGIES.items():
        # The fast path is taken, and agrees.
        fast = CATALOGUE[name].fast_path("NMC811", anode, electrolyte, *numbers, sharing)
        assert fast == pytest.approx(getattr(expected, field), rel=1e-12)
        found = call(name, "NMC811", anode, electrolyte, *numbers, sharing)
        assert found == pytest.approx(getattr(expected, field), rel=1e-12)


def test_fig_3_is_one_formula():
    thickness, share = [[20.0, 50.0, 100.0]], [[0.3], [0.6]]
    found = call("SSB_ENERGY_DENSITY", *SI, None, None, thickness, None, share)
    assert np.round(found).tolist() == [[1068.0, 864.0, 656.0], [1147.0, 916.0, 685.0]]


def test_ranges_broadcast_and_keep_errors_in_their_place():
    found = call("SSB_ENERGY_DENSITY", "NMC811", [["Si"], ["Sx"], [None], ["#REF!"]], "LPSC")
    assert found == [[pytest.approx(1147.4, rel=1e-4)], [NA], [VALUE], [CellError("#REF!")]]
    both = call("SSB_ENERGY_DENSITY", "NMC811", [["Si", "Al"]], [["LPSC"], ["LLZO"]])
    assert [len(row) for row in both] == [2, 2]
    assert both[0][0] == both[1][0] != both[0][1]
    assert call("SSB_ENERGY_DENSITY", *SI, [[1, 2]], [[1, 2, 3]]) == VALUE
    # A blank in a range takes the default, as a blank cell does.
    assert call("SSB_ENERGY_DENSITY", *SI, [[4.0], [None]])[1] == [
        pytest.approx(call("SSB_ENERGY_DENSITY", *SI))
    ]


def test_materials_of_ones_own():
    rest = (None,) * 8
    own = call("SSB_SPECIFIC_ENERGY", "NMC811", "Ag", "LPSC", *rest, OWN)
    assert own == pytest.approx(
        call("SSB_SPECIFIC_ENERGY", "NMC811", "Ag", "LPSC", *rest, tuple(map(tuple, OWN))), rel=0
    )
    assert 200 < own < 320
    assert call("SSB_SPECIFIC_ENERGY", "NMC811", "Ag", "LPSC") == NA
    light = call("SSB_SPECIFIC_ENERGY", "NMC811", "Al", "LPSC", *rest, OWN)
    # A denser host makes a thinner composite, which holds less electrolyte.
    assert light > call("SSB_SPECIFIC_ENERGY", "NMC811", "Al", "LPSC")
    changed = [OWN[0], ["Ag", "anode", 9.0, 450, 0.15]]
    assert call("SSB_SPECIFIC_ENERGY", "NMC811", "Ag", "LPSC", *rest, changed) < own


def test_stack_is_the_breakdown():
    table = call("SSB_STACK", *SI)
    assert table[0][:2] == ["Layer", "Part"]
    parts = evaluate(Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")).breakdown
    found = {(row[0], row[1]): row[2:] for row in table[1:]}
    assert found["Anode", "active"] == [
        parts["anode_active_thickness_um"],
        parts["anode_active_loading_mg_cm2"],
    ]
    numbers = sum(name.endswith("_um") for name in BREAKDOWN)
    assert len(table) == 1 + numbers


def test_evaluate_takes_any_table():
    headers = [["Design", "cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]]
    rows = [
        ["a", "NMC811", "Si", "LPSC", 20],
        ["b", "NMC811", "Sx", "LPSC", 20],
        ["c", "NMC811", "Al", "LPSC", "thick"],
        ["d", "NMC811", "Al", "LPSC", -1],
        [None] * 5,
        ["f", "NMC811", "#REF!", "LPSC", None],
        ["g", "NMC811", "None", "LPSC", None],
    ]
    wanted = [["Specific energy", "energy_density_wh_l", "status"]]
    found = call("SSB_EVALUATE", headers, rows, wanted)
    assert [row[0] if isinstance(row[0], CellError) else round(row[0]) for row in found] == [
        320,
        NA,
        VALUE,
        NUM,
        NA,
        CellError("#REF!"),
        375,
    ]
    assert found[0][2] == "ok"
    assert "Sx" in found[1][2]
    assert "the text 'thick'" in found[2][2]
    assert call("SSB_EVALUATE", headers, rows, [["colour"]]) == VALUE
    assert call("SSB_EVALUATE", [["cathode"]], rows, wanted) == VALUE
    assert call("SSB_EVALUATE", headers, [[None] * 5], wanted) == VALUE


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (SI, "ok"),
        (("NMC811", "Sj", "LPSC"), "Anode 'Sj' is neither in the library nor"),
        (
            ("NMC811", "Si", "liquid electrolyte", 4, 1.1, 20, 0.9),
            "the cathode's binder fraction is blank, while others of its fractions are given",
        ),
        (
            ("NMC811", "Li", "LPSC", 4, 1.3),
            "ok, but N/P ratio is not used with lithium metal, whose amount is lithium_excess",
        ),
        (("NMC811", "None", "LPSC", *(None,) * 6, 1), "the anode is anode-free"),
        ((*SI, 4, -1), "N/P ratio is -1; expected a number above 0"),
        ((*SI, "4"), "areal_capacity is the text '4'; expected a number above 0"),
        (("NMC811", None, "LPSC"), "anode is missing; expected"),
    ],
)
def test_explain_says_why(cells, expected):
    assert expected in call("SSB_EXPLAIN", *cells)


def test_a_sentence_stays_short_whatever_a_cell_holds():
    """A cell of Excel holds 32,767 characters: what it cannot show would be an error value."""
    for position in range(11):
        cells = [*SI, *(None,) * 8]
        cells[position] = "x" * 40_000
        assert "xxx" in (said := call("SSB_EXPLAIN", *cells))
        assert len(said) < 255


@pytest.mark.parametrize("name", CATALOGUE)
def test_more_arguments_than_a_function_has_are_refused(name):
    count = len(CATALOGUE[name].arguments)
    for cells in ((*SI, *(None,) * (count - 3)), (None,) * count):
        assert call(name, *cells[:count], None) == (
            f"{count + 1} arguments; expected at most {count}" if name == "SSB_EXPLAIN" else VALUE
        )


@pytest.mark.parametrize("name", ["SSB_EXPLAIN", "SSB_ENERGY_DENSITY", "SSB_STACK"])
def test_an_error_value_that_came_in_goes_before_all_else(name):
    assert call(name, "NMC811", "Sj", "LPSC", -4, CellError("#DIV/0!")) == "#DIV/0!"
    assert call(name, "NMC811", "Sj", "LPSC", -4, None, CellError("#REF!"), "x") == "#REF!"


def test_explain_says_what_is_missing_though_the_stack_can_be_evaluated():
    rows = [["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]"]]
    rows.append(["Ge", "anode", 5.3, 1384])
    cells = ("NMC811", "Ge", "LPSC", *(None,) * 5, 3.3, None, None, rows)
    assert isinstance(call("SSB_ENERGY_DENSITY", *cells), float)
    assert call("SSB_ENERGY_DENSITY_CHARGED", *cells) == "#N/A"
    assert "ok, but no charged state, for material 'Ge' has no Volume" in call(
        "SSB_EXPLAIN", *cells
    )


def test_a_value_that_a_material_lacks_is_not_available():
    rows = [["Material", "Kind", "Density [g/cm³]"], ["bare", "anode", 2.0]]
    cells = ("NMC811", "bare", "LPSC", *(None,) * 8, rows)
    assert call("SSB_ENERGY_DENSITY", *cells) == "#N/A"
    assert "has no Specific capacity" in call("SSB_EXPLAIN", *cells)
    table = (["cathode", "anode", "electrolyte"], ["NMC811", "bare", "LPSC"])
    assert call("SSB_EVALUATE", *table, "energy_density_wh_l", rows) == [["#N/A"]]


@pytest.mark.parametrize("words", ["potential", "Potential vs. Li/Li⁺ [V]", "potential_v"])
def test_a_property_may_be_named_by_how_its_label_begins(words):
    assert call("SSB_MATERIAL", "Si", words) == call("SSB_MATERIAL", "Si", "potential_v")
    assert call("SSB_MATERIAL", "Si", "vol") == call("SSB_MATERIAL", "Si", "volume_change")
    assert call("SSB_MATERIAL", "Si", "s") == "#VALUE!"


@pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)
def test_what_spreadsheet_programs_can_show(function):
    """Limits of function wizards: texts of 255 characters, names and arguments of 254 together."""
    assert function.name.startswith("SSB_")
    assert len(function.help) <= 255
    names = [argument.name for argument in function.arguments]
    assert len(function.name) + sum(len(name) + 1 for name in names) <= 254
    assert len(set(names)) == len(names) <= 60
    assert all(name.isidentifier() and name.islower() for name in names)
    assert all(0 < len(argument.help) <= 255 for argument in function.arguments)
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional)
    assert function.example.startswith(f"={function.name}(")


def test_rows():
    assert as_rows([[1, 2], [3]]) == [[1, 2], [3, None]]
    assert as_rows(((1,), (2,))) == [[1], [2]]


def test_the_command_lists_them(run):
    code, out, _ = run("functions")
    assert code == 0
    for name in CATALOGUE:
        assert name in out
    code, out, _ = run("functions", "--json")
    listed = json.loads(out)
    assert [row["name"] for row in listed] == list(CATALOGUE)
    energy = next(row for row in listed if row["name"] == "SSB_ENERGY_DENSITY")
    assert energy["arguments"][3] == {
        "name": "areal_capacity",
        "help": energy["arguments"][3]["help"],
        "unit": "mAh/cm²",
        "default": 4.0,
        "optional": True,
        "range": False,
    }
    assert (energy["unit"], energy["lambda"]) == ("Wh/L", True)
    assert "[Wh/L]" in energy["help"]
    assert not next(row for row in listed if row["name"] == "SSB_EVALUATE")["lambda"]
    code, out, _ = run("functions", "ssb_material")
    assert code == 0
    assert "property" in out
    code, _, err = run("functions", "SSB_NOPE")
    assert code == 2
    assert "no function" in err


NUMBERS = st.floats(0.05, 6)
ODD = st.sampled_from([None, "", -1.0, "four", True, CellError("#DIV/0!"), 0.0, 7])


@given(
    st.lists(st.one_of(NUMBERS, ODD), min_size=40, max_size=60),
    st.lists(st.sampled_from(["Si", "Al", "Li", "none", "sn"]), min_size=40, max_size=40),
)
def test_many_results_at_once_are_those_of_each_cell(column, anodes):
    """A column with and without wrong cells, against the same cells one by one."""
    function = CATALOGUE["SSB_ENERGY_DENSITY_CHARGED"]
    for cells in (column, [cell for cell in column if type(cell) is float]):
        found = function("NMC811", "Si", "LPSC", [[cell] for cell in cells])
        one_by_one = [[function("NMC811", "Si", "LPSC", cell)] for cell in cells]
        assert len(found) == len(cells)
        assert all(same(*pair) for pair in zip(found, one_by_one, strict=True))
    found = function("NMC811", [anodes], "LPSC", None, None, [[20], [50.5]])
    expected = [
        [function("NMC811", anode, "LPSC", None, None, thickness) for anode in anodes]
        for thickness in (20, 50.5)
    ]
    assert all(same(*pair) for pair in zip(found, expected, strict=True))


def test_what_is_not_known_of_many_is_not_available():
    """A host without volume change has no charged state, in one cell or in many."""
    rows = [["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]"]]
    rows.append(["Ge", "anode", 5.3, 1384])
    column = [[3 + at / 100] for at in range(40)]
    cells = ("NMC811", "Ge", "LPSC", column, *(None,) * 4, 3.3, None, None, rows)
    assert call("SSB_ENERGY_DENSITY_CHARGED", *cells) == [["#N/A"]] * 40
    assert all(type(cell) is float for (cell,) in call("SSB_ENERGY_DENSITY", *cells))
