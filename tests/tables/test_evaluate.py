"""Tables of designs: rows in error cost themselves and nothing else."""

import datetime
import math

import numpy as np
import pandas as pd
import pytest

from tests.support.fuzz_files import FORMATS, write
from xlcalc import Material, evaluate_table
from xlcalc.errors import DesignError, InputError
from xlcalc.physics.quantities import DESIGN, REMARKS, RESULTS
from xlcalc.runs import batch
from xlcalc.tables.evaluate import evaluate_records

BASE = {"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC"}


def one(**fields):
    """The only row of a table of one design."""
    evaluation = evaluate_records([{**BASE, **fields}])
    return {name: values[0] for name, values in evaluation.columns.items()}


def test_columns_are_inputs_results_and_remarks():
    evaluation = evaluate_records([BASE])
    expected = [n for n in DESIGN if n not in RESULTS] + [*RESULTS, *REMARKS]
    assert list(evaluation.columns) == expected


def test_a_dataframe_keeps_rows_index_and_own_columns():
    frame = pd.DataFrame(
        {
            "supplier": ["x", "y", "z"],
            "Electrolyte": ["LPSC", "nonsense", "LLZO"],
            "ANODE": "Si",
            "cathode": "NMC811",
        },
        index=["c", "a", "b"],
    )
    result = evaluate_table(frame)
    assert result.index.tolist() == ["c", "a", "b"]
    assert result.supplier.tolist() == ["x", "y", "z"]
    assert result.energy_density_wh_l.round(1).tolist()[::2] == [1147.4, 1147.4]
    assert result.status["c"] == "ok"
    assert result.status["a"].startswith("row 'a', column 'Electrolyte': Electrolyte 'nonsense' is")
    assert math.isnan(result.specific_energy_wh_kg["a"])


def test_a_dataframes_own_materials():
    frame = pd.DataFrame([{**BASE, "anode": "Ag"}])
    silver = Material(
        name="Ag", kind="anode", density_g_cm3=10.49, specific_capacity_mah_g=248.0, potential_v=0.1
    )
    result = evaluate_table(frame, [silver])
    assert result.status[0] == "ok"
    assert result.cell_voltage_v[0] == pytest.approx(3.7)


def test_a_dataframe_without_rows():
    assert len(evaluate_table(pd.DataFrame({name: [] for name in BASE}))) == 0


def test_results_fed_in_again_give_the_same_results():
    records = [
        {**BASE, "design": "host"},
        {**BASE, "anode": "None", "design": "free"},
        {**BASE, "anode": "Li", "lithium_excess": 1.0, "design": "excess"},
        {**BASE, "anode": "In", "anode_foil_thickness_um": 50, "design": "foil"},
        {**BASE, "foil_sharing": "bipolar", "design": "plate"},
    ]
    first = evaluate_table(pd.DataFrame(records))
    again = evaluate_table(first)
    assert (first.status == "ok").all()
    for name in RESULTS:
        assert first[name].tolist() == again[name].tolist(), name


