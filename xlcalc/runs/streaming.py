"""Large tables evaluated chunk by chunk into one output, in threads or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xlcalc._version import __version__
from xlcalc.errors import OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.files.fingerprint import Fingerprint, HashingWriter
from xlcalc.files.sources import Chunk, Source
from xlcalc.files.writers import CsvOutput, ParquetOutput
from xlcalc.physics import quantities as q
from xlcalc.physics.categorical import Categorical
from xlcalc.physics.materials import Materials
from xlcalc.progress import Progress
from xlcalc.runs.checkpoints import Checkpoints, checkpoints_beside
from xlcalc.runs.options import OutputOptions, ReadOptions
from xlcalc.runs.provenance import Provenance
from xlcalc.runs.threads import map_in_order
from xlcalc.tables.evaluate import COLUMNS, Evaluation, evaluate_rows, free_name, own_columns
from xlcalc.tables.summary import BatchResult, RunSummary
from xlcalc.tables.table import DesignTable

#: What outputs that are written chunk by chunk end in.
STREAMED = (".csv", ".parquet")

#: Columns that say which file and sheet a design came from, where there are several.
FILE, SHEET = "file", "sheet"

#: Chunks beyond which a run is long: should it be killed, what it did is kept.
_LONG = 32


@dataclass(frozen=True, kw_only=True)
class Job:
    """A source, and where its names are looked up."""

    source: Source
    materials: Materials
    fingerprint: Fingerprint
    path: Path

    def key(self) -> list[str]:
        """What its results depend on."""
        return [repr(self.fingerprint), repr([self.materials[name] for name in self.materials])]


class OwnColumns:
    """The users' own columns of several sources, under the names they have in the result.

    Parameters
    ----------
    sources : sequence of Source
        The sources.
    with_files, with_sheets : bool
        Whether a column says which file and which sheet a row came from.
    """

    def __init__(
        self, sources: Sequence[Source], *, with_files: bool, with_sheets: bool = False
    ) -> None:
        #: Columns that say where a row came from.
        self.origin = [*[FILE] * with_files, *[SHEET] * with_sheets]
        taken = {*COLUMNS, *self.origin}
        #: What each is called in its sources, by its name in the result.
        self.names: dict[str, str] = {}
        headers = (header for source in sources for header in own_columns(source.table))
        for header in dict.fromkeys(headers):
            self.names[free_name(header, {*taken, *self.names})] = header

    def of(self, evaluation: Evaluation, file: str) -> dict[str, Any]:
        """The own columns of some rows; those that their file does not have are blank."""
        count = len(evaluation)
        places = {FILE: file, SHEET: evaluation.table.source.sheet or None}
        columns: dict[str, Any] = {
            name: Categorical.constant(places[name], count) for name in self.origin
        }
        for name, header in self.names.items():
            columns[name] = evaluation.extra.get(header, Categorical.constant(None, count))
        return columns

    def types(self, sources: Sequence[Source]) -> dict[str, Any]:
        """The one type that each has in parquet."""
        from xlcalc.tables.arrow import common_type, word_type

        found = [own_columns(source.table) for source in sources]
        return {name: word_type() for name in self.origin} | {
            name: common_type(columns[header].cells for columns in found if header in columns)
            for name, header in self.names.items()
        }


def stream(
    batch: BatchResult,
    jobs: Sequence[Job],
    columns: OwnColumns,
    output: Path,
    provenance: Callable[[], Provenance],
    *,
    read: ReadOptions,
    write: OutputOptions,
    progress: Progress,
) -> Fingerprint | None:
    """Evaluate designs chunk by chunk, and write each chunk's results.

    Parameters
    ----------
    batch : BatchResult
        What the run gives; rows are counted in it.
    jobs : sequence of Job
        The sources.
    columns : OwnColumns
        The users' own columns.
    output : Path
        A .csv or .parquet file.
    provenance : callable
        Gives, once all rows are counted, what the results rest on.
    read, write
        As for `batch.run`.
    progress : Progress
        Told how the run gets on.

    Returns
    -------
    Fingerprint or None
        What the output is, if its record stands beside it.
    """
    encoder: CsvOutput | ParquetOutput = CsvOutput()
    if output.suffix.lower() == ".parquet":
        encoder = ParquetOutput(columns.types([job.source for job in jobs]))
    rows = sum(job.source.rows for job in jobs)

    def payloads(checkpoints: Checkpoints | None) -> Generator[Any]:
        worker = ChunkWorker(columns, encoder, write.breakdown, checkpoints)
        if write.dask is None:
            results = run_in_threads(jobs, worker)
        else:
            results = run_on_cluster(jobs, worker, write.dask)
        for job, (summary, payload) in results:
            batch.add(summary, job.materials)
            progress.step(summary.read)
            yield payload

    progress.start("evaluating", rows)
    names = [*COLUMNS, *columns.origin, *columns.names]
    if write.breakdown:
        names += q.BREAKDOWN
    run_key = [
        __version__,
        read.rows_per_chunk,
        names,
        read.decimal_mark,
        read.sheet,
        [job.key() for job in jobs],
    ]
    long = write.dask is not None or rows > _LONG * read.rows_per_chunk
    with (
        checkpoints_beside(output, run_key, wanted=long) as checkpoints,
        whole_file(output) as file,
    ):
        if write.dask is not None and checkpoints is None:
            raise OutputError(f"{output}: another run is making it")
        if checkpoints is not None and (done := sum(map(checkpoints.count, range(len(jobs))))):
            batch.summary.remarks.append(
                f"{output}: goes on where a run was stopped, with piece {done + 1}"
            )
        target: Any = HashingWriter(file) if encoder.record_beside else file
        with closing(payloads(checkpoints)) as chunks:
            encoder.write(names, chunks, target, lambda: provenance().as_json())
    batch.provenance = provenance().lines()
    return target.fingerprint(output) if encoder.record_beside else None


@dataclass(frozen=True)
class _Task:
    """A chunk of a source, and what gives its rows; nothing where it is done."""

    job: Job
    number: int
    chunk: Chunk
    rows: Callable[[], DesignTable] | None


@dataclass(frozen=True)
class _Share:
    """A source of a few chunks, for another process."""

    job: Job
    number: int


@dataclass(frozen=True)
class ChunkWorker:
    """What is done with chunks, by threads here and by workers of a cluster."""

    columns: OwnColumns
    encoder: CsvOutput | ParquetOutput
    breakdown: bool
    checkpoints: Checkpoints | None

    def on_chunk(self, task: _Task) -> tuple[RunSummary, Any]:
        """The results of a chunk; kept, where chunks are."""
        if task.rows is None:
            return self.kept(task.number, task.chunk)
        evaluation = evaluate_rows(task.rows(), task.job.materials)
        summary = evaluation.summary()
        results = {
            **evaluation.columns.stored,
            **self.columns.of(evaluation, task.job.source.name),
            **(evaluation.breakdown() if self.breakdown else {}),
        }
        payload = self.encoder.encode(results)
        if self.checkpoints is not None:
            packed = self.encoder.packed(payload)
            self.checkpoints.put(task.number, task.chunk.number, summary, packed)
        return summary, payload

    def on_share(self, share: _Share) -> None:
        """Keep the results of those chunks of a share that are not done."""
        assert self.checkpoints is not None
        source = share.job.source
        done = [self.checkpoints.has(share.number, chunk.number) for chunk in source.chunks]
        if all(done):
            return
        left = source.chunks[done.index(False) :]
        for chunk, rows in zip(left, source.read(left), strict=True):
            self.on_chunk(_Task(share.job, share.number, chunk, rows))

    def kept(self, number: int, chunk: Chunk) -> tuple[RunSummary, Any]:
        """The results of a chunk that is done."""
        assert self.checkpoints is not None
        summary, packed = self.checkpoints.get(number, chunk.number)
        return summary, self.encoder.unpacked(packed)


_Results = Iterator[tuple[Job, tuple[RunSummary, Any]]]


def run_in_threads(jobs: Sequence[Job], worker: ChunkWorker) -> _Results:
    """Results of all chunks, worked on by threads."""
    tasks = _tasks(jobs, worker.checkpoints)
    return map_in_order(lambda task: (task.job, worker.on_chunk(task)), tasks)


def _tasks(jobs: Sequence[Job], checkpoints: Checkpoints | None) -> Iterator[_Task]:
    for number, job in enumerate(jobs):
        done = 0 if checkpoints is None else checkpoints.count(number)
        kept, left = job.source.chunks[:done], job.source.chunks[done:]
        yield from (_Task(job, number, chunk, None) for chunk in kept)
        for chunk, rows in zip(left, job.source.read(left), strict=True):
            yield _Task(job, number, chunk, rows)


def run_on_cluster(jobs: Sequence[Job], worker: ChunkWorker, address: str) -> _Results:
    """Results of all chunks, worked on by Dask's workers, which keep them where we find them."""
    from xlcalc.runs.dask_cluster import open_cluster

    checkpoints = worker.checkpoints
    assert checkpoints is not None
    shares = (
        _Share(replace(job, source=source), number)
        for number, job in enumerate(jobs)
        for source in job.source.shares()
    )
    with open_cluster(address) as cluster:
        cluster.check([*(job.path for job in jobs), checkpoints.key_file], checkpoints.folder)
        for share in cluster.map_in_order(worker.on_share, shares):
            for chunk in share.job.source.chunks:
                checkpoints.wait_for(share.number, chunk.number)
                yield share.job, worker.kept(share.number, chunk)
