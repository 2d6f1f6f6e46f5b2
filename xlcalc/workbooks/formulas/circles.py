"""Formulas that refer to themselves: which circles they make, and how these settle.

Each circle is cut at a few cells. They hold values, and what their formulas give is worked out
elsewhere and put back, round by round, until nothing changes any more. Anderson's method makes a
guess of the end from the last rounds, which needs a fraction of their number.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_conversion import NoValue, is_same
from xlcalc.workbooks.formulas.cell_ids import CellId, qualified
from xlcalc.workbooks.formulas.engine import Engine
from xlcalc.workbooks.formulas.plan import Plan

#: Cells of a circle that a sentence names.
_MOST_NAMED = 6


def name_circles(plan: Plan, engine: Engine, circular: Iterable[CellId]) -> dict[CellId, str]:
    """What to say of formulas that refer to themselves: each with a circle that it is in.

    Parameters
    ----------
    plan : Plan
        The workbook.
    engine : Engine
        With everything worked out.
    circular : iterable of CellId
        The formulas.
    """
    to = _references(plan, engine, set(circular))
    found: dict[CellId, str] = {}
    for cell in sorted(to, key=plan.order):
        if cell not in found:
            circle = _circle(cell, to)
            sentence = f"refers to itself: {_shown(circle)}" if circle else "refers to itself"
            found.update(dict.fromkeys([cell, *circle], sentence))
    return found


def _references(plan: Plan, engine: Engine, cells: Set[CellId]) -> dict[CellId, list[CellId]]:
    """For some formulas, those of them that refer to each."""
    return {
        cell: [
            other
            for filled in plan.cells_of(cell)
            for other in engine.dependents(*filled)
            if other in cells
        ]
        for cell in cells
    }


def cut_circles(plan: Plan, engine: Engine, circular: Set[CellId]) -> set[CellId]:
    """A few formulas without which the others make no circle.

    Parameters
    ----------
    plan : Plan
        The workbook.
    engine : Engine
        With everything worked out.
    circular : set of CellId
        Formulas that have no value because of a circle.

    Returns
    -------
    set of CellId
        An end of each reference by which a walk along them comes back, if possible one without a
        function: what MATCH finds, say, must be equal to the last digit.
    """
    to = _references(plan, engine, circular)
    cut: set[CellId] = set()
    done: set[CellId] = set()
    for root in sorted(to, key=plan.order):
        if root in done:
            continue
        way = {root}
        work = [(root, iter(to[root]))]
        while work:
            cell, others = work[-1]
            for other in others:
                if other in way:
                    if cut.isdisjoint((cell, other)):
                        cut.add(min((other, cell), key=lambda each: _jumps(plan.texts[each])))
                elif other not in done:
                    way.add(other)
                    work.append((other, iter(to[other])))
                    break
            else:
                done.add(cell)
                way.discard(cell)
                work.pop()
    return cut


#: Functions whose results jump, or are found again by their last digit.
_JUMPS = re.compile(r"\b(?:MAX|MIN|IF|INDEX|X?MATCH|[VHX]?LOOKUP|ROUND\w*|CHOOSE)\(", re.IGNORECASE)


def _jumps(text: str) -> tuple[bool, bool]:
    return _JUMPS.search(text) is not None, "(" in text


def _circle(start: CellId, to: Mapping[CellId, list[CellId]]) -> list[CellId]:
    """The shortest way from a cell to itself, each before the one it refers to."""
    before: dict[CellId, CellId] = {}
    waiting = deque([start])
    while waiting:
        cell = waiting.popleft()
        for other in to[cell]:
            if other == start:
                way = [cell]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return [start, *way[:-1]] if way[-1] == start and len(way) > 1 else way
            if other not in before:
                before[other] = cell
                waiting.append(other)
    return []


def _shown(circle: list[CellId]) -> str:
    names = [qualified(cell) for cell in circle]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], "..."]
    return " -> ".join([*names, qualified(circle[0])])


#: Rounds from which a guess is made of the end.
_MEMORY = 6

#: Further rounds once there is no difference but in the last digits.
_POLISHED = 3

#: Parts of a step that are tried in turn where a whole one leads to an error value.
_STEPS = (1.0, 0.5, 0.25, 0.1, 0.03)


class Rounds:
    """Circles of a workbook, worked out in rounds.

    Parameters
    ----------
    plan : Plan
        With the cells at which its circles are cut.
    engine : Engine
        Where these cells hold values.

    Attributes
    ----------
    held : dict of CellId to value
        What the cells hold.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._plan = plan
        self._engine = engine
        self._cells = sorted(plan.cut)
        self.held: dict[CellId, Any] = {}

    def settle(self) -> dict[CellId, str]:
        """Start from the values in the file, and go on until nothing changes.

        Returns
        -------
        dict of CellId to str
            Cells that do not settle, with the reason.
        """
        for step in _STEPS:
            self._hold({cell: self._plan.shown(cell) for cell in self._cells})
            unsettled = self._rounds(step)
            if unsettled is not None:
                return unsettled
        return dict.fromkeys(self._cells, "is in a circle that an error value enters")

    def _hold(self, values: Mapping[CellId, Any]) -> None:
        for cell, value in values.items():
            if cell not in self.held or not is_same(self.held[cell], value):
                self._engine.put(*cell, [[value]])
                self.held[cell] = value

    def _rounds(self, step: float) -> dict[CellId, str] | None:
        """Cells that do not settle; None if one becomes an error value that was none."""
        plan, iteration = self._plan, self._plan.contents.iteration
        assert iteration is not None
        sound = not any(isinstance(value, CellError) for value in self.held.values())
        guess = _Guess()
        found: list[Any] = []
        polished = 0
        for _ in range(iteration.rounds):
            found = self._engine.worked_out([plan.cut[cell] for cell in self._cells])
            if sound and any(isinstance(value, CellError) for value in found):
                return None
            if any(isinstance(value, NoValue) for value in found):
                return {}
            new = dict(zip(self._cells, found, strict=True))
            if all(_is_near(self.held[c], value, 0.0) for c, value in new.items()):
                # What is found by MATCH, say, must be equal to the last digit.
                if polished == _POLISHED or all(is_same(self.held[c], v) for c, v in new.items()):
                    break
                polished += 1
                self._hold(new)
                continue
            numbers = [c for c in self._cells if _are_numbers(self.held[c], new[c])]
            old = np.array([self.held[c] for c in numbers])
            best = guess.next(numbers, old, np.array([new[c] for c in numbers]))
            values = old + step * (best - old)
            self._hold(new | dict(zip(numbers, values.tolist(), strict=True)))
        else:
            found = self._engine.worked_out([plan.cut[cell] for cell in self._cells])
        return {
            cell: f"does not settle in the {iteration.rounds} rounds of the workbook"
            for cell, value in zip(self._cells, found, strict=True)
            if not _is_near(self.held[cell], value, iteration.delta)
        }


