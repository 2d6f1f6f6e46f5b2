"""Designs as they are meant and as they are written: what kinds of presentation change.

`drawn` writes some designs plainly, `Book.write` makes the file, `results` knows what designs give.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.fuzz_files import FORMATS, WORKBOOKS, Sheet, Text, write_csv, write_parquet
from tests.support.random_designs import random_designs
from xlcalc import Material, Stack, evaluate
from xlcalc.errors import XlcalcError
from xlcalc.physics import quantities as q
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.runs.options import ReadOptions

#: What may come of a row: its right numbers; those, or those without what is announced as left
#: out; an error; or its right numbers or an error.
RIGHT, SAID, REFUSED, DOUBTFUL = "right", "right or said", "refused", "right or refused"

AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


class May(NamedTuple):
    """What may come of a kind.

    Attributes
    ----------
    what : str
        RIGHT, SAID, REFUSED or DOUBTFUL.
    says : str
        What a remark must have, where something is left out or left alone.
    rows : tuple of int, optional
        Designs it concerns; None for all, and for the file.
    fields : tuple of str
        What designs are without where it is left out; "materials" for the workbook's own.
    kind : str
        Name of the kind.
    """

    what: str = RIGHT
    says: str = ""
    rows: tuple[int, ...] | None = None
    fields: tuple[str, ...] = ()
    kind: str = ""


@dataclass
class Column:
    """A column of the table.

    Parameters
    ----------
    name : str
        Field; empty for a column of the user's own.
    header : str
        What stands above it.
    cells : list
        A cell for each design.
    free : bool
        Whether no kind has changed it.
    unit : str, optional
        What stands below or above it in a row of units.
    """

    name: str
    header: str
    cells: list[Any]
    free: bool = True
    unit: str | None = None

    @property
    def quantity(self) -> Quantity:
        """What its cells hold."""
        return DESIGN[self.name]

    @property
    def is_number(self) -> bool:
        """Whether its cells hold numbers of a field."""
        return self.name != "" and self.quantity.kind == "number"

    def changed(self, header: str, change: Callable[[float], Any]) -> None:
        """Write it with another header and its numbers in another way."""
        self.header = header or self.header
        self.cells = [None if cell is None else change(cell) for cell in self.cells]


@dataclass
class Book:
    """Designs as they are meant, and as they are written."""

    rng: random.Random
    form: str
    designs: list[dict[str, Any]]
    columns: list[Column]
    title: str = "Stacks"
    state: int = 0
    above: list[list[Any]] = field(default_factory=list)
    between: dict[int, list[Callable[[], list[Any]]]] = field(default_factory=dict)
    beside: list[list[Any]] = field(default_factory=list)
    units: bool = False
    units_above: bool = False
    trailing: list[Any] = field(default_factory=list)
    cut: dict[int, Callable[[list[Any]], list[Any]]] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, Column, int, Column]] = field(default_factory=list)
    before: list[Sheet] = field(default_factory=list)
    after: list[Sheet] = field(default_factory=list)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    common: list[str] = field(default_factory=list)
    own: list[Material] = field(default_factory=list)
    calculation: bool = False
    text: Text = field(default_factory=Text)
    read: ReadOptions = field(default_factory=ReadOptions)
    in_pieces: bool = False
    may: list[May] = field(default_factory=list)

    @property
    def meant(self) -> list[dict[str, Any]]:
        """All designs, those of another sheet last."""
        return [*self.designs, *self.elsewhere]

    @property
    def names(self) -> list[str]:
        """Names of the designs."""
        return [design["design"] for design in self.meant]

    def about(self, number: int) -> list[May]:
        """What may come of a design; most kinds change the first sheet alone."""
        if number < len(self.designs):
            return [may for may in self.may if may.rows is None or number in may.rows]
        return [may for may in self.may if "materials" in may.fields]

    @property
    def materials(self) -> Materials:
        """The materials as they are meant."""
        return Materials.library().with_own(self.own, {}) if self.own else Materials.library()

    def take(self, test: Callable[[Column], bool] = lambda column: True) -> Column | None:
        """A column that no kind has changed, of a field that some design gives."""
        found = [
            column
            for column in self.columns
            if column.free and column.name not in ("", "design")
            if any(cell is not None for cell in column.cells) and test(column)
        ]
        if not found:
            return None
        column = self.rng.choice(found)
        column.free = False
        return column

    def number(self, test: Callable[[Quantity], bool] = lambda quantity: True) -> Column | None:
        """A column of numbers that no kind has changed."""
        return self.take(lambda c: c.quantity.kind == "number" and test(c.quantity))

    def cell(self, column: Column) -> int:
        """A design with a value in a column."""
        return self.rng.choice([n for n, cell in enumerate(column.cells) if cell is not None])

    def with_value(self, name: str, value: Any) -> bool:
        """Mean a value of a field for all designs, if all stay possible."""
        designs = [{**design, name: value} for design in self.designs]
        if any(results(design, self.materials) is None for design in designs):
            return False
        self.designs = designs
        return True

    def rows(self) -> list[list[Any]]:
        """The rows of the sheet; hidden rows and merged cells get their place."""
        rows = [*self.above]
        header: list[Any] = [column.header for column in self.columns]
        header += [*self.trailing, *(self.beside[0] if self.beside else [])]
        units: list[Any] = [column.unit for column in self.columns]
        both = [units, header] if self.units_above else [header, units]
        rows += both if self.units else [header]
        places = []
        for n in range(len(self.designs) + 1):
            rows += [row() for row in self.between.get(n, [])]
            places.append(len(rows))
            if n < len(self.designs):
                row = [*(column.cells[n] for column in self.columns), *self.trailing]
                row += self.beside[n + 1] if n + 1 < len(self.beside) else []
                rows.append(self.cut[n](row) if n in self.cut else row)
        self._hidden = [places[n] + 1 for n in self.hidden]
        at = self.columns.index
        self._merged = [
            (places[a], at(left), places[b], at(right)) for a, left, b, right in self.merged
        ]
        return rows

    def write(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / f"in.{self.form.rpartition('.')[2]}"
        rows = self.rows()
        first = Sheet(self.title, rows, self.state, self._hidden, self._merged)
        if self.form == "parquet":
            for column in self.columns:
                if column.is_number and any(isinstance(cell, str) for cell in column.cells):
                    self.may.append(May(DOUBTFUL, rows=ambiguous(column), kind="as texts"))
        if self.form == "csv":
            self._doubt(rows)
            return write_csv(path, [first], self.text)
        if self.form == "parquet":
            return write_parquet(path, [first])
        sheets = [*self.before, first, *self.after]
        if self.form == "xlsb":
            # The writer's merged cells and hidden rows are those of its first sheet.
            sheets = [first, *self.before, *self.after]
        told: dict[str, Any] = {}
        if self.calculation:
            told = {
                "raw.xlsx": {"calculation": 'fullCalcOnLoad="1"'},
                "xlsb": {"calculation": 1},
                "xls": {"not_calculated": True},
            }[self.form]
        return WORKBOOKS[self.form](path, sheets, **told)

    def _doubt(self, rows: Sequence[Sequence[Any]]) -> None:
        """Allow errors of rows whose numbers may mean two, where no other shows the mark."""
        texts = [
            [
                self.text.number(cell) if type(cell) in (int, float) else str(cell or "")
                for c in self.columns
                if c.is_number
                for cell in [c.cells[n]]
            ]
            for n in range(len(self.designs))
        ]
        told = self.read.decimal_mark or any(
            self.text.decimal in text and not AMBIGUOUS.match(text) for row in texts for text in row
        )
        doubtful = [n for n, row in enumerate(texts) if any(map(AMBIGUOUS.match, row))]
        if doubtful and not told:
            self.may.append(May(DOUBTFUL, rows=tuple(doubtful), kind="two numbers"))


#: Results of a design; None where it is impossible.
Numbers = dict[str, float] | None


def ambiguous(column: Column) -> tuple[int, ...]:
    """Designs whose text may mean two numbers."""
    texts = (unicodedata.normalize("NFKC", str(cell or "")).strip(" +") for cell in column.cells)
    return tuple(n for n, text in enumerate(texts) if AMBIGUOUS.match(text))


def drawn(rng: random.Random) -> Book:
    """A few designs, written plainly."""
    sparse = rng.randrange(2)
    designs = [
        {**pooled(2 * rng.randrange(POOL // 2) + sparse), "design": f"d{n}"}
        for n in range(rng.choice([1, 2, 2, 3, 4, 6]))
    ]
    required = [name for name, quantity in DESIGN.items() if quantity.required]
    names = ["design", *required]
    names += [name for name in DESIGN if name not in names and any(name in d for d in designs)]
    if rng.random() < 0.2:
        rng.shuffle(names)
    columns = [
        Column(name, _header(rng, DESIGN[name]), [design.get(name) for design in designs])
        for name in names
    ]
    form = rng.choice([*FORMATS, "csv", "csv"])
    book = Book(rng, form, designs, columns)
    if form == "csv":
        book.text.delimiter = rng.choice([",", ",", ";", "\t", "|"])
        book.text.encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
        book.text.end = rng.choice(["\n", "\n", "\r\n"])
        book.text.says_separator = rng.random() < 0.05
    return book


#: Designs that files are made of: each half of them with few fields or with many.
POOL = 2000


@cache
def pooled(number: int) -> dict[str, Any]:
    """A design of the pool; those of even numbers leave out most that may be left out."""
    rng, library = random.Random(number), Materials.library()
    while True:
        (design,) = random_designs(1, seed=rng.randrange(2**32))
        # Numbers as people type them, and materials beyond a few.
        for name, value in design.items():
            if isinstance(value, float) and not name.endswith("_fraction"):
                design[name] = round(value, rng.choice([0, 1, 1, 2, 3, 4]))
        for name in rng.sample(sorted(q.KINDS), 2):
            if name in design and design[name] in library:
                design[name] = rng.choice([m for m in library if library[m].kind in q.KINDS[name]])
        for name in [name for name in design if not DESIGN[name].required]:
            if number % 2 == 0 and not name.endswith("_fraction") and rng.random() < 0.6:
                del design[name]
        if results(design, library) is not None:
            return design


_KNOWN: dict[tuple[Any, ...], Numbers] = {}


def results(design: dict[str, Any], materials: Materials) -> Numbers:
    """What a design gives alone; None where it is impossible."""
    key = (
        materials is Materials.library(),
        *sorted((n, v) for n, v in design.items() if n != "design"),
    )
    if not key[0]:
        return _worked_out(design, materials)
    if key not in _KNOWN:
        _KNOWN[key] = _worked_out(design, materials)
    return _KNOWN[key]


def _worked_out(design: dict[str, Any], materials: Materials) -> Numbers:
    try:
        return evaluate(Stack(**design, materials=materials)).values
    except XlcalcError:
        return None


def _header(rng: random.Random, quantity: Quantity) -> str:
    header = rng.choice([quantity.name, quantity.header, quantity.header, quantity.label])
    header = header.replace("[", "(").replace("]", ")") if rng.random() < 0.2 else header
    return rng.choice([header] * 5 + [header.upper(), f" {header} ", header.replace(" ", "  ")])
