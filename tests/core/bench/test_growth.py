"""Slopes of growth, and each series at a size that takes no time."""

from __future__ import annotations

import pytest

from core.bench.conditions import Conditions
from core.bench.growth import SERIES, Growth, as_markdown, as_text, slope, stack
from core.infer import infer
from core.layers import Conv2d

PLAIN = Conditions(plain=True)


def test_slopes() -> None:
    sizes = (1, 2, 4, 8)
    assert slope(sizes, [3.0, 6.0, 12.0, 24.0]) == pytest.approx(1)
    assert slope(sizes, [3.0, 12.0, 48.0, 192.0]) == pytest.approx(2)
    assert slope(sizes, [7.0, 7.0, 7.0, 7.0]) == pytest.approx(0)
    # Least squares by hand: log2 values 0, 1, 1, 3 at 0, 1, 2, 3 have the slope 0.9.
    assert slope(sizes, [1.0, 2.0, 2.0, 8.0]) == pytest.approx(0.9)


def test_no_slope_without_numbers() -> None:
    assert slope((1, 2), [1.0, 0.0]) is None
    assert slope((1, 2), [None, None]) is None


def test_a_stack_is_as_deep_and_wide_as_asked() -> None:
    graph = stack(side=20, depth=3)
    assert len(graph.of_type(Conv2d)) == 3
    assert {infer(graph).nodes[node.id].output for node in graph.of_type(Conv2d)} == {(16, 20, 20)}


@pytest.mark.parametrize("name", SERIES)
def test_every_series_measures(name: str) -> None:
    series = SERIES[name]
    seconds, mib = series.run(series.small, PLAIN)
    assert 0 < seconds < 60
    assert mib is None or mib >= 0


def test_a_series_is_told_with_its_slopes() -> None:
    series = SERIES["side"]
    costs = tuple((size**2 / 1000, size / 2) for size in series.sizes)
    found = Growth(series, costs)
    first, *_, last = as_text(found).splitlines()[1:]
    assert first.split()[-3:] == ["16", "256.0", "8.0"]
    assert " ".join(last.split()) == "slope 2.00 (expected 2) 1.00 (expected 2)"
    assert "| a step by image side | 16 | 256.0 | 8.0 |" in as_markdown([found])


def test_a_system_that_tells_no_memory_has_no_slope_of_it() -> None:
    found = Growth(SERIES["side"], ((1.0, None),) * 4)
    assert "– (expected 2)" in as_text(found)
