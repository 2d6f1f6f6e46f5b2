"""LibreOffice as it is installed: found, asked for its version, given the add-in, tried out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from xlcalc.errors import InputError, OutputError, XlcalcError
from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.libreoffice.extension import EXPLAINS, IDENTIFIER, SERVICE, add_in, uno_name

#: The first release that finds an add-in's functions by name in an .xlsx file.
OLDEST = (25, 2)

#: The function and its cells that are tried out.
TRIED, _CELLS = CATALOGUE["SSB_ENERGY_DENSITY"], ("NMC811", "Si", "LPSC")

_OFFICE, _TABLE = (
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table")
)

#: Seconds that LibreOffice may take for anything it is asked here.
_PATIENCE = 120

_WINDOWS = sys.platform == "win32"

# On Windows, the programs that speak to a console.
_SUFFIX = ".com" if _WINDOWS else ""


@dataclass(frozen=True, slots=True)
class Office:
    """A LibreOffice on this computer.

    Parameters
    ----------
    program : Path
        Its ``soffice``.
    version : tuple of int
        As in ``(25, 2)``.
    """

    program: Path
    version: tuple[int, int]

    @classmethod
    def at(cls, place: Path) -> Office:
        """The LibreOffice at a path: its ``soffice``, or the folder that has it.

        Raises
        ------
        InputError
            If that is no LibreOffice.
        """
        program = place / f"soffice{_SUFFIX}" if place.is_dir() else place
        said = _run([program, "--version"], f"{program}: is no LibreOffice")
        found = re.search(r"LibreOffice\D* (\d+)\.(\d+)", said.stdout)
        if found is None:
            raise InputError(f"{program}: is no LibreOffice; expected its soffice, or the folder")
        return cls(program.resolve(), (int(found[1]), int(found[2])))

    @classmethod
    def find(cls) -> Office:
        """The newest LibreOffice of this computer.

        Raises
        ------
        InputError
            If there is none where it usually is, or none that answers.
        """
        offices, problem = [], None
        for program in dict.fromkeys(place.resolve() for place in _usual_places()):
            # A Snap's command, for one, leads to a program that is no LibreOffice.
            try:
                offices.append(cls.at(program))
            except XlcalcError as fault:
                problem = fault
        if not offices:
            raise problem or InputError(
                "LibreOffice is not where it usually is; name its program folder with --office"
            )
        return max(offices, key=lambda office: office.version)

    @property
    def name(self) -> str:
        """Name and version, as in ``LibreOffice 25.2``."""
        return "LibreOffice {}.{}".format(*self.version)

    def check(self) -> None:
        """See that it can use the add-in.

        Raises
        ------
        InputError
            If it is too old, or has no Python of its own.
        """
        if self.version < OLDEST:
            oldest = "{}.{}".format(*OLDEST)
            raise InputError(f"{self.program}: is {self.name}; expected {oldest} or newer")
        # Elsewhere it always has one; Linux distributions make a package of its own of it.
        loader = self.program.with_name("libpythonloaderlo.so")
        if sys.platform == "linux" and not loader.exists():
            raise InputError(
                f"{self.program}: has no Python beside it; install the package python3-uno "
                "(Debian, Ubuntu) or libreoffice-pyuno (Fedora); a Snap or Flatpak of LibreOffice "
                "cannot use the add-in"
            )

    def install(self) -> None:
        """Give it the add-in, in place of one that is there.

        Raises
        ------
        OutputError
            If it does not take it; with what it says.
        """
        with TemporaryDirectory() as folder:
            file = Path(folder) / "xlcalc.oxt"
            file.write_bytes(add_in())
            self._change_extensions("add", "--force", file)

    def uninstall(self) -> None:
        """Take the add-in away.

        Raises
        ------
        OutputError
            If it does not let go of it, or has none.
        """
        self._change_extensions("remove", IDENTIFIER)

    def try_out(self) -> float:
        """Let it calculate one formula, of `TRIED`.

        Returns
        -------
        float
            What its cell holds.

        Raises
        ------
        OutputError
            If that is not what the function gives; with the reason.
        """
        sentence, number = self._evaluate([EXPLAINS, TRIED])
        expected = TRIED(*_CELLS)
        if not sentence:
            raise OutputError(
                f"{self.name} does not know the functions; run xlcalc libreoffice install, and "
                "restart LibreOffice if it is running"
            )
        if sentence != EXPLAINS(*_CELLS):
            raise OutputError(f"{self.name}: {sentence}")
        if not number or not isclose(float(number), expected, rel_tol=1e-12):
            raise OutputError(
                f"{self.name}: {TRIED.name} gives {number or 'an error'}; expected {expected}"
            )
        return float(number)

    def _evaluate(self, functions: Sequence[Function]) -> list[str]:
        """What it calculates for functions of `_CELLS`; nothing where that is an error."""
        with TemporaryDirectory() as name:
            asked, answered = Path(name, "asked.fods"), Path(name, "answered")
            asked.write_text(_flat_sheet(functions), encoding="utf-8")
            words = ("--headless", "--convert-to", "fods", "--outdir", answered, asked)
            _run([self.program, *words], f"{self.program}: does not calculate")
            try:
                sheet = ElementTree.parse(answered / asked.name)
            except OSError:
                raise OutputError(f"{self.program}: does not calculate; {_why()}") from None
        cells = sheet.iterfind(f".//{{{_TABLE}}}table-cell[@{{{_TABLE}}}formula]")
        # A number's attribute is the same in every language; what its cell shows is not.
        return [
            cell.get(f"{{{_OFFICE}}}value") or "".join(cell.itertext()).strip() for cell in cells
        ]

    def _change_extensions(self, action: str, *words: str | Path) -> None:
        tool = self.program.with_name(f"unopkg{_SUFFIX}")
        if not tool.exists():
            raise InputError(f"{tool}: is not there; expected it beside {self.program.name}")
        # LibreOffice lets the administrator of a Unix install for all users only.
        if not _WINDOWS and os.geteuid() == 0:
            words = ("--shared", *words)
        said = _run([tool, action, *words], f"{tool}: does not run")
        if said.returncode:
            raise OutputError(f"LibreOffice refuses: {_sentence(said.stderr or said.stdout)}")


def _usual_places() -> Iterator[Path]:
    """Every soffice where one usually is."""
    for name in ("soffice", "libreoffice"):
        if (found := shutil.which(name)) is not None:
            yield Path(found)
    folders: list[Path] = []
    if sys.platform == "win32":
        import winreg

        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            with suppress(OSError):
                folders.append(
                    Path(winreg.QueryValue(root, r"SOFTWARE\LibreOffice\UNO\InstallPath"))
                )
        roots = (os.environ.get(name) for name in ("ProgramFiles", "ProgramFiles(x86)"))
        folders += [Path(root, "LibreOffice", "program") for root in roots if root]
    elif sys.platform == "darwin":
        for home in (Path("/"), Path.home()):
            folders.append(home / "Applications/LibreOffice.app/Contents/MacOS")
    else:
        folders += Path("/opt").glob("libreoffice*/program")
    for folder in folders:
        if (folder / f"soffice{_SUFFIX}").exists():
            yield folder / f"soffice{_SUFFIX}"


def _run(command: Sequence[str | Path], complaint: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise OutputError(f"{complaint}; no answer in {_PATIENCE} s") from None
    except OSError as problem:
        raise InputError(f"{complaint} ({problem.strerror})") from None


def _sentence(said: str) -> str:
    """What LibreOffice means by several lines."""
    lines = [line.strip().removeprefix("ERROR: ") for line in said.splitlines()]
    return next((line for line in lines if line and not line.startswith("Warning")), "no reason")


def _flat_sheet(functions: Sequence[Function]) -> str:
    """A sheet of formulas, one below the other, as LibreOffice keeps one in a single file."""
    arguments = ";".join(f'"{cell}"' for cell in _CELLS)
    rows = ""
    for function in functions:
        call = f"{SERVICE}.{uno_name(function)}".upper()
        # An error value has another name in every language; a blank text has none.
        formula = quoteattr(f'of:=IFERROR({call}({arguments});"")')
        rows += f"<table:table-row><table:table-cell table:formula={formula}/></table:table-row>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="{_OFFICE}" '
        f'xmlns:table="{_TABLE}" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" '
        'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        '<office:body><office:spreadsheet><table:table table:name="Tried">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document>"
    )


def _why() -> str:
    """What keeps LibreOffice from opening a file, as far as can be told."""
    first = shutil.which("python3")
    if sys.prefix != sys.base_prefix and first and Path(first).parent == Path(sys.prefix, "bin"):
        # On some systems it takes the first Python it meets for its own, which has none of its
        # modules; then it opens no file that the add-in could be asked about.
        return (
            f"the first python3 on PATH is {first}, and LibreOffice takes it for its own: leave "
            "the environment (deactivate) before you start soffice, and call xlcalc by its path"
        )
    return "close LibreOffice and try again"
