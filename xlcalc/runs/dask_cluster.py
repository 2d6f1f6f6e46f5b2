"""Work done by Dask's workers: processes on this machine, or a cluster of machines."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pkgutil
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from xlcalc._version import __version__
from xlcalc.errors import InputError, XlcalcError

Task = TypeVar("Task")

#: In place of an address: workers on this machine, as many as it has cores.
LOCAL = "local"

#: Seconds in which a scheduler must answer, and a cluster get its first worker.
_ANSWER, _FIRST = 6.0, 30.0

#: Seconds without any worker after which none is expected to come back.
_ALONE = 20.0

#: Tasks of each worker's thread that wait or are worked on; their results are on the disk.
_WAITING = 4

#: Ctrl-C reaches all processes of a terminal; ours ends the others.
_IGNORE_INTERRUPT = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"

_INSTALL = "Dask is not installed; install it with: pip install 'xlcalc[dask]'"


class Cluster:
    """A scheduler with its workers.

    Parameters
    ----------
    client : distributed.Client
        The connection.
    name : str
        What to call it in a sentence.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def check(self, files: Sequence[Path], folder: Path) -> None:
        """Whether all workers have our version and find our files.

        Raises
        ------
        InputError
            If one does not.
        """
        # Found by its name: who has another version may not have what we would send.
        versions = self._client.run(pkgutil.resolve_name, "xlcalc:__version__", on_error="return")
        for worker, version in versions.items():
            if version != __version__:
                found = f"xlcalc {version}" if isinstance(version, str) else "no xlcalc"
                raise InputError(
                    f"worker {worker} has {found}; expected {__version__}, as it is here"
                )
        sizes = [(path, path.stat().st_size) for path in files]
        for worker, missing in self._client.run(
            _missing_on_worker, sizes, folder, on_error="return"
        ).items():
            if missing is not None:
                raise InputError(
                    f"worker {worker} {missing}; expected inputs and the output's folder to be the "
                    "same, under the same names, on all machines"
                )

    def map_in_order(self, work: Callable[[Task], None], tasks: Iterable[Task]) -> Iterator[Task]:
        """Tasks that are done, in their order; a few for each worker are under way.

        Parameters
        ----------
        work : callable
            What to do; it leaves its results where we find them.
        tasks : iterable
            What to do it with; taken as they are needed.

        Yields
        ------
        task
            Each, once it is done. What a worker that died had under way, another does.

        Raises
        ------
        InputError
            If all workers or the scheduler are lost.
        """
        waiting: deque[tuple[Task, Any]] = deque()
        try:
            for task in tasks:
                waiting.append((task, self._client.submit(work, task, pure=False)))
                while len(waiting) >= _WAITING * max(1, self._threads()):
                    yield self._done(*waiting.popleft())
            while waiting:
                yield self._done(*waiting.popleft())
        finally:
            self._client.cancel([future for _, future in waiting], force=True)

    def _threads(self) -> int:
        return sum(self._client.nthreads().values())

    def _done(self, task: Task, future: Any) -> Task:
        """A task once it is done."""
        from distributed import CancelledError, KilledWorker

        alone = monotonic()
        while True:
            try:
                future.result(timeout=1)
                return task
            except TimeoutError:
                if self._client.status == "running" and self._threads():
                    alone = monotonic()
                elif monotonic() > alone + _ALONE:
                    raise InputError(f"{self._name}: has no workers any more; {_RESUME}") from None
            except XlcalcError:
                raise
            except KilledWorker as problem:
                raise InputError(
                    f"{self._name}: {problem.allowed_failures + 1} workers died at the same rows, "
                    f"maybe for lack of memory; {_RESUME}"
                ) from None
            except CancelledError:
                raise InputError(f"{self._name}: the scheduler is lost; {_RESUME}") from None
            except Exception as problem:
                raise InputError(
                    f"{self._name}: a worker failed ({type(problem).__name__}: {problem}); "
                    f"{_RESUME}"
                ) from None


_RESUME = "what is done is kept, and the same command goes on with it"


def _missing_on_worker(files: Sequence[tuple[Path, int]], folder: Path) -> str | None:
    """What a worker, which runs this, cannot reach of files of some sizes and a folder to write."""
    for path, size in files:
        try:
            if path.stat().st_size != size:
                return f"finds another file as {path}"
        except OSError as problem:
            return f"cannot read {path} ({problem.strerror})"
    return None if os.access(folder, os.W_OK) else f"cannot write to {folder}"


@contextmanager
def open_cluster(address: str = LOCAL) -> Iterator[Cluster]:
    """Connect to a cluster, or make one of processes on this machine that ends with the block.

    Parameters
    ----------
    address : str
        ``local``, the address of a scheduler (``tcp://host:8786``) or its scheduler file.

    Yields
    ------
    Cluster
        With at least one worker.

    Raises
    ------
    InputError
        If Dask is not installed, or the scheduler does not answer or has no workers.
    """
    with ExitStack() as stack:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError(_INSTALL) from None
        stack.enter_context(_quiet())
        where: Any = address
        if address == LOCAL:
            where = stack.enter_context(
                LocalCluster(
                    n_workers=os.cpu_count() or 1,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                    preload=[_IGNORE_INTERRUPT],
                )
            )
        elif Path(address).is_file():
            where = _address_of(Path(address))
        try:
            if address != LOCAL:
                asyncio.run(_probe(where))
            client = stack.enter_context(Client(where, timeout=_ANSWER, set_as_default=False))
        except Exception as problem:
            raise InputError(
                f"{address}: no Dask scheduler answers ({type(problem).__name__}); expected "
                f"its address, such as tcp://host:8786, its scheduler file or {LOCAL}"
            ) from None
        try:
            client.wait_for_workers(1, timeout=_FIRST)
        except Exception:
            raise InputError(f"{address}: the scheduler has no workers") from None
        yield Cluster(client, address)


async def _probe(address: str) -> None:
    """Whether a scheduler answers: a client that finds none goes on trying, and says so."""
    from distributed import Security
    from distributed.comm.core import connect

    options = Security().get_connection_args("client")
    answer = asyncio.wait_for(connect(address, timeout=_ANSWER, **options), _ANSWER)
    (await answer).abort()


def _address_of(path: Path) -> str:
    """The address in a scheduler file."""
    try:
        return str(json.loads(path.read_bytes())["address"])
    except (OSError, ValueError, TypeError, KeyError):
        raise InputError(
            f"{path}: is no scheduler file of Dask; expected --dask={LOCAL}, an address or such a "
            "file"
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask says of its own doings off the terminal: what matters is said in sentences."""
    names = [n for n in logging.root.manager.loggerDict if n.startswith("distributed.")]
    loggers = [logging.getLogger(n) for n in ("distributed", "tornado", "asyncio", *names)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
