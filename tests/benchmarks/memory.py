"""Peak memory of ``xlcalc batch`` over csv and parquet files of some numbers of rows.

``python tests/benchmarks/memory.py 100000 1000000 5000000`` measures every pair of formats;
``--only parquet parquet`` one pair, ``--one-group`` parquet input whose rows are one row group.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent.parent
_BLOCK = 1_000_000


def block(rows: int) -> pa.Table:
    """Designs, a hundred and one that come again and again."""
    kind = np.arange(rows) % 101

    def words(*known: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(kind % len(known), pa.int32()), list(known))

    return pa.table(
        {
            "cathode": words("NMC811"),
            "anode": words("Si", "Li", "Al"),
            "electrolyte": words("LPSC", "LLZO"),
            "np_ratio": 1.05 + kind / 200,
            "separator_thickness_um": 20.0 + kind % 7,
        }
    )


def make(path: Path, rows: int, *, one_group: bool) -> None:
    """Write a file of designs block by block."""
    blocks = [min(_BLOCK, rows - first) for first in range(0, rows, _BLOCK)]
    schema = block(1).schema
    if path.suffix == ".csv":
        plain = pa.schema(
            [
                (f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
                for f in schema
            ]
        )
        with pcsv.CSVWriter(path, plain) as writer:
            for count in blocks:
                writer.write_table(block(count).cast(plain))
    elif one_group:
        pq.write_table(block(rows), path, row_group_size=rows)
    else:
        with pq.ParquetWriter(path, schema) as writer:
            for count in blocks:
                writer.write_table(block(count))


def peak(path: Path, output: Path) -> tuple[float, float]:
    """Megabytes at most, and seconds, of a run in a process of its own."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "xlcalc", "batch", str(path), "--output", str(output)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{path}: exit code {child.returncode}")
    return usage.ru_maxrss / 1024, time.perf_counter() - start


def main() -> None:
    """Measure, and print a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--only", nargs=2, metavar=("FROM", "TO"))
    parser.add_argument("--one-group", action="store_true")
    given = parser.parse_args()
    kinds = ("csv", "parquet")
    pairs = [tuple(given.only)] if given.only else [(a, b) for a in kinds for b in kinds]
    print(f"{'rows':>12}  {'from':>8}  {'to':>8}  {'peak MB':>8}  {'s':>7}  {'output MB':>9}")
    for rows in given.rows:
        for source, target in pairs:
            with tempfile.TemporaryDirectory() as folder:
                path, output = Path(folder, f"in.{source}"), Path(folder, f"out.{target}")
                make(path, rows, one_group=given.one_group)
                megabytes, seconds = peak(path, output)
                size = output.stat().st_size / 1e6
            pair = f"{rows:12,d}  {source:>8}  {target:>8}"
            print(f"{pair}  {megabytes:8.0f}  {seconds:7.1f}  {size:9.0f}", flush=True)


if __name__ == "__main__":
    main()
