"""Whether what a picture marks is what the answer rests on: delete it, and ask again.

Source: the deletion test of Samek, Binder, Montavon, Lapuschkin and Müller 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Host = NDArray[Any]
SHARE = 0.1  # of the pixels, that are deleted
DRAWS = 4  # times that as many pixels are deleted by chance


@dataclass(frozen=True)
class Deletion:
    """What is said of the item as it is, without the hottest pixels, and without random ones.

    `by_chance` is the mean of several draws.
    """

    whole: float
    hottest: float
    by_chance: float


def deletion(
    ask: Callable[[Host], float], x: Host, heat: Host, shape: tuple[int, ...], *, seed: int = 0
) -> Generator[tuple[int, int], None, Deletion]:
    """Set the hottest tenth of the pixels of an item to zero and `ask` again.

    `heat` (h, w) may be coarser than the picture of `shape` (C, H, W). Yields questions done and
    in all.
    """
    picture = np.asarray(x).reshape(shape)
    spread = _spread(heat, picture.shape[1:]).ravel()
    count = max(1, round(SHARE * spread.size))
    random = np.random.default_rng(seed)
    chosen = [np.argsort(-spread, kind="stable")[:count]]
    chosen += [random.permutation(spread.size)[:count] for _ in range(DRAWS)]
    said = [ask(x)]
    for done, pixels in enumerate(chosen, start=1):
        yield done, len(chosen) + 1
        left = picture.reshape(len(picture), -1).copy()
        left[:, pixels] = 0
        said.append(ask(left.reshape(np.shape(x))))
    yield len(said), len(said)
    return Deletion(said[0], said[1], float(np.mean(said[2:])))


def _spread(heat: Host, size: tuple[int, ...]) -> Host:
    """A coarse map over all pixels: each takes the cell that it lies in."""
    rows, columns = (
        np.arange(pixels) * cells // pixels for pixels, cells in zip(size, heat.shape, strict=True)
    )
    found: Host = heat[np.ix_(rows, columns)]
    return found
