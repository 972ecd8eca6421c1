"""Transposed convolutions: layers that grow, a convolution run backwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.initializers import Initializer
from core.kinds import AsPadding, AsPair, Int, Ints, Pair
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.signals import BOTH, MapsLayer
from core.layers.windows import (
    Filters1d,
    Filters2d,
    bias_setting,
    bias_start_setting,
    check_groups,
    dilation_setting,
    filters_setting,
    groups_setting,
    kernel_setting,
    padding_setting,
    start_setting,
    stride_setting,
)
from core.settings import SettingError, setting
from core.shapes import (
    AXES,
    Shape,
    ShapeError,
    Step,
    Window,
    axis_name,
    resolve_padding,
)
from core.tongue import tr

STRIDE_HELP = tr(
    "How many times larger the output is: the outputs of neighboring cells lie so far."
)
PADDING_HELP = tr(
    "Rings of cells cut off the output: those that the convolution run backwards would add. valid "
    "cuts none, half ⌊k/2⌋, full k − 1; same and ceil give the size times the stride."
)
TIMES_STRIDE = ("same", "ceil")  # modes that give the size times the stride by themselves


@dataclass(frozen=True)
class ConvTranspose2d(Filters2d):
    """Grow the maps: every cell stamps its filters, scaled by its value, onto the output.

    Formula:
        y[o, p·s + i·d, q·s + j·d] += w[c, o, i, j] · x[c, p, q] over all c, p, q, i, j; then the
        padding is cut off and b[o] added.
    Shape:
        (C, H, W) → (out_channels, P, Q) with
        P = (H − 1)·s − p_top − p_bottom + d·(k − 1) + output_padding + 1 and Q alike.
        Weights: C × out_channels/groups × kernel, and one bias a filter.
    Backward:
        dx is the convolution of dy by the same filters; dw meets x and dy in exchanged places.
    Source:
        Lecture 004, "Layers that grow": its code gives (H − 1)·s + k, its text s more − 1, which
        is output_padding = s − 1. Zeiler et al. 2010; Dumoulin and Visin 2016.
    See also:
        Conv2d, whose backward step this is. PyTorch: torch.nn.ConvTranspose2d.
        Keras: Conv2DTranspose.
    """

    keras_name: ClassVar[str] = "Conv2DTranspose"

    out_channels: int = filters_setting()
    kernel_size: AsPair = kernel_setting()
    stride: AsPair = stride_setting(help=STRIDE_HELP)
    padding: AsPadding = padding_setting(help=PADDING_HELP)
    output_padding: AsPair = setting(
        (0, 0),
        Ints(2, 0, 1023, short=True),
        advanced=True,
        brief="+ {}",
        quiet=(0, 0),
        help="Cells added at the bottom and right, fewer than the stride: the size that the "
        "convolution would have dropped.",
    )
    dilation: AsPair = dilation_setting()
    groups: int = groups_setting()
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    def check(self) -> None:
        for axis, name in enumerate(AXES):
            if self.output_padding[axis] >= self.stride[axis]:
                sentence = tr(
                    "fewer cells than the {name}'s stride, {stride}, are",
                    name=name,
                    stride=self.stride[axis],
                )
                raise SettingError("output_padding", tr("{sentence} expected", sentence=sentence))
        if self.padding in TIMES_STRIDE and any(self.output_padding):
            raise SettingError(
                "output_padding", tr("0 is expected with {padding} padding", padding=self.padding)
            )

    def window_backwards(self, *inputs: Shape) -> Window:
        """The window of the convolution that leads from the output back to the input."""
        bare, (_, h, w) = self.bare_window(), maps(inputs[0])
        size = (h * self.stride[0], w * self.stride[1])
        return replace(bare, padding=resolve_padding(self.padding, size, bare))

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        c = maps(shape)[0]
        check_groups(self.groups, c, self.out_channels)
        steps = self.explain(shape)
        for axis in axes:
            if steps[axis].value < 1:
                name = axis_name(axis, axes)
                sentence = tr(
                    "cuts off the whole {name} by its padding: {text}.",
                    name=name,
                    text=steps[axis].text,
                )
                raise ShapeError("padding", sentence, ((tr("Cut nothing"), {"padding": "valid"}),))
        return (self.out_channels, *(step.value for step in steps))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        window, size = self.window_backwards(*inputs), maps(inputs[0])[1:]
        return tuple(self._explain_axis(window, axis, size[axis]) for axis in (0, 1))

    def _explain_axis(self, window: Window, axis: int, size: int) -> Step:
        """The size formula with the numbers in it: `(3 − 1)·2 − 2·1 + 3 + 1 = 6`."""
        stride, (before, after) = window.stride[axis], window.sides(axis)
        if self.padding in TIMES_STRIDE:
            return Step(AXES[axis], f"{size}·{stride} = {size * stride}", size * stride)
        kernel, dilation = self.kernel_size[axis], self.dilation[axis]
        extra = self.output_padding[axis]
        value = (size - 1) * stride - before - after + window.reach[axis] + extra
        cut = f" − 2·{before}" if before == after else f" − {before} − {after}"
        reach = f"{kernel}" if dilation == 1 else f"{dilation}·({kernel} − 1) + 1"
        text = f"({size} − 1)·{stride}{cut if before or after else ''} + {reach}"
        return Step(AXES[axis], f"{text}{f' + {extra}' if extra else ''} = {value}", value)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c = maps(inputs[0])[0]
        kh, kw = self.kernel_size
        fan = (c // self.groups * kh * kw, self.out_channels // self.groups * kh * kw)
        shape = (c, self.out_channels // self.groups, kh, kw)
        found = {"weight": Weight(shape, self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.out_channels,), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        c, h, w = maps(inputs[0])
        kh, kw = self.kernel_size
        return c * h * w * (self.out_channels // self.groups) * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window_backwards(x.shape[1:])
        y = run.empty("y", (len(x), *self.infer(x.shape[1:])))
        run.backend.conv2d_data(x, w["weight"], window=window, groups=self.groups, out=y)
        if self.bias:
            y += w["bias"].reshape(1, -1, 1, 1)
        return y, (x, window)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, window = saved
        how = {"window": window, "groups": self.groups}
        run.backend.conv2d_filter(dy, x, out=dw["weight"], **how)
        if self.bias:
            dw["bias"][...] = run.backend.bias_gradient(dy)
        if not run.wants_dx:
            return (None,)
        return (run.backend.conv2d(dy, w["weight"], None, out=run.gradient(x.shape), **how),)


@dataclass(frozen=True)
class ConvTranspose1d(Filters1d):
    """Grow a signal: every cell stamps its filters, scaled by its value, onto the output.

    Formula:
        y[o, q·s + j·d] += w[c, o, j] · x[c, q] over all c, q, j; then the padding is cut off and
        b[o] added.
    Shape:
        (C, T) → (out_channels, Q) with
        Q = (T − 1)·s − p_before − p_after + d·(k − 1) + output_padding + 1.
        Weights: C × out_channels/groups × kernel, and one bias a filter.
    Backward:
        as ConvTranspose2d on maps of height 1.
    Source:
        Lecture 004, "What if we want to increase the time resolution with layers?"
    See also:
        Conv1d, ConvTranspose2d. PyTorch: torch.nn.ConvTranspose1d. Keras: Conv1DTranspose.
    """

    keras_name: ClassVar[str] = "Conv1DTranspose"
    on_maps: ClassVar[type[MapsLayer]] = ConvTranspose2d

    out_channels: int = filters_setting()
    kernel_size: int = kernel_setting(axes=1)
    stride: int = stride_setting(axes=1, help=STRIDE_HELP)
    padding: str | Pair = padding_setting(axes=1, help=PADDING_HELP)
    output_padding: int = setting(
        0,
        Int(0, 1023),
        advanced=True,
        brief="+ {}",
        quiet=0,
        help="Cells added at the end, fewer than the stride: the length that the convolution "
        "would have dropped.",
    )
    dilation: int = dilation_setting(axes=1)
    groups: int = groups_setting()
    bias: bool = bias_setting()
    weight_init: Initializer = start_setting()
    bias_init: Initializer = bias_start_setting()

    def check(self) -> None:
        if self.output_padding >= self.stride:
            sentence = tr("fewer cells than the stride, {stride}, are expected", stride=self.stride)
            raise SettingError("output_padding", sentence)
        if self.padding in TIMES_STRIDE and self.output_padding:
            raise SettingError(
                "output_padding", tr("0 is expected with {padding} padding", padding=self.padding)
            )
