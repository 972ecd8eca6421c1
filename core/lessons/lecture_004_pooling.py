"""Lecture 004: pooling of every kind, and what is quiet beside others."""

from __future__ import annotations

from collections.abc import Mapping

from core.design import Design
from core.layers import (
    AvgPool2d,
    Flatten,
    Input,
    Layer,
    LearnedPool2d,
    LocalResponseNorm,
    LpPool2d,
    MaxPool2d,
    Output,
)
from core.lessons.example import Example, Rows, Stage, half_square, written
from core.zoo import Builder

_X = (1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4)
_MAX: Rows = ((6, 8), (3, 4))
_MEAN: Rows = ((3.25, 5.25), (2, 2))
_P: Rows = ((4.865161, 6.614108), (2.383956, 3.163821))
_OVER: Rows = ((7, 8), (7, 8))


def _pools() -> Design:
    layers: Mapping[str, Layer] = {
        "max": MaxPool2d(),
        "mean": AvgPool2d(),
        "norm": LpPool2d(norm_type=5.0),
        "overlapping": MaxPool2d(3, 1),
        "learned": LearnedPool2d(),
    }
    build = Builder()
    first = build(Input((1, 4, 4)), id="input")
    for id, layer in layers.items():
        build(layer, first, id=id)
        build(Flatten(), id=f"flatten_{id}")
        build(Output(*half_square(4), target="answer"), id=f"output_{id}")
    return written(build, (1, 4, 4), _X, answer=(0, 0, 0, 0))


_POOLS = (
    Stage("max", "Max pooling: the largest of the first four cells, 1, 1, 5 and 6.", "forward",
          (0, 0, 0), 6, _MAX),
    Stage("max", "The largest of all.", "forward", (0, 0, 1), 8, _MAX),
    Stage("max", "Backward, the position that won gets all. Here the loss is Σ y²/2, so that each"
          " gradient is the value itself.", "data", (0, 1, 3), 8,
          ((0, 0, 0, 0), (0, 6, 0, 8), (3, 0, 0, 0), (0, 0, 0, 4))),
    Stage("mean", "Mean pooling: (1 + 1 + 5 + 6)/4.", "forward", (0, 0, 0), 3.25, _MEAN),
    Stage("mean", "Backward, every cell gets the same share: 3.25/4.", "data", (0, 0, 0), 0.8125,
          ((0.8125, 0.8125, 1.3125, 1.3125),) * 2 + ((0.5, 0.5, 0.5, 0.5),) * 2, ("X23",)),
    Stage("norm", "The p-norm with p = 5 lies between mean and maximum:"
          " ((1⁵ + 1⁵ + 5⁵ + 6⁵)/4)^(1/5).", "forward", (0, 0, 0), 4.865161, _P),
    Stage("norm", "Of 2, 4, 7 and 8.", "forward", (0, 0, 1), 6.614108, _P, ("X17",)),
    Stage("overlapping", "Windows of 3×3 with a stride of 1 overlap: max pooling without making"
          " maps much smaller.", "forward", (0, 0, 1), 8, _OVER),
    Stage("overlapping", "The 7 wins two windows, so both gradients add up in it: 7 + 7.", "data",
          (0, 1, 2), 14, ((0, 0, 0, 0), (0, 0, 14, 16), (0, 0, 0, 0), (0, 0, 0, 0))),
    Stage("learned", "Pooling may even be a learned filter. It starts as the mean.", "forward",
          (0, 0, 0), 3.25, _MEAN),
    Stage("learned", "And it learns: the cells at its first place, each times its gradient,"
          " 1·3.25 + 2·5.25 + 3·2 + 1·2.", "filter", (0, 0, 0), 21.75),
)  # fmt: skip


def _quiet() -> Design:
    build = Builder()
    build(Input((3, 1, 1)), id="input")
    build(LocalResponseNorm(3, alpha=1.0, beta=1.0, k=1.0), id="norm")
    build(Flatten(), id="flatten")
    build(Output(*half_square(3), target="answer"), id="output")
    return written(build, (3, 1, 1), (1, 2, 3), answer=(0, 0, 0))


_QUIET = (
    Stage("norm", "Three maps of one cell: 1, 2 and 3. The first is quieted by itself and by its"
          " neighbor: 1/(1 + (1 + 4)/3).", "maps", (0, 0, 0), 0.375),
    Stage("norm", "The middle one has two neighbors: 2/(1 + (1 + 4 + 9)/3).", "maps", (1, 0, 0),
          0.352941),
    Stage("norm", "The last one: 3/(1 + (4 + 9)/3). The lecture calls the layer unnecessary.",
          "maps", (2, 0, 0), 0.5625),
    Stage("flatten", "So 3 stays the largest, but by less.", "maps", (0, 0, 2), 0.5625,
          ((0.375, 0.352941, 0.5625),)),
)  # fmt: skip

EXAMPLES = (
    Example("pools", "Five ways to pool", "Maximum, mean, p-norm, overlapping windows and a learned"
            " filter, forward and backward.", "004", _pools, _POOLS),
    Example("quiet", "Local response normalization", "Each value quieted by the maps beside it.",
            "004", _quiet, _QUIET),
)  # fmt: skip
