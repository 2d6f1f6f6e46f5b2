"""A plan carried out: the engine with all cells and formulas, and everything worked out."""

from __future__ import annotations

from collections.abc import Iterator

import formualizer

from xlcalc.errors import InputError
from xlcalc.files.names import name_of
from xlcalc.workbooks.formulas.cell_ids import CellId, rectangles
from xlcalc.workbooks.formulas.engine import Engine, UnsettledError
from xlcalc.workbooks.formulas.formula_tree import UNREADABLE
from xlcalc.workbooks.formulas.plan import Plan


def run_plan(plan: Plan) -> Engine:
    """Work out what is planned.

    Parameters
    ----------
    plan : Plan
        Told which formulas the engine refuses.

    Returns
    -------
    Engine
        With a value of every cell.

    Raises
    ------
    InputError
        If the engine cannot work with the workbook at all.
    """
    while True:
        engine = _filled(plan)
        try:
            engine.evaluate()
            _see_again(plan, engine)
        except UnsettledError:
            give_up_far_reaching(plan)
        except formualizer.ExcelEvaluationError as problem:
            # One formula that the engine refuses makes it refuse them all.
            refused = list(_refused(plan, list(plan.texts)))
            if not refused:
                raise InputError(
                    f"{name_of(plan.contents.path)}: cannot be calculated: {problem}"
                ) from None
            for cell in refused:
                plan.give_up(cell, UNREADABLE)
        else:
            return engine


def give_up_far_reaching(plan: Plan) -> None:
    """Work references that are known only when they are worked out no more."""
    for cell in plan.far_reaching & plan.texts.keys():
        plan.give_up(cell, "refers to cells that lead to ever new ones")


def _see_again(plan: Plan, engine: Engine) -> None:
    """Work references that are worked out out again, if what they lead to came after them."""
    cells = [cell for cell in plan.far_reaching if cell in plan.texts and cell not in plan.cut]
    if not any(plan.covered.values()):
        return
    for _ in range(_MOST_LOOKS):
        before = [engine.value(*cell) for cell in cells]
        engine.evaluate()
        if [engine.value(*cell) for cell in cells] == before:
            return


#: How often references to arrays are worked out again.
_MOST_LOOKS = 5


def _filled(plan: Plan) -> Engine:
    engine = Engine(plan.sheets, plan.text_references)
    for title, sheet in plan.sheets.items():
        covered = plan.covered[title]
        typed = ((at, value) for at, value in sheet.values.items() if at not in covered)
        for row, column, block in rectangles(typed):
            engine.put(title, row, column, block)
        for row, column, block in rectangles(plan.texts_of(sheet)):
            engine.put_formulas(title, row, column, block)
    for cell, elsewhere in plan.cut.items():
        engine.put(*cell, [[plan.shown(cell)]])
        engine.put_formulas(*elsewhere, [[plan.texts[cell]]])
    return engine


def _refused(plan: Plan, cells: list[CellId]) -> Iterator[CellId]:
    """Formulas that the engine does not take, whatever other cells hold."""
    engine = Engine(plan.sheets)
    for cell in cells:
        engine.put_formulas(*cell, [[plan.texts[cell]]])
    try:
        engine.evaluate()
    except formualizer.ExcelEvaluationError:
        if len(cells) == 1:
            yield cells[0]
            return
        half = len(cells) // 2
        yield from _refused(plan, cells[:half])
        yield from _refused(plan, cells[half:])
