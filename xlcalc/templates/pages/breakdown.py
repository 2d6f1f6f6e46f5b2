"""The page that takes one design apart: mass and thickness of every layer and part."""

from __future__ import annotations

from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.stack import layer_loading, layer_thickness
from xlcalc.physics.quantities import LAYERS, MASS_PER_AREA, VOLUME_PER_AREA, layer_title
from xlcalc.tables.addresses import letters
from xlcalc.templates.native_charts import bars
from xlcalc.templates.pages.formula_page import add_title
from xlcalc.templates.sheets.stacks import STACKS_TABLE
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.points import AnchoredChart
from xlcalc.workbooks.formula_text import literal
from xlcalc.workbooks.model_formulas import FormulaWriter
from xlcalc.workbooks.template_book import (
    Content,
    Formula,
    TemplateBook,
    TemplatePage,
    Validation,
    on,
)

TITLE = "Breakdown"

_TOP = 7
_HEADERS = (
    "Layer",
    "Part",
    "Volume fraction",
    "Density [g/cm³]",
    f"{VOLUME_PER_AREA} [µm]",
    f"{MASS_PER_AREA} [mg/cm²]",
    "Share of thickness",
    "Share of mass",
)


def _of(name: str) -> str:
    return f"INDEX({STACKS_TABLE.whole(name)},chosen_row)"


def add_breakdown(book: TemplateBook, first: str) -> tuple[str, str]:
    """Add the page; gives a check that its sums are those of the stack."""
    page = book.page(TITLE, portrait=True, one_tall=True)
    add_title(page, TITLE, "Choose a design in the pale yellow cell.")
    page.put(4, 1, "Design", style.BAND)
    page.put(4, 2, first, style.INPUT_TEXT)
    book.names["chosen_design"] = on(TITLE, "B4")
    page.validations.append(
        Validation(
            area="B4",
            kind="list",
            formulas=["design_list"],
            title="Design",
            prompt="A design of the sheet Stacks.",
            error="The name of a design of the sheet Stacks is expected.",
            blank=False,
        )
    )
    design = STACKS_TABLE.whole("design")
    page.put(5, 1, "Row, check", style.BAND)
    page.put(
        5,
        2,
        Formula(
            f"=MATCH(IF(ISNUMBER(chosen_design),chosen_design,{literal('chosen_design')}),{design},0)"
        ),
        style.decimals(0),
    )
    book.names["chosen_row"] = on(TITLE, "B5")
    several = f"COUNTIF({design},{literal('chosen_design')})>1"
    twice = f'IF({several},"; the first of several of this name","")'
    known = f'IF(ISNUMBER(chosen_row),{_of("check")}&{twice},"no design of this name")'
    page.put(5, 3, Formula(f"={known}"), style.CHECK)
    page.put_row(_TOP, 1, list(_HEADERS), style.HEADER_RESULT)
    page.heights[_TOP] = 48
    page.widths = {1: 22, 2: 28, 3: 12, 4: 12, 5: 16, 6: 14, 7: 12, 8: 12}
    rows = _add_parts(page)
    _add_charts(page, rows)
    page.header_rows = _TOP
    page.printed_columns = 8
    top, last = _TOP + 1, rows
    layer, part = (on(TITLE, f"{letter}{top}:{letter}{last}") for letter in "AB")
    of_parts = f'({part}<>"whole layer")+({layer}<>"Cathode")*({layer}<>"Anode")'
    broken = "+".join(
        f"(ABS(SUMPRODUCT(({of_parts}),{on(TITLE, f'{letter}{top}:{letter}{last}')})-{_of(name)})"
        f">tolerance*{_of(name)})"
        for letter, name in (("E", "stack_thickness_um"), ("F", "stack_loading_mg_cm2"))
    )
    # A design in error has no sums to be compared; one that is not there is broken.
    return (
        "Breakdown: a design is chosen, and its parts add up to its stack",
        f'IF(ISNUMBER(chosen_row),IF({_of("check")}="ok",{broken},0),1)',
    )


