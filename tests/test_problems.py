"""Problems are data from where they arise to where they are shown; sentences are made of them."""

import pickle

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xlcalc import Material, Materials, Stack
from xlcalc.errors import (
    DesignError,
    InputError,
    MaterialError,
    MissingValueError,
    UnknownMaterialError,
)
from xlcalc.functions.arguments import FailureError
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.problems import NOWHERE, Location, Problem, as_problem
from xlcalc.runs import check as checks
from xlcalc.runs.check import REPORTED, Finding, check, grouped
from xlcalc.tables.evaluate import evaluate_records
from xlcalc.tables.number_parsing import read_number

SI = {"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC"}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (NOWHERE, ""),
        (Location("a.csv"), "a.csv"),
        (Location("a.xlsx", "My sheet", "E12"), "a.xlsx, sheet My sheet, cell E12"),
        (Location("a.csv", cell="row 3"), "a.csv, row 3"),
        (Location(cell="row 3, column 'x: y'"), "row 3, column 'x: y'"),
        (Location(design="A"), "design 'A'"),
        (Location("a.csv", cell="E2", design="A"), "a.csv, cell E2"),
    ],
)
def test_a_location_in_words(where, words):
    assert str(where) == words


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (Problem("is empty"), "is empty"),
        (Problem("is empty", expected="designs"), "is empty; expected designs"),
        (Problem("is 60", expected="less", hint="write 0.6"), "is 60; expected less; write 0.6"),
        (Problem("is odd", hint="did you mean Si?"), "is odd; did you mean Si?"),
        (Problem(expected="a name"), "expected a name"),
        # What a user wrote is never read as a form to fill in.
        (Problem("is '{x} %s; expected'"), "is '{x} %s; expected'"),
    ],
)
def test_a_problem_in_a_sentence(problem, sentence):
    assert problem.statement == problem.sentence == str(problem) == sentence
    there = problem.at(Location("a.csv", cell="E2"))
    assert there.sentence == f"a.csv, cell E2: {sentence}"
    assert there.statement == sentence
    assert there.at(NOWHERE) == problem


def test_a_problem_is_filled_in_as_it_travels_and_never_changed():
    bare = Problem("Density is -1", expected="more", field="density_g_cm3")
    of_material = bare.of("material 'Ag'").at(Location("a.csv"))
    assert of_material.sentence == "a.csv: material 'Ag': Density is -1; expected more"
    assert (bare.where, bare.text, of_material.field) == (NOWHERE, "Density is -1", bare.field)
    with pytest.raises(AttributeError):
        bare.text = "x"
    assert as_problem("x") == Problem("x")
    assert as_problem(bare) is bare


def test_errors_carry_their_problem_also_to_other_processes():
    problem = Problem("is empty", expected="designs", where=Location("a.csv"))
    error = pickle.loads(pickle.dumps(InputError(problem)))
    assert (error.problem, str(error)) == (problem, "a.csv: is empty; expected designs")
    assert InputError("a sentence").problem == Problem("a sentence")
    unknown = pickle.loads(pickle.dumps(UnknownMaterialError(problem)))
    assert (unknown.problem, str(unknown)) == (problem, problem.sentence)


@pytest.mark.parametrize(
    "quantity", [q for q in (*DESIGN.values(), *MATERIAL.values()) if q.kind == "number"]
)
def test_numbers_out_of_range_say_what_is_expected(quantity):
    for value in (-1e10, 1e10, 1e-12, float("nan"), float("inf"), quantity.lower - 1):
        problem = quantity.out_of_range(value)
        assert (problem.field, problem.expected) == (quantity.name, quantity.expected)
        assert problem.text.startswith(f"{quantity.label} is {value:g}")
        assert problem.rule
    if quantity.fraction and quantity.allows(0.6):
        assert quantity.out_of_range(60).hint == "for 60 % write 0.6"


def test_numbers_out_of_range_follow_one_rule_whatever_they_are():
    ratio = DESIGN["np_ratio"]
    assert ratio.out_of_range(-1).rule == ratio.out_of_range(-2.5).rule
    assert ratio.out_of_range(-1).rule != ratio.out_of_range(1e12).rule


