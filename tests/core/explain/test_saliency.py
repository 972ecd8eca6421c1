"""Where a network looks: against PyTorch, by hand, by formula; and random weights change it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.explain.gradcam import gradcam
from core.explain.occlusion import Occlusion, occlusion, places
from core.explain.saliency import Sight, gradient, gradient_times_input, likeness
from core.explain.score import Score, choices, score
from core.graph import Graph, chain
from core.layers import Conv2d, Flatten, GlobalAvgPool2d, Input, Linear, MaxPool2d, Output, ReLU
from core.losses import BinaryCrossEntropy
from core.network import Network
from core.network_errors import NetworkError

RANDOM = np.random.default_rng(12)
X = RANDOM.normal(size=(2, 8, 8)).astype(np.float32)
METHODS: dict[str, Callable[[Network, Any, Score], Sight]] = {
    "gradient": gradient,
    "gradient × input": gradient_times_input,
    "occlusion": lambda net, x, of: finished(occlusion(net, x, of, patch=3, stride=2)).sight,
    "Grad-CAM": lambda net, x, of: gradcam(net, x, of, "conv1").sight,
}


def small() -> Graph:
    return chain(
        Input((2, 8, 8)), Conv2d(3, padding="same"), ReLU(), MaxPool2d(), Flatten(), Linear(4),
        Output(),
    )  # fmt: skip


def finished(work: Generator[tuple[int, int], None, Occlusion]) -> Occlusion:
    """What a piecewise computation comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.oracle
def test_gradient_is_that_of_autograd() -> None:
    import torch
    from torch.nn import functional

    network = Network(small(), seed=1)
    w = {name: torch.tensor(one) for name, one in network.weights().items()}
    x = torch.tensor(X[None], requires_grad=True)
    y = functional.relu(functional.conv2d(x, w["conv1.weight"], w["conv1.bias"], padding=1))
    z = functional.max_pool2d(y, 2).flatten(1) @ w["linear1.weight"].T + w["linear1.bias"]
    z[0, 2].backward()
    g = x.grad[0].numpy()
    assert np.abs(g).max() > 0
    found = gradient(network, X, score(network, "output1", 2))
    assert_allclose(found.signed, g.sum(axis=0), atol=1e-6)
    assert_allclose(found.unsigned, np.abs(g).max(axis=0), atol=1e-6)
    times = gradient_times_input(network, X, score(network, "output1", 2))
    assert_allclose(times.signed, (g * X).sum(axis=0), atol=1e-6)
    assert_allclose(times.unsigned, np.abs((g * X).sum(axis=0)), atol=1e-6)


@pytest.mark.oracle
def test_grad_cam_follows_its_formula() -> None:
    import torch
    from torch.nn import functional

    network = Network(small(), seed=2)
    w = {name: torch.tensor(one) for name, one in network.weights().items()}
    maps = functional.conv2d(torch.tensor(X[None]), w["conv1.weight"], w["conv1.bias"], padding=1)
    maps.requires_grad_()
    y = functional.max_pool2d(functional.relu(maps), 2).flatten(1)
    (y @ w["linear1.weight"].T + w["linear1.bias"])[0, 1].backward()
    a = maps.grad[0].numpy().mean(axis=(1, 2))
    found = gradcam(network, X, score(network, "output1", 1), "conv1")
    assert_allclose(found.weights, a, atol=1e-6)
    assert_allclose(found.maps, maps.detach().numpy()[0], atol=1e-5)
    total = sum(weight * one for weight, one in zip(a, found.maps, strict=True))
    assert_allclose(found.sight.signed, total, atol=1e-5)
    assert_allclose(found.sight.unsigned, np.maximum(total, 0), atol=1e-5)


def linear_network() -> Network:
    """Scores z = W·x + b of a picture 1×3×3, with weights 1 … 9 for class 0 and zeros for 1."""
    network = Network(chain(Input((1, 3, 3)), Flatten(), Linear(2), Output()))
    weight = np.zeros((2, 9), np.float32)
    weight[0] = np.arange(1, 10)
    network.set_weights({"linear1.weight": weight, "linear1.bias": np.array([5, 0], np.float32)})
    return network


