"""Energies beyond the paper's table: check values for foils, charged state, pores and foils."""

import numpy as np
import pytest

from tests.support.stacks import LIQUID, SILICON
from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.errors import DesignError
from xlcalc.physics.quantities import BREAKDOWN, LAYERS, RESULTS

SI_34 = {**SILICON, "cell_voltage_v": 3.4}
FREE = {**SILICON, "anode": "anode-free", "cell_voltage_v": 3.8}


def test_results_are_the_contract():
    contract = [
        "cathode_thickness_um",
        "anode_thickness_um",
        "stack_thickness_um",
        "cathode_loading_mg_cm2",
        "anode_loading_mg_cm2",
        "interlayer_loading_mg_cm2",
        "stack_loading_mg_cm2",
        "anode_areal_capacity_mah_cm2",
        "cell_voltage_v",
        "areal_energy_mwh_cm2",
        "specific_energy_wh_kg",
        "energy_density_wh_l",
        "stack_thickness_charged_um",
        "energy_density_charged_wh_l",
        "swelling_fraction",
    ]
    assert list(RESULTS) == contract
    result = evaluate(Stack(**SI_34))
    assert list(result.values) == contract
    assert all(type(value) is float for value in result.values.values())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "1147.4"),
        ({"foil_sharing": "double_sided"}, "1253.1"),
        ({"foil_sharing": "bipolar", "positive_foil_thickness_um": 5.0}, "1313.6"),
    ],
    ids=["single", "double-sided", "bipolar"],
)
def test_foil_sharing(change, expected):
    """Check values: 60 % Si/LPSC 1147.4, 1253.1 and, with a 5 um plate, 1314 Wh/L."""
    assert f"{evaluate(Stack(**SI_34, **change)).energy_density_wh_l:.1f}" == expected


def test_foil_masses_by_sharing():
    parts = {
        sharing: evaluate(Stack(**SI_34, foil_sharing=sharing)).breakdown
        for sharing in ("single", "double_sided", "bipolar")
    }
    positive, negative = "positive_foil_layer_loading_mg_cm2", "negative_foil_layer_loading_mg_cm2"
    assert parts["single"][positive] == pytest.approx(2.70)  # 10 um of aluminium
    assert parts["single"][negative] == pytest.approx(8.96)  # 10 um of copper
    assert parts["double_sided"][positive] == pytest.approx(1.35)
    assert parts["double_sided"][negative] == pytest.approx(4.48)
    assert parts["bipolar"][positive] == pytest.approx(2.70)
    assert parts["bipolar"][negative] == 0


def test_a_bipolar_plate_has_the_positive_foils_material():
    stack = Stack(
        **SI_34, foil_sharing="bipolar", positive_foil="Cu", positive_foil_thickness_um=7.0
    )
    assert evaluate(stack).breakdown["positive_foil_layer_loading_mg_cm2"] == pytest.approx(6.272)


def test_charged_state_by_volume_change():
    """Check values: 60 % Si/LPSC, volume change 3.2: 133.88 um, 1015.8 Wh/L."""
    result = evaluate(Stack(**SI_34))
    assert f"{result.stack_thickness_charged_um:.2f}" == "133.88"
    assert f"{result.energy_density_charged_wh_l:.1f}" == "1015.8"
    growth = result.stack_thickness_charged_um - result.stack_thickness_um
    assert result.swelling_fraction == pytest.approx(growth / result.stack_thickness_um)


def test_charged_state_of_an_anode_free_stack():
    """Check value: anode-free LPSC 1175.7 Wh/L."""
    assert f"{evaluate(Stack(**FREE)).energy_density_charged_wh_l:.1f}" == "1175.7"


@pytest.mark.parametrize(
    ("design", "um_per_mah"), [(SI_34, "3.32"), (FREE, "4.85")], ids=["alloy", "metal"]
)
def test_charged_state_by_molar_volume(design, um_per_mah):
    """Check values: 3.32 um per mAh/cm2 in alloys, 4.85 as lithium metal."""
    result = evaluate(
        Stack(**design, expansion_model="molar_volume", cathode_areal_capacity_mah_cm2=2.5)
    )
    growth = result.stack_thickness_charged_um - result.stack_thickness_um
    assert f"{growth / 2.5:.2f}" == um_per_mah