@pytest.mark.parametrize(
    ("fields", "column", "used"),
    [
        ({"anode": "Si"}, "np_ratio", 1.1),
        ({"anode": "Si"}, "lithium_excess", None),
        ({"anode": "Si"}, "separator_density_g_cm3", 1.86),
        ({"anode": "Si", "separator_density_g_cm3": 1.5}, "separator_density_g_cm3", 1.5),
        ({"anode": "Li", "lithium_excess": 2}, "np_ratio", None),
        ({"anode": "Li", "lithium_excess": 2}, "lithium_excess", 2.0),
        ({"anode": "Li", "lithium_excess": 2}, "anode_active_fraction", None),
        ({"anode": "In", "anode_foil_thickness_um": 100}, "np_ratio", 18.4943),
        ({"anode": "Li", "lithium_excess": 2}, "anode_fraction_basis", None),
        ({"anode": "Li", "lithium_excess": 2}, "anode_pore_absorption", None),
        ({"foil_sharing": "bipolar"}, "negative_foil_thickness_um", None),
        ({"foil_sharing": "bipolar"}, "negative_foil", None),
        ({"foil_sharing": "single"}, "negative_foil_thickness_um", 10.0),
    ],
    ids=str,
)
def test_inputs_are_echoed_as_used(fields, column, used):
    value = one(**fields)[column]
    if used is None:
        assert value is None or math.isnan(value)
    else:
        assert value == pytest.approx(used, rel=1e-5)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"np_ratio": "1.1"}, "column 'np_ratio': N/P ratio is the text '1.1'; expected a number"),
        ({"np_ratio": True}, "N/P ratio is TRUE; expected a number above 0"),
        ({"np_ratio": datetime.date(2026, 1, 2)}, "N/P ratio is the date or time 2026-01-02"),
        ({"np_ratio": float("nan")}, "N/P ratio is nan"),
        ({"np_ratio": float("inf")}, "N/P ratio is inf"),
        ({"np_ratio": "#N/A"}, "N/P ratio is the text '#N/A'"),
        ({"np_ratio": 0}, "N/P ratio is 0; expected a number above 0"),
        ({"cathode_porosity": 30}, "for 30 % write 0.3"),
        ({"cathode_porosity": -0.1}, "Cathode porosity is -0.1; expected a fraction of at least 0"),
        ({"anode": None}, "Anode is blank; expected the name of a material; an anode-free stack"),
        ({"anode": 12}, "Anode is 12; expected the name of a material"),
        ({"anode": "Silicium"}, "materials; did you mean Si or Li?"),
        ({"foil_sharing": "both"}, "expected one of single, double_sided, bipolar"),
        ({"cathode_active_fraction": 0.9, "cathode_binder_fraction": 0.2}, "add up to 1.1"),
    ],
    ids=str,
)
def test_a_row_in_error_says_what_was_found_and_expected(fields, sentence):
    row = one(**fields)
    assert sentence in row["status"]
    assert row["status"].startswith("row 0, column")
    assert math.isnan(row["energy_density_wh_l"])
    assert row["voltage_source"] is None


def test_what_could_not_be_read_is_echoed_as_found():
    assert one(anode="Silicium")["anode"] == "Silicium"
    assert one(np_ratio="1.1")["np_ratio"] == "1.1"
    assert one(np_ratio=True)["np_ratio"] is True


def test_a_row_with_an_error_stays_one_when_fed_in_again():
    first = evaluate_table(pd.DataFrame([{**BASE, "np_ratio": "x"}, {**BASE, "np_ratio": 1.2}]))
    again = evaluate_table(first)
    assert (again.status == "ok").tolist() == [False, True]
    assert "the text 'x'" in again.status[0]


def test_all_faults_of_a_row_are_named():
    status = one(np_ratio=-1, cathode_porosity=70, foil_sharing="both")["status"]
    assert status.count("; ") >= 2
    for part in ("N/P ratio is -1", "Cathode porosity is 70", "Foil sharing is 'both'"):
        assert part in status


@pytest.mark.parametrize("kind", FORMATS)
def test_a_voltage_that_is_derived_again_is_named_where_it_differs(tmp_path, kind):
    header = ["Design", "Cathode", "Anode", "Electrolyte", "Cell voltage [V]", "Voltage source"]
    rows = [
        [name, "NMC811", "Si", electrolyte, voltage, source, 320.0]
        for name, electrolyte, voltage, source in [
            ("as it was", "LPSC", 3.4, "derived"),
            ("changed", "LPSC", 3.7, "derived"),
            ("left out", "LPSC", None, "derived"),
            ("in error", "kryptonite", 3.5, "derived"),
            ("given", "LPSC", 3.7, "given"),
        ]
    ]
    path = write(tmp_path, kind, [[*header, "Specific energy [Wh/kg]"], *rows])
    done = batch.run([path])
    assert done.columns["cell_voltage_v"].tolist()[:3] == pytest.approx([3.4, 3.4, 3.4])
    assert done.columns["cell_voltage_v"][4] == 3.7
    (said,) = [text for text in done.summary.remarks if "is not used" in text]
    assert "Cell voltage is derived where 'Voltage source' says so; another number there" in said
    assert ("column 'Cell voltage [V]'" if kind == "parquet" else "cell E1") in said


