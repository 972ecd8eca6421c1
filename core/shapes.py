"""Shapes and the arithmetic of sliding windows, written once.

A shape has no batch: `(C, H, W)` for maps, `(C, T)` for signals, `(N,)` for vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.settings import Pair, Quad

Shape = tuple[int, ...]


class ShapeError(Exception):
    """Shapes that cannot meet: the layer cannot take this input.

    Attributes: `setting` (the one to change, "" where it is the wire), `sentence` (what was needed
    and what came, the layer's name goes in front), and `remedies`: pairs of a button's text and
    either new settings (a dict) or the type of a layer to insert before this one (a str).
    """

    def __init__(
        self, setting: str, sentence: str, remedies: tuple[tuple[str, Any], ...] = ()
    ) -> None:
        super().__init__(sentence)
        self.setting = setting
        self.sentence = sentence
        self.remedies = remedies


@dataclass(frozen=True)
class Window:
    """A window that slides over H × W: everything that sizes and receptive fields follow from.

    Each pair is (height, width); `padding` is (top, bottom, left, right) cells.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Quad = (0, 0, 0, 0)
    dilation: Pair = (1, 1)

    @property
    def reach(self) -> Pair:
        """Cells spanned by the dilated kernel: d·(k − 1) + 1 on each axis."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return (dh * (kh - 1) + 1, dw * (kw - 1) + 1)

    def sides(self, axis: int) -> Pair:
        """Padding (before, after) on axis 0 (height) or 1 (width)."""
        return (self.padding[2 * axis], self.padding[2 * axis + 1])

    def output(self, size: Pair) -> Pair:
        """Output height and width for an input of `size`; a value below 1 means it does not fit."""
        h, w = (self.along(axis, size[axis]) for axis in (0, 1))
        return (h, w)

    def along(self, axis: int, size: int) -> int:
        """o = ⌊(i + p − d·(k − 1) − 1) / s⌋ + 1 on one axis, p being both sides together."""
        return (size + sum(self.sides(axis)) - self.reach[axis]) // self.stride[axis] + 1

    def dropped(self, axis: int, size: int) -> int:
        """Cells at the end of an axis that no window covers because the stride does not divide."""
        return (size + sum(self.sides(axis)) - self.reach[axis]) % self.stride[axis]


@dataclass(frozen=True)
class Step:
    """One line of a size explanation: `axis` ("height", "width", "" for both), `text`, `value`."""

    axis: str
    text: str
    value: int


AXES = ("height", "width")


def resolve_padding(padding: str | Quad, size: Pair, window: Window) -> Quad:
    """The four padding sides that a named mode means for an input of `size`.

    "valid" adds nothing. "same" makes the output ⌈size / stride⌉ and puts the odd cell at the
    bottom and right (TensorFlow's SAME).
    """
    if padding == "valid":
        return (0, 0, 0, 0)
    if padding == "same":
        sides: list[int] = []
        for axis in (0, 1):
            stride = window.stride[axis]
            outputs = -(-size[axis] // stride)
            total = max((outputs - 1) * stride + window.reach[axis] - size[axis], 0)
            sides += [total // 2, total - total // 2]
        return (sides[0], sides[1], sides[2], sides[3])
    if isinstance(padding, str):
        raise ValueError(f"unknown padding mode {padding!r}")
    return padding


def explain_window(window: Window, size: Pair) -> tuple[Step, ...]:
    """The size formula with the numbers in it, per axis: `⌊(28 + 2·2 − 5)/1⌋ + 1 = 28`."""
    return tuple(_explain_axis(window, axis, size[axis]) for axis in (0, 1))


def _explain_axis(window: Window, axis: int, size: int) -> Step:
    before, after = window.sides(axis)
    padding = f" + 2·{before}" if before == after else f" + {before} + {after}"
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    reach = f"{kernel}" if dilation == 1 else f"{dilation}·({kernel} − 1) − 1"
    inside = f"{size}{padding if before or after else ''} − {reach}"
    value = window.along(axis, size)
    return Step(AXES[axis], f"⌊({inside})/{window.stride[axis]}⌋ + 1 = {value}", value)


def fit_window(window: Window, size: Pair, *, settings: Mapping[str, str] | None = None) -> Pair:
    """Output size of a window, or a ShapeError that names the side that is too small."""
    names = {"kernel": "kernel_size", "padding": "padding", **(settings or {})}
    output = window.output(size)
    if min(output) >= 1:
        return output
    reach = "×".join(str(cells) for cells in window.reach)
    have = "×".join(str(size[a] + sum(window.sides(a))) for a in (0, 1))
    sentence = f"needs an input of {reach} or larger, padding included, it gets {have}."
    kernel = tuple(
        min(
            window.kernel[a], max(1, (size[a] + sum(window.sides(a)) - 1) // window.dilation[a] + 1)
        )
        for a in (0, 1)
    )
    remedies: list[tuple[str, Any]] = []
    if kernel != window.kernel:
        text = "×".join(str(cells) for cells in kernel)
        remedies.append((f"Make the kernel {text}", {names["kernel"]: kernel}))
    if names["padding"]:
        remedies.append(("Pad to keep the size", {names["padding"]: "same"}))
    raise ShapeError(names["kernel"], sentence, tuple(remedies))


def shape_text(shape: Shape) -> str:
    """A shape as people read it: `28 × 28 × 6` for maps (C last), `120` for a vector."""
    return " × ".join(str(size) for size in (*shape[1:], shape[0]))


def volume(shape: Shape) -> int:
    """The number of values in one item of this shape."""
    total = 1
    for size in shape:
        total *= size
    return total
