"""T5: ReLU against sigmoid in one net, each at its best rate, and the gradient layer by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from core.data.sources import Digits
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Layer, Linear, MaxPool2d, Output, ReLU, Sigmoid
from core.network import Network
from core.optimizers import SGD
from tests.campaigns.claims.claim import DECADES, LOSS, POINTS, Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS

RATES = (0.01, 0.03, 0.1, 0.3)


def _side(name: str, bend: Layer, *, convs: int) -> Side:
    """Convolutions, halved after the first two; a dense layer; the classes."""
    layers: list[Layer] = []
    for number in range(convs):
        layers += [Conv2d(8, 3, padding=1), bend, *([MaxPool2d()] if number < 2 else [])]
    graph = chain(Input((1, 28, 28)), *layers, Flatten(), Linear(64), bend, Linear(10), Output())

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            str(rate): lesson(
                graph, Digits(), items=1000, epochs=12, seed=seed, optimizer=SGD(lr=rate)
            )
            for rate in RATES
        }

    return Side(name, f"{convs} conv of 8, 64, 10", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    """The rate with the lowest training loss counts."""
    rate = min(learned, key=lambda rate: _loss(learned[rate]))
    best = learned[rate]
    return {
        "accuracy": best.accuracy(),
        "loss": min(_loss(best), math.log(10)),
        "rate": math.log10(float(rate)),
        **_gradients(best),
    }


def _loss(one: Learned) -> float:
    """Of the last epoch of training."""
    return math.inf if one.diverged or not one.losses else one.losses[-1]


def _gradients(one: Learned) -> dict[str, float]:
    """Root mean square of each layer's gradient before the first step, as log10; and the fall."""
    network = Network(one.network.graph, seed=one.lesson.seed)
    images, labels = one.train
    network.loss_and_gradients(one.values(images[:250]), labels[:250])
    found = {}
    for name in network.weight_names:
        layer, _, what = name.partition(".")
        if what == "weight":
            gradient = network.gradient(name).astype(np.float64)
            found[layer] = float(np.log10(np.sqrt(np.mean(gradient**2))))
    return found | {"fall": found["linear2"] - found["conv1"]}


CLAIM = Claim(
    id="T5",
    says="ReLU trains better than sigmoid",
    lectures="000, 004 (F6)",
    data="digits: 1,000 to learn, 1,000 others to answer",
    training="SGD with momentum 0.9, batch 32, 12 epochs, at each of the rates 0.01, 0.03, 0.1"
    " and 0.3 falling to 0; the one with the lowest training loss counts",
    sides=(
        _side("ReLU", ReLU(), convs=1),
        _side("sigmoid", Sigmoid(), convs=1),
        _side("deep ReLU", ReLU(), convs=4),
        _side("deep sigmoid", Sigmoid(), convs=4),
    ),
    questions=(
        *(
            Question(asks, f"{kind}ReLU", f"{kind}sigmoid", measure, unit=unit, less=less)
            for kind in ("", "deep ")
            for asks, measure, unit, less in (
                ("training loss in the last epoch", "loss", LOSS, True),
                ("accuracy", "accuracy", POINTS, False),
                ("fall of the first gradient, last layer to first", "fall", DECADES, True),
            )
        ),
        *(
            Question(f"first gradient of {layer}, log₁₀", "deep ReLU", "deep sigmoid", layer,
                     unit=DECADES, aside=True)
            for layer in ("conv1", "conv2", "conv3", "conv4", "linear1", "linear2")
        ),
        Question("best rate, log₁₀", "ReLU", "sigmoid", "rate", unit=DECADES, aside=True),
    ),
    measure=_measure,
    reading=(
        "With one convolution sigmoid learns but is left behind; with four it does not get beyond"
        " guessing at any of the rates: its first gradient falls by almost three powers of ten from"
        " the last layer to the first, ReLU's does not.",
        (SHOWS,) * 6,
    ),
)  # fmt: skip
