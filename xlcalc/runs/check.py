"""Everything that is wrong with files of designs, at once; and whether results are still so.

It reads as a run does, by the same code, and writes no results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xlcalc._version import __version__
from xlcalc.errors import OutputError, XlcalcError
from xlcalc.files.atomic import whole_file
from xlcalc.files.formats import XLSX, kind_of
from xlcalc.files.names import name_of
from xlcalc.files.writers import write_csv, write_json
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities.vocabulary import DESIGN
from xlcalc.progress import Progress, Silent
from xlcalc.runs.find_inputs import find_files
from xlcalc.runs.open_input import read_file
from xlcalc.runs.provenance import read_provenance
from xlcalc.runs.staleness import changed_since, edited
from xlcalc.tables.evaluate import Evaluation, evaluate_rows
from xlcalc.tables.number_parsing import describe, is_blank

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits

#: A file that cannot be used, a wrong row of materials, a wrong cell or row of designs, results
#: that hold no more; and what costs nothing: an unusual value, a column or row left alone.
Kind = Literal["file", "material", "design", "stale", "note", "remark"]

#: Kinds that let a check end well.
HARMLESS = ("note", "remark")

#: Files that reports can be.
WRITABLE = (".xlsx", ".csv", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found in a file.

    Parameters
    ----------
    kind : str
        file, material, design, stale, note or remark.
    file, sheet, cell : str
        Where; a row or a column where it is no single cell.
    design : str
        Name of the design.
    field : str
        Field of the design, or name of the material.
    found, expected : str
        What the cell holds, and what it should.
    rows : int
        Rows that say the same, of which this is the first.
    sentence : str
        All of it in words.
    """

    kind: Kind
    file: str
    sheet: str = ""
    cell: str = ""
    design: str = ""
    field: str = ""
    found: str = ""
    expected: str = ""
    rows: int = 1
    sentence: str

    @property
    def place(self) -> str:
        """File, sheet and cell in words."""
        sheet = f"sheet {self.sheet}" if self.sheet else ""
        cell = f"cell {self.cell}" if re.fullmatch(r"[A-Z]+\d+", self.cell) else self.cell
        return ", ".join(filter(None, (self.file, sheet, cell)))


@dataclass(kw_only=True)
class Checked:
    """What a check of files gave.

    Parameters
    ----------
    findings : list of Finding
        In the order of files and rows.
    files : list of str
        Files that could be used.
    stale : dict of str to bool
        Files that hold results of an earlier run, and whether these are stale.
    evaluated, in_error, left_alone : int
        Rows with results, rows without, and rows that are no designs, such as a remark below the
        table.
    """

    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    stale: dict[str, bool] = field(default_factory=dict)
    evaluated: int = 0
    in_error: int = 0
    left_alone: int = 0

    @property
    def rows(self) -> int:
        """All rows of the tables; blank ones are none."""
        return self.evaluated + self.in_error + self.left_alone

    @property
    def faultless(self) -> bool:
        """Whether no file, row or material is wrong, and no result stale."""
        return all(finding.kind in HARMLESS for finding in self.findings)


def check(
    inputs: Sequence[Path],
    *,
    sheet: str | None = None,
    materials: Materials | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    decimal: str = "",
) -> Checked:
    """Read files of designs as a run would, and tell everything that is wrong with them.

    Parameters
    ----------
    inputs : sequence of Path
        Files and folders. A file of results is compared with what it was made from, which is looked
        for among these files, beside the results and in the working directory.
    sheet : str, optional
        Sheet of the workbooks to read.
    materials : Materials, optional
        Where names are looked up; a workbook's own go on top.
    progress : Progress, optional
        Told how the check gets on.
    limits : Limits, optional
        What a workbook may have before it is refused unread.
    decimal : str
        The mark before decimals in csv files; looked for in each where it is not told.

    Returns
    -------
    Checked
        Findings and counts.

    Raises
    ------
    InputError
        If a file named does not exist, or a folder holds none.
    """
    progress = progress or Silent()
    found = find_files(inputs, results=True)
    paths = found.paths
    library = materials or Materials.library()
    checked = Checked()
    checked.findings += [_located("file", *_named(text)) for text in found.unusable]
    checked.findings += [_located("remark", *_named(text)) for text in found.remarks]
    several = found.several
    if several:
        progress.start("checking files", len(paths))
    for path in paths:
        name = name_of(path)
        try:
            held = read_provenance(path, limits)
            here = sheet
            if held is not None and held.result is not None and kind_of(path).name == XLSX:
                here = sheet or held.options.get("sheet")
            known, stale = library, list[str]()
            if held is not None:
                known, stale = changed_since(path, held, paths, library)
            watched = None if several else progress
            table, own = read_file(path, here, watched, limits, decimal)
            evaluation = evaluate_rows(table, own.on(known))
            if held is not None:
                stale += edited(evaluation)
        except XlcalcError as problem:
            # A file that the system keeps from us is named with its folders.
            sentence = str(problem).replace(str(path), name, 1)
            checked.findings.append(_located("file", name, sentence))
        else:
            checked.files.append(name)
            checked.evaluated += int(evaluation.ok.sum())
            checked.in_error += evaluation.in_error
            checked.left_alone += table.left_alone
            for what, sentence in own.unusable.items():
                checked.findings.append(_located("material", name, sentence, field=what))
            checked.findings += _designs(name, evaluation)
            if held is not None:
                checked.stale[name] = bool(stale)
                checked.findings += [_located("stale", name, text) for text in stale]
            remarks = [*own.remarks, *table.asides] if held else [*own.remarks, *evaluation.remarks]
            checked.findings += [_located("remark", name, text) for text in remarks]
        if several:
            progress.step(1)
    return checked


