"""Grad-CAM: which places of a layer's maps speak for a class.

For maps A (K, h, w) of a layer and the score s of a class: a_k = mean over i, j of ∂s/∂A_kij says
how much map k counts; Σ a_k·A_k is the picture, of which ReLU keeps what speaks for the class.

Source: Selvaraju et al. 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.saliency import Floats, Sight
from core.explain.score import Score, slopes
from core.network import Network
from core.network_errors import NetworkError
from core.shapes import shape_text
from core.tongue import tr


@dataclass(frozen=True)
class GradCam:
    """The picture and what it is made of.

    Attributes:
        sight: Σ a_k·A_k, and its ReLU; in the layer's own cells (h, w).
        weights: a_k, how much each map counts (K,).
        maps: A (K, h, w).
    """

    sight: Sight
    weights: Floats
    maps: Floats


def gradcam(network: Network, x: NDArray[Any], of: Score, node: str) -> GradCam:
    """Grad-CAM of an item x at a node; NetworkError where that gives no maps."""
    title, shape = network.whole[node].title, network.inference.nodes[node].output or ()
    if len(shape) != 3:
        raise NetworkError(
            tr(
                "{title} gives {shape}, no maps. Choose a layer that gives maps, such as the last"
                " convolution.",
                title=title,
                shape=shape_text(shape),
            )
        )
    ((maps, slope),) = slopes(network, x, of, node).values()
    weights = slope.mean(axis=(1, 2), dtype=np.float64)
    total = np.einsum("k,khw->hw", weights, maps)
    sight = Sight(total.astype(np.float32), np.maximum(total, 0).astype(np.float32))
    return GradCam(sight, weights.astype(np.float32), np.asarray(maps, np.float32))
