"""T9: local response normalization can be left out."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.sources import Digits, Fashion, Source
from core.graph import chain
from core.layers import (
    Conv2d,
    Flatten,
    Input,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Output,
    ReLU,
)
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS

SOURCES: dict[str, Source] = {"digits": Digits(), "clothing": Fashion()}
MARGIN = 0.01  # of accuracy: less is not worth a layer


def _side(name: str, *, on: bool) -> Side:
    quiet = (LocalResponseNorm(),) if on else ()
    graph = chain(
        Input((1, 28, 28)), Conv2d(16, 5, padding=2), ReLU(), *quiet, MaxPool2d(3, 2),
        Conv2d(32, 3, padding=1), ReLU(), *quiet, MaxPool2d(3, 2), Flatten(),
        Linear(64), ReLU(), Linear(10), Output(),
    )  # fmt: skip

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            kind: lesson(graph, source, items=1000, epochs=10, seed=seed)
            for kind, source in SOURCES.items()
        }

    return Side(name, "conv 16 – pool – conv 32 – pool – 64 – 10", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    return {kind: one.accuracy() for kind, one in learned.items()}


CLAIM = Claim(
    id="T9",
    says="LRN is unnecessary: without it less than one point is lost",
    lectures="004 (O10)",
    data="digits and clothing: 1,000 each to learn, 1,000 and 2,000 others to answer",
    training="Adam 0.002 falling to 0, batch 32, 10 epochs; LRN as in AlexNet after both ReLUs",
    sides=(_side("without", on=False), _side("with LRN", on=True)),
    questions=tuple(
        Question(f"accuracy, {kind}", "without", "with LRN", kind, least=-MARGIN)
        for kind in SOURCES
    ),
    measure=_measure,
    seeds=8,
    reading=(
        "Nothing is lost without LRN: on digits both are equal, on clothing the net without it is"
        " even a little ahead.",
        (SHOWS, SHOWS),
    ),
)
