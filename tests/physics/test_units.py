"""Units of headers: converted exactly, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcalc.errors import InputError
from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.physics.quantities.units import converted, factor_of, units_like
from xlcalc.runs import batch

HEADER = ["Design", "Cathode", "Anode", "Electrolyte"]
ROW = ["d", "NMC811", "Si", "LPSC"]

FACTORS = [
    ("nm", "µm", "0.001"),
    ("mm", "µm", "1000"),
    ("cm", "µm", "10000"),
    ("m", "µm", "1000000"),
    ("mil", "µm", "25.4"),
    ("Ah/m2", "mAh/cm²", "0.1"),
    ("mAh/m²", "mAh/cm²", "0.0001"),
    ("Ah/cm2", "mAh/cm²", "1000"),
    ("Ah kg^-1", "mAh/g", "1"),
    ("mAh/kg", "mAh/g", "0.001"),
    ("kg/m3", "g/cm³", "0.001"),
    ("kg/L", "g/cm³", "1"),
    ("g/ml", "g/cm³", "1"),
    ("mV", "V", "0.001"),
    ("m³/mol", "cm³/mol", "1000000"),
    ("g/m2", "mg/cm²", "0.1"),
    ("kWh/kg", "Wh/kg", "1000"),
    ("mWh/g", "Wh/kg", "1"),
    ("Wh/kg", "MJ/kg", "0.0036"),
    ("Wh/cm3", "Wh/L", "1000"),
    ("kWh/m³", "Wh/L", "1"),
    ("Wh/L", "J/cm³", "3.6"),
    ("Wh/m2", "mWh/cm²", "0.1"),
]


@pytest.mark.parametrize(("unit", "ours", "factor"), FACTORS)
def test_factors(unit, ours, factor):
    assert factor_of(unit, ours) == Decimal(factor)


@pytest.mark.parametrize(
    ("unit", "ours"),
    [
        ("inch", "µm"),
        ("inch^2", "µm"),
        ("mAh", "mAh/cm²"),
        ("g/cm²", "g/cm³"),
        ("%", "µm"),
        ("", "V"),
    ],
)
def test_units_without_a_factor(unit, ours):
    assert factor_of(unit, ours) is None


@given(st.decimals(min_value="0.0001", max_value="99999", places=4))
def test_conversions_keep_the_digits_and_come_back(number):
    for ours in ("µm", "mAh/cm²", "g/cm³", "V"):
        for factor in units_like(ours).values():
            there = converted(float(number), factor)
            assert there == float(number * factor)
            if factor.normalize().as_tuple().digits == (1,):
                assert converted(there, 1 / factor) == float(number)


def one(make_book, header, *cells):
    path = make_book(Stacks=[[*HEADER, header], *([*ROW, cell] for cell in cells)])
    return batch.run([path])


@pytest.mark.parametrize(
    ("header", "cell", "field", "number", "unit"),
    [
        ("Separator thickness [mm]", 0.03, "separator_thickness_um", 30.0, "mm"),
        ("Separator thickness (mm)", 0.029, "separator_thickness_um", 29.0, "mm"),
        ("separator_thickness_mm", 0.03, "separator_thickness_um", 30.0, "mm"),
        ("separator_thickness_nm", 30000, "separator_thickness_um", 30.0, "nm"),
        ("Separator thickness, cm", 0.003, "separator_thickness_um", 30.0, "cm"),
        ("Cathode areal capacity [Ah/m²]", 45, "cathode_areal_capacity_mah_cm2", 4.5, "Ah/m²"),
        ("cathode_areal_capacity_ah_m2", 45, "cathode_areal_capacity_mah_cm2", 4.5, "Ah/m²"),
        ("Separator density [kg/m3]", 1640, "separator_density_g_cm3", 1.64, "kg/m3"),
        ("Cell voltage [mV]", 3410, "cell_voltage_v", 3.41, "mV"),
        ("Cathode porosity [%]", 29, "cathode_porosity", 0.29, "%"),
        ("Cathode porosity, %", 29, "cathode_porosity", 0.29, "%"),
    ],
)
def test_a_column_in_another_unit(make_book, header, cell, field, number, unit):
    done = one(make_book, header, cell, None)
    assert done.columns[field][0] == number
    (remark,) = done.summary.remarks
    label = DESIGN[field].label
    assert remark.startswith(f"book.xlsx, sheet Stacks, cell E1: {label} is converted from {unit} ")
    assert "(times " in remark
    # A blank is no number, and its default is in our unit.
    default = DESIGN[field].default
    if default is not None:
        assert done.columns[field][1] == default


def test_a_cell_with_its_own_unit_in_a_column_of_another(make_book):
    done = one(make_book, "Separator thickness [mm]", "20 µm", "0.03", 0.04)
    assert done.columns["separator_thickness_um"].tolist() == [20, 30, 40]


@pytest.mark.parametrize(
    "header",
    [
        "Separator thickness [inch]",
        "Separator thickness [inch^2]",
        "Separator thickness [mAh/cm²]",
        "separator_thickness_um [mAh]",
        "N/P ratio [%]",
        "Cathode porosity [wt%]",
    ],
)
def test_a_unit_without_factor_refuses_the_file(make_book, header):
    with pytest.raises(InputError, match=r"cell E1: .* gives .* in "):
        one(make_book, header, 1)


def test_materials_in_other_units(make_book):
    path = make_book(
        Stacks=[HEADER, ["d", "NMC811", "Mine", "LPSC"]],
        Materials=[
            ["Material", "Kind", "Density [kg/m³]", "specific_capacity_ah_kg", "potential_mv"],
            ["Mine", "anode", 2330, 3579, 400],
        ],
    )
    book = batch.run([path])
    (mine,) = [material for material in book.materials if material.name == "Mine"]
    assert (mine.density_g_cm3, mine.specific_capacity_mah_g, mine.potential_v) == (2.33, 3579, 0.4)
    assert any(
        "cell C1: Density is converted from kg/m³" in remark for remark in book.summary.remarks
    )


def test_units_below_the_header(make_book, tmp_path):
    rows = [
        [*HEADER, "Separator thickness", "Cathode porosity", "N/P ratio", "Comment"],
        [None, None, None, None, "mm", "[%]", "-", "text"],
        [*ROW, 0.03, 10, 1.2, "x"],
    ]
    done = batch.run([make_book(Stacks=rows)])
    assert done.columns["separator_thickness_um"].tolist() == [30]
    assert done.columns["cathode_porosity"].tolist() == [0.1]
    assert done.columns["np_ratio"].tolist() == [1.2]
    assert any("sheet Stacks, row 2: holds units" in remark for remark in done.summary.remarks)
    path = tmp_path / "in.csv"
    path.write_text("\n".join(";".join(str(c or "") for c in row) for row in rows) + "\n")
    again = batch.run([path])
    assert again.columns["separator_thickness_um"].tolist() == [30]


@pytest.mark.parametrize(
    ("header", "unit"), [("Separator thickness", "inch"), ("separator_thickness_um", "mm")]
)
def test_units_below_the_header_that_cannot_be(make_book, header, unit):
    rows = [[*HEADER, header, "Cell voltage"], [*[None] * 4, unit, "V"], [*ROW, 20, 3.4]]
    with pytest.raises(InputError, match="cell E2: "):
        batch.run([make_book(Stacks=rows)])


def test_a_doubt_names_the_units_that_would_do():
    doubt = DESIGN["separator_thickness_um"].implausible
    assert doubt(0.02).sentence.endswith("; 0.02 would be plausible in mm or cm")
    assert doubt(1e8).sentence.endswith("(usual: 1 to 2000)")
    heavy = MATERIAL["density_g_cm3"].implausible(2330)
    assert heavy.sentence.split("; ")[1].startswith("2330 would be plausible in kg/m³")
