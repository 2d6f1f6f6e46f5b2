"""A raised 1 behind 25 is a footnote and no digit, in every format that can show it."""

from itertools import chain

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.support.xlsb_book import Raised, make_xlsb
from xlcalc.runs import batch
from xlcalc.workbooks.reading.raised import in_runs, placed

HEAD = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness [µm]"]
ROW = ["NMC811", "Si", "LPSC"]
#: A text in parts; every second one is raised.
MARKED = {
    "a digit": ("25", "1"),
    "a letter that is a unit too": ("25", "m"),
    "several": ("25", "1,2"),
    "a star": ("25", "*"),
    "in between": ("2", "5", "0"),
}
SHOWN = {
    "a digit": "25¹",
    "a letter that is a unit too": "25^m",
    "several": "25^1,2",
    "a star": "25^*",
    "in between": "2⁵0",
}


def rows(parts):
    """A header, a number with a mark, one without, and a header's unit and a name with one."""
    return [
        [*HEAD[:4], ("Cathode areal capacity [mAh/cm", "2", "]"), HEAD[4], ("Lot", "1")],
        ["marked", *ROW, 4, parts, "x"],
        ["plain", *ROW, 4, 25, ("CO", "2")],
        ["named", "NMC811", ("Si", "*"), "LPSC", 4, 25, None],
    ]


def shared(path, table):
    """Texts that cells share, as Excel writes them."""
    book = xlsxwriter.Workbook(path)
    sheet, raised = book.add_worksheet("Stacks"), book.add_format({"font_script": 1})
    for number, cells in enumerate(table):
        for column, cell in enumerate(cells):
            if isinstance(cell, tuple):
                parts = [[raised, text] if n % 2 else [text] for n, text in enumerate(cell)]
                sheet.write_rich_string(number, column, *chain(*parts))
            elif cell is not None:
                sheet.write(number, column, cell)
    book.close()
    return path


def inline(path, table):
    """Texts in their cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stacks"
    raised = InlineFont(vertAlign="superscript")
    for number, cells in enumerate(table, start=1):
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, tuple):
                cell = CellRichText(
                    *(TextBlock(raised, text) if n % 2 else text for n, text in enumerate(cell))
                )
            sheet.cell(number, column).value = cell
    book.save(path)
    return path


def check(path, shown):
    done = batch.run([path])
    assert done.columns["separator_thickness_um"].tolist() == [shown, 25, 25]
    assert done.columns["cathode_areal_capacity_mah_cm2"].tolist() == [4, 4, 4]
    assert done.columns["status"].tolist()[1] == "ok"
    (number, name) = done.summary.errors
    assert f"F2: Separator thickness is the text {shown!r}; expected a number" in number
    assert "C4: Anode 'Si^*' is neither" in name
    assert not any("names no field" in text for text in done.summary.remarks if "Lot" not in text)
    assert done.extra == {"Lot¹": ["x", "CO²", None]}


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("made", [shared, inline])
def test_xlsx(tmp_path, made, mark):
    check(made(tmp_path / "in.xlsx", rows(MARKED[mark])), SHOWN[mark])


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_files_of_libreoffice(tmp_path, soffice, kind, mark):
    (path,) = soffice(shared(tmp_path / "in.xlsx", rows(MARKED[mark])), kind)
    check(path, SHOWN[mark])


@pytest.mark.parametrize("made", [shared, inline])
def test_a_large_sheet(tmp_path, made):
    table = [HEAD, *([f"d{n}", *ROW, 25] for n in range(2500)), ["marked", *ROW, ("25", "1")]]
    done = batch.run([made(tmp_path / "in.xlsx", table)])
    assert (done.summary.evaluated, done.summary.in_error) == (2500, 1)
    assert "E2502: Separator thickness is the text '25¹'" in done.summary.errors[0]


@pytest.mark.parametrize("inline", [False, True])
def test_xlsb(tmp_path, inline):
    mark = Raised("251")
    mark.inline = inline
    path = make_xlsb(tmp_path / "in.xlsb", Stacks=[HEAD, ["a", *ROW, mark], ["b", *ROW, 25]])
    done = batch.run([path])
    assert done.columns["separator_thickness_um"].tolist() == ["25¹", 25]
    assert "cell E2: Separator thickness is the text '25¹'" in done.summary.errors[0]


@pytest.mark.parametrize(
    "mark", ["25¹", "25 ²", "25³", "25⁴", "25ᵃ", "25ᵐ", "25*", "25 a)", "25₁", "25^1", "25 µm¹"]
)
@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_marks_as_characters(tmp_path, kind, mark):
    frame = pd.DataFrame([["a", *ROW, mark], ["b", *ROW, "25"]], columns=HEAD)
    path = tmp_path / f"in{kind}"
    frame.to_csv(path, index=False) if kind == ".csv" else frame.to_parquet(path)
    done = batch.run([path])
    assert done.summary.in_error == 1
    assert done.columns["separator_thickness_um"].tolist() == [mark, 25]


def test_a_header_with_a_mark_names_its_field(tmp_path):
    path = tmp_path / "in.csv"
    header = "Design¹,Cathode*,Anode,Electrolyte†,Separator thickness² [µm]"
    path.write_text(f"{header}\na,NMC811,Si,LPSC,30\n", "utf-8")
    done = batch.run([path])
    assert done.columns["separator_thickness_um"].tolist() == [30]


def test_parts_of_a_text():
    assert placed("-1", "superscript") == "⁻¹"
    assert placed("x", "subscript") == "_x"
    assert placed("x", "baseline") == "x"
    assert in_runs("25m1", [(3, "superscript")]) == "25m¹"
    assert in_runs("251", [(0, ""), (2, "superscript"), (3, "")]) == "25¹"
    assert in_runs("251", []) == "251"
