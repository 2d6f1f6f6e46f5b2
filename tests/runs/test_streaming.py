"""A file read piece by piece gives what it gives when read as a whole."""

import datetime
import decimal
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.csv_rows import HEADER, ROWS, text
from xlcalc import evaluate_table
from xlcalc.errors import XlcalcError
from xlcalc.files.csv_chunks import CsvSource, open_csv
from xlcalc.runs import open_input as read
from xlcalc.runs.batch import run
from xlcalc.runs.options import ReadOptions

QUOTED = [
    '"Line\nbreak, comma",NMC811,Si,LPSC,1.2,25,"says ""yes"""',
    '"",NMC811,"Al","LPSC","1.1","20",""',
    *ROWS,
]

NO_NUMBERS = [
    "abc",
    "1e5",
    "1E5",
    "+1.1",
    "1.",
    ".5",
    "inf",
    "-inf",
    "nan",
    "NaN",
    "null",
    "NULL",
    "NA",
    "N/A",
    "#N/A",
    "None",
    "1_0",
    "0x1p3",
    "0x10",
    "1d2",
    "1.1%",
    "-",
    "1e400",
    "1e-400",
    "-0",
    "00012",
    "123456789012345678901234567890",
    "true",
    "FALSE",
    "１.１",
    "١",
    "²",
    "1.1.1",
    "1e",
    "1e+",
    "e5",
    "infinity",
    "1.7976931348623159e308",
    "0.1",
    "#DIV/0!",
    "=1+1",
]

