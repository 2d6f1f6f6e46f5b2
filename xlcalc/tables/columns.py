"""Columns of a table: each header matched once, those that are missing or twice there refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from xlcalc.errors import InputError
from xlcalc.physics import quantities as q
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.problems import NOWHERE, Location, Problem
from xlcalc.tables.cell_values import error_in
from xlcalc.tables.header_matching import DESIGN_HEADERS, RESULT_HEADERS, Vocabulary
from xlcalc.tables.row_notes import filled, numeric
from xlcalc.tables.table import Column, DesignTable, Table

#: Headers that a sentence names.
_SHOWN = 8


def match_columns(
    headers: Iterable[str],
    positions: Iterable[int],
    vocabulary: Vocabulary = DESIGN_HEADERS,
    *,
    other_units: bool = True,
) -> list[Column]:
    """Columns with what their headers name, still without cells.

    Parameters
    ----------
    headers : iterable of str
        Headers as found.
    positions : iterable of int
        Where each stands.
    vocabulary : Vocabulary
        What they may name.
    other_units : bool
        Whether numbers may be in units that can be converted into ours.
    """
    return [
        Column(
            header=header,
            position=position,
            match=vocabulary.match_header(header, other_units=other_units),
        )
        for header, position in zip(headers, positions, strict=True)
    ]


def table_of_designs(
    headers: Sequence[str],
    cells: Sequence[Any],
    row_numbers: Sequence[Any],
    *,
    source: Location = NOWHERE,
    **options: Any,
) -> DesignTable:
    """A table of columns that a program has made.

    Parameters
    ----------
    headers : sequence of str
        Header of each column.
    cells : sequence of Cells
        Cells of each column.
    row_numbers : sequence
        Number or label of each row.
    source : Location
        File and sheet, where it has any.
    **options
        Further parameters of `Table`.

    Raises
    ------
    InputError
        As for `design_table`.
    """
    other_units = options.get("decimal_marks", "") is not None
    columns = match_columns(headers, range(len(headers)), other_units=other_units)
    layout = Table(source=source, columns=columns, row_numbers=[], **options)
    return design_table(layout.with_rows(cells, row_numbers))


def design_table(table: Table) -> DesignTable:
    """A table as one of designs, those of an earlier run included.

    Parameters
    ----------
    table : Table
        Columns matched with the headers of designs.

    Returns
    -------
    DesignTable
        The same rows; of each column it is known what it is.

    Raises
    ------
    InputError
        If two columns mean the same, a unit is another than ours, a required one is missing, or a
        column may be one that would take its default.
    """
    expect_columns_once(table)
    columns = [replace(column) for column in table.columns]
    for column in columns:
        if column.match is None:
            match = RESULT_HEADERS.match_header(column.header)
            column.result = None if match is None or match.wrong_unit else match
    if not any(c.result and c.result.quantity.name in q.RESULTS for c in columns):
        # Notes and Status without any result beside them are the user's own.
        for column in columns:
            column.result = None
    found = DesignTable(
        **{each.name: getattr(table, each.name) for each in fields(table)} | {"columns": columns}
    )
    # Of a material, what is missing is the library's or is asked for.
    for column in found.others:
        likely = DESIGN_HEADERS.match_unit(column.header)
        if likely is not None and likely.name not in found.fields:
            raise InputError(
                Problem(
                    f"{column.header!r} may be {likely.label}",
                    expected=f"{likely.header!r} or another unit of it, or another word for what "
                    "it is",
                    where=table.cell(None, column),
                )
            )
    suggest_names(found, DESIGN_HEADERS)
    expect_required_columns(found, DESIGN_HEADERS)
    return found


def expect_columns_once(table: Table) -> None:
    """Refuse a column in a unit that cannot be used, and a second one for a quantity.

    Raises
    ------
    InputError
        Naming the first such column.
    """
    first: dict[str, Column] = {}
    expect_calculated_headers(table)
    for column in table.columns:
        if (match := column.match) is None:
            continue
        quantity = match.quantity
        if match.wrong_unit:
            number = "" if quantity.unit else ", a plain number without unit"
            text = f"{column.header!r} gives {quantity.label} in {match.unit!r}"
            expected = f"{quantity.header!r}{number}"
            raise InputError(Problem(text, expected=expected, where=table.cell(None, column)))
        if (other := first.setdefault(quantity.name, column)) is not column:
            text = f"{column.header!r} means the same as {other.header!r}"
            raise InputError(
                Problem(
                    f"{text} in {table.cell(None, other)}",
                    expected=f"one column for {quantity.name}",
                    where=table.cell(None, column),
                )
            )


def expect_calculated_headers(table: Table) -> None:
    """Refuse a column of numbers whose header no program has calculated, or is an error value.

    Raises
    ------
    InputError
        Naming the first such header.
    """
    for column in table.others:
        error = error_in(column.header)
        # A text of a csv file that begins so is no formula of it.
        if (error or (table.typed and column.header.startswith("="))) and numeric(
            column.cells
        ).any():
            text = f"is {error}" if error else "is a formula that no program has calculated"
            raise InputError(
                Problem(
                    f"the header {text}",
                    expected="the words of a header",
                    where=table.cell(None, column),
                )
            )


def suggest_names(table: Table, vocabulary: Vocabulary) -> None:
    """Note what headers that name nothing may have meant."""
    for column in table.others:
        meant = vocabulary.suggest(column.header)
        words = filled(column.cells).any() and not numeric(column.cells).any()
        if meant is not None and meant.kind == "number" and words:
            meant = _named_material(column.header, vocabulary) or meant
        column.suggestion = meant


def _named_material(header: str, vocabulary: Vocabulary) -> Quantity | None:
    """The material that a header means whose last word may be left out or name another."""
    first, _, rest = header.partition(" ")
    other = vocabulary.match_header(rest)
    layer = first if other is not None and other.quantity.kind == "material" else header
    found = vocabulary.match_header(f"{layer} material")
    return found.quantity if found is not None else None


def expect_required_columns(table: Table, vocabulary: Vocabulary) -> None:
    """Refuse a table that lacks a required column.

    Raises
    ------
    InputError
        With the headers found, and those that may have been meant.
    """
    missing = [name for name in vocabulary if name in vocabulary.required - {*table.fields}]
    if not missing:
        return
    found = ", ".join(map(repr, table.headers[:_SHOWN])) or "nothing"
    meant = [
        f"{column.header!r} for {column.suggestion.label}"
        for column in table.others
        if column.suggestion is not None and column.suggestion.name in missing
    ]
    text = f"no column for {', '.join(missing)}; found {found}"
    hint = f"did you write {' and '.join(meant)}?" if meant else ""
    where = table.cell(None, None)
    where = where if str(where) else where.at("the table")
    raise InputError(Problem(text, hint=hint, where=where))


def header_remarks(table: Table) -> list[Problem]:
    """What to say of each column that names nothing known, those first, or is converted."""
    remarks = unread_columns(table)
    for column in table.fields.values():
        match, where = column.match, table.cell(None, column)
        if match is not None and (match.by_unit or match.foil):
            text = f"{column.header!r} is read as {match.quantity.header}"
            remarks.append(Problem(text, where=where))
        if match is not None and match.basis:
            text = f"{column.header!r} gives shares of {match.basis}"
            remarks.append(Problem(text, where=where))
        if match is not None and match.factor is not None:
            quantity = match.quantity
            ours = f"to {quantity.unit} " if quantity.unit else ""
            text = f"{quantity.label} is converted from {match.unit} {ours}"
            remarks.append(Problem(f"{text}(times {match.factor:f})", where=where))
    return remarks


def unread_columns(table: Table) -> list[Problem]:
    """What to say of each column that names nothing known."""
    return [
        Problem(
            f"{column.header!r} names no field and is left alone",
            hint=_meant(column),
            where=table.cell(None, column),
        )
        for column in table.others
    ]


def unread_in_one(table: Table) -> list[Problem]:
    """The same of all such columns at once, so that none is lost among many remarks."""
    if len(table.others) < 2:
        return unread_columns(table)
    shown = []
    for column in table.others:
        beside = [table.cell(None, column).cell if table.lettered else "", _meant(column)]
        said = "; ".join(filter(None, beside))
        shown.append(f"{column.header!r} ({said})" if said else repr(column.header))
    text = f"{len(shown)} columns name no field and are left alone: {', '.join(shown)}"
    return [Problem(text, where=table.source)]


def _meant(column: Column) -> str:
    """The question whether a header means a field."""
    meant = column.suggestion
    return f"did you mean {meant.header!r}?" if meant else ""
