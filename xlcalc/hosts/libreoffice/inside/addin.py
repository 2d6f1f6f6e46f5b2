"""The Calc add-in as LibreOffice loads it: a method for each function, all answered by the child.

`settings.json` beside this file says which methods there are and where xlcalc is.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from org.xlcalc import XFunctions
from xlcalc_child import Child, UnavailableError

_FOLDER = os.path.dirname(__file__)
with open(os.path.join(_FOLDER, "settings.json"), encoding="utf-8") as _file:
    _SETTINGS = json.load(_file)

#: Calc's numbers of its error values.
_CODES = {
    "#NULL!": 521,
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#N/A": 32767,
}


def _error(name: str) -> float:
    """An error value as Calc takes it: a NaN with the error's number in its low word."""
    code = _CODES.get(name, _CODES["#VALUE!"])
    return float(struct.unpack("<d", struct.pack("<II", code, 0x7FF80000))[0])


_CHILD = Child(
    _SETTINGS["python"], _SETTINGS["folder"], os.path.join(_FOLDER, "xlcalc.log"), _error
)


class AddIn(unohelper.Base, XFunctions, XServiceInfo, XServiceName):  # type: ignore[misc]
    """What Calc asks; the functions themselves are added below."""

    def __init__(self, context: Any) -> None:
        pass

    def getServiceName(self) -> str:  # noqa: N802
        return str(_SETTINGS["service"])

    def getImplementationName(self) -> str:  # noqa: N802
        return str(_SETTINGS["service"])

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return ("com.sun.star.sheet.AddIn", str(_SETTINGS["service"]))


def _method(name: str) -> Any:
    def method(self: AddIn, *cells: Any) -> Any:
        try:
            return tuple(map(tuple, _CHILD.call(name, cells)))
        except UnavailableError as problem:
            # The same error as without the add-in; the function that explains says why.
            told = name == _SETTINGS["explains"]
            return ((str(problem) if told else _error("#NAME?"),),)

    return method


for _uno_name, _name in _SETTINGS["methods"].items():
    setattr(AddIn, _uno_name, _method(_name))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice looks for it
g_ImplementationHelper.addImplementation(AddIn, _SETTINGS["service"], ("com.sun.star.sheet.AddIn",))
