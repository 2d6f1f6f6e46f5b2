"""Workbooks of every format say the same: nothing passes for a blank or for another number."""

import datetime
import re
import struct
import subprocess
import sys
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.support.books import HEADER, ROOT, ROWS, with_part
from tests.support.xlsb_book import Formula, Percentage, make_xlsb
from xlcalc.errors import InputError
from xlcalc.files.formats import detect_format
from xlcalc.runs import batch
from xlcalc.runs.options import ReadOptions
from xlcalc.tables.cell_values import Merged, Percent
from xlcalc.workbooks.package.limits import Limits
from xlcalc.workbooks.reading.workbook_file import WorkbookFile

DAY = datetime.datetime(2024, 3, 1, 12, 30)
ODD = [
    [*HEADER, "Cathode porosity", "Built", "Lot"],
    ["µ & <b>", "NMC811", "Si", "LPSC", 1.2, 25, 0.1, DAY, 7],
    [5, "NMC811", "Si", "LPSC", DAY, 30.5, 0, DAY, 1e-300],
    ["error", "NMC811", "Si", "LPSC", "=1/0", 25, 0.1, None, None],
    ["truth", "NMC811", "Si", "LPSC", True, 25, 0.1, None, None],
    ["covered", "NMC811", "Si", "LPSC", 1.1, 25, 0.1, None, None],
    ["covered", "NMC811", "Si", "LPSC", 1.1, None, 0.1, None, None],
    ["two\nlines  ", "NMC811", "Al", "LPSC", "=1+0.25", 25, 0.1, None, "#N/A"],
]
ERRORS = [
    "cell E3: N/P ratio is the date or time 2024-03-01 12:30:00; expected a number above 0",
    "cell E4: N/P ratio is the text '#DIV/0!'; expected a number above 0",
    "cell E5: N/P ratio is TRUE; expected a number above 0",
    "cell F7: Separator thickness is part of the merged cells F6:F7; expected a number above 0 µm",
]


