"""openpyxl writes with lxml where that is installed; our files are the same bytes without it."""

import os
import subprocess
import sys

import pytest

from tests.support.books import ROOT
from xlcalc.templates.openpyxl_xml import rewritten

#: Texts that the two libraries escape each in their own way.
ODD = (
    "Design,Cathode,Anode,Electrolyte\n"
    '"<&> ""\'\r\n\t ä Ω 😀 ]]>",NMC811,Si,LPSC\n'
    '" ",NMC811,Li,LLZO\n'
)

WRITE = """
import sys
from pathlib import Path
# As a program of the user's that has imported it before us.
import openpyxl
from xlcalc.runs.template import make_template
from xlcalc.templates import results_skeleton
assert openpyxl.LXML is (sys.argv[2] == "True")
folder = Path(sys.argv[1])
for edition, name in (("native", "stack"), ("lambda", "batch"), ("xlwings", "stack")):
    path = folder / f"{edition}.{'xlsm' if edition == 'xlwings' else 'xlsx'}"
    make_template(name, path, designs=folder / "odd.csv", edition=edition)
make_template("alloys", folder / "alloys.xlsx")
with (folder / "skeleton.xlsx").open("wb") as file:
    results_skeleton.build(file)
# What the user does with openpyxl is as it was.
assert openpyxl.LXML is (sys.argv[2] == "True")
"""


def written(folder, lxml):
    """Workbooks that a process writes, by name."""
    folder.mkdir()
    (folder / "odd.csv").write_bytes(ODD.encode())
    subprocess.run(
        [sys.executable, "-c", WRITE, str(folder), str(lxml)],
        cwd=ROOT,
        env={**os.environ, "OPENPYXL_LXML": str(lxml)},
        check=True,
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_the_same_bytes_with_lxml_and_without(tmp_path):
    with_lxml, without = (written(tmp_path / str(lxml), lxml) for lxml in (True, False))
    assert len(with_lxml) == 6
    assert with_lxml.keys() == without.keys()
    for name, data in with_lxml.items():
        assert data == without[name], name


@pytest.mark.parametrize(
    ("by_lxml", "by_python", "by_pieces"),
    [
        (b"<a/>", b"<a />", False),
        (b"<a></a>", b"<a />", True),
        (b"<row></row>", b"<row></row>", True),
        (b'<a>&#13;<b c="&#9;&gt;&quot;"/></a>', b'<a>\r<b c="&#09;&gt;&quot;" /></a>', False),
        (
            b'<a x="1"><q:b xmlns:q="u"/><p:b xmlns:p="v"/></a>',
            b'<a xmlns:p="v" xmlns:q="u" x="1"><q:b /><p:b /></a>',
            False,
        ),
        (b'<a><q:b xmlns:q="u"/></a>', b'<a><q:b xmlns:q="u" /></a>', True),
        # A prefix that means two things is declared where it does.
        (
            b'<a><q:b xmlns:q="u"/><q:b xmlns:q="v"/></a>',
            b'<a xmlns:q="u"><q:b /><q:b xmlns:q="v" /></a>',
            False,
        ),
    ],
)
def test_what_lxml_wrote_is_written_as_python_does(by_lxml, by_python, by_pieces):
    declared = b"<?xml version='1.0' encoding='UTF-8'?>\n"
    assert rewritten(by_lxml, by_pieces=by_pieces) == by_python
    assert rewritten(declared + by_lxml, by_pieces=by_pieces) == declared + by_python
