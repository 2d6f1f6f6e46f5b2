"""Formulas that say in words what is wrong with a cell; empty where nothing is.

The limits they compare with, and the words for what was expected, are named cells.
"""

from __future__ import annotations

from ..quantities import SIDES
from ..quantity import Quantity


def limit(quantity: Quantity, what: str) -> str:
    """Name of the cell that holds a limit or a default of a quantity.

    Examples
    --------
    >>> from xlcalc.quantities import DESIGN
    >>> limit(DESIGN["np_ratio"], "default")
    'np_ratio_default'
    """
    return f"{quantity.name}_{what}"


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


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


def literal(text: str) -> str:
    """Formula for a text as MATCH and COUNTIF must be given it: * and ? mean themselves."""
    for sign in "~*?":
        text = f'SUBSTITUTE({text},"{sign}","~{sign}")'
    return text


def bare(text: str) -> str:
    """Formula for a name without what two spellings of it may differ in."""
    return without(text, LOOSE)


def without(text: str, signs: str) -> str:
    """Formula for a text without some signs."""
    for sign in signs:
        text = f'SUBSTITUTE({text},"{sign}","")'
    return text


def is_one_of(value: str, words: str) -> str:
    """Formula for whether a value is one of a list of words."""
    return f"ISNUMBER(MATCH({literal(value)},{words},0))"


def choices(quantity: Quantity) -> str:
    """Name of the list of words that a choice allows."""
    return _LISTS.get(quantity.name, f"{quantity.name}_list")


#: What two spellings of a name may differ in, besides case.
LOOSE = " -_"

#: What ends a sentence in a formula; sentences follow each other in one cell.
END = '". "'

# Both electrodes choose from the same words.
_LISTS = {f"{side}_fraction_basis": "fraction_basis_list" for side in SIDES}
