"""Every form of the model gives the same numbers: steps one by one, passes, scalar, JavaScript."""

import json
import traceback
from math import isnan, nan

import numpy as np
import pytest
import quickjs

from tests.support.random_designs import random_designs
from xlcalc import Materials, Stack, evaluate
from xlcalc.physics.expression import Expression, is_known, substitute, symbol, symbols
from xlcalc.physics.faults import find_faults
from xlcalc.physics.forms.blocks import block_form
from xlcalc.physics.forms.derivative import derivative
from xlcalc.physics.forms.javascript import javascript
from xlcalc.physics.forms.latex import latex
from xlcalc.physics.forms.python import scalar_form
from xlcalc.physics.forms.resolve import VARIES, needed_inputs, resolve
from xlcalc.physics.inputs import Inputs, kind_of_input
from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.closures import CLOSURES, TOLERANCE
from xlcalc.physics.model.declaration import Model
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.quantities import BREAKDOWN, DESIGN, RESULTS

COUNT = 2000
PLAIN = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC").values
STEPS = {**dict.fromkeys(RESULTS), **dict.fromkeys(BREAKDOWN)}


def step_of(name):
    return "cell_voltage_used_v" if name == "cell_voltage_v" else name


def model_inputs(stack):
    """Inputs of the model for one design, as plain values; NaN where one is not given."""
    inputs = Inputs(stack.values, stack.materials)
    found = {name: inputs.word_or_number(name) for name in STACK_PARTS.used}
    return {name: nan if value is None else value for name, value in found.items()}


def as_numpy(inputs):
    """With numbers by which one may divide zero."""
    return {n: np.float64(v) if isinstance(v, float) else v for n, v in inputs.items()}


@pytest.fixture(scope="module")
def designs():
    return [Stack(**design) for design in random_designs(COUNT, seed=2027)]


@pytest.fixture(scope="module")
def expected(designs):
    """Every step of each design, by the functions of the model called one after the other."""
    with np.errstate(all="ignore"):
        return [STACK_PARTS.values(as_numpy(model_inputs(stack))) for stack in designs]


def assert_same(found, expected, what):
    for name in STEPS:
        want, have = expected[step_of(name)], found[name]
        if isnan(want):
            assert isnan(have), (what, name)
            continue
        # Rounding may leave a part that is not there a little less than nothing.
        want = max(want, 0.0) if name in BREAKDOWN else want
        assert have == pytest.approx(want, rel=1e-12, abs=1e-13), (what, name)


def test_one_design_at_a_time(designs, expected):
    for stack, steps in zip(designs, expected, strict=True):
        results = evaluate(stack)
        assert_same({**results.values, **results.breakdown}, steps, stack)


def test_all_designs_at_once(designs, expected):
    fields = {}
    for name, quantity in DESIGN.items():
        values = [getattr(stack, name) for stack in designs]
        if quantity.kind == "number":
            fields[name] = np.array([nan if v is None else v for v in values])
        else:
            fields[name] = values
    results = evaluate(Stack(**fields))
    columns = {**results.values, **results.breakdown}
    for at, steps in enumerate(expected):
        assert_same({name: columns[name][at] for name in STEPS}, steps, at)


def test_javascript(designs, expected):
    context = quickjs.Context()
    context.eval(javascript(STACK_PARTS))
    for stack, steps in zip(designs, expected, strict=True):
        inputs = {n: None if v != v else v for n, v in model_inputs(stack).items()}
        # NaN has no place in JSON.
        text = context.eval(
            f"JSON.stringify(evaluate({json.dumps(inputs)}), (k, v) => v !== v ? 'NaN' : v)"
        )
        found = {name: nan if v == "NaN" else v for name, v in json.loads(text).items()}
        columns = {n: found[step_of(n)] for n in STEPS}
        columns |= {n: max(columns[n], 0.0) for n in BREAKDOWN}
        assert_same(columns, steps, stack)


def test_javascript_fills_blanks(designs, expected):
    """The fields as they were typed; names of materials are looked up before."""
    context = quickjs.Context()
    context.eval(javascript(STACK_PARTS))
    for stack, steps in zip(designs[:500], expected, strict=False):
        inputs = model_inputs(stack)
        inputs |= {n: stack.values[n] for n in inputs if n in DESIGN}
        inputs = {n: None if v is None or v != v else v for n, v in inputs.items()}
        text = context.eval(f"JSON.stringify(evaluate({json.dumps(inputs)}).energy_density_wh_l)")
        assert json.loads(text) == pytest.approx(steps["energy_density_wh_l"], rel=1e-12)


def test_closures_hold(expected):
    for steps in expected:
        for closure in CLOSURES:
            left, right = (substitute(side, steps) for side in (closure.left, closure.right))
            if not isnan(left):
                assert left == pytest.approx(right, rel=TOLERANCE), closure.name


RATES = ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l")


