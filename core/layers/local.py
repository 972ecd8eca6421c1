"""Filters that do not share: between positions (locally connected), or not over all channels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from core.initializers import Initializer
from core.kinds import AsPadding, AsPair, Text
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.windows import (
    Filled,
    Sliding2d,
    bias_setting,
    bias_start_setting,
    dilation_setting,
    fill_setting,
    filled,
    filters_setting,
    kernel_setting,
    padding_setting,
    start_setting,
    stride_setting,
)
from core.settings import SettingError, setting
from core.shapes import Shape, ShapeError
from core.tongue import tr

LENET5_C3 = (
    "0-2 1-3 2-4 3-5 0,4,5 0,1,5 0-3 1-4 2-5 0,3-5 0,1,4,5 0-2,5 0,1,3,4 1,2,4,5 0,2,3,5 0-5"
)
MOST = 65_536  # channels, filters


@dataclass(frozen=True)
class LocallyConnected2d(Sliding2d):
    """Learn other filters at every position: a convolution that shares nothing.

    Formula:
        y[o, p, q] = b[o, p, q] + Σ_c Σ_i Σ_j w[p, q, o, c, i, j] · x[c, p·s + i·d, q·s + j·d]
    Shape:
        (C, H, W) → (out_channels, P, Q), P and Q as in Conv2d. Weights:
        P × Q × out_channels × C × kernel, and one bias for each output value.
    Backward:
        as Conv2d, but dw of a position sums over the images alone.
    Source:
        Lecture 001, "partial connections"; Taigman et al. 2014, DeepFace.
    See also:
        Conv2d, which shares its filters, and Linear, which connects all. PyTorch: none.
        Keras: LocallyConnected2D (before Keras 3).
    """

    keras_name: ClassVar[str] = "LocallyConnected2D"

    out_channels: int = filters_setting()
    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    bias: bool = bias_setting(help=tr("Add a learned number to each output value."))
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    def maps_given(self, channels: int) -> int:
        return self.out_channels

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        o, p, q = self.infer(*inputs)
        c, (kh, kw) = maps(inputs[0])[0], self.kernel_size
        fan = (c * kh * kw, o * kh * kw)
        found = {"weight": Weight((p, q, o, c, kh, kw), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((o, p, q), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        o, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return o * p * q * maps(inputs[0])[0] * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window, n = self.window(x.shape[1:]), len(x)
        p, q = window.output(x.shape[2:])
        seen = filled(run, x, window, self.padding_mode)
        cols = _by_position(run, seen)  # (PQ, N, C·k)
        filters = w["weight"].reshape(p * q, self.out_channels, -1)
        values = run.backend.xp.matmul(cols, filters.swapaxes(1, 2))  # (PQ, N, O)
        y = run.empty("y", (n, self.out_channels, p, q))
        y[...] = values.reshape(p, q, n, -1).transpose(2, 3, 0, 1)
        if self.bias:
            y += w["bias"]
        return y, seen

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen: Filled = saved
        matmul, (n, o, p, q) = run.backend.xp.matmul, dy.shape
        at = dy.transpose(2, 3, 0, 1).reshape(p * q, n, o)
        cols = _by_position(run, seen)
        matmul(at.swapaxes(1, 2), cols, out=dw["weight"].reshape(p * q, o, -1))
        if self.bias:
            dy.sum(axis=0, out=dw["bias"])
        if not run.wants_dx:
            return (None,)
        dcols = matmul(at, w["weight"].reshape(p * q, o, -1)).transpose(1, 2, 0)  # (N, C·k, PQ)
        dcols = dcols.reshape(n, seen.shape[1], *self.kernel_size, p, q)
        dx = run.backend.scatter(dcols, seen.window, seen.x.shape[2:])
        return (seen.fold(run, dx),)


def _by_position(run: Run, seen: Filled) -> Array:
    """What each position sees, as one row for each image: (PQ, N, C·k)."""
    cols = run.backend.columns(seen.x, seen.window, 1)  # (N, 1, C·k, PQ)
    return cols[:, 0].transpose(2, 0, 1)


@dataclass(frozen=True)
class MaskedConv2d(Sliding2d):
    """Let each filter read only some of the maps, as a connection table says.

    Formula:
        y[o, p, q] = b[o] + Σ over the maps c that o reads of Σ_i Σ_j w[o, c, i, j] ·
        x[c, p·s + i·d, q·s + j·d]
    Shape:
        (C, H, W) → (filters of the table, P, Q), P and Q as in Conv2d. Weights:
        connections × 1 × kernel, in the order of the table, and one bias a filter.
    Backward:
        as Conv2d; what is not connected learns nothing.
    Source:
        LeCun et al. 1998, table I: layer C3 of LeNet-5, 60 connections of 6 maps with 16 filters,
        1,516 parameters. It "forces a break of symmetry" and saves connections.
    See also:
        Conv2d, whose groups are a table of equal blocks. PyTorch and Keras: none (a Conv2d whose
        weight is multiplied by a mask).
    """

    connections: str = setting(
        LENET5_C3,
        Text(100_000),
        label="Maps read",
        help="The input maps that each filter reads, counted from 0, filters apart by spaces: "
        "0-2 0,4,5 gives two filters, the first reads maps 0, 1 and 2.",
    )
    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    def check(self) -> None:
        if not self.table:
            raise SettingError("connections", tr("maps for at least one filter are expected: 0-2"))

    def brief(self) -> str:
        return tr("{count} filters · {brief}", count=len(self.table), brief=super().brief())

    @cached_property
    def table(self) -> tuple[tuple[int, ...], ...]:
        """For each filter the maps it reads, ascending; SettingError where the text is none."""
        words = self.connections.split()
        if len(words) > MOST:
            raise SettingError(
                "connections", tr("at most {most:,} filters are expected", most=MOST)
            )
        return tuple(_maps_read(word) for word in words)

    @cached_property
    def pairs(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Every connection as its filter and its map, in the order of the weights."""
        every = [(o, c) for o, read in enumerate(self.table) for c in read]
        filters, channels = np.array(every).T
        return filters, channels

    def maps_given(self, channels: int) -> int:
        last = max(max(read) for read in self.table)
        if last >= channels:
            kept = " ".join(_written({c % channels for c in read}) for read in self.table)
            sentence = tr(
                "has map {last} among its maps read, it gets {channels} (0 to {channels2}).",
                last=last,
                channels=channels,
                channels2=channels - 1,
            )
            remedies = ((tr("Read the maps there are"), {"connections": kept}),)
            raise ShapeError("connections", sentence, remedies)
        return len(self.table)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        count, filters, (kh, kw) = len(self.pairs[0]), len(self.table), self.kernel_size
        mean = count * kh * kw / filters  # maps read differ, the first values do not
        fan = (round(mean), max(round(count * kh * kw / maps(inputs[0])[0]), 1))
        found = {"weight": Weight((count, 1, kh, kw), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((filters,), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        _, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return len(self.pairs[0]) * p * q * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (len(x), len(self.table), *window.output(x.shape[2:])))
        seen = filled(run, x, window, self.padding_mode)
        where = tuple(run.backend.constant(one) for one in self.pairs)
        filters = run.empty("filters", (y.shape[1], x.shape[1], *self.kernel_size))
        filters.fill(0)
        filters[where] = w["weight"][:, 0]
        seen.convolved(run, filters, w.get("bias"), out=y)
        return y, (seen, filters, where)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen, filters, where = saved
        dense = run.empty("dfilters", filters.shape)
        seen.filter_gradient(run, dy, out=dense)
        dw["weight"][:, 0] = dense[where]
        if self.bias:
            dw["bias"][...] = dy.sum(axis=(0, 2, 3))
        if not run.wants_dx:
            return (None,)
        return (seen.data_gradient(run, dy, filters),)


def _maps_read(word: str) -> tuple[int, ...]:
    """`0,3-5` as (0, 3, 4, 5)."""
    read: set[int] = set()
    for part in word.split(","):
        first, dash, last = part.partition("-")
        ends = [first, last if dash else first]
        if not all(end.isascii() and end.isdigit() and len(end) < 6 for end in ends):
            raise SettingError(
                "connections", tr("maps such as 0,3-5 are expected, {word!r} came", word=word)
            )
        low, high = (int(end) for end in ends)
        if not low <= high < MOST:
            raise SettingError(
                "connections", tr("maps from low to high are expected, {word!r} came", word=word)
            )
        read |= set(range(low, high + 1))
    return tuple(sorted(read))


def _written(read: set[int]) -> str:
    """Maps as they are typed: (0, 3, 4, 5) as `0,3-5`."""
    runs: list[list[int]] = []
    for c in sorted(read):
        if runs and c == runs[-1][1] + 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
