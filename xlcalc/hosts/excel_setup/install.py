"""What a user's Excel needs once: settings for xlwings, and VBA modules to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlcalc.errors import InputError, OutputError
from xlcalc.files.atomic import whole_file
from xlcalc.hosts.excel_setup.embed_macros import modules
from xlcalc.hosts.excel_setup.settings import (
    BOOK_SETTINGS,
    MODULE,
    MODULES_KEY,
    PYTHON_KEY,
    merged,
    read_settings,
    user_file,
)


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation wrote.

    Parameters
    ----------
    settings : Path
        The user's settings.
    modules : tuple of Path
        VBA modules to import into a workbook.
    """

    settings: Path
    modules: tuple[Path, ...]


def install(home: Path, python: str, *, replace: bool = False) -> Installed:
    """Make the functions known to the user's Excel.

    Parameters
    ----------
    home : Path
        The user's folder.
    python : str
        The Python that has xlcalc.
    replace : bool
        Whether settings that say otherwise may be changed. Other modules with functions stay
        either way.

    Returns
    -------
    Installed
        The files written.

    Raises
    ------
    InputError
        If settings say otherwise and may not be replaced, or cannot be read.
    OutputError
        If a file cannot be written.
    """
    path = user_file(home)
    found = read_settings(path)
    wanted = {**BOOK_SETTINGS, PYTHON_KEY: python}
    wanted[MODULES_KEY] = _with_ours(found.get(MODULES_KEY, ""))
    if not replace:
        _complain_of_others(path, found, wanted)
    content = merged(path, wanted)
    make_folder(path.parent)
    with whole_file(path) as file:
        file.write(content)
    return Installed(path, write_modules(path.parent))


def write_modules(folder: Path) -> tuple[Path, ...]:
    """Write the VBA modules as files that Excel's VBA editor imports.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    make_folder(folder)
    written = []
    for name, text in modules().items():
        written.append(folder / f"{name}.bas")
        with whole_file(written[-1]) as file:
            file.write(text.encode("latin-1"))
    return tuple(written)


def make_folder(path: Path) -> None:
    """Make a folder where there is none.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"{path}: cannot be made ({problem.strerror})") from None


def _with_ours(names: str) -> str:
    listed = [name.strip() for name in names.split(";") if name.strip()]
    return ";".join(listed if MODULE in listed else [*listed, MODULE])


def _complain_of_others(path: Path, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    for key, value in wanted.items():
        there = found.get(key, "")
        if key != MODULES_KEY and there and there.casefold() != value.casefold():
            raise InputError(
                f"{path}: {key} is {there}, which other workbooks of yours may need; "
                f"expected {value}, or --replace"
            )
