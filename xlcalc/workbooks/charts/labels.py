"""Chart XML of point labels that are taken from cells, which openpyxl cannot write."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlcalc.workbooks.charts.points import PointLabels
from xlcalc.workbooks.package.xml_text import content


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


_C15 = 'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"'


_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


_SHOW = "".join(
    f'<show{what} val="0"/>'
    for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)


_FONT = '<a:rPr lang="en-US" sz="800"/>'
