"""Workbooks that calculate by themselves: sheets of formulas, pages, charts, and their registry.

`alloys`, `batch`, `compare`, `stack` and `sweep` are the templates, a module each. They are made in
memory, worked out and saved; openpyxl is imported here alone. Files of others are read in
`workbooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from xlcalc.templates.designs import Designs
from xlcalc.workbooks.template_book import TemplateBook


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Parameters
    ----------
    name : str
        Its name; the module of that name makes it.
    purpose : str
        What it is for, in a sentence.
    takes_designs : bool
        Whether designs can be poured into it.
    calculates : bool
        Whether it holds formulas of the designs.
    """

    name: str
    purpose: str
    takes_designs: bool = False
    calculates: bool = True

    def build(self, designs: Designs | None = None) -> TemplateBook:
        """Make the workbook.

        Parameters
        ----------
        designs : Designs, optional
            What to fill it with, if it takes designs; else an example.
        """
        make: Callable[[Designs | None], TemplateBook] = import_module(
            f".{self.name}", __name__
        ).build
        return make(designs)


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            Template(
                "stack",
                "The workbench: your designs with live results, breakdown, charts and checks.",
                takes_designs=True,
            ),
            Template(
                "compare",
                "The paper's twenty stacks: printed numbers beside live ones, and Fig. 1A.",
            ),
            Template(
                "sweep",
                "Two inputs of any design varied together: Fig. 3 as heat maps and iso-lines.",
            ),
            Template(
                "alloys",
                "Seven alloy anodes: capacities, swelling, charged against discharged energies.",
            ),
            Template(
                "batch",
                "A plain sheet of designs for xlcalc batch: headers, units, limits, notes.",
                takes_designs=True,
                calculates=False,
            ),
        )
    }
)
