"""Rebuild what is generated and committed: ``python tests/rebuild.py [--pictures]``.

`templates/` holds every template as delivered, `templates/lambda/` their lambda edition (which
needs no Python to be used), `workbooks/` filled examples: each .csv there poured into the stack
template, and the paper's twenty stacks. With `--pictures`, LibreOffice and poppler also draw the
pages that `docs/` shows.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from xlcalc.files.atomic import whole_file
from xlcalc.functions.arguments import Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.lambdas.names import CLOSED_FORM
from xlcalc.physics.equations import CONSTANTS
from xlcalc.physics.forms.latex import latex
from xlcalc.physics.model.breakdown import STACK_PARTS
from xlcalc.physics.model.closures import CLOSURES
from xlcalc.physics.model.declaration import Model, Step
from xlcalc.physics.model.electrodes import material_values
from xlcalc.physics.model.rules import STACK_RULES
from xlcalc.physics.quantities import DESIGN, MATERIAL, REMARKS, RESULTS, layer_title
from xlcalc.runs.template import make_template
from xlcalc.templates import TEMPLATES
from xlcalc.templates import results_skeleton as skeleton_book
from xlcalc.workbooks.formulas.engine import Engine
from xlcalc.workbooks.formulas.excel_functions import STAND_INS
from xlcalc.workbooks.formulas.trusted import ENGINE_FUNCTIONS, is_trusted
from xlcalc.workbooks.writing import lewis2022
from xlcalc.workbooks.writing.skeleton import SKELETON

ROOT = Path(__file__).resolve().parent.parent

#: How each committed workbook is made, given where to.
GENERATED: dict[Path, Callable[[Path], object]] = {}


def _lewis(path: Path) -> None:
    with whole_file(path) as file:
        lewis2022.build(file)


def _skeleton(path: Path) -> None:
    with whole_file(path) as file:
        skeleton_book.build(file)


def _template(name: str, edition: str = "native") -> Callable[[Path], object]:
    return lambda path: make_template(name, path, edition=edition, replace=True)


def _example(designs: Path) -> Callable[[Path], object]:
    return lambda path: make_template("stack", path, designs=designs, replace=True)


def _outcome(function: Function) -> str:
    """What a function's example gives, if that is one cell."""
    if function.spills:
        return ", a table"
    engine = Engine(["Example"])
    engine.put_formulas("Example", 1, 1, [[function.example]])
    engine.evaluate()
    result = engine.value("Example", 1, 1)
    return f" gives {result:.7g}" if isinstance(result, float) else f" gives *{result}*"


