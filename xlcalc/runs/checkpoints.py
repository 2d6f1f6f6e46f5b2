"""Finished chunks of a long run, kept beside its output so that a run that was killed can go on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep
from typing import Any

from xlcalc.errors import OutputError
from xlcalc.files.atomic import Lock
from xlcalc.files.names import beside, cannot_write
from xlcalc.tables.summary import RunSummary

_KEY, _LOCK, _NEW = "key", "lock", ".new"

#: Seconds in which what one machine writes is seen by another.
_PATIENCE = 60.0


class Checkpoints:
    """Chunks that are done, in a folder; each appears whole or not at all.

    Parameters
    ----------
    folder : Path
        Where they are.
    key : str
        Of what run they are; it is in their names, for a worker that goes on for a run that was
        killed may write beside us.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self._key = key

    def _path(self, job: int, chunk: int) -> Path:
        return self.folder / f"{self._key[:16]}-{job:05d}-{chunk:07d}"

    @property
    def key_file(self) -> Path:
        """A file that is there as long as chunks are kept."""
        return self.folder / _KEY

    def has(self, job: int, chunk: int) -> bool:
        """Whether a chunk is done."""
        return self._path(job, chunk).exists()

    def count(self, job: int) -> int:
        """How many chunks of a source are done, from its first on without a gap."""
        chunk = 0
        while self._read(job, chunk) is not None:
            chunk += 1
        return chunk

    def put(self, job: int, chunk: int, summary: RunSummary, payload: Any) -> None:
        """Keep a chunk.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        path = self._path(job, chunk)
        words = json.dumps(asdict(summary)).encode()
        check = zlib.crc32(payload, zlib.crc32(words))
        # Each its own, for a worker that was thought dead may do the same chunk once more.
        new = path.with_name(f"{path.name}.{token_hex(4)}{_NEW}")
        try:
            with new.open("wb") as file:
                file.write(b"%d %d\n" % (len(words), check))
                file.write(words)
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as problem:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise cannot_write(path.parent, problem) from problem

    def wait_for(self, job: int, chunk: int) -> None:
        """Wait for a chunk that another machine has done: here it may be seen a little later.

        Raises
        ------
        OutputError
            If it does not come.
        """
        end = monotonic() + _PATIENCE
        while not self.has(job, chunk):
            if monotonic() > end:
                raise OutputError(
                    f"{self.folder}: a piece that a worker has written is not there; expected a "
                    "folder that all machines share"
                )
            sleep(0.1)

    def get(self, job: int, chunk: int) -> tuple[RunSummary, bytes]:
        """A chunk that is done.

        Raises
        ------
        OutputError
            If it is there no more.
        """
        found = self._read(job, chunk)
        if found is None:
            raise OutputError(
                f"{self._path(job, chunk)}: was changed while it was needed; expected a folder "
                "that nobody else writes to"
            )
        words, payload = found
        return RunSummary.of(json.loads(words)), payload

    def _read(self, job: int, chunk: int) -> tuple[bytes, bytes] | None:
        """A chunk as it was kept; None if it is not there or a crash has spoilt it."""
        try:
            with self._path(job, chunk).open("rb") as file:
                length, check = map(int, file.readline(_LONGEST).split())
                words, payload = file.read(length), file.read()
        except (OSError, ValueError):
            return None
        return (words, payload) if zlib.crc32(payload, zlib.crc32(words)) == check else None


#: Bytes of a chunk's first line at most.
_LONGEST = 64


@contextmanager
def checkpoints_beside(output: Path, run_key: Any, *, wanted: bool) -> Iterator[Checkpoints | None]:
    """Chunks of the run that makes an output; they go once the output is there.

    Parameters
    ----------
    output : Path
        The file that is made.
    run_key : any
        All that the results depend on, as JSON can hold it. Chunks of a run with another key
        are thrown away.
    wanted : bool
        Whether chunks are to be kept; those of an earlier run go in any case.

    Yields
    ------
    Checkpoints or None
        None where none are kept, or another run is just making the same output.
    """
    folder = beside(output, ".parts", ".")
    with ExitStack() as stack:
        try:
            checkpoints = _open(stack, folder, run_key, wanted=wanted)
        except OSError as problem:
            raise cannot_write(output, problem) from problem
        yield checkpoints if wanted else None
        # Not reached by a run that ends with an error: what it did is kept.
        if checkpoints is not None:
            shutil.rmtree(folder, ignore_errors=True)
    if checkpoints is not None and sys.platform == "win32":
        # What was locked could not be removed before.
        shutil.rmtree(folder, ignore_errors=True)


def _open(stack: ExitStack, folder: Path, run_key: Any, *, wanted: bool) -> Checkpoints | None:
    """The folder of chunks, locked, with none in it of another run."""
    if not wanted and not folder.exists():
        return None
    folder.mkdir(exist_ok=True)
    try:
        lock = stack.enter_context(Lock(folder / _LOCK))
    except FileNotFoundError:
        # Another run has just come to its end and taken the folder with it.
        return None
    if not lock.held:
        return None
    key = hashlib.sha256(json.dumps(run_key, sort_keys=True).encode()).hexdigest().encode()
    known = folder / _KEY
    same = wanted and known.is_file() and known.read_bytes() == key
    for path in folder.iterdir():
        if path.suffix == _NEW or not (same or path.name == _LOCK):
            path.unlink(missing_ok=True)
    if wanted and not same:
        known.write_bytes(key)
    return Checkpoints(folder, key.decode())
