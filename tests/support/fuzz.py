"""Files made wrong at random: ``python -m tests.support.fuzz --runs 20000``.

Each is a good file changed with an eye for its structure: cells, elements and attributes of a
workbook's parts, its archive, lines and signs of csv, types and bytes of parquet. A process reads
them one by one as the command line would; its death, a traceback, rows that do not add up, or more
than two seconds count as failures, and the file is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.books import LEWIS

#: Seconds that a file may take.
LIMIT = 2.0

ODD = [
    *("", " ", "0", "-1", "1e999", "nan", "inf", "1,5", "1.234,5", "1_000", "１２", "20 µm", "5 %"),
    *(
        "=1/0",
        "#N/A",
        "TRUE",
        "None",
        "anode-free",
        "Si",
        "NMC811",
        "LPSC",
        "\x00",
        "\x1b[2J",
        "\r",
    ),
    *(
        "\ud83d\ude00",
        "x" * 40_000,
        " " * 40_000 + "x",
        '"',
        "'",
        ";",
        "\t",
        "�",
        "Separator thickness [mm]",
        "Total",
    ),
    *("9" * 400, "2026-01-02", "1/2", "[]", "{}", "<a>", "&amp;", "&#x0;", "]]>", "A1:XFD1048576"),
    *("-0", "1048577", "4294967296", "XFE1", "A0", "s", "inlineStr", "str", "e", "b", "d"),
]


def _text(rng: random.Random) -> str:
    return rng.choice(ODD).replace("\ud83d\ude00", "\U0001f600")


def _table(rng: random.Random) -> list[list[Any]]:
    from tests.support.corpus import good

    table = good()
    for _ in range(rng.randrange(4)):
        row = rng.choice(table)
        change = rng.randrange(5)
        if change == 0:
            row[rng.randrange(len(row))] = _text(rng)
        elif change == 1:
            row.insert(rng.randrange(len(row) + 1), _text(rng))
        elif change == 2:
            del row[rng.randrange(len(row)) :]
            row = row or [None]
        elif change == 3:
            table.insert(rng.randrange(len(table) + 1), list(rng.choice(table)))
        else:
            table[rng.randrange(len(table))] = [_text(rng) for _ in range(rng.randrange(12))] or [
                ""
            ]
        if not any(table):
            table = good()
        table = [row or [None] for row in table]
    return table


def _bytes(rng: random.Random, data: bytes) -> bytes:
    """Some bytes with others, fewer or more of them."""
    changed = bytearray(data)
    for _ in range(rng.choice([0, 1, 1, 3, 20])):
        if not changed:
            break
        place = rng.randrange(len(changed))
        change = rng.randrange(4)
        if change == 0:
            changed[place] = rng.randrange(256)
        elif change == 1:
            del changed[place : place + rng.randrange(1, 50)]
        elif change == 2:
            changed[place:place] = changed[rng.randrange(len(changed)) :][: rng.randrange(1, 50)]
        else:
            changed[place:place] = _text(rng).encode()
    return bytes(changed)


def make_csv(rng: random.Random, folder: Path) -> Path:
    """A csv file."""
    from tests.support.corpus import csv_text

    table = [[None if v is None else str(v) for v in row] for row in _table(rng)]
    text = csv_text(table, rng.choice([",", ",", ";", "\t", "|"]))
    ends = rng.choice(["\n", "\n", "\r\n", "\r"])
    code = rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32"])
    data = text.replace("\n", ends).encode(code, "replace")
    path = folder / rng.choice(["in.csv", "in.csv", "in.tsv", "in.txt", "in.xls", "in"])
    path.write_bytes(_bytes(rng, data) if rng.random() < 0.5 else data)
    return path


_ELEMENT = re.compile(r"<(\w+)\b[^<>]*?(?:/>|>[^<>]*</\1>)")
_ATTRIBUTE = re.compile(r'\b[\w:]+="[^"]*"')


def _xml(rng: random.Random, text: str) -> str:
    """An XML text with an element or attribute changed, doubled, moved or gone."""
    pattern = rng.choice([_ELEMENT, _ATTRIBUTE])
    found = list(pattern.finditer(text))
    if not found:
        return text
    one, other = rng.choice(found), rng.choice(found)
    change = rng.randrange(5)
    if change == 0:
        new = ""
    elif change == 1:
        new = one[0] + (" " if pattern is _ATTRIBUTE else "") + one[0]
    elif change == 2:
        new = other[0]
    elif change == 3 and pattern is _ATTRIBUTE:
        new = f'{one[0].split("=")[0]}="{_text(rng)}"'
    else:
        new = re.sub(r">[^<>]*<", lambda _: f">{_text(rng)}<", one[0])
    return text[: one.start()] + new + text[one.end() :]


def make_xlsx(rng: random.Random, folder: Path) -> Path:
    """A workbook."""
    from tests.support.corpus import as_xlsx

    for _ in range(10):
        with contextlib.suppress(Exception):
            # The writer refuses some signs.
            path = as_xlsx(folder, _table(rng))
            break
    else:
        path = as_xlsx(folder, [["Cathode"]])
    with zipfile.ZipFile(path) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    for _ in range(rng.choice([0, 1, 1, 2, 5])):
        name = rng.choice([*parts, "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
        if name not in parts:
            continue
        change = rng.randrange(6)
        if change < 4:
            text = parts[name].decode("utf-8", "replace")
            parts[name] = _xml(rng, text).encode("utf-8", "replace")
        elif change == 4:
            parts[name] = _bytes(rng, parts[name])
        else:
            del parts[name]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    data = held.getvalue()
    path.write_bytes(_bytes(rng, data) if rng.random() < 0.2 else data)
    return path.rename(folder / rng.choice(["in.xlsx", "in.xlsx", "in.xlsm", "in.csv"]))


def make_parquet(rng: random.Random, folder: Path) -> Path:
    """A parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.corpus import FIELDS

    table = _table(rng)
    width = max(map(len, table))
    columns = {}
    for n in range(width):
        cells = [row[n] if n < len(row) else None for row in table[1:]]
        try:
            column = pa.array(cells)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            column = pa.array([None if cell is None else str(cell) for cell in cells])
        with contextlib.suppress(pa.ArrowException):
            column = column.cast(
                rng.choice(
                    [column.type, pa.string(), pa.float32(), pa.int16(), pa.decimal128(20, 6)]
                )
            )
        columns[FIELDS[n] if n < len(FIELDS) else f"own {n}"] = column
    path = folder / "in.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=rng.choice([1, 2, 1000]))
    if rng.random() < 0.5:
        path.write_bytes(_bytes(rng, path.read_bytes()))
    return path


