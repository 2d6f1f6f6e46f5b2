"""What the engine gave for the formulas of a plan, and what cannot be trusted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_conversion import NoValue, is_same
from xlcalc.workbooks.formulas.cell_ids import CellId, qualified, rectangles
from xlcalc.workbooks.formulas.circles import name_circles
from xlcalc.workbooks.formulas.engine import CIRCULAR, Engine, UnsettledError
from xlcalc.workbooks.formulas.formula_tree import UNREADABLE
from xlcalc.workbooks.formulas.plan import Plan
from xlcalc.workbooks.formulas.references import cells_in

#: What cells without value hold in turn, to see whose value hangs on them.
TRIALS = (8.765e4, "no value", NoValue("has no value"))


def put_everywhere(plan: Plan, engine: Engine, cells: Iterable[CellId], value: Any) -> None:
    """Let some formulas' cells hold a value instead."""
    for cell in cells:
        for filled in plan.cells_of(cell):
            engine.put(*filled, [[value]])


class Collector:
    """Values from an engine.

    Parameters
    ----------
    plan : Plan
        What was worked out.
    engine : Engine
        With everything worked out.

    Attributes
    ----------
    reasons : dict of CellId to str
        Why formulas have no value, those included that were not worked out.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._plan = plan
        self._engine = engine
        self.reasons = dict(plan.reasons)
        self._in_circles: set[CellId] = set()

    def values(self) -> dict[CellId, Any]:
        """Values of all formula cells that have one, those that arrays cover included."""
        return dict(self._values())

    def _values(self) -> Iterator[tuple[CellId, Any]]:
        for title, sheet in self._plan.sheets.items():
            for row, column, texts in rectangles(self._plan.texts_of(sheet)):
                block = self._engine.values(title, row, column, len(texts), len(texts[0]))
                for below, values in enumerate(block):
                    for right, value in enumerate(values):
                        at = row + below, column + right
                        if type(value) is not float:
                            # A reference to a blank cell is 0 in every spreadsheet program.
                            value = 0.0 if value is None else value
                            if why := _no_value(value, sheet.formulas[at].text):
                                self.reasons[(title, *at)] = why
                                continue
                        yield (title, *at), value
                        yield from self._further(title, at, sheet.formulas[at].area)

        for cell in self._plan.cut:
            # What its formula gives, which is what it holds but for the change that is allowed.
            value = self._engine.value(*self._plan.cut[cell])
            value = 0.0 if value is None else value
            if why := _no_value(value, self._plan.sheets[cell[0]].formulas[cell[1:]].text):
                self.reasons[cell] = why
            else:
                yield cell, value

    def _further(
        self, title: str, first: tuple[int, int], area: str
    ) -> Iterator[tuple[CellId, Any]]:
        """Values of the cells that an array covers besides its first."""
        for at in cells_in(area) if area else ():
            if at != first:
                value = self._engine.value(title, *at)
                yield (title, *at), 0.0 if value is None else value

    def circular(self) -> set[CellId]:
        """Formulas that refer to themselves."""
        return {cell for cell, why in self.reasons.items() if why == CIRCULAR}

    def spills(self, cell: CellId) -> bool:
        """Whether a plain formula gave values to blank cells beside it."""
        title, row, column = cell
        sheet, formula = self._plan.sheets[title], self._plan.formula(cell)
        if formula is None or formula.area:
            return False
        beside = ((row, column + 1), (row + 1, column))
        # Asking the engine takes long, and few formulas have something beside them that none gave.
        return any(
            self._engine.value(title, *at) is not None
            for at in beside
            if at not in sheet.values and at not in sheet.formulas
        ) and self._engine.spills(*cell)

    def taint(self) -> None:
        """Name the formulas that depend on one without value; they may hide that it has none."""
        plan, reasons = self._plan, self.reasons
        self._in_circles = self.circular() | (plan.cut.keys() & reasons.keys())
        reasons.update(name_circles(plan, self._engine, self.circular()))
        self._name_dependents(list(reasons))
        # References that are worked out lead to a cell without value if its value matters.
        while far := [
            cell for cell in plan.far_reaching if cell in plan.texts and cell not in reasons
        ]:
            if not reasons:
                return
            found = self._hang_on_lacking(far)
            if not found:
                return
            first = qualified(min(reasons, key=plan.order))
            for cell in found:
                reasons[cell] = f"may refer to {first}, which has no value"
            self._name_dependents(found)

    def _name_dependents(self, waiting: list[CellId]) -> None:
        """Name the formulas that refer to some without value, and those that refer to these."""
        seen = set(waiting)
        while waiting:
            source = waiting.pop()
            for cell in self._dependents(source):
                # Also of one whose own value says that there is none: it took it over.
                self.reasons[cell] = f"depends on {qualified(source)}, which has no value"
                if cell not in seen:
                    seen.add(cell)
                    waiting.append(cell)

    def _hang_on_lacking(self, cells: list[CellId]) -> list[CellId]:
        """Formulas whose value is another if the cells without value hold something else."""
        seen: list[list[Any]] = []
        for trial in TRIALS:
            put_everywhere(self._plan, self._engine, self.reasons, trial)
            try:
                self._engine.evaluate()
            except UnsettledError:
                return cells
            seen.append([self._engine.value(*cell) for cell in cells])
        return [
            cell
            for cell, *values in zip(cells, *seen, strict=True)
            if not all(is_same(value, values[0]) for value in values)
        ]

    def _dependents(self, source: CellId) -> Iterator[CellId]:
        """Formulas that refer to what a formula fills, without those in a circle."""
        for filled in self._plan.cells_of(source):
            for found in self._engine.dependents(*filled):
                cell = self._plan.cut_elsewhere.get(found, found)
                if cell in self._plan.texts and cell not in self._in_circles:
                    yield cell


def _no_value(value: Any, text: str) -> str:
    """Why what the engine gives for a formula is no value."""
    if value == UNREADABLE and isinstance(value, NoValue):
        # Programs show arguments parted by semicolons in some languages; no file has them.
        hint = "; in a file, arguments are parted by commas" if ";" in text else ""
        return f"{value}: {text[:60]}{hint}"
    if isinstance(value, NoValue):
        return str(value)
    if isinstance(value, CellError) and value == "#NAME?":
        return f"uses a name that is not known: {text[:60]}"
    return ""
