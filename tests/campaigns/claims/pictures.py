"""Changes of pictures that the claims test nets with; uint8 (N, C, H, W)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.data.augment import Augmentation, Augmenter

Images = NDArray[np.uint8]

DIRECTIONS = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)


def moved(images: Images, down: int, right: int) -> Images:
    """Pictures moved by whole pixels; black follows."""
    height, width = images.shape[2:]
    result = np.zeros_like(images)
    result[..., max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = (
        images[..., max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
    )
    return result


def changed(images: Images, augment: Sequence[Augmentation], *, seed: int = 0) -> Images:
    """Pictures changed at random, in the same way for the same seed."""
    x, _ = Augmenter(augment, seed=seed).change(
        images, {}, fields={}, indices=np.arange(len(images)), epoch=0, full=255.0
    )
    return np.rint(x).astype(np.uint8)


def shuffled(images: Images) -> Images:
    """Pictures whose pixels have changed places, all in the same way."""
    count = images.shape[2] * images.shape[3]
    places = np.random.default_rng(0).permutation(count)
    return images.reshape(*images.shape[:2], count)[..., places].reshape(images.shape)
