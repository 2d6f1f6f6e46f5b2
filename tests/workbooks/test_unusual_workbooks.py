"""Workbooks as unusual programs write them: read, worked out, and every other byte kept."""

from zipfile import ZipFile

import openpyxl
import pytest

from tests.support.recalc_books import changed_bytes, parts_of
from xlcalc.workbooks.formulas.engine import Engine, UnsettledError
from xlcalc.workbooks.formulas.recalculate import recalculate

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
ROWS = '<row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>0</v></c></row>'


def write(path, rows, *, sheets=SHEET, book="xl/workbook.xml", slash="/"):
    folder = book.rpartition("/")[0]
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{book}" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/{folder}/worksheets/sheet1.xml" '
        f'ContentType="{KIND}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="{book}"/></Relationships>',
        book: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        f"{folder}/_rels/{book.rpartition('/')[2]}.rels": f"<Relationships "
        f'xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        f"{folder}/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}'
        "</sheetData></worksheet>",
    }
    with ZipFile(path, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("/", slash), text)
    return path


def result(path, tmp_path):
    """The rows of the sheet after a recalculation, which kept all else."""
    new = tmp_path / "new.xlsx"
    done = recalculate(path, new)
    assert done.left == []
    assert changed_bytes(parts_of(path), parts_of(new), arrays=(b"A2", b"A3")) == []
    with ZipFile(new) as package:
        name = next(each for each in package.namelist() if each.endswith("sheet1.xml"))
        text = package.read(name).decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


GOOD = ROWS.replace("<v>0</v>", "<v>4</v>")


@pytest.mark.parametrize(
    ("rows", "expected", "options"),
    [
        (
            '<row r="0"><c r="A0"><v>9</v></c></row>' + ROWS,
            '<row r="0"><c r="A0"><v>9</v></c></row>' + GOOD,
            {},
        ),
        (
            "<row><c><v>2</v></c><c><f>A1*2</f><v>0</v></c></row>",
            "<row><c><v>2</v></c><c><f>A1*2</f><v>4</v></c></row>",
            {},
        ),
        (
            '<row r="3"><c r="B3"><v>2</v></c><c><f>B3*2</f><v>0</v></c></row>',
            '<row r="3"><c r="B3"><v>2</v></c><c><f>B3*2</f><v>4</v></c></row>',
            {},
        ),
        (
            ROWS,
            GOOD,
            {"sheets": SHEET + '<sheet name="Module1" sheetId="2" state="veryHidden" r:id=""/>'},
        ),
        (ROWS, GOOD, {"sheets": SHEET.replace("Sheet1", "sheet1")}),
        (ROWS, GOOD, {"book": "xl/book2.xml"}),
        (ROWS, GOOD, {"slash": "\\"}),
        (
            ROWS.replace("A1*2", "LEN(C2)")
            + '<row r="2"><c r="C2" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c></row>',
            GOOD.replace("A1*2", "LEN(C2)").replace("<v>4</v>", "<v>2</v>")
            + '<row r="2"><c r="C2" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c></row>',
            {},
        ),
        (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>_xD83D_</t></is></c>'
            '<c r="B1"><f>1+1</f><v>0</v></c></row>',
            '<row r="1"><c r="A1" t="inlineStr"><is><t>_xD83D_</t></is></c>'
            '<c r="B1"><f>1+1</f><v>2</v></c></row>',
            {},
        ),
        (
            '<row r="1"><c r="D1"><v>5</v></c><c r="A1" cm="1"><f t="array" ref="A1:A3" ca="1">'
            "_xlfn.SEQUENCE(3,1,OFFSET(D1,0,0))</f><v>1</v></c></row>"
            '<row r="2"><c r="A2"><f ca="1"/><v>2</v></c></row>'
            '<row r="3"><c r="A3"><f ca="1"/><v>3</v></c></row>',
            '<row r="1"><c r="D1"><v>5</v></c><c r="A1" cm="1"><f t="array" ref="A1:A3" ca="1">'
            "_xlfn.SEQUENCE(3,1,OFFSET(D1,0,0))</f><v>5</v></c></row>"
            '<row r="2"><c r="A2"><f ca="1"/><v>6</v></c></row>'
            '<row r="3"><c r="A3"><f ca="1"/><v>7</v></c></row>',
            {},
        ),
    ],
)
def test_it_is_worked_out(tmp_path, rows, expected, options):
    assert result(write(tmp_path / "book.xlsx", rows, **options), tmp_path) == expected


def test_a_missing_value_stops_only_the_references_that_lead_to_it(tmp_path):
    """What INDIRECT and OFFSET refer to is seen by what they give."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    cells = {
        **{"A1": 1, "A2": 2, "A3": "=MINE(A1)", "A4": "=A1+A2"},
        **{"B1": '=INDIRECT("A4")+1', "B2": "=OFFSET(A1,1,0)*10", "B3": '=SUM(INDIRECT("A1:A2"))'},
        **{"C1": '=INDIRECT("A3")', "C2": "=IFERROR(OFFSET(A1,2,0),7)", "C3": "=SUM(C2,1)"},
        **{"D1": '=COUNT(INDIRECT("A1:A4"))', "D2": '=ISTEXT(INDIRECT("A"&1+2))', "D3": "=B1+1"},
    }
    for address, content in cells.items():
        sheet[address] = content
    book.save(tmp_path / "book.xlsx")
    done = recalculate(tmp_path / "book.xlsx", tmp_path / "new.xlsx")
    assert {cell for cell, _ in done.left} == {
        f"S!{cell}" for cell in ("A3", "C1", "C2", "C3", "D1", "D2")
    }
    values = openpyxl.load_workbook(tmp_path / "new.xlsx", data_only=True)["S"]
    assert [values[cell].value for cell in ("B1", "B2", "B3", "D3")] == [4, 20, 3, 5]


def test_references_that_never_settle_are_given_up_whenever_that_is_seen(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    cells = {"A1": 1, "A2": "=MINE(A1)", "B1": '=INDIRECT("A1")+1', "B2": "=A1+1"}
    for address, content in cells.items():
        sheet[address] = content
    book.save(tmp_path / "book.xlsx")
    evaluate, calls = Engine.evaluate, []

    def unsettled(engine):
        calls.append(engine)
        if len(calls) == refused:
            raise UnsettledError
        evaluate(engine)

    monkeypatch.setattr(Engine, "evaluate", unsettled)
    # While the workbook is worked out, and while it is seen what hangs on A2.
    for refused, why in (
        (1, "refers to cells that lead to ever new ones"),
        (2, "may refer to S!A2, which has no value"),
    ):
        calls.clear()
        new = tmp_path / f"new{refused}.xlsx"
        done = recalculate(tmp_path / "book.xlsx", new)
        assert dict(done.left)["S!B1"] == why
        assert openpyxl.load_workbook(new, data_only=True)["S"]["B2"].value == 2
