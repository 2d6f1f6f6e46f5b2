"""The library's values, each with its source, as the data files have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlcalc.physics.data import PAPER, read

#: Properties in Table 1, each with its column, the column of its reference, and what 1 is there.
_TABLE_1 = (
    ("specific_capacity_mah_g", "specific_capacity_mah_g", "capacity_ref", 1.0),
    ("potential_v", "potential_v", "potential_ref", 1.0),
    ("volume_change", "volume_change_percent", "volume_change_ref", 100.0),
    ("diffusion_low_cm2_s", "diffusion_low_cm2_s", "diffusion_ref", 1.0),
    ("diffusion_high_cm2_s", "diffusion_high_cm2_s", "diffusion_ref", 1.0),
)


def library_rows() -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The materials in the order to be shown: the arguments of each, and its other names.

    Examples
    --------
    >>> values, aliases = next(library_rows())
    >>> values["name"], values["density_g_cm3"], values["sources"]["density_g_cm3"]
    ('NMC811', 4.78, 'Lewis et al. 2022, SI Table 3')
    """
    values: dict[str, dict[str, Any]] = {}
    sources: dict[str, dict[str, str]] = {}
    notes: dict[str, dict[str, str]] = {}

    def add(name: str, prop: str, text: str, source: str, note: str = "", one: float = 1.0) -> None:
        if text and prop not in values.setdefault(name, {}):
            values[name][prop] = float(text) / one
            sources.setdefault(name, {})[prop] = source
            if note:
                notes.setdefault(name, {})[prop] = note

    # SI Table 3 goes first: it feeds Eq. 1-8, so where Table 1 differs (tin, 993) it wins.
    for row in read("paper_si_table_3"):
        for prop in ("density_g_cm3", "specific_capacity_mah_g"):
            add(row["name"], prop, row[prop], f"{PAPER}, SI Table 3")
    for row in read("paper_table_1"):
        for prop, column, reference, one in _TABLE_1:
            source = f"{PAPER}, Table 1 (ref. {row[reference]})"
            note = row["note"] if prop == "volume_change" else ""
            add(row["name"], prop, row[column], source, note, one)
    for row in read("supplement"):
        add(row["name"], row["property"], row["value"], row["source"], row["note"])

    for row in read("materials"):
        name = row["name"]
        known = {**values[name], "sources": sources[name], "notes": notes.get(name, {})}
        aliases = [alias for alias in row["aliases"].split(";") if alias]
        yield {"name": name, "kind": row["kind"], **known}, aliases
