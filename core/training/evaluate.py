"""How well a network does on items it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.losses import BinaryCrossEntropy
from core.metrics import absolute_error, answers, confusion, correct, correct_within, overlap
from core.network import Network, ValuesError

Array = Any
Host = NDArray[Any]
Labels = Host | Mapping[str, Host]


@dataclass(frozen=True)
class Measured:
    """How one output does. What does not apply to it is None.

    Attributes:
        loss: mean over the items, without the output's weight.
        accuracy: share of the items whose class is right.
        top_k: share of the items whose class is among the k likeliest; of more than k classes.
        confusion: (K, K) counts, row the right class, column the answer.
        absolute_error: mean distance of values to their targets.
        iou: mean intersection over union of boxes.
    """

    loss: float
    accuracy: float | None = None
    top_k: float | None = None
    confusion: NDArray[np.int64] | None = None
    absolute_error: float | None = None
    iou: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """What came of it.

    Attributes:
        count: items looked at.
        loss: mean over them, every output with its weight.
        outputs: how each output does, by its node; the primary one first.
        k: the k of `top_k`.
    """

    count: int
    loss: float
    outputs: Mapping[str, Measured]
    k: int

    @property
    def primary(self) -> Measured:
        """How the first output does."""
        return next(iter(self.outputs.values()))

    @property
    def accuracy(self) -> float | None:
        """Share that is right, None where the first output does not classify."""
        return self.primary.accuracy

    @property
    def confusion(self) -> NDArray[np.int64] | None:
        """(K, K) counts of the first output, row the right class, column the answer."""
        return self.primary.confusion

    @property
    def more(self) -> dict[str, float]:
        """Every other number: "top5" of the first output, "box1.loss" of each where several are."""
        found: dict[str, float] = {}
        for id, one in self.outputs.items():
            known = {
                f"top{self.k}": one.top_k,
                "absolute_error": one.absolute_error,
                "iou": one.iou,
            }
            if len(self.outputs) > 1:
                known |= {"loss": one.loss, "accuracy": one.accuracy}
            start = f"{id}." if len(self.outputs) > 1 else ""
            found |= {start + name: value for name, value in known.items() if value is not None}
        return found


def evaluate(
    network: Network,
    batches: Iterable[tuple[Host, Labels]],
    *,
    between: Callable[[], bool] | None = None,
    boxes: Collection[str] = (),
    k: int = 5,
) -> Evaluation | None:
    """Run batches (items N C H W, labels N or arrays by field) through a network and compare.

    `between` is called before each batch; where it says True the evaluation is given up and None
    returned. `boxes` are the fields that hold corners of boxes. ValuesError where values do not
    fit.
    """
    sums = {id: _Sums(network, id, k, network.output(id).target in boxes) for id in network.outputs}
    count = 0
    for x, labels in batches:
        if between and between():
            return None
        batch, targets = network.prepare(x, labels)
        values = network.run_forward(batch)
        losses = network.losses(values, targets)
        if not np.isfinite(float(losses.total)) and not np.isfinite(x).all():
            raise ValuesError("The validation items hold values that are not finite numbers.")
        count += len(x)
        for id, one in sums.items():
            one.add(losses.each[id], values[id], targets[id], network.field(id, labels))
    found = {id: one.measured(count) for id, one in sums.items()}
    total = sum(network.output(id).weight * one.loss for id, one in found.items())
    return Evaluation(count, total, found, k)


class _Sums:
    """What the batches of one output add up to."""

    def __init__(self, network: Network, id: str, k: int, boxes: bool) -> None:
        self._backend, self._loss = network.backend, network.output(id).loss
        self._classes, self._k, self._boxes = class_count(network, id), k, boxes
        self._values = not self._loss.classifies
        self._ranks = self._loss.takes_classes and self._classes > k
        side = max(self._classes, 1)
        self._confusion = np.zeros((side, side), np.int64)
        self._mass = self._cost = self._distance = self._iou = 0.0
        self._within = 0

    def add(self, loss: Array, z: Array, target: Array, labels: Host) -> None:
        """Take in a batch: its mean loss, scores (N, K), encoded targets and labels."""
        xp, mass = self._backend.xp, float(self._loss.mass(self._backend.xp, target))
        self._mass += mass
        self._cost += float(loss) * mass
        if self._classes:
            said = self._backend.asnumpy(answers(z))
            self._confusion += confusion(labels.reshape(-1), said, self._classes)
        if self._ranks:
            self._within += int(correct_within(xp, z, target, k=self._k))
        if self._values:
            self._distance += float(absolute_error(xp, z, target).sum())
        if self._boxes:
            self._iou += float(overlap(xp, z, target).sum())

    def measured(self, count: int) -> Measured:
        """The means over `count` items."""
        loss = self._cost / self._mass if self._mass else float("nan")
        if not count:
            return Measured(loss)
        classifies = self._classes > 0
        return Measured(
            loss,
            accuracy=int(self._confusion.trace()) / count if classifies else None,
            top_k=self._within / count if self._ranks else None,
            confusion=self._confusion if classifies else None,
            absolute_error=self._distance / count if self._values else None,
            iou=self._iou / count if self._boxes else None,
        )


def class_count(network: Network, id: str = "") -> int:
    """Classes that an output tells apart, the first one unless named; 0 where it does not."""
    id = id or network.outputs[0]
    loss, (units,) = network.output(id).loss, network.inference.nodes[id].output or (0,)
    if loss.takes_classes:
        return units
    return 2 if isinstance(loss, BinaryCrossEntropy) and units == 1 else 0


def count_correct(network: Network, values: Mapping[str, Array], labels: Labels) -> Array:
    """Right answers of the first output in a batch (0-d, on the device); 0 without classes."""
    if not class_count(network):
        return 0
    first = network.outputs[0]
    truth = network.backend.asarray(network.field(first, labels).reshape(-1))
    return correct(network.backend.xp, values[first], truth)
