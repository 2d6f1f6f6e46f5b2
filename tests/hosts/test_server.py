"""Functions behind a pipe: the process that evaluates them, and the one that asks."""

import ast
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.books import ROOT
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.functions.ranges import OMITTED
from xlcalc.hosts.libreoffice.inside import xlcalc_child
from xlcalc.hosts.libreoffice.inside.xlcalc_child import Child, UnavailableError
from xlcalc.hosts.server import answer

OFFICE = ROOT / "xlcalc" / "hosts" / "libreoffice" / "inside"
LOADING = "SSB_ELECTRODE_LOADING"


@pytest.fixture
def child(tmp_path):
    made = Child(sys.executable, str(ROOT), str(tmp_path / "log"))
    yield made
    made.stop()


def test_numbers_arrive_bit_for_bit(child):
    draw = random.Random(1)
    cases = [
        (abs(draw.gauss(0, 1)) * 10 ** draw.uniform(-12, 5), draw.uniform(1e-9, 30))
        for _ in range(500)
    ]
    cases += [(5e-324, 1.0), (1e6, 1e-3), (0.1 + 0.2, 1 / 3), (0.0, 2.0)]
    for thickness, density in cases:
        [[found]] = child.call(LOADING, (thickness, density))
        expected = CATALOGUE[LOADING](thickness, density)
        assert struct.pack("<d", found) == struct.pack("<d", expected)


def test_omitted_blank_zero_and_error_are_told_apart(child):
    energy = CATALOGUE["SSB_ENERGY_DENSITY"]
    start = ("NMC811", "Si", "LPSC")
    for sent, meant in [(None, OMITTED), ("", ""), (0.0, 0.0), ("#N/A", "#N/A"), ("x", "x")]:
        assert child.call(energy.name, (*start, sent)) == [[energy(*start, meant)]]
    rows = (("",), (3.0,), ("x",))
    assert child.call(energy.name, (*start, rows)) == energy(*start, [list(r) for r in rows])


def test_an_error_value_is_no_text():
    assert json.loads(answer(b'["SSB_MATERIAL", ["Sj", "density"]]')) == [[{"error": "#N/A"}]]
    assert json.loads(answer(b'["SSB_MATERIAL", ["Si", "material"]]')) == [["Si"]]


@pytest.mark.parametrize(
    "line", [b"no json\n", b'["SSB_NONE", []]\n', b'["SSB_STACK", 7]\n', b"[]\n", b"\xff\n"]
)
def test_a_call_that_makes_no_sense_costs_one_cell(line, capsys):
    assert json.loads(answer(line)) == [[{"error": "#VALUE!"}]]
    assert "Traceback" in capsys.readouterr().err


def test_what_a_library_prints_is_no_reply(tmp_path):
    words = "import os; print('from Python'); os.system('echo from a program'); "
    code = (
        "from xlcalc.hosts import server; from xlcalc.functions import CATALOGUE; "
        f"real = server.answer\ndef noisy(line):\n    {words}return real(line)\n"
        "server.answer = noisy\nserver.main()"
    )
    call = json.dumps([LOADING, [2.0, 3.0]])
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=call + "\n" + call + "\n",
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        [[CATALOGUE[LOADING](2.0, 3.0)]]
    ] * 2
    assert done.stderr.count("from Python") == done.stderr.count("from a program") == 2


def test_a_process_that_died_is_replaced_unnoticed(child):
    expected = child.call(LOADING, (2.0, 3.0))
    for _ in range(3):
        old = child._process
        old.kill()
        assert child.call(LOADING, (2.0, 3.0)) == expected
        assert child._process.pid != old.pid
        # Waited for, so it is no zombie.
        assert old.returncode is not None


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_the_process_ends_with_whoever_started_it(tmp_path):
    code = (
        "import sys; from xlcalc.hosts.libreoffice.inside.xlcalc_child import Child\n"
        f"child = Child(sys.executable, {str(ROOT)!r}, {str(tmp_path / 'log')!r})\n"
        f"child.call({LOADING!r}, (2.0, 3.0)); print(child._process.pid, flush=True)\n"
        "import time; time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    pid = int(owner.stdout.readline())
    # Without any chance to tidy up.
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the process outlives its owner")


def test_a_python_that_is_gone_is_said_at_once(tmp_path):
    child = Child(str(tmp_path / "gone"), str(ROOT), str(tmp_path / "log"))
    start = time.monotonic()
    for _ in range(10_000):
        with pytest.raises(UnavailableError, match="gone.*xlcalc libreoffice install"):
            child.call(LOADING, (2.0, 3.0))
    assert time.monotonic() - start < xlcalc_child.REST


def test_why_a_python_fails_is_said(tmp_path, monkeypatch):
    """A Python without xlcalc: the reason is that of its own last line."""
    folder = tmp_path / "elsewhere"
    (folder / "xlcalc").mkdir(parents=True)
    (folder / "xlcalc" / "__init__.py").write_text("raise ImportError('numpy is broken')")
    child = Child(sys.executable, str(folder), str(tmp_path / "log"))
    with pytest.raises(UnavailableError, match="ImportError: numpy is broken"):
        child.call(LOADING, (2.0, 3.0))
    # After a rest it is tried again, and works if the fault is gone.
    child._folder = str(ROOT)
    with pytest.raises(UnavailableError):
        child.call(LOADING, (2.0, 3.0))
    monkeypatch.setattr(child, "_rests_until", 0.0)
    assert child.call(LOADING, (2.0, 3.0)) == [[CATALOGUE[LOADING](2.0, 3.0)]]
    child.stop()


def test_another_pythons_environment_stays_outside(child, tmp_path, monkeypatch):
    """LibreOffice sets both for its own Python, which has other modules."""
    (tmp_path / "json.py").write_text("raise ImportError('of another Python')")
    (tmp_path / "xlcalc.py").write_text("raise ImportError('beside the workbook')")
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # Nor is a file beside the workbook imported.
    monkeypatch.chdir(tmp_path)
    assert child.call(LOADING, (2.0, 3.0)) == [[CATALOGUE[LOADING](2.0, 3.0)]]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    child = Child(sys.executable, str(ROOT), str(tmp_path / "no folder" / "log"))
    assert child.call(LOADING, (2.0, 3.0)) == [[CATALOGUE[LOADING](2.0, 3.0)]]
    child.stop()


def test_threads_share_one_process(child):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: child.call(LOADING, (float(n), 3.0)), range(400)))
    assert found == [[[CATALOGUE[LOADING](float(n), 3.0)]] for n in range(400)]


@pytest.mark.parametrize("path", sorted(OFFICE.glob("*.py")), ids=lambda path: path.name)
def test_what_runs_in_libreoffice_is_plain_old_python(path):
    """LibreOffice brings Pythons back to 3.8, and no packages."""
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module.split(".")[0])
    theirs = {"unohelper", "com", "org", "xlcalc_child"}
    assert imported <= set(sys.stdlib_module_names) | theirs