#: What stands in files that people have.
FILES = {
    "plain": text(*ROWS),
    "no last line end": text(*ROWS)[:-1],
    "windows line ends": text(*ROWS, end="\r\n"),
    "old mac line ends": text(*ROWS, end="\r"),
    "mixed line ends": text(*ROWS) + text(*ROWS, end="\r\n").split("\r\n", 1)[1],
    "a lone carriage return": text("X\rY,NMC811,Si,LPSC,1,2,3", *ROWS),
    "quoted": text(*QUOTED),
    "quoted, windows line ends": text(*QUOTED, end="\r\n"),
    "blank lines": text("", *ROWS[:2], "", "", *ROWS[2:], "", ""),
    "lines of separators": text(
        *ROWS[:2], ",,,,,,", *ROWS[2:], " , , ,,, ,", " , , , , , , ", *ROWS
    ),
    "required cells of spaces": text(*ROWS, "G,NMC811, ,LPSC,1,2,", "H, , , ,1,2,", *ROWS),
    "required cells without anything": text(*ROWS, "G,NMC811,,LPSC,1,2,", "H,,,,1,2,", *ROWS),
    "rows too short": text(*ROWS[:3], "G,NMC811,Si", "H", *ROWS[3:]),
    "rows too long": text(*ROWS[:3], "G,NMC811,Si,LPSC,1,2,3,4,5", *ROWS[3:]),
    "too long, but blank": text(*ROWS[:3], "G,NMC811,Si,LPSC,1,2,3,,", *ROWS[3:]),
    "a last header that is blank": text(
        *(f"{row}," for row in ROWS), "G,NMC811,Si,LPSC,1.1,20,x,y", header=HEADER + ","
    ),
    "a header between that is blank": text(
        *(f"{n},{row}" for n, row in enumerate(ROWS)), header="," + HEADER
    ),
    "notes below": text(*ROWS, "", "All by A. Engineer", "see also the other file", *ROWS[:1]),
    "a title above": "Designs of May\n\nby A. Engineer\n\n" + text(*ROWS),
    "a title of many cells above": "a,b\nc,d,e,f,g,h,i,j,k\n" + text(*ROWS),
    "header again": text(*ROWS[:3], HEADER, *ROWS[3:], HEADER, *ROWS),
    "inch marks": text(
        '5" wafer,NMC811,Si,LPSC,1,2,', *ROWS, '6" wafer,NMC811,Al,LPSC,1,2,', *ROWS
    ),
    "one inch mark": text(*ROWS, '5" wafer,NMC811,Si,LPSC,1.1,2,', *ROWS),
    "a mark that never closes": text(*ROWS, 'G,NMC811,Si,LPSC,1.1,20,"open', *ROWS),
    "more behind a closing mark": text(*ROWS, '"G"x,NMC811,Si,LPSC,1.1,20,', *ROWS),
    "marks within a cell": text(*ROWS, 'say "so" now,NMC811,Si,LPSC,1.1,20,', *ROWS),
    "single quotation marks": text(*ROWS, "'G,x',NMC811,Si,LPSC,1.1,20,", "it's,NMC811,Si,LPSC,,,"),
    "backslashes": text(*ROWS, r"a\,NMC811,Si,LPSC,1.1,20,\n", *ROWS),
    "semicolons": text(*ROWS, header=HEADER).replace(",", ";"),
    "semicolons, decimal commas": text(*ROWS).replace(",", ";").replace(".", ","),
    "tabs": text(*ROWS).replace(",", "\t"),
    "numbers that are none": text(
        *(f"n{n},NMC811,Si,LPSC,{value},{value},{value}" for n, value in enumerate(NO_NUMBERS))
    ),
    "spaces around": text(*(row.replace(",", " , ") for row in ROWS)),
    "odd spaces": text(
        "\u00a0,NMC811,Si,LPSC,1.1,20,\u00a0",
        "\u2003x\u2003,\u00a0NMC811,Si\u00a0,LPSC,\u00a01.1,20,",
        "\x1c,NMC811,Si,LPSC,1.1\x1c,20,",
        "a\x85,NMC811,Si,LPSC,1.1\x0b,\x0c20,",
        "\u200b,NMC811,Si,LPSC,\u200b1.1,20,",
        "\ufeff,NMC811,Si,LPSC,\ufeff1.1,20,",
        *ROWS,
    ),
    "names": text(
        *(f"{name},NMC811,Si,LPSC,1.1,20," for name in ["", " ", "7", "007", "=1+1", "-1", "+x"]),
        *(
            f"{name},NMC811,Si,LPSC,1.1,20,"
            for name in ["nan", "NULL", "None", "é", "名", "'a", "@"]
        ),
    ),
    "own columns of one name": text(
        *(f"{row},{n}" for n, row in enumerate(ROWS)), header=HEADER + ",Comment"
    ),
    "an own column that is called like a result's": text(
        *(f"{row},mine,{n}" for n, row in enumerate(ROWS)), header=HEADER + ",Status,file"
    ),
    "results of an earlier run": text(
        *(f"{row},{n}00.5,derived,ok,3.{n}" for n, row in enumerate(ROWS)),
        header=HEADER + ",specific_energy_wh_kg,voltage_source,status,cell_voltage_v",
    ),
    "a header that was meant": text(*ROWS, header=HEADER.replace("Separator", "Seperator")),
    "nothing below": text(),
    "only blank lines below": text(*[""] * 50),
    "only notes below": text(*["see there"] * 50),
    "no header": text(*ROWS, header=ROWS[0]),
    "no electrolyte": text(*ROWS, header=HEADER.replace("Electrolyte", "Supplier")),
}

ENCODED = {
    **{name: words.encode() for name, words in FILES.items()},
    "byte order mark": b"\xef\xbb\xbf" + text(*ROWS).encode(),
    "byte order mark again": b"\xef\xbb\xbf" + text(*ROWS, "\ufeff" + ROWS[0]).encode(),
    "utf-16": text(*ROWS).encode("utf-16"),
    "cp1252 that begins as ascii": text(*ROWS * 3, "Zürich,NMC811,Si,LPSC,1.1,20,5 µm").encode(
        "cp1252"
    ),
    "cp1252 that may be utf-8": text(
        *ROWS, "Ã©,NMC811,Si,LPSC,1,2,", *ROWS, "é,NMC811,Si,LPSC,1,2,"
    ).encode("cp1252"),
    "utf-8 headers, cp1252 below": text(*ROWS, header=HEADER + "é").encode()
    + "é,NMC811,Si,LPSC,1.1,20,é".encode("cp1252"),
    "a zero byte": text(*ROWS, "G\0,NMC811,Si,LPSC,1.1,20,", *ROWS).encode(),
}


