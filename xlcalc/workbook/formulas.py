"""Formulas as files hold them, put into the terms of the engine.

The engine takes A1 references alone, and functions by their plain names. Tables, defined names,
prefixes of files, arguments left out and old ways of writing our own functions are put into its
terms first; what cannot be is said, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils import get_column_letter as letters

from ..functions import CATALOGUE
from .arrays import OVER_CELLS, TEXT_CALL, gives_array, takes_ranges, takes_text
from .book import TableRange

#: Stands for an argument left out, which the engine hands over as 0.
LEFT_OUT = "\ue000"

#: Function that gives a result the size of the cells it has.
FIT = "XLCALC_FIT"

#: Function that makes texts of numbers as spreadsheet programs do, with 15 digits.
AS_TEXT = "XLCALC_TEXT"

_TOKEN = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<array>\{(?:"(?:[^"]|"")*"|[^"}])*\})
    | (?P<error>\#(?:N/A|DIV/0!|NULL!|NUM!|VALUE!|REF!|NAME\?|SPILL!|CALC!))
    | (?P<outer>(?:'[^']*\[[^']*'|\[\d+\][^!'"(),\s]*)!)       # another file
    | (?P<page>'(?:[^']|'')*'!|[^\W\d][\w.]*!)
    | (?P<table>[^\W\d][\w.]*)\[(?P<inner>(?:'.|[^][']|\[(?:'.|[^]['])*\])*)\]
    | (?P<call>[^\W\d][\w.]*)\(
    | (?P<range>\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}\b|\$?\d+:\$?\d+)
    | (?P<cell>\$?[A-Z]{1,3}\$?\d+)(?![\w.(])
    | (?P<number>\d+\.?\d*(?:E[+-]?\d+)?|\.\d+(?:E[+-]?\d+)?)
    | (?P<name>[^\W\d][\w.\\]*)
    | (?P<space>\s+)
    | (?P<compare><>|<=|>=|[=<>])
    | (?P<sign>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_PART = re.compile(r"\[((?:'.|[^]['])*)\]")
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xll\.|_xldudf_)+", re.IGNORECASE)

#: What a formula may hold that is not already in the engine's terms.
_TO_DO = re.compile(rf"[][&@:{{]|_xl|SSB_|COUNT|{TEXT_CALL}", re.IGNORECASE)
#: The number of a row in a reference, or digits of a text that come through unchanged like it.
_ROW = re.compile(r"(?<=[A-Z$])\d+(?![\w.(!])")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"([^\W\d][\w.]*)\(")


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
    """

    pieces: Sequence[str]
    functions: frozenset[str] = frozenset()
    wrong: str = ""

    def in_row(self, row: int) -> str:
        """Its text in a row."""
        return str(row).join(self.pieces)


