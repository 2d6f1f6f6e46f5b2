"""The page on which the SSB_ functions can be seen at work, for editions that have them."""

from __future__ import annotations

from collections.abc import Collection

from xlcalc.functions.arguments import Argument, Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.physics.quantities import ENERGIES, RESULTS
from xlcalc.tables.addresses import letters
from xlcalc.templates.formula_table import CalcTable
from xlcalc.templates.pages.formula_page import add_title, validations
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import INPUTS_TABLE, STACKS_TABLE
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.formula_text import quoted
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import (
    Content,
    Formula,
    Highlight,
    Spill,
    TemplateBook,
    TemplatePage,
    area,
    on,
)

TITLE = "Functions"

_HINT = "Change a pale yellow cell; every function answers at once."

#: The stack that the functions are shown with: that of the paper's Fig. 3.
_SHOWN: dict[str, Content] = {
    "cathode": "NMC811",
    "anode": "Si",
    "electrolyte": "LPSC",
    "voltage": 3.4,
}

_FIRST = "SSB_ENERGY_DENSITY"
_ENERGIES = ("SSB_SPECIFIC_ENERGY", _FIRST, "SSB_ENERGY_DENSITY_CHARGED")

#: Fig. 3: two arguments and the values they take, across and down.
_ACROSS = ("separator_thickness", (5.0, 20.0, 35.0, 50.0, 65.0, 80.0, 105.0))
_DOWN = ("anode_fraction", (0.2, 0.4, 0.6, 0.8, 1.0))

#: What is shown of a table of designs, besides what is wrong with each.
_OF_DESIGNS = (*ENERGIES, "energy_density_charged_wh_l")

#: All that is typed of materials, as the functions take it.
OWN_MATERIALS = MATERIALS_TABLE.block("material", "remark", "#All")

_TOP = 5


def add_functions(book: TemplateBook, names: Collection[str], *, agree: bool) -> TemplatePage:
    """Add the page.

    Parameters
    ----------
    book : TemplateBook
        A workbook with a Materials sheet, and designs in Stacks.
    names : collection of str
        Functions that the workbook has.
    agree : bool
        Whether Stacks calculates, so that both ways can be compared.

    Returns
    -------
    TemplatePage
        The page.
    """
    page = book.page(TITLE)
    add_title(page, TITLE, _HINT)
    page.widths = {1: 34, 2: 20, 3: 56, **dict.fromkeys(range(4, 12), 13.0)}
    cells = _add_stack(page)
    row = _add_energies(page, cells, names)
    row = _add_grid(page, cells, row)
    row = _add_examples(page, names, row)
    if "SSB_STACK" in names:
        row = _add_layers(page, cells, row)
    if "SSB_EVALUATE" in names:
        stacks = next(table for table in book.tables if table.name == STACKS_TABLE.name)
        _add_designs(page, stacks, agree=agree, row=row)
    page.printed_columns = 11
    page.one_wide = True
    return page


def _arguments() -> list[Argument]:
    return [argument for argument in CATALOGUE[_FIRST].arguments if argument.kind == "cell"]


def _add_stack(page: TemplatePage) -> dict[str, str]:
    """The arguments of a stack; gives what stands for each in a formula, by name."""
    page.put(_TOP - 1, 1, "A stack", style.BAND)
    page.put_row(_TOP, 1, ["Argument", "Value", "Meaning"], style.HEADER_INPUT)
    cells = {}
    for row, argument in enumerate(_arguments(), start=_TOP + 1):
        quantity = argument.quantity
        # A default that hangs on other cells is taken by a blank alone.
        default = None if quantity.default_where else quantity.default
        value = _SHOWN.get(argument.name, default)
        page.put(row, 1, argument.name, style.TEXT)
        page.put(row, 2, value, style.input_style(argument.quantity))
        page.put(row, 3, argument.help, style.TEXT)
        page.validations += validations(argument.quantity, f"B{row}")
        cell = f"$B${row}"
        # LibreOffice hands a blank cell over as 0, but not an empty text.
        cells[argument.name] = f'IF({cell}="","",{cell})' if value is None else cell
    return cells


def _call(name: str, cells: dict[str, str], **others: str) -> str:
    """A call with the cells of the stack, the workbook's materials, and some other arguments."""
    given = {**cells, **others}
    arguments = [given[argument.name] for argument in _arguments()]
    return f"={name}({','.join(arguments)},{OWN_MATERIALS})"


def _add_energies(page: TemplatePage, cells: dict[str, str], names: Collection[str]) -> int:
    top = _TOP + len(cells) + 2
    page.put_row(top, 1, ["Function", "Result", "What it gives"], style.HEADER_RESULT)
    shown = [name for name in (*_ENERGIES, "SSB_EXPLAIN") if name in names]
    for row, name in enumerate(shown, start=top + 1):
        page.put(row, 1, name, style.TEXT)
        page.put(row, 2, Spill(_call(name, cells), 1, 1), _look(CATALOGUE[name]))
        page.put(row, 3, CATALOGUE[name].help, style.TEXT)
    return top + len(shown) + 2


def _look(function: Function) -> str:
    if function.result is not None:
        return style.number_style(function.result)
    return style.TEXT if function.explains else style.PLAIN


