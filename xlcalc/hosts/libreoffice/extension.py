"""The add-in for LibreOffice: an .oxt file made from the catalogue.

LibreOffice's own Python cannot be given NumPy on most systems. The add-in therefore asks xlcalc in
the Python that made the file, through pipes (`server.py` and `office/xlcalc_child.py`).
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from xlcalc._version import __version__
from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.libreoffice.type_registry import interface_registry

#: What LibreOffice calls the extension.
IDENTIFIER = "org.xlcalc.functions"

# An .ods file holds these names, so they stay as they are: ORG.XLCALC.ADDIN.SSBSTACK(...).
_MODULE, _INTERFACE, SERVICE = "org.xlcalc", "XFunctions", "org.xlcalc.AddIn"

#: The function that says in words what is wrong.
EXPLAINS = CATALOGUE["SSB_EXPLAIN"]

_INSIDE = Path(__file__).parent / "inside"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REGISTRY = (
    'xmlns:oor="http://openoffice.org/2001/registry" oor:package="org.openoffice.Office" '
    'oor:name="CalcAddIns"'
)


def uno_name(function: Function) -> str:
    """Name of a function's method, which must be one word.

    Examples
    --------
    >>> uno_name(CATALOGUE["SSB_ENERGY_DENSITY"])
    'ssbEnergyDensity'
    """
    first, *others = function.name.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def add_in(python: str = sys.executable) -> bytes:
    """The add-in as the bytes of an .oxt file.

    Parameters
    ----------
    python : str, optional
        The Python that evaluates the functions; this one by default.

    Returns
    -------
    bytes
        The same for the same Python and the same place of xlcalc.
    """
    settings = {
        "python": python,
        "folder": str(Path(__file__).resolve().parents[3]),
        "service": SERVICE,
        "explains": EXPLAINS.name,
        "methods": {uno_name(function): function.name for function in CATALOGUE.values()},
    }
    methods = {uno_name(f): [a.name for a in f.arguments] for f in CATALOGUE.values()}
    parts: dict[str, str | bytes] = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "types.rdb": interface_registry(_MODULE, _INTERFACE, methods, cell="any", result="[][]any"),
        "CalcAddIns.xcu": _wizard(CATALOGUE),
        "addin.components": _components(),
        "addin.py": (_INSIDE / "addin.py").read_bytes(),
        "pythonpath/xlcalc_child.py": (_INSIDE / "xlcalc_child.py").read_bytes(),
        "settings.json": json.dumps(settings, indent=1),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            # Without a date of its own, so that the same add-in is the same bytes.
            entry = zipfile.ZipInfo(name)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _manifest() -> str:
    kinds = {
        "types.rdb": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
        # Registered from a file, so that installing runs no Python.
        "addin.components": "application/vnd.sun.star.uno-components",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{name}"/>'
        for name, kind in kinds.items()
    )
    space = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{_HEAD}<manifest:manifest {space}>{entries}</manifest:manifest>"


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">'
        f'<identifier value="{IDENTIFIER}"/><version value="{__version__}"/>'
        '<display-name><name lang="en">xlcalc: SSB_ functions</name></display-name>'
        "</description>"
    )


def _components() -> str:
    return (
        f'{_HEAD}<components xmlns="http://openoffice.org/2010/uno-components">'
        '<component loader="com.sun.star.loader.Python" uri="addin.py">'
        f'<implementation name="{SERVICE}"><service name="com.sun.star.sheet.AddIn"/>'
        f'<service name="{SERVICE}"/></implementation></component></components>'
    )


def _wizard(functions: Mapping[str, Function]) -> str:
    """Names and help texts, as the function wizard shows them."""
    nodes = "".join(
        _node(
            uno_name(function),
            _words("DisplayName", function.name)
            # The name in files of other programs.
            + _words("CompatibilityName", function.name)
            + _words("Description", function.help)
            + '<prop oor:name="Category"><value>Add-In</value></prop>'
            + '<node oor:name="Parameters">'
            + "".join(
                _node(
                    argument.name,
                    _words("DisplayName", argument.name) + _words("Description", argument.help),
                )
                for argument in function.arguments
            )
            + "</node>",
        )
        for function in functions.values()
    )
    return (
        f'{_HEAD}<oor:component-data {_REGISTRY}><node oor:name="AddInInfo">'
        + _node(SERVICE, f'<node oor:name="AddInFunctions">{nodes}</node>')
        + "</node></oor:component-data>"
    )


def _node(name: str, content: str) -> str:
    return f'<node oor:name="{name}" oor:op="replace">{content}</node>'


def _words(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'
