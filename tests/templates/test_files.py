"""The templates as files: what other programs need, how they look, how they grow."""

import re
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from tests.rebuild import GENERATED, SHARED
from tests.support.books import ROOT
from tests.support.template_books import (
    FORMULA_BOOKS,
    GOOD,
    changed,
    formulas,
    made,
    stacks,
    verdict,
)
from xlcalc.templates.sheets.stacks import STACKS_TABLE

#: Columns that a chart reads, in which #N/A means "no point here".
CHARTED = re.compile(r"Electrolyte \d, |Iso-lines|^Level$|^\d")


@pytest.mark.parametrize("path", [*GENERATED, *SHARED], ids=lambda path: path.name)
def test_committed_workbooks_are_the_ones_we_build(path, tmp_path):
    built = tmp_path / path.name
    {**GENERATED, **SHARED}[path](built)
    parts = []
    for each in (built, path):
        with ZipFile(each) as package:
            parts.append({name: package.read(name) for name in package.namelist()})
    assert parts[0].keys() == parts[1].keys()
    for name in parts[0]:
        assert parts[0][name] == parts[1][name], name


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_no_error_but_where_a_chart_has_no_point(path):
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "e" and sheet.title == "Stacks":
                    assert CHARTED.search(sheet.cell(4, cell.column).value), cell.coordinate
                elif cell.data_type == "e":
                    assert (sheet.title, cell.value) == ("Iso-lines", "#N/A"), cell.coordinate
    passed = "All checks passed"
    if path.stem == "batch":
        passed = "Materials are ok; xlcalc batch checks the designs"
    assert book["Checks"]["A2"].value == passed


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_names_in_messages_and_looks_exist(path):
    book = openpyxl.load_workbook(path)
    texts = []
    for sheet in book:
        for validation in sheet.data_validations.dataValidation:
            texts += [validation.formula1, validation.formula2]
        for rules in sheet.conditional_formatting:
            texts += [formula for rule in rules.rules for formula in rule.formula]
    words = set()
    for text in filter(None, texts):
        words |= set(re.findall(r"[a-z]\w*_\w+", re.sub(r'"[^"]*"', "", text)))
    assert words
    assert words <= set(book.defined_names)


