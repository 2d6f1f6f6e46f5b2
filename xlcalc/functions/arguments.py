"""What it is to be a function of cells: arguments with their rules, error values, ranges.

An argument left out or blank takes its default, an error value goes through, a text where a number
belongs is #VALUE!, an impossible number #NUM!, an unknown material #N/A. A range where one cell is
meant makes a range of results. The rules are the same for every program that offers the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any, Literal

from xlcalc.errors import XlcalcError
from xlcalc.functions.ranges import OMITTED, Rows, as_rows, is_range
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.physics.stack import word_reader
from xlcalc.problems import Location, Problem, as_problem
from xlcalc.tables.cell_values import NOT_AVAILABLE, NUM_ERROR, VALUE_ERROR, CellError, error_in
from xlcalc.tables.detect import table_from_rows
from xlcalc.tables.header_matching import MATERIAL_HEADERS
from xlcalc.tables.materials_sheet import own_materials
from xlcalc.tables.number_parsing import describe

Kind = Literal["cell", "range", "materials"]

#: Results from which on arrays pay.
_MANY = 32


class FailureError(Exception):
    """Why a function gives an error value.

    Parameters
    ----------
    error : CellError
        What its cell shows.
    problem : Problem or str
        What is wrong; its sentence is what SSB_EXPLAIN says.
    """

    def __init__(self, error: CellError, problem: Problem | str) -> None:
        self.problem = as_problem(problem)._replace(cell_error=error)
        super().__init__(self.problem.sentence)

    @property
    def error(self) -> CellError:
        """What the function's cell shows."""
        return CellError(self.problem.cell_error)


