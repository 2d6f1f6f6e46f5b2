"""The functions for Excel: what xlwings sees of them, their VBA, workbooks with both inside."""

import datetime
import decimal
import json
import re
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from openpyxl import Workbook
from pyopenvba import ExcelFile, check_file
from pyopenvba.exceptions import VBARuntimeError

from tests.support.books import ROOT
from tests.support.vba_python import Range, VbaExcel
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts import excel as host
from xlcalc.hosts.excel_setup import vba_module as excel_vba
from xlcalc.hosts.excel_setup.embed_macros import modules, with_macros
from xlcalc.hosts.excel_setup.settings import CONF, book_settings, xlwings_version
from xlcalc.templates.openpyxl_package import parts_of
from xlcalc.workbooks.package.zip_writer import write_parts

VBA = excel_vba.module_text()


@pytest.fixture(scope="module")
def parts():
    book = Workbook()
    book.active["A1"] = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")'
    settings = book.create_sheet(CONF)
    for row in book_settings():
        settings.append(row)
    return parts_of(book)


@pytest.fixture(scope="module")
def book(parts, tmp_path_factory):
    path = tmp_path_factory.mktemp("excel") / "cells.xlsm"
    with path.open("wb") as file:
        write_parts(with_macros(parts), file)
    return path


def declared(name):
    """Parameters of our wrapper with whether they are optional."""
    text = VBA.replace(" _\r\n", " ")
    words = re.search(rf"^Public Function {name}\((.*?)\)", text, re.MULTILINE)[1].split(",")
    words = [word.strip() for word in words]
    return [(word.removeprefix("Optional "), word.startswith("Optional ")) for word in words]


