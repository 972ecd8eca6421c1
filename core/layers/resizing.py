"""Layers that make maps larger without learning: copies, blends, rings and zeros in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import AsPair, AsQuad, Choice, Float, Ints, Padding
from core.layers.base import Array, Arrays, Layer, Run, maps
from core.settings import setting
from core.shapes import AXES, Shape, ShapeError, Step, Window
from core.tongue import tr


@dataclass(frozen=True)
class Upsample(Layer):
    """Make the maps a whole number of times larger, by repeating cells or blending neighbors.

    Formula:
        nearest: y[c, p, q] = x[c, ⌊p/s⌋, ⌊q/s⌋]; bilinear: a blend of the cells on both sides of
        row (p + ½)/s − ½, columns alike; edge cells stand in for those outside.
    Shape:
        (C, H, W) → (C, s·H, s·W)
    Backward:
        every cell receives what it lent: the sum of its copies, or dy by its share in each blend.
    Source:
        lecture 004 on raising the resolution: fill in with zeros, or by linear interpolation.
    See also:
        ZeroInsert2d, AvgPool2d. PyTorch: torch.nn.Upsample with align_corners=False. Keras:
        UpSampling2D.
    """

    family: ClassVar[str] = "reshaping"
    keras_name: ClassVar[str] = "UpSampling2D"

    scale_factor: AsPair = setting(
        (2, 2),
        Ints(2, 1, 256, short=True),
        keras="size",
        brief="× {}",
        help="How many times higher and wider the maps become.",
    )
    mode: str = setting(
        "nearest",
        Choice(("nearest", "bilinear")),
        keras="interpolation",
        brief="{}",
        help="Repeat the nearest cell, or blend the nearest four.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        return (c, h * self.scale_factor[0], w * self.scale_factor[1])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        sizes = zip(AXES, maps(inputs[0])[1:], self.scale_factor, strict=True)
        return tuple(
            Step(axis, f"{size} · {scale} = {size * scale}", size * scale)
            for axis, size, scale in sizes
        )

    def window_backwards(self, *inputs: Shape) -> Window:
        """Copies are s cells wide and s apart; blends reach as far again."""
        (sh, sw), blends = self.scale_factor, self.mode == "bilinear"
        if not blends:
            return Window((sh, sw), (sh, sw))
        ring = (sh // 2, sh // 2, sw // 2, sw // 2)
        return Window((2 * sh - sh % 2, 2 * sw - sw % 2), (sh, sw), ring)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, y = run.backend.xp, run.empty("y", (len(x), *self.infer(x.shape[1:])))
        if self.mode == "nearest":
            self._cells(y)[...] = x[:, :, :, None, :, None]
            return y, (x.shape, None)
        down, across = (
            _blends(xp, size, scale, x.dtype)
            for size, scale in zip(x.shape[2:], self.scale_factor, strict=True)
        )
        return xp.matmul(down, xp.matmul(x, across.T), out=y), (x.shape, (down, across))

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, blends = saved
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(shape)
        if blends is None:
            return (self._cells(dy).sum(axis=(3, 5), out=dx),)
        (down, across), matmul = blends, run.backend.xp.matmul
        return (matmul(down.T, matmul(dy, across), out=dx),)

    def _cells(self, y: Array) -> Array:
        """Each cell's copies: (N, C, H, s, W, s)."""
        sh, sw = self.scale_factor
        n, c, height, width = y.shape
        return y.reshape(n, c, height // sh, sh, width // sw, sw)


def _blends(xp: Any, size: int, scale: int, dtype: Any) -> Array:
    """The matrix (s·H, H) that blends along one axis: each row holds the shares of two cells."""
    outputs = xp.arange(size * scale)
    at = xp.clip((outputs + 0.5) / scale - 0.5, 0, size - 1)
    cells = xp.arange(size)
    return xp.maximum(1 - xp.abs(at[:, None] - cells), 0).astype(dtype)


@dataclass(frozen=True)
class Pad2d(Layer):
    """Add a ring of cells around the maps.

    Formula:
        y[c, p, q] = x[c, p − top, q − left]; in the ring 0, a value of yours, the nearest cell
        (replicate) or the cell as far inside the edge (reflect).
    Shape:
        (C, H, W) → (C, top + H + bottom, left + W + right)
    Backward:
        dy without the ring; cells that the ring copied also receive the ring's share.
    Source:
        Lecture 000 (the rings of zeros), 002 "What values to use for these pixels?".
    See also:
        Crop2d, ChannelPad, Conv2d. PyTorch: torch.nn.ZeroPad2d, ConstantPad2d, ReplicationPad2d,
        ReflectionPad2d. Keras: ZeroPadding2D.
    """

    family: ClassVar[str] = "reshaping"
    keras_name: ClassVar[str] = "ZeroPadding2D"

    padding: AsQuad = setting(
        (1, 1, 1, 1),
        Padding(modes=()),
        brief="{}",
        help="Rows and columns added at the top, bottom, left and right.",
    )
    mode: str = setting(
        "zeros",
        Choice(("zeros", "constant", "replicate", "reflect")),
        brief="{}",
        help="What the ring holds: zeros, a value of yours, the edge repeated, or a mirror image.",
    )
    value: float = setting(
        0.0, Float(), advanced=True, help="What the ring holds where it is constant."
    )

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        top, bottom, left, right = self.padding
        if self.mode == "reflect" and (max(top, bottom) >= h or max(left, right) >= w):
            sentence = tr(
                "has a mode that mirrors more cells than lie behind the edge: it gets {h} × {w}.",
                h=h,
                w=w,
            )
            raise ShapeError("mode", sentence, ((tr("Repeat the edge"), {"mode": "replicate"}),))
        return (c, top + h + bottom, left + w + right)

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        steps = []
        for axis, size in enumerate(maps(inputs[0])[1:]):
            before, after = self.padding[2 * axis : 2 * axis + 2]
            total = before + size + after
            steps.append(Step(AXES[axis], f"{before} + {size} + {after} = {total}", total))
        return tuple(steps)

    def window(self, *inputs: Shape) -> Window:
        """Single cells, the first one outside the maps."""
        return Window((1, 1), (1, 1), self.padding)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", (len(x), *self.infer(x.shape[1:])))
        if self.mode in ("replicate", "reflect"):
            return run.backend.extend(x, window=self.window(), fill=self.mode, out=y), x.shape
        y[...] = self.value if self.mode == "constant" else 0
        y[self._inside(y.shape)] = x
        return y, x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,)
        if self.mode in ("zeros", "constant"):
            return (dy[self._inside(dy.shape)],)
        folded, dx = run.empty("folded", dy.shape), run.gradient(saved)
        folded[...] = dy
        return (run.backend.extend_data(folded, window=self.window(), fill=self.mode, out=dx),)

    def _inside(self, shape: Shape) -> tuple[slice, ...]:
        """Where the maps lie in the padded ones."""
        top, bottom, left, right = self.padding
        rows, columns = slice(top, shape[2] - bottom), slice(left, shape[3] - right)
        return (slice(None), slice(None), rows, columns)