def _named(sentence: str) -> tuple[str, str]:
    """What a sentence begins with, which names a file, and the sentence."""
    return sentence.split(": ", 1)[0], sentence


def _shown(cell: Any) -> str:
    """What a cell holds, as it shows it."""
    if is_blank(cell) or cell != cell:
        return ""
    if isinstance(cell, str):
        return cell
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return f"{cell:.15g}" if is_number else describe(cell)


_PLACE = re.compile(
    r"(?:, sheet (?P<sheet>.+?))?(?:, (?:cell )?(?P<cell>[A-Z]+\d+|(?:row|line|column) .+?))?"
    r": (?P<rest>.*)",
    re.DOTALL,
)
_EXPECTED = re.compile(r"; expected (.*?)(?:; |$)")


def _located(kind: Kind, file: str, sentence: str, field: str = "", **more: Any) -> Finding:
    """A finding from a sentence that begins with its place."""
    place = _PLACE.fullmatch(sentence.removeprefix(file)) if sentence.startswith(file) else None
    said = _EXPECTED.search(sentence)
    expected = said[1] if said else DESIGN[field].expected if field in DESIGN else ""
    return Finding(
        kind=kind,
        file=file,
        sheet=(place and place["sheet"]) or "",
        cell=(place and place["cell"]) or "",
        field=field,
        expected=expected,
        sentence=place["rest"] if place else sentence,
        **more,
    )


def _designs(file: str, evaluation: Evaluation) -> Iterator[Finding]:
    """Every fault of every row, and the notes of those without."""
    columns, table = evaluation.columns, evaluation.table
    names = columns["design"]
    for row, faults in sorted(evaluation.faults.items()):
        for name, sentence in faults:
            found = _shown(columns[name][row]) if name else ""
            yield _located("design", file, sentence, name, design=names[row], found=found)
    notes: dict[str, list[int]] = {}
    for row, note in enumerate(columns["notes"]):
        if note:
            notes.setdefault(note, []).append(row)
    for note, rows in notes.items():
        text = f"{table.cell(rows[0], None)}: {note}"
        yield _located("note", file, text, design=names[rows[0]], rows=len(rows))


@dataclass(slots=True)
class Group:
    """Findings that say the same of many cells.

    Parameters
    ----------
    first : Finding
        The first of them.
    cells : list of str
        Where the others are.
    """

    first: Finding
    cells: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The first in words, with how many more there are."""
        text = f"{self.first.place}: {self.first.sentence}"
        more = len(self.cells) + self.first.rows - 1
        if not more:
            return text
        shown = ", ".join(filter(None, self.cells[:_NAMED]))
        rest = ", ..." if shown and len(self.cells) > _NAMED else ""
        return f"{text} (and {more:,} more{f': {shown}{rest}' if shown else ''})"


#: Further cells that a group names.
_NAMED = 5

_VARIABLE = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|-?\d[\d.,]*(?:e[+-]?\d+)?")


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Findings with those in one that differ only in where they are and which value they quote."""
    groups: dict[tuple[str, ...], Group] = {}
    for found in findings:
        likeness = _VARIABLE.sub("#", found.sentence)
        key = (found.kind, found.file, found.sheet, found.field, likeness)
        if key in groups:
            groups[key].cells += [found.cell] * found.rows
        else:
            groups[key] = Group(found)
    return list(groups.values())


def expect_report(output: Path) -> None:
    """Refuse a report of a kind that cannot be written, before any work."""
    if output.suffix.lower() not in WRITABLE:
        raise OutputError(f"{output}: expected a file ending in {', '.join(WRITABLE)}")


def write_report(checked: Checked, output: Path) -> None:
    """Write all findings, a line each.

    Parameters
    ----------
    checked : Checked
        What a check gave.
    output : Path
        An .xlsx, .csv or .json file; it appears whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    expect_report(output)
    names = [each.name for each in fields(Finding)]
    columns = {name: [getattr(found, name) or None for found in checked.findings] for name in names}
    suffix = output.suffix.lower()
    if suffix == ".xlsx":
        from xlcalc.workbooks.writing.findings import check_findings_fit, write_findings

        check_findings_fit(len(checked.findings))
        with whole_file(output) as file:
            write_findings(columns, summary(checked), file)
        return
    with whole_file(output) as file:
        if suffix == ".csv":
            write_csv(columns, file)
        else:
            write_json(columns, file)


def summary(checked: Checked) -> dict[str, Any]:
    """Counts of a check in plain values."""
    return {
        "xlcalc": __version__,
        "files": checked.files,
        "rows": checked.rows,
        "rows_evaluated": checked.evaluated,
        "rows_in_error": checked.in_error,
        "rows_left_alone": checked.left_alone,
        "stale": checked.stale,
    }