def oletool(name, *arguments):
    """A program of oletools; importing it would fill the report with its own warnings."""
    command = [sys.executable, "-W", "ignore", "-m", f"oletools.{name}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def olevba(path):
    """The macros that olevba finds."""
    found = json.loads(oletool("olevba", "--json", "--code", path).stdout)
    return [macro for part in found for macro in part.get("macros") or ()]


# What xlwings sees.


def test_xlwings_sees_every_function_with_its_help(excel):
    infos = excel.ask("infos")
    assert set(infos) == set(CATALOGUE)
    for name, function in CATALOGUE.items():
        info = infos[name]
        assert (info["category"], info["call_in_wizard"]) == ("xlcalc", False)
        assert info["doc"] == function.help
        assert list(info["arguments"].values()) == [a.help for a in function.arguments]


@pytest.mark.parametrize("name", CATALOGUE)
def test_both_wrappers_take_the_arguments_of_the_catalogue(excel, name):
    arguments = CATALOGUE[name].arguments
    assert declared(name) == excel.signature(name)
    assert [word.rstrip("_") for word, _ in declared(name)] == [a.name for a in arguments]
    assert [optional for _, optional in declared(name)] == [a.optional for a in arguments]


def test_no_argument_is_a_word_that_vba_keeps_for_itself():
    names = {a.name for function in CATALOGUE.values() for a in function.arguments}
    taken = {
        a.name for f in CATALOGUE.values() for a in f.arguments if excel_vba.parameter(a) != a.name
    }
    assert taken == {"property"}
    assert not names & {"date", "type", "end", "next", "string"}


@pytest.mark.parametrize("ranges", [False, True])
def test_one_cell_is_one_cell_whether_it_comes_as_a_range_or_not(excel, ranges):
    for cell in (4.0, [[4.0]]):
        found = excel.call("SSB_ENERGY_DENSITY", ["NMC811", "Si", "LPSC", cell], ranges=ranges)
        assert found == CATALOGUE["SSB_ENERGY_DENSITY"]("NMC811", "Si", "LPSC", 4)


def test_error_values_that_xlwings_does_not_know_go_through(excel):
    cells = ["NMC811", "Si", "LPSC", [["#SPILL!", 4.0]]]
    energy = CATALOGUE["SSB_ENERGY_DENSITY"]("NMC811", "Si", "LPSC", 4)
    assert excel.call("SSB_ENERGY_DENSITY", cells) == ["#SPILL!", energy]


def test_values_as_windows_hands_them_over():
    assert host.from_excel(decimal.Decimal("1.5")) == 1.5
    assert host.from_excel(3) == 3.0
    assert host.from_excel(True) is True
    assert host.from_excel(datetime.datetime(2024, 1, 2)) == "2024-01-02 00:00:00"
    for text, number in excel_vba.ERROR_NUMBERS.items():
        assert host.from_excel(number - 2146828288) == text


def test_long_texts_are_cut_where_excel_would_show_an_error():
    long = "x" * 300
    assert host.to_excel(long) == [[long]]
    assert host.to_excel([[long]]) == [[long]]
    assert host.to_excel([[long, 1.0]]) == [["x" * 254 + "…", 1.0]]
    for alone in ("x" * 40_000, [["x" * 40_000]]):
        assert host.to_excel(alone) == [["x" * 32_766 + "…"]]


def test_the_module_is_imported_without_numpy_doing_the_work_of_a_call():
    code = (
        "import sys, xlcalc.hosts.excel as e; import cProfile, pstats;"
        "p = cProfile.Profile(); call = e.SSB_ENERGY_DENSITY; call('NMC811','Si','LPSC', 4.0);"
        "p.runcall(call, 'NMC811', 'Si', 'LPSC', 4.0);"
        "print({f[0] for f in pstats.Stats(p).stats})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "numpy" not in done.stdout


# VBA.


def test_vba_keeps_within_the_limits_of_vba_and_excel():
    assert VBA.isascii()
    lines = VBA.split("\r\n")
    assert not any("\n" in line for line in lines)
    assert max(map(len, lines)) <= 1023
    continued = [
        len(run) // 3 for run in re.findall(r"(?: _\n)+", re.sub(r".*?( _)?\r\n", r"\1\n", VBA))
    ]
    assert max(continued) <= 24
    for name, function in CATALOGUE.items():
        assert len(function.arguments) <= 60
        assert sum(len(word) + 1 for word, _ in declared(name)) <= 254
        assert len(function.help) <= 255
        assert all(len(argument.help) <= 255 for argument in function.arguments)


def test_vba_tells_excel_what_each_argument_means():
    told = VBA.partition("Public Sub XlcalcHelp()")[2].replace("\r\n", "\n")
    told = re.sub(r'" & ChrW\((\d+)\) & "', lambda found: chr(int(found[1])), told)
    for name, function in CATALOGUE.items():
        (block,) = re.findall(rf'Describe "{name}".*?\)$', told, re.DOTALL | re.MULTILINE)
        quoted = [text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', block)]
        assert quoted == [name, function.help, *(a.help for a in function.arguments)]


def test_the_macros_say_whether_python_answers_and_describe_each_function(excel):
    here = VbaExcel(excel.call)
    energy = CATALOGUE["SSB_CHARGE_DENSITY"](200, 4.78, 0.6)
    assert here.run("XlcalcCheck") == [f"Python answers: SSB_CHARGE_DENSITY gives {energy:g}"]
    here.run("XlcalcHelp")
    assert here.described == {
        f"'my cells.xlsm'!{name}": (f.help, "xlcalc", [a.help for a in f.arguments])
        for name, f in CATALOGUE.items()
    }

    def fails(name, cells):
        raise VBARuntimeError(429, "Could not activate Python COM server")

    (words,) = VbaExcel(fails).run("XlcalcCheck")
    assert words.startswith("Python does not answer: Could not activate Python COM server")


def test_nothing_is_asked_while_the_function_wizard_is_open(excel):
    here = VbaExcel(excel.call)
    here.wizard_open = True
    assert here.call("SSB_CHARGE_DENSITY", [200.0, 4.78, 0.6]) == ""
    assert here.calls == []


def test_python_is_started_once_and_again_when_it_has_ended(excel):
    here = VbaExcel(excel.call)
    cells = [200.0, 4.78, 0.6]
    wanted = CATALOGUE["SSB_CHARGE_DENSITY"](*cells)
    for _ in range(3):
        assert here.call("SSB_CHARGE_DENSITY", cells) == wanted
    assert len(here.servers) == 1
    here.servers[0].ended = True
    assert here.call("SSB_CHARGE_DENSITY", cells) == wanted
    assert len(here.servers) == 2


def test_a_python_that_never_answers_is_asked_twice_at_most():
    asked = []

    def fails(name, cells):
        asked.append(name)
        raise VBARuntimeError(1001, "Python failed")

    here = VbaExcel(fails)
    for count in (1, 2):
        assert here.call("SSB_CHARGE_DENSITY", [200.0, 4.78, 0.6]) == "#VALUE!"
        assert len(asked) == count


def test_a_range_in_pieces_is_refused(excel):
    """Its values would be those of the first piece, and the result a wrong number."""
    here = VbaExcel(excel.call)
    shares, densities = [[0.3], [0.2]], [[4.78], [1.86]]
    name, whole = "SSB_COMPOSITE_DENSITY", [Range(shares), Range(densities)]
    assert here.call(name, whole) == pytest.approx(0.3 * 4.78 + 0.2 * 1.86)
    assert here.call(name, [Range(shares, areas=2), Range(densities, areas=2)]) == "#VALUE!"
    assert here.calls == [name]


# Workbooks.


def test_a_workbook_holds_the_modules_and_is_what_readers_expect(book):
    with ExcelFile(book) as file:
        assert file.validate() == []
        inside = file.vba_modules()
    assert check_file(book).ok
    assert set(inside) == {"ThisWorkbook", "Sheet1", "Sheet2", "xlwings", "xlcalc", "Dictionary"}
    # What a VBA editor shows leaves the attributes out, so compare what was written.
    assert {name: inside[name] for name in modules()} == modules()
    seen = {macro["vba_filename"]: macro["code"] for macro in olevba(book)}
    assert set(seen) == {
        *("ThisWorkbook.cls", "Sheet1.cls", "Sheet2.cls", "Dictionary.cls"),
        *("xlwings.bas", "xlcalc.bas"),
    }
    assert all(f"Public Function {name}(" in seen["xlcalc.bas"] for name in CATALOGUE)
    opened = openpyxl.load_workbook(book, keep_vba=True)
    assert opened.worksheets[0]["A1"].value == '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")'
    assert dict(opened[CONF].values) == dict(book_settings())
    with zipfile.ZipFile(book) as package:
        assert b"sheet.macroEnabled.main+xml" in package.read("[Content_Types].xml")


def test_a_workbook_has_nothing_that_runs_by_itself(book):
    """Mail gateways and virus scanners take macros that do for suspicious."""
    done = oletool("mraptor", book)
    flags = re.search(r"^(\S.*?) *\|(...) *\|OpX:", done.stdout, re.MULTILINE)
    assert flags is not None, done.stdout
    assert flags[1] == "Macro OK"
    assert "A" not in flags[2]


def test_the_same_workbook_gives_the_same_bytes(parts):
    assert with_macros(parts) == with_macros(parts)


def test_other_parts_of_a_workbook_stay_as_they_are(parts):
    made = with_macros(parts)
    assert set(made) - set(parts) == {"xl/vbaProject.bin"}
    same = {name for name in parts if made[name] == parts[name]}
    # Content types, relations, and the names by which VBA knows the workbook and its sheets.
    assert set(parts) - same == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }


def test_xlwings_own_module_is_that_of_the_installed_version():
    assert f'XLWINGS_VERSION As String = "{xlwings_version()}"' in modules()["xlwings"]


def test_no_python_file_beside_a_workbook_is_looked_at(tmp_path):
    """The folder of the workbook does not get onto Python's path with the workbook's settings."""
    folder = str(tmp_path / "cells")
    settings = dict(book_settings())
    code = (
        "import sys; from xlwings.utils import prepare_sys_path;"
        "prepare_sys_path(sys.argv[1]); print(sys.path)"
    )
    for flag, there in ((settings["ADD_WORKBOOK_TO_PYTHONPATH"], False), ("true", True)):
        # As xlwings' XLPyCommand puts them together; the last is the setting PYTHONPATH.
        arguments = ";".join([flag, f"{folder}/b.xlsm", f"{folder}/b.xlsm", "", "", "", ""])
        done = subprocess.run(
            [sys.executable, "-c", code, arguments], capture_output=True, text=True, check=True
        )
        assert (folder in done.stdout) is there