@pytest.fixture
def odd_book(tmp_path):
    """A workbook with all that may pass for something else, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stacks"
    for row in ODD:
        sheet.append(row)
    for row in (2, 5, 6):
        sheet[f"G{row}"].number_format = "0.0%"
    sheet.merge_cells("F6:F7")
    for row in (4, 5, 8):
        sheet.row_dimensions[row].hidden = True
    book.create_sheet("Second & <last>")
    path = tmp_path / "odd.xlsx"
    book.save(path)
    return path


def same(path, kind):
    """What a run over the odd workbook says, whatever its format."""
    assert detect_format(path).name == kind
    done = batch.run([path])
    source = f"{path.name}, sheet Stacks, "
    assert done.summary.errors == [source + sentence for sentence in ERRORS]
    assert done.columns["design"].tolist()[:2] == ["µ & <b>", "5"]
    assert done.columns["np_ratio"].tolist()[0] == 1.2
    assert done.columns["np_ratio"].tolist()[-1] == 1.25
    assert done.columns["cathode_porosity"].tolist()[:2] == [0.1, 0]
    assert done.extra["Built"][0] == DAY
    assert done.extra["Lot"] == [7, 1e-300, None, None, None, None, "#N/A"]
    assert f"{source[:-2]}: rows 4-5, 8 are hidden and are evaluated too" in done.summary.remarks
    with WorkbookFile(path, kind=kind) as book:
        assert book.titles == ["Stacks", "Second & <last>"]
        rows = list(book.rows("Stacks"))
        assert list(book.rows("Second & <last>")) == []
    assert [isinstance(row[6], Percent) for row in rows[1:]] == [
        True,
        *[False] * 2,
        True,
        True,
        *[False] * 2,
    ]
    assert rows[6][5] == Merged("F6:F7")
    assert rows[7][0] == "two\nlines  "


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("since_1904", [False, True])
def test_files_of_libreoffice(odd_book, soffice, kind, since_1904):
    if since_1904:
        book = openpyxl.load_workbook(odd_book)
        book.epoch = CALENDAR_MAC_1904
        book.save(odd_book)
    (path,) = soffice(odd_book, kind)
    same(path, kind)


def test_xlsb(tmp_path):
    rows = [list(row) for row in ODD]
    rows[3][4], rows[7][4] = Formula("#DIV/0!"), Formula(1.25)
    for row in (1, 4, 5):
        rows[row][6] = Percentage(0.1)
    path = make_xlsb(
        tmp_path / "odd.xlsb", [(6, 5, 7, 5)], [4, 5, 8], Stacks=rows, **{"Second & <last>": []}
    )
    same(path, "xlsb")


def test_our_xlsb_is_one_to_others(tmp_path, soffice):
    """What the tests make is what a program reads."""
    path = make_xlsb(tmp_path / "in.xlsb", Stacks=[HEADER, *ROWS])
    (made,) = soffice(path, "xlsx")
    found = list(openpyxl.load_workbook(made)["Stacks"].values)
    assert found == [tuple(row) for row in [HEADER, *ROWS]]


def uncalculated(path):
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    assert "cell E2: N/P ratio is the formula =" in done.summary.errors[0]
    assert "which no program has calculated yet" in done.summary.errors[0]


def test_formulas_nobody_calculated(make_book, tmp_path, soffice):
    uncalculated(make_book(Stacks=[HEADER, [*ROWS[0][:4], "=1+1", 25], ROWS[2]]))
    (ods,) = soffice(tmp_path / "book.xlsx", "ods")
    with zipfile.ZipFile(ods) as package:
        content = package.read("content.xml")
    start = content.index(b"table:formula=")
    value = content.index(b"office:value-type", start)
    end = content.index(b">", value)
    bare = content[:value] + content[end:]
    paragraph = bare.index(b"<text:p>", start)
    bare = bare[:paragraph] + bare[bare.index(b"</text:p>", paragraph) + 9 :]
    uncalculated(with_part(ods, tmp_path / "bare.ods", lambda _: bare, "content.xml"))


def test_zeros_of_programs_that_cannot_calculate(tmp_path, make_book, soffice):
    """XlsxWriter holds the place of a formula's value with 0, as others do in .xls and .xlsb."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "new.xlsx") as book:
        sheet = book.add_worksheet("Stacks")
        for number, row in enumerate([HEADER, ROWS[0], ROWS[2]]):
            sheet.write_row(number, 0, row)
        sheet.write_formula("E2", "=1+1")
    uncalculated(tmp_path / "new.xlsx")
    rows = [HEADER, [*ROWS[0][:4], Formula(0), 25], ROWS[2]]
    uncalculated(make_xlsb(tmp_path / "new.xlsb", Stacks=rows))
    make_book(Stacks=[HEADER, [*ROWS[0][:4], "=1+1", 25], ROWS[2]])
    (xls,) = soffice(tmp_path / "book.xlsx", "xls")
    data = bytearray(xls.read_bytes())
    # The record of a formula in row 2, column E, with the value 2.
    at = data.index(struct.pack("<d", 2.0), data.index(struct.pack("<HH", 1, 4)))
    data[at : at + 8] = bytes(8)
    xls.write_bytes(data)
    uncalculated(xls)


WITH_FORMULAS = [*HEADER, "Cathode porosity", "Cathode binder fraction", "b"]
ON_LOAD = "the workbook is marked to be calculated anew when a program opens it"
NOT_COMPLETED = "the workbook is marked as not fully calculated"


def one_in_three(done, old):
    """Of three formulas one has a value; the zeros of the others are none."""
    assert (done.summary.read, done.summary.evaluated) == (1, 0)
    (said,) = done.summary.errors
    for name, letter in (("Cathode porosity", "G"), ("Cathode binder fraction", "H")):
        assert f"cell {letter}2: {name} is the formula =" in said
    assert "cell F2" not in said
    assert any(f"values of formulas may be old: {old}" in r for r in done.summary.remarks)


