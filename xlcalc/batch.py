"""Files of designs in, results out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from . import __version__
from . import quantities as q
from .coding import Coded, Columns
from .errors import InputError, OutputError, XlcalcError
from .evaluation import COLUMNS, Evaluation, evaluate_rows, free_name, own_names
from .files import whole_file
from .find import find_files
from .flat import CsvOutput, ParquetOutput, write_json
from .kinds import WORKBOOKS, kind_of
from .materials import Materials
from .outcome import Batch, Tally
from .parts import Parts, parts_beside
from .progress import Progress, Silent
from .provenance import Fingerprint, Provenance, Watched, fingerprint, write_beside
from .read import open_source
from .source import ROWS, Piece, Share, Source
from .workers import in_order

if TYPE_CHECKING:
    from .workbook.scan import Limits

WRITABLE = (".xlsx", ".csv", ".parquet", ".json")
OUTPUTS: dict[str, type[CsvOutput] | type[ParquetOutput]] = {
    ".csv": CsvOutput,
    ".parquet": ParquetOutput,
}

#: Column that says which file a design came from, where there are several.
FILE = "file"

#: Pieces beyond which a run is long: should it be killed, what it did is kept.
_LONG = 32


def run(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    sheet: str | None = None,
    materials: Materials | None = None,
    breakdown: bool = False,
    progress: Progress | None = None,
    limits: Limits | None = None,
    at_a_time: int = ROWS,
    split_sheets: bool = False,
    decimal: str = "",
    dask: str | None = None,
) -> Batch:
    """Evaluate files of designs and write the results.

    Parameters
    ----------
    inputs : sequence of Path
        Files, folders and patterns.
    output : Path, optional
        An .xlsx, .csv, .parquet or .json file; it appears whole or not at all.
    sheet : str, optional
        Sheet of the workbooks to read.
    materials : Materials, optional
        Where names are looked up; a workbook's own go on top.
    breakdown : bool
        Whether csv, parquet and json get the breakdown too, as further columns.
    progress : Progress, optional
        Told how the run gets on.
    limits : Limits, optional
        What a workbook may have before it is refused unread.
    at_a_time : int
        About how many designs are worked on at a time.
    split_sheets : bool
        Whether rows that one sheet of an .xlsx file cannot hold go on in further sheets.
    decimal : str
        The mark before decimals in csv files; looked for in each where it is not told.
    dask : str, optional
        Whose workers evaluate csv and parquet files in place of this process: ``local``, or the
        address or file of a Dask scheduler.

    Returns
    -------
    Batch
        Results, counts and remarks. A file among several that cannot be used is in `unusable`.

    Raises
    ------
    InputError
        If no file can be used.
    OutputError
        If the results cannot be written; an old file of that name is as it was.
    """
    start = perf_counter()
    progress = progress or Silent()
    suffix = "" if output is None else output.suffix.lower()
    if output is not None and suffix not in WRITABLE:
        raise OutputError(f"{output}: expected a file ending in {', '.join(WRITABLE)}")
    if dask is not None:
        if output is None or suffix not in OUTPUTS:
            raise OutputError(f"with Dask, expected --output to end in {' or '.join(OUTPUTS)}")
        # Workers are at home in other folders.
        output = output.absolute()
    found = find_files(inputs, output)
    paths = found.paths if dask is None else [path.absolute() for path in found.paths]
    batch = Batch(remarks=found.remarks, unusable=found.unusable)
    library = materials or Materials.library()
    jobs: list[_Job] = []
    several = found.several
    if several:
        progress.start("reading files", len(paths))
    for path in paths:
        try:
            # Before it is read: a change meanwhile makes the results stale, not the record wrong.
            mark = fingerprint(path)
            if dask is not None and kind_of(path).name in WORKBOOKS:
                raise InputError(f"{path}: is a workbook; Dask evaluates csv and parquet files")
            watched = None if several else progress
            source = open_source(path, sheet, watched, limits, at_a_time, decimal)
        except XlcalcError as problem:
            if not several:
                raise
            batch.unusable.append(str(problem))
        else:
            jobs.append(_Job(source, source.own.on(library), mark, path))
            batch.sources.append(source.name)
            batch.wrong_materials += source.own.unusable.values()
            batch.remarks += source.own.remarks
        if several:
            progress.step(1)
    if not jobs:
        raise InputError("; ".join(batch.unusable))
    options = {"sheet": sheet, "breakdown": breakdown}

    def provenance() -> Provenance:
        prints = [job.print for job in jobs]
        return Provenance.of(prints, batch.materials, batch.taken, options)

    result: Fingerprint | None = None
    columns = _OwnColumns([job.source for job in jobs], with_files=several)
    rows = sum(job.source.rows for job in jobs)
    if suffix in OUTPUTS:
        assert output is not None
        way = _Way(breakdown, at_a_time, decimal, dask, progress)
        result = _stream(batch, jobs, columns, output, way, provenance)
    else:
        if suffix == ".xlsx":
            from .workbook.writer import check_room

            check_room(rows, len(COLUMNS) + len(columns.names), split=split_sheets)
        _collect(batch, jobs, columns, breakdown=breakdown or suffix == ".xlsx")
        batch.provenance = provenance().lines()
        if output is not None:
            result = _write(batch, output, progress, split_sheets=split_sheets)
    if result is not None:
        assert output is not None
        write_beside(provenance(), output, result)
    batch.seconds = perf_counter() - start
    return batch


@dataclass(frozen=True)
class _Job:
    """A source, and where its names are looked up."""

    source: Source
    materials: Materials
    print: Fingerprint
    path: Path

    def meaning(self) -> list[str]:
        """What its results depend on."""
        return [repr(self.print), repr([self.materials[name] for name in self.materials])]


class _OwnColumns:
    """The users' own columns of several sources, under the names they have in the result."""

    def __init__(self, sources: Sequence[Source], *, with_files: bool) -> None:
        self._held = [
            dict(zip(own_names(s.headers, s.columns.others), s.columns.others, strict=True))
            for s in sources
        ]
        taken = {*COLUMNS}
        self.with_files = with_files
        #: What each is called in its sources, by its name in the result.
        self.names: dict[str, str] = {}
        if with_files:
            taken.add(FILE)
        for header in dict.fromkeys(header for held in self._held for header in held):
            self.names[free_name(header, {*taken, *self.names})] = header

    def of(self, evaluation: Evaluation, file: str) -> dict[str, Any]:
        """The own columns of some rows; those that their file does not have are blank."""
        count = len(evaluation)
        columns: dict[str, Any] = {}
        if self.with_files:
            columns[FILE] = Coded.constant(file, count)
        for name, header in self.names.items():
            columns[name] = evaluation.extra.get(header, Coded.constant(None, count))
        return columns

    def types(self, sources: Sequence[Source]) -> dict[str, Any]:
        """The one type that each has in parquet."""
        from .arrow import common_type, word_type

        files = {FILE: word_type()} if self.with_files else {}
        return files | {
            name: common_type(
                s.cells(held[header])
                for s, held in zip(sources, self._held, strict=True)
                if header in held
            )
            for name, header in self.names.items()
        }


