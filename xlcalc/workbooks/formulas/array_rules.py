"""Where a formula works with arrays, and where the engine would take one cell of them instead."""

from __future__ import annotations

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.workbooks.formulas.array_support import OVER_CELLS, gives_array, takes_ranges
from xlcalc.workbooks.formulas.formula_tree import (
    SINGLE,
    SPILLED,
    Call,
    CallArgument,
    Problems,
    Token,
)

_OPERATORS = frozenset(("+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">="))


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
        #: Names that LET gives to arrays.
        self._arrays: set[str] = set()

    def check(self, call: Call, over_cells: bool = False) -> None:
        """Note which arguments of a call are arrays, perhaps one worked out `over_cells`."""
        function = call.function
        over_cells = over_cells or function in OVER_CELLS or function in CATALOGUE
        named = ""
        for position, argument in enumerate(call.arguments):
            binds = function == "LET" and position % 2 == 0
            for number, item in enumerate(argument.items):
                if isinstance(item, Call):
                    self.check(item, over_cells)
                    argument.array |= item.closed and _gives_array(item)
                    continue
                argument.array |= self._is_array(item)
                if binds and item.kind == "name":
                    named = item.pieces[0].casefold()
                if self._single and not over_cells and item.kind in ("range", "array"):
                    self._check_neighbours(argument, number, item)
            if argument.end >= 0:
                if argument.array and function == "LET" and not binds:
                    self._arrays.add(named)
                self._check_argument(call, position, argument)

    def _is_array(self, token: Token) -> bool:
        if token.kind == "name":
            return token.pieces[0].casefold() in self._arrays
        return token.array or token.kind in ("range", "array")

    def _check_neighbours(self, argument: CallArgument, number: int, token: Token) -> None:
        """Note a range beside an operator, which is one cell of it in a plain formula."""
        beside = argument.items[max(number - 1, 0) : number + 2]
        if any(isinstance(item, Token) and item.text in _OPERATORS for item in beside):
            self._problems.add(
                token.position,
                f"takes one cell of {token.text}; expected an array formula, or one cell",
            )

    def _check_argument(self, call: Call, position: int, argument: CallArgument) -> None:
        """Note an argument that is a range or an array."""
        function = call.function
        if not argument.array:
            if argument.is_worked_out and function in ("COUNT", "COUNTA"):
                # An error value is not counted, and not passed on.
                self._problems.add(argument.end, f"{function} of what is worked out inside it")
            return
        own = CATALOGUE.get(function)
        if own is not None:
            taken = own.arguments[position : position + 1]
            call.of_arrays |= bool(taken) and taken[0].kind == "cell"
            return
        call.of_arrays = True
        if function not in ("", SINGLE, SPILLED) and not takes_ranges(
            function, position, worked_out=argument.is_worked_out
        ):
            self._problems.add(argument.end, f"works {function} out for each cell of a range")


def _gives_array(call: Call) -> bool:
    own = CATALOGUE.get(call.function)
    if own is not None:
        return own.spills or call.of_arrays
    if call.function == SPILLED:
        return True
    if not call.function:
        return call.arguments[-1].array
    return gives_array(call.function, call.of_arrays)
