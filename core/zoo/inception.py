"""GoogLeNet: filters of several sizes side by side, joined in every module."""

from __future__ import annotations

from core.layers import (
    AvgPool2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Output,
    ReLU,
)
from core.shapes import Shape
from core.zoo.blocks import conv, pooled_end
from core.zoo.template import IMAGE, Builder, even

Widths = tuple[int, int, int, int, int, int]

# Filters of 1×1; of 1×1 before 3×3, of 3×3; of 1×1 before 5×5, of 5×5; of 1×1 after pooling.
MODULES: dict[str, Widths] = {
    "in3a": (64, 96, 128, 16, 32, 32),
    "in3b": (128, 128, 192, 32, 96, 64),
    "in4a": (192, 96, 208, 16, 48, 64),
    "in4b": (160, 112, 224, 24, 64, 64),
    "in4c": (128, 128, 256, 24, 64, 64),
    "in4d": (112, 144, 288, 32, 64, 64),
    "in4e": (256, 160, 320, 32, 128, 128),
    "in5a": (256, 160, 320, 32, 128, 128),
    "in5b": (384, 192, 384, 48, 128, 128),
}
HEADS_AFTER = ("in4a", "in4d")
POOLED_AFTER = {"in3b": "pool3", "in4e": "pool4"}


def googlenet(
    *, aux: bool = False, width: float = 1.0, input_shape: Shape = IMAGE, classes: int = 1000
) -> Builder:
    """Nine modules; `aux` adds the two helping heads of the paper at 0.3 of the loss. 004, N5."""
    build = Builder()
    build(Input(input_shape), id="input")
    with build.group("stem", "stem"):
        conv(build, even(64, width), 7, 2, 3)
        build(MaxPool2d(3, 2, ceil_mode=True), id="pool1")
        build(LocalResponseNorm())
        conv(build, even(64, width), 1)
        conv(build, even(192, width), 3, 1, 1)
        build(LocalResponseNorm())
        build(MaxPool2d(3, 2, ceil_mode=True), id="pool2")
    heads: dict[str, str] = {}
    for name, filters in MODULES.items():
        build.part = name
        with build.group(name, f"module {name[2:]}"):
            _module(build, *(even(count, width) for count in filters))
        if name in HEADS_AFTER:
            heads[name] = build.last
        if name in POOLED_AFTER:
            build(MaxPool2d(3, 2, ceil_mode=True), id=POOLED_AFTER[name])
    graph = pooled_end(build, classes, dropout=0.4)
    return graph if not aux else _with_heads(build, heads, width, classes)


def _module(build: Builder, one: int, r3: int, three: int, r5: int, five: int, pool: int) -> None:
    """Four ways from the same maps, joined; 1×1 convolutions keep the large filters cheap."""
    start = build.last
    ways = [_way(build, start, Conv2d(one, 1))]
    ways.append(_way(build, start, Conv2d(r3, 1), Conv2d(three, 3, padding=1)))
    ways.append(_way(build, start, Conv2d(r5, 1), Conv2d(five, 5, padding=2)))
    build.last = start
    build(MaxPool2d(3, 1, 1))
    ways.append(_way(build, build.last, Conv2d(pool, 1)))
    build(Concat(), *ways)


def _way(build: Builder, start: str, *layers: Conv2d) -> str:
    build.last = start
    for layer in layers:
        build(layer)
        build(ReLU())
    return build.last


def _with_heads(build: Builder, heads: dict[str, str], width: float, classes: int) -> Builder:
    for number, start in enumerate(heads.values(), start=1):
        build.part, build.last = f"aux{number}", start
        with build.group(build.part, f"helping head {number}"):
            build(AvgPool2d(5, 3))
            conv(build, even(128, width), 1)
            build(Flatten())
            build(Linear(even(1024, width)))
            build(ReLU())
            build(Dropout(0.7))
            build(Linear(classes))
            build(Output(weight=0.3))
    return build
