"""Work on several things at a time, with the results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


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
    workers = min(os.cpu_count() or 1, _MOST)
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


#: More would wait for each other, and hold memory meanwhile.
_MOST = 8
