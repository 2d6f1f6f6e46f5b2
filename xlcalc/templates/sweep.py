"""Two inputs of any design varied together: Fig. 3 of the paper as heat maps and iso-lines.

Every point of the grid is a design of its own in Stacks, whose inputs are those of the base design
but for the two on the axes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from xlcalc.physics.quantities import DESIGN, ENERGIES, RESULTS
from xlcalc.tables.addresses import letters
from xlcalc.templates.designs import Designs, designs_of
from xlcalc.templates.formula_table import CalcColumn, CalcTable
from xlcalc.templates.native_charts import LineSeries, Linked, lines
from xlcalc.templates.pages.checks import add_checks, closure_checks
from xlcalc.templates.pages.formula_page import TOP, add_title, validations
from xlcalc.templates.pages.readme import readme
from xlcalc.templates.pages.stacks import add_calculated_stacks, add_materials, add_references
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import STACKS_TABLE, SWEPT
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.points import AnchoredChart
from xlcalc.workbooks.formula_text import literal, quoted
from xlcalc.workbooks.template_book import (
    Content,
    Formula,
    Highlight,
    TemplateBook,
    TemplatePage,
    Validation,
    area,
    on,
)

#: Points on each axis.
POINTS = 11

#: Iso-lines of each energy.
_LEVELS = 6

_BASE: dict[str, Content] = {
    "cathode": "NMC811",
    "anode": "Si",
    "electrolyte": "LPSC",
    "cathode_areal_capacity_mah_cm2": 4.0,
    "np_ratio": 1.1,
    "cell_voltage_v": 3.4,
}

#: Axes of the paper's Fig. 3: name, field, first and last value.
_AXES = (
    ("x", "Across", "separator_thickness_um", 5.0, 105.0),
    ("y", "Down", "anode_active_fraction", 0.2, 1.0),
)

_INPUT, _MAPS, _LINES = "Sweep", "Maps", "Iso-lines"

_PAGES = (
    (_INPUT, "The base design, and the two inputs that are varied: type here."),
    (_MAPS, "Both energies over the two inputs, as heat maps."),
    (_LINES, "Lines of equal energy over the two inputs."),
    ("Stacks", "Every point of the grid as a design, with all its results."),
    ("Materials", "Material values with sources, and room for your own."),
    ("Checks", "What must hold; the verdict stands on top of every sheet."),
    ("Fields, Lists", "What columns mean, their limits and defaults; constants."),
)
_ABOUT = (
    (
        "Fig. 3",
        "As delivered: Si/LPSC/NMC811 over separator thickness and the anode's active fraction.",
    ),
    (
        "Any design",
        "Change the base design and the axes in the sheet Sweep; maps and lines follow. Where a "
        "point is impossible the map says n/a.",
    ),
)

_HOW = (
    ("1", "In Sweep, choose the two inputs, their ranges, and the base design."),
    ("2", "Read the maps and the lines. Where a point is impossible they are empty, or say n/a."),
    (
        "3",
        "Stacks holds every point with all results and a Check in words; nothing is typed there.",
    ),
    ("In a value", "Blank cells take the default of the sheet Fields. Fractions are 0 to 1."),
    ("Without Excel", "xlcalc batch FILE --output OUT gives the same numbers for every point."),
)

#: Rows that a chart takes.
_ROWS = 40
_FIELDS = [quantity for name, quantity in DESIGN.items() if name != "design"]
#: What the maps do not depend on is no axis: they show the discharged state.
_CHARGED = ("anode_pore_absorption", "cathode_volume_change")
_AXIS_FIELDS = [q for q in _FIELDS if q.kind == "number" and q.name not in _CHARGED]


def build(designs: Designs | None = None) -> TemplateBook:
    """Make the workbook; it takes no designs of one's own."""
    book = TemplateBook("xlcalc sweep")
    readme(book, "Sweep of two inputs", _PAGES, _ABOUT, how=_HOW)
    base = designs_of([_BASE])
    _add_input(book)
    tops = _add_maps(book)
    _add_lines(book, tops)
    add_calculated_stacks(book, _table(), POINTS * POINTS)
    materials = add_materials(book, base)
    some = f'--(COUNTIF({STACKS_TABLE.whole("check")},"ok")=0)'
    further = [
        ("The axes are two different inputs of the list, each with two numbers", "--NOT(axes_ok)"),
        ("Some point of the grid is possible (see Check in Stacks)", some),
    ]
    add_checks(book, materials, [*closure_checks(), *further])
    add_references(book, materials)
    return book


