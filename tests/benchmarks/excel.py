"""Measure the way from a VBA wrapper to a function: ``python -m tests.benchmarks.excel``.

xlwings' own code runs on stubs of COM, so what Windows adds to a call is not in these figures.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from tests.support.excel_stubs import stub_windows

ROWS = 10_000
MODULE = "xlcalc.hosts.excel"


def seconds(work: Callable[[], object], repeat: int = 1) -> float:
    """Median of seven, per repetition."""
    found = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(repeat):
            work()
        found.append((time.perf_counter() - start) / repeat)
    return statistics.median(found)


def cold(code: str) -> float:
    """Seconds of a new Python for some code."""
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True))


def main() -> None:
    stub_windows()
    from xlwings import com_server, udfs

    call = com_server.XLPython().CallUDF
    module = udfs.get_udf_module(MODULE, None)
    name, words, rest = "SSB_ENERGY_DENSITY", ("NMC811", "Si", "LPSC"), (None,) * 8

    def nothing(*cells: object) -> list[list[float]]:
        return [[1.0]]

    nothing.__xlfunc__ = module.SSB_ENERGY_DENSITY.__xlfunc__  # type: ignore[attr-defined]
    module.NOTHING = nothing
    whole = seconds(lambda: call(MODULE, name, (*words, 4.0, *rest)), 2000)
    bare = seconds(lambda: call(MODULE, "NOTHING", (*words, 4.0, *rest)), 2000)
    print(f"a call {whole * 1e6:.1f} us; of a function that does nothing {bare * 1e6:.1f} us")

    column = tuple((1 + row * 1e-4,) for row in range(ROWS))
    together = seconds(lambda: call(MODULE, name, (*words, column, *rest)))
    single = seconds(lambda: [call(MODULE, name, (*words, cell, *rest)) for (cell,) in column])
    print(f"{ROWS:,} cells in one call: {single / together:.1f} times faster (aim: 5)")

    start, numpy = cold("pass"), cold("import numpy")
    for what in ("xlwings", MODULE):
        took = cold(f"import {what}")
        print(f"import {what}: {took:.2f} s, {(took - start) / (numpy - start):.1f} of numpy's")


if __name__ == "__main__":
    main()
