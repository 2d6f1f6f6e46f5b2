"""Tables of designs as people write them: headers recognised, cells read, faults located.

A table may come from a sheet, a csv or parquet file or a DataFrame. A cell that cannot be used
costs its own row and nothing else, and the row's status says where and why.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import quantities as q
from .coding import as_objects, encode
from .errors import InputError
from .faults import find_faults
from .inputs import blocks, part_of
from .materials import Materials
from .quantity import Quantity
from .stack import misunderstood, word_reader
from .words import UnitMismatchError, recognise, suggest

#: Raw cells of a column: float64 with NaN for a blank, or Python objects with None for a blank.
Cells = NDArray[np.float64] | list[Any]


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A cell whose formula has no value because no program has calculated it yet."""

    formula: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell that a merged range covers; what it shows stands in the range's first cell."""

    reference: str


@dataclass(kw_only=True)
class Table:
    """Raw cells with their headers and the places they came from.

    Parameters
    ----------
    source : str
        What to call the table in a sentence: file and sheet.
    headers : list of str
        Header of each column as found.
    columns : list of Cells
        Raw cells of each column.
    row_numbers : sequence
        Number of each row as a person sees it, or its label in a DataFrame's index.
    header_row : int
        Number of the header row.
    places : sequence of int, optional
        Position of each column in the sheet, 0 for A; from A on if not given.
    lettered : bool
        Whether a cell is called by its letters and number, as in a spreadsheet; else by its row
        and the name of its column.
    typed : bool
        Whether numbers come as numbers; a csv file has only text.
    asides : list of str
        Sentences on rows that are no designs, and on cells without a header.
    faults : dict of int to str
        Rows that cannot be read as a whole, with the reason.
    """

    source: str
    headers: list[str]
    columns: list[Cells]
    row_numbers: Sequence[Any]
    header_row: int = 1
    places: Sequence[int] | None = None
    lettered: bool = True
    typed: bool = True
    asides: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def cell(self, row: int | None, column: int | None) -> str:
        """Name a cell (of the header, for no row) or a row for an error sentence."""
        number = self.header_row if row is None else self.row_numbers[row]
        place = [self.source] if self.source else []
        if self.lettered and column is not None:
            position = column if self.places is None else self.places[column]
            place.append(f"cell {column_letters(position)}{number}")
        elif self.lettered or row is not None:
            place.append(f"row {number!r}")
        if not self.lettered and column is not None:
            place.append(f"column {self.headers[column]!r}")
        return ", ".join(place)


def column_letters(position: int) -> str:
    """Letters of a column, A for 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


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
    """

    fields: dict[str, int] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)


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
            quantity = recognise(header, vocabulary)
            result = _earlier(header, results) if quantity is None and results else None
        except UnitMismatchError as problem:
            expected = repr(problem.quantity.header)
            if not problem.quantity.unit:
                expected += ", a plain number without unit"
            raise InputError(
                f"{table.cell(None, column)}: {header!r} gives {problem.quantity.label} in "
                f"{problem.unit!r}; expected {expected}"
            ) from None
        if result is not None:
            found.results[result.name] = column
        elif quantity is None:
            found.others.append(column)
        elif quantity.name in found.fields:
            first = found.fields[quantity.name]
            raise InputError(
                f"{table.cell(None, column)}: {header!r} means the same as "
                f"{table.headers[first]!r} in {table.cell(None, first)}; "
                f"expected one column for {quantity.name}"
            )
        else:
            found.fields[quantity.name] = column
    if not any(name in q.RESULTS for name in found.results):
        # Notes and Status without any result beside them are the user's own.
        found.others = sorted([*found.others, *found.results.values()])
        found.results = {}
    missing = [x for x in vocabulary.values() if x.required and x.name not in found.fields]
    if missing:
        held = ", ".join(repr(header) for header in table.headers[:8]) or "nothing"
        meant = [
            f"{table.headers[column]!r} for {quantity.label}"
            for column in found.others
            if (quantity := suggest(table.headers[column], vocabulary)) in missing
        ]
        hint = f"; did you write {' and '.join(meant)}?" if meant else ""
        raise InputError(
            f"{table.cell(None, None) or 'the table'}: no column for "
            f"{', '.join(x.name for x in missing)}; found {held}{hint}"
        )
    return found


def _earlier(header: str, results: Mapping[str, Quantity]) -> Quantity | None:
    try:
        return recognise(header, results)
    except UnitMismatchError:
        # A result in another unit is the user's own; it is not read anyway.
        return None


