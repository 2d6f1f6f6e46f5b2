"""The engine: cells and formulas in formualizer, with the catalogue's functions and stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import formualizer

from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED, is_range
from xlcalc.tables.cell_values import NOT_AVAILABLE, CellError
from xlcalc.workbooks.formulas.cell_conversion import NoValue, as_number
from xlcalc.workbooks.formulas.cell_function import CellFunction
from xlcalc.workbooks.formulas.cell_ids import CellId, cell_id_at
from xlcalc.workbooks.formulas.conditions import COUNT_WHOLE_CELLS
from xlcalc.workbooks.formulas.each_cell import EACH_CELL
from xlcalc.workbooks.formulas.excel_functions import (
    AS_TEXT,
    COUNT_WHOLE,
    FIT,
    IS,
    LEFT_OUT,
    MATCH_DOWN,
    MINUS,
    NO_TRUTH,
    NUMBER,
    PLUS,
    REFERENCE_TEXT,
    SHOWN,
    SORTED_MATCH,
    STAND_INS,
    compare_values,
    minus,
    no_truth,
    over_cells,
    plus,
    shown_value,
    sorted_match,
    stand_in,
)
from xlcalc.workbooks.formulas.excel_number_text import number_as_text
from xlcalc.workbooks.formulas.formula_tree import UNREADABLE
from xlcalc.workbooks.formulas.range_functions import MATCH_DOWN_CELLS
from xlcalc.workbooks.formulas.text_references import TextReferences

_ERRORS = {
    "Na": "#N/A",
    "Value": "#VALUE!",
    "Num": "#NUM!",
    "Div": "#DIV/0!",
    "Name": "#NAME?",
    "Ref": "#REF!",
    "Null": "#NULL!",
}
_KINDS = {text: kind for kind, text in _ERRORS.items()}

#: Why a formula in a circle has no value.
CIRCULAR = "refers to itself"

#: Kinds of errors that say what the engine cannot do, not what is wrong with a formula.
_NO_VALUE = {
    "NImpl": "needs what is not sure here, such as a text that some settings take for a number, a "
    "search among cells in no order, or a reference over several sheets",
    "Error": UNREADABLE,
    "Circ": CIRCULAR,
    "Spill": "gives a range that does not fit its cells",
}


#: How often the engine is asked again while references lead to new ones.
_MOST_ATTEMPTS = 200


class UnsettledError(Exception):
    """References that are worked out lead to ever new ones."""


class Engine:
    """Cells and formulas of a workbook; formulas are in the engine's terms.

    Parameters
    ----------
    titles : iterable of str
        Its pages.
    references : TextReferences, optional
        What texts refer to.
    """

    def __init__(
        self,
        titles: Iterable[str],
        references: TextReferences | None = None,
    ) -> None:
        settings = formualizer.EvaluationConfig()
        # What refers to itself is known once it is worked out: ROW(A5) in A5 is no circle.
        settings.cycle_detection = "runtime"
        self._book: Any = formualizer.Workbook(
            config=formualizer.WorkbookConfig(eval_config=settings)
        )
        # The engine has a first page, and does not tell capitals from small letters.
        [self._first] = self._book.sheet_names
        self._first_title = self._first
        for title in titles:
            if title.casefold() == self._first.casefold():
                self._first_title = title
            else:
                self._book.add_sheet(title)
        self._book.set_temporal_egress("serial")
        self._book.register_function(AS_TEXT, _as_text, min_args=1, max_args=1)
        self._book.register_function(FIT, _fitted, min_args=4, max_args=4)
        for name, made in (
            (IS, CellFunction(compare_values, 3, 3)),
            (PLUS, CellFunction(plus, 2, 2)),
            (MINUS, CellFunction(minus, 2, 2)),
            (SHOWN, CellFunction(shown_value)),
            (NO_TRUTH, CellFunction(no_truth)),
            (NUMBER, CellFunction(as_number)),
            (MATCH_DOWN, MATCH_DOWN_CELLS),
            (COUNT_WHOLE, COUNT_WHOLE_CELLS),
            (REFERENCE_TEXT, CellFunction((references or TextReferences()).address, 1, 2)),
        ):
            self._book.register_function(
                name, partial(_stood_in, made), min_args=made.least, max_args=made.most
            )
        self._book.register_function(SORTED_MATCH, _placed, min_args=2, max_args=2)
        for name, made in {**EACH_CELL, **STAND_INS}.items():
            self._book.register_function(
                stand_in(name), partial(_stood_in, made), min_args=made.least, max_args=made.most
            )
        for function in CATALOGUE.values():
            count = len(function.arguments)
            self._book.register_function(
                function.name, _adapted(function), min_args=0, max_args=count
            )

    def _page(self, title: str) -> str:
        """What the engine calls a page."""
        return self._first if title == self._first_title else title

    def put(self, page: str, row: int, column: int, block: Sequence[Sequence[Any]]) -> None:
        """Fill a block of cells, a row each; one told to be blank never takes a formula."""
        contents = [[_content(cell) for cell in cells] for cells in block]
        self._book.set_values_batch(self._page(page), row, column, contents)

    def put_formulas(
        self, page: str, row: int, column: int, block: Sequence[Sequence[str]]
    ) -> None:
        """Fill a block of cells with formulas, a row each."""
        self._book.set_formulas_batch(self._page(page), row, column, list(map(list, block)))

    def evaluate(self) -> None:
        """Work out everything.

        Raises
        ------
        UnsettledError
            If references that are known only when they are worked out lead to ever new ones.
        formualizer.ExcelEvaluationError
            If the engine refuses a formula.
        """
        self._asked_again(self._book.evaluate_all)

    def _asked_again(self, work: Callable[[], Any]) -> Any:
        """What the engine does, which gives up after a few new references and then goes on."""
        for _ in range(_MOST_ATTEMPTS):
            try:
                return work()
            except formualizer.ExcelEvaluationError as problem:
                if "did not converge" not in str(problem):
                    raise
        raise UnsettledError

    def value(self, page: str, row: int, column: int) -> Any:
        """Value of a cell once all is worked out: None if it is blank, NoValue if there is none."""
        return _plain(self._book.get_value(self._page(page), row, column))

    def values(self, page: str, row: int, column: int, height: int, width: int) -> list[list[Any]]:
        """Values of a block of cells, a row each."""
        last = row + height - 1, column + width - 1
        address = formualizer.RangeAddress(self._page(page), row, column, *last)
        found = self._book.sheet(self._page(page)).get_values(address)
        return [list(map(_plain, cells)) for cells in found]

    def worked_out(self, cells: Sequence[tuple[str, int, int]]) -> list[Any]:
        """Values of some cells, after working out what they need and no more."""
        wanted = [(self._page(page), row, column) for page, row, column in cells]
        found = self._asked_again(lambda: self._book.evaluate_cells(wanted))
        return list(map(_plain, found))

    def spills(self, page: str, row: int, column: int) -> bool:
        """Whether a formula gave values to cells beside its own."""
        role = self._book.inspect_cell(_address(self._page(page), row, column)).cell.spill
        return role is not None and role.kind == formualizer.SpillRoleKind.Anchor

    def dependents(self, page: str, row: int, column: int) -> list[CellId]:
        """The formulas that refer to a cell."""
        report = self._book.dependents(
            _address(self._page(page), row, column), max_results=1_000_000, max_work=1_000_000_000
        )
        found = (cell_id_at(str(each.cell)) for each in report.dependents)
        return [
            (self._first_title, row, column) if page == self._first else (page, row, column)
            for page, row, column in found
        ]


def _address(page: str, row: int, column: int) -> str:
    quoted = page.replace("'", "''")
    return f"'{quoted}'!{formualizer.CellRef(None, row, column, False, False)}"


def _adapted(function: Function) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return _handed_back(function(*map(_handed_over, arguments)))

    return call


def _handed_over(argument: Any) -> Any:
    if isinstance(argument, list):
        return [list(map(_plain, row)) for row in argument]
    return OMITTED if argument == LEFT_OUT else _plain(argument)


def _handed_back(result: Any) -> Any:
    if is_range(result):
        return [[_content(cell) for cell in row] for row in result]
    return _content(result)


def _as_text(argument: Any) -> Any:
    """A number as text as Excel has it; what is none stays."""
    if isinstance(argument, list):
        return [[_as_text(cell) for cell in row] for row in argument]
    if isinstance(argument, bool):
        return str(argument).upper()
    if isinstance(argument, (int, float)):
        return number_as_text(argument)
    if isinstance(argument, dict):
        return _content(_plain(argument))
    return "" if argument is None else argument


def _stood_in(function: CellFunction, *arguments: Any) -> Any:
    """A function of ours instead of one of the engine's."""
    return _handed_back(over_cells(function, list(map(_handed_over, arguments))))


