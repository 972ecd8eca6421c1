"""Paddings and windows against the rules of the lectures, for every small size."""

from __future__ import annotations

from itertools import product

import pytest

from core.kinds import Quad
from core.shapes import (
    ShapeError,
    Window,
    explain_window,
    fit_window,
    resolve_padding,
)

SMALL = list(product(range(1, 40), range(1, 12), range(1, 7)))  # N < 40, L < 12, S < 7


def sides(mode: str, size: int, kernel: int, stride: int = 1, dilation: int = 1) -> Quad:
    """The padding that a mode means on both axes of a square."""
    window = Window((kernel,) * 2, (stride,) * 2, dilation=(dilation,) * 2)
    return resolve_padding(mode, (size, size), window)


def output(mode: str, size: int, kernel: int, stride: int) -> int:
    padding = sides(mode, size, kernel, stride)
    return Window((kernel,) * 2, (stride,) * 2, padding).output((size, size))[0]


def test_the_rule_of_11_785_gives_size_over_stride_rounded_up() -> None:
    wrong = [(n, k, s) for n, k, s in SMALL if output("ceil", n, k, s) != -(-n // s)]
    assert not wrong


def test_the_rule_of_11_785_pads_as_it_says() -> None:
    """First S⌈N/S⌉ − N cells, then L − 1: half of L on one side, half less one on the other."""
    for n, k, s in SMALL:
        before, after, *_ = sides("ceil", n, k, s)
        missing = s * -(-n // s) - n
        assert before + after == missing + k - 1
        if k % 2 == 0:
            assert (before, after - missing) == (k // 2 - 1, k // 2)


def test_same_gives_that_size_with_the_fewest_cells() -> None:
    for n, k, s in SMALL:
        before, after, *_ = sides("same", n, k, s)
        wanted = -(-n // s)
        assert output("same", n, k, s) == wanted
        assert 0 <= after - before <= 1
        fewer = Window((k, k), (s, s), (before, after - 1, before, after - 1))
        assert before + after == 0 or fewer.output((n, n))[0] < wanted


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "ceil", "same"),
    [(5, 3, 2, (1, 2), (1, 1)), (28, 5, 2, (2, 2), (1, 2)), (4, 3, 1, (1, 1), (1, 1))],
)
def test_both_rules_align_as_the_lectures_count(
    size: int, kernel: int, stride: int, ceil: tuple[int, int], same: tuple[int, int]
) -> None:
    assert sides("ceil", size, kernel, stride)[:2] == ceil
    assert sides("same", size, kernel, stride)[:2] == same


def test_half_and_full() -> None:
    for n, k in product(range(1, 12), range(1, 8)):
        assert sides("half", n, k) == (k // 2,) * 4
        assert output("full", n, k, 1) == n + k - 1
        assert output("half", n, k, 1) == n + (k % 2 == 0)
    assert sides("half", 9, 3, dilation=2) == (2,) * 4
    assert sides("full", 9, 3, dilation=2) == (4,) * 4


def test_every_window_of_a_mode_meets_the_maps() -> None:
    """No window lies in the padding alone, so a maximum always has a value to find."""
    for mode, (n, k, s) in product(("valid", "half", "full", "same", "ceil"), SMALL[::3]):
        before = sides(mode, n, k, s)[0]
        last = (output(mode, n, k, s) - 1) * s
        assert before < k, mode
        assert last < before + n or mode == "valid", (mode, n, k, s)


def test_a_signal_speaks_of_its_length() -> None:
    window = Window((1, 5), (1, 2))
    (step,) = explain_window(window, (1, 9), axes=(1,))
    assert (step.axis, step.text) == ("length", "⌊(9 − 5)/2⌋ + 1 = 3")
    with pytest.raises(ShapeError) as error:
        fit_window(window, (1, 3), axes=(1,))
    assert error.value.sentence == (
        "needs an input of 5 or larger, padding included, for its kernel size of 5: it gets 3."
    )
    assert error.value.remedies[0] == ("Make the kernel 3", {"kernel_size": 3})
    with pytest.raises(ShapeError, match=r"5×3 or larger, .* size of 3×3 and dilation of 2×1: it "):
        fit_window(Window((3, 3), dilation=(2, 1)), (3, 9))


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="circular"):
        resolve_padding("circular", (3, 3), Window((3, 3)))
