"""Shared by the tests: the repository, workbooks made on the fly, the command line in-process."""

from __future__ import annotations

import os

import openpyxl
import pytest
from hypothesis import settings

from tests.support.books import HEADER, ROWS, frame
from tests.support.office import Calc, Office, need_office
from tests.support.xlsb_book import make_xlsb
from xlcalc.cli import app as cli

# How long an example takes is measured in benchmarks, not tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

#: Fixtures that start LibreOffice, or a Dask scheduler with its workers.
_MARKED = {
    **dict.fromkeys(("office", "calc", "bare_calc", "vba_office"), "office"),
    **dict.fromkeys(("servers", "doomed_servers"), "cluster"),
}


def pytest_collection_modifyitems(items):
    """Mark tests by what they start."""
    for item in items:
        for name in _MARKED.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_MARKED[name])


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Where every program is installed, a skipped test hides a failure."""
    if os.environ.get("XLCALC_NO_SKIP") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("XLCALC_NO_SKIP is set, and tests were skipped")


def pytest_sessionfinish(session, exitstatus):
    # Processes of pytest-xdist report to the one that has the terminal.
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("XLCALC_NO_SKIP") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture
def run(capsys):
    """Run a command line; gives its exit code, standard output and standard error."""

    def run(*arguments):
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def make_book(tmp_path):
    """Make a workbook of sheets given as rows."""

    def make(name="book.xlsx", **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return make


@pytest.fixture(scope="module")
def excel():
    """Excel's side of xlwings, with our module behind it."""
    from tests.support.excel_stubs import Excel

    excel = Excel("xlcalc.hosts.excel")
    yield excel
    excel.close()


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """LibreOffice; skips only where there is none."""
    need_office()
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def soffice(office, tmp_path):
    """Convert a file with LibreOffice; gives the files that come of it."""

    def convert(path, filter, options="", recalculate=False):
        return office.convert([path], tmp_path / "converted", filter, options, recalculate)[0]

    return convert


@pytest.fixture
def make_file(make_book, tmp_path, request):
    """Make a file of a kind of rows; all are three cells wide at least."""

    def make(kind, *rows):
        if kind == "csv":
            path = tmp_path / "book.csv"
            lines = (";".join("" if cell is None else str(cell) for cell in row) for row in rows)
            path.write_text("\n".join(lines) + "\n")
            return path
        if kind == "xlsb":
            return make_xlsb(tmp_path / "book.xlsb", Stacks=rows)
        path = make_book(Stacks=rows)
        return path if kind == "xlsx" else request.getfixturevalue("soffice")(path, kind)[0]

    return make


@pytest.fixture
def designs(tmp_path, make_book):
    """The same three designs in each format."""
    csv, parquet = tmp_path / "book.csv", tmp_path / "book.parquet"
    frame().to_csv(csv, index=False)
    frame().to_parquet(parquet)
    return {".xlsx": make_book(Designs=[HEADER, *ROWS]), ".csv": csv, ".parquet": parquet}


@pytest.fixture
def bare_calc(tmp_path):
    """LibreOffice without the add-in; skips only where there is none."""
    need_office()
    return Calc(tmp_path)


@pytest.fixture(scope="session")
def calc(tmp_path_factory):
    """LibreOffice with the add-in; skips only where there is none."""
    need_office()
    made = Calc(tmp_path_factory.mktemp("calc"))
    done = made.xlcalc("install")
    assert done.returncode == 0, done.stderr
    return made