def test_a_zero_among_values_that_nobody_calculated(tmp_path, make_book, soffice):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "new.xlsx") as book:
        sheet = book.add_worksheet("Stacks")
        sheet.write_row(0, 0, WITH_FORMULAS)
        sheet.write_row(1, 0, ROWS[0][:5])
        sheet.write_formula("F2", "=10+10", None, 20)
        sheet.write_formula("G2", "=I2/3")
        sheet.write_formula("H2", "=I2/2")
        sheet.write_number("I2", 0.3)
    one_in_three(batch.run([tmp_path / "new.xlsx"]), ON_LOAD)
    # recalc works them out.
    code = "xlcalc recalc new.xlsx --output done.xlsx"
    assert subprocess.run([sys.executable, "-m", *code.split()], cwd=tmp_path).returncode == 0
    done = batch.run([tmp_path / "done.xlsx"])
    assert done.columns["cathode_porosity"].tolist() == [pytest.approx(0.1)]
    row = [*ROWS[0][:5], Formula(20), Formula(0.0), Formula(0.0), 0.3]
    for flags, old in ((1, ON_LOAD), (0x11, NOT_COMPLETED)):
        path = make_xlsb(tmp_path / "new.xlsb", calculation=flags, Stacks=[WITH_FORMULAS, row])
        one_in_three(batch.run([path]), old)
    make_book(Stacks=[WITH_FORMULAS, [*ROWS[0][:5], "=10+10", "=I2*0", "=I2*0", 0.3]])
    (xls,) = soffice(tmp_path / "book.xlsx", "xls")
    assert batch.run([xls]).summary.evaluated == 1
    data = xls.read_bytes()
    # A record of the sheet, of the same size as the one that says it is not calculated.
    at = data.index(struct.pack("<HHH", 0x000C, 2, 100))
    xls.write_bytes(data[:at] + struct.pack("<H", 0x005E) + data[at + 2 :])
    one_in_three(batch.run([xls]), NOT_COMPLETED)


def test_a_zero_of_any_spelling_that_nobody_calculated(make_book, tmp_path):
    path = make_book(Stacks=[HEADER, [*ROWS[0][:4], "=1+1", 25], ROWS[2]])

    def zero(data):
        return re.sub(rb"<f>1\+1</f><v ?/>|<f>1\+1</f><v></v>", b"<f>1+1</f><v>0.0</v>", data)

    held = with_part(path, tmp_path / "held.xlsx", zero)
    mark = lambda data: re.sub(rb"<calcPr[^>]*/>", b'<calcPr fullCalcOnLoad="1"/>', data)  # noqa: E731
    uncalculated(with_part(held, tmp_path / "marked.xlsx", mark, "xl/workbook.xml"))


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_value_below_merged_cells_is_not_used(tmp_path, make_book, kind):
    """Some programs keep what merged cells cover, where nobody sees it."""
    rows = [HEADER, ROWS[0], ROWS[2]]
    if kind == "xlsb":
        path = make_xlsb(tmp_path / "in.xlsb", [(2, 4, 2, 5)], Stacks=rows)
    else:
        merged = b'</sheetData><mergeCells><mergeCell ref="E2:F2"/></mergeCells>'
        path = with_part(
            make_book(Stacks=rows),
            tmp_path / "in.xlsx",
            lambda data: data.replace(b"</sheetData>", merged),
        )
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (2, 1)
    assert (
        "cell F2: Separator thickness is part of the merged cells E2:F2" in (done.summary.errors[0])
    )


