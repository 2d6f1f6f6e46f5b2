"""Each equation against a number worked by hand; arguments cannot be exchanged unnoticed."""

import inspect

import numpy as np
import pytest

from xlcalc.physics import equations as eq


def test_composite_density_of_three():
    density = eq.composite_density(volume_fractions=(0.5, 0.3, 0.1), densities=(4.0, 2.0, 1.5))
    assert density == pytest.approx(2.75, rel=1e-15)  # 2.0 + 0.6 + 0.15, and a tenth of pores


def test_volume_fractions_of_the_nmc_cathode():
    """SI Table 2: 95 wt % NMC gives 0.95/4.78 / (0.95/4.78 + 0.05/1.8) of the solids' volume."""
    shares = eq.volume_fractions(weight_fractions=(0.95, 0.05), densities=(4.78, 1.8))
    assert shares == pytest.approx([0.87737, 0.12263], abs=5e-6)
    assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize(
    ("equation", "arguments", "expected"),
    [
        (
            eq.charge_density,
            {"specific_capacity": 200, "density": 4.78, "volume_fraction": 0.6},
            573.6,
        ),
        (eq.electrode_thickness, {"areal_capacity": 4.0, "charge_density": 573.6}, 0.00697350),
        (eq.areal_capacity, {"thickness": 0.00697350, "charge_density": 573.6}, 4.0),
        (eq.electrode_loading, {"thickness": 0.0069735, "density": 3.612}, 0.02518828),
        (eq.stack_thickness, {"thicknesses": [0.001, 0.007, 0.002]}, 0.010),
        (eq.stack_loading, {"loadings": [0.0027, 0.025, 0.004]}, 0.0317),
        (eq.areal_energy, {"areal_capacity": 4.0, "voltage": 3.45}, 13.8),
        (eq.specific_energy, {"areal_energy": 13.6, "loading": 0.0425}, 320.0),
        (eq.energy_density, {"areal_energy": 13.6, "thickness": 0.0119}, 1142.85714),
        (eq.cell_voltage, {"cathode_potential": 3.8, "anode_potential": 0.38}, 3.42),
        (
            eq.host_growth,
            {
                "thickness": 5e-4,
                "volume_fraction": 0.6,
                "volume_change": 3.2,
                "degree_of_lithiation": 0.9,
            },
            8.64e-4,
        ),
        (eq.swelling, {"discharged_thickness": 0.0119, "growth": 0.00153}, 0.12857143),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_number_worked_by_hand(equation, arguments, expected):
    assert equation(**arguments) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("molar_volume", "micrometres"), [(8.9, "3.32"), (13.0, "4.85")])
def test_growth_per_capacity(molar_volume, micrometres):
    """Obrovac 2007: 3.32 um per mAh/cm2 in alloys, 4.85 as lithium metal."""
    growth = eq.molar_volume_growth(areal_capacity=1.0, lithium_molar_volume=molar_volume)
    assert f"{growth * 1e4:.2f}" == micrometres


def _equations():
    return [
        function
        for name, function in inspect.getmembers(eq, inspect.isfunction)
        if function.__module__ == eq.__name__ and name != "total"
    ]


@pytest.mark.parametrize("equation", _equations(), ids=lambda f: f.__name__)
def test_every_equation_takes_keywords_only_and_says_units_and_an_example(equation):
    for parameter in inspect.signature(equation).parameters.values():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.name in equation.__doc__
    for heading in ("Parameters", "Returns", "Examples"):
        assert heading in equation.__doc__
    assert equation.__doc__.count("[") >= len(inspect.signature(equation).parameters)


def test_arrays_broadcast():
    thickness = eq.electrode_thickness(
        areal_capacity=np.array([2.0, 4.0])[:, None], charge_density=np.array([500.0, 573.6, 800.0])
    )
    assert thickness.shape == (2, 3)
    assert thickness[1, 1] == 4.0 / 573.6


def test_a_sum_starts_from_its_first_part():
    parts = [np.array([1.0, 2.0]), 3.0]
    assert eq.total(parts).tolist() == [4.0, 5.0]
    assert eq.total([7]) == 7
