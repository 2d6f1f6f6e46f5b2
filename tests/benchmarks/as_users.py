"""Programs as users start them."""

from __future__ import annotations

import os
from pathlib import Path


def keep_bytecode(folder: Path) -> None:
    """Let programs keep what Python makes of their text, as it does unless it is told not to.

    Otherwise the start of each would be that of the first.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
