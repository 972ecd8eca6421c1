"""T12: depthwise separable convolutions save most weights at a small cost."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.sources import Fashion, Shapes, Source
from core.graph import chain
from core.layers import (
    BatchNorm2d,
    Conv2d,
    GlobalAvgPool2d,
    Input,
    Layer,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    SeparableConv2d,
)
from core.optimizers import Adam
from core.shapes import Shape
from tests.campaigns.claims.claim import COUNT, Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import OPPOSITE, SHOWS

KINDS: dict[str, tuple[Source, Shape]] = {
    "clothing": (Fashion(), (1, 28, 28)),
    "shapes": (Shapes(train=1500, validation=1000), (3, 32, 32)),
}
MARGIN = 0.02  # of accuracy: what a small cost is
FILTERS = (16, 32, 64)


def _side(name: str, net: str, filters: tuple[int, ...], *, separable: bool) -> Side:
    first, *others = filters
    kind = SeparableConv2d if separable else Conv2d
    blocks: list[Layer] = [Conv2d(first, 3, padding=1, bias=False), BatchNorm2d(), ReLU()]
    for count in others:
        blocks += [MaxPool2d(), kind(count, 3, padding=1, bias=False), BatchNorm2d(), ReLU()]

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            name: lesson(
                chain(Input(shape), *blocks, GlobalAvgPool2d(), Linear(10), Output()),
                source, items=1500, epochs=8, seed=seed,
                optimizer=Adam(lr=0.01),
            )
            for name, (source, shape) in KINDS.items()
        }  # fmt: skip

    return Side(name, net, lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    weights = float(learned["clothing"].lesson.parameters)
    return {name: one.accuracy() for name, one in learned.items()} | {"weights": weights}


CLAIM = Claim(
    id="T12",
    says="Depthwise convolutions save weights at a small cost: less than two points",
    lectures="004 (M1)",
    data="clothing and colored shapes: 1,500 each to learn, 2,000 and 1,000 others to answer",
    training="Adam 0.01 falling to 0, batch 32, 8 epochs",
    sides=(
        _side("separable", "conv 16 – separable 32 – separable 64 – 10", FILTERS, separable=True),
        _side("plain", "conv 16 – conv 32 – conv 64 – 10", FILTERS, separable=False),
        _side("narrow", "conv 6 – conv 12 – conv 24 – 10", (6, 12, 24), separable=False),
    ),
    questions=(
        Question("weights", "separable", "plain", "weights", unit=COUNT, less=True),
        *(
            Question(f"accuracy, {name}", "separable", "plain", name, least=-MARGIN)
            for name in KINDS
        ),
        *(Question(f"accuracy, {name}", "separable", "narrow", name, aside=True) for name in KINDS),
    ),
    measure=_measure,
    reading=(
        "Five of six weights are saved, but at about four points, twice what counts as small here:"
        " so small a net has few to spare, and a plain one narrowed to as few weights is not"
        " better.",
        (SHOWS, OPPOSITE, OPPOSITE),
    ),
)
