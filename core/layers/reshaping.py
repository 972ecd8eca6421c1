"""Layers that only rearrange values, or leave some out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import AsPair, AsQuad, Dimensions, Int, Ints, Padding
from core.layers.base import Array, Arrays, Layer, Run, maps
from core.settings import SettingError, setting
from core.shapes import AXES, Shape, ShapeError, Step, Window, shape_text, volume
from core.tongue import tr


@dataclass(frozen=True)
class Flatten(Layer):
    """Unroll the maps into one vector: channel by channel, row by row.

    Formula:
        y[c·H·W + h·W + w] = x[c, h, w]
    Shape:
        (C, H, W) → (C·H·W,)
    Backward:
        dy rolled up again.
    Source:
        Lecture 004: "the first flat layer is only the unrolling of the maps".
    See also:
        GlobalAvgPool2d, Linear, Reshape. PyTorch: torch.nn.Flatten. Keras: Flatten (which unrolls
        H, W, C: exported code permutes first).
    """

    family: ClassVar[str] = "reshaping"

    def infer(self, *inputs: Shape) -> Shape:
        return (volume(inputs[0]),)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x.reshape(len(x), -1), x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return (dy.reshape(saved),)


@dataclass(frozen=True)
class Reshape(Layer):
    """Read the same values, in the same order, as another shape.

    Formula:
        the values in the order C, H, W, cut into the new shape
    Shape:
        any shape → the one you choose, with as many values.
    Backward:
        dy in the old shape.
    Source:
        generators start this way: a vector becomes small maps.
    See also:
        Flatten. PyTorch: torch.nn.Unflatten. Keras: Reshape (which counts H, W, C).
    """

    family: ClassVar[str] = "reshaping"

    shape: Shape = setting(
        (1, 28, 28),
        Dimensions(),
        keras="target_shape",
        brief="{}",
        help="Channels, height and width of the result; fewer sizes for a signal or a vector.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        values, wanted = volume(inputs[0]), volume(self.shape)
        if values == wanted:
            return self.shape
        remedies: list[tuple[str, Any]] = []
        first = volume(self.shape[1:])
        if values % first == 0:
            fits = (values // first, *self.shape[1:])
            remedies.append((tr("Make it {fits}", fits=shape_text(fits)), {"shape": fits}))
        text = shape_text(inputs[0])
        remedies.append((tr("Keep {text}", text=text), {"shape": inputs[0]}))
        sentence = tr(
            "has a shape of {shape}, which is {wanted} values: it gets {text}, which is {values}.",
            shape=shape_text(self.shape),
            wanted=wanted,
            text=text,
            values=values,
        )
        raise ShapeError("shape", sentence, tuple(remedies))

    def window(self, *inputs: Shape) -> Window | None:
        """All of the input: a value may come from anywhere."""
        h, w = (1, 1, *inputs[0][1:])[-2:]
        return Window((h, w)) if len(inputs[0]) > 1 else None

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x.reshape(len(x), *self.shape), x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return (dy.reshape(saved),)


@dataclass(frozen=True)
class Crop2d(Layer):
    """Cut cells off the four sides of the maps.

    Formula:
        y[c, p, q] = x[c, p + top, q + left]
    Shape:
        (C, H, W) → (C, H − top − bottom, W − left − right)
    Backward:
        dy in the middle, 0 in what was cut off.
    Source:
        lecture 004: the ring that backward padding added is "deleted afterwards".
    See also:
        Pad2d, Slice2d. PyTorch: F.pad with negative numbers. Keras: Cropping2D.
    """

    family: ClassVar[str] = "reshaping"
    keras_name: ClassVar[str] = "Cropping2D"

    cropping: AsQuad = setting(
        (1, 1, 1, 1),
        Padding(modes=(), high=100_000),
        brief="{}",
        help="Rows and columns cut off at the top, bottom, left and right.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        top, bottom, left, right = self.cropping
        kept = (h - top - bottom, w - left - right)
        if min(kept) < 1:
            sentence = tr(
                "has a cropping of {top} rows and {left} columns, which leaves nothing: it gets"
                " maps of {h} × {w}.",
                top=top + bottom,
                left=left + right,
                h=h,
                w=w,
            )
            raise ShapeError("cropping", sentence, ((tr("Cut off nothing"), {"cropping": 0}),))
        return (c, *kept)

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        _, *sizes = maps(inputs[0])
        steps = []
        for axis, size in enumerate(sizes):
            before, after = self.cropping[2 * axis : 2 * axis + 2]
            left = size - before - after
            steps.append(Step(AXES[axis], f"{size} − {before} − {after} = {left}", left))
        return tuple(steps)

    def window(self, *inputs: Shape) -> Window:
        """Single cells, the first one as far inside as was cut off."""
        top, bottom, left, right = (-cells for cells in self.cropping)
        return Window((1, 1), (1, 1), (top, bottom, left, right))

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x[self._kept(x.shape)], x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,)
        return (_into_zeros(run, dy, saved, self._kept(saved)),)

    def _kept(self, shape: Shape) -> tuple[slice, ...]:
        top, bottom, left, right = self.cropping
        rows, columns = slice(top, shape[2] - bottom), slice(left, shape[3] - right)
        return (slice(None), slice(None), rows, columns)


@dataclass(frozen=True)
class Slice2d(Layer):
    """Keep some channels, and every so many rows and columns.

    Formula:
        y[c, p, q] = x[start + c, offset + p·s, offset + q·s]
    Shape:
        (C, H, W) → (stop − start, ⌈(H − offset)/s⌉, ⌈(W − offset)/s⌉)
    Backward:
        dy where values were kept, 0 in between.
    Source:
        He et al. 2016: the option A shortcuts of their CIFAR networks keep every second cell.
    See also:
        Crop2d, ChannelPad, ZeroInsert2d. PyTorch: x[:, a:b, i::s, j::s]. Keras: the same on the
        tensor.
    """

    family: ClassVar[str] = "reshaping"

    start: int = setting(
        0,
        Int(0, 65_536),
        label="First channel",
        brief="from channel {}",
        quiet=0,
        help="The first channel that is kept, counted from 0.",
    )
    stop: int = setting(
        0,
        Int(0, 65_536),
        label="Stop before",
        brief="to channel {}",
        quiet=0,
        help="The channel after the last one kept, counted from 0; 0 keeps all to the end.",
    )
    stride: AsPair = setting(
        (1, 1),
        Ints(2, 1, 1024, short=True),
        brief="stride {}",
        quiet=(1, 1),
        help="Keep every so many rows and columns.",
    )
    offset: AsPair = setting(
        (0, 0),
        Ints(2, 0, 100_000),
        brief="offset {}",
        quiet=(0, 0),
        advanced=True,
        help="The first row and column that are kept, counted from 0.",
    )

    def check(self) -> None:
        if self.stop and self.stop <= self.start:
            sentence = tr(
                "a channel after the first is expected, {start} is the first", start=self.start
            )
            raise SettingError("stop", sentence)

    def infer(self, *inputs: Shape) -> Shape:
        c, h, w = maps(inputs[0])
        if max(self.start + 1, self.stop) > c:
            setting, text = "stop", tr("is to stop before channel {stop}", stop=self.stop)
            if self.start >= c:
                setting, text = (
                    "start",
                    tr("has channel {start} as its first channel", start=self.start),
                )
            sentence = tr("{text}, it gets {c}, counted from 0.", text=text, c=c)
            raise ShapeError(
                setting, sentence, ((tr("Keep all channels"), {"start": 0, "stop": 0}),)
            )
        if self.offset[0] >= h or self.offset[1] >= w:
            row, column = self.offset
            sentence = tr(
                "has an offset of {row} rows and {column} columns, it gets maps of {h} × {w}.",
                row=row,
                column=column,
                h=h,
                w=w,
            )
            raise ShapeError("offset", sentence, ((tr("Start at the first"), {"offset": 0}),))
        kept = (len(range(*self._rows(axis, size))) for axis, size in enumerate((h, w)))
        return ((self.stop or c) - self.start, *kept)

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        _, *sizes = maps(inputs[0])
        steps = []
        for axis, size in enumerate(sizes):
            kept = len(range(*self._rows(axis, size)))
            text = f"⌈({size} − {self.offset[axis]})/{self.stride[axis]}⌉ = {kept}"
            steps.append(Step(AXES[axis], text, kept))
        return tuple(steps)

    def window(self, *inputs: Shape) -> Window:
        """Single cells, so many apart."""
        row, column = self.offset
        return Window((1, 1), self.stride, (-row, 0, -column, 0))

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        return x[self._kept(x.shape)], x.shape

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,)
        return (_into_zeros(run, dy, saved, self._kept(saved)),)

    def _rows(self, axis: int, size: int) -> tuple[int, int, int]:
        """Start, end and step on one axis."""
        return self.offset[axis], size, self.stride[axis]

    def _kept(self, shape: Shape) -> tuple[slice, ...]:
        rows, columns = (slice(*self._rows(axis, shape[2 + axis])) for axis in (0, 1))
        return (slice(None), slice(self.start, self.stop or None), rows, columns)


@dataclass(frozen=True)
class ChannelPad(Layer):
    """Add channels of zeros before and after those that are there.

    Formula:
        y = [0 …; x; 0 …] along the channels
    Shape:
        (C, …) → (before + C + after, …)
    Backward:
        the part of dy that belongs to x.
    Source:
        He et al. 2016: the option A shortcuts, where a block has more channels than its input.
    See also:
        Slice2d, Concat, Pad2d. PyTorch: F.pad(x, (0, 0, 0, 0, before, after)). Keras: ops.pad.
    """

    family: ClassVar[str] = "reshaping"

    before: int = setting(0, Int(0, 65_536), brief="{} before", quiet=0, help="Channels in front.")
    after: int = setting(0, Int(0, 65_536), brief="{} after", quiet=0, help="Channels behind.")

    def infer(self, *inputs: Shape) -> Shape:
        return (self.before + inputs[0][0] + self.after, *inputs[0][1:])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        c = inputs[0][0]
        total = self.before + c + self.after
        return (Step("channels", f"{self.before} + {c} + {self.after} = {total}", total),)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        shape = (len(x), *self.infer(x.shape[1:]))
        return _into_zeros(run, x, shape, self._own(x.shape[1]), name="y"), x.shape[1]

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return (dy[self._own(saved)],)

    def _own(self, channels: int) -> tuple[slice, slice]:
        return (slice(None), slice(self.before, self.before + channels))


def _into_zeros(
    run: Run, values: Array, shape: Shape, place: tuple[slice, ...], *, name: str = "dx"
) -> Array:
    """An array of zeros with `values` in their place."""
    whole = run.empty(name, shape)
    whole[...] = 0
    whole[place] = values
    return whole
