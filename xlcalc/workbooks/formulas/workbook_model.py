"""Any workbook as a model: its formulas worked out, or named with the reason why they cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlcalc.progress import Progress, Silent
from xlcalc.workbooks.formulas.cell_conversion import NoValue, is_same
from xlcalc.workbooks.formulas.cell_ids import CellId, qualified
from xlcalc.workbooks.formulas.circles import Rounds, cut_circles
from xlcalc.workbooks.formulas.collect import TRIALS, Collector, put_everywhere
from xlcalc.workbooks.formulas.contents import Contents
from xlcalc.workbooks.formulas.engine import Engine, UnsettledError
from xlcalc.workbooks.formulas.plan import make_plan
from xlcalc.workbooks.formulas.run import give_up_far_reaching, run_plan


class WorkbookModel:
    """A workbook whose formulas can be worked out.

    Parameters
    ----------
    contents : Contents
        Its cells; they stay as they are.
    progress : Progress, optional
        Told how many formulas are read.
    """

    def __init__(self, contents: Contents, progress: Progress | None = None) -> None:
        self.contents = contents
        self._plan = make_plan(contents, progress or Silent())
        self._engine: Engine
        self._rounds: Rounds | None = None
        #: Why formulas have no value, once all are worked out.
        self.reasons: dict[CellId, str] = {}

    def evaluate(self) -> dict[CellId, Any]:
        """Work out all formulas.

        Returns
        -------
        dict of CellId to value
            Values of all formula cells that have one, those that arrays cover included. Why the
            others have none is in `reasons`.

        Raises
        ------
        InputError
            If the engine cannot work with the workbook at all.
        """
        plan = self._plan
        unsettled: dict[CellId, str] = {}
        while True:
            self._engine = run_plan(plan)
            if plan.cut:
                self._rounds = Rounds(plan, self._engine)
                try:
                    unsettled = self._rounds.settle()
                    self._engine.evaluate()
                except UnsettledError:
                    give_up_far_reaching(plan)
                    continue
            collector = Collector(plan, self._engine)
            found = collector.values()
            spilled = [cell for cell in found if collector.spills(cell)]
            # What they spilled may have been taken for the contents of blank cells.
            for cell in spilled:
                plan.give_up(cell, "gives a range; expected an array formula, or one value")
            if spilled:
                continue
            circular = collector.circular() - plan.cut.keys()
            if not circular or self.contents.iteration is None:
                break
            # References that are worked out may close circles that are not seen before.
            plan.cut_at(cut_circles(plan, self._engine, circular) or circular)
        collector.reasons.update(unsettled)
        collector.taint()
        self.reasons = collector.reasons
        if self._rounds is not None:
            # Other values may have been tried in their cells.
            self._rounds.held.clear()
        if self._is_doubtful:
            put_everywhere(plan, self._engine, self.reasons, TRIALS[-1])
        # With the cells of an array that has no value, whatever the engine left there.
        without = {cell for source in self.reasons for cell in plan.cells_of(source)}
        return {cell: value for cell, value in found.items() if cell not in without}

    def left(self) -> list[tuple[str, str]]:
        """Formulas without value with the reason, in the order of their cells."""
        cells = sorted(self.reasons, key=self._plan.order)
        return [(qualified(cell), self.reasons[cell]) for cell in cells]

    def is_formula(self, cell: CellId) -> bool:
        """Whether a cell holds a formula, or lies in the area of one."""
        return self._plan.formula(cell) is not None or self._plan.is_covered(cell)

    def typed(self, cell: CellId) -> Any:
        """What is typed into a cell."""
        return self._plan.sheets[cell[0]].values.get(cell[1:])

    # Once all formulas are worked out.

    def is_used(self, cell: CellId) -> bool:
        """Whether a formula refers to a cell, as far as can be told."""
        return bool(self._plan.far_reaching) or bool(self._engine.dependents(*cell))

    def set(self, cell: CellId, value: Any) -> None:
        """Type another value into a cell."""
        self._engine.put(*cell, [[value]])

    def worked_out(self, cells: Iterable[CellId]) -> list[Any]:
        """Values of some cells as they are now."""
        wanted = list(cells)
        try:
            return self._surely_worked_out(wanted)
        except UnsettledError:
            return [NoValue("refers to cells that lead to ever new ones")] * len(wanted)

    def _surely_worked_out(self, wanted: list[CellId]) -> list[Any]:
        found = self._worked_out(wanted)
        if not self._is_doubtful:
            return found
        # With other inputs a reference may lead to a cell without value: then its value matters.
        put_everywhere(self._plan, self._engine, self.reasons, TRIALS[0])
        others = self._worked_out(wanted)
        put_everywhere(self._plan, self._engine, self.reasons, TRIALS[-1])
        return [
            value if is_same(value, other) else NoValue("refers to a cell that has no value")
            for value, other in zip(found, others, strict=True)
        ]

    @property
    def _is_doubtful(self) -> bool:
        """Whether references that are worked out may lead to a cell without value."""
        return bool(self.reasons) and bool(self._plan.far_reaching & self._plan.texts.keys())

    def _worked_out(self, cells: list[CellId]) -> list[Any]:
        if self._rounds is not None:
            unsettled = self._rounds.settle()
            if unsettled:
                return [NoValue(next(iter(unsettled.values())))] * len(cells)
        wanted = [self._plan.cut.get(cell, cell) for cell in cells]
        firsts = [self._first_of(cell) for cell in wanted]
        found = self._engine.worked_out([*wanted, *firsts] if firsts != wanted else wanted)
        # Where an array has no value, its cells have none.
        return [
            first if isinstance(first, NoValue) else 0.0 if value is None else value
            for value, first in zip(found, found[-len(wanted) :], strict=False)
        ]

    def _first_of(self, cell: CellId) -> CellId:
        """The cell that holds the array formula whose area a cell lies in, or the cell itself."""
        title = cell[0]
        if self._plan.is_covered(cell):
            for at, formula in self._plan.sheets[title].formulas.items():
                if formula.area and cell in self._plan.cells_of((title, *at)):
                    return title, *at
        return cell
