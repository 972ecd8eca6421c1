"""Work ahead of time: in order, bounded, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.data.ahead import MOST_WORKERS, THREADS, ahead, room_for


def threads() -> list[str]:
    """The threads that work ahead."""
    return [one.name for one in threading.enumerate() if one.name.startswith(THREADS)]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads() == []


def test_results_come_in_order_whatever_is_done_first() -> None:
    """The first job ends only when the second has: their results still come in order."""
    second = threading.Event()

    def work(job: int) -> int:
        if job == 1:
            second.set()
        if job == 0:
            assert second.wait(10)
        return job * job

    assert list(ahead(work, range(6), workers=2, most=3)) == [0, 1, 4, 9, 16, 25]


@pytest.mark.parametrize(("workers", "most"), [(1, 1), (1, 3), (4, 2), (3, 4)])
def test_no_more_is_begun_than_may_be(workers: int, most: int) -> None:
    begun: list[int] = []
    results = ahead(begun.append, range(20), workers=workers, most=most)
    for given, _ in enumerate(results, start=1):
        assert len(begun) < given + most
    assert sorted(begun) == list(range(20))


def test_an_error_comes_in_its_place() -> None:
    def work(job: int) -> int:
        if job == 2:
            raise LookupError("no job 2")
        return job

    results = ahead(work, range(9), workers=2, most=4)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(LookupError, match="no job 2"):
        next(results)
    assert list(results) == []


def test_an_error_of_the_jobs_is_raised() -> None:
    def jobs() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(ahead(abs, jobs(), workers=2, most=3))


def test_closing_waits_for_what_runs_and_drops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    running, go_on, begun = threading.Event(), threading.Event(), list[int]()
    shutdown = ThreadPoolExecutor.shutdown

    def end(pool: ThreadPoolExecutor, wait: bool = True, **more: bool) -> None:
        go_on.set()  # by now the rest has been dropped
        shutdown(pool, wait, **more)

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", end)

    def work(job: int) -> int:
        begun.append(job)
        if job == 1:
            running.set()
            assert go_on.wait(10)
        return job

    results = ahead(work, range(9), workers=1, most=3)
    assert next(results) == 0
    assert running.wait(10)
    results.close()
    assert begun == [0, 1]


def test_nothing_is_begun_before_it_is_wanted() -> None:
    results = ahead(pytest.fail, range(3), workers=1, most=2)
    assert threads() == []
    results.close()


def test_large_results_wait_in_smaller_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.ahead.physical_cores", lambda: 4)
    assert room_for(1) == (4, 5)
    assert room_for(80_000_000) == (3, 3)
    assert room_for(10**12) == (2, 2)
    monkeypatch.setattr("core.data.ahead.physical_cores", lambda: 64)
    assert room_for(1) == (MOST_WORKERS, MOST_WORKERS + 1)
