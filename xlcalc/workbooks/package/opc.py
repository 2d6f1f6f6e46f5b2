"""The parts of a workbook's package, and how they relate."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from defusedxml import ElementTree


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


class DamagedError(ValueError):
    """A file that contradicts itself; no program could say what its cells hold."""


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Names of the parts that hold a package's sheets, by title.

    Parameters
    ----------
    parts : mapping of str to bytes
        The package's parts by name.

    Returns
    -------
    dict of str to str
        In the order of the tabs.
    """
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = book.find(f"{_MAIN}sheets")
    if sheets is None:
        sheets = book.find(f"{_STRICT}sheets")
    found = {}
    for sheet in sheets if sheets is not None else ():
        key = next(value for name, value in sheet.attrib.items() if _ID.fullmatch(name))
        target = relations[key]
        path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        found[sheet.attrib["name"]] = path
    return found


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


_ID = re.compile(r"\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org)/.*relationships\}id")
