"""Sheets: hidden, several, beside each other; materials of one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.fuzz_book import (
    POOL,
    SAID,
    Book,
    May,
    pooled,
    results,
)
from tests.support.fuzz_files import WORKBOOKS, Sheet
from tests.support.fuzz_kinds.declaration import (
    kind,
)
from tests.support.xlsb_book import Shown
from xlcalc import Material
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN


def _decoy(book: Book, fields: int) -> list[list[Any]]:
    names = [c.name for c in book.columns if c.is_number][:fields]
    header = ["Design", "Cathode", "Anode", "Electrolyte", *(DESIGN[n].header for n in names)]
    return [header, ["x0", "NMC811", "Si", "LPSC", *(None for _ in names)]]


def _place(book: Book, sheet: Sheet) -> None:
    (book.before if book.rng.random() < 0.5 else book.after).append(sheet)


@kind(*WORKBOOKS)
def hidden_sheet(book: Book) -> May | None:
    taken = any(s.title == "Stacks" for s in book.before + book.after)
    if book.title != "Stacks" or taken or book.state or book.read.sheet:
        return None
    title = book.rng.choice(["Input", "Old", "Stacks"])
    if title == "Stacks":
        book.title = "Cells"
    _place(book, Sheet(title, _decoy(book, 3), book.rng.choice([1, 2])))
    return May(says=f"{title!r} (hidden)")


@kind(*WORKBOOKS)
def other_sheet(book: Book) -> May | None:
    if book.title != "Stacks" or book.read.sheet or book.state:
        return None
    _place(book, Sheet("2025", _decoy(book, 2)))
    return May(says="'2025'")


@kind(*WORKBOOKS)
def several_sheets(book: Book) -> May | None:
    """Designs on another sheet, both asked for."""
    if any(len(sheet.rows) > 1 for sheet in book.before + book.after) or book.state:
        return None
    more = {**pooled(2 * book.rng.randrange(POOL // 2)), "design": f"d{len(book.designs)}"}
    names = [name for name in DESIGN if name in more]
    rows = [[DESIGN[name].header for name in names], [more[name] for name in names]]
    book.elsewhere.append(more)
    book.after.append(Sheet("2027", rows))
    book.read = replace(book.read, sheet=book.rng.choice(["*", (book.title, "2027")]))
    return May()


@kind()
def in_pieces(book: Book) -> May | None:
    """A file that is read as large ones are."""
    book.in_pieces = True
    book.read = replace(book.read, rows_per_chunk=book.rng.choice([1, 2, 3]))
    return May()


@kind(*WORKBOOKS)
def sheets_without_designs(book: Book) -> May | None:
    rows: list[list[Any]] = book.rng.choice(
        [[], [["Notes"], ["see 2026", 12.0]], _decoy(book, 0)[:1]]
    )
    book.before.insert(0, Sheet("First", rows))
    return May()


@kind(*WORKBOOKS)
def read_though_hidden(book: Book) -> May | None:
    sheets = book.before + book.after
    if book.read.sheet or any(s.title == "Stacks" or len(s.rows) > 1 for s in sheets):
        return None
    book.state = 1
    book.after.append(Sheet("Notes", [["see Stacks"]]))
    return May(says="is a hidden sheet and is read")


@kind(*WORKBOOKS)
def table_beside(book: Book) -> May | None:
    if book.trailing or book.cut or book.units:
        return None
    book.trailing = [None]
    book.beside = [["Cathode", "Anode", "Separator thickness [mm]"], ["NCA", "Li", 99.0]]
    return May(says="another table begins here")


@kind(*WORKBOOKS)
def own_material(book: Book) -> May | None:
    column = next(c for c in book.columns if c.name == "cathode")
    if not column.free:
        return None
    column.free = False
    name = book.rng.choice(["NMC811", "MyCAM"])
    own = Material(
        name=name,
        kind="cathode",
        density_g_cm3=4.32,
        specific_capacity_mah_g=177.0,
        potential_v=3.91,
    )
    materials = Materials.library().with_own([own], {})
    designs = [{**design, "cathode": name} for design in book.designs]
    if any(results(design, materials) is None for design in designs):
        return None
    book.designs, book.own = designs, [own]
    column.cells = [name] * len(designs)
    density, capacity = (
        book.rng.choice(
            [
                ("Density [g/cm³]", 4.32),
                ("Density (kg/m3)", 4320.0),
                ("density_g_cm3", "4.32 g/cc"),
            ]
        ),
        book.rng.choice(
            [
                ("Specific capacity [mAh/g]", 177.0),
                ("Specific capacity", Shown(0.177, '0.000" Ah/g"')),
            ]
        ),
    )
    header, cells = zip(density, capacity, ("Potential [mV]", 3910.0), strict=True)
    rows = [["Material", "Kind", *header], [name, "cathode", *cells]]
    if book.rng.random() < 0.2:
        rows.insert(1, ["Other", "cathode", 5.0, "n/a", None])
    title = book.rng.choice(["Materials", "materials", "MATERIALS", "Materials ", "Materials (2)"])
    state = book.rng.choice([0, 0, 1])
    _place(book, Sheet(title, rows, state))
    if "(2)" in title:
        return May(SAID, says=title, fields=("materials",))
    return May(says="is a hidden sheet and is read" if state else "")