def unknown_headers(
    table: Table, headers: Headers, vocabulary: Mapping[str, Quantity] = q.DESIGN
) -> list[str]:
    """A sentence for each column that names nothing known, with what it may have meant."""
    sentences = []
    for column in headers.others:
        header = table.headers[column]
        meant = suggest(header, vocabulary)
        hint = f"; did you mean {meant.header!r}?" if meant else ""
        sentences.append(
            f"{table.cell(None, column)}: {header!r} names no field and is left alone{hint}"
        )
    return sentences


#: Characters of a cell that a sentence shows.
_SHOWN = 60


def describe(value: Any) -> str:
    """A cell's content for an error sentence."""
    if isinstance(value, Uncalculated):
        return f"the formula {value.formula[:_SHOWN]}, which no program has calculated yet"
    if isinstance(value, Merged):
        return f"part of the merged cells {value.reference}"
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"the date or time {value}"
    if isinstance(value, str):
        return f"the text {value[:_SHOWN]!r}"
    return repr(value)[:_SHOWN]


_PLAIN_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_PLAIN_COLUMN = re.compile(r"[0-9.eE+\-\n]*", re.ASCII)


@dataclass(kw_only=True)
class Reading:
    """Designs as read: values for every row, and what is wrong with which."""

    table: Table
    headers: Headers
    values: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    faults: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    unread: dict[str, dict[int, Any]] = field(default_factory=dict)
    defaults: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def blame(self, row: int, name: str, sentence: str) -> None:
        """Note what is wrong with a cell, once."""
        known = self.faults.setdefault(row, [])
        if all(name != other for other, _ in known):
            column = self.headers.fields.get(name)
            # A cell may hold line breaks; a sentence is one line.
            text = " ".join(f"{self.table.cell(row, column)}: {sentence}".split())
            known.append((name, text))


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that a person would see."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_number(value: Any, quantity: Quantity, *, typed: bool) -> float | str:
    """A cell as a number, or the sentence saying why it is none."""
    if isinstance(value, str) and not typed and _PLAIN_NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = inf
        return number if isfinite(number) else quantity.complaint(number)
    hint = ""
    if isinstance(value, str):
        plain = value.replace(",", ".")
        if _PLAIN_NUMBER.fullmatch(plain):
            hint = ", as a number and not as text" if typed else ", with a decimal point"
        elif quantity.fraction and _PLAIN_NUMBER.fullmatch(plain.rstrip().removesuffix("%")):
            hint = ", without %"
    return f"{quantity.label} is {describe(value)}; expected {quantity.expected}{hint}"


def _numbers(cells: Cells, typed: bool) -> NDArray[np.float64] | None:
    """A column at once where every cell is a number or blank (NaN), or None."""
    if isinstance(cells, np.ndarray):
        return cells
    if typed:
        if not {type(value) for value in cells} <= {int, float, type(None)}:
            return None
        try:
            numbers = np.array([nan if value is None else value for value in cells], dtype=float)
        except OverflowError:
            return None
        blank = sum(value is None for value in cells)
        return numbers if int(np.isnan(numbers).sum()) == blank else None
    text = "\n".join(value or "" for value in cells)
    if not _PLAIN_COLUMN.fullmatch(text):
        return None
    try:
        return np.array([float(value) if value else nan for value in cells], dtype=float)
    except ValueError:
        return None


def _read_number_column(reading: Reading, quantity: Quantity, cells: Cells) -> None:
    numbers = _numbers(cells, reading.table.typed)
    unread: dict[int, Any] = {}
    if numbers is None:
        numbers = np.full(len(cells), nan)
        for row, value in enumerate(cells):
            if is_blank(value):
                continue
            read = read_number(value, quantity, typed=reading.table.typed)
            if isinstance(read, str):
                reading.blame(row, quantity.name, read)
                unread[row] = value
            else:
                numbers[row] = read
    missing = np.isnan(numbers)
    if missing.any() and quantity.default is not None:
        # In a wrong cell's place too, so that nothing else is said of it.
        numbers = np.where(missing, float(quantity.default), numbers)
        missing[list(unread)] = False
        reading.defaults[quantity.name] = missing
    reading.unread[quantity.name] = unread
    reading.values[quantity.name] = numbers


