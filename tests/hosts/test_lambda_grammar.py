"""The LAMBDA names as text: what a file may hold, read by a grammar of its own."""

import re

import pytest

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.lambdas.names import CLOSED_FORM, lambda_names
from xlcalc.hosts.lambdas.syntax import in_file
from xlcalc.templates import TEMPLATES
from xlcalc.templates.sheets.materials import MATERIALS_TABLE

NAMES = lambda_names()

#: Functions with the fewest and most arguments that they take, as Microsoft's pages list them.
OLD = {
    "AND": (1, 255), "CHOOSE": (2, 254), "COLUMNS": (1, 1), "FIND": (2, 3), "IF": (3, 3),
    "IFERROR": (2, 2), "NOT": (1, 1), "OR": (1, 255),
    "INDEX": (2, 3), "ISERROR": (1, 1), "ISLOGICAL": (1, 1), "ISNUMBER": (1, 1), "ISTEXT": (1, 1),
    "LEFT": (1, 2), "LEN": (1, 1), "LOWER": (1, 1), "MAX": (1, 255), "MID": (3, 3), "MIN": (1, 255),
    "N": (1, 1), "RIGHT": (1, 2), "ROWS": (1, 1), "SUBSTITUTE": (3, 4), "SUM": (1, 255),
    "TRIM": (1, 1), "TYPE": (1, 1),
}  # fmt: skip
#: Functions that a file must mark, all of them with the same mark.
YOUNG = {
    "DROP": (2, 3), "HSTACK": (1, 254), "ISOMITTED": (1, 1), "LAMBDA": (1, 254), "LET": (3, 253),
    "MAKEARRAY": (3, 3), "MAP": (2, 254), "TOCOL": (1, 3), "VSTACK": (1, 254), "XMATCH": (2, 4),
}  # fmt: skip
#: Functions whose names a reader could take a local name for.
CONFUSING = {"CELL", "COLUMN", "RATE", "ROW", "SHEET", "SIGN", "TEXT", "UNICODE", "VALUE", "YEAR"}

