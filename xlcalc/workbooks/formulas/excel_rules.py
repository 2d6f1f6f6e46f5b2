"""Text of a formula for the engine; what Excel works out otherwise is put in terms of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcalc.workbooks.formulas.array_support import takes_text
from xlcalc.workbooks.formulas.excel_functions import (
    AS_TEXT,
    IS,
    LEFT_OUT,
    MINUS,
    NUMERAL,
    PLUS,
    SORTED_MATCH,
    stand_in,
)
from xlcalc.workbooks.formulas.excel_number_text import is_known_format
from xlcalc.workbooks.formulas.formula_tree import (
    SINGLE,
    SPILLED,
    Call,
    CallArgument,
    Problems,
    Token,
)

#: Functions of a date that may be a text.
OF_A_DAY = frozenset(("YEAR", "MONTH", "DAY", "WEEKDAY", "EDATE", "EOMONTH"))

#: Functions that search in sorted values, with how many arguments they have without saying so.
_SEARCHES = {"MATCH": 2, "VLOOKUP": 3, "HLOOKUP": 3}

#: Texts, each in pieces between which stands the number of the row.
Pieces = list[list[str]]

Items = Sequence[Token | Call]


class ExcelRules:
    """The last pass over a formula: its text in the engine's terms.

    Parameters
    ----------
    exact : bool
        Whether all is to be as Excel has it, to the last digit.
    single : bool
        Whether it is no array formula.
    problems : Problems
        Told what cannot be worked out.
    """

    def __init__(self, exact: bool, single: bool, problems: Problems) -> None:
        self._exact = exact
        self._single = single
        self._problems = problems

    def text(self, whole: Call) -> Pieces:
        """Text of what a name stands for."""
        return _with_commas(self._arguments(whole, inside=False))

    def text_of_cell(self, whole: Call) -> Pieces:
        """Text of a cell's formula.

        Of a plain formula that ends with a sum, Excel makes 0 where rounding alone is left.
        """
        first, *others = whole.arguments
        at = _last_sum(first.items)
        plain = self._exact and self._single and not others and not first.array
        if at < 0 or not plain or any(_sign(item) in _COMPARE | _JOIN for item in first.items):
            return self.text(whole)
        left = self._items(first.items[:at], inside=False)
        right = self._items(first.items[at + 1 :], inside=False)
        # What is no number becomes one, or an error value, as everywhere.
        name = MINUS if _sign(first.items[at]) == "-" else PLUS
        return [[f"{name}(0+"], *left, [",0+"], *right, [")"]]

    def _items(self, items: Items, *, inside: bool) -> Pieces:
        made: Pieces = []
        for item in items:
            if isinstance(item, Call):
                made += self._call(item, inside=inside)
            elif item.pieces:
                made.append(item.pieces)
        return made

    def _call(self, call: Call, *, inside: bool) -> Pieces:
        """A call, or a parenthesis; perhaps `inside` a call."""
        head = self._head(call, inside=inside)
        given = self._arguments(call, inside=inside or bool(call.written))
        end = [[")"]] if call.closed else []
        plain = [[head], *_with_commas(given), *end]
        if not (self._exact and call.closed):
            return plain
        if call.function == "VALUE" and len(given) == 1 and given[0]:
            # A sum makes a number of what is left; VALUE of the engine hides error values.
            return plain if call.arguments[0].array else [[f"(0+{NUMERAL}("], *given[0], ["))"]]
        if call.function == "XLOOKUP":
            return self._next_value(call, given) or plain
        return _search_again(call.function, given, plain)

    def _head(self, call: Call, *, inside: bool) -> str:
        """Name of a function with its parenthesis."""
        function = call.function
        if function == SINGLE:
            # The sign that older versions write as a function.
            return "@("
        if function == SPILLED or not call.written:
            return "("
        name = function if call.is_own else call.plain
        if self._exact:
            name = stand_in(function) or name
        # Of a range that a function of ours gives, a plain formula shows the first cell.
        first = self._single and call.is_own and not inside
        return f"{'@' if first else ''}{name}("

    def _arguments(self, call: Call, *, inside: bool) -> list[Pieces]:
        return [self._argument(call, n, inside=inside) for n in range(len(call.arguments))]

    def _argument(self, call: Call, position: int, *, inside: bool) -> Pieces:
        argument = call.arguments[position]
        ended = argument.end >= 0
        made: Pieces = []
        before = ""
        for sign, items in _split(argument.items, _COMPARE):
            is_text = not sign and ended and takes_text(call.function, position)
            side = self._side(items, is_text, inside=inside)
            made = self._comparison(made, before, side) if before else side
            before = sign
        if ended and call.is_own and argument.is_empty and len(call.arguments) > 1:
            made.append([f'"{LEFT_OUT}"'])
        if ended and self._exact:
            self._check_format(call.function, position, argument, made)
            if call.function in OF_A_DAY and not position and made and not argument.array:
                # A date may be a text; a sum makes a number of it.
                return [["0+"], *made]
        return made

    def _side(self, items: Items, is_text: bool, *, inside: bool) -> Pieces:
        """One side of a comparison; what is joined in it, or `is_text` alone, as texts."""
        made: Pieces = []
        operands = list(_split(items, _JOIN))
        as_texts = self._exact and (len(operands) > 1 or is_text)
        for sign, operand in operands:
            pieces = self._items(operand, inside=inside)
            literal = len(pieces) == 1 and pieces[0][0].startswith('"')
            if as_texts and pieces and not literal:
                pieces = [[f"{AS_TEXT}("], *pieces, [")"]]
            made += [*pieces, [sign]] if sign else pieces
        return made

    def _comparison(self, left: Pieces, sign: str, right: Pieces) -> Pieces:
        """Compare as Excel does, unless one side makes no difference."""
        given = left and right and not _is_simple(left, sign) and not _is_simple(right, sign)
        if self._exact and given:
            return [[f'{IS}("{sign}",'], *left, [","], *right, [")"]]
        return [*left, [sign], *right]

    def _check_format(
        self, function: str, position: int, argument: CallArgument, made: Pieces
    ) -> None:
        """Note a format that the engine shows otherwise than Excel."""
        if function != "TEXT" or position != 1:
            return
        shown = _word(made)
        if not (shown.startswith('"') and is_known_format(shown[1:-1].replace('""', '"'))):
            self._problems.add(
                argument.end, f"uses TEXT with a format that is not known here: {shown}"
            )

    def _next_value(self, call: Call, given: list[Pieces]) -> Pieces | None:
        """A search for the value or the next, which XMATCH does in any order of the values."""
        words = _words(given)
        if not words[4:] or words[4] in ("", "0", "2"):
            return None
        if len(words) > 5 or words[4] not in ("1", "-1"):
            self._problems.add(
                call.arguments[-1].end, "uses XLOOKUP for the next value below or above"
            )
            return None
        place = [["XMATCH("], *given[0], [","], *given[1], [","], *given[4], [")"]]
        found = [["INDEX("], *given[2], [","], *place, [")"]]
        other = given[3] or [["NA()"]]
        return [["IF(ISNA("], *place, ["),"], *other, [","], *found, [")"]]


def _search_again(function: str, given: list[Pieces], plain: Pieces) -> Pieces:
    """A search in sorted values, of which the engine finds nothing if they are in no order."""
    at = _SEARCHES.get(function)
    if at is None or len(given) < at or _words(given)[at:] not in ([], ["1"], ["TRUE"]):
        return plain
    sought, values, *number = given[:at]
    first = [["INDEX("], *values, [",1,0)" if function == "HLOOKUP" else ",0,1)"]]
    place = [[f"{SORTED_MATCH}("], *sought, [","], *(first if number else values), [")"]]
    if function == "VLOOKUP":
        place = [["INDEX("], *values, [","], *place, [","], *number[0], [")"]]
    elif function == "HLOOKUP":
        place = [["INDEX("], *values, [","], *number[0], [","], *place, [")"]]
    return [["IFNA("], *plain, [","], *place, [")"]]


def _split(items: Items, signs: frozenset[str]) -> Iterator[tuple[str, Items]]:
    """Items up to each of some signs, with it; and those behind the last, with nothing."""
    start = 0
    for at, item in enumerate(items):
        if isinstance(item, Token) and item.text in signs:
            yield item.text, items[start:at]
            start = at + 1
    yield "", items[start:] if start else items


def _sign(item: Token | Call) -> str:
    """The sign that an item is, or nothing."""
    return item.text if isinstance(item, Token) and item.is_operator else ""


_COMPARE = frozenset(("<>", "<=", ">=", "=", "<", ">"))
_JOIN = frozenset("&")


def _last_sum(items: Items) -> int:
    """Where the last plus or minus between two numbers stands; -1 if there is none."""
    found, before = -1, None
    for at, item in enumerate(items):
        if _sign(item) in ("+", "-") and before is not None and _ends_operand(before):
            found = at
        if isinstance(item, Call) or item.kind != "space":
            before = item
    return found


def _ends_operand(item: Token | Call) -> bool:
    """Whether a plus or minus after it is one between two numbers."""
    return _sign(item) in ("", "%")


def _with_commas(given: list[Pieces]) -> Pieces:
    return [piece for n, each in enumerate(given) for piece in ([[","], *each] if n else each)]


def _words(given: list[Pieces]) -> list[str]:
    return ["".join(piece[0] for piece in each).strip().upper() for each in given]


def _word(pieces: Pieces) -> str:
    words = [piece[0] for piece in pieces if len(piece) > 1 or piece[0].strip()]
    return words[0] if len(words) == 1 else ""


def _is_simple(pieces: Pieces, sign: str) -> bool:
    """Whether all programs compare with it in the same way."""
    word = _word(pieces)
    if word.startswith('"'):
        return word == '""' or (sign in ("=", "<>") and word.isascii())
    return word.upper() in ("0", "TRUE", "FALSE")
