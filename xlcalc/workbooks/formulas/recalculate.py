"""A workbook's new values in a copy of it, in which every other byte is the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlcalc.errors import OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.progress import Progress, Silent
from xlcalc.tables.addresses import letters
from xlcalc.workbooks.formulas.cell_ids import CellId
from xlcalc.workbooks.formulas.contents import (
    Contents,
    SheetContents,
    expect_workbook,
    read_contents,
)
from xlcalc.workbooks.formulas.workbook_model import WorkbookModel
from xlcalc.workbooks.package.limits import Limits
from xlcalc.workbooks.package.opc import copy_package
from xlcalc.workbooks.patching.cells import with_cells, with_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalculated:
    """What a recalculation gave.

    Parameters
    ----------
    formulas : int
        Formula cells of the workbook.
    changed : int
        Cells whose value is another than before.
    left : list of tuple of str
        Formula cells that were left as they were, with the reason.
    """

    formulas: int
    changed: int
    left: list[tuple[str, str]]


def recalculate(
    path: Path,
    output: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Recalculated:
    """Work out a workbook's formulas, and write their values into a copy.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file. Nothing in it is run: no macro, no link.
    output : Path
        The copy, with the same ending; it appears whole or not at all.
    progress : Progress, optional
        Told how the work gets on.
    limits : Limits, optional
        What the workbook may have before it is refused unread.

    Returns
    -------
    Recalculated
        How many values there are, and which cells have none.

    Raises
    ------
    InputError
        If the file is no workbook that can be read.
    OutputError
        If the copy cannot be written, or would be the workbook itself.
    """
    expect_workbook(path)
    if output.suffix.lower() != path.suffix.lower():
        raise OutputError(
            f"{output}: expected a file ending in {path.suffix.lower()}, as its source"
        )
    if output.resolve() == path.resolve():
        raise OutputError(f"{output}: is the workbook itself; expected another file")
    progress = progress or Silent()
    contents = read_contents(path, limits)
    model = WorkbookModel(contents, progress)
    progress.start("calculating", 0)
    values = model.evaluate()
    progress.start("writing", len(contents.sheets))
    changed = dict(_changed(contents, values))
    new_parts = dict(_patched(contents, changed, progress))
    with whole_file(output) as file:
        copy_package(path, new_parts, file)
    return Recalculated(
        formulas=sum(len(sheet.formulas) for sheet in contents.sheets),
        changed=len(changed),
        left=model.left(),
    )


def _changed(contents: Contents, values: Mapping[CellId, Any]) -> Iterator[tuple[CellId, Any]]:
    """Values that are others than those in the file."""
    sheets = {sheet.title: sheet for sheet in contents.sheets}
    for cell, value in values.items():
        old = _old(sheets[cell[0]], cell[1:])
        if type(old) is not type(value) or old != value:
            yield cell, value


def _old(sheet: SheetContents, at: tuple[int, int]) -> Any:
    formula = sheet.formulas.get(at)
    return sheet.values.get(at) if formula is None else formula.value


def _patched(
    contents: Contents, changed: Mapping[CellId, Any], progress: Progress
) -> Iterator[tuple[str, bytes]]:
    by_sheet: dict[str, dict[tuple[int, int], Any]] = {}
    for (title, *at), value in changed.items():
        by_sheet.setdefault(title, {})[at[0], at[1]] = value
    for sheet in contents.sheets:
        new = by_sheet.get(sheet.title)
        if new:
            part = contents.parts[sheet.part]
            values = {f"{letters(column)}{row}": v for (row, column), v in new.items()}
            # Some programs write no cells for what an array covers.
            covered = [f"{letters(n)}{row}" for row, n in new if (row, n) not in sheet.formulas]
            if covered:
                part = with_cells(part, covered)
            yield sheet.part, with_values(part, values)
        progress.step(1)
