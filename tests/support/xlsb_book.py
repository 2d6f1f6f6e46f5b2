"""A small .xlsb file made record by record ([MS-XLSB]), for no free program writes one."""

import datetime
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ERRORS = {"#DIV/0!": 0x07, "#N/A": 0x2A, "#NAME?": 0x1D}
PLAIN, DATE, PERCENT = 0, 1, 2


class Formula:
    """A formula with the value that stands in the file; all are ``1+1`` here."""

    def __init__(self, value):
        self.value = value


class Raised(str):
    """A text whose last character is raised, shared or, as ``inline``, in its cell."""

    inline = False

    @property
    def rich(self):
        """The text with its flags before it and the font of its last part behind it."""
        return b"\x01" + text(self) + pack("<IHH", 1, len(self) - 1, 1)


class Percentage(float):
    """A number that the cell shows as a percentage."""


class Shown(float):
    """A number with a format of its own."""

    def __new__(cls, number, code):
        made = super().__new__(cls, number)
        made.code = code
        return made


def record(kind, data=b""):
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + data


def text(value):
    return pack("<I", len(value)) + value.encode("utf-16-le")


def cell(column, value, shared, codes):
    style, formula = PLAIN, b""
    if isinstance(value, Formula):
        # Flags, and the tokens of 1+1.
        tokens = b"\x1e\x01\x00\x1e\x01\x00\x03"
        value, formula = value.value, pack("<HI", 0, len(tokens)) + tokens + pack("<I", 0)
    if isinstance(value, datetime.datetime):
        style, value = DATE, (value - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
    elif isinstance(value, Percentage):
        style = PERCENT
    elif isinstance(value, Shown):
        if value.code not in codes:
            codes.append(value.code)
        style = PERCENT + 1 + codes.index(value.code)
    head = pack("<II", column, style)
    if isinstance(value, bool):
        return record(10 if formula else 4, head + bytes([value]) + formula)
    if isinstance(value, str) and value in ERRORS:
        return record(11 if formula else 3, head + bytes([ERRORS[value]]) + formula)
    if isinstance(value, str) and formula:
        return record(8, head + text(value) + formula)
    if isinstance(value, Raised) and value.inline:
        return record(62, head + value.rich)
    if isinstance(value, str):
        if value not in shared:
            shared.append(value)
        return record(7, head + pack("<I", shared.index(value)))
    if isinstance(value, int) and abs(value) < 2**29 and not formula:
        return record(2, head + pack("<i", value << 2 | 2))
    return record(9 if formula else 5, head + pack("<d", value) + formula)


def row_head(number, hidden):
    flags = bytes([0, 0x10 if hidden else 0, 0])
    return record(0, pack("<IIH", number, 0, 300) + flags + pack("<III", 1, 0, 16))


def sheet_part(rows, merged, hidden, shared, codes):
    width = max(map(len, rows), default=1)
    data = record(129)
    data += record(148, pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1))
    data += record(145)
    for number, cells in enumerate(rows):
        data += row_head(number, number + 1 in hidden)
        for column, value in enumerate(cells):
            if value is not None:
                data += cell(column, value, shared, codes)
    data += record(146)
    if merged:
        data += record(177, pack("<I", len(merged)))
        for top, left, bottom, right in merged:
            data += record(176, pack("<IIII", top - 1, bottom - 1, left, right))
        data += record(178)
    return data + record(130)


def styles_part(codes):
    fonts = record(611, pack("<I", 2))
    for position in (0, 1):
        fonts += record(
            43,
            pack("<HHHHBBBB", 220, 0, 400, position, 0, 2, 0, 0)
            + b"\x07\xff"
            + b"\0" * 6
            + b"\0"
            + text("Calibri"),
        )
    fonts += record(612)
    fill = record(603, pack("<I", 1)) + record(45, pack("<I", 0) + b"\0" * 64) + record(604)
    border = record(613, pack("<I", 1)) + record(46, b"\0" * 51) + record(614)

    def style(parent, form):
        return record(47, pack("<HHHHHBBHBB", parent, form, 0, 0, 0, 0, 0, 0, 0, 0))

    parents = record(626, pack("<I", 1)) + style(0xFFFF, 0) + record(627)
    known = dict(enumerate(["0.0%", *codes], start=164))
    own = record(617, pack("<I", 2 + len(known))) + style(0, 0) + style(0, 22)
    own += b"".join(style(0, number) for number in known) + record(618)
    forms = record(615, pack("<I", len(known)))
    forms += b"".join(record(44, pack("<H", n) + text(code)) for n, code in known.items())
    forms += record(616)
    return record(278) + forms + fonts + fill + border + parents + own + record(279)


def make_xlsb(path, merged=(), hidden=(), states=None, calculation=0, **sheets):
    """Write a workbook of sheets given as rows; ranges and hidden rows are those of the first.

    `states` are 1 for hidden sheets and 2 for very hidden ones, by title; `calculation` are the
    flags of what the workbook says of its formulas.
    """
    shared, codes = [], []
    parts = {}
    bundle = relations = overrides = b""
    for number, (title, rows) in enumerate(sheets.items(), start=1):
        first = number == 1
        part = sheet_part(rows, merged if first else (), hidden if first else (), shared, codes)
        parts[f"xl/worksheets/sheet{number}.bin"] = part
        state = pack("<II", (states or {}).get(title, 0), number)
        bundle += record(156, state + text(f"rId{number}") + text(title))
        relations += (
            f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" '
            f'Target="worksheets/sheet{number}.bin"/>'
        ).encode()
        overrides += (
            f'<Override PartName="/xl/worksheets/sheet{number}.bin" '
            'ContentType="application/vnd.ms-excel.worksheet"/>'
        ).encode()
    for name, kind in {"styles": "styles", "sharedStrings": "sharedStrings"}.items():
        relations += (
            f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{name}.bin"/>'
        ).encode()
        overrides += (
            f'<Override PartName="/xl/{name}.bin" ContentType="application/vnd.ms-excel.{kind}"/>'
        ).encode()
    parts["xl/workbook.bin"] = (
        record(131)
        + record(153, pack("<II", 0, 0) + text(""))
        + record(143)
        + bundle
        + record(144)
        + record(157, pack("<IIIdIH", 0, 1, 100, 0.001, 1, calculation))
        + record(132)
    )
    parts["xl/sharedStrings.bin"] = (
        record(159, pack("<II", len(shared), len(shared)))
        + b"".join(
            record(19, value.rich if isinstance(value, Raised) else b"\0" + text(value))
            for value in shared
        )
        + record(160)
    )
    parts["xl/styles.bin"] = styles_part(codes)
    parts["xl/_rels/workbook.bin.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'.encode()
        + relations
        + b"</Relationships>"
    )
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.bin"/></Relationships>'
    ).encode()
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'.encode()
        + overrides
        + b"</Types>"
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            package.writestr(name, parts[name])
    return path
