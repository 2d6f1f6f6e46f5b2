"""The xlsx result: what it holds, that other programs open it, that it is the same each time."""

import re
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.support.books import LEWIS
from xlcalc.physics.quantities import BREAKDOWN, DESIGN, REMARKS, RESULTS
from xlcalc.runs import batch
from xlcalc.workbooks.writing import results


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("result") / "result.xlsx"
    return path, batch.run([LEWIS], path)


def test_sheets_and_columns(result):
    path, done = result
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Results", "Breakdown", "Chart", "Materials", "About"]
    headers = [cell.value for cell in book["Results"][2]]
    assert headers[:3] == ["Design", "Specific energy [Wh/kg]", "Energy density [Wh/L]"]
    assert set(headers) == {q.header for q in {**DESIGN, **RESULTS, **REMARKS}.values()}
    assert {c.value for c in book["Breakdown"][2]} == {
        q.header for q in {"design": DESIGN["design"], **BREAKDOWN}.values()
    }
    assert book["Results"].freeze_panes == "B3"
    assert book["Results"].tables["Results"].ref == f"A2:{book['Results'].dimensions.split(':')[1]}"
    assert done.summary.read == book["Results"].max_row - 2 == book["Breakdown"].max_row - 2


def test_numbers_are_formatted_and_errors_marked(tmp_path):
    (tmp_path / "in.csv").write_text("cathode,anode,electrolyte\nNMC811,Si,LPSC\nNMC811,?,LPSC\n")
    batch.run([tmp_path / "in.csv"], tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Results"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for header, format_ in (
        ("Specific energy [Wh/kg]", "0.0"),
        ("Stack thickness [µm]", "0.00"),
        ("Swelling fraction", "0.000"),
    ):
        assert sheet.cell(3, columns[header]).number_format == format_
    status = columns["Status"]
    assert sheet.cell(3, status).style != sheet.cell(4, status).style == "xlcalc error"
    assert sheet.cell(1, columns["Cathode"]).value == "Inputs as used"


def test_pandas_reads_the_numbers(result):
    path, done = result
    frame = pd.read_excel(path, sheet_name="Results", header=1, engine="openpyxl")
    for name, quantity in RESULTS.items():
        assert np.allclose(frame[quantity.header], done.columns[name], rtol=1e-15, atol=0)
    parts = pd.read_excel(path, sheet_name="Breakdown", header=1, engine="openpyxl")
    for name, quantity in BREAKDOWN.items():
        assert np.allclose(parts[quantity.header], done.breakdown[name], rtol=1e-15, atol=0)


def test_the_chart_shows_every_design_with_its_name(result):
    path, done = result
    with ZipFile(path) as package:
        chart = package.read("xl/charts/chart1.xml").decode()
    book = openpyxl.load_workbook(path)
    page = book["Chart"]
    rows = list(page.iter_rows(min_row=2, max_col=4, values_only=True))
    assert sorted(row[1] for row in rows) == sorted(done.columns["design"])
    named = dict(zip(done.columns["design"], done.columns["energy_density_wh_l"], strict=True))
    assert [row[3] for row in rows] == pytest.approx([named[row[1]] for row in rows], rel=1e-15)
    # Each series refers to the rows of its group, and takes its labels from their names.
    covered = []
    for series in re.findall(r"<ser>.*?</ser>", chart, re.DOTALL):
        title = re.search(r"<tx>.*?<v>(.*?)</v>", series, re.DOTALL).group(1)
        first, last = map(
            int, re.search(r"<yVal>.*?\$D\$(\d+):\$D\$(\d+)", series, re.DOTALL).groups()
        )
        assert re.search(rf"<c15:f>'Chart'!\$B\${first}:\$B\${last}</c15:f>", series)
        assert {row[0] for row in rows[first - 2 : last - 1]} == {title}
        assert series.count("<dLbl>") == last - first + 1
        covered += range(first, last + 1)
    assert covered == list(range(2, 22))


def test_about_states_the_conventions(result):
    path, _ = result
    words = " ".join(
        str(cell) for row in openpyxl.load_workbook(path)["About"].values for cell in row if cell
    )
    for expected in (
        "lewis2022.xlsx",
        "Stack: foils",
        "Discharged",
        "double_sided",
        "derived",
        "Eq. 1-8",
    ):
        assert expected in words


