"""Lines of csv: every number comes back, every text stays the text that it is."""

import csv
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcalc.files import csv_writer
from xlcalc.files.csv_writer import csv_header, csv_lines
from xlcalc.files.number_formatting import numerals
from xlcalc.physics.categorical import Categorical


def lines(**columns):
    return b"".join(csv_lines(columns)).decode()


def rows(**columns):
    return list(csv.reader(io.StringIO(lines(**columns), newline="")))


FLOATS = st.floats(width=64)


@given(st.lists(FLOATS, max_size=30), st.integers(1, 200))
def test_every_number_comes_back_to_the_last_bit(numbers, times):
    # Said again and again, a column is written by way of a dictionary.
    column = np.array(numbers * times, dtype=float)
    shown = numerals(column).to_pylist()
    back = np.array([np.nan if text is None else float(text) for text in shown], dtype=float)
    expected = np.where(np.isfinite(column), column, np.nan)
    np.testing.assert_array_equal(back, expected)
    assert (np.signbit(back) == np.signbit(expected))[np.isfinite(column)].all()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4.19, "4.19"),
        (0.1 + 0.2, "0.30000000000000004"),
        (64.0, "64"),
        (0.0, "0"),
        (100.0, "100"),
        (10.05, "10.05"),
        (-3.0, "-3"),
        (np.nan, None),
        (np.inf, None),
    ],
)
def test_a_number_is_shown_with_the_fewest_digits(number, text):
    assert numerals(np.array([number])).to_pylist() == [text]
    others = np.arange(1, 4000) / 7
    assert numerals(np.append(others, number)).to_pylist()[-1] == text
    assert numerals(np.append(number, others)).to_pylist()[0] == text
    assert set(numerals(np.full(5000, number)).to_pylist()) == {text}


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(TEXTS, FLOATS, TEXTS, TEXTS), min_size=1, max_size=20))
def test_whatever_a_text_is_csv_gives_it_back(cells):
    first, numbers, words, last = zip(*cells, strict=True)
    known = tuple(dict.fromkeys(word for word in words if word is not None))
    codes = [-1 if word is None else known.index(word) for word in words]
    found = rows(
        first=pa.array(first, pa.string()),
        numbers=np.array(numbers),
        words=Categorical(np.array(codes, dtype=np.intp), known),
        last=list(last),
    )
    assert len(found) == len(cells)
    for row, (*texts, number) in zip(
        found, zip(first, words, last, numbers, strict=True), strict=True
    ):
        for cell, text in zip((row[0], row[2], row[3]), texts, strict=True):
            # An apostrophe may keep a text from running as a formula.
            assert cell in ((text or ""), f"'{text}")
        assert row[1] == "" if not np.isfinite(number) else float(row[1]) == number


def test_only_texts_that_need_them_get_quotation_marks_and_apostrophes():
    found = lines(
        name=["A", "B, C", 'says "yes"', "two\nlines", "=1+1", "-5", None],
        same=Categorical.constant("Al foil", 7),
        none=np.full(7, np.nan),
        number=np.array([1.5, 2, 3, 4, 5, 6, 7]),
    )
    assert found == (
        'A,Al foil,,1.5\n"B, C",Al foil,,2\n"says ""yes""",Al foil,,3\n"two\nlines",Al foil,,4\n'
        "'=1+1,Al foil,,5\n-5,Al foil,,6\n,Al foil,,7\n"
    )
    assert csv_header(["a", "b, c", "=d"]) == b'a,"b, c",\'=d\n'


def test_rows_that_are_all_the_same_and_no_rows_at_all():
    assert lines(
        a=np.full(3, 0.5), b=Categorical.constant(None, 3), c=Categorical.constant("x", 3)
    ) == ("0.5,,x\n" * 3)
    assert lines(a=np.array([]), b=[]) == ""


def test_many_rows_and_long_texts_come_in_several_pieces(monkeypatch):
    monkeypatch.setattr(csv_writer, "_MOST_BYTES", 10_000)
    texts = [str(n) * 40 for n in range(20_000)]
    numbers = np.arange(20_000) / 8
    found = rows(text=pa.array(texts), number=numbers)
    assert [row[0] for row in found] == texts
    assert [float(row[1]) for row in found] == numbers.tolist()


def test_columns_of_every_arrow_type():
    import datetime
    from decimal import Decimal

    found = rows(
        whole=pa.array([1, None, -3]),
        truth=pa.array([True, False, None]),
        price=pa.array([Decimal("1.50"), None, Decimal("-2.25")]),
        day=pa.array([datetime.date(2026, 11, 23), None, None]),
        single=pa.array([0.1, None, 2.5], pa.float32()),
        chunked=pa.chunked_array([[0.1], [None, 3.0]]),
        nothing=pa.nulls(3),
        listed=pa.array([[1, 2], None, []]),
        words=pa.array(["=x", None, "y"]).dictionary_encode(),
        large=pa.array(["a,b", "", None], pa.large_string()),
    )
    assert found == [
        ["1", "true", "1.50", "2026-11-23", "0.1", "0.1", "", "[1, 2]", "'=x", "a,b"],
        ["", "false", "", "", "", "", "", "", "", ""],
        ["-3", "", "-2.25", "", "2.5", "3", "", "[]", "y", ""],
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula_whatever_column_it_comes_in(sign):
    live = f"{sign}SUM(A1)"
    for column in (
        pa.array(["a", live]),
        pa.array(["b", "a", live])[1:],
        pa.array(["a", live]).dictionary_encode(),
        Categorical(np.array([0, 1]), ("a", live)),
        ["a", live],
    ):
        assert [row[0] for row in rows(text=column)] == ["a", f"'{live}"]
