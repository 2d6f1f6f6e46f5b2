"""Batch by a real Dask scheduler and two worker processes that talk over TCP."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psutil
import pyarrow.parquet as pq
import pytest

from tests.support.books import ROOT
from tests.support.random_designs import random_designs
from xlcalc import evaluate_table
from xlcalc.cli import app as cli
from xlcalc.errors import InputError, OutputError
from xlcalc.runs import dask_cluster as elsewhere
from xlcalc.runs import open_input
from xlcalc.runs.batch import run as batch
from xlcalc.runs.find_inputs import find_files
from xlcalc.runs.options import OutputOptions, ReadOptions

#: Designs at a time, so that few designs are many pieces.
SIZE = 50
READ = ReadOptions(rows_per_chunk=SIZE)
ROWS = 4000

#: Seconds until what must come is given up; a busy machine takes long.
PATIENCE = 120

#: A worker near its limit of memory must fail the test of memory, not wait until it is given up.
_NEVER_PAUSED = {"DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False"}


class Servers:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.workers = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._start("scheduler", "--port", port, "--no-dashboard")

    def _start(self, kind, *options, path=ROOT):
        log = (self.folder / f"{kind}{len(self.processes)}.log").open("wb")
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1"]
        with log:
            process = subprocess.Popen(
                [*command, *map(str, options)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(path), **_NEVER_PAUSED},
            )
        self.processes.append(process)
        return process

    def add(self, path=ROOT):
        """One more worker, of one thread, that no nanny starts anew."""
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "400MB")
        worker = self._start("worker", self.address, *options, path=path)
        self.workers.append(worker)
        return worker

    def await_workers(self, count):
        from distributed import Client

        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=PATIENCE)

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def running(folder):
    """A scheduler with two workers."""
    servers = Servers(folder)
    try:
        for _ in range(2):
            servers.add()
        servers.await_workers(2)
        yield servers
    finally:
        servers.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with running(tmp_path_factory.mktemp("dask")) as servers:
        yield servers


@pytest.fixture
def doomed_servers(tmp_path):
    """Others than the rest of the tests has."""
    with running(tmp_path) as servers:
        yield servers


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Designs in several files, as other programs part them: of different row groups."""
    folder = tmp_path_factory.mktemp("dataset")
    designs = pd.DataFrame(random_designs(ROWS, seed=5, faults=True))
    designs["np_ratio"] = pd.to_numeric(designs["np_ratio"], errors="coerce")
    designs["mine"] = range(ROWS)
    for number, (start, group) in enumerate([(0, 730), (1500, 99), (3000, 5000)]):
        part = designs[start : [1500, 3000, ROWS][number]]
        part.to_parquet(folder / f"part.{number}.parquet", row_group_size=group)
    designs.to_csv(folder / "all.csv", index=False)
    return folder


def parquet(dataset):
    return sorted(dataset.glob("*.parquet"))


def kept(output):
    """Pieces that are done, of a run that makes an output."""
    return list(output.parent.glob(f".{output.name}.parts/*-*-*[0-9]"))


def once_under_way(output, act, pieces=10):
    """Do something as soon as some pieces of an output are done; says whether it was in time."""
    in_time = []

    def under_way():
        done = [path.name for path in kept(output)]
        return len(done) >= pieces and any(name.endswith("-00000-0000000") for name in done)

    def watch():
        end = time.monotonic() + PATIENCE
        while not under_way() and time.monotonic() < end:
            time.sleep(0.002)
        in_time.append(under_way() and not output.exists())
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread, in_time


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_same_bytes_as_without_dask(servers, dataset, tmp_path, suffix):
    here, there = tmp_path / f"here{suffix}", tmp_path / f"there{suffix}"
    inputs = parquet(dataset)
    ours = batch(inputs, here, read=READ, write=OutputOptions(breakdown=True))
    theirs = batch(
        inputs, there, read=READ, write=OutputOptions(breakdown=True, dask=servers.address)
    )
    assert theirs.summary.read == ROWS
    assert ours.summary.in_error > 100
    assert theirs.sources == ours.sources
    for what in ("read", "evaluated", "errors", "remarks", "best", "defaults"):
        assert getattr(theirs.summary, what) == getattr(ours.summary, what)
    assert there.read_bytes() == here.read_bytes()
    assert not kept(there)


def test_parts_of_a_dataset_come_in_the_order_of_their_numbers(tmp_path):
    names = ["part.2.csv", "part.10.csv", "part.02.csv", "part.csv", "part.1.csv", "a.csv"]
    for name in names:
        (tmp_path / name).touch()
    found = [path.name for path in find_files([tmp_path]).paths]
    assert found == ["a.csv", *(f"part.{n}.csv" for n in ("1", "02", "2", "10")), "part.csv"]


