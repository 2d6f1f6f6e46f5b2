"""Writing results as xlsx against other writers: ``python tests/benchmarks/xlsx.py``.

Every writer gets the same two tables, Results and Breakdown, ready in memory in the form it takes
fastest, and writes them to a file on the same disk; ours writes styles, chart, materials and words
besides. Each run is a process of its own, in turn with the others'. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from xlcalc.physics.materials import Materials
from xlcalc.tables.columns import table_of_designs
from xlcalc.tables.evaluate import evaluate_rows
from xlcalc.tables.summary import BatchResult, RunSummary

ANODES = ("Si", "Al", "Sn", "graphite")


def results(count: int) -> BatchResult:
    """Results of designs that differ in seven columns, with one of the user's own."""
    random = np.random.default_rng(1)
    numbers = {
        "cathode_areal_capacity_mah_cm2": random.uniform(2, 6, count),
        "np_ratio": random.uniform(1, 1.5, count),
        "separator_thickness_um": random.uniform(5, 100, count),
        "cathode_active_fraction": random.uniform(0.5, 0.9, count),
    }
    words = {
        "design": [f"d{n}" for n in range(count)],
        "cathode": ["NMC811"] * count,
        "anode": [ANODES[n % len(ANODES)] for n in range(count)],
        "electrolyte": ["LPSC"] * count,
        "lot": [f"L{n % 7}" for n in range(count)],
    }
    table = table_of_designs(
        [*words, *numbers],
        [*words.values(), *numbers.values()],
        range(2, count + 2),
        source="designs.csv",
    )
    done = evaluate_rows(table, Materials.library())
    return BatchResult(
        summary=RunSummary(read=count, evaluated=count - done.in_error),
        columns=done.columns,
        extra=done.extra,
        breakdown=done.breakdown(),
        sources=[table.source],
        materials=done.materials_used(),
    )


def frames(batch: BatchResult):
    """The two tables as polars makes the best of them."""
    import polars

    parts = {"design": batch.columns["design"], **batch.breakdown}
    made = {}
    for title, columns in (
        ("Results", {**batch.columns, **batch.extra}),
        ("Breakdown", parts),
    ):
        made[title] = polars.DataFrame(
            {
                name: list(values) if getattr(values, "dtype", None) == np.object_ else values
                for name, values in columns.items()
            },
            nan_to_null=True,
        )
    return made


def ours(path: str, batch: BatchResult):
    from xlcalc.workbooks.writing.results import write_results

    def write():
        with open(path, "wb") as file:
            write_results(batch, file)

    return write


def rustpy_frames(path: str, batch: BatchResult):
    from rustpy_xlsxwriter import FastExcel

    tables = frames(batch)

    def write():
        book = FastExcel(path)
        for title, frame in tables.items():
            book = book.sheet(title, frame)
        book.save()

    return write


def rustpy_records(path: str, batch: BatchResult):
    from rustpy_xlsxwriter import FastExcel

    tables = frames(batch)

    def write():
        book = FastExcel(path)
        for title, frame in tables.items():
            book = book.sheet(title, frame.iter_rows(named=True))
        book.save()

    return write


def polars_excel(path: str, batch: BatchResult):
    import xlsxwriter

    tables = frames(batch)

    def write():
        with xlsxwriter.Workbook(path) as book:
            for title, frame in tables.items():
                frame.write_excel(book, title)

    return write


def xlsxwriter_rows(path: str, batch: BatchResult):
    import xlsxwriter

    tables = frames(batch)

    def write():
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            for title, frame in tables.items():
                sheet = book.add_worksheet(title)
                sheet.write_row(0, 0, frame.columns)
                for number, row in enumerate(frame.iter_rows(), start=1):
                    sheet.write_row(number, 0, row)

    return write


def openpyxl_rows(path: str, batch: BatchResult):
    import openpyxl

    tables = frames(batch)

    def write():
        book = openpyxl.Workbook(write_only=True)
        for title, frame in tables.items():
            sheet = book.create_sheet(title)
            sheet.append(frame.columns)
            for row in frame.iter_rows():
                sheet.append(row)
        book.save(path)

    return write


WRITERS = {
    "xlcalc": ours,
    "rustpy-xlsxwriter, polars frames": rustpy_frames,
    "rustpy-xlsxwriter, records": rustpy_records,
    "xlsxwriter, constant memory": xlsxwriter_rows,
    "polars.write_excel": polars_excel,
    "openpyxl, write-only": openpyxl_rows,
}


def one(name: str, count: int, path: str) -> None:
    """Write once; prints seconds, CPU seconds and the peak of memory beyond the tables in MB."""
    write = WRITERS[name](path, results(count))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    write()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(wall, cpu, peak, Path(path).stat().st_size / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--designs", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--writers", nargs="*", default=list(WRITERS), choices=WRITERS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one(chosen.one[0], chosen.designs, chosen.one[1])
        return
    figures: dict[str, list[list[float]]] = {name: [] for name in chosen.writers}
    with TemporaryDirectory() as folder:
        for _ in range(chosen.runs):
            for name, found in figures.items():
                command = [sys.executable, __file__, "--designs", str(chosen.designs)]
                command += ["--one", name, f"{folder}/out.xlsx"]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found.append([float(word) for word in done.stdout.split()])
    print(f"Results and Breakdown of {chosen.designs:,} designs; medians of {chosen.runs} runs\n")
    print(f"{'writer':<36}{'wall s':>8}{'CPU s':>8}{'/ ours':>8}{'MB more':>9}{'file MB':>9}")
    middles = {n: [statistics.median(c) for c in zip(*f, strict=True)] for n, f in figures.items()}
    for name, (wall, cpu, peak, size) in middles.items():
        ratio = wall / middles[next(iter(middles))][0]
        print(f"{name:<36}{wall:8.2f}{cpu:8.2f}{ratio:8.2f}{peak:9.0f}{size:9.1f}")


if __name__ == "__main__":
    main()
