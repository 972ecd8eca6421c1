"""Fitted items kept in memory: no more than fit, and the same whoever asks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from core import memory
from core.data.dataset import ArraySplit, Pictures
from core.data.file_split import FileSplit
from core.data.fitted import fit
from core.data.fitted_split import FittedSplit
from core.data.fitting import PictureFitting
from core.data.kept import Kept, allowance
from core.data.policy import DataPolicy
from core.data.sources import Shapes, open_source

FITTING = PictureFitting((1, 5, 5), (1, 5, 5), (0.0,), (255.0,), "fit")  # 25 bytes an item


class Counting(ArraySplit):
    """Gray pictures 4 × 4, each of its own shade; counts how often each is asked for."""

    def __init__(self, count: int) -> None:
        shades = np.arange(count, dtype=np.uint8)[:, None, None, None]
        super().__init__(np.broadcast_to(shades, (count, 1, 4, 4)), np.zeros(count, int), 1)
        self.asked = np.zeros(count, int)
        self.most = 0
        self._lock = threading.Lock()

    def items(self, indices: ArrayLike) -> Pictures:
        chosen = np.asarray(indices)
        with self._lock:
            np.add.at(self.asked, chosen, 1)
            self.most = max(self.most, len(chosen))
        return super().items(indices)


@pytest.mark.parametrize("room", [0, 1, 7, 24, 25, 100])
def test_the_first_that_fit_are_made_once(room: int) -> None:
    source = Counting(24)
    split = FittedSplit(source, FITTING, room * 25)
    for _ in range(3):
        x, _ = split.batch(np.random.default_rng(0).permutation(24))
        assert x.shape == (24, 1, 5, 5)
    assert source.asked.tolist() == [1] * min(room, 24) + [3] * max(24 - room, 0)
    assert split.memory == 25 * min(room, 24)


def test_a_tiny_limit_is_never_passed() -> None:
    """The store is as large after many batches as it was made."""
    kept = Kept(3, (1, 5, 5), np.dtype(np.uint8))
    for first in range(0, 40, 4):
        numbers = np.arange(first, first + 4)
        kept.put(numbers, np.full((4, 1, 5, 5), first, np.uint8))
        assert len(kept) == 3
        assert kept.take(np.arange(3)).nbytes == 75
    assert kept.is_full
    assert kept.has(np.array([0, 2, 3, 39])).tolist() == [True, True, False, False]
    assert (kept.take(np.arange(3)) == 0).all()


def test_what_was_put_in_once_stays() -> None:
    kept = Kept(2, (1,), np.dtype(np.uint8))
    kept.put(np.array([1, 5]), np.array([[7], [9]], np.uint8))
    kept.put(np.array([0, 1]), np.array([[3], [8]], np.uint8))
    assert kept.take(np.array([0, 1])).tolist() == [[3], [7]]


def test_many_threads_get_what_one_gets() -> None:
    source = Counting(200)
    split = FittedSplit(source, FITTING, 120 * 25)
    rows = [np.random.default_rng(seed).integers(0, 200, 50) for seed in range(200)]
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda row: split.batch(row)[0], rows))
    for row, x in zip(rows, batches, strict=True):
        middle = np.rint(x[:, 0, 1, 1] * 255)  # a border of one lies around at most
        assert middle.tolist() == row.tolist()


def test_batches_are_the_same_ahead_and_kept() -> None:
    source = Counting(64)
    split, plain = FittedSplit(source, FITTING, 40 * 25), FittedSplit(source, FITTING, 0)
    order = [np.arange(i, i + 16) % 64 for i in range(0, 200, 16)]
    for row, (x, labels) in zip(order, split.batches(order), strict=True):
        expected, truth = plain.batch(row)
        assert np.array_equal(x, expected)
        assert np.array_equal(labels, truth)


def test_no_thread_is_started_for_what_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a thread was wanted")

    split = FittedSplit(Counting(8), FITTING, 8 * 25)
    list(split.batches([np.arange(8)]))
    monkeypatch.setattr("core.data.fitted_split.ahead", never)
    assert len(list(split.batches([np.arange(4), np.arange(4, 8)]))) == 2
    assert list(split.batches([])) == []


def test_photographs_are_read_a_few_at_a_time(tmp_path: Path) -> None:
    from PIL import Image

    for number in range(9):
        Image.new("L", (8, 8), 20 * number).save(tmp_path / f"{number}.png")
    seen: list[int] = []

    class Watched(FileSplit):
        def items(self, indices: ArrayLike) -> Pictures:
            seen.append(len(np.asarray(indices)))
            return super().items(indices)

    source = Watched(lambda i: str(tmp_path / f"{i}.png"), [0] * 9, 1, channels=1)
    x, _ = FittedSplit(source, FITTING).batch(np.arange(9))
    assert np.rint(x[:, 0, 2, 2] * 255).tolist() == [20 * number for number in range(9)]
    assert max(seen) == Watched.at_once
    assert sum(seen) == 9


# ---- how much there is room for ----


def test_a_quarter_of_the_free_memory_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, expected in [(8_000_000_000, 2_000_000_000), (1, 64_000_000), (0, 512_000_000)]:
        monkeypatch.setattr(memory, "free_and_total", lambda free=free: (free, 2 * free))
        assert allowance() == expected


def test_both_splits_share_the_memory() -> None:
    data = open_source(Shapes(train=10, validation=6, size=(8, 8)))  # 192 bytes an item
    fitted = fit(data, (3, 8, 8), DataPolicy(), memory=12 * 192)
    assert (fitted.train.room, fitted.validation.room) == (10, 2)
    assert fitted.remarks == (
        "2 kB of memory keep 12 of 16 items once they are prepared; the others are prepared again"
        " in every epoch.",
    )
    assert fit(data, (3, 8, 8), DataPolicy(), memory=16 * 192).remarks == ()


def test_a_container_has_less_memory_than_its_computer(tmp_path: Path) -> None:
    assert memory.free_and_total(tmp_path) == (0, 0)
    (tmp_path / "proc").mkdir()
    told = "MemTotal:       2000 kB\nMemFree:        100 kB\nMemAvailable:   1500 kB\n"
    (tmp_path / "proc" / "meminfo").write_text(told)
    assert memory.free_and_total(tmp_path) == (1500 * 1024, 2000 * 1024)
    group = tmp_path / "sys" / "fs" / "cgroup"
    group.mkdir(parents=True)
    (group / "memory.current").write_text("300000\n")
    (group / "memory.max").write_text("max\n")
    assert memory.free_and_total(tmp_path) == (1500 * 1024, 2000 * 1024)
    (group / "memory.max").write_text("1000000\n")
    assert memory.free_and_total(tmp_path) == (700000, 1000000)
