"""What the engine gave for the formulas of a plan, and what cannot be trusted of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_ids import CellId, cell_id_at, qualified, rectangles
from xlcalc.workbooks.formulas.engine import CIRCULAR, Engine, NoValue
from xlcalc.workbooks.formulas.formula_tree import UNREADABLE
from xlcalc.workbooks.formulas.plan import Plan
from xlcalc.workbooks.formulas.references import cells_in


class Collector:
    """Values from an engine.

    Parameters
    ----------
    plan : Plan
        What was worked out; told why formulas have no value.
    engine : Engine
        With everything worked out.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._plan = plan
        self._engine = engine

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
                                self._plan.reasons[(title, *at)] = why
                                continue
                        yield (title, *at), value
                        yield from self._further(title, at, sheet.formulas[at].area)

    def _further(
        self, title: str, first: tuple[int, int], area: str
    ) -> Iterator[tuple[CellId, Any]]:
        """Values of the cells that an array covers besides its first."""
        for at in cells_in(area) if area else ():
            if at != first:
                value = self._engine.value(title, *at)
                yield (title, *at), 0.0 if value is None else value

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
        plan, reasons = self._plan, self._plan.reasons
        waiting = list(reasons)
        if waiting:
            others = reasons.keys() - plan.far_reaching
            first = min(others or waiting, key=plan.order)
            # Also of those that took the fault over from the cell that they found.
            for cell in plan.far_reaching if others else ():
                reasons[cell] = f"may refer to {qualified(first)}, which has no value"
                waiting.append(cell)
        seen = set(waiting)
        while waiting:
            source = waiting.pop()
            for cell in self._dependents(source):
                # Also of one whose own value says that there is none: it took it over.
                reasons[cell] = f"depends on {qualified(source)}, which has no value"
                if cell not in seen:
                    seen.add(cell)
                    waiting.append(cell)

    def _dependents(self, source: CellId) -> Iterator[CellId]:
        """Formulas that refer to what a formula fills, without those in a circle."""
        for filled in self._plan.cells_of(source):
            for cell in map(cell_id_at, self._engine.dependents(*filled)):
                if cell in self._plan.texts and self._plan.reasons.get(cell) != CIRCULAR:
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
