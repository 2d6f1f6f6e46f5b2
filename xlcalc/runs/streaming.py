"""Large tables evaluated piece by piece into one output, in threads or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xlcalc._version import __version__
from xlcalc.errors import OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.files.fingerprint import Fingerprint, Watched
from xlcalc.files.sources import Piece, Share, Source
from xlcalc.files.writers import CsvOutput, ParquetOutput
from xlcalc.physics.categorical import Coded
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import vocabulary as q
from xlcalc.progress import Progress
from xlcalc.runs.checkpoints import Parts, parts_beside
from xlcalc.runs.provenance import Provenance
from xlcalc.runs.threads import in_order
from xlcalc.tables.evaluate import COLUMNS, Evaluation, evaluate_rows, free_name, own_names
from xlcalc.tables.summary import Batch, Tally

OUTPUTS: dict[str, type[CsvOutput] | type[ParquetOutput]] = {
    ".csv": CsvOutput,
    ".parquet": ParquetOutput,
}


#: Column that says which file a design came from, where there are several.
FILE = "file"


#: Pieces beyond which a run is long: should it be killed, what it did is kept.
_LONG = 32


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
        from xlcalc.tables.arrow import common_type, word_type

        files = {FILE: word_type()} if self.with_files else {}
        return files | {
            name: common_type(
                s.cells(held[header])
                for s, held in zip(sources, self._held, strict=True)
                if header in held
            )
            for name, header in self.names.items()
        }


def _joined(parts: Sequence[Any]) -> Any:
    """Parts of a column, one below the other."""
    from xlcalc.tables.arrow import cells, chained

    if len(parts) == 1:
        return parts[0] if not isinstance(parts[0], Coded) else list(parts[0])
    if all(isinstance(part, Coded) for part in parts):
        return Coded.joined(parts)
    if not any(isinstance(part, (list, Coded)) for part in parts) and (whole := chained(parts)):
        return whole
    return [cell for part in parts for cell in cells(part)]


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
    from xlcalc.runs.dask_cluster import open_cluster

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
