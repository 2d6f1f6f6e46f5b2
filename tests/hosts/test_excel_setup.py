"""`xlcalc excel`: settings and modules for a user's Excel, and what the doctor finds."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyopenvba import ExcelFile

from xlcalc import __version__
from xlcalc.errors import InputError
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.excel_setup import doctor as excel_doctor
from xlcalc.hosts.excel_setup import embed_macros as excel_macros
from xlcalc.hosts.excel_setup import install as excel_install
from xlcalc.hosts.excel_setup import settings as excel_settings
from xlcalc.hosts.excel_setup.doctor import examine
from xlcalc.hosts.excel_setup.machine import Machine
from xlcalc.hosts.excel_setup.settings import CONF, MODULE, book_settings, xlwings_version
from xlcalc.templates.openpyxl_package import parts_of
from xlcalc.workbooks.package.zip_writer import write_parts

EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"


# Settings.


@pytest.fixture
def home(tmp_path):
    return tmp_path / "user"


def conf(home, *lines):
    path = excel_settings.user_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return path


def test_install_writes_what_xlwings_itself_reads(home, monkeypatch):
    import xlwings
    from xlwings.utils import read_user_config

    done = excel_install.install(home, "/here/python")
    monkeypatch.setattr(xlwings, "USER_CONFIG_FILE", str(done.settings))
    assert read_user_config() == {
        "udf modules": MODULE,
        "add_workbook_to_pythonpath": "false",
        "interpreter_win": "/here/python",
    }
    assert done.settings == home / ".xlwings" / "xlwings.conf"
    assert {path.name for path in done.modules} == {"xlwings.bas", "xlcalc.bas"}
    for path in done.modules:
        # As bytes, since line ends matter to Excel's VBA editor.
        assert path.read_bytes().decode("latin-1") == excel_macros.modules()[path.stem]


def test_install_keeps_what_the_user_had(home):
    path = conf(home, '"SHOW CONSOLE","True"', '"Udf Modules","mine; other"', '"PYTHONPATH","a b"')
    excel_install.install(home, "/here/python")
    assert path.read_text().splitlines() == [
        '"SHOW CONSOLE","True"',
        f'"UDF MODULES","mine;other;{MODULE}"',
        '"PYTHONPATH","a b"',
        '"ADD_WORKBOOK_TO_PYTHONPATH","false"',
        '"INTERPRETER_WIN","/here/python"',
    ]
    before = path.read_bytes()
    excel_install.install(home, "/here/python")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('"INTERPRETER_WIN","C:\\other\\python.exe"', "INTERPRETER_WIN"),
        ('"ADD_WORKBOOK_TO_PYTHONPATH","True"', "ADD_WORKBOOK_TO_PYTHONPATH"),
    ],
)
def test_install_changes_a_setting_only_if_told_to(home, line, key):
    path = conf(home, line)
    before = path.read_bytes()
    with pytest.raises(InputError, match=f"{key} is .*; expected .*, or --replace"):
        excel_install.install(home, "/here/python")
    assert path.read_bytes() == before
    excel_install.install(home, "/here/python", replace=True)
    wanted = {**dict(book_settings()), "INTERPRETER_WIN": "/here/python"}
    assert excel_settings.read_settings(path)[key] == wanted[key]


def test_settings_that_cannot_be_written_or_read_are_told(home, monkeypatch):
    monkeypatch.setattr(excel_settings, "encoding", lambda: "cp1252")
    with pytest.raises(InputError, match="Excel cannot read '試'"):
        excel_install.install(home, "/試/python")
    assert not excel_settings.user_file(home).exists()
    monkeypatch.setattr(excel_settings, "encoding", lambda: "utf-8")
    conf(home).write_bytes(b'"A","\xff\xfe"')
    with pytest.raises(InputError, match="no text that Excel can read"):
        excel_install.install(home, "/here/python")


def test_commands_install_and_bas(run, home, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    code, _, err = run("excel", "install")
    assert code == 2
    assert "on Windows only" in err
    code, out, _ = run("excel", "bas", "--output", tmp_path / "a" / "b")
    assert code == 0
    assert str(tmp_path / "a" / "b" / "xlcalc.bas") in out
    (tmp_path / "file").write_text("")
    code, _, err = run("excel", "bas", "--output", tmp_path / "file")
    assert code == 2
    assert "cannot be made" in err
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(excel_settings, "encoding", lambda: "utf-8")
    monkeypatch.setattr(Path, "home", lambda: home)
    code, out, _ = run("excel", "install")
    assert code == 0
    assert (
        excel_settings.read_settings(excel_settings.user_file(home))["INTERPRETER_WIN"]
        == sys.executable
    )
    assert str(excel_settings.user_file(home)) in out


# The doctor.


@pytest.fixture
def machine(home, tmp_path):
    """A Windows where all is well; a test puts something wrong."""
    python = tmp_path / "env" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.write_text("")
    (tmp_path / "env" / f"xlwings64-{xlwings_version()}.dll").write_text("")
    excel_install.install(home, str(python))
    start = home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    start.mkdir(parents=True)
    addin = excel_settings.xlwings_folder() / "addin" / "xlwings.xlam"
    (start / "xlwings.xlam").write_bytes(addin.read_bytes())
    values = {
        ("HKLM", r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", ""): EXCEL,
        ("HKLM", r"Software\Microsoft\Office\ClickToRun\Configuration", "Platform"): "x64",
        ("HKCU", SECURITY, "AccessVBOM"): 1,
        ("HKCU", SECURITY, "VBAWarnings"): 2,
    }
    return Machine(
        windows=True,
        home=home,
        environ={"APPDATA": str(home / "AppData" / "Roaming")},
        python=str(python),
        base=r"C:\Python311",
        version="3.11.9",
        bits=64,
        registry=lambda root, key, name: values.get((root, key, name)),
        has=lambda name: True,
        answer=lambda python: xlwings_version(),
    )


def with_registry(machine, **changes):
    """The machine with other values in its registry, by their names."""

    def look(root, key, name):
        return changes[name] if name in changes else machine.registry(root, key, name)

    return replace(machine, registry=look)


def found(machine, name, book=None):
    (check,) = (check for check in examine(machine, book) if check.name == name)
    return check


def test_where_all_is_well_every_check_is_good(machine):
    checks = examine(machine)
    assert [check.name for check in checks if check.status != "good"] == []
    assert "64-bit" in found(machine, "Excel").finding
    assert EXCEL in found(machine, "Excel").finding


def test_elsewhere_each_check_of_windows_says_so(machine):
    checks = examine(replace(machine, windows=False))
    assert [check.status for check in checks] == ["good", *["not applicable"] * 8]


def test_python_from_the_store(machine):
    base = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11"
    check = found(replace(machine, base=base), "Python")
    assert check.status == "failed"
    assert "python.org" in check.remedy


def test_no_excel(machine):
    check = found(replace(machine, registry=lambda *_: None), "Excel")
    assert check.status == "failed"
    assert "LibreOffice" in check.remedy


@pytest.mark.parametrize("value", [{"Platform": "x86"}, {"Platform": None, "Bitness": "x86"}])
def test_an_excel_of_32_bits_needs_the_library_of_32_bits(machine, value):
    machine = with_registry(machine, **value)
    assert "32-bit" in found(machine, "Excel").finding
    check = found(machine, "xlwings")
    assert check.status == "failed"
    assert f"xlwings32-{xlwings_version()}.dll" in check.finding
    assert f"xlwings=={xlwings_version()}" in check.remedy
    (Path(machine.python).parent / f"xlwings32-{xlwings_version()}.dll").write_text("")
    assert found(machine, "xlwings").status == "good"


def test_no_pywin32(machine):
    check = found(replace(machine, has=lambda name: False), "pywin32")
    assert check.status == "failed"
    assert "pip install" in check.remedy


def test_settings_that_lack_something(machine, home):
    path = excel_settings.user_file(home)
    path.unlink()
    assert "there are none" in found(machine, "settings").finding
    assert found(machine, "Python for Excel").status == "failed"
    for lines, words in (
        (['"SHOW CONSOLE","True"'], "INTERPRETER_WIN is not set"),
        ([f'"INTERPRETER_WIN","{machine.python}"', '"UDF MODULES","mine"'], "does not name"),
    ):
        conf(home, *lines)
        check = found(machine, "settings")
        assert (check.status, check.remedy) == ("failed", "In a terminal: xlcalc excel install")
        assert words in check.finding
    conf(home, f'"INTERPRETER_WIN","{machine.python}"', f'"UDF MODULES","mine;{MODULE}"')
    assert found(machine, "settings").status == "note"


def test_a_python_for_excel_that_cannot_answer(machine, home):
    for answer, words in ((None, "has no xlcalc"), ("0.30.0", "has xlwings 0.30.0")):
        check = found(replace(machine, answer=lambda python, said=answer: said), "Python for Excel")
        assert check.status == "failed"
        assert words in check.finding
    conf(home, f'"INTERPRETER_WIN","{home / "gone.exe"}"', f'"UDF MODULES","{MODULE}"')
    assert "not there any more" in found(machine, "Python for Excel").finding


def test_a_python_for_excel_may_be_named_by_a_variable(machine, home):
    conf(home, '"INTERPRETER_WIN","%ENV%/Scripts/python.exe"')
    machine = replace(machine, environ={"ENV": str(Path(machine.python).parents[1])})
    assert found(machine, "Python for Excel").status == "good"
    assert found(machine, "xlwings").status == "good"
    assert "%ENV%" in found(replace(machine, environ={}), "Python for Excel").finding


def test_the_real_python_answers_and_a_program_that_is_none_does_not(tmp_path):
    this = Machine.this()
    assert this.answer(sys.executable) == xlwings_version()
    assert this.answer(str(tmp_path / "nothing")) is None
    assert this.has("xlcalc")
    assert this.bits in (32, 64)
    if sys.platform != "win32":
        assert this.registry("HKCU", SECURITY, "VBAWarnings") is None


def test_macros_that_are_off(machine):
    assert found(with_registry(machine, VBAWarnings=1), "macros").status == "good"
    check = found(with_registry(machine, VBAWarnings=4), "macros")
    assert check.status == "failed"
    assert "policy" in check.finding

    def by_user(root, key, name):
        return 3 if (key, name) == (SECURITY, "VBAWarnings") else None

    check = found(replace(machine, registry=by_user), "macros")
    assert "signed macros only, by its settings" in check.finding


def test_access_to_vba_is_a_note_and_a_policy_goes_first(machine):
    assert found(with_registry(machine, AccessVBOM=0), "access to VBA").status == "note"

    def forbidden(root, key, name):
        return {POLICY: 0, SECURITY: 1}.get(key) if name == "AccessVBOM" else None

    assert found(replace(machine, registry=forbidden), "access to VBA").status == "note"


def test_the_add_in(machine, monkeypatch):
    path = Path(machine.environ["APPDATA"], "Microsoft", "Excel", "XLSTART", "xlwings.xlam")
    monkeypatch.setattr(excel_doctor, "xlwings_version", lambda: "9.9.9")
    assert f"is of version {xlwings_version()}" in found(machine, "xlwings add-in").finding
    path.write_text("no add-in")
    assert "version unknown" in found(machine, "xlwings add-in").finding
    path.unlink()
    check = found(machine, "xlwings add-in")
    assert (check.status, check.remedy) == ("note", "In a terminal: xlwings addin install")


# Workbooks that the doctor sees.


@pytest.fixture
def book(tmp_path):
    book = Workbook()
    path = tmp_path / "cells.xlsm"
    with path.open("wb") as file:
        write_parts(excel_macros.with_macros(parts_of(book)), file)
    return path


def remove(path, *modules):
    with ExcelFile(path) as file:
        for module in modules:
            file.vba_project().delete_module(module)
        file.save()


def of_book(machine, book):
    return examine(machine, book)[9:]


def test_a_workbook_with_the_functions(machine, book):
    checks = of_book(machine, book)
    assert [check.status for check in checks] == ["good", "good"]
    assert f"{len(CATALOGUE)}" in checks[0].finding
    assert xlwings_version() in checks[1].finding


def test_a_workbook_of_another_version(machine, book):
    with ExcelFile(book) as file:
        for name, old, new in (
            ("xlcalc", f"xlcalc {__version__} for", "xlcalc 0.0.1 for"),
            ("xlwings", xlwings_version(), "0.30.0"),
        ):
            file.set_module(name, file.get_module(name).replace(old, new))
        file.save()
    functions, xlwings = of_book(machine, book)
    assert functions.status == "note"
    assert "of xlcalc 0.0.1" in functions.finding
    assert xlwings.status == "failed"
    assert "needs xlwings 0.30.0" in xlwings.finding
    assert "xlwings.bas" in xlwings.remedy


def test_a_workbook_without_functions_or_xlwings(machine, book):
    remove(book, "xlcalc", "xlwings")
    functions, xlwings = of_book(machine, book)
    assert (functions.status, xlwings.status) == ("failed", "failed")
    assert "Import File" in functions.remedy


def test_a_workbook_that_refers_to_the_add_in(machine, tmp_path):
    """As xlwings quickstart makes it, whose functions have not been imported yet."""
    path = tmp_path / "mine.xlsm"
    path.write_bytes((excel_settings.xlwings_folder() / "quickstart.xlsm").read_bytes())
    functions, xlwings = of_book(machine, path)
    assert functions.status == "failed"
    assert (xlwings.status, xlwings.finding) == ("good", "a reference to its add-in")


def test_a_workbook_whose_formulas_call_another_file(machine, book):
    import zipfile

    with zipfile.ZipFile(book, "a") as package:
        package.writestr(
            "xl/externalLinks/externalLink1.xml",
            '<externalLink><externalBook><definedNames><definedName name="SSB_STACK"/>'
            "</definedNames></externalBook></externalLink>",
        )
        package.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="old.xlsm"/></Relationships>',
        )
    links = of_book(machine, book)[-1]
    assert (links.name, links.status) == ("links", "failed")
    assert "old.xlsm" in links.finding


def test_a_workbook_with_settings_beside_it_or_from_the_internet(machine, book):
    (book.parent / CONF).write_text("")
    Path(f"{book}:Zone.Identifier").write_text("")
    assert [check.name for check in of_book(machine, book)[2:]] == ["settings beside it", "origin"]


def test_command_doctor(run, book, tmp_path, monkeypatch):
    code, out, _ = run("excel", "doctor", book)
    assert code == 0 or sys.platform == "win32"
    assert "11 checks" in out
    code, out, _ = run("excel", "doctor", book, "--json")
    assert {"name", "status", "finding", "remedy"} == set(json.loads(out)[0])
    remove(book, "xlwings")
    code, out, _ = run("excel", "doctor", book)
    assert code == 3
    assert "\n                -> xlcalc excel bas" in out
    other = tmp_path / "other.xlsm"
    other.write_text("none")
    for path, words in ((other, "expected an .xlsm"), (tmp_path / "gone.xlsm", "No such file")):
        code, _, err = run("excel", "doctor", path)
        assert code == 2
        assert words in err
