"""Units and thousands that only a number format shows: converted, or refused, in every format."""

import openpyxl
import pytest

from tests.support.xlsb_book import Shown, make_xlsb
from xlcalc.runs import batch
from xlcalc.workbooks.reading.number_formats import Format

HEADER = ["Design", "Cathode", "Anode", "Electrolyte"]
ROW = ["d", "NMC811", "Si", "LPSC"]
KINDS = ["xlsx", "xls", "ods", "xlsb"]


@pytest.fixture
def shown_as(tmp_path, request):
    """Make a workbook of a kind whose last column holds numbers with formats."""

    def make(kind, header, *cells, title="Stacks", rows=None):
        rows = rows or [[*ROW, number] for number, _ in cells]
        if kind == "xlsb":
            made = [[*row[:-1], Shown(*cell)] for row, cell in zip(rows, cells, strict=True)]
            return make_xlsb(tmp_path / "book.xlsb", **{title: [[*HEADER, header], *made]})
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = title
        for row in [[*HEADER, header], *rows]:
            sheet.append(row)
        for number, (_, code) in enumerate(cells, start=2):
            sheet.cell(number, len(HEADER) + 1).number_format = code
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path if kind == "xlsx" else request.getfixturevalue("soffice")(path, kind)[0]

    return make


#: A header, a number and its format, the field, and what it is in our unit.
CONVERTED = [
    ("Separator thickness", 1, '0.0" mm"', "separator_thickness_um", 1000),
    ("Separator thickness", 1.5, '0.0\\ "mm"', "separator_thickness_um", 1500),
    ("Separator thickness", 0.03, "0.00[$ mm]", "separator_thickness_um", 30),
    ("Separator thickness", 500, '0" nm"', "separator_thickness_um", 0.5),
    ("Cathode porosity", 12, '0"%"', "cathode_porosity", 0.12),
    ("Cathode areal capacity", 40, '0" Ah/m²"', "cathode_areal_capacity_mah_cm2", 4),
    ("Cell voltage", 3600, '0" mV";-0" mV"', "cell_voltage_v", 3.6),
    ("Separator thickness", 1, '[<10]0" mm";0" µm"', "separator_thickness_um", 1000),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("header", "number", "code", "field", "meant"), CONVERTED)
def test_a_unit_in_the_format_converts(shown_as, kind, header, number, code, field, meant):
    path = shown_as(kind, header, (number, code))
    done = batch.run([path])
    assert (done.columns[field].tolist(), done.summary.errors) == ([meant], [])
    (remark,) = [text for text in done.summary.remarks if "as its number format shows" in text]
    assert remark.startswith(f"{path.name}, sheet Stacks, cell E2: {number} (shown as '")


#: Formats that show our unit, that of the header, or nothing that is one.
LEFT = [
    ("Separator thickness", 25, '0" µm"', 25),
    ("Separator thickness", 25, '0" um"', 25),
    ("Separator thickness [µm]", 25, '0" µm"', 25),
    ("Separator thickness [mm]", 0.025, '0.000" mm"', 25),
    ("Separator thickness", 25, '"~ "0.0', 25),
    ("Separator thickness", 25, "#,##0.00", 25),
    ("Separator thickness", 25, '0.0_);[Red]"("0.0")"', 25),
    ("Separator thickness", 25, '[>=100]0" mm";0" µm"', 25),
    # 1500 µm are 1.5 mm: what is stored and what is shown are the same.
    ("Separator thickness", 1500, '0.0," mm"', 1500),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("header", "number", "code", "meant"), LEFT)
def test_decoration_changes_nothing(shown_as, kind, header, number, code, meant):
    done = batch.run([shown_as(kind, header, (number, code))])
    assert done.columns["separator_thickness_um"].tolist() == [meant]
    assert [text for text in done.summary.remarks if "shown as" in text] == []


def test_a_ratio_may_have_any_decoration(shown_as):
    done = batch.run([shown_as("xlsx", "N/P ratio", (1.2, '0.0"x"'))])
    assert done.columns["np_ratio"].tolist() == [1.2]


