"""Every sentence on what is wrong, over a wide corpus.

``python -m tests.support.messages`` writes them.

The committed text is what `test_messages.py` compares with. Sentences may change on purpose only;
then the text is written anew and its difference is read.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from tests.support.corpus import CASES, as_csv, as_xlsx, csv_text
from tests.support.random_designs import random_designs
from xlcalc import Material, Materials, Stack, evaluate
from xlcalc.cli import app
from xlcalc.errors import XlcalcError
from xlcalc.functions.arguments import FailureError
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.physics.quantities import DESIGN, MATERIAL
from xlcalc.runs import batch
from xlcalc.runs.open_input import read_materials_file
from xlcalc.tables.cell_values import CellError
from xlcalc.tables.evaluate import evaluate_records

GOLDEN = Path(__file__).parent.parent / "golden" / "messages.txt"

Lines = Iterator[str]

#: What a library says of a damaged file is its own.
_REASON = re.compile(r"(can be read \().*?(\); expected)", re.DOTALL)

PLAIN = {"cathode": "NMC811", "anode": "Al", "electrolyte": "LPSC"}

#: What may stand in a cell, as text and as a value.
TEXTS = ("abc", "1,234", "1.234,5", "20 kg", "50 %", "-", "n/a", "1_000", "1e999", "0x14", "{x}")
TEXTS += ("-1", "0", "0.0000000001", "2", "60", "1e12", "=A1", "2 mm", "TRUE", "1,5", "TBD", "5 V")
TEXTS += ("a  b", "1\n2 {0}")
VALUES: tuple[Any, ...] = (*TEXTS, True, False, -1, 0, 1, 1e-12, 2, 60, 2e9, 5000, 1e-5)
VALUES += (date(2026, 1, 2), datetime(2026, 1, 2, 3, 4))
IN_PYTHON = (*VALUES, None, float("nan"), float("inf"), 10**400, [1], {}, np.array(["x"]), b"x")


def _run(*words: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.run([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


def _files(folder: Path, *words: object, run: bool = True) -> Lines:
    """What a check says of files: on the screen, and of each finding; and what a run says."""
    code, out, err = _run("check", *words)
    yield from (f"screen {line}" for line in f"{code}\n{out}{err}".splitlines() if line)
    _, out, err = _run("check", *words, "--json")
    assert out or err
    for finding in json.loads(out)["findings"] if out else ():
        yield f"finding {json.dumps(list(finding.values()), ensure_ascii=False)}"
    if not run:
        return
    code, out, err = _run("batch", *words, "--json")
    yield from (f"batch {line}" for line in err.splitlines())
    if out:
        done = json.loads(out)
        names = ("errors", "remarks", "files_unusable", "materials_unusable")
        yield from (f"batch {name}: {each}" for name in names for each in done.get(name) or ())
        yield from (f"batch notes: {d['notes']}" for d in done["designs"] or () if d["notes"])


def corpus(folder: Path) -> Lines:
    for case in CASES:
        inside = folder / f"case{CASES.index(case)}"
        inside.mkdir()
        yield f"## {case.name}"
        yield from _files(inside, case.make(inside), *case.options)


def _raised(call: Callable[[], Any]) -> str:
    try:
        found = call()
    except XlcalcError as problem:
        return f"{type(problem).__name__}: {problem}"
    return f"{type(found).__name__}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def stacks(folder: Path) -> Lines:
    for name in DESIGN:
        for value in IN_PYTHON:
            said = _raised(lambda name=name, value=value: Stack(**{**PLAIN, name: value}))
            yield f"{name}={_shown(value)} -> {said}"
    yield _raised(lambda: Stack(**PLAIN, np_ratio=[1, 2], cathode_porosity=[0, 0, 0]))
    yield _raised(lambda: Stack(**PLAIN, np_ratio=[1, -2]))
    yield _raised(lambda: Stack(**PLAIN, np_ratio=[1, -2], design=["a", "b"]))
    yield _raised(lambda: Stack(**PLAIN, np_ratio=[[1, 2], [3, -2]]))
    for design in random_designs(150, seed=7, faults=True):
        yield f"{design['design']} -> {_raised(lambda design=design: Stack(**design))}"


def rows(folder: Path) -> Lines:
    designs = [{**PLAIN, name: value} for name in DESIGN for value in VALUES]
    for records in (designs, random_designs(150, seed=8, faults=True), RULES):
        evaluation = evaluate_records(records)
        columns = evaluation.columns
        for number, (status, notes) in enumerate(
            zip(columns["status"], columns["notes"], strict=True)
        ):
            if (status, notes) != ("ok", ""):
                yield f"{number}: {status} | {notes}"


#: A design for each rule.
RULES: list[dict[str, Any]] = [
    {**PLAIN, **change}
    for change in (
        {"anode": "anode-free", "lithium_excess": 2},
        {"anode": "None", "anode_foil_thickness_um": 20},
        {"cathode": "Si", "anode": "NMC811"},
        {"electrolyte": "Al foil"},
        {"positive_foil": "LPSC"},
        {"negative_foil": "LPSC", "foil_sharing": "bipolar"},
        {"anode_active_fraction": 0.9, "anode_binder_fraction": 0.2},
        {"cathode_active_fraction": 0.9, "cathode_carbon_fraction": 0.2},
        {"electrolyte": "liquid electrolyte"},
        {"electrolyte": "liquid electrolyte", "cathode_active_fraction": 0.5},
        {"cell_voltage_v": None, "anode": "graphite", "cathode": "LFP"},
        {"anode": "graphite", "expansion_model": "molar_volume"},
        {"cathode": "Sii"},
        {"cathode": "x" * 99},
        {"anode": "Anode  free"},
        {"anode": "line\nbreak {0}"},
        {"np_ratio": 0.5},
        {"np_ratio": 20},
        {"foil_sharing": "bipolar"},
        {"anode_foil_thickness_um": 20, "np_ratio": 2},
        {"np_ratio": -1, "cathode": "none", "separator_thickness_um": "x", "cathode_porosity": 60},
    )
]


def _material(name: str, value: Any) -> str:
    return _raised(lambda: Material(**{"name": "x", name: value}))


def materials(folder: Path) -> Lines:
    for name in MATERIAL:
        if name != "material":
            # What NumPy and Python say of what is no cell is their own.
            values = [v for v in VALUES if not isinstance(v, date)]
            yield from (f"{name}={_shown(value)} -> {_material(name, value)}" for value in values)
    library = Materials.library()
    yield _raised(lambda: Material(name=""))
    yield _raised(lambda: library["Sii"])
    yield _raised(lambda: library.with_own([Material(name="Si", kind="cathode")]))
    for kind, lacks in (
        ("cathode", "density_g_cm3"),
        ("solid electrolyte", "specific"),
        ("foil", ""),
    ):
        own = library.with_own([Material(name="Mine", kind=kind), Material(name="Bare")])
        for field in ("cathode", "anode", "electrolyte", "positive_foil", "negative_foil"):
            for word in ("Mine", "Bare"):
                said = _raised(
                    lambda field=field, own=own, word=word: evaluate(
                        Stack(**{**PLAIN, field: word}, materials=own)
                    )
                )
                yield f"{kind} {lacks} {field}={word} -> {said}"


OWN: list[list[Any]] = [
    ["Material", "Kind", "Density", "Specific capacity", "Potential", "Colour"],
    ["Sn", None, "heavy", None, None, "x"],
    ["Ag", "anode", 10.49, 248, 0.1, None],
    ["Bare", "anode", None, None, None, None],
    ["Twice", "anode", 1, 100, 0.1, None],
    ["twice", "anode", 1, 100, 0.1, None],
    [5, "anode", 1, 100, 0.1, None],
    [None, "anode", 1, 100, 0.1, None],
    ["Zn", "cathode", 7, 800, 0.1, None],
    ["Odd", "metal", 7, 800, 0.1, None],
    ["Neg", "anode", -7, 800, 0.1, None],
    ["Comma", "anode", "7,5", 800, 0.1, None],
    ["Date", "anode", date(2026, 1, 2), 800, 0.1, None],
    ["binder", None, "light", None, None, None],
]


def _book(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in table:
            sheet.append(row)
    book.save(path)
    return path


def own_materials(folder: Path) -> Lines:
    head = ["Design", "Cathode", "Anode", "Electrolyte", "Cathode binder fraction"]
    names = ("Sn", "Ag", "Bare", "Twice", "Zn", "Odd", "Neg", "Comma", "Date", "Al", "tin")
    designs = [[name, "NMC811", name, "LPSC", 0.1 if name == "Al" else 0] for name in names]
    for sheet in (OWN, OWN[:5], [OWN[0], OWN[12]]):
        path = _book(folder / "own.xlsx", Stacks=[head, *designs], Materials=sheet)
        yield from _files(folder, path)
        yield _raised(lambda path=path: read_materials_file(path))
    for header in (
        ["Density"],
        ["Material", "Density", "density_g_cm3"],
        ["Material", "Density [V]"],
    ):
        path = _book(folder / "own.xlsx", Stacks=[head, *designs], Materials=[header, ["Si"] * 3])
        yield from _files(folder, path)


def cells(folder: Path) -> Lines:
    """Each field with odd cells, in a workbook, a csv file and one with a decimal comma."""
    for name, quantity in DESIGN.items():
        for content in (VALUES, TEXTS):
            header = [*(n for n in PLAIN if n != name), quantity.header]
            table = [header]
            for value in content:
                table.append([*(word for n, word in PLAIN.items() if n != name), value])
            if content is VALUES:
                yield from _files(folder, as_xlsx(folder, table), run=False)
            elif quantity.kind == "number":
                yield from _files(folder, as_csv(folder, csv_text(table, ";")), run=False)
                comma = [[*row[:-1], str(row[-1]).replace(".", ",")] for row in table[1:]]
                path = as_csv(folder, csv_text([[*header[:-1], name], *comma], ";"))
                yield from _files(folder, path, "--decimal", "comma", run=False)


def tables(folder: Path) -> Lines:
    """Tables that cannot be used, or are in part."""
    good = ["a", "NMC811", "Si", "LPSC", 20]
    head = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness"]
    for table in (
        [],
        [head],
        [good],
        [["x"], head, good],
        [[*head, "separator_thickness_um"], [*good, 1]],
        [[*head[:4], "Separator thickness [inch]"], good],
        [[*head[:4], "Separator thickness [mm]"], good],
        [[*head, "N/P ratio [%]"], [*good, 1]],
        [[*head[:3], "Elektrolyt", "separator_thicknes"], good],
        [[*head, "Thickness [µm]"], [*good, 1]],
        [[*head, "Separater thickness"], [*good, 1]],
        [head, [None, None, None, None, "mm"], good],
        [head, [None, None, None, None, "inch"], good],
        [[*head[:4], "Separator thickness [µm]"], [None, None, None, None, "mm"], good],
        [head, good, ["a remark"], ["Total", None, None, None, 40], head, good],
        [head, good, [*head[:4], "N/P ratio"], good],
        [[*head, None, *head], [*good, None, *good]],
        [list(row) for row in zip(head, good, good, strict=True)],
        [head, [*good, "stray"]],
        [[*head, "specific_energy_wh_kg", "status", "mine"], [*good, 1, "ok", 2]],
    ):
        yield f"## {table}"
        yield from _files(folder, _book(folder / "in.xlsx", My_designs=table))
        yield from _files(folder, as_csv(folder, csv_text(table)))
    path = _book(folder / "in.xlsx", My_designs=[head, good], Other=[head])
    yield from _files(folder, path, "--sheet", "Gone")
    yield from _files(folder, path, "--sheet", "Other")
    yield from _files(folder, as_csv(folder, csv_text([head, good])), "--sheet", "Other")
    yield from _files(folder, _book(folder / "in.xlsx", Materials=OWN))
    yield from _files(folder, folder / "in.xlsx", folder / "gone.csv", folder / "in.csv")
    odd = [[*head, "N/P ratio"], *([*good, value] for value in ("1,234", "x", -1, 0, True) * 4)]
    yield from _files(folder, _book(folder / "in.xlsx", My_designs=odd), folder / "in.csv")
    odd = [
        ["cathode", "anode", "electrolyte", "np_ratio"],
        *(["NMC811", "Sii", "LPSC", "5,x"],) * 9,
    ]
    yield from _files(folder, as_csv(folder, csv_text(odd)))
    for text in ('a\n"b', "cathode,anode,electrolyte\nNMC811,Si,LPSC,4\nNMC811,S\0i\n"):
        yield from _files(folder, as_csv(folder, text))


def stale(folder: Path) -> Lines:
    """Results that hold no more."""
    source = as_csv(
        folder, csv_text([list(PLAIN), list(PLAIN.values()), ["NMC811", "Sii", "LPSC"]])
    )
    for suffix in (".xlsx", ".csv"):
        output = folder / f"results{suffix}"
        batch.run([source], output)
        yield from _files(folder, output)
        if suffix == ".csv":
            lines = list(csv.reader(output.read_text("utf-8").splitlines()))
            for header in ("energy_density_wh_l", "specific_energy_wh_kg"):
                lines[1][lines[0].index(header)] = "12" if header.startswith("e") else "x"
            as_csv(folder, csv_text(lines), output.name)
        as_csv(folder, csv_text([list(PLAIN), list(PLAIN.values())]))
        yield from _files(folder, output)
        source.rename(folder / "moved.csv")
        yield from _files(folder, output)
        (folder / "moved.csv").rename(source)
        own = as_csv(folder, "Material,Density\nLPSC,1.5\nSi,x\n", "own.csv")
        yield from _files(folder, output, "--materials", own)
        as_csv(folder, "Material,Density\nLPSC,1.5\n", "own.csv")
        yield from _files(folder, output, "--materials", own)


def reports(folder: Path) -> Lines:
    """Reports of a check as files."""
    designs = [["a", "NMC9", "=x", "LPSC", "many"], ["b", "NMC811", "Al", "LPSC", 0.002]]
    head = ["Design", "Cathode", "Anode", "Electrolyte", "Separator thickness"]
    path = _book(folder / "in.xlsx", Stacks=[head, *designs], Materials=OWN)
    for suffix in (".csv", ".json", ".xlsx"):
        report = folder / f"report{suffix}"
        _run("check", path, "-o", report)
        if suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(report):
                yield from (json.dumps(row, ensure_ascii=False) for row in sheet.values)
        else:
            yield from report.read_text("utf-8").splitlines()


def _called(name: str, given: list[Any]) -> str:
    try:
        found = CATALOGUE[name]._answer(given)
    except FailureError as failure:
        return f"{CATALOGUE[name](*given)} {failure}"
    return f"{type(found).__name__} {found if isinstance(found, str) else ''}".rstrip()


def functions(folder: Path) -> Lines:
    """Sentences of functions, with the error value of each."""
    odd = (None, "", "abc", "1", True, -1, 0, 60, 2e9, float("nan"), CellError("#DIV/0!"), "#REF!")
    odd += (date(2026, 1, 2), [[1, "x"]], [[1, 2], [3]])
    good: dict[str, list[Any]] = {
        "SSB_COMPOSITE_DENSITY": [[[0.6, 0.4]], [[4.78, 1.86]]],
        "SSB_CHARGE_DENSITY": [200, 4.78, 0.6],
        "SSB_ELECTRODE_THICKNESS": [4, 573.6],
        "SSB_ELECTRODE_LOADING": [69.74, 3.612],
        "SSB_THEORETICAL_CAPACITY": [3.75, 28.085],
        "SSB_MATERIAL": ["Si", "density"],
        "SSB_EVALUATE": [
            [["cathode", "anode", "electrolyte", "np_ratio"]],
            [["NMC811", "Si", "LPSC", 1.1], ["NMC811", "Sii", "LPSC", "x"]],
            [["status", "energy_density_wh_l"]],
        ],
    }
    for name, function in CATALOGUE.items():
        given = good.get(name, ["NMC811", "Si", "LPSC"])
        yield f"{name} {_called(name, [*given, *[None] * 20])}"
        for position in range(len(function.arguments)):
            for cell in odd:
                cells = [*given, *[None] * (position + 1 - len(given))]
                cells[position] = cell
                yield f"{name} {position} {_shown(cell)} -> {_called(name, cells)}"
    explain = CATALOGUE["SSB_EXPLAIN"]
    yield explain("NMC811", "Sii", "LPSC")
    yield explain("NMC811", "graphite", "LPSC", None, None, None, None, None, 3)
    for own in (OWN, OWN[:3], [["x"]], [], [OWN[0][2:], [1, 2]], [[{}]]):
        for anode in ("Sn", "Ag", "Bare", "Sii"):
            yield str(_called("SSB_EXPLAIN", ["NMC811", anode, "LPSC", *[None] * 8, own]))
    for words in (
        ("Sii", "density"),
        ("Si", "colour"),
        ("binder", "potential"),
        ("Si", "Density [V]"),
    ):
        yield _called("SSB_MATERIAL", list(words))
    tables: tuple[list[Any], ...] = (
        [[["cathode"]], [["NMC811"]], [["status"]]],
        [[["cathode", "x"]], [["NMC811"]], [["status"]]],
        [[["cathode", "anode", "electrolyte"]], [["NMC811", "Si", "LPSC"]], [["x"]]],
        [[["cathode", "anode", "electrolyte"]], [["NMC811", "Si", 5]], [["status"]]],
    )
    yield from (
        str(CATALOGUE["SSB_EVALUATE"](*table)) + _called("SSB_EVALUATE", table) for table in tables
    )


def scenarios(folder: Path) -> Lines:
    """Cases of a model whose cells are wrong."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inputs"
    for row, value in enumerate(("Si", 4, 20, True, None), start=1):
        sheet.cell(row, 2).value = value
    sheet["C1"] = '=SSB_ENERGY_DENSITY("NMC811",B1,"LPSC",B2,,B3)'
    sheet["C2"] = "=NOT(B4)"
    for name, cell in (
        ("capacity", "$B$2"),
        ("anode_name", "$B$1"),
        ("live", "$B$4"),
        ("energy", "$C$1"),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=f"Inputs!{cell}")
    model = folder / "model.xlsx"
    book.save(model)
    text = 'label,capacity,anode_name,live\na,4,Si,TRUE\nb,x,Si,maybe\nc,"1,5",Al,FALSE\n'
    text += "d,-1,Sii,\ne,1,2,TRUE,5\n"
    results = folder / "results.csv"
    for name, cases in (("cases.csv", text), ("gone.csv", "gone,capacity\nx,1\n")):
        path = as_csv(folder, cases, name)
        yield from _run("scenarios", model, "--inputs", path, "--outputs", "energy", "-o", results)[
            2
        ].splitlines()
        if results.exists():
            yield from results.read_text("utf-8").splitlines()


SECTIONS = (corpus, stacks, rows, materials, own_materials, cells, tables, stale, reports)
SECTIONS += (functions, scenarios)


def gather(section: Callable[[Path], Lines]) -> list[str]:
    """The sentences of a section, without the machine's paths and the program's version."""
    with TemporaryDirectory() as folder:
        here = os.getcwd()
        try:
            os.chdir(folder)
            made = list(section(Path(folder)))
        finally:
            os.chdir(here)
    text = "\n".join(f"{section.__name__}: {line}" for line in made).replace(folder, "FOLDER")
    return _REASON.sub(r"\1...\2", text.replace("\r", "\\r")).split("\n")


def main() -> None:
    sections = [gather(section) for section in SECTIONS]
    GOLDEN.write_text("\n".join(line for lines in sections for line in lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
