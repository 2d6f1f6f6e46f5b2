"""The repository's own workbooks, and three designs as an engineer would write them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
LEWIS = ROOT / "workbooks" / "lewis2022.xlsx"

#: What is said of its other sheet of designs.
LEWIS_REMARK = (
    "lewis2022.xlsx: holds designs on other sheets, too, which are not read: 'Stacks as printed'; "
    "--sheet NAME reads them; give it for each, or --sheet '*' for all shown\n"
)

HEADER = ["Design", "Cathode", "Anode", "Electrolyte", "N/P ratio", "separator_thickness_um"]
ROWS = [
    ["A", "NMC811", "Si", "LPSC", 1.2, 25],
    ["B", "NMC811", "None", "LLZO", None, None],
    ["C", "NMC811", "Al", "LPSC", 1.15, 30.5],
]


def frame():
    import pandas as pd

    return pd.DataFrame(ROWS, columns=HEADER)


def with_part(path, target, change, part="xl/worksheets/sheet1.xml"):
    """A copy of a workbook with one part changed."""
    with ZipFile(path) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return target
