"""Pages of a workbook of results: tables, words and a chart, however many rows.

A page is a few rows of headers above columns. Its XML is written here, for libraries take many
times longer over a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from xlcalc._version import __version__
from xlcalc.tables.addresses import column_letters
from xlcalc.workbooks.charts.labels import with_labels
from xlcalc.workbooks.charts.points import AxisRanges, PointLabels, PointSeries
from xlcalc.workbooks.package.xml_text import attribute, content, unique
from xlcalc.workbooks.package.zip_writer import STAMP, Buffer, ZipWriter
from xlcalc.workbooks.styles import BAND, PAGE_WIDTH, PROSE, TITLE
from xlcalc.workbooks.writing.columns import ResultColumn
from xlcalc.workbooks.writing.rows import row_as_xml, rows_as_xml
from xlcalc.workbooks.writing.skeleton import ALT, COLOUR, LIMITS, SERIES, SYMBOL, X, Y, skeleton

#: Told how many more rows are written.
RowsWritten = Callable[[int], None]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGES = "http://schemas.openxmlformats.org/package/2006"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DRAWING = "application/vnd.openxmlformats-officedocument"

#: Types of the parts of a package, by the last folder they lie in or by their name.
_TYPES = {
    "workbook.xml": f"{_BOOK}.sheet.main+xml",
    "styles.xml": f"{_BOOK}.styles+xml",
    "worksheets": f"{_BOOK}.worksheet+xml",
    "tables": f"{_BOOK}.table+xml",
    "theme": f"{_DRAWING}.theme+xml",
    "drawings": f"{_DRAWING}.drawing+xml",
    "charts": f"{_DRAWING}.drawingml.chart+xml",
    "core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "app.xml": f"{_DRAWING}.extended-properties+xml",
}


@dataclass(frozen=True, slots=True)
class Scatter:
    """A chart of points on a page.

    Parameters
    ----------
    series : sequence of PointSeries
        Groups of points.
    limits : AxisRanges
        Ranges of the axes.
    labels : sequence of PointLabels
        Labels of each series; none if empty.
    alt : str
        What it shows, for who cannot see it.
    """

    series: Sequence[PointSeries]
    limits: AxisRanges
    labels: Sequence[PointLabels]
    alt: str


#: A row of values, each with the name of its style.
StyledRow = Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """A sheet: rows of headers above columns.

    Parameters
    ----------
    title : str
        Name on the tab.
    head : sequence of StyledRow
        Rows above the columns.
    columns : sequence of ResultColumn
        All of one length.
    widths : sequence of float
        Of the columns.
    headers : sequence of str
        Of an Excel table, whose header is the last row of the head; no table if empty.
    frozen : bool
        Whether the head and the first column stay where they are, on paper too.
    grid : bool
        Whether the program shows its grid.
    tall : int
        Height of the last row of the head, 0 for that of its text. [pt]
    chart : Scatter, optional
        Beside the columns.
    progress : callable
        Told how many more rows are written.
    """

    title: str
    head: Sequence[StyledRow]
    columns: Sequence[ResultColumn]
    widths: Sequence[float]
    headers: Sequence[str] = ()
    frozen: bool = False
    grid: bool = True
    tall: int = 0
    chart: Scatter | None = None
    progress: RowsWritten = lambda rows: None

    @property
    def reference(self) -> str:
        """The cells of its table."""
        rows = len(self.columns[0].values)
        return f"A{len(self.head)}:{column_letters(len(self.columns) - 1)}{len(self.head) + rows}"


@dataclass(slots=True)
class ResultBook:
    """A workbook of results in the making."""

    pages: list[ResultPage] = field(default_factory=list)

    def save(self, file: BinaryIO) -> None:
        """Write the workbook, the same bytes for the same content."""
        shared = skeleton()
        small: dict[str, str | bytes] = {
            "xl/styles.xml": shared.styles,
            "xl/theme/theme1.xml": shared.theme,
            "docProps/core.xml": _CORE,
            "docProps/app.xml": _APP,
            "_rels/.rels": _related(
                (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGES}/relationships/metadata/core-properties", "docProps/core.xml"),
                (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
            ),
        }
        sheets, tables, charts = {}, 0, 0
        for number, page in enumerate(self.pages, start=1):
            sheets[f"xl/worksheets/sheet{number}.xml"] = page
            related = []
            if page.headers:
                tables += 1
                small[f"xl/tables/table{tables}.xml"] = _table(page, tables)
                related.append((f"{_OFFICE}/table", f"xl/tables/table{tables}.xml"))
            if page.chart is not None:
                charts += 1
                chart, drawing = f"xl/charts/chart{charts}.xml", f"drawing{charts}.xml"
                small[chart] = _chart(page.chart)
                small[f"xl/drawings/{drawing}"] = shared.drawing.replace(
                    f'"{ALT}"', attribute(page.chart.alt)
                )
                small[f"xl/drawings/_rels/{drawing}.rels"] = _related((f"{_OFFICE}/chart", chart))
                related.append((f"{_OFFICE}/drawing", f"xl/drawings/{drawing}"))
            if related:
                small[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _related(*related)
        small["xl/workbook.xml"] = self._workbook()
        small["xl/_rels/workbook.xml.rels"] = _related(
            *((f"{_OFFICE}/worksheet", name) for name in sheets),
            (f"{_OFFICE}/styles", "xl/styles.xml"),
            (f"{_OFFICE}/theme", "xl/theme/theme1.xml"),
        )
        with ZipWriter(file) as package:
            package.add("[Content_Types].xml", _types([*small, *sheets]).encode())
            for name in sorted(small):
                part = small[name]
                package.add(name, part.encode() if isinstance(part, str) else part)
            for name, page in sheets.items():
                package.write_stream(name, _sheet(page))

    def _workbook(self) -> str:
        sheets = "".join(
            f'<sheet name={attribute(page.title)} sheetId="{n}" r:id="rId{n}"/>'
            for n, page in enumerate(self.pages, start=1)
        )
        names = "".join(
            f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">'
            f"{quoted}!$A:$A,{quoted}!$1:${len(page.head)}</definedName>"
            for n, page in enumerate(self.pages)
            if page.frozen
            for quoted in [content("'" + page.title.replace("'", "''") + "'")]
        )
        return (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{sheets}</sheets>"
            + (f"<definedNames>{names}</definedNames>" if names else "")
            + "</workbook>"
        )


def add_table(
    book: ResultBook,
    title: str,
    columns: Sequence[ResultColumn],
    *,
    progress: RowsWritten = lambda rows: None,
) -> None:
    """Add a sheet that is one Excel table, below a band of words if its columns have groups.

    Parameters
    ----------
    book : ResultBook
        Where to.
    title : str
        Name on the tab, and of the table.
    columns : sequence of ResultColumn
        All of one length.
    progress : callable
        Told how many more rows are written.
    """
    headers = unique([column.header for column in columns])
    head: list[StyledRow] = []
    if any(column.group for column in columns):
        # Words above the header where a new group of columns begins.
        groups = [column.group for column in columns]
        before = ["", *groups[:-1]]
        head.append([(g if g != b else None, BAND) for g, b in zip(groups, before, strict=True)])
    head.append([(h, c.header_style) for h, c in zip(headers, columns, strict=True)])
    page = ResultPage(
        title=title,
        head=head,
        columns=columns,
        widths=[column.width for column in columns],
        # A table without rows is none.
        headers=headers if len(columns[0].values) else (),
        frozen=True,
        tall=48,
        progress=progress,
    )
    book.pages.append(page)


def add_words(book: ResultBook, title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Add a sheet of two columns: what, and words about it."""
    names, texts = zip(*lines, strict=True)
    columns = [ResultColumn("", names, BAND), ResultColumn("", texts, PROSE)]
    page = ResultPage(
        title=title, head=[[(title, TITLE)]], columns=columns, widths=(20, 110), grid=False
    )
    book.pages.append(page)


