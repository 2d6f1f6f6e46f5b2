"""Headers: other names, shares, marks; columns beside those of designs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.support.fuzz_book import (
    DOUBTFUL,
    REFUSED,
    SAID,
    Book,
    Column,
    May,
    results,
)
from tests.support.fuzz_files import WORKBOOKS
from tests.support.fuzz_kinds.declaration import (
    kind,
)
from xlcalc.physics.quantities import DESIGN, REMARKS, RESULTS

#: Other headers that people write for a field.
_OTHER_NAMES = {
    "cathode": ("CAM", "Cathode material", "Positive electrode"),
    "anode": ("Anode active material",),
    "electrolyte": ("SE", "Solid electrolyte"),
    "np_ratio": ("N/P", "N:P", "N/P ratio (-)", "N/P [ratio]", "NPR"),
    "cathode_areal_capacity_mah_cm2": ("Loading [mAh/cm²]", "Areal capacity"),
    "separator_thickness_um": ("SE [um]", "Sep [µm]", "Separator (um)", "Electrolyte thickness"),
    "cell_voltage_v": ("Nominal voltage", "Average discharge voltage (V)", "Voltage [V]"),
    "lithium_excess": ("Li excess", "Excess Li"),
    "positive_foil": ("Cathode current collector",),
    "negative_foil_thickness_um": ("Anode current collector thickness [µm]",),
    "cathode_porosity": ("Porosity (cathode)", "Cathode pore fraction", "Cathode porosity (-)"),
    "cathode_binder_fraction": ("Binder fraction in the cathode", "Binder fraction (cathode)"),
}


@kind()
def other_names(book: Book) -> May | None:
    column = book.take(lambda column: column.name in _OTHER_NAMES)
    if column is None:
        return None
    column.header = book.rng.choice(_OTHER_NAMES[column.name])
    return May()


@kind()
def metal_in_header(book: Book) -> May | None:
    """A foil's thickness by its metal, which holds where the foil is of that metal."""
    column = book.take(lambda column: column.name in ("positive_foil_thickness_um",))
    if column is None:
        return None
    column.header = book.rng.choice(["Al foil thickness [µm]", "Aluminium thickness (um)"])
    return May(DOUBTFUL, rows=tuple(range(len(book.designs))))


@kind()
def share_in_header(book: Book) -> May | None:
    """Fractions of weight or volume as their header says."""
    column = book.number(lambda quantity: quantity.name.endswith("_fraction"))
    if column is None or None in column.cells:
        return None
    name = f"{column.name.partition('_')[0]}_fraction_basis"
    basis, units = book.rng.choice(
        [("weight", ["wt%", "wt.%", "mass %"]), ("volume", ["vol%", "vol.%", "v%"])]
    )
    others = [other for other in book.columns if other.name == name]
    if not all(other.free for other in others) or not book.with_value(name, basis):
        return None
    for other in others:
        book.columns.remove(other)
    book.common.append(name)
    header = book.rng.choice(["{} [{}]", "{} ({})"])
    column.changed(
        header.format(column.quantity.label, book.rng.choice(units)),
        lambda value: float(Decimal(repr(value)) * 100),
    )
    return May()


@kind()
def mark_in_header(book: Book) -> May | None:
    column = book.take()
    if column is None:
        return None
    column.header = f"{column.quantity.header}{book.rng.choice(['*', '¹', '²', ' †', '^a'])}"
    return May()


@kind()
def names_otherwise(book: Book) -> May | None:
    column = book.take(lambda column: column.quantity.kind in ("material", "choice"))
    if column is None:
        return None
    changes: list[Callable[[str], str]] = [str.lower, str.upper, lambda text: f" {text} "]
    change = book.rng.choice(changes)
    column.cells = [None if cell is None else change(cell) for cell in column.cells]
    return May()


@kind()
def misspelt_header(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    label = column.quantity.label
    at = book.rng.randrange(2, len(label) - 1)
    header = label[:at] + label[at + 1] + label[at] + label[at + 2 :]
    if header.replace(" ", "") == label.replace(" ", "") or not header[at : at + 2].isalpha():
        return None
    column.header = header
    return May(SAID, says=repr(header), fields=(column.name,))


@kind("csv", *WORKBOOKS)
def field_twice(book: Book) -> May | None:
    column = book.number()
    if column is None:
        return None
    again = Column(column.name, column.quantity.label, [*column.cells], free=False)
    book.columns.append(again)
    return May(REFUSED)


@kind()
def own_columns(book: Book) -> May | None:
    if book.merged or book.cut:
        return None
    own = ["Supplier", "Cycle life", "Temperature [°C]", "Electrode area [cm²]", "Lot"]
    header = book.rng.choice([name for name in own if name not in [c.header for c in book.columns]])
    cells = [book.rng.choice([None, 500.0, "x", "25 µm", "Si"]) for _ in book.designs]
    book.columns.insert(book.rng.randrange(len(book.columns) + 1), Column("", header, cells))
    return May(says=header)


@kind()
def earlier_results(book: Book) -> May | None:
    for name in book.rng.sample(sorted(RESULTS), 3):
        if name not in DESIGN:
            header = book.rng.choice([name, RESULTS[name].header])
            cells: list[Any] = [book.rng.choice([None, 123.456]) for _ in book.designs]
            book.columns.append(Column("", header, cells, free=False))
    book.columns.append(Column("", REMARKS["status"].label, ["ok"] * len(book.designs)))
    return May()


@kind()
def earlier_voltage(book: Book) -> May | None:
    """Voltages that an earlier run derived are derived again, and named if they were changed."""
    if any("cell_voltage_v" in design for design in book.designs):
        return None
    change = book.rng.choice([1.0, 1.1])
    found = [results(design, book.materials) or {} for design in book.designs]
    cells = [change * numbers["cell_voltage_v"] for numbers in found]
    book.common.append("cell_voltage_v")
    book.columns += [
        Column("cell_voltage_v", "Cell voltage [V]", [*cells], free=False),
        Column("", REMARKS["voltage_source"].label, ["derived"] * len(cells), free=False),
        Column("", "Stack thickness [µm]", [111.1] * len(cells), free=False),
    ]
    return May(says="another number there is not used" if change > 1 else "")
