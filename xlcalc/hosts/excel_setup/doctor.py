"""Why the functions do not work in Excel: everything they need, looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xlcalc._version import __version__
from xlcalc.errors import InputError
from xlcalc.hosts.excel_setup.machine import Machine
from xlcalc.hosts.excel_setup.macro_workbook import Macros, macros_in
from xlcalc.hosts.excel_setup.settings import (
    CONF,
    FOLDER_KEY,
    MODULE,
    MODULES_KEY,
    PYTHON_KEY,
    read_settings,
    user_file,
    xlwings_version,
)

Status = Literal["good", "failed", "note", "not applicable"]

#: Excel's settings in the registry; 16.0 is every Excel since 2016.
_EXCEL = r"Software\Microsoft\Office\16.0\Excel\Security"
_EXCEL_BY_POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
_EXCEL_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_OFFICE_BITS = (
    (r"Software\Microsoft\Office\ClickToRun\Configuration", "Platform"),
    (r"Software\Microsoft\Office\16.0\Outlook", "Bitness"),
)
_MACROS_OFF = {3: "runs signed macros only", 4: "runs no macros"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    name : str
        What was looked at.
    status : {"good", "failed", "note", "not applicable"}
        A note is no fault: it matters for one of the ways only.
    finding : str
        What was found.
    remedy : str
        What to do about it.
    """

    name: str
    status: Status
    finding: str
    remedy: str = ""


def examine(machine: Machine, book: Path | None = None) -> list[Check]:
    """Look at everything that the functions need in Excel.

    Parameters
    ----------
    machine : Machine
        The computer.
    book : Path, optional
        A workbook that has the functions.

    Returns
    -------
    list of Check
        In the order in which to put things right.

    Raises
    ------
    InputError
        If the workbook or the settings cannot be read.
    """
    checks = [_python(machine)]
    for name, look in _ON_WINDOWS.items():
        if machine.windows:
            checks.append(look(machine))
        else:
            checks.append(
                Check(name=name, status="not applicable", finding="only Excel on Windows needs it")
            )
    if book is not None:
        checks += _book(machine, book)
    return checks


def _python(machine: Machine) -> Check:
    found = f"Python {machine.version}, {machine.bits}-bit, {machine.python}"
    if machine.windows and "windowsapps" in machine.base.casefold():
        return Check(
            name="Python",
            status="failed",
            finding=f"{found}, from the Microsoft Store, whose folder Excel may not enter",
            remedy="Install Python from python.org, and xlcalc with it.",
        )
    return Check(name="Python", status="good", finding=found)


def _excel(machine: Machine) -> Check:
    path = machine.registry("HKLM", _EXCEL_PATH, "")
    if not path:
        return Check(
            name="Excel",
            status="failed",
            finding="no Excel is installed",
            remedy="Install Excel for Windows; without it, use LibreOffice or xlcalc recalc.",
        )
    # Excel and Python are processes of their own: one may have 32 bits and the other 64.
    return Check(name="Excel", status="good", finding=f"{path}, {_office_bits(machine)}-bit")


def _office_bits(machine: Machine) -> int:
    said = (machine.registry("HKLM", key, name) for key, name in _OFFICE_BITS)
    return 32 if next(filter(None, said), "x64") == "x86" else 64


def _pywin32(machine: Machine) -> Check:
    if machine.has("pythoncom"):
        return Check(name="pywin32", status="good", finding="is there")
    return Check(
        name="pywin32",
        status="failed",
        finding="is not there, so Python cannot answer Excel",
        remedy=f'In a terminal: "{machine.python}" -m pip install --force-reinstall pywin32',
    )


def _library(machine: Machine) -> Check:
    name = f"xlwings{_office_bits(machine)}-{xlwings_version()}.dll"
    folder = Path(_interpreter(machine) or machine.python).parent
    # Where xlwings looks: beside the Python, and above it in a virtual environment.
    for place in (folder, folder.parent):
        if (place / name).exists():
            return Check(name="xlwings", status="good", finding=str(place / name))
    return Check(
        name="xlwings",
        status="failed",
        finding=f"{name} is neither in {folder} nor in {folder.parent}",
        remedy=(
            f'In a terminal: "{machine.python}" -m pip install --force-reinstall --no-deps '
            f"xlwings=={xlwings_version()}"
        ),
    )


def _interpreter(machine: Machine) -> str:
    """The Python that the settings name, with variables put in as Excel does: %USERPROFILE%."""
    python = read_settings(user_file(machine.home)).get(PYTHON_KEY, "")
    return re.sub("%([^%]+)%", lambda found: machine.environ.get(found[1], found[0]), python)


def _settings(machine: Machine) -> Check:
    path = user_file(machine.home)
    found = read_settings(path)
    modules = [name.strip() for name in found.get(MODULES_KEY, "").split(";")]
    wrong = ""
    if not found:
        wrong = "there are none, so Excel does not know which Python to start"
    elif not found.get(PYTHON_KEY):
        wrong = f"{PYTHON_KEY} is not set, so Excel does not know which Python to start"
    elif MODULE not in modules:
        wrong = f"{MODULES_KEY} does not name {MODULE}"
    if wrong:
        return Check(
            name="settings",
            status="failed",
            finding=f"{path}: {wrong}",
            remedy="In a terminal: xlcalc excel install",
        )
    if found.get(FOLDER_KEY, "true").casefold() == "true":
        return Check(
            name="settings",
            status="note",
            finding=f"{path}: Python files beside a workbook can take the place of modules",
            remedy="In a terminal: xlcalc excel install --replace",
        )
    return Check(name="settings", status="good", finding=str(path))


