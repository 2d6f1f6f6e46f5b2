"""Any workbook as a model: its formulas worked out, or named with the reason why they cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import formualizer

from xlcalc.errors import InputError
from xlcalc.files.names import name_of
from xlcalc.progress import Progress, Silent
from xlcalc.tables.addresses import boundaries, letters
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_ids import Place, blocks, named, place_at
from xlcalc.workbooks.formulas.contents import Contents, FormulaCell, Sheet
from xlcalc.workbooks.formulas.engine import CIRCULAR, Engine, Unable, knows_function
from xlcalc.workbooks.formulas.formula_tree import UNREADABLE
from xlcalc.workbooks.formulas.references import cells_in
from xlcalc.workbooks.formulas.translate import Translator, fitted

#: Functions whose references are known only when they are worked out.
_FAR_REACHING = frozenset(("INDIRECT", "OFFSET"))

#: Functions of what the engine is not told: the program, the sheets, the formulas' text.
_ELSEWHERE = frozenset(("CELL", "INFO", "SHEET", "SHEETS", "FORMULATEXT", "ISFORMULA", "LAMBDA"))

#: Functions that the engine has, but not as Excel: units, digits, or kinds of values are missing.
_OTHERWISE = frozenset(
    (
        *("CONVERT", "GAMMA", "TYPE", "IMEXP", "IMSQRT", "IMLN", "IMSIN", "IMCOS", "IMTAN"),
        *("IMPOWER", "IMLOG10", "IMLOG2", "IMDIV", "IMSINH", "IMCOSH", "IMSEC", "IMCSC", "IMCOT"),
        *("IMSECH", "IMCSCH", "IMPRODUCT", "IMSUM", "IMSUB"),
    )
)

#: Functions that leave hidden rows out, which the engine does not know.
_OF_VISIBLE_ROWS = frozenset(("SUBTOTAL", "AGGREGATE"))

#: Functions of dates as numbers, which count from 1900 in the engine.
_OF_DATES = frozenset(
    (
        *("DATE", "DATEVALUE", "DAY", "DAYS", "DAYS360", "EDATE", "EOMONTH", "ISOWEEKNUM", "MONTH"),
        *("NETWORKDAYS", "NOW", "TEXT", "TODAY", "WEEKDAY", "WEEKNUM", "WORKDAY", "YEAR"),
        *("YEARFRAC",),
    )
)


class Model:
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
        #: Why formulas have no value.
        self.unable: dict[Place, str] = {}
        self._progress = progress or Silent()
        self._sheets = {sheet.title: sheet for sheet in contents.sheets}
        self._covered = {
            sheet.title: {
                cell
                for at, formula in sheet.formulas.items()
                if formula.area
                for cell in cells_in(formula.area)
                if cell != at
            }
            for sheet in contents.sheets
        }
        self._translators = dict(self._make_translators())
        self._far_reaching: set[Place] = set()
        self._lacking: dict[frozenset[str], str] = {}
        self._texts: dict[Place, str] = {}
        self._translate()
        self._engine = self._filled()

    def _make_translators(self) -> Iterator[tuple[str, Translator]]:
        spills = {
            (sheet.title, f"{letters(column)}{row}"): _fixed(formula.area)
            for sheet in self.contents.sheets
            for (row, column), formula in sheet.formulas.items()
            if formula.area
        }

        def made(names: Mapping[str, str]) -> Translator:
            return Translator(self.contents.tables, names, spills=spills, exact=True)

        shared = made(self.contents.names)
        for sheet in self.contents.sheets:
            local = self.contents.local_names.get(sheet.title)
            own = made({**self.contents.names, **local}) if local else shared
            yield sheet.title, own

    def _translate(self) -> None:
        count = sum(len(sheet.formulas) for sheet in self.contents.sheets)
        self._progress.start("reading formulas", count)
        for sheet in self.contents.sheets:
            translator = self._translators[sheet.title]
            for (row, column), formula in sheet.formulas.items():
                place = sheet.title, row, column
                if (row, column) in self._covered[sheet.title]:
                    self.unable[place] = "stands inside the area of an array formula"
                    continue
                found = translator.translated(
                    formula.text,
                    sheet.title,
                    single=not formula.area,
                    table=self._table(place) if "[" in formula.text else "",
                )
                # A function that nobody knows first: what is said of its arguments is a guess.
                wrong = self._without(formula, found.functions) or found.wrong
                if not all(
                    translator.tables.holds(name, sheet.title, row) for name in found.rows_of
                ):
                    wrong = wrong or "takes a row of a table that it does not stand beside"
                if wrong:
                    self.unable[place] = wrong
                    continue
                if found.functions & _FAR_REACHING:
                    self._far_reaching.add(place)
                self._texts[place] = _sized(found.in_row(row), formula)
            self._progress.step(len(sheet.formulas))

    def _table(self, place: Place) -> str:
        """The table that a cell lies in."""
        title, row, column = place
        for table in self.contents.tables:
            rows = range(table.top, table.last + table.totals + 1)
            if table.page == title and table.left <= column <= table.right and row in rows:
                return table.name
        return ""

    def _without(self, formula: FormulaCell, functions: frozenset[str]) -> str:
        """Why a formula cannot be worked out, whatever its numbers are."""
        if formula.kind:
            return f"is a formula of another kind ({formula.kind})"
        # Asked once for all formulas of the same functions.
        if functions not in self._lacking:
            self._lacking[functions] = self._lacks(functions)
        return self._lacking[functions]

    def _lacks(self, functions: frozenset[str]) -> str:
        for function in sorted(functions):
            if function in _ELSEWHERE or function in _OTHERWISE or not knows_function(function):
                return f"uses {function}, which cannot be evaluated here"
            if function in _OF_VISIBLE_ROWS and any(s.hides_rows for s in self._sheets.values()):
                return f"uses {function}, and there are hidden rows"
            if function in _OF_DATES and self.contents.from_1904:
                return f"uses {function}, and dates count from 1904 in this workbook"
        return ""

    def _filled(self) -> Engine:
        engine = Engine(self._sheets)
        for sheet in self.contents.sheets:
            covered = self._covered[sheet.title]
            typed = ((at, value) for at, value in sheet.values.items() if at not in covered)
            for row, column, block in blocks(typed):
                engine.put(sheet.title, row, column, block)
            for row, column, block in blocks(self._texts_of(sheet)):
                engine.put_formulas(sheet.title, row, column, block)
        return engine

    def _texts_of(self, sheet: Sheet) -> Iterator[tuple[tuple[int, int], str]]:
        for at in sheet.formulas:
            text = self._texts.get((sheet.title, *at))
            if text is not None:
                yield at, text

    def evaluate(self) -> dict[Place, Any]:
        """Work out all formulas.

        Returns
        -------
        dict of Place to value
            Values of all formula cells that have one, those that arrays cover included. Why the
            others have none is in `unable`.

        Raises
        ------
        InputError
            If the engine cannot work with the workbook at all.
        """
        while True:
            self._run()
            found = dict(self._collected())
            spilled = [place for place in found if self._spills(place)]
            if not spilled:
                break
            # What they spilled may have been taken for the contents of blank cells.
            for place in spilled:
                self._give_up(place, "gives a range; expected an array formula, or one value")
            self._engine = self._filled()
        self._taint()
        # With the cells of an array that has no value, whatever the engine left there.
        without = {cell for place in self.unable for cell in self._cells_of(place)}
        return {place: value for place, value in found.items() if place not in without}

    def _run(self) -> None:
        try:
            self._engine.evaluate()
        except formualizer.ExcelEvaluationError as problem:
            # One formula that the engine refuses makes it refuse them all.
            refused = list(self._refused(list(self._texts)))
            if not refused:
                raise InputError(
                    f"{name_of(self.contents.path)}: cannot be calculated: {problem}"
                ) from None
            for place in refused:
                self._give_up(place, UNREADABLE)
            self._engine = self._filled()
            self._run()

    def _refused(self, places: list[Place]) -> Iterator[Place]:
        """Formulas that the engine does not take, whatever other cells hold."""
        engine = Engine(self._sheets)
        for place in places:
            engine.put_formulas(*place, [[self._texts[place]]])
        try:
            engine.evaluate()
        except formualizer.ExcelEvaluationError:
            if len(places) == 1:
                yield places[0]
                return
            half = len(places) // 2
            yield from self._refused(places[:half])
            yield from self._refused(places[half:])

    def _collected(self) -> Iterator[tuple[Place, Any]]:
        for title, sheet in self._sheets.items():
            for row, column, texts in blocks(self._texts_of(sheet)):
                block = self._engine.values(title, row, column, len(texts), len(texts[0]))
                for below, values in enumerate(block):
                    for right, value in enumerate(values):
                        at = row + below, column + right
                        if type(value) is not float:
                            # A reference to a blank cell is 0 in every spreadsheet program.
                            value = 0.0 if value is None else value
                            if why := _no_value(value, sheet.formulas[at].text):
                                self.unable[(title, *at)] = why
                                continue
                        yield (title, *at), value
                        yield from self._further(title, at, sheet.formulas[at].area)

    def _further(
        self, title: str, first: tuple[int, int], area: str
    ) -> Iterator[tuple[Place, Any]]:
        """Values of the cells that an array covers besides its first."""
        for at in cells_in(area) if area else ():
            if at != first:
                value = self._engine.value(title, *at)
                yield (title, *at), 0.0 if value is None else value

    def _formula(self, place: Place) -> FormulaCell:
        return self._sheets[place[0]].formulas[place[1:]]

    def _spills(self, place: Place) -> bool:
        """Whether a plain formula gave values to blank cells beside it."""
        title, row, column = place
        sheet = self._sheets[title]
        if place[1:] not in sheet.formulas or self._formula(place).area:
            return False
        beside = ((row, column + 1), (row + 1, column))
        # Asking the engine takes long, and few formulas have something beside them that none gave.
        return any(
            self._engine.value(title, *at) is not None
            for at in beside
            if at not in sheet.values and at not in sheet.formulas
        ) and self._engine.spills(*place)

    def _give_up(self, place: Place, why: str) -> None:
        self.unable[place] = why
        self._texts.pop(place, None)

    def _taint(self) -> None:
        """Name the formulas that depend on one without value; they may hide that it has none."""
        waiting = list(self.unable)
        if waiting:
            others = self.unable.keys() - self._far_reaching
            first = min(others or waiting, key=self._order)
            # Also of those that took the fault over from the cell that they found.
            for place in self._far_reaching if others else ():
                self.unable[place] = f"may refer to {named(first)}, which has no value"
                waiting.append(place)
        seen = set(waiting)
        while waiting:
            source = waiting.pop()
            for cell in self._cells_of(source):
                for place in map(place_at, self._engine.dependents(*cell)):
                    if place not in self._texts or self.unable.get(place) == CIRCULAR:
                        continue
                    # Also of one whose own value says that there is none: it took it over.
                    self.unable[place] = f"depends on {named(source)}, which has no value"
                    if place not in seen:
                        seen.add(place)
                        waiting.append(place)

    def _order(self, place: Place) -> tuple[int, int, int]:
        """Where a cell stands among all, tab by tab."""
        return list(self._sheets).index(place[0]), *place[1:]

    def left(self) -> list[tuple[str, str]]:
        """Formulas without value with the reason, in the order of their cells."""
        places = sorted(self.unable, key=self._order)
        return [(named(place), self.unable[place]) for place in places]

    def _cells_of(self, place: Place) -> list[Place]:
        formula = self._sheets[place[0]].formulas.get(place[1:])
        if formula is None or not formula.area:
            return [place]
        return [(place[0], *cell) for cell in cells_in(formula.area)]

    def is_formula(self, place: Place) -> bool:
        """Whether a cell holds a formula, or lies in the area of one."""
        sheet = self._sheets[place[0]]
        return place[1:] in sheet.formulas or place[1:] in self._covered[place[0]]

    def is_used(self, place: Place) -> bool:
        """Whether a formula refers to a cell, as far as can be told."""
        return bool(self._far_reaching) or bool(self._engine.dependents(*place))

    def typed(self, place: Place) -> Any:
        """What is typed into a cell."""
        return self._sheets[place[0]].values.get(place[1:])

    def set(self, place: Place, value: Any) -> None:
        """Type another value into a cell."""
        self._engine.put(*place, [[value]])

    def worked_out(self, places: Iterable[Place]) -> list[Any]:
        """Values of some cells as they are now."""
        cells = list(places)
        firsts = [self._first_of(place) for place in cells]
        found = self._engine.worked_out([*cells, *firsts] if firsts != cells else cells)
        # Where an array has no value, its cells have none.
        return [
            first if isinstance(first, Unable) else 0.0 if value is None else value
            for value, first in zip(found, found[-len(cells) :], strict=False)
        ]

    def _first_of(self, place: Place) -> Place:
        """The cell that holds the array formula whose area a cell lies in, or the cell itself."""
        title, *at = place
        if (at[0], at[1]) in self._covered[title]:
            for first, formula in self._sheets[title].formulas.items():
                if formula.area and place in self._cells_of((title, *first)):
                    return title, *first
        return place


def _no_value(value: Any, text: str) -> str:
    """Why what the engine gives for a formula is no value."""
    if value == UNREADABLE and isinstance(value, Unable):
        # Programs show arguments parted by semicolons in some languages; no file has them.
        hint = "; in a file, arguments are parted by commas" if ";" in text else ""
        return f"{value}: {text[:60]}{hint}"
    if isinstance(value, Unable):
        return str(value)
    if isinstance(value, CellError) and value == "#NAME?":
        return f"uses a name that is not known: {text[:60]}"
    return ""


def _sized(text: str, formula: FormulaCell) -> str:
    if not formula.area:
        return text
    left, top, right, bottom = boundaries(formula.area)
    return fitted(text, bottom - top + 1, right - left + 1, dynamic=formula.dynamic)


def _fixed(area: str) -> str:
    return ":".join(
        f"${end.rstrip('0123456789')}${end.lstrip(_LETTERS)}" for end in area.split(":")
    )


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
