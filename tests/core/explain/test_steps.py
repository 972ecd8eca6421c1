"""Every sum of the steppers is the engine's number, for every layer whose window slides.

The engine itself is compared with PyTorch and finite differences elsewhere; here PyTorch is asked
once more, directly. The worked numbers of the lectures are in test_golden_views.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.backend import Backend
from core.explain.frames import Kind, Target
from core.explain.stepping import Steps
from core.explain.steps import Mode, parts, steps
from core.explain.wiring import is_wired
from core.layers import Conv1d, Conv2d, ConvTranspose2d, Layer, MaxPool2d
from tests.support.layer_cases import CASES, Case
from tests.support.layer_run import given, run_layer

RANDOM = np.random.default_rng(5)
SLIDING = [case for case in CASES if is_wired(case.layer)]
KINDS = sorted({type(case.layer) for case in SLIDING}, key=lambda kind: kind.__name__)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def cases_of(kind: type[Layer]) -> Iterator[tuple[Case, dict[Mode, Steps]]]:
    """The cases of a layer with their steps; of a layer in two parts, the first."""
    for case in SLIDING:
        if type(case.layer) is kind:
            yield case, steps(case.layer, tensors_of(case))


@cache
def tensors_of(case: Case) -> dict[str, np.ndarray]:
    """What the engine makes of the first item of a case, in float64, alone in its batch."""
    start = given(case)
    start = type(start)([x[:1] for x in start.inputs], start.dy[:1], start.weights)
    done = run_layer(case, start, Backend(), np.float64)
    found = {"x": start.inputs[0][0], "y": done.y[0], "dy": start.dy[0], "dx": done.dx[0][0]}
    return {**found, **start.weights, **{f"d{name}": dw for name, dw in done.dw.items()}}


def a_plane(one: Steps, target: Target) -> int:
    """A plane that takes part, or any where none does."""
    return int(RANDOM.choice([*one.planes(target.map)] or [0]))


def some(one: Steps, count: int = 4) -> list[tuple[Target, tuple[int, int]]]:
    """Targets here and there, the corners among them, each with a position."""
    h, w = one.size
    places = [(0, 0), (h - 1, w - 1), (0, w - 1), (h - 1, 0)]
    places += [(int(RANDOM.integers(h)), int(RANDOM.integers(w))) for _ in range(count)]
    p, q = one.weight.shape[:2]
    return [
        (Target(int(RANDOM.integers(one.maps)), *place), (int(RANDOM.integers(p)), q - 1))
        for place in places
    ]


@each_kind
def test_every_sum_is_the_engines(kind: type[Layer]) -> None:
    for case, modes in cases_of(kind):
        if parts(case.layer):  # the probe tests have the tensors between the parts
            continue
        assert {"forward", "data"} <= set(modes)
        for one in modes.values():
            for target, at in some(one):
                frame = one.frame(target, a_plane(one, target), at=at)
                assert frame.engine is not None
                assert_allclose(frame.total, frame.engine, rtol=1e-9, atol=1e-9, err_msg=str(case))


@each_kind
def test_what_is_drawn_is_what_is_summed(kind: type[Layer]) -> None:
    """The products under the middle sheet are the terms of the plane that is shown."""
    for case, modes in cases_of(kind):
        for one in modes.values():
            if one.partner == "wide" and one.links.fill != "zeros":
                continue  # copies of a cell are summed too, but drawn by themselves
            for target, at in some(one, 0):
                for number, plane in enumerate(one.planes(target.map)[:3]):
                    frame = one.frame(target, int(plane), at=at)
                    assert_allclose(
                        frame.products.sum(), frame.parts[number], rtol=1e-9, atol=1e-12,
                        err_msg=str(case),
                    )  # fmt: skip
                    assert frame.left.shape == frame.middle.values.shape == frame.products.shape


@each_kind
def test_scatter_and_gather_are_equal(kind: type[Layer]) -> None:
    for case, modes in cases_of(kind):
        for one in modes.values():
            if one.partner == "wide" and one.links.fill == "zeros":
                check_scatter(case, one)


def check_scatter(case: Case, one: Steps) -> None:
    """Every push added up is what the sums give, in the ring as well."""
    p, q = one.links.narrow
    for channel in range(one.maps):
        planes = one.planes(channel)
        pushed = one.scatter(planes)
        whole = one.right(channel)
        assert whole.values.shape == pushed.shape
        top, left = -whole.origin[0], -whole.origin[1]
        for row, column in ((0, 0), (one.size[0] - 1, one.size[1] - 1), (-top, -left)):
            target = Target(channel, row, column)
            frame = one.frame(target, a_plane(one, target))
            got = pushed[row + top, column + left] + (frame.bias or 0.0)
            assert_allclose(frame.total, got, rtol=1e-9, atol=1e-9, err_msg=str(case))
        if len(planes):
            assert_allclose(one.scattered_until(int(planes[-1]), p - 1, q - 1), pushed, atol=1e-9)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "settings",
    [
        {}, {"stride": 2}, {"padding": (2, 1)}, {"dilation": 2, "padding": 2}, {"groups": 2},
        {"groups": 4}, {"stride": (2, 3), "padding": 1, "dilation": (1, 2)},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("transposed", [False, True])
def test_pytorch_gives_the_same(settings: dict[str, Any], transposed: bool) -> None:
    import torch

    kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
    peer = kind(4, 4, 3, **settings).double()
    x = torch.randn(1, 4, 9, 8, dtype=torch.float64, requires_grad=True)
    y = peer(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    own = dict(settings)
    if "padding" in own:
        down, across = own["padding"] if isinstance(own["padding"], tuple) else [own["padding"]] * 2
        own["padding"] = (down, down, across, across)
    own |= {
        name: (own[name],) * 2 for name in ("stride", "dilation") if isinstance(own.get(name), int)
    }
    layer = (ConvTranspose2d if transposed else Conv2d)(4, (3, 3), **own)
    tensors = {
        "x": x[0], "y": y[0], "dx": x.grad[0], "dy": dy[0], "weight": peer.weight,
        "bias": peer.bias, "dweight": peer.weight.grad,
    }  # fmt: skip
    modes = steps(layer, {name: one.detach().numpy() for name, one in tensors.items()})
    assert set(modes) == {"forward", "data", "filter"}
    for one in modes.values():
        for target, _ in some(one, 20):
            frame = one.frame(target, int(one.planes(target.map)[0]))
            assert frame.engine is not None
            assert_allclose(frame.total, frame.engine, rtol=1e-9, atol=1e-9)


def test_a_tie_goes_to_the_first() -> None:
    x = np.zeros((1, 4, 4))
    dy = np.ones((1, 2, 2))
    one = steps(MaxPool2d(), {"x": x, "dy": dy})["data"]
    got = [[one.frame(Target(0, r, s), 0).total for s in range(4)] for r in range(4)]
    assert_allclose(got, [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])


def test_counts_of_a_strided_convolution() -> None:
    """H5: inside, a cell has a share in 4, 2 or 1 outputs of a 3 × 3 window with stride 2."""
    dy = np.ones((1, 4, 4))
    layer = Conv2d(1, (3, 3), (2, 2), bias=False)
    tensors = {"x": np.ones((1, 9, 9)), "weight": np.ones((1, 1, 3, 3)), "dy": dy}
    one = steps(layer, tensors)["data"]
    got = [[one.frame(Target(0, r, s), 0).total for s in range(2, 6)] for r in range(2, 4)]
    assert_allclose(got, [[4, 2, 4, 2], [2, 1, 2, 1]])


def test_cells_left_over_by_the_stride_are_marked() -> None:
    """X20: N = 6, K = 3, S = 2 leaves the last row and column out; they get no gradient."""
    layer = Conv2d(1, (3, 3), (2, 2), bias=False)
    tensors = {"x": np.ones((1, 6, 6)), "weight": np.ones((1, 1, 3, 3)), "dy": np.ones((1, 2, 2))}
    modes = steps(layer, tensors)
    kinds = modes["forward"].left(0).kinds
    assert (kinds[5] == Kind.UNUSED).all()
    assert (kinds[:5, :5] == Kind.VALUE).all()
    assert modes["data"].size == (6, 6)
    assert modes["data"].frame(Target(0, 5, 5), 0).total == 0
    assert modes["filter"].size == (3, 3)


def test_a_spread_sheet_has_zeros_for_the_stride_and_a_ring() -> None:
    layer = Conv2d(1, (3, 3), (2, 2), bias=False)
    dy = np.arange(1.0, 5).reshape(1, 2, 2)
    tensors = {"x": np.ones((1, 5, 5)), "weight": np.ones((1, 1, 3, 3)), "dy": dy}
    sheet = steps(layer, tensors)["data"].left(0)
    assert sheet.values.shape == (7, 7)
    assert_allclose(sheet.values[2:5, 2:5], [[1, 0, 2], [0, 0, 0], [3, 0, 4]])
    assert sheet.values.sum() == dy.sum()
    assert (sheet.kinds == Kind.SPREAD).sum() == 5
    assert sheet.origin == (-2, -2)


def test_signals_are_sheets_of_one_row() -> None:
    tensors = {"x": np.ones((2, 7)), "weight": np.ones((3, 2, 3)), "bias": np.zeros(3)}
    one = steps(Conv1d(3, 3), tensors)["forward"]
    assert one.size == (1, 5)
    assert one.frame(Target(2, 0, 4), int(one.planes(2)[1])).total == 6


def test_a_wrong_number_of_the_engine_is_noticed() -> None:
    tensors = {"x": np.ones((1, 3, 3)), "weight": np.ones((1, 1, 3, 3)), "y": np.full((1, 1, 1), 9)}
    layer = Conv2d(1, (3, 3), bias=False)
    assert steps(layer, tensors)["forward"].frame(Target(0, 0, 0), 0).agrees
    tensors["y"] = np.full((1, 1, 1), 9.01)
    assert not steps(layer, tensors)["forward"].frame(Target(0, 0, 0), 0).agrees
