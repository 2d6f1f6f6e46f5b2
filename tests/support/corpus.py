"""Bad and odd files made from a good one, each with what must come of it.

A case is one change to a good table of three designs: a cell, a header, a row, the sheet or the
file. What must come of it is one of three: the file is refused in one sentence; the changed row is
in error, named, and the others have their results; or all rows have results, the changed one those
of a stated value. Nothing else counts: no traceback, no death, no number that was not stated.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "N/P ratio", "Separator thickness [µm]"]
HEADER += ["Cathode porosity"]
ROWS: list[list[Any]] = [
    ["A", "NMC811", "Si", "LPSC", 1.2, 25, 0.1],
    ["B", "NMC811", "None", "LLZO", None, 30, 0.05],
    ["C", "NMC811", "Al", "LPSC", 1.15, 35.5, 0.2],
]
FIELDS = ["design", "cathode", "anode", "electrolyte", "np_ratio", "separator_thickness_um"]
FIELDS += ["cathode_porosity"]

REFUSED, ROW_ERROR = "refused", "row error"

Table = list[list[Any]]


@dataclass(frozen=True)
class Case:
    """A file and what must come of it.

    Parameters
    ----------
    name : str
        What is odd about it.
    make : callable
        Writes it into a folder and gives its path.
    want : str or dict
        REFUSED, ROW_ERROR, or the fields that design A has instead of the good ones.
    says : str
        What must be said of it, in an error or a remark.
    options : tuple of str
        Further options of the command.
    rows : int
        Designs that the file holds.
    """

    name: str
    make: Callable[[Path], Path]
    want: str | dict[str, Any]
    says: str = ""
    options: tuple[str, ...] = ()
    rows: int = 3
    others: bool = field(default=True)


def good() -> Table:
    return [list(HEADER), *(list(row) for row in ROWS)]


def as_xlsx(folder: Path, table: Table, change: Callable[[Any], None] = lambda sheet: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stacks"
    for row in table:
        sheet.append(row)
    change(sheet)
    path = folder / "in.xlsx"
    book.save(path)
    return path


def csv_text(table: Table, separator: str = ",") -> str:
    def cell(value: Any) -> str:
        text = "" if value is None else str(value)
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if separator in text or '"' in text or "\n" in text else text

    return "".join(separator.join(map(cell, row)) + "\n" for row in table)


def as_csv(folder: Path, data: str | bytes, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def as_parquet(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "in.parquet"
    pq.write_table(pa.table(columns), path)
    return path


CASES: list[Case] = []


def xlsx(name: str, want: str | dict[str, Any], says: str = "", **options: Any) -> Any:
    """A case of a workbook: what is decorated changes the table or, given both, the sheet."""

    def add(change: Callable[..., Any]) -> Any:
        def make(folder: Path) -> Path:
            table = good()
            if change.__code__.co_argcount == 2:
                return as_xlsx(folder, table, lambda sheet: change(table, sheet))
            return as_xlsx(folder, change(table) or table)

        CASES.append(Case(f"xlsx: {name}", make, want, says, **options))
        return change

    return add


def csv_case(name: str, want: str | dict[str, Any], says: str = "", **options: Any) -> Any:
    """A case of a csv file: what is decorated gives its text or bytes."""

    def add(text: Callable[[], str | bytes]) -> Any:
        CASES.append(Case(f"csv: {name}", lambda f: as_csv(f, text()), want, says, **options))
        return text

    return add


def made(name: str, want: str | dict[str, Any], says: str = "", **options: Any) -> Any:
    """A case whose file is made by what is decorated."""

    def add(make: Callable[[Path], Path]) -> Any:
        CASES.append(Case(name, make, want, says, **options))
        return make

    return add


# One cell: N/P ratio in column E, separator thickness in F, porosity in G of the first design.

#: Field, content of its cell as text, and the number it must be read as, or the error.
NUMBERS: list[tuple[str, str, float | str, str]] = [
    ("separator_thickness_um", "20 µm", 20.0, "read as 20"),
    ("separator_thickness_um", "20um", 20.0, "read as 20"),
    ("separator_thickness_um", "0.02 mm", 20.0, "read as 20"),
    ("separator_thickness_um", "2e-3 cm", 20.0, "read as 20"),
    ("separator_thickness_um", "20 kg", ROW_ERROR, "20 kg"),
    ("separator_thickness_um", "20 V", ROW_ERROR, "20 V"),
    ("separator_thickness_um", "1,5", 1.5, "read as 1.5"),
    ("separator_thickness_um", "25,75", 25.75, "read as 25.75"),
    ("separator_thickness_um", "1,234", ROW_ERROR, "1,234"),
    ("separator_thickness_um", "1.234,5", 1234.5, "read as 1234.5"),
    ("separator_thickness_um", "1,234.5", 1234.5, "read as 1234.5"),
    ("separator_thickness_um", "1 234", 1234.0, "read as 1234"),
    ("separator_thickness_um", "1'234.5", 1234.5, "read as 1234.5"),
    ("separator_thickness_um", "１２", 12.0, "read as 12"),
    ("separator_thickness_um", "\u00a025\u00a0", 25.0, ""),
    ("separator_thickness_um", "~20", ROW_ERROR, "~20"),
    ("separator_thickness_um", ">20", ROW_ERROR, ">20"),
    ("separator_thickness_um", "20-30", ROW_ERROR, "20-30"),
    ("separator_thickness_um", "20±1", ROW_ERROR, "20±1"),
    ("separator_thickness_um", "1/2", ROW_ERROR, "1/2"),
    ("separator_thickness_um", "twenty", ROW_ERROR, "twenty"),
    ("separator_thickness_um", "n/a", ROW_ERROR, "n/a"),
    ("separator_thickness_um", "TBD", ROW_ERROR, "TBD"),
    ("separator_thickness_um", "-", ROW_ERROR, "'-'"),
    ("separator_thickness_um", "#N/A", ROW_ERROR, "#N/A"),
    ("separator_thickness_um", "inf", ROW_ERROR, "inf"),
    ("separator_thickness_um", "nan", ROW_ERROR, "nan"),
    ("separator_thickness_um", "0x14", ROW_ERROR, "0x14"),
    ("separator_thickness_um", "1e999", ROW_ERROR, "is inf"),
    ("separator_thickness_um", "-20", ROW_ERROR, "-20"),
    ("separator_thickness_um", "−20", ROW_ERROR, "20"),
    ("separator_thickness_um", "0", ROW_ERROR, "0"),
    ("separator_thickness_um", "1e12", ROW_ERROR, "beyond any stack"),
    ("separator_thickness_um", "20%", ROW_ERROR, "20%"),
    ("separator_thickness_um", "TRUE", ROW_ERROR, "TRUE"),
    ("separator_thickness_um", "2026-01-02", ROW_ERROR, "2026-01-02"),
    ("separator_thickness_um", "=20+1", ROW_ERROR, "20+1"),
    ("cathode_porosity", "10 %", 0.1, "read as 0.1"),
    ("cathode_porosity", "10%", 0.1, "read as 0.1"),
    ("cathode_porosity", "10", ROW_ERROR, "for 10 % write 0.1"),
    ("cathode_porosity", "0,15", 0.15, "read as 0.15"),
    ("cathode_porosity", "1.5", ROW_ERROR, "1.5"),
    ("np_ratio", "1.2:1", ROW_ERROR, "1.2:1"),
    ("np_ratio", "120 %", ROW_ERROR, "120 %"),
]


def _with_cell(field_name: str, content: Any) -> Table:
    table = good()
    table[1][FIELDS.index(field_name)] = content
    return table


for _field, _content, _want, _says in NUMBERS:
    # The file's other numbers show that its mark before decimals is the point.
    _in_csv = 1234.0 if _content == "1,234" else _want
    _result: str | dict[str, Any] = _want if isinstance(_want, str) else {_field: _want}
    if not _content.startswith("="):
        CASES.append(
            Case(
                f"xlsx: {_field} is the text {_content!r}",
                lambda f, n=_field, c=_content: as_xlsx(f, _with_cell(n, c)),
                _result,
                _says,
            )
        )
    CASES.append(
        Case(
            f"csv: {_field} is {_content!r}",
            lambda f, n=_field, c=_content: as_csv(f, csv_text(_with_cell(n, c))),
            _in_csv if isinstance(_in_csv, str) else {_field: _in_csv},
            "" if _says.startswith("read as") and _content.strip("1234567890.") == "" else _says,
        )
    )

for _content, _want, _says in [
    (True, ROW_ERROR, "TRUE"),
    (datetime.datetime(2026, 1, 2), ROW_ERROR, "2026-01-02"),
    (datetime.time(1, 2), ROW_ERROR, "01:02"),
    ("=1/0", ROW_ERROR, "no program has calculated"),
    ("", {"separator_thickness_um": 20.0}, ""),
    (None, {"separator_thickness_um": 20.0}, ""),
    ("   ", {"separator_thickness_um": 20.0}, ""),
    (1e-12, ROW_ERROR, "beyond any stack"),
    (0.002, {"separator_thickness_um": 0.002}, ""),
]:
    CASES.append(
        Case(
            f"xlsx: separator thickness is {_content!r}",
            lambda f, c=_content: as_xlsx(f, _with_cell("separator_thickness_um", c)),
            _want,
            _says,
        )
    )

for _name, _content, _want, _says in [
    ("cathode", "NMC 811", {}, ""),
    ("cathode", "nmc811 ", {}, ""),
    ("cathode", "NMC812", ROW_ERROR, "NMC812"),
    ("cathode", 811, ROW_ERROR, "811"),
    ("cathode", None, ROW_ERROR, "blank"),
    ("cathode", "LPSC", ROW_ERROR, "solid electrolyte"),
    ("anode", "NA", ROW_ERROR, "NA"),
    ("anode", "-", ROW_ERROR, "'-'"),
    ("anode", "Si/C", ROW_ERROR, "Si/C"),
    ("electrolyte", "Cathode", ROW_ERROR, "Cathode"),
    ("design", '=HYPERLINK("http://x")', {}, ""),
    ("design", None, {}, ""),
    ("design", "A\x1b[2J", {}, ""),
]:
    if "\x1b" not in str(_content):
        CASES.append(
            Case(
                f"xlsx: {_name} is {_content!r}",
                lambda f, n=_name, c=_content: as_xlsx(f, _with_cell(n, c)),
                _want,
                _says,
            )
        )
    CASES.append(
        Case(
            f"csv: {_name} is {_content!r}",
            lambda f, n=_name, c=_content: as_csv(f, csv_text(_with_cell(n, c))),
            _want,
            _says,
        )
    )


# Headers.


def _with_header(place: int, header: Any) -> Table:
    table = good()
    table[0][place] = header
    return table


for _place, _header, _want, _says in [
    (5, "separator_thickness_um", {}, ""),
    (5, "SEPARATOR  THICKNESS (um)", {}, ""),
    (5, "Separator thickness [mm]", {"separator_thickness_um": 25000.0}, "mm"),
    (5, "Separator thickness [nm]", {"separator_thickness_um": 0.025}, "nm"),
    (5, "Separator thickness [inch²]", REFUSED, "inch²"),
    (5, "Separator thickness [V]", REFUSED, "'V'"),
    (5, "separator [mm]", {"separator_thickness_um": 25000.0}, "is read as Separator thickness"),
    (5, "separator [µm]", {"separator_thickness_um": 25.0}, "is read as Separator thickness"),
    (5, "Seperator thickness [µm]", {"separator_thickness_um": 20.0}, "did you mean"),
    (5, "Foo", {"separator_thickness_um": 20.0}, "names no field"),
    (4, "N/P ratio [V]", REFUSED, "'V'"),
    (6, "Cathode porosity [%]", {"cathode_porosity": 0.001}, "%"),
    (1, "Kathode", REFUSED, "no column for cathode"),
    (4, "Separator thickness", REFUSED, "means the same"),
    (4, 12.5, {"np_ratio": 1.1}, ""),
    (4, None, {"np_ratio": 1.1}, "stands below no header"),
    (5, "Separator\nthickness [µm]", {}, ""),
]:
    CASES.append(
        Case(
            f"xlsx: a header is {_header!r}",
            lambda f, p=_place, h=_header: as_xlsx(f, _with_header(p, h)),
            _want,
            _says,
            # A unit holds for all designs.
            others=not isinstance(_want, dict) or not _want,
        )
    )


# Rows and shapes of sheets.


@xlsx("a title and blank rows above the header", {})
def _(table: Table) -> Table:
    return [["Cells of 2026"], [], ["confidential"], [], *table]


@xlsx("blank rows between designs", {})
def _(table: Table) -> Table:
    return [table[0], [], table[1], [None] * 7, [], *table[2:]]


@xlsx("a note below the table", {}, "left alone")
def _(table: Table) -> Table:
    return [*table, [], ["* measured by hand"]]


@xlsx("a totals row", {}, "left alone")
def _(table: Table) -> Table:
    return [*table, ["Average", None, None, None, 1.175, 30.2, 0.12]]


@xlsx("a design called Total", {}, rows=4)
def _(table: Table) -> Table:
    return [*table, ["Total", "NMC811", "Si", "LPSC", 1.1, 20, 0]]


@xlsx("the header again between designs", {}, "left alone")
def _(table: Table) -> Table:
    return [*table[:2], list(HEADER), *table[2:]]


@xlsx("another table below", {}, "cell B7: Cathode 'Density'", rows=-1)
def _(table: Table) -> Table:
    return [*table, [], [], ["Cathode", "Density", "Supplier"], ["NMC811", 4.7, "X"]]


@xlsx("a row of units below the header", {}, "unit")
def _(table: Table) -> Table:
    return [table[0], [None, None, None, None, "-", "µm", "-"], *table[1:]]


@xlsx("a header over two rows", REFUSED, "cell F2: 'Separator thickness [µm]' stands below")
def _(table: Table) -> Table:
    upper, lower = list(table[0]), [None] * len(table[0])
    upper[5], lower[5] = None, table[0][5]
    return [upper, lower, *table[1:]]


@xlsx("merged cells in the header", REFUSED, "cell F1: belongs to merged cells of the header")
def _(table: Table, sheet: Any) -> None:
    sheet.merge_cells("E1:F1")


@xlsx("a transposed table", REFUSED, "column")
def _(table: Table) -> Table:
    return [list(column) for column in zip(*table, strict=True)]


@xlsx("no rows", REFUSED, "nothing stands below the header")
def _(table: Table) -> Table:
    return table[:1]


@xlsx("nothing at all", REFUSED, "empty")
def _(table: Table) -> Table:
    return [[]]


@xlsx("merged cells", ROW_ERROR, "part of the merged cells E2:F2")
def _(table: Table, sheet: Any) -> None:
    sheet.merge_cells("E2:F2")


@xlsx("hidden rows", {}, "hidden")
def _(table: Table, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


@xlsx("a percent cell under a fraction", {"cathode_porosity": 0.1})
def _(table: Table, sheet: Any) -> None:
    sheet["G2"].number_format = "0%"


@xlsx("a percent cell under a header in percent", {"cathode_porosity": 0.1}, others=False)
def _(table: Table, sheet: Any) -> None:
    sheet["G1"] = "Cathode porosity [%]"
    for row in (2, 3, 4):
        sheet[f"G{row}"].number_format = "0.0%"


@xlsx("error values", ROW_ERROR, "#DIV/0!")
def _(table: Table, sheet: Any) -> None:
    sheet["F2"] = "#DIV/0!"
    sheet["F2"].data_type = "e"


@xlsx("a number typed as text", {"separator_thickness_um": 25.0})
def _(table: Table, sheet: Any) -> None:
    sheet["F2"] = "25"
    sheet["F2"].data_type = "s"


@xlsx("cells without a header", {}, "stands below no header")
def _(table: Table, sheet: Any) -> None:
    sheet["I3"] = 5


@xlsx("own columns of one name", {})
def _(table: Table) -> Table:
    return [[*row, f"x{n}", n] if n else [*row, "lot", "lot"] for n, row in enumerate(table)]


# Files of text.


@csv_case("semicolons and decimal commas", {})
def _() -> str:
    return csv_text(good(), ";").replace(".", ",").replace("N/P", "N/P")


@csv_case("tabs", {})
def _() -> str:
    return csv_text(good(), "\t")


@csv_case("bars", {})
def _() -> str:
    return csv_text(good(), "|")


@csv_case("a line that tells the separator", {})
def _() -> str:
    return "sep=;\n" + csv_text(good(), ";")


@csv_case("a byte order mark", {})
def _() -> bytes:
    return csv_text(good()).encode("utf-8-sig")


@csv_case("UTF-16", {})
def _() -> bytes:
    return csv_text(good()).encode("utf-16")


@csv_case("UTF-16 big-endian with a mark", {})
def _() -> bytes:
    return b"\xfe\xff" + csv_text(good()).encode("utf-16-be")


@csv_case("Windows' Western code page", {})
def _() -> bytes:
    return csv_text(good()).encode("cp1252")


@csv_case("carriage returns alone", {})
def _() -> str:
    return csv_text(good()).replace("\n", "\r")


@csv_case("Windows line ends", {})
def _() -> str:
    return csv_text(good()).replace("\n", "\r\n")


@csv_case("no end of the last line", {})
def _() -> str:
    return csv_text(good()).rstrip("\n")


@csv_case("blank lines", {})
def _() -> str:
    return csv_text(good()).replace("\n", "\n\n")


@csv_case("a row with one cell too many", ROW_ERROR, "cells")
def _() -> str:
    lines = csv_text(good()).splitlines()
    return "\n".join([lines[0], lines[1] + ",7", *lines[2:]])


@csv_case("a row with a cell too few", ROW_ERROR, "expected")
def _() -> str:
    lines = csv_text(good()).splitlines()
    return "\n".join([lines[0], lines[1].rsplit(",", 1)[0], *lines[2:]])


@csv_case("a quotation mark that never closes", REFUSED, "quotation marks")
def _() -> str:
    return csv_text(good()).replace("A,", '"A,', 1)


@csv_case("a line break inside a cell", {})
def _() -> str:
    return csv_text(good()).replace("A,", '"A\nb",', 1)


@csv_case("zero bytes", REFUSED)
def _() -> bytes:
    return csv_text(good()).encode().replace(b"A", b"A\0", 1)


@csv_case("nothing", REFUSED, "empty")
def _() -> str:
    return ""


@csv_case("only a header", REFUSED)
def _() -> str:
    return csv_text(good()[:1])


@csv_case("random bytes", REFUSED)
def _() -> bytes:
    return bytes(range(256)) * 8


# Parquet.

_COLUMNS: dict[str, Any] = {
    name: [row[n] for row in ROWS]
    for n, name in enumerate(FIELDS)
    if name != "separator_thickness_um"
}


def parquet(
    name: str, column: Any, want: str | dict[str, Any], says: str = "", others: bool = True
) -> None:
    def make(folder: Path) -> Path:
        return as_parquet(folder, {**_COLUMNS, "separator_thickness_um": column})

    CASES.append(Case(f"parquet: {name}", make, want, says, others=others))


parquet("whole numbers", pa.array([25, 30, 35], pa.int16()), {}, "")
parquet("a stored NaN", pa.array([float("nan"), 30, 35.5]), ROW_ERROR, "nan")
parquet("an infinity", pa.array([float("inf"), 30, 35.5]), ROW_ERROR, "inf")
parquet("a null", pa.array([None, 30, 35.5]), {"separator_thickness_um": 20.0})
parquet("texts", pa.array(["25", "30", "35.5"]), {})
parquet("texts with units", pa.array(["25 µm", "30 µm", "35.5 µm"]), {}, "read as")
parquet("truth values", pa.array([True, None, None]), ROW_ERROR, "TRUE", others=False)
parquet(
    "dates",
    pa.array([datetime.date(2026, 1, 1), None, None]),
    ROW_ERROR,
    "2026-01-01",
    others=False,
)
parquet("single precision", pa.array([25, 30, 35.5], pa.float32()), {})
parquet("lists", pa.array([[25.0], None, None]), ROW_ERROR, "[25.0]", others=False)


# Files that are not what their name says, or not whole.


def _bytes_of(make: Callable[[Path], Path], folder: Path) -> bytes:
    path = make(folder)
    data = path.read_bytes()
    path.unlink()
    return data


@made("a workbook called .csv", {}, "although its name ends in .csv")
def _(folder: Path) -> Path:
    return as_csv(folder, _bytes_of(lambda f: as_xlsx(f, good()), folder))


@made("a text called .xlsx", {}, "although its name ends in .xlsx")
def _(folder: Path) -> Path:
    return as_csv(folder, csv_text(good()), "in.xlsx")


@made("a text with tabs called .xls", {}, "although its name ends in .xls")
def _(folder: Path) -> Path:
    return as_csv(folder, csv_text(good(), "\t"), "in.xls")


@made("a page of html called .xls", REFUSED, "html")
def _(folder: Path) -> Path:
    return as_csv(folder, "<html><body><table><tr><td>Cathode</td></tr></table>", "in.xls")


@made("a parquet file called .csv", {}, "although its name ends in .csv")
def _(folder: Path) -> Path:
    make = lambda f: as_parquet(f, {**_COLUMNS, "separator_thickness_um": [25, 30, 35.5]})  # noqa: E731
    return as_csv(folder, _bytes_of(make, folder))


@made("a picture called .xlsx", REFUSED)
def _(folder: Path) -> Path:
    return as_csv(folder, b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "in.xlsx")


@made("a pdf called .csv", REFUSED)
def _(folder: Path) -> Path:
    return as_csv(folder, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "in.csv")


@made("an archive called .xlsx", REFUSED)
def _(folder: Path) -> Path:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return as_csv(folder, held.getvalue(), "in.xlsx")


@made("an empty .xlsx", REFUSED)
def _(folder: Path) -> Path:
    return as_csv(folder, b"", "in.xlsx")


def _no_text(column: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        damaged = pa.array([b"Si", b"\xe4\xff", b"Al"]).cast(pa.string(), safe=False)
        thickness = {"separator_thickness_um": [25, 30, 35.5]}
        return as_parquet(folder, {**_COLUMNS, **thickness, column: damaged})

    return make


made("parquet: a material that is no UTF-8", REFUSED, "is no parquet file")(_no_text("anode"))
made("parquet: a note that is no UTF-8", REFUSED, "is no parquet file")(_no_text("note"))


@made("an empty .parquet", REFUSED)
def _(folder: Path) -> Path:
    return as_csv(folder, b"", "in.parquet")


@made("a lock file of Excel", REFUSED, "open in another program")
def _(folder: Path) -> Path:
    return as_csv(folder, b"\x05xlcalc" + b" " * 158, "~$in.xlsx")


@made("a folder called .xlsx without files", REFUSED)
def _(folder: Path) -> Path:
    (folder / "in.xlsx").mkdir()
    return folder / "in.xlsx"


@made("a file that is not there", REFUSED, "does not exist")
def _(folder: Path) -> Path:
    return folder / "in.xlsx"


@made("a pattern that nothing matches", REFUSED)
def _(folder: Path) -> Path:
    return folder / "*.xlsx"


@made("a pattern", {})
def _(folder: Path) -> Path:
    as_csv(folder, csv_text(good()))
    return folder / "i*.csv"


def _cut(eighths: int, make: Callable[[Path], Path], name: str) -> None:
    def cut(folder: Path) -> Path:
        path = make(folder)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * eighths // 8])
        return path

    CASES.append(Case(f"{name} cut at {eighths} eighths", cut, REFUSED))


for _eighths in range(1, 8):
    _cut(_eighths, lambda f: as_xlsx(f, good()), "xlsx")
    _cut(
        _eighths,
        lambda f: as_parquet(f, {**_COLUMNS, "separator_thickness_um": [25, 30, 35.5]}),
        "parquet",
    )
