"""Seven alloy anodes: Table 1 of the paper, what follows from it, and stacks with each of them."""

from __future__ import annotations

from xlcalc.physics import equations as eq
from xlcalc.physics.data import CITATION, read
from xlcalc.physics.expression import symbol
from xlcalc.physics.materials import Material, Materials
from xlcalc.physics.quantities import DESIGN, MATERIAL, RESULTS
from xlcalc.physics.quantities.quantity import Quantity
from xlcalc.tables.addresses import letters
from xlcalc.templates.designs import Designs, designs_of
from xlcalc.templates.formula_table import CalcColumn, CalcTable, input_column
from xlcalc.templates.native_charts import LineSeries, bars, lines
from xlcalc.templates.pages.breakdown import add_breakdown
from xlcalc.templates.pages.checks import Check, add_checks, stack_checks
from xlcalc.templates.pages.formula_page import TOP, add_calc_table, add_title
from xlcalc.templates.pages.readme import readme
from xlcalc.templates.pages.stacks import add_materials, add_references, add_stacks
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import STACKS_TABLE
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.charts.points import AnchoredChart
from xlcalc.workbooks.model_formulas import FormulaWriter
from xlcalc.workbooks.template_book import Formula, TemplateBook, TemplatePage, on

#: What the sheet Alloys takes beside the fields of a material.
_TYPED = {
    quantity.name: quantity
    for quantity in (
        Quantity(
            name="lithium_per_atom",
            label="Lithium per host atom",
            help="Lithium atoms per host atom in the most lithiated phase.",
            lower=0.0,
            plausible=(0.1, 5.0),
        ),
        Quantity(
            name="molar_mass",
            label="Molar mass of the host",
            unit="g/mol",
            help="Molar mass of the host.",
            lower=0.0,
            lower_open=True,
            plausible=(5.0, 250.0),
        ),
    )
}

TITLE, _CHARTS, _RETURNS = "Alloys", "Charts", "Returns"

#: Capacities of the hosts that show the diminishing return. [mAh/g]
_CAPACITIES = (150, 250, 372, 500, 700, 1000, 1500, 2000, 3000, 4000)

_STACK = {"cathode": "NMC811", "electrolyte": "LPSC", "np_ratio": 1.1}
_BY_LITHIUM = ", by lithium's molar volume"

_PAGES = (
    (TITLE, "Table 1 with what follows from it: capacities, expansion, energies of a stack."),
    (_CHARTS, "Energy densities charged and discharged, and capacities, as bars."),
    (_RETURNS, "Energy against the anode's specific capacity, at fixed density."),
    ("Stacks", "The stacks: each alloy with both expansion models, and the hosts of Returns."),
    ("Materials", "Material values with sources, and room for your own."),
    ("Breakdown", "Mass and thickness of every layer of one stack."),
    ("Checks", "What must hold; the verdict stands on top of every sheet."),
    ("Fields, Lists", "What columns mean, their limits and defaults; constants."),
)
_ABOUT = (
    (
        "Mixed phases",
        "Table 1 takes some values of one alloy from different phases; the column Remark says "
        "where. Capacities that follow from the phase stand beside those listed.",
    ),
    (
        "Stacks",
        "60 % of each alloy by volume in LPSC against NMC811, N/P 1.1, 20 µm separator; change "
        "them in the sheet Stacks. Voltages are derived, but for those that SI Table 4 gives.",
    ),
    (
        "Returns",
        "Hosts that do not exist: the density and potential of silicon, and capacities from 150 to "
        "4000 mAh/g. Beyond about 1000 mAh/g the anode is thin already.",
    ),
)


def build(designs: Designs | None = None) -> TemplateBook:
    """Make the workbook; it takes no designs of one's own."""
    designs = designs_of([*_alloy_stacks(), *_host_stacks()], [_host(c) for c in _CAPACITIES])
    book = TemplateBook("xlcalc: alloy anodes")
    readme(book, "Alloy anodes", _PAGES, _ABOUT)
    checks = _add_alloys(book)
    _add_returns(book)
    placed = add_stacks(book, designs)
    materials = add_materials(book, designs)
    closure = add_breakdown(book, "Si")
    add_checks(book, materials, [*stack_checks(placed), closure, *checks])
    add_references(book, materials)
    return book


def _alloys() -> list[dict[str, str]]:
    phases = {row["name"]: row for row in read("alloys")}
    return [{**row, **phases[row["name"]]} for row in read("paper_table_1")]


def _alloy_stacks() -> list[dict[str, object]]:
    printed = {
        row["anode_electrode"].split()[-1].split("/")[0]: float(row["voltage_v"])
        for row in read("paper_si_table_4")
        if row["group"] == "Sulfides" and row["anode_electrode"].startswith("60%")
    }
    stacks = []
    for model, suffix in (("volume_change", ""), ("molar_volume", _BY_LITHIUM)):
        for row in _alloys():
            name = row["name"]
            stack = {**_STACK, "design": name + suffix, "anode": name, "expansion_model": model}
            if name in printed:
                stack["cell_voltage_v"] = printed[name]
            stacks.append(stack)
    return stacks


