"""The VGG networks A to E: 3×3 convolutions, doubled after each halving; and a small one."""

from __future__ import annotations

from core.layers import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    Input,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Output,
    ReLU,
)
from core.shapes import Shape
from core.zoo.blocks import conv, dense_end
from core.zoo.template import IMAGE, Builder, even

# Convolutions between two poolings, for each column of the paper's table.
STAGES = {
    "A": (1, 1, 2, 2, 2),
    "B": (2, 2, 2, 2, 2),
    "C": (2, 2, 3, 3, 3),
    "D": (2, 2, 3, 3, 3),
    "E": (2, 2, 4, 4, 4),
}


def vgg(
    column: str,
    *,
    lrn: bool = False,
    width: float = 1.0,
    input_shape: Shape = IMAGE,
    classes: int = 1000,
) -> Builder:
    """A column of the table in lecture 004 (N4). C ends its later stages with 1×1 filters."""
    build = Builder()
    build(Input(input_shape), id="input")
    for stage, (count, filters) in enumerate(
        zip(STAGES[column], (64, 128, 256, 512, 512), strict=True), start=1
    ):
        build.part = f"s{stage}"
        with build.group(build.part, f"stage {stage}"):
            for number in range(count):
                kernel = 1 if column == "C" and number == 2 else 3
                conv(build, even(filters, width), kernel, 1, kernel // 2)
                if lrn and stage == 1:
                    build(LocalResponseNorm())
            build(MaxPool2d(), id=f"pool{stage}")
    return dense_end(build, even(4096, width), classes)


def vgg_small() -> Builder:
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
    return build
