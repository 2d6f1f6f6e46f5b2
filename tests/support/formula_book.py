"""Formulas that every program must work out alike: `formulas.csv` and the sheet they refer to.

A small evaluator of formulas hands the SSB_ functions to whatever stands for a program.
"""

import csv
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.books import ROOT
from xlcalc.functions.ranges import OMITTED, as_rows, is_range
from xlcalc.tables.cell_values import NOT_AVAILABLE, CellError, error_in

FILE = ROOT / "tests" / "formulas.csv"

#: The sheet that the formulas refer to, by its cells; a formula stands for what cannot be typed.
DATA = {
    **{f"A{n}": word for n, word in enumerate(("NMC811", "Si", "LPSC", "Sj"), start=1)},
    # A5 is blank.
    **{f"A{n}": word for n, word in enumerate(("LLZO", "Li", "None", "nmc 811", "In"), start=6)},
    "A11": '=""',
    "A12": "bipolar",
    "A13": "double_sided",
    "A14": "liquid electrolyte",
    **{f"B{n}": number for n, number in enumerate((4, 1.1, 20, 0), start=1)},
    # B5 is blank.
    "B6": -1,
    "B7": "4",
    "B8": True,
    "B9": "=NA()",
    "B10": "=1/0",
    "B11": 3.4,
    "B12": '=""',
    "B13": 1e12,
    "B14": False,
    **{f"{column}1": number for column, number in zip("CDE", (20, 50, 100), strict=True)},
    "C2": 20,
    "D2": "x",
    "E2": -5,
    **{f"C{n}": number for n, number in enumerate((0.4, 0.6, 0.8), start=3)},
    "D3": "Si",
    "D4": "Al",
    "D5": "Sj",
    # E3:E5 holds a blank between numbers.
    "E3": 0.5,
    "E5": 0.7,
    # Designs.
    **{
        f"{column}1": header
        for column, header in zip(
            "GHIJKL",
            (
                "Design",
                "Cathode",
                "Anode",
                "Electrolyte",
                "Separator thickness [µm]",
                "np_ratio",
            ),
            strict=True,
        )
    },
    **{
        f"{column}{row}": cell
        for row, cells in enumerate(
            (
                ("thin", "NMC811", "Si", "LPSC", 15, 1.1),
                ("default", "NMC811", "Al", "LLZO"),
                ("unknown", "NMC811", "Sj", "LPSC", 20, 1.2),
                ("thick", "NMC811", "Si", "LPSC", -20, 1.2),
                ("no anode", "NMC811", "anode-free", "LPSC", 20),
            ),
            start=2,
        )
        for column, cell in zip("GHIJKL", cells, strict=False)
    },
    # Materials of one's own.
    **{
        f"{column}{row}": cell
        for row, cells in enumerate(
            (
                ("Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]",
                 "Potential vs. Li/Li⁺ [V]", "Volume change"),
                ("NMC-X", "cathode", 4.6, 231, 3.9, -0.03),
                ("Si", "anode", 2.2),
                ("Ge", "anode", 5.323, 1384, 0.4, 2.7),
                ("Li3InCl6", "solid electrolyte", 2.59),
                ("bare", "anode"),
            ),
            start=1,
        )
        for column, cell in zip("NOPQRS", cells, strict=False)
    },
}  # fmt: skip

_VALUES = {'=""': "", "=NA()": CellError("#N/A"), "=1/0": CellError("#DIV/0!")}


@dataclass(frozen=True)
class Case:
    """A formula and what it gives: everywhere, and where a program differs, with the reason."""

    topic: str
    formula: str
    result: str
    differing: dict[str, str]
    reason: str

    def expected(self, host: str):
        """What the formula gives there; None where it is left alone, with the reason said."""
        text = self.differing.get(host) or self.result
        return None if text == "-" else value_of(text)

    @property
    def functions(self):
        """Names of the SSB_ functions in it."""
        return set(re.findall(r"SSB_\w+", self.formula))


