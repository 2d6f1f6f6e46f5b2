"""Saving a workbook: labels openpyxl cannot write, and the same parts for the same content."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO
from xml.sax.saxutils import escape

from openpyxl import Workbook

from .charts import PointLabels

#: Date of parts and properties, so that the same content gives the same file.
_DATE = datetime(2000, 1, 1, tzinfo=UTC)

_C15 = 'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_SHOW = "".join(
    f'<show{what} val="0"/>'
    for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)
_FONT = '<a:rPr lang="en-US" sz="800"/>'


def save(
    book: Workbook, file: BinaryIO, labels: Mapping[int, Sequence[PointLabels]] | None = None
) -> None:
    """Write a workbook, the same bytes for the same content.

    Parameters
    ----------
    book : Workbook
        What to write.
    file : binary file
        Where to.
    labels : mapping of int to sequence of PointLabels
        By number of the chart, from 1: labels for each of its series.
    """
    memory = BytesIO()
    book.save(memory)
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(memory) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    for number, series in (labels or {}).items():
        name = f"xl/charts/chart{number}.xml"
        parts[name] = _with_labels(parts[name].decode(), series).encode()
    core = parts["docProps/core.xml"].decode()
    stamp = _DATE.strftime("%Y-%m-%dT%H:%M:%SZ")
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", stamp, core).encode()
    # The list of content types comes first, as programs expect; the rest by name.
    order = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in order:
            info = zipfile.ZipInfo(name, _DATE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, parts[name])


def _with_labels(chart: str, series: Sequence[PointLabels]) -> str:
    """A chart's part with each series labelled from cells (Excel 2013 and later)."""
    pieces = re.split(r"(<ser>.*?</ser>)", chart, flags=re.DOTALL)
    waiting = iter(series)
    for at, piece in enumerate(pieces):
        if piece.startswith("<ser>"):
            pieces[at] = _labelled(piece, next(waiting), at)
    return "".join(pieces)


def _labelled(series: str, labels: PointLabels, number: int) -> str:
    each = "".join(_label(number, n, place) for n, place in enumerate(labels.places))
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
        f'<pt idx="{n}"><v>{escape(text)}</v></pt>' for n, text in enumerate(labels.texts)
    )
    range_ = (
        f'<extLst><ext uri="{{02D57815-91ED-43cb-92C2-25804820EDAC}}" {_C15}>'
        f"<c15:datalabelsRange><c15:f>{escape(labels.reference)}</c15:f>"
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