def test_excess_lithium_grows_by_what_is_plated():
    free, excess = (evaluate(Stack(**{**FREE, "anode": "Li"}, lithium_excess=x)) for x in (0, 1))
    for result in (free, excess):
        growth = result.stack_thickness_charged_um - result.stack_thickness_um
        assert growth == pytest.approx(4.0 / (3861 * 0.53) * 1e4)
    assert excess.anode_areal_capacity_mah_cm2 == 4.0
    assert excess.np_ratio == 1.0


def test_an_anode_smaller_than_the_cathode_fills_up():
    grown = [
        evaluate(Stack(**SI_34, np_ratio=ratio)).stack_thickness_charged_um
        - evaluate(Stack(**SI_34, np_ratio=ratio)).stack_thickness_um
        for ratio in (0.5, 1.0, 2.0)
    ]
    assert grown[0] == pytest.approx(grown[1] / 2)
    assert grown[1] == pytest.approx(grown[2])


def test_pores_absorb_growth_up_to_their_share():
    porous = {**SI_34, "anode_porosity": 0.5}
    free, half, all_ = (
        evaluate(Stack(**porous, anode_pore_absorption=share)) for share in (0.0, 0.5, 1.0)
    )
    pores = 0.5 * free.anode_thickness_um
    growth = free.stack_thickness_charged_um - free.stack_thickness_um
    assert growth > pores
    for share, result in ((0.5, half), (1.0, all_)):
        assert result.stack_thickness_charged_um == pytest.approx(
            free.stack_thickness_charged_um - share * pores
        )
    little = {**porous, "anode": "Al", "anode_porosity": 0.8}
    soaked = evaluate(Stack(**little, anode_pore_absorption=1.0))
    assert soaked.swelling_fraction == 0


def test_the_cathode_may_shrink():
    result = evaluate(Stack(**SI_34, cathode_volume_change=-0.05))
    plain = evaluate(Stack(**SI_34))
    shrunk = plain.stack_thickness_charged_um - result.stack_thickness_charged_um
    assert shrunk == pytest.approx(0.05 * 0.6 * plain.cathode_thickness_um)


def test_a_material_without_volume_change_has_no_charged_state_but_its_energies():
    own = Materials.library().with_own(
        [
            Material(
                name="X",
                kind="anode",
                density_g_cm3=2,
                specific_capacity_mah_g=900,
                potential_v=0.4,
            )
        ]
    )
    result = evaluate(Stack(**{**SILICON, "anode": "X"}, materials=own))
    assert np.isnan(result.energy_density_charged_wh_l)
    assert f"{result.energy_density_wh_l:.1f}" == "903.8"  # 13.6 mWh/cm2 over 150.48 um


def test_a_thick_indium_foil_spoils_the_comparison():
    """The N/P ratio of a foil is a result: 100 um of indium hold 74 mAh/cm2."""
    foil = evaluate(Stack(**{**SILICON, "anode": "In"}, anode_foil_thickness_um=100))
    host = evaluate(Stack(**{**SILICON, "anode": "In"}, anode_active_fraction=1.0))
    assert foil.anode_thickness_um == pytest.approx(100)
    assert foil.anode_areal_capacity_mah_cm2 == pytest.approx(100e-4 * 1012 * 7.31)
    assert foil.np_ratio == pytest.approx(18.494, abs=5e-4)
    assert foil.specific_energy_wh_kg < host.specific_energy_wh_kg / 2


def test_a_lithium_foil_of_given_thickness():
    foil = evaluate(Stack(**{**FREE, "anode": "Li"}, anode_foil_thickness_um=20))
    excess = foil.np_ratio
    assert excess == pytest.approx(20e-4 * 3861 * 0.53 / 4.0)
    same = evaluate(Stack(**{**FREE, "anode": "Li"}, lithium_excess=excess))
    assert same.energy_density_wh_l == pytest.approx(foil.energy_density_wh_l)


def test_voltage_is_marked():
    """Derived, aluminium gives 3.42 V and not the printed 3.45."""
    derived = evaluate(Stack(**{**SILICON, "anode": "Al"}))
    assert derived.cell_voltage_v == pytest.approx(3.42)
    assert derived.voltage_source == "derived"
    mixed = evaluate(Stack(**{**SILICON, "anode": "Al"}, cell_voltage_v=[3.45, np.nan]))
    assert mixed.cell_voltage_v.tolist() == [3.45, pytest.approx(3.42)]
    assert mixed.voltage_source.tolist() == ["given", "derived"]


