"""The command line as scripts and people see it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import xlcalc
from tests.support.books import LEWIS, LEWIS_REMARK, ROOT
from xlcalc.cli import app as cli
from xlcalc.physics.materials import Materials
from xlcalc.physics.quantities import DESIGN
from xlcalc.physics.reference import paper_tables as published
from xlcalc.physics.reference import verify
from xlcalc.runs import batch


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_batch_reports_rows_best_designs_and_time(run, tmp_path):
    code, out, err = run("batch", LEWIS, "--output", tmp_path / "out.xlsx")
    assert code == 0
    assert err.startswith(LEWIS_REMARK)
    assert "lewis2022.xlsx, sheet Stacks, row 4: Si: 3579 mAh/g" in err
    assert err.endswith("(and 4 more: row 7, row 10, row 13, row 17)\n")
    assert out.startswith("20 rows read, 20 evaluated, 0 in error\nDefaults taken by all rows: ")
    assert "separator_thickness_um 20, interlayer_thickness_um 0, positive_foil" in out
    assert "np_ratio" not in out  # given where it is used
    assert re.search(r"Best by specific energy\n +Li \(anodeless\)/Liquid/NMC +400.3 Wh/kg", out)
    assert re.search(r"Best by energy density\n +Li \(anodeless\)/Liquid/NMC +1405.8 Wh/L", out)
    assert re.search(r"Done in \d+\.\d\d s, written to .*out.xlsx", out)


def test_batch_json_without_output_holds_the_designs(run):
    code, out, _ = run("batch", LEWIS, "--json")
    summary = json.loads(out)
    assert code == 0
    assert summary["rows_read"] == summary["rows_evaluated"] + summary["rows_in_error"] == 20
    assert summary["designs"][2]["status"] == "ok"
    assert round(summary["designs"][2]["specific_energy_wh_kg"]) == 320
    assert summary["best"]["energy_density_wh_l"][0]["design"] == "Li (anodeless)/Liquid/NMC"


def test_verify(run):
    code, out, _ = run("verify")
    assert code == 0
    assert "from the equations: 28 of 28 printed numbers match" in out
    assert "as printed: 12 of 12 match" in out
    assert re.search(r"60% Sn/LPSC/NMC +288 +288.46 +\+0.46 +288.46", out)
    assert "(inferred)" in out


def test_verify_fails_when_a_number_does_not_match(run, monkeypatch):
    rows = published.stacks()
    monkeypatch.setattr(
        verify,
        "stacks",
        lambda version: [{**row, "np_ratio": 1.2} for row in rows],
    )
    code, out, _ = run("verify")
    assert code == 3
    assert "DIFFERS" in out
    assert "28 of 28" not in out


@pytest.mark.parametrize("position", [2, 14])
def test_verify_notices_a_last_digit(run, monkeypatch, position):
    from dataclasses import replace

    rows = published.printed_results()
    wrong = replace(rows[position], energy_density_wh_l=rows[position].energy_density_wh_l + 1)
    changed = [*rows[:position], wrong, *rows[position + 1 :]]
    monkeypatch.setattr(verify, "printed_results", lambda: changed)
    assert run("verify")[0] == 3


def test_verify_json(run):
    code, out, _ = run("verify", "--json")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 20
    assert rows[14]["Wh/L"]["printed"] == 756
    assert round(rows[14]["Wh/L"]["from_equations"], 1) == 779.5
    assert round(rows[14]["Wh/L"]["as_printed"]) == 756
    assert rows[14]["reason"]


def test_materials(run):
    code, out, _ = run("materials")
    assert code == 0
    assert len(out.splitlines()) == 1 + len(Materials.library())
    assert re.search(r"^Si +anode +2.33 +3579 +0.4 +3.2 +8.9 +1e-13 +1e-11$", out, re.MULTILINE)
    code, out, _ = run("materials", "silicon", "--sources")
    assert "Volume change: Lewis et al. 2022, Table 1 (ref. 40)" in out
    assert "note on Volume change: 3579 mAh/g is that of Li15Si4" in out


def test_materials_json_and_own(run, make_book):
    code, out, _ = run("materials", "--json")
    assert code == 0
    entries = {entry["name"]: entry for entry in json.loads(out)}
    assert entries["In"]["density_g_cm3"] == 7.31
    assert "CRC" in entries["In"]["sources"]["density_g_cm3"]
    path = make_book(Materials=[["Material", "Density"], ["Ag", 10.49]])
    _, out, _ = run("materials", "Ag", "--file", path, "--json")
    (silver,) = json.loads(out)
    assert silver["sources"] == {"density_g_cm3": "book.xlsx, sheet Materials, cell B2"}


def test_fields(run):
    code, out, _ = run("fields")
    assert code == 0
    assert "np_ratio\n    N/P ratio; a number above 0; blank: 1.1\n" in out
    assert "Cathode; the name of a material; required" in out
    code, out, _ = run("fields", "--json")
    assert [entry["name"] for entry in json.loads(out)] == list(DESIGN)


def test_unknown_material_name(run):
    code, _, err = run("materials", "Sillicon")
    assert code == 2
    assert err.startswith("xlcalc: 'Sillicon' is neither in the library")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["batch"], "Missing argument 'INPUT...'. (see xlcalc batch --help)"),
        (["bach"], "No such command 'bach'"),
        (["batch", "x.csv", "--ouput", "y"], "No such option"),
        (["plot", "fig3", "-o", "x.png", "--grid", "1x1"], "'1x1' is no grid size"),
        (["plot", "heatmap", "x.csv", "-o", "x.png", "--x", "anode:1:2"], "no number of a design"),
        (
            ["plot", "heatmap", "x.csv", "-o", "x.png", "--x", "np_ratio:1"],
            "'np_ratio:1' is no range",
        ),
        (["plot", "heatmap", "x.csv", "-o", "x.png"], "x.csv: does not exist"),
        (["plot", "fig1a", "-o", "x.gif"], "x.gif: expected a file ending in .png, .svg, .pdf"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_one_line_and_exit_2(run, arguments, sentence):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


COMMANDS = [[], *([name] for name in cli.cli.commands), *(["plot", n] for n in cli.plot.commands)]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_help_has_examples(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0
    assert re.search(r"Examples:\n +xlcalc ", out)


@pytest.mark.parametrize("command", [[], ["plot"]], ids=str)
def test_a_command_alone_shows_its_help(run, command):
    code, out, err = run(*command)
    assert (code, err) == (0, "")
    assert out.count("\n") > 10
    assert "Commands:" in out


def test_module_and_version():
    done = subprocess.run(
        [sys.executable, "-m", "xlcalc", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"xlcalc {xlcalc.__version__}\n"


def test_exit_code_reaches_the_shell(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xlcalc", "batch", tmp_path / "gone.csv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


HEAVY = "numpy pandas matplotlib openpyxl pyarrow"


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import xlcalc", HEAVY),
        ("from xlcalc import cli; cli.run(['--version'])", HEAVY),
        ("from xlcalc import cli; cli.run(['batch', '--help'])", HEAVY),
        ("from xlcalc import Stack, evaluate", "pandas matplotlib openpyxl pyarrow"),
        ("from xlcalc import cli; cli.run(['verify'])", "pandas matplotlib openpyxl pyarrow"),
        (
            f"from xlcalc import cli; cli.run(['batch', {str(LEWIS)!r}])",
            "pandas matplotlib pyarrow",
        ),
    ],
    ids=["import", "version", "help", "api", "verify", "batch"],
)
def test_nothing_is_imported_before_it_is_needed(code, absent):
    probe = f"import sys; {code}; print([m for m in {absent.split()!r} if m in sys.modules])"
    done = python(probe)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "xlcalc", "verify"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_ctrl_c_ends_cleanly(run, monkeypatch):
    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "run", stop)
    code, _, err = run("batch", LEWIS)
    assert (code, err.strip()) == (130, "stopped")


posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX terminal or shell")


def _on_a_terminal(arguments, cwd):
    """Run a command with a terminal for standard error; gives what it showed there."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "xlcalc", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=slave,
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(master)
    assert process.wait(timeout=60) == 0
    return shown.decode()


