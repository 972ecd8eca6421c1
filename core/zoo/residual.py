"""Residual networks: each block adds to what came before."""

from __future__ import annotations

from contextlib import AbstractContextManager

from core.layers import (
    Add,
    BatchNorm2d,
    ChannelPad,
    Conv2d,
    GlobalAvgPool2d,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Slice2d,
)
from core.shapes import Shape
from core.zoo.blocks import normal, pooled_end
from core.zoo.template import IMAGE, Builder, even


def resnet(
    blocks: tuple[int, int, int, int],
    *,
    bottleneck: bool = False,
    width: float = 1.0,
    input_shape: Shape = IMAGE,
    classes: int = 1000,
) -> Builder:
    """`blocks` in each of four stages, of two 3×3 layers or as bottlenecks. 004, N6."""
    build = Builder()
    build(Input(input_shape), id="input")
    has = even(64, width)
    with build.group("stem", "stem"):
        normal(build, has, 7, 2)
        build(ReLU())
        build(MaxPool2d(3, 2, 1), id="pool1")
    for stage, count in enumerate(blocks, start=1):
        filters = even(64 * 2 ** (stage - 1), width)
        gives = 4 * filters if bottleneck else filters
        with build.group(f"s{stage}", f"stage {stage}"):
            for number in range(1, count + 1):
                with _block_of(build, stage, number):
                    skip, stride = build.last, 2 if stage > 1 and number == 1 else 1
                    main = (_bottleneck if bottleneck else _pair)(build, filters, stride)
                    if has != gives:
                        skip, has = normal(build, gives, 1, stride, skip), gives
                    build(Add(), main, skip)
                    build(ReLU())
    return pooled_end(build, classes)


def resnet_cifar(blocks: int) -> Builder:
    """6·`blocks` + 2 layers for 32×32 pictures; shortcuts without weights, the paper's option A."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    normal(build, 16, 3)
    build(ReLU())
    for stage, filters in enumerate((16, 32, 64), start=1):
        with build.group(f"s{stage}", f"stage {stage}"):
            for number in range(1, blocks + 1):
                with _block_of(build, stage, number):
                    skip, stride = build.last, 2 if stage > 1 and number == 1 else 1
                    main = _pair(build, filters, stride)
                    if stride > 1:
                        build(Slice2d(stride=2), skip)
                        skip = build(ChannelPad(filters // 4, filters // 4))
                    build(Add(), main, skip)
                    build(ReLU())
    return pooled_end(build, 10)


def _block_of(build: Builder, stage: int, number: int) -> AbstractContextManager[None]:
    """The group of one block; its layers are named after stage and block."""
    build.part = f"s{stage}b{number}"
    return build.group(build.part, f"block {number}")


def _pair(build: Builder, filters: int, stride: int) -> str:
    """Two 3×3 convolutions."""
    normal(build, filters, 3, stride)
    build(ReLU())
    return normal(build, filters, 3)


def _bottleneck(build: Builder, filters: int, stride: int) -> str:
    """1×1 to fewer maps, 3×3, and 1×1 to four times as many."""
    normal(build, filters, 1)
    build(ReLU())
    normal(build, filters, 3, stride)
    build(ReLU())
    return normal(build, 4 * filters, 1)


def resnet_small() -> Builder:
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
    return build


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
