"""Large sheets: whoever reads them, they are read as small ones are."""

import datetime

import openpyxl
import pytest

from tests.support.books import HEADER
from xlcalc.runs import batch
from xlcalc.workbooks.reading import calamine as plain_sheet
from xlcalc.workbooks.reading import xlsx

COUNT = plain_sheet.MANY + 50
HERE = 1000


def made(path, change=lambda sheet: None):
    """A workbook of many designs, one of them changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stacks"
    sheet.append([*HEADER, "lot", "made"])
    for n in range(COUNT):
        thickness = 20 + n % 7 + 0.25
        sheet.append([f"D{n}", "NMC811", "Si", "LPSC", 1.1, thickness, n, f"x_x0041_{n}"])
    change(sheet)
    book.save(path)
    return path


@pytest.fixture
def readers(monkeypatch):
    """Whether calamine gave the rows of the sheets that were read."""
    seen = []

    def watched(*arguments):
        rows = plain_sheet.plain_rows(*arguments)
        seen.append(rows is not None)
        return rows

    monkeypatch.setattr(xlsx, "plain_rows", watched)
    return seen


def test_numbers_and_texts_are_what_the_other_reader_gives(tmp_path, readers, monkeypatch):
    path = made(tmp_path / "plain.xlsx")
    fast = batch.run([path])
    assert readers == [True]
    monkeypatch.setattr(xlsx, "MANY", COUNT + 1)
    slow = batch.run([path])
    assert readers == [True]
    assert fast.summary.read == slow.summary.read == fast.summary.evaluated == COUNT
    for name in fast.columns:
        assert fast.columns[name].tolist() == pytest.approx(
            slow.columns[name].tolist(), nan_ok=True
        )
    assert fast.extra == slow.extra
    assert [fast.extra["lot"][7], fast.extra["made"][7]] == [7, "xA7"]


def with_value(value, kind=None):
    def change(sheet):
        sheet.cell(HERE, 6).value = value
        if kind is not None:
            sheet.cell(HERE, 6).data_type = kind

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (with_value("=20+1"), "no program has calculated"),
        (with_value("#DIV/0!", "e"), "#DIV/0!"),
        (with_value(True), "TRUE"),
        (with_value(datetime.datetime(2026, 1, 2)), "2026-01-02"),
        (with_value("thin"), "'thin'"),
        (lambda sheet: sheet.merge_cells(f"E{HERE}:F{HERE}"), "part of the merged cells"),
    ],
    ids=["formula", "error", "truth value", "date", "text", "merged"],
)
def test_what_is_no_number_is_an_error_of_its_row(tmp_path, change, says):
    done = batch.run([made(tmp_path / "odd.xlsx", change)])
    assert (done.summary.read, done.summary.in_error) == (COUNT, 1)
    assert f"cell F{HERE}" in done.summary.errors[0]
    assert says in done.summary.errors[0]


def test_hidden_rows_are_named(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[HERE].hidden = True

    assert any(
        f"row {HERE}" in text
        for text in batch.run([made(tmp_path / "h.xlsx", hide)]).summary.remarks
    )


def test_cells_shown_in_percent_are_not_divided_again(tmp_path):
    def percent(sheet):
        sheet["G1"] = "Cathode porosity [%]"
        for row in range(2, COUNT + 2):
            sheet.cell(row, 7).value = 0.1
            sheet.cell(row, 7).number_format = "0%"

    done = batch.run([made(tmp_path / "percent.xlsx", percent)])
    assert set(done.columns["cathode_porosity"].tolist()) == {0.1}
