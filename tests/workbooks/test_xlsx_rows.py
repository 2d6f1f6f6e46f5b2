"""Cells of a sheet's part: the quick way and the parser say the same, and neither guesses."""

import io
import re
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcalc.tables.cell_values import Percent, Uncalculated
from xlcalc.workbooks.package.opc import DamagedError
from xlcalc.workbooks.reading.number_formats import Format
from xlcalc.workbooks.reading.xlsx_parser import shared_strings
from xlcalc.workbooks.reading.xlsx_rows import rows_of
from xlcalc.workbooks.reading.xlsx_values import CellDecoder

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0"?>\n<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData></worksheet>"
FORMATS = [Format(0), Format(10), Format(14)]
STRINGS = ["zero", "", " lead"]


def read(cells, head=HEAD, tail=TAIL, zeros=False):
    hidden = []
    part = (head + cells + tail).encode()
    meanings = CellDecoder(FORMATS, lambda: STRINGS, zeros)
    found = [(n, list(row)) for n, row in rows_of(lambda: io.BytesIO(part), meanings, hidden)]
    # Rows without a value may be left out.
    filled = [(number, cells) for number, cells in found if cells.count(None) < len(cells)]
    return filled, hidden


def both(cells):
    """What both ways find; a comment sends a sheet to the parser."""
    usual = read(cells)
    assert read(cells, tail="<!-- -->" + TAIL) == usual
    assert read(cells, head=HEAD.replace("<sheetData>", "<!-- --><sheetData>")) == usual
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", HEAD + cells + TAIL).replace(
        "xmlns=", "xmlns:x="
    )
    assert read(prefixed, "", "") == usual
    return usual


def row(number, *cells, more=""):
    return f'<row r="{number}"{more}>' + "".join(cells) + "</row>"


VALUES = {
    '<c r="A1"><v>5</v></c>': 5,
    '<c r="A1" t="n"><v>5.0</v></c>': 5.0,
    '<c r="A1"><v>1E-3</v></c>': 0.001,
    '<c r="A1"><v>12345678901234567890</v></c>': 12345678901234567890.0,
    '<c r="A1"><v> 7 </v></c>': 7,
    '<c r="A1" s="1"><v>0.6</v></c>': Percent(0.6),
    '<c r="A1" t="s"><v>0</v></c>': "zero",
    '<c r="A1" t="s"><v>1</v></c>': None,
    '<c r="A1" t="s"><v>2</v></c>': " lead",
    '<c r="A1" t="str"><v>a&lt;b&#181;&#x4e00;</v></c>': "a<bµ一",
    '<c r="A1" t="str"><f>""</f><v></v></c>': None,
    '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 2\n_x000D_</t></is></c>': " 2\n\r",
    '<c r="A1" t="inlineStr"><is><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></is></c>': "rich",
    '<c r="A1" t="b"><v>1</v></c>': True,
    '<c r="A1" t="b"><v>0</v></c>': False,
    '<c r="A1" t="e"><v>#DIV/0!</v></c>': "#DIV/0!",
    '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>': "#DIV/0!",
    '<c r="A1"><f>1+1</f><v>2</v></c>': 2,
    '<c r="A1"><f>1+1</f></c>': Uncalculated("=1+1"),
    '<c r="A1"><f>A2&lt;3</f><v/></c>': Uncalculated("=A2<3"),
    '<c r="A1"><f t="shared" si="0"/></c>': Uncalculated("="),
    '<c r="A1" s="1"/>': None,
    '<c r="A1" s="1"></c>': None,
    '<c r="A1" cm="1" vm="2"><v>3</v></c>': 3,
    '<c t="b" r="A1"><v>1</v></c>': True,
    "<c r='A1'><v>4</v></c>": 4,
    "<c ><v>6</v></c>": 6,
    '<c r="A1"><v><![CDATA[8]]></v></c>': 8,
}


@pytest.mark.parametrize("cell", VALUES)
def test_values(cell):
    # Three rows, for those after the first are read by the form of the first.
    cells = "".join(
        row(n, cell.replace("A1", f"A{n}"), f'<c r="B{n}"><v>{n}.5</v></c>') for n in (1, 2, 3)
    )
    found, _ = both(cells)
    assert [(number, cells[-1]) for number, cells in found] == [(1, 1.5), (2, 2.5), (3, 3.5)]
    for _, (value, _) in found:
        assert (value, type(value)) == (VALUES[cell], type(value))
        assert isinstance(value, type(VALUES[cell]))