def _table() -> CalcTable:
    """The Stacks sheet with inputs taken from the base design or from an axis."""
    columns = [*map(_swept, STACKS_TABLE.columns), *SWEPT]
    return CalcTable(STACKS_TABLE.name, columns, {MATERIALS_TABLE.name: MATERIALS_TABLE})


def _swept(column: CalcColumn) -> CalcColumn:
    if column.role != "input":
        return column
    if column.name == "design":
        return replace(column, formula='x_field&" "&ROUND({x},4)&", "&y_field&" "&ROUND({y},4)')
    base = f"base_{column.name}"
    formula = f'IF({base}="","",{base})'
    if column.quantity in _AXIS_FIELDS:
        header = quoted(column.header)
        formula = f"IF(x_field={header},{{x}},IF(y_field={header},{{y}},{formula}))"
    return replace(column, formula=formula)


def _add_input(book: TemplateBook) -> None:
    page = book.page(_INPUT, portrait=True, printed_columns=4)
    add_title(page, "Sweep", "Type into pale yellow cells.")
    page.widths = {1: 30, 2: 40, 3: 14, 4: 14}
    page.put_row(TOP, 1, ["Axis", "Input", "From", "To"], style.HEADER_INPUT)
    row = TOP
    for axis, where, field, low, high in _AXES:
        row += 1
        page.put(row, 1, where, style.BAND)
        page.put(row, 2, DESIGN[field].header, style.INPUT_TEXT)
        page.put(row, 3, low, style.INPUT)
        page.put(row, 4, high, style.INPUT)
        for column, what in ((2, "field"), (3, "from"), (4, "to")):
            book.names[f"{axis}_{what}"] = on(_INPUT, f"{letters(column)}{row}")
        page.validations.append(
            Validation(
                area=f"B{row}",
                kind="list",
                formulas=["axis_list"],
                title=f"Axis {where.lower()}",
                prompt="The input that is varied along this axis.",
                error="An input of the list is expected.",
                blank=False,
            )
        )
        page.validations.append(
            Validation(
                area=f"C{row}:D{row}",
                kind="decimal",
                formulas=["-1000000000", "1000000000"],
                title=f"Axis {where.lower()}",
                prompt="First and last value, in the input's unit.",
                error="A number is expected.",
                blank=False,
            )
        )
    page.put(row + 1, 1, "Points on each axis", style.BAND)
    page.put(row + 1, 3, POINTS, style.decimals(0))
    book.names["steps"] = on(_INPUT, f"C{row + 1}")
    fine = [
        f"ISNUMBER(MATCH({literal(f'{axis}_field')},axis_list,0)),ISNUMBER({axis}_from),"
        f"ISNUMBER({axis}_to),NOT(ISLOGICAL({axis}_from)),NOT(ISLOGICAL({axis}_to)),"
        f"{axis}_from<{axis}_to"
        for axis, *_ in _AXES
    ]
    page.put(row + 2, 1, "Axes can be used", style.BAND)
    fit = f"=IFERROR(AND(x_field<>y_field,{','.join(fine)}),FALSE)"
    page.put(row + 2, 3, Formula(fit), style.CHECK)
    page.put(row + 2, 4, Formula('=IF(axes_ok,"","see Checks")'), style.ERROR)
    book.names["axes_ok"] = on(_INPUT, f"C{row + 2}")
    row += 4
    page.put_row(row, 1, ["Base design", "Meaning", "Value", "Unit"], style.HEADER_INPUT)
    for quantity in _FIELDS:
        row += 1
        page.put(row, 1, quantity.label, style.TEXT)
        page.put(row, 2, quantity.help, style.LONG_TEXT)
        page.put(row, 3, _BASE.get(quantity.name), style.input_style(quantity))
        page.put(row, 4, quantity.unit or None, style.TEXT)
        book.names[f"base_{quantity.name}"] = on(_INPUT, f"C{row}")
        page.validations += validations(quantity, f"C{row}")
    page.put(TOP, 6, "Inputs that can be an axis", style.HEADER_WORKING)
    page.widths[6] = 40
    for offset, quantity in enumerate(_AXIS_FIELDS, start=1):
        page.put(TOP + offset, 6, quantity.header, style.WORKING)
    book.names["axis_list"] = on(_INPUT, f"F{TOP + 1}:F{TOP + len(_AXIS_FIELDS)}")


