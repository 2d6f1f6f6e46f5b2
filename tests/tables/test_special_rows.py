"""Sheets as people shape them: no row is evaluated that is no design, and none is lost."""

import pytest

from tests.support.fuzz_files import WORKBOOKS, Sheet, write
from xlcalc.errors import InputError
from xlcalc.runs import batch, open_input
from xlcalc.runs.options import ReadOptions
from xlcalc.tables.header_matching import DESIGN_HEADERS, MATERIAL_HEADERS

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]
A = ["A", "NMC811", "Si", "LPSC", 20]
B = ["B", "NMC811", "Al", "LPSC", 30]
KINDS = ["xlsx", "xls", "ods", "xlsb", "csv"]
#: Kinds that are written without an office.
WRITTEN = ["xlsx", "xlsb", "csv"]


def names(done):
    return done.columns["design"].tolist()


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTAL:", "Average", "Mean value", "Min.", "Std dev", "Summe", "Grand total", "合计"],
)
def test_totals_are_left_alone(make_book, label):
    done = batch.run([make_book(Stacks=[HEADER, A, B, [label, None, None, None, 25]])])
    assert names(done) == ["A", "B"]
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, row 4: is a row of totals and is left alone"
    ]


def test_totals_under_the_first_material(make_book):
    rows = [HEADER[1:], A[1:], ["Total", None, None, 20]]
    assert len(names(batch.run([make_book(Stacks=rows)]))) == 1


def test_a_design_called_total_is_a_design(make_book):
    done = batch.run([make_book(Stacks=[HEADER, A, ["Total", *B[1:]], ["x", None, None, None, 5]])])
    assert names(done) == ["A", "Total", "x"]
    assert (done.summary.read, done.summary.evaluated) == (3, 2)


def test_a_header_that_comes_again(make_book):
    done = batch.run([make_book(Stacks=[HEADER, A, HEADER, B])])
    assert names(done) == ["A", "B"]
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, row 3: repeats the header and is left alone"
    ]


def test_another_table_below(make_book):
    other = [*HEADER[:4], "N/P ratio"]
    done = batch.run([make_book(Stacks=[HEADER, A, other, [*B[:4], 1.2], HEADER, A])])
    assert (done.summary.read, done.summary.evaluated) == (3, 2)
    assert done.summary.errors == [
        "book.xlsx, sheet Stacks, row 4: stands below another header, in row 3; expected one table "
        "on a sheet"
    ]


def test_another_table_far_down_a_large_csv_file(tmp_path, monkeypatch):
    monkeypatch.setattr(open_input, "_SMALL", 10)
    path = tmp_path / "in.csv"
    rows = [HEADER, *[A] * 50, ["Design", "Cathode", "Electrolyte", "Anode", "x"], *[A] * 50]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
    with pytest.raises(InputError, match=r"in.csv, row 52: is a header of other columns"):
        batch.run([path], read=ReadOptions(rows_per_chunk=10))


def test_totals_and_headers_in_a_large_csv_file(tmp_path, monkeypatch):
    path = tmp_path / "in.csv"
    rows = [HEADER, *[A] * 50, HEADER, *[B] * 50, ["Total", "", "", "", 2500]]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
    small = batch.run([path])
    monkeypatch.setattr(open_input, "_SMALL", 10)
    large = batch.run([path], read=ReadOptions(rows_per_chunk=10))
    assert names(large) == names(small) == ["A"] * 50 + ["B"] * 50
    assert sorted(large.summary.remarks) == sorted(small.summary.remarks)
    assert len(small.summary.remarks) == 2
    assert (
        (large.summary.read, large.summary.skipped_rows)
        == (small.summary.read, small.summary.skipped_rows)
        == (100, 2)
    )


def test_every_row_is_counted(make_book, run):
    rows = [HEADER, A, ["a remark"], None, HEADER, [*B[:4], "x"], ["Total", None, None, None, 9]]
    code, out, _ = run("batch", make_book(Stacks=[row or [] for row in rows]))
    assert code == 3
    assert "2 rows read, 1 evaluated, 1 in error, 3 more left alone" in out


def test_tables_beside_each_other(make_book):
    rows = [[*HEADER, None, *HEADER], [*A, None, *B], [*B, None, *A]]
    done = batch.run([make_book(Stacks=rows)])
    assert names(done) == ["A", "B"]
    assert done.summary.remarks == [
        "book.xlsx, sheet Stacks, cell G1: another table begins here, beside the first, and is "
        "left alone"
    ]


def test_the_first_whole_table_is_read(make_book):
    rows = [["Design", "Anode", None, *HEADER], ["x", "Si", None, *A]]
    assert names(batch.run([make_book(Stacks=rows)])) == ["A"]


@pytest.mark.parametrize("again", ["Cathode", "cathode"])
def test_a_column_that_stands_twice(make_book, again):
    with pytest.raises(InputError, match="means the same as"):
        batch.run([make_book(Stacks=[[*HEADER, again], [*A, "NMC811"]])])


