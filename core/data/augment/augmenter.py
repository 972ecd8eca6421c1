"""A row of augmentations at work on batches: draw, move points once, change values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.augment.affine import moved, resampled
from core.data.augment.base import Augmentation, Change, Drawn, Geometric, Maps
from core.data.dataset import Field
from core.data.draws import Draws
from core.kinds import Pair

_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))  # of a box: least or greatest x, least or greatest y


class Augmenter:
    """Changes training items at random, in each epoch anew.

    What happens to an item depends on seed, epoch and its own index alone, not on the batch it is
    in: a resumed run and another order of work give the same pictures bit for bit.
    """

    def __init__(self, augment: Sequence[Augmentation], *, seed: int = 0) -> None:
        self.augment, self.seed = tuple(augment), seed

    def drawn(
        self, indices: ArrayLike, epoch: int, size: Pair
    ) -> list[tuple[Augmentation, Drawn, Draws]]:
        """What each augmentation draws for these items of (height, width), in order.

        A name of a draw leads to (N,) values, the ones that `change` uses.
        """
        seen: Counter[str] = Counter()
        result = []
        for one in self.augment:
            name = type(one).__name__
            random = Draws(self.seed, indices, name=f"{name} {seen[name]}", part=epoch)
            seen[name] += 1
            result.append((one, one.draw(random, size), random))
        return result

    def change(
        self,
        fitted: NDArray[Any],
        targets: Mapping[str, NDArray[Any]],
        *,
        fields: Mapping[str, Field],
        indices: ArrayLike,
        epoch: int,
        full: float,
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[Any]]]:
        """Items (N, C, H, W) or (N, ...) as training sees them in an epoch, and their targets.

        Boxes, points and masks move with the picture; labels stay.
        """
        size = (fitted.shape[2], fitted.shape[3]) if fitted.ndim == 4 else (0, 0)
        drawn = self.drawn(indices, epoch, size)
        maps = _composed([one.maps(said) for one, said, _ in drawn if isinstance(one, Geometric)])
        x = fitted.astype(np.float32) if maps is None else resampled(fitted, maps)
        for one, said, random in drawn:
            if isinstance(one, Change):
                one.apply(x, said, random, full)
        if fitted.dtype == np.uint8:
            np.clip(x, 0, full, out=x)
        told = dict(targets)
        if maps is not None:
            for name in told:
                told[name] = _target_moved(told[name], fields[name], maps, size)
        return x, told


def _composed(maps: list[Maps]) -> Maps | None:
    """One map for each picture, which does all of them in order; None for none."""
    if not maps:
        return None
    whole = maps[0]
    for later in maps[1:]:
        whole = later @ whole
    return whole


def _target_moved(values: NDArray[Any], field: Field, maps: Maps, size: Pair) -> NDArray[Any]:
    """A target after the pictures were changed by maps."""
    if field.kind == "mask":
        planes = (values > 0.5).astype(np.uint8).reshape(-1, 1, *size)
        return (resampled(planes, maps) > 0.5).reshape(values.shape).astype(np.float32)
    if field.kind not in ("points", "box"):
        return values
    points = moved(values.reshape(len(values), -1, 2), maps, size)
    if field.kind == "box":
        return _boxed(points)
    mirrored = np.linalg.det(maps[:, :2, :2]) < 0
    if field.mirror:
        points[mirrored] = points[mirrored][:, list(field.mirror)]
    return points.reshape(len(values), -1)


def _boxed(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The upright box (N, 8) around points (N, K, 2), inside the picture; corners clockwise."""
    ends = np.stack([points.min(axis=1), points.max(axis=1)], axis=1).clip(0, 1)  # (N, 2, 2)
    corners = [np.stack([ends[:, x, 0], ends[:, y, 1]], axis=-1) for x, y in _CORNERS]
    return np.concatenate(corners, axis=1)
