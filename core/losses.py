"""Losses: what an Output node minimizes. Each gives its value and its gradient in one pass.

Values and gradients are means over the batch, as PyTorch's `reduction="mean"`: over its items for
classes, over all its numbers for values. Letters: N items, K units, z scores, t targets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.kinds import Float, Floats
from core.settings import Declared, setting
from core.tongue import tr

Array = Any


@lru_cache(maxsize=16)
def _held(xp: Any, numbers: tuple[float, ...], dtype: str, device: str) -> Array:
    """Numbers as an array on a device, where they stay: no step has to bring them there."""
    return xp.asarray(numbers, dtype)


@dataclass(frozen=True)
class Loss(Declared, ABC):
    """Base of every loss; `z` are the Output node's inputs (N, K), `target` what `encode` gave."""

    title: ClassVar[str] = ""
    takes_classes: ClassVar[bool] = False  # class numbers (N,); other losses take rows (N, K)
    classifies: ClassVar[bool] = False  # answers yes or no, not how much

    @property
    def label(self) -> str:
        return self.title

    def encode(self, labels: NDArray[Any], units: int) -> NDArray[Any]:
        """Targets as this loss wants them: class numbers (N,) become rows of 0 and 1 (N, K).

        Labels that are rows already stay as they are.
        """
        if labels.ndim > 1:
            return labels
        if units == 1:
            column = labels.reshape(-1, 1)
            return column if column.dtype.kind == "f" else column.astype(np.float32)
        rows: NDArray[Any] = np.eye(units, dtype=np.float32)[labels]
        return rows

    def misfit(self, units: int) -> str:
        """Why the settings do not go with so many units; "" where they do."""
        return ""

    def classes(self, units: int) -> int:
        """How many classes so many units tell apart; 0 where they tell none apart."""
        return units if self.takes_classes and units > 1 else 0

    def mass(self, xp: Any, target: Array) -> Array:
        """What a batch counts in a mean over several: its items, unless they are weighted."""
        return len(target)

    @abstractmethod
    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        """The mean loss (0-d, on the device) and its gradient by z."""

    def predict(self, xp: Any, z: Array) -> Array:
        """What the network says, from its raw outputs: probabilities or values."""
        return z


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax and −log p of the right class: for one class out of many.

    Formula: L = mean(−log softmax(z)[label]); dL/dz = (softmax(z) − one-hot) / N. With class
    weights w the mean is Σ w[label]·(…) / Σ w[label]; smoothing ε takes (1 − ε)·one-hot + ε/K.
    PyTorch: CrossEntropyLoss on logits. Keras: SparseCategoricalCrossentropy(from_logits=True),
    whose weighted mean divides by N.
    """

    title = tr("Softmax cross-entropy")
    takes_classes = True
    classifies = True

    label_smoothing: float = setting(
        0.0,
        Float(0.0, 1.0),
        advanced=True,
        help="Share of the answer that is spread evenly over all classes, so that the network is"
        " never asked to be certain.",
    )
    class_weights: tuple[float, ...] = setting(
        (),
        Floats(low=0.0, high=1e6, longest=100_000),
        keras="class_weight",
        advanced=True,
        help="How much each class counts, in the order of the classes; empty: all the same."
        " PyTorch: weight.",
    )

    def encode(self, labels: NDArray[Any], units: int) -> NDArray[Any]:
        return labels

    def misfit(self, units: int) -> str:
        count = len(self.class_weights)
        if count in (0, units):
            return ""
        return tr(
            "has a loss with {count} class weights for {units} classes: give one for each class or"
            " none.",
            count=count,
            units=units,
        )

    def mass(self, xp: Any, target: Array) -> Array:
        if not self.class_weights:
            return len(target)
        return _held(xp, self.class_weights, "float64", str(target.device))[target].sum()

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        shifted = z - z.max(axis=1, keepdims=True)
        log_p = shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))
        if self.class_weights or self.label_smoothing:
            return self._spread(xp, log_p, target)
        n = len(z)
        rows = xp.arange(n)
        dz = xp.exp(log_p)
        dz[rows, target] -= 1
        dz /= n
        return -log_p[rows, target].mean(), dz

    def _spread(self, xp: Any, log_p: Array, target: Array) -> tuple[Array, Array]:
        """L = −Σ a·log p over Σ w[label]; a (N, K) is what each class has of each answer."""
        n, k = log_p.shape
        w = _held(xp, self.class_weights or (1.0,) * k, log_p.dtype.name, str(log_p.device))
        a = xp.empty_like(log_p)
        a[...] = w * (self.label_smoothing / k)
        a[xp.arange(n), target] += w[target] * (1 - self.label_smoothing)
        total = w[target].sum()
        a /= xp.where(total > 0, total, 1)  # where no item counts, nothing is learned
        a *= total > 0
        return -(a * log_p).sum(), xp.exp(log_p) * a.sum(axis=1, keepdims=True) - a

    def predict(self, xp: Any, z: Array) -> Array:
        return softmax(xp, z)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Sigmoid and cross-entropy for each unit: for yes/no questions and several labels.

    Formula: L = mean(max(z, 0) − z·t + log(1 + e^−|z|)); dL/dz = (σ(z) − t) / (N·K).
    PyTorch: BCEWithLogitsLoss. Keras: BinaryCrossentropy(from_logits=True).
    """

    title = tr("Sigmoid cross-entropy")
    classifies = True

    def classes(self, units: int) -> int:
        return 2 if units == 1 else 0

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        value = (xp.maximum(z, 0) - z * target + xp.log1p(xp.exp(-xp.abs(z)))).mean()
        return value, (sigmoid(xp, z) - target) / z.size

    def predict(self, xp: Any, z: Array) -> Array:
        return sigmoid(xp, z)


