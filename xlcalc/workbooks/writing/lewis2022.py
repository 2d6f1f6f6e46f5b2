"""The workbook of the paper's twenty stacks as plain inputs, without formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from xlcalc.physics.data import CITATION
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN, ENERGIES, RESULTS
from xlcalc.physics.reference.paper_tables import WHY_LIQUID_DIFFERS, Version, stacks
from xlcalc.physics.reference.verify import Comparison, compare
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.sheets import MATERIALS, STACKS
from xlcalc.workbooks.writing.columns import ResultColumn, materials_columns, quantity_column
from xlcalc.workbooks.writing.pages import ResultBook, add_table, add_words

AS_PRINTED = "Stacks as printed"
COMPARED = "Printed and ours"
_VERSIONS: dict[str, Version] = {STACKS.title: "equations", AS_PRINTED: "as printed"}

_README = (
    ("What", f"The twenty stacks of {CITATION}: their inputs, and what comes out."),
    (STACKS.title, "Inputs as the paper states them (SI Tables 1-4). xlcalc batch reads this."),
    (
        AS_PRINTED,
        f"The same stacks with the liquid rows as SI Table 4 has them. {WHY_LIQUID_DIFFERS}",
    ),
    (COMPARED, "SI Table 4 beside our numbers, row by row, with the differences."),
    (
        MATERIALS.title,
        "Every material value with its source. Change one, or add a row of your own.",
    ),
    ("State", "Discharged stack: foils counted whole, no housing."),
)


def build(file: BinaryIO) -> None:
    """Write the workbook, the same bytes every time."""
    book = ResultBook()
    add_words(book, "Read me", _README)
    for title, version in _VERSIONS.items():
        rows = stacks(version)
        used = [quantity for name, quantity in DESIGN.items() if any(name in row for row in rows)]
        columns = [quantity_column(q, [row.get(q.name) for row in rows], given=True) for q in used]
        add_table(book, title, columns)
    add_table(book, COMPARED, _comparison(compare()))
    add_table(book, MATERIALS.title, _materials())
    book.save(file)


def _materials() -> list[ResultColumn]:
    library = Materials.library()
    return materials_columns(list(library.values()), given=True)


def _comparison(rows: Sequence[Comparison]) -> list[ResultColumn]:
    columns = [ResultColumn("Stack", [row.design for row in rows])]
    for position, unit in enumerate(("Wh/kg", "Wh/L")):
        energies = [row.energies[position] for row in rows]
        for digits, header, values in (
            (0, "Printed", [e.printed for e in energies]),
            (1, "From the equations", [e.equations for e in energies]),
            (1, "Difference", [e.equations - e.printed for e in energies]),
            (1, "As printed, recalculated", [e.as_printed for e in energies]),
            (1, "Difference, as printed", [e.as_printed - e.printed for e in energies]),
        ):
            name = RESULTS[ENERGIES[position]].label
            number = style.decimals(digits)
            columns.append(ResultColumn(f"{header} [{unit}]", values, number, group=name))
    return [*columns, ResultColumn("Reason", [row.reason for row in rows], group="Why")]
