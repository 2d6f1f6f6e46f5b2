"""A formula as a tree: tokens, and calls with their arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xlcalc.functions.catalogue import CATALOGUE

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
_FIXED = re.compile(r"(\$[A-Z]{1,3})?(\$\d+)?", re.IGNORECASE)

#: Why a formula that is none has no value.
UNREADABLE = "cannot be read"

#: What files write as a function instead of a sign: @ and #.
SINGLE, SPILLED = "SINGLE", "ANCHORARRAY"


class Problems:
    """Why a formula cannot be worked out: of all reasons the one that stands first in it."""

    def __init__(self) -> None:
        self._position = -1
        self.first = ""

    def add(self, position: int, why: str) -> None:
        """Note a reason at a token."""
        if not self.first or position < self._position:
            self._position, self.first = position, why


@dataclass(slots=True)
class Token:
    """What is no call: a number, a reference, an operator.

    Parameters
    ----------
    kind : str
        What it is: ``text``, ``array``, ``error``, ``outer``, ``page``, ``table``, ``range``,
        ``cell``, ``number``, ``name``, ``space``, ``compare`` or ``sign``; ``resolved`` once it is
        in the engine's terms.
    text : str
        As it stands in the formula.
    position : int
        Its position among the formula's tokens.
    pieces : list of str
        What it is in the engine's terms; between the pieces stands the number of the row.
    array : bool
        Whether it gives an array.
    table, inner : str
        Of a reference to a table: its name, which may be left out, and what is in its brackets.
    """

    kind: str
    text: str
    position: int
    pieces: list[str]
    array: bool = False
    table: str = ""
    inner: str = ""

    def resolve(self, pieces: list[str], *, array: bool = False) -> None:
        """Put it into the engine's terms."""
        self.kind, self.pieces, self.array = "resolved", pieces, array

    @property
    def is_operator(self) -> bool:
        """Whether it is a sign or compares."""
        return self.kind in ("sign", "compare")


@dataclass(slots=True)
class CallArgument:
    """An argument of a call.

    Parameters
    ----------
    items : list of Token or Call
        What stands in it.
    end : int
        Position of the sign that ends it; -1 if none does.
    array : bool
        Whether it gives an array.
    """

    items: list[Token | Call] = field(default_factory=list)
    end: int = -1
    array: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return all(isinstance(item, Token) and item.kind == "space" for item in self.items)

    @property
    def is_worked_out(self) -> bool:
        """Whether it is more than a value or a reference."""
        return any(isinstance(item, Call) or item.is_operator for item in self.items)


@dataclass(slots=True)
class Call:
    """A call, a parenthesis, or the whole of a formula.

    Parameters
    ----------
    written : str
        Name of the function as written; empty if there is none.
    closed : bool
        Whether its parenthesis is.
    of_arrays : bool
        Whether arrays are among its arguments.
    one_cell : bool
        Whether of a range that it gives one cell is taken.
    over_cells : bool
        Whether it is worked out for each cell of ranges.
    plain, function : str
        The name without the prefixes of files, and that in capitals.
    is_own : bool
        Whether the function is one of ours.
    """

    written: str = ""
    arguments: list[CallArgument] = field(default_factory=lambda: [CallArgument()])
    closed: bool = False
    of_arrays: bool = False
    one_cell: bool = False
    over_cells: bool = False
    plain: str = field(init=False)
    function: str = field(init=False)
    is_own: bool = field(init=False)

    def __post_init__(self) -> None:
        self.plain = without_prefix(self.written)
        self.function = self.plain.upper()
        self.is_own = self.function in CATALOGUE


def without_prefix(name: str) -> str:
    """A name without what files put before new ones."""
    return _PREFIX.sub("", name)


def parse(formula: str, problems: Problems) -> Call:
    """The tree of a formula with its leading "="."""
    whole = Call()
    opened = [whole]
    for position, found in enumerate(_TOKEN.finditer(formula, 1)):
        here = opened[-1].arguments[-1]
        kind, text = found.lastgroup or "", found[0]
        if kind == "call" or text == "(":
            call = Call(text[:-1])
            here.items.append(call)
            opened.append(call)
        elif text == ",":
            here.end = position
            opened[-1].arguments.append(CallArgument())
        elif text == ")" and len(opened) > 1:
            here.end = position
            opened.pop().closed = True
        else:
            token = Token(kind, text, position, [text])
            if kind == "inner":
                token.kind, token.table, token.inner = "table", found["table"], found["inner"]
            elif kind == "bare":
                token.kind, token.inner = "table", text[1:-1]
            elif text == ")":
                problems.add(position, UNREADABLE)
            here.items.append(token)
    return whole


def kinds_in(text: str) -> set[str]:
    """Kinds of the tokens of what a name stands for."""
    return {found.lastgroup or "" for found in _TOKEN.finditer(text)}


def is_relative(text: str) -> bool:
    """Whether what a name stands for depends on where it is used."""
    references = (found["cell"] or found["range"] or "" for found in _TOKEN.finditer(text))
    return not all(_FIXED.fullmatch(end) for each in references for end in each.split(":"))
