"""Convolutions by our own kernels: which kernel takes which sizes, and how many blocks it needs.

Letters as in cuda/convolution.cu: n images; c and o channels in and out of one group; P Q output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.backend.kernels import Kernels, window_sizes
from core.kinds import Pair
from core.shapes import Window

Array = Any

TILE = 64  # rows and columns that a block makes
DEPTH = 16  # of a slice of the product
THREADS = 128  # of a block
NARROW = 16  # with fewer rows than this in a group, a tile would be mostly empty
BLOCKS = 512  # about as many blocks keep a large GPU busy
FEWEST_SLICES = 16  # that a part of a filter gradient adds up
MOST_VALUES = 2**31 - 1  # of an array: kernels count in int
MOST_LAYERS = 65_535  # of a grid


@dataclass(frozen=True)
class Sizes:
    """The sizes of one convolution, for x (N, G·c, H, W) and filters (G·o, c, kh, kw)."""

    n: int
    groups: int
    c: int
    o: int
    size: Pair
    window: Window

    @property
    def outputs(self) -> int:
        """n · P · Q."""
        p, q = self.window.output(self.size)
        return self.n * p * q

    @property
    def inputs(self) -> int:
        """n · H · W."""
        return self.n * self.size[0] * self.size[1]

    @property
    def taps(self) -> int:
        """Values of one filter."""
        return self.c * self.window.kernel[0] * self.window.kernel[1]

    @property
    def fits(self) -> bool:
        """Whether kernels can count all values."""
        most = max(self.inputs * self.c, self.outputs * self.o, self.o * self.taps)
        return most * self.groups <= MOST_VALUES and self.groups <= MOST_LAYERS

    def arguments(self) -> tuple[np.int32, ...]:
        """As the kernels take them."""
        counts = (self.n, self.groups, self.c, self.o)
        return (*(np.int32(one) for one in counts), *window_sizes(self.window, self.size))

    def parts(self) -> tuple[int, int]:
        """How a filter gradient's sum over all outputs is cut: how many parts, outputs in each."""
        tiles = -(-self.o // TILE) * -(-self.taps // TILE) * self.groups
        slices = -(-self.outputs // DEPTH)
        wanted = min(-(-BLOCKS // tiles), slices // FEWEST_SLICES, MOST_LAYERS // self.groups)
        share = -(-slices // max(wanted, 1)) * DEPTH
        return -(-self.outputs // share), share


class Convolutions:
    """Forward, data and filter kernels; `tensor_cores` multiplies float32 arrays in TF32."""

    def __init__(self, kernels: Kernels, *, tensor_cores: bool) -> None:
        self._kernels, self._tensor_cores = kernels, tensor_cores

    def forward(self, sizes: Sizes, x: Array, w: Array, b: Array | None, *, out: Array) -> None:
        """out = x convolved with w, plus b where there is one."""
        biased = np.int32(b is not None)
        bias = w if b is None else b  # a pointer is needed, though nobody looks
        if sizes.o < NARROW:
            arguments = (x, w, bias, out, np.int64(out.size), biased, *sizes.arguments())
            self._kernels.map("narrow", "narrow_forward", arguments, out)
            return
        arguments = (x, w, bias, out, biased, *sizes.arguments())
        self._multiply("conv_forward", arguments, sizes.o, sizes.outputs, sizes.groups)

    def data(self, sizes: Sizes, dy: Array, w: Array, *, out: Array) -> None:
        """out = the gradient by x."""
        if sizes.c < NARROW:
            arguments = (dy, w, out, np.int64(out.size), *sizes.arguments())
            self._kernels.map("narrow", "narrow_data", arguments, out)
            return
        arguments = (dy, w, out, *sizes.arguments())
        self._multiply("conv_data", arguments, sizes.c, sizes.inputs, sizes.groups)

    def filter(self, sizes: Sizes, x: Array, dy: Array, *, out: Array, empty: Any) -> None:
        """out = the gradient by w; `empty` makes arrays like numpy.empty."""
        if sizes.o < NARROW:
            arguments = (x, dy, out, *sizes.arguments())
            self._kernels.start(
                "narrow",
                "narrow_filter",
                arguments,
                dtype=out.dtype,
                grid=(out.size,),
                block=THREADS,
            )
            return
        count, share = sizes.parts()
        parts = empty((count, *out.shape), out.dtype) if count > 1 else out
        arguments = (x, dy, parts, np.int32(share), *sizes.arguments())
        self._multiply("conv_filter", arguments, sizes.o, sizes.taps, sizes.groups * count)
        if count > 1:
            arguments = (parts, out, np.int64(out.size), np.int32(count))
            self._kernels.map("convolution", "sum_parts", arguments, out)

    def _multiply(
        self, name: str, arguments: tuple[Any, ...], rows: int, cols: int, layers: int
    ) -> None:
        self._kernels.start(
            "convolution",
            name,
            arguments,
            dtype=arguments[0].dtype,
            grid=(-(-cols // TILE), -(-rows // TILE), layers),
            block=THREADS,
            tensor_cores=self._tensor_cores and arguments[0].dtype == np.float32,
        )
