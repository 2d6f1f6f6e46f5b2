"""Editions of templates: the same numbers, with the SSB_ functions inside and seen at work."""

import io
import json
import re
from zipfile import ZipFile

import ironcalc
import openpyxl
import pytest

from tests.rebuild import OF_LAMBDA
from tests.support.books import HEADER, ROOT, ROWS
from tests.support.template_books import differences
from xlcalc.cli import template as cli_template
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import as_rows
from xlcalc.hosts.editions import EDITIONS
from xlcalc.hosts.excel_setup.settings import CONF, book_settings
from xlcalc.hosts.lambdas.names import CLOSED_FORM, lambda_names
from xlcalc.runs.template import make_template
from xlcalc.templates import TEMPLATES
from xlcalc.templates.pages.functions import TITLE
from xlcalc.workbooks.formulas.recalculate import recalculate

WITH_FUNCTIONS = ("xlwings", "lambda")


class Made(dict):
    """Every template in every edition with functions, each made when it is asked for."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def __missing__(self, key):
        edition, name = key
        self[key] = self.folder / f"{name}-{edition}{EDITIONS[edition].suffix}"
        make_template(name, self[key], edition=edition)
        return self[key]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Made(tmp_path_factory.mktemp("editions"))


def parts_of(path):
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def cells(path, *, formulas):
    book = openpyxl.load_workbook(path, data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_the_command_knows_the_editions():
    option = next(p for p in cli_template.template.params if p.name == "edition")
    assert tuple(option.type.choices) == tuple(EDITIONS)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_its_numbers_are_those_of_the_native_edition(made, edition, name):
    # Committed, and the same as what is made: see templates/test_files.py.
    native = cells(ROOT / "templates" / f"{name}.xlsx", formulas=False)
    ours = cells(made[edition, name], formulas=False)
    assert {title for title, _ in ours} - {title for title, _ in native} <= {TITLE, CONF}
    assert all(ours[key] == value for key, value in native.items())


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_it_is_worked_out_headlessly_as_it_is(made, tmp_path, edition, name):
    source = made[edition, name]
    done = recalculate(source, tmp_path / f"new{source.suffix}")
    assert (done.left, done.changed) == ([], 0)


@pytest.mark.parametrize("name", ["stack", "batch"])
@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_functions_page_shows_what_the_functions_give(made, edition, name):
    values, formulas = (cells(made[edition, name], formulas=f) for f in (False, True))
    names = set(CATALOGUE) if edition == "xlwings" else set(CLOSED_FORM)
    shown = {
        re.match(r"=(SSB_\w+)", getattr(text, "text", text))[1]
        for (title, _), text in formulas.items()
        if title == TITLE and str(getattr(text, "text", text)).startswith("=SSB_")
    }
    assert shown == names
    energies = [
        value for (title, cell), value in values.items() if title == TITLE and cell == "B20"
    ]
    assert energies == [CATALOGUE["SSB_ENERGY_DENSITY"]("NMC811", "Si", "LPSC")]
    grid = CATALOGUE["SSB_ENERGY_DENSITY"](
        "NMC811",
        "Si",
        "LPSC",
        None,
        None,
        [[5, 20, 35, 50, 65, 80, 105]],
        None,
        [[0.2], [0.4], [0.6], [0.8], [1]],
    )
    found = [
        value
        for (title, cell), value in values.items()
        if title == TITLE and isinstance(value, float)
    ]
    for row in grid:
        for number in row:
            assert any(number == pytest.approx(value, rel=1e-12) for value in found)
    layers = as_rows(CATALOGUE["SSB_STACK"]("NMC811", "Si", "LPSC"))
    texts = {
        value for (title, _), value in values.items() if title == TITLE and isinstance(value, str)
    }
    assert {row[0] for row in layers} | {row[1] for row in layers} <= texts


def test_what_is_typed_on_the_functions_page_is_checked(made):
    """Every cell that may be typed into tells what it expects, and refuses all else."""
    page = openpyxl.load_workbook(made["lambda", "batch"])[TITLE]
    assert page.protection.sheet
    open_cells = {
        cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked
    }
    checked = {
        cell.coordinate
        for validation in page.data_validations.dataValidation
        for area in validation.sqref.ranges
        for row in page[area.coord if ":" in area.coord else f"{area.coord}:{area.coord}"]
        for cell in row
    }
    assert len(open_cells) == 11 + 7 + 5
    assert open_cells == checked


@pytest.mark.parametrize("name", ["stack", "compare", "sweep", "alloys"])
def test_functions_and_formulas_agree(made, name):
    values = cells(made["xlwings", name], formulas=False)
    assert values[TITLE, "A3"] == "The functions agree with the formulas of Stacks"
    verdicts = [
        value for (title, _), value in values.items() if title == TITLE and value in ("yes", "no")
    ]
    assert len(verdicts) >= 14
    assert set(verdicts) == {"yes"}


def test_a_disagreement_shows(made, tmp_path):
    """A result that was typed over is noticed by the page."""
    source = tmp_path / "stack.xlsm"
    parts = parts_of(made["xlwings", "stack"])
    for name, data in parts.items():
        if b"SSB_EVALUATE" in data:
            parts[name] = data.replace(b"SSB_EVALUATE(", b"1.001*SSB_EVALUATE(")
    with ZipFile(source, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    recalculate(source, tmp_path / "new.xlsm")
    values = cells(tmp_path / "new.xlsm", formulas=False)
    assert values[TITLE, "A3"] == "The functions differ from the formulas of Stacks"


@pytest.mark.parametrize("name", TEMPLATES)
def test_lambda_names_give_the_same_in_an_independent_engine(made, name):
    path = made["lambda", name]
    book = openpyxl.load_workbook(path)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    values = cells(path, formulas=False)
    sheet = book.sheetnames.index(TITLE)
    keys = {
        (TITLE, cell.coordinate): cell
        for row in book[TITLE].iter_rows()
        for cell in row
        if cell.value
    }
    covered = {key: key for key in values if key[0] == TITLE}

    def theirs(key):
        cell = openpyxl.utils.cell.coordinate_to_tuple(key[1])
        return model.get_cell_value(sheet, *cell)

    assert len(covered) > 80
    assert set(keys) <= set(covered)
    assert differences(covered, values.get, theirs) == []


@pytest.mark.parametrize("path", OF_LAMBDA, ids=lambda path: path.name)
def test_committed_lambda_templates_are_the_ones_we_build(made, path):
    assert parts_of(made["lambda", path.stem]) == parts_of(path)


def test_the_lambda_edition_has_its_names_and_dynamic_arrays(made):
    parts = parts_of(made["lambda", "stack"])
    book = openpyxl.load_workbook(made["lambda", "stack"])
    assert {n: book.defined_names[n].attr_text for n in lambda_names()} == lambda_names()
    assert set(CLOSED_FORM) <= set(book.defined_names)
    assert b"sheetMetadata" in parts["[Content_Types].xml"]
    assert b"metadata.xml" in parts["xl/_rels/workbook.xml.rels"]
    assert b"XLDAPR" in parts["xl/metadata.xml"]


@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_every_call_of_a_function_may_spill(made, edition):
    """As Excel writes them; it would show any other with an @, which lets no result spill."""
    parts = parts_of(made[edition, "stack"])
    calls = [
        call
        for name, data in parts.items()
        if name.startswith("xl/worksheets/")
        for call in re.findall(rb"<c ([^>]*)><f([^>]*)>SSB_", data)
    ]
    assert len(calls) > len(EDITIONS[edition].functions())
    for cell, formula in calls:
        assert b'cm="1"' in cell
        assert b't="array"' in formula


def test_the_xlwings_edition_has_its_macros_and_settings(made):
    path = made["xlwings", "stack"]
    parts = parts_of(path)
    assert "xl/vbaProject.bin" in parts
    assert b"macroEnabled.main+xml" in parts["[Content_Types].xml"]
    book = openpyxl.load_workbook(path, keep_vba=True)
    assert book[CONF].sheet_state == "hidden"
    assert [tuple(row) for row in book[CONF].values] == book_settings()
    assert not set(lambda_names()) & set(book.defined_names)


def test_the_same_edition_twice_is_the_same(made, tmp_path):
    make_template("stack", tmp_path / "again.xlsm", edition="xlwings")
    assert parts_of(tmp_path / "again.xlsm") == parts_of(made["xlwings", "stack"])


@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_batch_reads_every_edition(run, made, edition):
    code, out, _ = run("batch", made[edition, "stack"], "--json")
    summary = json.loads(out)
    assert (code, summary["rows_read"], summary["rows_in_error"]) == (0, 14, 0)


@pytest.mark.parametrize("edition", WITH_FUNCTIONS)
def test_designs_are_poured_into_every_edition(run, tmp_path, designs, edition):
    path = tmp_path / f"mine{EDITIONS[edition].suffix}"
    code, out, _ = run(
        "template", "stack", "--edition", edition, "--designs", designs[".csv"], "-o", path
    )
    assert code == 0
    assert "with 3 designs, 0 in error" in out
    values = cells(path, formulas=False)
    assert [values["Stacks", f"A{n}"] for n in (5, 6, 7)] == [row[0] for row in ROWS]
    if edition == "xlwings":
        [wanted] = CATALOGUE["SSB_EVALUATE"]([HEADER], [ROWS[2]], "energy_density_wh_l")
        assert wanted[0] in values.values()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--edition", "xlwings", "-o", "x.xlsx"), "x.xlsx: expected a file ending in .xlsm"),
        (("--edition", "lambda", "-o", "x.xlsm"), "x.xlsm: expected a file ending in .xlsx"),
        (
            ("--edition", "excel", "-o", "x.xlsx"),
            "'excel' is not one of 'native', 'xlwings', 'lambda'",
        ),
    ],
)
def test_unusable_calls_are_one_sentence(run, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("template", "stack", *arguments)
    assert (code, out) == (2, "")
    assert expected in err
    assert list(tmp_path.iterdir()) == []


def test_libreoffice_with_the_add_in_calculates_the_xlwings_edition(made, calc):
    """Macros do not run there unasked; the add-in answers for the same names.

    It works array formulas out anew on loading, whatever the file says that they gave.
    """
    path = made["xlwings", "stack"]
    book = openpyxl.load_workbook(calc.file(path), data_only=True)
    assert book[TITLE]["A3"].value == "The functions agree with the formulas of Stacks"
    ours = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)[TITLE]
    theirs = book[TITLE]
    for row in ours.iter_rows():
        for cell in row:
            other = theirs[cell.coordinate].value
            if isinstance(cell.value, float):
                assert other == pytest.approx(cell.value, rel=1e-12), cell.coordinate
