"""The workbench: designs in, results, breakdown, charts and checks beside them."""

from __future__ import annotations

from xlcalc.physics.reference.paper_tables import stacks
from xlcalc.templates.designs import Designs, designs_of
from xlcalc.templates.pages.breakdown import add_breakdown
from xlcalc.templates.pages.charts import add_charts
from xlcalc.templates.pages.checks import add_checks, stack_checks
from xlcalc.templates.pages.readme import readme
from xlcalc.templates.pages.stacks import add_materials, add_references, add_stacks
from xlcalc.workbooks.template_book import TemplateBook

_PAGES = (
    ("Stacks", "Your designs: one a row, with results and a Check in words."),
    ("Materials", "Material values with sources, and room for your own."),
    ("Breakdown", "Mass and thickness of every layer of one design."),
    ("Charts", "All designs: energy density against specific energy; layers as bars."),
    ("Checks", "What must hold; the verdict stands on top of every sheet."),
    ("Fields, Lists", "What columns mean, their limits and defaults; constants."),
)


def build(designs: Designs | None = None) -> TemplateBook:
    """Make the workbook; without designs of one's own, with the paper's solid stacks."""
    first = 0
    if designs is None:
        # The silicon stack that the paper's Fig. 3 is about.
        first = 2
        solid = [row for row in stacks() if row["electrolyte"] in ("LPSC", "LLZO")]
        designs = designs_of(solid)
    book = TemplateBook("xlcalc stack workbench")
    readme(book, f"Stack workbench: {designs.source}".rstrip(": "), _PAGES)
    placed = add_stacks(book, designs)
    materials = add_materials(book, designs)
    closure = add_breakdown(book, str(designs.rows[first].get("design", "")))
    add_charts(book, designs, placed, "Energy density against specific energy, discharged stack")
    add_checks(book, materials, [*stack_checks(placed), closure])
    add_references(book, materials)
    return book
