"""Everything that is wrong with files of designs, at once; and whether results are still so.

It reads as a run does, by the same code, and writes no results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xlcalc._version import __version__
from xlcalc.errors import OutputError, XlcalcError
from xlcalc.files.atomic import whole_file
from xlcalc.files.formats import XLSX, detect_format
from xlcalc.files.names import name_of
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN
from xlcalc.problems import MOST_PLACES, Location, Problem, with_others
from xlcalc.progress import Progress, Silent
from xlcalc.runs.find_inputs import find_files
from xlcalc.runs.open_input import read_tables
from xlcalc.runs.options import ReadOptions
from xlcalc.runs.provenance import read_provenance
from xlcalc.runs.staleness import changed_since, edited
from xlcalc.tables.below_no_header import cells_below_no_header
from xlcalc.tables.evaluate import Evaluation, evaluate_rows
from xlcalc.tables.number_parsing import describe, is_blank
from xlcalc.tables.row_notes import place
from xlcalc.tables.special_rows import comment_problems

if TYPE_CHECKING:
    from xlcalc.workbooks.package.limits import Limits

#: A file that cannot be used, a wrong row of materials, a wrong cell or row of designs, results
#: that hold no more; and what costs nothing: an unusual value, a column or row left alone.
Kind = Literal["file", "material", "design", "stale", "note", "remark"]

#: Kinds that let a check end well.
HARMLESS = ("note", "remark")

#: Files that reports can be.
WRITABLE = (".xlsx", ".csv", ".json")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found in a file.

    Parameters
    ----------
    kind : str
        file, material, design, stale, note or remark.
    problem : Problem
        What is wrong, and where.
    rows : int
        Rows that say the same, of which this is the first.
    others : sequence of str
        Where the others are, the first few.
    """

    kind: Kind
    problem: Problem
    rows: int = 1
    others: Sequence[str] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """What a report tells of it, by the name of the column."""
        problem, where = self.problem, self.problem.where
        of_design = DESIGN.get(problem.field) if self.kind == "design" else None
        # What a sentence has no need to say, such as that a cathode is a material.
        expected = problem.expected or (of_design.expected if of_design else "")
        return {
            "kind": self.kind,
            "file": where.file,
            "sheet": where.sheet,
            "cell": where.cell,
            "design": where.design,
            "field": problem.field,
            "found": problem.found,
            "expected": expected,
            "rows": self.rows,
            "sentence": problem.statement,
        }


#: Columns of a report.
REPORTED = tuple(Finding("note", Problem()).columns)


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
    sheet: str | tuple[str, ...] | None = None,
    materials: Materials | None = None,
    remarks: Sequence[Problem] = (),
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
    sheet : str or tuple of str, optional
        Sheets of the workbooks to read, as in `ReadOptions`.
    materials : Materials, optional
        Where names are looked up; a workbook's own go on top.
    remarks : sequence of Problem
        What is odd of where those come from.
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
    checked.findings += [Finding("file", problem) for problem in found.unusable]
    checked.findings += [Finding("remark", problem) for problem in [*remarks, *found.remarks]]
    several = found.several
    if several:
        progress.start("checking files", len(paths))
    for path in paths:
        name = name_of(path)
        try:
            held = read_provenance(path, limits)
            here = sheet
            if held is not None and held.result is not None and detect_format(path).name == XLSX:
                here = sheet or held.options.get("sheet")
            known, stale = library, list[Problem]()
            if held is not None:
                known, stale = changed_since(path, held, paths, library)
            watched = None if several else progress
            read = ReadOptions(sheet=here, limits=limits, decimal_mark=decimal)
            found_in = read_tables(path, read, watched)
            own = found_in.own
            evaluations = [evaluate_rows(table, own.on(known)) for table in found_in.tables]
            if held is not None:
                stale += [problem for each in evaluations for problem in edited(each)]
        except XlcalcError as error:
            checked.findings.append(Finding("file", _in_file(error.problem, path)))
        else:
            checked.files.append(name)
            if held is not None:
                checked.stale[name] = bool(stale)
            checked.findings += [
                *(Finding("file", _in_file(problem, path)) for problem in found_in.unusable),
                *(Finding("material", problem) for problem in own.unusable.values()),
                *(finding for each in evaluations for finding in _designs(each)),
                *(Finding("stale", problem) for problem in stale),
                *(Finding("remark", problem) for problem in own.remarks),
            ]
            for each in evaluations:
                checked.evaluated += int(each.ok.sum())
                checked.in_error += each.in_error
                checked.left_alone += each.table.skipped_rows
                remarks = [*(each.table.row_remarks if held else each.remarks)]
                remarks += comment_problems(each.table)
                checked.findings += [Finding("remark", problem) for problem in remarks]
                checked.findings += [
                    Finding("remark", *beside) for beside in cells_below_no_header(each.table)
                ]
        if several:
            progress.step(1)
    return checked


