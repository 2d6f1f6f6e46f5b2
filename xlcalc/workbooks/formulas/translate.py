"""Formulas as files hold them, put into the terms of the engine.

The engine takes A1 references alone, and functions by their plain names. Tables, defined names,
prefixes of files, arguments left out and old ways of writing our own functions are put into its
terms first; what cannot be is said, never guessed. A formula becomes a tree, and passes go over it:
its references, its arrays, and what Excel has otherwise than the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlcalc.workbooks.formulas.array_rules import ArrayRules
from xlcalc.workbooks.formulas.array_support import TEXT_CALL
from xlcalc.workbooks.formulas.excel_functions import FIT
from xlcalc.workbooks.formulas.excel_rules import ExcelRules, Pieces
from xlcalc.workbooks.formulas.formula_tree import Problems, is_relative, kinds_in, parse
from xlcalc.workbooks.formulas.resolve_references import NameValue, References
from xlcalc.workbooks.formulas.table_references import Tables
from xlcalc.workbooks.table_range import TableRange

#: What a formula may hold that is not already in the engine's terms.
_TO_DO = re.compile(rf"[][&@:{{]|_xl|SSB_|COUNT|{TEXT_CALL}", re.IGNORECASE)
#: And what Excel works out otherwise than the engine.
_OTHERWISE = re.compile(r"[<>=+(^*/%-]")
#: The number of a row in a reference, or digits of a text that come through unchanged like it.
_ROW = re.compile(r"(?<=[A-Z$])(\d+)(?![\w.(!])")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"([^\W\d][\w.]*)\(")


#: Kinds of tokens that need no parentheses where they replace a name.
_ATOMS = {"page", "cell", "range", "number", "text"}


@dataclass(frozen=True, slots=True)
class Translated:
    """A formula in the engine's terms.

    Parameters
    ----------
    pieces : sequence of str
        Its text; between them stands the number of the row it is in.
    functions : frozenset of str
        Functions that it calls, in capitals.
    wrong : str
        Why it cannot be worked out, or nothing.
    rows_of : frozenset of str
        Tables of which it takes the row that it is in, in small letters.
    """

    pieces: Sequence[str]
    functions: frozenset[str] = frozenset()
    wrong: str = ""
    rows_of: frozenset[str] = frozenset()

    def in_row(self, row: int) -> str:
        """Its text in a row."""
        return str(row).join(self.pieces)


class Translator:
    """Formulas of a workbook in the engine's terms.

    Parameters
    ----------
    tables : sequence of TableRange
        Its tables.
    names : mapping of str to str
        Its defined names with what they stand for.
    spills : mapping, optional
        By page and reference of an array formula's first cell, the reference of its area.
    exact : bool
        Whether all is to be as Excel has it, to the last digit: numbers as texts, comparisons,
        small differences, functions that the engine has otherwise.
    reads_texts : bool
        Whether cells hold texts that Excel takes for numbers, and the engine does not.
    """

    def __init__(
        self,
        tables: Sequence[TableRange] = (),
        names: Mapping[str, str] | None = None,
        *,
        spills: Mapping[tuple[str, str], str] | None = None,
        exact: bool = False,
        reads_texts: bool = False,
    ) -> None:
        self.tables = Tables(tables)
        self._names = {name.casefold(): text for name, text in (names or {}).items()}
        self.spills = spills or {}
        self.exact = exact
        self._reads_texts = reads_texts
        self._shapes: dict[tuple[bool | str, ...], tuple[list[str], frozenset[str]] | None] = {}
        self._known: dict[tuple[str, str, bool, str], Translated] = {}
        self._values: dict[tuple[str, str, bool], NameValue] = {}
        words = "|".join(map(re.escape, [*(names or {}), *(table.name for table in tables)]))
        self._named = re.compile(rf"\b(?:{words})\b", re.IGNORECASE) if words else None

    def translated(
        self, formula: str, page: str = "", *, single: bool = False, table: str = ""
    ) -> Translated:
        """A formula with its leading "=", as a cell of a page, and perhaps of a table, holds it.

        It is `single` if it is no array formula.
        """
        key = formula, page if self.spills else "", single, table
        found = self._known.get(key)
        if found is None:
            found = self._by_shape(formula, single)
            if found is None:
                found = self._alone(formula, page, single, table)
                self._known[key] = found
        return found

    def _alone(self, formula: str, page: str, single: bool, table: str = "") -> Translated:
        if self._is_plain(formula):
            calls = _CALL.findall(_TEXT.sub("", formula) if '"' in formula else formula)
            return Translated([formula], frozenset(map(str.upper, calls)))
        made, _ = self._translate(formula, page, single, table)
        return made

    def _by_shape(self, formula: str, single: bool) -> Translated | None:
        """A formula that differs from an earlier one in numbers of rows alone, if it does."""
        if "[" in formula or self.spills or (self._named and self._named.search(formula)):
            return None
        parts = _ROW.split(formula)
        key = single, *parts[::2]
        if key not in self._shapes:
            made = self._alone(formula, "", single)
            text = made.in_row(0)
            # What stands between the rows must be the same in any row.
            found = _ROW.split(text)
            same = not made.wrong and found[1::2] == parts[1::2]
            pieces = [] if text == formula else found[::2]
            self._shapes[key] = (pieces, made.functions) if same else None
        shape = self._shapes[key]
        if shape is None:
            return None
        pieces, functions = shape
        if pieces:
            parts[::2] = pieces
            formula = "".join(parts)
        return Translated([formula], functions)

    def _is_plain(self, formula: str) -> bool:
        """Whether a formula is in the engine's terms already."""
        return (
            not _TO_DO.search(formula)
            and not (self.exact and _OTHERWISE.search(formula, 1))
            and not (self._named is not None and self._named.search(formula))
        )

    def _translate(
        self,
        formula: str,
        page: str,
        single: bool,
        table: str = "",
        within: frozenset[str] = frozenset(),
    ) -> tuple[Translated, bool]:
        """A formula in the engine's terms, perhaps `within` names, and whether it is an array."""

        def work_out(name: str) -> NameValue | None:
            return self._name_value(name.casefold(), page, single, within)

        problems = Problems()
        whole = parse(formula, problems)
        references = References(
            self.tables, self._names, self.spills, page, table, work_out, problems
        )
        references.resolve(whole)
        arrays = ArrayRules(single, problems)
        if within:
            # A name is worked out with arrays, wherever it is used.
            arrays.check(whole, over_cells=True)
        else:
            arrays.check_formula(whole)
        rules = ExcelRules(self.exact, single, problems, self._reads_texts)
        text = rules.text(whole) if within else rules.text_of_cell(whole)
        made = Translated(
            _flat(text),
            frozenset(references.functions),
            problems.first,
            frozenset(references.rows_of),
        )
        return made, whole.arguments[-1].array

    def _name_value(
        self, word: str, page: str, single: bool, within: frozenset[str]
    ) -> NameValue | None:
        """What a defined name stands for; None if it stands for itself."""
        if word in within:
            return None
        key = word, page if self.spills else "", single
        if within or key not in self._values:
            inner, array = self._translate(
                f"={self._names[word]}", page, single, within=within | {word}
            )
            text, meaning = inner.in_row(0)[1:], self._names[word]
            value = NameValue(
                text if kinds_in(meaning) <= _ATOMS else f"({text})",
                inner.functions,
                array,
                is_relative(meaning),
                inner.wrong,
            )
            if within:
                return value
            self._values[key] = value
        return self._values[key]


def _flat(text: Pieces) -> list[str]:
    """The text of a whole formula in pieces between which stands the number of the row."""
    pieces = ["="]
    for first, *others in text:
        pieces[-1] += first
        pieces += others
    return pieces


def fitted(text: str, height: int, width: int, *, dynamic: bool) -> str:
    """A formula in the engine's terms whose result has the size of its cells.

    A `dynamic` one must have it by itself; an old array formula is cut, or filled up.
    """
    return f"={FIT}({text[1:]},{height},{width},{str(dynamic).upper()})"