def _add_parts(page: TemplatePage) -> int:
    """The rows of layers and parts; gives the last."""
    row = _TOP
    of_layer: dict[str, int] = {}
    for layer, parts in LAYERS.items():
        row += 1
        of_layer[layer] = row
        title = layer_title(layer)
        thickness, mass = f"={_of(layer_thickness(layer))}", f"={_of(layer_loading(layer))}"
        _add_row(page, row, title, "whole layer", (None, None, thickness, mass), bold=True)
        for part in parts:
            row += 1
            fraction = f"={_of(f'{layer}_{part}_volume')}"
            density = _density(layer, part)
            write = FormulaWriter(
                {
                    f"{layer}_{part}_volume": f"C{row}",
                    layer_thickness(layer): f"E{of_layer[layer]}",
                    f"{layer}_{part}_thickness_um": f"E{row}",
                    _density_name(layer, part): f"D{row}",
                }.__getitem__
            )
            mass = f"{layer}_{part}_loading_mg_cm2"
            cells = (
                fraction,
                f"={density}" if density else None,
                f"={write(STACK_PARTS.steps[f'{layer}_{part}_thickness_um'].expression)}",
                f"={write(STACK_PARTS.steps[mass].expression)}" if density else None,
            )
            _add_row(page, row, title, part, cells)
    total = row + 1
    whole = {column: "+".join(f"{column}{n}" for n in of_layer.values()) for column in "EF"}
    _add_row(
        page,
        total,
        "Stack",
        "discharged",
        (None, None, f"={whole['E']}", f"={whole['F']}"),
        bold=True,
    )
    for n in range(_TOP + 1, total + 1):
        for column, of in ((7, "E"), (8, "F")):
            if page.rows[n - 1][ord(of) - 65] is not None:
                page.put(n, column, Formula(f"={of}{n}/{of}${total}"), style.decimals(3))
    page.put(total + 1, 1, "Stack", style.TEXT)
    page.put(total + 1, 2, "charged", style.TEXT)
    charged = Formula(f"={_of('stack_thickness_charged_um')}")
    page.put(total + 1, 5, charged, style.decimals(2))
    return row


def _density(layer: str, part: str) -> str | None:
    if part == "pores":
        return None
    if part in ("binder", "carbon"):
        return f"{part}_density"
    return _of(_density_name(layer, part))


def _density_name(layer: str, part: str) -> str:
    return f"{layer if part == 'active' else part}_density_g_cm3"


def _add_row(
    page: TemplatePage,
    row: int,
    layer: str,
    part: str,
    cells: tuple[str | None, ...],
    *,
    bold: bool = False,
) -> None:
    page.put(row, 1, layer, style.CHECK if bold else style.TEXT)
    page.put(row, 2, part, style.CHECK if bold else style.TEXT)
    for column, (formula, digits) in enumerate(zip(cells, (4, 3, 2, 3), strict=True), start=3):
        if formula is not None:
            content: Content = Formula(formula)
            page.put(row, column, content, style.decimals(digits))


def _add_charts(page: TemplatePage, last: int) -> None:
    """Bars of the layers, made of their parts; their numbers stand once more below the table."""
    parts = ("whole layer", *dict.fromkeys(part for of in LAYERS.values() for part in of))
    table = f"$A${_TOP + 1}:$A${last}", f"$B${_TOP + 1}:$B${last}"
    top = last + 5
    for what, unit, column in ((MASS_PER_AREA, "mg/cm²", "F"), ("Thickness", "µm", "E")):
        page.put(top, 1, f"{what} [{unit}]", style.HEADER_WORKING)
        page.put_row(top, 2, list(parts), style.HEADER_WORKING)
        values = f"${column}${_TOP + 1}:${column}${last}"
        for row, (layer, of) in enumerate(LAYERS.items(), start=top + 1):
            page.put(row, 1, layer_title(layer), style.TEXT)
            for offset, part in enumerate(parts, start=2):
                # A layer without parts is one itself.
                if part not in (of or parts[:1]):
                    continue
                here = f"({table[0]}=$A{row})*({table[1]}={letters(offset)}${top})"
                content: Content = Formula(f"=SUMPRODUCT({here}*{values})")
                if not (part == "pores" and column == "F"):
                    page.put(row, offset, content, style.decimals(2))
        bottom = top + len(LAYERS)
        chart = bars(
            f"{what} of the layers, by part",
            on(TITLE, f"A{top + 1}:A{bottom}"),
            [
                (
                    "=" + on(TITLE, f"{letters(n)}{top}"),
                    on(TITLE, f"{letters(n)}{top + 1}:{letters(n)}{bottom}"),
                )
                for n in range(2, 2 + len(parts))
            ],
            f"{what} [{unit}]",
            stacked=True,
            lying=True,
        )
        chart.width, chart.height = 25.0, 7.5
        page.charts.append(
            AnchoredChart(
                chart=chart,
                anchor=f"A{last + 20 + 16 * len(page.charts)}",
                name=what,
                alt=f"Stacked bars: {what.lower()} of each layer of the chosen design, by part.",
            )
        )
        top = bottom + 2
