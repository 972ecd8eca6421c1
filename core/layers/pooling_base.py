"""What the windowed pooling layers share: their window, its sizes and the cells it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.kinds import AsPadding, AsPair, Bool, Float, Ints, Padding, Pair, Quad
from core.layers.base import Array, Run, maps
from core.layers.signals import BOTH, MapsLayer
from core.settings import SettingError, setting
from core.shapes import AXES, Shape, Step, Window, explain_window, fit_window, resolve_padding
from core.tongue import tr

LONGEST = 100_000  # cells of a window's side


def count_padding_setting() -> Any:
    """Whether a mean counts the padding."""
    return setting(
        True,
        Bool(),
        label="Count padding",
        advanced=True,
        help="Let the zeros of the padding count in the mean.",
    )


def norm_setting() -> Any:
    """The p of a p-norm."""
    return setting(
        2.0,
        Float(1.0, 1000.0),
        label="p",
        brief="p = {}",
        help="1 gives the mean; the larger, the nearer to the maximum.",
    )


def shift_setting() -> Any:
    """Whether a learned pooling has a bias."""
    return setting(
        True, Bool(), keras="use_bias", advanced=True, help="Add one learned number everywhere."
    )


@dataclass(frozen=True)
class Pool2d(MapsLayer):
    """A window that slides over each map by itself."""

    family: ClassVar[str] = "pooling"

    kernel_size: AsPair = setting(
        (2, 2),
        Ints(2, 1, LONGEST),
        keras="pool_size",
        brief="{}",
        help="Height and width of the window, in cells.",
    )
    stride: AsPair = setting(
        (2, 2),
        Ints(2, 1, LONGEST, short=True),
        keras="strides",
        brief="stride {}",
        help="Cells the window moves between two outputs.",
    )
    padding: AsPadding = setting(
        (0, 0, 0, 0),
        Padding(),
        brief="pad {}",
        quiet=(0, 0, 0, 0),
        advanced=True,
        help="Rings of cells added around the maps; they never win a maximum.",
    )
    ceil_mode: bool = setting(
        False,
        Bool(),
        label="Round up",
        advanced=True,
        help="Add a last window that reaches over the edge where the stride leaves cells over; "
        "it must start inside the maps.",
    )

    def check(self) -> None:
        if isinstance(self.padding, str):
            return
        for axis, name in enumerate(AXES):
            if max(self.padding[2 * axis : 2 * axis + 2]) > self.kernel_size[axis] // 2:
                half = self.kernel_size[axis] // 2
                sentence = tr(
                    "at most half the kernel's {name} is expected, which is {half}",
                    name=name,
                    half=half,
                )
                raise SettingError("padding", sentence)

    def window(self, *inputs: Shape) -> Window:
        """The sliding window, with the padding that named modes and rounding up mean here."""
        window, size = self.declared_window(inputs[0]), maps(inputs[0])[1:]
        return rounded_up(window, size) if self.ceil_mode else window

    def declared_window(self, shape: Shape) -> Window:
        """The window with the padding that was asked for, before rounding up."""
        bare = Window(self.kernel_size, self.stride)
        return replace(bare, padding=resolve_padding(self.padding, maps(shape)[1:], bare))

    def divisor(
        self, run: Run, window: Window, shape: Shape, dtype: Any, *, padding: bool = True
    ) -> Any:
        """Cells that a mean divides by: a number, or an array (P, Q) where windows differ.

        What hangs over the edge in `ceil_mode` never counts; `padding` says whether that does.
        """
        ring = self.declared_window(shape).padding if padding else (0, 0, 0, 0)
        if window.padding == ring:
            return self.kernel_size[0] * self.kernel_size[1]
        counts = cells_counted(run.backend.xp, window, maps(shape)[1:], ring)
        return counts.astype(dtype)

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        c, h, w = maps(shape)
        return (c, *fit_window(self.window(shape), (h, w), axes=axes))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        size = maps(inputs[0])[1:]
        if not self.ceil_mode:
            return explain_window(self.window(*inputs), size)
        declared = self.declared_window(inputs[0])
        return tuple(explain_rounded_up(declared, axis, size[axis]) for axis in (0, 1))


def rounded_up(window: Window, size: Pair) -> Window:
    """The window with as much more padding at the end as its last, overhanging step needs."""
    sides: list[int] = []
    for axis in (0, 1):
        before, after = window.sides(axis)
        missing = (outputs_rounded_up(window, axis, size[axis]) - 1) * window.stride[axis]
        missing += window.reach[axis] - (size[axis] + before + after)
        sides += [before, after + max(missing, 0)]
    larger = replace(window, padding=(sides[0], sides[1], sides[2], sides[3]))
    return larger if min(larger.output(size)) >= 1 else window


def outputs_rounded_up(window: Window, axis: int, size: int) -> int:
    """o = ⌈(i + p − k) / s⌉ + 1, one less where the last window would start in the padding."""
    before, after = window.sides(axis)
    stride = window.stride[axis]
    outputs = -((window.reach[axis] - size - before - after) // stride) + 1
    return outputs - 1 if (outputs - 1) * stride >= size + before else outputs


def explain_rounded_up(window: Window, axis: int, size: int) -> Step:
    """The size formula of a window that rounds up, with the numbers in it."""
    before, after = window.sides(axis)
    padding = f" + {before} + {after}" if before or after else ""
    inside = f"{size}{padding} − {window.reach[axis]}"
    stride, value = window.stride[axis], outputs_rounded_up(window, axis, size)
    full = -((window.reach[axis] - size - before - after) // stride) + 1
    less = " − 1" if full > value else ""
    return Step(AXES[axis], f"⌈({inside})/{stride}⌉ + 1{less} = {value}", value)


def cells_counted(xp: Any, window: Window, size: Pair, ring: Quad) -> Array:
    """How many cells of the maps with `ring` around them lie under each window: (P, Q)."""
    along = []
    for axis, outputs in enumerate(window.output(size)):
        start = xp.arange(outputs) * window.stride[axis] - window.sides(axis)[0]
        end = xp.minimum(start + window.kernel[axis], size[axis] + ring[2 * axis + 1])
        along.append(end - xp.maximum(start, -ring[2 * axis]))
    return along[0][:, None] * along[1]
