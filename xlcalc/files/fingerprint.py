"""The size and hash of a file, taken while it is read or written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from xlcalc.files.formats import detect_format
from xlcalc.files.names import cannot_read, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A file as it was.

    Parameters
    ----------
    file : str
        Its name, without folders.
    bytes : int
        Its size.
    sha256 : str
        Hash of its bytes.
    """

    file: str
    bytes: int
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """What a file is now; its bytes are read once, from first to last.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    import hashlib

    # What is no file, such as a pipe, would never end.
    detect_format(path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return Fingerprint(file=name_of(path), bytes=file.tell(), sha256=digest)
    except OSError as problem:
        raise cannot_read(path, problem) from None


class HashingWriter:
    """A file that is written from first to last, and whose fingerprint is taken meanwhile.

    Parameters
    ----------
    file : binary file
        Where it is written.
    """

    def __init__(self, file: BinaryIO) -> None:
        import hashlib

        self._file = file
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, data: Any) -> None:
        """Write some bytes."""
        self._file.write(data)
        self._digest.update(data)
        self._bytes += len(data)

    def fingerprint(self, path: Path) -> Fingerprint:
        """What was written, as a file of some name."""
        return Fingerprint(file=name_of(path), bytes=self._bytes, sha256=self._digest.hexdigest())
