"""Which files to read: those named, those that patterns match, and those in folders."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from xlcalc.errors import InputError
from xlcalc.files.formats import READABLE, expect_file
from xlcalc.files.names import location_of
from xlcalc.problems import Location, Problem
from xlcalc.runs.earlier_results import is_result

#: How Excel and LibreOffice begin the name of the file that says a workbook is open.
_LOCKS = ("~$", ".~lock.")


@dataclass(kw_only=True)
class Found:
    """Files to read.

    Parameters
    ----------
    paths : list of Path
        In the order named; those of a folder or pattern by name, 2 before 10. None twice.
    remarks : list of Problem
        Files left alone.
    unusable : list of Problem
        Inputs that cannot be read, where there are others.
    """

    paths: list[Path] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    unusable: list[Problem] = field(default_factory=list)

    def remark(self, path: Path, text: str) -> None:
        """Note what is odd of a file."""
        self.remarks.append(Problem(text, where=Location(str(path))))

    @property
    def several(self) -> bool:
        """Whether more than one file was asked for."""
        return len(self.paths) + len(self.unusable) > 1


def find_files(
    inputs: Iterable[Path], output: Path | None = None, *, results: bool = False
) -> Found:
    """Files to read: those named, those that patterns match, and those in the folders named.

    Parameters
    ----------
    inputs : iterable of Path
        Files, folders, and patterns such as ``designs/*.xlsx``; ``**`` stands for folders at any
        depth. Of a folder or a pattern, files that end like a kind we read, without hidden ones,
        lock files and results of an earlier run.
    output : Path, optional
        The file to write, which is not to be read.
    results : bool
        Whether results of an earlier run are wanted too.

    Returns
    -------
    Found
        Files, and what to say of those left alone.

    Raises
    ------
    InputError
        If a file is to be overwritten, or there is none that can be read.
    """
    named = list(inputs)
    found = Found()
    seen: dict[tuple[int, int], Path] = {}
    for path in named:
        # A run that was to overwrite one of its inputs was called wrongly.
        if _same(path, output):
            raise InputError(
                Problem(
                    "is both input and output",
                    expected="another output file",
                    where=Location(str(path)),
                )
            )
        left = None if results else is_result
        try:
            for file in _files(path, output, found, left, alone=len(named) == 1):
                status = file.stat()
                same = seen.setdefault((status.st_dev, status.st_ino), file)
                if same is file:
                    found.paths.append(file)
                else:
                    found.remark(file, f"is the same file as {same} and is read once")
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            found.unusable.append(Problem(f"cannot be read ({reason})", where=Location(str(path))))
        except InputError as error:
            found.unusable.append(error.problem)
    if not found.paths:
        raise InputError("; ".join(dict.fromkeys(map(str, [*found.unusable, *found.remarks]))))
    return found


def _files(
    path: Path,
    output: Path | None,
    found: Found,
    left: Callable[[Path], bool] | None,
    *,
    alone: bool,
) -> Iterator[Path]:
    """The files that one input means."""
    if path.is_dir():
        inside = list(_readable(path.iterdir(), output, found, left))
        if not inside:
            raise _nothing(path, "holds", found)
        yield from inside
    elif path.exists():
        lock = _lock(path)
        if lock and alone:
            raise InputError(
                Problem(lock, expected="the workbook itself", where=Location(str(path)))
            )
        if lock:
            # A pattern that the shell expands takes it along.
            found.remark(path, f"{lock}, and is left alone")
        else:
            expect_file(path)
            yield path
    elif path.is_symlink():
        text = "is a link to a file that does not exist"
        raise InputError(Problem(text, where=Location(str(path))))
    elif glob.has_magic(str(path)):
        # Not every shell expands patterns.
        inside = list(_readable(_matches(path), output, found, left))
        if not inside:
            raise _nothing(path, "matches", found)
        yield from inside
    else:
        raise InputError(Problem("does not exist", where=Location(str(path))))


def natural_order(paths: Iterable[Path]) -> list[Path]:
    """Files by name, numbers in it by their size.

    Examples
    --------
    >>> [path.name for path in natural_order([Path("part.10.csv"), Path("part.2.csv")])]
    ['part.2.csv', 'part.10.csv']
    """

    def words(path: Path) -> list[tuple[int, str]]:
        pieces = re.split(r"(\d+)", str(path))
        return [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces]

    # Names such as 1 and 01 are equal as numbers, but always come in one order.
    return sorted(sorted(paths), key=words)


def _nothing(path: Path, has: str, found: Found) -> InputError:
    """What to say of a folder or a pattern without a file to read."""
    text = f"{has} no file ending in {', '.join(READABLE)}"
    hint = "; ".join(map(str, found.remarks))
    return InputError(Problem(text, hint=hint, where=Location(str(path))))


def _matches(pattern: Path) -> Iterator[Path]:
    """What a pattern matches, nothing hidden and nothing behind links that may lead in circles."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if glob.has_magic(part))
    start = Path(*parts[:first])
    for path in start.glob(str(Path(*parts[first:]))):
        if not any(part.startswith(".") for part in path.parts[first:]):
            yield path


def _readable(
    paths: Iterable[Path],
    output: Path | None,
    found: Found,
    left: Callable[[Path], bool] | None,
) -> Iterator[Path]:
    """Those of some files that may be designs."""
    for path in natural_order(paths):
        if path.suffix.lower() not in READABLE or path.name.startswith((".", *_LOCKS)):
            continue
        if path.is_symlink() and not path.exists():
            found.remark(path, "is a link to a file that does not exist and is left alone")
        elif path.is_dir() or _same(path, output):
            continue
        elif not path.is_file():
            found.remark(path, "is a pipe or a device and is left alone")
        elif left is not None and left(path):
            text = "holds results of an earlier run and is left alone; name it to read it"
            found.remark(path, text)
        else:
            yield path


def _lock(path: Path) -> str:
    """What a lock file is, or nothing."""
    if not path.name.startswith(_LOCKS):
        return ""
    return "is no workbook but the mark of one that is open in another program"


def open_elsewhere(path: Path) -> Problem | None:
    """What to say of a file that another program has open."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    try:
        open_ = any(lock.exists() for lock in locks)
    except OSError:
        # The name may be as long as a name can be.
        return None
    text = "is open in another program; read as it was last saved"
    return Problem(text, where=location_of(path)) if open_ else None


def _same(path: Path, other: Path | None) -> bool:
    # What does not exist or cannot be looked at is not the same as anything.
    with suppress(OSError, ValueError):
        return other is not None and path.samefile(other)
    return False