@pytest.mark.slow
def test_a_table_may_grow_far(tmp_path, soffice):
    """What Excel does when hundreds of designs are pasted below the last row."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])

    def change(book):
        sheet = book["Stacks"]
        table = sheet.tables["Stacks"]
        for row in range(6, 306):
            for position, column in enumerate(table.tableColumns, start=1):
                formula = column.calculatedColumnFormula
                above = sheet.cell(5, position).value
                text = above if formula is None else "=" + formula.attr_text
                sheet.cell(row, position).value = text
        table.ref = table.ref.replace("5", "305")
        table.autoFilter = None

    (recalculated,) = soffice(changed(path, tmp_path, change), "xlsx", recalculate=True)
    assert (stacks(recalculated)["Check"] == "ok").sum() == 301
    assert verdict(recalculated) == "All checks passed"


def test_a_row_more_extends_formulas_validation_and_charts():
    """What Excel extends by itself is declared so that it does."""
    for path in (ROOT / "templates" / "stack.xlsx", ROOT / "templates" / "compare.xlsx"):
        sheet = openpyxl.load_workbook(path)["Stacks"]
        table = sheet.tables["Stacks"]
        calculated = {c.name: c.calculatedColumnFormula for c in table.tableColumns}
        for column in STACKS_TABLE.columns:
            formula = calculated[column.header]
            assert (formula is not None) == bool(column.formula)
            if formula is not None:
                position = list(calculated).index(column.header) + 1
                assert "=" + formula.attr_text == sheet.cell(5, position).value
        last = int(re.search(r"\d+$", table.ref).group())
        areas = [str(v.sqref) for v in sheet.data_validations.dataValidation]
        assert all(int(re.search(r"\d+$", a).group()) >= last for a in areas)
        if path.stem == "stack":
            with ZipFile(path) as package:
                charts = [n for n in package.namelist() if "charts/chart" in n]
                text = "".join(package.read(name).decode() for name in charts)
            # Excel extends a reference that covers a table's column from its first row to its last.
            for first, end in re.findall(r"Stacks!\$\w+\$(\d+):\$\w+\$(\d+)", text):
                assert (int(first), int(end)) == (5, last)


def test_a_row_put_in_by_libreoffice_is_calculated(tmp_path, soffice):
    """One more design below the last, with the formulas that the table declares for new rows."""
    path = made(tmp_path, records=[{"design": "a", **GOOD}])
    book = openpyxl.load_workbook(path)
    sheet = book["Stacks"]
    table = sheet.tables["Stacks"]
    for position, column in enumerate(table.tableColumns, start=1):
        formula = column.calculatedColumnFormula
        above = sheet.cell(5, position).value
        sheet.cell(6, position).value = above if formula is None else "=" + formula.attr_text
    sheet.cell(6, 1).value = "b"
    table.ref = table.ref.replace("5", "6")
    table.autoFilter = None
    book.save(tmp_path / "two.xlsx")
    (recalculated,) = soffice(tmp_path / "two.xlsx", "xlsx", recalculate=True)
    frame = stacks(recalculated)
    assert frame["Design"].tolist() == ["a", "b"]
    assert frame["Specific energy [Wh/kg]"][0] == frame["Specific energy [Wh/kg]"][1]


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_workbooks_are_as_good_ones_are(path):
    """Legend, print set-up, protection without password, messages, alternative texts."""
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Read me"
    assert book.calculation.fullCalcOnLoad
    words = " ".join(str(c.value) for row in book["Read me"] for c in row if c.value)
    for expected in (
        "The stack: foils",
        "Discharged",
        "Eq. 1-8",
        "What cells look like",
        "xlcalc ",
    ):
        assert expected in words
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet["A2"].value == "=master_check"
        assert not sheet.merged_cells.ranges
        assert sheet.protection.sheet != (sheet.title in ("Stacks", "Materials"))
        assert sheet.protection.password is None
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.protection.locked
                elif "input" in cell.style and "header" not in cell.style:
                    assert not cell.protection.locked
        for validation in sheet.data_validations.dataValidation:
            assert len(validation.prompt or "") <= 255
            assert validation.error
            assert len(validation.error) <= 255
    with ZipFile(path) as package:
        for name in package.namelist():
            if re.search(r"drawings/drawing\d+\.xml$", name):
                text = package.read(name).decode()
                frames = re.findall(r"<(?:\w+:)?cNvPr [^>]*>", text)
                assert frames
                assert all(re.search(r'descr="[^"]{20,}"', frame) for frame in frames)


NEWER = [
    "XLOOKUP",
    "LET",
    "LAMBDA",
    "FILTER",
    "SORT",
    "UNIQUE",
    "SEQUENCE",
    "TEXTJOIN",
    "CONCAT",
    "IFS",
    "SWITCH",
    "MAXIFS",
    "MINIFS",
    "XMATCH",
    "VSTACK",
    "TEXTSPLIT",
    "_xlfn",
    "_xlws",
]


@pytest.mark.parametrize("path", FORMULA_BOOKS, ids=lambda path: path.name)
def test_formulas_are_plain(path):
    """No function newer than Excel 2016, none that Excel cannot hold, no array formula."""
    found = formulas(path)
    texts = {cell.value for cell in found.values()}
    assert all(isinstance(text, str) for text in texts)
    for text in texts:
        assert len(text) < 2500
        for name in NEWER:
            assert not re.search(rf"\b{name}\b\(?", re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", text)), (
                text
            )


def test_steps_are_short():
    """A step of the physics is one a person can read."""
    for column in STACKS_TABLE.columns:
        if column.group.startswith(("Results", "Cathode,", "Anode,", "Layers", "Growth")):
            assert len(column.formula) < 260, column.header


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_other_programs_open_it(path):
    import python_calamine

    book = python_calamine.load_workbook(str(path))
    rows = book.get_sheet_by_name("Stacks").to_python()
    assert len(rows) > 5
    sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    assert list(sheets) == book.sheet_names


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_package_obeys_the_rules_that_can_be_checked(path):
    """Content types, relationships, ids, table headers, defined names, formulas without "="."""
    with ZipFile(path) as package:
        names = package.namelist()
        parts = {name: package.read(name).decode("utf-8", "replace") for name in names}
    assert len(set(names)) == len(names)
    types = parts["[Content_Types].xml"]
    defaults = set(re.findall(r'<Default[^>]*Extension="(\w+)"', types))
    overrides = set(re.findall(r'PartName="/([^"]+)"', types))
    assert overrides <= set(names)
    for name in names[1:]:
        assert name in overrides or name.rsplit(".", 1)[-1] in defaults
        if name.endswith(".rels"):
            ids = re.findall(r'\bId="([^"]+)"', parts[name])
            assert len(set(ids)) == len(ids)
            for target in re.findall(r'Target="/([^"]+)"', parts[name]):
                assert target in names
    tables = [text for name, text in parts.items() if "/tables/" in name]
    ids = [re.search(r'<table [^>]*\bid="(\d+)"', text).group(1) for text in tables]
    displayed = [re.search(r'displayName="([^"]+)"', text).group(1) for text in tables]
    assert len(set(ids)) == len(ids)
    assert len({name.casefold() for name in displayed}) == len(displayed)
    # Print titles are names of their sheets; those of the workbook have no sheet.
    defined = re.findall(r'<definedName name="([^"]+)">', parts["xl/workbook.xml"])
    assert len({name.casefold() for name in defined}) == len(defined)
    assert not {name.casefold() for name in defined} & {name.casefold() for name in displayed}
    for name in defined:
        # Nothing that reads like a cell, in A1 or R1C1 terms.
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*([RrCc]\d*)?", name)
    for name, text in parts.items():
        if "/worksheets/sheet" not in name:
            continue
        assert "<f>=" not in text
        references = re.findall(r'<c r="([A-Z]+\d+)"', text)
        assert len(set(references)) == len(references)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for table in sheet.tables.values():
            top = next(iter(sheet[table.ref]))
            assert [cell.value for cell in top] == [column.name for column in table.tableColumns]
            headers = [cell.value.casefold() for cell in top]
            assert len(set(headers)) == len(headers)


def test_two_runs_give_the_same_bytes(tmp_path):
    one, two = (made(tmp_path / folder) for folder in _folders(tmp_path, "one", "two"))
    assert one.read_bytes() == two.read_bytes()


def _folders(tmp_path, *names):
    for name in names:
        (tmp_path / name).mkdir()
    return names