def _collect(batch: Batch, jobs: Sequence[_Job], columns: _OwnColumns, *, breakdown: bool) -> None:
    """Evaluate all designs, and keep their results."""
    done: list[Evaluation] = []
    own: list[dict[str, Any]] = []
    for job in jobs:
        for piece in job.source.pieces():
            evaluation = evaluate_rows(piece.table(), job.materials)
            batch.take(evaluation.tally(), job.materials)
            done.append(evaluation)
            own.append(columns.of(evaluation, job.source.name))
    batch.columns = Columns.joined([evaluation.columns for evaluation in done])
    batch.extra = {name: _joined([part[name] for part in own]) for name in own[0]}
    if breakdown:
        parts = [evaluation.breakdown() for evaluation in done]
        batch.breakdown = {
            name: np.concatenate([part[name] for part in parts]) for name in parts[0]
        }


def _joined(parts: Sequence[Any]) -> Any:
    """Parts of a column, one below the other."""
    from .arrow import cells, chained

    if len(parts) == 1:
        return parts[0] if not isinstance(parts[0], Coded) else list(parts[0])
    if all(isinstance(part, Coded) for part in parts):
        return Coded.joined(parts)
    if not any(isinstance(part, (list, Coded)) for part in parts) and (whole := chained(parts)):
        return whole
    return [cell for part in parts for cell in cells(part)]


def _write(
    batch: Batch, output: Path, progress: Progress, *, split_sheets: bool
) -> Fingerprint | None:
    """Write results; what their file is, if its record stands beside it."""
    if output.suffix.lower() == ".json":
        with whole_file(output) as file:
            watched = Watched(file)
            write_json({**batch.columns.stored, **batch.extra, **batch.breakdown}, watched)
        return watched.fingerprint(output)
    from .workbook.writer import write_results

    progress.start("writing", 2 * batch.read)
    with whole_file(output) as file:
        write_results(batch, file, progress.step, split=split_sheets)
    return None


@dataclass(frozen=True)
class _Way:
    """How designs go through piece by piece."""

    breakdown: bool
    at_a_time: int
    decimal: str
    dask: str | None
    progress: Progress


