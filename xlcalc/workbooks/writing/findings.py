"""The report of a check as a workbook: a line for each finding, and the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from xlcalc.errors import OutputError
from xlcalc.workbooks.sheets import ABOUT, MOST_ROWS
from xlcalc.workbooks.writing.columns import ResultColumn
from xlcalc.workbooks.writing.pages import ResultBook, add_table, add_words

#: Title of the sheet of findings.
FINDINGS = "Findings"


def check_findings_fit(count: int) -> None:
    """Refuse more findings than a sheet can hold.

    Raises
    ------
    OutputError
        Naming the limit and the remedy.
    """
    if count + 1 > MOST_ROWS:
        raise OutputError(
            f"{count:,} findings do not fit a sheet of {MOST_ROWS:,} rows; expected an output file "
            "that ends in .csv or .json"
        )


def write_findings(
    columns: Mapping[str, Sequence[Any]], counts: Mapping[str, Any], file: BinaryIO
) -> None:
    """Write the findings of a check as a workbook.

    Parameters
    ----------
    columns : mapping of str to sequence
        A column for each part of a finding; texts stay texts, whatever they begin with.
    counts : mapping of str to value
        What the check counted.
    file : binary file
        Where to.
    """
    book = ResultBook()
    add_table(
        book,
        FINDINGS,
        [ResultColumn(name.capitalize(), values) for name, values in columns.items()],
    )
    add_words(book, ABOUT, [(_label(name), _words(value)) for name, value in counts.items()])
    book.save(file)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize() if name != "xlcalc" else name


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {'yes' if held else 'no'}" for name, held in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
