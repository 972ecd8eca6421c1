"""One training from a handful of items, and questions to the net that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, stratified
from core.data.fitting import Fitting
from core.data.policy import DataPolicy
from core.data.sources import Source, open_source
from core.data.sources.arrays import dataset_from_arrays
from core.network import Network
from core.training.evaluate import class_count
from core.training.events import EpochDone, Failed
from core.training.trainer import Trainer
from tests.campaigns.claims.lesson import Lesson, Pictures

_BATCH = 250
_WATCHED = 20  # items that validate in each epoch: the rest are asked once, at the end
_QUICK_TEST = 100


@dataclass(frozen=True, eq=False)
class Learned:
    """What a lesson taught.

    Attributes:
        lesson, network: what was trained.
        train, test: the pictures it learned from and those it never saw.
        losses: of training, epoch by epoch.
        diverged: the loss became infinite; the net then counts as guessing.
    """

    lesson: Lesson
    network: Network
    fitting: Fitting
    train: Pictures
    test: Pictures
    losses: tuple[float, ...]
    diverged: bool

    def accuracy(self, pictures: Pictures | None = None) -> float:
        """Share of right answers, to the test pictures unless given others."""
        images, labels = pictures or self.test
        if self.diverged:
            return 1 / class_count(self.network)
        return float((self.answers(images) == labels).mean())

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The class that the net gives to each picture."""
        x = self.values(images)
        parts = [self.network.predict(x[i : i + _BATCH]) for i in range(0, len(x), _BATCH)]
        classes: NDArray[np.int64] = np.concatenate(parts).argmax(axis=1)
        return classes

    def values(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Pictures as the net takes them."""
        return self.fitting.values(images)


def learn(lesson: Lesson, *, quick: bool = False) -> Learned:
    """Train; RuntimeError where training fails for another reason than its rate."""
    lesson = lesson.quick() if quick else lesson
    train, test = _chosen(lesson)
    if quick:
        test = Pictures(test.images[:_QUICK_TEST], test.labels[:_QUICK_TEST])
    trainer = Trainer(lesson.design, dataset=_dataset(train, test))
    losses: list[float] = []
    diverged = False
    for event in trainer.events():
        if isinstance(event, EpochDone):
            losses.append(event.train_loss)
        elif isinstance(event, Failed):
            if event.cause != "rate":
                raise RuntimeError(event.sentence)
            diverged = True
    assert trainer.network is not None
    assert trainer.data is not None
    fitting = trainer.data.fitting
    return Learned(lesson, trainer.network, fitting, train, test, tuple(losses), diverged)


def learn_all(lessons: Mapping[str, Lesson], *, quick: bool = False) -> dict[str, Learned]:
    """Every lesson of a side."""
    return {name: learn(one, quick=quick) for name, one in lessons.items()}


def _chosen(lesson: Lesson) -> tuple[Pictures, Pictures]:
    """The pictures of a lesson: a part of the training ones by its seed, and all that validate."""
    source = lesson.design.data.source
    assert isinstance(source, Source)
    everything, test = _pictures(source)
    part = np.arange(len(everything.labels))
    if lesson.items < len(part):
        _, part = stratified(everything.labels, lesson.items / len(part), seed=lesson.seed)
    train = Pictures(everything.images[part], everything.labels[part])
    return (lesson.prepare(train, lesson.seed) if lesson.prepare else train), test


@cache
def _pictures(source: Source) -> tuple[Pictures, Pictures]:
    """Both splits of a source as arrays."""
    opened = open_source(source)
    parts = []
    for split in (opened.train, opened.validation):
        everything = np.arange(len(split))
        parts.append(Pictures(np.asarray(split.items(everything)), split.labels(everything)))
    return parts[0], parts[1]


def _dataset(train: Pictures, test: Pictures) -> Dataset:
    """What the trainer takes: it watches a few pictures that are as large as the training ones."""
    height, width = train.images.shape[2:]
    watched = test.images[:_WATCHED, :, :height, :width], test.labels[:_WATCHED]
    names = [str(number) for number in range(int(train.labels.max()) + 1)]
    return dataset_from_arrays(
        train.images, train.labels, classes=names, validation=watched, policy=DataPolicy()
    )
