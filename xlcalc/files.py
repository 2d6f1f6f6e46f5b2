"""Output files that appear whole or not at all."""

from __future__ import annotations

import os
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


def name_of(path: Path) -> str:
    """Name of a file for sentences and results; a byte that is no UTF-8 becomes a question mark."""
    return path.name.encode("utf-8", "replace").decode()