def cases():
    """All formulas of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Case(
                row.pop("topic"),
                row.pop("formula"),
                row.pop("result"),
                reason=row.pop("reason"),
                differing=row,
            )
            for row in csv.DictReader(file)
        ]


def book_of(cases):
    """A workbook of formulas below each other, and where the values of each lie.

    Gives an openpyxl Workbook with the sheets Data and Formulas, and for each case its first row
    and the size (rows, columns) of its result; results begin in column A.
    """
    book = openpyxl.Workbook()
    formulas, data = book.active, book.create_sheet("Data")
    formulas.title = "Formulas"
    for reference, content in DATA.items():
        data[reference] = content
    places, row = [], 1
    for case in cases:
        value = value_of(case.result)
        height, width = (len(value), len(value[0])) if is_range(value) else (1, 1)
        cell = formulas.cell(row, 1)
        if is_range(value):
            area = f"A{row}:{get_column_letter(width)}{row + height - 1}"
            cell.value = ArrayFormula(area, case.formula)
        else:
            cell.value = case.formula
        places.append((row, (height, width)))
        row += height
    return book, places


def read_back(rows, places):
    """Results of `book_of` as its sheet Formulas shows them: values, or rows of values."""
    found = []
    for row, (height, width) in places:
        block = [list(rows[row - 1 + n][:width]) for n in range(height)]
        found.append(block[0][0] if (height, width) == (1, 1) else block)
    return found


def value_of(text):
    """A result as it is written: ``1.5``, ``"text"``, ``#N/A`` or ``{1,2;3,4}``."""
    return evaluate(f"={text}", lambda name, cells: 1 / 0)


def cell(reference):
    """What a cell of the sheet holds: a value as a program hands it to a function."""
    content = DATA.get(reference)
    if isinstance(content, str) and content.startswith("="):
        return _VALUES[content]
    return float(content) if type(content) is int else content


def same(found, expected, tolerance=1e-12):
    """Whether a value or rows of values are the expected, numbers to a relative tolerance."""
    if is_range(expected) or is_range(found):
        rows, wanted = as_rows(found), as_rows(expected)
        return [len(row) for row in rows] == [len(row) for row in wanted] and all(
            same(*pair, tolerance)
            for line in zip(rows, wanted, strict=True)
            for pair in zip(*line, strict=True)
        )
    if isinstance(expected, (float, int)) and not isinstance(expected, bool):
        return (
            isinstance(found, (float, int))
            and not isinstance(found, bool)
            and math.isclose(found, expected, rel_tol=tolerance, abs_tol=1e-300)
        )
    if type(expected) is CellError:
        return str(found) == str(expected)
    return found == expected


# The evaluator: numbers, texts, references to the sheet, arrays, operators and a few functions.

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#(?:N/A|DIV/0!|NULL!|NUM!|VALUE!|REF!|NAME\?))
    | Data!(?P<first>[A-Z]+\d+)(?::(?P<last>[A-Z]+\d+))?
    | (?P<name>[A-Z_][\w.]*)
    | (?P<sign><>|<=|>=|[-+*/^&=<>(),;{}])
    )""",
    re.VERBOSE,
)


def evaluate(formula: str, call: Callable):
    """A formula's value; `call(name, cells)` answers for the SSB_ functions."""
    return _Parser(formula, call).whole()


class _Parser:
    def __init__(self, formula, call):
        assert formula.startswith("=")
        self.formula, self.call = formula, call
        self.tokens = []
        at = 1
        while at < len(formula):
            match = _TOKEN.match(formula, at)
            assert match, formula[at:]
            at = match.end()
            self.tokens.append(match)
        self.at = 0

    def whole(self):
        value = self.comparison()
        assert self.at == len(self.tokens), f"{self.formula} from token {self.at}"
        return value

    def peek(self, *signs):
        return self.at < len(self.tokens) and self.tokens[self.at]["sign"] in signs

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def _left_to_right(self, operand, *signs):
        value = operand()
        while self.peek(*signs):
            sign = self.take()["sign"]
            value = _each(_OPERATORS[sign], value, operand())
        return value

    def comparison(self):
        return self._left_to_right(self.joined, "=", "<>", "<", ">", "<=", ">=")

    def joined(self):
        return self._left_to_right(self.sum, "&")

    def sum(self):
        return self._left_to_right(self.product, "+", "-")

    def product(self):
        return self._left_to_right(self.power, "*", "/")

    def power(self):
        return self._left_to_right(self.unary, "^")

    def unary(self):
        if self.peek("-"):
            self.take()
            return _each(lambda a: -_number(a), self.unary())
        return self.primary()

    def primary(self):
        token = self.take()
        if token["number"]:
            return float(token["number"])
        if token["text"]:
            return token["text"][1:-1].replace('""', '"')
        if token["error"]:
            return CellError(token["error"])
        if token["first"]:
            return _area(token["first"], token["last"])
        if token["name"] in ("TRUE", "FALSE") and not self.peek("("):
            return token["name"] == "TRUE"
        if token["name"]:
            return self.function(token["name"])
        if token["sign"] == "(":
            value = self.comparison()
            assert self.take()["sign"] == ")"
            return value
        assert token["sign"] == "{", token
        rows = [[self.unary()]]
        while (sign := self.take()["sign"]) != "}":
            if sign == ";":
                rows.append([])
            rows[-1].append(self.unary())
        return rows

    def function(self, name):
        assert self.take()["sign"] == "(", name
        cells = []
        if self.peek(")"):
            self.take()
        else:
            while True:
                cells.append(OMITTED if self.peek(",", ")") else self.comparison())
                if self.take()["sign"] == ")":
                    break
        if name.startswith("SSB_"):
            return self.call(name, cells)
        return _NATIVE[name](*cells)


