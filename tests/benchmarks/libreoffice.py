"""What the functions cost in LibreOffice: ``python tests/benchmarks/libreoffice.py``.

Each figure is the median of several runs with its lowest and highest. Books are calculated by
LibreOffice without a window, with the add-in in a profile of its own; the time of the same book
with plain formulas is taken off. Nothing here passes or fails.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.libreoffice.inside.xlcalc_child import Child
from xlcalc.hosts.libreoffice.setup import Office

ROOT = Path(__file__).resolve().parents[2]
ENERGY = CATALOGUE["SSB_ENERGY_DENSITY"]
STACK = ("NMC811", "Si", "LPSC")
CALL = f'{ENERGY.name}("NMC811","Si","LPSC",{{}})'


def seconds(work: Callable[[], object], repeats: int) -> list[float]:
    """Times of some work."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def show(what: str, times: list[float], unit: str, per_second: float) -> None:
    """A line with median, lowest and highest."""
    middle, low, high = (
        each * per_second for each in (statistics.median(times), min(times), max(times))
    )
    print(f"{what:<58} {middle:9.1f} {unit:<3} ({low:.1f} to {high:.1f})")


def book(path: Path, rows: int, formula: str, *, array: bool = False) -> None:
    """A book with a column of areal capacities and a formula over each, or one over all."""
    sheet = (made := openpyxl.Workbook()).active
    for row in range(1, rows + 1):
        sheet.cell(row, 1, 2.0 + row * 1e-4)
        if not array:
            sheet.cell(row, 2, "=" + formula.format(f"A{row}"))
    if array:
        sheet["B1"] = ArrayFormula(f"B1:B{rows}", "=" + formula.format(f"A1:A{rows}"))
    made.save(path)


def measure_child(folder: Path, repeats: int) -> None:
    """The process behind the functions, without LibreOffice."""

    def start() -> None:
        child = Child(sys.executable, str(ROOT), str(folder / "log"))
        child.call(ENERGY.name, STACK)
        child.stop()

    show("start of the process and a first call", seconds(start, repeats), "ms", 1e3)
    child = Child(sys.executable, str(ROOT), str(folder / "log"))
    calls = 5000

    def ask() -> None:
        for row in range(calls):
            child.call(ENERGY.name, (*STACK, 2.0 + row * 1e-4))

    times = [each / calls for each in seconds(ask, repeats)]
    show("a call through the pipes", times, "µs", 1e6)
    child.stop()


def measure_office(folder: Path, rows: int, repeats: int) -> None:
    """Whole books through LibreOffice."""
    # Root may install for all users only; theirs is here too, so that nothing else sees it.
    own = {"UserInstallation": "profile", "UNO_SHARED_PACKAGES_CACHE": "shared"}
    os.environ.update({name: (folder / place).as_uri() for name, place in own.items()})
    office = Office.find()
    office.check()
    office.install()
    office.try_out()
    books = {"plain": ("2*{}+1", False), "cells": (CALL, False), "array": (CALL, True)}
    times: dict[str, list[float]] = {name: [] for name in books}
    for name, (formula, array) in books.items():
        book(folder / f"{name}.xlsx", rows, formula, array=array)
    for _ in range(repeats):
        for name in books:
            command = [office.program, "--headless", "--convert-to", "csv", "--outdir", folder]
            command.append(folder / f"{name}.xlsx")
            times[name] += seconds(
                lambda command=command: subprocess.run(command, capture_output=True, check=True), 1
            )
    for name in ("cells", "array"):
        last = (folder / f"{name}.csv").read_text().splitlines()[-1].split(",")
        assert abs(float(last[1]) - ENERGY(*STACK, 2.0 + rows * 1e-4)) < 1e-3, last
    # Rivals run in turn, so that a pair of runs met the same machine.
    more = {
        name: [ours - plain for ours, plain in zip(times[name], times["plain"], strict=True)]
        for name in ("cells", "array")
    }
    show(f"{rows} rows, a plain formula each, with LibreOffice's start", times["plain"], "s", 1)
    show(f"{rows} rows, a call each, on top of that", more["cells"], "s", 1)
    show(f"{rows} rows, one array formula, on top of that", more["array"], "s", 1)
    show("a call of a single cell", [each / rows for each in more["cells"]], "µs", 1e6)
    ratios = [c / max(a, 1e-3) for c, a in zip(more["cells"], more["array"], strict=True)]
    show("single cells against one array formula", ratios, "x", 1)


def main(rows: int = 10_000, repeats: int = 5) -> None:
    """Measure and print."""
    with TemporaryDirectory() as name:
        measure_child(Path(name), repeats)
        measure_office(Path(name), rows, repeats)


if __name__ == "__main__":
    main()
