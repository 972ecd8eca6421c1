"""LargeNet of lecture 001: 10,002 parameters."""

from __future__ import annotations

from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.zoo.template import Builder


def largenet() -> Builder:
    """32×32 color pictures → 5 and 10 filters of 5×5 with pooling → 32 → 10. Lecture 001, C9."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    build(Conv2d(5, (5, 5)))
    build(ReLU())
    build(MaxPool2d(), id="pool1")
    build(Conv2d(10, (5, 5)))
    build(ReLU())
    build(MaxPool2d(), id="pool2")
    build(Flatten(), id="flatten")
    build(Linear(32))
    build(ReLU())
    build(Linear(10))
    build(Output(), id="output")
    return build
