"""Work that other threads do before it is needed, in the order in which it will be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from core.cores import physical_cores

THREADS = "striate-data"
"""What the names of the threads begin with."""

MOST_WORKERS = 8
_HELD = 256_000_000  # bytes of finished work that may wait to be taken

_Job = TypeVar("_Job")
_Done = TypeVar("_Done")


def ahead(
    work: Callable[[_Job], _Done], jobs: Iterable[_Job], *, workers: int, most: int
) -> Generator[_Done, None, None]:
    """`work(job)` for every job in order, begun before it is asked for.

    No more than `most` jobs are begun and not yet given. An error comes where its job would have.
    Close the iterator to end early: what has not begun is dropped, and no thread is left.
    """
    with ThreadPoolExecutor(workers, THREADS) as pool:
        begun: deque[Future[_Done]] = deque()
        try:
            for job in jobs:
                begun.append(pool.submit(work, job))
                if len(begun) == most:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()


def room_for(size: int) -> tuple[int, int]:
    """Workers, and jobs to begin, for `ahead` where each gives `size` bytes: at least two."""
    workers = min(physical_cores(), MOST_WORKERS)
    most = max(2, min(workers + 1, _HELD // max(size, 1)))
    return min(workers, most), most
