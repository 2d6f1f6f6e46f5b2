"""What results rest on travels with them, the same for the same inputs."""

import hashlib
import json
import re

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.support.books import HEADER, ROWS
from xlcalc import __version__
from xlcalc.files.fingerprint import fingerprint
from xlcalc.physics.materials import Material
from xlcalc.runs import batch
from xlcalc.runs.options import ReadOptions
from xlcalc.runs.provenance import Provenance, material_hash, read_provenance, record_path
from xlcalc.tables.evaluate import COLUMNS

KINDS = [".xlsx", ".csv", ".parquet", ".json"]


@pytest.fixture
def book(make_book):
    own = [["Material", "Density"], ["Si", 2.0]]
    wrong = ["D", "NMC811", "Unobtainium", "LPSC", 1.1, 20]
    return make_book("designs.xlsx", Stacks=[HEADER, *ROWS, wrong], Materials=own)


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_of_output_says_what_it_rests_on(book, tmp_path, suffix):
    output = tmp_path / f"out{suffix}"
    batch.run([book], output, read=ReadOptions(sheet="Stacks"))
    held = read_provenance(output)
    assert held.xlcalc == __version__
    [source] = held.inputs
    data = book.read_bytes()
    assert (source.file, source.bytes) == ("designs.xlsx", len(data))
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert held.assumptions["level"] == "stack"
    assert held.assumptions["state_of_charge"] == "discharged"
    # The row in error has no part in it.
    assert held.assumptions["foil_sharing"] == {"single": 3}
    assert held.assumptions["voltage_source"] == {"derived": 3}
    assert held.options == {"sheet": "Stacks", "breakdown": False}
    assert {"NMC811", "Si", "Al", "Li", "LPSC", "LLZO", "Al foil", "Cu foil"} <= set(held.materials)
    assert "Sn" not in held.materials
    assert held.materials["Si"] != material_hash(Material(name="Si"))


def test_several_inputs_are_all_named(designs, tmp_path):
    output = tmp_path / "out.parquet"
    batch.run([designs[".csv"], designs[".xlsx"]], output)
    held = read_provenance(output)
    assert held.inputs == (fingerprint(designs[".csv"]), fingerprint(designs[".xlsx"]))


def test_a_parquet_file_keeps_it_in_its_metadata_and_scripts_see_no_more(designs, tmp_path):
    output = tmp_path / "out.parquet"
    batch.run([designs[".csv"]], output)
    table = pq.read_table(output)
    assert json.loads(table.schema.metadata[b"xlcalc"])["xlcalc"] == __version__
    assert table.column_names == list(COLUMNS)
    assert [path.name for path in tmp_path.glob("out*")] == ["out.parquet"]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_file_without_a_place_for_it_has_it_beside(designs, tmp_path, suffix):
    output = tmp_path / f"out{suffix}"
    batch.run([designs[".xlsx"]], output)
    text = json.loads((tmp_path / f"out{suffix}.provenance.json").read_text())
    assert text["result"]["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()
    if suffix == ".csv":
        assert output.read_text().splitlines()[0] == ",".join(COLUMNS)
        # Neither results nor their record are designs of the folder.
        assert batch.run([tmp_path], tmp_path / "all.csv").summary.read == 9


def test_a_name_that_leaves_no_room_for_more(designs, tmp_path):
    names = ["x" * 250 + n + ".csv" for n in "ab"]
    for name in names:
        batch.run([designs[".csv"]], tmp_path / name)
    records = {record_path(tmp_path / name) for name in names}
    assert len(records) == 2
    assert all(path.exists() for path in records)
    assert read_provenance(tmp_path / names[0]).result.file == names[0]


def test_the_about_sheet_shows_it(book, tmp_path):
    output = tmp_path / "out.xlsx"
    batch.run([book], output)
    lines = dict(openpyxl.load_workbook(output)["About"].iter_rows(values_only=True, max_col=2))
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    assert lines["Input"] == f"designs.xlsx, {book.stat().st_size:,} bytes, SHA-256 {digest}"
    assert lines["Foil sharing"] == "single (3)"
    assert lines["Voltage source"] == "derived (3)"


def test_many_inputs_fit_an_about_sheet(tmp_path):
    prints = [fingerprint(path) for path in _many(tmp_path, 400)]
    held = Provenance.of(prints, [], {}, {})
    lines = held.lines()
    assert ("Input", "and 380 more") in lines
    assert max(len(text) for _, text in lines) <= 32_767
    assert Provenance.from_lines(lines) == held


def _many(folder, count):
    for number in range(count):
        path = folder / f"designs-{number:04}.csv"
        path.write_text(str(number))
        yield path


@pytest.mark.parametrize("suffix", KINDS)
def test_the_same_inputs_give_the_same_bytes_wherever_they_are(designs, tmp_path, suffix):
    made = []
    for place in ("here", "there"):
        folder = tmp_path / place
        folder.mkdir()
        source = folder / "designs.csv"
        source.write_bytes(designs[".csv"].read_bytes())
        output = folder / f"out{suffix}"
        batch.run([source], output)
        made.append([path.read_bytes() for path in (output, record_path(output)) if path.exists()])
        assert not any(str(tmp_path).encode() in data for data in made[-1])
    assert made[0] == made[1]
    assert len(made[0]) == (2 if suffix in (".csv", ".json") else 1)


def test_the_summary_holds_it(run, designs):
    _, out, _ = run("batch", designs[".csv"], "--json")
    held = json.loads(out)["provenance"]
    assert held["inputs"][0]["file"] == "book.csv"
    assert re.fullmatch("[0-9a-f]{64}", held["inputs"][0]["sha256"])
    assert held["assumptions"]["expansion_model"] == {"volume_change": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "7",
        "[" * 100_000,
        "{}",
        '{"inputs": 1}',
        '{"inputs": [{"file": "x"}], "xlcalc": "1"}',
        '{"inputs": [], "materials": 1, "assumptions": {}}',
        '{"inputs": [], "materials": {}, "assumptions": {}, "xlcalc": 1}',
        '{"inputs": [{"file": 1, "bytes": 1, "sha256": "x"}], "materials": {}, "assumptions": {}}',
        '{"inputs": [], "materials": {}, "assumptions": {}, "result": 1}',
        '{"inputs": [], "materials": {}, "assumptions": {}, "more": 1}',
    ],
)
def test_what_is_no_provenance_is_none(text, tmp_path):
    assert Provenance.from_json(text) is None
    path = tmp_path / "out.csv"
    path.write_text("a,b\n")
    record_path(path).write_text(text)
    assert read_provenance(path) is None


def test_a_materials_hash_is_that_of_its_values():
    one = Material(name="Si", kind="anode", density_g_cm3=2.33, source="here")
    assert material_hash(one) == material_hash(
        Material(name="Si", kind="anode", density_g_cm3=2.33, source="there", remark="x")
    )
    assert material_hash(one) != material_hash(
        Material(name="Si", kind="anode", density_g_cm3=2.330001)
    )
    assert material_hash(Material(name="Si", density_g_cm3=2)) == material_hash(
        Material(name="Si", density_g_cm3=2.0)
    )


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_record_beside_a_file_tells_what_the_file_is(book, tmp_path, suffix):
    output = tmp_path / f"results{suffix}"
    batch.run([book], output, read=ReadOptions(sheet="Stacks"))
    assert read_provenance(output).result == fingerprint(output)
