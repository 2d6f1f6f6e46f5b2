"""Pages that formulas refer to: limits and defaults of fields, constants, and lists of words."""

from __future__ import annotations

from collections.abc import Sequence

from xlcalc.physics.equations import CONSTANTS
from xlcalc.physics.materials import ANODE_FREE, ANODE_FREE_WORDS, BINDER, CARBON, LITHIUM
from xlcalc.physics.model.closures import TOLERANCE
from xlcalc.physics.model.electrodes import ALLOY_GROWTH
from xlcalc.physics.model.rules import AGREEMENT, ROUNDING
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import DESIGN, LIQUID, MATERIAL, METAL, RESULTS
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.tables.addresses import letters
from xlcalc.templates.cell_checks import choices, default_elsewhere, limit
from xlcalc.templates.pages.formula_page import TOP, add_title
from xlcalc.templates.sheets.materials import MATERIALS_TABLE, ROLES
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.model_formulas import WORDS
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import Content, Formula, TemplateBook, on

FIELDS, LISTS = "Fields", "Lists"

#: Materials that a drop-down has room for beyond those that are there.
_ROOM = 100

_FIELD_COLUMNS = (
    ("Field", 28),
    ("Column", 34),
    ("Unit", 10),
    ("Default", 12),
    ("Smallest", 12),
    ("Largest", 14),
    ("Usual from", 11),
    ("Usual to", 11),
    ("Expected", 38),
    ("Meaning", 76),
)

_LIMITS = {"default": 4, "min": 5, "max": 6, "usual_from": 7, "usual_to": 8, "expected": 9}


def add_fields(book: TemplateBook) -> None:
    """Add the page of all fields; limits, defaults and words for what is expected get names."""
    page = book.page(FIELDS, one_wide=True)
    add_title(page, "Fields", "What each column means. Blanks of inputs take the default.")
    for column, (header, width) in enumerate(_FIELD_COLUMNS, start=1):
        page.put(TOP, column, header, style.HEADER_RESULT)
        page.widths[column] = width
    quantities = [*DESIGN.values(), *MATERIAL.values()]
    named = {quantity.name for quantity in quantities}
    quantities += [quantity for quantity in RESULTS.values() if quantity.name not in named]
    for row, quantity in enumerate(quantities, start=TOP + 1):
        for column, content in enumerate(_about(quantity), start=1):
            plain = style.TEXT if isinstance(content, str) else style.PLAIN
            look = style.LONG_TEXT if column >= len(_FIELD_COLUMNS) - 1 else plain
            page.put(row, column, content, look)
        if quantity.name not in named:
            continue
        for what, column in _LIMITS.items():
            if _about(quantity)[column - 1] is not None:
                book.names[limit(quantity, what)] = on(FIELDS, f"{letters(column)}{row}")
    headers = [header for header, _ in _FIELD_COLUMNS]
    page.add_table(TableRange(FIELDS, FIELDS, TOP, 1, headers, len(quantities)))
    page.freeze = f"C{TOP + 1}"
    page.header_rows = TOP


def _about(quantity: Quantity) -> list[Content]:
    number = quantity.kind == "number" and quantity.name in {**DESIGN, **MATERIAL}
    default = quantity.default if quantity.default != "" else None
    usual = quantity.plausible or (None, None)
    return [
        quantity.name,
        quantity.header,
        quantity.unit or None,
        default,
        quantity.lowest if number else None,
        quantity.highest if number else None,
        *(usual if number else (None, None)),
        f"expected {quantity.expected}" if quantity.name in {**DESIGN, **MATERIAL} else None,
        quantity.help,
    ]


def add_lists(book: TemplateBook, materials: int) -> None:
    """Add the page of constants and of the words that drop-downs offer, for so many materials."""
    page = book.page(LISTS, one_wide=True)
    add_title(page, "Constants and lists", "Named cells that formulas refer to.")
    page.put_row(TOP, 1, ["Name", "Value", "Unit", "Meaning"], style.HEADER_RESULT)
    for row, (name, value, unit, meaning) in enumerate(_constants(), start=TOP + 1):
        page.put(row, 1, name, style.TEXT)
        words = isinstance(value, str) and not isinstance(value, Formula)
        page.put(row, 2, value, style.TEXT if words else style.PLAIN)
        page.put(row, 3, unit, style.TEXT)
        page.put(row, 4, meaning, style.TEXT)
        book.names[name] = on(LISTS, f"B{row}")
    page.widths.update({1: 22, 2: 18, 3: 12, 4: 52, 5: 3, 6: 6})
    page.put(TOP, 6, "No.", style.HEADER_WORKING)
    most = materials + _ROOM
    for row in range(most):
        page.put(TOP + 1 + row, 6, row + 1, style.PLAIN)
    column = 7
    for role in ROLES:
        _add_materials_list(book, column, role, most)
        column += 1
    for name, header, offered in _words():
        page.put(TOP, column, header, style.HEADER_RESULT)
        page.widths[column] = 20
        for row, word in enumerate(offered, start=TOP + 1):
            page.put(row, column, word, style.TEXT)
        last = TOP + len(offered)
        book.names[name] = on(LISTS, f"{letters(column)}{TOP + 1}:{letters(column)}{last}")
        column += 1
    page.freeze = f"A{TOP + 1}"
    page.header_rows = TOP