MAKERS: list[Callable[[random.Random, Path], Path]] = [make_csv, make_xlsx, make_parquet]


def make(seed: int, folder: Path) -> Path:
    """The file of a seed."""
    rng = random.Random(seed)
    return MAKERS[seed % len(MAKERS)](rng, folder)


def read(path: Path) -> str:
    """Read a file as the command line does; gives what went wrong, or the exit code."""
    from xlcalc.cli import app as cli

    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(["batch", str(path), "--json"])
    except BaseException:
        return "exception: " + traceback.format_exc()
    if code == 2:
        lines = err.getvalue().strip().splitlines()
        return "2" if len(lines) == 1 and not out.getvalue() else f"not one sentence: {lines[:5]}"
    if code not in (0, 3):
        return f"exit code {code}"
    summary = json.loads(out.getvalue())
    if summary["rows_read"] != summary["rows_evaluated"] + summary["rows_in_error"]:
        return f"rows do not add up: {summary}"
    if len(summary["designs"]) != summary["rows_read"]:
        return f"{len(summary['designs'])} results of {summary['rows_read']} rows"
    return str(code)


def work() -> None:
    """Read files whose names come in, and say what came of each."""
    # What is printed by a library must not pass for an answer.
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        start = time.process_time()
        result = read(Path(line.rstrip("\n")))
        answers.write(json.dumps([result, time.process_time() - start]) + "\n")
        answers.flush()


class Reader:
    """The process that reads; another one, should it die or hang."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> str:
        if self._process is None:
            command = [sys.executable, "-m", "tests.support.fuzz", "--work"]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            # What is imported at first does not count.
            self.read(LEWIS)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 10 * LIMIT)
        answer = process.stdout.readline() if ready else ""
        if not answer:
            self.close()
            return f"died ({process.returncode})" if ready else f"hung for {10 * LIMIT:g} s"
        result, seconds = json.loads(answer)
        return f"took {seconds:.1f} s" if seconds > LIMIT else str(result)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            # It waits, and closes the pipes.
            with contextlib.suppress(BrokenPipeError), self._process:
                pass
            self._process = None


def fuzz(runs: int, first: int, keep: Path | None = None) -> Counter[str]:
    """Make and read files; gives how often each came out, failures in full."""
    outcomes: Counter[str] = Counter()
    reader = Reader()
    try:
        with tempfile.TemporaryDirectory() as name:
            for seed in range(first, first + runs):
                folder = Path(name) / str(seed)
                folder.mkdir()
                path = make(seed, folder)
                outcome = reader.read(path)
                outcomes[outcome if outcome in "023" else f"seed {seed}: {outcome}"] += 1
                if keep is not None and outcome not in "023":
                    keep.mkdir(exist_ok=True)
                    shutil.copy(path, keep / f"{seed}-{path.name}")
                shutil.rmtree(folder)
    finally:
        reader.close()
    return outcomes


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--keep", type=Path, help="folder for files that failed")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work()
        return
    start = time.monotonic()
    outcomes = fuzz(options.runs, options.seed, options.keep)
    for outcome, count in outcomes.most_common():
        print(f"{count:7d}  {outcome}")
    failures = sum(count for outcome, count in outcomes.items() if outcome not in "023")
    print(f"{options.runs} files in {time.monotonic() - start:.0f} s, {failures} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
