"""Formulas as files hold them, put into the terms of the engine.

The engine takes A1 references alone, and functions by their plain names. Tables, defined names,
prefixes of files, arguments left out and old ways of writing our own functions are put into its
terms first; what cannot be is said, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.workbooks.formulas.array_support import (
    OVER_CELLS,
    TEXT_CALL,
    gives_array,
    takes_ranges,
    takes_text,
)
from xlcalc.workbooks.formulas.excel_functions import (
    IS,
    MINUS,
    NUMERAL,
    PLACE,
    PLUS,
    STAND_INS,
    stand_in,
)
from xlcalc.workbooks.formulas.number_text import is_known_format
from xlcalc.workbooks.formulas.references import in_order
from xlcalc.workbooks.formulas.table_references import Tables
from xlcalc.workbooks.table_range import TableRange

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
    | (?P<bare>\[(?!\d+\])(?:'.|[^][']|\[(?:'.|[^]['])*\])*\])
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
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xll\.|_xldudf_)+", re.IGNORECASE)

#: What a formula may hold that is not already in the engine's terms.
_TO_DO = re.compile(rf"[][&@:{{]|_xl|SSB_|COUNT|{TEXT_CALL}", re.IGNORECASE)
#: And what Excel works out otherwise than the engine.
_OTHERWISE = re.compile(r"[<>=+-]|\b(?:MATCH|[VH]LOOKUP|TEXT|VALUE)\(", re.IGNORECASE)
#: The number of a row in a reference, or digits of a text that come through unchanged like it.
_ROW = re.compile(r"(?<=[A-Z$])(\d+)(?![\w.(!])")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"([^\W\d][\w.]*)\(")


#: Functions of a date that may be a text.
_OF_A_DAY = frozenset(("YEAR", "MONTH", "DAY", "WEEKDAY", "EDATE", "EOMONTH"))

_STANDS_IN = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, [*STAND_INS, *_OF_A_DAY]))})\(", re.IGNORECASE
)


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


@dataclass(slots=True)
class _Call:
    """A call, or a parenthesis, that is open."""

    function: str = ""
    start: int = 0
    first: int = 0
    compared: int = -1
    joined: bool = False
    summed: int = -1
    commas: list[int] = field(default_factory=list)
    joins: bool = False
    empty: bool = True
    position: int = 0
    array: bool = False
    worked_out: bool = False
    of_arrays: bool = False


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
    """

    def __init__(
        self,
        tables: Sequence[TableRange] = (),
        names: Mapping[str, str] | None = None,
        *,
        spills: Mapping[tuple[str, str], str] | None = None,
        exact: bool = False,
    ) -> None:
        self.tables = Tables(tables)
        self._names = {name.casefold(): text for name, text in (names or {}).items()}
        self.spills = spills or {}
        self.exact = exact
        self._shapes: dict[tuple[bool | str, ...], tuple[list[str], frozenset[str]] | None] = {}
        self._known: dict[tuple[str, str, bool, str], Translated] = {}
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
        return _Translation(self, formula, page, single, table=table).result()

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
            and not (self.exact and _STANDS_IN.search(formula))
            and not (self._named is not None and self._named.search(formula))
        )

    def name(self, word: str) -> str | None:
        """What a defined name stands for."""
        return self._names.get(word.casefold())


