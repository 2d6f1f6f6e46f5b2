"""Bad and odd files: refused, named by row, or read as stated; never anything else."""

import json

import pytest

from tests.support.corpus import CASES, FIELDS, REFUSED, ROW_ERROR, ROWS
from xlcalc import Stack, evaluate
from xlcalc.physics.quantities import ENERGIES


def energies(row, **other):
    """What a design of the corpus gives, some fields being others."""
    values = {**dict(zip(FIELDS, row, strict=True)), **other}
    if values["anode"] == "None":
        values["anode"] = "anode-free"
    design = {name: value for name, value in values.items() if value is not None}
    return [getattr(evaluate(Stack(**design)), name) for name in ENERGIES]


def test_the_corpus_is_large_and_no_case_stands_twice():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_of_a_file(case, tmp_path, run):
    path = case.make(tmp_path)
    code, out, err = run("batch", path, "--json", *case.options)
    checked, found, refused = run("check", path, "--json")
    assert checked == code
    if case.want == REFUSED:
        assert code == 2, err
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert case.says in err
        assert case.says in refused
        return
    summary = json.loads(out)
    counts = ("rows_evaluated", "rows_in_error", "rows_left_alone")
    assert [json.loads(found)[name] for name in counts] == [summary[name] for name in counts]
    designs = summary["designs"]
    assert summary["rows_read"] == summary["rows_evaluated"] + summary["rows_in_error"]
    assert case.rows < 0 or summary["rows_read"] == case.rows == len(designs)
    said = " ".join([*summary["remarks"], *summary["errors"], *(d["notes"] or "" for d in designs)])
    assert case.says in said
    first, *others = designs
    if case.want == ROW_ERROR:
        assert code == 3
        assert first["status"] != "ok"
        assert [first[name] for name in ENERGIES] == [None, None]
    else:
        assert code == 0 or case.rows < 0, said
        assert first["status"] == "ok"
        found = [first[name] for name in ENERGIES]
        assert found == pytest.approx(energies(ROWS[0], **case.want), rel=1e-12)
    if case.others:
        for row, design in zip(ROWS[1:], others, strict=False):
            assert design["status"] == "ok"
            # The third design's thickness may stand as a whole number.
            assert [design[n] for n in ENERGIES] == pytest.approx(energies(row), rel=2e-2)
