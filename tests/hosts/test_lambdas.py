"""The LAMBDA names in IronCalc against the catalogue called from Python."""

import random

import pytest

from tests.support.books import ROOT
from tests.support.formula_book import same
from tests.support.lambda_book import LambdaBook, lambda_file, written
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.lambdas.names import CLOSED_FORM, lambda_names
from xlcalc.physics.quantities import MATERIAL
from xlcalc.tables.cell_values import CellError
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.templates.sheets.stacks import STACKS_TABLE

SI = ("NMC811", "Si", "LPSC")
NA, VALUE, NUM = CellError("#N/A"), CellError("#VALUE!"), CellError("#NUM!")
ENERGIES = ("SSB_SPECIFIC_ENERGY", "SSB_ENERGY_DENSITY", "SSB_ENERGY_DENSITY_CHARGED")
NUMBERS = (
    "SSB_CHARGE_DENSITY",
    "SSB_ELECTRODE_THICKNESS",
    "SSB_ELECTRODE_LOADING",
    "SSB_THEORETICAL_CAPACITY",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return lambda_file(tmp_path_factory.mktemp("lambda") / "lambda.xlsx")


@pytest.fixture
def book(file):
    return LambdaBook(file)


def differing(book, calls):
    """Calls, as pairs of name and cells, whose formula gives something else than the catalogue."""
    formulas = [written(name, cells) for name, cells in calls]
    return [
        (formula, found, expected)
        for (name, cells), formula, found in zip(
            calls, formulas, book.work_out(formulas), strict=True
        )
        if not same(found, expected := CATALOGUE[name](*cells))
    ]


def random_design(rng, faults):
    """Arguments of a stack's function, some left out; with `faults`, one or two are wrong."""
    liquid = rng.random() < 0.2
    whole = rng.choice((1, 0.9999995))
    hosts = ("Si", "Al", "Sn", "Sb", "In", "Mg", "Zn", "graphite", "silicon", "s i", "TIN")
    anode = rng.choice((*hosts, "Li", "lithium metal", "None", "Anode-Free", "anodeless"))
    free = anode in ("None", "Anode-Free", "anodeless")
    cells = [
        rng.choice(("NMC811", "nmc-811", "NMC 811", "LiNi0.8Mn0.1Co0.1O2")),
        anode,
        rng.choice(("liquid electrolyte", "Liquid")) if liquid else rng.choice(("LPSC", "llzo")),
        rng.uniform(0.1, 20),
        rng.choice((rng.uniform(0.1, 1), rng.uniform(1, 5))),
        rng.uniform(0.5, 500),
        whole if liquid else rng.uniform(0.05, 1),
        whole if liquid else rng.uniform(0.05, 1),
        rng.uniform(1, 5),
        0 if free else rng.choice((0, rng.uniform(0, 5))),
        rng.choice(("single", "double_sided", "Double sided", "BIPOLAR")),
    ]
    for position in (3, 4, 5, 8, 9, 10, *(() if liquid else (6, 7))):
        if rng.random() < 0.3:
            cells[position] = None
    for _ in range(rng.choice((1, 2)) if faults else 0):
        position = rng.randrange(len(cells))
        words = ("Sj", "Al foil", "binder", "LPSC", "Si", "", "liquid", "triple", 3, NA)
        numbers = (0, -1, 1.5, 60, 1e12, "x", "4", True, False, CellError("#DIV/0!"), 1e-10)
        cells[position] = rng.choice(words if position in (0, 1, 2, 10) else numbers)
    return cells[: rng.randint(3, 11)] if rng.random() < 0.3 else cells


@pytest.mark.parametrize("faults", [False, True])
def test_random_stacks(book, faults):
    rng = random.Random(4)
    calls = [(rng.choice(ENERGIES), random_design(rng, faults)) for _ in range(1000)]
    assert not differing(book, calls)


def test_every_anode_and_electrolyte(book):
    calls = [
        (name, ("NMC811", anode, electrolyte, None, None, None, 1, 1))
        for name in ENERGIES
        for anode in ("Si", "Al", "Sn", "Sb", "In", "Mg", "Zn", "graphite", "Li", "None")
        for electrolyte in ("LPSC", "LLZO", "liquid electrolyte")
    ]
    assert not differing(book, calls)


def test_random_numbers(book):
    rng = random.Random(5)

    def cell():
        odd = (None, "x", "", True, False, -1, 0, 1e12, 1.5, NA, CellError("#DIV/0!"))
        return rng.uniform(0, 1) if rng.random() < 0.8 else rng.choice(odd)

    calls = []
    for _ in range(200):
        name = rng.choice(NUMBERS)
        calls.append((name, [cell() for _ in CATALOGUE[name].arguments]))
    assert not differing(book, calls)


def test_composites(book):
    rng = random.Random(6)
    calls = []
    for count in (1, 2, 3, 5) * 10:
        shares = [rng.uniform(0, 1.2 / count) for _ in range(count)]
        densities = [rng.uniform(0, 10) for _ in range(count)]
        fractions = [shares] if rng.random() < 0.5 else [[share] for share in shares]
        calls.append(("SSB_COMPOSITE_DENSITY", [fractions, [densities]]))
    calls += [
        ("SSB_COMPOSITE_DENSITY", cells)
        for cells in (
            (0.5, 2.0),
            ([[0.6, 0.4]], [[4.78]]),
            ([[0.6, -0.1]], [[4.78, 1.86]]),
            ([[0.6, "x"]], [[4.78, 1.86]]),
            ([[0.6, True]], [[4.78, 1.86]]),
            ([[0.6, NA]], [[4.78, 1.86]]),
            (),
        )
    ]
    assert not differing(book, calls)


def test_every_value_of_every_material(book):
    kinds = [name for name, q in MATERIAL.items() if q.kind == "number"]
    names = ("NMC811", "Si", "tin", "Li", "LPSC", "Li7La3Zr2O12", "liquid", "Al foil", "Cu", "Sx")
    calls = [
        ("SSB_MATERIAL", (name, word))
        for name in names
        for kind in (*kinds, "material", "kind", "source")
        for word in (kind, MATERIAL[kind].header)
    ]
    for word in ("density (g/cm3)", "DENSITY [g/cm^3]", "Specific Capacity", "potential", "vol"):
        calls.append(("SSB_MATERIAL", ("Si", word)))
    for word in ("density [kg/m³]", "volume change %", "colour", "s", "", 3, "kind (old)", NA):
        calls.append(("SSB_MATERIAL", ("Si", word)))
    calls += [("SSB_MATERIAL", (word, "density")) for word in ("S*", "S?", "-", 3, "", NA)]
    assert not differing(book, calls)


def test_ranges_broadcast(book):
    """Fig. 3 is one formula; rows and columns spread over each other, blanks take defaults."""
    column, line = [[0.3], [0.6], [0.9]], [[20, 50, 100]]
    calls = [
        ("SSB_ENERGY_DENSITY", (*SI, None, None, line, None, column)),
        ("SSB_ENERGY_DENSITY", (*SI, line, None, [[20, 50]])),
        ("SSB_SPECIFIC_ENERGY", ("NMC811", [["Si", "Sj", ""]], [["LPSC"], ["LLZO"]])),
        ("SSB_SPECIFIC_ENERGY", (*SI, [[1, NA], ["x", -1]], 1.2)),
        ("SSB_ENERGY_DENSITY", (*SI, [[2, 4], [6, 8]], [[1.1, 2]], 20, [[0.5], [0.6]])),
        ("SSB_ENERGY_DENSITY_CHARGED", (*SI, NA, None, line)),
        ("SSB_CHARGE_DENSITY", ([[200], [231]], 4.78, [[0.5, 2]])),
        ("SSB_MATERIAL", ([["Si"], ["Al"]], [["density", "kind", "colour"]])),
        ("SSB_STACK", SI),
        ("SSB_STACK", ("NMC811", "None", "LLZO", 3, 2, 10, 0.5, 0.4, 3, 0, "bipolar")),
        ("SSB_STACK", ("NMC811", "graphite", "liquid", 3, 2, 10, 1, 1, 3, 0, "double_sided")),
        ("SSB_STACK", ("NMC811", [["Si", "Al"]], "LPSC")),
        ("SSB_STACK", ("NMC811", "Sj", "LPSC")),
    ]
    assert not differing(book, calls)


def test_blank_cells(book):
    book.add_sheet("Typed", {(1, 1): 4, (3, 1): "4", (4, 1): True, (5, 1): '=""'})
    found = book.work_out(
        [
            '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",Typed!A2)',
            '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",Typed!A1:A5)',
            '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC",,,,,,,,Typed!A2,Typed!A2)',
            '=SSB_ENERGY_DENSITY("NMC811",Typed!A2,"LPSC")',
            "=SSB_CHARGE_DENSITY(200,Typed!A2,0.6)",
            "=SSB_COMPOSITE_DENSITY(Typed!A1:A2,{1,2})",
        ]
    )
    default = CATALOGUE["SSB_ENERGY_DENSITY"](*SI)
    one = CATALOGUE["SSB_ENERGY_DENSITY"](*SI, 1)
    for value, expected in zip(
        found,
        [default, [[default], [default], [VALUE], [one], [default]], default, VALUE, VALUE, VALUE],
        strict=True,
    ):
        assert same(value, expected)


HEADERS = ["Material", "Kind", "Density [g/cm³]", "Specific capacity [mAh/g]", "potential_v"]
OWN = {
    "good": [
        [*HEADERS, "VOLUME CHANGE", "supplier"],
        ["NMC-X", "cathode", 4.6, 231, 3.9, None, "a"],
        ["Si", None, 2.2],
        ["aluminium", "Anode", None, 900, None, 0.9],
        ["Ge", None, 5.323, 1384, 0.4, 2.7],
        ["Li3InCl6", "solid-electrolyte", 2.59],
        ["bare", "anode"],
        ["odd", "nonsense", 2.0],
        ["Sn", "cathode", 7.0],
        ["heavy", "anode", -1.0, 500, 0.4],
        ["wordy", "anode", "2.0", 500, 0.4],
        ["twice", "anode", 2.0, 500, 0.4],
        ["Twice", "anode", 3.0, 500, 0.4],
        ["Cu foil", None, 9.5],
    ],
    "another order": [["Density (g/cm3)", "material"], [3.0, "Si"], [4.0, "LPSC"]],
    "another unit": [["Material", "Density [kg/m³]"], ["Si", 2200]],
    "no names": [["Kind", "Density [g/cm³]"], ["anode", 2.2]],
    "no rows": [HEADERS],
    "percent": [["Material", "Volume change %"], ["Si", 280]],
    "no foil": [["Material", "Density"], ["Al foil", -1.0]],
}


def test_own_materials(book):
    formulas, expected = [], []
    for number, (name, rows) in enumerate(OWN.items()):
        title = f"Own{number}"
        width = max(map(len, rows))
        rows = [[*row, *(None,) * (width - len(row))] for row in rows]
        book.add_sheet(
            title,
            {(r, c): cell for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1)},
        )
        reference = f"{title}!A1:{'ABCDEFG'[width - 1]}{len(rows)}"
        anodes = {row[0] for row in rows[1:] if name == "good"} | {"Si", "Al", "Li", "Sj", "None"}
        for anode in sorted(anodes):
            for function in ENERGIES:
                cells = ("NMC811", anode, "LPSC", *(None,) * 8)
                formulas.append(written(function, cells)[:-1] + f",{reference})")
                expected.append(CATALOGUE[function](*cells, rows))
            for what in ("density", "specific capacity", "kind", "volume_change", "material"):
                formulas.append(f'=SSB_MATERIAL("{anode}","{what}",{reference})')
                expected.append(CATALOGUE["SSB_MATERIAL"](anode, what, rows))
        formulas.append(f'=SSB_STACK("NMC-X","Ge","Li3InCl6",,,,,,,,,{reference})')
        expected.append(CATALOGUE["SSB_STACK"]("NMC-X", "Ge", "Li3InCl6", *(None,) * 8, rows))
    found = book.work_out(formulas)
    wrong = [
        each for each in zip(formulas, found, expected, strict=True) if not same(each[1], each[2])
    ]
    assert not wrong
    # The tables are not all refused, nor all taken.
    assert {NA, VALUE} < {value for value in found if isinstance(value, CellError)}
    assert sum(isinstance(value, float) for value in found) > 50


