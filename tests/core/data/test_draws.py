"""Counter-based random numbers: known answers, independence of company, right distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.draws import Draws, philox

MANY = np.arange(20_000)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)  # fmt: skip
def test_philox_gives_the_published_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], words: tuple[int, ...]
) -> None:
    """The known-answer vectors of the Random123 library."""
    assert tuple(int(word) for word in philox(counter, key)) == words


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=20), st.integers(0, 2**31 - 1))
def test_an_item_draws_the_same_in_any_company(items: list[int], seed: int) -> None:
    together, last = Draws(seed, items, name="a"), Draws(seed, items[-1:], name="a")
    for _ in range(6):
        assert together.unit()[-1] == last.unit()[0]
    assert np.array_equal(together.normal((3,))[-1], last.normal((3,))[0])
    assert together.unit()[-1] == last.unit()[0]


def test_everything_that_names_a_stream_matters() -> None:
    streams = [
        Draws(0, MANY[:100], name="a"),
        Draws(1, MANY[:100], name="a"),
        Draws(2**32, MANY[:100], name="a"),
        Draws(0, MANY[100:200], name="a"),
        Draws(0, MANY[:100], name="b"),
        Draws(0, MANY[:100], name="a", part=1),
    ]
    for kind in ("unit", "normal"):
        drawn = {(one.unit() if kind == "unit" else one.normal((1,))).tobytes() for one in streams}
        assert len(drawn) == len(streams)


def test_calls_differ_from_each_other() -> None:
    random = Draws(0, MANY[:50], name="a")
    drawn = [random.unit().tobytes() for _ in range(9)]
    drawn += [random.normal((1,)).tobytes(), random.normal((1,)).tobytes()]
    assert len(set(drawn)) == 11


def is_even(share: np.ndarray) -> bool:
    """Whether numbers from 0 to 1 are uniform: chi-squared over 20 cells, 19 degrees."""
    counts = np.histogram(share, bins=20, range=(0, 1))[0]
    assert counts.sum() == len(share)
    expected = len(share) / 20
    return bool(((counts - expected) ** 2 / expected).sum() < 45)  # exceeded once in 1,500


def test_distributions() -> None:
    random = Draws(5, MANY, name="shapes")
    even = random.uniform(-3, 7)
    assert is_even((even + 3) / 10)
    halves = random.log_uniform(0.25, 4)
    assert is_even(np.log2(halves) / 4 + 0.5)
    assert abs(np.mean(halves < 1) - 0.5) < 0.02
    whole = random.whole(-2, 2)
    assert np.bincount(whole + 2).min() > 3700
    assert set(whole.tolist()) == {-2, -1, 0, 1, 2}
    assert abs(random.chance(0.3).mean() - 0.3) < 0.02
    assert not random.chance(0.0).any()
    assert random.chance(1.0).all()
    normal = random.normal((4,))
    assert normal.dtype == np.float32
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02


def test_neighbors_are_independent() -> None:
    first, second = (Draws(0, MANY, name="a", part=part).unit() for part in (0, 1))
    for a, b in ((first[:-1], first[1:]), (first, second)):
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