def _add_maps(book: TemplateBook) -> dict[str, int]:
    """The heat maps; gives the row of each one's axis across."""
    page = book.page(_MAPS, one_wide=True, printed_columns=2 + POINTS)
    add_title(page, "Maps", "Energies over both inputs; n/a where a point is impossible.")
    page.widths = {1: 5, 2: 12, **dict.fromkeys(range(3, 3 + POINTS), 10.0)}
    tops: dict[str, int] = {}
    top = TOP
    for name in ENERGIES:
        quantity = RESULTS[name]
        page.put(top, 1, quantity.header, style.TITLE)
        page.put(top + 1, 3, Formula('="Across: "&x_field'), style.BAND)
        page.put(top + 1, 7, Formula('="Down: "&y_field'), style.BAND)
        _add_axes(book, page, top + 2, first=name == ENERGIES[0])
        tops[name] = top + 3
        for row in range(POINTS):
            here = top + 4 + row
            for column in range(3, 3 + POINTS):
                at = f"($A{here}-1)*steps+{letters(column)}${top + 2}"
                whole = STACKS_TABLE.whole(name)
                formula = f'=IF(axes_ok,IFERROR(INDEX({whole},{at}),"n/a"),"n/a")'
                page.put(here, column, Formula(formula), style.decimals(0))
        cells = area(top + 4, 3, top + 3 + POINTS, 2 + POINTS)
        page.highlights.append(Highlight(area=cells, formula="", style="scale"))
        top += POINTS + 7
        page.breaks.append(top - 1)
    return tops


def _add_axes(book: TemplateBook, page: TemplatePage, top: int, *, first: bool) -> None:
    """Numbers of the points, and below and beside them the values of the two inputs."""
    for n in range(1, POINTS + 1):
        across, down = letters(2 + n), top + 1 + n
        page.put(top, 2 + n, n, style.WORKING)
        page.put(down, 1, n, style.WORKING)
        x = f"x_from+({across}${top}-1)/(steps-1)*(x_to-x_from)"
        y = f"y_from+($A{down}-1)/(steps-1)*(y_to-y_from)"
        page.put(top + 1, 2 + n, Formula(f"={x}"), style.AXIS)
        page.put(down, 2, Formula(f"={y}"), style.AXIS)
    if first:
        book.names["x_values"] = on(_MAPS, area(top + 1, 3, top + 1, 2 + POINTS))
        book.names["y_values"] = on(_MAPS, area(top + 2, 2, top + 1 + POINTS, 2))


@dataclass(frozen=True, slots=True)
class _Way:
    """A way through the grid of a map: its lines, and the points along each.

    Lines that are steep one way are flat the other; both together show every line of equal energy.
    """

    down: bool
    axis: int

    def energy(self, point: int, line: int) -> str:
        """Cell of the energy at a point of a line."""
        row, column = (point, line) if self.down else (line, point)
        return f"{_MAPS}!${letters(3 + column)}${self.axis + 1 + row}"

    def along(self, point: int) -> str:
        """Cell of the input that changes along a line."""
        if self.down:
            return f"{_MAPS}!$B${self.axis + 1 + point}"
        return f"{_MAPS}!${letters(3 + point)}${self.axis}"

    def across(self, line: int) -> str:
        """Cell of the input that is the same along a line."""
        return _Way(not self.down, self.axis).along(line)


def _add_lines(book: TemplateBook, tops: dict[str, int]) -> None:
    page = book.page(_LINES, one_wide=True, printed_columns=2 + POINTS)
    add_title(page, _LINES, "Where the grid is too coarse for a line, narrow the axes.")
    page.widths = {1: 16, 2: 16, **dict.fromkeys(range(3, 3 + POINTS), 10.0)}
    top = _ROWS * len(ENERGIES) + TOP
    page.printed_rows = top - 2
    for number, name in enumerate(ENERGIES):
        quantity = RESULTS[name]
        ways = [_Way(down, tops[name]) for down in (False, True)]
        found = []
        for way in ways:
            found.append(top)
            top = _add_crossings(page, name, way, top)
        series = []
        for way, here, other in zip(ways, found, reversed(found), strict=True):
            series += _add_shown(page, way, here, other, top)
            top += _LEVELS + 3
        title = f"Lines of equal {quantity.label.lower()} [{quantity.unit}]"
        chart = lines(title, *_axis_titles(), series, styles=_LEVELS)
        chart.width, chart.height = 26.0, 15.0
        row = TOP + _ROWS * number
        page.charts.append(
            AnchoredChart(
                chart=chart,
                anchor=f"A{row}",
                name=title,
                alt=f"{title} over the two inputs of the sweep.",
                hidden=range(_LEVELS, 2 * _LEVELS),
            )
        )
        page.breaks.append(row + _ROWS - 2)