def _sheet(page: ResultPage) -> Iterator[Buffer]:
    styles = skeleton().style_numbers
    top = len(page.head)
    view, pane = "" if page.grid else ' showGridLines="0"', ""
    if page.frozen:
        pane = (
            f'<pane xSplit="1" ySplit="{top}" topLeftCell="B{top + 1}" activePane="bottomRight" '
            'state="frozen"/><selection pane="topRight"/><selection pane="bottomLeft"/>'
            '<selection pane="bottomRight"/>'
        )
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>'
        for n, width in enumerate(page.widths, start=1)
    )
    rows = "".join(
        row_as_xml(n, cells, styles, page.tall if n == top else 0)
        for n, cells in enumerate(page.head, start=1)
    )
    yield (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{view} workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{rows}'
    ).encode()
    yield from rows_as_xml(page.columns, top + 1, styles, page.progress)
    across = max(1, round(sum(page.widths) / PAGE_WIDTH)) if page.frozen else 1
    parts = '<drawing r:id="rId1"/>' if page.chart is not None else ""
    if page.headers:
        parts += '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    yield (
        '</sheetData><pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" '
        f'footer="0.5"/><pageSetup paperSize="9" fitToWidth="{across}" fitToHeight="0" '
        'orientation="landscape"/><headerFooter><oddFooter>&amp;C&amp;A, page &amp;P of &amp;N'
        f"</oddFooter></headerFooter>{parts}</worksheet>"
    ).encode()