def test_a_derived_voltage_stays_derived_when_fed_in_again():
    first = evaluate_table(pd.DataFrame([BASE, {**BASE, "cell_voltage_v": 3.3}]))
    assert evaluate_table(first).voltage_source.tolist() == ["derived", "given"]


def test_notes_and_status_without_results_are_the_users_own():
    frame = pd.DataFrame([{**BASE, "Notes": "mine", "Status": "released"}])
    result = evaluate_table(frame)
    assert (result.Notes[0], result.Status[0]) == ("mine", "released")
    assert result.status[0] == "ok"


def test_own_columns_of_one_name_are_all_kept():
    frame = pd.DataFrame([["NMC811", "Si", "LPSC", "a", "b"]])
    frame.columns = ["cathode", "anode", "electrolyte", "Comment", "Comment"]
    result = evaluate_table(frame)
    assert result["Comment"].tolist() == ["a"]
    assert result["Comment (2)"].tolist() == ["b"]


def test_own_columns_keep_their_types():
    frame = pd.DataFrame([BASE] * 2).assign(lot=[1, 2], made=pd.Timestamp("2026-01-02"))
    result = evaluate_table(frame)
    assert result.lot.dtype == frame.lot.dtype
    assert result.made.dtype == frame.made.dtype


def test_unusual_values_of_own_materials_are_noted():
    frame = pd.DataFrame([BASE])
    odd = Material(name="Si", density_g_cm3=2330.0, volume_change=13.2)
    notes = evaluate_table(frame, [odd]).notes[0]
    assert "Si: Density 2330 g/cm³ is unusual (usual: 0.3 to 25)" in notes
    assert "Si: Volume change 13.2 is unusual" in notes


def test_a_foil_is_no_electrolyte():
    assert "Positive foil 'NMC811' is of kind 'cathode'" in one(positive_foil="NMC811")["status"]
    assert one(negative_foil="Al")["status"] == "ok"


def test_other_rows_are_evaluated_whatever_one_holds():
    rows = [{**BASE, "np_ratio": value} for value in (1.1, "x", None, 1.3)]
    evaluation = evaluate_records(rows)
    assert evaluation.ok.tolist() == [True, False, True, True]
    assert evaluation.in_error == 1
    alone = [one(np_ratio=value)["specific_energy_wh_kg"] for value in (1.1, 1.1, 1.3)]
    assert evaluation.columns["specific_energy_wh_kg"][evaluation.ok].tolist() == alone


def test_all_rows_in_error():
    evaluation = evaluate_records([{**BASE, "anode": "?"}] * 3)
    assert evaluation.in_error == 3
    assert np.isnan(evaluation.columns["energy_density_wh_l"]).all()
    assert np.isnan(evaluation.breakdown()["anode_layer_thickness_um"]).all()
    with pytest.raises(DesignError, match=r"'\?'"):
        evaluation.stack(1)


@pytest.mark.parametrize(
    "fields",
    [
        {"electrolyte": "liquid electrolyte", "anode": "graphite"},
        {"anode": "Li"},
        {"anode": "None"},
        {"anode": "Al", "anode_foil_thickness_um": 30},
        {"anode": "Li", "anode_foil_thickness_um": 30},
        {"anode": "Al", "foil_sharing": "bipolar"},
        {"anode": "Al", "separator_density_g_cm3": 2.2},
    ],
    ids=str,
)
def test_results_fed_in_again_get_the_same_notes(fields):
    first = evaluate_table(pd.DataFrame([{**BASE, **fields}]))
    again = evaluate_table(first)
    assert again.notes.tolist() == first.notes.tolist()
    assert again.specific_energy_wh_kg.tolist() == first.specific_energy_wh_kg.tolist()


