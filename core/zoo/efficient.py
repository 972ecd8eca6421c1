"""Networks that do much with few weights: DenseNet, MobileNet, SqueezeNet, All-CNN."""

from __future__ import annotations

from contextlib import nullcontext

from core.layers import (
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    Dropout,
    GlobalAvgPool2d,
    Input,
    MaxPool2d,
    Output,
    ReLU,
)
from core.shapes import Shape
from core.zoo.blocks import conv, normal, pooled_end
from core.zoo.template import IMAGE, Builder, even


def densenet(
    blocks: tuple[int, ...] = (6, 12, 24, 16),
    *,
    growth: int = 32,
    width: float = 1.0,
    input_shape: Shape = IMAGE,
    classes: int = 1000,
) -> Builder:
    """Every layer sees the maps of all layers before it in its block. 004, N7."""
    build = Builder()
    build(Input(input_shape), id="input")
    growth, has = even(growth, width), even(2 * growth, width)
    with build.group("stem", "stem"):
        normal(build, has, 7, 2)
        build(ReLU())
        build(MaxPool2d(3, 2, 1), id="pool1")
    for block, count in enumerate(blocks, start=1):
        with build.group(f"d{block}", f"dense block {block}"):
            for number in range(1, count + 1):
                build.part = f"d{block}l{number}"
                with build.group(build.part, f"layer {number}"):
                    _dense_layer(build, growth)
        has += count * growth
        build.part, last = f"t{block}", block == len(blocks)
        with nullcontext() if last else build.group(build.part, f"transition {block}"):
            build(BatchNorm2d())
            build(ReLU())
            if not last:
                has //= 2
                build(Conv2d(has, 1, bias=False))
                build(AvgPool2d())
    return pooled_end(build, classes)


def _dense_layer(build: Builder, growth: int) -> None:
    """1×1 to four times the growth, 3×3 to the growth, joined with what was there."""
    so_far = build.last
    build(BatchNorm2d())
    build(ReLU())
    normal(build, 4 * growth, 1)
    build(ReLU())
    build(Concat(), so_far, build(Conv2d(growth, 3, padding=1, bias=False)))


# Maps after each pair of a depthwise and a 1×1 convolution, and the stride of the first.
PAIRS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    *((512, 1),) * 5, (1024, 2), (1024, 1),
)  # fmt: skip


def mobilenet(*, width: float = 1.0, input_shape: Shape = IMAGE, classes: int = 1000) -> Builder:
    """Thirteen pairs: one filter for each map, then 1×1 across the maps. Lecture 004, M1."""
    build = Builder()
    build(Input(input_shape), id="input")
    normal(build, even(32, width), 3, 2)
    build(ReLU())
    for number, (filters, stride) in enumerate(PAIRS, start=1):
        build.part = f"p{number}"
        with build.group(build.part, f"pair {number}"):
            build(DepthwiseConv2d(3, stride, 1, bias=False))
            build(BatchNorm2d())
            build(ReLU())
            normal(build, even(filters, width), 1)
            build(ReLU())
    return pooled_end(build, classes)


def squeezenet(*, width: float = 1.0, input_shape: Shape = IMAGE, classes: int = 1000) -> Builder:
    """Eight fire modules: squeeze to few maps by 1×1, expand by 1×1 and 3×3. Version 1.0."""
    build = Builder()
    build(Input(input_shape), id="input")
    conv(build, even(96, width), 7, 2)
    build(MaxPool2d(3, 2, ceil_mode=True), id="pool1")
    for number, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), start=2):
        build.part = f"fire{number}"
        with build.group(build.part, f"fire {number}"):
            _fire(build, even(squeeze, width), even(4 * squeeze, width))
        if number in (4, 8):
            build(MaxPool2d(3, 2, ceil_mode=True), id=f"pool{number}")
    build.part = ""
    build(Dropout(0.5))
    conv(build, classes, 1)
    return _averaged(build)


def _fire(build: Builder, squeeze: int, expand: int) -> None:
    start = conv(build, squeeze, 1)
    one = conv(build, expand, 1)
    build.last = start
    build(Concat(), one, conv(build, expand, 3, 1, 1))


def all_cnn(*, width: float = 1.0, input_shape: Shape = (3, 32, 32), classes: int = 10) -> Builder:
    """Convolutions only: a stride of 2 in place of pooling. Column C of the paper. 004, E7."""
    build = Builder()
    build(Input(input_shape), id="input")
    build(Dropout(0.2))
    for filters in (even(96, width), even(192, width)):
        conv(build, filters, 3, 1, 1)
        conv(build, filters, 3, 1, 1)
        conv(build, filters, 3, 2, 1)
        build(Dropout(0.5))
    conv(build, filters, 3)
    conv(build, filters, 1)
    conv(build, classes, 1)
    return _averaged(build)


def _averaged(build: Builder) -> Builder:
    """One map a class; its mean is the class's score."""
    build(GlobalAvgPool2d(), id="pool")
    build(Output(), id="output")
    return build
