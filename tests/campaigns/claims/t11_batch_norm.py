"""T11: batch normalization allows larger rates: a sweep with it and without."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.data.sources import Digits
from core.graph import chain
from core.layers import BatchNorm2d, Conv2d, Flatten, Input, Layer, Linear, MaxPool2d, Output, ReLU
from core.optimizers import SGD
from core.schedules import Constant
from tests.campaigns.claims.claim import DECADES, Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
ENOUGH = 0.8  # accuracy: a rate that reaches it is of use


def _side(name: str, *, normal: bool) -> Side:
    def block(filters: int) -> list[Layer]:
        conv = Conv2d(filters, 3, padding=1, bias=not normal)
        return [conv, BatchNorm2d(), ReLU()] if normal else [conv, ReLU()]

    graph = chain(
        Input((1, 28, 28)), *block(8), MaxPool2d(), *block(16), MaxPool2d(), *block(16), *block(16),
        Flatten(), Linear(10), Output(),
    )  # fmt: skip

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            str(rate): lesson(
                graph, Digits(), items=1000, epochs=4, seed=seed, optimizer=SGD(lr=rate),
                schedule=Constant(),
            )
            for rate in RATES
        }  # fmt: skip

    return Side(name, "4 conv – 10", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    found = {rate: one.accuracy() for rate, one in learned.items()}
    useful = [float(rate) for rate, accuracy in found.items() if accuracy >= ENOUGH]
    largest = max(useful, default=RATES[0] / 3)
    return found | {"largest": math.log10(largest), "best": max(found.values())}


def _ask(asks: str, measure: str, **more: object) -> Question:
    return Question(asks, "normalized", "without", measure, **more)  # type: ignore[arg-type]


CLAIM = Claim(
    id="T11",
    says="Batch norm allows larger rates",
    lectures="004 (O2)",
    data="digits: 1,000 to learn, 1,000 others to answer",
    training="SGD with momentum 0.9 at seven constant rates, batch 32, 4 epochs; a net whose loss"
    " becomes infinite counts as guessing",
    sides=(_side("normalized", normal=True), _side("without", normal=False)),
    questions=(
        _ask(f"largest rate that reaches {ENOUGH:.0%}, log₁₀", "largest", unit=DECADES),
        *(_ask(f"accuracy at rate {rate:g}", str(rate), aside=True) for rate in RATES),
        _ask("accuracy at the best rate", "best", aside=True),
    ),
    measure=_measure,
    reading=(
        "With batch normalization the largest useful rate is about four times as large, and at the"
        " best rate of each the normalized net is ahead, too.",
        (SHOWS,),
    ),
)
