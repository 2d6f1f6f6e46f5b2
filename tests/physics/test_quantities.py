"""The vocabulary is complete, and headers are recognised as people write them."""

import pytest

from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import (
    BREAKDOWN,
    DESIGN,
    MATERIAL,
    REMARKS,
    RESULTS,
)
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.quantities.units import unit_key
from xlcalc.tables.header_matching import DESIGN_HEADERS

ALL = {**DESIGN, **RESULTS, **REMARKS, **MATERIAL, **BREAKDOWN}
UNIT_OF_SUFFIX = {
    "_um": "µm",
    "_mg_cm2": "mg/cm²",
    "_mah_cm2": "mAh/cm²",
    "_mwh_cm2": "mWh/cm²",
    "_wh_kg": "Wh/kg",
    "_wh_l": "Wh/L",
    "_mah_g": "mAh/g",
    "_g_cm3": "g/cm³",
    "_cm2_s": "cm²/s",
    "_cm3_mol": "cm³/mol",
    "_v": "V",
}


@pytest.mark.parametrize("quantity", ALL.values(), ids=lambda q: q.name)
def test_every_quantity_says_what_it_is(quantity):
    assert quantity.help.endswith((".", "none")) or quantity.name == "status"
    assert 10 < len(quantity.help) <= 255  # Excel shows no more
    unit = next((u for s, u in UNIT_OF_SUFFIX.items() if quantity.name.endswith(s)), "")
    assert quantity.unit == unit
    if quantity.kind == "number" and quantity.default is not None:
        assert quantity.allows(quantity.default)
        low, high = quantity.plausible or (-1e9, 1e9)
        assert low <= quantity.default <= high
    if quantity.kind == "choice":
        assert quantity.choices
        assert quantity.default in (None, *quantity.choices)


def test_headers_are_all_different_once_read():
    for vocabulary in (DESIGN, {**RESULTS, **REMARKS}, MATERIAL, BREAKDOWN):
        names = [normalized(q.name) for q in vocabulary.values()]
        labels = [normalized(q.label) for q in vocabulary.values()]
        assert len(set(names)) == len(names)
        assert len(set(labels)) == len(labels)
    everything = [q.header for q in {**DESIGN, **RESULTS, **REMARKS, **BREAKDOWN}.values()]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("quantity", DESIGN.values(), ids=lambda q: q.name)
@pytest.mark.parametrize(
    "spell",
    [
        lambda q: q.name,
        lambda q: q.name.upper(),
        lambda q: q.label,
        lambda q: q.header,
        lambda q: f"  {q.header.lower()} ",
        lambda q: q.header.replace("[", "(").replace("]", ")"),
        lambda q: q.header.replace("µ", "u").replace("²", "2").replace("³", "3"),
        lambda q: q.header.replace(" [", "\n["),
    ],
)
def test_header_is_recognised(quantity, spell):
    match = DESIGN_HEADERS.match_header(spell(quantity), other_units=False)
    assert match is not None
    assert match.quantity is quantity
    assert not match.wrong_unit


@pytest.mark.parametrize(
    "header",
    [
        "Separator thickness [mm]",
        "separator thickness (cm)",
        "Cathode porosity [%]",
        "N/P ratio [%]",
        "Cathode porosity, %",
        "separator_thickness_um [mm]",
    ],
)
def test_another_unit_is_refused(header):
    match = DESIGN_HEADERS.match_header(header, other_units=False)
    assert match is not None
    assert match.wrong_unit


@pytest.mark.parametrize("header", ["supplier", "", "Separator", "thickness [um]", "N/P ratio x"])
def test_other_headers_name_nothing(header):
    assert DESIGN_HEADERS.match_header(header, other_units=False) is None


def test_units_read_the_same_however_they_are_written():
    assert unit_key("mAh cm²".replace(" ", "/")) == unit_key("mAh/cm2") == unit_key("MAH / CM^2")
    assert unit_key("µm") == unit_key("μm") == unit_key("um")
    assert unit_key("mm") != unit_key("um")


def test_bounds():
    closed = Quantity(name="x", label="X", help="", lower=0.0, upper=1.0)
    opened = Quantity(
        name="x", label="X", help="", lower=0.0, upper=1.0, lower_open=True, upper_open=True
    )
    assert closed.allows(0.0)
    assert closed.allows(1.0)
    assert not opened.allows(0.0)
    assert not opened.allows(1.0)
    for bad in (float("nan"), float("inf"), -0.1, 1.1):
        assert not closed.allows(bad)