def _add_crossings(page: TemplatePage, name: str, way: _Way, top: int) -> int:
    """Where lines through a map cross each level, one way; gives the next free row."""
    quantity = RESULTS[name]
    grid = on(_MAPS, area(way.axis + 1, 3, way.axis + POINTS, 2 + POINTS))
    words = "down" if way.down else "across"
    page.put(top, 1, f"{quantity.header}, crossings {words}", style.BAND)
    page.put_row(top + 1, 1, ["Line", "Level"], style.HEADER_WORKING)
    for n in range(POINTS):
        page.put(top + 1, 3 + n, Formula(f"={way.across(n)}"), style.AXIS)
    block = top + 3 + _LEVELS
    span = f"(MAX({grid})-MIN({grid}))"
    # As many decimals as tell the levels apart.
    digits = f"MAX(0,1-INT(LOG10({span}/{_LEVELS})))"
    for level in range(1, _LEVELS + 1):
        row = top + 1 + level
        value = f"MIN({grid})+A{row}/({_LEVELS}+1)*{span}"
        page.put(row, 1, level, style.decimals(0))
        page.put(row, 2, Formula(f'=IFERROR(ROUND({value},{digits}),"")'), style.PLAIN)
        for n in range(POINTS):
            cells = f"{letters(3 + n)}{block + 1}:{letters(3 + n)}{block + POINTS - 1}"
            first = f'=IF(COUNT({cells})=0,"",MIN({cells}))'
            page.put(row, 3 + n, Formula(first), style.WORKING)
        page.put(block, 1, Formula(f'=B{row}&" {quantity.unit}"'), style.HEADER_WORKING)
        page.put(block, 2, "between points", style.HEADER_WORKING)
        for point in range(POINTS - 1):
            page.put(block + 1 + point, 2, f"{point + 1} and {point + 2}", style.WORKING)
            for n in range(POINTS):
                crossing = _crossing(way, point, n, f"$B${row}")
                page.put(block + 1 + point, 3 + n, Formula(f"={crossing}"), style.WORKING)
        block += POINTS + 1
    return block + 1


def _add_shown(page: TemplatePage, way: _Way, here: int, other: int, top: int) -> list[LineSeries]:
    """What the chart shows of the crossings one way: the levels found more often than the other."""
    words = "down" if way.down else "across"
    page.put(top, 1, f"Shown, {words}", style.BAND)
    series = []
    others = on(_LINES, area(here + 1, 3, here + 1, 2 + POINTS))
    for level in range(1, _LEVELS + 1):
        row = top + level
        mine, theirs = (
            f"$C{at + 1 + level}:${letters(2 + POINTS)}{at + 1 + level}" for at in (here, other)
        )
        more = ">" if way.down else ">="
        label = Formula(f"=A{here + 3 + _LEVELS + (level - 1) * (POINTS + 1)}")
        page.put(row, 1, label, style.WORKING)
        for n in range(POINTS):
            cell = f"{letters(3 + n)}{here + 1 + level}"
            shown = f'=IF((COUNT({mine}){more}COUNT({theirs}))*({cell}<>""),{cell},NA())'
            page.put(row, 3 + n, Formula(shown), style.WORKING)
        found = on(_LINES, area(row, 3, row, 2 + POINTS))
        x, y = (others, found) if way.down else (found, others)
        series.append(LineSeries("=" + on(_LINES, f"A{row}"), x, y))
    return series


def _crossing(way: _Way, point: int, line: int, level: str) -> str:
    """Formula for where a line crosses a level between two points; empty where it does not."""
    one, two = way.energy(point, line), way.energy(point + 1, line)
    low, high = way.along(point), way.along(point + 1)
    there = f"{low}+({level}-{one})/({two}-{one})*({high}-{low})"
    crossed = f"AND(({one}-{level})*({two}-{level})<=0,{one}<>{two})"
    return f'IF(ISNUMBER({one})*ISNUMBER({two})*ISNUMBER({level}),IF({crossed},{there},""),"")'


def _axis_titles() -> tuple[Linked, Linked]:
    across, down = (
        Linked(on(_INPUT, f"B{TOP + n}"), DESIGN[field].header)
        for n, (_, _, field, _, _) in enumerate(_AXES, start=1)
    )
    return across, down