@pytest.mark.parametrize(
    ("change", "error", "field", "design", "expected"),
    [
        ({"np_ratio": -1}, DesignError, "np_ratio", "", "a number above 0"),
        ({"np_ratio": -1, "design": "A"}, DesignError, "np_ratio", "A", "a number above 0"),
        ({"np_ratio": "x"}, DesignError, "np_ratio", "", "a number above 0"),
        ({"anode": "Sii"}, UnknownMaterialError, "anode", "", ""),
        ({"foil_sharing": "x"}, DesignError, "foil_sharing", "", DESIGN["foil_sharing"].expected),
        ({"anode": "anode-free", "lithium_excess": 2}, DesignError, "lithium_excess", "", "0, or"),
        ({"anode_active_fraction": 0.99, "anode_binder_fraction": 0.1}, DesignError,
         "anode_active_fraction", "", "at most 1"),
        ({"electrolyte": "Al foil"}, DesignError, "electrolyte", "", "a material of kind"),
    ],
)  # fmt: skip
def test_errors_of_a_stack_are_data(change, error, field, design, expected):
    with pytest.raises(error) as raised:
        Stack(**{**SI, **change})
    problem = raised.value.problem
    assert (problem.field, problem.where.design) == (field, design)
    assert problem.expected.startswith(expected)
    assert str(raised.value) == problem.sentence


def test_a_material_that_lacks_a_value():
    own = Materials.library().with_own([Material(name="Bare", kind="anode")])
    with pytest.raises(MissingValueError) as raised:
        Stack(**{**SI, "anode": "Bare"}, materials=own, design="A")
    problem = raised.value.problem
    assert (problem.field, problem.where.design) == ("anode", "A")
    assert problem.text == "material 'Bare' has no Density"
    with pytest.raises(MaterialError) as raised:
        Material(name="Ag", density_g_cm3=-1)
    assert raised.value.problem.field == "density_g_cm3"
    assert raised.value.problem.expected == MATERIAL["density_g_cm3"].expected


def test_reasons_of_unusable_materials_may_be_sentences_too():
    reason = Problem("Density is -1", expected="more", where=Location("a.xlsx", "Materials", "B3"))
    for why in (reason, reason.sentence):
        own = Materials.library().with_own([], {"Ag": why})
        assert own.unknown("Ag").sentence == f"'Ag' cannot be used: {reason.sentence}"
    assert Materials.library().with_own([], {"Ag": reason}).unknown("Ag").expected == "more"


def test_cells_that_are_no_numbers_follow_a_rule_of_their_kind():
    ratio = DESIGN["np_ratio"]
    rules = [read_number(cell, ratio, typed=True).rule for cell in ("x", "y y", "n/a", True, [1])]
    assert rules[0] == rules[1]
    assert len({*rules}) == 4


@pytest.mark.parametrize(
    ("name", "cells", "error", "expected"),
    [
        ("SSB_CHARGE_DENSITY", ("x", 4.78, 0.6), "#VALUE!", "a number of at least 0 mAh/g"),
        ("SSB_CHARGE_DENSITY", (200, -1, 0.6), "#NUM!", "a number above 0 g/cm³"),
        ("SSB_COMPOSITE_DENSITY", ([[0.9, 0.9]], [[1, 1]]), "#NUM!", "at most 1"),
        ("SSB_MATERIAL", ("Sii", "density"), "#N/A", ""),
        ("SSB_SPECIFIC_ENERGY", ("NMC811", "Si", "LPSC", "x"), "#VALUE!", "a number above 0"),
        ("SSB_SPECIFIC_ENERGY", ("NMC811", "Sii", "LPSC"), "#N/A", ""),
        ("SSB_SPECIFIC_ENERGY", ("NMC811", "LPSC", "LPSC"), "#NUM!", "a material of kind anode"),
    ],
)
def test_failures_of_functions_are_data(name, cells, error, expected):
    function = CATALOGUE[name]
    assert function(*cells) == error
    with pytest.raises(FailureError) as raised:
        function._answer(cells)
    assert (raised.value.error, raised.value.problem.cell_error) == (error, error)
    assert raised.value.problem.expected.startswith(expected)


def test_status_is_made_of_the_problems_of_its_row():
    evaluation = evaluate_records([SI, {**SI, "np_ratio": -1, "cathode_porosity": 60}])
    assert list(evaluation.faults) == [1]
    ratio, porosity = evaluation.faults[1]
    assert (ratio.field, porosity.field) == ("np_ratio", "cathode_porosity")
    assert ratio.where == Location(cell="row 1, column 'np_ratio'")
    assert evaluation.columns["status"][1] == f"{ratio.sentence}; {porosity.sentence}"


# What a check tells of each kind of fault.

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "N/P ratio"]
ROW = ["A", "NMC811", "Si", "LPSC", 1.1]


#: A name that no reading back of sentences could tell from the words around it.
TITLE = "My, cell A1 sheet"


def book(path, *, own=(), rows=(ROW,)):
    made = openpyxl.Workbook()
    made.active.title = TITLE
    for row in (HEADER, *rows):
        made.active.append(row)
    if own:
        materials = made.create_sheet("Materials")
        for row in (["Material", "Kind", "Density"], *own):
            materials.append(row)
    made.save(path)
    return path


def columns_of(path, kind):
    """Columns of the first finding of a kind."""
    found = next(each for each in check([path]).findings if each.kind == kind)
    assert tuple(found.columns) == REPORTED
    return found.columns


