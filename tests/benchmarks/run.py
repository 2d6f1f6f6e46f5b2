"""Measure speed and memory as ratios against stated rivals: ``python tests/benchmarks/run.py``.

Each figure is the median of several runs with its lowest and highest. Rivals run beside ours, in
turn, on the same data. Nothing here passes or fails; the aim of each ratio stands beside it.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from xlcalc import Materials, Stack, evaluate
from xlcalc.physics.categorical import encode
from xlcalc.physics.quantities import RESULTS

MB = 2**20


def inputs(count: int) -> dict[str, np.ndarray]:
    """Designs that differ in six numbers, as a Monte Carlo run makes them."""
    random = np.random.default_rng(1)
    return {
        "cathode_areal_capacity_mah_cm2": random.uniform(2, 6, count),
        "np_ratio": random.uniform(1, 1.5, count),
        "separator_thickness_um": random.uniform(5, 100, count),
        "cathode_active_fraction": random.uniform(0.5, 0.9, count),
        "anode_active_fraction": random.uniform(0.3, 1.0, count),
        "cell_voltage_v": random.uniform(3, 4, count),
    }


MATERIALS = {"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC"}


def steps(capacity, ratio, separator, cathode_share, anode_share, voltage, least):
    """Thicknesses, loadings, energy and growth as one would write them down, without any check."""
    l_c = capacity / (200 * 4.78 * cathode_share)
    l_a = ratio * capacity / (3579 * 2.33 * anode_share)
    m_c = l_c * (4.78 * cathode_share + 1.86 * (1 - cathode_share))
    m_a = l_a * (2.33 * anode_share + 1.86 * (1 - anode_share))
    length = 10e-4 + l_c + separator * 1e-4 + l_a + 10e-4
    mass = 10e-4 * 2.7 + m_c + separator * 1e-4 * 1.86 + m_a + 10e-4 * 8.96
    energy = capacity * voltage
    growth = l_a * anode_share * 3.2 * least(1.0, 1 / ratio)
    return l_c, l_a, length, m_c, m_a, mass, energy, growth


def expression(capacity, ratio, separator, cathode_share, anode_share, voltage, least=np.minimum):
    """The results of those designs, as one NumPy expression or for one design in plain numbers."""
    l_c, l_a, length, m_c, m_a, mass, energy, growth = steps(
        capacity, ratio, separator, cathode_share, anode_share, voltage, least
    )
    charged = length + growth
    return (
        l_c * 1e4,
        l_a * 1e4,
        length * 1e4,
        m_c * 1e3,
        m_a * 1e3,
        mass * 1e3,
        ratio * capacity,
        voltage * 1.0,
        energy,
        energy / mass,
        energy / length,
        charged * 1e4,
        energy / charged,
        growth / length,
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spread(values: list[float], digits: int = 2) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def row(what: str, value: str, aim: str = "") -> None:
    print(f"{what:<72} {value:<26} {aim}")


def evaluation(count: int, runs: int) -> None:
    """Evaluate against the whole-array expression and against a loop over rows."""
    columns = inputs(count)
    stack = Stack(**MATERIALS, **columns)
    out = {name: np.zeros(count) for name in RESULTS}
    check = expression(*columns.values())
    evaluate(stack, out=out)
    for name, values in zip(RESULTS, check, strict=True):
        assert np.allclose(out[name], values, rtol=1e-12, atol=0), name
    del check
    ours, fresh, naive, checked = [], [], [], []
    for _ in range(runs):
        naive.append(seconds(lambda: expression(*columns.values())))
        ours.append(seconds(lambda: evaluate(stack, out=out)))
        fresh.append(seconds(lambda: evaluate(stack)))
        checked.append(seconds(lambda: Stack(**MATERIALS, **columns)))
    few = min(count, 200_000)
    rows = list(zip(*(values[:few].tolist() for values in columns.values()), strict=True))
    loop = seconds(lambda: [expression(*numbers, least=min) for numbers in rows]) / few * count
    row(f"evaluate, {count:,} designs, 14 results into given arrays [s]", spread(ours))
    row("  millions of designs a second", spread([count / 1e6 / s for s in ours], 1))
    row("  whole-array NumPy expression / evaluate", _ratio(naive, ours), "aim 10")
    row("  loop over rows in Python / evaluate", spread([loop / s for s in ours], 0), "aim 40")
    row("  evaluate into fresh arrays / into given ones", _ratio(fresh, ours))
    row("  checking the designs (Stack) / evaluate", _ratio(checked, ours))


def _ratio(rival: list[float], ours: list[float]) -> str:
    return spread([a / b for a, b in zip(rival, ours, strict=True)])


def first_call(count: int, runs: int) -> None:
    """The same in fresh processes, where new memory must come from the system."""
    code = (
        "import sys, time; sys.path.insert(0, {here!r}); import numpy as np; import run;"
        "from xlcalc import Stack, evaluate;"
        "from xlcalc.physics.quantities import RESULTS;"
        "columns = run.inputs({count});"
        "stack = Stack(**run.MATERIALS, **columns);"
        "out = {{name: np.zeros({count}) for name in RESULTS}} if {ours} else None;"
        "[values.fill(0) for values in (out or {{}}).values()];"
        "work = (lambda: evaluate(stack, out=out)) if {ours} else"
        " (lambda: run.expression(*columns.values()));"
        "print(run.seconds(work))"
    )
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(runs):
        for ours in (False, True):
            script = code.format(here=sys.path[0], count=count, ours=ours)
            times[ours].append(float(_output(script)))
    row(
        "  the same, first call of a process: expression / evaluate",
        _ratio(times[False], times[True]),
        "aim 10",
    )


def memory(count: int) -> None:
    """Peak memory beyond inputs and outputs, in a process of its own."""
    if not Path("/proc/self/status").exists():
        row("memory beyond inputs and outputs", "measured on Linux only")
        return
    code = (
        f"import sys; sys.path.insert(0, {sys.path[0]!r}); import numpy as np; import run;"
        "from xlcalc import Stack, evaluate;"
        "from xlcalc.physics.quantities import RESULTS;"
        "peak = lambda: next(int(line.split()[1]) / 1024 for line in open('/proc/self/status')"
        " if line.startswith('VmHWM'));"
        f"evaluate(Stack(**run.MATERIALS)); columns = run.inputs({count});"
        f"out = {{name: np.ones({count}) for name in RESULTS}}; before = peak();"
        "evaluate(Stack(**run.MATERIALS, **columns), out=out); print(peak() - before)"
    )
    row(
        f"memory for {count:,} designs beyond inputs and outputs [MB]",
        f"{float(_output(code)):.0f}",
        "aim under 100",
    )


def names(count: int, runs: int) -> None:
    """Names to codes, asking about each distinct name once."""
    library = Materials.library()
    values = np.array(["Si", "Al", "silicon", "Sn", "None"] * (count // 5), dtype=object)
    times = [seconds(lambda: encode(values, library.anode_name)) for _ in range(runs)]
    row("material names to codes [ns a row]", spread([t / count * 1e9 for t in times], 0))
    single = [seconds(lambda: [library.anode_name(v) for v in values[:100_000]]) for _ in range(3)]
    per_row = statistics.median(single) / 100_000
    row(
        "  looking up each row / each distinct name",
        spread([per_row / (t / count) for t in times], 0),
    )


def _output(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def _cpu(arguments: list[str]) -> float:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def start(runs: int) -> None:
    """CPU time of starting, against NumPy's import and bare Python."""
    if sys.platform == "win32":
        row("CPU time of starting", "not measured on Windows")
        return
    for what, ours, rival, aim in (
        (
            "import xlcalc / import numpy",
            ["-c", "import xlcalc"],
            ["-c", "import numpy"],
            "aim 1.3",
        ),
        (
            "from xlcalc import Stack, evaluate / import numpy",
            ["-c", "from xlcalc import Stack, evaluate"],
            ["-c", "import numpy"],
            "aim 1.3",
        ),
        ("xlcalc --help / bare Python", ["-m", "xlcalc", "--help"], ["-c", "pass"], "aim 6"),
        ("xlcalc --version / bare Python", ["-m", "xlcalc", "--version"], ["-c", "pass"], ""),
    ):
        pairs = [(_cpu(ours), _cpu(rival)) for _ in range(runs + 1)][1:]
        row(what, spread([a / b for a, b in pairs]), aim)


