"""How files of designs are read, and how their results are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcalc.files.sources import ROWS

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How files of designs are read.

    Parameters
    ----------
    sheet : str or tuple of str, optional
        Sheet of the workbooks to read, or several; ``*`` and ``?`` stand for any characters in the
        titles of sheets that are shown and have designs.
    decimal_mark : str
        The mark before decimals in csv files; looked for in each where it is not given.
    limits : Limits, optional
        What a workbook may have before it is refused unread.
    rows_per_chunk : int
        About how many designs are worked on at a time.
    """

    sheet: str | tuple[str, ...] | None = None
    decimal_mark: str = ""
    limits: Limits | None = None
    rows_per_chunk: int = ROWS

    @property
    def sheets(self) -> tuple[str, ...]:
        """Sheets asked for."""
        return (self.sheet,) if isinstance(self.sheet, str) else self.sheet or ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """What results are written, and by whom.

    Parameters
    ----------
    breakdown : bool
        Whether csv, parquet and json get the breakdown too, as further columns.
    split_sheets : bool
        Whether rows that one sheet of an .xlsx file cannot hold go on in further sheets.
    dask : str, optional
        Whose workers evaluate csv and parquet files in place of this process: ``local``, or the
        address or file of a Dask scheduler.
    """

    breakdown: bool = False
    split_sheets: bool = False
    dask: str | None = None


READ, OUTPUT = ReadOptions(), OutputOptions()
