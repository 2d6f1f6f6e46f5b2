"""Our VBA run by a VBA interpreter, with Excel and xlwings as objects that tests can look at."""

from __future__ import annotations

from typing import Any

from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBAErrorValue,
    VBAObject,
    member,
    method,
)

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED, is_range
from xlcalc.hosts.excel_setup import vba_module as excel_vba
from xlcalc.tables.cell_values import CellError, error_in

_TEXTS = {number: text for text, number in excel_vba.ERROR_NUMBERS.items()}


class _Control(VBAObject):
    def __init__(self, excel: VbaExcel) -> None:
        self.excel = excel

    @member
    def Enabled(self) -> bool:  # noqa: N802
        return not self.excel.wizard_open


class _Bar(VBAObject):
    def __init__(self, excel: VbaExcel) -> None:
        self.excel = excel

    @method
    def Controls(self, index: int) -> _Control:  # noqa: N802
        return _Control(self.excel)


class _Application(VBAObject):
    def __init__(self, excel: VbaExcel) -> None:
        self.excel = excel

    @method
    def CommandBars(self, name: str) -> _Bar:  # noqa: N802
        return _Bar(self.excel)

    @method
    def MacroOptions(  # noqa: N802
        self,
        Macro: Any,  # noqa: N803
        Description: Any,  # noqa: N803
        Category: Any,  # noqa: N803
        ArgumentDescriptions: Any,  # noqa: N803
    ) -> None:
        self.excel.described[Macro] = (Description, Category, ArgumentDescriptions.items)


class _Workbook(VBAObject):
    @member
    def Name(self) -> str:  # noqa: N802
        return "my cells.xlsm"


class _Areas(VBAObject):
    def __init__(self, count: int) -> None:
        self.count = count

    @member
    def Count(self) -> int:  # noqa: N802
        return self.count


class Range(VBAObject):
    """A range of Excel: the cells of its first piece, and how many pieces it has."""

    def __init__(self, rows: Any, areas: int = 1) -> None:
        self.rows = rows
        self.areas = areas

    @member
    def Areas(self) -> _Areas:  # noqa: N802
        return _Areas(self.areas)

    @member
    def Value2(self) -> Any:  # noqa: N802
        return _to_vba(self.rows)


class _Server(VBAObject):
    def __init__(self, excel: VbaExcel) -> None:
        self.excel = excel
        self.ended = False

    @method
    def CallUDF(self, script: Any, called: Any, given: Any) -> Any:  # noqa: N802
        if self.ended:
            raise VBARuntimeError(462, "The remote server machine does not exist")
        assert script == "xlcalc.hosts.excel"
        self.excel.calls.append(called)
        return _to_vba(self.excel.answer(called, [_from_vba(cell) for cell in given.items]))


class VbaExcel(HostBridge):
    """An Excel with our VBA module.

    Parameters
    ----------
    answer : callable
        Stands for Python: takes a function's name and its cells.
    """

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.wizard_open = False
        self.described: dict[str, Any] = {}
        self.calls: list[str] = []
        self.servers: list[_Server] = []
        self.interpreter = Interpreter(self)
        # Attributes are no statements; the VBA editor hides them.
        lines = excel_vba.module_text().replace("\r\n", "\n").split("\n")
        code = "\n".join(line for line in lines if not line.startswith("Attribute "))
        self.interpreter.add_module(code, name=excel_vba.NAME)

    def call(self, name: str, cells: list[Any], *, ranges: bool = True) -> Any:
        """A function's result in a cell, from arguments as the catalogue takes them."""
        # Nothing between two commas, where VBA has no optional argument, is a blank to it.
        required = sum(not argument.optional for argument in CATALOGUE[name].arguments)
        cells = [None if c is OMITTED and at < required else c for at, c in enumerate(cells)]
        arguments = [Range(c) if ranges and is_range(c) else _to_vba(c) for c in cells]
        return _from_vba(self.interpreter.run(name, arguments))

    def run(self, name: str) -> list[str]:
        """Run a macro; gives the messages it shows."""
        self.interpreter.run(name, [])
        return [text for _, text, *_ in self.interpreter.dialogs]

    def global_object(self, name: str) -> Any:
        objects = {"application": _Application(self), "thisworkbook": _Workbook()}
        return objects.get(name.lower()) or super().global_object(name)

    def has_global_member(self, name: str) -> bool:
        return name.lower() == "xlpy"

    def call_global(self, name: str, args: list[Any], named: dict[str, Any]) -> Any:
        self.servers.append(_Server(self))
        return self.servers[-1]


def _to_vba(value: Any) -> Any:
    if value is OMITTED:
        return MISSING
    if value is None:
        return EMPTY
    if isinstance(value, (list, tuple)) and value and is_range(value[0]):
        height, width = len(value), len(value[0])
        items = [_to_vba(value[row][column]) for column in range(width) for row in range(height)]
        return VBAArray([(1, height), (1, width)], items=items)
    if isinstance(value, (list, tuple)):
        return VBAArray([(0, len(value) - 1)], items=[_to_vba(cell) for cell in value])
    if isinstance(value, CellError):
        return VBAErrorValue(excel_vba.ERROR_NUMBERS[value])
    return value


def _from_vba(value: Any) -> Any:
    if value is EMPTY:
        return None
    assert value is not MISSING, "a blank is what our wrappers hand over for what is left out"
    if isinstance(value, VBAErrorValue):
        return CellError(_TEXTS[value.number])
    if isinstance(value, VBAArray) and value.dimensions == 2:
        height, width = (upper - lower + 1 for lower, upper in value.bounds)
        return [
            [_from_vba(value.items[column * height + row]) for column in range(width)]
            for row in range(height)
        ]
    if isinstance(value, VBAArray):
        return [_from_vba(cell) for cell in value.items]
    # A text that only looks like an error value is none.
    assert not isinstance(value, str) or error_in(value) is None
    return value
