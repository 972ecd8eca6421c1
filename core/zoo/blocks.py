"""What several families of templates share: a convolution with what follows it, and ends."""

from __future__ import annotations

from typing import Any

from core.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    Output,
    ReLU,
)
from core.zoo.template import Builder


def conv(build: Builder, filters: int, kernel: Any, stride: int = 1, padding: Any = 0) -> str:
    """A convolution and ReLU."""
    build(Conv2d(filters, kernel, stride, padding))
    return build(ReLU())


def normal(build: Builder, filters: int, kernel: int, stride: int = 1, *sources: str) -> str:
    """A convolution that keeps the size at stride 1, without bias, and batch normalization."""
    build(Conv2d(filters, kernel, stride, kernel // 2, bias=False), *sources)
    return build(BatchNorm2d())


def pooled_end(build: Builder, classes: int, *, dropout: float = 0.0) -> Builder:
    """Global average pooling, one dense layer, the Output."""
    build.part = ""
    build(GlobalAvgPool2d(), id="pool")
    if dropout:
        build(Dropout(dropout))
    build(Linear(classes))
    build(Output(), id="output")
    return build


def dense_end(build: Builder, units: int, classes: int) -> Builder:
    """Two dense layers with dropout one half, a third for the classes, the Output."""
    build.part = ""
    build(Flatten(), id="flatten")
    for _ in range(2):
        build(Linear(units))
        build(ReLU())
        build(Dropout(0.5))
    build(Linear(classes))
    build(Output(), id="output")
    return build
