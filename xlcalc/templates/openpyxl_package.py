"""openpyxl's files, and what openpyxl cannot write: an ordered list of changes to their parts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from xlcalc.templates.openpyxl_xml import in_one_form
from xlcalc.workbooks.charts.labels import with_labels
from xlcalc.workbooks.package.opc import Package
from xlcalc.workbooks.package.xml_text import attribute
from xlcalc.workbooks.package.zip_writer import STAMP, write_parts

if TYPE_CHECKING:
    from openpyxl import Workbook

    from xlcalc.workbooks.charts.points import AnchoredChart

#: The parts of a package by name.
Parts = dict[str, bytes]

#: Changes the parts of a package.
PostProcessor = Callable[[Parts], None]


def save_workbook(book: Workbook, file: BinaryIO, charts: Sequence[AnchoredChart] = ()) -> None:
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


def parts_of(
    book: Workbook,
    charts: Sequence[AnchoredChart] = (),
    further: Iterable[PostProcessor] = (),
) -> Parts:
    """The parts of a workbook's file by name, the same for the same content.

    Parameters
    ----------
    book : Workbook
        What to write.
    charts : sequence of AnchoredChart
        Its charts in the order they were added.
    further : iterable of PostProcessor
        What is to be changed after the rest.
    """
    memory = BytesIO()
    book.save(memory)
    with zipfile.ZipFile(memory) as package:
        parts = in_one_form({name: package.read(name) for name in package.namelist()})
    processors: list[PostProcessor] = [
        partial(label_points, charts=charts),
        partial(hide_legend_entries, charts=charts),
        partial(describe_charts, charts=charts),
        fix_dates,
        *further,
    ]
    for process in processors:
        process(parts)
    return parts


def label_points(parts: Parts, charts: Sequence[AnchoredChart]) -> None:
    """Label points from cells."""
    for name, chart in _by_part(charts):
        if chart.labels:
            parts[name] = with_labels(parts[name].decode(), chart.labels).encode()


def hide_legend_entries(parts: Parts, charts: Sequence[AnchoredChart]) -> None:
    """Leave series that show nothing out of the legend."""
    for name, chart in _by_part(charts):
        if not chart.hidden:
            continue
        hidden = "".join(
            f'<legendEntry><idx val="{n}"/><delete val="1"/></legendEntry>' for n in chart.hidden
        )
        head, position, tail = _LEGEND_POSITION.split(parts[name].decode(), maxsplit=1)
        parts[name] = f"{head}{position}{hidden}{tail}".encode()


def describe_charts(parts: Parts, charts: Sequence[AnchoredChart]) -> None:
    """Give every chart a name and an alternative text, for who cannot see it."""
    package = Package(parts)
    by_part = dict(_by_part(charts))
    for name in (n for n in package.names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)):
        # Its frames stand in the order of their charts.
        waiting = iter(package.related(name, "/chart").values())

        def described(found: re.Match[str], waiting: Iterator[str] = waiting) -> str:
            chart = by_part[next(waiting)]
            return f"{found[1]} name={attribute(chart.name)} descr={attribute(chart.alt)}"

        text = parts[name].decode()
        text = re.sub(r'(<(?:\w+:)?cNvPr id="\d+") name="Chart \d+"', described, text)
        parts[name] = text.encode()


def fix_dates(parts: Parts) -> None:
    """Give the properties one date, so that the same content gives the same file."""
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", STAMP, core).encode()


def make_arrays_dynamic(parts: Parts) -> None:
    """Make the area of array formulas, if there are any, follow the size of their result.

    Without it Excel shows ``{=...}`` or puts an @ before the formula.
    """
    sheets = [name for name in parts if name.startswith("xl/worksheets/")]
    if not any(_ARRAY.search(parts[name]) for name in sheets):
        return
    for name in sheets:
        parts[name] = _ARRAY.sub(rb'<c \1 cm="1">', parts[name])
    parts["xl/metadata.xml"] = _METADATA.encode()
    _insert(
        parts,
        "[Content_Types].xml",
        f'<Override PartName="/xl/metadata.xml" ContentType="{_METADATA_TYPE}"/></Types>',
    )
    _insert(
        parts,
        "xl/_rels/workbook.xml.rels",
        f'<Relationship Id="metadata" Type="{_OFFICE}/sheetMetadata" Target="metadata.xml"/>'
        "</Relationships>",
    )


def _by_part(charts: Sequence[AnchoredChart]) -> list[tuple[str, AnchoredChart]]:
    """Charts with the parts in which openpyxl puts them."""
    return [(f"xl/charts/chart{number}.xml", chart) for number, chart in enumerate(charts, 1)]


def _insert(parts: Parts, name: str, text: str) -> None:
    """Add to the end of a part's first element; the text ends with its end tag."""
    end = text[text.rindex("</") :].encode()
    parts[name] = parts[name].replace(end, text.encode())


_LEGEND_POSITION = re.compile("(<legendPos [^>]*/>)")
_ARRAY = re.compile(rb'<c ([^>]*)>(?=<f t="array")')
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_METADATA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
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
