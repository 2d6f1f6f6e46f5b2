"""Which sheets of a workbook are read: none that is hidden in silence, none left out unnamed."""

import json

import openpyxl
import pytest

from tests.support.xlsb_book import make_xlsb
from xlcalc.errors import InputError
from xlcalc.runs import batch
from xlcalc.runs.options import ReadOptions

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]
#: A design, and what its separator of 20, 30 or 40 µm gives.
A = ["a", "NMC811", "Si", "LPSC", 20]
B = ["b", "NMC811", "Si", "LPSC", 30]
C = ["c", "NMC811", "Si", "LPSC", 40]
WH_L = {"a": 1147.399, "b": 1058.127, "c": 981.744}

KINDS = ["xlsx", "xls", "ods", "xlsb"]


@pytest.fixture
def book(make_book, tmp_path, request):
    """Make a workbook of a kind, some of whose sheets are hidden (1) or very hidden (2)."""

    def make(kind, states=None, **sheets):
        if kind == "xlsb":
            return make_xlsb(tmp_path / "book.xlsb", states=states, **sheets)
        path = make_book(**sheets)
        if states:
            made = openpyxl.load_workbook(path)
            made.active = next(n for n, t in enumerate(sheets) if t not in states)
            for title, state in states.items():
                made[title].sheet_state = ("hidden", "veryHidden")[state - 1]
            made.save(path)
        return path if kind == "xlsx" else request.getfixturevalue("soffice")(path, kind)[0]

    return make


def energies(done):
    found = zip(done.columns["design"].tolist(), done.columns["energy_density_wh_l"], strict=True)
    return {name: round(float(value), 3) for name, value in found}


def only(*names):
    return {name: WH_L[name] for name in names}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", [1, 2])
def test_a_hidden_sheet_is_never_read_before_one_that_is_shown(book, kind, state):
    path = book(kind, {"Input": state}, Input=[HEADER, B], Cells=[HEADER, A])
    done = batch.run([path])
    assert energies(done) == only("a")
    (remark,) = done.summary.remarks
    assert remark.startswith(f"{path.name}: holds designs on other sheets, too, which are not read")
    assert "'Input' (hidden)" in remark
    assert "--sheet NAME reads them" in remark


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_sheet_called_stacks_is_not_read_before_one_that_is_shown(book, kind):
    path = book(kind, {"Stacks": 1}, Stacks=[HEADER, B], Cells=[HEADER, A])
    assert energies(batch.run([path])) == only("a")


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_sheet_that_is_read_is_named(book, kind):
    path = book(kind, {"Input": 1}, Notes=[["see Input"]], Input=[HEADER, B])
    said = f"{path.name}, sheet Input: is a hidden sheet and is read"
    done = batch.run([path])
    assert (energies(done), done.summary.remarks) == (only("b"), [said])
    done = batch.run([path], read=ReadOptions(sheet="Input"))
    assert (energies(done), done.summary.remarks) == (only("b"), [said])


def test_a_shown_sheet_with_a_slip_is_not_passed_over_for_a_hidden_one(book):
    slip = [*HEADER[:3], "Elektrolite", HEADER[4]]
    path = book("xlsx", {"Input": 1}, Input=[HEADER, B], Cells=[slip, A])
    with pytest.raises(InputError, match="no column for electrolyte"):
        batch.run([path])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("empty", [[], [HEADER], [HEADER, [], [None, None, None, None, "µm"]]])
@pytest.mark.parametrize("title", ["Template", "Stacks"])
def test_an_empty_first_sheet_is_passed_over(book, kind, empty, title):
    path = book(kind, **{title: empty, "2026": [HEADER, C]})
    if title == "Stacks" and len(empty) > 1:
        # A sheet of that name with anything below its header is meant.
        with pytest.raises(InputError, match="sheet Stacks, row 1: nothing stands below"):
            batch.run([path])
    else:
        assert energies(batch.run([path])) == only("c")


@pytest.mark.parametrize("kind", KINDS)
def test_sheets_that_are_not_read_are_named_everywhere(book, run, kind):
    path = book(kind, **{"2024": [HEADER, A], "2025": [HEADER, B], "2026": [HEADER, C]})
    said = (
        f"{path.name}: holds designs on other sheets, too, which are not read: '2025', '2026'; "
        "--sheet NAME reads them; give it for each, or --sheet '*' for all shown"
    )
    code, out, err = run("batch", path, "--json")
    remarks = json.loads(out)["remarks"]
    assert (code, remarks[0], err.splitlines()) == (0, said, remarks)
    assert said in run("check", path)[1]
    findings = json.loads(run("check", path, "--json")[1])["findings"]
    assert [f["kind"] for f in findings if said.endswith(f["sentence"])] == ["remark"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "asked", [["*"], ["202?"], ["2024", "2025", "2026"], ["2024", "2025*", "*"]]
)
def test_several_sheets_in_one_run(book, run, tmp_path, kind, asked):
    sheets = {"2024": [HEADER, A], "2025": [HEADER, B], "2026": [HEADER, C], "Notes": [["x"]]}
    path = book(kind, **sheets)
    options = [word for name in asked for word in ("--sheet", name)]
    code, out, err = run("batch", path, *options, "--json")
    assert (code, "not read" in err) == (0, False)
    done = json.loads(out)
    assert {d["design"]: round(d["energy_density_wh_l"], 3) for d in done["designs"]} == WH_L
    assert [d["sheet"] for d in done["designs"]] == ["2024", "2025", "2026"]
    assert (done["files"], len(done["provenance"]["inputs"])) == ([path.name], 1)
    assert "3 rows: 3 can be evaluated" in run("check", path, *options)[1]
    for ending in ("csv", "xlsx", "parquet"):
        assert run("batch", path, *options, "--output", tmp_path / f"out.{ending}")[0] == 0
        assert run("check", tmp_path / f"out.{ending}", path)[0] == 0
    assert (tmp_path / "out.csv").read_text().splitlines()[0].endswith(",sheet")


