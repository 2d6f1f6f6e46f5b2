"""Whether results are still so: what has changed since, and numbers edited by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc._version import __version__
from xlcalc.files.fingerprint import Fingerprint, fingerprint
from xlcalc.files.formats import WORKBOOKS, detect_format
from xlcalc.files.names import location_of, name_of
from xlcalc.physics import quantities as q
from xlcalc.physics.materials import Materials
from xlcalc.problems import Problem
from xlcalc.runs.provenance import Provenance, material_hash
from xlcalc.tables.evaluate import Evaluation
from xlcalc.tables.number_parsing import is_blank

#: What the numbers of an unchanged result may differ by: a program may keep 15 digits of them.
_TOLERANCE = 1e-9


def changed_since(
    path: Path, held: Provenance, paths: Iterable[Path], library: Materials
) -> tuple[Materials, list[Problem]]:
    """What has changed since results were made.

    Parameters
    ----------
    path : Path
        The results.
    held : Provenance
        What they rest on.
    paths : iterable of Path
        Where inputs are looked for, besides the results' folder and the working directory.
    library : Materials
        Where names are looked up; the inputs' own go on top.

    Returns
    -------
    Materials
        Those that the results would be made with now.
    list of Problem
        One for each change.
    """
    stale: list[Problem] = []

    def add(text: str, expected: str = "", rule: str = "") -> None:
        stale.append(Problem(text, expected=expected, where=location_of(path), rule=rule))

    if held.xlcalc != __version__:
        add(f"was made by xlcalc {held.xlcalc}; this is {__version__}")
    if held.result is not None and fingerprint(path).sha256 != held.result.sha256:
        add("was changed after it was written")
    known = library
    for source in held.inputs:
        places = [path.parent / source.file, Path(source.file), *paths]
        candidates = [p for p in places if name_of(p) == source.file and p.is_file()]
        candidates = [p for p in candidates if not p.samefile(path)]
        same = next((p for p in candidates if _is(p, source)), None)
        if same is not None:
            known = _own_materials(same, known)
        elif candidates:
            add(f"its input {source.file} has changed since")
            known = _own_materials(candidates[0], known)
        else:
            add(
                f"its input {source.file} was not found beside it",
                "it there, or to be named, too",
            )
    for word, hashed in held.materials.items():
        if word not in known:
            add(f"material {word!r} is not known any more", rule="material gone")
        elif material_hash(known[word]) != hashed:
            add(f"material {word!r} has other values than then", rule="material changed")
    return known, stale


def _is(path: Path, source: Fingerprint) -> bool:
    # A file of another size needs no second look.
    return path.stat().st_size == source.bytes and fingerprint(path).sha256 == source.sha256


def _own_materials(path: Path, known: Materials) -> Materials:
    """Materials with those of a workbook on top."""
    kind = detect_format(path).name
    if kind not in WORKBOOKS:
        return known
    from xlcalc.runs.read_workbook import read_materials
    from xlcalc.workbooks.reading.workbook_file import WorkbookFile

    with WorkbookFile(path, kind=kind) as book:
        return read_materials(book).on(known)


def edited(evaluation: Evaluation) -> Iterator[Problem]:
    """Numbers of results that their own inputs do not give.

    Parameters
    ----------
    evaluation : Evaluation
        A file of results, evaluated again.

    Yields
    ------
    Problem
        One for each, row by row.
    """
    table = evaluation.table
    known: dict[str, Any] = {**evaluation.columns, **evaluation.breakdown()}
    columns = {name: each for name, each in table.results.items() if name not in q.REMARKS}
    voltages = table.fields.get(q.CELL_VOLTAGE.name)
    if voltages is not None and voltages.match is not None and voltages.match.factor is None:
        columns[q.CELL_VOLTAGE.name] = voltages
    ok = evaluation.ok
    if "status" in table.results:
        # A row in error had no results; some files hold a blank where its wrong cell was.
        statuses = table.results["status"].cells
        ok = ok & np.array([status == q.OK for status in statuses], dtype=bool)
    differing: list[tuple[int, int, Problem]] = []
    for name, column in columns.items():
        now = np.where(ok, known[name].astype(float), nan)
        before = np.where(ok, _numbers(column.cells), nan)
        if column.result is not None and column.result.factor is not None:
            before = before * float(column.result.factor)
        differs = ~np.isclose(before, now, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
        label = {**q.RESULTS, **q.BREAKDOWN}[name].label
        for row in np.flatnonzero(differs).tolist():
            problem = Problem(
                f"{label} is {_number(before[row])}",
                expected=f"{_number(now[row])}, which the inputs beside it give",
                where=table.cell(row, column),
                rule=f"{label} edited",
            )
            differing.append((row, column.position, problem))
    yield from (problem for *_, problem in sorted(differing, key=lambda each: each[:2]))


def _number(value: float) -> str:
    if isnan(value):
        return "blank"
    return "no number" if value == inf else f"{value:.12g}"


def _numbers(cells: Any) -> NDArray[np.float64]:
    """Cells of results as numbers; a blank is NaN, and what is no number infinite."""
    if isinstance(cells, np.ndarray):
        return cells

    def number(cell: Any) -> float:
        if is_blank(cell):
            return nan
        try:
            return float(cell)
        except (TypeError, ValueError):
            return inf

    return np.array([number(cell) for cell in cells], dtype=float)