def _read_word_column(
    reading: Reading, quantity: Quantity, cells: Cells, materials: Materials
) -> None:
    known = word_reader(quantity, materials)
    values: list[Any] = (
        [None if isnan(value) else value for value in cells.tolist()]
        if isinstance(cells, np.ndarray)
        else cells
    )
    no_word = object()
    default = None if quantity.required else known(quantity.default)

    def canonical(value: Any) -> str | None:
        if is_blank(value):
            # A blank where a material is required is a forgotten cell, not the word "None".
            return default
        return known(value.strip()) if isinstance(value, str) else None

    words = [value if value is None or isinstance(value, str) else no_word for value in values]
    coded = encode(as_objects(words), canonical)
    if not quantity.required:
        blank = np.fromiter(map(is_blank, words), dtype=bool, count=len(words))
        reading.defaults[quantity.name] = blank
    unread = {int(row): values[row] for row in np.flatnonzero(coded.codes < 0)}
    for row, value in unread.items():
        reading.blame(row, quantity.name, _misread(value, quantity, materials))
    reading.unread[quantity.name] = unread
    reading.values[quantity.name] = coded


def _misread(value: Any, quantity: Quantity, materials: Materials) -> str:
    if is_blank(value) and not quantity.required:
        return misunderstood(quantity.default, quantity, materials)
    if is_blank(value):
        hint = "; an anode-free stack says anode-free" if quantity.name == "anode" else ""
        return f"{quantity.label} is blank; expected {quantity.expected}{hint}"
    if isinstance(value, str):
        return misunderstood(value, quantity, materials)
    return f"{quantity.label} is {describe(value)}; expected {quantity.expected}"


def read_designs(table: Table, materials: Materials) -> Reading:
    """Read the designs of a table.

    Parameters
    ----------
    table : Table
        Raw cells.
    materials : Materials
        Where names are looked up.

    Returns
    -------
    Reading
        Values for every row, and what is wrong with which.

    Raises
    ------
    InputError
        If the headers contradict each other or a required one is missing.
    """
    reading = Reading(
        table=table,
        headers=read_headers(table, q.DESIGN, {**q.RESULTS, **q.REMARKS, **q.BREAKDOWN}),
    )
    for quantity in q.DESIGN.values():
        column = reading.headers.fields.get(quantity.name)
        if quantity.kind == "text":
            reading.names = _names(table, column)
        elif column is None and quantity.kind != "number":
            # As a column of blanks: the default may be a material whose own row is wrong.
            blanks = [None] * len(table)
            _read_word_column(reading, quantity, blanks, materials)
            coded = reading.values[quantity.name]
            if coded.complete and coded.words:
                reading.values[quantity.name] = coded.words[0]
        elif column is None:
            reading.values[quantity.name] = quantity.default
            if not quantity.optional:
                reading.defaults[quantity.name] = np.ones(len(table), dtype=bool)
        elif quantity.kind == "number":
            _read_number_column(reading, quantity, table.columns[column])
        else:
            _read_word_column(reading, quantity, table.columns[column], materials)
    for row, sentence in table.faults.items():
        reading.faults[row] = [("", sentence)]
    _forget_derived_voltages(reading)
    start = 0
    for index in blocks((len(table),)):
        for fault in find_faults(part_of(reading.values, index), materials):
            for place in np.flatnonzero(np.broadcast_to(fault.mask, fault.shape)).tolist():
                sentence = fault.sentence(place)
                if sentence.startswith("material "):
                    # The fault is the material's; the reader looks for the design it spoils.
                    sentence = f"design {reading.names[start + place]!r}: {sentence}"
                reading.blame(start + place, fault.field, sentence)
        start += index(np.empty(len(table), dtype=bool)).size
    return reading


def _forget_derived_voltages(reading: Reading) -> None:
    """Derive a voltage again that an earlier run derived, so that it stays marked so."""
    column = reading.headers.results.get("voltage_source")
    voltages = reading.values[q.CELL_VOLTAGE.name]
    if column is None or not isinstance(voltages, np.ndarray):
        return
    derived = q.REMARKS["voltage_source"].choices[1]
    again = [value == derived for value in reading.table.columns[column]]
    reading.values[q.CELL_VOLTAGE.name] = np.where(again, nan, voltages)


def _names(table: Table, column: int | None) -> list[str]:
    values = [None] * len(table) if column is None else table.columns[column]
    return [
        f"row {number}" if is_blank(value) or value != value else as_text(value)
        for value, number in zip(values, table.row_numbers, strict=True)
    ]


def as_text(value: Any) -> str:
    """A cell's content as a name."""
    if isinstance(value, Uncalculated):
        return value.formula
    if isinstance(value, Merged):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()
