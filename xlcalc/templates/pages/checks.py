"""The page of checks, and the one cell that says whether all are passed."""

from __future__ import annotations

from collections.abc import Sequence

from xlcalc.physics.model.closures import CLOSURES
from xlcalc.physics.quantities import DESIGN
from xlcalc.templates.formula_table import CalcTable
from xlcalc.templates.pages.formula_page import MASTER
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import STACKS_TABLE
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.formula_text import quoted
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Content, Formula, Highlight, TemplateBook, area, on

TITLE = "Checks"

#: Rows below a table in which something typed is noticed, and by which it may grow.
_BELOW = 5_000

#: What a check is about, and the formula for how often it is broken.
Check = tuple[str, str]


def wrong_rows(table: CalcTable) -> str:
    """Formula for the number of rows with something in them whose check is not ok."""
    filled, check = table.whole("filled"), table.whole("check")
    return f'SUMPRODUCT(--({filled}>0))-COUNTIF({check},"ok")'


def rows_below(placed: TableRange, table: CalcTable, first: str, last: str) -> str:
    """Formula for the cells typed below a table, which no formula sees."""
    left, right = (placed.column(table[name].header) for name in (first, last))
    cells = on(placed.page, area(placed.first, left, placed.last + _BELOW, right))
    return f"MAX(0,COUNTA({cells})-COUNTA({table.whole(first, last)}))"


def closure_checks() -> list[Check]:
    """What must hold of all designs that calculate."""
    return [(c.statement, f"SUM({STACKS_TABLE.whole(c.name)})") for c in CLOSURES]


def stack_checks(placed: TableRange) -> list[Check]:
    """Checks of a workbook into which designs are typed."""
    first, last = "design", list(DESIGN)[-1]
    return [
        ("Designs are ok (see Check in Stacks)", wrong_rows(STACKS_TABLE)),
        (
            "No design stands below the table of Stacks, where nothing is calculated",
            rows_below(placed, STACKS_TABLE, first, last),
        ),
        *closure_checks(),
    ]


def add_checks(
    book: TemplateBook,
    materials: TableRange,
    further: Sequence[Check] = (),
    passed: str = "All checks passed",
) -> None:
    """Add the page of checks; `passed` is what stands on every sheet while none is broken."""
    checks: list[Check] = [
        ("Materials are ok (see Check in Materials)", wrong_rows(MATERIALS_TABLE)),
        (
            "No material stands below the table of Materials, where nothing is calculated",
            rows_below(materials, MATERIALS_TABLE, "material", "remark"),
        ),
        *further,
    ]
    page = book.page(TITLE, portrait=True)
    page.put(1, 1, TITLE, style.TITLE)
    page.put(2, 1, Formula(f"={MASTER}"), style.BAND)
    page.put_row(4, 1, ["Check", "Broken", "Verdict"], style.HEADER_RESULT)
    for row, (words, formula) in enumerate(checks, start=5):
        page.put(row, 1, words, style.TEXT)
        page.put(row, 2, Formula(f"={formula}"), style.decimals(0))
        verdict: Content = Formula(f'=IF(ISNUMBER(B{row}),IF(B{row}=0,"passed","broken"),"broken")')
        page.put(row, 3, verdict, style.CHECK)
    last = 4 + len(checks)
    page.put(last + 2, 1, "All checks", style.BAND)
    broken = f'SUMPRODUCT(--(C5:C{last}<>"passed"))'
    page.put(last + 2, 2, Formula(f"={broken}"), style.decimals(0))
    words = f'IF(B{last + 2}=0,{quoted(passed)},"Checks broken: "&B{last + 2}&" (see Checks)")'
    page.put(last + 2, 3, Formula(f"={words}"), style.CHECK)
    book.names[MASTER] = on(TITLE, f"C{last + 2}")
    page.widths = {1: 64, 2: 10, 3: 34}
    for look, test in (("wrong", "<>"), ("good", "=")):
        page.highlights.append(
            Highlight(area=f"C5:C{last}", formula=f'C5{test}"passed"', style=look)
        )
    for other in book.pages:
        for look, test in (("wrong", "<>"), ("good", "=")):
            formula = f"$A$2{test}{quoted(passed)}"
            other.highlights.append(Highlight(area="A2", formula=formula, style=look))
