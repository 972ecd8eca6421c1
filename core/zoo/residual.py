"""A small residual network for 28×28 digits."""

from __future__ import annotations

from core.graph import Graph
from core.layers import Add, BatchNorm2d, Conv2d, GlobalAvgPool2d, Input, Linear, Output, ReLU
from core.zoo.template import Builder


def resnet_small() -> Graph:
    """A first convolution, three residual blocks with 16, 32 and 64 filters, global pooling."""
    build = Builder()
    build(Input((1, 28, 28)), id="input")
    build(Conv2d(16, (3, 3), padding=(1, 1, 1, 1), bias=False))
    build(BatchNorm2d())
    build(ReLU())
    _block(build, 16, 1)
    _block(build, 32, 2)
    _block(build, 64, 2)
    build(GlobalAvgPool2d(), id="pool")
    build(Linear(10))
    build(Output(), id="output")
    return build.graph


def _block(build: Builder, filters: int, stride: int) -> None:
    """Two 3×3 convolutions around which the input skips; 1×1 where the shape changes."""
    skip = build.last
    build(Conv2d(filters, (3, 3), (stride, stride), (1, 1, 1, 1), bias=False))
    build(BatchNorm2d())
    build(ReLU())
    build(Conv2d(filters, (3, 3), padding=(1, 1, 1, 1), bias=False))
    main = build(BatchNorm2d())
    if stride > 1:
        build(Conv2d(filters, (1, 1), (stride, stride), bias=False), skip)
        skip = build(BatchNorm2d())
    build(Add(), main, skip)
    build(ReLU())
