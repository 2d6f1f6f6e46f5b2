"""What the engine works out over ranges, function by function.

Of a range where it wants one cell, formualizer 0.13 takes the first cell without a word, or gives
#VALUE!; spreadsheet programs give a result for each cell. So a formula that asks for that is left
alone and named. The lists hold what was found right against LibreOffice.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from xlcalc.workbooks.formulas.each_cell import EACH_CELL
from xlcalc.workbooks.formulas.excel_functions import STAND_INS
from xlcalc.workbooks.formulas.formula_tree import Call, CallArgument, Token

#: Functions all of whose arguments may be ranges or arrays.
_WHOLE = frozenset(
    (
        *("SUM", "PRODUCT", "SUMSQ", "SUMPRODUCT", "MMULT", "TRANSPOSE"),
        *("MAX", "MIN", "MAXA", "MINA", "AVERAGE", "AVERAGEA", "MEDIAN", "MODE", "MODE.SNGL"),
        *("COUNT", "COUNTA", "COUNTBLANK", "ROWS", "COLUMNS", "AND", "OR", "XOR"),
        *("STDEV", "STDEV.S", "STDEV.P", "STDEVP", "VAR", "VAR.S", "VAR.P", "VARP"),
        *("GEOMEAN", "HARMEAN", "DEVSQ", "AVEDEV", "KURT", "SKEW"),
        *("SLOPE", "INTERCEPT", "CORREL", "RSQ", "PEARSON", "STEYX", "COVAR"),
        *("COVARIANCE.P", "COVARIANCE.S", "LINEST", "TREND", "SUMX2MY2", "SUMX2PY2", "SUMXMY2"),
        *("NPV", "IRR", "XNPV", "XIRR", "MIRR", "CONCAT", "HSTACK", "VSTACK"),
        *("IF", "IFERROR", "SIN", "COS", "TAN", "LET"),
        *("FILTER", "SORTBY", "UNIQUE", "TOCOL", "TOROW"),
    )
)

#: Functions that take some arguments as ranges, by their positions.
_SOME: Mapping[str, Container[int]] = {
    **dict.fromkeys(("INDEX", "SMALL", "LARGE", "PERCENTILE", "PERCENTILE.INC"), (0,)),
    **dict.fromkeys(("PERCENTILE.EXC", "QUARTILE", "QUARTILE.INC", "QUARTILE.EXC"), (0,)),
    **dict.fromkeys(("TRIMMEAN", "OFFSET", "COUNTIF", "TAKE", "DROP", "SORT"), (0,)),
    **dict.fromkeys(("CHOOSECOLS", "CHOOSEROWS"), (0,)),
    **dict.fromkeys(("MATCH", "XMATCH", "VLOOKUP", "HLOOKUP", "RANK", "RANK.EQ", "RANK.AVG"), (1,)),
    **dict.fromkeys(("LOOKUP", "XLOOKUP", "FORECAST", "FORECAST.LINEAR"), (1, 2)),
    **dict.fromkeys(("SUMIF", "AVERAGEIF"), (0, 2)),
    **dict.fromkeys(("COUNTIFS",), range(0, 255, 2)),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"), (0, *range(1, 255, 2))),
    "SUBTOTAL": range(1, 255),
    "TEXTJOIN": range(2, 255),
    "CHOOSE": range(1, 255),
    "NETWORKDAYS": (2,),
    "WORKDAY": (2,),
}

#: Functions of single cells that have no other form of ours.
_ONE_CELL = frozenset(
    (
        *("PMT", "PV", "FV", "RATE", "NPER", "DATE", "TIME", "TEXT", "DATEVALUE", "TIMEVALUE"),
        *("HOUR", "MINUTE", "SECOND", "WEEKDAY", "EDATE", "EOMONTH", "DAYS", "YEARFRAC"),
        *("NORMDIST", "NORMSDIST", "NORM.DIST", "NORM.S.DIST", "ADDRESS", "SUBSTITUTE", "FIND"),
        *("REPT", "CHAR", "CODE", "ISREF", "ERROR.TYPE", "ATAN2", "MROUND", "QUOTIENT"),
    )
)

#: Functions that give an array where they get one.
_EACH = frozenset(("IF", "IFERROR", "SIN", "COS", "TAN", "LET", "CHOOSE"))

#: Functions that take ranges of cells and no arrays that are worked out.
_OF_CELLS = frozenset(("LOOKUP", "OFFSET", "SUBTOTAL", "COUNTBLANK"))

#: Arguments that are texts, for which numbers have 15 digits, by function.
_TEXTS: Mapping[str, Container[int]] = {
    **dict.fromkeys(("LEN", "LEFT", "RIGHT", "MID", "UPPER", "LOWER", "TRIM"), (0,)),
    **dict.fromkeys(("SUBSTITUTE", "REPLACE", "REPT"), (0,)),
    **dict.fromkeys(("CONCATENATE", "CONCAT"), range(255)),
    **dict.fromkeys(("FIND", "SEARCH", "EXACT"), (0, 1)),
    "TEXTJOIN": range(2, 255),
}

#: Functions that give an array.
_MANY = frozenset(
    (
        *("TRANSPOSE", "MMULT", "HSTACK", "VSTACK", "FILTER", "SORT", "SORTBY", "UNIQUE"),
        *("SEQUENCE", "TAKE", "DROP", "CHOOSECOLS", "CHOOSEROWS", "TOCOL", "TOROW"),
        *("LINEST", "TREND", "GROWTH", "LOGEST", "FREQUENCY", "RANDARRAY", "TEXTSPLIT"),
    )
)

#: Functions whose arguments are worked out cell by cell even in a plain formula.
OVER_CELLS = frozenset(
    (
        *("SUMPRODUCT", "MMULT", "LOOKUP", "INDEX", "MATCH", "LET", "TRANSPOSE"),
        *("XLOOKUP", "XMATCH", "HSTACK", "VSTACK", "FILTER", "SORT", "SORTBY", "UNIQUE"),
        *("TAKE", "DROP", "CHOOSECOLS", "CHOOSEROWS", "TOCOL", "TOROW", "CONCAT", "TEXTJOIN"),
    )
)


#: Functions that number the rows or columns of a range; the engine gives the first number alone.
NUMBERS_OF = frozenset(("ROW", "COLUMN"))

#: Names of functions that take texts, as they stand in a formula.
TEXT_CALL = rf"\b(?:{'|'.join(_TEXTS)})\("


def takes_ranges(function: str, argument: int, *, worked_out: bool) -> bool:
    """Whether an argument, by its position from 0, may be a range, or a `worked_out` array."""
    if worked_out and function in _OF_CELLS:
        return False
    return function in _WHOLE or argument in _SOME.get(function, ())


def takes_text(function: str, argument: int) -> bool:
    """Whether an argument, by its position from 0, is a text."""
    return argument in _TEXTS.get(function, ())


#: Functions that the engine works out over arrays where Excel means one cell.
_BROADCAST: Mapping[str, Container[int]] = {
    **dict.fromkeys(("IFERROR", "SIN", "COS", "TAN"), range(255)),
    "IF": (0,),
    "CHOOSE": (0,),
}

#: Functions that hand on what one of their arguments refers to, by those.
_HANDS_ON: Mapping[str, range] = {
    "IF": range(1, 3),
    "IFERROR": range(2),
    "IFNA": range(2),
    "CHOOSE": range(1, 255),
    "SWITCH": range(2, 255),
    "IFS": range(1, 255, 2),
}


def is_broadcast(function: str, argument: int) -> bool:
    """Whether one cell is meant by an argument that the engine also takes as an array."""
    return argument in _BROADCAST.get(function, ())


def takes_one_cell(function: str, argument: int) -> bool:
    """Whether an argument, by its position from 0, is known to be a single cell."""
    if function in EACH_CELL or function in STAND_INS:
        return True
    if argument in _BROADCAST.get(function, ()) or function in _ONE_CELL:
        return True
    return function in _SOME and argument not in _SOME[function]


def gives_array(call: Call) -> bool:
    """Whether a function gives an array, or may do so."""
    function, arguments = call.function, call.arguments
    if function in _MANY or (call.of_arrays and function in _EACH):
        return True
    if function == "INDIRECT":
        return True
    if function == "OFFSET":
        return arguments[0].array or not all(each.is_empty for each in arguments[3:])
    if function == "INDEX":
        narrow = len(arguments) > 2 or _is_wide(arguments[0]) is False
        return arguments[0].array and (takes_a_row(call) or not narrow)
    if function == "XLOOKUP":
        return len(arguments) > 2 and _is_wide(arguments[2]) is not False
    handed_on = _HANDS_ON.get(function, ())
    return any(each.array for n, each in enumerate(arguments) if n in handed_on)


def takes_a_row(call: Call) -> bool:
    """Whether INDEX is asked for a whole row or column."""
    return any(each.is_empty or _word(each) in ("0", "0.0") for each in call.arguments[1:3])


def _is_wide(argument: CallArgument) -> bool | None:
    """Whether a range has rows and columns; None if that is not known."""
    words = [item for item in argument.items if not (isinstance(item, Token) and not item.pieces)]
    last = words[-1] if words else None
    if not isinstance(last, Token):
        return None
    found = _ENDS.fullmatch("0".join(last.pieces).rpartition("!")[2])
    if found is None:
        return None
    rows = found["top"] != found["bottom"] or not found["top"]
    columns = found["first"] != found["last"] or not found["first"]
    return rows and columns


def _word(argument: CallArgument) -> str:
    words = [item for item in argument.items if isinstance(item, Call) or item.kind != "space"]
    return words[0].text if len(words) == 1 and isinstance(words[0], Token) else ""


_ENDS = re.compile(
    r"\$?(?P<first>[A-Z]{1,3})?\$?(?P<top>\d+)?:\$?(?P<last>[A-Z]{1,3})?\$?(?P<bottom>\d+)?",
    re.IGNORECASE,
)
