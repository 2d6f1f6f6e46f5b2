"""Files of others: cut short, locked, or full of links and macros; none is followed, ever."""

import base64
import json
import os
import re
import subprocess
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from tests.support.books import HEADER, ROOT, ROWS, frame

#: What a program does that starts others or asks the net, as Python tells of it.
ESCAPES = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")

WATCHED = f"""
import sys
seen = []
sys.addaudithook(lambda event, arguments: event.startswith({ESCAPES}) and seen.append(event))
from xlcalc.cli import app as cli
code = cli.run(sys.argv[1:])
print(*seen, file=sys.stderr)
sys.exit(code)
"""


def watched(*arguments):
    """Run a command line, of which every call to the outside is told on standard error."""
    return subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_watch_sees_what_it_is_to_see(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WATCHED.replace(
                "from xlcalc.cli import app as cli",
                "import socket, types; socket.socket().close()\n"
                "cli = types.SimpleNamespace(run=lambda a: 0)",
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "socket.__new__" in done.stderr


def _changed(path, target, changes, more):
    """A copy of a workbook with parts changed and further ones."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode()
            for pattern, text in changes.get(name, {}).items():
                data, count = re.subn(pattern, text, data)
                assert count, pattern
            new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name, data)
    return target


MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
LINK = """<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
{0}</externalLink>"""
ELSEWHERE = LINK.format(
    '<externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:id="rId1"><sheetNames><sheetName val="S"/></sheetNames></externalBook>'
)
DDE = LINK.format(
    '<ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems><ddeItem name="A0" advise="1"/>'
    "</ddeItems></ddeLink>"
)
REMOTE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/externalLinkPath" Target="http://127.0.0.1:9/{0}.xlsx" TargetMode="External"/>'
    "</Relationships>"
)


@pytest.fixture
def trapped(make_book, tmp_path):
    """A workbook with a macro, a link to another, DDE and a query, and cached values."""
    book = make_book("plain.xlsx", Stacks=[HEADER, *ROWS])
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationship Id="rIdX{0}" Type="' + office + '/externalLink" Target="{1}"/>'
    changes = {
        "[Content_Types].xml": {r"application/vnd[^\"]*sheet\.main\+xml": MACRO},
        "xl/_rels/workbook.xml.rels": {
            "</Relationships>": link.format(1, "externalLinks/externalLink1.xml")
            + link.format(2, "externalLinks/externalLink2.xml")
            + f'<Relationship Id="rIdX3" Type="{office}/connections" Target="connections.xml"/>'
            + "</Relationships>"
        },
        # As a program saves it that has calculated them.
        "xl/workbook.xml": {' fullCalcOnLoad="1"': ""},
        # The thicknesses of the first two designs are formulas with the values they had.
        "xl/worksheets/sheet1.xml": {
            r'<c r="F2"([^>]*)><v>25</v>': r"""<c r="F2"\1><f>'[1]S'!A1</f><v>25</v>""",
            r'<c r="E2"([^>]*)><v>1.2</v>': r"""<c r="E2"\1><f>cmd|'/C calc'!A0</f><v>1.2</v>""",
        },
    }
    more = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "xl/externalLinks/externalLink1.xml": ELSEWHERE,
        "xl/externalLinks/_rels/externalLink1.xml.rels": REMOTE.format("prices"),
        "xl/externalLinks/externalLink2.xml": DDE,
        "xl/connections.xml": '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml'
        '/2006/main"><connection id="1" type="4" refreshOnLoad="1"><webPr '
        'url="http://127.0.0.1:9/"/></connection></connections>',
    }
    return _changed(book, tmp_path / "trapped.xlsm", changes, more)


def test_links_and_macros_of_a_workbook_are_not_followed(trapped, tmp_path):
    done = watched("batch", trapped, "-o", tmp_path / "out.json")
    note, end = done.stderr.split("\n", 1)
    assert (done.returncode, end) == (0, "\n")
    assert note.startswith("trapped.xlsm, sheet Stacks, row 2: Si: 3579 mAh/g")
    designs = json.loads((tmp_path / "out.json").read_text())
    plain = watched("batch", tmp_path / "plain.xlsx", "-o", tmp_path / "plain.json")
    assert plain.returncode == 0
    assert designs == json.loads((tmp_path / "plain.json").read_text())
    assert (designs[0]["np_ratio"], designs[0]["separator_thickness_um"]) == (1.2, 25)


TRAPS = ["=cmd|'/C calc'!A0", '=WEBSERVICE("http://127.0.0.1:9/")', "@SUM(1)", "+1+cmd|'/C x'!A0"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("output", [".csv", ".xlsx", ".parquet"])
def test_formulas_in_texts_stay_texts(tmp_path, ending, output):
    table = frame().iloc[[0] * len(TRAPS)].assign(Design=TRAPS, note=TRAPS)
    path = tmp_path / f"in{ending}"
    table.to_csv(path, index=False) if ending == ".csv" else table.to_parquet(path)
    done = watched("batch", path, "-o", tmp_path / f"out{output}")
    assert done.returncode == 0
    # Pieces are worked on in threads of this process; nothing else is started.
    assert done.stderr.splitlines()[-1] == ""
    if output == ".xlsx":
        with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
            sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
            assert sheets
            assert not any(b"<f>" in package.read(n) for n in sheets)


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
@pytest.mark.parametrize("eighths", range(8))
def test_a_file_cut_short_is_one_sentence(designs, run, ending, eighths):
    path = designs[ending]
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * eighths // 8])
    code, out, err = run("batch", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"xlcalc: {path.name}: is ")


@pytest.mark.parametrize("eighths", range(8))
def test_a_csv_file_cut_short_gives_no_other_numbers(tmp_path, run, eighths):
    """Every cell in quotes: a cut within one is told."""
    path = tmp_path / "in.csv"
    frame().astype(object).fillna("").to_csv(path, index=False, quoting=1)
    whole = json.loads(run("batch", path, "--json")[1])["designs"]
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * eighths // 8])
    code, out, err = run("batch", path, "--json")
    if code == 2:
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith("xlcalc: in.csv")
    else:
        designs = json.loads(out)["designs"]
        assert designs == whole[: len(designs)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("rows", [1, 200_000])
def test_a_csv_file_that_may_be_cut_says_so(tmp_path, run, encoding, rows):
    header = "design;cathode;anode;electrolyte;np_ratio;cell_voltage_v;Ärger\n"
    text = header + "A;NMC811;Si;LPSC;1.2;3.5;x\n" * rows
    words = "in.csv: its last row ends early and no line ends there; the file may be cut short"
    if encoding == "cp1252":
        words = words.replace(
            "in.csv:", "in.csv: is not UTF-8; read as Windows-1252 (Western European);"
        )
    for end, cut in (("B;NMC811;Si;LPSC;1.2", True), ("B;NMC811;Si;LPSC;1.2;;", False)):
        for line in ("", "\n"):
            (tmp_path / "in.csv").write_bytes((text + end + line).encode(encoding))
            summary = json.loads(
                run("batch", tmp_path / "in.csv", "-o", tmp_path / "o.csv", "--json")[1]
            )
            assert summary["rows_evaluated"] == rows + (not cut)
            assert summary["rows_in_error"] == cut
            assert (words in summary["remarks"]) == (cut and not line)


class _Keys(pe.KmsClient):
    """Keys that are no secret."""

    def __init__(self, configuration):
        super().__init__()

    def wrap_key(self, key, name):
        return base64.b64encode(key)

    def unwrap_key(self, key, name):
        return base64.b64decode(key)


@pytest.mark.parametrize("footer", [True, False], ids=["footer", "columns"])
def test_an_encrypted_parquet_file_is_one_sentence(tmp_path, run, footer):
    table = pa.Table.from_pandas(frame(), preserve_index=False)
    factory = pe.CryptoFactory(_Keys)
    encryption = pe.EncryptionConfiguration(
        footer_key="f", column_keys={"c": ["Cathode", "N/P ratio"]}, plaintext_footer=not footer
    )
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), encryption)
    path = tmp_path / "locked.parquet"
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)
    assert path.read_bytes()[:4] == (b"PARE" if footer else b"PAR1")
    code, out, err = run("batch", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "crypt" in err
