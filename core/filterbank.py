"""Filters that people made by hand: blur, edges, sharpen, blobs, Gabor.

Each is a small array (height, width) that is laid over the picture without being flipped, as in
`Conv2d`. A convolution can start from them (`core.initializers.HandMade`).
"""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.tongue import tr

Filter = NDArray[np.float64]

_ROWS: dict[str, tuple[float, tuple[tuple[int, ...], ...]]] = {
    # name: divisor, rows
    "identity": (1, ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    "blur": (9, ((1, 1, 1), (1, 1, 1), (1, 1, 1))),
    "gaussian": (
        256,
        (
            (1, 4, 6, 4, 1),
            (4, 16, 24, 16, 4),
            (6, 24, 36, 24, 6),
            (4, 16, 24, 16, 4),
            (1, 4, 6, 4, 1),
        ),
    ),
    "sobel_horizontal": (1, ((1, 2, 1), (0, 0, 0), (-1, -2, -1))),
    "sobel_vertical": (1, ((1, 0, -1), (2, 0, -2), (1, 0, -1))),
    # Lecture 002 calls this one edge detection; its sum is 1, so it keeps the picture.
    "sharpen": (1, ((0, -1, 0), (-1, 5, -1), (0, -1, 0))),
    "outline4": (1, ((0, -1, 0), (-1, 4, -1), (0, -1, 0))),
    "outline8": (1, ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1))),
    "emboss": (1, ((-2, -1, 0), (-1, 1, 1), (0, 1, 2))),
    "shift": (1, ((0, 0, 0), (1, 0, 0), (0, 0, 0))),
    "blob": (  # the Laplacian of a Gaussian in whole numbers, as in lecture 001; its sum is 4
        1,
        (
            (0, 0, 3, 2, 2, 2, 3, 0, 0),
            (0, 2, 3, 5, 5, 5, 3, 2, 0),
            (3, 3, 5, 3, 0, 3, 5, 3, 3),
            (2, 5, 3, -12, -23, -12, 3, 5, 2),
            (2, 5, 0, -23, -40, -23, 0, 5, 2),
            (2, 5, 3, -12, -23, -12, 3, 5, 2),
            (3, 3, 5, 3, 0, 3, 5, 3, 3),
            (0, 2, 3, 5, 5, 5, 3, 2, 0),
            (0, 0, 3, 2, 2, 2, 3, 0, 0),
        ),
    ),
    "face": (  # an oval with two eyes and a mouth, dark on light; its sum is 0
        10,
        (
            (0, 0, 1, 1, 1, 1, 1, 0, 0),
            (0, 1, 1, 1, 1, 1, 1, 1, 0),
            (0, 1, 1, 1, 1, 1, 1, 1, 0),
            (0, 1, -10, 1, 1, 1, -10, 1, 0),
            (0, 1, 1, 1, 1, 1, 1, 1, 0),
            (0, 1, 1, 1, 1, 1, 1, 1, 0),
            (0, 1, 1, -10, -10, -10, 1, 1, 0),
            (0, 0, 1, 1, 1, 1, 1, 0, 0),
            (0, 0, 0, 1, 1, 1, 0, 0, 0),
        ),
    ),
}

TITLES = MappingProxyType(
    {
        "identity": tr("Identity"),
        "blur": tr("Blur 3×3"),
        "gaussian": tr("Gaussian 5×5"),
        "sobel_horizontal": tr("Sobel, horizontal edges"),
        "sobel_vertical": tr("Sobel, vertical edges"),
        "sharpen": tr("Sharpen"),
        "outline4": tr("Outline, 4 neighbors"),
        "outline8": tr("Outline, 8 neighbors"),
        "emboss": tr("Emboss"),
        "shift": tr("Shift by one cell"),
        "blob": tr("Blob 9×9"),
        "face": tr("Face 9×9"),
        "gabor": "Gabor",
    }
)
"""What people read, by name; `hand_made` knows each name."""


def hand_made(name: str, *, angle: float = 0.0) -> Filter:
    """The filter of a name of `TITLES`; `angle` in degrees turns Gabor alone."""
    if name == "gabor":
        return gabor(angle)
    divisor, rows = _ROWS[name]
    return np.array(rows, np.float64) / divisor


def gabor(
    angle: float = 0.0, *, size: int = 9, wavelength: float = 4.0, phase: float = 0.0
) -> Filter:
    """Stripes under a bell: answers to lines at `angle`, in degrees counterclockwise from level.

    Formula: exp(−(u² + v²)/(2σ²)) · cos(2πu/λ − phase) with u across the lines, v along them and
    σ = λ/2, less its mean, so that an even surface gives 0. A `phase` of 90 degrees turns the line
    into an edge that is bright above. Source: Daugman 1985.
    """
    radians = math.radians(angle)
    half = (size - 1) / 2
    y, x = np.mgrid[half : -half - 1 : -1, -half : half + 1]  # y points up, as angles do
    across = y * math.cos(radians) - x * math.sin(radians)
    bell = np.exp(-(x**2 + y**2) / (2 * (wavelength / 2) ** 2))
    stripes: Filter = bell * np.cos(2 * np.pi * across / wavelength - math.radians(phase))
    stripes -= stripes.mean()
    return stripes


def fitted(values: Filter, size: tuple[int, int]) -> Filter:
    """A filter in the middle of `size` cells: zeros around it, or its own middle if it is larger.

    Where the middle is between two cells, the lower or right one is taken, as in PyTorch's dirac_.
    """
    result = np.zeros(size)
    (into_y, from_y), (into_x, from_x) = (
        _overlap(have, want) for have, want in zip(values.shape, size, strict=True)
    )
    result[into_y, into_x] = values[from_y, from_x]
    return result


def _overlap(have: int, want: int) -> tuple[slice, slice]:
    """Where on one axis the cells of a centered filter go, and which of them."""
    shift = want // 2 - have // 2
    start, end = max(shift, 0), min(want, have + shift)
    return slice(start, end), slice(start - shift, end - shift)
