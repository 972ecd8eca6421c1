"""Several processes played by threads: what they do together is quick to test without MPI."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.backend.communicator import Communicator

_T = TypeVar("_T")


class ThreadCommunicator(Communicator):
    """One of several threads; a call that not all of them make ends the test, in a while."""

    def __init__(self, rank: int, table: list[Any], barrier: Barrier) -> None:
        self.rank = self.local_rank = rank
        self.size = self.local_size = len(table)
        self._table, self._barrier = table, barrier

    def sum_into(self, array: NDArray[Any]) -> None:
        self._exchange(array, lambda: np.sum(self._table, axis=0, dtype=array.dtype))

    def broadcast(self, array: NDArray[Any]) -> None:
        self._exchange(array, lambda: self._table[0])

    def agree(self, flag: bool) -> bool:
        said = np.array([int(flag)])
        self.sum_into(said)
        return bool(said[0])

    def _exchange(self, array: NDArray[Any], result: Callable[[], NDArray[Any]]) -> None:
        """All put down what they have; then all take up the result."""
        self._table[self.rank] = array.copy()
        self._barrier.wait(30)
        shapes = {np.shape(one) for one in self._table}
        assert len(shapes) == 1, f"the processes are not at the same point: {shapes}"
        array[...] = result()
        self._barrier.wait(30)


def in_threads(count: int, work: Callable[[Communicator], _T]) -> list[_T]:
    """What `work` gives to each of so many threads, in their order."""
    table: list[Any] = [None] * count
    barrier = Barrier(count)

    def one(rank: int) -> _T:
        try:
            return work(ThreadCommunicator(rank, table, barrier))
        except BaseException:
            barrier.abort()  # the others wait for nobody
            raise

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
