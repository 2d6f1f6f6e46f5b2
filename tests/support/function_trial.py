"""Functions called with arguments of every kind, here and in LibreOffice.

Why it exists: only functions that were tried are trusted (`xlcalc/workbooks/formulas/trusted.py`).
Run ``python -m tests.support.function_trial --seed 1 --calls 25 --odd 0.3``: what differs is
shown, and is looked at by a person, for LibreOffice is not always as Excel.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import to_excel

from tests.support.books import ROOT
from tests.support.office import Office
from xlcalc.workbooks.formulas.contents import read_contents
from xlcalc.workbooks.formulas.workbook_model import WorkbookModel

SIGNATURES = ROOT / "tests" / "support" / "function_signatures.txt"

_WORDS = (ROOT / "tests" / "support" / "excel_functions.txt").read_text("utf-8").splitlines()[1:]

#: All functions that Excel has, and those that files write with a prefix.
EXCEL_FUNCTIONS = [word.lstrip("+") for word in " ".join(_WORDS).split()]
_NEW = {word[1:] for word in " ".join(_WORDS).split() if word.startswith("+")}

#: Functions that give arrays, of which one cell is looked at.
_ARRAYS = frozenset(
    (
        *("UNIQUE", "SORT", "FILTER", "TRANSPOSE", "LINEST", "TREND", "LOGEST", "GROWTH"),
        *("FREQUENCY", "SEQUENCE", "TAKE", "DROP", "TOCOL", "TOROW", "HSTACK", "VSTACK"),
        *("CHOOSECOLS", "CHOOSEROWS", "SORTBY", "MODE.MULT", "TEXTSPLIT"),
    )
)

#: Columns of the sheet that the calls refer to.
_DATA = {
    "A": [1.5, 2, 3.25, 7, 8.5, 9, 12.25, 20],
    "B": [3, 1, 4, 1, 5, 9, 2, 6],
    "C": [2, "a", None, 6, 5, "7", None, -1],
    "D": [0.5, -2.5, 0.25, 4, 1e3, -0.75, 3, 2],
    "E": ["abc", "Si-C", "12", "x y z", "TRUE", None, "ÄbC", "1:30"],
    "F": [43831, 45000, 36526, 61, 45351, 44196, 40000, 45366],
    "G": [-100, 30, 40, 50, None, 20],
    "H": ["=1/0", "=NA()", None, True, False, "5", -3, 1e10],
}

#: Arguments of odd kinds, put in the place of any.
_ODD = (
    *(f"Data!{cell}" for cell in ("H1", "H2", "H3", "H6", "H7", "H8", "E1", "E2")),
    *('"abc"', '"5"', "", "0", "-1", "1E+10", "2.5"),
)


#: Methods of letters that have none of their own.
_LONG = {"X": "_flows", "A": "_reference", "U": "_unit", "S": "_number", "Q": "_q"}


class _Draw:
    """Arguments at random, by the letters of signatures."""

    def __init__(self, seed: int, odd: float) -> None:
        self.random = random.Random(seed)
        self._odd = odd

    def argument(self, letter: str) -> str:
        if self.random.random() < self._odd:
            return self.random.choice(_ODD)
        return getattr(self, _LONG.get(letter, f"_{letter}"))()

    def _cell(self, columns: str, rows: int = 8) -> str:
        return f"Data!{self.random.choice(columns)}{self.random.randint(1, rows)}"

    def _of(self, *words: str) -> str:
        return self.random.choice(words)

    def _n(self) -> str:
        number = repr(round(self.random.uniform(-5, 15), self.random.choice((0, 1, 2))))
        return self._of(number, number, self._cell("ADB"))

    def _p(self) -> str:
        return self._of(repr(round(self.random.uniform(0.1, 20), 2)), self._cell("A"))

    def _i(self) -> str:
        return self._of(*"12345", self._cell("B"))

    def _z(self) -> str:
        return self._of(*"0123")

    def _y(self) -> str:
        return self._of("2024", "1999", "1900", "2000", "0", "99")

    def _u(self) -> str:
        return self._of("0.1", "0.25", "0.5", "0.9", "0.05", "Data!D1", "Data!D3")

    def _t(self) -> str:
        return self._of(self._cell("E"), '"b"', '"abc"', '"A-B-C"', '"-"', '"2024-02-29"', '"0.5"')

    def _w(self) -> str:
        return self._of('"1:30"', '"12:59:59"', '"23%"', '"1,250"', '"$5"', "Data!E8", '"6:05 PM"')

    def _b(self) -> str:
        return self._of("TRUE", "FALSE", "Data!H4", "Data!H5", "1", "0")

    def _v(self) -> str:
        return self._of(self._cell("C"), "Data!H1", "Data!H2", "Data!H3", '"x"', "3")

    def _r(self) -> str:
        return self._of(*(f"Data!{column}1:{column}8" for column in "ABD"))

    def _m(self) -> str:
        return self._of(*(f"Data!{column}1:{column}8" for column in "CEBG"))

    def _q(self) -> str:
        return "Data!A11:D14"

    def _d(self) -> str:
        return self._of(self._cell("F"), "45000", "60", "1", "43861")

    def _flows(self) -> str:
        return "Data!G1:G6"

    def _f(self) -> str:
        return self._of('"0.00"', '"0"', '"#,##0.0"', '"0.0%"', '"yyyy-mm-dd"', '"0.00E+00"')

    def _k(self) -> str:
        words = ("a", ">2", "<>2", "<=5", "7", "", "<>", "?", "=", "s*", "<b")
        return self._of(*(f'"{word}"' for word in words), "5", "Data!H3", "Data!H6", "TRUE")

    def _reference(self) -> str:
        return self._of("Data!A1", "Data!B2", "Data!E1")

    def _c(self) -> str:
        return self._of('"3+4i"', '"1-i"', '"2"')

    def _unit(self) -> str:
        return self._of('"d"', '"m"', '"y"')

    def _number(self) -> str:
        return self._of("1", "2", "4", "5", "9", "109")


def signatures() -> dict[str, list[list[str]]]:
    """By function: the letters of its arguments, for each way to call it."""
    found = {}
    for line in SIGNATURES.read_text("utf-8").splitlines()[1:]:
        name, _, ways = line.partition(":")
        found[name] = [way.split() for way in ways.split("|")]
    return found


def calls(seed: int, count: int, odd: float) -> list[tuple[str, str]]:
    """Functions with calls of them, none twice."""
    draw = _Draw(seed, odd)
    made: dict[str, str] = {}
    for name, ways in signatures().items():
        for _ in range(count):
            arguments = ",".join(map(draw.argument, draw.random.choice(ways)))
            prefix = "_xlfn." if name in _NEW else ""
            prefix += "_xlws." if name in ("SORT", "FILTER") else ""
            text = f"{prefix}{name}({arguments})"
            if name in _ARRAYS:
                text = f"INDEX({text},{draw.random.choice((1, 1, 2))},1)"
            made[text] = name
    return [(name, text) for text, name in made.items()]


def write(path: Path, texts: list[str]) -> None:
    """A workbook with formulas, and the cells that they refer to."""
    book = openpyxl.Workbook()
    sheet, data = book.active, book.create_sheet("Data")
    sheet.title = "F"
    for column, cells in _DATA.items():
        for row, cell in enumerate(cells, start=1):
            data[f"{column}{row}"] = cell
    for row, first in enumerate((1, 3, 5, 8), start=11):
        for column in range(1, 5):
            data.cell(row, column).value = first if column == 1 else (row - 10) * column * 1.5
    for row, text in enumerate(texts, start=1):
        sheet.cell(row, 1).value = f"={text}"
    book.save(path)


def same(ours: object, theirs: object) -> bool:
    """Whether two values are the same, or both error values: programs have different ones."""
    if hasattr(theirs, "isoformat"):
        theirs = to_excel(theirs)
    if isinstance(ours, str) and isinstance(theirs, str) and ours[:1] == theirs[:1] == "#":
        return theirs != "#NAME?"
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= 1e-7 * max(abs(ours), 1e-5)
    return ours == theirs or (ours in ("", 0.0) and theirs is None)


def trial(seed: int, count: int, odd: float) -> tuple[Counter[str], list[str]]:
    """How many calls are equal, named or different, and those that differ."""
    made = calls(seed, count, odd)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "book.xlsx", [text for _, text in made])
        model = WorkbookModel(read_contents(folder / "book.xlsx"))
        ours = model.evaluate()
        (folder / "theirs").mkdir()
        [path] = Office(folder).recalculated([folder / "book.xlsx"], folder / "theirs")
        theirs = openpyxl.load_workbook(path, data_only=True)["F"]
        counts: Counter[str] = Counter()
        different = []
        for row, (_, text) in enumerate(made, start=1):
            if ("F", row, 1) in model.reasons:
                counts["named"] += 1
            elif same(ours.get(("F", row, 1)), theirs.cell(row, 1).value):
                counts["equal"] += 1
            else:
                counts["different"] += 1
                found = ours.get(("F", row, 1)), theirs.cell(row, 1).value
                different.append(f"{text}: {found[0]!r}, LibreOffice {found[1]!r}")
    return counts, different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=25, help="of each function")
    parser.add_argument("--odd", type=float, default=0.3, help="share of odd arguments")
    given = parser.parse_args()
    counts, different = trial(given.seed, given.calls, given.odd)
    print(*different, sep="\n")
    print(dict(counts))


if __name__ == "__main__":
    main()
