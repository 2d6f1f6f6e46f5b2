"""The house in order: small modules, packages that say what they hold, names that mean one thing.

Lists of exceptions hold what is so today and may only shrink: an exception that is no longer needed
fails too.
"""

import ast
import json
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from tests.support.books import ROOT

PACKAGE, TESTS = ROOT / "xlcalc", ROOT / "tests"
PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))

#: Modules of more than 400 lines.
LONG = {
    "physics/equations.py",
}
#: Packages whose `__init__` has more than 45 lines: what users import, and the list of templates.
OPEN = {"xlcalc", "templates"}
#: Functions of a cyclomatic complexity over 20.
COMPLEX: set[str] = set()
#: Public names that several modules define, with how many do.
DEFINED_AGAIN = {
    # What modules of one kind have in common: templates are built, programs run, commands are named
    # after what they do.
    "build": 8,
    "main": 2,
    "run": 2,
    "check": 2,
    "doctor": 2,
    "install": 3,
    # Others want names of their own.
    "Check": 2,
    "CHECK": 2,
    "FILE": 2,
    "Kind": 3,
    "loading_mg_cm2": 2,
    "plain": 2,
    "Row": 2,
    "Task": 2,
    "TEXT": 2,
    "TITLE": 7,
    "WRITABLE": 2,
}


@cache
def parsed(path):
    return ast.parse(path.read_text("utf-8"))


def modules(folder):
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_a_package_says_what_it_holds(folder):
    """In a sentence, and in a paragraph what belongs there and what does not."""
    text = ast.get_docstring(parsed(folder / "__init__.py")) or ""
    summary, _, paragraph = text.partition("\n\n")
    assert summary.endswith(".")
    assert len(paragraph.split()) >= 10, "what belongs here, and what does not?"


def test_packages_have_short_inits():
    lines = {path.name: len((path / "__init__.py").read_text().splitlines()) for path in PACKAGES}
    assert {name for name, count in lines.items() if count > 45} == OPEN


def test_modules_are_short():
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in modules(PACKAGE)}
    long = {path.relative_to(PACKAGE).as_posix() for path, n in lines.items() if n > 400}
    assert long == LONG


def test_functions_are_simple():
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=C901"),
            *("--config", "lint.mccabe.max-complexity=20", "--output-format=json", PACKAGE),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert {problem["code"] for problem in found} <= {"C901"}
    assert {problem["message"].split("`")[1] for problem in found} == COMPLEX


def public_names(tree):
    """What a module defines at its top, but what it keeps to itself."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, ast.AnnAssign):
            names = [node.target.id] if isinstance(node.target, ast.Name) else []
        elif isinstance(node, ast.Assign):
            targets = [part for target in node.targets for part in ast.walk(target)]
            names = [
                part.id
                for part in targets
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_is_defined_once():
    counts = Counter(name for path in modules(PACKAGE) for name in set(public_names(parsed(path))))
    again = {name: count for name, count in counts.items() if count > 1}
    assert again == DEFINED_AGAIN


def test_tests_lie_where_their_packages_do():
    folders = {path.parent for path in TESTS.rglob("test_*.py")} - {TESTS}
    assert {path.relative_to(TESTS).as_posix() for path in folders} <= {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGES
    }


@pytest.mark.parametrize(
    "path", modules(TESTS), ids=lambda path: path.relative_to(TESTS).as_posix()
)
def test_tests_share_by_support_and_patch_what_they_import(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            imported = [node.module or "", *(alias.name for alias in node.names)]
            parts = {part for name in imported for part in name.split(".")}
            assert not node.level, "relative"
            assert not {part for part in parts if part.startswith("test_")}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr":
            assert not isinstance(node.args[0], ast.Constant), ast.unparse(node)


def test_every_helper_says_why_it_exists():
    support = TESTS / "support"
    helpers = [path for path in modules(support) if path.name != "__init__.py"]
    text = (support / "README.md").read_text("utf-8")
    named = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted(named) == sorted(path.relative_to(support).as_posix() for path in helpers)
