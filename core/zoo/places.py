"""Networks that say where something is: a box beside the class, the joints of a stick figure."""

from __future__ import annotations

from core.layers import Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.losses import SquaredError
from core.shapes import Shape
from core.zoo.blocks import conv
from core.zoo.template import Builder


def box_and_class() -> Builder:
    """Two answers from the same maps: one of ten classes, and four corners. Lecture 004, M2."""
    build = _trunk((3, 32, 32))
    shared = build.last
    build(Linear(10), shared, id="class")
    build(Output(), id="class_out")
    build(Linear(8), shared, id="corners")
    build(Output(SquaredError(), target="box"), id="corners_out")
    return build


def pose() -> Builder:
    """x and y of eleven joints of a stick figure. Lecture 004, M3."""
    build = _trunk((1, 48, 48))
    build(Linear(22), id="joints")
    build(Output(SquaredError(), target="joints"), id="output")
    return build


def _trunk(shape: Shape) -> Builder:
    """Three convolutions, each halved, and a dense layer of 128."""
    build = Builder()
    build(Input(shape), id="input")
    for number, filters in enumerate((16, 32, 64), start=1):
        conv(build, filters, 3, 1, 1)
        build(MaxPool2d(), id=f"pool{number}")
    build(Flatten(), id="flatten")
    build(Linear(128), id="dense")
    build(ReLU())
    return build
