"""Feature maps: what a node makes of one item."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.network import Network

MOST_MAPS = 512


def feature_maps(network: Network, x: NDArray[Any], node: str) -> NDArray[np.float32]:
    """What a node gives for one item (C, H, W), as after training: maps (C, H, W).

    A vector of F values comes as a strip (1, 1, F). At most the first 512 maps are given. Nothing
    in the network changes: no random number is drawn, no running average moves.
    """
    values = network.activations(np.asarray(x)[None], [node])[node][0]
    maps = values.reshape(1, 1, -1) if values.ndim < 3 else values[:MOST_MAPS]
    return np.asarray(maps, np.float32)
