"""LeNet-5: as the lectures draw it, and as it was in 1998."""

from __future__ import annotations

from core.initializers import GlorotUniform
from core.layers import (
    RBF,
    Conv2d,
    Flatten,
    Input,
    Linear,
    MaskedConv2d,
    MaxPool2d,
    Output,
    ReLU,
    ScaledPool2d,
    Tanh,
)
from core.zoo.template import Builder


def lenet5() -> Builder:
    """28×28 digits → 6 and 16 filters of 5×5 with pooling → 120 → 84 → 10. Lecture 004, N1."""
    build = Builder()
    build(Input((1, 28, 28)), id="input")
    build(Conv2d(6, (5, 5), padding=(2, 2, 2, 2)))
    build(ReLU())
    build(MaxPool2d(), id="pool1")
    build(Conv2d(16, (5, 5)))
    build(ReLU())
    build(MaxPool2d(), id="pool2")
    build(Flatten(), id="flatten")
    build(Linear(120))
    build(ReLU())
    build(Linear(84))
    build(ReLU())
    build(Linear(10))
    build(Output(), id="output")
    return build


def lenet5_1998() -> Builder:
    """The layers C1 to F6 of the paper, and its output that compares with drawn digits. 004, X29.

    C3 reads the maps that the paper's table I lists. Trained are 60,000 values; the output's
    patterns are fixed.
    """
    start = GlorotUniform()
    build = Builder()
    build(Input((1, 32, 32)), id="input")
    build(Conv2d(6, 5, weight_init=start), id="c1")
    build(Tanh())
    build(ScaledPool2d(), id="s2")
    build(Tanh())
    build(MaskedConv2d(kernel_size=5, weight_init=start), id="c3")
    build(Tanh())
    build(ScaledPool2d(), id="s4")
    build(Tanh())
    build(Conv2d(120, 5, weight_init=start), id="c5")
    build(Tanh())
    build(Flatten(), id="flatten")
    build(Linear(84, weight_init=start), id="f6")
    build(Tanh())
    build(RBF(10), id="rbf")
    build(Output(), id="output")
    return build