def test_defaults_are_counted():
    evaluation = evaluate_records([{**BASE, "np_ratio": v} for v in (1.1, None, None)])
    assert evaluation.defaults["np_ratio"] == {"1.1": 2}
    assert evaluation.defaults["foil_sharing"] == {"single": 3}
    assert "cell_voltage_v" not in evaluation.defaults


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({}, "Si: 3579 mAh/g is that of Li15Si4"),
        ({"anode": "In"}, "In: 1012 mAh/g is that of Li13In3"),
        ({"anode": "Mg"}, "Mg: the listed volume change of 100 % is small"),
        (
            {"separator_thickness_um": 0.002},
            "Separator thickness 0.002 µm is unusual (usual: 1 to 2000)",
        ),
        ({"anode": "In", "anode_foil_thickness_um": 100}, "N/P ratio 18.4943 is unusual"),
        (
            {"anode": "In", "anode_foil_thickness_um": 100, "np_ratio": 1.3},
            "N/P ratio is not used beside the anode foil's thickness, from which it follows",
        ),
        (
            {"anode": "In", "anode_foil_thickness_um": 100},
            "only 1/18.5 of the anode is used, while the derived voltage takes its potential",
        ),
        (
            {"np_ratio": 0.5},
            "the anode holds 0.5 of the cathode's capacity and limits the energies",
        ),
        (
            {
                "electrolyte": "liquid",
                "cathode_porosity": 0,
                "anode_porosity": 0,
                "separator_porosity": 0,
            },
            "the cathode has no pores, so no liquid electrolyte; the anode has no pores",
        ),
        ({"foil_sharing": "bipolar"}, "the bipolar plate is Al foil, for both electrodes"),
        (
            {"anode": "graphite", "expansion_model": "molar_volume"},
            "no charged state, for material 'graphite' has no Lithium molar volume",
        ),
    ],
    ids=str,
)
def test_notes_say_what_a_reader_should_know(fields, note):
    row = one(**fields)
    assert note in row["notes"]
    assert row["status"] == "ok"


@pytest.mark.parametrize("fields", [{"anode": "Al"}, {"expansion_model": "molar_volume"}], ids=str)
def test_no_note_where_there_is_nothing_to_say(fields):
    assert one(**fields)["notes"] == ""


def test_a_blank_name_is_the_rows_number():
    assert one()["design"] == "row 0"
    assert one(design=7.0)["design"] == "7"


def test_stack_of_a_row():
    evaluation = evaluate_records(
        [{**BASE, "anode": "?"}, {**BASE, "np_ratio": 1.4}, {**BASE, "anode": "Al"}]
    )
    assert evaluation.stack(1).np_ratio == 1.4
    assert evaluation.stack(2).anode == "Al"


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (["cathode", "anode"], "no column for electrolyte; found 'cathode', 'anode'"),
        (["Cathod", "anode", "electrolyte"], "did you write 'Cathod' for Cathode?"),
        (["cathode", "anode", "electrolyte", "Anode"], "column 'Anode': 'Anode' means the same"),
        (
            ["cathode", "anode", "electrolyte", "Separator thickness [mm]"],
            "gives Separator thickness in 'mm'; expected 'Separator thickness [µm]'",
        ),
    ],
    ids=["missing", "mistyped", "twice", "unit"],
)
def test_headers_that_cannot_be_used(headers, sentence):
    frame = pd.DataFrame([["NMC811", "Si", "LPSC", "Si"][: len(headers)]], columns=headers)
    with pytest.raises(InputError) as caught:
        evaluate_table(frame)
    assert sentence in str(caught.value)


