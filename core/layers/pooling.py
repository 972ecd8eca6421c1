"""Pooling layers: summarize the maps, window by window, map by map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Constant
from core.kinds import AsPair, Choice, Ints
from core.layers.base import Array, Arrays, Run, Weight, maps
from core.layers.pooling_base import (
    LONGEST,
    Pool2d,
    count_padding_setting,
    norm_setting,
    shift_setting,
)
from core.layers.signals import BOTH, MapsLayer
from core.settings import setting
from core.shapes import Shape, Step, Window, explain_window, fit_window, volume


@dataclass(frozen=True)
class MaxPool2d(Pool2d):
    """Keep the largest value under each window: smaller maps, steady under small shifts.

    Formula:
        y[c, p, q] = max over i, j of x[c, p·s + i, q·s + j]
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike;
        ⌈ ⌉ when rounding up, where the last window must start inside.
    Backward:
        dy goes to the cell that won, the first of equals; overlapping windows add up.
    Source:
        Lecture 004, "Pooling and downsampling". Cells of the padding never win.
    See also:
        AvgPool2d. PyTorch: torch.nn.MaxPool2d. Keras: MaxPooling2D.
    """

    keras_name: ClassVar[str] = "MaxPooling2D"

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (*x.shape[:2], *window.output(x.shape[2:])))
        y, index = run.backend.max_pool2d(x, window=window, out=y)
        return y, (x.shape, window, index)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, window, index = saved
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(shape)
        return (run.backend.max_pool2d_data(dy, index, window=window, out=dx),)


@dataclass(frozen=True)
class AvgPool2d(Pool2d):
    """Take the mean under each window.

    Formula:
        y[c, p, q] = (1/n) · Σ over i, j of x[c, p·s + i, q·s + j], n being the cells counted.
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike.
    Backward:
        every cell under a window receives dy/n; overlapping windows add up.
    Source:
        Lecture 004, "Mean pooling".
    See also:
        MaxPool2d, GlobalAvgPool2d. PyTorch: torch.nn.AvgPool2d. Keras: AveragePooling2D
        (which never counts padding).
    """

    keras_name: ClassVar[str] = "AveragePooling2D"

    count_include_pad: bool = count_padding_setting()

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (*x.shape[:2], *window.output(x.shape[2:])))
        padding = self.count_include_pad
        divisor = self.divisor(run, window, x.shape[1:], x.dtype, padding=padding)
        run.backend.avg_pool2d(x, window=window, divisor=divisor, out=y)
        return y, (x.shape, window, divisor)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, window, divisor = saved
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(shape)
        return (run.backend.avg_pool2d_data(dy, window=window, divisor=divisor, out=dx),)


@dataclass(frozen=True)
class LpPool2d(Pool2d):
    """Take the p-norm mean under each window: the mean at p = 1, nearly the maximum for large p.

    Formula:
        y[c, p, q] = ((1/n) · Σ over i, j of |x[c, p·s + i, q·s + j]|ᵖ)^(1/p), n cells a window.
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike.
    Backward:
        dx = sign(x) · |x|ᵖ⁻¹ · y¹⁻ᵖ · dy/n, 0 where the whole window is 0; windows add up.
    Source:
        Lecture 004, "p-norm pooling", meant for maps without negative values (after a ReLU);
        negative ones count by their size.
    See also:
        AvgPool2d, MaxPool2d. PyTorch: torch.nn.LPPool2d, which leaves out the 1/n and is
        n^(1/p) times as large. Keras has none.
    """

    norm_type: float = norm_setting()

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, p, window = run.backend.xp, self.norm_type, self.window(x.shape[1:])
        y = run.empty("y", (*x.shape[:2], *window.output(x.shape[2:])))
        cells = run.backend.columns(xp.abs(x), window, 1)
        cells = cells.reshape(*y.shape[:2], -1, *y.shape[2:])  # (N, C, k, P, Q)
        # Powers of the share of the largest cell: neither overflows nor vanishes for large p.
        largest = cells.max(axis=2)
        cells = cells / xp.where(largest > 0, largest, 1)[:, :, None]
        divisor = self.divisor(run, window, x.shape[1:], x.dtype)
        mean = (cells**p).sum(axis=2) / divisor
        return xp.multiply(largest, mean ** (1 / p), out=y), (x, window, cells, mean, divisor)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, window, cells, mean, divisor = saved
        xp, p = run.backend.xp, self.norm_type
        if not run.wants_dx:
            return (None,)
        shared = dy * xp.where(mean > 0, mean, 1) ** (1 / p - 1) / divisor
        parts = cells ** (p - 1) * shared[:, :, None]
        parts = parts.reshape(*dy.shape[:2], *window.kernel, *dy.shape[2:])
        dx = run.backend.scatter(parts, window, x.shape[2:])
        return (xp.multiply(dx, xp.sign(x), out=run.gradient(x.shape)),)


@dataclass(frozen=True)
class ScaledPool2d(Pool2d):
    """Add up each window, then scale and shift each map by two learned numbers.

    Formula:
        y[c, p, q] = weight[c] · Σ over i, j of x[c, p·s + i, q·s + j] + bias[c]
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike.
        Weights: one weight and one bias a map; it starts as the mean.
    Backward:
        every cell under a window receives weight[c] · dy; dweight = Σ dy · window sum;
        dbias = Σ dy.
    Source:
        LeCun et al. 1998: the sub-sampling layers S2 and S4 of LeNet-5; a Tanh follows.
    See also:
        AvgPool2d, LearnedPool2d, Scale. PyTorch and Keras have none.
    """

    mode: str = setting(
        "sum",
        Choice(("sum", "mean")),
        label="Adds up as",
        brief="{}",
        quiet="sum",
        help="What the weight multiplies: the sum of the window, as in 1998, or its mean.",
    )

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        c, window = maps(inputs[0])[0], self.window(*inputs)
        cells = window.kernel[0] * window.kernel[1]
        start = Constant(1.0 / cells if self.mode == "sum" else 1.0)
        return {"weight": Weight((c,), start), "bias": Weight((c,))}

    def macs(self, *inputs: Shape) -> int:
        return volume(self.infer(*inputs))

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        shape = (*x.shape[:2], *window.output(x.shape[2:]))
        mean = self.mode == "mean"
        divisor = self.divisor(run, window, x.shape[1:], x.dtype) if mean else 1
        pooled = run.empty("pooled", shape)
        run.backend.avg_pool2d(x, window=window, divisor=divisor, out=pooled)
        y = run.backend.xp.multiply(pooled, _each_map(w["weight"]), out=run.empty("y", shape))
        y += _each_map(w["bias"])
        return y, (x.shape, window, divisor, pooled)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, window, divisor, pooled = saved
        double = run.backend.xp.float64
        dw["weight"][...] = (dy * pooled).sum(axis=(0, 2, 3), dtype=double)
        dw["bias"][...] = dy.sum(axis=(0, 2, 3), dtype=double)
        if not run.wants_dx:
            return (None,)
        scaled, dx = dy * _each_map(w["weight"]), run.gradient(shape)
        return (run.backend.avg_pool2d_data(scaled, window=window, divisor=divisor, out=dx),)


@dataclass(frozen=True)
class LearnedPool2d(MapsLayer):
    """Pool by one small learned filter, the same for every map and every block.

    Formula:
        y[c, p, q] = bias + Σ over i, j of weight[i, j] · x[c, p·k + i, q·k + j]
    Shape:
        (C, H, W) → (C, ⌊H/k⌋, ⌊W/k⌋). Weights: one filter of k × k and one bias for all maps;
        it starts as the mean.
    Backward:
        every cell receives its weight · dy; dweight sums dy · x over all maps and blocks.
    Source:
        Lecture 004, "The pooling may even be a learned filter": the same network is applied on
        each block.
    See also:
        ScaledPool2d, Conv2d with a stride. PyTorch: F.conv2d of each map by itself.
    """

    family: ClassVar[str] = "pooling"

    kernel_size: AsPair = setting(
        (2, 2),
        Ints(2, 1, LONGEST),
        brief="{}",
        help="Height and width of the filter; it moves by as much.",
    )
    bias: bool = shift_setting()

    def window(self, *inputs: Shape) -> Window:
        """The blocks, side by side."""
        return Window(self.kernel_size, self.kernel_size)

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        c, h, w = maps(shape)
        return (c, *fit_window(self.window(), (h, w), settings={"padding": ""}, axes=axes))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(), maps(inputs[0])[1:])

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        mean = Constant(1.0 / (self.kernel_size[0] * self.kernel_size[1]))
        found = {"weight": Weight(self.kernel_size, mean)}
        if self.bias:
            found["bias"] = Weight((1,))
        return found

    def macs(self, *inputs: Shape) -> int:
        return volume(self.infer(*inputs)) * self.kernel_size[0] * self.kernel_size[1]

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        size = self.window().output(x.shape[2:])
        y = run.empty("y", (len(x) * x.shape[1], 1, *size))
        run.backend.conv2d(_alone(x), _alone(w["weight"]), w.get("bias"), out=y, **self._sliding())
        return y.reshape(*x.shape[:2], *size), x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, alone = saved, _alone(dy)
        run.backend.conv2d_filter(_alone(x), alone, out=_alone(dw["weight"]), **self._sliding())
        if self.bias:
            dw["bias"][...] = dy.sum(dtype=run.backend.xp.float64)
        if not run.wants_dx:
            return (None,)
        dx = run.gradient((len(x) * x.shape[1], 1, *x.shape[2:]))
        run.backend.conv2d_data(alone, _alone(w["weight"]), out=dx, **self._sliding())
        return (dx.reshape(x.shape),)

    def _sliding(self) -> dict[str, Any]:
        return {"window": self.window(), "groups": 1}


def _alone(x: Array) -> Array:
    """Every map of (N, C, H, W) as an image of one channel: (N·C, 1, H, W)."""
    return x.reshape(-1, 1, *x.shape[-2:])


def _each_map(values: Array) -> Array:
    """One value a map, (C,), shaped to meet N C H W."""
    return values.reshape(1, -1, 1, 1)
