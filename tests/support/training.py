"""Small things to train: a few digits, and networks that take a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.data.dataset import ArraySplit, Dataset, Split
from core.data.sources import Digits, open_source
from core.design import Design
from core.graph import Graph, chain
from core.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.network import Network
from core.optimizers import SGD, Optimizer
from core.plan import Plan
from core.training.control import Control
from core.training.events import EpochDone, Event


class StopAtOnce(Control):
    """Stops before the first step."""

    def attend(self, network: Network) -> None:
        self.stop()


def few_digits(train: int = 96, validation: int = 40) -> Dataset:
    """The first digits of each split."""
    whole = open_source(Digits())
    return replace(
        whole, train=_first(whole.train, train), validation=_first(whole.validation, validation)
    )


def _first(split: Split, count: int) -> ArraySplit:
    indices = np.arange(count)
    return ArraySplit(np.asarray(split.items(indices)), split.labels(indices), 10)


def small_graph() -> Graph:
    """A convolution, batch normalization and dropout: everything that remembers or draws."""
    return chain(
        Input((1, 28, 28)),
        Conv2d(4, (5, 5), (2, 2)),
        BatchNorm2d(),
        ReLU(),
        MaxPool2d(),
        Flatten(),
        Dropout(0.3),
        Linear(10),
        Output(),
    )


def small_design(
    *, epochs: int = 2, optimizer: Optimizer | None = None, seed: int = 0, **plan: object
) -> Design:
    """The small graph with a plan; batches of 16."""
    chosen = Plan(epochs=epochs, batch_size=16, optimizer=optimizer or SGD(), seed=seed)
    return Design(small_graph(), plan=chosen.replace(device="cpu", **plan))


def curve(events: list[Event]) -> list[tuple[object, ...]]:
    """What the finished epochs say, without their times."""
    return [
        (one.epoch, one.train_loss, one.train_accuracy, one.loss, one.accuracy, one.best)
        for one in events
        if isinstance(one, EpochDone)
    ]
