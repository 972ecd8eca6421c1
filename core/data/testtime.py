"""Several views of one item, so that a network can be asked more than once.

V views of N items: arrays (V, N, C, H, W).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kinds import Pair

Array = NDArray[Any]

PATCHES = ("top left", "top right", "bottom left", "bottom right", "center")
"""The places of `patches`, in order."""


def patches(x: Array, size: Pair) -> Array:
    """The four corners and the center of pictures (N, C, h, w), each (H, W): (5, N, C, H, W).

    Source: Krizhevsky, Sutskever and Hinton (2012), section 4.1; lecture 004, "different shifts".
    """
    (h, w), (height, width) = x.shape[-2:], size
    if height > h or width > w:
        raise ValueError(f"pictures of at least {height} × {width} are expected, {h} × {w} came")
    below, right = h - height, w - width
    places = [(0, 0), (0, right), (below, 0), (below, right), (below // 2, right // 2)]
    return np.stack([x[..., top : top + height, left : left + width] for top, left in places])


def with_flips(views: Array) -> Array:
    """All views (V, N, C, H, W), then all of them mirrored left to right: (2V, N, C, H, W)."""
    return np.concatenate([views, views[..., ::-1]])


def flips(x: Array) -> Array:
    """Pictures (N, C, H, W) as they are and mirrored left to right: (2, N, C, H, W)."""
    return with_flips(x[None])


def ten_patches(x: Array, size: Pair) -> Array:
    """The five patches of pictures (N, C, h, w), and their mirror images: (10, N, C, H, W)."""
    return with_flips(patches(x, size))
