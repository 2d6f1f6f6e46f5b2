"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from .errors import EmptyTableError
from .materials import Material, Materials
from .quantities import DESIGN, MATERIAL, Quantity
from .table import Table, as_text, is_blank, read_headers, read_number, unknown_headers
from .words import UnitMismatchError, key, recognise

#: Rows looked at in search of the header: a title and some remarks may stand above it.
SEARCHED = 30

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


def headers_found(rows: Iterable[Row], vocabulary: Mapping[str, Quantity] = DESIGN) -> int:
    """How many known headers the best of some rows has."""
    return max((_recognised(row, vocabulary) for row in rows), default=0)


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
    EmptyTableError
        If there is no row at all, or none below the header.
    """
    numbered = enumerate(rows, start=1)
    head = list(islice(numbered, SEARCHED))
    filled = [n for n, (_, row) in enumerate(head) if not all(map(is_blank, row))]
    if not filled:
        raise EmptyTableError(f"{source}: is empty; expected a header row and rows below it")
    at = next((n for n in filled if _recognised(head[n][1], vocabulary) >= 2), filled[0])
    header_row, header = head[at]
    places = [n for n, value in enumerate(header) if not is_blank(value)]
    numbers, kept = _body(chain(head[at + 1 :], numbered), places)
    asides = _take_asides(numbers, kept, source)
    if not kept:
        raise EmptyTableError(f"{source}, row {header_row}: nothing stands below the header")
    columns: list[Any] = [list(column) for column in zip(*kept, strict=True)]
    return Table(
        source=source,
        headers=[str(header[place]).strip() for place in places],
        columns=columns,
        places=places,
        row_numbers=numbers,
        header_row=header_row,
        typed=typed,
        asides=asides,
    )


def _take_asides(numbers: list[int], kept: list[list[Any]], source: str) -> list[str]:
    """Take out rows that hold nothing but a text in the first column: remarks, not designs."""
    asides = []
    for at in range(len(kept) - 1, -1, -1):
        first, *others = kept[at]
        if len(others) > 1 and isinstance(first, str) and all(map(is_blank, others)):
            asides.append(
                f"{source}, row {numbers[at]}: holds only {first[:40]!r} and is left alone"
            )
            del kept[at], numbers[at]
    return asides[::-1]


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


@dataclass(kw_only=True)
class OwnMaterials:
    """A workbook's own materials.

    Parameters
    ----------
    materials : list of Material
        The rows that can be used; what a row leaves blank is None.
    unusable : dict of str to str
        Names whose row is wrong, each with a sentence naming the cell.
    remarks : list of str
        Sentences on columns left alone.
    """

    materials: list[Material] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def on(self, library: Materials) -> Materials:
        """The library with these on top."""
        return library.with_own(self.materials, self.unusable)


def own_materials(table: Table) -> OwnMaterials:
    """The materials of a Materials sheet.

    Parameters
    ----------
    table : Table
        The cells of the sheet.

    Returns
    -------
    OwnMaterials
        A wrong cell costs its own material and nothing else.

    Raises
    ------
    InputError
        If the headers contradict each other or no column holds names.
    """
    headers = read_headers(table, MATERIAL)
    fields = headers.fields
    own = OwnMaterials(remarks=unknown_headers(table, headers, MATERIAL))
    found: dict[str, Material] = {}
    rows: dict[str, int] = {}
    for row in range(len(table)):
        cells = {name: table.columns[column][row] for name, column in fields.items()}
        name = str(cells.pop("material") or "").strip()
        if not name:
            continue
        place = table.cell(row, fields["material"])
        if key(name) in rows:
            first = table.cell(rows[key(name)], fields["material"])
            own.unusable[name] = f"{place}: {name!r} stands a second time, after {first}"
            found.pop(name, None)
            continue
        rows[key(name)] = row
        values: dict[str, Any] = {"sources": {}}
        for what, value in cells.items():
            if is_blank(value):
                continue
            cell = table.cell(row, fields[what])
            read = _read(MATERIAL[what], value, typed=table.typed)
            if isinstance(read, _Wrong):
                own.unusable[name] = f"{cell}: {read.sentence}"
                break
            values[what] = read
            if MATERIAL[what].kind == "number":
                values["sources"][what] = cell
        else:
            found[name] = Material(name=name, **values)
    own.materials = list(found.values())
    return own


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
    text = as_text(value)
    if quantity.kind == "choice":
        match = {key(choice): choice for choice in quantity.choices}.get(key(text))
        return match or _Wrong(f"{quantity.label} is {text!r}; expected {quantity.expected}")
    return text
