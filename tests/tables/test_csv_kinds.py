"""Csv files as programs leave them: rows that end early, comments, marks in thousands."""

import json

import pytest

from xlcalc.runs import batch, open_input
from xlcalc.runs.check import check
from xlcalc.runs.options import ReadOptions

HEAD = "Design,Cathode,Anode,Electrolyte,Separator thickness [µm],N/P ratio"
ROW = "NMC811,Si,LPSC"


@pytest.fixture(params=["small", "large"])
def read(request, monkeypatch, tmp_path):
    """Run a text, read as a whole or in pieces of two rows."""
    if request.param == "large":
        monkeypatch.setattr(open_input, "_SMALL", 0)

    def read(text, decimal=""):
        path = tmp_path / "in.csv"
        path.write_text(text, "utf-8")
        return batch.run([path], read=ReadOptions(rows_per_chunk=2, decimal_mark=decimal))

    return read


def csv(*rows, head=HEAD):
    return "\n".join([head, *rows]) + "\n"


def test_a_row_that_ends_early_is_a_fault_and_no_row_of_defaults(read):
    done = read(
        csv(f"a,{ROW},20,1.1", f"b,{ROW},20", "c,NMC811,Si", f"d,{ROW},30,1.2", f"e,{ROW},,")
    )
    assert done.columns["status"].tolist() == [
        "ok",
        "in.csv, row 3: has 5 cells; expected 6 as in the header; a blank cell needs its separator "
        "too",
        "in.csv, row 4: has 3 cells; expected 6 as in the header; a blank cell needs its separator "
        "too",
        "ok",
        "ok",
    ]
    assert done.columns["energy_density_wh_l"][0] == pytest.approx(1147.4, abs=0.05)
    assert done.summary.defaults["separator_thickness_um"] == {"20": 1}


def test_separators_that_spreadsheets_add_are_no_cells(read):
    rows = [f"a,{ROW},20,1.1,,,", f"b,{ROW},30,1.1", f"c,{ROW},30,1.1,"]
    done = read(csv(*rows, head=HEAD + ",,,"))
    assert done.columns["status"].tolist() == ["ok"] * 3
    assert done.columns["separator_thickness_um"].tolist() == [20, 30, 30]


def test_a_row_with_more_cells_than_the_header_is_a_fault(read):
    done = read(csv(f"a,{ROW},20,5,1.1", f"b,{ROW},20,1.1"))
    assert done.columns["status"].tolist() == [
        "in.csv, row 2: has 7 cells; expected 6 as in the header",
        "ok",
    ]


def test_remarks_totals_and_blank_lines_are_none(read):
    done = read(csv(f"a,{ROW},20,1.1", "by A. Engineer", "", "Total,,,,20", ",,"))
    assert done.columns["status"].tolist() == ["ok"]
    assert done.summary.skipped_rows == 2


def test_comments_are_left_alone_and_named_once(read):
    text = "# exported 2026-03-01\n# operator, station, lot\n" + csv(
        f"a,{ROW},20,1.1",
        f"# b,{ROW},30,1.1",
        f"c,{ROW},30,1.1",
        "  #d",
        '"# e",x',
        f"f,{ROW},20,1.1",
    )
    done = read(text)
    assert done.columns["design"].tolist() == ["a", "c", "f"]
    assert done.summary.in_error == 0
    assert done.summary.skipped_rows == 3
    assert done.summary.noted[0] == (
        "in.csv, row 1: is a comment (#) and is left alone (and 4 more: row 2, row 5, row 7, row 8)"
    )


def test_a_header_behind_a_comment_sign_is_the_header(read):
    done = read(csv(f"a,{ROW},30,1.1", head=f"# {HEAD}"))
    assert done.columns["design"].tolist() == ["a"]
    assert done.columns["separator_thickness_um"].tolist() == [30]


def test_a_comment_with_headers_is_no_header(read):
    done = read(
        "# Design, Cathode, Anode, Electrolyte, N/P, foil sharing, cell voltage\n"
        + csv(f"a,{ROW},30,1.1")
    )
    assert done.columns["separator_thickness_um"].tolist() == [30]


def test_designs_with_numbers_and_errors_are_no_comments(read):
    done = read(csv(f"#1,{ROW},20,1.1", f"#N/A,{ROW},20,1.1", f"#DIV/0!,{ROW},20,1.1"))
    assert done.columns["design"].tolist() == ["#1", "#N/A", "#DIV/0!"]


