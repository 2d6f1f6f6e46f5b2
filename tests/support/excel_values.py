"""Formulas with the values that Excel gives for them, by kind: `excel_values.json`."""

import json

import openpyxl
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from tests.support.books import ROOT

FILE = ROOT / "tests" / "excel_values.json"


def books():
    """Each with its kind, its cells, the right values, and the cells that are left alone."""
    return json.loads(FILE.read_text("utf-8"))


def write(book, path):
    """A workbook of one of them; cells without a sheet are on S."""
    made = openpyxl.Workbook()
    made.active.title = "S"
    for address, content in book["cells"].items():
        title, _, cell = address.rpartition("!")
        title = title or "S"
        sheet = made[title] if title in made.sheetnames else made.create_sheet(title)
        if isinstance(content, dict):
            content = ArrayFormula(content["array"], content["formula"])
        sheet[cell] = content
    for name, meaning in book.get("names", {}).items():
        made.defined_names[name] = DefinedName(name, attr_text=meaning)
    for name, area in book.get("tables", {}).items():
        made["S"].add_table(Table(displayName=name, ref=area))
    made.save(path)


def qualified(address):
    """An address with its sheet."""
    return address if "!" in address else f"S!{address}"


def same(found, expected):
    """Whether a value is Excel's, to 9 digits; a text without letters is written as none."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if isinstance(expected, (int, float)) and isinstance(found, (int, float)):
        return abs(found - expected) <= 1e-9 * max(1.0, abs(expected))
    return found == expected
