"""The parts of a workbook's package, and how they relate."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from .sheet import DamagedError


class Package:
    """The parts of an .xlsx, .xlsm or .xlsb file.

    Parameters
    ----------
    path : Path
        The file, looked at by `check_package` before.
    """

    def __init__(self, path: Path) -> None:
        self._package = zipfile.ZipFile(path)
        self._names = {name.casefold(): name for name in self._package.namelist()}
        # Only its form matters, for relations tell what a part is.
        self.xml("[Content_Types].xml")
        self.book = next(iter(self.related("", "/officeDocument").values()), "")

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def name(self, part: str) -> str:
        """Name of a part as the package spells it; case does not matter."""
        name = self._names.get(part.casefold())
        if name is None:
            raise DamagedError(f"it has no part {part[:80]!r}")
        return name

    def open(self, part: str) -> BinaryIO:
        """Open a part."""
        return cast(BinaryIO, self._package.open(self.name(part)))

    def xml(self, part: str) -> Element:
        """The first element of a part."""
        with self.open(part) as file:
            return cast(Element, ElementTree.parse(file).getroot())

    def related(self, part: str, kind: str = "") -> dict[str, str]:
        """Parts of a kind that a part relates to, by the relation's name; none outside the file."""
        folder = dirname(part)
        relations = self.xml(join(folder, "_rels", f"{part[len(folder) :].strip('/')}.rels"))
        return {
            relation.get("Id", ""): normpath(
                join("/", folder, relation.get("Target", "").replace("\\", "/"))
            ).lstrip("/")
            for relation in relations
            if relation.get("Type", "").endswith(kind) and relation.get("TargetMode") != "External"
        }


def children(root: Element, *path: str) -> Iterator[Element]:
    """Elements below an element, whatever the namespace they come in."""
    if not path:
        yield root
        return
    for child in root:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == path[0]:
            yield from children(child, *path[1:])
