"""A walk goes everywhere in reading order, stays inside, and what is tried touches nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.explain.steps import steps
from core.explain.walk import Walk
from core.layers import Conv2d, MaxPool2d

RANDOM = np.random.default_rng(4)


def tensors(o: int = 3, c: int = 2, k: int = 3, size: int = 6, stride: int = 1) -> dict:
    """Random tensors whose output and gradients come straight from the definition."""
    out = (size - k) // stride + 1
    x, w = RANDOM.normal(size=(c, size, size)), RANDOM.normal(size=(o, c, k, k))
    b, dy = RANDOM.normal(size=o), RANDOM.normal(size=(o, out, out))
    y, dx, dw = np.zeros_like(dy), np.zeros_like(x), np.zeros_like(w)
    for p in range(out):
        for q in range(out):
            rows, columns = slice(p * stride, p * stride + k), slice(q * stride, q * stride + k)
            seen = x[:, rows, columns]
            y[:, p, q] = b + (w * seen).sum(axis=(1, 2, 3))
            dx[:, rows, columns] += np.tensordot(dy[:, p, q], w, 1)
            dw += dy[:, p, q, None, None, None] * seen
    return {"x": x, "weight": w, "bias": b, "y": y, "dy": dy, "dx": dx, "dweight": dw}


def walk(stride: int = 1, padding: int = 0) -> Walk:
    layer = Conv2d(3, (3, 3), (stride, stride))
    return Walk(steps(layer, tensors(stride=stride)))


@pytest.mark.parametrize("mode", ["forward", "data", "filter"])
@pytest.mark.parametrize("stride", [1, 2])
def test_every_step_adds_up_to_the_right_sheet(mode: str, stride: int) -> None:
    one = walk(stride)
    one.set_mode(mode)
    h, w = one.steps.size
    for at in range(h * w):
        view = one.view()
        assert view.frame.agrees
        assert (one.target.row, one.target.column) == divmod(at, w)
        (row,), (column,) = view.target
        assert_allclose(view.right.values[row, column], view.frame.total)
        under = view.left.values[np.ix_(*view.under)]
        assert_allclose(view.frame.products, under * view.middle.values)
        assert one.go() == (at < h * w - 1)
    assert one.target[1:] == (0, 0)


def test_pushes_end_in_the_sum_of_all() -> None:
    one = walk(stride=2)
    one.set_mode("data")
    one.aim(channel=1)
    one.set_scatters(True)
    pushes = 1
    while one.go():
        pushes += 1
    assert pushes == 3 * 2 * 2  # output maps × positions
    one.go(-1)
    assert_allclose(one.view().right.values, one.steps.result[1])


def test_one_push_adds_the_filter() -> None:
    one = walk()
    one.set_mode("data")
    one.set_scatters(True)
    before = one.view()
    one.go()
    after = one.view()
    rows, columns = np.ix_(*after.target)
    added = after.right.values - before.right.values
    assert_allclose(added[rows, columns], after.pushed * after.middle.values)
    assert np.count_nonzero(added) == 9


def test_a_place_on_the_left_moves_the_window() -> None:
    one = walk()
    one.aim_left(4, 1)
    assert one.target[1:] == (3, 0)
    one.aim_left(0, 5)
    assert one.target[1:] == (0, 3)


def test_places_outside_are_brought_inside() -> None:
    one = walk()
    one.aim(channel=9, row=-3, column=99)
    assert one.target == (2, 0, 3)
    assert one.plane in one.planes


@pytest.mark.parametrize("mode", ["forward", "data"])
def test_another_weight_is_tried(mode: str) -> None:
    one = walk()
    one.set_mode(mode)
    one.aim(row=2, column=2)
    before = one.view()
    one.try_middle(0, 1, 5.0)
    after = one.view()
    assert one.what_if
    assert after.middle.values[0, 1] == 5.0
    seen = before.left.values[np.ix_(*before.under)][0, 1]
    expected = before.frame.total + (5.0 - before.middle.values[0, 1]) * seen
    assert_allclose(after.frame.total, expected)
    assert after.frame.engine == before.frame.engine
    (row,), (column,) = after.target
    assert_allclose(after.right.values[row, column], expected)  # the whole sheet follows
    one.restore()
    assert not one.what_if
    assert_array_equal(one.view().middle.values, before.middle.values)


def test_a_weight_tried_while_scattering_is_the_one_that_is_seen() -> None:
    one = walk()
    one.set_mode("data")
    one.set_scatters(True)
    one.try_middle(0, 2, 7.0)
    assert one.view().middle.values[0, 2] == 7.0


@pytest.mark.parametrize("mode", ["forward", "data", "filter"])
def test_another_input_is_tried(mode: str) -> None:
    one = walk(stride=2)
    one.set_mode(mode)
    sheet = one.view().left
    values = np.argwhere(sheet.kinds == 0)
    row, column = (int(at) for at in values[len(values) // 2])
    one.try_left(row, column, 3.0)
    assert one.view().left.values[row, column] == 3.0
    changed = one.view().left.values != sheet.values
    assert changed.sum() == 1


def test_zeros_that_were_put_there_stay() -> None:
    one = walk(stride=2)
    one.set_mode("data")
    row, column = (int(at) for at in np.argwhere(one.view().left.kinds != 0)[0])
    one.try_left(row, column, 3.0)
    assert not one.what_if


def test_shares_of_a_pool_cannot_be_typed() -> None:
    one = Walk(steps(MaxPool2d(), {"x": RANDOM.normal(size=(2, 4, 4))}))
    assert one.modes == ("forward",)
    one.try_middle(0, 0, 3.0)
    assert not one.what_if


def test_newer_tensors_are_seen_at_the_same_place() -> None:
    one, two = walk(), walk()
    one.set_mode("filter")
    one.aim(channel=4, row=1, column=2)
    one.set_mode("data")
    one.aim(channel=1, row=3, column=3)
    one.show_plane(2)
    two.keep_place(one)
    assert (two.mode, two.target, two.plane) == (one.mode, one.target, one.plane)
    two.set_mode("filter")
    assert two.target == (4, 1, 2)


def test_a_tried_value_can_become_the_largest_of_its_windows() -> None:
    x = RANDOM.normal(size=(2, 7, 7))
    one = Walk(steps(MaxPool2d(3, 2), {"x": x}))
    one.aim(channel=1, row=0, column=0)
    for value in (100.0, -100.0):  # it wins, and then another one wins
        one.try_left(2, 2, value)
        tried = x.copy()
        tried[1, 2, 2] = value
        windows = np.lib.stride_tricks.sliding_window_view(tried[1], (3, 3))[::2, ::2]
        assert_array_equal(one.view().right.values, windows.max(axis=(2, 3)))
        assert one.view().frame.total == windows[0, 0].max()