def _placed(sought: Any, values: Any) -> Any:
    """Where a search among values that are in no order ends, if that is sure."""
    found = sorted_match(_handed_over(sought), _handed_over(values))
    return formualizer.LiteralValue.error("NImpl", "") if found is None else _content(found)


def _fitted(result: Any, height: float, width: float, dynamic: bool) -> Any:
    """A result in the size of its cells: an old array formula fills or cuts, a new one must fit."""
    rows = result if isinstance(result, list) else [[result]]
    size = int(height), int(width)
    if dynamic and (len(rows), len(rows[0])) != size:
        return formualizer.LiteralValue.error("Spill", "")
    return [
        [_content(_plain(_of_array(rows, row, column))) for column in range(size[1])]
        for row in range(size[0])
    ]


def _of_array(rows: list[list[Any]], row: int, column: int) -> Any:
    """A cell of an array, whose only row or column goes on for ever."""
    row, column = row if len(rows) > 1 else 0, column if len(rows[0]) > 1 else 0
    if row >= len(rows) or column >= len(rows[0]):
        return NOT_AVAILABLE
    cell = rows[row][column]
    return 0.0 if cell is None else cell


def _content(cell: Any) -> Any:
    if isinstance(cell, NoValue):
        return formualizer.LiteralValue.error("NImpl", cell)
    if isinstance(cell, CellError):
        kind = _KINDS.get(cell)
        return formualizer.LiteralValue.error(kind, cell) if kind else str(cell)
    return cell


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        kind = value.get("kind", "")
        no_value = _NO_VALUE.get(kind)
        return NoValue(no_value) if no_value else CellError(_ERRORS.get(kind, "#VALUE!"))
    if isinstance(value, float) and value - value != 0.0:
        return NoValue("gives no finite number")
    if isinstance(value, date):
        return NoValue("gives a date beyond those that spreadsheets have")
    return value
