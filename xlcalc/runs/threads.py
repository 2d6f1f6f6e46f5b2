"""Work on several things at a time, with the results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_Outcome = tuple[Any, BaseException | None]


def map_in_order(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Results of tasks, in their order; a few are worked on at a time and as many wait.

    Threads serve, for NumPy and Arrow do what takes long outside Python's lock, and a chunk of a
    table need not be copied to another process.

    Parameters
    ----------
    work : callable
        What to do.
    tasks : iterable
        What to do it with; taken as they are needed.

    Yields
    ------
    result
        Of each task.
    """
    todo: SimpleQueue[tuple[Task, SimpleQueue[_Outcome]] | None] = SimpleQueue()

    def serve() -> None:
        while (item := todo.get()) is not None:
            task, outcome = item
            try:
                outcome.put((work(task), None))
            except BaseException as error:
                outcome.put((None, error))

    # Not an executor: a Ctrl-C while one waits for a future can leave its lock taken for ever, and
    # the end of the run then waits for a thread that waits for the lock. These queues have none.
    threads = [Thread(target=serve) for _ in range(min(os.cpu_count() or 1, _MOST))]
    waiting: deque[SimpleQueue[_Outcome]] = deque()
    try:
        for thread in threads:
            thread.start()
        for task in tasks:
            waiting.append(SimpleQueue())
            todo.put((task, waiting[-1]))
            if len(waiting) > len(threads):
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        with suppress(Empty):
            while True:
                todo.get_nowait()
        for _ in threads:
            todo.put(None)
        for thread in threads:
            if thread.ident is not None:
                thread.join()


def _result(outcome: SimpleQueue[_Outcome]) -> Any:
    result, error = outcome.get()
    if error is not None:
        raise error
    return result


#: More would wait for each other, and hold memory meanwhile.
_MOST = 8
