"""Feature maps: what a node makes of one item, and what the loss says to each of their values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.probe import Labels, probe
from core.network import Network

MOST_MAPS = 512


def feature_maps(network: Network, x: NDArray[Any], node: str) -> NDArray[np.float32]:
    """What a node gives for one item (C, H, W), as after training: maps (C, H, W).

    A vector of F values comes as a strip (1, 1, F). At most the first 512 maps are given. Nothing
    in the network changes: no random number is drawn, no running average moves.
    """
    return _maps(network.activations(np.asarray(x)[None], [node])[node][0])


def maps_and_gradients(
    network: Network, x: NDArray[Any], labels: Labels | None, node: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """The maps, and the gradient of the item's loss by them; None where none reaches it."""
    found = probe(network, np.asarray(x), labels, node=node, wants=("y", "dy"))
    return _maps(found["y"]), _maps(found["dy"]) if "dy" in found else None


def _maps(values: NDArray[Any]) -> NDArray[np.float32]:
    """Values of one item as maps (C, H, W), a vector as one strip; a signal's rows are one high."""
    shown = values.reshape(1, 1, -1) if values.ndim < 2 else values[:MOST_MAPS]
    shown = shown[:, None] if shown.ndim == 2 else shown
    return np.asarray(shown, np.float32)
