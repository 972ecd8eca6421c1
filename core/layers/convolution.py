"""Convolution layers: learned filters that slide over maps or signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Initializer
from core.kinds import AsPadding, AsPair, Pair
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.signals import MapsLayer
from core.layers.windows import (
    Filled,
    Filters1d,
    Sliding2d,
    bias_setting,
    bias_start_setting,
    check_groups,
    dilation_setting,
    fill_setting,
    filled,
    filters_setting,
    groups_setting,
    kernel_setting,
    padding_setting,
    start_setting,
    stride_setting,
)
from core.shapes import Shape


@dataclass(frozen=True)
class Conv2d(Sliding2d):
    """Slide learned filters over the maps; each filter makes one map of where it matches.

    Formula:
        y[o, p, q] = b[o] + Σ_c Σ_i Σ_j w[o, c, i, j] · x[c, p·s + i·d, q·s + j·d]
        (correlation: the filter is not flipped, as in PyTorch).
    Shape:
        (C, H, W) → (out_channels, P, Q) with P = ⌊(H + p_top + p_bottom − d·(k − 1) − 1)/s⌋ + 1
        and Q alike. Weights: out_channels × C/groups × kernel, and one bias a filter.
    Backward:
        dx hands every w·dy back to the cells it came from; dw sums dy times the cells of x under
        the window over all positions and images; db sums dy. What a repeated or mirrored cell of
        the padding receives goes to the cell that it copies.
    Source:
        LeCun et al. 1998, "Gradient-based learning applied to document recognition".
    See also:
        DepthwiseConv2d, ConvTranspose2d, MaxPool2d. PyTorch: torch.nn.Conv2d. Keras: Conv2D.
    """

    keras_name: ClassVar[str] = "Conv2D"

    out_channels: int = filters_setting()
    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    groups: int = groups_setting()
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    def maps_given(self, channels: int) -> int:
        check_groups(self.groups, channels, self.out_channels)
        return self.out_channels

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c = maps(inputs[0])[0]
        kh, kw = self.kernel_size
        fan = (c // self.groups * kh * kw, self.out_channels // self.groups * kh * kw)
        shape = (self.out_channels, c // self.groups, kh, kw)
        found = {"weight": Weight(shape, self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.out_channels,), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        o, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return o * p * q * (inputs[0][0] // self.groups) * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (len(x), self.out_channels, *window.output(x.shape[2:])))
        seen = filled(run, x, window, self.padding_mode)
        seen.convolved(run, w["weight"], w.get("bias"), groups=self.groups, out=y)
        return y, seen

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen: Filled = saved
        seen.filter_gradient(run, dy, groups=self.groups, out=dw["weight"])
        if self.bias:
            dw["bias"][...] = run.backend.bias_gradient(dy)
        if not run.wants_dx:
            return (None,)
        return (seen.data_gradient(run, dy, w["weight"], groups=self.groups),)


@dataclass(frozen=True)
class Conv1d(Filters1d):
    """Slide learned filters along a signal; over time this is a time-delay network.

    Formula:
        y[o, q] = b[o] + Σ_c Σ_j w[o, c, j] · x[c, q·s + j·d] (correlation, as in PyTorch).
    Shape:
        (C, T) → (out_channels, Q) with Q = ⌊(T + p_before + p_after − d·(k − 1) − 1)/s⌋ + 1.
        Weights: out_channels × C/groups × kernel, and one bias a filter.
    Backward:
        as Conv2d on maps of height 1.
    Source:
        Waibel et al. 1989, "Phoneme recognition using time-delay neural networks"; lecture 004,
        "1-D scan along time".
    See also:
        Conv2d, ConvTranspose1d. PyTorch: torch.nn.Conv1d. Keras: Conv1D.
    """

    keras_name: ClassVar[str] = "Conv1D"
    on_maps: ClassVar[type[MapsLayer]] = Conv2d

    out_channels: int = filters_setting()
    kernel_size: int = kernel_setting(axes=1)
    stride: int = stride_setting(axes=1)
    padding: str | Pair = padding_setting(axes=1)
    padding_mode: str = fill_setting()
    dilation: int = dilation_setting(axes=1)
    groups: int = groups_setting()
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()
