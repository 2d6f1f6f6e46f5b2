"""A design checks itself when it is made, and says what is wrong with which."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.support.stacks import LIQUID, SILICON
from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.errors import DesignError, UnknownMaterialError
from xlcalc.physics.categorical import Categorical
from xlcalc.physics.quantities import DESIGN

# The contract's fields and defaults, typed again.
CONTRACT = {
    "cathode_areal_capacity_mah_cm2": 4.0,
    "np_ratio": 1.1,
    "lithium_excess": 1.0,
    "cathode_active_fraction": 0.6,
    "cathode_binder_fraction": 0.0,
    "cathode_carbon_fraction": 0.0,
    "cathode_fraction_basis": "volume",
    "cathode_porosity": 0.0,
    "anode_active_fraction": 0.6,
    "anode_binder_fraction": 0.0,
    "anode_carbon_fraction": 0.0,
    "anode_fraction_basis": "volume",
    "anode_porosity": 0.0,
    "separator_thickness_um": 20.0,
    "separator_density_g_cm3": None,
    "separator_material": None,
    "separator_porosity": 0.0,
    "positive_foil": "Al foil",
    "positive_foil_thickness_um": 10.0,
    "negative_foil": "Cu foil",
    "negative_foil_thickness_um": 10.0,
    "foil_sharing": "single",
    "cell_voltage_v": None,
}


def test_fields_and_defaults_are_the_contract():
    stack = Stack(**SILICON)
    assert {name: DESIGN[name].default for name in CONTRACT} == CONTRACT
    assert {getattr(stack, name) for name in CONTRACT} == {None}
    assert [f.name for f in fields(Stack) if f.name != "materials"] == list(DESIGN)
    for name in DESIGN:
        assert f"\n{name} : " in Stack.__doc__


def test_a_blank_stays_one_and_stands_for_the_default():
    assert Stack(**SILICON, np_ratio=None).np_ratio is None
    ratios = evaluate(Stack(**SILICON, np_ratio=[None, 1.3])).np_ratio
    assert ratios.round(9).tolist() == [1.1, 1.3]
    masked = np.ma.masked_array([1.3, 1.3], [True, False])
    assert evaluate(Stack(**SILICON, np_ratio=masked)).np_ratio.round(9).tolist() == [1.1, 1.3]


def test_names_become_canonical():
    stack = Stack(
        cathode="nmc-811", anode=None, electrolyte="Li6PS5Cl", foil_sharing="Double-Sided"
    )
    assert (stack.cathode, stack.anode, stack.electrolyte) == ("NMC811", "anode-free", "LPSC")
    assert stack.foil_sharing == "double_sided"


def test_arrays_of_names_are_coded_once_a_distinct_name():
    stack = Stack(**{**SILICON, "anode": ["Si", "al", "silicon", "None"]})
    assert isinstance(stack.anode, Categorical)
    assert stack.anode.categories == ("Si", "Al", "anode-free")
    assert stack.anode.codes.tolist() == [0, 1, 0, 2]


def test_replace_makes_a_new_design_and_leaves_the_old():
    stack = Stack(**{**SILICON, "anode": ["Si", "Al"]})
    other = replace(stack, separator_thickness_um=30)
    assert other.anode.categories == ("Si", "Al")
    assert (stack.separator_thickness_um, other.separator_thickness_um) == (None, 30.0)


def test_shape_broadcasts():
    stack = Stack(
        **SILICON, separator_thickness_um=np.ones((1, 4)) * 20, np_ratio=np.array([[1.1], [1.2]])
    )
    assert stack.shape == (2, 4)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"np_ratio": -1.0}, "the design: N/P ratio is -1; expected a number above 0"),
        ({"np_ratio": 0}, "N/P ratio is 0; expected a number above 0"),
        ({"np_ratio": float("nan")}, "N/P ratio is nan"),
        ({"np_ratio": float("inf")}, "N/P ratio is inf"),
        ({"np_ratio": "1.1"}, "N/P ratio is '1.1'; expected a number above 0"),
        ({"np_ratio": True}, "N/P ratio is True; expected a number above 0"),
        ({"np_ratio": 1e300}, "beyond any stack"),
        ({"np_ratio": 1e-300}, "beyond any stack"),
        ({"np_ratio": [1.1, "x"]}, "N/P ratio holds something that is no number"),
        ({"np_ratio": [1.1, -2.0]}, "design number 1: N/P ratio is -2"),
        ({"cathode_active_fraction": 60}, "for 60 % write 0.6"),
        ({"cathode_areal_capacity_mah_cm2": 0}, "expected a number above 0 mAh/cm²"),
        ({"anode_active_fraction": 0.8, "anode_binder_fraction": 0.3}, "anode add up to 1.1"),
        ({"cathode_porosity": 1.0}, "Cathode porosity is 1; expected a fraction"),
        ({"foil_sharing": "triple"}, "expected one of single, double_sided, bipolar"),
        ({"anode": "NMC811"}, "Anode 'NMC811' is of kind 'cathode'"),
        ({"electrolyte": "Si"}, "Electrolyte 'Si' is of kind 'anode'"),
        (
            {"anode": "None", "lithium_excess": 1.0},
            "Lithium excess is 1, but the anode is anode-free",
        ),
        ({"anode": "None", "anode_foil_thickness_um": 20.0}, "has no anode foil"),
        ({"design": "A", "separator_thickness_um": -5}, "design 'A': Separator thickness is -5"),
        ({"design": ["A", "B"], "np_ratio": [1.0, -1]}, "design 'B'"),
        (
            {
                "electrolyte": "liquid electrolyte",
                "cathode_active_fraction": 0.6,
                "cathode_binder_fraction": 0.0,
                "cathode_carbon_fraction": 0.0,
            },
            r"cathode add up to 0.6 .* expected 1",
        ),
        ({"np_ratio": [1.0, 1.1], "lithium_excess": [0.0, 0.0, 0.0]}, "must broadcast"),
        ({"anode": 7}, "Anode is 7; expected the name of a material"),
    ],
    ids=str,
)
def test_impossible_design(change, sentence):
    with pytest.raises(DesignError, match=sentence):
        Stack(**{**SILICON, **change})


def test_unknown_material():
    with pytest.raises(UnknownMaterialError, match=r"Anode 'Sii' .* did you mean Si or SiO\?"):
        Stack(**{**SILICON, "anode": "Sii"})
    with pytest.raises(UnknownMaterialError, match="'Sx'"):
        Stack(**{**SILICON, "anode": ["Si", "Sx"]})


@pytest.mark.parametrize(
    ("material", "use", "sentence"),
    [
        (
            Material(name="X", kind="anode", density_g_cm3=2.0),
            "anode",
            "'X' has no Specific capacity",
        ),
        (Material(name="X", specific_capacity_mah_g=500.0), "anode", "'X' has no Density"),
        (Material(name="X", density_g_cm3=2.0), "electrolyte", "'X' has no Kind"),
        (Material(name="X"), "negative_foil", "'X' has no Density"),
        (
            Material(name="X", density_g_cm3=4.0, specific_capacity_mah_g=160.0),
            "cathode",
            "'X' has no Potential.*, or the design's Cell voltage",
        ),
    ],
    ids=["capacity", "density", "kind", "foil", "potential"],
)
def test_a_missing_value_names_material_value_and_design(material, use, sentence):
    own = Materials.library().with_own([material])
    with pytest.raises(DesignError, match=f"design 'mine': material {sentence}"):
        Stack(**{**SILICON, "design": "mine", use: "X"}, materials=own)


def test_a_given_voltage_needs_no_potential():
    own = Materials.library().with_own(
        [Material(name="LFP", kind="cathode", density_g_cm3=3.6, specific_capacity_mah_g=160.0)]
    )
    stack = Stack(**{**SILICON, "cathode": "LFP"}, cell_voltage_v=3.0, materials=own)
    assert evaluate(stack).voltage_source == "given"


def test_a_voltage_that_cannot_be():
    own = Materials.library().with_own([Material(name="NMC811", potential_v=0.3)])
    with pytest.raises(DesignError, match=r"derived from the electrodes' potentials is -0.1 V"):
        Stack(**SILICON, materials=own)


def test_fractions_may_miss_one_by_rounding():
    Stack(**{**LIQUID, "cathode_active_fraction": 0.9499999})
    with pytest.raises(DesignError, match="add up to 0.9999"):
        Stack(**{**LIQUID, "cathode_active_fraction": 0.9499})


def test_pure_anodes_do_not_use_the_composite_fractions():
    for anode in ({"anode": "Li"}, {"anode": "Si", "anode_foil_thickness_um": 5.0}):
        Stack(**{**LIQUID, **anode, "anode_active_fraction": 0.3})


def test_a_fault_in_the_last_of_many_designs_is_found_and_numbered():
    thickness = np.full(100_000, 20.0)
    thickness[99_999] = -3.0
    with pytest.raises(DesignError, match="design number 99999: Separator thickness is -3"):
        Stack(**SILICON, separator_thickness_um=thickness)
    with pytest.raises(DesignError, match="design number 99999"):
        Stack(**SILICON, separator_thickness_um=thickness.reshape(10, 10_000))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"np_ratio": 10**400}, "N/P ratio is beyond any number"),
        ({"np_ratio": np.array(["1.5", "2"], dtype=object)}, "no number"),
        ({"separator_density_g_cm3": [True, None]}, "no number"),
        ({"np_ratio": np.array([1 + 2j])}, "no number"),
        ({"anode": np.ma.array(["Si", "Al"], mask=[0, 1])}, "expected the name of a material"),
        ({"anode": [["Si"], ["Al", "Sn"]]}, "holds something that is no name"),
        ({"anode": ["Si", {}]}, "holds something that is no name"),
        ({"design": ["A", "B", "C"], "np_ratio": [1, -1]}, r"must broadcast; .* design \(3,\)"),
    ],
    ids=str,
)
def test_values_of_the_wrong_kind(change, sentence):
    with pytest.raises(DesignError, match=sentence):
        Stack(**{**SILICON, **change})


def test_none_in_a_field_of_words_is_the_default():
    stack = Stack(**SILICON, foil_sharing=None, positive_foil=None)
    assert (stack.foil_sharing, stack.positive_foil) == (None, None)
    both = evaluate(Stack(**SILICON, foil_sharing=[None, "bipolar"], positive_foil=[None, "Cu"]))
    plain, bipolar = (
        evaluate(Stack(**SILICON)),
        evaluate(Stack(**SILICON, foil_sharing="bipolar", positive_foil="Cu foil")),
    )
    assert both.specific_energy_wh_kg.tolist() == [
        plain.specific_energy_wh_kg,
        bipolar.specific_energy_wh_kg,
    ]


def test_no_designs_have_no_faults():
    assert Stack(**SILICON, np_ratio=[]).shape == (0,)


def test_one_of_many_whatever_their_shape():
    grid = Stack(
        **{**SILICON, "anode": [["Si"], ["Al"]]},
        separator_thickness_um=[[20.0, 30.0, 40.0]],
        design=[["a", "b", "c"], ["d", "e", "f"]],
    )
    one = grid.one(4)
    assert (one.design, one.anode, one.separator_thickness_um) == ("e", "Al", 30.0)
    assert evaluate(one).energy_density_wh_l == evaluate(grid).energy_density_wh_l[1, 1]


def test_an_unused_negative_foil_needs_no_density():
    own = Materials.library().with_own([Material(name="X", kind="foil")])
    Stack(**SILICON, negative_foil="X", foil_sharing="bipolar", materials=own)
    with pytest.raises(DesignError, match="'X' has no Density"):
        Stack(**SILICON, negative_foil="X", materials=own)
