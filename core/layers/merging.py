"""Layers that bring several wires together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import Choice
from core.layers.base import Array, Arrays, Layer, Run
from core.settings import setting
from core.shapes import Shape, ShapeError, Step, shape_text, volume
from core.tongue import tr


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
        Concat, Multiply. PyTorch: x + y. Keras: Add.
    """

    family: ClassVar[str] = "merging"
    many_slots: ClassVar[bool] = True

    def infer(self, *inputs: Shape) -> Shape:
        for shape in inputs[1:]:
            if shape != inputs[0]:
                raise ShapeError("", _cannot_meet("add", inputs))
        return inputs[0]

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        y = run.empty("y", inputs[0].shape)
        run.backend.add(inputs[0], inputs[1], out=y)
        for x in inputs[2:]:
            run.backend.add(y, x, out=y)
        return y, len(inputs)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return tuple(dy for _ in range(saved))


@dataclass(frozen=True)
class Multiply(Layer):
    """Multiply the inputs, value by value: one wire gates another.

    Formula:
        y = x₁ · x₂ · …
    Shape:
        all inputs must have the same shape; it stays.
    Backward:
        every input receives dy times all the others.
    Source:
        the gates of Hochreiter and Schmidhuber 1997; Hu et al. 2018 (squeeze and excitation).
    See also:
        Add. PyTorch: x * y. Keras: Multiply.
    """

    family: ClassVar[str] = "merging"
    many_slots: ClassVar[bool] = True

    def infer(self, *inputs: Shape) -> Shape:
        for shape in inputs[1:]:
            if shape != inputs[0]:
                raise ShapeError("", _cannot_meet("multiply", inputs))
        return inputs[0]

    def macs(self, *inputs: Shape) -> int:
        return volume(inputs[0]) * (len(inputs) - 1)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        xp = run.backend.xp
        y = xp.multiply(inputs[0], inputs[1], out=run.empty("y", inputs[0].shape))
        for x in inputs[2:]:
            y *= x
        return y, inputs

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if not run.wants_dx:
            return (None,) * len(saved)
        found = []
        for number in range(len(saved)):
            dx = run.gradient(dy.shape)
            dx[...] = dy
            for other, x in enumerate(saved):
                if other != number:
                    dx *= x
            found.append(dx)
        return tuple(found)


@dataclass(frozen=True)
class Concat(Layer):
    """Put the inputs one after the other, as a rule their channels.

    Formula:
        y = [x₁; x₂; …] along the axis
    Shape:
        (C₁, H, W), (C₂, H, W), … → (C₁ + C₂ + …, H, W); along height or width alike; vectors are
        joined end to end.
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

    axis: str = setting(
        "channels",
        Choice(("channels", "height", "width")),
        brief="along the {}",
        quiet="channels",
        advanced=True,
        help="Where the inputs are joined; all their other sizes must be equal.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        if any(len(shape) <= self._place for shape in inputs):
            shape = min(inputs, key=len)
            raise ShapeError(
                "",
                tr(
                    "joins along the {axis}, an input of {shape} has none.",
                    axis=self.axis,
                    shape=shape_text(shape),
                ),
            )
        first = self._others(inputs[0])
        if any(self._others(shape) != first for shape in inputs):
            raise ShapeError("", _cannot_meet("join", inputs, self.axis))
        total = sum(shape[self._place] for shape in inputs)
        return (*inputs[0][: self._place], total, *inputs[0][self._place + 1 :])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        sizes = [shape[self._place] for shape in inputs]
        text = " + ".join(str(size) for size in sizes)
        return (Step(self.axis, f"{text} = {sum(sizes)}", sum(sizes)),)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        sizes = [x.shape[self._place + 1] for x in inputs]
        shape = list(inputs[0].shape)
        shape[self._place + 1] = sum(sizes)
        y = run.empty("y", tuple(shape))
        for part, x in zip(self._parts(y, sizes), inputs, strict=True):
            part[...] = x
        return y, sizes

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return tuple(self._parts(dy, saved))

    @property
    def _place(self) -> int:
        """The axis counted in an item's shape."""
        return ("channels", "height", "width").index(self.axis)

    def _others(self, shape: Shape) -> tuple[Shape, Shape]:
        """The sizes that all inputs must share."""
        return shape[: self._place], shape[self._place + 1 :]

    def _parts(self, y: Array, sizes: list[int]) -> list[Array]:
        """Views of y, one for each input."""
        before, parts, start = (slice(None),) * (self._place + 1), [], 0
        for size in sizes:
            parts.append(y[(*before, slice(start, start + size))])
            start += size
        return parts


SHARED = {
    "": "shape",
    "channels": tr("height and width"),
    "height": tr("channels and width"),
    "width": tr("channels and height"),
}


def _cannot_meet(verb: str, inputs: tuple[Shape, ...], axis: str = "") -> str:
    shapes = [shape_text(shape) for shape in inputs]
    came = tr("{shapes} and {shape}", shapes=", ".join(shapes[:-1]), shape=shapes[-1])
    return tr(
        "can only {verb} inputs of the same {shared}, it gets {came}.",
        verb=verb,
        shared=SHARED[axis],
        came=came,
    )