def _add_materials_list(book: TemplateBook, column: int, role: str, most: int) -> None:
    """The materials fit for a role, in their order; anodes begin with anode-free."""
    page = book.pages[-1]
    page.put(TOP, column, f"Materials: {role.replace('_', ' ')}", style.HEADER_WORKING)
    page.widths[column] = 20
    whole, letter = MATERIALS_TABLE.whole, letters(column)
    ahead = 1 if role == "anode" else 0
    if ahead:
        page.put(TOP + 1, column, ANODE_FREE, style.WORKING)
    for row in range(TOP + 1 + ahead, TOP + 1 + most):
        at = f"MATCH($F{row - ahead},{whole(f'{role}_number')},0)"
        page.put(
            row,
            column,
            Formula(f'=IFERROR(INDEX({whole("material")},{at}),"")'),
            style.WORKING,
        )
    top = on(LISTS, f"{letter}{TOP + 1}")
    every = on(LISTS, f"{letter}{TOP + 1}:{letter}{TOP + most}")
    book.names[f"{role}_names"] = every
    book.names[f"{role}_list"] = f'{top}:INDEX({every},MAX(1,SUMPRODUCT(--({every}<>""))))'


def _constants() -> list[tuple[str, Content, str, str]]:
    whole = MATERIALS_TABLE.whole

    def usable(name: str) -> Formula:
        at = f'MATCH("{normalized(name)}",{whole("key")},0)'
        return Formula(f"=ISNUMBER(INDEX({whole('density_g_cm3_used')},{at}))")

    def density(name: str, there: str) -> Formula:
        # Where there is none of it, its density must not spoil the sum.
        at = f'MATCH("{normalized(name)}",{whole("key")},0)'
        return Formula(f"=IF({there},INDEX({whole('density_g_cm3_used')},{at}),1)")

    return [
        *(
            (c.name, float(c), c.unit, c.help)
            for c in (*CONSTANTS, ALLOY_GROWTH, ROUNDING, AGREEMENT)
        ),
        *(
            (
                default_elsewhere(quantity, case),
                case.value,
                quantity.unit,
                f"Default of {quantity.label.lower()} {case.help}",
            )
            for quantity in DESIGN.values()
            for case in quantity.default_where
        ),
        ("tolerance", TOLERANCE, "", "What closures may be off by, relative"),
        ("lithium_name", LITHIUM, "", "What an anode-free stack plates"),
        (WORDS[LIQUID], LIQUID, "", "Kind of electrolyte that fills pores"),
        (WORDS[METAL], METAL, "", "Kind of anode without host"),
        ("binder_usable", usable(BINDER), "", f"Whether Materials has a density of {BINDER}"),
        ("carbon_usable", usable(CARBON), "", f"Whether Materials has a density of {CARBON}"),
        (
            "binder_density",
            density(BINDER, "binder_usable"),
            "g/cm³",
            f"Density of {BINDER}; 1 if none, and then not used",
        ),
        (
            "carbon_density",
            density(CARBON, "carbon_usable"),
            "g/cm³",
            f"Density of {CARBON}; 1 if none, and then not used",
        ),
    ]


_SHARED = {"fraction_basis_list": "Fraction basis"}


def _words() -> list[tuple[str, str, Sequence[str]]]:
    lists = {choices(q): q for q in (*DESIGN.values(), *MATERIAL.values()) if q.kind == "choice"}
    found: list[tuple[str, str, Sequence[str]]] = [
        (name, _SHARED.get(name, quantity.label), quantity.choices)
        for name, quantity in sorted(lists.items())
    ]
    found.append(
        (
            "anode_free_words",
            "Words for anode-free, bare",
            ANODE_FREE_WORDS,
        )
    )
    return found
