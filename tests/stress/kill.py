"""Runs that are killed at random moments: ``python tests/stress/kill.py --runs 300``.

Each run is a process that writes many small pieces. It is killed, or left to end, and then the
file must be the old one or the new one, whole; the next run must clean what it left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FORMATS = (".csv", ".parquet", ".json", ".xlsx")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
OLD = b"the old file"

#: A run as the command line makes it, of pieces so small that they are many.
_RUN = """
import sys
from xlcalc.cli import app as cli
from xlcalc.runs import open_input, streaming
from xlcalc.runs.options import ReadOptions
ReadOptions.__init__.__kwdefaults__["rows_per_chunk"] = 50
streaming._LONG = int(sys.argv[3])
open_input._SMALL = 0
sys.argv = ["xlcalc", "batch", sys.argv[1], "--output", sys.argv[2]]
print("ready", flush=True)
cli.main()
"""

#: More pieces than any run here has: none are kept.
NEVER = 1 << 30


def make(path: Path, rows: int = 1000, ratio: float = 1.1) -> Path:
    """A csv file of designs."""
    lines = (f"d{n},NMC811,{['Si', 'Li', 'Al'][n % 3]},LPSC,{ratio}" for n in range(rows))
    path.write_text("\n".join(["design,cathode,anode,electrolyte,np_ratio", *lines]))
    return path


def start(path: Path, output: Path, long: int = NEVER) -> subprocess.Popen[str]:
    """Start a run, and wait until it is about to work."""
    child = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(path), str(output), str(long)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    child.stdout.readline()
    return child


def finish(path: Path, output: Path, long: int = NEVER) -> float:
    """A run that nobody kills, and how long it took."""
    begin = time.perf_counter()
    child = start(path, output, long)
    _, said = child.communicate()
    assert child.returncode == 0, said
    assert not leftovers(output), leftovers(output)
    return time.perf_counter() - begin


def leftovers(output: Path) -> list[str]:
    """What runs left behind of an output; those of others are not theirs to clean."""
    names = (path.name for path in output.parent.iterdir())
    return sorted(name for name in names if name.startswith(f".{output.name}."))


def kill(child: subprocess.Popen[str], after: float, how: signal.Signals) -> str:
    """Kill a run after some seconds; how it ended."""
    try:
        _, said = child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        child.send_signal(how)
        _, said = child.communicate(timeout=60)
    assert "Traceback" not in said, said
    if child.returncode == 0:
        return "finished"
    if how == signal.SIGINT:
        assert child.returncode == 130, (child.returncode, said)
        assert said.strip().endswith("stopped"), said
    else:
        assert child.returncode == -how, (child.returncode, said)
    return "killed"


def once(folder: Path, suffix: str, chance: random.Random, new: bytes, seconds: float) -> str:
    """Kill a run somewhere; the file must be whole, and the next run clean."""
    path, output = folder / "designs.csv", folder / f"results{suffix}"
    output.write_bytes(OLD)
    # A run that is stopped before it writes leaves what one before it left.
    before = leftovers(output)
    how = chance.choice(SIGNALS)
    ended = kill(start(path, output), chance.uniform(0, seconds), how)
    found = output.read_bytes()
    assert found == new or (found == OLD and ended == "killed"), (suffix, how, ended, len(found))
    if how == signal.SIGINT:
        assert set(leftovers(output)) <= set(before), leftovers(output)
    return f"{suffix} {how.name} {ended}"


def again_and_again(folder: Path, suffix: str, chance: random.Random, new: bytes) -> int:
    """Kill a long run until it ends by itself; how often it was killed."""
    path, output = folder / "designs.csv", folder / f"results{suffix}"
    output.write_bytes(OLD)
    kills = 0
    while True:
        child = start(path, output, long=0)
        # Later and later, so that it ends some time.
        after = chance.uniform(0, 0.1 + 0.1 * kills)
        if kill(child, after, chance.choice(SIGNALS)) == "finished":
            break
        kills += 1
        assert output.read_bytes() in (OLD, new)
    assert output.read_bytes() == new
    assert not leftovers(output), leftovers(output)
    return kills


def stress(runs: int, seed: int, formats: tuple[str, ...] = FORMATS) -> Counter[str]:
    """Kill so many runs; how they ended."""
    chance = random.Random(seed)
    ended: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = make(folder / "designs.csv")
        whole: dict[str, tuple[bytes, float]] = {}
        for suffix in formats:
            output = folder / f"results{suffix}"
            seconds = finish(path, output)
            whole[suffix] = output.read_bytes(), seconds
        for number in range(runs):
            suffix = formats[number % len(formats)]
            ended[once(folder, suffix, chance, *whole[suffix])] += 1
            if suffix in (".csv", ".parquet") and number % 10 < len(formats):
                kills = again_and_again(folder, suffix, chance, whole[suffix][0])
                ended[f"{suffix} long run killed"] += kills
                ended[f"{suffix} long run ended the same"] += 1
        for suffix in formats:
            output = folder / f"results{suffix}"
            finish(path, output)
            assert output.read_bytes() == whole[suffix][0]
    return ended


def main() -> None:
    """Kill as many runs as asked for, and say how they ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    given = parser.parse_args()
    print(f"seed {given.seed}")
    for what, count in sorted(stress(given.runs, given.seed).items()):
        print(f"{count:5d}  {what}")


if __name__ == "__main__":
    main()
