"""Convolutions that look at each map by itself, and then, perhaps, mix them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Initializer
from core.kinds import AsPadding, AsPair, Int, Pair
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.signals import MapsLayer
from core.layers.windows import (
    Filled,
    Filters1d,
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
from core.settings import setting
from core.shapes import Shape, Window
from core.tongue import tr

ONE = Window((1, 1))


def _multiplier_setting(what: str) -> Any:
    return setting(
        1,
        Int(1, 4096),
        label=tr("Filters a {what}", what=what),
        brief=f"{{}} a {what}",
        quiet=1,
        help=tr(
            "Filters that look at each input {what}. PyTorch: out_channels over in_channels.",
            what=what,
        ),
    )


@dataclass(frozen=True)
class DepthwiseConv2d(Sliding2d):
    """Give every map filters of its own: no filter sees more than one map.

    Formula:
        y[c·m + t, p, q] = b[c·m + t] + Σ_i Σ_j w[c·m + t, i, j] · x[c, p·s + i·d, q·s + j·d]
        with m filters a map.
    Shape:
        (C, H, W) → (C·depth_multiplier, P, Q), P and Q as in Conv2d. Weights:
        C·depth_multiplier × 1 × kernel, and one bias a filter.
    Backward:
        as Conv2d with as many groups as input maps.
    Source:
        Lecture 004, "Depth-wise convolutions"; Sifre 2014.
    See also:
        SeparableConv2d, DepthwiseConv1d, Conv2d. PyTorch: torch.nn.Conv2d with
        groups = in_channels. Keras: DepthwiseConv2D.
    """

    keras_name: ClassVar[str] = "DepthwiseConv2D"

    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    depth_multiplier: int = _multiplier_setting("map")
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting(keras="depthwise_initializer")
    bias_init: Initializer = bias_start_setting()

    def maps_given(self, channels: int) -> int:
        return channels * self.depth_multiplier

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c = maps(inputs[0])[0]
        kh, kw = self.kernel_size
        fan = (kh * kw, self.depth_multiplier * kh * kw)
        found = {"weight": Weight((self.maps_given(c), 1, kh, kw), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.maps_given(c),), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        o, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return o * p * q * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window, c = self.window(x.shape[1:]), x.shape[1]
        y = run.empty("y", (len(x), self.maps_given(c), *window.output(x.shape[2:])))
        seen = filled(run, x, window, self.padding_mode)
        seen.convolved(run, w["weight"], w.get("bias"), groups=c, out=y)
        return y, seen

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen: Filled = saved
        seen.filter_gradient(run, dy, groups=seen.shape[1], out=dw["weight"])
        if self.bias:
            dw["bias"][...] = run.backend.bias_gradient(dy)
        if not run.wants_dx:
            return (None,)
        return (seen.data_gradient(run, dy, w["weight"], groups=seen.shape[1]),)


@dataclass(frozen=True)
class SeparableConv2d(Sliding2d):
    """Look at each map by itself, then mix the maps cell by cell: a convolution for less.

    Formula:
        z = depthwise convolution of x (no bias), y[o, p, q] = b[o] + Σ_c u[o, c] · z[c, p, q].
    Shape:
        (C, H, W) → (out_channels, P, Q), P and Q as in Conv2d. Weights for M input maps, N filters
        and K × K windows: M·K² depthwise and N·M pointwise where Conv2d has N·M·K², and one bias
        a filter. M = 3, N = 64, K = 3: 219 instead of 1,728.
    Backward:
        through the 1 × 1 convolution, then through the depthwise one.
    Source:
        Lecture 004, "Depth-wise convolutions"; Chollet 2017, Xception; Howard et al. 2017,
        MobileNets (which put batch norm and ReLU between: DepthwiseConv2d and Conv2d 1 × 1 do so).
    See also:
        DepthwiseConv2d, SeparableConv1d, Conv2d. PyTorch: two torch.nn.Conv2d.
        Keras: SeparableConv2D.
    """

    keras_name: ClassVar[str] = "SeparableConv2D"

    out_channels: int = filters_setting()
    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    padding_mode: str = fill_setting()
    dilation: AsPair = dilation_setting()
    depth_multiplier: int = _multiplier_setting("map")
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting(keras="depthwise_initializer, pointwise_initializer")
    bias_init: Initializer = bias_start_setting()

    def maps_given(self, channels: int) -> int:
        return self.out_channels

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        between = maps(inputs[0])[0] * self.depth_multiplier
        (kh, kw), o = self.kernel_size, self.out_channels
        depth_fan = (kh * kw, self.depth_multiplier * kh * kw)
        found = {
            "depthwise": Weight((between, 1, kh, kw), self.weight_init, depth_fan),
            "pointwise": Weight((o, between, 1, 1), self.weight_init, (between, o)),
        }
        if self.bias:
            found["bias"] = Weight((o,), self.bias_init, (between, o))
        return found

    def macs(self, *inputs: Shape) -> int:
        o, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        between = inputs[0][0] * self.depth_multiplier
        return p * q * between * (kh * kw + o)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window, (n, c) = self.window(x.shape[1:]), x.shape[:2]
        size = window.output(x.shape[2:])
        seen = filled(run, x, window, self.padding_mode)
        z = run.empty("z", (n, c * self.depth_multiplier, *size))
        seen.convolved(run, w["depthwise"], None, groups=c, out=z)
        y = run.empty("y", (n, self.out_channels, *size))
        run.backend.conv2d(z, w["pointwise"], w.get("bias"), window=ONE, groups=1, out=y)
        return y, (seen, z)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        seen, z = saved
        groups = seen.shape[1]
        run.backend.conv2d_filter(z, dy, window=ONE, groups=1, out=dw["pointwise"])
        if self.bias:
            dw["bias"][...] = run.backend.bias_gradient(dy)
        dz = run.empty("dz", z.shape)
        run.backend.conv2d_data(dy, w["pointwise"], window=ONE, groups=1, out=dz)
        seen.filter_gradient(run, dz, groups=groups, out=dw["depthwise"])
        if not run.wants_dx:
            return (None,)
        return (seen.data_gradient(run, dz, w["depthwise"], groups=groups),)


@dataclass(frozen=True)
class DepthwiseConv1d(Filters1d):
    """Give every channel of a signal filters of its own: no filter sees more than one channel.

    Formula:
        y[c·m + t, q] = b[c·m + t] + Σ_j w[c·m + t, j] · x[c, q·s + j·d] with m filters a channel.
    Shape:
        (C, T) → (C·depth_multiplier, Q), Q as in Conv1d. Weights: C·depth_multiplier × 1 × kernel,
        and one bias a filter.
    Backward:
        as DepthwiseConv2d on maps of height 1.
    Source:
        Lecture 004, "Depth-wise convolutions", along time; Kaiser et al. 2017.
    See also:
        SeparableConv1d, DepthwiseConv2d, Conv1d. PyTorch: torch.nn.Conv1d with
        groups = in_channels. Keras: DepthwiseConv1D.
    """

    keras_name: ClassVar[str] = "DepthwiseConv1D"
    on_maps: ClassVar[type[MapsLayer]] = DepthwiseConv2d

    kernel_size: int = kernel_setting(axes=1)
    stride: int = stride_setting(axes=1)
    padding: str | Pair = padding_setting(axes=1)
    padding_mode: str = fill_setting()
    dilation: int = dilation_setting(axes=1)
    depth_multiplier: int = _multiplier_setting("channel")
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting(keras="depthwise_initializer")
    bias_init: Initializer = bias_start_setting()


@dataclass(frozen=True)
class SeparableConv1d(Filters1d):
    """Look along each channel of a signal by itself, then mix the channels step by step.

    Formula:
        z = depthwise convolution of x (no bias), y[o, q] = b[o] + Σ_c u[o, c] · z[c, q].
    Shape:
        (C, T) → (out_channels, Q), Q as in Conv1d. Weights for M channels, N filters and K steps:
        M·K depthwise and N·M pointwise where Conv1d has N·M·K, and one bias a filter.
    Backward:
        as SeparableConv2d on maps of height 1.
    Source:
        Kaiser et al. 2017, "Depthwise Separable Convolutions for Neural Machine Translation".
    See also:
        DepthwiseConv1d, SeparableConv2d, Conv1d. PyTorch: two torch.nn.Conv1d.
        Keras: SeparableConv1D.
    """

    keras_name: ClassVar[str] = "SeparableConv1D"
    on_maps: ClassVar[type[MapsLayer]] = SeparableConv2d
    filters: ClassVar[tuple[str, ...]] = ("depthwise", "pointwise")

    out_channels: int = filters_setting()
    kernel_size: int = kernel_setting(axes=1)
    stride: int = stride_setting(axes=1)
    padding: str | Pair = padding_setting(axes=1)
    padding_mode: str = fill_setting()
    dilation: int = dilation_setting(axes=1)
    depth_multiplier: int = _multiplier_setting("channel")
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting(keras="depthwise_initializer, pointwise_initializer")
    bias_init: Initializer = bias_start_setting()
