"""The large networks of the lectures, built here by hand to hold their parameter counts against.

They are only counted, never run.
"""

from __future__ import annotations

from core.graph import Graph
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.zoo.template import Builder

IMAGE = (3, 224, 224)


def alexnet(groups: int) -> Graph:
    """Krizhevsky et al. 2012; two groups as on their two GPUs."""
    build = Builder()
    build(Input((3, 227, 227)))
    build(Conv2d(96, 11, 4))
    build(MaxPool2d(3, 2))
    build(Conv2d(256, 5, padding=2, groups=groups))
    build(MaxPool2d(3, 2))
    build(Conv2d(384, 3, padding=1))
    build(Conv2d(384, 3, padding=1, groups=groups))
    build(Conv2d(256, 3, padding=1, groups=groups))
    build(MaxPool2d(3, 2))
    return _dense_end(build, 4096, 4096, 1000)


def vgg(name: str) -> Graph:
    """Simonyan and Zisserman 2015, columns A to E; C has 1×1 convolutions."""
    doubled = {"A": (1, 1, 2, 2, 2), "B": (2, 2, 2, 2, 2), "E": (2, 2, 4, 4, 4)}
    build = Builder()
    build(Input(IMAGE))
    for stage, filters in enumerate((64, 128, 256, 512, 512)):
        for number in range(doubled.get(name, (2, 2, 3, 3, 3))[stage]):
            kernel = 1 if name == "C" and number == 2 else 3
            build(Conv2d(filters, kernel, padding="same"))
            build(ReLU())
        build(MaxPool2d())
    return _dense_end(build, 4096, 4096, 1000)


def resnet(blocks: tuple[int, int, int, int], *, bottleneck: bool) -> Graph:
    """He et al. 2016: basic blocks, or bottlenecks that widen fourfold."""
    build = Builder()
    build(Input(IMAGE))
    _normal(build, 64, 7, 2)
    build(MaxPool2d(3, 2, 1))
    wide = 64
    for stage, count in enumerate(blocks):
        filters = 64 * 2**stage
        for number in range(count):
            skip, stride = build.last, 2 if stage and not number else 1
            if bottleneck:
                _normal(build, filters, 1)
                _normal(build, filters, 3, stride)
                main, out = _normal(build, 4 * filters, 1), 4 * filters
            else:
                _normal(build, filters, 3, stride)
                main, out = _normal(build, filters, 3), filters
            if wide != out:
                build(Conv2d(out, 1, stride, bias=False), skip)
                skip, wide = build(BatchNorm2d()), out
            build(Add(), main, skip)
    return _pooled_end(build)


def googlenet() -> Graph:
    """Szegedy et al. 2015 without the auxiliary heads."""
    build = Builder()
    build(Input(IMAGE))
    build(Conv2d(64, 7, 2, 3))
    build(MaxPool2d(3, 2, 1))
    build(Conv2d(64, 1))
    build(Conv2d(192, 3, padding=1))
    for stage in INCEPTIONS:
        build(MaxPool2d(3, 2, 1))
        for widths in stage:
            _inception(build, *widths)
    return _pooled_end(build)


INCEPTIONS = (
    ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
)


def densenet121() -> Graph:
    """Huang et al. 2017: growth 32, each transition halves the maps and their number."""
    build = Builder()
    build(Input(IMAGE))
    _normal(build, 64, 7, 2)
    build(MaxPool2d(3, 2, 1))
    wide = 64
    for stage, count in enumerate((6, 12, 24, 16)):
        for _ in range(count):
            so_far = build.last
            build(BatchNorm2d())
            _normal(build, 128, 1)
            build(Concat(), so_far, build(Conv2d(32, 3, padding=1, bias=False)))
            wide += 32
        build(BatchNorm2d())
        if stage < 3:
            wide //= 2
            build(Conv2d(wide, 1, bias=False))
            build(AvgPool2d())
    return _pooled_end(build)


def _normal(build: Builder, filters: int, kernel: int, stride: int = 1) -> str:
    build(Conv2d(filters, kernel, stride, kernel // 2, bias=False))
    return build(BatchNorm2d())


def _inception(build: Builder, a: int, b1: int, b3: int, c1: int, c5: int, d: int) -> None:
    start = build.last
    build(Conv2d(b1, 1), start)
    three = build(Conv2d(b3, 3, padding=1))
    build(Conv2d(c1, 1), start)
    five = build(Conv2d(c5, 5, padding=2))
    build(MaxPool2d(3, 1, 1), start)
    pool = build(Conv2d(d, 1))
    build(Concat(), build(Conv2d(a, 1), start), three, five, pool)


def _pooled_end(build: Builder) -> Graph:
    build(GlobalAvgPool2d())
    build(Linear(1000))
    build(Output())
    return build.graph


def _dense_end(build: Builder, *units: int) -> Graph:
    build(Flatten())
    for number in units:
        build(Linear(number))
    build(Output())
    return build.graph
