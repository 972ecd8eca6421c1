"""Activations: one value in, one value out, everywhere alike. Softmax alone sees its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run
from core.losses import sigmoid, softmax
from core.settings import Float, setting
from core.shapes import Shape


@dataclass(frozen=True)
class Activation(Layer):
    """What every activation shares: the shape stays."""

    family: ClassVar[str] = "activation"

    def infer(self, *inputs: Shape) -> Shape:
        return inputs[0]


@dataclass(frozen=True)
class ReLU(Activation):
    """Pass what is positive, block the rest.

    Formula:
        y = max(x, 0)
    Shape:
        stays the same.
    Backward:
        dx = dy where x > 0, else 0; the derivative at exactly 0 is taken as 0.
    Source:
        Nair and Hinton 2010; lecture 000 eliminates the cell at 0 in the same way.
    See also:
        LeakyReLU. PyTorch: torch.nn.ReLU. Keras: ReLU.
    """

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.backend.xp.maximum(x, 0, out=run.empty("y", x.shape))
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y, xp = saved, run.backend.xp
        return (xp.multiply(dy, y > 0, out=run.empty("dx", y.shape)),)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """Pass what is positive, let a little of the rest through, so that no unit can die.

    Formula:
        y = x where x > 0, else negative_slope · x
    Shape:
        stays the same.
    Backward:
        dx = dy where x > 0, else negative_slope · dy.
    Source:
        Maas et al. 2013.
    See also:
        ReLU. PyTorch: torch.nn.LeakyReLU. Keras: LeakyReLU.
    """

    negative_slope: float = setting(
        0.01, Float(0.0, 1.0), brief="slope {}", help="Slope for negative inputs."
    )

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp = run.backend.xp
        y = xp.multiply(x, self.negative_slope, out=run.empty("y", x.shape))
        return xp.maximum(x, y, out=y), x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, xp = saved, run.backend.xp
        dx = xp.multiply(dy, self.negative_slope, out=run.empty("dx", x.shape))
        dx[...] = xp.where(x > 0, dy, dx)
        return (dx,)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squash to between 0 and 1.

    Formula:
        y = σ(x) = 1 / (1 + e^−x)
    Shape:
        stays the same.
    Backward:
        dx = dy · y · (1 − y); at most a quarter, so deep stacks of sigmoids learn slowly.
    Source:
        Lecture 000, the last step of the worked example.
    See also:
        Tanh, Softmax. PyTorch: torch.nn.Sigmoid. Keras: Activation("sigmoid").
    """

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", x.shape)
        y[...] = sigmoid(run.backend.xp, x)
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y = saved
        dx = run.backend.xp.multiply(y, 1 - y, out=run.empty("dx", y.shape))
        dx *= dy
        return (dx,)


@dataclass(frozen=True)
class Tanh(Activation):
    """Squash to between −1 and 1.

    Formula:
        y = tanh(x) = (e^x − e^−x) / (e^x + e^−x)
    Shape:
        stays the same.
    Backward:
        dx = dy · (1 − y²).
    Source:
        LeCun et al. 1998; the activation of the first LeNets.
    See also:
        Sigmoid. PyTorch: torch.nn.Tanh. Keras: Activation("tanh").
    """

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.backend.xp.tanh(x, out=run.empty("y", x.shape))
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y = saved
        dx = run.backend.xp.multiply(y, y, out=run.empty("dx", y.shape))
        run.backend.xp.subtract(1, dx, out=dx)
        dx *= dy
        return (dx,)


@dataclass(frozen=True)
class Softmax(Activation):
    """Turn scores into probabilities that sum to 1, across the channels of each position.

    Formula:
        y[k] = e^x[k] / Σ_j e^x[j]
    Shape:
        stays the same.
    Backward:
        dx = y · (dy − Σ_j dy[j]·y[j]).
    Source:
        Lecture 004. An Output with softmax cross-entropy applies it itself: leave it out there.
    See also:
        Sigmoid, Output. PyTorch: torch.nn.Softmax(dim=1). Keras: Softmax.
    """

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", x.shape)
        y[...] = softmax(run.backend.xp, x)
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y = saved
        dx = run.backend.xp.multiply(dy, y, out=run.empty("dx", y.shape))
        dx -= y * dx.sum(axis=1, keepdims=True)
        return (dx,)
