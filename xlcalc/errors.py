"""What can go wrong, as one tree.

Every error xlcalc raises on purpose is an :class:`XlcalcError`, and its text is one sentence that
a user can act on. Anything else that escapes is a bug.
"""

from __future__ import annotations

from xlcalc.problems import Problem, as_problem


class XlcalcError(Exception):
    """Base of everything xlcalc raises on purpose.

    Parameters
    ----------
    problem : Problem or str
        What is wrong; a text is the whole sentence.

    Attributes
    ----------
    problem : Problem
        What is wrong, as data.
    """

    def __init__(self, problem: Problem | str) -> None:
        self.problem = as_problem(problem)
        super().__init__(self.problem.sentence)


class DesignError(XlcalcError, ValueError):
    """A design that cannot exist or lacks what is needed to calculate it."""


class MaterialError(XlcalcError, ValueError):
    """A material that is impossible or lacks a needed value."""


class UnknownMaterialError(MaterialError, KeyError):
    """A name that is in neither the library nor the workbook's own materials."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; a sentence should read as one.
        return str(self.args[0])


class MissingValueError(DesignError, MaterialError):
    """A design whose material lacks a value that it needs."""


class InputError(XlcalcError):
    """A file, sheet or table that cannot be used at all."""


class EmptyTableError(InputError):
    """A sheet or file without any row to read."""


class OutputError(XlcalcError):
    """A result that cannot be written where it was asked for."""
