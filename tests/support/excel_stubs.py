"""Excel's side of xlwings on any system: the real code of xlwings behind stubs of pywin32.

Run as a program it takes one question a line as JSON and answers with one line, so that no stub
reaches the tests' own process. What is stubbed is what Windows or Excel would do; what is tested is
xlwings' decorators, its generator of VBA, and its path from a VBA wrapper to a Python function.
"""

from __future__ import annotations

import importlib
import io
import json
import re
import subprocess
import sys
import types
from typing import Any

from tests.support.books import ROOT
from xlcalc.functions.ranges import OMITTED

#: How COM hands over an argument that was left out.
MISSING = -2147352572

#: How COM hands over error values: 0x800A0000 and the number that VBA gives them.
ERRORS = {
    text: number - 2146828288
    for number, text in {
        2000: "#NULL!",
        2007: "#DIV/0!",
        2015: "#VALUE!",
        2023: "#REF!",
        2029: "#NAME?",
        2036: "#NUM!",
        2042: "#N/A",
        2045: "#SPILL!",
        2050: "#CALC!",
    }.items()
}


class Excel:
    """An Excel whose functions are those of a module imported by xlwings.

    Parameters
    ----------
    module : str
        Name of the module, as in the setting UDF MODULES.
    """

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.excel_stubs", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        #: The VBA module that "Import Functions" writes.
        self.wrappers: str = self._ask({"what": "wrappers"})

    def close(self) -> None:
        self._process.communicate()

    def signature(self, name: str) -> list[tuple[str, bool]]:
        """Parameters of a wrapper with whether they are optional."""
        found = re.search(rf"^Function {name}\((.*)\)", self.wrappers, re.MULTILINE)
        assert found is not None, f"{name} is not imported"
        words = [word.strip() for word in found[1].split(",")]
        return [(word.removeprefix("Optional "), word.startswith("Optional ")) for word in words]

    def call(self, name: str, cells: list[Any], *, ranges: bool = False) -> Any:
        """Call a function as its wrapper does.

        Parameters
        ----------
        name : str
            Of the function.
        cells : list
            As the catalogue takes them.
        ranges : bool
            Whether lists of lists come as Range objects, as xlwings' own wrapper hands them over.

        Returns
        -------
        Any
            What comes back to VBA: a cell or rows.
        """
        parameters = self.signature(name)
        assert len(cells) <= len(parameters), "Excel refuses more arguments"
        given = [*cells, *(OMITTED,) * (len(parameters) - len(cells))]
        for word, optional in parameters[len(cells) :]:
            assert optional, f"Excel refuses the formula: {word} is missing"
        packed = [_packed(cell, ranges) for cell in given]
        answer = self._ask({"what": "call", "name": name, "cells": packed})
        if isinstance(answer, dict):
            raise RuntimeError(answer["failed"])
        return answer

    def ask(self, what: str) -> Any:
        """One of the other questions that `main` answers."""
        return self._ask({"what": what})

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _packed(cell: Any, ranges: bool) -> Any:
    if cell is OMITTED:
        return {"com": MISSING}
    if isinstance(cell, str) and cell in ERRORS:
        return {"com": ERRORS[cell]}
    if isinstance(cell, (list, tuple)):
        rows = [_packed(inner, False) for inner in cell]
        return {"range": rows} if ranges else {"array": rows}
    # Every number of a cell is a double.
    return float(cell) if type(cell) is int else cell


def _unpacked(cell: Any, range_: type) -> Any:
    if not isinstance(cell, dict):
        return cell
    if "com" in cell:
        return cell["com"]
    rows = tuple(_unpacked(inner, range_) for inner in cell.get("array", cell.get("range")))
    return range_(rows) if "range" in cell else rows


def _stub(name: str, **contents: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(contents)
    sys.modules[name] = module
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, module)
    return module


def _no_object(value: Any) -> Any:
    raise ValueError("no object of ours")


class _Range:
    """A Range object of Excel."""

    def __init__(self, rows: Any) -> None:
        self.Value = rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]


def stub_windows() -> None:
    """Put stubs where xlwings looks for pywin32, and for its own room that talks to Windows."""

    class ComError(Exception):
        pass

    _stub(
        "pythoncom",
        CoInitialize=lambda *_: None,
        TypeIIDs={0: type("PyIDispatch", (), {})},
        IID_IDispatch=0,
        IID_IEnumVARIANT=1,
    )
    _stub("pywintypes", com_error=ComError, IID=str)
    _stub("win32api")
    _stub("win32event")
    _stub("win32com")
    _stub("win32com.client", Dispatch=lambda value: value)
    _stub("win32com.server")
    _stub("win32com.server.dispatcher")
    _stub("win32com.server.policy", DefaultPolicy=object)
    _stub("win32com.server.util", wrap=lambda value, **_: value, unwrap=_no_object)

    import xlwings

    engine = types.SimpleNamespace(name="excel", type="desktop")

    def range_of(xl: Any) -> types.SimpleNamespace:
        """As xlwings._xlwindows.Range, for what a call asks of it."""
        app = types.SimpleNamespace(pid=1, engine=xlwings.main.Engine(impl=engine))
        sheet = types.SimpleNamespace(book=types.SimpleNamespace(app=app))
        value = None if xl is None else xl.Value
        return types.SimpleNamespace(
            api=xl, address="$A$1", sheet=sheet, raw_value=value, max_cells_per_read=None
        )

    _stub(
        "xlwings._xlwindows",
        Range=range_of,
        is_range_instance=lambda value: isinstance(value, _Range),
        engine=engine,
        BOOK_CALLER=None,
    )
    xlwings.engines.add(xlwings.main.Engine(impl=engine))
    # What xlwings offers on Windows under these names.
    udfs = importlib.import_module("xlwings.udfs")
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret


def main(module: str) -> None:
    """Answer questions, a line each."""
    stub_windows()
    from xlwings import com_server, udfs

    def wrappers() -> str:
        text = io.StringIO()
        book = types.SimpleNamespace(Name="book.xlsm")
        udfs.generate_vba_wrapper(module, udfs.get_udf_module(module, None), text, book)
        return text.getvalue()

    def infos() -> dict[str, Any]:
        found = vars(udfs.get_udf_module(module, None)).values()
        return {
            info["name"]: {
                "category": info["category"],
                "call_in_wizard": info["call_in_wizard"],
                "doc": info["ret"]["doc"],
                "arguments": {a["name"]: a["doc"] for a in info["args"]},
            }
            for info in (getattr(thing, "__xlfunc__", None) for thing in found)
            if info is not None
        }

    server = com_server.XLPython()
    for line in sys.stdin:
        question = json.loads(line)
        if question["what"] == "call":
            cells = tuple(_unpacked(cell, _Range) for cell in question["cells"])
            try:
                answer = server.CallUDF(module, question["name"], cells)
            except Exception as problem:
                answer = {"failed": f"{type(problem).__name__}: {problem}"}
        else:
            answer = {"wrappers": wrappers, "infos": infos}[question["what"]]()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
