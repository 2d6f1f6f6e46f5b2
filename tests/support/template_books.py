"""What the tests of templates share: books made, changed and read again."""

from contextlib import closing

import numpy as np
import openpyxl
import pandas as pd

from tests.rebuild import GENERATED
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import CELL_VOLTAGE, RESULTS
from xlcalc.templates import TEMPLATES
from xlcalc.templates.designs import designs_of
from xlcalc.templates.emit import write
from xlcalc.templates.sheets.stacks import STACKS_TABLE

#: The first row of a Materials sheet that is left free.
FREE_ROW = 5 + len(Materials.library())

FORMULA_BOOKS = [path for path in GENERATED if path.stem != "lewis2022"]


HEADERS = {
    name: q.header if name != CELL_VOLTAGE.name else STACKS_TABLE["cell_voltage_v_used"].header
    for name, q in RESULTS.items()
}


def cells(path, data_only):
    book = openpyxl.load_workbook(path, data_only=data_only)
    return {
        (sheet.title, cell.coordinate): cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formulas(path):
    return {key: cell for key, cell in cells(path, False).items() if cell.data_type == "f"}


def value(found, key):
    return found[key].value if key in found else ""


def differences(keys, ours, theirs):
    """Cells whose values differ by more than 1e-9 of the larger, or in kind."""
    wrong = []
    for key in keys:
        one, two = ours(key), theirs(key)
        numbers = isinstance(one, (int, float)) and isinstance(two, (int, float))
        if not (abs(one - two) <= 1e-9 * max(abs(one), abs(two)) if numbers else one == two):
            wrong.append((key, one, two))
    return wrong


def stacks(path):
    """The Stacks sheet as a table."""
    frame = pd.read_excel(path, sheet_name="Stacks", header=3, engine="openpyxl")
    return frame[frame["Design"].notna()]


def assert_same_results(frame, columns, rows=slice(None)):
    for name, header in HEADERS.items():
        ours = frame[header].to_numpy(dtype=float)[rows]
        assert np.allclose(ours, columns[name][rows], rtol=1e-12, atol=1e-12, equal_nan=True), name


def made(tmp_path, name="stack", records=None):
    path = tmp_path / f"{name}.xlsx"
    with path.open("wb") as file:
        write(TEMPLATES[name].build(designs_of(records) if records else None), file)
    return path


GOOD = {
    "cathode": "NMC811",
    "anode": "Si",
    "electrolyte": "LPSC",
    "cathode_porosity": 0.05,
    "np_ratio": 1.2,
}


def changed(path, tmp_path, change):
    """A template changed as in a spreadsheet program, before it is worked out anew."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(tmp_path / "changed.xlsx")
    return tmp_path / "changed.xlsx"


def column_of(sheet, header):
    return next(cell.column for cell in sheet[4] if cell.value == header)


def row_of(sheet, name):
    return next(row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value == name)


def verdict(path):
    """What the first page says of the checks."""
    with closing(openpyxl.load_workbook(path, data_only=True, read_only=True)) as book:
        return book["Read me"]["A2"].value