def test_zeros_that_were_calculated_are_zeros(tmp_path, soffice):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "new.xlsx") as book:
        sheet = book.add_worksheet("Stacks")
        sheet.write_row(0, 0, [*HEADER, "Cathode porosity"])
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_formula("G2", "=1-1")
    assert batch.run([tmp_path / "new.xlsx"]).summary.evaluated == 0
    (saved,) = soffice(tmp_path / "new.xlsx", "xlsx", recalculate=True)
    assert batch.run([saved]).columns["cathode_porosity"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("said", "old"),
    [
        ('calcMode="manual" calcCompleted="0"', NOT_COMPLETED),
        ('calcCompleted="false" fullCalcOnLoad="1"', NOT_COMPLETED),
        ('fullCalcOnLoad="1"', ON_LOAD),
        ('calcMode="manual"', None),
        ('calcId="191029"', None),
    ],
)
@pytest.mark.parametrize("formula", [True, False])
def test_workbooks_that_say_their_values_are_old(make_book, tmp_path, said, old, formula):
    path = make_book(Stacks=[HEADER, [*ROWS[0][:5], "=5*5" if formula else 25]])
    value = b"<f>5*5</f><v>25</v>" if formula else b"<v>25</v>"
    valued = with_part(
        path,
        tmp_path / "valued.xlsx",
        lambda d: re.sub(rb"<f>5\*5</f><v ?/>|<f>5\*5</f><v></v>", value, d),
    )
    marked = with_part(
        valued,
        tmp_path / "marked.xlsx",
        lambda data: re.sub(rb"<calcPr[^>]*/>", f"<calcPr {said}/>".encode(), data),
        "xl/workbook.xml",
    )
    done = batch.run([marked])
    assert done.columns["separator_thickness_um"].tolist() == [25]
    remarks = [text for text in done.summary.remarks if "may be old" in text]
    expected = [f"marked.xlsx, sheet Stacks: values of formulas may be old: {old}"]
    assert [text.split(";")[0] for text in remarks] == (expected if formula and old else [])


def test_an_ods_file_that_is_calculated_on_demand(make_book, tmp_path, soffice):
    (ods,) = soffice(make_book(Stacks=[HEADER, [*ROWS[0][:5], "=5*5"]]), "ods")
    assert batch.run([ods]).summary.remarks == []

    def off(data):
        return re.sub(rb'(config:name="AutoCalculate"[^>]*>)true', rb"\1false", data)

    done = batch.run([with_part(ods, tmp_path / "off.ods", off, "settings.xml")])
    assert "off.ods, sheet Stacks: values of formulas may be old" in done.summary.remarks[0]


def test_our_own_templates_are_calculated(run):
    for path in sorted((ROOT / "workbooks").glob("*.xlsx")):
        assert "may be old" not in run("check", path)[1]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb"])
def test_own_materials_of_every_format(make_book, tmp_path, soffice, kind):
    header = ["Material", "Density", "Diffusion coefficient, low [m²/s]"]
    sheets = {"Stacks": [HEADER, ROWS[0]], "Materials": [header, ["Si", 2.0, 2e-16]]}
    path = make_book(**sheets)
    if kind == "xlsb":
        path = make_xlsb(tmp_path / "book.xlsb", **sheets)
    elif kind != "xlsx":
        (path,) = soffice(path, kind)
    silicon = next(m for m in batch.run([path]).materials if m.name == "Si")
    assert silicon.density_g_cm3 == 2.0
    assert (silicon.diffusion_low_cm2_s, silicon.diffusion_high_cm2_s) == (2e-12, 1e-11)