def knows(quantity: Quantity, word: str, materials: Materials | None = None) -> bool:
    """Whether a word is a choice of a quantity, or one of the materials."""
    return word_reader(quantity, materials or Materials.library())(word) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of a function.

    Parameters
    ----------
    name : str
        Its name, as a function wizard shows it.
    quantity : Quantity
        What it is: unit, bounds, default, help.
    kind : {"cell", "range", "materials"}
        One cell (or a range of them, each giving a result), a range as a whole, or the range of a
        workbook's own materials.
    optional : bool
        Whether it may be left out or blank.
    """

    name: str
    quantity: Quantity
    kind: Kind = "cell"
    optional: bool = False

    @property
    def help(self) -> str:
        """What it means, with unit and default, in at most 255 characters."""
        words = [self.quantity.help]
        if self.quantity.unit:
            words.append(f"[{self.quantity.unit}]")
        if self.optional and self.quantity.default_text:
            words.append(f"Default: {self.quantity.default_text}.")
        return " ".join(words)[:255]

    def number(self, cell: Any) -> Any:
        """A cell as a number; None for a blank, whose meaning is found with the design."""
        if type(cell) is float or type(cell) is int:
            if self.quantity.allows(cell):
                return float(cell)
        elif isinstance(cell, bool):
            return self.number(float(cell))
        elif cell is OMITTED or cell is None or cell == "":
            if self.optional:
                return None
            raise self._wrong_kind("missing")
        elif isinstance(cell, (int, float)):
            return self.number(float(cell))
        else:
            raise self._wrong_kind(describe(cell))
        if not isfinite(cell):
            raise FailureError(NUM_ERROR, f"{self.name} is no finite number")
        raise FailureError(NUM_ERROR, self.quantity.out_of_range(float(cell)))

    def _wrong_kind(self, found: str) -> FailureError:
        text = f"{self.name} is {found}"
        problem = Problem(text, expected=self.quantity.expected, field=self.quantity.name)
        return FailureError(VALUE_ERROR, problem)

    def word(self, cell: Any) -> Any:
        """A cell as a word; None for a blank."""
        if isinstance(cell, str) and cell.strip():
            if self.quantity.kind == "choice" and not knows(self.quantity, cell):
                raise self._wrong_kind(describe(cell))
            return cell
        if cell is OMITTED or cell is None or isinstance(cell, str):
            if self.optional:
                return None
            raise self._wrong_kind("missing")
        raise self._wrong_kind(describe(cell))

    def read(self, cell: Any) -> Any:
        """A cell as this argument means it.

        Raises
        ------
        FailureError
            With the error value that the function's cell shows.
        """
        if (error := error_in(cell)) is not None:
            raise FailureError(error, f"{self.name} is the error value {error}")
        return self.number(cell) if self.quantity.kind == "number" else self.word(cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the catalogue.

    Parameters
    ----------
    name : str
        Its name in a cell.
    description : str
        What it gives.
    arguments : tuple of Argument
        In order.
    result : Quantity, optional
        What it gives, if that is one number.
    example : str
        A formula.
    source : str
        The equation or table behind it.
    compute : callable
        Takes its arguments as read, in order, and gives a number, a text or rows.
    spills : bool
        Whether it gives a range from single cells.
    fast_path : callable, optional
        Gives the result of plain cells at once, or None where they need `compute`.
    vectorized : callable, optional
        Gives the results over ranges at once, or None where they need `compute` one by one. Takes
        the cells and ranges in order, and the height and width of the result.
    explains : bool
        Whether its result is the sentence where another function's is an error value.
    """

    name: str
    description: str
    arguments: tuple[Argument, ...]
    example: str
    source: str
    compute: Callable[..., Any]
    result: Quantity | None = None
    spills: bool = False
    fast_path: Callable[..., float | None] | None = None
    vectorized: Callable[[Sequence[Any], int, int], Rows | None] | None = None
    explains: bool = False

    @property
    def unit(self) -> str:
        """Unit of what it gives, if that is one number that has one."""
        return "" if self.result is None else self.result.unit

    @property
    def help(self) -> str:
        """What it gives, with the unit, in at most 255 characters."""
        return f"{self.description} [{self.unit}]" if self.unit else self.description

    def __call__(self, *cells: Any) -> Any:
        """Call it with cells.

        Parameters
        ----------
        *cells
            Numbers, texts, truth values, None for a blank, OMITTED, CellError, or ranges as rows.

        Returns
        -------
        float, str, CellError or list of list
            A cell, or rows of cells.

        Examples
        --------
        >>> from xlcalc.functions import CATALOGUE
        >>> round(CATALOGUE["SSB_ENERGY_DENSITY"]("NMC811", "Si", "LPSC"))
        1147
        >>> CATALOGUE["SSB_ENERGY_DENSITY"]("NMC811", "Sj", "LPSC")
        '#N/A'
        """
        if self.fast_path is not None and (result := self.fast_path(*cells)) is not None:
            return result
        try:
            return self._answer(cells)
        except FailureError as failure:
            return self._instead(cells, failure)

    def _instead(self, cells: Sequence[Any], failure: FailureError) -> str:
        """What a cell shows for a failure."""
        for cell in cells:
            # An error value that came in goes through, whatever else is wrong.
            if (error := error_in(cell)) is not None:
                return error
        return str(failure) if self.explains else failure.error

    def _answer(self, cells: Sequence[Any]) -> Any:
        count = len(self.arguments)
        if len(cells) > count:
            text = f"{len(cells)} arguments"
            raise FailureError(VALUE_ERROR, Problem(text, expected=f"at most {count}"))
        given = [*cells, *(OMITTED,) * (count - len(cells))]
        ranges: dict[int, Rows] = {}
        for position, argument in enumerate(self.arguments):
            if argument.kind != "cell":
                given[position] = _whole(argument, given[position])
            elif is_range(given[position]):
                rows = as_rows(given[position])
                if len(rows) == 1 == len(rows[0]):
                    given[position] = rows[0][0]
                else:
                    ranges[position] = rows
        if ranges:
            return self._each(given, ranges)
        return self._one(given)

    def _one(self, given: Sequence[Any]) -> Any:
        if self.fast_path is not None and (result := self.fast_path(*given)) is not None:
            return result
        values = [
            argument.read(cell) if argument.kind == "cell" else cell
            for argument, cell in zip(self.arguments, given, strict=True)
        ]
        result = self.compute(*values)
        if isinstance(result, float) and not isfinite(result):
            raise FailureError(NOT_AVAILABLE, "a value that this needs is not known")
        return result

    def _each(self, given: list[Any], ranges: Mapping[int, Rows]) -> Rows:
        """Results over ranges, which broadcast as NumPy's arrays do."""
        if self.spills:
            text = f"{self.name} gives a range itself"
            raise FailureError(VALUE_ERROR, Problem(text, expected="single cells"))
        height = max(len(rows) for rows in ranges.values())
        width = max(len(rows[0]) for rows in ranges.values())
        if any(len(r) not in (1, height) or len(r[0]) not in (1, width) for r in ranges.values()):
            raise FailureError(VALUE_ERROR, "ranges of sizes that do not go together")
        if self.vectorized is not None and height * width >= _MANY:
            whole = [ranges.get(position, cell) for position, cell in enumerate(given)]
            found = self.vectorized(whole, height, width)
            if found is not None:
                return found
        result: Rows = []
        for row in range(height):
            line: list[Any] = []
            for column in range(width):
                for position, rows in ranges.items():
                    cells = rows[row if len(rows) > 1 else 0]
                    given[position] = cells[column if len(cells) > 1 else 0]
                try:
                    line.append(self._one(given))
                except FailureError as failure:
                    line.append(self._instead(given, failure))
            result.append(line)
        return result


def _whole(argument: Argument, cells: Any) -> Any:
    """A range as a whole, or the materials that it holds."""
    if (error := error_in(cells)) is not None:
        raise FailureError(error, f"{argument.name} is the error value {error}")
    missing = cells is OMITTED or cells is None or cells == ""
    if argument.kind == "materials":
        return Materials.library() if missing else _materials(as_rows(cells))
    if missing:
        text = f"{argument.name} is missing"
        raise FailureError(VALUE_ERROR, Problem(text, expected="a range"))
    return as_rows(cells)


def _materials(rows: Rows) -> Materials:
    try:
        return _own(tuple(map(tuple, rows)))
    except TypeError:
        raise FailureError(VALUE_ERROR, "materials hold something that is no cell") from None


@lru_cache(maxsize=64)
def _own(rows: tuple[tuple[Any, ...], ...]) -> Materials:
    # A workbook hands the same range to thousands of calls.
    try:
        table = table_from_rows(rows, Location("materials"), MATERIAL_HEADERS, decimal_mark=None)
        own = own_materials(table)
        return own.on(Materials.library())
    except XlcalcError as error:
        raise FailureError(VALUE_ERROR, error.problem) from None
