"""References of a formula as the engine takes them: tables, defined names, arrays, other files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from xlcalc.workbooks.formulas.formula_tree import (
    SPILLED,
    Call,
    CallArgument,
    Problems,
    Token,
    without_prefix,
)
from xlcalc.workbooks.formulas.references import upper_left_first
from xlcalc.workbooks.formulas.table_references import Tables


class NameValue(NamedTuple):
    """What a defined name stands for.

    Attributes
    ----------
    text : str
        Its text in the engine's terms, without "=".
    functions : frozenset of str
        Functions that it calls.
    array : bool
        Whether it is one.
    relative : bool
        Whether it depends on where it is used.
    wrong : str
        Why it cannot be worked out, or nothing.
    """

    text: str
    functions: frozenset[str]
    array: bool
    relative: bool
    wrong: str


class References:
    """The first pass over a formula: what it refers to.

    Parameters
    ----------
    tables : Tables
        The workbook's tables.
    names : mapping of str to str
        What defined names stand for, by name in small letters.
    spills : mapping
        By page and cell, the area of an array formula.
    page, table : str
        Where the formula stands.
    work_out : function
        Gives what a defined name stands for in the engine's terms; None if it stands for itself.
    problems : Problems
        Told what cannot be worked out.

    Attributes
    ----------
    functions : set of str
        Functions that it calls, in capitals.
    rows_of : set of str
        Tables of which it takes the row that it is in, in small letters.
    """

    def __init__(
        self,
        tables: Tables,
        names: Mapping[str, str],
        spills: Mapping[tuple[str, str], str],
        page: str,
        table: str,
        work_out: Callable[[str], NameValue | None],
        problems: Problems,
    ) -> None:
        self._tables = tables
        self._names = names
        self._spills = spills
        self._page = page
        self._table = table
        self._work_out = work_out
        self._problems = problems
        self.functions: set[str] = set()
        self.rows_of: set[str] = set()

    def resolve(self, call: Call) -> None:
        """Put the references in a call into the engine's terms."""
        for argument in call.arguments:
            for number, item in enumerate(argument.items):
                before = argument.items[number - 1] if number else None
                after = argument.items[number + 1] if number + 1 < len(argument.items) else None
                if isinstance(item, Token):
                    self._resolve_token(item, after)
                else:
                    self._resolve_call(item, before)

    def _resolve_call(self, call: Call, before: Token | Call | None) -> None:
        self.resolve(call)
        if call.function == SPILLED:
            if call.closed:
                self._resolve_spill(call.arguments[-1])
        elif call.written and call.function != "SINGLE":
            self.functions.add(call.function)
        # A function of ours needs no file or page before it.
        if call.is_own and isinstance(before, Token) and before.kind == "page":
            before.resolve([])

    def _resolve_token(self, token: Token, after: Token | Call | None) -> None:
        if token.kind == "outer":
            # What another file holds is not here; our own functions need none.
            if not (isinstance(after, Call) and after.is_own):
                self._problems.add(token.position, f"refers to another file: {token.text}")
            token.resolve([])
        elif token.kind == "table":
            self._resolve_table(token)
        elif token.kind == "name":
            self._resolve_name(token)
        elif token.kind == "range":
            token.pieces = [upper_left_first(token.text)]

    def _resolve_table(self, token: Token) -> None:
        # A column without its table is one of the table that the formula is in.
        name = token.table or self._table
        found = self._tables.reference(name, token.inner)
        if found is None:
            self._problems.add(
                token.position, f"refers to a table or column that is not there: {token.text}"
            )
            return
        if len(found) > 1:
            self.rows_of.add(name.casefold())
        token.resolve(found, array=":" in "".join(found))

    def _resolve_name(self, token: Token) -> None:
        word = token.text
        meaning = self._names.get(word.casefold())
        if not meaning and not word.lower().startswith("_xlpm."):
            whole = self._tables.reference(word, "")
            if whole:
                token.resolve(whole, array=True)
                return
        if meaning is None or word.upper() in ("TRUE", "FALSE"):
            parameter = word.lower().startswith("_xlpm.")
            token.pieces = [word[6:] if parameter else without_prefix(word)]
            return
        found = self._work_out(word)
        if found is None:
            self._problems.add(token.position, f"the name {word} refers to itself")
            return
        self.functions |= found.functions
        if found.relative:
            self._problems.add(token.position, f"the name {word} depends on where it is used")
        if found.wrong:
            self._problems.add(token.position, found.wrong)
        token.resolve([found.text], array=found.array)

    def _resolve_spill(self, argument: CallArgument) -> None:
        """The area of the array that begins in a cell."""
        tokens = [item for item in argument.items if isinstance(item, Token)]
        reference = "".join(token.pieces[0] for token in tokens if token.pieces)
        page, _, cell = reference.rpartition("!")
        page = page.strip("'").replace("''", "'") or self._page
        area = self._spills.get((page, cell.replace("$", "").upper()))
        if area is None:
            self._problems.add(argument.end, f"refers to an array that is not there: {reference}#")
            return
        quoted = page.replace("'", "''")
        argument.items = [Token("resolved", reference, argument.end, [f"'{quoted}'!{area}"])]
