"""Layers that bring several wires together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run
from core.shapes import Shape, ShapeError, Step, shape_text


@dataclass(frozen=True)
class Add(Layer):
    """Add the inputs, value by value: the meeting point of a residual block.

    Formula:
        y = x₁ + x₂ + …
    Shape:
        all inputs must have the same shape; it stays.
    Backward:
        every input receives dy.
    Source:
        He et al. 2016, "Deep Residual Learning for Image Recognition".
    See also:
        Concat. PyTorch: x + y. Keras: Add.
    """

    family: ClassVar[str] = "merging"
    many_slots: ClassVar[bool] = True

    def infer(self, *inputs: Shape) -> Shape:
        for shape in inputs[1:]:
            if shape != inputs[0]:
                raise ShapeError("", _cannot_meet("add", inputs))
        return inputs[0]

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        y = run.backend.xp.add(inputs[0], inputs[1], out=run.empty("y", inputs[0].shape))
        for x in inputs[2:]:
            y += x
        return y, len(inputs)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return tuple(dy for _ in range(saved))


@dataclass(frozen=True)
class Concat(Layer):
    """Stack the inputs' channels on top of each other.

    Formula:
        y = [x₁; x₂; …] along the channels
    Shape:
        (C₁, H, W), (C₂, H, W), … → (C₁ + C₂ + …, H, W); vectors are joined end to end.
    Backward:
        dy is cut at the same places, each input receives its part.
    Source:
        Szegedy et al. 2015, "Going Deeper with Convolutions"; Huang et al. 2017 (DenseNet).
    See also:
        Add. PyTorch: torch.cat(…, dim=1). Keras: Concatenate(axis=1).
    """

    family: ClassVar[str] = "merging"
    many_slots: ClassVar[bool] = True
    keras_name: ClassVar[str] = "Concatenate"

    def infer(self, *inputs: Shape) -> Shape:
        for shape in inputs[1:]:
            if shape[1:] != inputs[0][1:]:
                raise ShapeError("", _cannot_meet("stack", inputs))
        return (sum(shape[0] for shape in inputs), *inputs[0][1:])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        total = sum(shape[0] for shape in inputs)
        text = " + ".join(str(shape[0]) for shape in inputs)
        return (Step("channels", f"{text} = {total}", total),)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        channels = [x.shape[1] for x in inputs]
        first = inputs[0]
        y = run.empty("y", (len(first), sum(channels), *first.shape[2:]))
        for part, x in zip(_parts(y, channels), inputs, strict=True):
            part[...] = x
        return y, channels

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return tuple(_parts(dy, saved))


def _parts(y: Array, channels: list[int]) -> list[Array]:
    """Views of y, one for each input's channels."""
    starts = [sum(channels[:i]) for i in range(len(channels))]
    return [y[:, a : a + n] for a, n in zip(starts, channels, strict=True)]


def _cannot_meet(verb: str, inputs: tuple[Shape, ...]) -> str:
    shapes = [shape_text(shape) for shape in inputs]
    sizes = "the same shape" if verb == "add" else "the same height and width"
    return f"can only {verb} inputs of {sizes}, it gets {', '.join(shapes[:-1])} and {shapes[-1]}."