def test_liquid_fills_pores_and_solid_leaves_them_empty():
    wet = evaluate(Stack(**LIQUID)).breakdown
    dry = evaluate(Stack(**SI_34, anode_porosity=0.2)).breakdown
    assert wet["cathode_electrolyte_thickness_um"] == pytest.approx(
        0.3 * wet["cathode_layer_thickness_um"]
    )
    assert wet["cathode_pores_thickness_um"] == 0
    assert dry["anode_pores_thickness_um"] == pytest.approx(0.2 * dry["anode_layer_thickness_um"])


@pytest.mark.parametrize("design", [SI_34, LIQUID, FREE], ids=["solid", "liquid", "free"])
def test_the_breakdown_sums_to_the_stack(design):
    result = evaluate(Stack(**design))
    parts = result.breakdown
    assert list(parts) == list(BREAKDOWN)
    for suffix, whole in (
        ("loading_mg_cm2", result.stack_loading_mg_cm2),
        ("thickness_um", result.stack_thickness_um),
    ):
        assert sum(parts[f"{layer}_layer_{suffix}"] for layer in LAYERS) == pytest.approx(whole)
        for layer, components in LAYERS.items():
            if components:
                assert sum(
                    parts.get(f"{layer}_{c}_{suffix}", 0.0) for c in components
                ) == pytest.approx(parts[f"{layer}_layer_{suffix}"])


def test_weight_and_volume_basis_agree_where_they_describe_the_same():
    volumes = [0.95 / 4.78, 0.025 / 1.8, 0.025 / 1.8]
    shares = [v / sum(volumes) for v in volumes]
    by_volume = {
        **LIQUID,
        "cathode_fraction_basis": "volume",
        "cathode_active_fraction": shares[0],
        "cathode_binder_fraction": shares[1],
        "cathode_carbon_fraction": shares[2],
    }
    one, other = evaluate(Stack(**LIQUID)), evaluate(Stack(**by_volume))
    assert one.specific_energy_wh_kg == pytest.approx(other.specific_energy_wh_kg, rel=1e-12)


def test_weight_basis_with_a_solid_electrolyte_counts_the_electrolyte_among_the_solids():
    """70 wt % NMC, 2 wt % carbon, 28 wt % LPSC."""
    stack = Stack(
        **SI_34,
        cathode_active_fraction=0.70,
        cathode_carbon_fraction=0.02,
        cathode_fraction_basis="weight",
    )
    volumes = {"active": 0.70 / 4.78, "carbon": 0.02 / 1.8, "electrolyte": 0.28 / 1.86}
    parts = evaluate(stack).breakdown
    for part, volume in volumes.items():
        share = parts[f"cathode_{part}_thickness_um"] / parts["cathode_layer_thickness_um"]
        assert share == pytest.approx(volume / sum(volumes.values()))


def test_out_is_written_into():
    stack = Stack(**SI_34, separator_thickness_um=np.linspace(5, 100, 50_001))
    out = {"specific_energy_wh_kg": np.zeros(50_001)}
    result = evaluate(stack, out=out)
    assert result.specific_energy_wh_kg is out["specific_energy_wh_kg"]
    assert (out["specific_energy_wh_kg"] == evaluate(stack).specific_energy_wh_kg).all()
    with pytest.raises(ValueError, match="is not a result"):
        evaluate(stack, out={"wh_kg": np.zeros(50_001)})
    with pytest.raises(ValueError, match="has shape"):
        evaluate(stack, out={"specific_energy_wh_kg": np.zeros(7)})