def test_a_transposed_table(make_book):
    rows = [list(row) for row in zip(HEADER, A, B, strict=True)]
    with pytest.raises(InputError, match="column A: fields stand below each other .* transposed"):
        batch.run([make_book(Stacks=rows)])


def test_cells_beside_a_blank_row_are_named(make_book):
    done = batch.run([make_book(Stacks=[HEADER, A, [None] * 6 + ["stray"], B])])
    assert names(done) == ["A", "B"]
    assert "cell G3: stands below no header" in done.summary.remarks[0]


def test_no_name_of_a_field_begins_with_a_digit():
    # So texts of numbers need not be looked up as headers.
    for vocabulary in (DESIGN_HEADERS, MATERIAL_HEADERS):
        known = {**vocabulary._by_key, **vocabulary._by_suffix}
        assert len(known) > 20
        assert not [word for word in known if word[:1].isdigit()]


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("reference", [[A[:4]], [A[:4], B[:4]]])
@pytest.mark.parametrize("title", [[["Variants"]], []])
def test_the_first_of_two_tables_is_read_whichever_has_more_columns(
    make_file, kind, reference, title
):
    upper = [[*HEADER[:4], "Cathode porosity"], *([*row, 0.2] for row in reference)]
    lower = [[*HEADER, "N/P ratio", "Cell voltage [V]"], [*A[:4], 30, 1.3, 3.5]]
    done = batch.run([make_file(kind, *upper, [None], *title, *lower)])
    count = len(reference)
    assert (done.summary.read, done.summary.evaluated) == (count + 1, count)
    assert done.columns["cathode_porosity"][:count].tolist() == [0.2] * count
    (said,) = done.summary.errors
    assert "stands below another header" in said
    assert not any("used for all designs" in text for text in done.summary.remarks)


@pytest.mark.parametrize("kind", KINDS)
def test_a_header_that_comes_again_with_more_columns_is_another(make_file, kind):
    wider = [[*HEADER, "N/P ratio"], [*B, 1.3]]
    done = batch.run([make_file(kind, HEADER, A, *wider)])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    (said,) = done.summary.errors
    assert said.endswith(
        "row 4: stands below another header, in row 3; expected one table on a sheet"
    )


