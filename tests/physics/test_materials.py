"""Materials: values with sources, names as people write them, own materials on top."""

import pickle

import pytest

from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.errors import MaterialError, UnknownMaterialError
from xlcalc.physics.materials import PROPERTIES

CONTRACT = (
    "NMC811 Si Al Sn Sb In Mg Zn Li graphite LPSC LLZO|liquid electrolyte|binder|"
    "conductive carbon|Al foil|Cu foil"
)
NAMES = [*CONTRACT.split("|")[0].split(), *CONTRACT.split("|")[1:]]

library = Materials.library()


def test_the_library_holds_the_contract():
    assert list(library) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_a_source(name):
    material = library[name]
    for what in PROPERTIES:
        assert (getattr(material, what) is None) == (material.source_of(what) == "")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("si", "Si"),
        ("SILICON", "Si"),
        (" NMC-811 ", "NMC811"),
        ("Li6PS5Cl", "LPSC"),
        ("cu", "Cu foil"),
    ],
)
def test_names_as_people_write_them(word, name):
    assert library[word] is library[name]


@pytest.mark.parametrize("word", ["None", "none", "anode-free", "Anode free", "ANODELESS", None])
def test_words_for_anode_free(word):
    name = library.anode_name(word)
    assert name == "anode-free"
    assert library[name] is library["Li"]


def test_none_is_no_material_elsewhere():
    assert library.name("None") is None


def test_unknown_name_comes_with_the_nearest():
    with pytest.raises(UnknownMaterialError, match=r"'LSPC' .* did you mean LPSC"):
        library["LSPC"]
    with pytest.raises(KeyError):
        library["LSPC"]
    assert "did you mean" not in library.unknown("xyzzy").sentence


def test_own_material_adds_and_overrides():
    own = library.with_own(
        [
            Material(name="Ag", kind="anode", density_g_cm3=10.49, source="mine"),
            Material(name="silicon", density_g_cm3=2.1, source="lot 7"),
        ]
    )
    assert list(own) == [*NAMES, "Ag"]
    assert own["Si"].density_g_cm3 == 2.1
    assert own["Si"].source_of("density_g_cm3") == "lot 7"
    assert own["Si"].specific_capacity_mah_g == 3579
    assert own["Si"].source_of("specific_capacity_mah_g") == "Lewis et al. 2022, SI Table 3"
    assert library["Si"].density_g_cm3 == 2.33


def test_a_note_on_mixed_phases_goes_with_the_value_it_speaks_of():
    assert "Li15Si4" in library["Si"].notes["volume_change"]
    assert not library.with_own([Material(name="Si", volume_change=2.8)])["Si"].notes
    other = library.with_own([Material(name="Si", specific_capacity_mah_g=2000.0)])["Si"]
    assert other.notes["volume_change"] == (
        "the volume change of 320% is that of 3579 mAh/g, not of the 2000 given"
    )
    both = Material(name="Si", specific_capacity_mah_g=2000.0, volume_change=1.5)
    assert not library.with_own([both])["Si"].notes
    assert library.with_own([Material(name="Si", density_g_cm3=2.2)])["Si"].notes


def test_a_name_whose_own_row_is_wrong_does_not_fall_back_to_the_library():
    own = library.with_own([], {"silicon": "cell B3: Density is blank"})
    with pytest.raises(UnknownMaterialError, match="B3"):
        own["silicon"]
    with pytest.raises(UnknownMaterialError):
        own["Si"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"density_g_cm3": 0.0}, "Density is 0; expected a number above 0"),
        ({"density_g_cm3": float("nan")}, "Density is nan"),
        ({"specific_capacity_mah_g": float("inf")}, "Specific capacity is inf"),
        ({"volume_change": 320.0}, "for 320 % write 3.2"),
        ({"kind": "separator"}, "expected one of cathode, anode"),
        ({"density_g_cm3": "2.3"}, "Density is '2.3'"),
        ({"density_g_cm3": True}, "Density is True"),
        ({"name": ""}, "expected a name"),
        ({"name": None}, "expected a name"),
    ],
)
def test_impossible_material(values, sentence):
    with pytest.raises(MaterialError, match=sentence):
        Material(**{"name": "bad", **values})


def test_materials_travel_to_other_processes():
    assert pickle.loads(pickle.dumps(library["Si"])) == library["Si"]


@pytest.mark.parametrize("anode", ["Si", "Al", "Sn", "Sb", "In", "Mg", "Zn"])
def test_every_alloy_of_table_1_can_be_stacked(anode):
    result = evaluate(Stack(cathode="NMC811", anode=anode, electrolyte="LPSC"))
    assert result.voltage_source == "derived"
    assert 200 < result.specific_energy_wh_kg < 400
    assert result.energy_density_charged_wh_l < result.energy_density_wh_l


def test_the_supplement_is_typed_right():
    """What the paper lacks, typed a second time."""
    assert (library["NMC811"].potential_v, library["Li"].potential_v) == (3.8, 0)
    assert (library["graphite"].potential_v, library["graphite"].volume_change) == (0.1, 0.132)
    assert library["Li"].lithium_molar_volume_cm3_mol == 13.0
    for name in ("Si", "Al", "Sn", "Sb", "In", "Mg", "Zn"):
        assert library[name].lithium_molar_volume_cm3_mol == 8.9
        assert "Obrovac" in library[name].source_of("lithium_molar_volume_cm3_mol")


def test_a_known_material_keeps_its_kind():
    with pytest.raises(MaterialError, match="expected 'lithium metal', which Li is in the library"):
        library.with_own([Material(name="Li", kind="anode")])
