"""T3: with max pooling answers stay the same when a picture moves a little."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.data.sources import Digits
from core.graph import chain
from core.layers import AvgPool2d, Conv2d, Flatten, Input, Layer, Linear, MaxPool2d, Output, ReLU
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.pictures import DIRECTIONS, moved
from tests.campaigns.claims.verdict import SHOWS

DISTANCES = (1, 2, 3)


def _side(name: str, net: str, *pool: Layer) -> Side:
    stride = 1 if pool else 2
    graph = chain(
        Input((1, 28, 28)), Conv2d(8, 5, stride, 2), ReLU(), *pool,
        Conv2d(16, 5, stride, 2), ReLU(), *pool, Flatten(), Linear(10), Output(),
    )  # fmt: skip

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {"": lesson(graph, Digits(), items=1000, epochs=15, seed=seed)}

    return Side(name, net, lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    """Shares of answers that stay as they were, and accuracies, by pixels moved."""
    net = learned[""]
    images, labels = net.test
    before = net.answers(images)
    found = {"right 0": float((before == labels).mean())}
    for far in DISTANCES:
        after = [net.answers(moved(images, far * down, far * right)) for down, right in DIRECTIONS]
        found[f"same {far}"] = float(np.mean([one == before for one in after]))
        found[f"right {far}"] = float(np.mean([one == labels for one in after]))
    return found


def _ask(far: int, other: str) -> Question:
    pixels = f"{far} pixel{'s' if far > 1 else ''}"
    aside = other != "stride"
    return Question(f"answers that stay, moved by {pixels}", "max", other, f"same {far}",
                    aside=aside)  # fmt: skip


CLAIM = Claim(
    id="T3",
    says="Max pooling gives small-shift invariance",
    lectures="001, 004 (E8, E11)",
    data="digits: 1,000 centered ones to learn, 1,000 others to answer, then moved in 8 directions",
    training="Adam 0.002 falling to 0, batch 32, 15 epochs",
    sides=(
        _side("max", "conv 8 – max – conv 16 – max – 10", MaxPool2d()),
        _side("stride", "conv 8, stride 2 – conv 16, stride 2 – 10"),
        _side("mean", "conv 8 – mean – conv 16 – mean – 10", AvgPool2d()),
    ),
    questions=(
        *(_ask(far, "stride") for far in DISTANCES),
        *(_ask(far, "mean") for far in DISTANCES),
        Question("accuracy, not moved", "max", "stride", "right 0", aside=True),
        Question("accuracy, moved by 2 pixels", "max", "stride", "right 2", aside=True),
    ),
    measure=_measure,
    reading=(
        "Max pooling keeps more answers than striding at every distance, and more than mean"
        " pooling; yet at three pixels most answers change all the same: it makes nets less"
        " sensitive to shifts, not invariant.",
        (SHOWS,) * 3,
    ),
)