def column(table, name, top=4):
    """Column of a template's table, and its first row."""
    return 1 + [c.name for c in table.columns].index(name), top + 1


def test_the_materials_sheet_is_where_values_come_from(book):
    place, first = column(MATERIALS_TABLE, "density_g_cm3")
    rows = {book.value("Materials", row, 1): row for row in range(first, first + 30)}
    formula = '=SSB_ENERGY_DENSITY("NMC811","Si","LPSC")'
    before = book.work_out([formula])[0]
    book.type("Materials", rows["Si"], place, 1.5)
    own = [["Material", "Density"], ["Si", 1.5]]
    expected = CATALOGUE["SSB_ENERGY_DENSITY"](*SI, *(None,) * 8, own)
    assert same(book.work_out([formula])[0], expected)
    assert before > expected * 1.01
    # A row that is wrong cannot be used.
    book.type("Materials", rows["Si"], place, -1.5)
    assert book.work_out([formula])[0] == NA
    book.type("Materials", rows["Si"], place, 2.33)
    assert same(book.work_out([formula])[0], before)


def test_own_rows_of_the_materials_sheet(book):
    first = column(MATERIALS_TABLE, "material")[1]
    free = next(n for n in range(first, first + 60) if book.value("Materials", n, 1) is None)
    for what, cell in {
        "material": "Ge (pure)",
        "kind": "anode",
        "density_g_cm3": 5.323,
        "specific_capacity_mah_g": 1384,
        "potential_v": 0.4,
    }.items():
        book.type("Materials", free, column(MATERIALS_TABLE, what)[0], cell)
    own = [HEADERS, ["Ge (pure)", "anode", 5.323, 1384, 0.4]]
    cells = ("NMC811", "ge_(Pure)", "LPSC", *(None,) * 8)
    found = book.work_out([written(name, cells) for name in ENERGIES])
    expected = [CATALOGUE[name](*cells, own) for name in ENERGIES]
    assert same([found], [expected])
    assert expected[2] == NA