def _python_of_settings(machine: Machine) -> Check:
    name, remedy = "Python for Excel", "In a terminal: xlcalc excel install --replace"
    python = _interpreter(machine)
    if not python:
        finding = "the settings name none"
    elif not Path(python).exists():
        finding = f"{python} is not there any more"
    elif (version := machine.answer(python)) is None:
        finding = f"{python} has no xlcalc that works"
    elif version != xlwings_version():
        finding = f"{python} has xlwings {version}; here is {xlwings_version()}"
    else:
        return Check(name=name, status="good", finding=f"{python}, xlwings {version}")
    return Check(name=name, status="failed", finding=finding, remedy=remedy)


def _macros_allowed(machine: Machine) -> Check:
    for key in (_EXCEL_BY_POLICY, _EXCEL):
        off = _MACROS_OFF.get(machine.registry("HKCU", key, "VBAWarnings"))
        if off is not None:
            by = "a policy of your organisation" if key == _EXCEL_BY_POLICY else "its settings"
            return Check(
                name="macros",
                status="failed",
                finding=f"Excel {off}, by {by}",
                remedy="File > Options > Trust Center > Trust Center Settings > Macro Settings: "
                "Disable VBA macros with notification; or ask who administers the PC.",
            )
    return Check(name="macros", status="good", finding="Excel asks before it runs macros")


def _addin(machine: Machine) -> Check:
    place = Path(machine.environ.get("APPDATA", machine.home / "AppData" / "Roaming"))
    path = place / "Microsoft" / "Excel" / "XLSTART" / "xlwings.xlam"
    way = "only Import Functions needs it"
    if not path.exists():
        return Check(
            name="xlwings add-in",
            status="note",
            finding=f"is not installed; {way}",
            remedy="In a terminal: xlwings addin install",
        )
    try:
        version = macros_in(path).xlwings
    except InputError:
        version = None
    if version != xlwings_version():
        return Check(
            name="xlwings add-in",
            status="note",
            finding=f"is of version {version or 'unknown'}, xlwings of {xlwings_version()}; {way}",
            remedy="Close Excel, then in a terminal: xlwings addin install",
        )
    return Check(name="xlwings add-in", status="good", finding=str(path))


def _trust(machine: Machine) -> Check:
    name = "access to VBA"
    values = (machine.registry("HKCU", key, "AccessVBOM") for key in (_EXCEL_BY_POLICY, _EXCEL))
    if next((value for value in values if value is not None), 0) == 1:
        return Check(name=name, status="good", finding="is trusted")
    return Check(
        name=name,
        status="note",
        finding="is not trusted; only Import Functions needs it",
        remedy="File > Options > Trust Center > Trust Center Settings > Macro Settings: "
        "Trust access to the VBA project object model.",
    )


_ON_WINDOWS: Mapping[str, Callable[[Machine], Check]] = {
    "Excel": _excel,
    "macros": _macros_allowed,
    "pywin32": _pywin32,
    "settings": _settings,
    "Python for Excel": _python_of_settings,
    "xlwings": _library,
    "xlwings add-in": _addin,
    "access to VBA": _trust,
}


def _book(machine: Machine, path: Path) -> Iterator[Check]:
    found = macros_in(path)
    yield _functions_in(path, found)
    yield _xlwings_in(path, found)
    if found.linked:
        yield Check(
            name="links",
            status="failed",
            finding=f"{path.name} calls SSB_ functions of another file: {found.linked}",
            remedy="Ctrl+H: replace what stands before SSB_, such as 'C:\\...\\book.xlsm'!, by "
            "nothing.",
        )
    beside = path.parent / CONF
    if beside.exists():
        yield Check(
            name="settings beside it",
            status="failed",
            finding=f"{beside} goes before your own settings",
            remedy="Move it away, unless it is meant.",
        )
    # Where Windows notes that a file came from elsewhere.
    if machine.windows and Path(f"{path}:Zone.Identifier").exists():
        yield Check(
            name="origin",
            status="failed",
            finding=f"{path.name} came from the internet or by mail, so Excel blocks its macros",
            remedy="Explorer: right-click the file, Properties, tick Unblock.",
        )


def _functions_in(path: Path, found: Macros) -> Check:
    name, again = "functions", "xlcalc excel bas --output FOLDER, then import xlcalc.bas again"
    if not found.functions:
        return Check(
            name=name,
            status="failed",
            finding=f"{path.name} has none in its VBA",
            remedy=f"{again}; in Excel: Alt+F11, File > Import File.",
        )
    if found.made_by not in (None, __version__):
        return Check(
            name=name,
            status="note",
            finding=f"{path.name} has {found.functions} of xlcalc {found.made_by}; here is "
            f"{__version__}",
            remedy=f"{again}; in Excel: Alt+F11, remove the old module, File > Import File.",
        )
    return Check(name=name, status="good", finding=f"{path.name} has {found.functions}")


def _xlwings_in(path: Path, found: Macros) -> Check:
    name = "xlwings in the workbook"
    if found.xlwings is None and not found.addin:
        return Check(
            name=name,
            status="failed",
            finding=f"{path.name} has neither xlwings' module nor a reference to its add-in",
            remedy="xlcalc excel bas --output FOLDER; in Excel: Alt+F11, File > Import File, "
            "xlwings.bas.",
        )
    if found.xlwings not in (None, xlwings_version()):
        return Check(
            name=name,
            status="failed",
            finding=f"{path.name} needs xlwings {found.xlwings}; here is {xlwings_version()}",
            remedy="xlcalc excel bas --output FOLDER; in Excel: Alt+F11, remove the module "
            "xlwings, File > Import File, xlwings.bas.",
        )
    finding = f"version {found.xlwings}" if found.xlwings else "a reference to its add-in"
    return Check(name=name, status="good", finding=finding)
