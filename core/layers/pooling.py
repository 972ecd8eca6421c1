"""Pooling layers: summarise the maps, window by window, map by map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run, maps
from core.settings import Bool, Ints, Padding, Pair, Quad, SettingError, setting
from core.shapes import Shape, Step, Window, explain_window, fit_window, resolve_padding


@dataclass(frozen=True)
class Pool2d(Layer):
    """What every windowed pooling layer shares: the window and its sizes."""

    family: ClassVar[str] = "pooling"

    kernel_size: Pair = setting(
        (2, 2),
        Ints(2, 1, 1024),
        keras="pool_size",
        brief="{}",
        help="Height and width of the window, in cells.",
    )
    stride: Pair = setting(
        (2, 2),
        Ints(2, 1, 1024, short=True),
        keras="strides",
        brief="stride {}",
        help="Cells the window moves between two outputs.",
    )
    padding: str | Quad = setting(
        (0, 0, 0, 0),
        Padding(),
        brief="pad {}",
        quiet=(0, 0, 0, 0),
        advanced=True,
        help="Rings of cells added around the maps; they never win a maximum.",
    )

    def check(self) -> None:
        if isinstance(self.padding, str):
            return
        for axis, name in enumerate(("height", "width")):
            if max(self.padding[2 * axis : 2 * axis + 2]) > self.kernel_size[axis] // 2:
                half = self.kernel_size[axis] // 2
                sentence = f"at most half the kernel's {name} is expected, which is {half}"
                raise SettingError("padding", sentence)

    def window(self, *inputs: Shape) -> Window:
        """The sliding window, with the padding that a named mode means for this input."""
        _, h, w = maps(inputs[0])
        padding = resolve_padding(self.padding, (h, w), Window(self.kernel_size, self.stride))
        return Window(self.kernel_size, self.stride, padding)

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        return (c, *fit_window(self.window(*inputs), (h, w)))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(*inputs), maps(inputs[0])[1:])


@dataclass(frozen=True)
class MaxPool2d(Pool2d):
    """Keep the largest value under each window: smaller maps, steady under small shifts.

    Formula:
        y[c, p, q] = max over i, j of x[c, p·s + i, q·s + j]
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike.
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
        dx = run.empty("dx", shape)
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

    count_include_pad: bool = setting(
        True,
        Bool(),
        label="Count padding",
        advanced=True,
        help="Let the zeros of the padding count in the mean.",
    )

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        window = self.window(x.shape[1:])
        y = run.empty("y", (*x.shape[:2], *window.output(x.shape[2:])))
        divisor = self._divisor(run, window, x.shape[2:], x.dtype)
        run.backend.avg_pool2d(x, window=window, divisor=divisor, out=y)
        return y, (x.shape, window, divisor)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, window, divisor = saved
        if not run.wants_dx:
            return (None,)
        dx = run.empty("dx", shape)
        return (run.backend.avg_pool2d_data(dy, window=window, divisor=divisor, out=dx),)

    def _divisor(self, run: Run, window: Window, size: tuple[int, int], dtype: Any) -> Any:
        """Cells counted by each window: a number, or an array (P, Q) where padding is left out."""
        kh, kw = self.kernel_size
        if self.count_include_pad or not any(window.padding):
            return kh * kw
        ones = run.backend.xp.ones((1, 1, *size), dtype)
        counts = run.empty("counts", (1, 1, *window.output(size)))
        return run.backend.avg_pool2d(ones, window=window, divisor=1, out=counts)


@dataclass(frozen=True)
class GlobalAvgPool2d(Layer):
    """Average each map to a single number: maps of any size become a short vector.

    Formula:
        y[c] = (1/(H·W)) · Σ x[c, h, w]
    Shape:
        (C, H, W) → (C,)
    Backward:
        every cell of map c receives dy[c]/(H·W).
    Source:
        Lin et al. 2013, "Network In Network".
    See also:
        AvgPool2d, Flatten. PyTorch: AdaptiveAvgPool2d(1) and Flatten.
        Keras: GlobalAveragePooling2D.
    """

    family: ClassVar[str] = "pooling"
    keras_name: ClassVar[str] = "GlobalAveragePooling2D"

    def infer(self, *inputs: Shape) -> Shape:
        return (maps(inputs[0])[0],)

    def window(self, *inputs: Shape) -> Window:
        """One window as large as the map."""
        _, h, w = maps(inputs[0])
        return Window((h, w))

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x.mean(axis=(2, 3), out=run.empty("y", x.shape[:2])), x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,)
        dx = run.empty("dx", saved)
        dx[...] = (dy / (saved[2] * saved[3]))[:, :, None, None]
        return (dx,)
