"""Which functions of the engine are trusted: those that were tried with arguments of every kind.

Each was compared with LibreOffice 25.2 over numbers, texts, truth values, blanks, error values,
omitted arguments and numbers beyond its limits (`tests/support/function_trial.py`). A function
that is not here is left alone and named, whatever the engine makes of it.
"""

from __future__ import annotations

from xlcalc.workbooks.formulas.excel_functions import STAND_INS

#: Functions that the engine works out as Excel does.
ENGINE_FUNCTIONS = frozenset(
    (
        *("ABS", "ACOS", "ACOSH", "ACOT", "ACOTH", "AGGREGATE", "AND", "ASIN", "ASINH", "ATAN"),
        *("ATAN2", "ATANH", "AVEDEV", "AVERAGE", "AVERAGEA"),
        *("BINOM.DIST", "BITAND", "BITOR", "BITXOR", "CEILING.PRECISE"),
        *("CHOOSE", "CLEAN", "CHOOSECOLS", "CHOOSEROWS", "COLUMN", "COLUMNS", "COMBIN", "CONCAT"),
        *("CONCATENATE", "CORREL", "COS", "COSH", "COT", "COTH", "COUNT", "COUNTA", "COUNTBLANK"),
        *("COVAR", "COVARIANCE.P", "COVARIANCE.S", "CSC", "CSCH", "DATEVALUE", "DAYS", "DEGREES"),
        *("DEVSQ", "DROP", "EFFECT", "ERF", "ERF.PRECISE", "ERFC", "ERFC.PRECISE"),
        *("EXACT", "EXP", "EXPON.DIST", "EXPONDIST", "FACT", "FACTDOUBLE", "FALSE"),
        *("FILTER", "FIND", "FISHER", "FISHERINV", "FORECAST", "FORECAST.LINEAR", "FREQUENCY"),
        *("FV", "GAMMA.DIST", "GAMMALN", "GAMMALN.PRECISE", "GAUSS", "GEOMEAN"),
        *("GROWTH", "HARMEAN", "HLOOKUP", "HSTACK", "HYPERLINK", "IF", "IFERROR", "IFNA", "IFS"),
        *("INDEX", "INDIRECT", "INT", "INTERCEPT", "ISBLANK", "ISERR", "ISERROR", "ISLOGICAL"),
        *("ISNA", "ISNONTEXT", "ISNUMBER", "ISOWEEKNUM", "ISPMT", "ISTEXT", "KURT", "LEN", "LET"),
        *("LINEST", "LN", "LOG10", "LOGEST", "LOGNORM.DIST", "LOGNORM.INV", "MATCH", "MAX"),
        *("MAXA", "MEDIAN", "MIN", "MINA", "MULTINOMIAL", "N", "NA", "NETWORKDAYS", "NOMINAL"),
        *("NORM.DIST", "NORM.INV", "NORM.S.DIST", "NORM.S.INV", "NORMDIST", "NORMINV"),
        *("NORMSDIST", "NORMSINV", "NOT", "NOW", "NPER", "NPV", "OFFSET", "OR", "PDURATION"),
        *("PEARSON", "PERCENTILE", "PERCENTILE.EXC", "PERCENTILE.INC", "PERCENTRANK"),
        *("PERCENTRANK.EXC", "PERCENTRANK.INC", "PERMUT", "PHI", "PI", "PMT", "PRODUCT", "PV"),
        *("QUARTILE", "QUARTILE.EXC", "QUARTILE.INC", "QUOTIENT", "RADIANS", "RAND", "RANDARRAY"),
        *("RANDBETWEEN", "RANK", "RANK.AVG", "RANK.EQ", "RATE", "REPT", "ROUND", "ROUNDDOWN"),
        *("ROUNDUP", "ROW", "ROWS", "RRI", "RSQ", "SEC", "SECH", "SERIESSUM", "SIGN", "SIN"),
        *("SINH", "SKEW", "SKEW.P", "SLN", "SLOPE", "SORT", "SORTBY", "SQRT", "SQRTPI"),
        *("STANDARDIZE", "STDEV", "STDEV.P", "STDEV.S", "STDEVA", "STDEVP", "STDEVPA", "STEYX"),
        *("SUBSTITUTE", "SUBTOTAL", "SUM", "SUMSQ", "SYD", "TAKE", "TAN", "TANH"),
        *("TEXT", "TEXTJOIN", "TOCOL", "TODAY", "TOROW", "TRANSPOSE", "TREND", "TRIMMEAN"),
        *("TRUE", "TRUNC", "UNICHAR", "UNICODE", "UNIQUE", "VAR", "VAR.P", "VAR.S", "VARA"),
        *("VARP", "VARPA", "VLOOKUP", "VSTACK", "WEEKNUM", "WEIBULL.DIST", "WORKDAY", "XLOOKUP"),
        "XOR",
    )
)

