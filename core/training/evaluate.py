"""How well a network does on items it does not learn from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend.communicator import ALONE, Communicator
from core.metrics import (
    Counts,
    PerClass,
    absolute_error,
    answers,
    confusion,
    correct,
    correct_within,
    distances,
    near,
    overlap,
    per_class,
)
from core.network import Network

AT_ONCE = 256  # items at least, where they are light: nothing is kept for a backward pass
AT_ONCE_MACS = 10_000_000_000  # of these items at most: a fifth of a second on a few cores

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
        distance: mean distance of points to where they belong, in the field's unit.
        pck: share of the points that are near, by the size of their figure (`metrics.near`).
        pixels: (2, 2) counts of a mask's pixels, row outside and inside, column the answer.
    """

    loss: float
    accuracy: float | None = None
    top_k: float | None = None
    confusion: Counts | None = None
    absolute_error: float | None = None
    iou: float | None = None
    distance: float | None = None
    pck: float | None = None
    pixels: Counts | None = None

    @property
    def classes(self) -> PerClass | None:
        """Precision, recall, F1 and IoU of every class."""
        return None if self.confusion is None else per_class(self.confusion)

    def numbers(self, k: int) -> dict[str, float]:
        """What is known beside loss and accuracy, by name."""
        known = {
            f"top{k}": self.top_k,
            "absolute_error": self.absolute_error,
            "iou": self.iou,
            "distance": self.distance,
            "pck": self.pck,
        }
        found = {name: value for name, value in known.items() if value is not None}
        return found | self._of_pixels()

    def _of_pixels(self) -> dict[str, float]:
        """Accuracy and IoU over all pixels of the masks; a class that never comes has no IoU."""
        if self.pixels is None:
            return {}
        outside, inside = (float(iou) for iou in per_class(self.pixels).iou)
        ious = {"outside_iou": outside, "inside_iou": inside}
        known = {name: iou for name, iou in ious.items() if not math.isnan(iou)}
        accuracy = int(self.pixels.trace()) / int(self.pixels.sum())
        mean = sum(known.values()) / len(known)
        return {"pixel_accuracy": accuracy, "mean_iou": mean, **known}


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
    def confusion(self) -> Counts | None:
        """(K, K) counts of the first output, row the right class, column the answer."""
        return self.primary.confusion

    @property
    def more(self) -> dict[str, float]:
        """Every other number: those of the first output, or of each under its name."""
        found: dict[str, float] = {}
        for id, one in self.outputs.items():
            if len(self.outputs) == 1:
                return one.numbers(self.k)
            known = {"loss": one.loss, "accuracy": one.accuracy, **one.numbers(self.k)}
            found |= {f"{id}.{name}": value for name, value in known.items() if value is not None}
        return found


def evaluate(
    network: Network,
    batches: Iterable[tuple[Host, Labels]],
    *,
    between: Callable[[], bool] | None = None,
    kinds: Mapping[str, str] = MappingProxyType({}),
    k: int = 5,
    together: Communicator = ALONE,
) -> Evaluation | None:
    """Run batches (items N C H W, labels N or arrays by field) through a network and compare.

    `between` is called before each batch; where it says True the evaluation is given up and None
    returned. `kinds` says what fields hold (`Field.kind`): boxes, points and masks are measured as
    such. Where several processes work `together`, the batches are this one's share, some perhaps
    empty, and all get what is true of all. ValuesError where values do not fit.
    """
    sums = {id: _Sums(network, id, k, kinds) for id in network.outputs}
    count = 0
    for x, labels in batches:
        if between and between():
            return None
        if not len(x):
            continue
        batch, targets = network.prepare(x, labels)
        values = network.run_forward(batch, every=False)
        losses = network.losses(values, targets)
        count += len(x)
        for id, one in sums.items():
            one.add(losses.each[id], values[id], targets[id], network.field(id, labels))
    count = _added_up(sums.values(), count, together)
    found = {id: one.measured(count) for id, one in sums.items()}
    total = sum(network.output(id).weight * one.loss for id, one in found.items())
    return Evaluation(count, total, found, k)