@dataclass(slots=True)
class _Call:
    """A call, or a parenthesis, that is open."""

    function: str = ""
    start: int = 0
    joins: bool = False
    empty: bool = True
    position: int = 0
    array: bool = False
    worked_out: bool = False
    of_arrays: bool = False
    word: str = ""


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
    exact_texts : bool
        Whether numbers become texts of 15 digits, as in a spreadsheet program, not 17.
    """

    def __init__(
        self,
        tables: Sequence[TableRange] = (),
        names: Mapping[str, str] | None = None,
        *,
        spills: Mapping[tuple[str, str], str] | None = None,
        exact_texts: bool = False,
    ) -> None:
        self._tables = {table.name.casefold(): table for table in tables}
        self._columns = {
            table.name.casefold(): {
                header.casefold(): table.left + n for n, header in enumerate(table.headers)
            }
            for table in tables
        }
        self._names = {name.casefold(): text for name, text in (names or {}).items()}
        self.spills = spills or {}
        self.exact_texts = exact_texts
        self._shapes: dict[tuple[str, bool], tuple[list[str], frozenset[str]] | None] = {}
        self._known: dict[tuple[str, str, bool], Translated] = {}
        words = "|".join(map(re.escape, self._names))
        self._named = re.compile(rf"\b(?:{words})\b", re.IGNORECASE) if words else None

    def translated(self, formula: str, page: str = "", *, single: bool = False) -> Translated:
        """A formula with its leading "=", as a cell of a page holds it.

        It is `single` if it is no array formula.
        """
        key = formula, page if self.spills else "", single
        found = self._known.get(key)
        if found is None:
            if self._is_plain(formula):
                calls = _CALL.findall(_TEXT.sub("", formula) if '"' in formula else formula)
                return Translated([formula], frozenset(map(str.upper, calls)))
            found = self._by_shape(formula, single)
            if found is None:
                found = self._known[key] = _Translation(self, formula, page, single).result()
        return found

    def _by_shape(self, formula: str, single: bool) -> Translated | None:
        """A formula that differs from an earlier one in numbers of rows alone, if it does."""
        if "[" in formula or self.spills or (self._named and self._named.search(formula)):
            return None
        key = _ROW.sub("\0", formula), single
        rows = _ROW.findall(formula)
        if key not in self._shapes:
            made = _Translation(self, formula, "", single).result()
            text = made.in_row(0)
            # What stands between the rows must be the same in any row.
            same = not made.wrong and _ROW.findall(text) == rows
            self._shapes[key] = (_ROW.split(text), made.functions) if same else None
        shape = self._shapes[key]
        if shape is None:
            return None
        pieces, functions = shape
        text = "".join(map("".join, zip(pieces, [*rows, ""], strict=True)))
        return Translated([text], functions)

    def _is_plain(self, formula: str) -> bool:
        """Whether a formula is in the engine's terms already."""
        return not _TO_DO.search(formula) and not (
            self._named is not None and self._named.search(formula)
        )

    def name(self, word: str) -> str | None:
        """What a defined name stands for."""
        return self._names.get(word.casefold())

    def table(self, name: str, inner: str) -> list[str] | None:
        """A reference to a table in pieces between which the row stands; None if there is none."""
        table = self._tables.get(name.casefold())
        if table is None:
            return None
        columns = self._columns[name.casefold()]
        inner = inner.strip()
        if inner.startswith("@"):
            rest = inner[1:].strip()
            inner = f"[#This Row],{rest if rest.startswith('[') else f'[{rest}]'}"
        parts = _PART.findall(inner) if inner.startswith("[") else [inner]
        special = {part.strip().casefold() for part in parts if part.startswith("#")}
        found = [
            columns.get(re.sub(r"'(.)", r"\1", part).casefold())
            for part in parts
            if part and not part.startswith("#")
        ]
        if None in found:
            return None
        first, last = (found[0], found[-1]) if found else (table.left, table.right)
        assert first is not None
        assert last is not None
        page = "'" + table.page.replace("'", "''") + "'!"
        if "#this row" in special:
            # A row refers to itself from its own page alone.
            row = [f"${letters(first)}$", f":${letters(last)}$", ""]
            return row if last != first else [row[0], ""]
        top, bottom = _rows_of(table, special)
        cells = f"${letters(first)}${top}"
        if (first, top) != (last, bottom):
            cells += f":${letters(last)}${bottom}"
        return [page + cells]


def _rows_of(table: TableRange, special: set[str]) -> tuple[int, int]:
    if not special or special == {"#data"}:
        return table.first, table.last
    if special == {"#totals"}:
        return table.last + 1, table.last + table.totals
    top = table.top if special & {"#headers", "#all"} else table.first
    bottom = table.top if special == {"#headers"} else table.last
    if special & {"#all", "#totals"}:
        bottom = table.last + table.totals
    return top, bottom