def _area(first, last):
    if last is None:
        return cell(first)
    (left, top), (right, bottom) = (
        re.fullmatch(r"([A-Z])(\d+)", end).groups() for end in (first, last)
    )
    columns = [chr(n) for n in range(ord(left), ord(right) + 1)]
    return [[cell(f"{c}{row}") for c in columns] for row in range(int(top), int(bottom) + 1)]


def _each(operator, *operands):
    """An operator over cells or, as NumPy broadcasts, over ranges."""
    if not any(map(is_range, operands)):
        for operand in operands:
            if error_in(operand) is not None:
                return CellError(operand)
        try:
            return operator(*operands)
        except ZeroDivisionError:
            return CellError("#DIV/0!")
        except ValueError:
            return CellError("#VALUE!")
    ranges = [as_rows(operand) for operand in operands]
    height, width = (max(map(len, ranges)), max(len(rows[0]) for rows in ranges))
    return [
        [
            _each(
                operator,
                *(
                    rows[row if len(rows) > 1 else 0][column if len(rows[0]) > 1 else 0]
                    for rows in ranges
                ),
            )
            for column in range(width)
        ]
        for row in range(height)
    ]


def _number(value):
    return 0.0 if value is None else float(value)


def _text(value):
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else value


_OPERATORS = {
    "+": lambda a, b: _number(a) + _number(b),
    "-": lambda a, b: _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b),
    "/": lambda a, b: _number(a) / _number(b),
    "^": lambda a, b: _number(a) ** _number(b),
    "&": lambda a, b: _text(a) + _text(b),
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _flat(cells):
    return [value for operand in cells for row in as_rows(operand) for value in row]


def _over(function):
    """A function of all numbers in its arguments; an error in one is its result."""

    def work(*cells):
        values = _flat(cells)
        for value in values:
            if error_in(value) is not None:
                return CellError(value)
        return float(function([v for v in values if type(v) is float]))

    return work


def _round(value, digits):
    return _each(lambda v: math.floor(_number(v) * 10**digits + 0.5) / 10**digits, value)


def _if(test, then, other):
    return CellError(test) if error_in(test) is not None else (then if test else other)


def _index(rows, row, column=1.0):
    return as_rows(rows)[int(row) - 1][int(column) - 1]


def _iferror(value, other):
    if is_range(value):
        return [[_iferror(v, other) for v in row] for row in value]
    return other if error_in(value) is not None else value


_NATIVE = {
    "SUM": _over(sum),
    "MAX": _over(max),
    "MIN": _over(min),
    "COUNT": lambda *cells: float(sum(type(v) is float for v in _flat(cells))),
    "ROUND": _round,
    "ABS": lambda value: _each(lambda v: abs(_number(v)), value),
    "IF": _if,
    "INDEX": _index,
    "IFERROR": _iferror,
    "ISNA": lambda value: error_in(value) == NOT_AVAILABLE,
    "ISERROR": lambda value: error_in(value) is not None,
    "ISNUMBER": lambda value: type(value) is float,
    "LEN": lambda value: float(len(_text(value))),
    "LEFT": lambda value, count: _text(value)[: int(count)],
    "ROWS": lambda rows: float(len(as_rows(rows))),
    "COLUMNS": lambda rows: float(len(as_rows(rows)[0])),
    "NA": lambda: NOT_AVAILABLE,
}