def _add_grid(page: TemplatePage, cells: dict[str, str], row: int) -> int:
    result = RESULTS["energy_density_wh_l"]
    (across, over), (down, under) = _ACROSS, _DOWN
    words = f"One formula: {result.label} [{result.unit}] over {across} and {down}, as in Fig. 3"
    page.put(row, 1, words, style.BAND)
    page.put(row + 1, 1, f"{down}, down; {across}, across", style.HINT)
    left, top = 3, row + 1
    for column, value in enumerate(over, start=left + 1):
        page.put(top, column, value, style.INPUT)
    for at, value in enumerate(under, start=top + 1):
        page.put(at, left, value, style.INPUT)
    bottom, right = top + len(under), left + len(over)
    where = {
        across: f"${letters(left + 1)}${top}:${letters(right)}${top}",
        down: f"${letters(left)}${top + 1}:${letters(left)}${bottom}",
    }
    for argument in _arguments():
        if argument.name in where:
            inputs = where[argument.name].replace("$", "")
            page.validations += validations(argument.quantity, inputs)
    look = style.number_style(result)
    formula = Spill(_call(_FIRST, cells, **where), len(under), len(over))
    _put_spill(page, top + 1, left + 1, formula, [look] * len(over))
    grid = area(top + 1, left + 1, bottom, right)
    page.highlights.append(Highlight(area=grid, formula="", style="scale"))
    return bottom + 2


def _put_spill(page: TemplatePage, row: int, column: int, formula: Spill, looks: list[str]) -> None:
    for below in range(formula.height):
        for right, look in enumerate(looks):
            page.put(row + below, column + right, None, look)
    page.put(row, column, formula, looks[0])


def _add_examples(page: TemplatePage, names: Collection[str], row: int) -> int:
    page.put(row, 1, "Every function, with an example", style.BAND)
    page.put_row(row + 1, 1, ["Function", "Result", "Formula"], style.HEADER_RESULT)
    row += 1
    for function in CATALOGUE.values():
        # Those that give a table have a place of their own below.
        if function.name in names and not function.spills:
            row += 1
            page.put(row, 1, function.name, style.TEXT)
            page.put(row, 2, Spill(function.example, 1, 1), _look(function))
            page.put(row, 3, function.example, style.TEXT)
            page.put(row, 4, function.help, style.TEXT)
    return row + 2


def _add_layers(page: TemplatePage, cells: dict[str, str], row: int) -> int:
    page.put(row, 1, "SSB_STACK: the layers of the stack above", style.BAND)
    rows = CATALOGUE["SSB_STACK"]("NMC811", "Si", "LPSC")
    formula = Spill(_call("SSB_STACK", cells), len(rows), len(rows[0]))
    looks = [style.TEXT, style.TEXT, style.decimals(2), style.decimals(3)]
    _put_spill(page, row + 1, 1, formula, looks)
    return row + 1 + len(rows) + 1


def _add_designs(page: TemplatePage, stacks: TableRange, *, agree: bool, row: int) -> None:
    """All designs of Stacks in one formula, and whether its own formulas say the same."""
    table: CalcTable = STACKS_TABLE if agree else INPUTS_TABLE
    inputs = [column.name for column in INPUTS_TABLE.columns if column.name != "design"]
    first, last = inputs[0], inputs[-1]
    page.put(row, 1, "SSB_EVALUATE: all designs of Stacks in one formula", style.BAND)
    heads = ["Design", "status", *_OF_DESIGNS]
    page.put_row(row + 1, 1, [heads[0]], style.HEADER_RESULT)
    page.put_row(row + 1, 3, heads[1:], style.HEADER_RESULT)
    wanted = f"$C${row + 1}:${letters(2 + len(heads[1:]))}${row + 1}"
    headers, rows = (table.block(first, last, what) for what in ("#Headers", "#Data"))
    formula = Spill(
        f"=SSB_EVALUATE({headers},{rows},{wanted},{OWN_MATERIALS})", stacks.count, len(heads) - 1
    )
    looks = [style.LONG_TEXT, *(style.number_style(RESULTS[name]) for name in _OF_DESIGNS)]
    _put_spill(page, row + 2, 3, formula, looks)
    for n in range(stacks.count):
        design = f"INDEX({table.whole('design')},{n + 1})"
        page.put(row + 2 + n, 1, Formula(f'=IF({design}="","",{design})'), style.TEXT)
    if agree:
        _compare(page, stacks.count, row)


def _compare(page: TemplatePage, count: int, row: int) -> None:
    column = 3 + len(_OF_DESIGNS) + 1
    page.put(row + 1, column, "Agrees", style.HEADER_RESULT)
    for n in range(count):
        at = row + 2 + n
        pairs = [
            (f"{letters(4 + k)}{at}", f"INDEX({STACKS_TABLE.whole(name)},{n + 1})")
            for k, name in enumerate(_OF_DESIGNS)
        ]
        same = ",".join(
            f"IF(ISNUMBER({here}),IF(ISNUMBER({there}),ABS({here}-{there})<=tolerance*{there},"
            f"FALSE),NOT(ISNUMBER({there})))"
            for here, there in pairs
        )
        page.put(at, column, Formula(f'=IF(AND({same}),"yes","no")'), style.CHECK)
    cells = on(page.title, area(row + 2, column, row + 1 + count, column))
    count_no = f'COUNTIF({cells},"no")'
    yes, no = (
        quoted(f"The functions {w} the formulas of Stacks") for w in ("agree with", "differ from")
    )
    page.put(3, 1, Formula(f"=IF({count_no}=0,{yes},{no})"), style.CHECK)
