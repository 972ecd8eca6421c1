"""T7: random changes of the training items help most where there are few of them."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.augment import Augmentation, Flip, Rotate, ScaleBy, Shift
from core.data.sources import Digits, Fashion, Source
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import OPPOSITE, SHOWS

EPOCHS = {100: 60, 1000: 15}  # by training items
CHANGES: tuple[Augmentation, ...] = (Rotate(-10.0, 10.0), Shift(2.0, 2.0), ScaleBy(1.15))
KINDS: dict[str, tuple[Source, tuple[Augmentation, ...]]] = {
    "digits": (Digits(), CHANGES),
    "clothing": (Fashion(), (*CHANGES, Flip())),
}
GRAPH = chain(
    Input((1, 28, 28)), Conv2d(8, 5, padding=2), ReLU(), MaxPool2d(),
    Conv2d(16, 5), ReLU(), MaxPool2d(), Flatten(), Linear(64), ReLU(), Linear(10), Output(),
)  # fmt: skip


def _side(name: str, *, on: bool) -> Side:
    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            f"{kind} {items}": lesson(
                GRAPH, source, items=items, epochs=epochs, seed=seed, augment=augment if on else ()
            )
            for kind, (source, augment) in KINDS.items()
            for items, epochs in EPOCHS.items()
        }

    return Side(name, "conv 8 – pool – conv 16 – pool – 64 – 10", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    found = {name: one.accuracy() for name, one in learned.items()}
    return found | {f"{name} seen": one.accuracy(one.train) for name, one in learned.items()}


CLAIM = Claim(
    id="T7",
    says="Augmentation helps small data",
    lectures="004 (O3, O11)",
    data="digits and clothing: 100 and 1,000 each to learn, 1,000 and 2,000 others to answer",
    training="Adam 0.002 falling to 0, batch 32, 60 and 15 epochs; rotation ±10°, shift ±2 pixels,"
    " scale 1/1.15–1.15, clothing also mirrored",
    sides=(_side("augmented", on=True), _side("as they are", on=False)),
    questions=tuple(
        Question(f"accuracy, {items:,} of {kind}", "augmented", "as they are", f"{kind} {items}")
        for kind in KINDS
        for items in EPOCHS
    ),
    measure=_measure,
    reading=(
        "Digits gain, the fewer the more; clothing, which always lies upright and fills its"
        " picture, loses: changes that never occur in what is asked later do not help.",
        (SHOWS, SHOWS, OPPOSITE, OPPOSITE),
    ),
)
