"""Which files to read: those named, those that patterns match, and those in folders."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .earlier import is_result
from .errors import InputError
from .files import name_of
from .kinds import READABLE

#: How Excel and LibreOffice begin the name of the file that says a workbook is open.
_LOCKS = ("~$", ".~lock.")


_COUNTED = re.compile("([^0-9]*)([0-9]*)")


@dataclass(kw_only=True)
class Found:
    """Files to read.

    Parameters
    ----------
    paths : list of Path
        In the order named; those of a folder or pattern by name. None twice.
    remarks : list of str
        Sentences on files left alone.
    """

    paths: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def find_files(inputs: Iterable[Path], output: Path | None = None) -> Found:
    """Files to read: those named, those that patterns match, and those in the folders named.

    Parameters
    ----------
    inputs : iterable of Path
        Files, folders, and patterns such as ``designs/*.xlsx``; ``**`` stands for folders at any
        depth. Of a folder or a pattern, files that end like a kind we read, without hidden ones,
        lock files and results of an earlier run.
    output : Path, optional
        The file to write, which is not to be read.

    Returns
    -------
    Found
        Files, and sentences on those left alone.

    Raises
    ------
    InputError
        If a file does not exist or is to be overwritten, or there is none.
    """
    named = list(inputs)
    found = Found()
    seen: dict[tuple[int, int], Path] = {}
    for path in named:
        try:
            for file in _files(path, output, found, alone=len(named) == 1):
                status = file.stat()
                same = seen.setdefault((status.st_dev, status.st_ino), file)
                if same is file:
                    found.paths.append(file)
                else:
                    found.remarks.append(f"{file}: is the same file as {same} and is read once")
        except OSError as problem:
            raise InputError(f"{path}: cannot be read ({problem.strerror or problem})") from None
    if not found.paths:
        raise InputError("; ".join(found.remarks))
    return found


def _files(path: Path, output: Path | None, found: Found, *, alone: bool) -> Iterator[Path]:
    """The files that one input means."""
    if path.is_dir():
        inside = list(_readable(sorted(path.iterdir(), key=_counted), output, found))
        if not inside:
            raise _nothing(path, "holds", found)
        yield from inside
    elif path.exists():
        lock = _lock(path)
        if _same(path, output):
            raise InputError(f"{path}: is both input and output; expected another output file")
        if lock and alone:
            raise InputError(f"{path}: {lock}; expected the workbook itself")
        if lock:
            # A pattern that the shell expands takes it along.
            found.remarks.append(f"{path}: {lock}, and is left alone")
        else:
            yield path
    elif path.is_symlink():
        raise InputError(f"{path}: is a link to a file that does not exist")
    elif glob.has_magic(str(path)):
        # Not every shell expands patterns.
        matches = sorted(map(Path, glob.glob(str(path), recursive=True)), key=_counted)
        inside = list(_readable(matches, output, found))
        if not inside:
            raise _nothing(path, "matches", found)
        yield from inside
    else:
        raise InputError(f"{path}: does not exist")


def _counted(path: Path) -> tuple[list[tuple[str, int]], str]:
    """A path as people order it, part.2 before part.10."""
    name = str(path)
    return [(word, int(digits or 0)) for word, digits in _COUNTED.findall(name)], name


def _nothing(path: Path, has: str, found: Found) -> InputError:
    """The sentence about a folder or a pattern without a file to read."""
    what = f"{path}: {has} no file ending in {', '.join(READABLE)}"
    return InputError("; ".join([what, *found.remarks]))


def _readable(paths: Iterable[Path], output: Path | None, found: Found) -> Iterator[Path]:
    """Those of some files that may be designs."""
    for path in paths:
        if path.suffix.lower() not in READABLE or path.name.startswith((".", *_LOCKS)):
            continue
        if path.is_symlink() and not path.exists():
            found.remarks.append(
                f"{path}: is a link to a file that does not exist and is left alone"
            )
        elif not path.is_file() or _same(path, output):
            continue
        elif is_result(path):
            found.remarks.append(
                f"{path}: holds results of an earlier run and is left alone; name it to read it"
            )
        else:
            yield path


def _lock(path: Path) -> str:
    """What a lock file is, or nothing."""
    if not path.name.startswith(_LOCKS):
        return ""
    return "is no workbook but the mark of one that is open in another program"


def open_elsewhere(path: Path) -> str:
    """A sentence on a file that another program has open, or nothing."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    try:
        open_ = any(lock.exists() for lock in locks)
    except OSError:
        # The name may be as long as a name can be.
        return ""
    return (
        f"{name_of(path)}: is open in another program; read as it was last saved" if open_ else ""
    )


def _same(path: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and path.samefile(other)
