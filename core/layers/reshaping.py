"""Layers that only rearrange values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run
from core.shapes import Shape, volume


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
        GlobalAvgPool2d, Linear. PyTorch: torch.nn.Flatten. Keras: Flatten (which unrolls
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
