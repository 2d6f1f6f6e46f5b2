"""What is wrong, as data: where, what was expected, what to do; and the sentence made of it.

Both are tuples, for each of millions of rows may have one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Location(NamedTuple):
    """Where something is.

    Parameters
    ----------
    file, sheet : str
        Name of the file, and of its sheet.
    cell : str
        An address such as E2; "row 3" or the like where it is no single cell.
    design : str
        Name of the design, which a sentence tells where nothing else says where it is.

    Examples
    --------
    >>> str(Location("cells.xlsx", "Stacks", "E2")), str(Location("cells.csv", cell="row 3"))
    ('cells.xlsx, sheet Stacks, cell E2', 'cells.csv, row 3')
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    design: str = ""

    def __str__(self) -> str:
        sheet = f"sheet {self.sheet}" if self.sheet else ""
        cell = f"cell {self.cell}" if self.cell.isalnum() else self.cell
        known = ", ".join(filter(None, (self.file, sheet, cell)))
        return known or (f"design {self.design!r}" if self.design else "")

    def at(self, cell: str) -> Location:
        """A cell or a row of this file or sheet."""
        return Location(self.file, self.sheet, cell)


NOWHERE = Location()


class Problem(NamedTuple):
    """Something wrong, or odd enough to be told.

    Parameters
    ----------
    text : str
        What is so, such as "N/P ratio is -1"; without it the sentence only says what is expected.
    expected : str
        What should be there instead.
    hint : str
        What else to say, at the end.
    where : Location
        As far as it is known; it is filled in as a problem travels up.
    field : str
        Field of the design concerned, or name of the material.
    found : str
        What the cell of that field holds.
    rule : str
        What problems have in common that say the same of other values; the statement by default.
    cell_error : str
        The error value by which a spreadsheet's cell shows it.

    Examples
    --------
    >>> problem = Problem("N/P ratio is -1", expected="a number above 0", field="np_ratio")
    >>> problem.at(Location("cells.csv", cell="E2")).sentence
    'cells.csv, cell E2: N/P ratio is -1; expected a number above 0'
    """

    text: str = ""
    expected: str = ""
    hint: str = ""
    where: Location = NOWHERE
    field: str = ""
    found: str = ""
    rule: str = ""
    cell_error: str = ""

    @property
    def statement(self) -> str:
        """The sentence without its place."""
        expected = f"expected {self.expected}" if self.expected else ""
        return "; ".join(filter(None, (self.text, expected, self.hint)))

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        where = str(self.where)
        return f"{where}: {self.statement}" if where else self.statement

    def __str__(self) -> str:
        return self.sentence

    def at(self, where: Location) -> Problem:
        """The same at another place."""
        return self._replace(where=where)

    def of(self, subject: str) -> Problem:
        """The same, said of something, such as "material 'Ag'"."""
        return self._replace(text=f"{subject}: {self.text}" if self.text else subject)


#: Further places that a sentence names.
MOST_PLACES = 5


def with_others(sentence: str, places: Sequence[str], count: int) -> str:
    """A sentence of one place that holds of others too, with the first of them and how many.

    Parameters
    ----------
    sentence : str
        What is said of the first place.
    places : sequence of str
        The first of the other places, as far as they have names.
    count : int
        How many others there are.

    Examples
    --------
    >>> with_others("cell E2: N/P ratio 3 is unusual", ["E3", "E7"], 2)
    'cell E2: N/P ratio 3 is unusual (and 2 more: E3, E7)'
    """
    if not count:
        return sentence
    named = [*filter(None, places)][:MOST_PLACES]
    more = f"{count:,} more"
    if named:
        rest = ", ..." if count > len(named) else ""
        more += f": {', '.join(named)}{rest}"
    return f"{sentence} (and {more})"


def as_problem(problem: Problem | str) -> Problem:
    """A problem, also where it is only told in a sentence."""
    return Problem(problem) if isinstance(problem, str) else problem
