"""Counts, ways and winners against PyTorch: its gradients and its own arg-max."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.explain.cover import arrows, can_count, counted, counts, touched
from core.explain.steps import steps
from core.explain.walk import Walk
from core.layers import AdaptiveAvgPool2d, AvgPool2d, Conv2d, ConvTranspose2d, Layer, MaxPool2d

torch = pytest.importorskip("torch")
RANDOM = np.random.default_rng(8)
SIZE = 7
CONVS = {
    "valid": (3, 1, 0, 1),
    "padded": (3, 1, 1, 1),
    "strided": (3, 2, 1, 1),
    "leftover": (2, 3, 0, 1),
    "dilated": (3, 2, 2, 2),
}


def conv(k: int, s: int, p: int, d: int, *, size: int = SIZE) -> tuple[Walk, object]:
    """A convolution of one map with a filter of ones, and PyTorch's of the same."""
    layer = Conv2d(1, (k, k), (s, s), (p, p, p, p), dilation=(d, d), bias=False)
    x = torch.ones(1, 1, size, size, requires_grad=True)
    y = torch.nn.functional.conv2d(x, torch.ones(1, 1, k, k), stride=s, padding=p, dilation=d)
    found = {"x": np.ones((1, size, size)), "weight": np.ones((1, 1, k, k)),
             "y": y[0].detach().numpy(), "dy": np.ones(y.shape[1:])}  # fmt: skip
    return Walk(steps(layer, found)), (x, y)


@pytest.mark.parametrize("name", CONVS)
def test_counts_are_the_gradient_of_a_sum_under_ones(name: str) -> None:
    one, (x, y) = conv(*CONVS[name])
    y.sum().backward()
    p = CONVS[name][2]
    inside = slice(p, p + SIZE)
    for mode in ("forward", "data"):
        one.set_mode(mode)
        found = counts(one.steps)
        assert_array_equal(found[inside, inside], x.grad[0, 0].numpy())
        view = counted(one, one.view())
        sheet = view.left if mode == "forward" else view.right
        assert_array_equal(sheet.values, found)


def test_the_border_of_a_3_by_3_filter_with_stride_2() -> None:
    one, _ = conv(3, 2, 1, 1, size=5)
    row = np.array([1, 2, 1, 2, 1])  # by hand: windows begin at −1, 1, 3
    assert_array_equal(counts(one.steps)[1:-1, 1:-1], np.outer(row, row))


def test_equal_counts_are_no_picture() -> None:
    layer = AvgPool2d((2, 2))
    assert not can_count(Walk(steps(layer, {"x": np.ones((1, 4, 4))})))
    assert can_count(conv(3, 1, 1, 1)[0])
    one, _ = conv(3, 1, 1, 1)
    one.set_mode("filter")
    assert not can_count(one)


@pytest.mark.parametrize("name", CONVS)
def test_a_cell_feeds_what_changes_with_it(name: str) -> None:
    one, (x, y) = conv(*CONVS[name])
    p = CONVS[name][2]
    slopes = torch.stack([torch.autograd.grad(cell, x, retain_graph=True)[0] for cell in y.ravel()])
    slopes = slopes.reshape(*y.shape[2:], SIZE, SIZE).numpy()
    for row, column in np.ndindex(SIZE, SIZE):
        rows, columns = touched(one, "left", row + p, column + p)
        marked = np.zeros(y.shape[2:])
        marked[np.ix_(rows, columns)] = 1
        assert_array_equal(marked, slopes[:, :, row, column])


def test_in_the_data_gradient_the_marks_lie_on_the_spread_sheet() -> None:
    one, _ = conv(3, 2, 1, 1)
    one.set_mode("data")
    for row, column in np.ndindex(SIZE, SIZE):
        rows, columns = touched(one, "right", row + 1, column + 1)
        one.aim(row=row, column=column)
        view = one.view()
        values = view.left.kinds == 0  # those under the window are what is fed
        under = np.zeros_like(values)
        under[np.ix_(*view.under)] = True
        marked = np.zeros_like(values)
        marked[np.ix_(rows, columns)] = True
        assert_array_equal(marked, under & values)


