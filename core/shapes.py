"""Shapes and the arithmetic of sliding windows, written once.

A shape has no batch: `(C, H, W)` for maps, `(C, T)` for signals, `(N,)` for vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.kinds import Pair, Quad
from core.tongue import tr

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
    """One line of a size explanation: `axis` ("height", "width", "length"), `text`, `value`."""

    axis: str
    text: str
    value: int


AXES = ("height", "width")


def resolve_padding(padding: str | Quad, size: Pair, window: Window) -> Quad:
    """The four padding sides that a named mode means for an input of `size`.

    With k cells under the window (dilation included) and the stride s:
        "valid" adds nothing; "half" adds ⌊k/2⌋ to each side, "full" k − 1.
        "same" makes the output ⌈size / s⌉ with as few cells as that takes (TensorFlow's SAME).
        "ceil" has the same output by the rule of 11-785: first as many cells at the end as make
        the size a multiple of s, then k − 1 cells around.
    Where sides are unequal, the odd cell is at the bottom and right.
    """
    if not isinstance(padding, str):
        return padding
    if padding not in _MODES:
        raise ValueError(tr("unknown padding mode {padding!r}", padding=padding))
    mode = _MODES[padding]
    top, bottom = mode(size[0], window.reach[0], window.stride[0])
    left, right = mode(size[1], window.reach[1], window.stride[1])
    return (top, bottom, left, right)


def _valid(size: int, reach: int, stride: int) -> Pair:
    return (0, 0)


def _half(size: int, reach: int, stride: int) -> Pair:
    return (reach // 2, reach // 2)


def _full(size: int, reach: int, stride: int) -> Pair:
    return (reach - 1, reach - 1)


def _same(size: int, reach: int, stride: int) -> Pair:
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return (total // 2, total - total // 2)


def _ceil(size: int, reach: int, stride: int) -> Pair:
    return ((reach - 1) // 2, reach // 2 + -size % stride)


_MODES: dict[str, Callable[[int, int, int], Pair]] = {
    "valid": _valid,
    "half": _half,
    "full": _full,
    "same": _same,
    "ceil": _ceil,
}


def explain_window(
    window: Window, size: Pair, *, axes: tuple[int, ...] = (0, 1)
) -> tuple[Step, ...]:
    """The size formula with the numbers in it, per axis: `⌊(28 + 2·2 − 5)/1⌋ + 1 = 28`.

    A signal has its length on axis 1: `axes=(1,)`.
    """
    return tuple(_explain_axis(window, axis, size[axis], axes) for axis in axes)


def axis_name(axis: int, axes: tuple[int, ...] = (0, 1)) -> str:
    """ "height" or "width", and "length" where there is only one axis."""
    return AXES[axis] if len(axes) > 1 else "length"


def _explain_axis(window: Window, axis: int, size: int, axes: tuple[int, ...]) -> Step:
    before, after = window.sides(axis)
    padding = f" + 2·{before}" if before == after else f" + {before} + {after}"
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    reach = f"{kernel}" if dilation == 1 else f"{dilation}·({kernel} − 1) − 1"
    inside = f"{size}{padding if before or after else ''} − {reach}"
    value = window.along(axis, size)
    text = f"⌊({inside})/{window.stride[axis]}⌋ + 1 = {value}"
    return Step(axis_name(axis, axes), text, value)


def fit_window(
    window: Window,
    size: Pair,
    *,
    settings: Mapping[str, str] | None = None,
    axes: tuple[int, ...] = (0, 1),
    square: bool = False,
) -> Pair:
    """Output size of a window, or a ShapeError that names the side that is too small.

    `settings` are the layer's names of "kernel" and "padding" ("" where it has none to change);
    a layer with a signal (`axes=(1,)`) or a `square` window writes its kernel as one number.
    """
    names = {"kernel": "kernel_size", "padding": "padding", **(settings or {})}
    output = window.output(size)
    if min(output) >= 1:
        return output
    have = [size[a] + sum(window.sides(a)) for a in (0, 1)]
    fits = [max(1, (have[a] - 1) // window.dilation[a] + 1) for a in (0, 1)]
    kernel = [min(window.kernel[a], fits[a]) for a in axes]
    if square:
        kernel = [min(kernel)] * 2
    remedies: list[tuple[str, Any]] = []
    if kernel != [window.kernel[a] for a in axes]:
        value = tuple(kernel) if len(axes) > 1 and not square else kernel[0]
        remedies.append(
            (tr("Make the kernel {kernel}", kernel=_times(kernel)), {names["kernel"]: value})
        )
    if names["padding"]:
        remedies.append((tr("Pad to keep the size"), {names["padding"]: "same"}))
    spread = tr(" and dilation of {axes}", axes=_times(window.dilation[a] for a in axes))
    sentence = tr(
        "needs an input of {axes} or larger, padding included, for its kernel size of"
        " {axes2}{spread}: it gets {axes3}.",
        axes=_times(window.reach[a] for a in axes),
        axes2=_times(window.kernel[a] for a in axes),
        spread=spread if window.reach != window.kernel else "",
        axes3=_times(have[a] for a in axes),
    )
    raise ShapeError(names["kernel"], sentence, tuple(remedies))


def _times(cells: Iterable[int]) -> str:
    return "×".join(str(number) for number in cells)


def shape_text(shape: Shape) -> str:
    """A shape as people read it: `28 × 28 × 6` for maps (C last), `120` for a vector."""
    return " × ".join(str(size) for size in (*shape[1:], shape[0]))


def volume(shape: Shape) -> int:
    """The number of values in one item of this shape."""
    total = 1
    for size in shape:
        total *= size
    return total