class _Guess:
    """Where a row of rounds leads to, by Anderson's method."""

    def __init__(self) -> None:
        self._cells: list[CellId] = []
        self._old: list[NDArray[np.float64]] = []
        self._new: list[NDArray[np.float64]] = []

    def next(
        self, cells: list[CellId], old: NDArray[np.float64], new: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The values to go on with, given those that some cells held and those that came of it."""
        if cells != self._cells:
            self._cells, self._old, self._new = cells, [], []
        self._old, self._new = [*self._old, old][-_MEMORY:], [*self._new, new][-_MEMORY:]
        if len(self._old) < 3:
            return new
        change = np.array(self._new) - np.array(self._old)
        scale = np.maximum(np.abs(new), 1e-6)
        weights = np.linalg.lstsq(
            np.diff(change, axis=0).T / scale[:, None], change[-1] / scale, rcond=1e-10
        )[0]
        best: NDArray[np.float64] = new - np.diff(np.array(self._new), axis=0).T @ weights
        # A guess far away is none.
        if np.all(np.isfinite(best)) and np.all(np.abs(best - new) <= 0.5 * np.abs(new) + 1e-9):
            return best
        return new


def _are_numbers(old: Any, new: Any) -> bool:
    return type(old) is float and type(new) is float


def _is_near(old: Any, new: Any, delta: float) -> bool:
    if _are_numbers(old, new):
        return bool(abs(new - old) <= max(delta, 4e-16 * abs(new)))
    return is_same(old, new) or (old is None and new in (0.0, "")) or (old == 0.0 and new is None)
