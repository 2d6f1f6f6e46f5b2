"""Laws that hold whatever the numbers are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.physics.quantities import LAYERS, RESULTS
from xlcalc.tables.evaluate import evaluate_records

ALLOYS = ["Si", "Al", "Sn", "Sb", "In", "Mg", "Zn"]


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


@st.composite
def designs(draw, anodes=(*ALLOYS, "graphite", "Li", "anode-free"), *, foils=False):
    """A possible design as a mapping of fields, solid or liquid, on either basis."""
    anode = draw(st.sampled_from(anodes))
    liquid = draw(st.booleans())
    design = {
        "cathode": "NMC811",
        "anode": anode,
        "electrolyte": "liquid electrolyte" if liquid else draw(st.sampled_from(["LPSC", "LLZO"])),
        "cathode_areal_capacity_mah_cm2": draw(numbers(0.5, 10)),
        "np_ratio": draw(numbers(0.8, 3)),
        "lithium_excess": draw(numbers(0, 4)) if anode == "Li" else 0.0,
        "separator_thickness_um": draw(numbers(1, 500)),
        "positive_foil_thickness_um": draw(numbers(0, 30)),
        "negative_foil_thickness_um": draw(numbers(0, 30)),
        "foil_sharing": draw(st.sampled_from(["single", "double_sided", "bipolar"])),
        "expansion_model": draw(st.sampled_from(["volume_change", "molar_volume"])),
    }
    for side in ("cathode", "anode"):
        binder, carbon = draw(numbers(0, 0.1)), draw(numbers(0, 0.1))
        design[f"{side}_binder_fraction"], design[f"{side}_carbon_fraction"] = binder, carbon
        rest = 1 - binder - carbon
        design[f"{side}_active_fraction"] = rest if liquid else draw(numbers(0.2, rest))
        design[f"{side}_fraction_basis"] = draw(st.sampled_from(["volume", "weight"]))
        design[f"{side}_porosity"] = draw(numbers(0, 0.6))
    if draw(st.booleans()):
        design["cell_voltage_v"] = draw(numbers(2, 4.5))
    if draw(st.booleans()):
        design["separator_density_g_cm3"] = draw(numbers(0.5, 6))
    if anode != "anode-free" and draw(st.booleans()) and foils:
        design["anode_foil_thickness_um"] = draw(numbers(1, 200))
        # Said twice, the two would have to agree.
        del design["lithium_excess"]
    design["anode_pore_absorption"] = draw(numbers(0, 1))
    design["cathode_volume_change"] = draw(numbers(-0.1, 0.1))
    return design


@given(designs(), numbers(0.5, 3))
def test_energy_density_does_not_depend_on_the_electrolytes_density(design, factor):
    # By weight the electrolyte's density sets the volume it takes, so the law is one of volumes.
    design = {**design, "cathode_fraction_basis": "volume", "anode_fraction_basis": "volume"}
    design["separator_density_g_cm3"] = None
    library = Materials.library()
    electrolyte = library[design["electrolyte"]]
    other = library.with_own(
        [Material(name=electrolyte.name, density_g_cm3=factor * electrolyte.density_g_cm3)]
    )
    one, changed = evaluate(Stack(**design)), evaluate(Stack(**design, materials=other))
    assert one.energy_density_wh_l == changed.energy_density_wh_l
    if factor > 1.001:
        assert changed.specific_energy_wh_kg < one.specific_energy_wh_kg


@given(designs(), numbers(0.1, 10))
def test_a_stack_scaled_as_a_whole_keeps_its_energies(design, factor):
    scaled = dict(design)
    for name in (
        "cathode_areal_capacity_mah_cm2",
        "separator_thickness_um",
        "positive_foil_thickness_um",
        "negative_foil_thickness_um",
    ):
        scaled[name] *= factor
    one, other = evaluate(Stack(**design)), evaluate(Stack(**scaled))
    assert other.specific_energy_wh_kg == pytest.approx(one.specific_energy_wh_kg, rel=1e-12)
    assert other.energy_density_wh_l == pytest.approx(one.energy_density_wh_l, rel=1e-12)


@given(designs())
def test_specific_energy_stays_below_that_of_the_active_materials_alone(design):
    stack = Stack(**design)
    result = evaluate(stack)
    anode = stack.materials[design["anode"]]
    cathode = stack.materials["NMC811"]
    limit = result.cell_voltage_v / (
        1 / cathode.specific_capacity_mah_g + result.np_ratio / anode.specific_capacity_mah_g
    )
    assert result.specific_energy_wh_kg <= limit * (1 + 1e-12)


@given(designs())
def test_the_two_energies_differ_by_the_density_of_the_stack(design):
    result = evaluate(Stack(**design))
    density = result.stack_loading_mg_cm2 / result.stack_thickness_um * 10  # g/cm3
    ratio = result.energy_density_wh_l / result.specific_energy_wh_kg
    assert ratio == pytest.approx(density, rel=1e-12)


@given(designs())
def test_masses_and_thicknesses_sum_to_the_stack(design):
    result = evaluate(Stack(**design))
    parts = result.breakdown
    for suffix, whole in (
        ("loading_mg_cm2", result.stack_loading_mg_cm2),
        ("thickness_um", result.stack_thickness_um),
    ):
        layers = sum(parts[f"{layer}_layer_{suffix}"] for layer in LAYERS)
        assert layers == pytest.approx(whole, rel=1e-12)
        components = sum(
            parts.get(f"{layer}_{part}_{suffix}", 0.0)  # empty pores have no mass
            for layer, within in LAYERS.items()
            for part in (within or ("layer",))
        )
        assert components == pytest.approx(whole, rel=1e-9)
    assert all(value >= 0 for value in parts.values())


@given(designs(), st.sampled_from(["separator", "positive_foil", "negative_foil"]), numbers(0, 100))
def test_inactive_mass_never_raises_specific_energy(design, layer, more):
    name = f"{layer}_thickness_um"
    heavier = {**design, name: design[name] + more}
    one, other = evaluate(Stack(**design)), evaluate(Stack(**heavier))
    assert other.specific_energy_wh_kg <= one.specific_energy_wh_kg
    assert other.energy_density_wh_l <= one.energy_density_wh_l


@given(designs(), numbers(1.001, 2))
def test_more_voltage_is_more_energy_in_proportion(design, factor):
    stack = Stack(**design)
    voltage = evaluate(stack).cell_voltage_v
    other = evaluate(replace(stack, cell_voltage_v=voltage * factor))
    assert other.specific_energy_wh_kg == pytest.approx(
        evaluate(stack).specific_energy_wh_kg * factor, rel=1e-12
    )


@given(designs(anodes=("Li",)))
def test_without_excess_lithium_is_anode_free(design):
    one = evaluate(Stack(**{**design, "lithium_excess": 0.0}))
    other = evaluate(Stack(**{**design, "anode": "None", "lithium_excess": 0.0}))
    assert one.values == other.values
    assert one.anode_thickness_um == 0


@given(designs(anodes=tuple(ALLOYS)))
def test_a_host_swells_and_so_loses_energy_density(design):
    design = {**design, "anode_pore_absorption": 0.0, "cathode_volume_change": 0.0}
    result = evaluate(Stack(**design))
    assert result.swelling_fraction > 0
    assert result.energy_density_charged_wh_l < result.energy_density_wh_l


@settings(max_examples=30, deadline=None)
@given(st.lists(designs(foils=True), min_size=1, max_size=12))
def test_one_many_and_a_table_agree_bit_for_bit(many):
    single = [evaluate(Stack(**design)).values for design in many]
    fields = dict.fromkeys(name for design in many for name in design)
    arrays = {name: [design.get(name, np.nan) for design in many] for name in fields}
    together = evaluate(Stack(**arrays)).values
    table = evaluate_records(many)
    assert table.ok.all()
    for name in RESULTS:
        expected = np.array([values[name] for values in single])
        assert np.array_equal(together[name], expected, equal_nan=True), name
        assert np.array_equal(table.columns[name], expected, equal_nan=True), name


def test_a_grid_agrees_with_its_cells_bit_for_bit():
    base = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")
    across, up = np.linspace(5, 100, 301), np.linspace(0.2, 1, 201)
    grid = evaluate(
        replace(base, separator_thickness_um=across[None, :], anode_active_fraction=up[:, None])
    )
    assert grid.specific_energy_wh_kg.shape == (201, 301)
    for row, column in ((0, 0), (17, 250), (200, 300)):
        cell = evaluate(
            replace(base, separator_thickness_um=across[column], anode_active_fraction=up[row])
        )
        assert grid.specific_energy_wh_kg[row, column] == cell.specific_energy_wh_kg
        assert grid.energy_density_wh_l[row, column] == cell.energy_density_wh_l
