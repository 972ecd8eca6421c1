"""Resizing layers in the lessons they are for, and where their cells lie on the input."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from core.backend import Backend
from core.graph import chain
from core.infer import Field, infer
from core.layers import (
    ChannelPad,
    Crop2d,
    Flatten,
    Input,
    Layer,
    Output,
    Pad2d,
    Reshape,
    Slice2d,
    Upsample,
    ZeroInsert2d,
)
from core.shapes import Window
from tests.support.layer_run import LayerRun


def output(layer: Layer, x: np.ndarray) -> np.ndarray:
    """What a layer gives in float64."""
    return layer.forward(LayerRun(Backend(), np.float64), {}, x)[0].copy()


def field(*layers: Layer) -> Field | None:
    """The receptive field after layers on a picture of 12 × 12."""
    graph = chain(Input((1, 12, 12)), *layers, Flatten(), Output())
    return infer(graph).nodes[graph.order[len(layers)]].receptive


def test_strided_backward_is_stride_1_on_zero_inserted_gradients() -> None:
    """Lecture 004, with N = 6, K = 3, S = 2, where the slides' short form is too small."""
    random, backend = np.random.default_rng(1), Backend()
    w, dz = random.normal(size=(2, 3, 3, 3)), random.normal(size=(1, 2, 2, 2))
    spread = output(ZeroInsert2d(2, tail=1), dz)
    assert spread.shape == (1, 2, 4, 4)
    strided, stepped = np.empty((1, 3, 6, 6)), np.empty((1, 3, 6, 6))
    backend.conv2d_data(dz, w, window=Window((3, 3), (2, 2)), groups=1, out=strided)
    backend.conv2d_data(spread, w, window=Window((3, 3)), groups=1, out=stepped)
    assert_allclose(stepped, strided)


def test_slice_undoes_zero_insert_and_crop_undoes_pad() -> None:
    x = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    assert_allclose(output(Slice2d(stride=3), output(ZeroInsert2d(3), x)), x)
    for mode in ("zeros", "constant", "replicate", "reflect"):
        ring = (1, 2, 3, 0)
        assert_allclose(output(Crop2d(ring), output(Pad2d(ring, mode, 7.0), x)), x)


def test_option_a_shortcut() -> None:
    graph = chain(Input((16, 32, 32)), Slice2d(stride=2), ChannelPad(8, 8), Flatten(), Output())
    nodes = infer(graph).nodes
    assert nodes["channelpad1"].output == (32, 16, 16)
    assert infer(graph).parameters == 0


def test_where_cells_lie_on_the_input() -> None:
    assert field(Crop2d((2, 0, 3, 0))) == Field((1, 1), (1, 1), (2.0, 3.0))
    assert field(Pad2d((2, 1, 3, 0))) == Field((1, 1), (1, 1), (-2.0, -3.0))
    assert field(Slice2d(stride=(2, 3), offset=(1, 0))) == Field((1, 1), (2, 3), (1.0, 0.0))
    assert field(Upsample(2)) == Field((1, 1), (0.5, 0.5), (-0.25, -0.25))
    copies, blends = field(Upsample(3)), field(Upsample(3, "bilinear"))
    assert copies is not None
    assert blends == Field((2, 2), copies.step, copies.start)
    assert field(ZeroInsert2d(4)) == Field((1, 1), (0.25, 0.25), (0.0, 0.0))
    assert field(Slice2d(stride=2), ZeroInsert2d(2)) == Field((1, 1), (1.0, 1.0), (0.0, 0.0))
    whole = field(Reshape((4, 6, 6)))
    assert whole is not None
    assert whole.size == (12, 12)


def test_bilinear_blends_keep_straight_lines() -> None:
    line = np.arange(6.0).reshape(1, 1, 1, 6)
    got = output(Upsample((1, 3), "bilinear"), line).ravel()
    assert_allclose(got[1:-1], (np.arange(1, 17) + 0.5) / 3 - 0.5)
    assert (got[0], got[-1]) == (0.0, 5.0)
