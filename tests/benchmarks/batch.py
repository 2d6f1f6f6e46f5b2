"""Whole runs against the fastest readers and writers: ``python tests/benchmarks/batch.py``.

Runs of `xlcalc batch` over csv, parquet and xlsx files stand beside reading the same input and
writing the same results with the fastest libraries, each run a process of its own, in turn. Then
small files, a folder of workbooks, and memory. Nothing here passes or fails; the aim stands beside.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.as_users import keep_bytecode

MB = 2**20


def designs(count: int, first: int = 0):
    """Designs of a parameter study, as an Arrow table."""
    import pyarrow as pa

    random = np.random.default_rng(1 + first)

    def number(low: float, high: float, digits: int):
        return np.round(random.uniform(low, high, count), digits)

    def word(*words: str):
        codes = pa.array(random.integers(0, len(words), count).astype("int32"))
        return pa.DictionaryArray.from_arrays(codes, pa.array(words)).dictionary_decode()

    return pa.table(
        {
            "design": pa.array([f"D{n}" for n in range(first, first + count)]),
            "cathode": word("NMC811"),
            "anode": word("Si", "Al", "Sn", "In"),
            "electrolyte": word("LPSC", "LLZO"),
            "cathode_areal_capacity_mah_cm2": number(2, 6, 2),
            "np_ratio": number(1, 1.5, 3),
            "separator_thickness_um": number(10, 60, 1),
            "cathode_active_fraction": number(0.6, 0.8, 3),
            "anode_active_fraction": number(0.4, 0.8, 3),
            "cathode_porosity": number(0, 0.1, 3),
            "positive_foil_thickness_um": number(8, 15, 1),
            "negative_foil_thickness_um": number(6, 12, 1),
            "cell_voltage_v": number(3, 4, 3),
            "lot": word("A7", "B8", "C9"),
            "cost": number(1, 9, 2),
        }
    )


def write(path: Path, count: int, at_a_time: int = 1_000_000) -> None:
    """A file of designs, written piece by piece."""
    import pyarrow.csv as pcsv
    import pyarrow.parquet as pq

    if path.suffix == ".xlsx":
        from rustpy_xlsxwriter import FastExcel

        FastExcel(str(path)).sheet("Stacks", designs(count).to_pylist()).save()
        return
    writer = None
    for first in range(0, count, at_a_time):
        table = designs(min(at_a_time, count - first), first)
        if writer is None:
            kind = pcsv.CSVWriter if path.suffix == ".csv" else pq.ParquetWriter
            writer = kind(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


# What a process of its own does, by name; the first words, which load libraries, are not measured.
RIVALS = {
    ".csv": (
        "import polars as pl; results = pl.read_csv({results!r})",
        "pl.read_csv({input!r}); results.write_csv({output!r})",
    ),
    ".parquet": (
        "import polars as pl; results = pl.read_parquet({results!r})",
        "pl.read_parquet({input!r}); results.write_parquet({output!r})",
    ),
    ".xlsx": (
        "import fastexcel; from rustpy_xlsxwriter import FastExcel; import polars as pl; "
        "book = fastexcel.read_excel({results!r}); "
        "sheets = {{n: book.load_sheet(n, header_row=1 if n == 'Results' else 0).to_polars() "
        "for n in ('Results', 'Breakdown')}}",
        "fastexcel.read_excel({input!r}).load_sheet(0).to_polars(); new = FastExcel({output!r})\n"
        "for name, sheet in sheets.items(): new = new.sheet(name, sheet)\n"
        "new.save()",
    ),
}
OURS = (
    "from pathlib import Path; from xlcalc.runs.batch import run; "
    "import orjson, pyarrow.compute, pyarrow.csv, pyarrow.parquet",
    "run([Path({input!r})], Path({output!r}))",
)


def measured(prepare: str, work: str, **names: str) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processors, and megabytes of a process of its own."""
    code = (
        f"import time, resource\n{prepare.format(**names)}\n"
        f"a, b = time.perf_counter(), time.process_time()\n{work.format(**names)}\n"
        "print(time.perf_counter() - a, time.process_time() - b, "
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wall, processor, size = done.stdout.split()[-3:]
    return float(wall), float(processor), float(size)


def row(what: str, value: str, aim: str = "") -> None:
    print(f"{what:<66} {value:<28} {aim}", flush=True)


def spread(values: list[float], digits: int = 2) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def against_rivals(folder: Path, suffix: str, count: int, runs: int, aim: str) -> None:
    """A run against reading its input and writing its results with the fastest libraries."""
    source, results = folder / f"in{suffix}", folder / f"results{suffix}"
    write(source, count)
    names = {"input": str(source), "results": str(results), "output": str(folder / f"out{suffix}")}
    subprocess.run(
        [sys.executable, "-m", "xlcalc", "batch", source, "-o", results],
        check=True,
        capture_output=True,
    )
    ours, rivals = [], []
    for _ in range(runs):
        rivals.append(measured(*RIVALS[suffix], **names))
        ours.append(measured(*OURS, **names))
    label = f"{suffix} to {suffix}, {count:,} designs"
    row(f"{label} [s]", spread([one[0] for one in ours]))
    ratios = [one[0] / other[0] for one, other in zip(ours, rivals, strict=True)]
    row("  batch / fastest reader and writer, on the clock", spread(ratios), aim)
    ratios = [one[1] / other[1] for one, other in zip(ours, rivals, strict=True)]
    row("  the same, of processors", spread(ratios))
    row("  most memory [MB]", spread([one[2] for one in ours], 0))
    for path in folder.iterdir():
        path.unlink()


def share_of_evaluation(count: int, runs: int) -> None:
    """What the arithmetic takes of a run."""
    from xlcalc import Stack, evaluate
    from xlcalc.runs.batch import run

    with TemporaryDirectory() as name:
        source = Path(name) / "in.parquet"
        write(source, count)
        columns = designs(count).select(range(1, 13)).to_pydict()
        shares = []
        for _ in range(runs):
            start = time.perf_counter()
            run([source], Path(name) / "out.parquet")
            whole = time.perf_counter() - start
            stack = Stack(**columns)
            start = time.perf_counter()
            evaluate(stack)
            shares.append(100 * (time.perf_counter() - start) / whole)
    row(f"evaluation of a parquet run of {count:,} designs [%]", spread(shares, 1), "aim below 10")


def small(runs: int) -> None:
    """A hundred designs from a workbook to a workbook, the whole program, against IronCalc."""
    import ironcalc
    from openpyxl import Workbook

    with TemporaryDirectory() as name:
        keep_bytecode(Path(name))
        source, model = Path(name) / "in.xlsx", Path(name) / "model.xlsx"
        write(source, 100)
        book = Workbook()
        sheet = book.active
        sheet.append([f"c{n}" for n in range(40)])
        for n in range(2, 102):
            sheet.append(
                [2 + n / 100, 1.1, 20, *(f"=A{n}*{k}/(B{n}*C{n}+{k})" for k in range(1, 38))]
            )
        book.save(model)
        rival = f"import ironcalc\nm = ironcalc.load_from_xlsx({str(model)!r}, 'en', 'UTC', 'en')\n"
        rival += f"m.evaluate()\nm.save_to_xlsx({str(Path(name) / 'new.xlsx')!r})"
        command = [sys.executable, "-m", "xlcalc", "batch", source, "-o"]
        _seconds([*command, Path(name) / "first.xlsx"])
        ours, rivals, numpys = [], [], []
        for n in range(runs):
            (Path(name) / "new.xlsx").unlink(missing_ok=True)
            rivals.append(_seconds([sys.executable, "-c", rival]))
            ours.append(_seconds([*command, Path(name) / f"out{n}.xlsx"]))
            numpys.append(_seconds([sys.executable, "-c", "import numpy"]))
    assert ironcalc
    row("100 designs, xlsx to xlsx, the whole program [s]", spread(ours))
    ratios = [one / other for one, other in zip(ours, rivals, strict=True)]
    row("  against IronCalc's run of as many formulas", spread(ratios), "aim at most 4")
    ratios = [one / other for one, other in zip(ours, numpys, strict=True)]
    row("  against Python importing NumPy", spread(ratios))


def _seconds(command) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def folder_of_workbooks(count: int, runs: int) -> None:
    """Many small workbooks in one run, on one processor."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        for n in range(count):
            write(folder / f"cell{n}.xlsx", 10)
        code = (
            "import os, time\nif hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, {0})\n"
            "from pathlib import Path\nfrom xlcalc.runs.batch import run\n"
            f"folder = Path({str(folder)!r})\nrun([next(folder.iterdir())])\n"
            "start = time.perf_counter()\n"
            f"run([folder], Path({str(Path(name) / 'out.csv')!r}))\n"
            "print(time.perf_counter() - start)"
        )
        rates = []
        for _ in range(runs):
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            )
            rates.append(count / float(done.stdout.split()[-1]))
    row(f"{count:,} workbooks of ten designs, one processor [a second]", spread(rates, 0), "aim 50")


def memory(counts: list[int]) -> None:
    """Most memory of runs over files of several lengths."""
    with TemporaryDirectory() as name:
        for source, target in ((".csv", ".csv"), (".csv", ".parquet"), (".parquet", ".parquet")):
            sizes = []
            for count in counts:
                path, output = Path(name) / f"in{source}", Path(name) / f"out{target}"
                write(path, count)
                command = [sys.executable, "-m", "xlcalc", "batch", str(path), "-o", str(output)]
                process = os.spawnv(os.P_NOWAIT, sys.executable, command)
                _, status, used = os.wait4(process, 0)
                assert status == 0
                sizes.append(used.ru_maxrss / 1024)
            lengths = ", ".join(f"{count:,}" for count in counts)
            shown = ", ".join(f"{size:.0f}" for size in sizes)
            row(f"memory of {source} to {target}, {lengths} designs [MB]", shown, "aim below 1000")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", help="csv, parquet, xlsx, share, small, folder or memory")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def wanted(what: str) -> bool:
        return options.only in (None, what)

    with TemporaryDirectory() as name:
        for suffix, counts, aim in (
            (".csv", [options.rows], "aim 1.3"),
            (".parquet", [options.rows], "aim 1.3"),
            (".xlsx", [options.rows // 10, options.rows], "aim 1.25"),
        ):
            for count in counts if wanted(suffix[1:]) else ():
                against_rivals(Path(name), suffix, count, options.runs, aim)
    if wanted("share"):
        share_of_evaluation(options.rows, options.runs)
    if wanted("small"):
        small(options.runs)
    if wanted("folder"):
        folder_of_workbooks(1000, 3)
    if wanted("memory"):
        memory([options.rows // 10, options.rows, 3 * options.rows])


if __name__ == "__main__":
    main()
