"""Output files that appear whole or not at all, and locks that end with their process."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, ELOOP
from pathlib import Path
from typing import BinaryIO

from xlcalc.errors import OutputError
from xlcalc.files.names import cannot_write


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only once it is complete and on the disk.

    Parameters
    ----------
    path : Path
        Where the file is to be. An old file of that name stays until the new one replaces it; of a
        link, what it points to is replaced.

    Yields
    ------
    binary file
        A temporary file in the same folder.

    Raises
    ------
    OutputError
        If the file cannot be written; the old one, if any, is as it was.
    """
    asked, path = path, _replaceable(path)
    try:
        handle, part = _part(path)
        try:
            with os.fdopen(handle, "wb") as file:
                _clean(path, part)
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.chmod(_mode(path))
            part.replace(path)
        finally:
            # After the replacement there is nothing of this name any more.
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as problem:
        raise cannot_write(asked, problem) from problem
    _sync_folder(path.parent)


def _replaceable(path: Path) -> Path:
    """The file to replace: of a link, which stays, what it points to."""
    try:
        target = path.resolve() if path.is_symlink() else path
        state = target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return target
    except (OSError, RuntimeError) as problem:
        # Python 3.12 and before have an error of their own for links in a circle.
        reason = problem if isinstance(problem, OSError) else OSError(ELOOP, os.strerror(ELOOP))
        raise cannot_write(path, reason) from problem
    if stat.S_ISDIR(state.st_mode):
        raise OutputError(f"{path}: is a folder; expected the name of a file to write")
    if not stat.S_ISREG(state.st_mode):
        # What is no file, as a pipe or a device, must not become one.
        raise OutputError(f"{path}: is no plain file; expected the name of a file to write")
    if not os.access(target, os.W_OK):
        raise cannot_write(path, PermissionError(EACCES, os.strerror(EACCES)))
    return target


def _part(path: Path) -> tuple[int, Path]:
    """A temporary file in the folder of a file, locked."""
    while True:
        import tempfile

        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=_SUFFIX
        )
        # Before it was locked, another run may have taken it for a leftover.
        if _lock(handle) and _is_at(handle, Path(name)):
            return handle, Path(name)
        os.close(handle)


_SUFFIX = ".part"


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one of that name, and not one that was removed."""
    try:
        return sys.platform == "win32" or os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _clean(path: Path, mine: Path) -> None:
    """Remove what runs that were killed left of a file; one that still runs holds its lock."""
    left = re.compile(rf"\.{re.escape(path.name[:40])}\.[a-z0-9_]{{8}}{re.escape(_SUFFIX)}")
    with suppress(OSError):
        for other in path.parent.iterdir():
            if left.fullmatch(other.name) and other != mine:
                with suppress(OSError):
                    with other.open("rb+") as file:
                        free = _lock(file.fileno())
                        if free and sys.platform != "win32":
                            # While it is ours, for its owner may be about to lock it.
                            other.unlink()
                    # Windows removes no file that a process has open.
                    if free and sys.platform == "win32":
                        other.unlink()


def _lock(handle: int) -> bool:
    """Lock a file as long as it is open; whether nobody else has."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError:
            return False
        return True
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
        handle = self._file.fileno()
        self.held = _lock(handle) and _is_at(handle, self._path)
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
