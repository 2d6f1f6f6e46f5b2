"""Headers as people write them: understood, answered with the right field, or left alone."""

from decimal import Decimal

import pandas as pd
import pytest

from tests.support.xlsb_book import make_xlsb
from xlcalc.errors import InputError
from xlcalc.physics.quantities import BREAKDOWN, REMARKS, RESULTS
from xlcalc.runs import batch
from xlcalc.tables.header_matching import DESIGN_HEADERS

HEAD = ["Design", "Cathode", "Anode", "Electrolyte"]
ROW = ["a", "NMC811", "Si", "LPSC"]

#: What a header means, what its numbers are multiplied by, and what its fractions are shares of.
UNDERSTOOD = {
    "N/P": ("np_ratio", 1, ""),
    "N:P": ("np_ratio", 1, ""),
    "N/P ratio (-)": ("np_ratio", 1, ""),
    "N/P [ratio]": ("np_ratio", 1, ""),
    "NP ratio": ("np_ratio", 1, ""),
    "SE": ("electrolyte", 1, ""),
    "Solid electrolyte": ("electrolyte", 1, ""),
    "SE [um]": ("separator_thickness_um", 1, ""),
    "SE thickness um": ("separator_thickness_um", 1, ""),
    "Sep [um]": ("separator_thickness_um", 1, ""),
    "Separator [um]": ("separator_thickness_um", 1, ""),
    "Separator (mm)": ("separator_thickness_um", 1000, ""),
    "Electrolyte thickness": ("separator_thickness_um", 1, ""),
    "Electrolyte thickness [mm]": ("separator_thickness_um", 1000, ""),
    "Loading [mAh/cm²]": ("cathode_areal_capacity_mah_cm2", 1, ""),
    "Cathode loading (mAh cm-2)": ("cathode_areal_capacity_mah_cm2", 1, ""),
    "Areal capacity [mAh/cm2]": ("cathode_areal_capacity_mah_cm2", 1, ""),
    "Nominal voltage": ("cell_voltage_v", 1, ""),
    "Nominal voltage [mV]": ("cell_voltage_v", Decimal("0.001"), ""),
    "Average discharge voltage (V)": ("cell_voltage_v", 1, ""),
    "Al foil thickness [µm]": ("positive_foil_thickness_um", 1, ""),
    "Aluminum foil thickness": ("positive_foil_thickness_um", 1, ""),
    "Cu foil thickness (um)": ("negative_foil_thickness_um", 1, ""),
    "Cathode current collector thickness [um]": ("positive_foil_thickness_um", 1, ""),
    "Lithium foil thickness": ("anode_foil_thickness_um", 1, ""),
    "Cathode active fraction (fraction)": ("cathode_active_fraction", 1, ""),
    "Cathode active fraction (-)": ("cathode_active_fraction", 1, ""),
    "Cathode active fraction [wt%]": ("cathode_active_fraction", Decimal("0.01"), "weight"),
    "Cathode active fraction wt.%": ("cathode_active_fraction", Decimal("0.01"), "weight"),
    "Cathode active fraction (w/w)": ("cathode_active_fraction", 1, "weight"),
    "CAM [wt%]": ("cathode_active_fraction", Decimal("0.01"), "weight"),
    "Anode binder [mass %]": ("anode_binder_fraction", Decimal("0.01"), "weight"),
    "Anode active fraction [vol%]": ("anode_active_fraction", Decimal("0.01"), "volume"),
    "Anode active fraction [vol.%]": ("anode_active_fraction", Decimal("0.01"), "volume"),
    "Anode carbon (Vol.-%)": ("anode_carbon_fraction", Decimal("0.01"), "volume"),
    "Cathode porosity [vol%]": ("cathode_porosity", Decimal("0.01"), ""),
    "Separator thickness¹ [µm]": ("separator_thickness_um", 1, ""),
    "# Cathode": ("cathode", 1, ""),
}


@pytest.mark.parametrize("header", UNDERSTOOD)
def test_headers_that_people_write(header):
    match = DESIGN_HEADERS.match_header(header)
    assert match is not None
    assert not match.wrong_unit
    assert (match.quantity.name, match.factor or 1, match.basis) == UNDERSTOOD[header]