def _stream(
    batch: Batch,
    jobs: Sequence[_Job],
    columns: _OwnColumns,
    output: Path,
    way: _Way,
    provenance: Callable[[], Provenance],
) -> Fingerprint | None:
    """Evaluate designs piece by piece, and write each piece's results.

    What their file is, if its record stands beside it.
    """
    kind: CsvOutput | ParquetOutput = OUTPUTS[output.suffix.lower()](
        lambda: columns.types([job.source for job in jobs])
    )

    rows = sum(job.source.rows for job in jobs)

    def payloads(parts: Parts | None) -> Generator[Any]:
        work = _Work(columns, kind, way.breakdown, parts)
        results = _here(jobs, work) if way.dask is None else _elsewhere(jobs, work, way.dask)
        for job, (tally, payload) in results:
            batch.take(tally, job.materials)
            way.progress.step(tally.read)
            yield payload

    way.progress.start("evaluating", rows)
    names = [*COLUMNS, *([FILE] if columns.with_files else []), *columns.names]
    if way.breakdown:
        names += q.BREAKDOWN
    meaning = [__version__, way.at_a_time, names, way.decimal, [job.meaning() for job in jobs]]
    long = way.dask is not None or rows > _LONG * way.at_a_time
    with parts_beside(output, meaning, wanted=long) as parts, whole_file(output) as file:
        if way.dask is not None and parts is None:
            raise OutputError(f"{output}: another run is making it")
        if parts is not None and (done := sum(map(parts.count, range(len(jobs))))):
            batch.remarks.append(
                f"{output}: goes on where a run was stopped, with piece {done + 1}"
            )
        target: Any = Watched(file) if kind.record_beside else file
        with closing(payloads(parts)) as pieces:
            kind.write(names, pieces, target, lambda: provenance().as_json())
    batch.provenance = provenance().lines()
    return target.fingerprint(output) if kind.record_beside else None


@dataclass(frozen=True)
class _Task:
    """Work on a source: a piece of it, none where that is done, or a share of pieces."""

    job: _Job
    number: int
    place: int
    piece: Piece | Share | None


@dataclass(frozen=True)
class _Work:
    """What is done with pieces, by threads here and by workers elsewhere."""

    columns: _OwnColumns
    kind: CsvOutput | ParquetOutput
    breakdown: bool
    parts: Parts | None

    def on_piece(self, task: _Task) -> tuple[Tally, Any]:
        """The results of a piece; kept, where pieces are."""
        if task.piece is None:
            return self.kept(task.number, task.place)
        assert not isinstance(task.piece, Share)
        evaluation = evaluate_rows(task.piece.table(), task.job.materials)
        tally = evaluation.tally()
        results = {
            **evaluation.columns.stored,
            **self.columns.of(evaluation, task.job.source.name),
            **(evaluation.breakdown() if self.breakdown else {}),
        }
        payload = self.kind.encode(results)
        if self.parts is not None:
            self.parts.put(task.number, task.place, tally, self.kind.packed(payload))
        return tally, payload

    def on_share(self, task: _Task) -> None:
        """Keep the results of those pieces of a share that are not done."""
        assert isinstance(task.piece, Share)
        assert self.parts is not None
        first, source = task.piece.first, task.piece.source
        done = [self.parts.has(task.number, first + n) for n in range(task.piece.count)]
        if all(done):
            return
        skipped = done.index(False)
        for place, piece in enumerate(source.pieces(skipped), start=first + skipped):
            self.on_piece(_Task(task.job, task.number, place, piece))

    def kept(self, number: int, place: int) -> tuple[Tally, Any]:
        """The results of a piece that is done."""
        assert self.parts is not None
        tally, packed = self.parts.get(number, place)
        return tally, self.kind.unpacked(packed)


_Results = Iterator[tuple[_Job, tuple[Tally, Any]]]


def _here(jobs: Sequence[_Job], work: _Work) -> _Results:
    """Results of all pieces, worked on by threads."""
    return in_order(lambda task: (task.job, work.on_piece(task)), _tasks(jobs, work.parts))


def _tasks(jobs: Sequence[_Job], parts: Parts | None) -> Iterator[_Task]:
    for number, job in enumerate(jobs):
        done = 0 if parts is None else parts.count(number)
        yield from (_Task(job, number, place, None) for place in range(done))
        for place, piece in enumerate(job.source.pieces(done), start=done):
            yield _Task(job, number, place, piece)


def _elsewhere(jobs: Sequence[_Job], work: _Work, address: str) -> _Results:
    """Results of all pieces, worked on by Dask's workers, which keep them where we find them."""
    from .elsewhere import open_cluster

    parts = work.parts
    assert parts is not None
    tasks = (
        _Task(replace(job, source=share.source), number, share.first, share)
        for number, job in enumerate(jobs)
        for share in job.source.shares()
    )
    with open_cluster(address) as cluster:
        cluster.check([*(job.path for job in jobs), parts.mark], parts.folder)
        for task in cluster.in_order(work.on_share, tasks):
            assert isinstance(task.piece, Share)
            for place in range(task.place, task.place + task.piece.count):
                parts.await_(task.number, place)
                yield task.job, work.kept(task.number, place)
