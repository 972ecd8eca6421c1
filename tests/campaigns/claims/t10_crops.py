"""T10: ten patches of a picture vote better than its middle alone answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.data.sources import Fashion
from core.data.testtime import PATCHES, ten_patches
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.training.vote import vote
from tests.campaigns.claims.claim import Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, Pictures, lesson
from tests.campaigns.claims.verdict import SHOWS

SIZE = (24, 24)
MIDDLE = PATCHES.index("center")
COPIES = 4  # patches of each training picture
GRAPH = chain(
    Input((1, *SIZE)), Conv2d(16, 5, padding=2), ReLU(), MaxPool2d(),
    Conv2d(32, 5, padding=2), ReLU(), MaxPool2d(), Flatten(), Linear(64), ReLU(), Linear(10),
    Output(),
)  # fmt: skip


def _patched(pictures: Pictures, seed: int) -> Pictures:
    """Patches at random places, every other one mirrored: what AlexNet was trained on."""
    random, (height, width) = np.random.default_rng(seed), SIZE
    images = np.repeat(pictures.images, COPIES, axis=0)
    result = np.empty((*images.shape[:2], *SIZE), np.uint8)
    room = np.subtract(images.shape[2:], SIZE) + 1
    for i, (top, left) in enumerate(random.integers(0, room, (len(images), 2))):
        result[i] = images[i, :, top : top + height, left : left + width]
    result[1::2] = result[1::2, ..., ::-1]
    return Pictures(result, np.repeat(pictures.labels, COPIES))


def _lessons(seed: int) -> Mapping[str, Lesson]:
    return {"": lesson(GRAPH, Fashion(), items=600, epochs=8, seed=seed, prepare=_patched)}


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    net = learned[""]
    images = net.test.images.astype(np.float32)
    ten = np.stack([net.values(patch) for patch in ten_patches(images, SIZE)])
    views = {
        "one": ten[[MIDDLE]],
        "two": ten[[MIDDLE, MIDDLE + len(PATCHES)]],
        "five": ten[: len(PATCHES)],
        "ten": ten,
    }
    return {name: _right(net, some) for name, some in views.items()}


def _right(net: Learned, views: NDArray[np.float32]) -> float:
    """Accuracy of the votes of these views."""
    return float((vote(net.network, views).mean.argmax(axis=1) == net.test.labels).mean())


CLAIM = Claim(
    id="T10",
    says="Multi-crop voting helps",
    lectures="004 (O6)",
    data="clothing: four 24×24 patches of each of 600 to learn, 2,000 others to answer",
    training="Adam 0.002 falling to 0, batch 32, 8 epochs over the 2,400 patches",
    sides=(Side("patches", "conv 16 – pool – conv 32 – pool – 64 – 10", _lessons),),
    questions=(
        Question("accuracy, ten patches against the middle", "patches", "patches", "ten", "one"),
        Question("accuracy, five patches against the middle", "patches", "patches", "five", "one",
                 aside=True),
        Question("accuracy, the middle and its mirror image against the middle", "patches",
                 "patches", "two", "one", aside=True),
    ),
    measure=_measure,
    seeds=8,
    reading=(
        "Ten votes gain about one point over the middle alone; the mirror image of the middle gives"
        " more than half of it.",
        (SHOWS,),
    ),
)  # fmt: skip