def _in_file(problem: Problem, path: Path) -> Problem:
    """A problem with a file, which a finding calls by its name."""
    name, where = name_of(path), problem.where
    # A file that the system keeps from us is named with its folders.
    if where.file not in ("", name, str(path)):
        return problem.of(str(where)).at(Location(name))
    text = problem.text.replace(str(path), name)
    return problem._replace(text=text, where=where._replace(file=name))


def _shown(cell: Any) -> str:
    """What a cell holds, as it shows it."""
    if is_blank(cell) or cell != cell:
        return ""
    if isinstance(cell, str):
        return cell
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return f"{cell:.15g}" if is_number else describe(cell)


def _designs(evaluation: Evaluation) -> Iterator[Finding]:
    """Every fault of every row, and the notes of those without."""
    columns, table = evaluation.columns, evaluation.table
    names = columns["design"]

    def located(problem: Problem, row: int) -> Problem:
        return problem.at(problem.where._replace(design=names[row]))

    for row, problems in sorted(evaluation.faults.items()):
        for problem in problems:
            found = _shown(columns[problem.field][row]) if problem.field else ""
            yield Finding("design", located(problem, row)._replace(found=found))
    if evaluation.notes is not None:
        for problem, rows in evaluation.noted(evaluation.notes.one_by_one()):
            first, *others = rows[: MOST_PLACES + 1].tolist()
            places = [place(table, problem, row).cell for row in others]
            noted = located(problem.at(place(table, problem, first)), first)
            yield Finding("note", noted, len(rows), places)


@dataclass(slots=True)
class Group:
    """Findings that say the same of many cells.

    Parameters
    ----------
    first : Finding
        The first of them.
    cells : list of str
        Where the others are, as far as findings say.
    rows : int
        How many the others are.
    """

    first: Finding
    cells: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def sentence(self) -> str:
        """The first in words, with how many more there are."""
        return with_others(self.first.problem.sentence, self.cells, self.rows)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Findings with those in one that differ only in where they are and what they found."""
    groups: dict[tuple[str, ...], Group] = {}
    for found in findings:
        problem, where = found.problem, found.problem.where
        # Remarks that differ in a word are of different columns or rows.
        rule = problem.statement if found.kind == "remark" else problem.rule or problem.statement
        key = (found.kind, where.file, where.sheet, problem.field, rule)
        if key in groups:
            groups[key].cells += [where.cell, *found.others]
            groups[key].rows += found.rows
        else:
            groups[key] = Group(found, [*found.others], found.rows - 1)
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
    lines = [found.columns for found in checked.findings]
    columns = {name: [line[name] or None for line in lines] for name in REPORTED}
    suffix = output.suffix.lower()
    if suffix == ".xlsx":
        from xlcalc.workbooks.writing.findings import check_findings_fit, write_findings

        check_findings_fit(len(checked.findings))
        with whole_file(output) as file:
            write_findings(columns, summary(checked), file)
        return
    from xlcalc.files.writers import write_csv, write_json

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