def outcome(path, output, at_a_time):
    """All that a run says and writes."""
    try:
        batch = run([path], output, read=ReadOptions(rows_per_chunk=at_a_time))
    except XlcalcError as problem:
        assert not output.exists()
        return str(problem)
    assert batch.summary.read == batch.summary.evaluated + batch.summary.in_error
    said = {
        "read": batch.summary.read,
        "evaluated": batch.summary.evaluated,
        "defaults": dict(sorted(batch.summary.defaults.items())),
        # How odd cells were read each piece tells of its own.
        "remarks": sorted(text for text in batch.summary.remarks if " is read as " not in text),
        "more_remarks": batch.summary.more_remarks,
        "errors": batch.summary.errors,
        "best": batch.summary.best,
        "materials": sorted(material.name for material in batch.materials),
    }
    return said, written(output)


def written(path):
    """What a file of results holds, blanks as None."""
    readers = {
        ".csv": lambda: pd.read_csv(path, dtype=str, keep_default_na=False),
        ".json": lambda: pd.DataFrame(json.loads(path.read_text("utf-8"))),
        ".parquet": lambda: pd.DataFrame(pq.read_table(path).to_pydict(), dtype=object),
        ".xlsx": lambda: pd.read_excel(path, header=1, keep_default_na=False, engine="openpyxl"),
    }
    frame = readers[path.suffix]()
    return [list(frame.columns), frame.astype(object).where(frame.notna(), None).values.tolist()]


def compare(monkeypatch, folder, data, at_a_time, suffix=".csv"):
    path = folder / "designs.csv"
    path.write_bytes(data)
    found = []
    for small, size in ((1 << 40, 1 << 20), (0, at_a_time)):
        output = folder / f"results{small}{suffix}"
        output.unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            patch.setattr(read, "_SMALL", small)
            found.append(outcome(path, output, size))
    assert found[1] == found[0]
    return found[0]


@pytest.mark.parametrize("at_a_time", [1, 3, 1000])
@pytest.mark.parametrize("name", ENCODED)
def test_csv_in_pieces_says_and_writes_what_it_does_as_a_whole(
    monkeypatch, tmp_path, name, at_a_time
):
    compare(monkeypatch, tmp_path, ENCODED[name], at_a_time)


@pytest.mark.parametrize("suffix", [".parquet", ".json", ".xlsx"])
@pytest.mark.parametrize("name", ["quoted", "numbers that are none", "names", "odd spaces"])
def test_every_format_holds_the_same(monkeypatch, tmp_path, name, suffix):
    compare(monkeypatch, tmp_path, ENCODED[name], 3, suffix)


@pytest.mark.parametrize(
    "name", ["quoted", "rows too short", "inch marks", "utf-8 headers, cp1252 below"]
)
def test_most_files_need_not_be_read_as_a_whole(tmp_path, name):
    path = tmp_path / "designs.csv"
    path.write_bytes(ENCODED[name])
    source = open_csv(path, rows_per_chunk=2)
    assert isinstance(source, CsvSource)
    assert len(source.chunks) > 1


CELLS = st.text(
    st.one_of(st.sampled_from('""\n\r,;\t =\'\\.-+e019é\u00a0'), st.characters(codec="utf-8")),
    max_size=6,
).filter(lambda cell: "\0" not in cell)
NUMBERS = st.one_of(
    st.sampled_from(["", "1.1", "20", "-1", "0"]), st.floats(0, 50).map(repr), CELLS
)