def test_a_date():
    found, _ = both(row(1, '<c r="A1" s="2"><v>45352.5</v></c>'))
    assert str(found[0][1][0]) == "2024-03-01 12:00:00"


def test_rows_and_columns_left_out():
    found, _ = both(
        row(3, '<c r="C3"><v>1</v></c>')
        + row(7)
        + '<row r="9"/>'
        + row(11, '<c r="B11"><v>2</v></c>')
    )
    assert found == [(3, [None, None, 1]), (11, [None, 2])]


def test_rows_and_cells_without_numbers():
    cells = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert read(cells)[0] == [(1, [1, 2]), (2, [3])]


def test_hidden_rows():
    cells = "".join(
        row(n, f'<c r="A{n}"><v>{n}</v></c>', more=' hidden="1"' if n in (2, 3, 5) else ' ht="12"')
        for n in range(1, 7)
    )
    assert both(cells)[1] == [2, 3, 5]


def test_blank_rows_between_designs():
    def blank(first, last):
        cells = [
            f'<row r="{n}" s="1" customFormat="1"/>'
            if n % 3 == 0
            else row(n, *(f'<c r="{c}{n}" s="{(n * m) % 3}"/>' for m, c in enumerate("ABC")))
            for n in range(first, last)
        ]
        return "".join(cells)

    def design(n):
        return row(n, f'<c r="A{n}"><v>{n}</v></c>', f'<c r="C{n}"><v>{n}.5</v></c>')

    cells = "".join(
        [blank(1, 5), design(5), blank(6, 9), design(9), blank(10, 5_000), design(5_000)]
    )
    # The last rows of a piece may be cut anywhere.
    cells += blank(5_001, 40_000) + design(40_000)
    found, _ = both(cells)
    assert found == [(n, [n, None, n + 0.5]) for n in (5, 9, 5_000, 40_000)]


def test_rows_in_which_styles_always_differ():
    rows = [[(n * 7 + m * 5) % 11 % 3 for m in range(9)] for n in range(1, 600)]
    cells = "".join(
        row(
            n,
            *(
                f'<c r="{"ABCDEFGHI"[m]}{n}" s="{style if m % 2 else 0}"'
                + (f"><v>{n + m}</v></c>" if (n + m) % 3 and style < 2 else "/>")
                for m, style in enumerate(styles)
            ),
        )
        for n, styles in enumerate(rows, start=1)
    )
    found, _ = both(cells)
    assert found[0][1][0] == 1
    assert len(found) > 500


def test_a_formula_that_cells_share():
    cells = row(1, '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f></c>') + row(
        2, '<c r="A2"><f t="shared" si="0"/></c>'
    )
    assert both(cells)[0][1] == (2, [Uncalculated("=B1*2")])


def test_zeros_of_a_program_that_cannot_calculate():
    cell = '<c r="A1"><f>1+1</f><v>0</v></c>'
    assert read(row(1, cell), zeros=True)[0] == [(1, [Uncalculated("=1+1")])]
    assert read(row(1, cell))[0] == [(1, [0])]


@pytest.mark.parametrize(
    "cells",
    [
        row(1, '<c r="A1"><v>abc</v></c>'),
        row(1, '<c r="A1"><v>1_000</v></c>'),
        row(1, '<c r="A1"><v>nan</v></c>'),
        row(1, '<c r="A1"><v>1.2.3</v></c>'),
        row(1, '<c r="A1" t="s"><v>3</v></c>'),
        row(1, '<c r="A1" t="s"><v>-1</v></c>'),
        row(1, '<c r="A1" t="s"><v>99999999999999999999999</v></c>'),
        row(1, '<c r="A1" s="3"><v>1</v></c>'),
        row(1, '<c r="A1" s="-1"><v>1</v></c>'),
        row(1, '<c r="A1" t="q"><v>1</v></c>'),
        row(1, '<c r="A1" t="b"><v>2</v></c>'),
        row(1, '<c r="A2"><v>1</v></c>'),
        row(1, '<c r="A1"><v>1</v></c>', '<c r="A1"><v>2</v></c>'),
        row(1, '<c r="XFE1"><v>1</v></c>'),
        row(1, '<c r="A-1"><v>1</v></c>'),
        row(2) + row(1),
        row(1) + row(1),
        row(0),
        row(1048577),
        row(-1),
        row("A"),
    ],
)
def test_contradictions_are_refused(cells):
    for tail in (TAIL, "<!-- -->" + TAIL):
        with pytest.raises(DamagedError):
            read(cells, tail=tail)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_part_that_ends_too_early(cut):
    from xml.parsers.expat import ExpatError

    text = HEAD + row(1, '<c r="A1"><v>1</v></c>') + TAIL
    with pytest.raises(ExpatError):
        read(text[:-cut], "", "")


