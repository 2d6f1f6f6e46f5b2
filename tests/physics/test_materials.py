"""Materials: values with sources, names as people write them, own materials on top."""

import pickle

import pytest

from tests import published
from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.errors import MaterialError, UnknownMaterialError
from xlcalc.physics import data
from xlcalc.physics.materials import PROPERTIES, is_anode_free
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import DESIGN, KINDS

#: All of the library, in the order of sheets and drop-downs, by kind.
NAMES = [
    *("NMC811", "NMC622", "NMC532", "NCA", "LCO", "LFP", "LMO", "LNMO", "Li2S"),
    *("Si", "Al", "Sn", "Sb", "In", "Mg", "Zn", "Li", "graphite"),
    *("graphite + 5% Si", "graphite + 10% Si", "SiO", "LTO", "Li-In"),
    *("LPSC", "LLZO", "liquid electrolyte", "LGPS", "Li3PS4", "Li3InCl6", "LATP", "PEO"),
    *("PP", "PE", "binder", "PVDF", "SBR", "CMC", "conductive carbon"),
    *("Al foil", "Cu foil", "Ni foil", "steel foil", "PET-Cu foil", "PP-Cu foil", "PET-Al foil"),
]

library = Materials.library()


def test_the_library_has_these_materials():
    assert list(library) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_a_source(name):
    material = library[name]
    for what in PROPERTIES:
        assert (getattr(material, what) is None) == (material.source_of(what) == "")
    assert material.density_g_cm3 is not None


@pytest.mark.parametrize("name", published.BEYOND_THE_PAPER)
def test_what_the_paper_lacks_is_typed_right(name):
    kind, *values = published.BEYOND_THE_PAPER[name]
    material = library[name]
    assert material.kind == kind
    properties = ("density_g_cm3", "specific_capacity_mah_g", "potential_v", "volume_change")
    for what, expected in zip(properties, values, strict=True):
        value, word = expected or (None, "")
        assert getattr(material, what) == value
        assert word in material.source_of(what)
    assert material.diffusion_low_cm2_s is None
    assert material.lithium_molar_volume_cm3_mol is None


@pytest.mark.parametrize("share", [5, 10])
def test_silicon_in_graphite_follows_from_both(share):
    parts = ((share / 100, library["Si"]), (1 - share / 100, library["graphite"]))
    blend = library[f"graphite + {share}% Si"]
    capacity = sum(w * m.specific_capacity_mah_g for w, m in parts)
    volume = sum(w / m.density_g_cm3 for w, m in parts)
    energy = sum(w * m.specific_capacity_mah_g * m.potential_v for w, m in parts)
    growth = sum(w / m.density_g_cm3 * m.volume_change for w, m in parts)
    assert blend.specific_capacity_mah_g == pytest.approx(capacity, abs=0.005)
    assert blend.density_g_cm3 == pytest.approx(1 / volume, abs=0.0005)
    assert blend.potential_v == pytest.approx(energy / capacity, abs=0.0005)
    assert blend.volume_change == pytest.approx(growth / volume, abs=0.0005)


def test_the_film_of_separators_is_in_the_library():
    (film,) = (case.value for case in DESIGN["separator_material"].default_where)
    assert library[film].kind == "separator"


def test_no_name_stands_for_two_materials():
    rows = data.read("materials")
    spelled = [
        (normalized(word), row["name"])
        for row in rows
        for word in (row["name"], *row["aliases"].split(";"))
        if word
    ]
    words = dict(spelled)
    assert {word for word, name in spelled if words[word] != name} == set()
    # And none hides a word for anode-free.
    assert not any(is_anode_free(word) for word in words)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("si", "Si"),
        ("SILICON", "Si"),
        (" NMC-811 ", "NMC811"),
        ("Li6PS5Cl", "LPSC"),
        ("cu", "Cu foil"),
        ("NCM811", "NMC811"),
        ("Li[Ni0.8Co0.1Mn0.1]O2", "NMC811"),
        ("NCM 622", "NMC622"),
        ("NCM523", "NMC532"),
        ("LiNi0.8Co0.15Al0.05O2", "NCA"),
        ("LiCoO2", "LCO"),
        ("LiFePO4", "LFP"),
        ("LiMn2O4", "LMO"),
        ("LiNi0.5Mn1.5O4", "LNMO"),
        ("lithium sulfide", "Li2S"),
        ("Gr", "graphite"),
        ("Gr/Si 5 %", "graphite + 5% Si"),
        ("Si/graphite (10%)", "graphite + 10% Si"),
        ("SiOx", "SiO"),
        ("Li4Ti5O12", "LTO"),
        ("LiIn", "Li-In"),
        ("In-Li", "Li-In"),
        ("Li foil", "Li"),
        ("argyrodite", "LPSC"),
        ("LPSCl", "LPSC"),
        ("garnet", "LLZO"),
        ("LiPF6", "liquid electrolyte"),
        ("Li10GeP2S12", "LGPS"),
        ("γ-Li3PS4", "Li3PS4"),
        ("LIC", "Li3InCl6"),
        ("Li1.3Al0.3Ti1.7(PO4)3", "LATP"),
        ("PEO-LiTFSI", "PEO"),
        ("polypropylene", "PP"),
        ("PE separator", "PE"),
        ("PVdF", "PVDF"),
        ("styrene-butadiene rubber", "SBR"),
        ("Na-CMC", "CMC"),
        ("nickel", "Ni foil"),
        ("SUS", "steel foil"),
        ("stainless steel", "steel foil"),
        ("Cu/PET/Cu", "PET-Cu foil"),
        ("PP-Cu", "PP-Cu foil"),
        ("Al/PET/Al", "PET-Al foil"),
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
    with pytest.raises(UnknownMaterialError, match=r"'LSPC' .* did you mean LPSC\?"):
        library["LSPC"]
    with pytest.raises(KeyError):
        library["LSPC"]
    assert "did you mean" not in library.unknown("xyzzy").sentence