#: What may mean two things, or nothing.
REFUSED = [
    ("Separator thickness [µm]", 1, '0.0" mm"', "1 (shown as '1 mm'), which may mean 1 or 1000 µm"),
    ("separator_thickness_um", 1, '0.0" mm"', "1 (shown as '1 mm'), which may mean 1 or 1000 µm"),
    ("Separator thickness [mm]", 25, '0" µm"', "25 (shown as '25 µm'), which may mean 25000 or 25"),
    ("Separator thickness", 20000, "0.0,", "20000 (shown as '20'), which may mean 20000 or 20 µm"),
    ("Separator thickness", 20000, '0," µm"', "20000 (shown as '20 µm'), which may mean 20000 or"),
    ("Separator thickness", 2, '0" V"', "2 (shown as '2 V'); expected a number above 0 µm"),
    ("Separator thickness", 2, '0" inch"', "2 (shown as '2 inch'); expected a number above 0 µm"),
    ("N/P ratio", 120, '0"%"', "120 (shown as '120 %'); expected a number above 0"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("header", "number", "code", "sentence"), REFUSED)
def test_a_doubtful_format_is_a_fault_of_its_row(shown_as, kind, header, number, code, sentence):
    path = shown_as(kind, header, (number, code), (1.5, "0.0"))
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    assert f"{path.name}, sheet Stacks, cell E2: " in done.summary.errors[0]
    assert sentence in done.summary.errors[0]


@pytest.mark.parametrize("kind", KINDS)
def test_own_columns_and_names_keep_their_numbers(shown_as, kind):
    path = shown_as(kind, "Lot", (7, '0" mm"'), (2.5, '0.0" kg"'))
    assert batch.run([path]).extra["Lot"] == [7, 2.5]


def test_many_rows_are_read_as_few(tmp_path):
    """Large plain sheets go to another reader, which knows no formats."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as book:
        sheet, mm = book.add_worksheet("Stacks"), book.add_format({"num_format": '0.0" mm"'})
        sheet.write_row(0, 0, [*HEADER, "Separator thickness"])
        for row in range(1, 3001):
            sheet.write_row(row, 0, ROW)
            sheet.write_number(row, 4, 0.02, mm)
    done = batch.run([tmp_path / "in.xlsx"])
    assert set(done.columns["separator_thickness_um"].tolist()) == {20.0}


def test_materials_are_read_so_too(tmp_path):
    book = openpyxl.Workbook()
    sheet, own = book.active, book.create_sheet("Materials")
    for row in (HEADER, ROW):
        sheet.append(row)
    for row in (["Material", "Density"], ["Si", 2330]):
        own.append(row)
    own["B2"].number_format = '0" kg/m³"'
    book.save(tmp_path / "in.xlsx")
    done = batch.run([tmp_path / "in.xlsx"])
    assert next(m for m in done.materials if m.name == "Si").density_g_cm3 == 2.33
    assert any("2330 (shown as '2330 kg/m³') is read as 2.33" in r for r in done.summary.remarks)


@pytest.mark.parametrize(
    ("code", "number", "unit", "thousands"),
    [
        ('0.0" mm"', 1, "mm", 0),
        ('0.0,,"x"', 1, "x", 2),
        ("0.0\\ \\m\\m", 1, "mm", 0),
        ('"a;b"0', 1, "a;b", 0),
        ('0" a";0" b";0" c"', 0, "c", 0),
        ('0" a";0" b"', 0, "a", 0),
        ('0" a";0" b"', -1, "b", 0),
        ('[>=1000]0.0," mm";[>=1]0" µm";0" nm"', 2000, "mm", 1),
        ('[>=1000]0.0," mm";[>=1]0" µm";0" nm"', 20, "µm", 0),
        ('[>=1000]0.0," mm";[>=1]0" µm";0" nm"', 0.5, "nm", 0),
    ],
)
def test_what_a_format_shows_beside_a_number(code, number, unit, thousands):
    shown = Format(0, code).show(number)
    assert (shown, shown.unit, shown.thousands) == (number, unit, thousands)


@pytest.mark.parametrize(
    "code", ["General", "0.00", "#,##0", '"x"', "@", "0.0E+00", "# ?/?", "0 €"]
)
def test_formats_that_show_a_number_alone(code):
    assert type(Format(0, code).show(1.5)) is float
