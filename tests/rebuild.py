"""Rebuild what is generated and committed: ``python tests/rebuild.py``.

`templates/` holds every template as delivered, `workbooks/` filled examples: each .csv there poured
into the stack template, and the paper's twenty stacks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xlcalc.files import whole_file
from xlcalc.template import make_template
from xlcalc.workbook import lewis2022
from xlcalc.workbook.templates import TEMPLATES

ROOT = Path(__file__).resolve().parent.parent

#: How each committed workbook is made, given where to.
GENERATED: dict[Path, Callable[[Path], object]] = {}


def _lewis(path: Path) -> None:
    with whole_file(path) as file:
        lewis2022.build(file)


def _template(name: str) -> Callable[[Path], object]:
    return lambda path: make_template(name, path, replace=True)


def _example(designs: Path) -> Callable[[Path], object]:
    return lambda path: make_template("stack", path, designs=designs, replace=True)


for _name in TEMPLATES:
    GENERATED[ROOT / "templates" / f"{_name}.xlsx"] = _template(_name)
for _designs in sorted((ROOT / "workbooks").glob("*.csv")):
    GENERATED[_designs.with_suffix(".xlsx")] = _example(_designs)
GENERATED[ROOT / "workbooks" / "lewis2022.xlsx"] = _lewis


if __name__ == "__main__":
    for _path, _make in GENERATED.items():
        _make(_path)
        print(_path.relative_to(ROOT))
