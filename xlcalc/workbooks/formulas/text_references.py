"""What INDIRECT refers to: the address of a name, a table, or of rows and columns by number."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from xlcalc.tables.addresses import letters
from xlcalc.workbooks.formulas.cell_conversion import UnsureError, as_truth, cell_text
from xlcalc.workbooks.formulas.table_references import Tables

_ADDRESS = re.compile(
    r"(?:(?:'(?:[^']|'')+'|[^'!\[\]]+)!)?\$?(?:[A-Z]{1,3}\$?\d+|[A-Z]{1,3}:\$?[A-Z]{1,3}|\d+:\$?\d+)"
    r"(?::\$?[A-Z]{1,3}\$?\d+)?",
    re.IGNORECASE,
)
#: An address that is none, of which INDIRECT makes #REF!.
_NOWHERE = "A0"

_NUMBERED = re.compile(r"(?P<page>.*!)?R(?P<row>\d+)C(?P<column>\d+)", re.IGNORECASE)
_TABLE = re.compile(r"(?P<name>[^\W\d][\w.]*)(?:\[(?P<inner>.*)\])?", re.DOTALL)


@dataclass(frozen=True)
class TextReferences:
    """References in texts.

    Parameters
    ----------
    names : mapping of str to str
        Defined names of the workbook, in small letters, with what they stand for.
    local : collection of str
        Names of single sheets, in small letters.
    tables : Tables, optional
        The workbook's tables.
    titles : collection of str, optional
        Its sheets, in small letters.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    local: Collection[str] = ()
    tables: Tables | None = None
    titles: Collection[str] | None = None

    def address(self, text: Any, a1: Any = True) -> str:
        """The address that a text stands for; the text itself where it stands for none."""
        word = cell_text(text).strip()
        if a1 is not None and not as_truth(a1):
            return self._numbered(word)
        found = _TABLE.fullmatch(word)
        if found and self.tables is not None:
            area = self.tables.reference(found["name"], found["inner"] or "")
            if area is not None and len(area) == 1:
                return area[0]
        if _ADDRESS.fullmatch(word):
            page = word.rpartition("!")[0].strip("'").replace("''", "'").casefold()
            # The engine takes a sheet that is not there for a blank one.
            if page and self.titles is not None and page not in self.titles:
                return _NOWHERE
            return word
        if word.casefold() in self.local:
            raise UnsureError
        meaning = self.names.get(word.casefold(), "")
        if _ADDRESS.fullmatch(meaning) and meaning.count("$") >= 2:
            return meaning
        if meaning and _ADDRESS.fullmatch(meaning):
            # It hangs on the cell where it is used.
            raise UnsureError
        return word

    def _numbered(self, word: str) -> str:
        found = _NUMBERED.fullmatch(word)
        if found is None:
            raise UnsureError
        return f"{found['page'] or ''}{letters(int(found['column']))}{found['row']}"
