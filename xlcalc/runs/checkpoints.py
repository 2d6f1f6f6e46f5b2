"""Finished pieces of a long run, kept beside its output so that a run that was killed can go on."""

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
from xlcalc.tables.summary import Tally

_KEY, _LOCK, _NEW = "key", "lock", ".new"

#: Seconds in which what one machine writes is seen by another.
_PATIENCE = 60.0


class Parts:
    """Pieces that are done, in a folder; each appears whole or not at all.

    Parameters
    ----------
    folder : Path
        Where they are.
    key : str
        What they mean. A worker that goes on for a run that was killed may write beside us, so
        their names tell.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self._key = key

    def _path(self, job: int, piece: int) -> Path:
        return self.folder / f"{self._key[:16]}-{job:05d}-{piece:07d}"

    @property
    def mark(self) -> Path:
        """A file that is there as long as pieces are kept."""
        return self.folder / _KEY

    def has(self, job: int, piece: int) -> bool:
        """Whether a piece is done."""
        return self._path(job, piece).exists()

    def count(self, job: int) -> int:
        """How many pieces of a source are done, from its first on without a gap."""
        piece = 0
        while self._read(job, piece) is not None:
            piece += 1
        return piece

    def put(self, job: int, piece: int, tally: Tally, payload: Any) -> None:
        """Keep a piece.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        path = self._path(job, piece)
        words = json.dumps(asdict(tally)).encode()
        check = zlib.crc32(payload, zlib.crc32(words))
        # Each its own, for a worker that was thought dead may do the same piece once more.
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

    def await_(self, job: int, piece: int) -> None:
        """Wait for a piece that another machine has done: here it may be seen a little later.

        Raises
        ------
        OutputError
            If it does not come.
        """
        end = monotonic() + _PATIENCE
        while not self.has(job, piece):
            if monotonic() > end:
                raise OutputError(
                    f"{self.folder}: a piece that a worker has written is not there; expected a "
                    "folder that all machines share"
                )
            sleep(0.1)

    def get(self, job: int, piece: int) -> tuple[Tally, bytes]:
        """A piece that is done.

        Raises
        ------
        OutputError
            If it is there no more.
        """
        found = self._read(job, piece)
        if found is None:
            raise OutputError(
                f"{self._path(job, piece)}: was changed while it was needed; expected a folder "
                "that nobody else writes to"
            )
        words, payload = found
        return Tally(**json.loads(words)), payload

    def _read(self, job: int, piece: int) -> tuple[bytes, bytes] | None:
        """A piece as it was kept; None if it is not there or a crash has spoilt it."""
        try:
            with self._path(job, piece).open("rb") as file:
                length, check = map(int, file.readline(_LONGEST).split())
                words, payload = file.read(length), file.read()
        except (OSError, ValueError):
            return None
        return (words, payload) if zlib.crc32(payload, zlib.crc32(words)) == check else None


#: Bytes of a piece's first line at most.
_LONGEST = 64


@contextmanager
def parts_beside(output: Path, meaning: Any, *, wanted: bool) -> Iterator[Parts | None]:
    """Pieces of the run that makes an output; they go once the output is there.

    Parameters
    ----------
    output : Path
        The file that is made.
    meaning : any
        All that the results depend on, as JSON can hold it. Pieces of a run that meant something
        else are thrown away.
    wanted : bool
        Whether pieces are to be kept; those of an earlier run go in any case.

    Yields
    ------
    Parts or None
        None where none are kept, or another run is just making the same output.
    """
    folder = beside(output, ".parts", ".")
    with ExitStack() as stack:
        try:
            parts = _parts(stack, folder, meaning, wanted=wanted)
        except OSError as problem:
            raise cannot_write(output, problem) from problem
        yield parts if wanted else None
        # Not reached by a run that ends with an error: what it did is kept.
        if parts is not None:
            shutil.rmtree(folder, ignore_errors=True)
    if parts is not None and sys.platform == "win32":
        # What was locked could not be removed before.
        shutil.rmtree(folder, ignore_errors=True)


def _parts(stack: ExitStack, folder: Path, meaning: Any, *, wanted: bool) -> Parts | None:
    """The folder of pieces, locked, with none in it that mean something else."""
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
    key = hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest().encode()
    known = folder / _KEY
    same = wanted and known.is_file() and known.read_bytes() == key
    for path in folder.iterdir():
        if path.suffix == _NEW or not (same or path.name == _LOCK):
            path.unlink(missing_ok=True)
    if wanted and not same:
        known.write_bytes(key)
    return Parts(folder, key.decode())
