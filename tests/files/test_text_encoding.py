"""Texts in the encodings and with the separators that people have."""

import csv
import io

import pytest

from xlcalc.errors import InputError
from xlcalc.files import text_encoding as texts
from xlcalc.files.text_encoding import decode, encoding_of, text_format
from xlcalc.runs import batch

NAME = "Zelle µ–Ärger"
HEADERS = ["design", "cathode", "anode", "electrolyte", "np_ratio", "separator thickness [µm]"]
CELLS = [
    [NAME, "NMC811", "Si", "LPSC", "1.2", "25"],
    ['say "a;b,c|d"', "NMC811", "Si", "LPSC", "", "30.5"],
]


def written(separator=",", end="\n", first=""):
    text = io.StringIO(newline="")
    text.write(first)
    csv.writer(text, delimiter=separator, lineterminator=end).writerows([HEADERS, *CELLS])
    return text.getvalue()


def check(path, remarks=0):
    done = batch.run([path])
    assert done.columns["design"].tolist() == [NAME, CELLS[1][0]]
    assert done.columns["np_ratio"].tolist() == [1.2, 1.1]
    assert done.columns["separator_thickness_um"].tolist() == [25, 30.5]
    assert (done.summary.evaluated, len(done.summary.remarks)) == (2, remarks)
    return done


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings(tmp_path, encoding, end):
    (tmp_path / "in.csv").write_bytes(written(end=end).encode(encoding))
    check(tmp_path / "in.csv")


def test_windows(tmp_path):
    (tmp_path / "in.csv").write_bytes(written(";", "\r\n").encode("cp1252"))
    done = check(tmp_path / "in.csv", remarks=1)
    assert done.summary.remarks == ["in.csv: is not UTF-8; read as Windows-1252 (Western European)"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("told", [False, True])
def test_separators(tmp_path, separator, told):
    first = f"sep={separator}\r\n" if told else ""
    (tmp_path / "in.txt").write_text(written(separator, first=first), newline="")
    check(tmp_path / "in.txt")
    assert text_format(tmp_path / "in.txt").separator == separator


def test_rows_keep_their_numbers_below_a_line_that_tells_the_separator(tmp_path):
    (tmp_path / "in.csv").write_text("sep=;\n" + written(";") + "x;NMC811;Sii;LPSC;;\n")
    assert batch.run([tmp_path / "in.csv"]).summary.errors[0].startswith("in.csv, cell C5: ")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (written().encode() + b"a\0b\n" * 3000, "is no text"),
        (written().encode()[: written().encode().rindex("µ".encode()) + 1], "within a character"),
        (
            written().replace("µ", "\x81").encode("latin-1", "replace"),
            "line 1: holds the byte 0x81",
        ),
        (written().encode("utf-16")[:-1], "is no text; expected a csv file"),
        (written().encode()[: written().encode().index(b'say ""') + 8], "quotation marks in pairs"),
    ],
    ids=["zeros", "cut in a character", "another encoding", "odd", "cut in quotes"],
)
def test_damaged_texts_are_one_sentence(tmp_path, data, sentence):
    (tmp_path / "in.csv").write_bytes(data)
    with pytest.raises(InputError, match=sentence):
        batch.run([tmp_path / "in.csv"])


def test_a_character_cut_by_a_piece_is_whole(tmp_path):
    """Files are looked at in pieces of some megabytes."""
    text = "µ" * 5_000_000 + "x"
    (tmp_path / "in.csv").write_text("a" + text, encoding="utf-8")
    assert text_format(tmp_path / "in.csv").encoding == "utf-8"
    assert decode(tmp_path / "in.csv") == "a" + text


def test_a_character_that_ends_with_a_part_of_the_file_is_looked_at_with_the_next(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(texts, "_CHUNK", 4)
    path = tmp_path / "cells.csv"
    path.write_bytes("abcé,d,e,f".encode())
    assert encoding_of(path) == "utf-8"
    # The same byte, and the one that belongs to it only behind others.
    path.write_bytes(b"abc\xc3defg\xa9hij")
    assert encoding_of(path) == "cp1252"
