"""What a file is, told by its content; a name may say anything."""

from __future__ import annotations

import mmap
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from xlcalc.errors import InputError
from xlcalc.files.names import cannot_read, location_of
from xlcalc.files.text_encoding import begins_as_text
from xlcalc.problems import Location, Problem

XLSX, XLSB, XLS, ODS = "xlsx", "xlsb", "xls", "ods"
PARQUET, TEXT = "parquet", "text"
WORKBOOKS = (XLSX, XLSB, XLS, ODS)

#: What names end in, for each format that can be read.
ENDINGS = {
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".xltx": XLSX,
    ".xltm": XLSX,
    ".xlsb": XLSB,
    ".xls": XLS,
    ".ods": ODS,
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".parquet": PARQUET,
}

#: Endings that are named where others are refused.
READABLE = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet")

_CALLED = {
    XLSX: "an .xlsx file",
    XLSB: "an .xlsb file",
    XLS: "an .xls file",
    ODS: "an .ods file",
    PARQUET: "a parquet file",
    TEXT: "a text such as .csv",
}

#: Key of a parquet file's metadata under which the record of its results stands.
METADATA = b"xlcalc"

#: Bytes at the start that tell.
_HEAD = 4096

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0"
#: First records of .xls files older than the container.
_OLD_XLS = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)

_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (png)",
    b"\xff\xd8\xff": "a picture (jpeg)",
    b"GIF8": "a picture (gif)",
    b"\x1f\x8b": "packed (gzip); unpack it first",
    b"BZh": "packed (bzip2); unpack it first",
    b"\xfd7zXZ": "packed (xz); unpack it first",
    b"\x28\xb5\x2f\xfd": "packed (zstd); unpack it first",
    b"7z\xbc\xaf": "an archive (7z); unpack it first",
    b"Rar!": "an archive (rar); unpack it first",
    b"SQLite format 3": "a database (SQLite)",
    b"ARROW1": "an Arrow file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"{\\rtf": "a document (rtf)",
}

#: Parts that tell what a package is.
_PARTS = {
    "xl/workbook.bin": XLSB,
    "xl/workbook.xml": XLSX,
}
_OTHER_PARTS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "Index/Document.iwa": "a Numbers or Pages document; export it as .xlsx",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_ODF = b"application/vnd.oasis.opendocument."

#: Names in the directory of the old container, as it spells them.
_STREAMS = {
    "EncryptedPackage": Problem("is protected by a password", expected="a file without one"),
    "WordDocument": Problem("is a Word document"),
    "PowerPoint Document": Problem("is a PowerPoint presentation"),
}
_XLS_STREAMS = ("Workbook", "Book")
#: Bytes of an entry of that directory.
_ENTRY = 128


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file is.

    Parameters
    ----------
    name : str
        One of `WORKBOOKS`, `PARQUET` and `TEXT`.
    remark : Problem, optional
        Where the file's name says otherwise.
    """

    name: str
    remark: Problem | None = None


def detect_format(path: Path) -> FileFormat:
    """Tell what a file is by its content.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileFormat
        With a remark if its name ends like another kind of table.

    Raises
    ------
    InputError
        If it cannot be read or is nothing with a table in it.
    """
    try:
        expect_file(path)
        name = _format(path)
    except OSError as problem:
        raise cannot_read(path, problem) from None
    ending = path.suffix.lower()
    if ENDINGS.get(ending, name) == name:
        return FileFormat(name)
    text = f"is {_CALLED[name]} although its name ends in {ending}; read as such"
    return FileFormat(name, Problem(text, where=location_of(path)))


def expect_file(path: Path) -> None:
    """Refuse what is no file, without opening it: a pipe makes whoever opens it wait.

    Raises
    ------
    InputError
        If it is a folder, a pipe or a device.
    OSError
        If the system does not tell.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise InputError(Problem("is a folder", expected="a file", where=Location(str(path))))
    if not stat.S_ISREG(mode):
        where = Location(str(path))
        raise InputError(Problem("is a pipe or a device", expected="a file", where=where))


def _format(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        expected = "a table of designs"
        raise InputError(Problem("is empty", expected=expected, where=location_of(path)))
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _format_of_zip(path)
    if head.startswith(_OLE):
        return _format_of_ole(path)
    if head.startswith(_OLD_XLS):
        return XLS
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"PARE"):
        text = "is an encrypted parquet file"
        raise InputError(Problem(text, expected="one without", where=location_of(path)))
    for begin, what in _OTHERS.items():
        if head.startswith(begin):
            raise _refusal(path, what)
    if not begins_as_text(head):
        raise _refusal(path, "no text and nothing else that can be read", damaged=True)
    return _format_of_text(path, head)


def _refusal(path: Path, what: str, *, damaged: bool = False) -> InputError:
    """What to say of a file that holds no table."""
    expected = f"a file ending in {', '.join(READABLE)}"
    if damaged and ENDINGS.get(path.suffix.lower()) not in (None, TEXT):
        what = f"no {path.suffix.lower().strip('.')} file that can be read"
    return InputError(Problem(f"is {what}", expected=expected, where=location_of(path)))


def _format_of_text(path: Path, head: bytes) -> str:
    begin = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not begin.startswith(b"<"):
        return TEXT
    if b"<html" in begin or b"<table" in begin or begin.startswith(b"<!doctype html"):
        # Many web sites call a page .xls, for Excel opens it.
        raise _refusal(path, "a web page (html); open it in a spreadsheet and save it as .xlsx")
    if b"schemas-microsoft-com:office:spreadsheet" in begin or b"opendocument" in begin:
        raise _refusal(path, "a workbook in one XML file; open it and save it as .xlsx")
    raise _refusal(path, "XML and no table")


def _format_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.replace("\\", "/").casefold(): name for name in package.namelist()}
            for part, kind in _PARTS.items():
                if part in names:
                    return kind
            for part, what in _OTHER_PARTS.items():
                if part.casefold() in names:
                    raise _refusal(path, what)
            if "mimetype" in names:
                with package.open(names["mimetype"]) as file:
                    mimetype = file.read(len(_ODS))
                if mimetype == _ODS:
                    return ODS
                if mimetype.startswith(_ODF):
                    raise _refusal(path, "an OpenDocument file without sheets")
            if "[content_types].xml" in names:
                # Its relations tell where its parts are.
                return XLSX
    except InputError:
        raise
    except Exception:
        # Damage shows in many ways; the scan of the package has the sentence for it.
        return ENDINGS.get(path.suffix.lower(), XLSX) if _is_book(path) else XLSX
    raise _refusal(path, "an archive (zip); unpack it first")


def _is_book(path: Path) -> bool:
    return ENDINGS.get(path.suffix.lower()) in (XLSX, XLSB, ODS)


def _format_of_ole(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for stream, what in _STREAMS.items():
            if _holds(data, stream):
                raise InputError(what.at(location_of(path)))
        if any(_holds(data, stream) for stream in _XLS_STREAMS):
            return XLS
    if ENDINGS.get(path.suffix.lower()) == XLS:
        text = "is no .xls file that can be read (its container is damaged)"
        raise InputError(Problem(text, where=location_of(path)))
    raise InputError(
        Problem(
            "is an old .xls file or protected by a password, and damaged",
            expected="a workbook that can be opened",
            where=location_of(path),
        )
    )


def _holds(data: mmap.mmap, stream: str) -> bool:
    """Whether the container's directory has an entry of that name."""
    name = (stream + "\0").encode("utf-16-le")
    at = data.find(name)
    while at >= 0:
        if at % _ENTRY == 0:
            return True
        at = data.find(name, at + 1)
    return False