def test_unknown_headers_are_named_with_what_they_may_mean():
    evaluation = evaluate_records([{**BASE, "np_ration": 1.5, "lot": "A7"}])
    assert [remark.sentence for remark in evaluation.remarks] == [
        "column 'np_ration': 'np_ration' names no field and is left alone; did you mean "
        "'N/P ratio'?",
        "column 'lot': 'lot' names no field and is left alone",
    ]
    assert evaluation.extra == {"np_ration": [1.5], "lot": ["A7"]}
    # The result itself says that a column looks like a field and was not read.
    note = "column 'np_ration' was not read (did you mean 'N/P ratio'?)"
    assert note in evaluation.columns["notes"][0]
    assert "lot" not in evaluation.columns["notes"][0]


def test_pandas_missing_values_are_blanks():
    frame = pd.DataFrame([BASE] * 3).assign(np_ratio=pd.array([1.3, pd.NA, 1.2], dtype="Float64"))
    assert evaluate_table(frame).np_ratio.tolist() == [1.3, 1.1, 1.2]
    blank = pd.DataFrame([{**BASE, "anode": None}, BASE])
    assert "Anode is blank" in evaluate_table(blank).status[0]


def test_the_word_none_survives_a_dataframe():
    result = evaluate_table(pd.DataFrame([{**BASE, "anode": "None"}]))
    assert (result.anode[0], result.lithium_excess[0]) == ("anode-free", 0)
    assert result.anode_thickness_um[0] == 0


def test_many_rows_cross_blocks():
    count = 200_000
    thickness = np.linspace(5, 200, count)
    thickness[-2] = -1
    frame = pd.DataFrame({**BASE, "separator_thickness_um": thickness})
    result = evaluate_table(frame)
    assert (result.status == "ok").sum() == count - 1
    assert result.status[count - 2].startswith(f"row {count - 2}, column")
    assert (
        result.energy_density_wh_l[count - 1]
        == one(separator_thickness_um=200.0)["energy_density_wh_l"]
    )


def test_dataframes_of_odd_types():
    frame = pd.DataFrame([BASE] * 2).assign(
        np_ratio=pd.array([1.2, 1.3], dtype="Float64"),
        anode=pd.Categorical(["Si", "Al"]),
        foil_sharing=[float("nan")] * 2,
        design=[1000001, 20240115],
    )
    result = evaluate_table(frame)
    assert (result.status == "ok").all()
    assert result.foil_sharing.tolist() == ["single"] * 2
    assert result.design.tolist() == ["1000001", "20240115"]
    assert result.np_ratio.tolist() == [1.2, 1.3]


@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        ("np_ratio", [1 + 2j], "N/P ratio is (1+2j)"),
        ("np_ratio", [True], "N/P ratio is TRUE"),
        ("np_ratio", [10**400], "N/P ratio is inf"),
        ("anode", [["Si"]], "Anode is ['Si']"),
        ("anode", [np.array([1, 2])], "Anode is array([1, 2])"),
        ("anode", ["x" * 100_000], "xxx...' is neither"),
        ("np_ratio", ["1" + "\n" * 3 + "x"], "the text '1"),
    ],
    ids=["complex", "bool", "huge", "list", "array", "long", "lines"],
)
def test_cells_of_odd_types(column, values, sentence):
    frame = pd.DataFrame([BASE])
    frame[column] = pd.Series(values, dtype=complex if isinstance(values[0], complex) else object)
    status = evaluate_table(frame).status[0]
    assert sentence in status
    assert len(status) < 400
    assert "\n" not in status


def test_a_blank_anode_beside_a_cell_that_is_no_word():
    frame = pd.DataFrame([BASE] * 3)
    frame["anode"] = pd.Series([["Si"], None, "Al"], dtype=object)
    assert evaluate_table(frame).status.str.contains("Anode is").tolist() == [True, True, False]
