"""What a reader of a Stacks sheet should know of a result, in words."""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.model.rules import AGREES, NOTES, UNUSED
from xlcalc.physics.model.stack import STACK
from xlcalc.physics.notes import unused_note
from xlcalc.physics.quantities import DESIGN
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.templates.cell_checks import limit
from xlcalc.templates.formula_table import CalcColumn, working
from xlcalc.templates.sheets.stack_faults import NUMBERS, broken
from xlcalc.workbooks.formula_text import quoted

#: Fields that some designs do not use, a column for each group.
_UNUSED = {
    group: [name for name in UNUSED if name.split("_")[0] in first]
    for group, first in (
        ("capacities", ("np", "lithium")),
        ("anode", ("anode",)),
        ("separator", ("separator", "interlayer")),
        ("foil", ("negative",)),
    )
}
assert sorted(name for names in _UNUSED.values() for name in names) == sorted(UNUSED)

#: Notes besides doubts, in their order.
_SAID = (
    "balance",
    *(f"unused_{group}" for group in _UNUSED),
    *("foil", "stated", "plate", "charged"),
)

_RATIO = "{anode_areal_capacity_mah_cm2}/{cathode_areal_capacity_mah_cm2_used}"


def note_columns() -> Iterator[CalcColumn]:
    """Columns with a note each where there is one, and all of them in ``notes_parts``."""
    doubted: dict[str, list[Quantity]] = {
        group: [] for group in ("capacities", "cathode", "anode", "separator", "other")
    }
    for quantity in NUMBERS:
        if quantity.plausible is None:
            continue
        side = quantity.name.split("_")[0]
        of_side = "fraction" in quantity.name or "porosity" in quantity.name
        group = side if of_side or side == "separator" else "other"
        if quantity.unit == "mAh/cm²" or quantity.name in ("np_ratio", "lithium_excess"):
            group = "capacities"
        doubted[group if group in doubted else "other"].append(quantity)
    for group, quantities in doubted.items():
        tests = "&".join(_doubt(quantity) for quantity in quantities)
        if group == "anode":
            tests = f'IF({{anode_pure}},"",{tests})'
        yield working(f"doubts_{group}", f"Unusual: {group}", "Notes", f'IFERROR({tests},"")')
    yield working(
        "note_balance",
        "Note on balance",
        "Notes",
        f"IFERROR(IF(NOT({{metal}})*({_RATIO}<1),"
        f'"the anode holds less than the cathode and limits the energies. ",""),"")',
    )
    for group, names in _UNUSED.items():
        unused = "&".join(
            f'IFERROR({_unused(name, step, why)},"")'
            for name in names
            for step, why in UNUSED[name].items()
        )
        yield working(f"note_unused_{group}", f"Inputs not used: {group}", "Notes", unused)
    low, high = (limit(DESIGN["np_ratio"], what) for what in ("usual_from", "usual_to"))
    most = limit(DESIGN["lithium_excess"], "usual_to")
    yield working(
        "note_foil",
        "Note on the anode's foil",
        "Notes",
        f'IFERROR(IF(NOT({{foil_given}}),"",IF({{metal}},IF({_RATIO}>{most},'
        '"the lithium excess that follows from the foil is unusual. ",""),'
        f"IF(OR(AND({_RATIO}>=1,{_RATIO}<{low}),{_RATIO}>{high}),"
        '"the N/P ratio that follows from the foil is unusual. ",""))),"")',
    )
    stated = "&".join(
        f'IFERROR(IF({broken(step)},{quoted(text + ". ")},""),"")' for step, text in NOTES.items()
    )
    yield working("note_stated", "Notes on lithium and pores", "Notes", stated)
    yield working(
        "note_plate",
        "Note on the plate",
        "Notes",
        'IFERROR(IF({foil_sharing_used}="bipolar","the bipolar plate is "&{positive_foil_word}&'
        '", for both electrodes. ",""),"")',
    )
    yield working(
        "note_charged",
        "Note on the charged state",
        "Notes",
        'IF(ISNUMBER({anode_growth_number}),"",'
        + quoted(
            "no charged state: the anode's material lacks the value that its expansion model "
            "needs. "
        )
        + ')&IF(ISNUMBER({anode_row})*({expansion_model_used}="volume_change"),'
        'IF(INDEX({Materials:remark_used},{anode_row})="","",'
        'INDEX({Materials:remark_used},{anode_row})&". "),"")',
    )
    yield working(
        "notes_parts",
        "All notes",
        "Notes",
        "&".join(
            [
                *(f"{{doubts_{group}}}" for group in doubted),
                *(f"{{note_{what}}}" for what in _SAID),
            ]
        ),
    )


def _unused(name: str, step: str, why: str) -> str:
    """Formula for the note that a value is not used."""
    quantity = DESIGN[name]
    typed = f'{{{name}}}<>""'
    if quantity.kind == "number":
        typed += f",{{{name}}}<>0"
    if step in AGREES:
        typed += f",NOT({broken(AGREES[step])})"
    note = quoted(f"{unused_note(name, why).statement}. ")
    return f'IF(AND({_holds(step)},{typed}),{note},"")'


def _holds(step: str) -> str:
    return f"{{{step}}}" if step in STACK.steps else broken(step)


def _doubt(quantity: Quantity) -> str:
    cell = f"{{{quantity.name}}}"
    low, high = limit(quantity, "usual_from"), limit(quantity, "usual_to")
    said = quoted(f"{quantity.label} is unusual. ")
    if quantity.name == "np_ratio":
        # Lithium metal and foils do not use it.
        said = f'IF({{anode_pure}},"",{said})'
    return f'IF({cell}="","",IF(AND({cell}>={low},{cell}<={high}),"",{said}))'
