"""How well a network does on items it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.layers import Output
from core.losses import BinaryCrossEntropy, CrossEntropy
from core.metrics import correct
from core.network import Network

Array = Any
Host = NDArray[Any]


@dataclass(frozen=True)
class Evaluation:
    """What came of it.

    Attributes:
        count: items looked at.
        loss: mean over them.
        accuracy: share that is right, None where the first output does not classify.
        confusion: (K, K) counts, row the right class, column the answer; None without accuracy.
    """

    count: int
    loss: float
    accuracy: float | None
    confusion: NDArray[np.int64] | None


def evaluate(
    network: Network,
    batches: Iterable[tuple[Host, Host]],
    *,
    between: Callable[[], bool] | None = None,
) -> Evaluation | None:
    """Run batches (items N C H W, labels N) through a network and compare.

    `between` is called before each batch; where it says True the evaluation is given up and None
    returned.
    """
    classes = class_count(network)
    confusion = np.zeros((max(classes, 1),) * 2, np.int64)
    count, loss = 0, 0.0
    for x, labels in batches:
        if between and between():
            return None
        values = network.run_forward(network.upload(x))
        value, _ = network.losses(values, network.encode(labels))
        loss += float(value) * len(x)
        count += len(x)
        if classes:
            answers = _answers(network, values[network.outputs[0]])
            np.add.at(confusion, (np.asarray(labels, np.int64), answers), 1)
    mean = loss / count if count else float("nan")
    if not classes or not count:
        return Evaluation(count, mean, None, None)
    return Evaluation(count, mean, int(confusion.trace()) / count, confusion)


def class_count(network: Network) -> int:
    """Classes that the first output tells apart; 0 where it does not classify."""
    first = network.outputs[0]
    layer, (units,) = network.graph[first].layer, network.inference.nodes[first].output or (0,)
    assert isinstance(layer, Output)
    if isinstance(layer.loss, CrossEntropy):
        return units
    return 2 if isinstance(layer.loss, BinaryCrossEntropy) and units == 1 else 0


def count_correct(network: Network, values: dict[str, Array], labels: Host) -> Array:
    """Right answers in a batch (0-d, on the device); 0 where the network does not classify."""
    if not class_count(network):
        return 0
    scores, xp = values[network.outputs[0]], network.backend.xp
    return correct(xp, scores, network.backend.asarray(labels))


def _answers(network: Network, scores: Array) -> Host:
    """The class each item is put into; one unit says yes above 0."""
    host = network.backend.asnumpy(scores)
    return host.argmax(axis=1) if host.shape[1] > 1 else (host[:, 0] > 0).astype(np.int64)
