"""How one picture becomes what the Input takes: size, channels, range of values.

N pictures, C channels, h × w pixels before and H × W after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Picture, Pictures
from core.settings import Pair

Shape = tuple[int, ...]

# Below twice (or above half) the size pixels stay as they are: resampling would blur them.
_NEAR = 2.0

# ITU-R BT.601 in 1/65,536; Pillow makes files grey with the same numbers.
_LUMA = (19_595, 38_470, 7_471)


@dataclass(frozen=True)
class Fitting:
    """What is done to every picture; the same for training, validation and prediction.

    `input_shape` is what the network takes, `picture_shape` (C, H, W) the same as a picture,
    `size` a word of the policy. Values become (pixel − offset) / scale, one of each per channel.
    """

    input_shape: Shape
    picture_shape: tuple[int, int, int]
    size: str
    offset: tuple[float, ...]
    scale: tuple[float, ...]

    def picture(self, image: Picture) -> Picture:
        """One picture, uint8 (c, h, w), with the channels and the size of the Input: (C, H, W)."""
        channels, *target = self.picture_shape
        return sized(with_channels(image, channels), (target[0], target[1]), self.size)

    def pictures(self, images: Pictures) -> NDArray[np.uint8]:
        """Several pictures with the channels and the size of the Input: uint8 (N, C, H, W)."""
        if isinstance(images, np.ndarray):
            channels, *target = self.picture_shape
            return sized(with_channels(images, channels), (target[0], target[1]), self.size)
        result = np.empty((len(images), *self.picture_shape), np.uint8)
        for i, image in enumerate(images):
            result[i] = self.picture(image)
        return result

    def values(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The numbers that the network takes: float32 (N, *input_shape), contiguous."""
        scale = np.array(self.scale, np.float32)[:, None, None]
        if any(self.offset):
            offset = np.array(self.offset, np.float32)[:, None, None]
            result = np.subtract(pictures, offset, dtype=np.float32)
            result /= scale
        else:
            result = np.divide(pictures, scale, dtype=np.float32)
        return np.ascontiguousarray(result).reshape(len(pictures), *self.input_shape)

    def prepare(self, image: Picture) -> NDArray[np.float32]:
        """One picture, uint8 (c, h, w), as a batch of one: float32 (1, *input_shape)."""
        return self.values(self.picture(image)[None])


def with_channels(images: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Pictures (..., c, h, w) with another number of channels: (..., channels, h, w).

    Grey is repeated; color becomes grey by brightness (ITU-R BT.601).
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
