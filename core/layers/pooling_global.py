"""Pooling layers whose windows follow the size of the maps: over the whole map, or into bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import AsPair, Ints
from core.layers.base import Array, Arrays, Run, maps
from core.layers.signals import BOTH, MapsLayer
from core.settings import setting
from core.shapes import AXES, Shape, Step, Window
from core.tongue import tr


@dataclass(frozen=True)
class GlobalPool2d(MapsLayer):
    """One window as large as the map, whatever its size."""

    family: ClassVar[str] = "pooling"

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        return (maps(shape)[0],)

    def window(self, *inputs: Shape) -> Window:
        """The whole map."""
        _, h, w = maps(inputs[0])
        return Window((h, w))


@dataclass(frozen=True)
class GlobalAvgPool2d(GlobalPool2d):
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

    keras_name: ClassVar[str] = "GlobalAveragePooling2D"

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x.mean(axis=(2, 3), out=run.empty("y", x.shape[:2])), x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(saved)
        dx[...] = (dy / (saved[2] * saved[3]))[:, :, None, None]
        return (dx,)


@dataclass(frozen=True)
class GlobalMaxPool2d(GlobalPool2d):
    """Keep only the largest value of each map: was the feature seen anywhere?

    Formula:
        y[c] = max over h, w of x[c, h, w]
    Shape:
        (C, H, W) → (C,)
    Backward:
        dy[c] goes to the cell that won, the first of equals.
    Source:
        Oquab et al. 2015, "Is object localization for free?".
    See also:
        GlobalAvgPool2d, MaxPool2d. PyTorch: AdaptiveMaxPool2d(1) and Flatten.
        Keras: GlobalMaxPooling2D.
    """

    keras_name: ClassVar[str] = "GlobalMaxPooling2D"

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        cells = x.reshape(*x.shape[:2], -1)
        y = cells.max(axis=2, out=run.empty("y", x.shape[:2]))
        return y, (x.shape, cells.argmax(axis=2))

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, winner = saved
        if not run.wants_dx:
            return (None,)
        xp, dx = run.backend.xp, run.gradient(shape)
        won = xp.arange(shape[2] * shape[3]) == winner[:, :, None]  # (N, C, H·W)
        xp.multiply(won, dy[:, :, None], out=dx.reshape(won.shape))
        return (dx,)


@dataclass(frozen=True)
class AdaptiveAvgPool2d(MapsLayer):
    """Average into a grid of the size you choose, whatever size the maps have.

    Formula:
        y[c, p, q] = mean of x over the rows ⌊p·H/P⌋ … ⌈(p + 1)·H/P⌉ − 1, columns alike
    Shape:
        (C, H, W) → (C, P, Q), the output size; bins overlap where P does not divide H.
    Backward:
        every cell of a bin receives dy over the bin's cells; overlapping bins add up.
    Source:
        PyTorch's rule for the bins; VGG uses 7 × 7 so that pictures of any size fit.
    See also:
        GlobalAvgPool2d, AvgPool2d. PyTorch: torch.nn.AdaptiveAvgPool2d.
        Keras: AdaptiveAveragePooling2D.
    """

    family: ClassVar[str] = "pooling"
    keras_name: ClassVar[str] = "AdaptiveAveragePooling2D"

    output_size: AsPair = setting(
        (7, 7), Ints(2, 1, 10_000), brief="{}", help="Height and width of the result, in cells."
    )

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        return (maps(shape)[0], *self.output_size)

    def window(self, *inputs: Shape) -> Window:
        """The smallest steady window that covers every bin: the bins where the sizes divide."""
        kernel, stride = [], []
        for size, outputs in zip(maps(inputs[0])[1:], self.output_size, strict=True):
            stride.append(max(1, size // outputs))
            shared = 1 + (outputs % size > 0)  # cells of a bin where there are more bins than cells
            widest = size - (outputs - 1) * stride[-1]
            kernel.append(widest if outputs <= size else shared)
        return Window((kernel[0], kernel[1]), (stride[0], stride[1]))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return tuple(
            Step(
                axis,
                tr("{size} cells into {outputs} bins = {outputs}", size=size, outputs=outputs),
                outputs,
            )
            for axis, size, outputs in zip(AXES, maps(inputs[0])[1:], self.output_size, strict=True)
        )

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp = run.backend.xp
        down, across = (
            _bins(xp, size, outputs, x.dtype)
            for size, outputs in zip(x.shape[2:], self.output_size, strict=True)
        )
        y = run.empty("y", (*x.shape[:2], *self.output_size))
        return xp.matmul(down, xp.matmul(x, across.T), out=y), (x.shape, down, across)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, down, across = saved
        if not run.wants_dx:
            return (None,)
        matmul = run.backend.xp.matmul
        return (matmul(down.T, matmul(dy, across), out=run.gradient(shape)),)


def _bin(at: Any, size: int, outputs: int) -> tuple[Any, Any]:
    """The first cell of bin `at` and the one after its last."""
    return at * size // outputs, -(-(at + 1) * size // outputs)


def _bins(xp: Any, size: int, outputs: int, dtype: Any) -> Array:
    """The matrix (P, H) whose rows take the means of the bins along one axis."""
    start, end = _bin(xp.arange(outputs)[:, None], size, outputs)
    cells = xp.arange(size)
    inside = (cells >= start) & (cells < end)
    return (inside / (end - start)).astype(dtype)