def test_stacks_and_the_functions_agree(book):
    """Each row of the Stacks sheet beside the functions of its cells."""
    fields = ("cathode", "anode", "electrolyte", "cathode_areal_capacity_mah_cm2", "np_ratio")
    fields += ("separator_thickness_um", "cathode_active_fraction", "anode_active_fraction")
    fields += ("cell_voltage_v", "lithium_excess", "foil_sharing")
    results = ("specific_energy_wh_kg", "energy_density_wh_l", "energy_density_charged_wh_l")
    places = {name: column(STACKS_TABLE, name)[0] for name in (*fields, *results)}
    first = column(STACKS_TABLE, "cathode")[1]
    rows = [n for n in range(first, first + 14) if book.value("Stacks", n, places["cathode"])]
    assert len(rows) == 14

    def address(place, row):
        letters = ""
        while place:
            place, rest = divmod(place - 1, 26)
            letters = chr(65 + rest) + letters
        return f"Stacks!{letters}{row}"

    for name, result in zip(ENERGIES, results, strict=True):
        formulas = [
            f"={name}({','.join(address(places[field], row) for field in fields)})" for row in rows
        ]
        found = book.work_out(formulas)
        expected = [book.value("Stacks", row, places[result]) for row in rows]
        assert all(isinstance(value, float) for value in expected)
        assert same([found], [expected])


