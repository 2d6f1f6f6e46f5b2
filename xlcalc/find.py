"""Which files to read: those named, and those in folders."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .errors import InputError

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")
READABLE = (*WORKBOOKS, *TEXTS, ".parquet")


def find_files(inputs: Iterable[Path], output: Path | None = None) -> list[Path]:
    """Files to read: those named, and those in the folders named.

    Parameters
    ----------
    inputs : iterable of Path
        Files and folders. Of a folder, files of a kind we read, without hidden ones and the lock
        files that Excel leaves beside an open workbook.
    output : Path, optional
        The file to write, which is not to be read.

    Returns
    -------
    list of Path
        In the order named; those of a folder by name.

    Raises
    ------
    InputError
        If a file does not exist or is to be overwritten, or there is none.
    """
    found: list[Path] = []
    for path in inputs:
        if path.is_dir():
            inside = sorted(
                child
                for child in path.iterdir()
                if child.suffix.lower() in READABLE
                and not child.name.startswith(("~$", "."))
                and not _same(child, output)
            )
            if not inside:
                raise InputError(f"{path}: holds no file ending in {', '.join(READABLE)}")
            found += inside
        elif not path.exists():
            raise InputError(f"{path}: does not exist")
        elif _same(path, output):
            raise InputError(f"{path}: is both input and output; expected another output file")
        else:
            found.append(path)
    return found


def _same(path: Path, other: Path | None) -> bool:
    # A name may be too long for the system to say whether there is such a file.
    with suppress(OSError):
        return other is not None and path.samefile(other)
    return False
