"""Where a feature map comes from: the maps it adds up, each through its own filter.

Letters: n sources, P Q size of the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.explain.probe import probe
from core.explain.steps import parts, steps
from core.network import Network

MOST_SOURCES = 32


@dataclass(frozen=True)
class Sources:
    """The maps that one map is the sum of, the strongest first.

    Attributes:
        of: the map; `count` sources there are, of which the first may be all that is given.
        maps: numbers of the input maps (n,).
        parts: what each adds (n, P, Q); with the bias all of them add up to the map.
        shares: the part of each in the sum of all their sizes (n,), 0 to 1.
    """

    of: int
    count: int
    maps: NDArray[np.int64]
    parts: NDArray[np.float32]
    shares: NDArray[np.float32]


def sources(network: Network, x: NDArray[np.float32], node: str, channel: int) -> Sources | None:
    """The sources of a map of a node for one item (C, H, W); None where it is no sum of maps."""
    if node not in network.graph.nodes:
        return None
    layer = network.graph[node].layer
    names = ("x", "z", *network.inference.nodes[node].weights)
    tensors = probe(network, x, node=node, wants=names)
    try:
        made = steps(layer, tensors, part=(parts(layer) or ("",))[-1])["forward"]
    except ValueError:
        return None
    if made.ending or not made.learned or not 0 <= channel < made.maps:
        return None
    planes = made.planes(channel)
    found = []
    for plane in planes:
        alone = replace(
            made.links, wide_maps=made.links.wide_maps[[plane]],
            narrow_maps=made.links.narrow_maps[[plane]], kernels=made.links.kernels[[plane]],
        )  # fmt: skip
        if made.partner == "narrow":
            found.append(alone.gathered(made.wide, made.weight, channel))
        else:
            top, _, left, _ = made.links.window.padding
            whole = alone.scattered(made.narrow, made.weight, np.zeros(1, np.int64))
            h, w = made.size
            found.append(whole[top : top + h, left : left + w])
    if not found:
        return None
    each = np.stack(found)
    sizes = np.abs(each).sum(axis=(1, 2))
    order = np.argsort(-sizes, kind="stable")[:MOST_SOURCES]
    shares = sizes / (sizes.sum() or 1.0)
    maps = np.array([made.left_map(int(plane)) for plane in planes])
    return Sources(
        channel, len(planes), maps[order], each[order].astype(np.float32),
        shares[order].astype(np.float32),
    )  # fmt: skip
