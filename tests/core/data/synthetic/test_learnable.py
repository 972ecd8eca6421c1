"""Synthetic data can be learned: small networks come to know them in seconds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.batches import Batches
from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.data.sources import Bars, Points, Shapes, ShapesWithBoxes, Tones, open_source
from core.data.sources.base import Source
from core.graph import Graph, chain
from core.layers import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    Input,
    Layer,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Tanh,
)
from core.losses import SquaredError
from core.network import Network
from core.optimizers import Adam
from core.training.learner import Learner


def convolutions(*widths: int) -> list[Layer]:
    """Blocks of a convolution that halves the size at its end."""
    return [
        layer
        for width in widths
        for layer in (Conv2d(width, (3, 3), padding="same"), BatchNorm2d(), ReLU(), MaxPool2d())
    ]


def classifier(shape: tuple[int, ...], *widths: int, classes: int, hidden: int = 0) -> Graph:
    between = [Linear(hidden), ReLU()] if hidden else []
    return chain(
        Input(shape), *convolutions(*widths), Flatten(), *between, Linear(classes), Output()
    )


def fitted(source: Source) -> FittedData:
    dataset = open_source(source)
    return fit(dataset, dataset.looked_at.shape or (), DataPolicy())


def taught(graph: Graph, data: FittedData, *, epochs: int, lr: float = 3e-3) -> Network:
    learner = Learner(Network(graph, seed=0), Adam(lr=lr))
    batches = Batches(len(data.train), 32)
    for epoch in range(1, epochs + 1):
        rate = lr * 0.5 * (1 + np.cos(np.pi * (epoch - 1) / epochs))
        for indices in batches.epoch(epoch):
            learner.step(*data.train.batch(indices), lr=rate)
    return learner.network


def accuracy(network: Network, data: FittedData) -> float:
    everything = np.arange(len(data.validation))
    x, _ = data.validation.batch(everything)
    right = network.predict(x).argmax(axis=1) == data.validation.labels(everything)
    return float(right.mean())


def test_bars() -> None:
    data = fitted(Bars(train=600, validation=200))
    network = taught(classifier((1, 28, 28), 8, 8, 8, classes=4), data, epochs=4)
    assert accuracy(network, data) > 0.95


def test_shapes() -> None:
    data = fitted(Shapes(train=3000, validation=500))
    network = taught(classifier((3, 32, 32), 8, 16, 32, classes=10), data, epochs=4)
    assert accuracy(network, data) > 0.9


@pytest.mark.parametrize("pattern", ["circles", "xor", "moons", "spirals"])
def test_points(pattern: str) -> None:
    data = fitted(Points(pattern=pattern, train=2000, validation=500, noise=0.03))
    dense: list[Layer] = [layer for _ in range(2) for layer in (Linear(24), Tanh())]
    graph = chain(Input((2,)), *dense, Linear(2), Output())
    assert accuracy(taught(graph, data, epochs=25, lr=0.03), data) > 0.95
    line = chain(Input((2,)), Linear(2), Output())
    assert accuracy(taught(line, data, epochs=5, lr=0.02), data) < 0.92


def test_spectrograms() -> None:
    data = fitted(Tones(view="spectrogram", train=1200, validation=300))
    network = taught(classifier((1, 64, 29), 8, 8, 8, classes=6), data, epochs=5, lr=1e-2)
    assert accuracy(network, data) > 0.95


def overlap(said: NDArray[np.float32], true: NDArray[np.float32]) -> float:
    """Mean intersection over union of boxes (N, 8)."""
    (a, b), (c, d) = ((box[:, :2], box[:, 4:6]) for box in (said, true))
    common = (np.minimum(b, d) - np.maximum(a, c)).clip(0).prod(axis=1)
    return float((common / ((b - a).prod(axis=1) + (d - c).prod(axis=1) - common)).mean())


def test_boxes() -> None:
    """Two outputs, class and corners, as in lecture 004: boxes come to lie on the shapes."""
    data = fitted(ShapesWithBoxes(train=1500, validation=300))
    graph = chain(Input((3, 32, 32)), *convolutions(8, 8), Flatten(), Linear(64), ReLU())
    last = graph.order[-1]
    for units, output in ((10, Output()), (8, Output(SquaredError(), 100.0, "box"))):
        graph = graph.with_node(Linear(units), id=f"dense{units}").with_wire(last, f"dense{units}")
        graph = graph.with_node(output, id=f"out{units}").with_wire(f"dense{units}", f"out{units}")
    network = taught(graph, data, epochs=8, lr=1e-2)
    x, targets = data.validation.batch(range(300))
    mean = np.broadcast_to(targets["box"].mean(axis=0), (300, 8))
    assert overlap(mean, targets["box"]) < 0.35
    assert overlap(network.activations(x, ["out8"])["out8"], targets["box"]) > 0.45
