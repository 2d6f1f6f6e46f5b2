"""The trail of a number of one design, found in a file or given in words, as text or a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xlcalc.errors import InputError
from xlcalc.files.atomic import whole_file
from xlcalc.physics.materials import Materials
from xlcalc.physics.stack import Stack
from xlcalc.physics.trace import TrailStep, shown
from xlcalc.problems import NOWHERE
from xlcalc.runs.open_input import read_file
from xlcalc.tables.columns import design_table
from xlcalc.tables.detect import table_from_rows
from xlcalc.tables.evaluate import Evaluation, evaluate_rows

#: What a design is given by in words, in order.
_MATERIALS = ("cathode", "anode", "electrolyte")


def design_in_file(
    path: Path, name: str | None, materials: Materials | None = None
) -> tuple[Stack, list[str]]:
    """A design of a file by its name; the first if none is given.

    Raises
    ------
    InputError
        If the file has no such design, more than one, or the design is in error.
    """
    table, own = read_file(path)
    evaluation = evaluate_rows(table, own.on(materials or Materials.library()))
    names = [str(each) for each in evaluation.columns["design"]]
    if name is not None and names.count(name) != 1:
        found = "more than one design" if name in names else "no design"
        raise InputError(f"{path.name}: has {found} {name!r}; it has {', '.join(names[:10])}")
    row = 0 if name is None else names.index(name)
    remarks = [*own.remarks, *evaluation.remarks]
    return _design(evaluation, row, f"{path.name}: "), [str(remark) for remark in remarks]


def design_in_words(
    words: Sequence[str], materials: Materials | None = None
) -> tuple[Stack, list[str]]:
    """A design given by cathode, anode and electrolyte, and ``field=value`` for what differs.

    Returns
    -------
    Stack, list of str
        The design, and how cells were read that could have been read in another way.

    Raises
    ------
    InputError
        If a word is out of place, a field is not known, or the design is in error.

    Examples
    --------
    >>> stack, _ = design_in_words(["NMC811", "Si", "LPSC", "np_ratio=1.2"])
    >>> stack.np_ratio
    1.2
    """
    given = dict(word.split("=", 1) for word in words if "=" in word)
    plain = [word for word in words if "=" not in word]
    if len(plain) > len(_MATERIALS):
        raise InputError(
            f"{plain[len(_MATERIALS)]!r} is out of place; expected a cathode, an anode and an "
            "electrolyte, then field=value"
        )
    record = {**dict(zip(_MATERIALS, plain, strict=False)), **given}
    cells = table_from_rows(
        [list(record), list(record.values())], NOWHERE, typed=False, decimal_mark="."
    )
    table = design_table(replace(cells, lettered=False))
    evaluation = evaluate_rows(table, materials or Materials.library())
    remarks = [str(remark) for remark in evaluation.remarks]
    if evaluation.extra:
        raise InputError("; ".join(remarks))
    return _design(evaluation, 0, ""), remarks


def _design(evaluation: Evaluation, row: int, where: str) -> Stack:
    if not evaluation.ok[row]:
        raise InputError(f"{where}{evaluation.columns['status'][row]}")
    return evaluation.stack(row)


_HEADERS = ("Quantity", "Name", "Equation", "Values put in", "Value", "Unit", "Source")


def _rows(steps: Iterable[TrailStep]) -> list[tuple[Any, ...]]:
    """A trail as rows of a table: label, name, equation, values put in, value, unit, source."""
    return [(s.label, s.name, s.equation, s.values, s.value, s.unit, s.source) for s in steps]


def trail_as_text(steps: Iterable[TrailStep]) -> str:
    """A trail as lines of text.

    Examples
    --------
    >>> from xlcalc.physics.trace import trail
    >>> silicon, _ = design_in_words(["NMC811", "Si", "LPSC"])
    >>> print(trail_as_text(trail(silicon, ["foils_counted"])))
    Foil sharing: foil_sharing = single  [default]
    Foils counted: foils_counted = 1
    """
    return "\n".join(_line(step) for step in steps)


def _line(step: TrailStep) -> str:
    value = f"{shown(step.value)} {step.unit}".rstrip() if step.value is not None else "blank"
    parts = dict.fromkeys(part for part in (step.equation, step.values) if part)
    chain = " = ".join((step.name, *(p for p in parts if p != value), value))
    return f"{step.label}: {chain}" + (f"  [{step.source}]" if step.source else "")


def trail_as_markdown(steps: Iterable[TrailStep]) -> str:
    """A trail as a table in Markdown."""
    lines = [_HEADERS, ["---"] * len(_HEADERS)]
    for row in _rows(steps):
        cells = ["" if cell is None else shown(cell) for cell in row]
        lines.append([f"`{c}`" if c and at in (1, 2, 3) else c for at, c in enumerate(cells)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def save_trail(steps: Sequence[TrailStep], output: Path) -> None:
    """Write a trail as a sheet of a workbook.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    from xlcalc.workbooks.writing.trace import write_trail

    with whole_file(output) as file:
        write_trail(_HEADERS, _rows(steps), file)
