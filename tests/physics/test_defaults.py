"""What a blank stands for, by the other fields of its design; and what a design does not use."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.stacks import LIQUID as WRITTEN_OUT
from tests.support.stacks import SILICON
from xlcalc import Stack, evaluate
from xlcalc.errors import DesignError
from xlcalc.physics.categorical import Categorical
from xlcalc.physics.notes import inputs_as_used

#: A liquid cell of which nothing else is said, and what its blanks stand for: SI Table 2 of the
#: paper, and a film.
LIQUID = {**SILICON, "anode": "graphite", "electrolyte": "liquid electrolyte"}
OF_LIQUID = {name: value for name, value in WRITTEN_OUT.items() if name not in LIQUID} | {
    "separator_material": "PP",
    "separator_porosity": 0.4,
}


def energies(stack):
    result = evaluate(stack)
    return result.specific_energy_wh_kg, result.energy_density_wh_l


def used(stack):
    columns = inputs_as_used(stack, evaluate(stack).np_ratio)
    found = {n: c.decode() if isinstance(c, Categorical) else c.item() for n, c in columns.items()}
    return {**stack.values, **found}


# Lithium metal.


@pytest.mark.parametrize(
    ("fields", "printed"),
    [
        # SI Table 4: Li (1x excess) and anodeless with LPSC.
        ({"anode": "Li"}, (365, 1176)),
        ({"anode": "Li", "lithium_excess": 1}, (365, 1176)),
        ({"anode": "Li", "lithium_excess": 0}, (375, 1385)),
        ({"anode": "anode-free"}, (375, 1385)),
        ({"anode": "anode-free", "lithium_excess": 0}, (375, 1385)),
        ({"anode": "anodeless"}, (375, 1385)),
        ({"anode": "None"}, (375, 1385)),
        ({"anode": None}, (375, 1385)),
    ],
    ids=str,
)
def test_lithium_is_a_foil_and_only_anode_free_is_without(fields, printed):
    stack = Stack(**{**SILICON, **fields}, cell_voltage_v=3.8)
    assert tuple(map(round, energies(stack))) == printed
    assert used(stack)["lithium_excess"] == (1.0 if printed == (365, 1176) else 0.0)


def test_lithium_without_excess_is_noted():
    stack = Stack(**{**SILICON, "anode": "Li"}, lithium_excess=0)
    assert evaluate(stack).notes == "lithium metal without excess is anode-free"
    assert evaluate(replace(stack, lithium_excess=None)).notes == ""
    assert evaluate(replace(stack, anode="anode-free")).notes == ""


def test_a_default_is_not_carried_to_another_anode():
    silicon = Stack(**SILICON)
    lithium = replace(silicon, anode="Li")
    assert lithium.lithium_excess is None
    assert round(energies(lithium)[1], 1) == 1175.7
    assert round(energies(replace(lithium, anode="anode-free"))[1], 1) == 1385.2
    assert energies(replace(lithium, anode="Si")) == energies(silicon)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"anode": "None", "lithium_excess": 0.5}, "Lithium excess is 0.5, but the anode is anode"),
        ({"anode": "None", "anode_foil_thickness_um": 20}, "an anode-free stack has no anode foil"),
        (
            # 20 um of lithium: 0.0020 cm * 0.53 g/cm3 * 3861 mAh/g = 4.0927 mAh/cm2, of 4.
            {"anode": "Li", "anode_foil_thickness_um": 20, "lithium_excess": 0.8},
            "Lithium excess is 0.8, but the anode foil of 20 µm makes it 1.02",
        ),
    ],
)
def test_two_meanings_are_refused(fields, sentence):
    with pytest.raises(DesignError, match=sentence):
        Stack(**{**SILICON, **fields})


def test_a_foil_gives_the_excess():
    foil = Stack(**{**SILICON, "anode": "Li"}, anode_foil_thickness_um=20)
    excess = used(foil)["lithium_excess"]
    assert excess == pytest.approx(1.023, abs=5e-4)
    assert energies(replace(foil, lithium_excess=round(excess, 3))) == energies(foil)
    by_excess = replace(foil, anode_foil_thickness_um=None, lithium_excess=excess)
    assert energies(by_excess) == pytest.approx(energies(foil), rel=1e-12)


# Values that are given once for several designs.


def test_a_value_given_once_concerns_those_that_use_it():
    stacks = Stack(**{**SILICON, "anode": ["Si", "Li", "None"]}, np_ratio=1.5, lithium_excess=0.5)
    each = [
        Stack(**SILICON, np_ratio=1.5),
        Stack(**{**SILICON, "anode": "Li"}, lithium_excess=0.5),
        Stack(**{**SILICON, "anode": "None"}),
    ]
    assert evaluate(stacks).energy_density_wh_l.tolist() == [energies(one)[1] for one in each]
    assert "not used" not in "".join(evaluate(stacks).notes)
    assert evaluate(stacks.one(1)).energy_density_wh_l == energies(each[1])[1]


def test_a_value_given_once_that_nobody_uses_is_noted():
    notes = evaluate(Stack(**{**SILICON, "anode": ["Li", "None"]}, np_ratio=1.5)).notes
    note = "N/P ratio is not used with lithium metal, whose amount is lithium_excess"
    assert notes.tolist() == [note, note]


def test_a_value_of_each_design_that_does_not_use_it_is_noted():
    notes = evaluate(Stack(**{**SILICON, "anode": ["Si", "Li"]}, np_ratio=[1.5, 1.2])).notes
    assert "not used" not in notes[0]
    assert notes[1] == "N/P ratio is not used with lithium metal, whose amount is lithium_excess"


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"lithium_excess": 0.5}, "Lithium excess is not used with an anode other than lithium"),
        (
            {"anode": "Li", "anode_active_fraction": 0.6},
            "Anode active fraction is not used by an anode that is a plain metal",
        ),
        (
            {"separator_density_g_cm3": 2.0, "separator_material": "LLZO"},
            "Separator material is not used beside a density of the separator",
        ),
        (
            {"foil_sharing": "bipolar", "negative_foil": "Cu foil"},
            "Negative foil is not used in a bipolar stack",
        ),
        (
            {"interlayer_density_g_cm3": 2.0},
            "Interlayer density is not used without an interlayer",
        ),
    ],
)
def test_what_is_typed_and_not_used_is_noted(fields, note):
    assert note in evaluate(Stack(**{**SILICON, **fields})).notes
    assert energies(Stack(**{**SILICON, **fields})) != (0, 0)


def test_nothing_that_is_not_used_is_no_matter():
    stack = Stack(**SILICON, lithium_excess=0)
    assert "not used" not in evaluate(stack).notes


# Liquid cells.


def test_a_liquid_cell_needs_no_further_columns():
    stack = Stack(**LIQUID)
    specific, density = energies(stack)
    assert (round(specific, 3), round(density, 3)) == (278.509, 779.470)
    assert {name: used(stack)[name] for name in OF_LIQUID} == OF_LIQUID
    # 0.6 * 0.91 + 0.4 * 1.3
    assert used(stack)["separator_density_g_cm3"] == pytest.approx(1.066, rel=1e-12)
    assert energies(Stack(**LIQUID, **OF_LIQUID)) == (specific, density)
    assert evaluate(stack).notes == ""


@pytest.mark.parametrize("anode", ["Si", "Al", "Sn", "Sb", "In", "Mg", "Zn"])
def test_an_alloy_in_a_liquid_is_given_more_room(anode):
    assert used(Stack(**{**LIQUID, "anode": anode}))["anode_porosity"] == 0.5


def test_solid_and_liquid_designs_side_by_side_each_take_their_own():
    both = Stack(**{**LIQUID, "electrolyte": ["LPSC", "liquid electrolyte"]})
    alone = [energies(both.one(0)), energies(both.one(1))]
    result = evaluate(both)
    assert np.transpose([result.specific_energy_wh_kg, result.energy_density_wh_l]).tolist() == [
        list(one) for one in alone
    ]
    assert round(alone[1][1], 3) == 779.470
    columns = inputs_as_used(both, result.np_ratio)
    assert columns["cathode_fraction_basis"].decode().tolist() == ["volume", "weight"]
    assert columns["separator_material"].decode().tolist() == ["LPSC", "PP"]
    assert columns["separator_porosity"].tolist() == [0.0, 0.4]


@pytest.mark.parametrize("side", ["cathode", "anode"])
def test_fractions_in_part_are_refused_with_what_is_missing(side):
    given = {f"{side}_active_fraction": 0.9, f"{side}_binder_fraction": 0.05}
    with pytest.raises(DesignError, match=f"the {side}'s carbon fraction is blank, while others"):
        Stack(**LIQUID, **given)
    given[f"{side}_carbon_fraction"] = 0.05
    Stack(**LIQUID, **given)
    # A solid electrolyte takes what the others leave.
    Stack(**SILICON, **{f"{side}_active_fraction": 0.9, f"{side}_binder_fraction": 0.05})


def test_a_basis_that_the_default_fractions_do_not_have_is_refused():
    with pytest.raises(DesignError, match="defaults with a liquid electrolyte are by weight"):
        Stack(**LIQUID, cathode_fraction_basis="volume")
    assert energies(Stack(**LIQUID, cathode_fraction_basis="weight")) == energies(Stack(**LIQUID))


def test_a_film_needs_a_liquid():
    with pytest.raises(DesignError, match="porous film, whose pores a solid electrolyte"):
        Stack(**SILICON, separator_material="PP")


@pytest.mark.parametrize(
    ("fields", "density"),
    [
        # (1 - porosity) of the film and porosity of the liquid's 1.3 g/cm3.
        ({"separator_porosity": 0.55}, 0.45 * 0.91 + 0.55 * 1.3),
        ({"separator_material": "liquid electrolyte"}, 1.3),
        ({"separator_material": "LLZO"}, 5.1),
        ({"separator_material": "LLZO", "separator_porosity": 0.1}, 0.9 * 5.1 + 0.1 * 1.3),
        ({"separator_density_g_cm3": 1.07}, 1.07),
    ],
    ids=str,
)
def test_separators_in_a_liquid(fields, density):
    stack = Stack(**LIQUID, **fields)
    assert used(stack)["separator_density_g_cm3"] == pytest.approx(density, rel=1e-12)


def test_pores_of_a_solid_separator_are_empty():
    stack = Stack(**SILICON, separator_material="LLZO", separator_porosity=0.2)
    assert used(stack)["separator_density_g_cm3"] == pytest.approx(0.8 * 5.1, rel=1e-12)


def test_a_liquid_cell_without_pores_is_noted():
    dry = Stack(**LIQUID, cathode_porosity=0, anode_porosity=0, separator_porosity=0)
    for layer in ("cathode", "anode", "separator"):
        assert f"the {layer} has no pores, so no liquid electrolyte" in evaluate(dry).notes


# A small anode.


def test_the_smaller_electrode_limits_the_capacity():
    small = evaluate(Stack(**SILICON, cell_voltage_v=3.4, np_ratio=0.9))
    assert round(small.specific_energy_wh_kg, 3) == 290.671
    assert round(small.energy_density_charged_wh_l, 3) == 936.177
    assert "the anode holds 0.9 of the cathode's capacity and limits the energies" in small.notes


def test_a_smaller_anode_never_looks_better():
    ratios = np.linspace(0.2, 1.0, 17)
    energy = evaluate(Stack(**SILICON, np_ratio=ratios)).specific_energy_wh_kg
    assert (np.diff(energy) > 0).all()


def test_lithium_metal_is_not_limited_by_its_excess():
    scarce = evaluate(Stack(**{**SILICON, "anode": "Li"}, lithium_excess=0.1))
    assert scarce.areal_energy_mwh_cm2 == pytest.approx(4.0 * 3.8)