#: Materials by other names, with the energies of their stacks by hand; and names that are unknown.
NAMED = [
    (["LiFePO4", "Gr", "Li10GeP2S12"], (185.05, 515.57), ""),
    (["NCM622", "Gr/Si 5%", "argyrodite"], (263.28, 813.08), ""),
    (["LCO", "LiIn", "LIC"], (176.52, 798.99), ""),
    (["NMC811", "C", "LPSC"], None, "Anode 'C' is neither"),
    (["NMC811", "Si", "LGP"], None, "Electrolyte 'LGP' is neither"),
    (["S", "Li", "LPSC"], None, "Cathode 'S' is neither"),
]
HINTS = [
    "; add it to a Materials sheet or --materials FILE",
    "; did you mean LGPS? If not, add it to a Materials sheet or --materials FILE",
    "; stacks are built discharged: use Li2S",
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb", "csv", "parquet"])
def test_names_of_materials_in_every_format(make_book, tmp_path, soffice, kind):
    header, rows = ["Cathode", "Anode", "Electrolyte"], [row for row, _, _ in NAMED]
    if kind == "xlsb":
        path = make_xlsb(tmp_path / "book.xlsb", Stacks=[header, *rows])
    elif kind in ("csv", "parquet"):
        path, frame = tmp_path / f"in.{kind}", pd.DataFrame(rows, columns=header)
        frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
    else:
        path = make_book(Stacks=[header, *rows])
        if kind != "xlsx":
            (path,) = soffice(path, kind)
    done = batch.run([path])
    energies = (done.columns["specific_energy_wh_kg"], done.columns["energy_density_wh_l"])
    found = [tuple(round(float(x), 2) for x in pair) for pair in zip(*energies, strict=True)]
    assert found[:3] == [expected for _, expected, _ in NAMED[:3]]
    assert len(done.summary.errors) == 3
    starts = [start for _, _, start in NAMED[3:]]
    for sentence, start, hint in zip(done.summary.errors, starts, HINTS, strict=True):
        assert start in sentence
        assert sentence.endswith(hint)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb", "csv", "parquet"])
def test_truncated_files(odd_book, tmp_path, soffice, designs, kind):
    """Cut at every eighth, a file is refused, or a text of fewer rows."""
    if kind == "xlsb":
        path = make_xlsb(tmp_path / "odd.xlsb", Stacks=[HEADER, *ROWS * 40])
    elif kind in ("csv", "parquet"):
        path = designs[f".{kind}"]
    else:
        path = odd_book if kind == "xlsx" else soffice(odd_book, kind)[0]
    data = path.read_bytes()
    cut = tmp_path / f"cut.{kind}"
    for eighth in range(8):
        cut.write_bytes(data[: len(data) * eighth // 8])
        try:
            done = batch.run([cut])
        except InputError:
            continue
        assert kind in ("csv", "xls")
        assert done.summary.read == done.summary.evaluated + done.summary.in_error


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsb"])
def test_damaged_bytes_of_every_format(odd_book, tmp_path, soffice, kind):
    import random

    if kind == "xlsb":
        path = make_xlsb(tmp_path / "odd.xlsb", Stacks=[HEADER, *ROWS])
    else:
        (path,) = soffice(odd_book, kind)
    data = path.read_bytes()
    chance = random.Random(5)
    for _ in range(60):
        broken = bytearray(data)
        broken[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        path.write_bytes(broken)
        try:
            done = batch.run([path])
        except InputError:
            continue
        assert done.summary.read == done.summary.evaluated + done.summary.in_error


def test_repetitions_that_would_fill_the_memory(odd_book, tmp_path, soffice):
    (ods,) = soffice(odd_book, "ods")
    cell = b'<table:table-cell office:value-type="float" office:value="1"/>'
    row = b'<table:table-row table:number-rows-repeated="1000000">' + cell * 20

    def bomb(data):
        return data.replace(b"</table:table>", row + b"</table:table-row></table:table>", 1)

    path = with_part(ods, tmp_path / "bomb.ods", bomb, "content.xml")
    with pytest.raises(InputError, match=r"repeats 19,999,980 cells; expected at most 5,000,000"):
        batch.run([path])
    with pytest.raises(InputError, match=r"--limit repeated=NUMBER"):
        batch.run([path], read=ReadOptions(limits=Limits(repeated=6_000_000)))


def test_repeated_rows_are_rows(tmp_path, soffice, make_book):
    """Programs may write equal rows once."""
    (ods,) = soffice(make_book(Stacks=[HEADER, ROWS[0], [], ROWS[2]]), "ods")

    def repeat(data):
        rows = re.split(rb"(<table:table-row )", data)
        rows[4] = b'table:number-rows-repeated="50" ' + rows[4]
        return b"".join(rows)

    path = with_part(ods, tmp_path / "repeated.ods", repeat, "content.xml")
    done = batch.run([path])
    assert (done.summary.read, done.summary.evaluated) == (51, 51)
    assert done.columns["design"].tolist() == ["A"] * 50 + ["C"]
    with WorkbookFile(path, kind="ods") as book:
        assert list(book.rows("Stacks"))[52][0] == "C"


def test_a_size_beyond_the_limit(odd_book, soffice):
    (path,) = soffice(odd_book, "xls")
    with pytest.raises(InputError, match=r"--limit part_mb=NUMBER allows more"):
        batch.run([path], read=ReadOptions(limits=Limits(part_mb=0)))


def test_what_a_link_brought_along_is_no_sheet(odd_book, tmp_path, soffice):
    """LibreOffice keeps the cells of a DDE link, and old values of changes, in tables too."""
    (ods,) = soffice(odd_book, "ods")
    table = (
        b'<table:table table:name="Stacks"><table:table-row><table:table-cell '
        b'office:value-type="float" office:value="9"/></table:table-row></table:table>'
    )
    link = b"<table:dde-links><table:dde-link>" + table + b"</table:dde-link></table:dde-links>"

    def linked(data):
        return data.replace(b"</office:spreadsheet>", link + b"</office:spreadsheet>")

    path = with_part(ods, tmp_path / "odd.ods", linked, "content.xml")
    assert b"dde-link" in zipfile.ZipFile(path).read("content.xml")
    same(path, "ods")


def test_a_workbook_with_macros_is_data(odd_book, tmp_path):
    path = tmp_path / "odd.xlsm"
    path.write_bytes(odd_book.read_bytes())
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xcc\x61 no macro runs")
    assert batch.run([path]).summary.read == 7


def test_a_password_on_xlsx(odd_book, tmp_path):
    from msoffcrypto.format.ooxml import OOXMLFile

    path = tmp_path / "secret.xlsx"
    with odd_book.open("rb") as plain, path.open("wb") as secret:
        OOXMLFile(plain).encrypt("word", secret)
    with pytest.raises(InputError, match=r"secret.xlsx: is protected by a password"):
        batch.run([path])


def test_a_password_on_xls(odd_book, soffice):
    (path,) = soffice(odd_book, "xls")
    data = bytearray(path.read_bytes())
    # The record after the first of the workbook becomes the one that tells of a password.
    first = data.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005))
    struct.pack_into("<H", data, first + 20, 0x002F)
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"odd.xls: is protected by a password"):
        batch.run([path])


def test_a_password_on_ods(odd_book, soffice, tmp_path):
    (path,) = soffice(odd_book, "ods")
    secret = with_part(
        path,
        tmp_path / "secret.ods",
        lambda data: data.replace(
            b"</manifest:manifest>",
            b'<manifest:file-entry manifest:full-path="encrypted-package">'
            b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
        ),
        "META-INF/manifest.xml",
    )
    with pytest.raises(InputError, match=r"secret.ods: is protected by a password"):
        batch.run([secret])


def test_reading_imports_no_openpyxl(make_book):
    code = (
        "import sys; from pathlib import Path; from xlcalc.runs import batch\n"
        "assert batch.run([Path(sys.argv[1])]).summary.evaluated == 3\n"
        "print(*(name for name in ('openpyxl', 'pandas', 'xlrd') if name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(make_book(Stacks=[HEADER, *ROWS]))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("\n", "")
