"""Python source that is made of expressions: names, statements, and where tracebacks find it."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

_NUMBER = count(1)


def identifier(name: str) -> str:
    """A name as Python allows it.

    Examples
    --------
    >>> identifier("anode_kind is lithium metal")
    'anode_kind_is_lithium_metal'
    """
    return "".join(c if c.isalnum() else "_" for c in name)


def compiled(title: str, lines: Iterable[str], names: Mapping[str, Any]) -> dict[str, Any]:
    """Run generated source, which tracebacks then show.

    Parameters
    ----------
    title : str
        What it is, for tracebacks.
    lines : iterable of str
        The source; written by this program alone, never by a user.
    names : mapping
        What it may use.

    Returns
    -------
    dict
        What it defines.
    """
    text = "\n".join(lines) + "\n"
    file = f"<{title} {next(_NUMBER)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space = dict(names)
    exec(compile(text, file, "exec"), space)
    return space