def test_occlusion_by_hand() -> None:
    """With ones as picture a 2×2 patch takes away the weights below it: 1 + 2 + 4 + 5 and so on."""
    network, x = linear_network(), np.ones((1, 3, 3), np.float32)
    work = occlusion(network, x, score(network, "output1", 0), patch=2, stride=1)
    steps = []
    try:
        while True:
            steps.append(next(work))
    except StopIteration as end:
        found = end.value
    assert steps[-1] == (4, 4)
    assert_array_equal(found.falls, [[12, 16], [24, 28]])
    expected = [[12, 14, 16], [18, 20, 22], [24, 26, 28]]  # the mean over the patches above a pixel
    assert_array_equal(found.sight.signed, expected)


def test_occlusion_says_what_speaks_against_a_class() -> None:
    network, x = linear_network(), np.zeros((1, 3, 3), np.float32)
    x[0, 1, 1] = -1.0  # its weight is 5: it takes 5 from the score
    found = finished(occlusion(network, x, score(network, "output1", 0), patch=1, stride=1))
    assert found.sight.signed[1, 1] == -5
    assert not found.sight.unsigned.any()


def test_a_flattened_picture_is_covered_as_a_picture() -> None:
    network = Network(chain(Input((9,)), Linear(2), Output()))
    weight = np.zeros((2, 9), np.float32)
    weight[0] = np.arange(1, 10)
    network.set_weights({"linear1.weight": weight})
    of = score(network, "output1", 0)
    ones = np.ones(9, np.float32)
    found = finished(occlusion(network, ones, of, patch=2, stride=1, shape=(1, 3, 3)))
    assert_allclose(found.falls, [[12, 16], [24, 28]], atol=1e-5)
    assert_allclose(gradient(network, ones, of, (1, 3, 3)).signed, np.arange(1, 10).reshape(3, 3))


@pytest.mark.parametrize(
    ("size", "patch", "stride", "expected"),
    [(7, 3, 2, [0, 2, 4]), (8, 3, 2, [0, 2, 4, 5]), (4, 9, 2, [0]), (5, 1, 3, [0, 3, 4])],
)
def test_places_reach_the_border(size: int, patch: int, stride: int, expected: list[int]) -> None:
    assert places(size, patch, stride) == expected


@pytest.mark.parametrize("method", METHODS)
def test_random_weights_change_the_picture(method: str) -> None:
    """The honesty test: a picture that does not depend on the weights explains nothing."""
    own, other = Network(small(), seed=3), Network(small(), seed=4)
    of = score(own, "output1", 0)
    a, b = METHODS[method](own, X, of).signed, METHODS[method](other, X, of).signed
    assert np.abs(a).max() > 0
    assert likeness(a, b) < 0.9
    assert likeness(a, METHODS[method](own, X, of).signed) == pytest.approx(1.0)


def test_likeness_is_the_correlation_of_amounts() -> None:
    a, b = np.array([[1.0, -2.0], [3.0, 0.0]]), np.array([[0.5, 1.0], [-4.0, 2.0]])
    expected = np.corrcoef(np.abs(a).ravel(), np.abs(b).ravel())[0, 1]
    assert likeness(a, b) == pytest.approx(expected)
    assert likeness(a, -a) == pytest.approx(1.0)
    assert np.isnan(likeness(a, np.ones((2, 2))))


def test_one_unit_speaks_for_yes_and_for_no() -> None:
    network = Network(
        chain(
            Input((2, 4, 4)), GlobalAvgPool2d(), Flatten(), Linear(1), Output(BinaryCrossEntropy())
        )
    )
    assert choices(network, "output1") == 2
    yes, no = (score(network, "output1", choice) for choice in (1, 0))
    x = X[:, :4, :4]
    assert_array_equal(gradient(network, x, yes).signed, -gradient(network, x, no).signed)


def test_a_choice_that_is_none_is_refused() -> None:
    with pytest.raises(NetworkError, match="has 4 classes, number 7"):
        score(Network(small()), "output1", 7)


def test_grad_cam_needs_maps() -> None:
    network = Network(small())
    with pytest.raises(NetworkError, match="no maps"):
        gradcam(network, X, score(network, "output1", 0), "linear1")


def test_nothing_in_the_network_moves() -> None:
    network = Network(small())
    network.loss_and_gradients(X[None], np.array([1]))
    kept, weights = network.gradients.copy(), network.parameters.copy()
    for find in METHODS.values():
        find(network, X, score(network, "output1", 0))
    assert_array_equal(network.gradients, kept)
    assert_array_equal(network.parameters, weights)
