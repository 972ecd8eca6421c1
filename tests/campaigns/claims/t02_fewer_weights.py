"""T2: of three nets with the same maps, the one with the fewest weights generalizes best."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.augment import Shift
from core.data.sources import Digits
from core.graph import chain
from core.layers import (
    Conv2d,
    Flatten,
    Input,
    Layer,
    Linear,
    LocallyConnected2d,
    Output,
    ReLU,
)
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, Pictures, lesson
from tests.campaigns.claims.pictures import changed
from tests.campaigns.claims.verdict import OPPOSITE, UNCLEAR

EPOCHS = {100: 60, 300: 40, 1000: 20}  # by training items: all of them are learned by heart
ANYWHERE = (Shift(4.0, 4.0),)
_TEST_SEED = 1_000_003  # no training has it


def _moved(pictures: Pictures, seed: int) -> Pictures:
    """Each digit somewhere else."""
    return Pictures(changed(pictures.images, ANYWHERE, seed=seed), pictures.labels)


def _side(name: str, net: str, *layers: Layer) -> Side:
    bent = [part for layer in layers for part in (layer, ReLU())]
    first = [Flatten()] if isinstance(layers[0], Linear) else []
    graph = chain(Input((1, 28, 28)), *first, *bent, Flatten(), Linear(10), Output())

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            f"{kind} {items}": lesson(
                graph, Digits(), items=items, epochs=epochs, seed=seed, prepare=prepare
            )
            for kind, prepare in (("centered", None), ("moved", _moved))
            for items, epochs in EPOCHS.items()
        }

    return Side(name, net, lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    found = {}
    for name, one in learned.items():
        prepare = one.lesson.prepare
        found[name] = one.accuracy(prepare(one.test, _TEST_SEED) if prepare else one.test)
        found[f"{name} seen"] = one.accuracy(one.train)
    return found


def _ask(kind: str, items: int, other: str, deep: str) -> Question:
    what = "digits in the middle" if kind == "centered" else "digits moved up to 4 pixels"
    asks = f"accuracy, {items:,} {what}"
    return Question(asks, f"{deep}shared", f"{deep}{other}", f"{kind} {items}")


CLAIM = Claim(
    id="T2",
    says="Fewer weights generalize better",
    lectures="002 (A3)",
    data="digits, in the middle or each moved by up to 4 pixels: 100, 300 and 1,000 to learn,"
    " 1,000 others to answer",
    training="Adam 0.002 falling to 0, batch 32, 60, 40 and 20 epochs; the nets of two layers were"
    " added when the first results of one layer were known",
    sides=(
        _side("shared", "conv 8, 5×5, stride 2 – 10", Conv2d(8, 5, 2)),
        _side("local", "the same, unshared – 10", LocallyConnected2d(8, 5, 2)),
        _side("dense", "dense 1,152 – 10", Linear(1152)),
        _side(
            "deep shared",
            "conv 8, 5×5, stride 2 – conv 16, 3×3, stride 2 – 10",
            Conv2d(8, 5, 2),
            Conv2d(16, 3, 2),
        ),
        _side(
            "deep local",
            "the same, unshared – 10",
            LocallyConnected2d(8, 5, 2),
            LocallyConnected2d(16, 3, 2),
        ),
        _side("deep dense", "dense 1,152 – dense 400 – 10", Linear(1152), Linear(400)),
    ),
    questions=tuple(
        _ask(kind, items, other, deep)
        for deep in ("", "deep ")
        for kind in ("centered", "moved")
        for other in ("local", "dense")
        for items in EPOCHS
    ),
    measure=_measure,
    reading=(
        "The number of weights alone decides nothing: without pooling, unshared and dense layers"
        " with up to 250 times the weights do as well or better; T1's net, which shares and pools,"
        " is ahead of a dense one.",
        frozenset({UNCLEAR, OPPOSITE}),
    ),
)