@st.composite
def tables(draw):
    """A csv file: mostly designs, with what may go wrong between them."""
    cells = st.tuples(
        CELLS,
        st.sampled_from(["NMC811", "NMC811", "nmc811 ", "", " ", "x"]),
        st.sampled_from(["Si", "None", "Li", "", '"Al"', '"A']),
        st.sampled_from(["LPSC", "LLZO", '"LLZO"', ""]),
        NUMBERS,
        NUMBERS,
        CELLS,
    )
    plain = st.sampled_from([*ROWS, "", ",,,,,,", "note", "G,NMC811,Si", ROWS[0] + ",x"])
    separator = draw(st.sampled_from(",;\t"))

    def written(row):
        if draw(st.booleans()):
            return separator.join('"' + c.strip('"').replace('"', '""') + '"' for c in row)
        return separator.join(row)

    rows = [
        row.replace(",", separator) if isinstance(row, str) else written(row)
        for row in draw(st.lists(st.one_of(plain, plain, cells), min_size=1, max_size=12))
    ]
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    whole = end.join([HEADER.replace(",", separator), *rows]) + draw(st.sampled_from(["", end]))
    return whole.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"])), errors="ignore")


@settings(
    max_examples=int(os.environ.get("XLCALC_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=tables(), at_a_time=st.sampled_from([1, 2, 5]))
def test_any_csv_in_pieces_says_and_writes_what_it_does_as_a_whole(
    monkeypatch, tmp_path, data, at_a_time
):
    compare(monkeypatch, tmp_path, data, at_a_time)


def test_of_very_many_remarks_the_first_are_kept_and_the_rest_counted(monkeypatch, tmp_path):
    data = text(*ROWS, *(f"note {n}" for n in range(2500)), *ROWS).encode()
    (said, _) = compare(monkeypatch, tmp_path, data, 100)
    assert len(said["remarks"]) == 1000
    assert said["more_remarks"] == 2500 + 1 - 1000


D = decimal.Decimal
#: Columns as other programs write them to parquet, each in turn beside three of words.
COLUMNS = {
    "halves": ("np_ratio", pa.array(np.array([1.1, 1.2, 1.5], dtype=np.float16))),
    "singles": ("np_ratio", pa.array([1.1, None, 1.5], pa.float32())),
    "decimals": ("np_ratio", pa.array([D("1.10"), None, D("-1.20")])),
    "no number, infinite": ("np_ratio", pa.array([1.1, None, float("nan"), float("inf")])),
    "huge": ("np_ratio", pa.array([2, 2**64 - 1, 1], pa.uint64())),
    "booleans": ("np_ratio", pa.array([True, None, False])),
    "numbers as texts": ("np_ratio", pa.array(["1.1", "x", None], pa.large_string())),
    "a dictionary of numbers": ("np_ratio", pa.array([1.1, None, 2.0]).dictionary_encode()),
    "times": ("np_ratio", pa.array([datetime.datetime(2020, 1, 1), None])),
    "lists": ("np_ratio", pa.array([[1.1], None])),
    "nothing": ("np_ratio", pa.nulls(3)),
    "names": ("design", pa.array(["a", " ", None, "=1"], pa.large_string())),
    "names in a dictionary": ("design", pa.array(["a", " ", None, "=1"]).dictionary_encode()),
    "numbers as names": ("design", pa.array([1.5, None, float("nan")])),
    "times as names": ("design", pa.array([datetime.datetime(2020, 1, 1), None])),
    "choices": ("cathode_fraction_basis", pa.array(["weight", None, "x"]).dictionary_encode()),
    "lists as choices": ("cathode_fraction_basis", pa.array([["weight"], None])),
    "words of another kind": ("positive_foil", pa.array(["Al foil", None, "x"], pa.string_view())),
    "own structures": ("own", pa.array([{"a": 1, "b": "=1+1"}, None])),
    "own lists": ("own", pa.array([[1, 2], None, []])),
    "own maps": ("own", pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int32()))),
    "own bytes": ("own", pa.array([b"=1+1", b"\xff", None])),
    "own times": ("own", pa.array([datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), None])),
    "own dates": ("own", pa.array([datetime.date(2020, 1, 1), None])),
    "own spans": ("own", pa.array([datetime.timedelta(1, 2, 3), None])),
    "own dictionary": ("own", pa.array(["a", "=b", None]).dictionary_encode()),
    "own large texts": ("own", pa.array(["a", "=b", None], pa.large_string())),
    "own decimals": ("own", pa.array([D("1.10"), None])),
    "own numbers, infinite": ("own", pa.array([1.1, None, float("nan"), float("inf")])),
    "own huge": ("own", pa.array([2, 2**64 - 1, 1], pa.uint64())),
}


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".xlsx"])
@pytest.mark.parametrize("name", COLUMNS)
def test_parquet_in_pieces_says_and_writes_what_it_does_as_a_whole(tmp_path, name, suffix):
    column, values = COLUMNS[name]
    rows = 11
    words = {
        "cathode": ["NMC811"] * rows,
        "anode": ["Si", "None", None, "kryptonite", "Li"] * 2 + ["Si"],
        "electrolyte": ["LPSC"] * rows,
    }
    cells = values.to_pylist()
    repeated = pa.array([cells[row % len(cells)] for row in range(rows)], values.type)
    table = pa.table({**words, column: repeated})
    path = tmp_path / "designs.parquet"
    found = []
    for group, size in ((rows, 1 << 20), (rows, 3), (4, 1 << 20), (4, 3), (1, 1)):
        pq.write_table(table, path, row_group_size=group)
        output = tmp_path / f"results{len(found)}{suffix}"
        found.append(outcome(path, output, size))
        assert repr(found[-1]) == repr(found[0])
    assert found[0][0]["read"] == rows