def _reference(path: Path) -> None:
    """The reference of the SSB_ functions."""
    lines = [
        "# SSB_ functions",
        "",
        "Made from the catalogue by `python tests/rebuild.py`; do not edit. How cells get them:",
        "[Excel](excel.md), [Excel 365 without Python](lambda.md), [LibreOffice](libreoffice.md),",
        "[no spreadsheet program](headless.md). Python: `from xlcalc.functions import CATALOGUE`.",
        "",
        "An argument in brackets may be left out or blank and then takes its default; TRUE is 1.",
        "An error value in an argument is the result. A text where a number belongs gives",
        "`#VALUE!`, an impossible number `#NUM!`, an unknown material or value `#N/A`;",
        "`SSB_EXPLAIN` says why in words. A range where one cell is meant gives a range.",
    ]
    for function in CATALOGUE.values():
        arguments = ", ".join(
            f"[{argument.name}]" if argument.optional else argument.name
            for argument in function.arguments
        )
        source = [f"Source: {function.source}."] if function.source else []
        lines += ["", f"## {function.name}", "", f"`{function.name}({arguments})`", ""]
        where = [] if function.name in CLOSED_FORM else ["Not in the LAMBDA edition."]
        lines += [" ".join([function.help, *source, *where]), ""]
        lines += ["| argument | meaning |", "|---|---|"]
        lines += [f"| {a.name} | {a.help} |" for a in function.arguments]
        lines += ["", f"Example: `{function.example}`{_outcome(function)}"]
    lines += [
        "",
        "## Results that SSB_EVALUATE gives",
        "",
        "| name | header | unit |",
        "|---|---|---|",
    ]
    lines += [f"| {q.name} | {q.label} | {q.unit} |" for q in (RESULTS | REMARKS).values()]
    lines += [
        "",
        "## Values that SSB_MATERIAL gives",
        "",
        "| name | header | unit |",
        "|---|---|---|",
    ]
    lines += [f"| {q.name} | {q.label} | {q.unit} |" for q in MATERIAL.values()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _labels(model: Model) -> dict[str, str]:
    """What the inputs and steps of a model are called in equations."""
    labels = {name: quantity.label for name, quantity in DESIGN.items()}
    for name, role, what in material_values():
        label = MATERIAL[what].label
        labels[name] = f"{layer_title(role)} {label[0].lower()}{label[1:]}"
    count = Counter(step.label for step in model.steps.values())
    return labels | {
        s.name: f"{s.label} [{s.unit}]" if count[s.label] > 1 else s.label
        for s in model.steps.values()
    }


def _headless(path: Path) -> None:
    """The functions that are worked out without a spreadsheet program, and those that are not."""
    ours, engine = sorted(STAND_INS), sorted(ENGINE_FUNCTIONS - STAND_INS.keys())
    _, *known = (ROOT / "tests" / "support" / "excel_functions.txt").read_text("utf-8").split("\n")
    words = (word.lstrip("+") for word in " ".join(known).split())
    others = sorted(name for name in words if not is_trusted(name))
    lines = [
        "# Functions worked out without a spreadsheet program",
        "",
        "Made from `xlcalc/workbooks/formulas/trusted.py` by `python tests/rebuild.py`; do not",
        "edit. How formulas are worked out: [recalc and scenarios](headless.md).",
        "",
        "A function is trusted only with proof: `python -m tests.support.function_trial` calls",
        "each with numbers, texts, truth values, blanks, error values, arguments left out and",
        "numbers beyond its limits, and compares with LibreOffice 25.2; where the two disagree,",
        "Excel's documentation decided. A function that is not trusted is left alone and named.",
        "",
        "## Worked out by functions of our own",
        "",
        f"{len(ours)}, where the engine is otherwise than Excel: {', '.join(ours)}.",
        "",
        "## Worked out by the engine",
        "",
        f"{len(engine)}: {', '.join(engine)}.",
        "",
        "## Left alone and named",
        "",
        f"{len(others)}, and all that are not Excel's: {', '.join(others)}.",
    ]
    with whole_file(path) as file:
        file.write(("\n".join(lines) + "\n").encode())


def _equations(path: Path) -> None:
    """The equations of the model, every step of it."""
    labels = _labels(STACK_RULES) | _labels(STACK_PARTS)
    lines = [
        "# Equations",
        "",
        "Made from the model by `python tests/rebuild.py`; do not edit. Every step of a stack, as",
        "`xlcalc trace` shows it with the values of a design put in. Names are those of fields and",
        "results. Python, sheets, SSB_ functions and LAMBDA names are written from the same",
        "declaration (`xlcalc/physics/model/`).",
        "",
        f"Constants: {', '.join(f'{c.name} = {c:.10g} {c.unit}' for c in CONSTANTS)}.",
    ]
    sections: dict[str, list[Step]] = {}
    for step in STACK_PARTS.steps.values():
        sections.setdefault(step.section or "Breakdown", []).append(step)
    for section, steps in sections.items():
        lines += ["", f"## {section}"]
        for step in steps:
            unit = f" [{step.unit}]" if step.unit else ""
            source = f" {step.source}." if step.source else ""
            equation = latex(step.expression, labels.__getitem__)
            lines += ["", f"**{step.label}**{unit} `{step.name}`{source}", ""]
            lines += ["```math", rf"\text{{{labels[step.name]}}} = {equation}", "```"]
    lines += ["", "## What makes a design impossible", ""]
    lines += ["Besides values out of bounds, and materials unfit for their role:"]
    for rule in STACK_RULES.rules.values():
        equation = latex(STACK_RULES.steps[rule.name].expression, labels.__getitem__)
        lines += ["", f"**{rule.name}** (change `{rule.field}`; expected {rule.expected})", ""]
        lines += ["```math", equation, "```"]
    lines += ["", "## What must hold of every stack", ""]
    for closure in CLOSURES:
        left, right = (latex(side, labels.__getitem__) for side in (closure.left, closure.right))
        lines += [f"{closure.statement}:", "", "```math", f"{left} = {right}", "```", ""]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


for _name in TEMPLATES:
    GENERATED[ROOT / "templates" / f"{_name}.xlsx"] = _template(_name)
for _designs in sorted((ROOT / "workbooks").glob("*.csv")):
    GENERATED[_designs.with_suffix(".xlsx")] = _example(_designs)
GENERATED[ROOT / "workbooks" / "lewis2022.xlsx"] = _lewis

#: The same for workbooks whose functions LibreOffice does not have.
OF_LAMBDA: dict[Path, Callable[[Path], object]] = {
    ROOT / "templates" / "lambda" / f"{name}.xlsx": _template(name, "lambda") for name in TEMPLATES
}

#: The same for the styles and the chart that results share; every book of results is made of it.
SHARED: dict[Path, Callable[[Path], object]] = {SKELETON: _skeleton}

#: The same for documents.
DOCUMENTS: dict[Path, Callable[[Path], object]] = {
    ROOT / "docs" / "functions.md": _reference,
    ROOT / "docs" / "equations.md": _equations,
    ROOT / "docs" / "headless_functions.md": _headless,
}


#: Pages that the documents show: picture, template, and words that the page begins with.
_PICTURES = (
    ("functions", "lambda/batch", "Functions"),
    ("stack", "stack", "Stacks"),
    ("breakdown", "stack", "Breakdown"),
    ("charts", "compare", "Charts"),
    ("compare", "compare", "SI Table 4"),
    ("maps", "sweep", "Maps"),
    ("isolines", "sweep", "Iso-lines"),
    ("alloys", "alloys", "Charts of alloys"),
)


def _without_formulas(book: Path, copy: Path) -> None:
    """Copy a workbook with the values that it holds, for no program has all editions' functions."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<f\b[^>]*?(?:/>|>.*?</f>)", b"", data)
            new.writestr(name, data)


def draw() -> None:
    """Draw the pages that the documents show."""
    from PIL import Image, ImageChops

    with tempfile.TemporaryDirectory() as folder:
        office = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        for name in {template for _, template, _ in _PICTURES}:
            book = Path(folder) / f"{name.replace('/', '-')}.xlsx"
            _without_formulas(ROOT / "templates" / f"{name}.xlsx", book)
            convert = ["--convert-to", "pdf", "--outdir", folder, str(book)]
            subprocess.run([*office, *convert], check=True, capture_output=True)
        for picture, name, begin in _PICTURES:
            pdf = f"{folder}/{name.replace('/', '-')}.pdf"
            text = subprocess.run(
                ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True
            ).stdout
            pages = text.split("\f")
            number = next(n for n, page in enumerate(pages, 1) if page.lstrip().startswith(begin))
            command = ["pdftoppm", "-r", "110", "-png", "-singlefile"]
            command += ["-f", str(number), "-l", str(number), pdf, f"{folder}/{picture}"]
            subprocess.run(command, check=True)
            image = Image.open(f"{folder}/{picture}.png").convert("RGB")
            # The number of the page and the margins are no part of what is shown.
            image = image.crop((0, 0, image.width, image.height - 95))
            blank = Image.new("RGB", image.size, "white")
            left, top, right, bottom = ImageChops.difference(image, blank).getbbox()
            frame = (left - 8, top - 8, right + 8, min(bottom + 8, image.height))
            image.crop(frame).quantize(64).save(ROOT / "docs" / f"{picture}.png", optimize=True)


if __name__ == "__main__":
    for _path, _make in {**SHARED, **GENERATED, **OF_LAMBDA, **DOCUMENTS}.items():
        _path.parent.mkdir(exist_ok=True)
        _make(_path)
        print(_path.relative_to(ROOT))
    if "--pictures" in sys.argv:
        draw()
