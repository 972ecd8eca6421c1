"""Losses: what an Output node minimises. Each gives its value and its gradient in one pass.

Values and gradients are means over the batch, as PyTorch's `reduction="mean"`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.settings import Declared

Array = Any


@dataclass(frozen=True)
class Loss(Declared, ABC):
    """Base of every loss; `z` are the Output node's inputs (N, K), `target` what `encode` gave."""

    title: ClassVar[str] = ""
    takes_classes: ClassVar[bool] = False  # class numbers (N,); other losses take rows (N, K)

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
            return labels.reshape(-1, 1).astype(np.float32)
        rows: NDArray[Any] = np.eye(units, dtype=np.float32)[labels]
        return rows

    @abstractmethod
    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        """The mean loss (0-d, on the device) and its gradient by z."""

    def predict(self, xp: Any, z: Array) -> Array:
        """What the network says, from its raw outputs: probabilities or values."""
        return z


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax and −log p of the right class: for one class out of many.

    Formula: L = mean(−log softmax(z)[label]); dL/dz = (softmax(z) − one-hot) / N.
    PyTorch: CrossEntropyLoss on logits. Keras: SparseCategoricalCrossentropy(from_logits=True).
    """

    title = "Softmax cross-entropy"
    takes_classes = True

    def encode(self, labels: NDArray[Any], units: int) -> NDArray[Any]:
        return labels

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        n = len(z)
        shifted = z - z.max(axis=1, keepdims=True)
        log_p = shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))
        rows = xp.arange(n)
        dz = xp.exp(log_p)
        dz[rows, target] -= 1
        dz /= n
        return -log_p[rows, target].mean(), dz

    def predict(self, xp: Any, z: Array) -> Array:
        return softmax(xp, z)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Sigmoid and cross-entropy for each unit: for yes/no questions and several labels.

    Formula: L = mean(max(z, 0) − z·t + log(1 + e^−|z|)); dL/dz = (σ(z) − t) / (N·K).
    PyTorch: BCEWithLogitsLoss. Keras: BinaryCrossentropy(from_logits=True).
    """

    title = "Sigmoid cross-entropy"

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        value = (xp.maximum(z, 0) - z * target + xp.log1p(xp.exp(-xp.abs(z)))).mean()
        return value, (sigmoid(xp, z) - target) / z.size

    def predict(self, xp: Any, z: Array) -> Array:
        return sigmoid(xp, z)


@dataclass(frozen=True)
class SquaredError(Loss):
    """Mean squared distance to the target: for values rather than classes.

    Formula: L = mean((z − t)²); dL/dz = 2(z − t) / (N·K). PyTorch: MSELoss.
    """

    title = "Squared error"

    def value_and_gradient(self, xp: Any, z: Array, target: Array) -> tuple[Array, Array]:
        error = z - target
        return (error * error).mean(), error * (2.0 / error.size)


LOSSES: tuple[type[Loss], ...] = (CrossEntropy, BinaryCrossEntropy, SquaredError)


def sigmoid(xp: Any, z: Array) -> Array:
    """σ(z) = 1 / (1 + e^−z), without overflow and exact in both tails."""
    return xp.exp(-xp.logaddexp(0, -z))


def softmax(xp: Any, z: Array) -> Array:
    """e^z over its sum along axis 1, shifted by the largest z so that nothing overflows."""
    e = xp.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
