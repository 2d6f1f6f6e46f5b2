"""Results of an earlier run, told by their form: they hold the designs of their inputs again."""

from __future__ import annotations

import csv
import re
import zipfile
from html import unescape
from pathlib import Path

from xlcalc.files.formats import ENDINGS, PARQUET, TEXT, XLSX
from xlcalc.physics.quantities import REMARKS, RESULTS
from xlcalc.workbooks.sheets import ABOUT, RESULTS_SHEET, STACKS

_COLUMNS = {*RESULTS, *REMARKS}
_TITLE = re.compile(r'<sheet\b[^>]*\bname="([^"]*)"')

#: Characters of the longest first line, and bytes of the largest list of sheets, looked at.
_LONGEST = 1_000_000


def is_result(path: Path) -> bool:
    """Whether a file was written by a run: a workbook with its sheets, a table with all columns.

    A workbook of designs with a column or two of results is none.
    """
    kind = ENDINGS.get(path.suffix.lower())
    try:
        if kind == XLSX:
            titles = _titles(path)
            return {RESULTS_SHEET.title, ABOUT} <= titles and STACKS.title not in titles
        if kind == TEXT:
            with path.open(encoding="utf-8") as file:
                return set(next(csv.reader([file.readline(_LONGEST)]), [])) >= _COLUMNS
        if kind == PARQUET:
            import pyarrow.parquet as pq

            return {*pq.read_schema(path).names} >= _COLUMNS
    except Exception:
        # Damage shows in many ways, and whoever reads the file has a sentence for it.
        return False
    return False


def _titles(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as book:
        text = book.read(_LONGEST).decode("utf-8", "replace")
    return {unescape(title) for title in _TITLE.findall(text)}
