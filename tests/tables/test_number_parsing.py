"""Cells that are read as numbers: what people type, and what may mean two things."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.problems import Problem
from xlcalc.runs import batch, open_input
from xlcalc.runs.options import ReadOptions
from xlcalc.tables.cell_values import Percent
from xlcalc.tables.number_parsing import Read, marks_of, read_number

THICKNESS = DESIGN["separator_thickness_um"]
POROSITY = DESIGN["cathode_porosity"]
RATIO = DESIGN["np_ratio"]
CAPACITY = DESIGN["cathode_areal_capacity_mah_cm2"]

READ = [
    ("20 µm", THICKNESS, 20),
    ("20µm", THICKNESS, 20),
    ("20 μm", THICKNESS, 20),
    ("20 um", THICKNESS, 20),
    ("20 microns", THICKNESS, 20),
    ("0.02 mm", THICKNESS, 20),
    ("0,029 mm", THICKNESS, 29),
    ("20000 nm", THICKNESS, 20),
    ("3 mAh/cm²", CAPACITY, 3),
    ("3 mAh cm-2", CAPACITY, 3),
    ("30 Ah/m2", CAPACITY, 3),
    ("60 %", POROSITY, 0.6),
    ("29%", POROSITY, 0.29),
    ("1,5", RATIO, 1.5),
    (",5", RATIO, 0.5),
    ("0,234", RATIO, 0.234),
    ("1234,567", RATIO, 1234.567),
    ("1,234.5", RATIO, 1234.5),
    ("1.234,5", RATIO, 1234.5),
    ("1,234,567", RATIO, 1234567),
    ("1 234", RATIO, 1234),
    ("1\u00a0234", RATIO, 1234),
    ("1\u202f234,5", RATIO, 1234.5),
    ("1'234.5", RATIO, 1234.5),
    ("1\u2019234", RATIO, 1234),
    ("\u00a01.5\u2009", RATIO, 1.5),
    ("'1.5", RATIO, 1.5),
    ("\uff11\uff0e\uff15", RATIO, 1.5),
    ("\u22120.5", RATIO, -0.5),
    ("1.2E-3", RATIO, 0.0012),
    ("1,2e-3", RATIO, 0.0012),
]


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize(("text", "quantity", "number"), READ)
def test_texts_that_mean_one_number(text, quantity, number, typed):
    read = read_number(text, quantity, typed=typed, marks=".,")
    assert isinstance(read, Read), read
    assert read.number == number
    # A csv file has only texts, and a plain number among them is nothing odd.
    assert read.how or (not typed and float(text) == number)


REFUSED = [
    ("1,234", THICKNESS, "which may mean 1234 or 1.234"),
    ("1.234", THICKNESS, "which may mean 1234 or 1.234"),
    ("12,345 µm", THICKNESS, "which may mean 12345 or 12.345"),
    ("2 cm2", THICKNESS, "without unit or in nm, µm, mm"),
    ("3 mAh", CAPACITY, "without unit or in mAh/cm²"),
    ("60 %", RATIO, "without unit"),
    ("60 %", THICKNESS, "without unit or in nm"),
    ("1_000", RATIO, "without _"),
    ("n/a", RATIO, "or a blank for 1.1"),
    ("-", RATIO, "or a blank for 1.1"),
    ("–", RATIO, "or a blank for 1.1"),
    ("TBD", RATIO, "or a blank"),
    ("1e999", RATIO, "is inf"),
    *(
        (text, RATIO, f"the text {text!r}")
        for text in ["1/2", "1-2", "~20", ">20", "20±1", "inf", "0x10", "1,", "1.5x10^3", "10³"]
    ),
    *(
        (text, RATIO, "the text")
        for text in ["1 2", "1,23,456", "1,234,56", "0,234,567", "1\n234", "1. 5", "--1", "½", "٣"]
    ),
]


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize(("text", "quantity", "sentence"), REFUSED)
def test_texts_that_mean_none_or_two(text, quantity, sentence, typed):
    read = read_number(text, quantity, typed=typed, marks=".,")
    assert isinstance(read, Problem)
    assert read.sentence.startswith(f"{quantity.label} is ")
    assert sentence in read.sentence


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("1,234", ",", 1.234),
        ("1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1.234", "", 1.234),
        ("1,234", "", None),
        ("1,5", ".", None),
        ("1.5", ",", None),
    ],
)
def test_a_known_mark_decides(text, marks, number):
    read = read_number(text, RATIO, typed=False, marks=marks)
    assert (read.number if isinstance(read, Read) else None) == number


@pytest.mark.parametrize(
    ("texts", "marks"),
    [
        (["1,5", "1.234"], ","),
        (["1.5", "1,234"], "."),
        (["1.5", "1,5"], ".,"),
        (["1,234"], ".,"),
        (["1.234", "x"], ""),
        (["1,234.5"], "."),
        (["1.234.567"], ","),
        ([], ""),
    ],
)
def test_marks_that_texts_show(texts, marks):
    assert marks_of(texts) == marks


def test_percent_cells_are_not_divided_again():
    hundredth = Decimal("0.01")
    assert read_number(Percent(0.6), POROSITY, typed=True, factor=hundredth) == Read(0.6)
    assert read_number(60, POROSITY, typed=True, factor=hundredth) == Read(0.6)
    assert "expected" in read_number(Percent(0.2), THICKNESS, typed=True).sentence


def test_in_formulas_a_text_is_no_number():
    assert "as a number" in read_number("1.1", RATIO, typed=True, marks=None).sentence


_STRICT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _expected(text):
    """The numbers that a text of digits, marks and a sign may mean, by rules of its own."""
    found = set()
    for decimal, thousands in [
        (".", ","),
        (",", "."),
        (".", " "),
        (",", " "),
        (".", "'"),
        (",", "'"),
    ]:
        whole, mark, part = text.partition(decimal)
        if mark and thousands in part:
            continue
        groups = whole.lstrip("+-").split(thousands)
        if len(groups) > 1 and (
            not 1 <= len(groups[0]) <= 3
            or groups[0].startswith("0")
            or any(len(g) != 3 or not g.isdecimal() for g in groups[1:])
        ):
            continue
        plain = whole.replace(thousands, "") + (f".{part}" if part else "")
        if _STRICT.fullmatch(plain) and (part or not mark or decimal == "."):
            found.add(Decimal(plain))
    return found


@given(st.text("0123456789.,' +-eE", max_size=12).map(str.strip))
@example("1,234")
@example("1.234,5")
@example("12 345,6e3")
def test_what_is_read_is_what_a_reference_reads(text):
    read = read_number(text, RATIO, typed=False, marks=".,")
    if isinstance(read, Read):
        meant = _expected(text.removeprefix("'").strip())
        assert {float(number) for number in meant} == {read.number}, text


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_sentence(text):
    for quantity in (*DESIGN.values(), *MATERIAL.values()):
        if quantity.kind == "number":
            read = read_number(text, quantity, typed=True)
            assert isinstance(read, Problem) or np.isfinite(read.number)


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_how_people_of_two_countries_write_a_number(number):
    text = f"{number:,.4f}"
    swapped = text.translate(str.maketrans(",.", ".,"))
    assert read_number(text, RATIO, typed=False, marks=".").number == float(f"{number:.4f}")
    assert read_number(swapped, RATIO, typed=False, marks=",").number == float(f"{number:.4f}")


ROW = ["d", "NMC811", "Si", "LPSC"]
HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]


def test_readings_are_told_by_kind_with_the_first_cell(make_book, run):
    cells = ["20 µm", "30 µm", "0,02", 25]
    path = make_book(Stacks=[HEADER, *([*ROW, cell] for cell in cells)])
    code, out, err = run("batch", path)
    assert code == 0
    assert "4 rows read, 4 evaluated" in out
    assert err.splitlines() == [
        "book.xlsx, sheet Stacks, cell E2: the text '20 µm' is read as 20 µm (in µm); so is 1 "
        "more of its column",
        "book.xlsx, sheet Stacks, cell E4: the text '0,02' is read as 0.02 µm (a decimal comma)",
        "book.xlsx, sheet Stacks, cell E4: Separator thickness 0.02 µm is unusual (usual: 1 to "
        "2000); 0.02 would be plausible in mm or cm",
        "book.xlsx, sheet Stacks, row 2: Si: 3579 mAh/g is that of Li15Si4, whose expansion is "
        "about 280 %; 320 % belongs to Li4.4Si (and 3 more: row 3, row 4, row 5)",
    ]
    assert batch.run([path]).columns["separator_thickness_um"].tolist() == [20, 30, 0.02, 25]


def test_texts_of_a_workbook_do_not_tell_of_each_other(make_book):
    path = make_book(Stacks=[HEADER, [*ROW, "1.5"], [*ROW, "1,234"]])
    done = batch.run([path])
    assert done.columns["separator_thickness_um"].tolist() == [1.5, "1,234"]
    assert "which may mean 1234 or 1.234" in done.summary.errors[0]


def _csv(tmp_path, *cells):
    path = tmp_path / "in.csv"
    rows = ["design;cathode;anode;electrolyte;np_ratio", *(f"d;NMC811;Si;LPSC;{c}" for c in cells)]
    path.write_text("\n".join(rows) + "\n")
    return path


def test_the_mark_of_a_csv_file_is_seen(tmp_path):
    done = batch.run([_csv(tmp_path, *["1,5"] * 1000, "1,234", "1.1")])
    assert done.columns["np_ratio"].tolist()[999:1001] == [1.5, 1.234]
    assert done.summary.remarks == ["in.csv: numbers have a decimal comma"]
    assert "where others have a decimal comma" in done.summary.errors[0]


def test_both_marks_in_a_csv_file_leave_doubtful_numbers_doubtful(tmp_path):
    done = batch.run([_csv(tmp_path, "1,5", "1.1", "1,234", "1.234")])
    assert done.columns["np_ratio"].tolist()[:2] == [1.5, 1.1]
    assert ["which may mean 1234 or 1.234" in error for error in done.summary.errors] == [
        True,
        True,
    ]


def test_the_mark_of_a_csv_file_is_told(tmp_path, run):
    path = _csv(tmp_path, "1,234")
    assert run("batch", path)[0] == 3
    code, _, err = run("batch", path, "--decimal", "comma", "-o", tmp_path / "out.csv")
    assert (code, err.splitlines()[0]) == (0, "in.csv: numbers have a decimal comma")
    assert pd.read_csv(tmp_path / "out.csv").np_ratio.tolist() == [1.234]


def test_large_and_small_csv_files_are_read_the_same(tmp_path, monkeypatch):
    path = _csv(tmp_path, *["1,5", "1,234"] * 50, "2", "1.234,5", "", "x")
    small = batch.run([path])
    monkeypatch.setattr(open_input, "_SMALL", 10)
    large = batch.run([path], read=ReadOptions(rows_per_chunk=30))
    assert large.columns["np_ratio"].tolist() == small.columns["np_ratio"].tolist()
    assert large.summary.errors == small.summary.errors
    assert small.columns["np_ratio"][101] == 1234.5
