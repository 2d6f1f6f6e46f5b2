"""Formulas that say in words what is wrong with a cell; empty where nothing is.

The limits they compare with, and the words for what was expected, are named cells.
"""

from __future__ import annotations

from xlcalc.physics.quantities import SIDES
from xlcalc.physics.quantities.quantity import DefaultWhere, Quantity
from xlcalc.workbooks.formula_text import is_one_of, quoted


def limit(quantity: Quantity, what: str) -> str:
    """Name of the cell that holds a limit or a default of a quantity.

    Examples
    --------
    >>> from xlcalc.physics.quantities import DESIGN
    >>> limit(DESIGN["np_ratio"], "default")
    'np_ratio_default'
    """
    return f"{quantity.name}_{what}"


def default_elsewhere(quantity: Quantity, case: DefaultWhere) -> str:
    """Name of the cell that holds another default of a quantity."""
    return f"{quantity.name}_default_{case.condition}"


def or_default(quantity: Quantity, typed: str, default: str = "") -> str:
    """Formula for a cell as used: where it is blank, its default.

    `default` is the formula of the default that goes last, if it is no named cell.

    Examples
    --------
    >>> from xlcalc.physics.quantities import DESIGN
    >>> or_default(DESIGN["np_ratio"], "{np_ratio}")
    'IF({np_ratio}="",np_ratio_default,{np_ratio})'
    """
    if not quantity.has_default:
        return typed
    value = default or limit(quantity, "default")
    for case in reversed(quantity.default_where):
        value = f"IF({{{case.condition}}},{default_elsewhere(quantity, case)},{value})"
    return f'IF({{{quantity.name}}}="",{value},{typed})'


def wrong_number(quantity: Quantity, cell: str) -> str:
    """Formula for the fault of a cell that should hold a number or be blank."""
    label, expected = quantity.label, limit(quantity, "expected")
    bounds = f"{cell}>={limit(quantity, 'min')},{cell}<={limit(quantity, 'max')}"
    return (
        f"IF(ISERROR({cell}),{quoted(label + ' holds an error value; ')}&{expected}&{END},"
        f"IF(ISLOGICAL({cell}),{quoted(label + ' is TRUE or FALSE; ')}&{expected}&{END},"
        f"IF(ISNUMBER({cell}),"
        f'IF(AND({bounds}),"",{quoted(label + " is ")}&ROUND({cell},6)&"; "&{expected}&{END}),'
        f'IF({cell}="","",{quoted(label + " is no number but ")}&{cell}&"; "&{expected}&{END}))))'
    )


def wrong_choice(quantity: Quantity, cell: str) -> str:
    """Formula for the fault of a cell that should hold one of a list of words or be blank."""
    label, expected = quantity.label, limit(quantity, "expected")
    return (
        f"IF(ISERROR({cell}),{quoted(label + ' holds an error value; ')}&{expected}&{END},"
        f'IF({cell}="","",IF({is_one_of(cell, choices(quantity))},"",'
        f'{quoted(label + " is ")}&{cell}&"; "&{expected}&{END})))'
    )


def choices(quantity: Quantity) -> str:
    """Name of the list of words that a choice allows."""
    return _LISTS.get(quantity.name, f"{quantity.name}_list")


#: What ends a sentence in a formula; sentences follow each other in one cell.
END = '". "'

# Both electrodes choose from the same words.
_LISTS = {f"{side}_fraction_basis": "fraction_basis_list" for side in SIDES}
