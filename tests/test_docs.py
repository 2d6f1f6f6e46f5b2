"""The documents say what is so."""

import re
import tomllib

from xlcalc import cli
from xlcalc.quantities import DESIGN

from .conftest import ROOT

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


def test_the_house_lists_every_room():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in (ROOT / "xlcalc").iterdir():
        if path.suffix == ".py" and not path.name.startswith("__"):
            assert f"`{path.name}`" in text


def test_imports_run_one_way():
    """A room of the house imports only rooms listed above it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a material")[0]
    order = [
        name.rstrip("/").removesuffix(".py") for name in re.findall(r"`([\w/]+(?:\.py|/))`", text)
    ]
    place = {name: position for position, name in enumerate(order)}
    for path in (ROOT / "xlcalc").glob("*.py"):
        if path.stem not in place:
            continue
        for name in re.findall(r"^\s*from \.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert place[name] < place[path.stem], f"{path.name} imports {name}"


def test_openpyxl_is_imported_in_the_workbook_alone():
    for path in (ROOT / "xlcalc").glob("*.py"):
        assert "import openpyxl" not in path.read_text(encoding="utf-8")