def test_patterns_leave_hidden_sheets_and_those_without_designs(book, run):
    sheets = {"2024": [HEADER, A], "2025": [HEADER, B], "2026": [["Notes"]]}
    path = book("xlsx", {"2025": 1}, **sheets)
    assert energies(batch.run([path], read=ReadOptions(sheet="20*"))) == only("a")
    code, _, err = run("batch", path, "--sheet", "19*")
    assert (code, "has no sheet '19*'; it has 2024, 2025, 2026" in err) == (2, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_pattern_leaves_no_sheet_that_looks_like_designs_in_silence(book, run, kind):
    blank = ["b", "NMC811", None, "LPSC", 30]
    slip = [*HEADER[:3], "Elektrolite", HEADER[4]]
    path = book(kind, **{"2024": [HEADER, A], "2025": [HEADER, blank], "2026": [slip, C]})
    code, out, err = run("batch", path, "--sheet", "*", "--json")
    done = json.loads(out)
    assert code == 3
    (right, wrong) = done["designs"]
    assert (right["design"], right["status"], wrong["design"]) == ("a", "ok", "b")
    assert f"{path.name}, sheet 2025, cell C2: Anode is blank" in wrong["status"]
    said = (
        f"{path.name}, sheet 2026: looks like designs and is not read; expected a column for each "
        "required field"
    )
    assert said in done["remarks"]
    assert said in err
    # What is asked for by its name is read, or refused.
    assert (
        "sheet 2026, row 1: no column for electrolyte" in run("batch", path, "--sheet", "2026")[2]
    )


def test_a_sheet_that_cannot_be_used_costs_itself_alone(book, run):
    path = book("xlsx", **{"2024": [HEADER, A], "2025": [HEADER[:3], B], "2026": [HEADER, C]})
    options = ["--sheet", "2024", "--sheet", "2025", "--sheet", "2026"]
    code, out, err = run("batch", path, *options)
    assert (code, "2 rows read, 2 evaluated" in out) == (3, True)
    assert "sheet 2025, row 1: no column for electrolyte" in err
    code, out, _ = run("check", path, *options)
    assert (code, "no column for electrolyte" in out) == (3, True)


def test_what_takes_one_sheet_refuses_several(book, run, tmp_path):
    path = book("xlsx", **{"2024": [HEADER, A], "2025": [HEADER, B]})
    new = tmp_path / "o.xlsx"
    code, _, err = run("template", "stack", "--designs", path, "--sheet", "*", "-o", new)
    assert (code, "has 2 sheets that --sheet names; expected one" in err) == (2, True)
    code, _, err = run("batch", path, "--fill", new, "--sheet", "2024", "--sheet", "2025")
    assert (code, "--fill takes one workbook and one sheet" in err) == (2, True)


MATERIALS = [["Material", "Specific capacity [mAh/g]"], ["NMC811", 150]]


def capacity(done):
    return next(m for m in done.materials if m.name == "NMC811").specific_capacity_mah_g


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", ["Materials ", "materials", " MATERIALS"])
def test_a_materials_sheet_however_it_is_spelled_is_used(book, kind, title):
    path = book(kind, **{"Stacks": [HEADER, A], title: MATERIALS})
    done = batch.run([path])
    assert (capacity(done), done.summary.remarks) == (150, [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_materials_sheet_is_used_and_named(book, kind):
    path = book(kind, {"Materials": 2}, Stacks=[HEADER, A], Materials=MATERIALS)
    done = batch.run([path])
    assert capacity(done) == 150
    assert done.summary.remarks == [f"{path.name}, sheet Materials: is a hidden sheet and is read"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", ["materials (2)", "Database", "My materials"])
def test_a_sheet_that_looks_like_materials_is_named(book, kind, title):
    path = book(kind, **{"Stacks": [HEADER, A], title: MATERIALS})
    done = batch.run([path])
    assert capacity(done) != 150
    assert done.summary.remarks == [
        f"{path.name}, sheet {title}: looks like materials and is not read; expected one sheet "
        "called Materials"
    ]


def test_a_copy_of_the_materials_sheet_is_named(book):
    copy = [MATERIALS[0], ["NMC811", 120]]
    path = book("xlsx", **{"Stacks": [HEADER, A], "Materials": MATERIALS, "Materials (2)": copy})
    done = batch.run([path])
    assert capacity(done) == 150
    assert "sheet Materials (2): looks like materials and is not read" in done.summary.remarks[0]