@posix
def test_progress_on_a_terminal_and_none_in_a_pipe(tmp_path):
    rows = "NMC811,Si,LPSC\n" * 3000
    (tmp_path / "in.csv").write_text("cathode,anode,electrolyte\n" + rows)
    arguments = ["batch", "in.csv", "--output", "out.xlsx"]
    shown = _on_a_terminal(arguments, tmp_path)
    assert "writing" in shown
    assert "100%" in shown
    read = _on_a_terminal(["batch", "out.xlsx", "--output", "out.csv"], tmp_path)
    assert "reading Results" in read
    piped = subprocess.run(
        [sys.executable, "-m", "xlcalc", *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert piped.stderr.endswith("(and 2,999 more: row 3, row 4, row 5, row 6, row 7, ...)\n")
    assert piped.stderr.count("\n") == 1
    assert "3000 rows read, 3000 evaluated, 0 in error" in piped.stdout


def test_the_documented_version_is_the_packages():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(xlcalc.__version__)}\b", changelog, re.MULTILINE)
    assert f"version: {xlcalc.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_committed_workbook_is_the_one_we_build(tmp_path):
    from zipfile import ZipFile

    from xlcalc.workbooks.writing.lewis2022 import build

    with (tmp_path / "built.xlsx").open("wb") as file:
        build(file)
    parts = []
    for path in (tmp_path / "built.xlsx", LEWIS):
        with ZipFile(path) as package:
            parts.append({name: package.read(name) for name in package.namelist()})
    # Only the version of the program that made it may differ.
    for part in parts:
        part["docProps/core.xml"] = re.sub(rb"xlcalc [\d.]+", b"xlcalc", part["docProps/core.xml"])
    assert parts[0] == parts[1]


def test_the_papers_workbook_holds_what_it_says():
    book = openpyxl.load_workbook(LEWIS)
    assert book.sheetnames == [
        "Read me",
        "Stacks",
        "Stacks as printed",
        "Printed and ours",
        "Materials",
    ]
    assert book["Stacks"].max_row == book["Stacks as printed"].max_row == 21
    assert [cell.value for cell in book["Printed and ours"]["B"][2:5]] == [365, 375, 320]
    assert book["Materials"].max_row == 1 + len(Materials.library())


def test_the_package_ships_its_types_and_data():
    folder = Path(xlcalc.__file__).parent
    assert (folder / "py.typed").exists()
    assert len(list((folder / "physics" / "data").glob("*.csv"))) == 8