#: Functions whose engine takes a text that shows a number for none, where Excel reads it.
READS_NUMBERS = frozenset(
    (
        *("ABS", "ACOS", "ACOSH", "ACOT", "ACOTH", "ASIN", "ASINH", "ATAN", "ATAN2", "ATANH"),
        *("BINOM.DIST", "COMBIN", "COS", "COSH", "COT", "COTH", "CSC", "CSCH", "DEGREES"),
        *("EXP", "EXPON.DIST", "EXPONDIST", "FACT", "FISHER", "FISHERINV", "FV", "GAMMA.DIST"),
        *("GAMMALN", "GAUSS", "INT", "ISPMT", "LN", "LOG10", "LOGNORM.DIST", "LOGNORM.INV"),
        *("NORM.DIST", "NORM.INV", "NORM.S.DIST", "NORM.S.INV", "NORMDIST", "NORMINV"),
        *("NORMSDIST", "NORMSINV", "NPER", "PDURATION", "PERMUT", "PHI", "PMT", "PV"),
        *("RADIANS", "RATE", "ROUND", "ROUNDDOWN", "ROUNDUP", "RRI", "SEC", "SECH", "SIGN"),
        *("SIN", "SINH", "SLN", "SQRT", "STANDARDIZE", "SYD", "TAN", "TANH", "TRUNC"),
        "WEIBULL.DIST",
    )
)

#: Functions that take no truth value for a number.
TAKES_NO_TRUTH = frozenset(
    (
        *("DELTA", "EFFECT", "ERF", "ERF.PRECISE", "ERFC", "ERFC.PRECISE", "FACTDOUBLE"),
        *("GESTEP", "MULTINOMIAL", "NOMINAL", "QUOTIENT", "SERIESSUM", "SQRTPI"),
    )
)

#: Functions of which Excel gives #VALUE! for a text that is typed among their arguments.
OF_NUMBERS = frozenset(
    (
        *("AND", "AVEDEV", "AVERAGE", "AVERAGEA", "DEVSQ", "GEOMEAN", "HARMEAN", "KURT", "MAX"),
        *("MAXA", "MEDIAN", "MIN", "MINA", "NPV", "OR", "PRODUCT", "SKEW", "STDEV", "STDEV.P"),
        *("STDEV.S", "STDEVA", "STDEVP", "STDEVPA", "SUM", "SUMSQ", "VAR", "VAR.P", "VAR.S"),
        *("VARA", "VARP", "VARPA", "XOR", "GCD", "LCM", "MODE", "MODE.SNGL"),
    )
)

#: What an argument is that is left out between others, where it is not 0, FALSE or an empty text.
OMITTED_MEANS: dict[tuple[str, int], str] = {
    **{(name, 2): "TRUE" for name in ("LINEST", "LOGEST")},
    **{(name, 3): "TRUE" for name in ("TREND", "GROWTH")},
    **{(name, 1): "1" for name in ("CEILING.MATH", "FLOOR.MATH")},
    **{("SEQUENCE", position): "1" for position in (1, 2)},
    ("ADDRESS", 2): "1",
    ("ADDRESS", 3): "TRUE",
    ("FIXED", 1): "2",
}

#: Functions for which an argument left out between others is 0, FALSE or an empty text.
_TAKE_ZERO = frozenset(
    (
        *("IF", "IFERROR", "IFNA", "CHOOSE", "INDEX", "OFFSET", "MATCH", "VLOOKUP", "HLOOKUP"),
        *("PMT", "PV", "FV", "NPER", "ROUND", "ROUNDUP", "ROUNDDOWN", "LEFT", "RIGHT", "MID"),
        *("SUM", "MAX", "MIN", "COUNT", "COUNTA", "AND", "OR", "SUBSTITUTE", "REPLACE", "REPT"),
        *("SEQUENCE", "SORT", "TEXTJOIN", "DATE", "TIME", "XLOOKUP", "XMATCH", "CONCATENATE"),
        *("ADDRESS", "CEILING.MATH", "FLOOR.MATH", "FIXED", "IFS", "SWITCH", "EXACT", "LET"),
    )
)


def is_trusted(function: str) -> bool:
    """Whether a function is worked out here as Excel does.

    Examples
    --------
    >>> is_trusted("SUMIFS"), is_trusted("BESSELY")
    (True, False)
    """
    return function in ENGINE_FUNCTIONS or function in STAND_INS


def meaning_of_omitted(function: str, position: int) -> str | None:
    """What an argument left out between others is; None if the engine would take a wrong value."""
    given = OMITTED_MEANS.get((function, position))
    return given or ("" if function in _TAKE_ZERO else None)