@pytest.mark.parametrize("result", [*RATES, "swelling_fraction"])
def test_derivatives_are_those_of_differences(designs, result):
    expression = resolve(STACK, [result])[result]
    for stack in designs[:150]:
        inputs = model_inputs(stack)
        for name, at in inputs.items():
            if not isinstance(at, float) or isnan(at) or at == 0:
                continue
            function = substitute(expression, {k: v for k, v in inputs.items() if k != name})
            if is_known(function):
                continue
            step = 1e-5 * at
            low, middle, high = (
                substitute(function, {name: at + move}) for move in (-step, 0.0, step)
            )
            if isnan(middle):
                continue
            slope = substitute(derivative(function, name), {name: at})
            left, right = (middle - low) / step, (high - middle) / step
            scale = abs(middle / at)
            if abs(left - right) > 1e-3 * scale:
                # At a kink of min or max the derivative is that of one side.
                assert min(abs(slope - left), abs(slope - right)) < 1e-3 * scale, name
            else:
                assert slope == pytest.approx((left + right) / 2, rel=1e-6, abs=1e-6 * scale), name


def test_every_step_is_written_in_every_form():
    for model in (STACK_PARTS, STACK_RULES):
        text = javascript(model)
        for name, step in model.steps.items():
            assert isinstance(step.expression, (Expression, float, bool))
            assert f"const {name} = " in text
            assert latex(step.expression, str)


def test_a_step_may_not_branch_in_python():
    model = Model(["metal"])
    with pytest.raises(TypeError, match="must go through where"):

        @model.step()
        def wrong(metal):
            return 1.0 if metal else 0.0


def test_a_step_needs_what_comes_before_it():
    model = Model(["voltage"])
    with pytest.raises(NameError, match="energy: nothing before it is called capacity"):

        @model.step()
        def energy(capacity, voltage):
            return capacity * voltage


def test_what_is_not_asked_for_is_not_worked_out():
    inputs = tuple((n, VARIES) for n in needed_inputs(STACK, ("stack_thickness_um",)))
    assert "cathode_potential_v" not in dict(inputs)
    source = scalar_form(STACK, ("stack_thickness_um",), inputs).source
    assert "loading" not in source


def test_what_is_known_is_folded_away():
    stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", np_ratio=np.linspace(1, 2, 5))
    inputs = Inputs(stack.values, stack.materials)
    names = needed_inputs(STACK, ("stack_thickness_um",))
    kinds = tuple((name, kind_of_input(inputs.of_model(name))) for name in names)
    form = block_form(STACK, ("stack_thickness_um",), kinds)
    assert form.varying == ("np_ratio",)
    assert "where" not in form.source


def test_generated_code_shows_in_tracebacks():
    wanted = ("cathode_thickness_um",)
    form = scalar_form(STACK, wanted, tuple((n, VARIES) for n in needed_inputs(STACK, wanted)))
    design = form.prepare()
    try:
        design(*(0.0 for _ in form.varying))
    except ZeroDivisionError:
        assert "cathode_areal_capacity_mah_cm2" in traceback.format_exc()
    else:
        pytest.fail("a cathode without capacity has no thickness")


def test_symbols_in_order():
    assert symbols(symbol("b") * symbol("a") + symbol("b")) == ["b", "a"]


def test_rules_are_broken_in_javascript_where_they_are_in_python():
    context = quickjs.Context()
    context.eval(javascript(STACK_RULES))
    free = {"anode": "anode-free", "lithium_excess": 2.0, "anode_foil_thickness_um": 20.0}
    for change in (
        {},
        free,
        {"cathode_binder_fraction": 0.5, "anode_carbon_fraction": 0.6},
        {"electrolyte": "liquid electrolyte", "cathode_active_fraction": 0.9},
        {"electrolyte": "liquid electrolyte", "anode_fraction_basis": "volume"},
        {"separator_material": "PP"},
        {"anode": "Li", "lithium_excess": 0.5, "anode_foil_thickness_um": 21.0},
        {"cathode": "Si"},
    ):
        design = {**PLAIN, **change}
        inputs = Inputs(design, Materials.library())
        plain = {name: inputs.word_or_number(name) for name in STACK_RULES.used}
        plain |= {name: design[name] for name in plain if name in DESIGN}
        plain = {name: None if value != value else value for name, value in plain.items()}
        found = json.loads(context.eval(f"JSON.stringify(evaluate({json.dumps(plain)}).faults)"))
        rules = STACK_RULES.rules.values()
        ours = [f.problem(0) for f in find_faults(inputs, ())]
        expected = [(p.field, p.text, p.expected) for p in ours if p.rule in STACK_RULES.rules]
        assert [(f["field"], f["text"], f["expected"]) for f in found] == expected
        assert {f["rule"] for f in found} <= {rule.name for rule in rules}
        assert bool(found) == bool(change)