class _Translation:
    """A formula on its way."""

    def __init__(
        self,
        translator: Translator,
        formula: str,
        page: str,
        single: bool,
        within: frozenset[str] = frozenset(),
    ) -> None:
        self._of = translator
        self._page = page
        self._single = single
        self._within = within
        self._functions: set[str] = set()
        self._wrong = ""
        self._arrays: set[str] = set()
        self._out: list[list[str]] = []
        self._open = [_Call()]
        tokens = list(_TOKEN.finditer(formula, 1))
        for at, token in enumerate(tokens):
            self._take(token, tokens[at - 1] if at else None, tokens[at + 1 : at + 2])
        self._end_operand(self._open[0])

    def result(self) -> Translated:
        pieces = ["="]
        for first, *others in self._out:
            pieces[-1] += first
            pieces += others
        return Translated(pieces, frozenset(self._functions), self._wrong)

    def _cannot(self, why: str) -> None:
        self._wrong = self._wrong or why

    def _take(
        self, token: re.Match[str], before: re.Match[str] | None, after: list[re.Match[str]]
    ) -> None:
        here = self._open[-1]
        kind, text = token.lastgroup, token[0]
        if token["table"]:
            kind = "table"
        if kind != "space" and text not in (",", ")"):
            here.empty = False
            here.worked_out |= kind in ("call", "compare", "sign")
        if kind == "call":
            self._begin(token["call"], before)
        elif kind == "compare":
            self._end_operand(here)
            self._add(text)
            here.start = len(self._out)
        elif text == "&" and kind == "sign":
            self._join(here)
        elif text == "(":
            self._add(text)
            self._open.append(_Call(start=len(self._out)))
        elif text in (",", ")") and kind == "sign":
            self._end_argument(text)
        elif kind == "outer":
            # What another file holds is not here; our own functions need none.
            if not (after and after[0]["call"] and self._is_own(after[0]["call"])):
                self._cannot(f"refers to another file: {text}")
        elif kind == "table":
            found = self._of.table(token["table"], token["inner"])
            if found is None:
                self._cannot(f"refers to a table or column that is not there: {text}")
            self._out.append(found or [text])
            here.array |= ":" in "".join(found or ())
        elif kind == "name":
            here.word = text
            self._add(self._named(text, here))
        else:
            if kind in ("range", "array"):
                here.array = True
                self._notice(text, before, after)
            self._add(text)

    def _add(self, text: str) -> None:
        self._out.append([text])

    def _plain_name(self, function: str) -> str:
        return _PREFIX.sub("", function).upper()

    def _is_own(self, function: str) -> bool:
        return self._plain_name(function) in CATALOGUE

    def _begin(self, written: str, before: re.Match[str] | None) -> None:
        function = self._plain_name(written)
        if function == "SINGLE":
            # The sign that older versions write as a function.
            self._add("@(")
        elif function == "ANCHORARRAY":
            self._add("(")
        else:
            self._functions.add(function)
            # A function of ours needs no file or page before it.
            own = function in CATALOGUE
            if own and before is not None and before["page"]:
                self._out.pop()
            plain = function if own else _PREFIX.sub("", written)
            # Of a range that a function of ours gives, a plain formula shows the first cell.
            first = self._single and own and not any(call.function for call in self._open)
            self._add(f"{'@' if first else ''}{plain}(")
        self._open.append(_Call(function, len(self._out)))

    def _end_argument(self, sign: str) -> None:
        here = self._open[-1]
        here.joins |= takes_text(here.function, here.position)
        self._end_operand(here)
        if here.function in CATALOGUE and here.empty and (sign == "," or here.position):
            self._add(f'"{LEFT_OUT}"')
        self._look_at_argument(here)
        if here.function == "ANCHORARRAY" and sign == ")":
            self._out[here.start :] = [
                [self._spill("".join(p[0] for p in self._out[here.start :]))]
            ]
        self._add(sign)
        if sign == ")":
            if len(self._open) == 1:
                self._cannot("cannot be read")
                return
            self._open.pop()
            self._open[-1].array |= self._gives_array(here)
            return
        here.position += 1
        here.empty, here.array, here.worked_out, here.start = True, False, False, len(self._out)

    def _look_at_argument(self, here: _Call) -> None:
        """Note an argument that is a range or an array."""
        function, position = here.function, here.position
        if not here.array:
            if here.worked_out and function in ("COUNT", "COUNTA"):
                # An error value is not counted, and not passed on.
                self._cannot(f"{function} of what is worked out inside it")
            return
        if function == "LET" and position % 2:
            self._arrays.add(self._let)
        own = CATALOGUE.get(function)
        if own is not None:
            here.of_arrays |= own.arguments[position : position + 1] != () and (
                own.arguments[position].kind == "cell"
            )
            return
        here.of_arrays = True
        if function not in ("", "SINGLE", "ANCHORARRAY") and not takes_ranges(
            function, position, worked_out=here.worked_out
        ):
            self._cannot(f"works {function} out for each cell of a range")

    def _gives_array(self, call: _Call) -> bool:
        own = CATALOGUE.get(call.function)
        if own is not None:
            return own.spills or call.of_arrays
        if call.function == "ANCHORARRAY":
            return True
        return call.array if not call.function else gives_array(call.function, call.of_arrays)

    def _join(self, here: _Call) -> None:
        here.joins = True
        self._end_operand(here)
        here.joins = True
        self._add("&")
        here.start = len(self._out)

    def _end_operand(self, here: _Call) -> None:
        """Make a text of what is joined with another."""
        operand = self._out[here.start :]
        literal = len(operand) == 1 and operand[0][0].startswith('"')
        if here.joins and self._of.exact_texts and operand and not literal:
            self._out[here.start :] = [[f"{AS_TEXT}("], *operand, [")"]]
        here.joins = False

    def _named(self, word: str, here: _Call) -> str:
        text = self._of.name(word)
        if text is None or word.upper() in ("TRUE", "FALSE"):
            plain = word[6:] if word.lower().startswith("_xlpm.") else _PREFIX.sub("", word)
            here.array |= plain.casefold() in self._arrays
            if here.function == "LET" and here.position % 2 == 0:
                self._let = plain.casefold()
            return plain
        if word.casefold() in self._within:
            self._cannot(f"the name {word} refers to itself")
            return word
        within = self._within | {word.casefold()}
        inner = _Translation(self._of, f"={text}", self._page, self._single, within)
        translated = inner.result()
        self._functions |= translated.functions
        here.array |= inner._open[0].array
        if any(map(_is_relative, _TOKEN.finditer(text))):
            self._cannot(f"the name {word} depends on where it is used")
        if translated.wrong:
            self._cannot(translated.wrong)
        plain = translated.in_row(0).removeprefix("=")
        kinds = {token.lastgroup for token in _TOKEN.finditer(text)}
        return plain if kinds <= {"page", "cell", "range", "number", "text"} else f"({plain})"

    def _spill(self, reference: str) -> str:
        page, _, cell = reference.rpartition("!")
        page = page.strip("'").replace("''", "'") or self._page
        area = self._of.spills.get((page, cell.replace("$", "").upper()))
        if area is None:
            self._cannot(f"refers to an array that is not there: {reference}#")
            return reference
        return f"'{page.replace(chr(39), chr(39) * 2)}'!{area}"

    def _notice(self, text: str, before: re.Match[str] | None, after: list[re.Match[str]]) -> None:
        """Note a range beside an operator, which is one cell of it in a plain formula."""
        if not self._single or any(
            call.function in OVER_CELLS or call.function in CATALOGUE for call in self._open
        ):
            return
        sides = [token for token in (before, *after) if token is not None]
        signs = {token[0] for token in sides if token["compare"] or token["sign"]}
        if signs & {"+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">="}:
            self._cannot(f"takes one cell of {text}; expected an array formula, or one cell")


def fitted(text: str, height: int, width: int, *, dynamic: bool) -> str:
    """A formula in the engine's terms whose result has the size of its cells.

    A `dynamic` one must have it by itself; an old array formula is cut, or filled up.
    """
    return f"={FIT}({text[1:]},{height},{width},{str(dynamic).upper()})"


def _is_relative(token: re.Match[str]) -> bool:
    reference = token["cell"] or token["range"] or ""
    return not all(_FIXED.fullmatch(end) for end in reference.split(":"))


_FIXED = re.compile(r"(\$[A-Z]{1,3})?(\$\d+)?", re.IGNORECASE)


_REFERENCE = re.compile(
    r"""
      "(?:[^"]|"")*" | '(?:[^']|'')*'! | [^\W\d][\w.]*\[(?:'.|[^][']|\[(?:'.|[^]['])*\])*\]
    | (?<![\w.$])(?P<column>\$?[A-Z]{1,3})(?P<row>\$?\d{1,7})(?![\w.(!])
    | (?<![\w.$])(?P<first>\$?[A-Z]{1,3}):(?P<last>\$?[A-Z]{1,3})(?![\w.(!])
    | (?<![\w.$:])(?P<top>\$?\d{1,7}):(?P<bottom>\$?\d{1,7})(?![\w.(!])
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Shared:
    """A formula that cells share: each sees it from where it stands.

    Parameters
    ----------
    formula : str
        As its first cell holds it.
    row, column : int
        Where that is.
    """

    def __init__(self, formula: str, row: int, column: int) -> None:
        self._pieces: list[str | tuple[str, str]] = []
        self._row, self._column = row, column
        end = 0
        for found in _REFERENCE.finditer(formula):
            self._pieces.append(formula[end : found.start()])
            end = found.end()
            if found["column"]:
                self._pieces += [("c", found["column"]), ("r", found["row"])]
            elif found["first"]:
                self._pieces += [("c", found["first"]), ":", ("c", found["last"])]
            elif found["top"]:
                self._pieces += [("r", found["top"]), ":", ("r", found["bottom"])]
            else:
                self._pieces.append(found[0])
        self._pieces.append(formula[end:])

    def at(self, row: int, column: int) -> str:
        """The formula as a cell sees it."""
        down, right = row - self._row, column - self._column
        return "".join(
            piece if isinstance(piece, str) else _moved(*piece, down, right)
            for piece in self._pieces
        )


def _moved(what: str, end: str, down: int, right: int) -> str:
    if end.startswith("$"):
        return end
    if what == "r":
        return str(int(end) + down)
    return str(letters(column_index_from_string(end) + right))


def cells_in(area: str) -> Iterator[tuple[int, int]]:
    """Rows and columns of the cells of an area such as ``B2:C3``.

    Examples
    --------
    >>> list(cells_in("B2:C2"))
    [(2, 2), (2, 3)]
    """
    left, top, right, bottom = range_boundaries(area)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column
