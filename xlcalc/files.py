"""Output files that appear whole or not at all, and locks that end with their process."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from .errors import OutputError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only once it is complete and on the disk.

    Parameters
    ----------
    path : Path
        Where the file is to be. An old file of that name stays until the new one replaces it.

    Yields
    ------
    binary file
        A temporary file in the same folder.

    Raises
    ------
    OutputError
        If the file cannot be written; the old one, if any, is as it was.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; expected the name of a file to write")
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"
        )
    except OSError as problem:
        raise OutputError(f"{path}: cannot be written ({problem.strerror})") from problem
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _lock(file.fileno())
            _clean(path, part)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_mode(path))
        part.replace(path)
    except OSError as problem:
        raise OutputError(f"{path}: cannot be written ({problem.strerror or problem})") from problem
    finally:
        # After the replacement there is nothing of this name any more.
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _clean(path: Path, mine: Path) -> None:
    """Remove what runs that were killed left of a file; one that still runs holds its lock."""
    left = re.compile(rf"\.{re.escape(path.name[:40])}\.[a-z0-9_]{{8}}\.part")
    with suppress(OSError):
        for other in path.parent.iterdir():
            if left.fullmatch(other.name) and other != mine:
                with suppress(OSError), other.open("rb+") as file:
                    free = _lock(file.fileno())
                # Windows removes no file that another process has open.
                if free:
                    with suppress(OSError):
                        other.unlink()


def _lock(handle: int) -> bool:
    """Lock a file as long as it is open; whether nobody else has."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True


class Lock:
    """A lock that the system takes back when its process ends, however it ends.

    Parameters
    ----------
    path : Path
        The file that stands for it.

    Attributes
    ----------
    held : bool
        Whether it was free.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.held = False

    def __enter__(self) -> Lock:
        self._file = self._path.open("ab")
        self.held = _lock(self._file.fileno())
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()


def _mode(path: Path) -> int:
    """Permissions of the file to be replaced, or those a new file gets."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    # The new name must be on the disk too; systems that cannot open a folder do it by themselves.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


#: Bytes that the name of a file may have, and digits that tell long names apart.
_LONGEST_NAME, _DIGITS = 255, 16


def beside(path: Path, ending: str, before: str = "") -> Path:
    """Where something stands that belongs to a file: beside it, named after it.

    Examples
    --------
    >>> beside(Path("results.csv"), ".parts", ".").name
    '.results.csv.parts'
    """
    name = f"{before}{path.name}{ending}"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:_DIGITS]
        name = f"{before}{path.name[:40]}.{digest}{ending}"
    return path.with_name(name)


def name_of(path: Path) -> str:
    """Name of a file for sentences and results; a byte that is no UTF-8 becomes a question mark."""
    return path.name.encode("utf-8", "replace").decode()
