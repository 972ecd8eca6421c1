"""Convolution layers: learned filters that slide over maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import INITIALIZERS, Constant, HeNormal, Initializer
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.settings import Bool, Int, Ints, OneOf, Padding, Pair, Quad, setting
from core.shapes import (
    Shape,
    ShapeError,
    Step,
    Window,
    explain_window,
    fit_window,
    resolve_padding,
)


@dataclass(frozen=True)
class Conv2d(Layer):
    """Slide learned filters over the maps; each filter makes one map of where it matches.

    Formula:
        y[o, p, q] = b[o] + Σ_c Σ_i Σ_j w[o, c, i, j] · x[c, p·s + i·d, q·s + j·d]
        (correlation: the filter is not flipped, as in PyTorch).
    Shape:
        (C, H, W) → (out_channels, P, Q) with P = ⌊(H + p_top + p_bottom − d·(k − 1) − 1)/s⌋ + 1
        and Q alike. Weights: out_channels × C/groups × kernel, and one bias a filter.
    Backward:
        dx hands every w·dy back to the cells it came from; dw sums dy times the cells of x under
        the window over all positions and images; db sums dy.
    Source:
        LeCun et al. 1998, "Gradient-based learning applied to document recognition".
    See also:
        MaxPool2d, Linear. PyTorch: torch.nn.Conv2d. Keras: Conv2D.
    """

    family: ClassVar[str] = "convolution"
    keras_name: ClassVar[str] = "Conv2D"

    out_channels: int = setting(
        32,
        Int(1, 65_536),
        label="Filters",
        keras="filters",
        brief="{} filters",
        help="Number of filters; each gives one output map.",
    )
    kernel_size: Pair = setting(
        (3, 3), Ints(2, 1, 1024), brief="{}", help="Height and width of a filter, in cells."
    )
    stride: Pair = setting(
        (1, 1),
        Ints(2, 1, 1024, short=True),
        keras="strides",
        brief="stride {}",
        quiet=(1, 1),
        help="Cells the window moves between two outputs.",
    )
    padding: str | Quad = setting(
        (0, 0, 0, 0),
        Padding(),
        brief="pad {}",
        quiet=(0, 0, 0, 0),
        help="Rings of zeros added around the maps: valid (none), same (keeps the size at stride 1)"
        " or a number for each side.",
    )
    dilation: Pair = setting(
        (1, 1),
        Ints(2, 1, 1024, short=True),
        keras="dilation_rate",
        advanced=True,
        brief="dilation {}",
        quiet=(1, 1),
        help="Distance between neighbouring filter cells; 2 leaves one cell out.",
    )
    groups: int = setting(
        1,
        Int(1, 65_536),
        advanced=True,
        brief="{} groups",
        quiet=1,
        help="Splits channels and filters into groups that do not see each other.",
    )
    bias: bool = setting(
        True, Bool(), keras="use_bias", advanced=True, help="Add a learned number to each map."
    )
    weight_init: Initializer = setting(
        HeNormal(),
        OneOf(INITIALIZERS),
        label="Weights start as",
        keras="kernel_initializer",
        advanced=True,
        help="How the filters are drawn before training.",
    )

    def window(self, *inputs: Shape) -> Window:
        """The sliding window, with the padding that a named mode means for this input."""
        _, h, w = maps(inputs[0])
        bare = Window(self.kernel_size, self.stride, dilation=self.dilation)
        padding = resolve_padding(self.padding, (h, w), bare)
        return Window(self.kernel_size, self.stride, padding, self.dilation)

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        self._check_groups(c)
        return (self.out_channels, *fit_window(self.window(*inputs), (h, w)))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(*inputs), maps(inputs[0])[1:])

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c = maps(inputs[0])[0]
        kh, kw = self.kernel_size
        fan = (c // self.groups * kh * kw, self.out_channels // self.groups * kh * kw)
        shape = (self.out_channels, c // self.groups, kh, kw)
        found = {"weight": Weight(shape, self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.out_channels,), Constant(), fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        o, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return o * p * q * (inputs[0][0] // self.groups) * kh * kw

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (len(x), self.out_channels, *window.output(x.shape[2:])))
        run.backend.conv2d(x, w["weight"], w.get("bias"), window=window, groups=self.groups, out=y)
        return y, (x, window)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, window = saved
        how = {"window": window, "groups": self.groups}
        run.backend.conv2d_filter(x, dy, out=dw["weight"], **how)
        if self.bias:
            dw["bias"][...] = dy.sum(axis=(0, 2, 3))
        if not run.wants_dx:
            return (None,)
        dx = run.empty("dx", x.shape)
        return (run.backend.conv2d_data(dy, w["weight"], out=dx, **how),)

    def _check_groups(self, channels: int) -> None:
        for count, what in ((channels, "input channels"), (self.out_channels, "filters")):
            if count % self.groups:
                raise ShapeError(
                    "groups",
                    f"cannot split {count} {what} into {self.groups} equal groups.",
                    (("Use one group", {"groups": 1}),),
                )
