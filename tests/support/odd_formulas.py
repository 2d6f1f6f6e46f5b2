"""Formulas of many kinds that `recalc` must work out as LibreOffice does, or leave alone.

`write_book` puts them into a workbook with tables, names and several sheets.
"""

import re

import openpyxl
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from tests.support.books import ROOT

NUMBERS = [1.25, 4, 2.5, -3, 7.75]
WORDS = ["abc", "a", "xa", "ABC", "b a"]
KEYS = [1, 2, 3, 1, 2]

_PREFIXED = [
    "XLOOKUP",
    "XMATCH",
    "IFS",
    "SWITCH",
    "LET",
    "TEXTJOIN",
    "CONCAT",
    "NORM.DIST",
    "STDEV.S",
    "CEILING.MATH",
    "FLOOR.MATH",
    "VAR.P",
    "PERCENTILE.INC",
    "RANK.EQ",
    "MAXIFS",
    "MINIFS",
    "SEQUENCE",
    "UNIQUE",
    "IFNA",
    "SORTBY",
    "XOR",
    "COVARIANCE.P",
    "LAMBDA",
    "REDUCE",
]

FILE = ROOT / "tests" / "odd_formulas.txt"


def formulas():
    """Formulas of one cell, and formulas over ranges."""
    single, arrays = FILE.read_text("utf-8").split("\n\n")
    return single.splitlines()[1:], arrays.splitlines()[1:]


def _as_in_files(formula):
    for name in _PREFIXED:
        formula = re.sub(rf"(?<![\w.]){re.escape(name)}\(", f"_xlfn.{name}(", formula)
    for variable in ("x", "y", "v"):
        if "LET(" in formula:
            formula = _renamed(formula, variable)
    return formula


def _renamed(formula, variable):
    """The formula with a variable of LET as files write it."""
    pieces = formula.split('"')
    for at in range(0, len(pieces), 2):
        out, before = "", " "
        for n, sign in enumerate(pieces[at]):
            after = pieces[at][n + 1 : n + 2] or " "
            alone = sign == variable and not (before.isalnum() or after.isalnum())
            out += f"_xlpm.{sign}" if alone else sign
            before = sign
        pieces[at] = out
    return '"'.join(pieces)


def write_book(path):
    """Write the workbook; gives for each formula its text, first row and number of rows."""
    book = openpyxl.Workbook()
    sheet, data, other = book.active, book.create_sheet("Data"), book.create_sheet("It's a sheet")
    parts = book.create_sheet("Parts list")
    sheet.title = "Formulas"
    for row in range(5):
        for column, values in enumerate((NUMBERS, WORDS, KEYS), start=1):
            data.cell(row + 1, column, values[row])
    other["A1"], other["A2"] = 11, 31
    for row in (
        ("Part", "Mass", "Count"),
        ("can", 1.5, 1),
        ("foil", 2.25, 2),
        ("felt", 4, 3),
        ("lid", 8, 1),
        ("nut", 0.5, 6),
    ):
        parts.append(row)
    parts.add_table(Table(displayName="Parts", ref="A1:C6"))
    for name, text in (
        ("factor", "Data!$A$2"),
        ("block", "Data!$A$1:$A$5"),
        ("one_third", "1/3"),
        ("other_cell", "'It''s a sheet'!$A$2"),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=text)
    places, row = [], 1
    single, arrays = formulas()
    for text in single:
        sheet.cell(row, 1).value = f"={_as_in_files(text)}"
        places.append((text, row, 1))
        row += 1
    where = {"r": "Data!$A$1:$A$5", "t": "Data!$B$1:$B$5", "k": "Data!$C$1:$C$5"}
    for text in arrays:
        formula = _as_in_files(re.sub(r"\{([rtk])\}", lambda letter: where[letter[1]], text))
        sheet.cell(row, 1).value = ArrayFormula(f"A{row}:A{row + 4}", f"={formula}")
        places.append((f"{{={text}}}", row, 5))
        row += 5
        counted = f"LEN({formula})" if "{t}" in text or "&" in text else formula
        sheet.cell(row, 1).value = f"=SUMPRODUCT({counted})"
        places.append((f"SUMPRODUCT({text})", row, 1))
        row += 1
    # A column filled down, and one beside it that depends on it.
    for n in range(5):
        sheet.cell(n + 1, 7).value = f"=Data!A{n + 1}*factor"
        sheet.cell(n + 1, 8).value = f"=SUM(G$1:G{n + 1})"
    book.save(path)
    return places
