"""The CIFAR-10 network of ConvNetJS, which trains in a browser: 22,466 parameters."""

from __future__ import annotations

from core.layers import Flatten, Input, Linear, MaxPool2d, Output
from core.zoo.blocks import conv
from core.zoo.template import Builder


def convnetjs_cifar10() -> Builder:
    """16, 20 and 20 filters of 5×5, each halved, and one dense layer. Lecture 004, N9."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    for number, filters in enumerate((16, 20, 20), start=1):
        conv(build, filters, 5, 1, 2)
        build(MaxPool2d(), id=f"pool{number}")
    build(Flatten(), id="flatten")
    build(Linear(10))
    build(Output(), id="output")
    return build
