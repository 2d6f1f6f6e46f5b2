"""What a workbook with macros, or an add-in, holds of our functions and of xlwings."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from defusedxml.ElementTree import ParseError
from pyopenvba import ExcelFile, PyOpenVBAError

from xlcalc.errors import InputError
from xlcalc.hosts.excel_setup import vba_module as excel_vba
from xlcalc.workbooks.package.opc import Package

#: A workbook's links are small; more is not read.
_MOST_LINK_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Macros:
    """What was found.

    Parameters
    ----------
    functions : int
        How many SSB_ functions its VBA has.
    made_by : str or None
        Version of xlcalc that made the VBA module, if it is ours.
    xlwings : str or None
        Version of xlwings whose VBA is inside.
    addin : bool
        Whether it refers to xlwings' add-in.
    linked : str
        A file whose functions its formulas call, if there is one.
    """

    functions: int
    made_by: str | None
    xlwings: str | None
    addin: bool
    linked: str


def macros_in(path: Path) -> Macros:
    """Look into a file with macros.

    Raises
    ------
    InputError
        If it cannot be read as one.
    """
    try:
        with ExcelFile(path) as file:
            texts = file.vba_modules()
            addin = any(reference.name == "xlwings" for reference in file.references())
        linked = _linked(path)
    except OSError as problem:
        raise InputError(f"{path}: cannot be read ({problem.strerror or problem})") from None
    except (PyOpenVBAError, zipfile.BadZipFile, ParseError, ValueError, KeyError):
        what = "a folder" if path.is_dir() else "no workbook with macros"
        raise InputError(
            f"{path}: is {what}; expected an .xlsm (a workbook with LAMBDA names needs no doctor)"
        ) from None
    everything = "\n".join(texts.values())
    made = re.search(r"^' Made by xlcalc (\S+) for ", texts.get(excel_vba.NAME, ""), re.M)
    version = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', everything)
    return Macros(
        functions=len(set(re.findall(r"^\s*(?:Public )?Function (SSB_\w+)", everything, re.M))),
        made_by=made[1] if made else None,
        xlwings=version[1] if version else None,
        addin=addin,
        linked=linked,
    )


def _linked(path: Path) -> str:
    with Package(path) as package:
        for name in package.names:
            link = re.fullmatch(r"xl/externalLinks/externalLink\d+\.xml", name)
            if link and package.size(name) <= _MOST_LINK_BYTES and b'"SSB_' in package.read(name):
                return next((relation.target for relation in package.relations(name)), name)
    return ""