def _host_name(capacity: int) -> str:
    return f"host of {capacity} mAh/g"


def _host(capacity: int) -> Material:
    silicon = Materials.library()["Si"]
    return Material(
        name=_host_name(capacity),
        kind="anode",
        density_g_cm3=silicon.density_g_cm3,
        specific_capacity_mah_g=capacity,
        potential_v=silicon.potential_v,
        lithium_molar_volume_cm3_mol=silicon.lithium_molar_volume_cm3_mol,
        source="assumption: density, potential and lithium's molar volume of Si",
    )


def _host_stacks() -> list[dict[str, object]]:
    return [
        {
            **_STACK,
            "design": _host_name(capacity),
            "anode": _host_name(capacity),
            "expansion_model": "molar_volume",
        }
        for capacity in _CAPACITIES
    ]


def _columns() -> list[CalcColumn]:
    def out(name: str, header: str, group: str, formula: str, like: str) -> CalcColumn:
        quantity = {**MATERIAL, **RESULTS}[like]
        return CalcColumn(
            name=name, header=header, role="result", group=group, formula=formula, quantity=quantity
        )

    def of_material(what: str) -> str:
        whole = f"{{Materials:{what}_used}}"
        return f"INDEX({whole},MATCH({{material}},{{Materials:material}},0))"

    def of_stack(what: str, suffix: str = "") -> str:
        name = f'{{material}}&"{suffix}"' if suffix else "{material}"
        return f"INDEX({{Stacks:{what}}},MATCH({name},{{Stacks:design}},0))"

    listed, follows, stack = (
        "Materials sheet",
        "Follows from the phase",
        "Stack with it (sheet Stacks)",
    )
    own = {
        "density_g_cm3": "{density_g_cm3_listed}",
        "lithium_molar_volume": of_material("lithium_molar_volume_cm3_mol"),
    }
    write = FormulaWriter(lambda name: own.get(name, f"{{{name}}}"))
    lithium, mass = symbol("lithium_per_atom"), symbol("molar_mass")
    volumes = {
        "lithium_per_atom": lithium,
        "host_molar_volume": mass / symbol("density_g_cm3"),
        "lithium_molar_volume": symbol("lithium_molar_volume"),
    }
    return [
        input_column(MATERIAL["material"], "Table 1"),
        CalcColumn(
            name="phase", header="Most lithiated phase", role="input", group="Table 1", text=True
        ),
        *(input_column(quantity, "Table 1") for quantity in _TYPED.values()),
        *(
            out(f"{n}_listed", f"{MATERIAL[n].label}, listed{_unit(n)}", listed, of_material(n), n)
            for n in (
                "specific_capacity_mah_g",
                "density_g_cm3",
                "potential_v",
                "volume_change",
                "diffusion_low_cm2_s",
                "diffusion_high_cm2_s",
            )
        ),
        out(
            "theoretical",
            "Theoretical capacity [mAh/g]",
            follows,
            write(eq.theoretical_capacity(lithium_per_atom=lithium, molar_mass=mass)),
            "specific_capacity_mah_g",
        ),
        out(
            "difference",
            "Listed over theoretical capacity, less 1",
            follows,
            "{specific_capacity_mah_g_listed}/{theoretical}-1",
            "swelling_fraction",
        ),
        out(
            "expansion",
            "Volume change by lithium's molar volume",
            follows,
            write(eq.alloy_volume_change(**volumes)),
            "swelling_fraction",
        ),
        out(
            "expanded",
            "Volumetric capacity, fully expanded [Ah/L]",
            follows,
            write(eq.expanded_volumetric_capacity(**volumes)),
            "specific_capacity_mah_g",
        ),
        *(
            out(f"stack_{n}", RESULTS[n].header, stack, of_stack(n), n)
            for n in (
                "specific_energy_wh_kg",
                "energy_density_wh_l",
                "energy_density_charged_wh_l",
                "swelling_fraction",
            )
        ),
        out(
            "charged_by_lithium",
            "Energy density, charged, by lithium's molar volume [Wh/L]",
            stack,
            of_stack("energy_density_charged_wh_l", _BY_LITHIUM),
            "energy_density_wh_l",
        ),
        out(
            "other",
            "Its stacks are of another anode (1), or of it (0)",
            stack,
            f"IF(AND(IFERROR({of_stack('anode_word')}={{material}},FALSE),"
            f"IFERROR({of_stack('anode_word', _BY_LITHIUM)}={{material}},FALSE)),0,1)",
            "specific_capacity_mah_g",
        ),
        CalcColumn(name="remark", header="Remark", role="input", group="Remark", text=True),
    ]


