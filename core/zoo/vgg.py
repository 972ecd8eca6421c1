"""A small VGG with batch normalization, for 32×32 color pictures."""

from __future__ import annotations

from core.graph import Graph
from core.layers import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.zoo.template import Builder


def vgg_small() -> Graph:
    """Pairs of 3×3 convolutions with 32, 64 and 128 filters, halved after each pair."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    for stage, filters in enumerate((32, 64, 128), start=1):
        for _ in range(2):
            build(Conv2d(filters, (3, 3), padding=(1, 1, 1, 1), bias=False))
            build(BatchNorm2d())
            build(ReLU())
        build(MaxPool2d(), id=f"pool{stage}")
    build(Flatten(), id="flatten")
    build(Linear(128))
    build(ReLU())
    build(Linear(10))
    build(Output(), id="output")
    return build.graph