def test_rows_of_many_pieces_and_kinds():
    """More than a piece is read at a time; the kinds of rows change within."""
    cells, expected = [], []
    for n in range(1, 30_000):
        values = [n / 7, n, f"t{n % 5}µ"] if n % 10_000 < 9_990 else [n]
        texts = [
            f'<c r="{letter}{n}" t="str"><v>{value}</v></c>'
            if isinstance(value, str)
            else f'<c r="{letter}{n}"><v>{value!r}</v></c>'
            for letter, value in zip("ABC", values, strict=False)
        ]
        cells.append(row(n, *texts))
        expected.append((n, values))
    assert read("".join(cells))[0] == expected
    assert read("".join(cells), tail="<!-- -->" + TAIL)[0] == expected


TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\r_", min_codepoint=32)
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.integers(-(10**15), 10**15)
            | st.booleans()
            | TEXT,
            max_size=5,
        ),
        max_size=8,
    )
)
def test_what_was_written_is_read(rows):
    def cell(n, m, value):
        reference = f'r="{"ABCDE"[m]}{n}"'
        if value is None:
            return ""
        if isinstance(value, bool):
            return f'<c {reference} t="b"><v>{value:d}</v></c>'
        if isinstance(value, str):
            return f'<c {reference} t="str"><v>{escape(value)}</v></c>'
        return f"<c {reference}><v>{value!r}</v></c>"

    def bare(values):
        values = [None if value == "" else value for value in values]
        while values and values[-1] is None:
            values.pop()
        return values

    cells = "".join(
        row(n, *(cell(n, m, value) for m, value in enumerate(values)))
        for n, values in enumerate(rows, start=1)
    )
    found = {number: bare(values) for number, values in read(cells)[0]}
    assert [found.get(n, []) for n in range(1, len(rows) + 1)] == [bare(values) for values in rows]
    assert read(cells)[0] == read(cells, tail="<!-- -->" + TAIL)[0]


def test_shared_strings():
    part = (
        f'<sst xmlns="{MAIN}"><si><t>a_x000B_&amp;</t></si><si><r><t xml:space="preserve">ri </t>'
        "</r><r><t>ch</t></r><rPh><t>sound</t></rPh></si><si/><si><t/></si></sst>"
    )
    assert shared_strings(io.BytesIO(part.encode())) == ["a\x0b&", "ri ch", "", ""]


def test_formats_agree_with_openpyxl():
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    codes = [
        *BUILTIN_FORMATS.values(),
        "yyyy-mm-dd",
        "[h]:mm",
        "[Red]0.0",
        '0.0" days"',
        "[$-409]d mmm yyyy",
        r"0\d",
        "0_m",
        "# ?/?",
        "[$€-407] #,##0.00",
        "General;[Red]-General",
        "hh:mm AM/PM",
        '"y"0',
        "@",
    ]
    for code in codes:
        if code not in (r"0\d", "0_m"):
            assert is_date_format(code) != Format(0, code).plain or Format(0, code).converts, code
    assert Format(0, r"0\d").show(5) == 5
    assert [code for code in codes if Format(0, code).percent] == ["0%", "0.00%"]


def test_openpyxl_reads_the_same_of_all_committed_workbooks():
    from tests.support.books import ROOT
    from xlcalc.workbooks.reading.workbook_file import WorkbookFile

    for path in [*ROOT.glob("templates/**/*.xlsx"), *ROOT.glob("workbooks/*.xlsx")]:
        theirs = openpyxl.load_workbook(path, data_only=True)
        with WorkbookFile(path) as book:
            assert book.titles == [sheet.title for sheet in theirs.worksheets]
            for sheet in theirs.worksheets:
                cells = {
                    (n, m): value
                    for n, row in enumerate(book.rows(sheet.title), start=1)
                    for m, value in enumerate(row, start=1)
                    if value is not None and not hasattr(value, "reference")
                }
                assert cells == {
                    (cell.row, cell.column): cell.value
                    for row in sheet.iter_rows()
                    for cell in row
                    if cell.value not in (None, "")
                }, (path, sheet.title)