def _unit(name: str) -> str:
    return f" [{MATERIAL[name].unit}]" if MATERIAL[name].unit else ""


def _add_alloys(book: TemplateBook) -> list[Check]:
    page = book.page(TITLE)
    add_title(page, "Alloy anodes", f"Table 1 of {CITATION}, and what follows from it.")
    table = CalcTable(
        TITLE,
        _columns(),
        {MATERIALS_TABLE.name: MATERIALS_TABLE, STACKS_TABLE.name: STACKS_TABLE},
    )
    rows = [
        {
            "material": row["name"],
            "phase": row["phase"],
            "lithium_per_atom": float(row["lithium_per_atom"]),
            "molar_mass": float(row["molar_mass_g_mol"]),
            "remark": row["note"] or None,
        }
        for row in _alloys()
    ]
    placed = add_calc_table(page, table, rows, room=0)
    page.freeze = f"B{placed.first}"
    page.widths.update({1: 18, placed.column("Remark"): 70})
    names = on(TITLE, f"A{placed.first}:A{placed.last}")

    def of(name: str) -> tuple[str, str]:
        column = placed.column(table[name].header)
        letter = letters(column)
        return table[name].header, on(TITLE, f"{letter}{placed.first}:{letter}{placed.last}")

    charts = book.page(_CHARTS, one_wide=True, printed_columns=12)
    add_title(charts, "Charts of alloys")
    energies = ("stack_energy_density_wh_l", "stack_energy_density_charged_wh_l")
    title = "Energy density of stacks with each alloy, discharged and charged"
    energy_series = [of(name) for name in (*energies, "charged_by_lithium")]
    _place(charts, 4, title, names, energy_series, "Energy density [Wh/L]")
    title = "Capacity per mass of the host, and per volume when fully expanded"
    capacities = ("specific_capacity_mah_g_listed", "theoretical", "expanded")
    series = [of(name) for name in capacities]
    _place(charts, 44, title, names, series, "Capacity [mAh/g or Ah/L]")
    charts.breaks = [42]
    worst = table.whole("difference")
    return [
        (
            "Listed capacities are within 5 % of the theoretical ones of their phases",
            f"SUMPRODUCT(({worst}>1/20)+({worst}<-1/20))",
        ),
        ("Each alloy's stacks in Stacks have it as anode", f"SUM({table.whole('other')})"),
    ]


def _place(
    page: TemplatePage, row: int, title: str, names: str, series: list[tuple[str, str]], axis: str
) -> None:
    chart = bars(title, names, series, axis)
    chart.width, chart.height = 21.0, 13.0
    page.charts.append(
        AnchoredChart(
            chart=chart, anchor=f"A{row}", name=title, alt=f"Bars for each alloy: {title}."
        )
    )


def _add_returns(book: TemplateBook) -> None:
    page = book.page(_RETURNS, portrait=True, one_tall=True, printed_columns=6)
    add_title(page, "Diminishing return", "Fixed density; only the anode's capacity differs.")
    shown = ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l")
    headers = [DESIGN["anode"].label, MATERIAL["specific_capacity_mah_g"].header]
    headers += [RESULTS[name].header for name in shown]
    page.put_row(TOP, 1, headers, style.HEADER_RESULT)
    page.heights[TOP] = 48
    page.widths = {1: 26, **dict.fromkeys(range(2, 7), 18.0)}
    whole, materials = STACKS_TABLE.whole, MATERIALS_TABLE.whole
    for row, capacity in enumerate(_CAPACITIES, start=TOP + 1):
        page.put(row, 1, _host_name(capacity), style.TEXT)
        value = f"MATCH($A{row},{materials('material')},0)"
        value = f"=INDEX({materials('specific_capacity_mah_g_used')},{value})"
        page.put(row, 2, Formula(value), style.decimals(0))
        for column, name in enumerate(shown, start=3):
            energy = f"=INDEX({whole(name)},MATCH($A{row},{whole('design')},0))"
            page.put(row, column, Formula(energy), style.decimals(1))
    last = TOP + len(_CAPACITIES)
    across = on(_RETURNS, f"B{TOP + 1}:B{last}")
    row = last + 4
    for unit, columns in (("Wh/kg", "C"), ("Wh/L", "DE")):
        series = [
            LineSeries(
                "=" + on(_RETURNS, f"{letter}{TOP}"),
                across,
                on(_RETURNS, f"{letter}{TOP + 1}:{letter}{last}"),
            )
            for letter in columns
        ]
        title = f"Energy against the anode's specific capacity [{unit}]"
        chart = lines(title, MATERIAL["specific_capacity_mah_g"].header, f"Energy [{unit}]", series)
        chart.width, chart.height = 22.0, 9.0
        page.charts.append(
            AnchoredChart(
                chart=chart,
                anchor=f"A{row}",
                name=title,
                alt=f"Lines that flatten: {title.lower()}, at fixed density of the anode's host.",
            )
        )
        row += 20