#: Rows of units as people write them, for a header without any.
UNITS = [
    ["-", "material", "material", "material", "nm", "Ah/m²"],
    ["string", "name", "name", "name", "nm", "Ah/m2"],
    ["(text)", "(text)", "(text)", "(text)", "(nm)", "(Ah/m2)"],
    ["text", None, None, None, "in nm", "in Ah/m²"],
]
BARE = [*HEADER[:4], "Separator thickness", "Cathode areal capacity"]


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("units", UNITS)
def test_units_below_the_header_have_words_beside_them(make_file, kind, units):
    done = batch.run([make_file(kind, BARE, units, [*A[:4], 20_000, 30])])
    assert (done.summary.read, done.summary.evaluated) == (1, 1)
    assert done.columns["separator_thickness_um"].tolist() == [20]
    assert done.columns["cathode_areal_capacity_mah_cm2"].tolist() == [3]


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("units", [*UNITS, ["e.g.", "NMC811", "Si", "LPSC", "nm", "Ah/m²"]])
@pytest.mark.parametrize("before", [[*A, 4], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]])
def test_rows_below_other_units_are_faults(make_file, kind, units, before):
    done = batch.run([make_file(kind, BARE, before, units, [*B[:4], 800, 10])])
    assert (done.summary.read, done.summary.evaluated) == (2, before[0] == "A")
    assert done.summary.errors[-1].endswith(
        "row 4: stands below other units, in row 3; expected units in the header or right below it"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_units_that_come_again_with_the_header_are_left_alone(make_file, kind):
    page = [BARE, UNITS[0], [*A[:4], 20_000, 30]]
    done = batch.run([make_file(kind, *page, *page)])
    assert (done.summary.read, done.summary.evaluated) == (2, 2)
    assert done.columns["separator_thickness_um"].tolist() == [20, 20]


def test_a_unit_alone_in_a_design_is_a_fault_of_its_row(make_file):
    done = batch.run([make_file("xlsx", HEADER, [*A[:4], "nm"], B)])
    assert (names(done), done.summary.evaluated) == (["A", "B"], 1)


@pytest.mark.parametrize("units", UNITS)
def test_other_units_far_down_a_large_csv_file(make_file, monkeypatch, units):
    monkeypatch.setattr(open_input, "_SMALL", 10)
    path = make_file("csv", BARE, *[[*A, 4]] * 50, units, *[[*A, 4]] * 50)
    with pytest.raises(InputError, match=r"row 52: holds units that are not those of the columns"):
        batch.run([path], read=ReadOptions(rows_per_chunk=10))


@pytest.mark.parametrize("kind", ["csv", *WORKBOOKS])
@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(
    "words", [["name", "material", "[type]", "text"], ["Units:", None, "-", ""]]
)
def test_words_beside_units(tmp_path, kind, above, words):
    header, units = [*HEADER[:4], "Separator thickness"], [*words, "mm"]
    rows = [*([units, header] if above else [header, units]), ["A", *A[1:4], 0.03]]
    done = batch.run([write(tmp_path, kind, rows)])
    assert (names(done), done.columns["separator_thickness_um"].tolist()) == (["A"], [30])
    (said,) = [text for text in done.summary.remarks if "holds units" in text]
    assert f"row {1 if above else 2}: holds units" in said


BARE_HEADER = [*HEADER[:4], "Separator thickness"]
IN_MM = [None, None, None, None, "mm"]
THIN = ["C", "NMC811", "Si", "LPSC", 0.03]


@pytest.mark.parametrize("kind", ["csv", *WORKBOOKS])
@pytest.mark.parametrize("remark", [["(nominal values)"], ["Units:"], [None, None, "mean of 3"]])
def test_a_remark_may_stand_above_the_units(tmp_path, kind, remark):
    done = batch.run([write(tmp_path, kind, [BARE_HEADER, remark + [None] * 2, IN_MM, THIN])])
    assert done.columns["separator_thickness_um"].tolist() == [30]


@pytest.mark.parametrize("kind", ["csv", *WORKBOOKS])
@pytest.mark.parametrize("pieces", [False, True])
def test_units_among_designs_are_those_of_the_header_or_a_fault(
    tmp_path, kind, pieces, monkeypatch
):
    if pieces:
        monkeypatch.setattr(open_input, "_SMALL", 0)
    same = [None, None, None, None, "µm"]
    done = batch.run([write(tmp_path, kind, [HEADER, A, same, B])])
    assert done.columns["separator_thickness_um"].tolist() == [20, 30]
    assert any(text.count("row 3: holds units") for text in done.summary.remarks)
    rows = [HEADER, A, IN_MM, THIN]
    if pieces and kind == "csv":
        with pytest.raises(InputError, match="row 3"):
            batch.run([write(tmp_path, kind, rows)])
        return
    done = batch.run([write(tmp_path, kind, rows)])
    assert (names(done), done.summary.evaluated) == (["A", "C"], 1)
    assert "row 4: stands below other units, in row 3" in done.summary.errors[0]


def test_a_unit_alone_in_the_first_column_is_no_remark(make_book):
    rows = [[row[4], *row[:4]] for row in (HEADER, A, IN_MM, B)]
    done = batch.run([make_book(Stacks=rows)])
    assert (names(done), done.summary.evaluated) == (["A", "B"], 1)


MATERIALS = {
    "another table begins here": [
        ["Material", "Density", None, "Material", "Specific capacity"],
        ["LPSC", 1.9, None, "NMC811", 180],
    ],
    "all densities in kg/m³ (A1)": [
        ["all densities in kg/m³"],
        ["Material", "Density"],
        ["LPSC", 1.9],
    ],
    "row 2: holds units": [["Material", "Density"], [None, "kg/m³"], ["LPSC", 1900]],
}


@pytest.mark.parametrize("kind", WORKBOOKS)
@pytest.mark.parametrize("said", MATERIALS)
def test_what_a_sheet_of_materials_leaves_alone_is_named(tmp_path, kind, said):
    path = tmp_path / f"in.{kind.rpartition('.')[2]}"
    sheets = [Sheet("Stacks", [HEADER, A]), Sheet("Materials", MATERIALS[said])]
    remarks = batch.run([WORKBOOKS[kind](path, sheets)]).summary.remarks
    assert len([text for text in remarks if "sheet Materials" in text and said in text]) == 1


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_materials_below_other_units_are_faults(tmp_path, kind):
    path = tmp_path / f"in.{kind.rpartition('.')[2]}"
    rows = [["Material", "Density"], ["LPSC", 1.9], [None, "kg/m³"], ["NMC811", 4700]]
    done = batch.run(
        [WORKBOOKS[kind](path, [Sheet("Stacks", [HEADER, A]), Sheet("Materials", rows)])]
    )
    assert "row 4: stands below other units, in row 3" in done.summary.errors[0]


@pytest.mark.parametrize("kind", ["csv", *WORKBOOKS])
@pytest.mark.parametrize(
    "above",
    [
        [IN_MM, [None] * 5],
        [["all values in mm"]],
        [["Units: mm"]],
        [[*IN_MM[:4], "Thickness [mm]"]],
    ],
)
def test_units_above_that_are_not_read_are_named(tmp_path, kind, above):
    done = batch.run([write(tmp_path, kind, [*above, BARE_HEADER, A])])
    assert done.columns["separator_thickness_um"].tolist() == [20]
    (said,) = [text for text in done.summary.remarks if "above the header" in text]
    assert "mm" in said