def test_the_same_input_gives_the_same_bytes(tmp_path):
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for path in (one, two):
        batch.run([LEWIS], path)
    assert one.read_bytes() == two.read_bytes()


def test_package_is_sound(result):
    """Every part has a content type, every relationship a target, every id is there once."""
    path, _ = result
    with ZipFile(path) as package:
        names = package.namelist()
        types = package.read("[Content_Types].xml").decode()
        relations = {n: package.read(n).decode() for n in names if n.endswith(".rels")}
    assert len(set(names)) == len(names)
    assert names[0] == "[Content_Types].xml"
    defaults = set(re.findall(r'<Default[^>]*Extension="(\w+)"', types))
    overrides = set(re.findall(r'PartName="/([^"]+)"', types))
    for name in names[1:]:
        assert name in overrides or name.rsplit(".", 1)[-1] in defaults
    assert overrides <= set(names)
    for text in relations.values():
        ids = re.findall(r'\bId="([^"]+)"', text)
        assert len(set(ids)) == len(ids)
        for target in re.findall(r'Target="/([^"]+)"', text):
            assert target in names


def _book_of(tmp_path, count, **columns):
    frame = pd.DataFrame(
        {"cathode": ["NMC811"] * count, "anode": "Si", "electrolyte": "LPSC", **columns}
    )
    frame.to_csv(tmp_path / "in.csv", index=False)
    path = tmp_path / "out.xlsx"
    batch.run([tmp_path / "in.csv"], path)
    return path


def test_more_designs_than_can_be_named_have_a_chart_without_names(tmp_path):
    path = _book_of(tmp_path, 61, separator_thickness_um=np.linspace(5, 100, 61))
    with ZipFile(path) as package:
        assert "c15:f" not in package.read("xl/charts/chart1.xml").decode()


def test_more_designs_than_a_chart_can_show(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "MOST_POINTS", 10)
    path = _book_of(tmp_path, 11)
    assert openpyxl.load_workbook(path)["Chart"]["A2"].value == "No chart: 11 designs are too many."


def test_no_chart_of_nothing(tmp_path):
    path = _book_of(tmp_path, 2, np_ratio=-1)
    assert openpyxl.load_workbook(path)["Chart"]["A2"].value == "No chart: no design was evaluated."


def test_one_design_alone_has_a_chart(tmp_path):
    with ZipFile(_book_of(tmp_path, 1)) as package:
        assert "xl/charts/chart1.xml" in package.namelist()


def test_names_that_xml_cannot_hold(tmp_path):
    path = _book_of(tmp_path, 2, design=["<a> & \x07b\ufffe", "c"])
    assert openpyxl.load_workbook(path)["Results"]["A3"].value == "<a> & b"


def test_reader_names_uncalculated_formulas_and_reads_calculated_ones(tmp_path, make_book, soffice):
    header = ["Cathode", "Anode", "Electrolyte", "N/P ratio"]
    path = make_book(
        Stacks=[header, ["NMC811", "Si", "LPSC", "=1+0.1"], ["NMC811", "Si", "LPSC", 1.1]]
    )
    done = batch.run([path])
    assert "cell D2: N/P ratio is the formula =1+0.1, which no program" in done.summary.errors[0]
    (calculated,) = soffice(path, "xlsx")
    done = batch.run([calculated])
    assert done.columns["np_ratio"].tolist() == [1.1, 1.1]


def test_libreoffice_reads_the_same_numbers(result, soffice):
    path, done = result
    made = soffice(
        path, "csv", ":Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    )
    (sheet,) = [file for file in made if file.stem.endswith("Results")]
    frame = pd.read_csv(sheet, header=1)
    assert frame["Design"].tolist() == done.columns["design"].tolist()
    for name in ("specific_energy_wh_kg", "energy_density_wh_l", "swelling_fraction"):
        assert frame[RESULTS[name].header].tolist() == pytest.approx(
            done.columns[name].tolist(), rel=1e-14
        )


def test_libreoffice_draws_the_chart(result, soffice):
    path, _ = result
    (pdf,) = soffice(path, "pdf")
    # The chart's own words and every design's label stand on a page, beside the table's.
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    chart = next(page for page in text.stdout.split("\f") if "Energy density against" in page)
    for name in ("60% Si/LPSC/NMC", "Graphite/Liquid/NMC", "Li (anodeless)/LPSC/NMC"):
        assert chart.count(name) == 2
