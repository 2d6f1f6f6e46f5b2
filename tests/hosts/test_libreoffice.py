"""The SSB_ functions in a real LibreOffice, with the add-in as a user installs it."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.books import ROOT
from xlcalc.errors import InputError
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED
from xlcalc.hosts.libreoffice import setup as libreoffice_setup
from xlcalc.hosts.libreoffice.extension import EXPLAINS, IDENTIFIER, add_in
from xlcalc.hosts.libreoffice.setup import Office

NCM, SI, LPSC = "NMC811", "Si", "LPSC"

#: Cells that formulas refer to.
OWN = [
    ["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]"],
    ["NMC811", None, 5.0, None],
    ["mine", "cathode", 4.0, 250],
]
HEADERS = ["design", "cathode", "anode", "electrolyte", "separator_thickness_um"]
ROWS = [["a", NCM, SI, LPSC, 15.0], ["b", NCM, "None", LPSC, None], ["c", NCM, "Sj", LPSC, 20.0]]
WANTED = [["specific_energy_wh_kg", "status"]]


def test_values_of_a_workbook_are_those_of_python(calc, tmp_path):
    """Formulas of single cells beside what the same call gives in Python."""
    cases = [
        ('=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")', "SSB_ENERGY_DENSITY", (NCM, SI, LPSC)),
        # Left out in the middle and at the end.
        (
            '=SSB_SPECIFIC_ENERGY("NMC811","Si","LPSC",,1.2,,0.7)',
            "SSB_SPECIFIC_ENERGY",
            (NCM, SI, LPSC, OMITTED, 1.2, OMITTED, 0.7),
        ),
        (
            '=SSB_ENERGY_DENSITY_CHARGED("NMC811","Si","LPSC",A1)',
            "SSB_ENERGY_DENSITY_CHARGED",
            (NCM, SI, LPSC, 3.25),
        ),
        ("=SSB_CHARGE_DENSITY(200,4.78,TRUE)", "SSB_CHARGE_DENSITY", (200, 4.78, True)),
        ("=SSB_ELECTRODE_THICKNESS(A1,573.6)", "SSB_ELECTRODE_THICKNESS", (3.25, 573.6)),
        (
            "=SSB_COMPOSITE_DENSITY({0.6,0.4},{4.78,1.86})",
            "SSB_COMPOSITE_DENSITY",
            ([[0.6, 0.4]], [[4.78, 1.86]]),
        ),
        ('=SSB_MATERIAL("Si","density")', "SSB_MATERIAL", (SI, "density")),
        ('=SSB_MATERIAL("Si","kind")', "SSB_MATERIAL", (SI, "kind")),
        ('=SSB_ENERGY_DENSITY("NMC811","Sj","LPSC")', "SSB_ENERGY_DENSITY", (NCM, "Sj", LPSC)),
        ('=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",-1)', "SSB_ENERGY_DENSITY", (NCM, SI, LPSC, -1)),
        (
            '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC","four")',
            "SSB_ENERGY_DENSITY",
            (NCM, SI, LPSC, "four"),
        ),
        ('=SSB_EXPLAIN("NMC811","Sj","LPSC")', "SSB_EXPLAIN", (NCM, "Sj", LPSC)),
        (
            '=SSB_ENERGY_DENSITY("mine","Si","LPSC",,,,,,3.4,,,$G$1:$J$3)',
            "SSB_ENERGY_DENSITY",
            ("mine", SI, LPSC, *[OMITTED] * 5, 3.4, OMITTED, OMITTED, OWN),
        ),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    # A column of its own for the cells that formulas refer to.
    sheet["A1"] = 3.25
    for row, line in enumerate(OWN, 1):
        for column, cell in enumerate(line, 7):
            sheet.cell(row, column, cell)
    for row, (formula, _, _) in enumerate(cases, 1):
        sheet.cell(row, 2, formula)
    # An error goes through, and a formula takes our value further.
    sheet["C1"] = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",1/0)'
    sheet["C2"] = "=2*B1"
    book.save(tmp_path / "cells.xlsx")
    values = calc.values(tmp_path / "cells.xlsx")
    for row, (formula, name, cells) in zip(values, cases, strict=False):
        expected = CATALOGUE[name](*cells)
        if isinstance(expected, float):
            expected = pytest.approx(expected, rel=1e-12)
        assert row[1] == expected, formula
    assert values[0][2] == "#DIV/0!"
    assert values[1][2] == pytest.approx(2 * CATALOGUE["SSB_ENERGY_DENSITY"](NCM, SI, LPSC))


def test_ranges_are_array_formulas(calc, tmp_path):
    """A column of inputs, a grid, the breakdown and a table of designs."""
    sheet = (book := openpyxl.Workbook()).active
    capacities, separators = [2.0, None, "four", -1.0], [10.0, 20.0, 30.0]
    for row, cell in enumerate(capacities, 1):
        sheet.cell(row, 1, cell)
    for column, cell in enumerate(separators, 2):
        sheet.cell(10, column, cell)
    for row, line in enumerate([HEADERS, *ROWS], 12):
        for column, cell in enumerate(line, 1):
            sheet.cell(row, column, cell)

    column = [[cell] for cell in capacities]
    grid = [cell if isinstance(cell, float) else None for cell in capacities]
    placed = {
        "B1:B4": (
            '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",A1:A4)',
            CATALOGUE["SSB_ENERGY_DENSITY"](NCM, SI, LPSC, column),
        ),
        "D1:F2": (
            '=SSB_SPECIFIC_ENERGY("NMC811","Si","LPSC",A1:A2,,B10:D10)',
            CATALOGUE["SSB_SPECIFIC_ENERGY"](
                NCM, SI, LPSC, [[cell] for cell in grid[:2]], OMITTED, [separators]
            ),
        ),
        "H1:K30": (
            '=SSB_STACK("NMC811","Si","LPSC")',
            CATALOGUE["SSB_STACK"](NCM, SI, LPSC),
        ),
        "B20:C22": (
            '=SSB_EVALUATE(A12:E12,A13:E15,{"specific_energy_wh_kg","status"})',
            CATALOGUE["SSB_EVALUATE"]([HEADERS], ROWS, WANTED),
        ),
    }
    for cells, (formula, _) in placed.items():
        sheet[cells.split(":")[0]] = ArrayFormula(cells, formula)
    book.save(tmp_path / "ranges.xlsx")
    found = openpyxl.load_workbook(calc.file(tmp_path / "ranges.xlsx"), data_only=True).active
    for cells, (formula, expected) in placed.items():
        values = [[cell.value for cell in row] for row in found[cells]]
        for shown, right in zip(values, expected, strict=False):
            numbers = [
                pytest.approx(c, rel=1e-12) if isinstance(c, float) else c or None for c in right
            ]
            assert shown == numbers, formula
        # Beyond a result, Calc says that there is nothing.
        assert all(cell == "#N/A" for row in values[len(expected) :] for cell in row)


def test_a_file_of_libreoffice_keeps_the_functions(calc, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")'
    book.save(tmp_path / "book.xlsx")
    own = calc.file(tmp_path / "book.xlsx", "ods")
    # Files that are out there hold this name: it must stay.
    assert b"ORG.XLCALC.ADDIN.SSBENERGYDENSITY(" in zipfile.ZipFile(own).read("content.xml")
    back = calc.file(own)
    assert openpyxl.load_workbook(back).active["A1"].value == book.active["A1"].value
    expected = CATALOGUE["SSB_ENERGY_DENSITY"](NCM, SI, LPSC)
    number = openpyxl.load_workbook(back, data_only=True).active["A1"].value
    assert number == pytest.approx(expected, rel=1e-12)


def test_the_guides_formulas_give_the_guides_numbers(calc, tmp_path):
    guide = (ROOT / "docs" / "libreoffice.md").read_text("utf-8")
    typed = re.findall(r"^(=SSB_(?:ENERGY|SPECIFIC).*)$", guide, re.MULTILINE)
    table = guide.split("## Materials of your own")[1].split("```")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    sheet = (book := openpyxl.Workbook()).active
    for row, line in enumerate(lines, 1):
        for column, cell in enumerate(line.strip("| ").split(" | "), 7):
            sheet.cell(row, column, float(cell) if re.fullmatch(r"[\d.]+", cell) else cell)
    for row, cell in enumerate((20, 50, 100), 4):
        sheet.cell(row, 1, cell)
    for row, formula in enumerate(typed, 1):
        area = f"B{10 * row}:B{10 * row + 2}"
        sheet[f"B{10 * row}"] = ArrayFormula(area, formula.replace(";", ","))
    book.save(tmp_path / "guide.xlsx")
    values = calc.values(tmp_path / "guide.xlsx")
    assert len(typed) == 3
    for row, formula in enumerate(typed, 1):
        # What the guide says after the formula, before the next.
        said = guide.split(f"\n{formula}\n```")[1].split("```")[0]
        numbers = [values[10 * row - 1 + n][1] for n in range(3 if "A4:A6" in formula else 1)]
        for number in numbers:
            digits = [f"{number:.5f}", f"{number:.1f}"]
            assert any(re.search(rf"\b{re.escape(text)}\b", said) for text in digits), number


def python_of_libreoffice():
    program = Path(shutil.which("soffice")).resolve().parent
    for python in (program / "python", Path("/usr/bin/python3")):
        command = [python, "-c", "import uno"]
        if python.exists() and subprocess.run(command, capture_output=True).returncode == 0:
            return python
    return pytest.skip("no Python here has LibreOffice's uno (package python3-uno)")


@pytest.fixture(scope="module")
def session(calc, tmp_path_factory):
    if sys.platform != "linux":
        pytest.skip("looks at processes as Linux shows them")
    path = tmp_path_factory.mktemp("session") / "book.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")'
    book.save(path)
    done = calc.run(python_of_libreoffice(), ROOT / "tests" / "support" / "office_session.py", path)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_wizard_shows_the_catalogues_words(session):
    assert session["wizard"] == {
        function.name: [
            function.help,
            [[argument.name, argument.help] for argument in function.arguments],
        ]
        for function in CATALOGUE.values()
    }


def test_a_process_that_dies_is_replaced(session):
    expected = pytest.approx(CATALOGUE["SSB_ENERGY_DENSITY"](NCM, SI, LPSC), rel=1e-12)
    assert session["first"] == expected
    assert session["again"] == expected
    killed, new, survived = session["processes"]
    assert (killed, new, survived) == (1, 1, 0)


def test_no_process_is_left_when_the_office_ends(session):
    assert session["left"] == 0


def test_without_its_python_cells_hold_errors_and_the_reason(bare_calc, tmp_path):
    gone = tmp_path / "gone" / "python"
    (tmp_path / "broken.oxt").write_bytes(add_in(str(gone)))
    program = Path(shutil.which("soffice")).resolve()
    shared = ["--shared"] if os.geteuid() == 0 else []
    done = bare_calc.run(program.with_name("unopkg"), "add", *shared, tmp_path / "broken.oxt")
    assert done.returncode == 0, done.stderr
    sheet = (book := openpyxl.Workbook()).active
    for row in range(1, 1001):
        sheet.cell(row, 1, f'=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",{row})')
    sheet["B1"] = '=SSB_EXPLAIN("NMC811","Si","LPSC")'
    book.save(tmp_path / "book.xlsx")
    values = bare_calc.values(tmp_path / "book.xlsx")
    assert [row[0] for row in values] == ["#NAME?"] * 1000
    assert str(gone) in values[0][1]
    assert "xlcalc libreoffice install" in values[0][1]
    done = bare_calc.xlcalc("doctor")
    assert done.returncode == 3
    assert str(gone) in done.stderr


def test_install_update_and_uninstall(bare_calc):
    before = bare_calc.xlcalc("doctor")
    assert before.returncode == 3
    assert "does not know the functions" in before.stderr
    for _ in range(2):
        done = bare_calc.xlcalc("install")
        assert done.returncode == 0, done.stderr
        number = float(done.stdout.split()[-1])
        expected = CATALOGUE["SSB_ENERGY_DENSITY"](NCM, SI, LPSC)
        assert number == pytest.approx(expected, rel=1e-12)
    assert bare_calc.xlcalc("doctor").returncode == 0
    assert bare_calc.xlcalc("uninstall").returncode == 0
    assert bare_calc.xlcalc("doctor").returncode == 3
    again = bare_calc.xlcalc("uninstall")
    assert again.returncode == 2
    assert IDENTIFIER in again.stderr
    assert "Traceback" not in again.stderr


def test_a_language_with_another_decimal_sign(bare_calc):
    assert bare_calc.xlcalc("install").returncode == 0
    settings = bare_calc.user / "registrymodifications.xcu"
    german = (
        '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" '
        'oor:op="fuse"><value>de-DE</value></prop></item>'
    )
    text = settings.read_text("utf-8").replace("</oor:items>", f"{german}</oor:items>")
    settings.write_text(text, "utf-8")
    done = bare_calc.xlcalc("doctor")
    assert done.returncode == 0, done.stderr


def fake_soffice(folder, says):
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="stands for LibreOffice by a shell script")
@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("LibreOffice 7.4.7.2 40(Build:2)", "is LibreOffice 7.4; expected 25.2 or newer"),
        ("LibreOffice 25.2.3.2 520(Build:2)", "python3-uno"),
        ("OpenSomething 4", "is no LibreOffice"),
    ],
)
def test_a_libreoffice_that_will_not_do(run, tmp_path, says, sentence):
    program = fake_soffice(tmp_path, says)
    for place in (program, tmp_path):
        for command in ("install", "doctor"):
            code, out, err = run("libreoffice", command, "--office", place)
            assert (code, out) == (2, "")
            assert sentence in err
            assert err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="stands for LibreOffice by a shell script")
def test_the_newest_libreoffice_is_found_beside_programs_that_are_none(tmp_path, monkeypatch):
    """As `soffice` of a Snap is, which leads to the program of Snap itself."""
    places = []
    for name, says in {
        "snap": "snap 2.66",
        "old": "LibreOffice 24.8.1.2 480(Build:2)",
        "new": "LibreOffice 25.2.3.2 520(Build:2)",
    }.items():
        (tmp_path / name).mkdir()
        places.append(fake_soffice(tmp_path / name, says))
    monkeypatch.setattr(libreoffice_setup, "_usual_places", lambda: iter(places))
    assert Office.find() == Office(places[2].resolve(), (25, 2))
    monkeypatch.setattr(libreoffice_setup, "_usual_places", lambda: iter(places[:1]))
    with pytest.raises(InputError, match="is no LibreOffice"):
        Office.find()


def test_no_libreoffice_at_all(run, tmp_path, monkeypatch):
    monkeypatch.setattr(libreoffice_setup, "_usual_places", lambda: iter(()))
    code, out, err = run("libreoffice", "install")
    assert (code, out) == (2, "")
    assert "--office" in err
    code, _, err = run("libreoffice", "install", "--office", tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_the_same_add_in_is_the_same_bytes(run, tmp_path):
    first, second = tmp_path / "first.oxt", tmp_path / "second.oxt"
    for path in (first, second):
        assert run("libreoffice", "build", "--output", path)[0] == 0
    assert first.read_bytes() == second.read_bytes() == add_in()
    code, _, err = run("libreoffice", "build", "--output", tmp_path / "add-in.zip")
    assert code == 2
    assert ".oxt" in err
    assert not (tmp_path / "add-in.zip").exists()


def test_the_add_in_knows_the_function_that_explains():
    settings = json.loads(zipfile.ZipFile(io.BytesIO(add_in())).read("settings.json"))
    assert settings["explains"] == EXPLAINS.name
    assert list(settings["methods"].values()) == list(CATALOGUE)
    assert len(settings["methods"]) == len(CATALOGUE)