def told(found, *names):
    return tuple(found[name] for name in names)


PLACE = ("file", "sheet", "cell")


@pytest.mark.parametrize(
    ("column", "cell", "field", "found", "expected"),
    [
        (1, "NMC9", "cathode", "NMC9", "the name of a material"),
        (2, None, "anode", "", "the name of a material"),
        (3, 5, "electrolyte", "5", "the name of a material"),
        (4, "; expected 5: x", "np_ratio", "; expected 5: x", "a number above 0"),
        (4, -1, "np_ratio", "-1", "a number above 0"),
        (4, True, "np_ratio", "TRUE", "a number above 0"),
        (4, "1,234", "np_ratio", "1,234", "a number above 0, without marks in thousands"),
    ],
)
def test_a_wrong_cell(tmp_path, column, cell, field, found, expected):
    row = [*ROW]
    row[column] = cell
    told_of = columns_of(book(tmp_path / "in.xlsx", rows=[ROW, row]), "design")
    assert told(told_of, *PLACE) == ("in.xlsx", TITLE, f"{'ABCDE'[column]}3")
    assert told(told_of, "design", "field", "found", "expected") == ("A", field, found, expected)


def test_a_wrong_material(tmp_path):
    path = book(tmp_path / "in.xlsx", own=[["Ag", "anode", "heavy"]])
    found = columns_of(path, "material")
    assert told(found, *PLACE) == ("in.xlsx", "Materials", "C2")
    assert told(found, "field", "expected") == ("Ag", MATERIAL["density_g_cm3"].expected)


def test_a_cell_without_letters(tmp_path):
    path = tmp_path / "in.parquet"
    names = ["cathode", "anode", "electrolyte", "Cathode porosity"]
    pq.write_table(pa.table(dict(zip(names, (["NMC811"], ["Si"], ["LPSC"], [60.0])))), path)  # noqa: B905
    found = columns_of(path, "design")
    assert told(found, *PLACE) == ("in.parquet", "", "row 1, column 'Cathode porosity'")
    assert found["expected"] == DESIGN["cathode_porosity"].expected


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        ("", "", "a table of designs"),
        ("cathode,anode,electrolyte,np_ratio,N/P ratio\nNMC811,Si,LPSC,1,1\n", "E1", "one column"),
        ("cathode,anode,electrolyte,Cell voltage [um]\nNMC811,Si,LPSC,1\n", "D1", "'Cell voltage"),
        ("cathode,anode,electrolyte\nNMC811,Si,\"LPSC\n", "row 2", "quotation marks in pairs"),
        ("cathode,anode\nNMC811,Si\n", "row 1", ""),
        ("cathode,anode,electrolyte\n", "row 1", ""),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(tmp_path, text, cell, expected):
    path = tmp_path / "in.csv"
    path.write_text(text)
    found = columns_of(path, "file")
    assert told(found, *PLACE) == ("in.csv", "", cell)
    assert found["expected"].startswith(expected)
    assert not found["sentence"].startswith("in.csv")


def test_a_file_that_the_system_keeps_is_called_by_its_name(tmp_path, monkeypatch):
    def refuse(*_, **__):
        problem = Problem("cannot be read (why not)", where=Location(str(tmp_path / "in.csv")))
        raise InputError(problem)

    path = tmp_path / "in.csv"
    path.write_text("cathode,anode,electrolyte\nNMC811,Si,LPSC\n")
    monkeypatch.setattr(checks, "read_tables", refuse)
    assert told(columns_of(path, "file"), "file", "sentence") == (
        "in.csv",
        "cannot be read (why not)",
    )


def test_a_remark_and_a_note(tmp_path):
    rows = [ROW, [*ROW[:4], 20], ["only a remark"], [*ROW[:4], "1,2"]]
    path = book(tmp_path / "in.xlsx", rows=rows)
    assert told(columns_of(path, "remark"), *PLACE) == ("in.xlsx", TITLE, "E5")
    assert told(columns_of(path, "note"), *PLACE, "design") == ("in.xlsx", TITLE, "E3", "A")


def test_findings_are_one_where_they_follow_one_rule():
    def finding(rule="", text="x", cell="A1", file="a.csv", rows=1):
        problem = Problem(text, where=Location(file, cell=cell), rule=rule)
        return Finding("note", problem, rows, ["A3"][: rows - 1])

    found = [finding("r", "is 1"), finding("r", "is 2", "A2", rows=2), finding("s", "is 2")]
    found += [finding("r", "is 1", file="b.csv"), finding(text="is 1"), finding(text="is 2")]
    groups = grouped(found)
    assert [len(group.cells) for group in groups] == [2, 0, 0, 0, 0]
    assert groups[0].sentence == "a.csv, cell A1: is 1 (and 2 more: A2, A3)"
