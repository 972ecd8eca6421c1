"""What a network says to every item, and which classes it takes for one another."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.explain.score import class_count
from core.metrics import Counts, answers, confusion
from core.network import Network
from core.network_errors import NetworkError
from core.tongue import tr

_AT_ONCE = 256  # items, at most


@dataclass(frozen=True, eq=False)
class Answered:
    """The answer to each of N items.

    Attributes:
        labels, said: the right class and the one that was said, by number (N,).
        sure: the probability of the one that was said (N,).
    """

    labels: NDArray[np.int64]
    said: NDArray[np.int64]
    sure: NDArray[np.float32]

    def items(self, label: int, said: int) -> NDArray[np.int64]:
        """The numbers of the items of a cell, those that the network is surest of first."""
        found = np.flatnonzero((self.labels == label) & (self.said == said))
        return found[np.argsort(-self.sure[found], kind="stable")]

    def counts(self, classes: int) -> Counts:
        """The confusion matrix (K, K): row the right class, column the answer."""
        return confusion(self.labels, self.said, classes)


@dataclass(frozen=True)
class Mistake:
    """A class taken for another one: how often, and which share of the class that is."""

    label: int
    said: int
    count: int
    share: float


def mistakes(counts: Counts) -> list[Mistake]:
    """Every cell off the diagonal of a confusion matrix that is not zero, the largest first."""
    totals = counts.sum(axis=1)
    found = [
        Mistake(int(row), int(column), int(counts[row, column]), counts[row, column] / totals[row])
        for row, column in np.argwhere(counts)
        if row != column
    ]
    return sorted(found, key=lambda one: (-one.count, -one.share, one.label, one.said))


def judge(
    network: Network, split: FittedSplit, output: str
) -> Generator[tuple[int, int], None, Answered]:
    """Ask the network about every item of a split; yields items done and items in all.

    NetworkError where the output tells no classes apart.
    """
    if not class_count(network, output):
        title = network.graph[output].title
        raise NetworkError(
            tr("{title} tells no classes apart, so there are none to confuse.", title=title)
        )
    total, done, pace = len(split), 0, Pace(_AT_ONCE)
    labels, said = np.zeros(total, np.int64), np.zeros(total, np.int64)
    sure = np.zeros(total, np.float32)
    while done < total:
        here = slice(done, min(done + pace.size, total))
        with pace.piece():
            x, told = split.batch(np.arange(here.start, here.stop))
            labels[here] = network.field(output, told).reshape(-1)
            said[here], sure[here] = _said(network, x, output)
        done = here.stop
        yield done, total
    return Answered(labels, said, sure)


def _said(
    network: Network, x: NDArray[Any], output: str
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The class that each item is put into, and its probability."""
    backend = network.backend
    z = network.run_forward(network.upload(x), every=False)[output]
    said = backend.asnumpy(answers(z))
    shares = backend.asnumpy(network.output(output).loss.predict(backend.xp, z))
    if shares.shape[1] == 1:  # the probability of yes
        return said, np.where(said == 1, shares[:, 0], 1 - shares[:, 0])
    return said, shares[np.arange(len(said)), said]
