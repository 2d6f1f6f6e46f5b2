"""What the columns of a table are: headers recognised, units looked at, doubles named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlcalc.errors import InputError
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import Problem
from xlcalc.tables.header_names import (
    Named,
    UnitMismatchError,
    meant_by_unit,
    named_by,
    recognise,
    suggest,
)
from xlcalc.tables.table import Table


@dataclass(kw_only=True)
class Headers:
    """What the columns of a table are.

    Parameters
    ----------
    fields : dict of str to int
        Column of each quantity found.
    others : list of int
        Columns that name nothing known.
    results : dict of str to int
        Columns that hold results of an earlier run, by name.
    units : dict of str to Named
        Quantities whose column is in another unit than ours.
    """

    fields: dict[str, int] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)
    units: dict[str, Named] = field(default_factory=dict)

    def factor(self, name: str) -> Decimal | None:
        """What the numbers of a column are multiplied by; None where they are in our unit."""
        return self.units[name].factor if name in self.units else None


def read_headers(
    table: Table,
    vocabulary: Mapping[str, Quantity],
    results: Mapping[str, Quantity] | None = None,
) -> Headers:
    """Find what each column is.

    Parameters
    ----------
    table : Table
        The table.
    vocabulary : mapping of str to Quantity
        What columns may be.
    results : mapping of str to Quantity, optional
        What columns of an earlier run may be.

    Returns
    -------
    Headers
        By position.

    Raises
    ------
    InputError
        If two columns mean the same, a unit is another than ours, or a required one is missing.
    """
    found = Headers()
    for column, header in enumerate(table.headers):
        try:
            if table.marks is None:
                quantity, named = recognise(header, vocabulary), None
            else:
                named = named_by(header, vocabulary)
                quantity = named.quantity if named else None
            result = _earlier(header, results) if quantity is None and results else None
        except UnitMismatchError as problem:
            expected = repr(problem.quantity.header)
            if not problem.quantity.unit:
                expected += ", a plain number without unit"
            text = f"{header!r} gives {problem.quantity.label} in {problem.unit!r}"
            raise InputError(
                Problem(text, expected=expected, where=table.cell(None, column))
            ) from None
        if result is not None:
            found.results[result.name] = column
        elif quantity is None:
            found.others.append(column)
        elif quantity.name in found.fields:
            first = found.fields[quantity.name]
            raise InputError(
                Problem(
                    f"{header!r} means the same as {table.headers[first]!r} in "
                    f"{table.cell(None, first)}",
                    expected=f"one column for {quantity.name}",
                    where=table.cell(None, column),
                )
            )
        else:
            found.fields[quantity.name] = column
            if named is not None and named.factor is not None:
                found.units[quantity.name] = named
    if not any(name in q.RESULTS for name in found.results):
        # Notes and Status without any result beside them are the user's own.
        found.others = sorted([*found.others, *found.results.values()])
        found.results = {}
    # Of a material, what is missing is the library's or is asked for.
    for column in found.others if results else ():
        likely = meant_by_unit(table.headers[column], vocabulary)
        if likely is not None and likely.name not in found.fields:
            raise InputError(
                Problem(
                    f"{table.headers[column]!r} may be {likely.label}",
                    expected=f"{likely.header!r} or another unit of it, or another word for what "
                    "it is",
                    where=table.cell(None, column),
                )
            )
    missing = [x for x in vocabulary.values() if x.required and x.name not in found.fields]
    if missing:
        held = ", ".join(repr(header) for header in table.headers[:8]) or "nothing"
        meant = [
            f"{table.headers[column]!r} for {quantity.label}"
            for column in found.others
            if (quantity := suggest(table.headers[column], vocabulary)) in missing
        ]
        text = f"no column for {', '.join(x.name for x in missing)}; found {held}"
        hint = f"did you write {' and '.join(meant)}?" if meant else ""
        where = table.cell(None, None)
        where = where if str(where) else where.at("the table")
        raise InputError(Problem(text, hint=hint, where=where))
    return found


def design_headers(table: Table) -> Headers:
    """What the columns of a table of designs are, those of an earlier run included."""
    return read_headers(table, q.DESIGN, {**q.RESULTS, **q.REMARKS, **q.BREAKDOWN})


def _earlier(header: str, results: Mapping[str, Quantity]) -> Quantity | None:
    try:
        return recognise(header, results)
    except UnitMismatchError:
        # A result in another unit is the user's own; it is not read anyway.
        return None


def header_remarks(
    table: Table, headers: Headers, vocabulary: Mapping[str, Quantity] = q.DESIGN
) -> list[Problem]:
    """What to say of each column that is converted, or names nothing known."""
    remarks = []
    for name, named in headers.units.items():
        ours = f"to {vocabulary[name].unit} " if vocabulary[name].unit else ""
        text = f"{named.quantity.label} is converted from {named.unit} {ours}"
        where = table.cell(None, headers.fields[name])
        remarks.append(Problem(f"{text}(times {named.factor:f})", where=where, rule=text))
    for column in headers.others:
        header = table.headers[column]
        meant = suggest(header, vocabulary)
        remarks.append(
            Problem(
                f"{header!r} names no field and is left alone",
                hint=f"did you mean {meant.header!r}?" if meant else "",
                where=table.cell(None, column),
                rule="misspelt field" if meant else "no field",
            )
        )
    return remarks
