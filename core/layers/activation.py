"""Activations: one value in, one value out, everywhere alike. Softmax alone sees its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.initializers import Constant
from core.kinds import Bool, Float
from core.layers.activation_base import Activation, Curve
from core.layers.base import Array, Arrays, Run, Weight
from core.losses import sigmoid, softmax
from core.settings import setting
from core.shapes import Shape


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
        y = run.backend.relu(x, out=run.empty("y", x.shape))
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y = saved
        return (run.backend.relu_data(dy, y, out=run.gradient(y.shape)),)


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
        dx = xp.multiply(dy, self.negative_slope, out=run.gradient(x.shape))
        dx[...] = xp.where(x > 0, dy, dx)
        return (dx,)


@dataclass(frozen=True)
class PReLU(Activation):
    """A leaky ReLU that learns its slope.

    Formula:
        y = x where x > 0, else weight · x
    Shape:
        stays the same. Weights: one slope, or one a channel.
    Backward:
        dx = dy where x > 0, else weight · dy; dweight = Σ dy · x over the negative inputs.
    Source:
        He et al. 2015, "Delving deep into rectifiers".
    See also:
        LeakyReLU, ReLU. PyTorch: torch.nn.PReLU (num_parameters 1 or C). Keras: PReLU (one a
        value unless axes are shared).
    """

    per_channel: bool = setting(
        False,
        Bool(),
        label="One a channel",
        keras="shared_axes",
        help="Learn a slope for each channel instead of one for all.",
    )
    init: float = setting(
        0.25,
        Float(-10.0, 10.0),
        label="Slope starts at",
        keras="alpha_initializer",
        advanced=True,
        help="The slope before training.",
    )

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        count = inputs[0][0] if self.per_channel else 1
        return {"weight": Weight((count,), Constant(self.init))}

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.backend.xp.multiply(x, _across(w["weight"], x), out=run.empty("y", x.shape))
        y[...] = run.backend.xp.where(x > 0, x, y)
        return y, x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, xp = saved, run.backend.xp
        axes = (0, *range(2, x.ndim)) if self.per_channel else None
        total = (dy * xp.minimum(x, 0)).sum(axis=axes, dtype=xp.float64)
        dw["weight"][...] = total
        if not run.wants_dx:
            return (None,)
        dx = xp.multiply(dy, _across(w["weight"], x), out=run.gradient(x.shape))
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
        dx = run.backend.xp.multiply(y, 1 - y, out=run.gradient(y.shape))
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
        dx = run.backend.xp.multiply(y, y, out=run.gradient(y.shape))
        run.backend.xp.subtract(1, dx, out=dx)
        dx *= dy
        return (dx,)


@dataclass(frozen=True)
class HardSigmoid(Curve):
    """A sigmoid drawn with three straight lines: cheap to compute.

    Formula:
        y = min(max(x + 3, 0), 6) / 6
    Shape:
        stays the same.
    Backward:
        dx = dy/6 where −3 < x < 3, else 0.
    Source:
        Courbariaux et al. 2015; in this form Howard et al. 2019 (MobileNetV3).
    See also:
        Sigmoid, HardSwish. PyTorch: torch.nn.Hardsigmoid. Keras: Activation("hard_sigmoid").
    """

    def value(self, xp: Any, x: Array) -> Array:
        return xp.clip(x + 3, 0, 6) / 6

    def slope(self, xp: Any, x: Array) -> Array:
        return (xp.abs(x) < 3).astype(x.dtype) / 6


@dataclass(frozen=True)
class HardSwish(Curve):
    """A SiLU drawn without e: weigh each value by its hard sigmoid.

    Formula:
        y = x · min(max(x + 3, 0), 6) / 6
    Shape:
        stays the same.
    Backward:
        dx = dy · (x/3 + ½) where −3 < x < 3, dy above, 0 below.
    Source:
        Howard et al. 2019, "Searching for MobileNetV3".
    See also:
        SiLU, HardSigmoid. PyTorch: torch.nn.Hardswish. Keras: Activation("hard_swish").
    """

    def value(self, xp: Any, x: Array) -> Array:
        return x * (xp.clip(x + 3, 0, 6) / 6)

    def slope(self, xp: Any, x: Array) -> Array:
        return xp.where(xp.abs(x) < 3, x / 3 + 0.5, (x > 0).astype(x.dtype))


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
        dx = run.backend.xp.multiply(dy, y, out=run.gradient(y.shape))
        dx -= y * dx.sum(axis=1, keepdims=True)
        return (dx,)


@dataclass(frozen=True)
class LogSoftmax(Activation):
    """The logarithm of the softmax: scores whose exponentials sum to 1.

    Formula:
        y[k] = x[k] − ln Σ_j e^x[j]
    Shape:
        stays the same.
    Backward:
        dx = dy − e^y · Σ_j dy[j].
    Source:
        the first half of the cross-entropy of lecture 004.
    See also:
        Softmax, Output. PyTorch: torch.nn.LogSoftmax(dim=1). Keras: Activation("log_softmax").
    """

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp = run.backend.xp
        y = xp.subtract(x, x.max(axis=1, keepdims=True), out=run.empty("y", x.shape))
        y -= xp.log(xp.exp(y).sum(axis=1, keepdims=True))
        return y, y

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        y, xp = saved, run.backend.xp
        dx = xp.multiply(xp.exp(y), dy.sum(axis=1, keepdims=True), out=run.gradient(y.shape))
        return (xp.subtract(dy, dx, out=dx),)


def _across(values: Array, x: Array) -> Array:
    """One value, or one a channel, shaped to meet x (N, C, …)."""
    return values.reshape(1, -1, *(1,) * (x.ndim - 2))