def test_a_file_read_as_a_whole_travels_with_its_rows(servers, dataset, tmp_path, monkeypatch):
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    monkeypatch.chdir(dataset)
    inputs = [Path("all.csv")]
    batch(inputs, here, read=ReadOptions(rows_per_chunk=1000))
    batch(
        inputs,
        there,
        read=ReadOptions(rows_per_chunk=1000),
        write=OutputOptions(dask=servers.address),
    )
    assert there.read_bytes() == here.read_bytes()


def test_a_large_csv_is_read_by_the_workers(servers, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(open_input, "_SMALL", 1000)
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    batch([dataset / "all.csv"], here, read=READ)
    batch([dataset / "all.csv"], there, read=READ, write=OutputOptions(dask=servers.address))
    assert there.read_bytes() == here.read_bytes()
    assert pq.read_table(there).num_rows == ROWS


@pytest.mark.kill
def test_a_worker_that_is_killed_loses_nothing(servers, dataset, tmp_path):
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    batch(parquet(dataset), here, read=READ)
    victim = servers.workers.pop(0)
    thread, in_time = once_under_way(there, victim.kill)
    done = batch(parquet(dataset), there, read=READ, write=OutputOptions(dask=servers.address))
    thread.join()
    assert in_time == [True]
    assert victim.wait() == -signal.SIGKILL
    assert done.summary.read == ROWS
    assert there.read_bytes() == here.read_bytes()
    servers.add()
    servers.await_workers(2)


@pytest.mark.kill
def test_a_run_that_was_killed_goes_on(servers, dataset, tmp_path):
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    batch(parquet(dataset), here, read=READ)
    call = (
        "import sys; from pathlib import Path; from xlcalc.runs.batch import run\n"
        "from xlcalc.runs.options import OutputOptions, ReadOptions\n"
        "address, output, *inputs = sys.argv[1:]\n"
        f"run([*map(Path, inputs)], Path(output), read=ReadOptions(rows_per_chunk={SIZE}), "
        "write=OutputOptions(dask=address))"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", call, servers.address, there, *parquet(dataset)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    thread, in_time = once_under_way(there, client.kill)
    thread.join()
    assert client.wait() == -signal.SIGKILL
    assert in_time == [True]
    done = batch(parquet(dataset), there, read=READ, write=OutputOptions(dask=servers.address))
    assert any("goes on where a run was stopped" in remark for remark in done.summary.remarks)
    assert done.summary.read == ROWS
    assert there.read_bytes() == here.read_bytes()


def test_memory_of_workers_does_not_grow_with_a_row_group(servers, tmp_path):
    """A row group that takes more than the workers grow by passes in pieces."""
    pids = [worker.pid for worker in servers.workers]
    small = pd.DataFrame(random_designs(200, seed=1))
    designs = pd.concat([small] * 2000, ignore_index=True)
    large = tmp_path / "large.parquet"
    designs.to_parquet(large, row_group_size=len(designs))
    batch(
        [large],
        tmp_path / "warm.parquet",
        read=ReadOptions(rows_per_chunk=8192),
        write=OutputOptions(dask=servers.address),
    )
    peaks = []
    for rows in (8 * 8192, len(designs)):
        part = tmp_path / f"{rows}.parquet"
        designs[:rows].to_parquet(part, row_group_size=rows)
        for pid in pids:
            # The high-water mark begins anew.
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        batch(
            [part],
            tmp_path / "out.parquet",
            read=ReadOptions(rows_per_chunk=8192),
            write=OutputOptions(dask=servers.address),
        )
        status = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
        peaks.append(max(int(s.split("VmHWM:")[1].split()[0]) for s in status) / 1024)
    few, many = peaks
    assert many < few + 60
    assert many < 400


def test_a_worker_with_another_version_is_named(servers, dataset, tmp_path):
    (tmp_path / "xlcalc").mkdir()
    (tmp_path / "xlcalc" / "__init__.py").write_text('__version__ = "0.0.7"')
    odd = servers.add(path=tmp_path)
    try:
        servers.await_workers(3)
        with pytest.raises(InputError, match=r"^worker tcp.* has xlcalc 0\.0\.7; expected "):
            batch(parquet(dataset), tmp_path / "out.csv", write=OutputOptions(dask=servers.address))
    finally:
        servers.workers.remove(odd)
        odd.kill()
        odd.wait()
    assert not (tmp_path / "out.csv").exists()


def test_files_that_workers_cannot_reach_are_named(servers, tmp_path):
    with (tmp_path / "mine").open("wb") as mine, elsewhere.open_cluster(servers.address) as cluster:
        cluster.check([tmp_path / "mine"], tmp_path)
        # A name that means something in this process alone.
        number = os.dup2(mine.fileno(), 777)
        try:
            with pytest.raises(InputError, match="cannot read /proc/self/fd/777 .*; expected inp"):
                cluster.check([Path("/proc/self/fd/777")], tmp_path)
        finally:
            os.close(number)
        with pytest.raises(InputError, match="cannot write to /nowhere; expected inputs and the"):
            cluster.check([], Path("/nowhere"))


@pytest.mark.parametrize("address", ["nonsense at all", "tcp://127.0.0.1:1"])
def test_no_scheduler(run, dataset, tmp_path, address, monkeypatch):
    monkeypatch.setattr(elsewhere, "_ANSWER", 1.0)
    code, out, err = run("batch", dataset, "-o", tmp_path / "out.csv", f"--dask={address}")
    assert (code, out) == (2, "")
    assert err.startswith(f"xlcalc: {address}: no Dask scheduler answers")
    assert err.count("\n") == 1


def test_what_dask_does_not_do(run, dataset, designs, tmp_path):
    book = designs[".xlsx"]
    out = tmp_path / "out.csv"
    assert run("batch", dataset, "-o", out, "--dask", dataset / "all.csv")[0::2] == (
        2,
        f"xlcalc: {dataset / 'all.csv'}: is no scheduler file of Dask; expected --dask=local, an "
        "address or such a file\n",
    )
    with pytest.raises(InputError, match=r"book.xlsx: is a workbook; Dask evaluates csv and parq"):
        batch([book], out, write=OutputOptions(dask="local"))
    for output in (None, tmp_path / "out.xlsx"):
        with pytest.raises(OutputError, match=r"with Dask, expected --output to end in .csv or"):
            batch([dataset / "all.csv"], output, write=OutputOptions(dask="local"))


def test_without_dask_it_says_how_to_install_it(run, dataset, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = run("batch", dataset, "-o", tmp_path / "out.csv", "--dask")
    assert code == 2
    assert err == "xlcalc: Dask is not installed; install it with: pip install 'xlcalc[dask]'\n"


@pytest.mark.cluster
def test_a_local_cluster_stops_on_ctrl_c(dataset, tmp_path):
    lines = (dataset / "all.csv").read_bytes().splitlines(keepends=True)
    large = tmp_path / "large.csv"
    large.write_bytes(lines[0] + b"".join(lines[1:]) * 150)
    out = tmp_path / "out.csv"
    process = subprocess.Popen(
        [sys.executable, "-m", "xlcalc", "batch", large, "-o", out, "--dask"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = []

    def interrupt():
        children.extend(psutil.Process(process.pid).children(recursive=True))
        # As a terminal does: all processes get it.
        os.killpg(process.pid, signal.SIGINT)

    thread, in_time = once_under_way(out, interrupt, pieces=1)
    printed, said = process.communicate(timeout=PATIENCE)
    thread.join()
    assert in_time == [True]
    assert (process.returncode, printed, said.strip()) == (cli.STOPPED, "", "stopped")
    assert len(children) >= 1
    assert not psutil.wait_procs(children, timeout=5)[1]
    assert not out.exists()


@pytest.mark.cluster
def test_a_dask_dataframe(dataset):
    import dask.dataframe as dd

    frame = pd.concat(map(pd.read_parquet, parquet(dataset)))
    frame.index = range(7, ROWS + 7)
    expected = evaluate_table(frame)
    result = evaluate_table(dd.from_pandas(frame, npartitions=7))
    assert isinstance(result, dd.DataFrame)
    pd.testing.assert_frame_equal(result.compute(), expected)
    assert (expected.status != "ok").sum() > 100
    part = result.partitions[6].compute()
    assert part.dtypes.equals(result.dtypes)


@pytest.mark.kill
def test_all_workers_dead_ends_with_a_sentence(doomed_servers, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(elsewhere, "_ALONE", 2.0)
    out = tmp_path / "out.csv"

    def kill():
        for worker in doomed_servers.workers:
            worker.kill()

    thread, in_time = once_under_way(out, kill)
    with pytest.raises(InputError, match="has no workers any more; what is done is kept"):
        batch(parquet(dataset), out, read=READ, write=OutputOptions(dask=doomed_servers.address))
    thread.join()
    assert in_time == [True]
    assert kept(out)
    monkeypatch.setattr(elsewhere, "_FIRST", 1.0)
    with pytest.raises(InputError, match="the scheduler has no workers"):
        batch(parquet(dataset), out, read=READ, write=OutputOptions(dask=doomed_servers.address))
    doomed_servers.scheduler.kill()
