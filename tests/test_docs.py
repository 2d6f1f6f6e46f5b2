"""The documents say what is so."""

import re
import tomllib

import pytest

from xlcalc import cli
from xlcalc.quantities import DESIGN

from .conftest import ROOT
from .rebuild import DOCUMENTS

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


HOUSE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a material")[0]
ORDER = [n.rstrip("/").removesuffix(".py") for n in re.findall(r"`([\w/]+(?:\.py|/))`", HOUSE)]


def _rooms():
    """Every module with the room of the house that it belongs to."""
    for path in (ROOT / "xlcalc").rglob("*.py"):
        inside = path.relative_to(ROOT / "xlcalc").parts
        yield path, inside[0].removesuffix(".py")


def test_the_house_lists_every_room():
    for path, room in _rooms():
        assert room in ORDER or room.startswith("__"), path


def test_imports_run_one_way():
    """A room of the house imports only rooms listed above it."""
    for path, room in _rooms():
        if room.startswith("__"):
            continue
        # Within a folder a room is one level further up.
        dots = r"\.\." if path.parent.name != "xlcalc" else r"\."
        text = path.read_text(encoding="utf-8")
        found = re.findall(rf"^\s*from {dots}(\w+)", text, re.MULTILINE)
        for names in re.findall(rf"^\s*from {dots} import ([\w, ]+)", text, re.MULTILINE):
            found += re.findall(r"(\w+)(?: as \w+)?(?:, |$)", names)
        for name in found:
            if name in ORDER:
                assert ORDER.index(name) < ORDER.index(room), f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("openpyxl", ["workbook"]),
        ("matplotlib", ["plots"]),
        (
            "click",
            [
                "terminal",
                *(
                    f"cli_{n}"
                    for n in [
                        "batch",
                        "batch",
                        "check",
                        "excel",
                        "functions",
                        "libreoffice",
                        "plot",
                        "recalc",
                        "template",
                    ]
                ),
                "cli",
            ],
        ),
        ("formualizer", ["workbook"]),
        ("dask", []),
        ("distributed", ["elsewhere"]),
        ("xlwings", ["hosts"]),
        ("pyopenvba", ["hosts"]),
    ],
)
def test_a_library_is_imported_in_its_rooms_alone(library, homes):
    for path, room in _rooms():
        imported = re.search(
            rf"^\s*(import|from) {library}\b", path.read_text(encoding="utf-8"), re.M
        )
        assert imported is None or room in homes, path
