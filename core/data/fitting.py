"""How one item becomes what the Input takes: the contract, and how pictures keep it.

N pictures, C channels, h × w pixels before and H × W after.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Items, Picture
from core.kinds import Pair

Shape = tuple[int, ...]

# Below twice (or above half) the size pixels stay as they are: resampling would blur them.
_NEAR = 2.0

# ITU-R BT.601 in 1/65,536; Pillow makes files gray with the same numbers.
_LUMA = (19_595, 38_470, 7_471)


@dataclass(frozen=True)
class Fitting(ABC):
    """What is done to every item; the same for training, validation and prediction.

    Items are first fitted to `kept_shape`, in which form they can be kept and changed; their
    values then become (value − offset) / scale, one of each per channel, in `input_shape`.
    """

    input_shape: Shape
    kept_shape: Shape
    offset: tuple[float, ...]
    scale: tuple[float, ...]

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """The type of the fitted values."""

    @property
    @abstractmethod
    def full(self) -> float:
        """The greatest fitted value there usually is: 255 of a picture, 1 of a signal."""

    @abstractmethod
    def fitted(self, items: Items) -> NDArray[Any]:
        """Items in the shape of the Input, their values as they came: (N, *kept_shape)."""

    @abstractmethod
    def shown(self, fitted: NDArray[Any]) -> NDArray[np.uint8]:
        """Fitted items as pictures for people: uint8 (N, 1 or 3, H, W)."""

    def places(self, points: NDArray[np.float32], size: Pair) -> NDArray[np.float32]:
        """Points (N, 2K) in shares of a picture of `size`, in shares of the fitted picture."""
        return points

    def masks(self, masks: NDArray[np.float32], size: Pair) -> NDArray[np.float32]:
        """Masks (N, H·W) of pictures of `size` as those of the fitted pictures."""
        return masks

    def values(self, fitted: NDArray[Any]) -> NDArray[np.float32]:
        """The numbers that the network takes: float32 (N, *input_shape), contiguous."""
        ones = (1,) * (len(self.kept_shape) - 1)
        scale = np.array(self.scale, np.float32).reshape(-1, *ones)
        if any(self.offset):
            offset = np.array(self.offset, np.float32).reshape(-1, *ones)
            result = np.subtract(fitted, offset, dtype=np.float32)
            result /= scale
        else:
            result = np.divide(fitted, scale, dtype=np.float32)
        return np.ascontiguousarray(result).reshape(len(fitted), *self.input_shape)

    def prepare(self, item: NDArray[Any]) -> NDArray[np.float32]:
        """One item as it comes, as a batch: float32 (1, *input_shape)."""
        return self.values(self.fitted(item[None]))

    @property
    def size_in_bytes(self) -> int:
        """Of one fitted item."""
        return prod(self.kept_shape) * self.dtype.itemsize


@dataclass(frozen=True)
class PictureFitting(Fitting):
    """Pictures are given the size and the channels of the Input; `size` is a word of the policy."""

    size: str

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8)

    @property
    def full(self) -> float:
        return 255.0

    @property
    def target(self) -> Pair:
        """The (height, width) that pictures are given."""
        return self.kept_shape[1], self.kept_shape[2]

    def fitted(self, items: Items) -> NDArray[Any]:
        if isinstance(items, np.ndarray):
            return sized(with_channels(items, self.kept_shape[0]), self.target, self.size)
        result = np.empty((len(items), *self.kept_shape), np.uint8)
        for i, image in enumerate(items):
            result[i] = self._picture(image)
        return result

    def shown(self, fitted: NDArray[Any]) -> NDArray[np.uint8]:
        return fitted

    def places(self, points: NDArray[np.float32], size: Pair) -> NDArray[np.float32]:
        result = np.empty_like(points)
        for axis, start in ((1, 0), (0, 1)):  # x lies along the width, y along the height
            share, before = _place(size, self.target, self.size, axis)
            result[:, start::2] = points[:, start::2] * share + before
        return result

    def masks(self, masks: NDArray[np.float32], size: Pair) -> NDArray[np.float32]:
        planes = (masks > 0.5).astype(np.uint8).reshape(-1, *size) * np.uint8(255)
        inside = sized(planes, self.target, self.size) > 127
        return inside.reshape(len(masks), -1).astype(np.float32)

    def _picture(self, image: Picture) -> Picture:
        return sized(with_channels(image, self.kept_shape[0]), self.target, self.size)


def with_channels(images: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Pictures (..., c, h, w) with another number of channels: (..., channels, h, w).

    Gray is repeated; color becomes gray by brightness (ITU-R BT.601).
    """
    present = images.shape[-3]
    if present == channels:
        return images
    if present == 1:
        return np.repeat(images, channels, axis=-3)
    if (present, channels) != (3, 1):
        raise ValueError(f"{present} channels cannot become {channels}")
    red, green, blue = (images[..., c : c + 1, :, :].astype(np.uint32) for c in range(3))
    sums = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
    return ((sums + 32_768) >> 16).astype(np.uint8)


