"""The Materials sheet of a template as a table that calculates: values used, faults, fitness."""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.faults import NEEDS
from xlcalc.physics.materials import PROPERTIES, Material
from xlcalc.physics.quantities import DESIGN, KINDS, MATERIAL
from xlcalc.templates.cell_checks import END, wrong_choice, wrong_number
from xlcalc.templates.formula_table import (
    CalcColumn,
    CalcTable,
    check_column,
    input_column,
    working,
)
from xlcalc.workbooks.formula_text import bare, literal, quoted
from xlcalc.workbooks.sheets import MATERIALS
from xlcalc.workbooks.template_book import Content

#: Roles in a stack, each with the field whose materials it is about.
ROLES = {
    "cathode": "cathode",
    "anode": "anode",
    "electrolyte": "electrolyte",
    "separator_material": "separator_material",
    "foil": "positive_foil",
}

LIBRARY, USED, FAULTS, FITNESS = "Library's values", "Values used", "What is wrong", "Fit as"


def _columns() -> Iterator[CalcColumn]:
    for quantity in MATERIAL.values():
        yield input_column(quantity, "Materials")
    yield check_column("Check", [f"{name}_fault" for name in ("material", "kind", *PROPERTIES)])
    yield working("filled", "Cells filled", FAULTS, "COUNTA({material>remark})")
    yield working("key", "Name, bare", FAULTS, bare("{material}"))
    yield CalcColumn(
        name="material_library", header="Material, library", role="working", group=LIBRARY
    )
    for name in ("kind", *PROPERTIES):
        label = MATERIAL[name].header
        yield CalcColumn(
            name=f"{name}_library", header=f"{label}, library", role="working", group=LIBRARY
        )
    as_named = f"({{key}}={bare('{material_library}')})"
    for name in ("kind", *PROPERTIES):
        # A row that got another name is another material, not the library's.
        yield working(
            f"{name}_used",
            f"{MATERIAL[name].header}, used",
            USED,
            f'IF({{check}}<>"ok","",IF({{{name}}}<>"",{{{name}}},'
            f'IF({as_named}*({{{name}_library}}<>""),{{{name}_library}},"")))',
        )
    doubted = ("specific_capacity_mah_g", "volume_change")
    other = quoted("the volume change is that of the library's specific capacity")
    as_library = ",".join(f"{{{name}_used}}={{{name}_library}}" for name in doubted)
    yield working(
        "remark_used",
        "Remark, if it holds",
        USED,
        f'IFERROR(IF(OR(NOT{as_named},AND({as_library})),{{remark}}&"",'
        f'IF({{volume_change_used}}={{volume_change_library}},{other},"")),"")',
    )
    yield from _faults()
    yield working("number", "No.", FITNESS, "ROW()-ROW(Materials[[#Headers],[Material]])")
    for role in ROLES:
        yield from _fitness(role)


def _faults() -> Iterator[CalcColumn]:
    twice = quoted("this name stands more than once. ")
    number = quoted("the name is a number; write it as a text. ")
    none = quoted("this row has no name. ")
    yield working(
        "material_fault",
        "Fault: name",
        FAULTS,
        f'IF({{key}}="",{none},IF(ISNUMBER({{material}}),{number},'
        f'IF(COUNTIF({{Materials:key}},{literal("{key}")})>1,{twice},"")))',
    )
    kind = MATERIAL["kind"]
    other = quoted("Kind must stay ")
    yield working(
        "kind_fault",
        "Fault: kind",
        FAULTS,
        wrong_choice(kind, "{kind}")
        + f'&IF(OR({{kind}}="",{{kind_library}}="",{{kind}}={{kind_library}},'
        f'{{key}}<>{bare("{material_library}")}),"",'
        f"{other}&{{kind_library}}&{END})",
    )
    for name in PROPERTIES:
        quantity = MATERIAL[name]
        yield working(
            f"{name}_fault",
            f"Fault: {quantity.label}",
            FAULTS,
            wrong_number(quantity, f"{{{name}}}"),
        )


def _fitness(role: str) -> Iterator[CalcColumn]:
    """Why a material cannot be what a design makes it, or nothing; and its number among those."""
    field = ROLES[role]
    kinds = KINDS[field]
    words = " or ".join(kinds)
    label = DESIGN[field].label if role != "foil" else "a foil"
    # A kind that is not told is anyone's; an electrolyte must say whether it is liquid.
    allowed = [f"{{kind_used}}={quoted(kind)}" for kind in kinds]
    if "kind" not in NEEDS[field]:
        allowed.append('{kind_used}=""')
    fit = '""'
    for name in reversed([name for name in NEEDS[field] if name != "kind"]):
        lacks = quoted(f" has no {MATERIAL[name].label} in the Materials sheet. ")
        fit = f"IF(ISNUMBER({{{name}_used}}),{fit},{{material}}&{lacks})"
    yield working(
        f"fit_{role}",
        f"Fit as {role.replace('_', ' ')}",
        FITNESS,
        f'IF({{check}}="",{quoted("nothing. ")},IF({{check}}<>"ok",{{material}}&": "&{{check}},'
        f"IF(OR({','.join(allowed)}),{fit},"
        f'{{material}}&IF({{kind_used}}="", " has no kind"," is of kind "&{{kind_used}})&'
        f"{quoted(f'; expected as {label.lower()} one of kind {words}. ')})))",
    )
    yield working(
        f"{role}_number",
        f"No. as {role.replace('_', ' ')}",
        FITNESS,
        f'IF({{fit_{role}}}="",SUMPRODUCT(({{Materials:number}}<={{number}})*'
        f'({{Materials:fit_{role}}}="")),0)',
    )


MATERIALS_TABLE = CalcTable(MATERIALS.title, _columns())


def material_cells(
    material: Material, library: Material | None, typed: Material | None = None
) -> dict[str, Content]:
    """What the typed columns of a material's row hold, and the library's values beside them.

    `typed` is the row of a file that the material comes from, if any.
    """
    cells: dict[str, Content] = {
        "material": material.name,
        "kind": material.kind,
        # What a user typed, else the library's; the cell that a value stood in says nothing here.
        "source": (typed and typed.source) or (library or material).all_sources,
        "remark": material.remark or "; ".join(material.notes.values()),
    }
    for name in PROPERTIES:
        cells[name] = getattr(material, name)
    if library is not None:
        cells["material_library"] = library.name
        cells.update({f"{n}_library": getattr(library, n) for n in ("kind", *PROPERTIES)})
    return {name: value for name, value in cells.items() if value not in (None, "")}
