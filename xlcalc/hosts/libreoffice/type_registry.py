"""Type registries as LibreOffice reads them, written without its development kit.

The format is that of LibreOffice's `unoidl/README.md`, version 0: a payload, then maps of names,
each entry pointing back at what it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_HEAD = b"UNOIDL\xff\x00"
_INTERFACE = 5


def interface_registry(
    module: str, name: str, methods: Mapping[str, Sequence[str]], *, cell: str, result: str
) -> bytes:
    """A registry of one interface.

    Parameters
    ----------
    module : str
        Where it is, as in ``org.xlcalc``.
    name : str
        Name of the interface.
    methods : mapping of str to sequence of str
        Names of its methods, each with the names of its arguments.
    cell, result : str
        Types of all arguments and of all results, such as ``any`` or ``[][]any``.

    Returns
    -------
    bytes
        What the file holds.
    """
    payload = bytearray([_INTERFACE])
    payload += _count(1) + _text("com.sun.star.uno.XInterface")
    # No further bases that are optional, and no attributes.
    payload += _count(0) + _count(0)
    payload += _count(len(methods))
    for method, arguments in methods.items():
        payload += _text(method) + _text(result) + _count(len(arguments))
        for argument in arguments:
            # A zero says that the argument goes in, not out.
            payload += b"\0" + _text(argument) + _text(cell)
        # No exceptions.
        payload += _count(0)

    # The root map's place stands at the beginning and is known at the end.
    registry = bytearray(_HEAD + bytes(8))
    target = len(registry)
    registry += payload
    for part in (name, *reversed(module.split("."))):
        at_name = len(registry)
        registry += part.encode("ascii") + b"\0"
        entry = _count(at_name) + _count(target)
        target = len(registry)
        # A module is a zero, a count and a map; the map of the root is the bare entry.
        registry += b"\0" + _count(1) + entry
    root = len(registry) - len(entry)
    registry[8:16] = _count(root) + _count(1)
    return bytes(registry)


def _count(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _text(text: str) -> bytes:
    return _count(len(text)) + text.encode("ascii")
