"""Pages of tables that calculate: cells, drop-downs, messages, looks, and what prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.tables.addresses import letters
from xlcalc.templates.cell_checks import choices, limit
from xlcalc.templates.formula_table import CalcColumn, CalcTable
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.package.xml_text import unique
from xlcalc.workbooks.table_range import TableRange
from xlcalc.workbooks.template_book import (
    Content,
    Formula,
    Highlight,
    TemplatePage,
    Validation,
    area,
)

#: Rows below a table in which what is typed is looked at before the table takes them in.
_ROOM = 200

#: Name of the cell that says whether all checks are passed.
MASTER = "master_check"

#: Rows above the header of a table: title, remark, words above groups.
TOP = 4


def add_title(page: TemplatePage, text: str, remark: str = "") -> None:
    """Begin a page with its title, the master check and a remark."""
    page.put(1, 1, text, style.TITLE)
    page.put(2, 1, Formula(f"={MASTER}"), style.BAND)
    if remark:
        page.put(2, 4, remark, style.HINT)


def add_calc_table(
    page: TemplatePage,
    table: CalcTable,
    rows: Sequence[Mapping[str, Content]],
    extra: Mapping[str, Sequence[Content]] | None = None,
    *,
    room: int = _ROOM,
) -> TableRange:
    """Write a table that calculates below the title of a page.

    Parameters
    ----------
    page : TemplatePage
        Where to.
    table : CalcTable
        Its columns.
    rows : sequence of mapping
        What the typed columns of each row hold, by name; a formula is one.
    extra : mapping of str to sequence
        Further columns by header, kept beside the table's own.
    room : int
        Rows below the table in which what is typed is looked at already.

    Returns
    -------
    TableRange
        Where it stands.
    """
    # Two columns of a table must not have one header, whatever a user calls theirs.
    own = unique([*table.headers, *(extra or {})])[len(table.columns) :]
    extra = dict(zip(own, (extra or {}).values(), strict=True))
    placed = table.placed(page.title, TOP, 1, len(rows), list(extra))
    before = ""
    for number, column in enumerate(table.columns, start=1):
        if column.group != before:
            page.put(TOP - 1, number, column.group, style.BAND)
            before = column.group
        page.put(TOP, number, column.header, column.header_style)
        page.widths[number] = column.width
    for number, header in enumerate(extra, start=len(table.columns) + 1):
        page.put(TOP, number, header, style.HEADER_INPUT)
        page.widths[number] = 14
    for offset, row in enumerate(rows):
        cells = [
            (table.formulas.get(column.name, row.get(column.name)), column.cell_style)
            for column in table.columns
        ]
        cells += [(values[offset], style.INPUT_TEXT) for values in extra.values()]
        page.rows.append(list(cells))
    page.heights[TOP] = 62
    page.add_table(placed)
    for column in table.columns:
        _validate(page, placed, column, room)
    _fold(page, table.columns)
    page.header_rows = TOP
    return placed


def _validate(page: TemplatePage, placed: TableRange, column: CalcColumn, room: int) -> None:
    number = placed.column(column.header)
    here = area(placed.first, number, placed.last, number)
    if column.formula:
        page.validations.append(
            Validation(
                area=here,
                kind="custom",
                formulas=["FALSE"],
                title=column.header,
                error="This column is calculated. Type into the columns with a pale yellow ground.",
                blank=False,
            )
        )
        return
    quantity = column.quantity
    if column.role == "input" and quantity is not None:
        below = area(placed.first, number, placed.last + room, number)
        page.validations += validations(quantity, below)


def validations(quantity: Quantity, cells: str) -> list[Validation]:
    """What may be typed into cells of a quantity."""
    title, prompt = quantity.label, prompt_for(quantity)
    if quantity.kind == "number":
        return [
            Validation(
                area=cells,
                kind="decimal",
                formulas=_limits(quantity),
                title=title,
                prompt=prompt,
                error=f"{quantity.expected[0].upper()}{quantity.expected[1:]} is expected.",
            )
        ]
    if quantity.kind == "text":
        return []
    material = quantity.kind == "material"
    words = material_list(quantity) if material else choices(quantity)
    expected = "A material of the Materials sheet" if material else "A word of the list"
    return [
        Validation(
            area=cells,
            kind="list",
            formulas=[words],
            title=title,
            prompt=prompt,
            error=f"{expected} is expected."
            + (" Add your own there, below the last one." if material else ""),
            blank=not quantity.required,
        )
    ]


def _limits(quantity: Quantity) -> list[str]:
    """Limits of a number: named cells, or for what is in no list of fields themselves."""
    if {**DESIGN, **MATERIAL}.get(quantity.name) is quantity:
        return [limit(quantity, "min"), limit(quantity, "max")]
    return [f"{quantity.lowest:.15g}", f"{quantity.highest:.15g}"]


def material_list(quantity: Quantity) -> str:
    """Name of the list of materials that a field may name."""
    return f"{'foil' if quantity.name.endswith('foil') else quantity.name}_list"


def prompt_for(quantity: Quantity) -> str:
    """What to type, in at most 255 characters: meaning, unit, usual range, what a blank means."""
    words = [quantity.help]
    if quantity.unit:
        words.append(f"In {quantity.unit}.")
    if quantity.default_text:
        words.append(f"Blank: {quantity.default_text}.")
    if quantity.plausible is not None:
        low, high = quantity.plausible
        words.append(f"Usual: {low:g} to {high:g}.")
    while len(" ".join(words)) > 255:
        words.pop()
    return " ".join(words)


def _fold(page: TemplatePage, columns: Sequence[CalcColumn]) -> None:
    """Group working columns so that they can be opened and closed."""
    position = 0
    for role, group in groupby(columns, key=lambda column: column.role):
        count = len(list(group))
        if role == "working":
            page.folded.append((position + 1, position + count))
        position += count


def highlight_check(page: TemplatePage, placed: TableRange, header: str) -> None:
    """Make what is wrong stand out."""
    column = placed.column(header)
    cells = area(placed.first, column, placed.last + _ROOM, column)
    first = f"${letters(column)}{placed.first}"
    page.highlights.append(
        Highlight(area=cells, formula=f'AND({first}<>"",{first}<>"ok")', style="wrong")
    )


def highlight_unusual(page: TemplatePage, placed: TableRange, table: CalcTable) -> None:
    """Mark numbers that are possible but unusual; the notes say it in words."""
    for column in table.columns:
        quantity = column.quantity
        if column.role != "input" or quantity is None or quantity.plausible is None:
            continue
        number = placed.column(column.header)
        cell = f"{letters(number)}{placed.first}"
        low, high = limit(quantity, "usual_from"), limit(quantity, "usual_to")
        page.highlights.append(
            Highlight(
                area=area(placed.first, number, placed.last, number),
                formula=f"AND(ISNUMBER({cell}),OR({cell}<{low},{cell}>{high}))",
                style="odd",
            )
        )
