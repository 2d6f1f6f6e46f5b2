"""Right designs written oddly at random, and numbers read that must be right or announced.

``python -m tests.support.fuzz_numbers --runs 20000``. A file begins as designs in field units,
whose results `evaluate` gives one by one. Kinds of `fuzz_kinds` then change how they are written,
each with what may come of it. A row with results must have the right ones; where a kind says that
a value may be left out, they may be those without it, if a remark or the row's note names what was
left out. All else is a silent wrong number, and a failure; so is an error that no kind allows.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import combinations
from math import isclose, isnan
from pathlib import Path
from unittest.mock import patch

from tests.support.fuzz_book import DOUBTFUL, REFUSED, SAID, Book, May, Numbers, drawn, results
from tests.support.fuzz_kinds import KINDS
from xlcalc.errors import XlcalcError
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import RESULTS
from xlcalc.runs import batch, open_input
from xlcalc.tables.summary import BatchResult
from xlcalc.workbooks.reading import xlsx

#: How far, relative, a number may be from that of the design alone.
NEAR = 1e-9


def made(seed: int) -> Book:
    """The designs of a seed and how they are written."""
    rng = random.Random(seed)
    book = drawn(rng)
    able = [name for name, kind in KINDS.items() if book.form in kind.formats]
    for name in rng.sample(able, rng.choice([0, 1, 1, 2, 2, 3, 4])):
        may = KINDS[name].change(book)
        if may is not None:
            book.may.append(may._replace(kind=name))
    return book


def same(found: dict[str, float], wanted: Numbers) -> bool:
    """Whether all results are the same."""
    return wanted is not None and all(
        isclose(found[name], value, rel_tol=NEAR, abs_tol=1e-12)
        or (isnan(found[name]) and isnan(value))
        for name, value in wanted.items()
    )


def without(book: Book, number: int) -> Iterator[tuple[Numbers, Sequence[May]]]:
    """What a design gives without what kinds may leave out, and those kinds."""
    may = [each for each in book.about(number) if each.what == SAID]
    for count in range(1, len(may) + 1):
        for left in combinations(may, count):
            design = dict(book.meant[number])
            for each in left:
                for name in each.fields:
                    design.pop(name, None)
            own = any("materials" in each.fields for each in left)
            design.pop("materials", None)
            yield results(design, Materials.library() if own else book.materials), left


def judged(book: Book, done: BatchResult | XlcalcError) -> Iterator[tuple[str, str]]:
    """How each design came out: right, said, refused, or in words what is wrong with that."""
    refusals = [may for may in book.may if may.what in (REFUSED, DOUBTFUL)]
    if isinstance(done, XlcalcError):
        sentence = str(done)
        # What costs rows of a small file costs the whole of one that is read in pieces.
        fits = any(may.rows is None or book.in_pieces for may in refusals) and "\n" not in sentence
        yield ("refused", "") if fits else ("wrong", f"the file is refused: {sentence}")
        return
    remarks = "\n".join([*done.summary.remarks, *done.summary.noted])
    errors = str(done.summary.errors)
    # Of rows in error nothing more is said.
    for may in book.may if done.summary.evaluated and not done.unusable else []:
        if may.what not in (SAID, DOUBTFUL) and may.says not in remarks + errors:
            yield "wrong", f"{may.kind}: nothing says {may.says!r}"
    names = [str(name) for name in done.columns["design"].tolist()]
    statuses = done.columns["status"].tolist()
    for n, (name, status) in enumerate(zip(names, statuses, strict=True)):
        if status == "ok" and (name not in book.names or name in names[:n]):
            yield "wrong", f"row {name!r} is no design"
    for number, name in enumerate(book.names):
        # A row whose cells have moved has another name.
        row = names.index(name) if name in names else number
        if row >= len(names) or (name not in names and statuses[row] == "ok"):
            sheet_refused = done.unusable and any(may.rows is None for may in refusals)
            yield ("refused", "") if sheet_refused else ("wrong", f"{name} has no row")
            continue
        found = {what: float(done.columns[what][row]) for what in RESULTS}
        yield _row(book, number, found, statuses[row], f"{remarks}\n{done.columns['notes'][row]}")


def _row(
    book: Book, number: int, found: dict[str, float], status: str, said: str
) -> tuple[str, str]:
    name = book.names[number]
    here = book.about(number)
    refusals = [may for may in here if may.what in (REFUSED, DOUBTFUL)]
    if status != "ok":
        if refusals or any(numbers is None for numbers, _ in without(book, number)):
            return "refused", ""
        return "wrong", f"{name} is in error: {status}"
    if same(found, results(book.meant[number], book.materials)):
        doubtful = [may.kind for may in here if may.what == REFUSED]
        return ("wrong", f"{name} is read although {doubtful}") if doubtful else ("right", "")
    for numbers, left in without(book, number):
        if same(found, numbers):
            silent = [may.kind for may in left if may.says not in said]
            return ("wrong", f"{name}: nothing says {silent}") if silent else ("said", "")
    energies = [found[what] for what in ("specific_energy_wh_kg", "energy_density_wh_l")]
    return "wrong", f"{name} has wrong numbers: {energies}"


def outcome(book: Book, path: Path) -> list[tuple[str, str]]:
    """How each design of a file came out."""
    try:
        with ExitStack() as stack:
            if book.in_pieces:
                stack.enter_context(patch.object(open_input, "_SMALL", 0))
                stack.enter_context(patch.object(xlsx, "MANY", 0))
            done: BatchResult | XlcalcError = batch.run([path], read=book.read)
    except XlcalcError as problem:
        done = problem
    except Exception as problem:
        return [("wrong", f"exception: {problem!r}")]
    return list(judged(book, done))


def fuzz(
    runs: int, first: int = 0, keep: Path | None = None
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Make and read files; gives how designs came out, by kind, and the failures."""
    counts: Counter[tuple[str, str]] = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + runs):
            book = made(seed)
            path = book.write(Path(folder))
            found = outcome(book, path)
            kinds = [may.kind for may in book.may] or ["plain"]
            counts.update((kind, what) for kind in (*kinds, book.form) for what, _ in found)
            wrong = [text for what, text in found if what == "wrong"]
            if wrong:
                failures.append(f"seed {seed}, {book.form}, {', '.join(kinds)}: {wrong[0]}")
                if keep is not None:
                    keep.mkdir(exist_ok=True)
                    shutil.copy(path, keep / f"{seed}-{path.name}")
            path.unlink()
            if sys.stderr.isatty():
                print(f"\r{seed - first + 1} of {runs}", end="", file=sys.stderr)
    return counts, failures


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--keep", type=Path, help="folder for files that failed")
    options = parser.parse_args()
    start = time.monotonic()
    counts, failures = fuzz(options.runs, options.seed, options.keep)
    outcomes = ("right", "said", "refused", "wrong")
    print(f"{'designs':>32s}" + "".join(f"{what:>9s}" for what in outcomes))
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind:>32s}" + "".join(f"{counts[kind, what]:9d}" for what in outcomes))
    print(*failures, sep="\n")
    ran = f"{options.runs} files from seed {options.seed} in {time.monotonic() - start:.0f} s"
    print(f"{ran}, {len(failures)} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
