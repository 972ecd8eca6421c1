"""T4: max pooling against mean, p-norm and striding, on two kinds of pictures."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.sources import Digits, Fashion, Source
from core.graph import chain
from core.layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    Input,
    Layer,
    Linear,
    LpPool2d,
    MaxPool2d,
    Output,
    ReLU,
)
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS, UNCLEAR

SOURCES: dict[str, Source] = {"digits": Digits(), "clothing": Fashion()}


def _side(name: str, net: str, *pool: Layer) -> Side:
    stride = 1 if pool else 2
    graph = chain(
        Input((1, 28, 28)), Conv2d(8, 5, stride, 2), ReLU(), *pool,
        Conv2d(16, 5, stride, 2), ReLU(), *pool, Flatten(), Linear(10), Output(),
    )  # fmt: skip

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            name: lesson(graph, source, items=1000, epochs=10, seed=seed)
            for name, source in SOURCES.items()
        }

    return Side(name, net, lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    return {name: one.accuracy() for name, one in learned.items()}


CLAIM = Claim(
    id="T4",
    says="Max pooling generally works better",
    lectures="001 (E1–E7)",
    data="digits and clothing: 1,000 each to learn, 1,000 and 2,000 others to answer",
    training="Adam 0.002 falling to 0, batch 32, 10 epochs",
    sides=(
        _side("max", "conv 8 – max – conv 16 – max – 10", MaxPool2d()),
        _side("mean", "the same with mean", AvgPool2d()),
        _side("p-norm", "the same with p-norm, p = 3", LpPool2d(norm_type=3.0)),
        _side("stride", "conv 8, stride 2 – conv 16, stride 2 – 10"),
    ),
    questions=tuple(
        Question(f"accuracy, {name}", "max", other, name)
        for other in ("mean", "p-norm", "stride")
        for name in SOURCES
    ),
    measure=_measure,
    seeds=8,
    reading=(
        "Max pooling is ahead of mean pooling and of striding on both kinds of pictures, by one to"
        " two and a half points; on digits the p-norm does as well.",
        (SHOWS, SHOWS, UNCLEAR, SHOWS, SHOWS, SHOWS),
    ),
)
