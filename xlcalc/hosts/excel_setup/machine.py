"""What is asked of a computer by who looks for what is wrong with it."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xlcalc.hosts.excel_setup.settings import MODULE


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is asked of a computer, so that each answer can be another one.

    Parameters
    ----------
    windows : bool
        Whether it runs Windows, where alone Excel calls Python.
    home : Path
        The user's folder.
    environ : mapping of str to str
        Environment variables.
    python, base, version : str
        The Python that runs, that which its environment was made with, and its version.
    bits : int
        32 or 64.
    registry : callable
        Gives a value of the registry by root, key and name, or None.
    has : callable
        Whether a module can be imported.
    answer : callable
        Gives xlwings' version as another Python that has xlcalc says it, or None.
    """

    windows: bool
    home: Path
    environ: Mapping[str, str]
    python: str
    base: str
    version: str
    bits: int
    registry: Callable[[str, str, str], Any]
    has: Callable[[str], bool]
    answer: Callable[[str], str | None]

    @classmethod
    def this(cls) -> Machine:
        """This computer."""
        return cls(
            windows=sys.platform == "win32",
            home=Path.home(),
            environ=os.environ,
            python=sys.executable,
            base=sys.base_prefix,
            version=sys.version.split()[0],
            bits=8 * struct.calcsize("P"),
            registry=_registry,
            has=lambda name: find_spec(name) is not None,
            answer=_answer,
        )


def _registry(root: str, key: str, name: str) -> Any:
    if sys.platform != "win32":
        return None
    import winreg

    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
        try:
            with winreg.OpenKey(roots[root], key, access=winreg.KEY_READ | view) as opened:
                return winreg.QueryValueEx(opened, name)[0]
        except OSError:
            continue
    return None


def _answer(python: str) -> str | None:
    code = f"import {MODULE}, xlwings; print(xlwings.__version__)"
    try:
        done = subprocess.run(
            [python, "-c", code],
            capture_output=True,
            text=True,
            # What else it says, in whatever encoding, is no matter.
            errors="replace",
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
