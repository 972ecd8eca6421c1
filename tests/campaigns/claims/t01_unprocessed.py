"""T1: a convolutional net beats a dense one on pictures that nobody has centered."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.augment import Rotate, ScaleBy, Shift
from core.data.sources import Digits
from core.graph import Graph, chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, Pictures, lesson
from tests.campaigns.claims.pictures import DIRECTIONS, changed, moved, shuffled
from tests.campaigns.claims.verdict import SHOWS

ITEMS, EPOCHS = 1000, 15
RAW = (Shift(4.0, 4.0), ScaleBy(1.3), Rotate(-15.0, 15.0))


def _convolutional() -> Graph:
    return chain(
        Input((1, 28, 28)), Conv2d(8, 5, padding=2), ReLU(), MaxPool2d(),
        Conv2d(16, 5), ReLU(), MaxPool2d(), Flatten(), Linear(10), Output(),
    )  # fmt: skip


def _dense() -> Graph:
    return chain(Input((1, 28, 28)), Flatten(), Linear(128), ReLU(), Linear(10), Output())


def _mixed(pictures: Pictures, seed: int) -> Pictures:
    """Pixels in other places, for the control."""
    return Pictures(shuffled(pictures.images), pictures.labels)


def _side(name: str, net: str, graph: Graph) -> Side:
    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {
            "plain": lesson(graph, Digits(), items=ITEMS, epochs=EPOCHS, seed=seed),
            "mixed": lesson(graph, Digits(), items=ITEMS, epochs=EPOCHS, seed=seed, prepare=_mixed),
        }

    return Side(name, net, lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    plain, mixed = learned["plain"], learned["mixed"]
    images, labels = plain.test
    found = {
        "centered": plain.accuracy(),
        "raw": plain.accuracy(Pictures(changed(images, RAW), labels)),
        "mixed": mixed.accuracy(Pictures(shuffled(images), labels)),
    }
    for far in (2, 4):
        several = [moved(images, far * down, far * right) for down, right in DIRECTIONS]
        each = [plain.accuracy(Pictures(one, labels)) for one in several]
        found[f"moved {far}"] = sum(each) / len(each)
    return found


def _ask(asks: str, measure: str, *, aside: bool = False) -> Question:
    return Question(asks, "convolutional", "dense", measure, aside=aside)


CLAIM = Claim(
    id="T1",
    says="CNN beats MLP on unprocessed images",
    lectures="001 (A1)",
    data="digits: 1,000 centered ones to learn, 1,000 others to answer, as they are and changed",
    training="Adam 0.002 falling to 0, batch 32, 15 epochs",
    sides=(
        _side("convolutional", "conv 8 – pool – conv 16 – pool – 10", _convolutional()),
        _side("dense", "128 – 10", _dense()),
    ),
    questions=(
        _ask("accuracy, shifted up to 4 pixels, scaled 1/1.3–1.3, turned ±15°", "raw"),
        _ask("accuracy, all moved by 2 pixels, mean of 8 directions", "moved 2"),
        _ask("accuracy, all moved by 4 pixels", "moved 4"),
        _ask("accuracy, centered like the ones learned", "centered", aside=True),
        _ask("accuracy where pixels were shuffled for both", "mixed", aside=True),
    ),
    measure=_measure,
    reading=(
        "The convolutional net is ahead everywhere with a fourteenth of the weights, most where"
        " digits moved; with shuffled pixels it is behind, so the lead comes from looking at"
        " neighbors; and four pixels are too many for both.",
        (SHOWS,) * 3,
    ),
)
