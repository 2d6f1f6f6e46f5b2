"""Where a formula works with arrays, and where Excel takes one cell of them instead.

In a plain formula, of a range where one cell is meant Excel takes the cell of the same row or
column; in an array formula, and inside some functions, it works out a result for each cell.
"""

from __future__ import annotations

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.workbooks.formulas.array_support import (
    NUMBERS_OF,
    OVER_CELLS,
    gives_array,
    is_broadcast,
    takes_a_row,
    takes_one_cell,
    takes_ranges,
)
from xlcalc.workbooks.formulas.each_cell import EACH_CELL
from xlcalc.workbooks.formulas.excel_functions import STAND_INS
from xlcalc.workbooks.formulas.formula_tree import (
    SINGLE,
    SPILLED,
    Call,
    CallArgument,
    Problems,
    Token,
)
from xlcalc.workbooks.formulas.references import is_single, one_cell_of

_OPERATORS = frozenset(("+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">=", "%"))


class ArrayRules:
    """The second pass over a formula: which of its arguments are arrays, and may be.

    Parameters
    ----------
    single : bool
        Whether it is no array formula.
    problems : Problems
        Told what cannot be worked out.
    """

    def __init__(self, single: bool, problems: Problems) -> None:
        self._single = single
        self._problems = problems
        #: Whether a plain formula has LET, which Excel writes as an array formula if it needs one.
        self._in_let = False
        #: Names that LET gives to arrays.
        self._arrays: set[str] = set()

    def check_formula(self, whole: Call) -> None:
        """Note what is an array in a formula; a plain one shows one cell."""
        self.check(whole)
        first = whole.arguments[0]
        if self._single and first.array:
            self._take_one_cell(first)

    def check(self, call: Call, over_cells: bool = False) -> None:
        """Note which arguments of a call are arrays, perhaps one worked out `over_cells`."""
        function = call.function
        over_cells = (
            over_cells or not self._single or function in OVER_CELLS or function in CATALOGUE
        )
        self._in_let |= self._single and function == "LET"
        named = ""
        for position, argument in enumerate(call.arguments):
            binds = function == "LET" and position % 2 == 0
            for item in argument.items:
                if isinstance(item, Call):
                    self.check(item, over_cells)
                elif binds and item.kind == "name":
                    named = item.pieces[0].casefold()
            argument.array = any(map(self._is_array, argument.items)) or _is_range(argument)
            if not over_cells and argument.array and _has_operators(argument):
                self._take_one_cell(argument)
            if argument.end >= 0:
                if argument.array and function == "LET" and not binds:
                    self._arrays.add(named)
                self._check_argument(call, position, argument, over_cells)

    def _is_array(self, item: Token | Call) -> bool:
        if isinstance(item, Call):
            return item.closed and _gives_array(item)
        if item.kind == "name":
            return item.pieces[0].casefold() in self._arrays
        if item.kind == "range" and is_single(item.text):
            return False
        return item.array or item.kind in ("range", "array")

    def _take_one_cell(self, argument: CallArgument) -> None:
        """Take one cell of each array in an argument: that of the formula's row or column."""
        if _is_range(argument):
            self._problems.add(argument.end, "takes one cell of a range whose end is worked out")
            return
        for number, item in enumerate(argument.items):
            if isinstance(item, Call):
                if item.function == "INDEX" and takes_a_row(item) and _has_operators(argument):
                    self._problems.add(argument.end, "works on with a whole row or column of INDEX")
                item.one_cell |= self._is_array(item)
            elif self._is_array(item):
                before = argument.items[number - 1] if number else None
                page = before if isinstance(before, Token) and before.kind == "page" else None
                text = "".join((page.pieces if page else []) + item.pieces)
                item.pieces = (
                    [one_cell_of(text)]
                    if len(item.pieces) == 1
                    else [f"(@{item.pieces[0]}", *item.pieces[1:-1], f"{item.pieces[-1]})"]
                )
                if page is not None and len(item.pieces) == 1:
                    page.pieces = []
                item.kind, item.array = "resolved", False
        argument.array = False

    def _check_argument(
        self, call: Call, position: int, argument: CallArgument, over_cells: bool
    ) -> None:
        """Note an argument that is a range or an array."""
        function = call.function
        if not argument.array:
            errors = any(
                isinstance(item, Token) and item.kind == "error" for item in argument.items
            )
            if (argument.is_worked_out or errors) and function in ("COUNT", "COUNTA"):
                # An error value is not counted, and not passed on.
                self._problems.add(argument.end, f"{function} of what is worked out inside it")
            return
        own = CATALOGUE.get(function)
        if own is not None:
            taken = own.arguments[position : position + 1]
            call.of_arrays |= bool(taken) and taken[0].kind == "cell"
            return
        if function in ("", SINGLE, SPILLED):
            call.of_arrays = True
            return
        worked_out = argument.is_worked_out and not _is_reference(argument)
        taken_whole = takes_ranges(function, position, worked_out=worked_out)
        ours = STAND_INS.get(function) or EACH_CELL.get(function)
        if ours is not None:
            taken_whole = position in ours.ranges
        each = (not taken_whole and function not in NUMBERS_OF) or is_broadcast(function, position)
        if each and not over_cells and takes_one_cell(function, position):
            self._take_one_cell(argument)
            return
        call.of_arrays = True
        if taken_whole or (function in NUMBERS_OF and not over_cells):
            return
        of_each = ours is not None or function in NUMBERS_OF
        if over_cells and of_each and not self._in_let:
            call.over_cells = True
        else:
            self._problems.add(argument.end, f"works {function} out for each cell of a range")


def _has_operators(argument: CallArgument) -> bool:
    return any(isinstance(item, Token) and item.text in _OPERATORS for item in argument.items)


def _is_range(argument: CallArgument) -> bool:
    """Whether an argument is a range with an end that is worked out."""
    return any(isinstance(item, Token) and item.text == ":" for item in argument.items)


def _is_reference(argument: CallArgument) -> bool:
    """Whether an argument refers to cells in a way that is worked out."""
    items = [item for item in argument.items if isinstance(item, Call)]
    return _is_range(argument) or (
        len(items) == 1
        and items[0].function in ("OFFSET", "INDIRECT", "INDEX")
        and not _has_operators(argument)
    )


def _gives_array(call: Call) -> bool:
    if call.one_cell:
        return False
    own = CATALOGUE.get(call.function)
    if own is not None:
        return own.spills or call.of_arrays
    if call.function == SPILLED:
        return True
    if not call.function:
        return call.arguments[-1].array
    return call.over_cells or gives_array(call)