def _table(page: ResultPage, number: int) -> str:
    columns = "".join(
        f'<tableColumn id="{n}" name={attribute(header)}/>'
        for n, header in enumerate(page.headers, start=1)
    )
    name = re.sub(r"\W+", "_", page.title.title().replace(" ", "")).strip("_")
    return (
        f'<table xmlns="{_MAIN}" id="{number}" name="{name}" displayName="{name}" '
        f'ref="{page.reference}"><autoFilter ref="{page.reference}"/>'
        f'<tableColumns count="{len(page.headers)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight1" showRowStripes="0"/></table>'
    )


def _chart(chart: Scatter) -> str:
    """The skeleton's chart with other series and axes."""
    head, series, tail = re.split("(<ser>.*</ser>)", skeleton().chart, flags=re.DOTALL)
    made = []
    for number, points in enumerate(chart.series):
        words = {
            SERIES: content(points.title),
            X: content(points.x),
            Y: content(points.y),
            COLOUR: points.colour.lstrip("#"),
            f'"{SYMBOL}"': f'"{points.symbol}"',
            '<idx val="0"': f'<idx val="{number}"',
            '<order val="0"': f'<order val="{number}"',
        }
        made.append(_replaced(series, words))
    axes = {
        f'"{old}"': f'"{new:.16g}"'
        for olds, news in zip(LIMITS, chart.limits, strict=True)
        for old, new in zip(olds, news, strict=True)
    }
    whole = _replaced(head, axes) + "".join(made) + _replaced(tail, axes)
    return with_labels(whole, chart.labels) if chart.labels else whole


def _replaced(text: str, words: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], text)


def _related(*relations: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="/{target}"/>'
        for n, (kind, target) in enumerate(relations, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGES}/relationships">{each}</Relationships>'


def _types(names: Iterable[str]) -> str:
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES.get(last) or _TYPES[folder]}"/>'
        for name in names
        if not name.endswith(".rels")
        for folder, last in [name.rsplit("/", 2)[-2:]]
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGES}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>'
    )


_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGES}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    f"<dc:creator>xlcalc {__version__}</dc:creator>"
    f'<dcterms:created xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:created>'
    f'<dcterms:modified xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>xlcalc</Application></Properties>"
)
