"""A workbook with the functions inside: the parts of an .xlsm from those of an .xlsx.

xlwings' own VBA goes in beside ours, so that the workbook needs no add-in; it fits one version of
xlwings, whose library it names. Nothing runs by itself when the workbook is opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pyopenvba import ExcelFile, VBAModuleKind

from xlcalc.hosts.excel_setup import vba_module as excel_vba
from xlcalc.hosts.excel_setup.settings import xlwings_folder
from xlcalc.workbooks.package.zip_writer import write_parts

_TYPES = "[Content_Types].xml"
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def modules() -> dict[str, str]:
    """The VBA modules of the functions by name, with line ends of Windows."""
    return {"xlwings": _from_xlwings("xlwings.bas"), excel_vba.NAME: excel_vba.module_text()}


def with_macros(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """A workbook with the functions inside.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of an .xlsx by name. It should have a sheet of `settings.book_settings`.

    Returns
    -------
    dict of str to bytes
        The parts of an .xlsm, the same for the same content.
    """
    # pyOpenVBA works on files.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        as_macro_book(parts, path)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for name, text in modules().items():
                project.add_module(name, text)
            # Only Excel for Mac needs it, where the module of xlwings would not compile without.
            project.add_module(
                "Dictionary", _from_xlwings("addin/Dictionary.cls"), kind=VBAModuleKind.other
            )
            book.save()
        with zipfile.ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}


def as_macro_book(parts: Mapping[str, bytes], path: Path) -> None:
    """Write the parts of an .xlsx as an .xlsm without macros yet."""
    assert _PLAIN in parts[_TYPES], "the parts of an .xlsx"
    types = parts[_TYPES].replace(_PLAIN, _WITH_MACROS)
    with path.open("wb") as file:
        write_parts({**parts, _TYPES: types}, file)


def _from_xlwings(name: str) -> str:
    text = (xlwings_folder() / name).read_text("latin-1")
    return "".join(f"{line}\r\n" for line in text.split("\n"))