#: The field that a header may mean, or none.
ANSWERED = {
    "Loading": "cathode_areal_capacity_mah_cm2",
    "Loading [mg/cm²]": "cathode_areal_capacity_mah_cm2",
    "Separator": "separator_thickness_um",
    "Cathode binder": "cathode_binder_fraction",
    "Seperator thickness [µm]": "separator_thickness_um",
    "separator_thicknes": "separator_thickness_um",
    "Cathode active fractoin": "cathode_active_fraction",
    "np_ration": "np_ratio",
    "Elektrolyt": "electrolyte",
    # One of several, or of another kind.
    "Ni foil thickness [µm]": None,
    "Nifoilthickness": None,
    "Al foil density": None,
    "Al foil supplier": None,
    "Foil": None,
    "Capacity [mAh/g]": None,
    "Anode loading [mAh/cm²]": None,
    "Cathode thickness [mm]": None,
    "Anode thickness [µm]": None,
    "Cathode tortuosity": None,
    "Binder fraction": None,
    "Porosity [%]": None,
    "Thickness [µm]": None,
    "Active material": None,
    "Tab thickness [mm]": None,
    "Stack pressure [MPa]": None,
    "C-rate": None,
    "Lot": None,
}


@pytest.mark.parametrize("header", ANSWERED)
def test_hints_lead_to_the_right_field_or_nowhere(header):
    assert DESIGN_HEADERS.match_header(header) is None
    meant = DESIGN_HEADERS.suggest(header)
    assert (None if meant is None else meant.name) == ANSWERED[header]


def test_no_result_is_taken_for_a_field():
    for name, quantity in {**RESULTS, **REMARKS, **BREAKDOWN}.items():
        for header in (name, quantity.header):
            match = DESIGN_HEADERS.match_header(header)
            known = match is not None and (
                match.quantity.label in (quantity.label, quantity.label.replace(":", ""))
            )
            assert match is None or known, header


def write(folder, kind, rows):
    """A table as a file of a kind."""
    path = folder / f"in.{kind}"
    if kind == "xlsb":
        return make_xlsb(path, Stacks=rows)
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_excel(path, sheet_name="Stacks", index=False)
    return path


KINDS = ("xlsx", "xlsb", "csv", "parquet")


@pytest.fixture(params=[*KINDS, "xls", "ods"])
def table(request, tmp_path):
    """Make a file of rows, of each format."""

    def make(rows):
        if request.param in KINDS:
            return write(tmp_path, request.param, rows)
        convert = request.getfixturevalue("soffice")
        return convert(write(tmp_path, "xlsx", rows), request.param)[0]

    return make


def test_weight_and_volume_in_headers_set_the_basis(table):
    head = [*HEAD, "Cathode active fraction [wt%]", "Cathode binder fraction [wt%]"]
    rows = [[*ROW, 80.0, 2.0], [*ROW, None, None]]
    done = batch.run([table([head, *rows])])
    assert done.columns["cathode_active_fraction"].tolist() == [0.8, 0.6]
    assert done.columns["cathode_binder_fraction"].tolist() == [0.02, 0]
    # Where no such fraction stands nothing says what the default is a share of but the default.
    assert done.columns["cathode_fraction_basis"].tolist() == ["weight", "volume"]
    assert done.columns["anode_fraction_basis"].tolist() == ["volume", "volume"]
    assert done.summary.defaults["cathode_fraction_basis"] == {"volume": 1}
    typed = [*HEAD, "cathode_active_fraction", "cathode_binder_fraction", "cathode_fraction_basis"]
    same = batch.run([table([typed, [*ROW, 0.8, 0.02, "weight"]])])
    assert same.columns["energy_density_wh_l"][0] == done.columns["energy_density_wh_l"][0]
    assert done.columns["energy_density_wh_l"][1] == pytest.approx(1147.4, abs=0.05)


