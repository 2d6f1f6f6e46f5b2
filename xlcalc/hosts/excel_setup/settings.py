"""xlwings' settings: which module holds the functions, which Python runs them.

A workbook's sheet `xlwings.conf` is asked first, then a file of that name beside the workbook, then
the user's own file. Settings are pairs of a key and a value.
"""

from __future__ import annotations

import locale
import re
import sys
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from xlcalc.errors import InputError

#: The module whose functions Excel calls.
MODULE = "xlcalc.hosts.excel"

#: Name of a workbook's sheet of settings, and of a file of them.
CONF = "xlwings.conf"

MODULES_KEY = "UDF MODULES"
PYTHON_KEY = "INTERPRETER_WIN"
FOLDER_KEY = "ADD_WORKBOOK_TO_PYTHONPATH"

#: Settings that a workbook with the functions has. The Python is each user's own, and no Python
#: file beside a workbook may take the place of a module.
BOOK_SETTINGS: Mapping[str, str] = {MODULES_KEY: MODULE, FOLDER_KEY: "false"}


def xlwings_version() -> str:
    """Version of xlwings here."""
    return version("xlwings")


def xlwings_folder() -> Path:
    """Folder of xlwings; finding it does not import it, which takes a second."""
    found = find_spec("xlwings")
    assert found is not None, "xlwings is a dependency"
    assert found.origin is not None, "xlwings is a regular package"
    return Path(found.origin).parent


def book_settings() -> list[tuple[str, str]]:
    """Rows of the sheet `xlwings.conf` of a workbook with the functions."""
    return list(BOOK_SETTINGS.items())


def user_file(home: Path) -> Path:
    """The user's own settings."""
    return home / ".xlwings" / CONF


def encoding() -> str:
    """Encoding in which Excel's VBA and xlwings read settings."""
    return "mbcs" if sys.platform == "win32" else locale.getencoding()


def read_settings(path: Path) -> dict[str, str]:
    """Settings in a file by key in capitals; none if there is no such file.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    found: dict[str, str] = {}
    for line in _lines(path):
        pair = re.findall(r'"([^"]*)"', line)
        if len(pair) >= 2:
            # xlwings takes the first of several.
            found.setdefault(pair[0].upper(), pair[1])
    return found


def merged(path: Path, settings: Mapping[str, str]) -> bytes:
    """A file's content with settings changed or added; all other lines stay as they are.

    Raises
    ------
    InputError
        If the file cannot be read, or a value cannot be written in the encoding that Excel reads.
    """
    waiting = dict(settings)
    lines = []
    for line in _lines(path):
        pair = re.findall(r'"([^"]*)"', line)
        key = pair[0].upper() if pair else None
        if key in settings:
            if key in waiting:
                lines.append(f'"{key}","{waiting.pop(key)}"')
        else:
            lines.append(line)
    lines += [f'"{key}","{value}"' for key, value in waiting.items()]
    try:
        return "".join(f"{line}\r\n" for line in lines).encode(encoding())
    except UnicodeEncodeError as problem:
        raise InputError(
            f"{path}: Excel cannot read {problem.object[problem.start : problem.end]!r} here; "
            "expected xlcalc in a folder with plain letters"
        ) from None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode(encoding()).splitlines()
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise InputError(f"{path}: cannot be read ({problem.strerror})") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no text that Excel can read; expected settings") from None
