"""The page of checks, and the one cell that says whether all are passed."""

from __future__ import annotations

from collections.abc import Sequence

from . import style
from .book import Book, Content, Formula, Highlight, on
from .calc_pages import MASTER
from .materials_table import MATERIALS_TABLE
from .stacks_table import STACKS_TABLE

TITLE = "Checks"

#: What a check is about, and the formula for how often it is broken.
Check = tuple[str, str]

_CLOSURES = (
    ("mass_closure", "Masses of all parts add up to the stack's loading"),
    ("thickness_closure", "Volumes of all parts and pores add up to the stack's thickness"),
    ("density_closure", "(Wh/L) over (Wh/kg) is the stack's density"),
    ("cathode_closure", "Volume fractions and pores of each cathode add up to 1"),
    ("anode_closure", "Volume fractions and pores of each anode add up to 1"),
)


def wrong_rows(check: str) -> str:
    """Formula for the number of rows whose check is neither ok nor empty."""
    return f'SUMPRODUCT(({check}<>"ok")*({check}<>""))'


def stack_checks() -> list[Check]:
    """Checks of a workbook with designs that calculate."""
    wrong = wrong_rows(STACKS_TABLE.whole("check"))
    return [
        ("Designs are ok (see Check in Stacks)", wrong),
        *((words, f"SUM({STACKS_TABLE.whole(name)})") for name, words in _CLOSURES),
    ]


def add_checks(book: Book, further: Sequence[Check] = ()) -> None:
    """Add the page of checks."""
    wrong = wrong_rows(MATERIALS_TABLE.whole("check"))
    checks: list[Check] = [("Materials are ok (see Check in Materials)", wrong), *further]
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
    words = f'IF(B{last + 2}=0,"All checks passed",B{last + 2}&" checks broken: see Checks")'
    page.put(last + 2, 3, Formula(f"={words}"), style.CHECK)
    book.names[MASTER] = on(TITLE, f"C{last + 2}")
    page.widths = {1: 64, 2: 10, 3: 34}
    for look, test in (("wrong", "<>"), ("good", "=")):
        page.highlights.append(
            Highlight(area=f"C5:C{last}", formula=f'C5{test}"passed"', look=look)
        )
    for other in book.pages:
        first = f"LEFT({MASTER},3)"
        for look, test in (("wrong", "<>"), ("good", "=")):
            other.highlights.append(
                Highlight(area="A2", formula=f'AND($A$2<>"",{first}{test}"All")', look=look)
            )
