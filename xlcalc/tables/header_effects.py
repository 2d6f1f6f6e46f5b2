"""What headers say beyond the unit of their cells: the basis of fractions, the metal of a foil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlcalc.errors import InputError
from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import BLANK, Categorical
from xlcalc.physics.inputs import Inputs
from xlcalc.physics.notes import Notes
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Problem
from xlcalc.tables.header_aliases import basis_field
from xlcalc.tables.header_matching import HeaderMatch
from xlcalc.tables.row_notes import filled
from xlcalc.tables.table import Column, Table


def bases(table: Table) -> dict[str, list[Column]]:
    """Columns whose unit says what fractions are shares of, by the field of that basis.

    Raises
    ------
    InputError
        If the fractions of an electrode are shares of weight and of volume.
    """
    found: dict[str, list[Column]] = {}
    for column in table.fields.values():
        if column.match is None or not column.match.basis:
            continue
        same = found.setdefault(basis_field(column.match.quantity), [])
        first = same[0].match if same else None
        if first is not None and first.basis != column.match.basis:
            text = f"{column.header!r} gives shares of {column.match.basis}"
            raise InputError(
                Problem(
                    f"{text}, and {same[0].header!r} of {first.basis}",
                    expected="one basis for the fractions of an electrode",
                    where=table.cell(None, column),
                )
            )
        same.append(column)
    return found


def with_basis(
    columns: list[Column], coded: str | Categorical | None, blank: NDArray[np.bool_]
) -> tuple[Categorical, NDArray[np.bool_], NDArray[np.bool_]]:
    """A column of bases, where headers of fractions say the basis too.

    Parameters
    ----------
    columns : list of Column
        The columns of those fractions.
    coded : str or Categorical, optional
        The bases as read; None where there is no such column.
    blank : ndarray of bool
        Where these are blank.

    Returns
    -------
    Categorical
        In rows with such a fraction and a blank basis, that of the headers.
    ndarray of bool
        Where the default still holds.
    ndarray of bool
        Rows whose basis is another than that of the headers.
    """
    word = basis_of(columns)
    concerned = np.logical_or.reduce([filled(column.cells) for column in columns])
    if not isinstance(coded, Categorical):
        coded = Categorical.constant(coded or BLANK, len(blank))
    place = len(coded.categories)
    same = np.array([known == word for known in (*coded.categories, None)])[coded.codes]
    other = concerned & ~blank & ~same & (coded.codes >= 0)
    codes = np.where(concerned & blank, place, coded.codes)
    return Categorical(codes, (*coded.categories, word)), blank & ~concerned, other


def basis_of(columns: list[Column]) -> str:
    """The basis that headers give."""
    match = columns[0].match
    return match.basis if match is not None else ""


def wrong_foils(table: Table, inputs: Inputs) -> Iterator[tuple[NDArray[np.bool_], Problem]]:
    """Rows in which a header that names a metal does not tell which foil it means, and why."""
    for name, column in table.fields.items():
        foil = column.match.foil if column.match else None
        if foil is None:
            continue
        quantity, here = q.DESIGN[name], filled(column.cells)
        of = q.DESIGN[foil.of].label
        text = f"{column.header!r} gives the thickness of {foil.material}"
        for word, rows in _words(inputs.words(foil.of), len(here)):
            # A metal is the same with the word foil and without it.
            if word.removesuffix(" foil") != foil.material.removesuffix(" foil"):
                problem = Problem(
                    f"{text}, and {of} is {word}", expected=f"the header {quantity.header!r}"
                )
                yield here & rows, problem._replace(field=name)
        thickness = q.DESIGN["anode_foil_thickness_um"]
        for word, rows in _words(inputs.words("anode"), len(here)) if foil.anode else ():
            if word == foil.anode:
                problem = Problem(
                    f"{column.header!r} may be the thickness of the anode, which is {word}, too",
                    expected=f"the header {quantity.header!r} or {thickness.header!r}",
                )
                yield here & rows, problem._replace(field=name)


#: Shares below it are doubted where a header is in percent.
LEAST_SHARE = 0.01


def is_in_percent(match: HeaderMatch) -> bool:
    """Whether a header gives shares in percent."""
    return match.factor == Decimal("0.01") and "%" in match.unit


def tiny_share(quantity: Quantity, share: float) -> Problem:
    """What to say of a share below 1 % that stands below a header in percent."""
    return Problem(
        f"{quantity.label} {share:.6g} is unusual below a header in %",
        hint=f"{share * 100:.6g} would be plausible as a fraction",
        field=quantity.name,
        rule=f"{quantity.label} below 1 %",
    )


def note_tiny_shares(notes: Notes, table: Table, values: Mapping[str, Any]) -> None:
    """Note such shares of designs, of which those with results are given by their values."""
    for name, column in table.fields.items():
        if column.match is not None and is_in_percent(column.match):
            shares = np.asarray(values[name], dtype=float)
            tiny = (shares > 0) & (shares < LEAST_SHARE)
            notes.add(tiny, partial(tiny_share, q.DESIGN[name]), shares)


def _words(column: str | Categorical, count: int) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Each word of a column, and the rows with it."""
    if isinstance(column, str):
        yield column, np.ones(count, dtype=bool)
        return
    for code, word in enumerate(column.categories):
        if word != BLANK:
            yield word, column.codes == code