@dataclass(frozen=True)
class ZeroInsert2d(Layer):
    """Put rows and columns of zeros between the cells.

    Formula:
        y[c, p·s, q·s] = x[c, p, q], 0 everywhere else
    Shape:
        (C, H, W) → (C, (H − 1)·s + 1 + tail, (W − 1)·s + 1 + tail)
    Backward:
        dy at the cells; what the zeros receive is dropped.
    Source:
        Lecture 004, upsample(): the backward pass of a strided convolution is that of stride 1 on
        these maps. The tail makes up for cells that the stride had dropped: without it the
        slides' shorter upsample() is too small for N = 6, K = 3, S = 2.
    See also:
        Upsample, Slice2d. PyTorch: F.conv_transpose2d does it inside. Keras: Conv2DTranspose.
    """

    family: ClassVar[str] = "reshaping"

    stride: AsPair = setting(
        (2, 2),
        Ints(2, 1, 1024, short=True),
        brief="stride {}",
        help="Distance between cells in the result; 2 puts one row of zeros between two rows.",
    )
    tail: AsPair = setting(
        (0, 0),
        Ints(2, 0, 1024, short=True),
        brief="tail {}",
        quiet=(0, 0),
        advanced=True,
        help="Rows and columns of zeros after the last cell.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        c, *sizes = maps(inputs[0])
        return (c, *(self._along(axis, size) for axis, size in enumerate(sizes)))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        steps = []
        for axis, size in enumerate(maps(inputs[0])[1:]):
            value, tail = self._along(axis, size), self.tail[axis]
            more = f" + {tail}" if tail else ""
            text = f"({size} − 1)·{self.stride[axis]} + 1{more} = {value}"
            steps.append(Step(AXES[axis], text, value))
        return tuple(steps)

    def window_backwards(self, *inputs: Shape) -> Window:
        """Single cells, so many apart in the result."""
        return Window((1, 1), self.stride)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", (len(x), *self.infer(x.shape[1:])))
        y[...] = 0
        y[self._cells(x.shape)] = x
        return y, x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return (dy[self._cells(saved)],)

    def _along(self, axis: int, size: int) -> int:
        return (size - 1) * self.stride[axis] + 1 + self.tail[axis]

    def _cells(self, shape: Shape) -> tuple[slice, ...]:
        """Where the cells of x (N, C, H, W) lie."""
        (sh, sw), (h, w) = self.stride, shape[2:]
        rows, columns = slice(0, (h - 1) * sh + 1, sh), slice(0, (w - 1) * sw + 1, sw)
        return (slice(None), slice(None), rows, columns)
