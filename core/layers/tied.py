"""Convolution with filters tied over transforms: one learned filter, seen turned and resized."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.initializers import Initializer
from core.kinds import AsPadding, AsPair, Bool, Choice, Int
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.windows import (
    Sliding2d,
    bias_setting,
    bias_start_setting,
    dilation_setting,
    fill_setting,
    filled,
    filters_setting,
    padding_setting,
    start_setting,
    stride_setting,
)
from core.settings import setting
from core.shapes import Shape, Window
from core.tongue import tr


@dataclass(frozen=True)
class TiedConv2d(Sliding2d):
    """Look for each filter turned, mirrored or resized as well: the copies share its weights.

    Formula:
        w_t = T_t·w for the transforms t = 1 … T, each a K² × K² matrix that resamples the filter
        (bilinear; turns by 90° and mirrors only move its cells);
        z[o, t, p, q] = b[o] + Σ_c Σ_i Σ_j w_t[o, c, i, j] · x[c, p·s + i·d, q·s + j·d];
        y is all z, or the largest over t.
    Shape:
        (C, H, W) → (out_channels·T, P, Q), the copies of a filter side by side, or
        (out_channels, P, Q) with the largest. T = turns × mirrors × sizes; P and Q as in Conv2d.
        Weights: out_channels × C × K × K, and one bias a filter, whatever T is.
    Backward:
        dw = Σ_t T_tᵀ·dw_t, each dw_t being the gradient of an ordinary convolution; the largest
        hands dy to the copy that won, the first of equals.
    Source:
        Lecture 004, "Invariance": z_t(s, i, j) = Y.shift(T_t(w(s)), i, j), whose backward step is
        left there as an exercise. Cohen and Welling 2016.
    See also:
        Conv2d. PyTorch and Keras: none.
    """

    out_channels: int = filters_setting()
    kernel_size: int = setting(
        3, Int(1, 31), brief="{0}×{0}", help="Height and width of a filter, in cells."
    )
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    rotations: str = setting(
        "4",
        Choice(("1", "4", "8"), ("not", "by 90°", "by 45°")),
        label="Turned",
        brief="turned {}",
        quiet="1",
        help="Copies of each filter turned by 90° (4) or by 45° (8).",
    )
    reflections: bool = setting(
        False,
        Bool(),
        label="Mirrored",
        brief="mirrored",
        quiet=False,
        help="Copies of each filter with left and right exchanged.",
    )
    scales: int = setting(
        1,
        Int(1, 4),
        label="Sizes",
        brief="{} sizes",
        quiet=1,
        help="Copies of each filter smaller by √2 each time, inside the same window.",
    )
    combine: str = setting(
        "max",
        Choice(("max", "maps"), ("The largest", "Each its own map")),
        label="Copies give",
        help="The largest value over the copies of a filter, or a map for every copy.",
    )
    bias: bool = bias_setting(help=tr("Add a learned number to each filter's maps."))
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    @property
    def transforms(self) -> NDArray[np.float64]:
        """The matrices T_t: (T, K², K²)."""
        return resamplings(self.kernel_size, int(self.rotations), self.reflections, self.scales)

    @property
    def copies(self) -> int:
        """T, the number of transforms."""
        return int(self.rotations) * (1 + self.reflections) * self.scales

    def bare_window(self) -> Window:
        return Window((self.kernel_size, self.kernel_size), self.stride, dilation=self.dilation)

    def maps_given(self, channels: int) -> int:
        return self.out_channels * (self.copies if self.combine == "maps" else 1)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c, o, k = maps(inputs[0])[0], self.out_channels, self.kernel_size
        fan = (c * k * k, o * k * k)
        found = {"weight": Weight((o, c, k, k), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((o,), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        _, p, q = self.infer(*inputs)
        every = self.out_channels * self.copies * p * q
        return every * maps(inputs[0])[0] * self.kernel_size**2

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window, n = self.window(x.shape[1:]), len(x)
        size = window.output(x.shape[2:])
        seen = filled(run, x, window, self.padding_mode)
        matrices = run.backend.constant(self.transforms, x.dtype)
        filters = self._copied(run, w["weight"], matrices)
        largest = self.combine == "max"
        z = run.empty("z" if largest else "y", (n, len(filters), *size))
        seen.convolved(run, filters, None, out=z)
        by_copy = z.reshape(n, self.out_channels, self.copies, *size)
        if self.bias:
            by_copy += w["bias"].reshape(1, -1, 1, 1, 1)
        if not largest:
            return z, (seen, filters, matrices, None)
        winner = by_copy.argmax(axis=2)
        y = run.empty("y", (n, self.out_channels, *size))
        by_copy.max(axis=2, out=y)
        return y, (seen, filters, matrices, winner)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen, filters, matrices, winner = saved
        xp, o, (n, _, *size) = run.backend.xp, self.out_channels, dy.shape
        if self.bias:
            dw["bias"][...] = dy.reshape(n, o, -1).sum(axis=(0, 2))
        dz = dy
        if winner is not None:
            dz = run.empty("dz", (n, len(filters), *size))
            copy = xp.arange(self.copies).reshape(1, 1, -1, 1, 1)
            won = copy == winner[:, :, None]
            xp.multiply(dy[:, :, None], won, out=dz.reshape(n, o, -1, *size))
        dfilters = run.empty("dfilters", filters.shape)
        seen.filter_gradient(run, dz, out=dfilters)
        rows = dfilters.reshape(o, self.copies, -1, self.kernel_size**2)
        # (T_tᵀ·dw_t) of a row is the row times T_t.
        dw["weight"][...] = xp.matmul(rows, matrices).sum(axis=1).reshape(dw["weight"].shape)
        if not run.wants_dx:
            return (None,)
        return (seen.data_gradient(run, dz, filters),)

    def _copied(self, run: Run, w: Array, matrices: Array) -> Array:
        """Every filter under every transform: (O·T, C, K, K)."""
        o, c, k, _ = w.shape
        filters = run.empty("filters", (o * self.copies, c, k, k))
        rows = w.reshape(o, 1, c, k * k)
        out = filters.reshape(o, self.copies, c, k * k)
        run.backend.xp.matmul(rows, matrices.swapaxes(1, 2), out=out)
        return filters


@lru_cache(maxsize=64)
def resamplings(kernel: int, rotations: int, reflections: bool, scales: int) -> NDArray[np.float64]:
    """The matrices (T, K², K²) of all transforms of a K × K filter, the plain filter first.

    Sizes change slowest, then mirrors, then turns, counter-clockwise as `numpy.rot90`. Row i of a
    matrix says how cell i of the copy is mixed from the cells of the filter.
    """
    found = []
    for size in range(scales):
        for mirrored in (False, True)[: 1 + reflections]:
            for turn in range(rotations):
                eighths = turn * 8 // rotations
                found.append(_resampling(kernel, eighths, mirrored, 2 ** (size / 2)))
    made = np.stack(found)
    made.flags.writeable = False
    return made


_HALF = math.sqrt(0.5)
_COSINES = (1.0, _HALF, 0.0, -_HALF, -1.0, -_HALF, 0.0, _HALF)  # of 0°, 45°, … 315°, exact


def _resampling(kernel: int, eighths: int, mirrored: bool, shrink: float) -> NDArray[np.float64]:
    """One matrix: each cell of the copy looks where it comes from and mixes the four cells there.

    Places outside the filter count as 0.
    """
    middle = (kernel - 1) / 2
    cos, sin = _COSINES[eighths], _COSINES[(eighths - 2) % 8]
    matrix = np.zeros((kernel, kernel, kernel, kernel))
    for row in range(kernel):
        for col in range(kernel):
            y, x = (row - middle) * shrink, (col - middle) * shrink
            from_y, from_x = y * cos + x * sin, x * cos - y * sin
            from_x = -from_x if mirrored else from_x
            _mix(matrix[row, col], from_y + middle, from_x + middle)
    return matrix.reshape(kernel**2, kernel**2)


def _mix(cells: NDArray[np.float64], y: float, x: float) -> None:
    """Add the bilinear shares of the four cells around (y, x)."""
    top, left = math.floor(y), math.floor(x)
    down, right = y - top, x - left
    for row, share_y in ((top, 1 - down), (top + 1, down)):
        for col, share_x in ((left, 1 - right), (left + 1, right)):
            inside = 0 <= row < len(cells) and 0 <= col < len(cells)
            if inside and share_y * share_x:
                cells[row, col] += share_y * share_x
