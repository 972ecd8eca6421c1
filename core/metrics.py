"""Metrics: what people want to know of predictions, beside the loss."""

from __future__ import annotations

from typing import Any

Array = Any


def correct(xp: Any, z: Array, labels: Array) -> Array:
    """How many of a batch are right (0-d, on the device).

    `z` are raw scores (N, K), `labels` class numbers (N,); one unit (K = 1) means yes above 0.
    """
    if z.shape[1] == 1:
        return ((z[:, 0] > 0) == (labels > 0)).sum()
    return (z.argmax(axis=1) == labels).sum()
