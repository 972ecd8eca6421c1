"""Occlusion: how much a class's score falls where a patch of the picture is covered.

Source: Zeiler and Fergus 2014.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.pace import Pace
from core.explain.saliency import Floats, Sight
from core.explain.score import Score
from core.network import Network

_AT_ONCE = 64  # covered pictures, at most


@dataclass(frozen=True)
class Occlusion:
    """What comes of it.

    Attributes:
        sight: for each pixel the mean fall of the score over all patches that cover it (H, W), and
            the same without places where the score rises.
        falls: the score of the whole picture minus that of the covered one, a value for each place
            of the patch (h, w).
    """

    sight: Sight
    falls: Floats


def occlusion(
    network: Network,
    x: NDArray[Any],
    of: Score,
    *,
    patch: int,
    stride: int,
    shape: tuple[int, ...] | None = None,
) -> Generator[tuple[int, int], None, Occlusion]:
    """Cover an item x with zeros, patch by patch; yields places done and places in all.

    The patch is square and moves by `stride`; the last place of a row or column ends at the border.
    `shape` (C, H, W) is that of the picture where x is flattened.
    """
    picture = x.reshape(shape or x.shape)
    _, height, width = picture.shape
    tops, lefts = places(height, patch, stride), places(width, patch, stride)
    spots = [(top, left) for top in tops for left in lefts]
    scores = np.zeros(len(spots), np.float32)
    whole, done, pace = _scores(network, x[None], of)[0], 0, Pace(_AT_ONCE)
    while done < len(spots):
        part = spots[done : done + pace.size]
        with pace.piece():
            covered = np.repeat(picture[None], len(part), axis=0)
            for one, (top, left) in zip(covered, part, strict=True):
                one[:, top : top + patch, left : left + patch] = 0
            found = _scores(network, covered.reshape(-1, *x.shape), of)
        scores[done : done + len(part)] = found
        done += len(part)
        yield done, len(spots)
    falls = (whole - scores).reshape(len(tops), len(lefts))
    mean = _spread(falls, tops, lefts, (height, width), patch)
    return Occlusion(Sight(mean, np.maximum(mean, 0)), falls)


def places(size: int, patch: int, stride: int) -> list[int]:
    """Where a patch begins along an axis, the border included."""
    last = max(0, size - patch)
    return sorted({*range(0, last + 1, stride), last})


def _scores(network: Network, batch: NDArray[Any], of: Score) -> Floats:
    values = network.run_forward(network.upload(batch), every=False)
    return np.array(network.backend.asnumpy(of.of(values[of.node])), np.float32)


def _spread(
    falls: Floats, tops: list[int], lefts: list[int], size: tuple[int, int], patch: int
) -> Floats:
    """The mean fall over the patches that cover each pixel; 0 where the stride leaves a gap."""
    total, count = np.zeros(size), np.zeros(size)
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            here = np.s_[top : top + patch, left : left + patch]
            total[here] += falls[row, column]
            count[here] += 1
    return (total / np.maximum(count, 1)).astype(np.float32)