def items_at_once(batch_size: int, macs: int) -> int:
    """How many items to look at together, where training takes `batch_size` and one costs `macs`.

    Between two of these batches views are answered and requests are heard: so a network that is
    heavy is given no more of them than a training step takes.
    """
    return max(batch_size, min(AT_ONCE, AT_ONCE_MACS // max(1, macs)))


class _Sums:
    """What the batches of one output add up to."""

    def __init__(self, network: Network, id: str, k: int, kinds: Mapping[str, str]) -> None:
        self._backend, self._loss = network.backend, network.output(id).loss
        self._classes, self._k = class_count(network, id), k
        self._kind = kinds.get(network.output(id).target, "")
        side = max(self._classes, 1)
        self._confusion = np.zeros((side, side), np.int64)
        self._pixels = np.zeros((2, 2), np.int64)
        self._mass = self._cost = 0.0
        self._sums: dict[str, float] = {}

    def add(self, loss: Array, z: Array, target: Array, labels: Host) -> None:
        """Take in a batch: its mean loss, scores (N, K), encoded targets and labels."""
        mass = float(self._loss.mass(self._backend.xp, target))
        self._mass += mass
        self._cost += float(loss) * mass
        if self._classes:
            said = self._backend.asnumpy(answers(z))
            self._confusion += confusion(labels.reshape(-1), said, self._classes)
        elif self._kind == "mask":
            inside = self._backend.asnumpy(self._loss.predict(self._backend.xp, z) > 0.5)
            self._pixels += confusion((labels > 0.5).reshape(-1), inside.reshape(-1), 2)
        for name, values in self._of_items(z, target).items():
            self._sums[name] = self._sums.get(name, 0.0) + values.sum().item()

    def _of_items(self, z: Array, target: Array) -> dict[str, Array]:
        """What is averaged over the items: (N,) each, or already their sum."""
        xp, found = self._backend.xp, {}
        if self._loss.takes_classes:
            if self._classes > self._k:
                found["top_k"] = correct_within(xp, z, target, k=self._k)
            return found
        said = self._loss.predict(xp, z)
        if not self._loss.classifies:
            found["absolute_error"] = absolute_error(xp, said, target)
        if self._kind == "box":
            found["iou"] = overlap(xp, said, target)
        elif self._kind == "points":
            found["distance"] = distances(xp, said, target).mean(axis=1)
            found["pck"] = near(xp, said, target)
        return found

    def add_up(self, together: Communicator) -> None:
        """Take in what the other processes have counted."""
        names = [one.name for one in fields(Measured)]
        sums = np.array([self._mass, self._cost, *(self._sums.get(name, 0.0) for name in names)])
        there = np.array([name in self._sums for name in names], np.int64)
        for array in (sums, there, self._confusion, self._pixels):
            together.sum_into(array)
        self._mass, self._cost, *values = sums.tolist()
        self._sums = {
            name: value for name, value, known in zip(names, values, there, strict=True) if known
        }

    def measured(self, count: int) -> Measured:
        """The means over `count` items."""
        loss = self._cost / self._mass if self._mass else float("nan")
        if not count:
            return Measured(loss)
        classifies, masks = self._classes > 0, bool(self._pixels.any())
        return Measured(
            loss,
            accuracy=int(self._confusion.trace()) / count if classifies else None,
            confusion=self._confusion if classifies else None,
            pixels=self._pixels if masks else None,
            **{name: total / count for name, total in self._sums.items()},
        )


def _added_up(sums: Iterable[_Sums], count: int, together: Communicator) -> int:
    """Make the sums those over all processes; gives the items of all."""
    for one in sums:
        one.add_up(together)
    items = np.array([count])
    together.sum_into(items)
    return int(items[0])


def class_count(network: Network, id: str = "") -> int:
    """Classes that an output tells apart, the first one unless named; 0 where it does not."""
    id = id or network.outputs[0]
    (units,) = network.inference.nodes[id].output or (0,)
    return network.output(id).loss.classes(units)


def count_correct(network: Network, values: Mapping[str, Array], labels: Labels) -> Array:
    """Right answers of the first output in a batch (0-d, on the device); 0 without classes."""
    if not class_count(network):
        return 0
    first = network.outputs[0]
    truth = network.backend.asarray(network.field(first, labels).reshape(-1))
    return correct(network.backend.xp, values[first], truth)