def test_which_functions_there_are():
    assert set(CATALOGUE) - set(CLOSED_FORM) == {"SSB_EVALUATE", "SSB_EXPLAIN"}


def test_listed_differences(book):
    """What the document says the names do otherwise than the catalogue, and nothing silent."""
    rows = [["Material", "Density [g cm⁻³]", "Source"], ["Si", 2.2, "balance"]]
    book.add_sheet(
        "Own", {(r, c): cell for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1)}
    )
    table = [["Material", "Density", "Source"], rows[1]]
    book.add_sheet(
        "Plain", {(r, c): cell for r, row in enumerate(table, 1) for c, cell in enumerate(row, 1)}
    )
    material = CATALOGUE["SSB_MATERIAL"]
    listed = {
        '=SSB_MATERIAL("S.i","density")': (NA, material("S.i", "density")),
        '=SSB_MATERIAL("anode-free","density")': (NA, material("anode-free", "density")),
        '=SSB_MATERIAL("Si","density",Own!A1:C2)': (VALUE, material("Si", "density", rows)),
        '=SSB_MATERIAL("Si","source",Plain!A1:C2)': (
            "balance",
            material("Si", "source", table),
        ),
    }
    for found, (here, elsewhere) in zip(book.work_out(list(listed)), listed.values(), strict=True):
        assert found == here != elsewhere
    # The sheet's remark, where the function called from Python has none.
    assert "Li15Si4" in book.work_out(['=SSB_MATERIAL("Si","remark")'])[0]
    assert material("Si", "remark") == NA


def test_the_document_knows_every_name():
    text = (ROOT / "docs" / "lambda.md").read_text(encoding="utf-8")
    for name in lambda_names():
        assert f"`{name}`" in text or name.removeprefix("_") in CLOSED_FORM
    assert all(f"`{name}`" in text for name in CLOSED_FORM)
    assert f"{CATALOGUE['SSB_ENERGY_DENSITY'](*SI):.16g}" in text


def test_libreoffice_opens_the_file(file, soffice):
    """It knows no LAMBDA, and works out everything else."""
    csv = "csv:Text - txt - csv (StarCalc)"
    [made] = soffice(file, csv, ":44,34,76,1,,0,false,true,false,false,false,2", recalculate=True)
    assert "All checks passed" in made.read_text("utf-8")
