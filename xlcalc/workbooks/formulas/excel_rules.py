"""Text of a formula for the engine; what Excel works out otherwise is put in terms of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlcalc.workbooks.formulas.array_support import NUMBERS_OF, takes_text
from xlcalc.workbooks.formulas.each_cell import EACH_CELL
from xlcalc.workbooks.formulas.excel_functions import (
    AS_TEXT,
    COUNT_WHOLE,
    IS,
    LEFT_OUT,
    MATCH_DOWN,
    MINUS,
    NO_TRUTH,
    NUMBER,
    PLUS,
    REFERENCE_TEXT,
    SHOWN,
    SORTED_MATCH,
    STAND_INS,
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
from xlcalc.workbooks.formulas.operands import (
    Items,
    is_paged,
    is_reckoned,
    is_space,
    last_sum,
    may_both_be_zero,
    sign_of,
)
from xlcalc.workbooks.formulas.trusted import (
    OF_NUMBERS,
    READS_NUMBERS,
    TAKES_NO_TRUTH,
    meaning_of_omitted,
)
from xlcalc.workbooks.formulas.whole_ranges import SIZES, bound_index, counts_whole, size_of

#: Functions that search in sorted values, with how many arguments they have without saying so.
_SEARCHES = {"MATCH": 2, "VLOOKUP": 3, "HLOOKUP": 3}

#: Texts, each in pieces between which stands the number of the row.
Pieces = list[list[str]]


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
    reads_texts : bool
        Whether cells hold texts that Excel takes for numbers, and the engine does not.
    """

    def __init__(
        self, exact: bool, single: bool, problems: Problems, reads_texts: bool = False
    ) -> None:
        self._reads_texts = reads_texts
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
        at = last_sum(first.items)
        plain = self._exact and self._single and not others and not first.array
        if at < 0 or not plain or any(sign_of(item) in _COMPARE | _JOIN for item in first.items):
            return self.text(whole)
        left = self._items(first.items[:at], inside=False)
        right = self._items(first.items[at + 1 :], inside=False)
        # What is no number becomes one, or an error value, as everywhere.
        name = MINUS if sign_of(first.items[at]) == "-" else PLUS
        return [[f"{name}(0+"], *left, [",0+"], *right, [")"]]

    def _items(self, items: Items, *, inside: bool) -> Pieces:
        made: Pieces = []
        start = 0
        before: Token | Call | None = None
        # Where something is reckoned with cells, which may hold texts that are numbers.
        reads_texts = self._reads_texts and is_reckoned(items)
        for at, item in enumerate(items):
            if sign_of(item) == "^" and self._exact and may_both_be_zero(items, at):
                # What stands on the right of it follows, and a parenthesis.
                base = made[start:]
                made[start:] = [[f"{stand_in('POWER')}("], *base, [","]]
                before = item
                continue
            begins = before is None or sign_of(before) not in ("", "^")
            if begins and not is_space(item) and not is_paged(items, at):
                start = len(made)
            closes = (
                before is not None and sign_of(before) == "^" and may_both_be_zero(items, at - 1)
            )
            if isinstance(item, Call):
                made += self._call(item, inside=inside)
            elif item.pieces:
                made.append(item.pieces)
                if reads_texts and item.kind in ("cell", "range", "resolved"):
                    # With the page before it.
                    made.insert(len(made) - (2 if is_paged(items, at) else 1), [f"{NUMBER}("])
                    made.append([")"])
            if closes:
                made.append([")"])
            if not is_space(item) and not (isinstance(item, Token) and item.kind == "page"):
                before = item
        return made

    def _call(self, call: Call, *, inside: bool) -> Pieces:
        """A call, or a parenthesis; perhaps `inside` a call."""
        if self._exact:
            bound_index(call)
        head = self._head(call, inside=inside)
        given = self._arguments(call, inside=inside or bool(call.written))
        end = [[")"]] if call.closed else []
        plain = [[head], *_with_commas(given), *end]
        if not (self._exact and call.closed):
            return plain
        if call.function in ("COUNTIF", "COUNTIFS") and counts_whole(call):
            return [[f"{COUNT_WHOLE}("], *_with_commas(given), *end]
        if call.function == "PMT" and given[0]:
            return [["IF("], *given[0], ["<=-1,#NUM!,"], *plain, [")"]]
        if call.function in ("INDIRECT", "OFFSET"):
            if call.function == "INDIRECT" and given[0]:
                plain = [[f"INDIRECT({REFERENCE_TEXT}("], *_with_commas(given), [")"], *end]
            elif call.one_cell:
                plain = [["OFFSET("], *_with_commas(given), *end]
            if not call.one_cell:
                return plain
            # A single cell stays blank if it is; the sign @ would give 0 for it.
            counted_cells = [["IF(ROWS("], *plain, [")*COLUMNS("], *plain, [")=1,INDEX("], *plain]
            return [*counted_cells, [",1,1),@"], *plain, [")"]]
        if call.function in SIZES and (counted := size_of(call)):
            return counted
        if call.function in NUMBERS_OF and call.over_cells:
            size = "SEQUENCE(ROWS(" if call.function == "ROW" else "SEQUENCE(1,COLUMNS("
            return [["("], *plain, [f"+{size}"], *given[0], ["))-1)"]]
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
            return "@(" if call.one_cell else "("
        name = function if call.is_own else call.plain
        if self._exact and (function in STAND_INS or (call.over_cells and function in EACH_CELL)):
            name = stand_in(function)
        # Of a range that a function of ours gives, a plain formula shows the first cell.
        first = self._single and call.is_own and not inside
        return f"{'@' if first or call.one_cell else ''}{name}("

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
            self._check_kind(call, position, argument, made)
            if argument.is_empty and len(call.arguments) > 1 and call.written:
                made += self._omitted(call, position)
            reads = call.function in READS_NUMBERS or (call.function == "CHOOSE" and not position)
            if reads and made and not argument.array and not _is_literal(made):
                made = [[f"{NUMBER}("], *made, [")"]] if self._reads_texts else [["0+"], *made]
            if call.function in TAKES_NO_TRUTH and made and not argument.array:
                made = [[f"{NO_TRUTH}("], *made, [")"]]
            if call.function == "TEXT" and not position and not argument.array:
                made = [[f"{SHOWN}("], *made, [")"]]
            self._check_format(call.function, position, argument, made)
        return made

    def _check_kind(self, call: Call, position: int, argument: CallArgument, made: Pieces) -> None:
        """Note a text among numbers: Excel gives an error value, and the engine leaves it out."""
        word = _word(made)
        counted = call.function == "COUNT" or (
            call.function in OF_NUMBERS and not _NUMERAL.fullmatch(word)
        )
        if word.startswith('"') and counted:
            self._problems.add(
                argument.end, f"takes the text {word} among the numbers of {call.function}"
            )

    def _omitted(self, call: Call, position: int) -> Pieces:
        """What an argument that is left out stands for."""
        if call.is_own:
            return []
        meaning = meaning_of_omitted(call.function, position)
        if meaning is None:
            self._problems.add(
                call.arguments[position].end, f"leaves an argument of {call.function} out"
            )
        return [[meaning]] if meaning else []

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
        place = [[f"{stand_in('XMATCH')}("], *given[0], [","], *given[1], [","], *given[4], [")"]]
        found = [["INDEX("], *given[2], [","], *place, [")"]]
        other = given[3] or [["NA()"]]
        return [["IF(ISNA("], *place, ["),"], *other, [","], *found, [")"]]


_NUMERAL = re.compile(r'"\s*[-+]?(\d+\.?\d*|\.\d+)(E[-+]?\d+)?\s*"', re.IGNORECASE)


def _is_literal(pieces: Pieces) -> bool:
    word = _word(pieces)
    return word[:1].isdigit() and len(pieces) == 1


def _search_again(function: str, given: list[Pieces], plain: Pieces) -> Pieces:
    """A search in sorted values, of which the engine finds nothing if they are in no order."""
    at = _SEARCHES.get(function)
    if function == "MATCH" and _words(given)[2:] == ["-1"]:
        return [[f"{MATCH_DOWN}("], *given[0], [","], *given[1], [")"]]
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


_COMPARE = frozenset(("<>", "<=", ">=", "=", "<", ">"))
_JOIN = frozenset("&")


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
