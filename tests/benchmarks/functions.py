"""What the functions cost, from Python and headless: ``python tests/benchmarks/functions.py``.

A call against the same arithmetic without any check; a workbook through `recalc` against
LibreOffice on the same file; a model run over and over. Each figure is the median of several runs
with its lowest and highest, rivals in turn. Nothing here passes or fails; the aim stands beside it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.as_users import keep_bytecode
from tests.benchmarks.run import row, spread, steps
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.runs.scenarios import run_scenarios
from xlcalc.workbooks.formulas.recalculate import recalculate

ENERGY = CATALOGUE["SSB_ENERGY_DENSITY"]
STACK = ("NMC811", "Si", "LPSC")
NUMBERS = (4.0, 1.1, 20.0, 0.6, 0.6, 3.4)


def _each(work: Callable[[], object], calls: int) -> float:
    """Seconds of one of many calls."""
    return timeit.timeit(work, number=calls) / calls


def calls(runs: int) -> None:
    """One call from Python."""
    _, _, length, _, _, _, energy, _ = steps(*NUMBERS, min)
    assert abs(ENERGY(*STACK, *NUMBERS) / (energy / length) - 1) < 1e-12
    ours, rival, default = [], [], []
    for _ in range(runs):
        # Without the last division, so that nothing but the arithmetic is in it.
        rival.append(_each(lambda: steps(*NUMBERS, min), 20_000))
        ours.append(_each(lambda: ENERGY(*STACK, *NUMBERS), 20_000))
        default.append(_each(lambda: ENERGY(*STACK), 20_000))
    row("a validated scalar call [us]", spread([s * 1e6 for s in ours]))
    ratios = [a / b for a, b in zip(ours, rival, strict=True)]
    row("  the same / its bare arithmetic", spread(ratios), "aim 4")
    row("  with every argument at its default [us]", spread([s * 1e6 for s in default]))
    column = [[3 + at * 1e-4] for at in range(10_000)]
    ratios = []
    for _ in range(runs):
        single = timeit.timeit(lambda: [ENERGY(*STACK, cell) for (cell,) in column], number=1)
        ratios.append(single / timeit.timeit(lambda: ENERGY(*STACK, column), number=1))
    row("  10,000 calls / one call of a column of 10,000", spread(ratios, 1), "aim 5")


def _book(path: Path, rows: int, kind: str) -> None:
    """A workbook of designs: a call a row, one array formula, or formulas of the workbook's own."""
    book = openpyxl.Workbook()
    sheet = book.active
    capacity = [3 + at * 1e-4 for at in range(rows)]
    for at, value in enumerate(capacity, start=1):
        sheet.cell(at, 1, value)
        if kind == "calls":
            sheet.cell(at, 2, f'=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A{at})')
        elif kind == "own":
            # Half a dozen steps of the same arithmetic, each in a cell of its own.
            for column, text in enumerate(
                (
                    f"=A{at}/(200*4.78*0.6)",
                    f"=1.1*A{at}/(3579*2.33*0.6)",
                    f"=0.001+B{at}+0.002+C{at}+0.001",
                    f"=A{at}*3.4",
                    f"=E{at}/D{at}",
                    f'=IF(F{at}>1000,"high","low")',
                ),
                start=2,
            ):
                sheet.cell(at, column, text)
    if kind == "array":
        text = f'=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A1:A{rows})'
        sheet["B1"] = ArrayFormula(f"B1:B{rows}", text)
    book.save(path)


def workbooks(runs: int, rows: int) -> None:
    """`recalc` against LibreOffice headless, with the add-in, on the same files."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        keep_bytecode(folder)
        office = _office(folder)
        for kind, words in (
            ("calls", f"{rows:,} rows, a function call each"),
            ("array", f"{rows:,} rows, one array formula"),
            ("own", f"{rows:,} rows, six formulas of the workbook's own each"),
        ):
            path = folder / f"{kind}.xlsx"
            _book(path, rows, kind)
            _timed([*_xlcalc(), "recalc", path, "-o", folder / "new.xlsx"])
            ours, theirs, started = [], [], []
            for _ in range(runs):
                started.append(_timed([*_xlcalc(), "recalc", path, "-o", folder / "new.xlsx"]))
                start = time.perf_counter()
                recalculate(path, folder / "new.xlsx")
                ours.append(time.perf_counter() - start)
                if office:
                    theirs.append(_timed([*office, path]))
            row(f"recalc, {words} [s]", spread(ours))
            if office:
                row("  xlcalc recalc with its start [s]", spread(started))
                row("  LibreOffice with its start [s]", spread(theirs))
                ratios = [a / b for a, b in zip(theirs, started, strict=True)]
                row(
                    "  LibreOffice / xlcalc recalc, both with their start",
                    spread(ratios, 1),
                    "aim 5",
                )


def _xlcalc() -> list[str]:
    return [sys.executable, "-m", "xlcalc"]


def _timed(command: list[object]) -> float:
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return time.perf_counter() - start


def _office(folder: Path) -> list[object] | None:
    program = shutil.which("soffice")
    if program is None:
        return None
    # Root may install for all users only; theirs is here too, so that nothing else sees it.
    own = {"UserInstallation": "profile", "UNO_SHARED_PACKAGES_CACHE": "shared"}
    os.environ.update({name: (folder / place).as_uri() for name, place in own.items()})
    subprocess.run([*_xlcalc(), "libreoffice", "install"], check=True, capture_output=True)
    return [program, "--headless", "--convert-to", "xlsx", "--outdir", folder / "out"]


def scenarios(runs: int, count: int) -> None:
    """An engineer's own model, once per row of inputs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _book(folder / "model.xlsx", 1, "own")
        book = openpyxl.load_workbook(folder / "model.xlsx")
        book.defined_names["capacity"] = DefinedName("capacity", attr_text="Sheet!$A$1")
        book.defined_names["energy"] = DefinedName("energy", attr_text="Sheet!$F$1")
        book.active["F1"] = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A1)+E1/D1'
        book.save(folder / "model.xlsx")
        rows = "\n".join(str(3 + at * 1e-4) for at in range(count))
        (folder / "cases.csv").write_text(f"capacity\n{rows}\n")
        rates = []
        for _ in range(runs):
            start = time.perf_counter()
            run_scenarios(folder / "model.xlsx", folder / "cases.csv", ["energy"])
            rates.append(count / (time.perf_counter() - start) * 60 / 1000)
        row("scenarios of a small model [thousands a minute]", spread(rates, 0), "aim: thousands")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    chosen = parser.parse_args()
    calls(chosen.runs)
    workbooks(chosen.runs, chosen.rows)
    scenarios(chosen.runs, chosen.rows)


if __name__ == "__main__":
    main()
