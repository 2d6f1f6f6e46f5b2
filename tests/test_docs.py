"""The documents say what is so."""

import re
import tomllib

import pytest

from tests.rebuild import DOCUMENTS
from tests.support.books import ROOT
from xlcalc.cli import app as cli
from xlcalc.physics.quantities import DESIGN

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_dependency_is_pinned_by_a_range_and_has_its_reason():
    table = README.split("## Dependencies")[1].split("##")[0].lower()
    for dependency in PROJECT["dependencies"]:
        name, bounds = re.fullmatch(r"([\w-]+)(.*)", dependency).groups()
        assert f"| [{name}](" in table
        assert bounds.startswith(">=")
        assert "," in bounds


def test_every_command_is_in_the_readme():
    for name in cli.cli.commands:
        assert f"xlcalc {name}" in README


def test_fields_named_in_the_readme_exist():
    table = README.split("## Your designs")[1].split("- ")[0]
    known = {quantity.header for quantity in DESIGN.values()}
    header_line = next(line for line in table.splitlines() if line.startswith("| Design"))
    headers = [cell.strip() for cell in header_line.strip("|").split("|")]
    assert set(headers) <= known


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_generated_documents_are_the_ones_we_build(path, tmp_path):
    DOCUMENTS[path](tmp_path / path.name)
    assert (tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")
