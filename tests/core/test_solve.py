"""Settings for a wanted size: each answer gives it, by formulas that stand here."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from core.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Crop2d,
    Layer,
    MaxPool2d,
    ReLU,
    Upsample,
)
from core.shapes import Shape
from core.solve import solve_for

pytestmark = pytest.mark.oracle


def texts(layer: Layer, shape: Shape, wanted: tuple[int, ...]) -> list[str]:
    return [one.text for one in solve_for(layer, (shape,), wanted)]


def settings(layer: Layer, shape: Shape, wanted: tuple[int, ...]) -> list[dict[str, Any]]:
    return [dict(one.settings) for one in solve_for(layer, (shape,), wanted)]


def test_the_settings_of_the_textbook() -> None:
    assert texts(Conv2d(4, 5), (1, 28, 28), (28, 28)) == ["padding 2", "kernel size 1×1"]
    halved = texts(Conv2d(4, 5), (1, 28, 28), (14, 14))
    assert halved[:2] == ["kernel size 15×15", "padding 2 · stride 2"]  # one change before two
    assert "round up" in texts(MaxPool2d(), (4, 13, 13), (7, 7))
    assert texts(Upsample(), (4, 7, 7), (28, 28)) == ["scale factor 4"]
    assert texts(AdaptiveAvgPool2d(), (4, 7, 7), (3, 3)) == ["output size 3×3"]
    assert texts(Crop2d(), (2, 10, 10), (7, 7)) == ["cropping 1,2,1,2"]


def test_an_even_kernel_needs_unequal_sides() -> None:
    assert "padding same" in texts(Conv2d(4, 4), (1, 9, 9), (9, 9))


def test_nothing_to_do_and_nothing_that_could_be_done() -> None:
    assert solve_for(Conv2d(4, 5), ((1, 28, 28),), (24, 24)) == ()
    assert solve_for(Conv2d(4, 3), ((1, 28, 28),), (1000, 1000)) == ()
    assert solve_for(ReLU(), ((1, 3, 3),), (2, 2)) == ()


@pytest.mark.parametrize("wanted", [(), (0, 4), (4,), (4, 4, 4)])
def test_sizes_that_no_maps_have(wanted: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="2 sizes of 1 or more"):
        solve_for(Conv2d(4, 3), ((1, 8, 8),), wanted)


@pytest.mark.parametrize("wanted", [(14, 10), (9, 20), (5, 5), (28, 20), (7, 3)])
def test_pytorch_gives_the_same_size_for_every_convolution(wanted: tuple[int, int]) -> None:
    now = {"kernel_size": (5, 3), "stride": (1, 1), "padding": (0, 0, 0, 0)}
    found = settings(Conv2d(2, (5, 3)), (1, 28, 20), wanted)
    assert found
    for changed in found:
        how = {**now, **changed}
        if isinstance(how["padding"], str) or "dilation" in changed:
            continue  # modes and dilation are compared elsewhere
        ring, kernel = sides(how["padding"]), how["kernel_size"]
        x = functional.pad(torch.zeros(1, 1, 28, 20), ring)
        y = functional.conv2d(x, torch.zeros(2, 1, *pair(kernel)), stride=how["stride"])
        assert tuple(y.shape[2:]) == wanted, changed


@pytest.mark.parametrize("wanted", [(7, 7), (5, 4), (13, 13), (3, 3)])
def test_pytorch_gives_the_same_size_for_every_pooling(wanted: tuple[int, int]) -> None:
    now = {"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0, 0, 0), "ceil_mode": False}
    found = settings(AvgPool2d(), (1, 13, 13), wanted)
    assert found
    for changed in found:
        how = {**now, **changed}
        if isinstance(how["padding"], str):
            continue
        left, right, top, bottom = sides(how["padding"])
        assert (left, top) == (right, bottom)
        y = functional.max_pool2d(
            torch.zeros(1, 1, 13, 13), how["kernel_size"], how["stride"], (top, left),
            ceil_mode=how["ceil_mode"],
        )  # fmt: skip
        assert tuple(y.shape[2:]) == wanted, changed


def test_pytorch_gives_the_same_size_for_transposed_convolutions() -> None:
    for changed in settings(ConvTranspose2d(3, 3, 2), (2, 14, 14), (28, 28)):
        how = {"kernel_size": (3, 3), "stride": 2, "output_padding": 0}
        how = {"padding": (0, 0, 0, 0), **how, **changed}
        if isinstance(how["padding"], str):
            continue
        left, right, top, bottom = sides(how["padding"])
        assert left == right == top == bottom
        y = functional.conv_transpose2d(
            torch.zeros(1, 2, 14, 14), torch.zeros(2, 3, *pair(how["kernel_size"])), None,
            how["stride"], left, how["output_padding"],
        )  # fmt: skip
        assert tuple(y.shape[2:]) == (28, 28), changed


def test_signals_have_one_size() -> None:
    for changed in settings(Conv1d(4, 5), (2, 100), (50,)):
        how = {"kernel_size": 5, "stride": 1, "padding": (0, 0), **changed}
        size = 100 + sum(how["padding"]) - how["kernel_size"]
        assert size // how["stride"] + 1 == 50
        assert "dilation" not in changed


def pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def sides(padding: Any) -> tuple[int, int, int, int]:
    """Left, right, top, bottom, as PyTorch pads."""
    top, bottom, left, right = padding if len(padding) == 4 else (*padding, *padding)
    return (left, right, top, bottom)
