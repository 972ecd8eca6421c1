"""Pooling layers for signals (C, T): the windows of maps that are one cell high."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run, signal
from core.layers.pooling_base import (
    cells_counted,
    explain_rounded_up,
    rounded_up,
)
from core.settings import Bool, Int, Padding, Pair, SettingError, setting
from core.shapes import Shape, Step, Window, explain_window, fit_window, resolve_padding


@dataclass(frozen=True)
class Pool1d(Layer):
    """A window that slides along each channel by itself."""

    family: ClassVar[str] = "pooling"

    kernel_size: int = setting(
        2, Int(1, 100_000), keras="pool_size", brief="{}", help="Length of the window, in steps."
    )
    stride: int = setting(
        2,
        Int(1, 100_000),
        keras="strides",
        brief="stride {}",
        help="Steps the window moves between two outputs.",
    )
    padding: str | Pair = setting(
        (0, 0),
        Padding(sides=2),
        brief="pad {}",
        quiet=(0, 0),
        advanced=True,
        help="Steps added before and after the signal; they never win a maximum.",
    )
    ceil_mode: bool = setting(
        False,
        Bool(),
        label="Round up",
        advanced=True,
        help="Add a last window that reaches over the end where the stride leaves steps over; "
        "it must start inside the signal.",
    )

    def check(self) -> None:
        half = self.kernel_size // 2
        if not isinstance(self.padding, str) and max(self.padding) > half:
            sentence = f"at most half the kernel's length is expected, which is {half}"
            raise SettingError("padding", sentence)

    def window(self, *inputs: Shape) -> Window:
        """The sliding window as one of maps that are one cell high."""
        window, (_, length) = self.declared_window(inputs[0]), signal(inputs[0])
        return rounded_up(window, (1, length)) if self.ceil_mode else window

    def declared_window(self, shape: Shape) -> Window:
        """The window with the padding that was asked for, before rounding up."""
        bare = Window((1, self.kernel_size), (1, self.stride))
        if isinstance(self.padding, str):
            sides = resolve_padding(self.padding, (1, signal(shape)[1]), bare)
        else:
            sides = (0, 0, *self.padding)
        return replace(bare, padding=sides)

    def infer(self, *inputs: Shape) -> Shape:
        c, length = signal(inputs[0])
        return (c, fit_window(self.window(*inputs), (1, length), axes=(1,))[1])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        size = (1, signal(inputs[0])[1])
        if self.ceil_mode:
            return (explain_rounded_up(self.declared_window(inputs[0]), 1, size[1], "length"),)
        return explain_window(self.window(*inputs), size, axes=(1,))


@dataclass(frozen=True)
class MaxPool1d(Pool1d):
    """Keep the largest value under each window of a signal.

    Formula:
        y[c, p] = max over i of x[c, p·s + i]
    Shape:
        (C, T) → (C, P) with P = ⌊(T + p_before + p_after − k)/s⌋ + 1.
    Backward:
        dy goes to the step that won, the first of equals; overlapping windows add up.
    Source:
        Lecture 004: pooling over time in time-delay networks. Padding never wins.
    See also:
        MaxPool2d, AvgPool1d. PyTorch: torch.nn.MaxPool1d. Keras: MaxPooling1D.
    """

    keras_name: ClassVar[str] = "MaxPooling1D"

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (*x.shape[:2], *window.output((1, x.shape[2]))))
        y, index = run.backend.max_pool2d(x[:, :, None], window=window, out=y)
        return y[:, :, 0], (x.shape, window, index)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        (n, c, length), window, index = saved
        if not run.wants_dx:
            return (None,)
        dx = run.gradient((n, c, 1, length))
        run.backend.max_pool2d_data(dy[:, :, None], index, window=window, out=dx)
        return (dx[:, :, 0],)


@dataclass(frozen=True)
class AvgPool1d(Pool1d):
    """Take the mean under each window of a signal.

    Formula:
        y[c, p] = (1/n) · Σ over i of x[c, p·s + i], n being the steps counted.
    Shape:
        (C, T) → (C, P) with P = ⌊(T + p_before + p_after − k)/s⌋ + 1.
    Backward:
        every step under a window receives dy/n; overlapping windows add up.
    Source:
        Lecture 004, "Mean pooling", along time.
    See also:
        AvgPool2d, MaxPool1d. PyTorch: torch.nn.AvgPool1d. Keras: AveragePooling1D (which never
        counts padding).
    """

    keras_name: ClassVar[str] = "AveragePooling1D"

    count_include_pad: bool = setting(
        True,
        Bool(),
        label="Count padding",
        advanced=True,
        help="Let the zeros of the padding count in the mean.",
    )

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window, size = self.window(x.shape[1:]), (1, x.shape[2])
        declared = self.declared_window(x.shape[1:]).padding
        ring = declared if self.count_include_pad else (0, 0, 0, 0)
        counts = cells_counted(run.backend.xp, window, size, ring).astype(x.dtype)
        y = run.empty("y", (*x.shape[:2], *window.output(size)))
        run.backend.avg_pool2d(x[:, :, None], window=window, divisor=counts, out=y)
        return y[:, :, 0], (x.shape, window, counts)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        (n, c, length), window, counts = saved
        if not run.wants_dx:
            return (None,)
        dx = run.gradient((n, c, 1, length))
        run.backend.avg_pool2d_data(dy[:, :, None], window=window, divisor=counts, out=dx)
        return (dx[:, :, 0],)
