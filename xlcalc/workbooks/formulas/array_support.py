"""What the engine works out over ranges, function by function.

Of a range where it wants one cell, formualizer 0.13 takes the first cell without a word, or gives
#VALUE!; spreadsheet programs give a result for each cell. So a formula that asks for that is left
alone and named. The lists hold what was found right against LibreOffice.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

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


def gives_array(function: str, of_arrays: bool) -> bool:
    """Whether a function gives an array, with or without arrays among its arguments."""
    return function in _MANY or (of_arrays and function in _EACH)
