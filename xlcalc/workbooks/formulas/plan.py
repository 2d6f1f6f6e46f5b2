"""What of a workbook's formulas the engine is to work out, and why it cannot work out the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.progress import Progress
from xlcalc.tables.addresses import absolute, boundaries, letters
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.formulas.cell_conversion import needs_reading
from xlcalc.workbooks.formulas.cell_ids import CellId
from xlcalc.workbooks.formulas.contents import Contents, FormulaCell, SheetContents
from xlcalc.workbooks.formulas.references import cells_in
from xlcalc.workbooks.formulas.table_references import Tables
from xlcalc.workbooks.formulas.text_references import TextReferences
from xlcalc.workbooks.formulas.translate import Translator, fitted
from xlcalc.workbooks.formulas.trusted import is_trusted
from xlcalc.workbooks.sheets import MOST_COLUMNS, MOST_ROWS

#: Functions whose references are known only when they are worked out.
_FAR_REACHING = frozenset(("INDIRECT", "OFFSET"))

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


#: Where formulas stand that are worked out apart: in no row or column that a workbook uses.
_FAR_ROW, _FAR_COLUMN = MOST_ROWS - 5000, MOST_COLUMNS - 1200


@dataclass
class Plan:
    """The formulas of a workbook in the engine's terms.

    Parameters
    ----------
    contents : Contents
        The workbook's cells.

    Attributes
    ----------
    sheets : dict of str to SheetContents
        Its sheets by title.
    covered : dict of str to set of tuple
        By title: cells in the area of an array formula besides its first.
    texts : dict of CellId to str
        Formulas to be worked out.
    reasons : dict of CellId to str
        Why formulas have no value.
    far_reaching : set of CellId
        Formulas whose references are known only when they are worked out.
    cut : dict of CellId to CellId
        Cells at which circles are cut, each with the cell that its formula is worked out in.
    cut_elsewhere : dict of CellId to CellId
        The same the other way round.
    """

    contents: Contents
    sheets: dict[str, SheetContents] = field(init=False)
    covered: dict[str, set[tuple[int, int]]] = field(init=False)
    texts: dict[CellId, str] = field(default_factory=dict)
    reasons: dict[CellId, str] = field(default_factory=dict)
    far_reaching: set[CellId] = field(default_factory=set)
    cut: dict[CellId, CellId] = field(default_factory=dict)
    cut_elsewhere: dict[CellId, CellId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheets = {sheet.title: sheet for sheet in self.contents.sheets}
        self.covered = {title: set(_covered(sheet)) for title, sheet in self.sheets.items()}

    @cached_property
    def text_references(self) -> TextReferences:
        """What texts refer to."""
        contents = self.contents
        return TextReferences(
            {name.casefold(): text for name, text in contents.names.items()},
            {name.casefold() for names in contents.local_names.values() for name in names},
            Tables(contents.tables),
            {title.casefold() for title in self.sheets},
        )

    def give_up(self, cell: CellId, why: str) -> None:
        """Work a formula out no more."""
        self.reasons[cell] = why
        self.texts.pop(cell, None)
        if cell in self.cut:
            del self.cut_elsewhere[self.cut.pop(cell)]

    def texts_of(self, sheet: SheetContents) -> Iterator[tuple[tuple[int, int], str]]:
        """Formulas of a sheet to be worked out, by row and column."""
        for at in sheet.formulas:
            text = self.texts.get((sheet.title, *at))
            if text is not None and (sheet.title, *at) not in self.cut:
                yield at, text

    def cut_at(self, cells: Iterable[CellId]) -> None:
        """Cut circles at some cells; their formulas are worked out beyond all that is used."""
        for cell in sorted(cells):
            count = len(self.cut)
            elsewhere = (cell[0], _FAR_ROW + count // 1000, _FAR_COLUMN + count % 1000)
            self.cut[cell], self.cut_elsewhere[elsewhere] = elsewhere, cell

    def formula(self, cell: CellId) -> FormulaCell | None:
        """The formula in a cell."""
        return self.sheets[cell[0]].formulas.get(cell[1:])

    def shown(self, cell: CellId) -> Any:
        """What the formula in a cell showed when the file was written."""
        formula = self.formula(cell)
        return None if formula is None else formula.value

    def cells_of(self, cell: CellId) -> list[CellId]:
        """The cells that the formula in a cell fills."""
        formula = self.formula(cell)
        if formula is None or not formula.area:
            return [cell]
        return [(cell[0], *at) for at in cells_in(formula.area)]

    def is_covered(self, cell: CellId) -> bool:
        """Whether a cell lies in the area of an array formula, and is not its first."""
        return cell[1:] in self.covered[cell[0]]

    def order(self, cell: CellId) -> tuple[int, int, int]:
        """Where a cell stands among all, tab by tab."""
        return list(self.sheets).index(cell[0]), *cell[1:]


def make_plan(contents: Contents, progress: Progress) -> Plan:
    """Put a workbook's formulas into the engine's terms.

    Parameters
    ----------
    contents : Contents
        The workbook's cells; they stay as they are.
    progress : Progress
        Told how many formulas are read.
    """
    plan = Plan(contents)
    progress.start("reading formulas", sum(len(sheet.formulas) for sheet in contents.sheets))
    planner = _Planner(plan)
    for sheet in contents.sheets:
        planner.add(sheet)
        progress.step(len(sheet.formulas))
    return plan


class _Planner:
    """Translates formulas, sheet by sheet."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._contents = plan.contents
        self._translators = dict(self._make_translators())
        self._lacking: dict[frozenset[str], str] = {}

    def add(self, sheet: SheetContents) -> None:
        """Add the formulas of a sheet."""
        for at, formula in sheet.formulas.items():
            cell = sheet.title, *at
            if self._plan.is_covered(cell):
                self._plan.reasons[cell] = "stands inside the area of an array formula"
            else:
                self._add(cell, formula)

    def _add(self, cell: CellId, formula: FormulaCell) -> None:
        title, row, _ = cell
        translator = self._translators[title]
        found = translator.translated(
            formula.text,
            title,
            single=not formula.area,
            table=self._table(cell) if "[" in formula.text else "",
        )
        # A function that nobody knows first: what is said of its arguments is a guess.
        wrong = self._without(formula, found.functions) or found.wrong
        if not all(translator.tables.holds(name, title, row) for name in found.rows_of):
            wrong = wrong or "takes a row of a table that it does not stand beside"
        if wrong:
            self._plan.reasons[cell] = wrong
            return
        if found.functions & _FAR_REACHING:
            self._plan.far_reaching.add(cell)
        self._plan.texts[cell] = _sized(found.in_row(row), formula)

    def _make_translators(self) -> Iterator[tuple[str, Translator]]:
        spills = {
            (sheet.title, f"{letters(column)}{row}"): absolute(formula.area)
            for sheet in self._contents.sheets
            for (row, column), formula in sheet.formulas.items()
            if formula.area
        }

        def made(names: Mapping[str, str]) -> Translator:
            return Translator(
                self._contents.tables, names, spills=spills, exact=True, reads_texts=reads_texts
            )

        reads_texts = any(
            isinstance(value, str) and not isinstance(value, CellError) and needs_reading(value)
            for sheet in self._contents.sheets
            for value in (
                *sheet.values.values(),
                *(formula.value for formula in sheet.formulas.values()),
            )
        )

        shared = made(self._contents.names)
        for sheet in self._contents.sheets:
            local = self._contents.local_names.get(sheet.title)
            own = made({**self._contents.names, **local}) if local else shared
            yield sheet.title, own

    def _table(self, cell: CellId) -> str:
        """The table that a cell lies in."""
        title, row, column = cell
        for table in self._contents.tables:
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
        hidden = any(sheet.hides_rows for sheet in self._contents.sheets)
        for function in sorted(functions):
            if function not in CATALOGUE and not is_trusted(function):
                return f"uses {function}, which cannot be evaluated here"
            if function in _OF_VISIBLE_ROWS and hidden:
                return f"uses {function}, and there are hidden rows"
            if function in _OF_DATES and self._contents.from_1904:
                return f"uses {function}, and dates count from 1904 in this workbook"
        return ""


def _covered(sheet: SheetContents) -> Iterator[tuple[int, int]]:
    for first, formula in sheet.formulas.items():
        for cell in cells_in(formula.area) if formula.area else ():
            if cell != first:
                yield cell


def _sized(text: str, formula: FormulaCell) -> str:
    if not formula.area:
        return text
    left, top, right, bottom = boundaries(formula.area)
    return fitted(text, bottom - top + 1, right - left + 1, dynamic=formula.dynamic)
