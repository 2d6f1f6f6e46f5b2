"""The page one reads first: what the workbook computes, how to use it, what its looks mean."""

from __future__ import annotations

from collections.abc import Sequence

from xlcalc._version import __version__
from xlcalc.physics.data import CITATION
from xlcalc.templates.pages.formula_page import MASTER
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.template_book import Content, Formula, TemplateBook

_WHAT = (
    ("Computes", "Specific energy (Wh/kg) and energy density (Wh/L) of lithium cell stacks."),
    (
        "Level",
        "The stack: foils, electrodes and separator. No tabs, no housing, no electrolyte outside.",
    ),
    (
        "State",
        "Discharged, as in the paper; what says charged is of the charged stack. Foils are counted "
        "as the column Foil sharing says (single: both whole).",
    ),
    (
        "Voltage",
        "Given, or derived from the electrodes' potentials; the column Voltage source says which.",
    ),
    (
        "Physics",
        f"Eq. 1-8 of the Supplemental Information of {CITATION}. Beyond it: charged state, weight "
        "fractions, pores, foil sharing.",
    ),
    ("Sources", "Every material value has its source in the sheet Materials."),
)
_HOW = (
    (
        "1",
        "Type or paste designs into Stacks, over the examples or below the last row. LibreOffice "
        "takes nothing in below a table: insert rows above its last one, and copy a row down.",
    ),
    ("2", "Read Check: ok, or what is wrong with the row. A wrong row has #N/A, never a number."),
    ("3", "Read the results beside it; Notes say what to know about them."),
    (
        "In a row",
        "Blank cells take the default of the sheet Fields. Fractions are 0 to 1, not percent.",
    ),
    (
        "Formulas",
        "Locked against slips, without a password (Review, Unprotect sheet). Stacks and Materials "
        "stay unlocked, for Excel adds no row to a locked table; formula cells refuse typing.",
    ),
    (
        "Without Excel",
        "xlcalc batch FILE --output OUT gives the same numbers, for one design or a million.",
    ),
)
#: For a workbook of inputs alone.
HOW_TO_FILL = (
    _HOW[0],
    ("2", "Cells refuse what is impossible; xlcalc batch names whatever was pasted nevertheless."),
    _HOW[3],
)
_LOOKS: Sequence[tuple[str, Content, str]] = (
    ("Input", "typed by you: pale yellow ground, blue letters, boxed", style.INPUT_TEXT),
    ("Result", "worked out: white ground, black letters", style.TEXT),
    (
        "Working",
        "on the way: grey slanted letters, folded away (open the + above)",
        style.WORKING,
    ),
    ("Input header", "column to type into", style.HEADER_INPUT),
    ("Result header", "column to read", style.HEADER_RESULT),
    ("Working header", "column of workings, slanted", style.HEADER_WORKING),
    ("Wrong", "says in words what is wrong", style.ERROR),
)


def readme(
    book: TemplateBook,
    title: str,
    pages: Sequence[tuple[str, str]],
    further: Sequence[tuple[str, str]] = (),
    *,
    how: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Add the first page of a workbook; `how` says how it is used, if not as the workbench."""
    page = book.page("Read me", portrait=True)
    page.widths = {1: 20, 2: 96}
    page.printed_columns = 2
    page.put(1, 1, title, style.TITLE)
    page.put(2, 1, Formula(f"={MASTER}"), style.BAND)
    row = 3
    for heading, lines in (
        ("What it is", _WHAT),
        *((("About this workbook", further),) if further else ()),
        ("How to use it", how or _HOW),
        ("Sheets", pages),
    ):
        row += 1
        page.put(row, 1, heading, style.HEADER_RESULT)
        page.put(row, 2, None, style.HEADER_RESULT)
        for name, words in lines:
            row += 1
            page.put(row, 1, name, style.BAND)
            page.put(row, 2, words, style.PROSE)
            page.heights[row] = 13.5 * (1 + len(words) // 100)
        row += 1
    page.put(row + 1, 1, "What cells look like", style.HEADER_RESULT)
    page.put(row + 1, 2, None, style.HEADER_RESULT)
    row += 1
    for name, words, look in _LOOKS:
        row += 1
        page.put(row, 1, name, style.BAND)
        page.put(row, 2, words, look)
    page.put(row + 2, 1, "Made by", style.BAND)
    page.put(row + 2, 2, f"xlcalc {__version__}", style.PROSE)
