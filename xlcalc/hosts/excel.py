"""The functions as Excel calls them through xlwings: the module of its setting UDF MODULES.

Cells come and go raw, which takes half the time of xlwings' own conversion and keeps every error
value: the numbers that stand for errors are read here, all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from numbers import Number
from typing import Any

import xlwings as xw

from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED
from xlcalc.hosts.excel_setup.vba_module import CATEGORY, ERROR_NUMBERS, parameter
from xlcalc.tables.cell_values import CellError

#: An error value arrives as its number above this one.
_ERRORS_FROM = -2146828288
_ERRORS = {_ERRORS_FROM + number: CellError(text) for text, number in ERROR_NUMBERS.items()}

#: A longer text is #VALUE! in Excel: of a single cell, and inside a range of results.
LONGEST_TEXT, LONGEST_IN_RANGE = 32_767, 255


def from_excel(value: Any) -> Any:
    """A value as Excel hands it over, as the catalogue takes it.

    Examples
    --------
    >>> from_excel(((1.0, "Si"), (None, -2146826246)))
    [[1.0, 'Si'], [None, '#N/A']]
    """
    kind = type(value)
    if kind is float or kind is str or value is None or value is OMITTED or kind is bool:
        return value
    if kind is tuple or kind is list:
        return [from_excel(cell) for cell in value]
    if kind is int and value in _ERRORS:
        return _ERRORS[value]
    # A cell formatted as money is a decimal, one formatted as a date a date.
    return float(value) if isinstance(value, Number) else str(value)  # type: ignore[arg-type]


def to_excel(result: Any) -> list[list[Any]]:
    """A result of the catalogue as rows of what Excel takes.

    Examples
    --------
    >>> to_excel(CellError("#N/A")), to_excel([[1.5, None]])
    ([['#N/A']], [[1.5, '']])
    """
    if not isinstance(result, list):
        return [[_cut(result, LONGEST_TEXT)]]
    if len(result) == 1 == len(result[0]):
        return [[_cut(result[0][0], LONGEST_TEXT)]]
    return [[_cut(cell, LONGEST_IN_RANGE) for cell in row] for row in result]


def _cut(cell: Any, longest: int) -> Any:
    if isinstance(cell, str) and len(cell) > longest:
        return f"{cell[: longest - 1]}…"
    return "" if cell is None else cell


def _exposed(function: Function) -> Callable[..., Any]:
    """A function as xlwings takes it."""

    def call(*cells):  # type: ignore[no-untyped-def]
        # Without annotations, which xlwings would take for wishes about conversion.
        return to_excel(function(*map(from_excel, cells)))

    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = function.help
    call.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(
                parameter(argument),
                Parameter.POSITIONAL_OR_KEYWORD,
                default=OMITTED if argument.optional else Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    exposed: Callable[..., Any] = xw.ret("raw")(call)
    for argument in function.arguments:
        exposed = xw.arg(parameter(argument), "raw", doc=argument.help)(exposed)
    # Last, as each of the others would set category and wizard back.
    return xw.func(category=CATEGORY, call_in_wizard=False)(exposed)


# xlwings looks for functions among the names of this module.
globals().update({name: _exposed(function) for name, function in CATALOGUE.items()})
