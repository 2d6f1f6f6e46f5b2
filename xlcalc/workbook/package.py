"""Saving a workbook: labels openpyxl cannot write, and the same parts for the same content."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .markup import attribute, content
from .points import PointLabels
from .zipped import DATE, Package

if TYPE_CHECKING:
    from openpyxl import Workbook

    from .charts import Placed

#: The date as properties show it.
STAMP = DATE.strftime("%Y-%m-%dT%H:%M:%SZ")

_C15 = 'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_SHOW = "".join(
    f'<show{what} val="0"/>'
    for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)
_FONT = '<a:rPr lang="en-US" sz="800"/>'


def save(book: Workbook, file: BinaryIO, charts: Sequence[Placed] = ()) -> None:
    """Write a workbook, the same bytes for the same content.

    Parameters
    ----------
    book : Workbook
        What to write.
    file : binary file
        Where to.
    charts : sequence of Placed
        Its charts in the order they were added, with what openpyxl cannot write of them.
    """
    write_parts(parts_of(book, charts), file)


def parts_of(book: Workbook, charts: Sequence[Placed] = ()) -> dict[str, bytes]:
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


def write_parts(parts: Mapping[str, bytes], file: BinaryIO) -> None:
    """Write parts as a package.

    Parameters
    ----------
    parts : mapping of str to bytes
        By name.
    file : binary file
        Where to.
    """
    with Package(file) as package:
        for name in in_order(parts):
            package.add(name, parts[name])


def in_order(names: Iterable[str]) -> list[str]:
    """Names of parts: the list of content types first, as programs expect, the rest by name."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))


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
            data = new_parts.get(info.filename)
            new.writestr(info, old.read(info) if data is None else data)


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


def _describe(parts: dict[str, bytes], charts: Sequence[Placed]) -> None:
    """Give every chart a name and an alternative text, for who cannot see it."""
    waiting = iter(charts)
    for name in sorted(n for n in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)):
        text = parts[name].decode()

        def described(match: re.Match[str]) -> str:
            chart = next(waiting)
            return f"{match[1]} name={attribute(chart.name)} descr={attribute(chart.alt)}"

        text = re.sub(r'(<(?:\w+:)?cNvPr id="\d+") name="Chart \d+"', described, text)
        parts[name] = text.encode()


def _dressed(chart: str, placed: Placed) -> str:
    """A chart's part with its labels, and without legend entries of series that show nothing."""
    if placed.labels:
        chart = with_labels(chart, placed.labels)
    hidden = "".join(
        f'<legendEntry><idx val="{n}"/><delete val="1"/></legendEntry>' for n in placed.hidden
    )
    return re.sub(r"(<legendPos [^>]*/>)", lambda found: found[0] + hidden, chart, count=1)


def with_labels(chart: str, series: Sequence[PointLabels]) -> str:
    """A chart's part with each series labelled from cells (Excel 2013 and later)."""
    pieces = re.split(r"(<ser>.*?</ser>)", chart, flags=re.DOTALL)
    waiting = iter(series)
    for at, piece in enumerate(pieces):
        if piece.startswith("<ser>"):
            labels = next(waiting)
            if labels.texts:
                pieces[at] = _labelled(piece, labels, at)
    return "".join(pieces)


def _labelled(series: str, labels: PointLabels, number: int) -> str:
    each = "".join(_label(number, n, place) for n, place in labels.places.items())
    whole = (
        f'<dLbls>{each}<dLblPos val="r"/>{_SHOW}<extLst>'
        f'<ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" {_C15}>'
        '<c15:showDataLabelsRange val="1"/><c15:showLeaderLines val="0"/></ext></extLst></dLbls>'
    )
    series, count = re.subn(
        r"<dLbls>.*?</dLbls>|<dLbls\s*/>", lambda _: whole, series, flags=re.DOTALL
    )
    assert count == 1, "a series to be labelled has one place for labels"
    texts = "".join(
        f'<pt idx="{n}"><v>{content(text)}</v></pt>' for n, text in enumerate(labels.texts)
    )
    range_ = (
        f'<extLst><ext uri="{{02D57815-91ED-43cb-92C2-25804820EDAC}}" {_C15}>'
        f"<c15:datalabelsRange><c15:f>{content(labels.reference)}</c15:f>"
        f'<c15:dlblRangeCache><ptCount val="{len(labels.texts)}"/>{texts}</c15:dlblRangeCache>'
        "</c15:datalabelsRange></ext></extLst>"
    )
    return series.replace("</ser>", range_ + "</ser>")


def _label(series: int, number: int, place: str) -> str:
    field = f"{{{number:08X}-1111-4222-8333-{series:012X}}}"
    return (
        f'<dLbl><idx val="{number}"/><tx><rich><a:bodyPr {_A}/><a:p {_A}>'
        f'<a:fld id="{field}" type="CELLRANGE">{_FONT}<a:pPr/><a:t>[CELLRANGE]</a:t></a:fld></a:p>'
        f'</rich></tx><dLblPos val="{place}"/>{_SHOW}<extLst>'
        f'<ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" {_C15}>'
        '<c15:dlblFieldTable/><c15:showDataLabelsRange val="1"/></ext></extLst></dLbl>'
    )
