"""Saving a workbook: labels openpyxl cannot write, and the same parts for the same content."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from xlcalc.workbooks.charts.labels import with_labels
from xlcalc.workbooks.package.opc import Package
from xlcalc.workbooks.package.xml_text import attribute
from xlcalc.workbooks.package.zip_writer import STAMP, write_parts

if TYPE_CHECKING:
    from openpyxl import Workbook

    from xlcalc.workbooks.charts.points import AnchoredChart


def save(book: Workbook, file: BinaryIO, charts: Sequence[AnchoredChart] = ()) -> None:
    """Write a workbook, the same bytes for the same content.

    Parameters
    ----------
    book : Workbook
        What to write.
    file : binary file
        Where to.
    charts : sequence of AnchoredChart
        Its charts in the order they were added, with what openpyxl cannot write of them.
    """
    write_parts(parts_of(book, charts), file)


def parts_of(book: Workbook, charts: Sequence[AnchoredChart] = ()) -> dict[str, bytes]:
    """The parts of a workbook's file by name, the same for the same content."""
    memory = BytesIO()
    book.save(memory)
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(memory) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    for number, chart in enumerate(charts, start=1):
        name = f"xl/charts/chart{number}.xml"
        parts[name] = _dressed(parts[name].decode(), chart).encode()
    _describe(parts, charts)
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", STAMP, core).encode()
    return parts


_METADATA = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    '<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" '
    'pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" '
    'clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>'
    '<futureMetadata name="XLDAPR" count="1"><bk><extLst>'
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk>'
    '</futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_dynamic_arrays(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Parts in which array formulas are dynamic: their area follows the size of their result.

    Without it Excel shows ``{=...}`` or puts an @ before the formula. openpyxl cannot write it.
    """
    done = dict(parts)
    for name in parts:
        if name.startswith("xl/worksheets/"):
            done[name] = re.sub(rb'<c ([^>]*)>(?=<f t="array")', rb'<c \1 cm="1">', parts[name])
    done["xl/metadata.xml"] = _METADATA.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
    override = f'<Override PartName="/xl/metadata.xml" ContentType="{kind}"/></Types>'
    types = done["[Content_Types].xml"]
    done["[Content_Types].xml"] = types.replace(b"</Types>", override.encode())
    relation = (
        f'<Relationship Id="metadata" Type="{_OFFICE}/sheetMetadata" Target="metadata.xml"/>'
        "</Relationships>"
    )
    name = "xl/_rels/workbook.xml.rels"
    done[name] = done[name].replace(b"</Relationships>", relation.encode())
    return done


def _describe(parts: dict[str, bytes], charts: Sequence[AnchoredChart]) -> None:
    """Give every chart a name and an alternative text, for who cannot see it."""
    package = Package(parts)
    by_part = {f"xl/charts/chart{number}.xml": chart for number, chart in enumerate(charts, 1)}
    for name in (n for n in package.names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)):
        # Its frames stand in the order of their charts.
        waiting = iter(package.related(name, "/chart").values())

        def described(match: re.Match[str], waiting: Iterator[str] = waiting) -> str:
            chart = by_part[next(waiting)]
            return f"{match[1]} name={attribute(chart.name)} descr={attribute(chart.alt)}"

        text = parts[name].decode()
        text = re.sub(r'(<(?:\w+:)?cNvPr id="\d+") name="Chart \d+"', described, text)
        parts[name] = text.encode()


def _dressed(chart: str, placed: AnchoredChart) -> str:
    """A chart's part with its labels, and without legend entries of series that show nothing."""
    if placed.labels:
        chart = with_labels(chart, placed.labels)
    hidden = "".join(
        f'<legendEntry><idx val="{n}"/><delete val="1"/></legendEntry>' for n in placed.hidden
    )
    return re.sub(r"(<legendPos [^>]*/>)", lambda found: found[0] + hidden, chart, count=1)
