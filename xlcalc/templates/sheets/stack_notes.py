"""What a reader of a Stacks sheet should know of a result, in words."""

from __future__ import annotations

from collections.abc import Iterator

from xlcalc.physics.quantities import DESIGN
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.templates.cell_checks import limit
from xlcalc.templates.formula_table import CalcColumn, working
from xlcalc.templates.sheets.stack_faults import NUMBERS
from xlcalc.workbooks.formula_text import quoted


def note_columns() -> Iterator[CalcColumn]:
    """Columns with a note each where there is one, and all of them in ``notes_parts``."""
    doubted: dict[str, list[Quantity]] = {
        group: [] for group in ("capacities", "cathode", "anode", "other")
    }
    for quantity in NUMBERS:
        if quantity.plausible is None:
            continue
        side = quantity.name.split("_")[0]
        group = side if "fraction" in quantity.name or "porosity" in quantity.name else "other"
        if quantity.unit == "mAh/cm²" or quantity.name in ("np_ratio", "lithium_excess"):
            group = "capacities"
        doubted[group if group in doubted else "other"].append(quantity)
    for group, quantities in doubted.items():
        tests = "&".join(_doubt(quantity) for quantity in quantities)
        if group == "anode":
            tests = f'IF({{anode_pure}},"",{tests})'
        yield working(f"doubts_{group}", f"Unusual: {group}", "Notes", f'IFERROR({tests},"")')
    ratio = "{anode_areal_capacity_mah_cm2}/{cathode_areal_capacity_mah_cm2_used}"
    yield working(
        "note_balance",
        "Note on balance",
        "Notes",
        f"IFERROR(IF(NOT({{metal}})*({ratio}<1),"
        f'"the anode holds less than the cathode, but the energies count all of it. ",""),"")',
    )
    low, high = (limit(DESIGN["np_ratio"], what) for what in ("usual_from", "usual_to"))
    yield working(
        "note_foil",
        "Note on the anode's foil",
        "Notes",
        f"IFERROR(IF({{foil_given}}*OR(AND({ratio}>=1,{ratio}<{low}),{ratio}>{high}),"
        f'"the N/P ratio that follows from the foil is unusual. ",""),"")',
    )
    dry = " has no pores, so no liquid electrolyte. "
    yield working(
        "note_pores",
        "Note on pores",
        "Notes",
        f'IFERROR(IF({{liquid}}*({{cathode_porosity_used}}=0),{quoted("the cathode" + dry)},"")&'
        f"IF({{liquid}}*NOT({{anode_pure}})*({{anode_porosity_used}}=0),"
        f'{quoted("the anode" + dry)},""),"")',
    )
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
                *(f"{{note_{what}}}" for what in ("balance", "foil", "pores", "plate", "charged")),
            ]
        ),
    )


def _doubt(quantity: Quantity) -> str:
    cell = f"{{{quantity.name}}}"
    low, high = limit(quantity, "usual_from"), limit(quantity, "usual_to")
    said = quoted(f"{quantity.label} is unusual. ")
    if quantity.name == "np_ratio":
        # Lithium metal and foils do not use it.
        said = f'IF({{anode_pure}},"",{said})'
    return f'IF({cell}="","",IF(AND({cell}>={low},{cell}<={high}),"",{said}))'