@pytest.mark.parametrize("small", [0, 1 << 40])
def test_a_table_in_memory_gives_what_its_file_gives(monkeypatch, tmp_path, small):
    path, output = tmp_path / "designs.csv", tmp_path / "results.csv"
    path.write_text(text(*ROWS * 3))
    monkeypatch.setattr(read, "_SMALL", small)
    batch = run([path], read=ReadOptions(rows_per_chunk=4))
    run([path], output, read=ReadOptions(rows_per_chunk=4))
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    frame.index += 2
    result = evaluate_table(frame)
    numbers = result.select_dtypes("number").columns
    assert len(numbers) > 20
    for name in numbers:
        np.testing.assert_array_equal(result[name], batch.columns[name])
        np.testing.assert_array_equal(result[name], pd.read_csv(output)[name])
    assert (result.status == "ok").sum() == batch.summary.evaluated


@pytest.mark.parametrize("source", [".csv", ".parquet"])
@pytest.mark.parametrize("target", [".csv", ".parquet", ".xlsx"])
def test_large_runs_import_no_pandas(tmp_path, source, target):
    # Arrow imports it at many an innocent call, which takes as long as thousands of designs.
    rows = [",".join([*row.split(",")[:6], str(n)]) for n in range(400) for row in ROWS]
    path = tmp_path / f"designs{source}"
    data = text(*rows)
    if source == ".csv":
        path.write_text(data)
    else:
        pd.read_csv(io.StringIO(data), keep_default_na=False, na_values=[""]).to_parquet(path)
    code = (
        "import sys; from pathlib import Path; from xlcalc.runs import batch, open_input\n"
        "open_input._SMALL = 0\n"
        "from xlcalc.runs.options import ReadOptions\n"
        "read = ReadOptions(rows_per_chunk=1500)\n"
        "done = batch.run([Path(sys.argv[1])], Path(sys.argv[2]), read=read)\n"
        "print(done.summary.read)\n"
        "print(*(name for name in ('openpyxl', 'pandas') if name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(path), str(tmp_path / f"results{target}")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{len(rows)}\n\n", "")


@pytest.mark.parametrize("small", [0, 1 << 40])
@pytest.mark.parametrize("column", ["anode", "note"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_a_parquet_file_with_texts_that_are_none_is_refused(
    monkeypatch, tmp_path, small, column, suffix
):
    monkeypatch.setattr(read, "_SMALL", small)
    columns = {
        "cathode": ["NMC811"] * 3,
        "anode": ["Si", "Al", "Li"],
        "electrolyte": ["LPSC"] * 3,
        column: pa.array([b"Si", b"\xe4\xff", b"Al"]).cast(pa.string(), safe=False),
    }
    path, output = tmp_path / "designs.parquet", tmp_path / f"results{suffix}"
    pq.write_table(pa.table(columns), path)
    with pytest.raises(XlcalcError, match=r"^designs.parquet: is no parquet file"):
        run([path], output)
    assert not output.exists()
