"""The patcher of cell values: it changes the values it is told to, and not a byte more."""

import io
from zipfile import ZipFile

import openpyxl
import pytest

from tests.support.books import ROOT
from xlcalc.tables.cell_values import CellError
from xlcalc.workbooks.package.opc import Package
from xlcalc.workbooks.patching.cells import with_values

ROW = (
    b'<row r="1"><c r="A1" s="3" t="n"><f>1+1</f><v>7</v></c>'
    b'<c r="B1" t="str"><f>A1&amp;"x"</f><v>old</v></c>'
    b'<c r="C1" s="1"/><c r="D1" t="inlineStr"><is><t>words</t></is></c>'
    b'<c r="E1" t="e"><f t="shared" si="0"/><v>#N/A</v><extLst><ext uri="x"/></extLst></c></row>'
)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("A1", 2.5, b'<c r="A1" s="3"><f>1+1</f><v>2.5</v></c>'),
        ("A1", 0.1 + 0.2, b'<c r="A1" s="3"><f>1+1</f><v>0.30000000000000004</v></c>'),
        ("A1", 1e300, b'<c r="A1" s="3"><f>1+1</f><v>1e+300</v></c>'),
        ("A1", -3, b'<c r="A1" s="3"><f>1+1</f><v>-3</v></c>'),
        ("A1", True, b'<c r="A1" s="3" t="b"><f>1+1</f><v>1</v></c>'),
        ("A1", None, b'<c r="A1" s="3"><f>1+1</f></c>'),
        ("A1", CellError("#N/A"), b'<c r="A1" s="3" t="e"><f>1+1</f><v>#N/A</v></c>'),
        ("B1", "<a> & b", b'<c r="B1" t="str"><f>A1&amp;"x"</f><v>&lt;a&gt; &amp; b</v></c>'),
        (
            "B1",
            " b\n",
            b'<c r="B1" t="str"><f>A1&amp;"x"</f><v xml:space="preserve"> b\n</v></c>',
        ),
        ("B1", "", b'<c r="B1" t="str"><f>A1&amp;"x"</f><v></v></c>'),
        ("C1", 4.0, b'<c r="C1" s="1"><v>4</v></c>'),
        ("D1", 4.0, b'<c r="D1"><v>4</v></c>'),
        (
            "E1",
            5.0,
            b'<c r="E1"><f t="shared" si="0"/><v>5</v><extLst><ext uri="x"/></extLst></c>',
        ),
    ],
)
def test_one_cell_changes_and_nothing_else(cell, value, expected):
    changed = with_values(ROW, {cell: value})
    assert expected in changed
    before, after = ROW.split(b"<c r="), changed.split(b"<c r=")
    assert sum(one != two for one, two in zip(before, after, strict=True)) == 1


def test_cells_that_are_not_there_stay_absent():
    assert with_values(ROW, {"Z9": 1.0}) == ROW
    assert with_values(ROW, {}) == ROW


def test_prefixes_and_quotes_that_other_programs_write():
    text = b"<x:row><x:c r='A1' t='str'><x:f>B1</x:f><x:v>a</x:v></x:c><x:cols/></x:row>"
    assert with_values(text, {"A1": 2.0}) == (
        b"<x:row><x:c r='A1'><x:f>B1</x:f><x:v>2</x:v></x:c><x:cols/></x:row>"
    )


def test_elements_that_begin_with_c_are_left_alone():
    text = b'<cols><col min="1"/></cols><sheetData><row><c r="A1"><v>1</v></c></row></sheetData>'
    assert with_values(text, {"A1": 2.0}) == text.replace(b"<v>1</v>", b"<v>2</v>")


def test_a_whole_workbook_keeps_every_other_byte(tmp_path):
    source = ROOT / "templates" / "compare.xlsx"
    with ZipFile(source) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = Package(parts).sheet_parts()["Compare"]
    changed = {**parts, name: with_values(parts[name], {"D5": 123.25, "E5": "word"})}
    assert [n for n in parts if parts[n] != changed[n]] == [name]
    old, new = parts[name], changed[name]
    assert old.replace(_cell(old, b"D5"), b"").replace(_cell(old, b"E5"), b"") == new.replace(
        _cell(new, b"D5"), b""
    ).replace(_cell(new, b"E5"), b"")
    memory = io.BytesIO()
    with ZipFile(memory, "w") as package:
        for each, data in changed.items():
            package.writestr(each, data)
    page = openpyxl.load_workbook(memory, data_only=True)["Compare"]
    assert (page["D5"].value, page["E5"].value) == (123.25, "word")
    formulas = openpyxl.load_workbook(memory)["Compare"]
    assert formulas["D5"].value == openpyxl.load_workbook(source)["Compare"]["D5"].value


def _cell(text, reference):
    start = text.index(b'<c r="' + reference + b'"')
    return text[start : text.index(b"</c>", start) + 4]


def test_sheets_are_found_by_title_whatever_their_parts_are_called():
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    parts = {
        "xl/workbook.xml": (
            f'<workbook {main} {r}><sheets><sheet name="A &amp; B" sheetId="7" r:id="rId9"/>'
            '<sheet name="C" sheetId="1" r:id="rId2"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/'
        b'package/2006/relationships"><Relationship Id="rId9" Target="/xl/worksheets/odd.xml"/>'
        b'<Relationship Id="rId2" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    assert Package(parts).sheet_parts() == {
        "A & B": "xl/worksheets/odd.xml",
        "C": "xl/worksheets/sheet1.xml",
    }
