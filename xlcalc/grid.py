"""From rows of cells to a table: the header row is found, blank rows are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from .errors import EmptyTableError
from .headers import read_headers, unknown_headers
from .materials import Material, Materials
from .numbers import as_text, describe, is_blank, read_number
from .quantities import DESIGN, MATERIAL
from .quantity import Quantity
from .table import Merged, Table, column_letters
from .words import UnitMismatchError, key, recognise

#: Rows looked at in search of the header: a title and some remarks may stand above it.
SEARCHED = 1000

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
        The header is the row that names the most fields, or the first that is not blank if none
        names two; rows without any cell under a header are left out.

    Raises
    ------
    EmptyTableError
        If there is no row at all, or none below the header.
    """
    numbered = enumerate(rows, start=1)
    head = list(islice(numbered, SEARCHED))
    table = find_header([row for _, row in head], source, vocabulary, typed=typed)
    fill(table, chain(head[table.header_row :], numbered))
    if not len(table):
        raise nothing_below(table)
    return table


def nothing_below(table: Table) -> EmptyTableError:
    """What to say of a table without rows."""
    return EmptyTableError(
        f"{table.source}, row {table.header_row}: nothing stands below the header"
    )


def find_header(
    head: Sequence[Row], source: str, vocabulary: Mapping[str, Quantity], *, typed: bool
) -> Table:
    """The table that begins in some rows, of which the first is row 1, still without its rows.

    Raises
    ------
    EmptyTableError
        If all of them are blank.
    """
    filled = [n for n, row in enumerate(head) if not all(map(_is_void, row))]
    if not filled:
        raise EmptyTableError(f"{source}: is empty; expected a header row and rows below it")
    known = {n: _recognised(head[n], vocabulary) for n in filled}
    # Words above the header may name a field too; the header names the most.
    at = max(filled, key=lambda n: (known[n] > 1, known[n], -n))
    places = [n for n, value in enumerate(head[at]) if not _is_void(value)]
    return Table(
        source=source,
        headers=[str(head[at][place]).strip() for place in places],
        columns=[],
        places=places,
        row_numbers=[],
        header_row=at + 1,
        typed=typed,
    )


def _is_void(value: Any) -> bool:
    return is_blank(value) or isinstance(value, Merged)


def fill(table: Table, rows: Iterable[tuple[int, Row]]) -> None:
    """Read numbered rows below the header: designs, and sentences on what is none."""
    assert table.places is not None
    places, last = table.places, table.places[-1]
    numbers: list[int] = []
    kept: list[list[Any]] = []
    strays: dict[int, int] = {}
    for number, row in rows:
        if len(row) <= last:
            row = (*row, *(None,) * (last + 1 - len(row)))
        cells = [row[place] for place in places]
        beside = [n for n, value in enumerate(row) if n not in places and not is_blank(value)]
        if not table.typed and len(row) > last + 1 and any(n > last for n in beside):
            table.faults[len(numbers)] = (
                f"{table.source}, row {number}: has {len(row)} cells; expected {last + 1} as in "
                "the header"
            )
        elif all(map(_is_void, cells)):
            continue
        elif len(cells) > 2 and isinstance(cells[0], str) and all(map(_is_void, cells[1:])):
            # A text alone in the first column is a remark and no design.
            text = " ".join(cells[0].split())[:40]
            table.asides.append(
                f"{table.source}, row {number}: holds only {text!r} and is left alone"
            )
            continue
        for place in beside:
            strays.setdefault(place, number)
        numbers.append(number)
        kept.append(cells)
    table.row_numbers = numbers
    table.columns = [list(cells) for cells in zip(*kept, strict=True)] or [[] for _ in places]
    if table.typed:
        table.asides += [
            f"{table.source}, cell {column_letters(place)}{number}: stands below no header and is "
            "left alone"
            for place, number in sorted(strays.items())
        ]


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
    wrong_rows : list of dict
        The cells of rows that cannot be used, as found.
    """

    materials: list[Material] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    wrong_rows: list[dict[str, Any]] = field(default_factory=list)

    def on(self, library: Materials) -> Materials:
        """The library with these on top."""
        if not (self.materials or self.unusable):
            return library
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
    library = Materials.library()
    found: dict[str, Material] = {}
    rows: dict[str, int] = {}
    kept: dict[int, dict[str, Any]] = {}
    for row in range(len(table)):
        cells = {name: table.columns[column][row] for name, column in fields.items()}
        place = table.cell(row, fields["material"])
        word = cells.pop("material")
        if not isinstance(word, str) or is_blank(word):
            found_ = describe(word) if not is_blank(word) else "blank"
            own.remarks.append(f"{place}: Material is {found_}; expected a name; left alone")
            continue
        name = word.strip()
        word = key(library.name(name) or name)
        if word in rows:
            first = table.cell(rows[word], fields["material"])
            own.unusable[name] = f"{place}: {name!r} stands a second time, after {first}"
            if kept[rows[word]] not in own.wrong_rows:
                own.wrong_rows.append(kept[rows[word]])
            own.wrong_rows.append({"material": name, **cells})
            found.pop(word, None)
            continue
        rows[word] = row
        kept[row] = {"material": name, **cells}
        values: dict[str, Any] = {"sources": {}}
        for what, value in cells.items():
            if is_blank(value):
                continue
            cell = table.cell(row, fields[what])
            read = _read(MATERIAL[what], value, typed=table.typed)
            if isinstance(read, _Wrong):
                own.unusable[name] = f"{cell}: {read.sentence}"
                own.wrong_rows.append(kept[row])
                break
            values[what] = read
            if MATERIAL[what].kind == "number":
                values["sources"][what] = cell
        else:
            material = Material(name=name, **values)
            if refusal := library.refusal(material):
                own.unusable[name] = f"{table.cell(row, fields['kind'])}: {refusal}"
                own.wrong_rows.append(kept[row])
            else:
                found[word] = material
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