@pytest.mark.parametrize(
    ("field", "word", "hint"),
    [
        ("electrolyte", "LGP", "did you mean LGPS? If not, add"),
        ("electrolyte", "NMC811x", "add it to a Materials sheet or --materials FILE"),
        ("electrolyte", "Li6PS5Br", "did you mean LPSC? If not, add"),
        ("anode", "C", "add it to a Materials sheet or --materials FILE"),
        ("anode", "Si-graphite", "did you mean graphite + 5% Si or graphite or graphite + 10% Si?"),
        ("cathode", "NMC", "did you mean NMC811 or NMC622 or NMC532? If not, add"),
        ("cathode", "Sulfur", "stacks are built discharged: use Li2S"),
        ("cathode", "S", "stacks are built discharged: use Li2S"),
        ("anode", "S", "did you mean Sn or Si or Sb? If not, add"),
        ("positive_foil", "Aluminiun", "did you mean Al or Al foil or PET-Al foil? If not, add"),
        (
            "negative_foil",
            "Cu foyl",
            "did you mean Cu foil or PP-Cu foil or PET-Cu foil?",
        ),
    ],
)
def test_an_unknown_name_is_answered_with_names_of_the_fields_kind(field, word, hint):
    """Never LPSC for a cathode, nor a foil for an anode."""
    problem = library.unknown(word, KINDS[field])
    assert problem.hint.startswith(hint)
    assert all(library[near].kind in KINDS[field] for near in library.nearest(word, KINDS[field]))
    with pytest.raises(UnknownMaterialError) as raised:
        Stack(**{"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC", field: word})
    assert raised.value.problem.hint == problem.hint
    assert raised.value.problem.field == field


def test_own_materials_of_no_kind_are_suggested_anywhere():
    own = library.with_own([Material(name="Li6PS5Br", density_g_cm3=2.0)])
    for field in ("cathode", "electrolyte"):
        assert own.nearest("Li6PS5Bs", KINDS[field])[0] == "Li6PS5Br"


def test_products_of_one_material_may_be_own_materials_side_by_side():
    """Aliases are other names of one thing: neither of these takes the place of graphite."""
    names = ("natural graphite", "artificial graphite", "Super P", "C65")
    own = library.with_own([Material(name=name, density_g_cm3=2.0) for name in names])
    assert [own[name].name for name in names] == list(names)
    assert own["graphite"].density_g_cm3 == 2.2


def test_sulfur_may_be_added():
    own = library.with_own([Material(name="S", kind="cathode", density_g_cm3=2.07)])
    assert own["S"].density_g_cm3 == 2.07


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


def test_sources_of_an_earlier_library_are_not_those_of_a_changed_value():
    earlier = (
        "Density: Lewis et al. 2022, SI Table 3; "
        "Volume change: Lewis et al. 2022, Table 1 (ref. 40)"
    )
    changed = Material(name="Si", density_g_cm3=2.1, source=earlier)
    assert library.with_own([changed])["Si"].sources["density_g_cm3"] == ""


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
        ({"kind": "membrane"}, "expected one of cathode, anode"),
        ({"density_g_cm3": "2.3"}, "Density is '2.3'"),
        ({"diffusion_low_cm2_s": 0.0}, "Diffusion coefficient, low is 0; expected a number of"),
        ({"diffusion_high_cm2_s": -1e-9}, "Diffusion coefficient, high is -1e-09"),
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
