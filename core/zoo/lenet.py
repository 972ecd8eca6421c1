"""LeNet-5 as the lectures draw it: 61,706 parameters."""

from __future__ import annotations

from core.graph import Graph
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.zoo.template import Builder


def lenet5() -> Graph:
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
    return build.graph
