"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from .errors import InputError
from .materials import Material
from .quantities import DESIGN, MATERIAL, Quantity
from .table import Table, is_blank, read_headers, read_number
from .words import UnitMismatchError, key, recognise

#: Rows looked at in search of the header: a title and some remarks may stand above it.
_SEARCHED = 30

Row = Sequence[Any]


def _recognised(row: Row, vocabulary: Mapping[str, Quantity]) -> int:
    count = 0
    for value in row:
        if isinstance(value, str):
            try:
                count += recognise(value, vocabulary) is not None
            except UnitMismatchError:
                count += 1
    return count


def table_from_rows(
    rows: Iterable[Row],
    source: str,
    vocabulary: Mapping[str, Quantity] = DESIGN,
    *,
    typed: bool = True,
) -> Table:
    """Make a table of rows of cells, the first of which is row 1 of a sheet.

    Parameters
    ----------
    rows : iterable of sequence
        Cells of each row, None for a blank; rows may differ in length.
    source : str
        What to call the table in a sentence.
    vocabulary : mapping of str to Quantity
        What its headers may name.
    typed : bool
        Whether numbers come as numbers.

    Returns
    -------
    Table
        The header is the first row with at least two known headers, or the first that is not
        blank; rows without any cell under a header are left out.

    Raises
    ------
    InputError
        If there is no row at all, or none below the header.
    """
    numbered = enumerate(rows, start=1)
    head = list(islice(numbered, _SEARCHED))
    filled = [n for n, (_, row) in enumerate(head) if not all(map(is_blank, row))]
    if not filled:
        raise InputError(f"{source}: is empty; expected a header row and designs below it")
    at = next((n for n in filled if _recognised(head[n][1], vocabulary) >= 2), filled[0])
    header_row, header = head[at]
    places = [n for n, value in enumerate(header) if not is_blank(value)]
    numbers, kept = _body(chain(head[at + 1 :], numbered), places)
    if not kept:
        raise InputError(f"{source}, row {header_row}: nothing stands below the header")
    columns: list[Any] = [list(column) for column in zip(*kept, strict=True)]
    return Table(
        source=source,
        headers=[str(header[place]).strip() for place in places],
        columns=columns,
        places=places,
        row_numbers=numbers,
        header_row=header_row,
        typed=typed,
    )


def _body(rows: Iterator[tuple[int, Row]], places: list[int]) -> tuple[list[int], list[list[Any]]]:
    """Numbers and cells of the rows that hold anything under a header."""
    numbers, kept = [], []
    last = places[-1]
    for number, row in rows:
        if len(row) <= last:
            row = (*row, *(None,) * (last + 1 - len(row)))
        cells = [row[place] for place in places]
        if not all(map(is_blank, cells)):
            numbers.append(number)
            kept.append(cells)
    return numbers, kept


def own_materials(table: Table) -> tuple[list[Material], dict[str, str]]:
    """A workbook's own materials, and those whose row is wrong with the reason.

    Parameters
    ----------
    table : Table
        The cells of a Materials sheet.

    Returns
    -------
    list of Material
        The rows that can be used; what a row leaves blank is None.
    dict of str to str
        Names that cannot be used, each with a sentence naming the cell.

    Raises
    ------
    InputError
        If the headers contradict each other or no column holds names.
    """
    fields = read_headers(table, MATERIAL).fields
    found: dict[str, Material] = {}
    wrong: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row in range(len(table)):
        cells = {name: table.columns[column][row] for name, column in fields.items()}
        name = str(cells.pop("name") or "").strip()
        if not name:
            continue
        place = table.cell(row, fields["name"])
        if key(name) in rows:
            first = table.cell(rows[key(name)], fields["name"])
            wrong[name] = f"{place}: {name!r} stands a second time, after {first}"
            continue
        rows[key(name)] = row
        values: dict[str, Any] = {"source": place}
        for what, value in cells.items():
            if is_blank(value):
                continue
            read = _read(MATERIAL[what], value, typed=table.typed)
            if isinstance(read, _Wrong):
                wrong[name] = f"{table.cell(row, fields[what])}: {read.sentence}"
                break
            values[what] = read
        else:
            found[name] = Material(name=name, **values)
    return [material for name, material in found.items() if name not in wrong], wrong


class _Wrong:
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def _read(quantity: Quantity, value: Any, *, typed: bool) -> Any:
    """A cell of the Materials sheet, or what is wrong with it."""
    if quantity.kind == "number":
        number = read_number(value, quantity, typed=typed)
        if isinstance(number, str):
            return _Wrong(number)
        return number if quantity.allows(number) else _Wrong(quantity.complaint(number))
    text = str(value).strip()
    if quantity.kind == "choice":
        match = {choice.casefold(): choice for choice in quantity.choices}.get(text.casefold())
        return match or _Wrong(f"{quantity.label} is {text!r}; expected {quantity.expected}")
    return text
