"""The paper's twenty stacks: SI Table 4 as printed beside live formulas, and Fig. 1A."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from xlcalc.physics.quantities import ENERGIES, LIQUID, RESULTS
from xlcalc.physics.reference.paper_tables import WHY_LIQUID_DIFFERS, printed_results, stacks
from xlcalc.templates.designs import Designs, designs_of
from xlcalc.templates.pages.breakdown import add_breakdown
from xlcalc.templates.pages.charts import add_charts
from xlcalc.templates.pages.checks import Check, add_checks, stack_checks
from xlcalc.templates.pages.formula_page import TOP, add_title
from xlcalc.templates.pages.readme import readme
from xlcalc.templates.pages.stacks import add_materials, add_references, add_stacks
from xlcalc.templates.sheets.stacks import STACKS_TABLE
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Formula, Highlight, TemplateBook

TITLE = "Compare"

_PAGES = (
    (TITLE, "SI Table 4 beside live numbers: printed, ours, difference, and whether they agree."),
    ("Stacks", "Inputs and results of the twenty stacks, the liquid ones in both conventions."),
    ("Materials", "SI Table 3 and Table 1 of the paper, with what they lack."),
    ("Charts", "Fig. 1A as a native chart, and the layers of each stack."),
    ("Breakdown", "Mass and thickness of every layer of one stack."),
    ("Checks", "What must hold, agreement with the printed numbers included."),
    ("Fields, Lists", "What columns mean, their limits and defaults; constants."),
)
_ABOUT = (
    (
        "Solid stacks",
        "all 28 printed numbers come back to the digit from the inputs as the paper states them.",
    ),
    (
        "Liquid stacks",
        f"from the inputs as the paper states them, graphite gives 276.1 Wh/kg and 779.5 Wh/L, "
        f"not 274 and 756. {WHY_LIQUID_DIFFERS} With both, all 12 numbers come back. Both versions "
        "stand in Stacks, as plain inputs.",
    ),
)

#: What follows the name of a liquid stack with the inputs that the paper states.
_STATED = ", inputs as stated"


def build(designs: Designs | None = None) -> TemplateBook:
    """Make the workbook; it takes no designs of one's own."""
    printed, stated = stacks("as printed"), stacks()
    liquid = [row for row in stated if row["electrolyte"] == LIQUID]
    again = [{**row, "design": f"{row['design']}{_STATED}"} for row in liquid]
    designs = designs_of([*printed, *again])
    book = TemplateBook("xlcalc: the paper's twenty stacks")
    readme(book, "The paper's twenty stacks", _PAGES, _ABOUT)
    checks = _add_comparison(book, [row["design"] for row in again])
    placed = add_stacks(book, designs)
    materials = add_materials(book, designs)
    # The figure shows the printed twenty; the stated inputs of the liquid ones stand below them.
    figure = designs_of(printed)
    title = "Lewis et al. 2022, Fig. 1A, recalculated"
    add_charts(book, figure, replace(placed, count=len(printed)), title, growing=False)
    closure = add_breakdown(book, printed[2]["design"])
    add_checks(book, materials, [*stack_checks(placed), closure, *checks])
    add_references(book, materials)
    return book


def _add_comparison(book: TemplateBook, again: list[str]) -> list[Check]:
    page = book.page(TITLE, one_wide=True)
    add_title(page, "SI Table 4 and live numbers", "Printed numbers are typed; ours are live.")
    headers = ["Stack", "Inputs"]
    for name in ENERGIES:
        label, unit = RESULTS[name].label, RESULTS[name].unit
        headers += [
            f"{label}, printed [{unit}]",
            f"{label}, live [{unit}]",
            f"{label}, difference [{unit}]",
            f"{label}, to the digit",
        ]
    page.put_row(TOP, 1, headers, style.HEADER_RESULT)
    page.heights[TOP] = 48
    rows = printed_results()
    lines = [(row, row.design, "as printed" if row.liquid else "as stated") for row in rows]
    liquid = [row for row in rows if row.liquid]
    lines += [(row, name, "as stated") for row, name in zip(liquid, again, strict=True)]
    for at, (row, design, version) in enumerate(lines, start=TOP + 1):
        page.put(at, 1, design, style.TEXT)
        page.put(at, 2, version, style.TEXT)
        column = 3
        for name in ENERGIES:
            live = (
                f"INDEX({STACKS_TABLE.whole(name)},MATCH($A{at},{STACKS_TABLE.whole('design')},0))"
            )
            letter, ours = "CDEFGHIJ"[column - 3], "CDEFGHIJ"[column - 2]
            page.put(at, column, getattr(row, name), style.decimals(0))
            page.put(at, column + 1, Formula(f"={live}"), style.decimals(1))
            page.put(at, column + 2, Formula(f"={ours}{at}-{letter}{at}"), style.decimals(1))
            same = f'IF(ROUND({ours}{at},0)={letter}{at},"agrees","differs")'
            page.put(at, column + 3, Formula(f"={same}"), style.CHECK)
            column += 4
    last = TOP + len(lines)
    page.add_table(TableRange(TITLE, TITLE, TOP, 1, headers, len(lines)))
    page.widths = {1: 44.0, 2: 12.0, **dict.fromkeys(range(3, 11), 14.0)}
    page.freeze = f"B{TOP + 1}"
    page.header_rows = TOP
    page.put(last + 2, 1, "Why liquid stacks differ", style.BAND)
    said = [line for name, words in _ABOUT for line in wrap(f"{name}: {words}", 150)]
    for below, line in enumerate(said, start=last + 3):
        page.put(below, 1, line, style.HINT)
    for cells in (f"F{TOP + 1}:F{last}", f"J{TOP + 1}:J{last}"):
        first = cells.split(":")[0]
        page.highlights.append(Highlight(area=cells, formula=f'{first}="differs"', style="wrong"))
    upto = TOP + len(rows)
    return [
        (
            f"{RESULTS[name].label} of the twenty stacks agrees with SI Table 4",
            f'SUMPRODUCT(--({TITLE}!${letter}${TOP + 1}:${letter}${upto}<>"agrees"))',
        )
        for name, letter in zip(ENERGIES, "FJ", strict=True)
    ]