def templates(runs: int, *, large: bool) -> None:
    """Making the stack template: 20 designs on one core, and how the cost grows."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.support.random_designs import random_designs
    from xlcalc.templates import TEMPLATES
    from xlcalc.templates.designs import designs_of
    from xlcalc.templates.emit import write

    def make(count: int) -> float:
        designs = designs_of(random_designs(count, seed=1))
        start = time.process_time()
        write(TEMPLATES["stack"].build(designs), io.BytesIO())
        return time.process_time() - start

    few = [make(20) for _ in range(runs)]
    row("stack template with 20 designs: CPU seconds", spread(few), "aim: about 1")
    each = [(make(500) - few_one) / 480 * 1e3 for few_one in few[:3]]
    row("a further design in stack, up to 500: ms", spread(each, 1))
    if large:
        many = (make(10_000) - statistics.median(few)) / 9_980 * 1e3
        row("a further design in stack, up to 10,000: ms", f"{many:.1f}", "aim: as up to 500")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--designs", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    print(
        f"Python {sys.version.split()[0]}, NumPy {np.__version__}; medians of {chosen.runs} runs\n"
    )
    evaluation(chosen.designs, chosen.runs)
    first_call(chosen.designs, max(3, chosen.runs // 2))
    memory(chosen.designs)
    names(1_000_000, chosen.runs)
    start(2 * chosen.runs)
    templates(chosen.runs, large=chosen.designs >= 10_000_000)


if __name__ == "__main__":
    main()