def test_comments_are_told_by_check_and_json(tmp_path, run):
    path = tmp_path / "in.csv"
    path.write_text(csv(f"a,{ROW},20,1.1", "# x", "# y"), "utf-8")
    sentence = "in.csv, row 3: is a comment (#) and is left alone (and 1 more: row 4)"
    assert sentence in run("check", path)[1]
    assert sentence in json.loads(run("batch", path, "--json")[1])["remarks"]
    assert sentence in run("batch", path)[2]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_thousands_or_decimals_are_asked_for(read, separator):
    text = csv(f"a,{ROW},20.000,", f"b,{ROW},30.000,", head=HEAD.replace("µm", "nm"))
    text = text.replace(",", separator)
    done = read(text)
    (first, _) = done.summary.errors
    assert first == (
        "in.csv, cell E2: Separator thickness is the text '20.000', which may mean 20000 or "
        "20.000; expected a number above 0 µm, without marks in thousands (xlcalc batch and check "
        "take --decimal comma or point)"
    )
    done = read(text, ",")
    assert done.columns["separator_thickness_um"].tolist() == [20, 30]
    assert done.columns["energy_density_wh_l"][0] == pytest.approx(1147.4, abs=0.05)
    assert read(text, ".").columns["separator_thickness_um"].tolist() == [0.02, 0.03]


@pytest.mark.parametrize(
    ("cells", "separator", "numbers"),
    [
        # Another number shows the mark.
        (["20.000", "1.234,5", "7"], ";", [20000, 1234.5, 7]),
        (["20.000", "7,5", "7"], ";", [20000, 7.5, 7]),
        (["20.000", "0.600", "7"], ";", [20, 0.6, 7]),
        (["20.000", "1.5", "7"], "\t", [20, 1.5, 7]),
        # Where commas separate cells a point is before decimals.
        (["20.000", "30.000", "7"], ",", [20, 30, 7]),
        # Nothing is doubtful.
        (["20", "30", "7"], ";", [20, 30, 7]),
    ],
)
def test_numbers_beside_show_which_mark_it_is(read, cells, separator, numbers):
    rows = [f"{n};NMC811;Si;LPSC;{cell};1" for n, cell in enumerate(cells)]
    text = csv(*rows, head=HEAD.replace(",", ";")).replace(";", separator)
    assert read(text).columns["separator_thickness_um"].tolist() == numbers


def test_a_doubtful_number_far_down_is_asked_for(read):
    rows = [f"{n};NMC811;Si;LPSC;20;1" for n in range(1500)]
    done = read(csv(*rows, "x;NMC811;Si;LPSC;20.000;1", head=HEAD.replace(",", ";")))
    assert (done.summary.evaluated, done.summary.in_error) == (1500, 1)
    assert "may mean 20000 or 20.000" in done.summary.errors[0]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Sn2,anode,7.3", "row 2: has 3 cells; expected 4 as in the header"),
        ("Sn2,anode,7.3,900,1", "row 2: has 5 cells; expected 4 as in the header"),
    ],
)
def test_a_ragged_row_of_materials_is_no_material(tmp_path, run, row, fault):
    own, designs = tmp_path / "own.csv", tmp_path / "in.csv"
    own.write_text(f"Material,Kind,Density,Specific capacity\n{row}\n")
    designs.write_text(csv(f"a,{ROW},20,1.1"), "utf-8")
    code, _, err = run("batch", designs, "--materials", own)
    assert code == 2
    assert fault in err


def test_comments_in_a_file_of_materials_are_named(tmp_path, run):
    own, designs = tmp_path / "own.csv", tmp_path / "in.csv"
    own.write_text("# from the lab\nMaterial,Kind,Density\nSi,anode,2.33\n# Sn,anode,1\n")
    designs.write_text(csv(f"a,{ROW},20,1.1"), "utf-8")
    code, _, err = run("batch", designs, "--materials", own)
    assert (code, "own.csv, row 1: is a comment (#) and is left alone" in err) == (0, True)
    found = [f.problem.sentence for f in check([designs]).findings]
    assert not any("comment" in sentence for sentence in found)


def test_the_mark_of_a_file_of_materials_is_asked_for_too(tmp_path, run):
    own, designs = tmp_path / "own.csv", tmp_path / "in.csv"
    own.write_text("Material;Density [kg/m³]\nSi;2.330\n", "utf-8")
    designs.write_text(csv(f"a,{ROW},20,"), "utf-8")
    code, _, err = run("batch", designs, "--materials", own)
    assert (code, "may mean 2330 or 2.330" in err) == (2, True)
    for mark, density in (("comma", 2.33), ("point", 0.00233)):
        code, out, err = run("check", designs, "--materials", own, "--decimal", mark, "--json")
        found = " ".join(each["sentence"] for each in json.loads(out)["findings"])
        assert (code, f"Density {density:g} g/cm³ is unusual" in found) == (0, density < 1)