class _Translation:
    """A formula on its way."""

    def __init__(
        self,
        translator: Translator,
        formula: str,
        page: str,
        single: bool,
        within: frozenset[str] = frozenset(),
        table: str = "",
    ) -> None:
        self._table = table
        self._of = translator
        self._page = page
        self._single = single
        self._within = within
        self._functions: set[str] = set()
        self._wrong = ""
        self._rows_of: set[str] = set()
        self._last: re.Match[str] | None = None
        self._arrays: set[str] = set()
        self._let = ""
        self._out: list[list[str]] = []
        self._open = [_Call()]
        tokens = list(_TOKEN.finditer(formula, 1))
        for at, token in enumerate(tokens):
            self._take(token, tokens[at - 1] if at else None, tokens[at + 1 : at + 2])
            if token.lastgroup != "space":
                self._last = token
        self._end_operand(self._open[0])
        self._end_sum(self._open[0])
        self._end_comparison(self._open[0])

    def result(self) -> Translated:
        pieces = ["="]
        for first, *others in self._out:
            pieces[-1] += first
            pieces += others
        return Translated(pieces, frozenset(self._functions), self._wrong, frozenset(self._rows_of))

    def _cannot(self, why: str) -> None:
        self._wrong = self._wrong or why

    def _take(
        self, token: re.Match[str], before: re.Match[str] | None, after: list[re.Match[str]]
    ) -> None:
        here = self._open[-1]
        kind, text = token.lastgroup, token[0]
        if token["table"] or token["bare"]:
            kind = "table"
        if kind != "space" and text not in (",", ")"):
            here.empty = False
            here.worked_out |= kind in ("call", "compare", "sign")
        if kind == "call":
            self._begin(token["call"], before)
        elif kind == "compare":
            self._end_operand(here)
            self._end_comparison(here)
            here.compared = len(self._out)
            self._add(text)
            here.start = len(self._out)
        elif text == "&" and kind == "sign":
            self._join(here)
        elif text == "(":
            self._add(text)
            self._open.append(_Call(start=len(self._out), first=len(self._out)))
        elif text in (",", ")") and kind == "sign":
            self._end_argument(text)
        elif kind == "outer":
            # What another file holds is not here; our own functions need none.
            if not (after and after[0]["call"] and self._is_own(after[0]["call"])):
                self._cannot(f"refers to another file: {text}")
        elif kind == "table":
            # A column without its table is one of the table that the formula is in.
            name = token["table"] or self._table
            inner = text[1:-1] if token["bare"] else token["inner"]
            found = self._of.tables.reference(name, inner)
            if found is None:
                self._cannot(f"refers to a table or column that is not there: {text}")
            self._out.append(found or [text])
            if found and len(found) > 1:
                self._rows_of.add(name.casefold())
            here.array |= ":" in "".join(found or ())
        elif kind == "name":
            whole = None if self._of.name(text) else self._of.tables.reference(text, "")
            if whole and not text.lower().startswith("_xlpm."):
                self._out.append(whole)
                here.array = True
            else:
                self._add(self._named(text, here))
        else:
            if text in "+-" and self._last is not None and _ends_operand(self._last):
                here.summed = len(self._out)
            if kind in ("range", "array"):
                here.array = True
                self._notice(text, before, after)
                text = in_order(text) if kind == "range" else text
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
            if self._of.exact:
                plain = stand_in(function) or plain
            # Of a range that a function of ours gives, a plain formula shows the first cell.
            first = self._single and own and not any(call.function for call in self._open)
            self._add(f"{'@' if first else ''}{plain}(")
        self._open.append(_Call(function, len(self._out), len(self._out)))
        self._open[-1].commas.append(len(self._out) - 1)

    def _end_argument(self, sign: str) -> None:
        here = self._open[-1]
        here.joins |= takes_text(here.function, here.position)
        self._end_operand(here)
        if here.function in CATALOGUE and here.empty and (sign == "," or here.position):
            self._add(f'"{LEFT_OUT}"')
        self._look_at_argument(here)
        self._end_comparison(here)
        if self._of.exact:
            self._look_at_kind(here)
        if sign == ")" and self._of.exact:
            self._search_again(here)
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
        here.commas.append(len(self._out) - 1)
        here.first = len(self._out)
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
        here.joins = here.joined = True
        self._end_operand(here)
        here.joins = True
        self._add("&")
        here.start = len(self._out)

    def _end_operand(self, here: _Call) -> None:
        """Make a text of what is joined with another."""
        operand = self._out[here.start :]
        literal = len(operand) == 1 and operand[0][0].startswith('"')
        if here.joins and self._of.exact and operand and not literal:
            self._out[here.start :] = [[f"{AS_TEXT}("], *operand, [")"]]
        here.joins = False

    def _look_at_kind(self, here: _Call) -> None:
        """Note an argument that the engine takes otherwise than Excel."""
        given = self._out[here.first :]
        if here.function == "TEXT" and here.position == 1:
            shown = _word(given)
            if not (shown.startswith('"') and is_known_format(shown[1:-1].replace('""', '"'))):
                self._cannot(f"uses TEXT with a format that is not known here: {shown}")
        elif here.function == "VALUE" and given and not here.array:
            # A sum makes a number of what is left; VALUE of the engine hides error values.
            self._out[here.commas[0] :] = [[f"(0+{NUMERAL}("], *given, [")"]]
        elif here.function in _OF_A_DAY and here.position == 0 and given and not here.array:
            # A date may be a text; a sum makes a number of it.
            self._out.insert(here.first, ["0+"])

    def _end_comparison(self, here: _Call) -> None:
        """Compare as Excel does, unless one side makes no difference."""
        at, here.compared = here.compared, -1
        if at < 0 or not self._of.exact:
            return
        left, right = self._out[here.first : at], self._out[at + 1 :]
        sign = self._out[at][0]
        if left and right and not _is_simple(left, sign) and not _is_simple(right, sign):
            self._out[here.first :] = [[f'{IS}("{sign}",'], *left, [","], *right, [")"]]

    def _end_sum(self, here: _Call) -> None:
        """Of a plain formula that ends with a sum, Excel makes 0 where rounding alone is left."""
        at, plain = here.summed, self._single and self._of.exact and not self._within
        if at < 0 or not plain or here.joined or here.array or here.compared >= 0:
            return
        left, right = self._out[here.first : at], self._out[at + 1 :]
        sign = self._out[at][0]
        # What is no number becomes one, or an error value, as everywhere.
        name = MINUS if sign == "-" else PLUS
        self._out[here.first :] = [[f"{name}(0+"], *left, [",0+"], *right, [")"]]

    def _search_again(self, here: _Call) -> None:
        """A search in sorted values, of which the engine finds nothing if they are in no order."""
        ends = [*here.commas, len(self._out)]
        given = [self._out[ends[n] + 1 : ends[n + 1]] for n in range(len(ends) - 1)]
        words = ["".join(piece[0] for piece in each).strip().upper() for each in given]
        if here.function == "XLOOKUP" and words[4:] and words[4] not in ("", "0", "2"):
            if len(words) > 5 or words[4] not in ("1", "-1"):
                self._cannot("uses XLOOKUP for the next value below or above")
                return
            # XMATCH needs no order; XLOOKUP of the engine does.
            place = [["XMATCH("], *given[0], [","], *given[1], [","], *given[4], [")"]]
            found = [["INDEX("], *given[2], [","], *place, [")"]]
            other = given[3] or [["NA()"]]
            self._out[here.commas[0] :] = [["IF(ISNA("], *place, ["),"], *other, [","], *found]
            return
        at = {"MATCH": 2, "VLOOKUP": 3, "HLOOKUP": 3}.get(here.function)
        if at is None or len(given) < at or words[at:] not in ([], ["1"], ["TRUE"]):
            return
        sought, values, *number = given[:at]
        first = [["INDEX("], *values, [",1,0)" if here.function == "HLOOKUP" else ",0,1)"]]
        place = [[f"{PLACE}("], *sought, [","], *(first if number else values), [")"]]
        if here.function == "VLOOKUP":
            place = [["INDEX("], *values, [","], *place, [","], *number[0], [")"]]
        elif here.function == "HLOOKUP":
            place = [["INDEX("], *values, [","], *number[0], [","], *place, [")"]]
        call = here.commas[0]
        self._out[call:] = [["IFNA("], *self._out[call:], [")"], [","], *place]

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


def _ends_operand(token: re.Match[str]) -> bool:
    """Whether a plus or minus after it is one between two numbers."""
    return (
        token["call"] is None
        and token["compare"] is None
        and (token["sign"] is None or token[0] in (")", "%"))
    )


def _word(pieces: list[list[str]]) -> str:
    words = [piece[0] for piece in pieces if len(piece) > 1 or piece[0].strip()]
    return words[0] if len(words) == 1 else ""


def _is_simple(pieces: list[list[str]], sign: str) -> bool:
    """Whether all programs compare with it in the same way."""
    word = _word(pieces)
    if word.startswith('"'):
        return word == '""' or (sign in ("=", "<>") and word.isascii())
    return word.upper() in ("0", "TRUE", "FALSE")


def _is_relative(token: re.Match[str]) -> bool:
    reference = token["cell"] or token["range"] or ""
    return not all(_FIXED.fullmatch(end) for end in reference.split(":"))


_FIXED = re.compile(r"(\$[A-Z]{1,3})?(\$\d+)?", re.IGNORECASE)
