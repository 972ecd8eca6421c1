"""Signals over time: lanes and their places, pooling, filters along an axis, sums tap by tap."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.data.spectrogram import Sampling
from core.explain.probe import probe
from core.explain.signals import (
    FREQUENCY,
    TIME,
    Lane,
    as_strip,
    filter_of,
    lanes,
    pooled,
    sampling_of,
    seen_as_spectrogram,
    slid,
    steps_of,
    taps_of,
)
from core.infer import infer
from core.layers import AvgPool1d, Conv1d, Conv2d, Layer, MaxPool1d, ReLU
from core.network import Network
from core.zoo import BY_ID

RAMP = Lane("ramp", np.arange(10.0)[None], first=(0.0, 4.0), step=(1.0, 2.0))


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


# ---- places -----------------------------------------------------------------------------


def test_places_and_the_nearest_value() -> None:
    assert RAMP.place(0, 3) == (0.0, 10.0)
    assert RAMP.nearest(0.0, 10.4) == (0, 3)
    assert RAMP.nearest(5.0, -100.0) == (0, 0)
    assert RAMP.nearest(0.0, 1e6) == (0, 9)


def test_the_lanes_of_a_layer_lie_where_its_windows_do() -> None:
    """A window of 32 every 8 samples has its middle at 15.5, 23.5, 31.5 …"""
    known = infer(BY_ID["tdnn"].build())
    assert known.nodes["frames"].output == (24, 125)
    found = lanes(np.zeros((24, 1, 125)), known.nodes["frames"].receptive, (1, 1024))
    assert len(found) == 24
    assert [found[0].place(0, column)[1] for column in range(3)] == [15.5, 23.5, 31.5]


def test_lanes_without_a_field_are_spread_evenly() -> None:
    (lane,) = lanes(np.zeros((1, 1, 4)), None, (1, 8))
    assert [lane.place(0, column)[1] for column in range(4)] == [0.5, 2.5, 4.5, 6.5]


def test_a_strip_has_rows() -> None:
    assert as_strip(np.zeros((3, 7))).shape == (3, 1, 7)
    assert as_strip(np.zeros((3, 5, 7))).shape == (3, 5, 7)


# ---- time and frequency -----------------------------------------------------------------


def test_seconds_and_hertz() -> None:
    wave, moments = Sampling(8000), Sampling(8000, 128, 32)
    assert wave.seconds(4000) == 0.5
    assert moments.seconds(0) == 64 / 8000  # the middle of the first window
    assert moments.seconds(10) == (320 + 64) / 8000
    assert moments.hertz(16) == 1000.0


def test_a_tone_of_a_wave_lies_in_its_row_and_on_its_time() -> None:
    time = np.arange(1024) / 8000
    found = seen_as_spectrogram(Lane("wave", np.sin(2 * np.pi * 1000 * time)[None]))
    assert found is not None
    assert found.values.shape == (64, 29)
    assert (found.values.argmax(axis=0) == 16).all()  # 8000 / 128 = 62.5 Hz a row
    assert found.place(0, 1)[1] == 63.5 + 32  # of samples, counted from the middle of the first
    sampling = sampling_of(found, Sampling(8000))
    assert sampling == Sampling(8000, 128, 32)


def test_a_short_wave_has_no_spectrogram() -> None:
    assert seen_as_spectrogram(Lane("wave", np.zeros((1, 100)))) is None


# ---- pooling and filtering --------------------------------------------------------------


def test_pools_and_where_they_lie() -> None:
    four = pooled(RAMP, 4)
    np.testing.assert_array_equal(four.values, [[3, 7]])
    np.testing.assert_array_equal(pooled(RAMP, 4, how="mean").values, [[1.5, 5.5]])
    # Values 0 to 3 lie at 4, 6, 8 and 10 of the item, 4 to 7 at 12, 14, 16 and 18.
    assert [four.place(0, column)[1] for column in range(2)] == [7.0, 15.0]
    with pytest.raises(ValueError, match="10 values, 16 are needed"):
        pooled(RAMP, 16)


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_pools_are_those_of_pytorch(size: int) -> None:
    values = random(5, 21)
    for axis, kernel in ((TIME, (1, size)), (FREQUENCY, (size, 1))):
        if values.shape[axis] < size:
            continue
        for how, function in (("max", functional.max_pool2d), ("mean", functional.avg_pool2d)):
            found = pooled(Lane("", values), size, axis=axis, how=how)
            wanted = function(torch.tensor(values)[None], kernel)[0].numpy()
            np.testing.assert_allclose(found.values, wanted, rtol=1e-12)


@pytest.mark.parametrize("form", ["mean", "change", "ridge"])
def test_filters_slide_as_those_of_pytorch(form: str) -> None:
    values, weights = random(9, 12), filter_of(form, 5)
    for axis, kernel in ((TIME, weights[None]), (FREQUENCY, weights[:, None])):
        found = slid(Lane("", values), weights, axis=axis)
        x, w = torch.tensor(values)[None, None], torch.tensor(kernel)[None, None]
        wanted = functional.conv2d(x, w)[0, 0].numpy()
        np.testing.assert_allclose(found.values, wanted, atol=1e-12)
        assert found.first[axis] == 2.0
        assert found.first[1 - axis] == 0.0


def test_filters_of_each_form() -> None:
    np.testing.assert_allclose(filter_of("mean", 5), [0.2] * 5)
    np.testing.assert_allclose(filter_of("change", 5), [-0.5, -0.5, 0, 0.5, 0.5])
    np.testing.assert_allclose(filter_of("ridge", 5), [-0.25, -0.25, 1, -0.25, -0.25])
    for wrong in (1, 4):
        with pytest.raises(ValueError, match="odd number of taps"):
            filter_of("mean", wrong)
    with pytest.raises(ValueError, match="the filter 11"):
        slid(RAMP, filter_of("mean", 11), axis=TIME)


# ---- sums -------------------------------------------------------------------------------


def test_a_sum_by_hand() -> None:
    """Two maps, three taps two apart, padded by two, so that the first one meets nothing."""
    x = np.array([[1.0, 2, 3, 4, 5], [10, 20, 30, 40, 50]])
    weight = np.array([[[1.0, 2, 3], [0.1, 0.2, 0.3]]])
    layer = Conv1d(1, 3, padding=(2, 2), dilation=2)
    found = steps_of(layer, {"x": x, "weight": weight, "bias": np.array([0.5])})
    assert found is not None
    taps = taps_of(found, 0, 0, 0)
    np.testing.assert_array_equal(taps.columns, [-2, 0, 2])
    np.testing.assert_array_equal(taps.maps, [0, 1])
    np.testing.assert_allclose(taps.values[:, 0], [[0, 1, 3], [0, 10, 30]])
    np.testing.assert_allclose(taps.over_time, [0, 2 + 2, 9 + 9])
    assert taps.bias == 0.5
    assert taps.total == 22.5
    assert taps.strongest == 0  # 11 each: the first of equal ones
    assert taps.learned


@pytest.mark.parametrize(
    "layer",
    [
        Conv1d(6, 5, stride=2, padding=(2, 2)),
        Conv1d(6, 3, dilation=4, groups=2),
        Conv2d(4, (3, 1), padding=(1, 1, 0, 0)),
        Conv2d(4, (1, 5), stride=(1, 2)),
    ],
    ids=str,
)
def test_every_sum_is_what_pytorch_gives(layer: Layer) -> None:
    is_wave = isinstance(layer, Conv1d)
    x = random(4, 25) if is_wave else random(3, 6, 25)
    specs = layer.weights(x.shape)
    w = {name: random(*spec.shape) for name, spec in specs.items()}
    padding = layer.padding[0] if is_wave else (layer.padding[0], layer.padding[2])
    function = functional.conv1d if is_wave else functional.conv2d
    wanted = function(
        torch.tensor(x)[None], torch.tensor(w["weight"]), torch.tensor(w["bias"]),
        stride=layer.stride, padding=padding, dilation=layer.dilation, groups=layer.groups,
    )[0].numpy()  # fmt: skip
    found = steps_of(layer, {"x": x, **w})
    assert found is not None
    maps = as_strip(wanted)
    for cell in [(0, 0, 0), (3, maps.shape[1] - 1, 4), (2, 0, maps.shape[2] - 1)]:
        assert taps_of(found, *cell).total == pytest.approx(maps[cell], rel=1e-9)


def test_a_pool_is_the_mean_of_its_window() -> None:
    x = np.arange(8.0)[None]
    found = steps_of(AvgPool1d(4, 4), {"x": x})
    assert found is not None
    taps = taps_of(found, 0, 0, 1)
    np.testing.assert_array_equal(taps.columns, [4, 5, 6, 7])
    assert taps.total == 5.5
    assert taps.bias is None
    assert not taps.learned
    largest = steps_of(MaxPool1d(4, 4), {"x": x})
    assert largest is not None
    assert taps_of(largest, 0, 0, 1).total == 7.0


def test_layers_without_a_window_have_no_sum() -> None:
    assert steps_of(ReLU(), {"x": random(3, 8)}) is None


def test_the_sums_of_a_network_are_its_values() -> None:
    """Frames and a wide delay of the time-delay network, against what the engine computed."""
    network = Network(BY_ID["tdnn"].build(), seed=3)
    x = random(1, 1024).astype(np.float32)
    for node in ("frames", "conv3"):
        layer = network.whole[node].layer
        tensors = probe(network, x, node=node, wants=("x", "y", "weight", "bias"))
        found = steps_of(layer, tensors)
        assert found is not None
        for channel, column in ((0, 0), (5, 60), (23, tensors["y"].shape[1] - 1)):
            total = taps_of(found, channel, 0, column).total
            assert total == pytest.approx(float(tensors["y"][channel, column]), abs=1e-4)
