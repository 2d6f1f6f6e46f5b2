"""xlcalc in the user's own Python, asked through pipes.

LibreOffice's own Python has no NumPy on most systems and no way to install it. This module runs
there, whatever the version: it keeps to the standard library and to the syntax of Python 3.8.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, BinaryIO

#: Seconds without a new attempt after one that failed, so that ten thousand cells do not wait for
#: ten thousand of them.
REST = 10.0


class UnavailableError(Exception):
    """xlcalc does not answer; the text says why."""


class Child:
    """A process that evaluates functions, started on the first call and again if it dies.

    It ends by itself when its pipe does, and so with the office, however that ends.

    Parameters
    ----------
    python : str
        The Python that has NumPy.
    folder : str
        Where its xlcalc is.
    log : str
        File for what the process says on standard error.
    as_error : callable
        Makes of an error value's name what a cell is to hold.
    """

    def __init__(
        self, python: str, folder: str, log: str, as_error: Callable[[str], Any] = str
    ) -> None:
        self._python = python
        self._folder = folder
        self._log = log
        self._decode = json.JSONDecoder(object_hook=lambda found: as_error(found["error"])).decode
        # LibreOffice may calculate in several threads; a pipe has room for one conversation.
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._reason = ""
        self._rests_until = 0.0

    def call(self, name: str, cells: Sequence[Any]) -> list[list[Any]]:
        """The result of a function as rows.

        Raises
        ------
        UnavailableError
            If the process cannot be started, or dies twice over this call.
        """
        request = json.dumps([name, cells]).encode("ascii") + b"\n"
        with self._lock:
            if monotonic() < self._rests_until:
                raise UnavailableError(self._reason)
            # A process that died since the last call costs nothing but the time of a new one.
            reply = self._ask(request) or self._ask(request)
            if not reply:
                self._rests_until = monotonic() + REST
                raise UnavailableError(self._reason)
        rows: list[list[Any]] = self._decode(reply.decode("ascii"))
        return rows

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # Closes the pipes too, and leaves no zombie.
            process.communicate()

    def _ask(self, request: bytes) -> bytes:
        """The reply, or nothing if the process cannot be started or dies over it."""
        try:
            process = self._process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(request)
            process.stdin.flush()
            reply = process.stdout.readline()
            if reply.endswith(b"\n"):
                return reply
            why = self._last_words()
        except OSError as problem:
            why = self._last_words() or str(problem)
        self.stop()
        self._reason = (
            f"xlcalc does not run in {self._python} ({why or 'it ended without a word'}); run "
            f"xlcalc libreoffice install, then restart LibreOffice. Log: {self._log}"
        )
        return b""

    def _start(self) -> subprocess.Popen[bytes]:
        environment = dict(os.environ)
        # LibreOffice sets both for its own Python, and they would break another.
        environment.pop("PYTHONHOME", None)
        environment["PYTHONPATH"] = self._folder
        with self._new_log() as log:
            return subprocess.Popen(
                # With -P, nothing comes from a Python file beside the workbook.
                [self._python, "-P", "-m", "xlcalc.hosts.server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                # On Windows, a program of the console would open one.
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    def _new_log(self) -> BinaryIO:
        try:
            return open(self._log, "wb")
        except OSError:
            # An add-in installed for all users lies where this one may not write.
            return open(os.devnull, "wb")

    def _last_words(self) -> str:
        try:
            with open(self._log, encoding="utf-8", errors="replace") as log:
                lines = [line.strip() for line in log if line.strip()]
        except OSError:
            return ""
        return lines[-1] if lines else ""