@dataclass(frozen=True)
class SquaredError(Loss):
    """Mean squared distance to the target: for values rather than classes.

    Formula: L = mean((z − t)²); dL/dz = 2(z − t) / (N·K). PyTorch: MSELoss.
    Keras: MeanSquaredError.
    """

    title = tr("Squared error")

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        error = z - target
        return (error * error).mean(), error * (2.0 / error.size)


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """Mean distance to the target: for values, with less regard for far ones than squares.

    Formula: L = mean(|z − t|); dL/dz = sign(z − t) / (N·K), 0 on the target. PyTorch: L1Loss.
    Keras: MeanAbsoluteError.
    """

    title = tr("Absolute error")

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        error = z - target
        return xp.abs(error).mean(), xp.sign(error) / error.size


@dataclass(frozen=True)
class Huber(Loss):
    """Squared near the target, straight beyond δ: for values of which some are far off.

    Formula: with e = z − t, L = mean(e²/2 where |e| ≤ δ, else δ·(|e| − δ/2)); dL/dz = e cut to
    ±δ, over N·K. Source: Huber 1964. PyTorch: HuberLoss. Keras: Huber.
    """

    title = tr("Huber")

    delta: float = setting(
        1.0,
        Float(0.0, 1e6, log=True, open_low=True),
        label="δ",
        help="Distance at which the square goes over into a straight line.",
    )

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        error = z - target
        cut = xp.clip(error, -self.delta, self.delta)
        return (cut * (error - cut / 2)).mean(), cut / error.size


LOSSES: tuple[type[Loss], ...] = (
    CrossEntropy,
    BinaryCrossEntropy,
    SquaredError,
    AbsoluteError,
    Huber,
)


def sigmoid(xp: Any, z: Array) -> Array:
    """σ(z) = 1 / (1 + e^−z), without overflow and exact in both tails."""
    return xp.exp(-xp.logaddexp(0, -z))


def softmax(xp: Any, z: Array) -> Array:
    """e^z over its sum along axis 1, shifted by the largest z so that nothing overflows."""
    e = xp.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