def test_a_basis_that_contradicts_the_header_is_a_fault(table):
    head = [*HEAD, "Anode active fraction [vol%]", "Anode fraction basis"]
    cells = [(60.0, "weight"), (60.0, "volume"), (60.0, None)]
    done = batch.run([table([head, *([*ROW, *pair] for pair in cells)])])
    assert done.columns["status"].tolist()[1:] == ["ok", "ok"]
    assert (
        "Anode fraction basis is weight, and 'Anode active fraction [vol%]' gives shares of "
        in (done.columns["status"][0])
    )
    assert done.columns["energy_density_wh_l"][2] == pytest.approx(1147.4, abs=0.05)


def test_two_bases_for_an_electrode_refuse_the_file(tmp_path):
    head = [*HEAD, "Anode active fraction [vol%]", "Anode binder fraction [wt%]"]
    with pytest.raises(InputError, match=r"gives shares of weight, and .* of volume"):
        batch.run([write(tmp_path, "csv", [head, [*ROW, 60, 2]])])


def test_units_below_the_header(tmp_path):
    rows = [
        [*HEAD, "CAM", "N/P", "Electrolyte thickness"],
        [None, None, None, None, "wt%", "-", "mm"],
        [*ROW, 80, 1.1, 0.03],
    ]
    rows[0][4] = "Cathode active fraction"
    done = batch.run([write(tmp_path, "csv", rows)])
    assert done.columns["cathode_active_fraction"].tolist() == [0.8]
    assert done.columns["cathode_fraction_basis"].tolist() == ["weight"]
    assert done.columns["np_ratio"].tolist() == [1.1]
    assert done.columns["separator_thickness_um"].tolist() == [30]


def test_a_foil_that_is_named_by_its_metal(table):
    head = [*HEAD[:2], "Anode", "Electrolyte", "Positive foil", "Al foil thickness [µm]"]
    rows = [
        ["a", "NMC811", "Si", "LPSC", "Al foil", 12.0],
        ["b", "NMC811", "Si", "LPSC", "Cu foil", 12.0],
        ["c", "NMC811", "Al", "LPSC", "Al foil", 12.0],
        ["d", "NMC811", "Al", "LPSC", "Al foil", None],
    ]
    done = batch.run([table([head, *rows])])
    assert done.columns["positive_foil_thickness_um"][0] == 12
    ok, other, twice, blank = done.columns["status"].tolist()
    assert (ok, blank) == ("ok", "ok")
    assert (
        "gives the thickness of Al foil, and Positive foil is Cu foil; expected the header" in other
    )
    assert "may be the thickness of the anode, which is Al, too" in twice
    remark = "'Al foil thickness [µm]' is read as Positive foil thickness [µm]"
    assert any(remark in text for text in done.summary.remarks)


def test_al_foil_of_a_silicon_cell(tmp_path):
    head = [*HEAD, "Al foil thickness [µm]"]
    done = batch.run([write(tmp_path, "csv", [head, [*ROW, 12], [*ROW, 10]])])
    assert done.columns["energy_density_wh_l"][1] == pytest.approx(1147.4, abs=0.05)
    assert done.columns["energy_density_wh_l"][0] < 1147.4


def test_a_loading_in_mass_is_no_capacity(table):
    done = batch.run([table([[*HEAD, "Loading [mg/cm²]"], [*ROW, 20.0], [*ROW, None]])])
    assert done.columns["cathode_areal_capacity_mah_cm2"].tolist() == [4, 4]
    note = (
        "column 'Loading [mg/cm²]' was not read (did you mean 'Cathode areal capacity [mAh/cm²]'?)"
    )
    assert [note in text for text in done.columns["notes"]] == [True, False]


@pytest.mark.parametrize(
    "header",
    ["separator_thickness_um [mm]", "Separator thickness [µm] (mm)", "separator_thickness_um (nm)"],
)
def test_two_units_are_refused(tmp_path, header):
    path = tmp_path / "in.csv"
    path.write_text(f"{','.join(HEAD)},{header}\n{','.join(ROW)},20\n")
    with pytest.raises(InputError, match=r"cell E1: .* gives Separator thickness in '.m'"):
        batch.run([path])
