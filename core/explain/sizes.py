"""Why an output has its size: the window along each axis, cell by cell, and what the layer costs.

Positions count cells of the input from 0; those below 0 and from `size` on are padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from core.layers import Layer, Weight
from core.shapes import Shape, Step, Window, volume


@dataclass(frozen=True)
class Axis:
    """How a layer makes one side of its output.

    Attributes:
        name: "height", "width" or "length".
        text: the formula with the numbers in it.
        size, outputs: cells of the input and of the output.
        before, after: cells of padding on the two sides; run backwards, cells that are cut off.
        kernel, stride, dilation: of the window.
        backwards: whether each input cell stamps the window onto the output.
    """

    name: str
    text: str
    size: int
    outputs: int
    before: int
    after: int
    kernel: int
    stride: int
    dilation: int
    backwards: bool = False

    @property
    def cells(self) -> int:
        """Cells that the window moves over, padding left out: input, or backwards output."""
        return self.outputs if self.backwards else self.size

    @property
    def positions(self) -> int:
        """How many places the window takes: one for each output, or backwards for each input."""
        return self.size if self.backwards else self.outputs

    @property
    def reach(self) -> int:
        """Cells that the window spans, holes included."""
        return self.dilation * (self.kernel - 1) + 1

    def under(self, position: int) -> range:
        """The cells that the window touches at a position, padding included."""
        first = position * self.stride - self.before
        return range(first, first + self.reach, self.dilation)

    @property
    def untouched(self) -> tuple[int, ...]:
        """Real cells that no window touches: left over at the end, or between the windows."""
        seen = {cell for position in range(self.positions) for cell in self.under(position)}
        return tuple(cell for cell in range(self.cells) if cell not in seen)


@dataclass(frozen=True)
class Sum:
    """A number and how it comes about: `16·(3·5² + 1)` is 1216; the text may be ""."""

    text: str
    value: int


@dataclass(frozen=True)
class Explained:
    """Everything that follows from a layer's settings and its inputs.

    Attributes: `axes` (none where nothing slides), `steps` (the size formulas), `parameters`,
    `macs`, `values` (of the output, for one item).
    """

    axes: tuple[Axis, ...]
    steps: tuple[Step, ...]
    parameters: Sum
    macs: Sum
    values: Sum


def explained(layer: Layer, inputs: tuple[Shape, ...]) -> Explained:
    """Why the output has its size; ShapeError where the layer cannot take these inputs."""
    output, weights = layer.infer(*inputs), layer.weights(*inputs)
    trained = {name: weight for name, weight in weights.items() if weight.trained}
    steps = layer.explain(*inputs)
    return Explained(
        axes=_axes(layer, inputs, output, steps),
        steps=steps,
        parameters=_parameters(trained),
        macs=_macs(layer.macs(*inputs), inputs, output, trained),
        values=Sum(_values(output), volume(output)),
    )


def _axes(
    layer: Layer, inputs: tuple[Shape, ...], output: Shape, steps: tuple[Step, ...]
) -> tuple[Axis, ...]:
    """The axes of a layer that slides a window of its own; of others none."""
    if not hasattr(layer, "kernel_size") or len(inputs) != 1:
        return ()
    window, backwards = layer.window(*inputs), layer.window_backwards(*inputs)
    used = backwards or window
    if used is None or len(steps) != len(output) - 1:
        return ()
    numbers = (0, 1) if len(output) == 3 else (1,)
    sizes = zip(numbers, steps, inputs[0][1:], output[1:], strict=True)
    return tuple(
        _axis(used, number, step, size, made, backwards=backwards is not None)
        for number, step, size, made in sizes
    )


def _axis(
    window: Window, number: int, step: Step, size: int, outputs: int, *, backwards: bool
) -> Axis:
    before, after = window.sides(number)
    return Axis(
        step.axis, step.text, size, outputs, before, after,
        window.kernel[number], window.stride[number], window.dilation[number], backwards,
    )  # fmt: skip


# ---- costs ------------------------------------------------------------------------------


Weights = Mapping[str, Weight]


def _parameters(weights: Weights) -> Sum:
    """Trained values: units times what each has, `16·(3·5² + 1)`, or the sum of the arrays."""
    shapes = [weight.shape for weight in weights.values()]
    total = sum(volume(shape) for shape in shapes)
    large = [shape for shape in shapes if len(shape) > 1]
    small = [shape for shape in shapes if len(shape) == 1]
    if len(large) == 1 and small and all(shape == large[0][:1] for shape in small):
        return Sum(f"{large[0][0]}·({product(large[0][1:])} + {len(small)})", total)
    return Sum(" + ".join(product(shape) for shape in shapes), total)


def _macs(macs: int, inputs: tuple[Shape, ...], output: Shape, weights: Weights) -> Sum:
    """Multiply-adds: values times what each takes, `28·28·16 · 3·5²`.

    The values are those of the output, or of the input where each of these meets every weight.
    """
    per = max((weight.shape[1:] for weight in weights.values()), key=prod, default=())
    for shape in (output, inputs[0] if inputs else output):
        if per and macs and volume(shape) * prod(per) == macs:
            return Sum(f"{_values(shape)} · {product(per)}", macs)
    each, rest = divmod(macs, volume(output))
    return Sum(f"{_values(output)} · {each}" if each and not rest else "", macs)


def _values(shape: Shape) -> str:
    return "·".join(str(size) for size in (*shape[1:], shape[0]))


def product(sizes: tuple[int, ...]) -> str:
    """A product as people write it: equal last two factors as a square, ones left out."""
    *rest, last = sizes
    if rest and rest[-1] == last > 1:
        rest, square = rest[:-1], f"{last}²"
    else:
        square = str(last)
    words = [str(size) for size in rest if size > 1]
    if square != "1" or not words:
        words.append(square)
    return "·".join(words)