def scaled_size(size: Pair, target: Pair, sizing: str) -> Pair:
    """The (height, width) to which a picture is scaled before it is padded or cut to `target`."""
    if sizing == "resize":
        return target
    height, width = size
    inside = min(target[0] / height, target[1] / width)
    over = max(target[0] / height, target[1] / width)
    if sizing == "crop":
        scale = 1.0 if 1 / _NEAR < over <= 1 else over
    elif sizing == "pad":
        scale = min(inside, 1.0)
    else:
        scale = 1.0 if 1 <= inside < _NEAR else inside
    return max(1, round(height * scale)), max(1, round(width * scale))


def sized(images: NDArray[np.uint8], target: Pair, sizing: str) -> NDArray[np.uint8]:
    """Pictures (..., h, w) as (..., H, W): scaled, then the middle cut out or black put around."""
    size = (images.shape[-2], images.shape[-1])
    scaled = scaled_size(size, target, sizing)
    if scaled != size:
        images = _resampled(images, scaled, target)
    return _centered(images, target)


def sides(size: int, target: int) -> Pair:
    """Cells (before, after) that centering adds on an axis; negative where it cuts."""
    if size <= target:
        before = (target - size) // 2
        return before, target - size - before
    before = (size - target) // 2
    return -before, target - size + before


def _centered(images: NDArray[np.uint8], target: Pair) -> NDArray[np.uint8]:
    """The middle of (..., h, w) in the middle of (..., H, W); an odd cell goes below or right."""
    if images.shape[-2:] == target:
        return images
    result = np.zeros((*images.shape[:-2], *target), np.uint8)
    into: list[slice] = []
    from_: list[slice] = []
    for size, wanted in zip(images.shape[-2:], target, strict=True):
        before, _ = sides(size, wanted)
        common = min(size, wanted)
        into.append(slice(max(before, 0), max(before, 0) + common))
        from_.append(slice(max(-before, 0), max(-before, 0) + common))
    result[..., into[0], into[1]] = images[..., from_[0], from_[1]]
    return result


def _resampled(images: NDArray[np.uint8], scaled: Pair, target: Pair) -> NDArray[np.uint8]:
    """Pictures (..., h, w) scaled to `scaled`, at most the middle of `target` of it kept.

    Only that middle is ever made: a long strip would fill the memory otherwise.
    """
    from PIL import Image

    size = images.shape[-2:]
    height, width = (min(s, t) for s, t in zip(scaled, target, strict=True))
    high, wide = size[0] * height / scaled[0], size[1] * width / scaled[1]
    top, left = (size[0] - high) / 2, (size[1] - wide) / 2
    box = (left, top, left + wide, top + high)
    planes = images.reshape(-1, *size)
    result = np.empty((len(planes), height, width), np.uint8)
    for i, plane in enumerate(planes):
        image = Image.fromarray(plane)
        result[i] = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR, box))
    return result.reshape(*images.shape[:-2], height, width)


def _place(size: Pair, target: Pair, sizing: str, axis: int) -> tuple[float, float]:
    """Where a picture lies in the fitted one along an axis: its share of it, and where it begins.

    Both in shares of the target; a picture that is cut begins before 0.
    """
    scaled = scaled_size(size, target, sizing)
    if scaled != size and scaled[axis] > target[axis]:
        before = (target[axis] - scaled[axis]) / 2  # resampling cuts in the middle of a pixel
    else:
        before, _ = sides(scaled[axis], target[axis])
    return scaled[axis] / target[axis], before / target[axis]
