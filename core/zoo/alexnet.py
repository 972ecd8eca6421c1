"""AlexNet and ZFNet, which looked inside it and drew its first layers finer."""

from __future__ import annotations

from core.layers import Conv2d, Input, LocalResponseNorm, MaxPool2d, ReLU
from core.shapes import Shape
from core.zoo.blocks import conv, dense_end
from core.zoo.template import IMAGE, Builder, even


def alexnet(
    *,
    groups: int = 2,
    width: float = 1.0,
    input_shape: Shape = (3, 227, 227),
    classes: int = 1000,
) -> Builder:
    """Five convolutions, 11×11 with stride 4 first; in 1 or 2 groups, as on two GPUs. 004, N2."""
    build = Builder()
    build(Input(input_shape), id="input")
    conv(build, even(96, width), 11, 4)
    build(LocalResponseNorm())
    build(MaxPool2d(3, 2), id="pool1")
    _in_groups(build, even(256, width), 5, groups)
    build(LocalResponseNorm())
    build(MaxPool2d(3, 2), id="pool2")
    conv(build, even(384, width), 3, 1, 1)
    _in_groups(build, even(384, width), 3, groups)
    _in_groups(build, even(256, width), 3, groups)
    build(MaxPool2d(3, 2), id="pool5")
    return dense_end(build, even(4096, width), classes)


def zfnet(
    *,
    deep: tuple[int, int, int] = (384, 384, 256),
    width: float = 1.0,
    input_shape: Shape = IMAGE,
    classes: int = 1000,
) -> Builder:
    """AlexNet with 7×7 filters and stride 2 at first; `deep` are the last convolutions. 004, N3."""
    build = Builder()
    build(Input(input_shape), id="input")
    conv(build, even(96, width), 7, 2, 1)
    build(MaxPool2d(3, 2, ceil_mode=True), id="pool1")
    build(LocalResponseNorm())
    conv(build, even(256, width), 5, 2)
    build(MaxPool2d(3, 2, ceil_mode=True), id="pool2")
    build(LocalResponseNorm())
    for filters in deep:
        conv(build, even(filters, width), 3, 1, 1)
    build(MaxPool2d(3, 2), id="pool5")
    return dense_end(build, even(4096, width), classes)


def _in_groups(build: Builder, filters: int, kernel: int, groups: int) -> None:
    build(Conv2d(filters, kernel, padding=kernel // 2, groups=groups))
    build(ReLU())
