"""A selected output value leads the gradients to an input and a kernel that made it."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.steps import steps
from core.explain.walk import Walk
from core.layers import Conv2d, ConvTranspose2d, Linear, MaxPool2d

torch = pytest.importorskip("torch")
RANDOM = np.random.default_rng(3)


def conv(groups: int = 1) -> Walk:
    """4 maps from 2 by filters 3 × 3 with stride 2 and a ring of 1: (2, 7, 7) to (4, 4, 4)."""
    layer = Conv2d(4, (3, 3), (2, 2), (1, 1, 1, 1), groups=groups, bias=False)
    w, x = RANDOM.normal(size=(4, 2 // groups, 3, 3)), RANDOM.normal(size=(2, 7, 7))
    return Walk(steps(layer, {"x": x, "weight": w, "dy": np.ones((4, 4, 4))}))


def place(walk: Walk, mode: str) -> tuple[int, int, int]:
    walk.set_mode(mode)
    return tuple(walk.target)


def test_the_input_in_the_middle_of_the_window_and_a_filter_of_the_map() -> None:
    one = conv()
    one.follow(channel=3, row=2, column=1)
    assert one.mode == "forward"
    assert tuple(one.target) == (3, 2, 1)
    assert place(one, "data") == (0, 4, 2)  # 2 · 2 − 1 + 1, 1 · 2 − 1 + 1
    of, _, _ = place(one, "filter")
    assert one.steps.links.narrow_maps[one.steps.links.kernels == of].tolist() == [3]


def test_what_takes_part_already_stays() -> None:
    one = conv()
    one.set_mode("data")
    one.aim(channel=1)
    one.set_mode("filter")
    one.aim(channel=5, row=2, column=1)  # map 1 to map 2
    one.follow(channel=2, row=0, column=0)
    assert place(one, "data") == (1, 0, 0)
    assert place(one, "filter") == (5, 2, 1)
    one.follow(channel=0, row=0, column=0)
    assert place(one, "filter") == (0, 2, 1)


def test_groups_lead_to_their_own_input() -> None:
    one = conv(groups=2)
    one.follow(channel=3, row=0, column=0)
    assert place(one, "data")[0] == 1


def test_max_pooling_leads_to_its_winner() -> None:
    x = RANDOM.normal(size=(2, 7, 7))
    y, at = torch.nn.functional.max_pool2d(
        torch.from_numpy(x)[None], 3, stride=2, padding=1, return_indices=True
    )
    layer = MaxPool2d((3, 3), (2, 2), (1, 1, 1, 1))
    one = Walk(steps(layer, {"x": x, "y": y[0].numpy(), "dy": np.ones((2, 4, 4))}))
    for channel, row, column in np.ndindex(2, 4, 4):
        one.follow(channel=channel, row=row, column=column)
        assert place(one, "data") == (channel, *divmod(int(at[0, channel, row, column]), 7))


def test_a_transposed_convolution_leads_to_the_input_that_pushed() -> None:
    layer = ConvTranspose2d(3, (2, 2), (2, 2), bias=False)
    one = Walk(
        steps(layer, {"x": np.ones((2, 3, 3)), "weight": RANDOM.normal(size=(2, 3, 2, 2)),
                      "dy": np.ones((3, 6, 6))})
    )  # fmt: skip
    one.follow(channel=2, row=3, column=4)
    assert place(one, "data") == (0, 1, 2)
    of, _, _ = place(one, "filter")
    assert one.steps.links.wide_maps[one.steps.links.kernels == of].tolist() == [2]


def test_no_input_of_a_unit_is_nearer_than_others() -> None:
    weight = RANDOM.normal(size=(5, 9))
    one = Walk(steps(Linear(5), {"x": np.ones(9), "weight": weight, "dy": np.ones(5)}))
    before = place(one, "data")
    one.set_mode("forward")
    one.follow(channel=4, row=0, column=0)
    assert place(one, "data") == before