TOKEN = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#N/A|\#NUM!|\#VALUE!)
    | (?P<number>\d+(?:\.\d+)?(?:E[+-]\d+)?)
    | (?P<table>Materials)(?P<inner>\[(?:'.|[^][']|\[(?:'.|[^]['])*\])*\])
    | (?P<local>_xlpm\.[a-z_][a-z0-9_]*)
    | (?P<optional>_xlop\.[a-z_]+)
    | (?P<call>(?:_xlfn\.)?[A-Z_]+(?=\())
    | (?P<truth>TRUE|FALSE)
    | (?P<sign><>|<=|>=|[-+*/&=<>(){},;])
    """,
    re.VERBOSE,
)


class Reader:
    """Reads a formula, and refuses what it does not know."""

    def __init__(self, formula):
        self.tokens, at = [], 0
        while at < len(formula):
            token = TOKEN.match(formula, at)
            assert token, f"{formula[at : at + 40]!r} is no token"
            self.tokens.append(token)
            at = token.end()
        self.at = 0
        self.deepest = 0
        self.locals = set()

    def whole(self):
        self.expression(frozenset(), 0)
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return self

    @property
    def sign(self):
        return self.tokens[self.at]["sign"] if self.at < len(self.tokens) else None

    def take(self, sign=None):
        token = self.tokens[self.at]
        assert sign is None or token["sign"] == sign, (token, sign)
        self.at += 1
        return token

    def expression(self, known, depth):
        self.operand(known, depth)
        while self.sign in ("+", "-", "*", "/", "&", "=", "<", ">", "<>", "<=", ">="):
            self.take()
            self.operand(known, depth)

    def operand(self, known, depth):
        self.deepest = max(self.deepest, depth)
        if self.sign == "-":
            self.take()
        token = self.take()
        if token["sign"] == "(":
            self.expression(known, depth + 1)
            self.take(")")
        elif token["sign"] == "{":
            self.constants()
        elif token["local"]:
            assert token["local"] in known, f"{token['local']} is not known here"
        elif token["table"]:
            self.columns(token["inner"])
        elif token["call"]:
            self.call(token["call"], known, depth + 1)
        else:
            assert token["text"] or token["number"] or token["error"] or token["truth"], token
            assert len(token["text"] or "") <= 257

    def constants(self):
        widths = [0]
        while True:
            if self.sign == "-":
                self.take()
            token = self.take()
            assert token["text"] or token["number"], token
            widths[-1] += 1
            end = self.take()["sign"]
            if end == "}":
                break
            assert end in ",;"
            if end == ";":
                widths.append(0)
        assert len(set(widths)) == 1

    def columns(self, inner):
        ends = re.findall(r"\[((?:'.|[^]['])*)\]", inner)
        assert inner in (f"[[{ends[0]}]]", f"[[{ends[0]}]:[{ends[-1]}]]", f"[{ends[0]}]"), inner
        for end in ends:
            assert re.sub(r"'(.)", r"\1", end) in MATERIALS_TABLE.headers

    def call(self, name, known, depth):
        self.take("(")
        plain = name.removeprefix("_xlfn.")
        if plain in ("LAMBDA", "LET"):
            assert name.startswith("_xlfn.")
            return (self.function if plain == "LAMBDA" else self.let)(known, depth)
        if name in OLD:
            fewest, most = OLD[name]
        elif name.startswith("_xlfn."):
            fewest, most = YOUNG[plain]
        else:
            parameters = declared(NAMES[name])
            fewest = sum(mark == "_xlpm" for mark, _ in parameters)
            most = len(parameters)
        count = 1
        self.expression(known, depth)
        while self.sign == ",":
            self.take()
            self.expression(known, depth)
            count += 1
        self.take(")")
        assert fewest <= count <= most, (name, count)
        return None

    def function(self, known, depth):
        while (token := self.tokens[self.at])["optional"] or (
            token["local"] and self.tokens[self.at + 1]["sign"] == ","
        ):
            # Used as a parameter whichever way it is declared.
            known = self.named(token[0].replace("_xlop.", "_xlpm."), known)
            self.take(",")
        self.expression(known, depth)
        self.take(")")

    def let(self, known, depth):
        while self.tokens[self.at]["local"] and self.tokens[self.at + 1]["sign"] == ",":
            name = self.tokens[self.at]["local"]
            named = self.named(name, known)
            self.take(",")
            self.expression(known, depth)
            known = named
            self.take(",")
        self.expression(known, depth)
        self.take(")")

    def named(self, name, known):
        assert name not in known, f"{name} is taken"
        self.take()
        self.locals.add(name.removeprefix("_xlpm."))
        return known | {name}


def declared(formula):
    """Marks and names of the parameters of a LAMBDA."""
    head = re.match(r"_xlfn\.LAMBDA\(((?:_xl[po][mp]\.[a-z_]+,)*)", formula)[1]
    return re.findall(r"(_xl[po][mp])\.([a-z_]+),", head)


@pytest.fixture(scope="module")
def taken():
    """Words that mean something else in a workbook."""
    books = [TEMPLATES[name].build() for name in ("stack", "sweep", "compare", "alloys")]
    names = {name.upper() for book in books for name in book.names}
    tables = {table.name.upper() for book in books for table in book.tables}
    return {*OLD, *YOUNG, *CONFUSING, "R", "C"} | names | tables


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_formula_that_excel_can_read(name, taken):
    formula = NAMES[name]
    assert formula.startswith("_xlfn.LAMBDA(")
    assert len(formula) <= 8192
    reader = Reader(formula).whole()
    assert reader.deepest <= 64
    # No local name is a cell, a function, a table or a name of the workbook.
    assert not {local.upper() for local in reader.locals} & taken
    assert not [local for local in reader.locals if re.fullmatch(r"[a-z]{1,3}\d+", local)]
    assert re.fullmatch(r"[A-Z_]+", name)


@pytest.mark.parametrize("name", CLOSED_FORM)
def test_parameters_are_those_of_the_catalogue(name):
    arguments = CATALOGUE[name].arguments
    expected = [("_xlop" if a.optional else "_xlpm", a.name) for a in arguments]
    found = [(mark, word.removeprefix("own_")) for mark, word in declared(NAMES[name])]
    assert found == expected


def test_optional_parameters_are_marked_where_they_are_declared_alone():
    for name, formula in NAMES.items():
        optional = [word for mark, word in declared(formula) if mark == "_xlop"]
        assert formula.count("_xlop.") == len(optional), name
        for word in optional:
            assert formula.count(f"_xlpm.{word}") >= 2, f"{name} asks whether {word} is left out"


def test_every_step_is_used():
    used = " ".join(NAMES.values())
    for name in NAMES:
        assert name in CLOSED_FORM or f"{name}(" in used


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("LET(_xlpm.height", "_xlfn.LET(_xlpm.height"),
        ("_xlfn.MAX(", "MAX("),
        ("_xlpm.hight", "_xlpm.height"),
        ("_SSB_ATT(", "_SSB_AT("),
        ("COLUMNS()", "COLUMNS(_xlpm.density)"),
        (")))", "))))"),
    ],
)
def test_the_grammar_refuses_what_is_wrong(wrong, right):
    formula = NAMES["SSB_CHARGE_DENSITY"]
    assert right in formula
    with pytest.raises((AssertionError, KeyError, IndexError)):
        Reader(formula.replace(right, wrong, 1)).whole()


def test_texts_and_tables_stay_as_they_are():
    formula = """LET(half,
        "LET it be, half "" of it", half&INDEX(Materials[[Density '[g/cm³'], used]], 2))"""
    assert in_file(formula) == (
        '_xlfn.LET(_xlpm.half,"LET it be, half "" of it",'
        "_xlpm.half&INDEX(Materials[[Density '[g/cm³'], used]],2))"
    )