def test_no_designs_give_no_results():
    assert evaluate(Stack(**SI_34, np_ratio=np.array([]))).energy_density_wh_l.shape == (0,)


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ({"cell_voltage_v": [0.0] * 4}, "no array of float64"),
        ({"cell_voltage_v": np.zeros(4, dtype=int)}, "no array of float64"),
    ],
    ids=["list", "int"],
)
def test_out_of_the_wrong_kind(out, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate(Stack(**SI_34, np_ratio=np.full(4, 1.1)), out=out)


def test_out_must_not_share_memory():
    values = np.full(4, 3.4)
    stack = Stack(**SILICON, cell_voltage_v=values)
    for out in (
        {"cathode_thickness_um": values},
        {"cathode_thickness_um": (same := np.zeros(4)), "anode_thickness_um": same},
    ):
        with pytest.raises(ValueError, match="shares memory"):
            evaluate(stack, out=out)


@pytest.mark.parametrize("shape", [(500, 700), (700, 500), (3, 250_000), (250_000, 3)])
def test_grids_larger_than_a_block(shape):
    rows, columns = shape
    across, up = np.linspace(5, 100, columns), np.linspace(0.2, 1, rows)
    grid = evaluate(
        Stack(**SI_34, separator_thickness_um=across[None, :], anode_active_fraction=up[:, None])
    )
    assert grid.energy_density_wh_l.shape == shape
    random = np.random.default_rng(0)
    places = [(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 2)]
    places += [(int(random.integers(rows)), int(random.integers(columns))) for _ in range(20)]
    for row, column in places:
        cell = evaluate(
            Stack(
                **SI_34,
                separator_thickness_um=across[column],
                anode_active_fraction=up[row],
            )
        )
        assert grid.energy_density_wh_l[row, column] == cell.energy_density_wh_l


@pytest.mark.parametrize(
    ("anode", "wh_kg", "wh_l"),
    [("Sb", 235.2, 902.1), ("In", 306.7, 1170.1), ("Mg", 352.2, 1232.9), ("Zn", 257.3, 1014.9)],
)
def test_alloys_beyond_si_table_4(anode, wh_kg, wh_l):
    """Worked apart from the code: 60 vol % alloy in LPSC, N/P 1.1, voltage from Table 1."""
    capacity, density, potential = {
        "Sb": (660, 6.68, 0.95),
        "In": (1012, 7.31, 0.3),
        "Mg": (3350, 1.74, 0.03),
        "Zn": (410, 7.14, 0.38),
    }[anode]
    l_c, l_a = 4 / (200 * 4.78 * 0.6), 4.4 / (capacity * density * 0.6)
    mass = l_c * 3.612 + l_a * (0.6 * density + 0.4 * 1.86) + 20e-4 * 1.86 + 10e-4 * (2.7 + 8.96)
    energy = 4 * (3.8 - potential)
    result = evaluate(Stack(**{**SILICON, "anode": anode}))
    assert result.specific_energy_wh_kg == pytest.approx(energy / mass, rel=1e-12)
    assert result.energy_density_wh_l == pytest.approx(energy / (l_c + l_a + 40e-4), rel=1e-12)
    assert f"{result.specific_energy_wh_kg:.1f}" == f"{wh_kg}"
    assert f"{result.energy_density_wh_l:.1f}" == f"{wh_l}"


def test_notes_in_python():
    many = evaluate(Stack(**{**SILICON, "anode": ["Si", "Al"]}))
    assert many.notes[0].startswith("Si: 3579 mAh/g is that of Li15Si4")
    assert many.notes[1] == ""
    assert evaluate(Stack(**{**SILICON, "anode": "Al"})).notes == ""


def test_an_interlayer_stands_in_every_sum():
    """5 um of 2.2 g/cm3, between separator and anode: 1.1 mg/cm2."""
    bare = evaluate(Stack(**SI_34))
    coated = evaluate(Stack(**SI_34, interlayer_thickness_um=5.0, interlayer_density_g_cm3=2.2))
    assert bare.interlayer_loading_mg_cm2 == 0
    assert coated.interlayer_loading_mg_cm2 == pytest.approx(1.1, rel=1e-12)
    for name, more in (
        ("stack_loading_mg_cm2", 1.1),
        ("stack_thickness_um", 5.0),
        ("stack_thickness_charged_um", 5.0),
    ):
        assert getattr(coated, name) - getattr(bare, name) == pytest.approx(more, rel=1e-9)
    assert f"{coated.energy_density_wh_l:.1f}" == "1101.0"
    assert f"{coated.specific_energy_wh_kg:.1f}" == "312.3"
    assert coated.breakdown["interlayer_layer_thickness_um"] == 5.0


def test_an_interlayer_is_counted_once_a_facing_side():
    shared = {**SI_34, "foil_sharing": "double_sided"}
    coat = {"interlayer_thickness_um": 5.0, "interlayer_density_g_cm3": 2.2}
    bare, coated = evaluate(Stack(**shared)), evaluate(Stack(**shared, **coat))
    assert coated.stack_thickness_um - bare.stack_thickness_um == pytest.approx(5.0)


def test_an_interlayer_without_density_is_refused():
    with pytest.raises(DesignError, match="an interlayer of 5 µm has no density; expected its"):
        Stack(**SI_34, interlayer_thickness_um=5.0)
