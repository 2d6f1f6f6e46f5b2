"""Names of files: beside others, in sentences, and in errors of reading and writing."""

from __future__ import annotations

import os
from pathlib import Path

from xlcalc.errors import InputError, OutputError
from xlcalc.problems import Location, Problem


def beside(path: Path, ending: str, before: str = "") -> Path:
    """Where something stands that belongs to a file: beside it, named after it.

    Examples
    --------
    >>> beside(Path("results.csv"), ".parts", ".").name
    '.results.csv.parts'
    """
    name = f"{before}{path.name}{ending}"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        import hashlib

        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:_DIGITS]
        name = f"{before}{path.name[:40]}.{digest}{ending}"
    return path.with_name(name)


def name_of(path: Path) -> str:
    """Name of a file for sentences and results; a byte that is no UTF-8 becomes a question mark."""
    return path.name.encode("utf-8", "replace").decode()


def location_of(path: Path) -> Location:
    """A file as the place of a problem."""
    return Location(name_of(path))


def cannot_read(path: Path, problem: OSError) -> InputError:
    """What to say of a file that the system does not let us read; it is named with its folders."""
    text = f"cannot be read ({problem.strerror or problem})"
    return InputError(Problem(text, where=Location(str(path))))


def cannot_write(path: Path, problem: OSError) -> OutputError:
    """What to say of a file that the system does not let us write."""
    text = f"cannot be written ({problem.strerror or problem})"
    return OutputError(Problem(text, where=Location(str(path))))


def needs_memory(path: Path) -> InputError:
    """What to say of a file that is read as a whole and does not fit into memory."""
    return InputError(
        Problem(
            "needs more memory than there is",
            expected="a .csv file in UTF-8 or a .parquet file, which xlcalc batch reads in pieces",
            where=location_of(path),
        )
    )


def expect_room(path: Path, size: int | None = None, *, copies: int = 3) -> None:
    """Refuse what is to be read as a whole and is larger than the memory of the machine.

    Parameters
    ----------
    path : Path
        The file.
    size : int, optional
        Bytes that it unpacks to; those of the file by default.
    copies : int
        How many times that it needs at least while it is read as a whole.

    Raises
    ------
    InputError
        If it cannot fit. Some systems would end the process, or others, without a word.
    """
    memory = memory_of_machine()
    if memory and (path.stat().st_size if size is None else size) * copies > memory:
        raise needs_memory(path)


def memory_of_machine() -> int:
    """Bytes of memory that a process may have, or 0 where the system does not tell."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ImportError, AttributeError, ValueError, OSError):
        return 0
    return memory if limit == resource.RLIM_INFINITY else min(limit, memory)


#: Bytes that the name of a file may have, and digits that tell long names apart.
_LONGEST_NAME, _DIGITS = 255, 16
