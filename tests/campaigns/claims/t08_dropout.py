"""T8: dropout and weight decay against learning by heart."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.sources import Fashion
from core.graph import chain
from core.layers import Conv2d, Dropout, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.optimizers import SGD
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS, UNCLEAR

DECAY = 5e-4  # AlexNet's, as its dropout of one half


def _side(name: str, *, dropout: bool = False, decay: bool = False) -> Side:
    drop = (Dropout(0.5),) if dropout else ()
    graph = chain(
        Input((1, 28, 28)), Conv2d(16, 5, padding=2), ReLU(), MaxPool2d(),
        Conv2d(32, 5), ReLU(), MaxPool2d(), Flatten(), *drop, Linear(128), ReLU(), *drop,
        Linear(10), Output(),
    )  # fmt: skip
    optimizer = SGD(lr=0.02, weight_decay=DECAY if decay else 0.0)

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {"": lesson(graph, Fashion(), items=500, epochs=90, seed=seed, optimizer=optimizer)}

    return Side(name, "conv 16 – pool – conv 32 – pool – 128 – 10", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    net = learned[""]
    seen, unseen = net.accuracy(net.train), net.accuracy()
    return {"seen": seen, "unseen": unseen, "gap": seen - unseen}


def _ask(first: str, *, aside: bool = False) -> tuple[Question, ...]:
    return (
        Question("accuracy on unseen items", first, "neither", "unseen", aside=aside),
        Question("gap to the items learned", first, "neither", "gap", less=True, aside=aside),
    )


CLAIM = Claim(
    id="T8",
    says="Dropout 0.5 and weight decay help against overfitting",
    lectures="004 (O4)",
    data="clothing: 500 to learn, 2,000 others to answer",
    training="SGD 0.02 falling to 0, momentum 0.9, batch 32, 90 epochs (after 30 the nets with"
    " dropout had not finished learning); dropout 0.5 before both dense layers, weight decay 5e-4",
    sides=(
        _side("neither"),
        _side("dropout", dropout=True),
        _side("decay", decay=True),
        _side("both", dropout=True, decay=True),
    ),
    questions=(*_ask("dropout"), *_ask("decay"), *_ask("both", aside=True)),
    measure=_measure,
    seeds=8,
    reading=(
        "Dropout narrows the gap a little and gains nothing that is sure on unseen items; a weight"
        " decay of 5e-4 shows no effect over so short a training of 1,440 steps.",
        (UNCLEAR, SHOWS, UNCLEAR, UNCLEAR),
    ),
)