def test_copies_in_the_padding_feed_too() -> None:
    layer = Conv2d(1, (3, 3), padding=(1, 1, 1, 1), padding_mode="reflect", bias=False)
    one = Walk(steps(layer, {"x": np.ones((1, 4, 4)), "weight": np.ones((1, 1, 3, 3))}))
    rows, _ = touched(one, "left", 1 + 1, 1)  # row 1 is copied to row −1, which row 0 sees
    assert_array_equal(rows, [0, 1, 2])
    rows, columns = touched(one, "left", 0, 0)  # the corner of the ring
    assert (rows.tolist(), columns.tolist()) == ([0], [0])


def test_bins_that_do_not_divide_leave_out_what_counts_for_nothing() -> None:
    x = torch.ones(1, 1, 5, 5, requires_grad=True)
    y = torch.nn.functional.adaptive_avg_pool2d(x, (3, 2))
    one = Walk(steps(AdaptiveAvgPool2d((3, 2)), {"x": np.ones((1, 5, 5))}))
    for row, column in np.ndindex(5, 5):
        marked = np.zeros((3, 2))
        marked[np.ix_(*touched(one, "left", row, column))] = 1
        moved = [
            float(torch.autograd.grad(cell, x, retain_graph=True)[0][0, 0, row, column])
            for cell in y.ravel()
        ]
        assert_array_equal(marked.ravel(), np.array(moved) > 0)


def pooled(k: int, s: int, p: int) -> tuple[Walk, np.ndarray, int]:
    """Max pooling of 2 maps, and PyTorch's winners (2, P, Q) as flat places of the input."""
    x = RANDOM.normal(size=(2, SIZE, SIZE))
    y, at = torch.nn.functional.max_pool2d(
        torch.from_numpy(x)[None], k, stride=s, padding=p, return_indices=True
    )
    layer = MaxPool2d((k, k), (s, s), (p, p, p, p))
    found = {"x": x, "y": y[0].numpy(), "dy": np.ones(y.shape[1:])}
    return Walk(steps(layer, found)), at[0].numpy(), p


@pytest.mark.parametrize(("k", "s", "p"), [(2, 2, 0), (3, 2, 1), (3, 1, 1), (3, 3, 0)])
def test_winners_are_the_indices_of_max_pooling(k: int, s: int, p: int) -> None:
    one, at, p = pooled(k, s, p)
    for plane in (0, 1):
        rows, columns = one.steps.winners(plane)
        assert_array_equal(rows * SIZE + columns, at[plane])


@pytest.mark.parametrize(("k", "s", "p"), [(2, 2, 0), (3, 2, 1)])
def test_arrows_go_from_the_winner_and_back_to_it(k: int, s: int, p: int) -> None:
    one, at, p = pooled(k, s, p)
    one.aim(channel=1)
    view, forward = one.view(), arrows(one)
    assert len(forward) == at[1].size
    for (r, c, p_, q_), place in zip(forward, at[1].ravel(), strict=True):
        assert divmod(place, SIZE) == (r - p, c - p)
        assert view.left.values[r, c] == view.right.values[p_, q_]
    one.set_mode("data")
    one.aim(channel=1)
    for scatters in (False, True):
        one.set_scatters(scatters)
        for (r, c, y_, x_), there in zip(arrows(one), forward, strict=True):
            assert one.view().left.kinds[r, c] == 0  # a gradient, not a zero of the stride
            assert (y_, x_) == tuple(there[:2])


def test_what_does_not_pick_has_no_arrows() -> None:
    assert not len(arrows(Walk(steps(AvgPool2d((2, 2)), {"x": np.ones((1, 4, 4))}))))
    assert not len(arrows(conv(3, 1, 1, 1)[0]))


def test_a_transposed_convolution_feeds_the_other_way() -> None:
    layer = ConvTranspose2d(1, (2, 2), (2, 2), bias=False)
    assert isinstance(layer, Layer)
    one = Walk(steps(layer, {"x": np.ones((1, 3, 3)), "weight": np.ones((1, 1, 2, 2))}))
    rows, columns = touched(one, "right", 3, 4)  # made by input cell (1, 2) alone
    spread = one.view().left
    assert (spread.kinds[rows, columns] == 0).all()
    assert ((rows - 1) // 2).tolist() == [1]
    assert ((columns - 1) // 2).tolist() == [2]
