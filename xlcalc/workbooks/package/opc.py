"""The parts of an Office Open XML package, and how they relate."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO, NamedTuple, cast
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

#: Where nearly all programs put the part that lists a workbook's sheets.
WORKBOOK = "xl/workbook.xml"


class DamagedError(ValueError):
    """A file that contradicts itself; no program could say what its cells hold."""


class Relation(NamedTuple):
    """What one part says of another.

    Attributes
    ----------
    id : str
        Name of the relation, unique among those of its part.
    kind : str
        Address of its kind, such as ``.../relationships/worksheet``.
    target : str
        Where it leads to, as written.
    part : str
        The part it leads to; empty if it leads out of the package.
    """

    id: str
    kind: str
    target: str
    part: str


class Package:
    """The parts of an .xlsx, .xlsm or .xlsb file.

    Parameters
    ----------
    source : Path or mapping of str to bytes
        The file, looked at by `check_package` before, or parts by name.
    """

    def __init__(self, source: Path | Mapping[str, bytes]) -> None:
        self._zip = zipfile.ZipFile(source) if isinstance(source, Path) else None
        self._parts = {} if isinstance(source, Path) else source
        names = self._parts if self._zip is None else self._zip.namelist()
        self._names = {slashed(name).casefold(): name for name in names}

    def close(self) -> None:
        """Close the file."""
        if self._zip is not None:
            self._zip.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    @cached_property
    def book(self) -> str:
        """The part that lists the sheets, whatever it is called.

        Raises
        ------
        DamagedError
            If the package does not say what its parts are.
        """
        # Only its form matters, for relations tell what a part is.
        self.xml("[Content_Types].xml")
        return next(iter(self.related("", "/officeDocument").values()), "")

    @property
    def names(self) -> list[str]:
        """Names of all parts."""
        return list(self._names.values())

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._names

    def name(self, part: str) -> str:
        """Name of a part as the package spells it; case does not matter."""
        name = self._names.get(part.casefold())
        if name is None:
            raise DamagedError(f"it has no part {part[:80]!r}")
        return name

    def size(self, part: str) -> int:
        """Bytes of a part, unpacked."""
        name = self.name(part)
        return len(self._parts[name]) if self._zip is None else self._zip.getinfo(name).file_size

    def open(self, part: str) -> BinaryIO:
        """Open a part."""
        name = self.name(part)
        if self._zip is None:
            return BytesIO(self._parts[name])
        return cast(BinaryIO, self._zip.open(name))

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        with self.open(part) as file:
            return file.read()

    def xml(self, part: str) -> Element:
        """The first element of a part."""
        with self.open(part) as file:
            return cast(Element, ElementTree.parse(file).getroot())

    def relations(self, part: str) -> list[Relation]:
        """What a part, or the package if it is "", says of others; none if nothing is said."""
        listed = _relations_of(part)
        if listed not in self:
            return []
        return [self._relation(dirname(part), relation) for relation in self.xml(listed)]

    def _relation(self, folder: str, relation: Element) -> Relation:
        target = relation.get("Target", "")
        part = ""
        if relation.get("TargetMode") != "External":
            part = normpath(join("/", folder, target.replace("\\", "/"))).lstrip("/")
        name = self._names.get(part.casefold(), part)
        return Relation(relation.get("Id", ""), relation.get("Type", ""), target, name)

    def related(self, part: str, kind: str = "") -> dict[str, str]:
        """Parts that a part relates to, by the relation's name; none outside the file.

        Parameters
        ----------
        part : str
            The part, or "" for the package.
        kind : str
            How the kinds end that are wanted, such as ``/worksheet``.

        Raises
        ------
        DamagedError
            If no relations of the part are there.
        """
        self.name(_relations_of(part))
        return {
            relation.id: relation.part
            for relation in self.relations(part)
            if relation.kind.endswith(kind) and relation.part
        }

    def sheet_ids(self, book: str = WORKBOOK) -> dict[str, str]:
        """By title of a sheet, in the order of the tabs: the name of the relation to its part."""
        return {
            sheet.get("name", ""): next((v for k, v in sheet.items() if k.endswith("}id")), "")
            for sheet in children(self.xml(book), "sheets", "sheet")
        }

    def sheet_parts(self, book: str = WORKBOOK) -> dict[str, str]:
        """Names of the parts that hold the sheets, by title in the order of the tabs.

        Empty for what has no part, such as the modules that old workbooks keep as sheets.
        """
        parts = {relation.id: relation.part for relation in self.relations(book)}
        return {title: parts.get(identity, "") for title, identity in self.sheet_ids(book).items()}


def slashed(name: str) -> str:
    """Name of a part, which some programs write with backslashes."""
    return name.replace("\\", "/")


def _relations_of(part: str) -> str:
    """The part that holds the relations of a part."""
    folder = dirname(part)
    return join(folder, "_rels", f"{part[len(folder) :].strip('/')}.rels")


def children(root: Element, *path: str) -> Iterator[Element]:
    """Elements below an element, whatever the namespace they come in."""
    if not path:
        yield root
        return
    for child in root:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == path[0]:
            yield from children(child, *path[1:])


def copy_package(path: Path, new_parts: Mapping[str, bytes], file: BinaryIO) -> None:
    """Write a package with some new parts; order, dates and kinds of packing stay.

    Parameters
    ----------
    path : Path
        The package.
    new_parts : mapping of str to bytes
        Parts that are others than in it, by name.
    file : binary file
        Where to.
    """
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
        new.comment = old.comment
        for info in old.infolist():
            data = new_parts.get(slashed(info.filename))
            new.writestr(info, old.read(info) if data is None else data)
