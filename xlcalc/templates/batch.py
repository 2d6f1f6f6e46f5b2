"""The plain sheet of designs for large batches: what is typed, and nothing that calculates."""

from __future__ import annotations

from xlcalc.physics.quantities import DESIGN
from xlcalc.templates.designs import Designs, designs_of
from xlcalc.templates.pages.checks import add_checks
from xlcalc.templates.pages.readme import HOW_TO_FILL, readme
from xlcalc.templates.pages.stacks import add_inputs, add_materials, add_references
from xlcalc.workbooks.template_book import TemplateBook

_EXAMPLES = (
    {
        "design": "silicon, thin separator",
        "cathode": "NMC811",
        "anode": "Si",
        "electrolyte": "LPSC",
        "cathode_areal_capacity_mah_cm2": DESIGN["cathode_areal_capacity_mah_cm2"].default,
        "separator_thickness_um": 15.0,
    },
    {
        "design": "anode-free, thick cathode",
        "cathode": "NMC811",
        "anode": "anode-free",
        "electrolyte": "LPSC",
        "cathode_areal_capacity_mah_cm2": 5.0,
    },
)
_PAGES = (
    ("Stacks", "Your designs: one a row. Two examples show how; overwrite them."),
    ("Materials", "Material values with sources, and room for your own."),
    ("Checks", "Whether the materials can be used."),
    ("Fields, Lists", "What columns mean, their limits and defaults; constants."),
)
_ABOUT = (
    ("For", "Many designs: this sheet holds inputs alone, and stays small and quick."),
    ("Then", "xlcalc batch FILE --output results.xlsx (or .csv, .parquet)."),
)


def build(designs: Designs | None = None) -> TemplateBook:
    """Make the workbook; without designs of one's own, with two examples."""
    designs = designs or designs_of(_EXAMPLES)
    book = TemplateBook("xlcalc batch input")
    readme(book, "Designs for xlcalc batch", _PAGES, _ABOUT, how=HOW_TO_FILL)
    add_inputs(book, designs)
    materials = add_materials(book, designs)
    add_checks(book, materials, passed="Materials are ok; xlcalc batch checks the designs")
    add_references(book, materials)
    return book
