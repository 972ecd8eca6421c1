"""What activations share: the shape stays, and each value becomes one value."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run
from core.shapes import Shape


@dataclass(frozen=True)
class Activation(Layer):
    """What every activation shares: the shape stays."""

    family: ClassVar[str] = "activation"

    def infer(self, *inputs: Shape) -> Shape:
        return inputs[0]


@dataclass(frozen=True)
class Curve(Activation):
    """An activation given by its curve and the slope of it."""

    @abstractmethod
    def value(self, xp: Any, x: Array) -> Array:
        """y for every x."""

    @abstractmethod
    def slope(self, xp: Any, x: Array) -> Array:
        """dy/dx at every x."""

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", x.shape)
        y[...] = self.value(run.backend.xp, x)
        return y, x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, xp = saved, run.backend.xp
        if not run.wants_dx:
            return (None,)
        return (xp.multiply(dy, self.slope(xp, x), out=run.gradient(x.shape)),)
